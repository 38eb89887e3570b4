"""A province's digital-transformation plan as tables. Parts are found by their words, not their place."""

import re

import polars as pl

from ingest.documents.blocks import NOTES
from ingest.errors import Refused
from ingest.plan.citations import read_citations
from ingest.plan.claims import read_caveats, read_claims
from ingest.plan.document import Document, Paragraph, read_document
from ingest.plan.figures import figure_rows, figures_elsewhere, find_figures, other_rows
from ingest.plan.identity import NOTHING, Given, identify, later_plans
from ingest.plan.indicators import read_indicators
from ingest.plan.outline import read_headings
from ingest.plan.references import read_references
from ingest.plan.remarks import Remarks
from ingest.plan.tables import read_sheets
from ingest.plan.targets import read_targets, remark_deferrals
from ingest.plan.tasks import read_tasks
from ingest.plan.years import year_at
from ingest.wording import tidy

EXACT = pl.Decimal(24, 4)
Type = pl.DataType | type[pl.DataType]
WHOLE = """
    line line_to line_count note_line parent_line cell target_cell result_cell amount_cell char_from
    char_to page year year_from target_year result_year given_year number_year table_year amount_year
    years_from years_to period_from period_to month target_no figure_no group_no claim_no reference_no
    heading_no citation_no remark_no serial ordinal decimals result_decimals
"""
DECIMAL = """
    target_value target_from target_to target_of result_value result_of result_numerator result_denominator
    value stated precision numerator denominator
"""
# A column has one type in whatever table it stands; each that is not here is a text.
TYPES: dict[str, Type] = {
    **dict.fromkeys(WHOLE.split(), pl.Int32),
    **dict.fromkeys(DECIMAL.split(), EXACT),
    **dict.fromkeys(("is_amendment", "is_own", "is_heading"), pl.Boolean),
    **dict.fromkeys(("issued_on", "dated_on", "stated_as_of"), pl.Date),
    **dict.fromkeys(("amount_vnd", "total_vnd"), pl.Int64),
    "parts": pl.List(EXACT),
    "listed_groups": pl.List(pl.String),
}
# `line`: from 1, in the document as received. `cell`: from 1, in its row; null for prose.
# `char_from`, `char_to`: first and last character, from 1, in the line in NFC; null in tables.
COLUMNS = {
    "plan_documents": """
        title issuer province year result_year line_count organisation level year_from issued_on is_amendment
        given_org given_year
    """,
    "plan_indicators": """
        line target_no appendix section_no section_name number parent_number parent_name name name_key
        unit_raw unit target_year target_heading target_raw target_cell target_kind operator target_value
        target_from target_to target_of result_year result_heading result_raw result_cell result_kind
        result_qualifier result_value result_of result_numerator result_denominator result_decimals lead_raw
        note note_line note_key
    """,
    "plan_targets": """
        line code section name name_key part unit_raw unit year target_kind operator target_value target_from
        target_to raw_text char_from char_to
    """,
    "plan_tasks": """
        line appendix section_no section_name number number_raw parent_number name objective product lead_raw
        lead_cell_raw lead_key coordinating_raw task_class task_class_code years_raw years_kind years_from
        years_to funding_source funding_code amount_raw amount_cell amount_unit amount_vnd money_years
        provider table_year amount_year total_raw total_vnd status note
    """,
    "plan_figures": """
        figure_no line char_from char_to section part raw_text base value decimals kind unit_text unit_key
        qualifier label label_key context context_key group_no role
        stated_as_of
    """,
    # Those in the bullets of targets and in the words of tables.
    "plan_other_figures": "figure_no line cell char_from char_to raw_text value kind unit_text context",
    "plan_claims": """
        claim_no kind appendix subject subject_key line cell char_from char_to raw_text qualifier stated
        decimals precision unit numerator denominator parts listed_groups
    """,
    "plan_caveats": "line char_from char_to item item_key raw_text",
    # Mentions of documents and of the plan's own appendices.
    "plan_references": """
        reference_no kind line cell char_from char_to raw_text document_kind kind_key serial symbol number_raw
        symbol_key number_year is_own appendix period_from period_to date_raw date_fault dated_on month year
    """,
    "plan_headings": "heading_no line form ordinal mark prefix parent_line parent_mark is_heading raw_text",
    # What an official finds a place by that one of the other tables refers to.
    "plan_citations": "citation_no line cell char_from char_to page file_name citation_vi citation_en",
    "plan_remarks": "remark_no kind line line_to cell raw_text detail_vi detail_en",
}
TABLES: dict[str, dict[str, Type]] = {
    table: {column: TYPES.get(column, pl.String) for column in columns.split()}
    for table, columns in COLUMNS.items()
}
TABLES["plan_tasks"]["number"] = pl.Int32  # where an indicator's may be `II.2a`


