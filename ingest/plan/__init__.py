"""A province's digital-transformation plan as tables. Parts are found by their words, not their place."""

import polars as pl

from ingest.documents.blocks import NOTES
from ingest.errors import Refused
from ingest.plan.appendices import read_indicators, read_tasks
from ingest.plan.citations import read_citations
from ingest.plan.claims import read_caveats, read_claims
from ingest.plan.document import read_document
from ingest.plan.figures import figure_rows, find_figures
from ingest.plan.identity import NOTHING, Given, identify
from ingest.plan.remarks import Remarks
from ingest.plan.tables import read_sheets
from ingest.plan.targets import read_targets
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
        "section_no": TEXT,
        "section_name": TEXT,
        "number": TEXT,
        "name": TEXT,
        "name_key": TEXT,
        "target_year": INT,
        "target_raw": TEXT,
        "target_cell": INT,
        "target_kind": TEXT,
        "operator": TEXT,
        "target_value": EXACT,
        "result_year": INT,
        "result_raw": TEXT,
        "result_cell": INT,
        "result_kind": TEXT,
        "result_qualifier": TEXT,
        "result_value": EXACT,
        "result_decimals": INT,
        "note": TEXT,
        "note_line": INT,
        "note_key": TEXT,
    },
    "plan_targets": {
        "line": INT,
        "number": TEXT,
        "name": TEXT,
        "name_key": TEXT,
        "year": INT,
        "operator": TEXT,
        "target_value": EXACT,
        "raw_text": TEXT,
        "char_from": INT,
        "char_to": INT,
    },
    "plan_tasks": {
        "line": INT,
        "appendix": TEXT,
        "number": INT,
        "name": TEXT,
        "objective": TEXT,
        "lead_raw": TEXT,
        "lead_cell_raw": TEXT,
        "lead_key": TEXT,
        "task_class": TEXT,
        "years_raw": TEXT,
        "years_from": INT,
        "years_to": INT,
        "funding_source": TEXT,
        "amount_raw": TEXT,
        "amount_cell": INT,
        "amount_unit": TEXT,
        "amount_vnd": pl.Int64,
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
    },
    "plan_caveats": {
        "line": INT,
        "char_from": INT,
        "char_to": INT,
        "item": TEXT,
        "item_key": TEXT,
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
    sheets = read_sheets(document.tables, remarks)
    indicators = read_indicators(sheets, remarks)
    tasks, marks = read_tasks(sheets, document, remarks)
    about = identify(document, indicators, given, remarks)
    targets, target_lines = read_targets(document, about["year"], remarks)
    if not indicators and not tasks and not targets:
        raise Refused(
            f"{name}: whole file: expected a section 'Mục tiêu cụ thể' or a table of 'Chỉ tiêu' or "
            "'Nhiệm vụ', found none; check that this is the plan with its appendices"
        )
    figures = find_figures(document, target_lines, remarks)
    rows = {
        "plan_documents": [about],
        "plan_indicators": indicators,
        "plan_targets": targets,
        "plan_tasks": tasks,
        "plan_figures": figure_rows(figures),
        "plan_claims": read_claims(figures, sheets, marks, remarks),
        "plan_caveats": read_caveats(document),
        "plan_remarks": remarks.numbered(),
    }
    rows["plan_citations"] = read_citations(document, rows)
    return {table: pl.DataFrame(rows[table], schema=TABLES[table], orient="row") for table in TABLES}
