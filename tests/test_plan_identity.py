"""Whose plan a document is and for when, in the orders and places in which offices say so."""

from datetime import date

import pytest

from ingest import landing, manifest, plan, receiving
from ingest.errors import Refused
from ingest.plan import Given
from ingest.plan.identity import place_of, years_of

TARGETS = "## 2. Mục tiêu cụ thể\n- Tỷ lệ hộ gia đình có cáp quang: 84%.\n"
TITLES = {
    "Kế hoạch Chuyển đổi số tỉnh Gia Lai năm 2024": ("Tỉnh Gia Lai", "province", "Gia Lai", 2024, 2024),
    "CHUYỂN ĐỔI SỐ, KINH TẾ SỐ, XÃ HỘI SỐ TỈNH BÀ RỊA - VŨNG TÀU GIAI ĐOẠN 2021 - 2025": (
        "Tỉnh Bà Rịa - Vũng Tàu",
        "province",
        "Bà Rịa - Vũng Tàu",
        2021,
        2025,
    ),
    "Kế hoạch chuyển đổi số năm 2025 trên địa bàn thành phố Đà Nẵng": (
        "Thành phố Đà Nẵng",
        "province",
        "Đà Nẵng",
        2025,
        2025,
    ),
    "Chuyển đổi số thành phố Pleiku, tỉnh Gia Lai năm 2024": (
        "Thành phố Pleiku",
        "district",
        "Gia Lai",
        2024,
        2024,
    ),
    "PHÁT TRIỂN THÀNH PHỐ THÔNG MINH VÀ CHUYỂN ĐỔI SỐ THÀNH PHỐ HUẾ NĂM 2025": (
        "Thành phố Huế",
        "province",
        "Huế",
        2025,
        2025,
    ),
    "Chuyển đổi số xã Ia O, huyện Ia Grai, tỉnh Gia Lai từ năm 2023 đến năm 2025": (
        "Xã Ia O, huyện Ia Grai",
        "commune",
        "Gia Lai",
        2023,
        2025,
    ),
    "CHUYỂN ĐỔI SỐ NĂM 2024 CỦA SỞ Y TẾ TỈNH GIA LAI": (
        "Sở Y tế tỉnh Gia Lai",
        "agency",
        "Gia Lai",
        2024,
        2024,
    ),
    "CHUYỂN ĐỔI SỐ BỘ KHOA HỌC VÀ CÔNG NGHỆ NĂM 2025": (
        "Bộ Khoa học và Công nghệ",
        "ministry",
        None,
        2025,
        2025,
    ),
    "Triển khai Đề án 06 của Bộ Công an trên địa bàn tỉnh Kon Tum năm 2024": (
        "Tỉnh Kon Tum",
        "province",
        "Kon Tum",
        2024,
        2024,
    ),
    "Kế hoạch năm 2024 thực hiện Chương trình chuyển đổi số tỉnh Cao Bằng đến năm 2025, định hướng 2030": (
        "Tỉnh Cao Bằng",
        "province",
        "Cao Bằng",
        2024,
        2024,
    ),
    "Chương trình chuyển đổi số tỉnh Cao Bằng đến năm 2025, định hướng đến năm 2030": (
        "Tỉnh Cao Bằng",
        "province",
        "Cao Bằng",
        2025,
        2025,
    ),
}


def read(text: str, **given) -> dict:
    """The row of a document, and the kinds of what was remarked about whose and when it is."""
    tables = plan.read("a.md", f"{text}\n\n{TARGETS}".encode(), Given(**given))
    (row,) = tables["plan_documents"].to_dicts()
    about = ("year_inferred", "given_otherwise", "amendment")
    return row | {"remarks": [kind for kind in tables["plan_remarks"]["kind"] if kind in about]}


@pytest.mark.parametrize(("title", "right"), TITLES.items())
def test_a_title_is_read_in_any_order(title, right):
    locator, years = place_of(title), years_of(title)
    assert (locator.organisation, locator.level, locator.province, *years) == right


@pytest.mark.parametrize(
    "words",
    [
        "Kế hoạch bồi dưỡng cán bộ, công chức cấp xã",
        "PHÁT TRIỂN XÃ HỘI SỐ",
        "CÁC SỞ, BAN, NGÀNH CẤP TỈNH",
        "Kế hoạch thực hiện Nghị quyết của Tỉnh ủy",
        "Bộ chỉ số đánh giá",
    ],
)
def test_words_that_only_look_like_an_organisation_name_nobody(words):
    assert place_of(words) is None


def test_a_date_or_a_horizon_is_not_the_year_of_a_plan():
    assert years_of("thực hiện Quyết định số 749/QĐ-TTg ngày 03 tháng 6 năm 2020") is None
    assert years_of("năm 2025, tầm nhìn đến năm 2045") == (2025, 2025)


def test_a_title_may_be_broken_over_lines_below_the_word_plan():
    row = read("KẾ HOẠCH\nChuyển đổi số trên địa bàn tỉnh Lào Cai\nnăm 2025\n\nCăn cứ Luật năm 2006;")
    assert row["title"] == "Kế hoạch Chuyển đổi số trên địa bàn tỉnh Lào Cai năm 2025"
    assert (row["organisation"], row["year"]) == ("Tỉnh Lào Cai", 2025)


