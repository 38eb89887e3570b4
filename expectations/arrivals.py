"""What we require of each landed table before it may enter the warehouse.

A plan of another province, with fewer tables or columns, arrives as well: only what makes a row useless is an
error here. What a plan says is judged later, in the warehouse.
"""

from operator import eq

from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column, ComparisonCondition

from expectations.gate import sound


def some_rows() -> gxe.ExpectTableRowCountToBeBetween:
    return gxe.ExpectTableRowCountToBeBetween(min_value=1, meta={"rule": "table_empty"})


def columns(*names: str) -> gxe.ExpectTableColumnsToMatchSet:
    return gxe.ExpectTableColumnsToMatchSet(
        column_set=list(names), exact_match=False, meta={"rule": "column_absent"}
    )


def required(column: str, **more) -> gxe.ExpectColumnValuesToNotBeNull:
    return gxe.ExpectColumnValuesToNotBeNull(column=column, meta={"rule": "required_value_missing"}, **more)


def one_of(column: str, codes: list[str]) -> gxe.ExpectColumnValuesToBeInSet:
    """One of the contract's closed lists; null passes."""
    return gxe.ExpectColumnValuesToBeInSet(
        column=column, value_set=codes, meta={"rule": "code_outside_closed_list"}
    )


def is_true(column: str) -> ComparisonCondition:
    return eq(Column(column), True)


def is_false(column: str) -> ComparisonCondition:
    return eq(Column(column), False)


def not_negative(column: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=0, meta={"rule": "negative_number"})


KEYS = {
    "plan_documents": ("extract_id",),
    "plan_indicators": ("extract_id", "line", "target_no"),
    "plan_targets": ("extract_id", "code"),
    "plan_tasks": ("extract_id", "line"),
    "plan_figures": ("extract_id", "figure_no"),
    "plan_other_figures": ("extract_id", "figure_no"),
    "plan_claims": ("extract_id", "claim_no"),
    "plan_caveats": ("extract_id", "line", "char_from"),
    "plan_references": ("extract_id", "reference_no"),
    "plan_headings": ("extract_id", "heading_no"),
    "plan_citations": ("extract_id", "citation_no"),
    "plan_remarks": ("extract_id", "remark_no"),
    "rejected_rows": ("extract_id", "row"),
    "readings": ("extract_id",),
    "unread_parts": ("extract_id", "part_no"),
}

TARGET_KINDS = ["threshold", "range", "milestone", "continuous"]
UNITS = [
    "percent",
    "change",
    "count",
    "rank",
    "rate",
    "time",
    "speed",
    "size",
    "score",
    "area",
    "money",
    "other",
]

PLAN_DOCUMENTS = [
    some_rows(),
    columns("extract_id", "plan_id", "title", "province", "year", "result_year", "line_count"),
    required("plan_id"),
]

PLAN_INDICATORS = [
    columns("line", "section_no", "number", "name", "target_raw", "result_raw", "note"),
    required("name"),
    one_of("target_kind", TARGET_KINDS),
    one_of("unit", UNITS),
    one_of("operator", [">=", ">", "<=", "<", "="]),
    one_of("result_kind", ["value", "absent", "words"]),
    required("target_value", row_condition=Column("target_kind") == "threshold"),
    required("target_from", row_condition=Column("target_kind") == "range"),
    required("target_to", row_condition=Column("target_kind") == "range"),
    required("operator", row_condition=Column("target_kind") == "threshold"),
    required("result_value", row_condition=Column("result_kind") == "value"),
    not_negative("target_value"),
    not_negative("result_value"),
]

PLAN_TARGETS = [
    columns("line", "code", "name", "operator", "target_value", "raw_text"),
    required("name"),
    required("raw_text"),
    one_of("target_kind", TARGET_KINDS),
    one_of("unit", UNITS),
    required("target_value", row_condition=Column("target_kind") == "threshold"),
    required("operator", row_condition=Column("target_kind") == "threshold"),
    one_of("operator", [">=", ">", "<=", "<", "="]),
    not_negative("target_value"),
]

PLAN_TASKS = [
    columns("line", "appendix", "number", "name", "amount_raw", "amount_vnd"),
    required("name"),
    not_negative("amount_vnd"),
]

