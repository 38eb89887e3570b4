"""Reports in Word and PDF sent as extracts: which of their tables is read, and which counts of sentences.

The files in `fixtures/reports` are made-up reports as LibreOffice saves them: letterhead, tables, signature.
"""

from pathlib import Path

import pytest
from making.office_files import docx, p, tbl, tc, tr

from ingest.errors import Refused
from ingest.sources import SOURCES

FOLDER = Path(__file__).parent / "fixtures/reports"
FILES = [f"vneid-thang-3-2024.{form}" for form in ("docx", "pdf", "html")]


def read(source: str, name: str, period_id: str, body: bytes | None = None):
    return SOURCES[source].parse(name, body or (FOLDER / name).read_bytes(), period_id)


@pytest.mark.parametrize("name", FILES)
def test_of_a_report_the_table_with_the_headings_is_read_and_all_else_is_listed(name):
    found = read("vneid", name, "2024-03")
    values = found.rows.select("org_text", "subject", "value").rows()
    adults, accounts = "Dân số trưởng thành", "Tài khoản định danh điện tử đã kích hoạt"
    assert sorted((org, subject, int(value)) for org, subject, value in values) == [
        ("Huyện Chư Păh", adults, 52_000),
        ("Huyện Chư Păh", accounts, 20_800),
        ("Huyện KBang", adults, 40_000),
        ("Huyện KBang", accounts, 16_000),
        ("Thành phố Pleiku", adults, 190_000),
        ("Thành phố Pleiku", accounts, 121_000),
    ]
    assert found.rows["locator"][0].startswith("table 1, row 2, column ")
    listed = dict(found.unread.select("text", "figures").rows())
    assert [figures for text, figures in listed.items() if "704.828" in text] == [5]
    assert any("2.100 lượt người" in text for text in listed)
    assert ("sheet", "table 2") in found.unread.select("part", "locator").rows()


def test_a_head_of_two_rows_is_read_and_its_total_held_against_the_rows():
    found = read("dvc_portal", "ho-so-quy-1-2024.docx", "2024-Q1")
    values = found.rows.filter(org_text="Huyện KBang").select("subject", "value").rows()
    assert {subject: int(value) for subject, value in values} == {
        "Hồ sơ tiếp nhận": 3_400,
        "Hồ sơ tiếp nhận trực tuyến": 2_400,
        "Hồ sơ tiếp nhận trực tiếp": 1_000,
        "Hồ sơ giải quyết đúng hạn, kể cả trước hạn": 3_300,
        "Hồ sơ giải quyết quá hạn": 12,
    }
    assert found.tally.totals == 1
    assert found.rejected.is_empty()
    assert any("31.000 hồ sơ" in text for text in found.unread["text"])


@pytest.mark.parametrize("name", FILES)
def test_a_report_of_another_month_is_refused_by_its_title(name):
    with pytest.raises(Refused, match="tháng 3 năm 2024"):
        read("vneid", name, "2024-04")
    with pytest.raises(Refused, match="tháng 3 năm 2024"):
        read("published_figures", name, "2024-04")


@pytest.mark.parametrize("name", FILES)
def test_a_count_in_a_sentence_is_a_published_figure_with_its_citation(name):
    found = read("published_figures", name, "2024-03")
    shown = "org_text", "subject", "unit", "raw_text", "obs_status", "citation"
    assert found.rows.select(shown).rows() == [
        (
            "Tỉnh Gia Lai",
            "eid_activated",
            "accounts",
            "704.828",
            "A",
            "Báo cáo số 45/BC-CAT, mục I.1" + (", trang 1" if name.endswith("pdf") else ""),
        )
    ]
    listed = " ".join(found.unread["text"].to_list())
    assert all(
        words in listed for words in ("40,8%", "1.200 tài khoản", "2.100 lượt người", "12 xã", "20.000")
    )


EID = "tài khoản định danh điện tử"


def stated(
    sentence: str, heading: str = "I. KẾT QUẢ", period_id: str = "2024-03"
) -> list[tuple[str, int, str]]:
    """Measure, value and status of what is taken from a report with one sentence."""
    lines = ("UBND TỈNH GIA LAI", "BÁO CÁO", "Kết quả chuyển đổi số tháng 3 năm 2024", heading, sentence)
    try:
        found = read("published_figures", "x.docx", period_id, docx("".join(map(p, lines))))
    except Refused as refused:
        assert refused.code == "empty", refused
        return []
    assert set(found.rows["org_text"]) == {"Tỉnh Gia Lai"}
    return [
        (m, int(value), status)
        for m, value, status in found.rows.select("subject", "value", "obs_status").rows()
    ]


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        (f"Toàn tỉnh đã kích hoạt 704.828 {EID}.", [("eid_activated", 704_828, "A")]),
        (f"Số {EID} đã kích hoạt là 704.828 tài khoản.", [("eid_activated", 704_828, "A")]),
        (
            f"Lũy kế đến ngày 31/3/2024, toàn tỉnh đã kích hoạt 704.828 {EID}.",
            [("eid_activated", 704_828, "A")],
        ),
        (f"Đã kích hoạt 704.828 {EID} mức độ 2, đạt 40,8%.", [("eid_level2_activated", 704_828, "A")]),
        (f"Ước kích hoạt 704.828 {EID}.", [("eid_activated", 704_828, "E")]),
        (f"Kích hoạt 704.828 {EID}, tăng 1.200 tài khoản.", [("eid_activated", 704_828, "A")]),
        (
            f"Đã kích hoạt 704.828 {EID} (tăng 5%); dân số trưởng thành 961.566 người.",
            [("eid_activated", 704_828, "A"), ("adults", 961_566, "A")],
        ),
        (
            "Tổng số hồ sơ TTHC tiếp nhận, giải quyết trong tháng 3/2024 là 14.579.",
            [("dossiers_received", 14_579, "A")],
        ),
        (
            "Số hộ gia đình có đường Internet cáp quang băng rộng là 250 nghìn hộ.",
            [("households_with_fibre", 250_000, "A")],
        ),
    ],
)
def test_a_count_all_of_whose_words_are_understood_is_taken(sentence, right):
    assert stated(sentence) == right