def read(name: str, body: bytes, given: Given = NOTHING) -> dict[str, pl.DataFrame]:
    """Every table of `TABLES`, some perhaps empty. `name` is the file's, for messages.

    Refused where the bytes are no text, or hold neither targets nor a table of indicators or tasks. Anything
    else that is not understood is a row of `plan_remarks` and hinders nothing else. Pure.
    """
    document = read_document(name, body)
    remarks = Remarks()
    for line in document.damaged:
        remarks.add("damaged_heading.of_appendix", line.number, tidy(line.text))
    for number, note in document.notes:
        remarks.note("not_shown", number, note.text, *NOTES[note.kind])
    _drop_repeated(document, remarks)
    about = identify(document, given, remarks)
    year: int | None = about["year"]
    year_from: int | None = about["year_from"]
    sheets = read_sheets(document.tables, year_from, remarks)
    indicators = read_indicators(sheets, remarks)
    results = [row["result_year"] for row in indicators if row["result_year"]]
    about["result_year"] = about["result_year"] or max(results, default=None)
    years = [(0, year), *later_plans(document, remarks)]
    one_year = year if year_from == year and len(years) == 1 else None
    tasks, marks = read_tasks(sheets, document, one_year, remarks)
    for row in indicators:
        if (
            row["target_raw"]
            and row["target_year"] is None
            and not re.search(r"\d{4}", row["target_heading"])
        ):
            row["target_year"] = year_at(row["line"], years)
    targets, target_lines = read_targets(document, years, remarks)
    remark_deferrals(document, remarks)
    if not indicators and not tasks and not targets:
        raise Refused(
            f"{name}: whole file: expected a section 'Mục tiêu cụ thể' or a table of 'Chỉ tiêu' or "
            "'Nhiệm vụ', found none; check that this is the plan with its appendices"
        )
    figures = find_figures(document, target_lines, remarks)
    others = figures_elsewhere(document, figures, target_lines)
    rows: dict[str, list] = {
        "plan_documents": [about],
        "plan_indicators": indicators,
        "plan_targets": targets,
        "plan_tasks": tasks,
        "plan_figures": figure_rows(figures),
        "plan_other_figures": other_rows(others),
        "plan_claims": read_claims(document, figures, others, sheets, marks, remarks),
        "plan_caveats": read_caveats(document),
        "plan_references": read_references(document),
        "plan_headings": read_headings(document),
        "plan_remarks": remarks.numbered(),
    }
    rows["plan_citations"] = read_citations(document, rows)
    return {table: pl.DataFrame(rows[table], schema=TABLES[table], orient="row") for table in TABLES}


def _drop_repeated(document: Document, remarks: Remarks) -> None:
    """A paragraph with figures that stands twice word for word, as in a plan pasted twice, counts once."""
    seen: set[tuple[str | None, str]] = set()
    kept: list[Paragraph] = []
    again: list[Paragraph] = []
    for paragraph in document.paragraphs:
        key = (paragraph.section, tidy(paragraph.text))
        (again if key in seen else kept).append(paragraph)
        if len(key[1]) > 20 and re.search(r"\d", key[1]):
            seen.add(key)
    document.paragraphs[:] = kept
    if again:
        first, last = again[0].lines[0].number, again[-1].lines[-1].number
        remarks.add("repeated.paragraphs", first, tidy(again[0].text), to=last, count=len(again))