PLAN_FIGURES = [
    columns("line", "char_from", "char_to", "raw_text", "value", "kind", "role"),
    required("raw_text"),
    required("value"),
    one_of("kind", ["percent", "count", "money", "area"]),
    one_of("role", ["percent", "numerator", "denominator", "whole", "part", "stated"]),
    not_negative("value"),
]

PLAN_OTHER_FIGURES = [
    columns("line", "cell", "raw_text", "value", "kind"),
    required("raw_text"),
    required("value"),
    one_of("kind", ["percent", "count", "money", "area"]),
    not_negative("value"),
]

PLAN_CLAIMS = [
    columns("kind", "line", "raw_text", "stated", "precision", "unit"),
    required("raw_text"),
    required("stated"),
    required("precision"),
    one_of(
        "kind",
        [
            "ratio_in_text",
            "sum_in_text",
            "column_total",
            "total_in_words",
            "row_count",
            "cross_reference",
            "list_in_text",
            "units_in_text",
        ],
    ),
]

PLAN_CAVEATS = [columns("line", "item", "raw_text"), required("item"), required("raw_text")]

PLAN_REFERENCES = [
    columns("kind", "line", "raw_text", "number_raw", "dated_on"),
    required("raw_text"),
    one_of("kind", ["document", "appendix"]),
    one_of("date_fault", ["wording", "calendar"]),
]

PLAN_HEADINGS = [
    columns("line", "form", "ordinal", "mark", "raw_text"),
    required("mark"),
    one_of("form", ["part", "roman", "article", "number", "second", "third", "letter", "appendix"]),
]

PLAN_CITATIONS = [columns("line", "cell", "citation_vi", "citation_en"), required("citation_vi")]

PLAN_REMARKS = [columns("kind", "line", "raw_text", "detail_vi", "detail_en"), required("kind")]

# The sources of extracts share one tall shape, each under its own names.
EXTRACT = [
    some_rows(),
    columns("locator", "subject", "kind", "raw_text", "value", "period_id", "obs_status"),
    required("period_id"),
    required("raw_text"),
    required("value", row_condition=Column("obs_status") == "A"),
    one_of("kind", ["count", "ratio", "score"]),
    one_of("obs_status", ["A", "E", "P", "B", "D", "M", "L", "O"]),
    not_negative("value"),
]

EXTRACTS = {
    "published_figures": EXTRACT,
    "dvc_portal": EXTRACT,
    "vneid": EXTRACT,
    # two operators' numbers can only be told apart by who reports them
    "telecom": [*EXTRACT[1:], required("reporter")],
    "unit_reports": EXTRACT[1:],
}
KEYS |= dict.fromkeys(EXTRACTS, ("extract_id", "locator", "subject"))

REJECTED_ROWS = [
    columns("source_id", "row", "locator", "code", "message"),
    required("source_id"),
    required("locator"),
    required("code"),
    required("message"),
]

ROWS_BY_FATE = ("rows_landed", "rows_rejected", "rows_total", "rows_section", "rows_blank")

READINGS = [
    columns("source_id", "rows_read", *ROWS_BY_FATE),
    required("source_id"),
    not_negative("rows_read"),
    *(not_negative(fate) for fate in ROWS_BY_FATE),
]

UNREAD_PARTS = [
    columns("source_id", "part", "locator", "text", "figures"),
    required("source_id"),
    one_of(
        "part",
        ["sheet", "column", "row", "field", "note", "text", "hidden_column", "hidden_row", "hidden_sheet"],
    ),
    required("locator"),
    not_negative("figures"),
]

SUITES = {
    table: [*sound(*KEYS[table]), *expectations]
    for table, expectations in {
        "plan_documents": PLAN_DOCUMENTS,
        "plan_indicators": PLAN_INDICATORS,
        "plan_targets": PLAN_TARGETS,
        "plan_tasks": PLAN_TASKS,
        "plan_figures": PLAN_FIGURES,
        "plan_other_figures": PLAN_OTHER_FIGURES,
        "plan_claims": PLAN_CLAIMS,
        "plan_caveats": PLAN_CAVEATS,
        "plan_references": PLAN_REFERENCES,
        "plan_headings": PLAN_HEADINGS,
        "plan_citations": PLAN_CITATIONS,
        "plan_remarks": PLAN_REMARKS,
        **EXTRACTS,
        "rejected_rows": REJECTED_ROWS,
        "readings": READINGS,
        "unread_parts": UNREAD_PARTS,
    }.items()
}
