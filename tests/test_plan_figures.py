"""The figures of the prose, with values copied by hand from the document."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from making.gia_lai import PLAN, broken, gia_lai, remarks

from ingest import plan
from ingest.plan.stated_days import stated_as_of


def figures(raw: str) -> list[dict]:
    return gia_lai()["plan_figures"].filter(raw_text=raw).to_dicts()


def figure(raw: str) -> dict:
    (only,) = figures(raw)
    return only


def group_of(row: dict) -> list[tuple[str, str]]:
    return gia_lai()["plan_figures"].filter(group_no=row["group_no"]).select("role", "raw_text").rows()


@pytest.mark.parametrize(
    ("raw", "value", "kind", "unit", "qualifier"),
    [
        ("1.925", "1925", "count", None, None),
        ("943", "943", "count", "dịch vụ công trực tuyến một phần", None),
        ("89%", "89", "percent", None, None),
        ("43,48%", "43.48", "percent", None, None),
        ("49,3%", "49.3", "percent", None, None),
        ("55%", "55", "percent", None, None),
        ("74,45%", "74.45", "percent", None, None),
        ("0,36%", "0.36", "percent", None, None),
        ("67,9%", "67.9", "percent", None, None),
        ("7,5%", "7.5", "percent", None, None),
        ("90%", "90", "percent", None, "trên"),
        ("20%", "20", "percent", "các doanh nghiệp", "hơn"),
        ("1.744.370", "1744370", "count", "tài khoản ngân hàng", None),
        ("1.604", "1604", "count", "Tổ công nghệ số cộng đồng", None),
        ("17", "17", "count", "huyện, thị xã, thành phố", None),
        ("220", "220", "count", "xã, phường, thị trấn", None),
        ("255", "255", "count", "điểm cầu hội nghị truyền hình", None),
        ("1.046.602", "1046602", "count", "đơn thuốc điện tử liên thông", None),
        ("80", "80", "count", "doanh nghiệp", "khoảng"),
        ("70", "70", "count", "đại biểu", "hơn"),
        ("3.489,6 ha", "3489.6", "area", "ha", None),
        ("296,3 triệu đồng", "296300000", "money", "triệu đồng", "khoảng"),
        ("169,547 tỷ đồng", "169547000000", "money", "tỷ đồng", None),
        ("25,5 tỷ đồng", "25500000000", "money", "tỷ đồng", "hơn"),
    ],
)
def test_a_figure_has_its_value_kind_and_unit(raw, value, kind, unit, qualifier):
    row = next(row for row in figures(raw) if row["unit_text"] == unit)
    assert row["value"] == Decimal(value)
    assert (row["kind"], row["qualifier"]) == (kind, qualifier)


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ("52,89%", "tỷ lệ dân số trưởng thành có tài khoản định danh điện tử"),
        ("55,5%", "tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng"),  # begun before a page break
        ("0,36%", "tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân"),
        ("55%", "Kết quả giải quyết TTHC được số hoá"),
        ("74,45%", "hồ sơ TTHC được người dân, doanh nghiệp thực hiện trực tuyến"),
        ("7,5%", "Tỷ trọng doanh thu thương mại điện tử trong tổng mức bán lẻ năm 2023"),
        ("1.925", "Toàn bộ TTHC của tỉnh"),
        ("19.689", "số lượng tài khoản của người dân sử dụng dịch vụ công trực tuyến"),
        ("90%", "tỷ lệ doanh nghiệp nhỏ và vừa được cung cấp thông tin, tiếp cận các nền tảng chuyển đổi số"),
    ],
)
def test_a_figure_is_labelled_with_the_clause_before_it(raw, label):
    assert figure(raw)["label"] == label


def test_a_figure_stands_where_its_characters_say():
    lines = PLAN.read_text(encoding="utf-8").split("\n")
    for row in gia_lai()["plan_figures"].iter_rows(named=True):
        printed = lines[row["line"] - 1][row["char_from"] - 1 : row["char_to"]]
        assert printed == row["raw_text"]
        assert row["raw_text"] in row["context"]


@pytest.mark.parametrize(
    ("percent", "numerator", "denominator"),
    [
        ("49,3%", "116.133", "235.558"),
        ("65,66%", "825.384", "1.257.210"),
        ("52,89%", "664.940", "1.257.210"),
        ("1,57%", "19.689", "1.257.210"),
    ],
)
def test_a_percentage_with_its_two_inputs_is_one_relation(percent, numerator, denominator):
    assert group_of(figure(percent)) == [
        ("percent", percent),
        ("numerator", numerator),
        ("denominator", denominator),
    ]


def test_a_whole_is_told_with_its_parts():
    assert group_of(figure("236")) == [("whole", "236"), ("part", "183"), ("part", "37"), ("part", "16")]
    assert group_of(figure("1.925")) == [("whole", "1.925"), ("part", "943"), ("part", "982")]


def test_all_of_250_is_a_ratio_without_a_percentage():
    above, below = figures("250")
    assert (above["role"], below["role"]) == ("numerator", "denominator")
    assert above["group_no"] == below["group_no"]


@pytest.mark.parametrize("raw", ["67,9%", "1.744.370", "837", "43,48%", "89%", "0,36%"])
def test_a_figure_beside_a_percentage_is_no_ratio_unless_the_text_says_so(raw):
    assert (figure(raw)["role"], figure(raw)["group_no"]) == ("stated", None)


def test_the_prose_holds_89_figures_and_nothing_is_left_unread():
    rows = gia_lai()["plan_figures"]
    assert rows["figure_no"].to_list() == list(range(1, 90))
    assert rows["line"].is_sorted()
    assert not [row for row in remarks(gia_lai()) if row[0] == "unread_line"]


def test_figures_of_results_are_told_from_figures_of_the_plan():
    rows = gia_lai()["plan_figures"].group_by("part", maintain_order=True).len().rows()
    assert rows == [("result", 82), ("plan", 7)]


def test_a_target_is_no_figure_of_the_prose():
    labels = gia_lai()["plan_figures"]["label"].drop_nulls().to_list()
    assert "Tỷ lệ người dân trưởng thành có sử dụng dịch vụ công trực tuyến" not in labels


def test_dates_numbers_of_documents_years_lists_and_names_are_no_figures():
    values = broken("no_figures_at_all")["plan_figures"]
    assert values.height == 0


def test_a_number_that_is_not_understood_is_remarked_with_its_place():
    tables = broken("numbers_not_understood")
    assert tables["plan_figures"]["raw_text"].to_list() == ["45%"]
    assert remarks(tables) == [("unread_line", 6, "12.5%"), ("unread_line", 8, "10-15%")]


def test_other_plans_say_it_in_other_words():
    rows = broken("figures_in_other_words")["plan_figures"]
    assert rows.filter(pl.col("group_no").is_null()).select("raw_text", "value", "unit_text").rows() == [
        ("1,2 triệu", Decimal(1200000), "thuê bao"),
        ("2000", Decimal(2000), "doanh nghiệp nộp thuế điện tử"),
        ("85%", Decimal(85), None),
        ("40", Decimal(40), "xã"),
        ("5", Decimal(5), "phường"),
    ]
    assert rows.filter(pl.col("group_no").is_not_null()).select("role", "raw_text").rows() == [
        ("whole", "1.200"),
        ("part", "700"),
        ("part", "400"),
        ("part", "100"),
    ]


RESULTS = """KẾ HOẠCH
Chuyển đổi số tỉnh Kon Tum năm 2025
PHỤ LỤC 01: KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU NĂM 2024
STT\tChỉ tiêu\tMục tiêu năm 2024\tKết quả đạt được\tGhi chú
1\tTỷ lệ dân số trưởng thành có tài khoản định danh điện tử\t>60%\t{}\t
2\tTỷ lệ hộ gia đình có đường Internet cáp quang băng rộng\t70%\t68,5%\t
"""
COUNTS = {Decimal(215_300), Decimal(351_800)}


@pytest.mark.parametrize(
    ("cell", "share", "counts"),
    [
        ("61,2% (215.300/351.800)", "61.2", COUNTS),
        ("61,2% (215.300/351.800 người)", "61.2", COUNTS),
        ("Ước đạt 61,2% (215.300/351.800)", "61.2", COUNTS),
        ("61,2%; 215.300/351.800", "61.2", COUNTS),
        ("61,2 % đạt 215.300/351.800", "61.2", COUNTS),
        ("215.300/351.800 (61,2%)", "61.2", COUNTS),
        ("215.300/351.800 người (đạt 61,2%)", "61.2", COUNTS),
        ("215.300/351.800, đạt 61,2%", "61.2", COUNTS),
        ("63,2% (215.300/351.800)", "63.2", {None}),
        ("215.300/351.800 (63,2%)", "63.2", {None}),
    ],
)
def test_the_counts_beside_the_percentage_of_a_result_are_figures_too(cell, share, counts):
    tables = plan.read("a.md", RESULTS.format(cell).encode())
    row = tables["plan_indicators"].row(0, named=True)
    assert (row["result_value"], row["unit"]) == (Decimal(share), "percent")
    assert {row["result_numerator"], row["result_denominator"]} == counts
    listed = tables["plan_other_figures"].filter(line=5, cell=4)["value"]
    assert set(listed) == {Decimal(share), *COUNTS}
    contradicted = [text for kind, _, text in remarks(tables) if kind == "in_doubt"]
    assert bool(contradicted) == (counts == {None})


def test_a_part_of_a_whole_without_a_percentage_is_no_percentage():
    tables = plan.read("a.md", RESULTS.format("80/148").encode())
    row = tables["plan_indicators"].row(0, named=True)
    assert (row["result_kind"], row["result_value"]) == ("words", None)
    assert [(kind, line) for kind, line, _ in remarks(tables)] == [("unread_cell", 5)]


WITH_UNIT = """KẾ HOẠCH
Chuyển đổi số tỉnh Kon Tum năm 2025
PHỤ LỤC 01: KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU NĂM 2024
| STT | Chỉ tiêu | Đơn vị tính | Mục tiêu năm 2024 | Kết quả đạt được |
|---|---|---|---|---|
| 1 | Tỷ lệ hộ có cáp quang | % | 60 | {} |
| 2 | Tỷ lệ dân số có chữ ký số | % | 70 | 68,5 |
"""
UNIT_IN_HEADING = WITH_UNIT.replace("| Đơn vị tính ", "").replace("| % ", "").replace("---|---|", "---|", 1)
HALVES = (Decimal(174_600), Decimal(300_000))


def result_of(text: str, cell: str) -> tuple[dict, list[tuple]]:
    tables = plan.read("a.md", text.format(cell).encode())
    return tables["plan_indicators"].row(0, named=True), remarks(tables)


@pytest.mark.parametrize(
    "text",
    [
        WITH_UNIT,
        WITH_UNIT.replace("Tỷ lệ hộ có cáp quang", "Hộ có cáp quang"),
        WITH_UNIT.replace("| % |", "| Tỷ lệ |"),
        UNIT_IN_HEADING.replace("năm 2024 |", "năm 2024 (%) |").replace("được |", "được (%) |"),
        UNIT_IN_HEADING.replace("Tỷ lệ hộ có cáp quang", "Hộ có cáp quang (%)"),
        UNIT_IN_HEADING,
    ],
)
@pytest.mark.parametrize(
    "cell",
    [
        "58,2 (174.600/300.000)",
        "58,2 (174.600 / 300.000)",
        "58,2 (174.600/300.000 hộ)",
        "58,2(174.600/300.000)",
        "58,2 [174.600/300.000]",
        "58,2; 174.600/300.000",
        "58,2, 174.600/300.000",
        "58,2 - 174.600/300.000",
        "58,2<br>(174.600/300.000)",
        "58,2<br>174.600/300.000",
        "Đạt 58,2 (174.600/300.000)",
        "174.600/300.000 (58,2)",
        "174.600/300.000 hộ (58,2)",
        "174.600/300.000 [58,2]",
        "174.600/300.000, đạt 58,2",
        "174.600/300.000 đạt 58,2",
        "174.600/300.000<br>58,2",
        "174.600/300.000 (58,2%)",
        "58,2% [174.600/300.000]",
        "58,2% 174.600/300.000",
    ],
)
def test_where_the_unit_is_per_cent_a_share_beside_its_fraction_needs_no_sign(text, cell):
    row, told = result_of(text, cell)
    assert (row["result_kind"], row["result_value"], row["unit"]) == ("value", Decimal("58.2"), "percent")
    assert (row["result_numerator"], row["result_denominator"], row["result_of"]) == (*HALVES, None)
    assert told == []


@pytest.mark.parametrize("cell", ["66,67 (20.000/25.000)", "20.000/25.000 (66,67)", "66,67% (20.000/25.000)"])
def test_a_share_that_its_fraction_does_not_give_is_told_with_the_sign_or_without(cell):
    row, told = result_of(WITH_UNIT, cell)  # 20.000/25.000 is 80 per cent
    assert (row["result_value"], row["result_numerator"]) == (Decimal("66.67"), None)
    assert [(kind, line) for kind, line, _ in told] == [("in_doubt", 6)]


@pytest.mark.parametrize("unit", ["Hộ", "Điểm", "thuê bao/100 dân"])
def test_a_number_beside_a_fraction_is_no_share_in_another_unit(unit):
    text = WITH_UNIT.replace("Tỷ lệ hộ có cáp quang | %", f"Hộ có cáp quang | {unit}")
    row, told = result_of(text, "58,2 (174.600/300.000)")
    assert (row["result_kind"], row["result_value"], row["result_numerator"]) == ("words", None, None)
    assert ("unread_cell", 6) in [(kind, line) for kind, line, _ in told]


@pytest.mark.parametrize("cell", ["80/148", "80/148,5", "80/148.500"])
def test_a_fraction_alone_is_not_split_into_a_fraction_and_its_share(cell):
    row, _ = result_of(WITH_UNIT, cell)
    assert (row["result_kind"], row["result_value"], row["result_numerator"]) == ("words", None, None)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Đến ngày 31/12/2023, toàn tỉnh có 825.384 tài khoản.", "2023-12-31"),
        ("Tính đến ngày 15 tháng 11 năm 2023, toàn tỉnh có 825.384 tài khoản.", "2023-11-15"),
        ("Tính đến tháng 10/2023, toàn tỉnh có 825.384 tài khoản.", "2023-10-31"),
        ("Tính đến hết tháng 2 năm 2024 đã cấp 825.384 tài khoản.", "2024-02-29"),
        ("Đến hết quý III/2023, toàn tỉnh có 825.384 tài khoản.", "2023-09-30"),
        ("Đến cuối quý 1 năm 2023, toàn tỉnh có 825.384 tài khoản.", "2023-03-31"),
        ("Tính đến hết năm 2023, có 638 dịch vụ; đã cấp 825.384 tài khoản.", "2023-12-31"),
        ("Tại thời điểm 30.11.2023 có 825.384 tài khoản.", "2023-11-30"),
        ("Toàn tỉnh có 825.384 tài khoản (số liệu tính đến ngày 30/11/2023).", "2023-11-30"),
        ("Từ ngày 01/01/2023 đến ngày 30/11/2023 đã cấp 825.384 tài khoản.", "2023-11-30"),
        ("Đến nay, toàn tỉnh có 825.384 tài khoản.", None),
        ("Toàn tỉnh có 825.384 tài khoản.", None),
        ("Phấn đấu đến năm 2025 cấp 825.384 tài khoản.", None),  # no day: an aim
        ("Năm 2023, đã cấp 825.384 tài khoản.", None),
        ("Đến ngày 31/02/2023, có 825.384 tài khoản.", None),
        ("Đến ngày 30/6/2023 có 5 xã. Toàn tỉnh có 825.384 tài khoản.", None),
        ("Có 5 xã (tính đến ngày 30/6/2023), 825.384 tài khoản.", None),
    ],
)
def test_a_count_has_the_day_that_its_sentence_states(sentence, day):
    start = sentence.index("825.384")
    assert stated_as_of(sentence, start, start + 7, len(sentence)) == (day and date.fromisoformat(day))


def test_the_plan_states_no_day_for_its_stocks():
    assert gia_lai()["plan_figures"]["stated_as_of"].drop_nulls().is_empty()


def test_a_day_is_read_with_the_figure():
    file = Path(__file__).parent / "fixtures/plan_documents/phu-yen-2025/text.md"
    found = plan.read(file.name, file.read_bytes())["plan_figures"]
    assert found.filter(raw_text="638")["stated_as_of"].to_list() == [date(2024, 12, 31)]