@pytest.mark.parametrize(
    "sentence",
    [
        f"Toàn tỉnh đã kích hoạt hơn 704.828 {EID}.",  # not so many
        f"Huyện KBang đã kích hoạt 704.828 {EID}.",  # of another
        f"Công an các xã đã kích hoạt 704.828 {EID}.",
        f"Huyện KBang có 5.000 người dùng, đã kích hoạt 704 {EID}.",
        f"- Đối với cấp xã: đã kích hoạt 704.828 {EID}.",
        f"Đã kích hoạt 704.828 {EID} cho học sinh.",  # of a part
        f"Có 9.000 học sinh, trong đó đã kích hoạt 704 {EID}.",
        f"Tháng 02/2024, toàn tỉnh đã kích hoạt 704.828 {EID}.",  # of another time
        f"Trong quý I, đã kích hoạt 704.828 {EID}.",
        f"Trong tháng, đã kích hoạt 1.200 {EID}.",
        f"Phấn đấu kích hoạt 704.828 {EID}.",  # wanted
        f"Đã kích hoạt 900.100/961.566 {EID}.",
    ],
)
def test_a_count_beside_any_other_word_is_not_taken(sentence):
    assert stated(sentence) == []


@pytest.mark.parametrize(
    "heading", ["II. NHIỆM VỤ THÁNG 4", "1. Đối với học sinh:", "2. Huyện KBang:", "I. KẾT QUẢ THÁNG 2/2024"]
)
def test_a_heading_makes_the_counts_below_it_those_of_others(heading):
    assert stated(f"Đã kích hoạt 704.828 {EID}.", heading) == []


def test_a_count_that_a_report_states_twice_with_other_numbers_is_set_aside():
    body = docx(
        "".join(
            map(
                p,
                (
                    "UBND TỈNH GIA LAI",
                    "BÁO CÁO",
                    f"Đã kích hoạt 10.000 {EID}.",
                    f"Đã kích hoạt 11.000 {EID}.",
                ),
            )
        )
    )
    found = read("published_figures", "x.docx", "2024-03", body)
    assert found.rows.is_empty()
    assert found.rejected["code"].to_list() == ["duplicate_row", "duplicate_row"]


def test_a_report_without_a_table_says_what_can_be_sent():
    with pytest.raises(Refused, match=r"holds no table with borders.*published_figures"):
        read("vneid", "x.docx", "2024-03", docx(p("BÁO CÁO") + p("Đã kích hoạt 10.000 tài khoản.")))


def test_what_tells_of_a_person_refuses_a_report_wherever_it_stands():
    table = tbl(
        tr(tc("Đơn vị"), tc("Tài khoản đã kích hoạt")),
        tr(tc("Huyện KBang"), tc("16.000")),
        tr(tc("a"), tc("1")),
    )
    with pytest.raises(Refused) as refused:
        read("vneid", "x.docx", "2024-03", docx(p("Liên hệ: 0912 345 678") + table))
    assert "0912" not in str(refused.value)


MONTHS = [f"Tháng {month}" for month in range(1, 13)]


@pytest.mark.parametrize(("period_id", "value"), [("2024-01", 1_010), ("2024-03", 1_030), ("2024-12", 1_120)])
def test_a_table_of_a_report_with_a_column_for_each_month_holds_twelve_periods(period_id, value):
    table = tbl(
        tr(tc("Đơn vị"), tc("Hồ sơ tiếp nhận", '<w:gridSpan w:val="12"/>')),
        tr(tc(""), *map(tc, MONTHS)),
        tr(
            tc("Huyện KBang"),
            *(tc(f"1.0{month * 10:02d}" if month < 10 else f"1.{month * 10}") for month in range(1, 13)),
        ),
        tr(tc("Huyện Ia Grai"), *(tc("2.000") for _ in MONTHS)),
    )
    title = p("BÁO CÁO") + p("Hồ sơ tiếp nhận năm 2024") + p("Biểu 1. Hồ sơ tiếp nhận")
    try:
        found = read("dvc_portal", "x.docx", period_id, docx(title + table))
    except Refused as refused:
        pytest.fail(str(refused))
    assert int(found.rows["value"][0]) == value
