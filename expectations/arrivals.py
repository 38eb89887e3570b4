"""What we require of each landed table before it may enter the warehouse.

A plan of another province, with fewer tables or columns, arrives as well: only what makes a row useless is an
error here. What a plan says is judged later, in the warehouse.
"""

from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from expectations.requirements import Where, filled, one_of, suites


def some_rows() -> Expectation:
    return gxe.ExpectTableRowCountToBeBetween(min_value=1, meta={"rule": "table_empty"})


def columns(*names: str) -> Expectation:
    return gxe.ExpectTableColumnsToMatchSet(
        column_set=list(names), exact_match=False, meta={"rule": "column_absent"}
    )


def required(column: str, where: Where = None) -> Expectation:
    return filled(column, "required_value_missing", where)


def not_negative(column: str) -> Expectation:
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

# The sources of extracts share one tall shape, each under its own names.
EXTRACT = [
    some_rows(),
    columns("locator", "subject", "kind", "raw_text", "value", "period_id", "obs_status"),
    required("period_id"),
    required("raw_text"),
    required("value", where=Column("obs_status") == "A"),
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

ROWS_BY_FATE = ("rows_landed", "rows_rejected", "rows_total", "rows_section", "rows_blank")

REQUIRED = {
    "plan_documents": [
        some_rows(),
        columns("extract_id", "plan_id", "title", "province", "year", "result_year", "line_count"),
        required("plan_id"),
    ],
    "plan_indicators": [
        columns("line", "section_no", "number", "name", "target_raw", "result_raw", "note"),
        required("name"),
        one_of("target_kind", TARGET_KINDS),
        one_of("unit", UNITS),
        one_of("operator", [">=", ">", "<=", "<", "="]),
        one_of("result_kind", ["value", "absent", "words"]),
        required("target_value", where=Column("target_kind") == "threshold"),
        required("target_from", where=Column("target_kind") == "range"),
        required("target_to", where=Column("target_kind") == "range"),
        required("operator", where=Column("target_kind") == "threshold"),
        required("result_value", where=Column("result_kind") == "value"),
        not_negative("target_value"),
        not_negative("result_value"),
    ],
    "plan_targets": [
        columns("line", "code", "name", "operator", "target_value", "raw_text"),
        required("name"),
        required("raw_text"),
        one_of("target_kind", TARGET_KINDS),
        one_of("unit", UNITS),
        required("target_value", where=Column("target_kind") == "threshold"),
        required("operator", where=Column("target_kind") == "threshold"),
        one_of("operator", [">=", ">", "<=", "<", "="]),
        not_negative("target_value"),
    ],
    "plan_tasks": [
        columns("line", "appendix", "number", "name", "amount_raw", "amount_vnd"),
        required("name"),
        not_negative("amount_vnd"),
    ],
    "plan_figures": [
        columns("line", "char_from", "char_to", "raw_text", "value", "kind", "role"),
        required("raw_text"),
        required("value"),
        one_of("kind", ["percent", "count", "money", "area"]),
        one_of("role", ["percent", "numerator", "denominator", "whole", "part", "stated"]),
        not_negative("value"),
    ],
    "plan_other_figures": [
        columns("line", "cell", "raw_text", "value", "kind"),
        required("raw_text"),
        required("value"),
        one_of("kind", ["percent", "count", "money", "area"]),
        not_negative("value"),
    ],
    "plan_claims": [
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
    ],
    "plan_caveats": [columns("line", "item", "raw_text"), required("item"), required("raw_text")],
    "plan_references": [
        columns("kind", "line", "raw_text", "number_raw", "dated_on"),
        required("raw_text"),
        one_of("kind", ["document", "appendix"]),
        one_of("date_fault", ["wording", "calendar"]),
    ],
    "plan_headings": [
        columns("line", "form", "ordinal", "mark", "raw_text"),
        required("mark"),
        one_of("form", ["part", "roman", "article", "number", "second", "third", "letter", "appendix"]),
    ],
    "plan_citations": [columns("line", "cell", "citation_vi", "citation_en"), required("citation_vi")],
    "plan_remarks": [columns("kind", "line", "raw_text", "detail_vi", "detail_en"), required("kind")],
    **EXTRACTS,
    "rejected_rows": [
        columns("source_id", "row", "locator", "code", "message"),
        required("source_id"),
        required("locator"),
        required("code"),
        required("message"),
    ],
    "readings": [
        columns("source_id", "rows_read", *ROWS_BY_FATE),
        required("source_id"),
        not_negative("rows_read"),
        *(not_negative(fate) for fate in ROWS_BY_FATE),
    ],
    "unread_parts": [
        columns("source_id", "part", "locator", "text", "figures"),
        required("source_id"),
        one_of(
            "part",
            [
                "sheet",
                "column",
                "row",
                "field",
                "note",
                "text",
                "hidden_column",
                "hidden_row",
                "hidden_sheet",
            ],
        ),
        required("locator"),
        not_negative("figures"),
    ],
}
SUITES = suites(KEYS, REQUIRED)
