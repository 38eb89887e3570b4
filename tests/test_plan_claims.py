"""What the plan states about itself."""

from decimal import Decimal

import polars as pl
from making.gia_lai import PLAN, gia_lai

from ingest import plan


def claims(kind: str) -> list[dict]:
    return gia_lai()["plan_claims"].filter(kind=kind).to_dicts()


def test_the_text_states_four_ratios_and_one_complete_count():
    assert [
        (c["raw_text"], c["stated"], c["precision"], c["numerator"], c["denominator"])
        for c in claims("ratio_in_text")
    ] == [
        ("49,3%", Decimal("49.3"), Decimal("0.1"), 116133, 235558),
        ("65,66%", Decimal("65.66"), Decimal("0.01"), 825384, 1257210),
        ("52,89%", Decimal("52.89"), Decimal("0.01"), 664940, 1257210),
        ("1,57%", Decimal("1.57"), Decimal("0.01"), 19689, 1257210),
        ("250/250", Decimal(100), Decimal("0.0001"), 250, 250),
    ]


def test_the_text_states_two_sums():
    assert [(c["raw_text"], c["stated"], c["parts"]) for c in claims("sum_in_text")] == [
        ("236", 236, [183, 37, 16]),
        ("1.925", 1925, [943, 982]),
    ]


def test_the_totals_are_in_dong_with_the_precision_they_were_printed_with():
    assert [
        (c["appendix"], c["raw_text"], c["stated"], c["precision"], c["cell"]) for c in claims("column_total")
    ] == [
        ("PL02", "166,093,904,000", 166_093_904_000, 1, 4),
        ("PL03", "169,547", 169_547_000_000, 1_000_000, 8),
    ]


def test_the_totals_in_words_are_read():
    assert [(c["appendix"], c["stated"], c["precision"]) for c in claims("total_in_words")] == [
        ("PL02", 166_093_904_000, 1_000),
        ("PL03", 169_547_000_000, 1_000_000),
    ]
    assert claims("total_in_words")[1]["raw_text"].startswith("Một trăm sáu mươi chín tỷ")


def test_the_list_of_tasks_is_counted_and_priced_in_the_main_text():
    (count,) = claims("row_count")
    assert (count["appendix"], count["raw_text"], count["stated"], count["unit"]) == (
        "PL03",
        "57",
        57,
        "rows",
    )
    assert [
        (c["appendix"], c["subject"], c["raw_text"], c["qualifier"], c["stated"], c["precision"])
        for c in claims("cross_reference")
    ] == [
        (None, "huyện, thị xã, thành phố", "17", None, 17, 1),
        (None, "xã, phường, thị trấn", "220", None, 220, 1),
        ("PL03", "Cấp sở, ban, ngành", "169,547 tỷ đồng", None, 169_547_000_000, 1_000_000),
        ("PL04", "Cấp huyện", "25,5 tỷ đồng", "hơn", 25_500_000_000, 100_000_000),
        (None, "huyện, thị xã, thành phố", "17", None, 17, 1),  # Phụ lục 02, row 10
    ]


def test_the_text_names_three_indicators_as_estimated_or_without_data():
    assert gia_lai()["plan_caveats"]["item"].to_list() == [
        "Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số",
        "Tỷ lệ người dân từ 15 tuổi trở lên có tài khoản giao dịch tại ngân hàng"
        " hoặc các tổ chức cho phép khác",
        "Tỷ lệ người dân có hồ sơ sức khỏe điện tử",
    ]


def alone(line: int, printed: str) -> list[dict]:
    """The claims of one line of the prose, in a document that holds little else."""
    section = "1. Cấp sở, ban, ngành" if "Kinh phí dự kiến" in printed else "1. Kết quả"
    text = f"## Mục tiêu cụ thể\n\n- Tỷ lệ dân số có tài khoản đạt 60%.\n\n## {section}\n\n{printed}\n"
    return plan.read(f"line {line}", text.encode())["plan_claims"].drop("line").to_dicts()


def test_one_wrong_digit_in_a_relation_changes_what_is_claimed_but_not_that_it_is_claimed():
    lines = PLAN.read_text(encoding="utf-8").split("\n")
    claimed = gia_lai()["plan_claims"].filter(pl.col("cell").is_null())["line"].unique()
    related = gia_lai()["plan_figures"].filter(gia_lai()["plan_figures"]["line"].is_in(claimed.implode()))
    related = [
        row
        for row in related.iter_rows(named=True)
        if row["group_no"] or row["kind"] == "money" or row["raw_text"] in ("57", "17", "220")
    ]
    assert len(related) == 26
    for row in related:
        printed = lines[row["line"] - 1]
        before = alone(row["line"], printed)
        for at in range(row["char_from"] - 1, row["char_to"]):
            if printed[at].isdigit():
                wrong = str((int(printed[at]) + 1) % 10)
                after = alone(row["line"], printed[:at] + wrong + printed[at + 1 :])
                assert [c["kind"] for c in after] == [c["kind"] for c in before]
                changed = [b for a, b in zip(before, after, strict=True) if a != b]
                assert len(changed) == 1, (row["raw_text"], at)
