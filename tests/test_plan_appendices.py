"""The appendices of the Gia Lai plan, against counts and sums taken by hand from the document."""

from decimal import Decimal

import polars as pl
import pytest
from making.gia_lai import broken, gia_lai, remarks

from ingest import plan
from ingest.numerals import COMMA, convention


def indicator(code: str) -> dict:
    section, number = code.split(".")
    rows = gia_lai()["plan_indicators"].filter(section_no=section, number=number)
    return rows.row(0, named=True)


def task(appendix: str, number: int) -> dict:
    return gia_lai()["plan_tasks"].filter(appendix=appendix, number=number).row(0, named=True)


def test_the_groups_of_appendix_01_hold_six_nine_three_nine_and_four_indicators():
    counts = gia_lai()["plan_indicators"].group_by("section_no", maintain_order=True).len()
    assert counts.rows() == [("I", 6), ("II", 9), ("III", 3), ("IV", 9), ("V", 4)]


def test_a_plain_percentage_means_at_least_and_a_greater_sign_is_strict():
    rows = gia_lai()["plan_indicators"]
    assert rows.filter(operator=">")["target_raw"].str.starts_with(">").all()
    assert rows.filter(operator=">=")["target_raw"].str.contains(r"^\d").all()
    assert rows.filter(operator=">").height == 13
    assert rows.filter(operator=">=").height == 15


@pytest.mark.parametrize(
    ("code", "name", "target", "result"),
    [
        ("II.3", "Dịch vụ công trực tuyến toàn trình được tích hợp", (">=", "40"), "43.48"),
        ("II.4", "Thanh toán trực tuyến", (">=", "30"), "0.7"),
        ("II.7", "Hồ sơ thủ tục hành chính", (">=", "50"), "50.01"),
        ("II.8", "Hoạt động kiểm tra hành chính định kỳ", (">", "10"), "12"),
        ("III.2", "Doanh nghiệp nhỏ và vừa được cung cấp", (">", "90"), "90.02"),
        ("IV.3", "Tỷ lệ dân số trưởng thành có tài khoản định danh", (">", "30"), "52.89"),
        ("IV.9", "Tỷ trọng các bệnh viện tuyến tỉnh", (">=", "10"), "61.5"),
        ("V.2", "Tỷ lệ hệ thống thông tin", (">", "30"), "30.05"),
    ],
)
def test_an_indicator_has_its_target_and_result(code, name, target, result):
    row = indicator(code)
    assert row["name"].startswith(name)
    assert (row["operator"], row["target_value"]) == (target[0], Decimal(target[1]))
    assert (row["result_kind"], row["result_value"]) == ("value", Decimal(result))
    assert row["result_decimals"] == len(result.partition(".")[2])
    assert (row["target_year"], row["result_year"]) == (2023, 2023)
    assert (row["target_cell"], row["result_cell"]) == (3, 4)


def test_words_are_milestones_or_continuous_duties():
    assert indicator("I.1")["target_kind"] == indicator("I.2")["target_kind"] == "milestone"
    assert indicator("I.3")["target_kind"] == "continuous"
    assert (indicator("I.3")["result_kind"], indicator("I.3")["result_raw"]) == ("words", "Đã triển khai")
    kinds = gia_lai()["plan_indicators"]["target_kind"].value_counts(sort=True).rows()
    assert kinds == [("threshold", 28), ("milestone", 2), ("continuous", 1)]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Hơn 20%", ("value", "20", "hơn")),
        ("trên 90,5%", ("value", "90.5", "trên")),
        (">20%", ("value", "20", ">")),
        ("≥ 20 %", ("value", "20", "≥")),
        ("Tối thiểu 20%", ("value", "20", "tối thiểu")),
        ("dưới 5%", ("value", "5", "dưới")),
        ("không quá 5%", ("value", "5", "không quá")),
        ("Khoảng 80%", ("value", "80", "khoảng")),
        ("gần 80%", ("value", "80", "gần")),
        ("20%", ("value", "20", None)),
        ("hơn 20% số xã", ("words", None, None)),
        ("Hơn hai mươi phần trăm", ("words", None, None)),
        ("20-30%", ("words", None, None)),
    ],
)
def test_a_result_that_is_only_a_bound_keeps_its_word(printed, read):
    head = "**PHỤ LỤC 01:**\nSTT\tChỉ tiêu\tMục tiêu năm 2023\tKết quả đạt được\tGhi chú\n"
    text = (
        head
        + f"1\tDoanh nghiệp có giao dịch thương mại điện tử\t15%\t{printed}\t\n2\tHộ có cáp\t75%\t55,5%\t\n"
    )
    row = plan.read("a.md", text.encode())["plan_indicators"].row(0, named=True)
    value = row["result_value"]
    assert (
        row["result_kind"],
        None if value is None else f"{value.normalize():f}",
        row["result_qualifier"],
    ) == read


