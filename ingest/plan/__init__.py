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
INT = pl.Int32
TEXT = pl.String

# `line`: from 1, in the document as received. `cell`: from 1, in its row; null for prose.
# `char_from`, `char_to`: first and last character, from 1, in the line in NFC; null in tables.
TABLES: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "plan_documents": {
        "title": TEXT,
        "issuer": TEXT,
        "province": TEXT,
        "year": INT,
        "result_year": INT,
        "line_count": INT,
        "organisation": TEXT,
        "level": TEXT,
        "year_from": INT,
        "issued_on": pl.Date,
        "is_amendment": pl.Boolean,
        "given_org": TEXT,
        "given_year": INT,
    },
    "plan_indicators": {
        "line": INT,
        "target_no": INT,
        "appendix": TEXT,
        "section_no": TEXT,
        "section_name": TEXT,
        "number": TEXT,
        "parent_number": TEXT,
        "parent_name": TEXT,
        "name": TEXT,
        "name_key": TEXT,
        "unit_raw": TEXT,
        "unit": TEXT,
        "target_year": INT,
        "target_heading": TEXT,
        "target_raw": TEXT,
        "target_cell": INT,
        "target_kind": TEXT,
        "operator": TEXT,
        "target_value": EXACT,
        "target_from": EXACT,
        "target_to": EXACT,
        "target_of": EXACT,
        "result_year": INT,
        "result_heading": TEXT,
        "result_raw": TEXT,
        "result_cell": INT,
        "result_kind": TEXT,
        "result_qualifier": TEXT,
        "result_value": EXACT,
        "result_of": EXACT,
        "result_numerator": EXACT,
        "result_denominator": EXACT,
        "result_decimals": INT,
        "lead_raw": TEXT,
        "note": TEXT,
        "note_line": INT,
        "note_key": TEXT,
    },
    "plan_targets": {
        "line": INT,
        "code": TEXT,
        "section": TEXT,
        "name": TEXT,
        "name_key": TEXT,
        "part": TEXT,
        "unit_raw": TEXT,
        "unit": TEXT,
        "year": INT,
        "target_kind": TEXT,
        "operator": TEXT,
        "target_value": EXACT,
        "target_from": EXACT,
        "target_to": EXACT,
        "raw_text": TEXT,
        "char_from": INT,
        "char_to": INT,
    },
    "plan_tasks": {
        "line": INT,
        "appendix": TEXT,
        "section_no": TEXT,
        "section_name": TEXT,
        "number": INT,
        "number_raw": TEXT,
        "parent_number": TEXT,
        "name": TEXT,
        "objective": TEXT,
        "product": TEXT,
        "lead_raw": TEXT,
        "lead_cell_raw": TEXT,
        "lead_key": TEXT,
        "coordinating_raw": TEXT,
        "task_class": TEXT,
        "task_class_code": TEXT,
        "years_raw": TEXT,
        "years_kind": TEXT,
        "years_from": INT,
        "years_to": INT,
        "funding_source": TEXT,
        "funding_code": TEXT,
        "amount_raw": TEXT,
        "amount_cell": INT,
        "amount_unit": TEXT,
        "amount_vnd": pl.Int64,
        "money_years": TEXT,
        "provider": TEXT,
        "table_year": INT,
        "amount_year": INT,
        "total_raw": TEXT,
        "total_vnd": pl.Int64,
        "status": TEXT,
        "note": TEXT,
    },
    "plan_figures": {
        "figure_no": INT,
        "line": INT,
        "char_from": INT,
        "char_to": INT,
        "section": TEXT,
        "part": TEXT,
        "raw_text": TEXT,
        "base": TEXT,
        "value": EXACT,
        "decimals": INT,
        "kind": TEXT,
        "unit_text": TEXT,
        "unit_key": TEXT,
        "qualifier": TEXT,
        "label": TEXT,
        "label_key": TEXT,
        "context": TEXT,
        "context_key": TEXT,
        "group_no": INT,
        "role": TEXT,
        "stated_as_of": pl.Date,
    },
    # Those in the bullets of targets and in the words of tables.
    "plan_other_figures": {
        "figure_no": INT,
        "line": INT,
        "cell": INT,
        "char_from": INT,
        "char_to": INT,
        "raw_text": TEXT,
        "value": EXACT,
        "kind": TEXT,
        "unit_text": TEXT,
        "context": TEXT,
    },
    "plan_claims": {
        "claim_no": INT,
        "kind": TEXT,
        "appendix": TEXT,
        "subject": TEXT,
        "subject_key": TEXT,
        "line": INT,
        "cell": INT,
        "char_from": INT,
        "char_to": INT,
        "raw_text": TEXT,
        "qualifier": TEXT,
        "stated": EXACT,
        "decimals": INT,
        "precision": EXACT,
        "unit": TEXT,
        "numerator": EXACT,
        "denominator": EXACT,
        "parts": pl.List(EXACT),
        "listed_groups": pl.List(TEXT),
    },
    "plan_caveats": {
        "line": INT,
        "char_from": INT,
        "char_to": INT,
        "item": TEXT,
        "item_key": TEXT,
        "raw_text": TEXT,
    },
    # Mentions of documents and of the plan's own appendices.
    "plan_references": {
        "reference_no": INT,
        "kind": TEXT,
        "line": INT,
        "cell": INT,
        "char_from": INT,
        "char_to": INT,
        "raw_text": TEXT,
        "document_kind": TEXT,
        "kind_key": TEXT,
        "serial": INT,
        "symbol": TEXT,
        "number_raw": TEXT,
        "symbol_key": TEXT,
        "number_year": INT,
        "is_own": pl.Boolean,
        "appendix": TEXT,
        "period_from": INT,
        "period_to": INT,
        "date_raw": TEXT,
        "date_fault": TEXT,
        "dated_on": pl.Date,
        "month": INT,
        "year": INT,
    },
    "plan_headings": {
        "heading_no": INT,
        "line": INT,
        "form": TEXT,
        "ordinal": INT,
        "mark": TEXT,
        "prefix": TEXT,
        "parent_line": INT,
        "parent_mark": TEXT,
        "is_heading": pl.Boolean,
        "raw_text": TEXT,
    },
    # What an official finds a place by that one of the other tables refers to.
    "plan_citations": {
        "citation_no": INT,
        "line": INT,
        "cell": INT,
        "char_from": INT,
        "char_to": INT,
        "page": INT,
        "file_name": TEXT,
        "citation_vi": TEXT,
        "citation_en": TEXT,
    },
    "plan_remarks": {
        "remark_no": INT,
        "kind": TEXT,
        "line": INT,
        "line_to": INT,
        "cell": INT,
        "raw_text": TEXT,
        "detail_vi": TEXT,
        "detail_en": TEXT,
    },
}


def read(name: str, body: bytes, given: Given = NOTHING) -> dict[str, pl.DataFrame]:
    """Every table of `TABLES`, some perhaps empty. `name` is the file's, for messages.

    Refused where the bytes are no text, or hold neither targets nor a table of indicators or tasks. Anything
    else that is not understood is a row of `plan_remarks` and hinders nothing else. Pure.
    """
    document = read_document(name, body)
    remarks = Remarks()
    for line in document.damaged:
        remarks.add(
            "damaged_heading",
            line.number,
            tidy(line.text),
            "Tiêu đề phụ lục mất dấu; vẫn được hiểu là tiêu đề.",
            "The heading of an appendix has lost its diacritics; it was taken for the heading it is.",
        )
    for number, note in document.notes:
        remarks.add("not_shown", number, note.text, *NOTES[note.kind])
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
    rows = {
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
        remarks.add(
            "repeated",
            first,
            tidy(again[0].text),
            f"{len(again)} đoạn lặp lại nguyên văn các đoạn ở trên; mỗi đoạn chỉ được đọc một lần.",
            f"{len(again)} paragraphs repeat paragraphs above word for word; each is read once.",
            to=last,
        )