def test_what_the_title_leaves_out_the_decision_the_header_and_the_signature_say():
    decision = read(
        "QUYẾT ĐỊNH\nVề việc ban hành Kế hoạch chuyển đổi số tỉnh Lào Cai năm 2025\n\nKẾ HOẠCH\nChuyển đổi số"
    )
    assert (decision["organisation"], decision["year"]) == ("Tỉnh Lào Cai", 2025)
    header = read("ỦY BAN NHÂN DÂN\nXÃ IA O\n\nKẾ HOẠCH\nChuyển đổi số năm 2025")
    assert (header["organisation"], header["level"], header["year"]) == ("Xã Ia O", "commune", 2025)
    beside = read(
        "| UBND TỈNH LÀO CAI | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\n\nKẾ HOẠCH\nChuyển đổi số năm 2025"
    )
    assert beside["organisation"] == "Tỉnh Lào Cai"
    signed = read("KẾ HOẠCH\nChuyển đổi số năm 2025\n\nTM. ỦY BAN NHÂN DÂN HUYỆN KRÔNG PA")
    assert (signed["organisation"], signed["level"]) == ("Huyện Krông Pa", "district")


def test_the_day_of_issue_is_read_beside_its_place_and_never_from_what_is_cited():
    row = read("Lào Cai, ngày 05 tháng 01 năm 2025\n\nKẾ HOẠCH\nChuyển đổi số tỉnh Lào Cai năm 2025")
    assert row["issued_on"] == date(2025, 1, 5)
    cited = read(
        "KẾ HOẠCH\nChuyển đổi số tỉnh Lào Cai năm 2025\n\nCăn cứ Nghị quyết ngày 27 tháng 9 năm 2019;"
    )
    assert cited["issued_on"] is None


def test_a_year_that_only_headings_or_the_day_of_issue_say_is_told_as_inferred():
    heading = read("KẾ HOẠCH\nChuyển đổi số tỉnh Lào Cai\n\nMục tiêu năm 2025")
    assert (heading["year"], heading["remarks"]) == (2025, ["year_inferred"])
    day = read("Lào Cai, ngày 05 tháng 02 năm 2025\n\nKẾ HOẠCH\nChuyển đổi số tỉnh Lào Cai")
    assert (day["year"], day["remarks"]) == (2025, ["year_inferred"])
    # of December nobody knows: it may be for the year that begins
    december = read("Lào Cai, ngày 25 tháng 12 năm 2024\n\nKẾ HOẠCH\nChuyển đổi số tỉnh Lào Cai")
    assert (december["year"], december["remarks"]) == (None, [])


def test_what_the_document_does_not_say_stays_null():
    row = read("Văn bản")
    silent = ("title", "issuer", "province", "organisation", "level", "year", "year_from", "result_year")
    assert {row[name] for name in silent} == {None}


def test_what_is_given_wins_and_a_contradiction_is_told():
    text = "KẾ HOẠCH\nChuyển đổi số tỉnh Lào Cai năm 2025"
    agreed = read(text, org="Lào Cai", year=2025)
    assert (agreed["organisation"], agreed["year"], agreed["remarks"]) == ("Tỉnh Lào Cai", 2025, [])
    other = read(text, org="Tỉnh Yên Bái", year=2026)
    assert (other["organisation"], other["level"], other["year"]) == ("Tỉnh Yên Bái", "province", 2026)
    assert other["remarks"] == ["given_otherwise", "given_otherwise"]


def test_an_amendment_is_seen():
    row = read("QUYẾT ĐỊNH\nVề việc điều chỉnh, bổ sung Kế hoạch chuyển đổi số tỉnh Lào Cai năm 2025")
    assert (row["organisation"], row["year"], row["is_amendment"]) == ("Tỉnh Lào Cai", 2025, True)
    assert row["remarks"] == ["amendment"]


def test_what_is_given_is_kept_with_the_bytes_and_may_be_given_later(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    file = tmp_path / "ke-hoach.md"
    file.write_text(TARGETS, encoding="utf-8")
    for org, year in ((None, None), ("Xã Một", None), (None, 2025)):
        receiving.receive("plan", file, plan_id="xa-mot", org=org, year=year)
        landing.land("plan")
    (extract,) = manifest.extracts()
    assert (extract.org, extract.year, len(extract.received_again_at)) == ("Xã Một", 2025, 2)
    (row,) = landing.landed("plan_documents").to_dicts()
    assert (row["organisation"], row["level"], row["year"]) == ("Xã Một", "commune", 2025)


def test_the_same_text_under_another_id_is_refused_and_names_the_first(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    file = tmp_path / "ke-hoach.md"
    file.write_text(TARGETS, encoding="utf-8")
    receiving.receive("plan", file, plan_id="xa-mot")
    with pytest.raises(Refused, match=r"the same bytes were received on .* as plan xa-mot, now with xa-hai"):
        receiving.receive("plan", file, plan_id="xa-hai")