def test_a_dash_is_no_result():
    absent = gia_lai()["plan_indicators"].filter(result_kind="absent")
    assert absent.select("section_no", "number", "result_raw", "result_value").rows() == [
        ("IV", "7", "-", None),
        ("IV", "8", "-", None),
    ]


def test_a_note_on_an_absent_result_holds_for_the_absent_result_below_it():
    above, below = indicator("IV.7"), indicator("IV.8")
    assert above["note"] == below["note"] == "Ngành Y tế chưa đánh giá được"
    assert above["note_line"] == below["note_line"] == above["line"] == below["line"] - 1


def test_a_note_on_an_estimate_holds_for_its_own_row_only():
    noted = gia_lai()["plan_indicators"].filter(note="Số liệu ước tính")
    assert noted.select("section_no", "number").rows() == [("V", "3"), ("V", "4")]
    assert indicator("II.8")["note"] is None


def test_the_appendices_hold_34_57_and_20_tasks_numbered_without_a_gap():
    tasks = gia_lai()["plan_tasks"]
    for appendix, count in (("PL02", 34), ("PL03", 57), ("PL04", 20)):
        assert tasks.filter(appendix=appendix)["number"].to_list() == list(range(1, count + 1))


def test_the_amounts_add_up_to_what_was_summed_by_hand():
    amounts = gia_lai()["plan_tasks"].group_by("appendix", maintain_order=True)
    summed = amounts.agg(pl.col("amount_vnd").sum(), priced=pl.col("amount_vnd").is_not_null().sum())
    assert summed.rows() == [("PL02", 166_093_904_000, 25), ("PL03", 169_546_910_000, 46), ("PL04", 0, 0)]


@pytest.mark.parametrize(
    ("appendix", "number", "raw", "amount"),
    [
        ("PL02", 9, "467,003,000", 467_003_000),
        ("PL02", 34, "10,964,783,000", 10_964_783_000),
        ("PL03", 2, "81.680", 81_680_000),
        ("PL03", 3, "4,702.037", 4_702_037_000),
        ("PL03", 7, "73,346", 73_346_000_000),
        ("PL03", 15, "45.5", 45_500_000),
        ("PL03", 10, "380", 380_000_000),
    ],
)
def test_an_amount_is_read_in_the_number_format_of_its_table(appendix, number, raw, amount):
    row = task(appendix, number)
    assert (row["amount_raw"], row["amount_vnd"]) == (raw, amount)
    assert row["amount_cell"] == {"PL02": 4, "PL03": 8}[appendix]
    assert row["amount_unit"] == {"PL02": "đồng", "PL03": "triệu đồng"}[appendix]


def test_one_wrong_digit_in_an_amount_does_not_change_the_number_format():
    for appendix, total in (("PL02", "166,093,904,000"), ("PL03", "169,547")):
        cells = gia_lai()["plan_tasks"].filter(appendix=appendix)["amount_raw"].drop_nulls().to_list()
        for i, cell in enumerate(cells):
            wrong = cell[:-1] + str((int(cell[-1]) + 1) % 10)
            assert convention([*cells[:i], wrong, *cells[i + 1 :]], total) == COMMA
        assert convention(cells, total[:-1] + "1") == COMMA


def test_an_agency_whose_cell_was_split_comes_out_whole():
    for number in (48, 49, 50):
        assert task("PL03", number)["lead_raw"] == "Văn phòng Đoàn ĐBQH và HĐND tỉnh"
    for number in (36, 39, 40):
        assert task("PL03", number)["lead_raw"] == "Chi cục Kiểm lâm (Sở Nông nghiệp và PTNT)"
    assert task("PL03", 48)["lead_cell_raw"] == "Văn phòng Đoàn"
    assert task("PL03", 49)["lead_cell_raw"] == "ĐBQH và HĐND tỉnh"
    assert task("PL03", 40)["lead_cell_raw"] == "(Sở Nông nghiệp và PTNT)"


def test_only_the_two_split_cells_are_mended():
    tasks = gia_lai()["plan_tasks"].filter(pl.col("lead_raw") != pl.col("lead_cell_raw"))
    assert tasks.select("appendix", "number").rows() == [("PL03", n) for n in (39, 40, 48, 49)]
    split = [(kind, text) for kind, _, text in remarks(gia_lai()) if kind == "split_cell"]
    assert split == [
        ("split_cell", "Chi cục Kiểm lâm / (Sở Nông nghiệp và PTNT)"),
        ("split_cell", "Văn phòng Đoàn / ĐBQH và HĐND tỉnh"),
    ]


