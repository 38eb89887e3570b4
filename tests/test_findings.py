"""Findings in words: numbers, templates, and the tables that are published from verdicts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from expectations.findings import (
    RESOLVED,
    Citations,
    WrongTemplate,
    blocking,
    check_templates,
    findings,
    in_force,
    resolved,
    results,
    with_place,
)
from expectations.messages import fields, filled
from expectations.numbers import english, vietnamese
from expectations.verdict import POSITION, Result, Verdict

ROOT = Path(__file__).parents[1]
RULES = [
    {
        "rule_id": "too_high",
        "severity": "warning",
        "message_vi": "{where:locator}: giá trị {value}% cao hơn {most:,}.",
        "message_en": "{where}: the value {value}% is above {most:,}.",
        "expected": "at most {most:,}",
        "actual": "{value}",
    },
    {
        "rule_id": "impossible",
        "severity": "error",
        "message_vi": "bảng {table}, dòng {subject_key}: cột {not_finite}.",
        "message_en": "{table}, row {subject_key}: {not_finite}.",
        "expected": None,
        "actual": None,
    },
]


def result(rule: str, outcome: str) -> Result:
    return Result(
        check_id=f"marts/t/x/value/{rule}",
        rule_id=rule,
        column_name="value",
        outcome=outcome,
        checked_rows=2,
        failed_rows=1,
        seconds=0.01,
        detail=None,
    )


def verdict(frame: pl.DataFrame, failing: dict[str, tuple[int, ...]], *outcomes: Result) -> Verdict:
    return Verdict(
        suite="marts",
        table="t",
        keys=("id", "period_id"),
        frame=frame.with_row_index(POSITION),
        is_of_one_plan=frame["plan_id"].n_unique() == 1,
        results=outcomes,
        failing=failing,
        validation=None,
        judged_at=datetime(2024, 1, 1, tzinfo=UTC),
    )


FRAME = pl.DataFrame(
    {
        "id": ["b", "a"],
        "period_id": ["2023", "2023"],
        "plan_id": ["p", "p"],
        "value": [Decimal("49.3012"), Decimal("52.89")],
        "most": [1257210, 30],
        "line": [667, 237],
        "locator": ["line 667, cell 4", "line 237, characters 512-519"],
    },
    schema_overrides={"value": pl.Decimal(9, 4)},
)


@pytest.mark.parametrize(
    ("number", "in_vietnamese", "in_english"),
    [
        (1257210, "1.257.210", "1,257,210"),
        (Decimal("49.3012"), "49,3012", "49.3012"),
        (Decimal("52.8900"), "52,89", "52.89"),
        (Decimal("169546910000.0000"), "169.546.910.000", "169,546,910,000"),
        (Decimal("100.0000"), "100", "100"),
        (0, "0", "0"),
        (-1234.5, "-1.234,5", "-1,234.5"),
        (49.3, "49,3", "49.3"),
        (1e-7, "0,0000001", "0.0000001"),
        (float("inf"), "Infinity", "Infinity"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(number, in_vietnamese, in_english):
    assert (vietnamese(number), english(number)) == (in_vietnamese, in_english)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [("50.1", 2, "50,10"), ("65.655", 2, "65,66"), ("65.645", 2, "65,65"), ("1257210", 0, "1.257.210")],
)
def test_a_printed_precision_is_kept_and_rounding_is_half_up(number, decimals, text):
    assert vietnamese(Decimal(number), decimals) == text


@pytest.mark.parametrize(
    ("template", "in_vietnamese", "in_english"),
    [
        ("{line} {year}", "1237 2024", "1237 2024"),
        ("{amount:,} đồng", "166.093.904.000 đồng", "166,093,904,000 đồng"),
        ("{reported:decimals}%", "50,10%", "50.10%"),
        ("{reported:0}%", "50%", "50%"),
        ("{met:đạt|không đạt}", "không đạt", "không đạt"),
        ("{operator} {reported}", "≥ 50,1", "≥ 50.1"),
        ("{operator:bound}{reported}", "≥\N{NO-BREAK SPACE}50,1", "≥\N{NO-BREAK SPACE}50.1"),
        ("{above:bound}20%", ">\N{NO-BREAK SPACE}20%", ">\N{NO-BREAK SPACE}20%"),
        ("{about:bound}20%", "≈\N{NO-BREAK SPACE}20%", "≈\N{NO-BREAK SPACE}20%"),
        ("x[, {nothing:bound}{reported}%].", "x, 50,1%.", "x, 50.1%."),
        ("{where:locator}", "dòng 237, ký tự 512-519", "line 237, characters 512-519"),
        ("{file_place:locator}", "hàng 3, cột HS_TOTAL", "row 3, column HS_TOTAL"),
        (
            "{stated:locator}",
            "50,01 % (dòng 667); 49,3 % (dòng 221)",
            "50,01 % (line 667); 49,3 % (line 221)",
        ),
        ("{year_id:period}", "năm 2023", "2023"),
        ("{quarter_id:period}", "quý II năm 2024", "quarter 2 of 2024"),
        ("{month_id:period}", "tháng 3 năm 2025", "2025-03"),
        ("{appendix:appendix}", "Phụ lục 03", "Appendix 03"),
        ("{day}", "22/03/2025", "2025-03-22"),
        ("x[, {nothing}%].", "x.", "x."),
        ("x[, {reported}%].", "x, 50,1%.", "x, 50.1%."),
        ("[{where:locator}: ]x", "dòng 237, ký tự 512-519: x", "line 237, characters 512-519: x"),
        ("{nothing}", "không có", "none"),
        ("của {unit}", "của tỉnh Gia Lai", "của Tỉnh Gia Lai"),
        ("của {units}.", "của thị xã An Khê, huyện Đak Pơ.", "của Thị xã An Khê, Huyện Đak Pơ."),
        ("{unit}, của “{unit}”: {unit}", *["Tỉnh Gia Lai, của “Tỉnh Gia Lai”: Tỉnh Gia Lai"] * 2),
        ("{unit}: {detail_vi}", *["Tỉnh Gia Lai: ô này trống."] * 2),
        ("{unit}: {detail_en}", *["Tỉnh Gia Lai: UBND is meant."] * 2),
        ("của {office}", "của Tỉnh đoàn", "của Tỉnh đoàn"),
    ],
)
def test_a_template_is_filled_in_either_language(template, in_vietnamese, in_english):
    row = {
        "line": 1237,
        "above": ">",
        "about": "~",
        "year": 2024,
        "amount": 166093904000,
        "reported": Decimal("50.1000"),
        "decimals": 2,
        "met": False,
        "operator": ">=",
        "where": "line 237, characters 512-519",
        "file_place": "row 3, column HS_TOTAL",
        "stated": "50,01 % (line 667); 49,3 % (line 221)",
        "year_id": "2023",
        "quarter_id": "2024-Q2",
        "month_id": "2025-03",
        "appendix": "PL03",
        "day": date(2025, 3, 22),
        "nothing": None,
        "unit": "Tỉnh Gia Lai",
        "units": "Thị xã An Khê, Huyện Đak Pơ",
        "office": "Tỉnh đoàn",
        "detail_vi": "Ô này trống.",
        "detail_en": "UBND is meant.",
    }
    assert filled(template, row, "vi") == in_vietnamese
    assert filled(template, row, "en") == in_english


def test_the_fields_of_a_template_include_the_column_that_holds_its_decimals():
    assert fields("[{where:locator}: ]{value:decimals} {met:yes|no} {sum:2} {n:,}") == {
        "where",
        "value",
        "decimals",
        "met",
        "sum",
        "n",
    }


def test_a_finding_names_the_place_in_both_languages():
    told = findings([verdict(FRAME, {"too_high": (0,)})], RULES, "r1").row(0, named=True)
    assert told["message_vi"] == "Dòng 667, ô 4: giá trị 49,3012% cao hơn 1.257.210."
    assert told["message_en"] == "Line 667, cell 4: the value 49.3012% is above 1,257,210."
    assert (told["expected"], told["actual"]) == ("at most 1,257,210", "49.3012")
    assert (told["subject_table"], told["subject_key"], told["period_id"]) == ("t", "b|2023", "2023")
    assert told["locator"] == "line 667, cell 4"


def test_findings_come_gravest_first_and_then_in_the_order_of_the_document():
    told = findings([verdict(FRAME, {"too_high": (0, 1), "impossible": (0,)})], RULES, "r1")
    assert told.select("rule_id", "subject_key").rows() == [
        ("impossible", "b|2023"),
        ("too_high", "a|2023"),
        ("too_high", "b|2023"),
    ]


def test_two_expectations_of_one_rule_on_one_row_are_one_finding():
    told = findings([verdict(FRAME, {"too_high": (0,)}), verdict(FRAME, {"too_high": (0,)})], RULES, "r1")
    assert told.height == 1


def test_a_table_that_breaks_a_rule_as_a_whole_is_one_finding_without_a_key():
    empty = {"rule_id": "table_empty", "severity": "warning", "message_vi": "bảng {table} không có dữ liệu."}
    empty |= {"message_en": "{table} has no rows.", "expected": None, "actual": None}
    whole, row = result("table_empty", "failed"), result("too_high", "failed")
    found = findings([verdict(FRAME, {"too_high": (1,)}, whole, row)], [*RULES, empty], "r1")
    assert found.select("rule_id", "subject_table", "subject_key", "message_vi").rows() == [
        ("too_high", "t", "a|2023", "Dòng 237, ký tự 512-519: giá trị 52,89% cao hơn 30."),
        ("table_empty", "t", "", "Bảng t không có dữ liệu."),
    ]


def test_a_message_gets_its_place_where_it_does_not_name_it():
    found = {"message_vi": "Bảng t: số âm.", "message_en": "t: a minus."}
    found |= {"citation_vi": "hàng 7, cột X", "citation_en": "row 7, column X"}
    assert with_place(found, "vi") == "Bảng t: số âm. (hàng 7, cột X)"
    assert (
        with_place(found | {"message_en": "Row 7, column X: a minus."}, "en") == "Row 7, column X: a minus."
    )
    assert with_place(found | {"citation_vi": None}, "vi") == "Bảng t: số âm."


CITATIONS = Citations(
    places={
        "p": {
            "line 667": {"vi": "Phụ lục 01, mục II.7", "en": "Appendix 01, item II.7"},
            "line 667, cell 4": {"vi": "Phụ lục 01, mục II.7, cột Kết quả", "en": "Appendix 01, item II.7"},
        }
    },
    titles={
        "p": {"vi": "Kế hoạch năm 2024", "en": "Plan for 2024"},
        "vneid": {"vi": "Báo cáo định danh điện tử", "en": "Reports on electronic identity"},
        "vneid|2023": {"vi": "baogialai.com.vn, post316409", "en": "baogialai.com.vn, post316409"},
    },
)


def test_a_place_of_a_plan_is_what_an_official_finds_it_by():
    found = findings([verdict(FRAME, {"too_high": (0,)})], RULES, "r1", citations=CITATIONS)
    place = "Phụ lục 01, mục II.7, cột Kết quả"
    assert found["message_vi"].item() == f"{place}: giá trị 49,3012% cao hơn 1.257.210."
    assert found.select("citation_vi", "citation_en", "locator").rows() == [
        (place, "Appendix 01, item II.7", "line 667, cell 4")
    ]


@pytest.mark.parametrize(
    ("text", "in_vietnamese"),
    [
        ("50,01% (line 667, cell 4)", "50,01% (Phụ lục 01, mục II.7, cột Kết quả)"),
        ("50,01% (line 667, cell 9)", "50,01% (Phụ lục 01, mục II.7)"),  # a cell that nothing cites: its row
        ("chỉ tiêu 8 (dòng 667) không có", "chỉ tiêu 8 (Phụ lục 01, mục II.7) không có"),
        ("49,3% (line 221, characters 4-9)", "49,3% (dòng 221, ký tự 4-9)"),
        ("lines 667-669", "dòng 667-669"),
    ],
)
def test_places_within_a_text_are_cited_too(text, in_vietnamese):
    row = {"text": text, "places": CITATIONS.places["p"]}
    assert filled("{text:locator}", row, "vi") == in_vietnamese
    assert filled("{line:line}", row | {"line": 667}, "vi") == "Phụ lục 01, mục II.7"


def test_a_finding_keeps_its_identity_and_the_release_it_was_first_seen_in():
    before = findings([verdict(FRAME, {"too_high": (0,)})], RULES, "r1")
    raised = FRAME.with_columns(most=pl.lit(7))
    after = findings([verdict(raised, {"too_high": (0, 1)})], RULES, "r2", before)
    assert dict(after.select("subject_key", "first_seen_release").iter_rows()) == {
        "b|2023": "r1",
        "a|2023": "r2",
    }
    assert (
        after.filter(pl.col("subject_key") == "b|2023")["finding_id"].to_list()
        == before["finding_id"].to_list()
    )


ACCEPTED = {
    "rule_id": "too_high",
    "subject_table": "t",
    "subject_key": "b|2023",
    "reason": "Counted again next year.",
    "accepted_by": "Sở TT&TT",
    "accepted_on": date(2024, 1, 1),
    "expires_on": date(2024, 6, 30),
}


def test_a_finding_is_new_then_open_then_resolved():
    once = findings([verdict(FRAME, {"too_high": (0,)})], RULES, "r1")
    twice = findings([verdict(FRAME, {"too_high": (0, 1)})], RULES, "r2", once)
    assert once["state"].to_list() == ["new"]
    assert dict(twice.select("subject_key", "state").iter_rows()) == {"b|2023": "open", "a|2023": "new"}
    then = findings([verdict(FRAME, {"too_high": (1,)})], RULES, "r3", twice)
    gone = resolved(twice, then, "r3")
    assert gone.select("subject_key", "first_seen_release", "resolved_release").rows() == [
        ("b|2023", "r1", "r3")
    ]
    assert gone.schema == RESOLVED == resolved(None, then, "r3").schema


def test_an_accepted_warning_says_why_and_until_when():
    found = findings([verdict(FRAME, {"too_high": (0, 1)})], RULES, "r1", accepted=[ACCEPTED])
    told = {
        key: rest
        for key, *rest in found.select("subject_key", "state", "accepted_reason", "accepted_until").rows()
    }
    assert told["b|2023"] == ["accepted", "Counted again next year.", date(2024, 6, 30)]
    assert told["a|2023"] == ["new", None, None]


def test_an_error_cannot_be_accepted():
    accepted = ACCEPTED | {"rule_id": "impossible"}
    found = findings([verdict(FRAME, {"impossible": (0,)})], RULES, "r1", accepted=[accepted])
    assert found.select("state", "accepted_reason").rows() == [("new", None)]


def test_an_acceptance_counts_from_its_first_day_to_the_end_of_its_last():
    accepted = pl.DataFrame([ACCEPTED])
    assert in_force(accepted, date(2023, 12, 31)) == []
    assert in_force(accepted, date(2024, 1, 1)) == [ACCEPTED]
    assert in_force(accepted, date(2024, 6, 30)) == [ACCEPTED]
    assert in_force(accepted, date(2024, 7, 1)) == []


def test_where_several_plans_are_judged_together_each_finding_says_which():
    two = verdict(FRAME.with_columns(plan_id=pl.Series(["p", "q"])), {"too_high": (0, 1)})
    told = findings([two], RULES, "r1", citations=CITATIONS)["message_vi"].to_list()
    assert told[0].startswith("Q, dòng 237, ký tự 512-519: ")  # nothing is known of it but its id
    assert told[1].startswith("Kế hoạch năm 2024, Phụ lục 01, mục II.7, cột Kết quả: ")


def test_a_row_that_is_of_no_plan_says_by_its_title_what_it_is_from():
    extract = FRAME.with_columns(plan_id=pl.lit(None, pl.String), source_id=pl.lit("vneid"))
    of_file = CITATIONS.titles | {"e": {"vi": "Báo cáo, tệp “thang-3.xlsx”", "en": "Reports, thang-3.xlsx"}}
    for more, titles, title in [
        ({}, CITATIONS.titles, "baogialai.com.vn, post316409"),
        ({"period_id": "2024"}, CITATIONS.titles, "Báo cáo định danh điện tử"),
        ({"extract_id": "e"}, of_file, "Báo cáo, tệp “thang-3.xlsx”"),
        ({}, {}, "Vneid"),
    ]:
        rows = extract.with_columns(**{name: pl.lit(value) for name, value in more.items()})
        found = findings([verdict(rows, {"too_high": (0,)})], RULES, "r1", citations=Citations(titles=titles))
        assert found["message_vi"].item().startswith(f"{title}, dòng 667, ô 4: ")
    copied = Citations(titles=CITATIONS.titles, publications={"vneid|2023"})
    found = findings([verdict(extract, {"too_high": (0,)})], RULES, "r1", citations=copied)
    assert found["citation_vi"].item() == "baogialai.com.vn, post316409"  # it has no rows, our copy has


def test_a_column_that_is_not_finite_is_named():
    broken = FRAME.with_columns(value=pl.Series([float("nan"), 1.0]))
    told = findings([verdict(broken, {"impossible": (0,)})], RULES, "r1")["message_en"].item()
    assert told == "T, row b|2023: value."


def test_nothing_found_gives_an_empty_table_of_the_same_shape():
    full = findings([verdict(FRAME, {"too_high": (0,)})], RULES, "r1")
    none = findings([verdict(FRAME, {})], RULES, "r1")
    assert none.is_empty() and none.schema == full.schema


def test_failed_errors_and_everything_that_crashed_block_but_failed_warnings_do_not():
    outcomes = (
        result("too_high", "failed"),
        result("impossible", "failed"),
        result("impossible", "passed"),
        result("too_high", "crashed"),
    )
    told = blocking(results([verdict(FRAME, {}, *outcomes)], RULES, "r1"))
    assert told.select("rule_id", "outcome").rows() == [("impossible", "failed"), ("too_high", "crashed")]
    assert told["release_id"].unique().to_list() == ["r1"]


class Named:
    def __init__(self, rule: str):
        self.meta = {"rule": rule}


def test_a_template_that_names_no_column_of_its_table_is_refused_with_its_place():
    with pytest.raises(WrongTemplate) as refused:
        check_templates(
            RULES, {"t": [Named("too_high"), Named("impossible")]}, {"t": ["value", "locator", "id"]}
        )
    assert str(refused.value).splitlines() == [
        f"rules.yml: too_high: {template}: t has no column 'most'"
        for template in ("message_vi", "message_en", "expected")
    ]


def test_a_rule_that_only_the_suites_or_only_the_catalogue_know_is_refused():
    with pytest.raises(WrongTemplate) as refused:
        check_templates(RULES, {"t": [Named("too_high"), Named("unheard_of")]}, {})
    assert str(refused.value).splitlines() == [
        "rules.yml: rule unheard_of is missing, a suite on t uses it",
        "rules.yml: impossible: no suite uses this rule, remove it or add its expectation",
    ]


STOPPED = {
    "rule_id": "reports_missing",
    "severity": "warning",
    "message_vi": "{source_id}, {period_id:period}[ (hạn {due_on})]: thiếu {missing}[, {together} kỳ].",
    "message_en": "{source_id}, {period_id:period}[ (due {due_on})]: no {missing}[, {together} periods].",
    "series": ["source_id", "missing"],
}


def spans_of(periods: list[tuple[str, str]], **rule) -> list[tuple]:
    """Key, periods and message of each finding; `periods` with who is missing of each."""
    frame = pl.DataFrame(
        {
            "id": ["v"] * len(periods),
            "period_id": [period for period, _ in periods],
            "plan_id": None,
            "source_id": "vneid",
            "missing": [who for _, who in periods],
            "due_on": [date(2024, 1, day) for day in range(1, len(periods) + 1)],
        },
        schema_overrides={"plan_id": pl.String},
    )
    broken = verdict(
        frame, {"reports_missing": tuple(range(len(periods)))}, result("reports_missing", "failed")
    )
    found = findings([broken], [STOPPED | rule], "r")
    return found.select("subject_key", "period_id", "period_to", "message_vi").sort("subject_key").rows()


def test_what_holds_for_months_is_one_finding_with_its_span():
    months = [(f"2024-{month:02}", "A") for month in (11, 12)] + [("2025-01", "A")]
    assert spans_of(months) == [
        (
            "v|2024-11",
            "2024-11",
            "2025-01",
            "Vneid, từ tháng 11 năm 2024 đến tháng 1 năm 2025: thiếu A, 3 kỳ.",
        )
    ]
    assert spans_of(months[:1]) == [
        ("v|2024-11", "2024-11", "2024-11", "Vneid, tháng 11 năm 2024 (hạn 01/01/2024): thiếu A.")
    ]


@pytest.mark.parametrize(
    "apart",
    [
        [("2024-01", "A"), ("2024-03", "A")],  # a month between
        [("2024-01", "A"), ("2024-02", "B")],  # somebody else
        [("2024-Q1", "A"), ("2024-04", "A")],  # another kind of period
        [("2024-12", "A"), ("2024", "A")],
        [("2023", "A"), ("2024", "A")],  # a year is reported by a document of its own
    ],
)
def test_what_does_not_hold_on_is_a_finding_of_its_own(apart):
    found = spans_of(apart)
    assert {(first, last) for _, first, last, _ in found} == {(period, period) for period, _ in apart}


def test_a_rule_without_a_series_has_a_finding_for_each_row():
    assert len(spans_of([("2024-01", "A"), ("2024-02", "A")], series=None)) == 2
