"""What others wrote (plans, names, notes, file names, answers, overlays) is text in every file of a release.

One is published that has what mark-up, scripts, formulas and templates are made of in each column of text.
"""

import csv
import json
import re
import shutil
from pathlib import Path

import docx
import duckdb
import openpyxl
import polars as pl
import pytest
from great_expectations import expectations as gxe
from making.browser import DESKTOP, browser
from making.marts import HOSTILE

from expectations import docs
from expectations.gate import judge, sound
from orchestration.publication import data_package, publish
from orchestration.publication.sheet import printable

TEXTS = (*(text for text in HOSTILE if len(text) < 1000), "</script><img src=x onerror=alert(1)>")
TEXT = " ".join(TEXTS)
# Codes and keys that are looked up or joined by; whatever else is text may hold anything.
KEYS = re.compile(
    r"(_id|_key|_measure|_code|_kind|_status|^status|_basis|^kind|^level|^code|^appendix|operator$|^reason|^severity|^state|"
    r"^unit|^part|^cause|^over_\w+|^suite|^outcome|^inputs|^locator|^section|_version|^members_level|^org_level|"
    r"^reported_qualifier|^release_id|_release|^relation|^target_code|^target_number|^period_to)$"
)
# As if it were not the first release, so that the page of changes has rows, and somebody had answered.
LATER = """
    update marts.release set compared_release = '20240101T000000Z-before';
    insert into marts.rpt_change by name
        select indicator_id, definition_version, org_key, period_id, 'newly_reported' as cause,
            null as value_before, value as value_after, is_made_up
        from marts.fct_indicator_value where known_to is null and value is not null limit 3;
    update marts.fct_matter set answer = 'x', answered_by = 'x', answered_at = now() where position = 1;
    update marts.fct_finding set state = 'accepted', accepted_reason = 'x', accepted_until = date '2099-12-31'
        where finding_id = (select min(finding_id) from marts.fct_finding);
"""


@pytest.fixture(scope="module")
def release(published, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    warehouse = folder / "warehouse.duckdb"
    shutil.copyfile(published.data / "warehouse/warehouse.duckdb", warehouse)
    with duckdb.connect(str(warehouse)) as con:
        con.execute(LATER)
        columns = con.execute(
            """select schema_name || '.' || table_name, column_name
               from duckdb_columns() join duckdb_tables() using (schema_name, table_name)
               where data_type = 'VARCHAR' and schema_name in ('marts', 'main')"""
        ).fetchall()
        for table, column in columns:
            if not KEYS.search(column):
                con.execute(f'update {table} set "{column}" = $1 where "{column}" is not null', [TEXT])
        (release_id,) = con.execute("select release_id from marts.release").fetchone()
    return publish(warehouse, folder / "published", release_id, data_docs)


def data_docs(folder: Path) -> None:
    """Of a table in which each text breaks an expectation."""
    rows = pl.DataFrame({"id": [f"{at}{text}" for at, text in enumerate(TEXTS)], "name": TEXTS})
    expected = [
        *sound("id"),
        gxe.ExpectColumnValuesToBeInSet(column="name", value_set=["a"], meta={"rule": "known_word"}),
        gxe.ExpectColumnValuesToMatchRegex(column="name", regex="^<i>$", meta={"rule": "one_word"}),
    ]
    verdict = judge("marts", "hostile", rows, expected, ["id"])
    rules = [
        {"rule_id": rule, "severity": "warning", "why": TEXT}
        | dict.fromkeys(("title_vi", "title_en", "action_vi", "action_en"), TEXT)
        for rule in ("known_word", "one_word", "duplicate_key", "required_value_missing", "not_a_number")
    ]
    docs.write_pages(folder, [verdict], rules)
    (folder / "index.html").write_text(
        docs.page("x", "x", docs.explained(docs.by_id(rules))), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def screen():
    with browser() as opened:
        yield opened(*DESKTOP)


def readable(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x08\x0b-\x1f\ufffe]", " ", text).split())


@pytest.mark.parametrize(
    "name",
    [
        "report/index.html",
        "report/changes.html",
        "report/dictionary.html",
        "data_docs/marts.hostile.html",
        "data_docs/index.html",
    ],
)
def test_a_page_shows_it_and_does_nothing_of_what_it_says(release, screen, name):
    screen.asked.clear(), screen.complaints.clear()
    page = screen.go(release / name, "#II.7" if name.endswith("index.html") else "")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none'; style-src ") and "form-action 'none'" in policy
    assert page.locator("img, iframe, main script, object, embed, form[action], base, main b b").count() == 0
    text = readable(page.evaluate("document.body.textContent"))
    missing = [one for one in TEXTS if readable(one) not in text]
    # the dictionary says nothing of what others wrote
    assert missing == ([] if "dictionary" not in name else list(TEXTS))
    assert (screen.asked, screen.complaints) == ([], [])


def test_the_readme_has_no_mark_up_of_it(release):
    text = (release / "README.md").read_text(encoding="utf-8")
    assert "alert(1)" in text
    ours = "Bản|Việc|Nội|Cảnh|Lưu|Release|Matters|Findings|Warning|Note"
    assert re.findall(rf"(?<!\\)[<`]|^#+ (?!{ours})", re.sub(r"`[^`\n]*`", "", text)) == []


def test_the_workbook_holds_text_and_numbers_alone(release):
    found = set()
    for sheet in openpyxl.load_workbook(release / "appendix_01.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n") and cell.hyperlink is None, cell.coordinate
                found.add(cell.value)
    assert any(str(value).startswith(printable(TEXT)[:100]) for value in found)


def test_the_word_document_holds_it_as_text(release):
    (file,) = (release / "report").glob("*.docx")
    document = docx.Document(file)
    text = " ".join(paragraph.text for paragraph in document.paragraphs)
    text += " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert readable(printable(TEXT)) in readable(text)
    assert "fldChar" not in document.element.xml and document.element.body.xpath(".//w:hyperlink") == []


def test_tables_and_csv_give_it_back_as_it_came(release, tmp_path):
    database = release / "dxkpi.duckdb"
    with duckdb.connect(str(database), read_only=True) as con:
        assert con.execute("select distinct title from marts.dim_plan").fetchall() == [(TEXT,)]
        assert con.execute("select distinct indicator_vi from scorecard").fetchall() == [(TEXT,)]
    assert pl.read_parquet(release / "parquet/dim_plan.parquet")["title"].unique().to_list() == [TEXT]
    chosen = [table for table in data_package.tables(database) if table.name in ("dim_plan", "matters")]
    for file in data_package.write_csv(database, chosen, tmp_path)[0]:
        rows = list(csv.DictReader(file.open(encoding="utf-8", newline="")))
        assert TEXT in {row.get("title") or row["title_vi"] for row in rows}
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    assert package["sources"] == [{"title": TEXT}]