def test_the_remarks_on_the_plan_are_these_seven_and_no_others():
    assert [(kind, text) for kind, _, text in remarks(gia_lai())] == [
        (
            "targets_elsewhere",
            "Các chỉ tiêu khác thực hiện theo Kế hoạch hoạt động năm 2024 của Ủy ban Quốc gia về chuyển đổi "
            "số.",
        ),
        ("merged_note", "Ngành Y tế chưa đánh giá được"),
        ("damaged_heading", "PHU LUC 02:"),
        ("damaged_heading", "PHU LUC 03:"),
        ("split_cell", "Chi cục Kiểm lâm / (Sở Nông nghiệp và PTNT)"),
        ("split_cell", "Văn phòng Đoàn / ĐBQH và HĐND tỉnh"),
        (
            "note",
            "* Đối với các nhiệm vụ, dự án do các địa phương chủ trì thực hiện, UBND các huyện, thị xã, "
            "thành phố bố trí kinh phí từ ngân sách cấp huyện để thực hiện theo quy định.",
        ),
    ]


def test_years_agencies_and_mark_up_are_read():
    assert (task("PL02", 10)["years_from"], task("PL02", 10)["years_to"]) == (2019, 2023)
    assert (task("PL03", 5)["years_from"], task("PL03", 5)["years_to"]) == (2023, 2026)
    assert (task("PL04", 5)["years_from"], task("PL04", 5)["years_to"]) == (2024, 2026)
    assert task("PL03", 48)["name"] == "Trang bị 25 máy tính bảng tại phòng họp"
    assert task("PL02", 8)["status"] == "Hoàn thành giai đoạn thí điểm tại trường THPT Chuyên Hùng Vương"
    assert task("PL02", 14)["objective"] is None
    assert task("PL03", 35)["funding_source"] is None
    assert task("PL03", 56)["note"].startswith("Đã được UBND tỉnh bố trí kinh phí")
    assert task("PL04", 20)["lead_raw"] == "UBND huyện Krông Pa"
    assert task("PL04", 20)["task_class"] == "Mở rộng; duy trì thường xuyên"


def test_a_bracket_without_a_name_to_go_with_is_remarked_and_left_as_it_is():
    tables = broken("agency_is_only_a_bracket")
    assert tables["plan_tasks"]["lead_raw"].to_list() == ["Sở Y tế", "(Sở Nông nghiệp và PTNT)"]
    assert remarks(tables) == [("unread_cell", 6, "(Sở Nông nghiệp và PTNT)")]


def test_agencies_that_a_later_row_names_together_are_not_joined():
    tables = broken("one_row_names_three_agencies")
    together = "Sở Y tế, Sở Tài chính, Công an tỉnh"
    assert tables["plan_tasks"]["lead_raw"].to_list() == ["Sở Y tế", "Sở Tài chính", "Công an tỉnh", together]
    assert not [kind for kind, *_ in remarks(tables) if kind == "split_cell"]


def test_a_number_format_that_nothing_decides_leaves_the_amounts_empty():
    tables = broken("number_format_undecidable")
    assert tables["plan_tasks"]["amount_raw"].to_list() == ["1,171", "98.500"]
    assert tables["plan_tasks"]["amount_vnd"].to_list() == [None, None]
    assert remarks(tables) == [("unread_table", 3, "Kinh phí (triệu đồng)")]


def test_an_amount_column_without_a_unit_is_left_empty():
    tables = broken("amounts_without_unit")
    assert tables["plan_tasks"]["amount_vnd"].to_list() == [None, None]
    assert remarks(tables) == [("unread_table", 3, "Kinh phí")]


def test_cells_that_cannot_be_read_are_remarked_one_by_one():
    tables = broken("unreadable_cells")
    assert tables["plan_tasks"]["amount_vnd"].to_list() == [821_000_000, None, 62_000_000]
    assert tables["plan_tasks"]["years_from"].to_list() == [2023, None, 2023]
    assert remarks(tables) == [
        ("unread_cell", 5, "82l,000,000"),
        ("unread_cell", 5, "sắp tới"),
        ("split_cell", 6, "câu bị đẩy sang hàng sau"),
        ("unread_cell", 8, "883,000.000.0"),
    ]


def test_a_table_without_its_result_column_says_so_and_is_read():
    tables = broken("no_result_column")
    assert tables["plan_indicators"].select("number", "target_value", "result_kind").rows() == [
        ("1", Decimal(80), "absent")
    ]
    assert remarks(tables) == [
        ("missing_column", 3, "STT | Chỉ tiêu | Mục tiêu năm 2025"),
        ("year_inferred", 3, "Mục tiêu năm 2025"),
    ]


def test_a_table_without_a_known_header_is_listed_with_its_lines():
    tables = broken("table_without_header")
    found = tables["plan_remarks"].filter(kind="unread_table").select("line", "line_to").rows()
    assert found == [(7, 8)]
    assert tables["plan_targets"].height == 1
