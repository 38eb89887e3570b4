"""Every figure of a file is landed, set aside, checked as a total, or listed as unread."""

import re
from pathlib import Path

import pytest
import yaml
from making import corpus

from ingest import reading
from ingest.errors import Refused
from ingest.sources import SOURCES

FIXTURES = Path(__file__).parent / "fixtures"
CASES = yaml.safe_load((FIXTURES / "cases/cases.yml").read_text(encoding="utf-8"))
# Columns whose figures are no numbers of the file.
ABOUT = {"STT", "Mã đơn vị", "Đến ngày"}
FIGURE = re.compile(r"[-(]?\s*\d[\d.,\s]*%?\)?")


def lost(source: str, name: str, body: bytes, period: str, monkeypatch) -> list[str]:
    """The rows of a file with more figures than what became of them accounts for."""
    tables = []
    read = reading.read_only_table
    monkeypatch.setattr(reading, "read_only_table", lambda *a: tables.append(read(*a)) or tables[-1])
    try:
        found = SOURCES[source].parse(name, body, period)
    except Refused:
        return []  # nothing lands, and the refusal names its place
    finally:
        monkeypatch.setattr(reading, "read_only_table", read)
    if not tables:
        return []
    grid = tables[-1].grid
    unread = found.unread
    columns = unread.filter(part="column").height
    about = len(ABOUT & tables[-1].headings.keys())
    landed = dict(found.rows.group_by("row").len().rows())
    aside = set(found.rejected["row"]) | {
        int(row) for locator in unread["locator"] for row in re.findall(r"row (\d+)", locator)
    }
    checked = found.tally.totals + found.tally.sections
    blocks = unread.filter(part="row")["figures"].sum()  # of rows that are left out together
    first = min([*landed, *aside])
    missing = []
    for number, cells in enumerate(grid.cells.rows(), start=1):
        figures = sum(bool(cell and FIGURE.fullmatch(cell.strip())) for cell in cells)
        if number < first or number in aside or figures <= landed.get(number, 0) + columns + about:
            continue
        if number not in landed and (checked := checked - 1) >= 0:
            continue
        if number not in landed and (blocks := blocks - figures + about) >= 0:
            continue
        missing.append(f"row {number}: {cells}")
    return missing


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_no_figure_of_a_case_is_lost(case, monkeypatch):
    body = (FIXTURES / "cases" / case["file"]).read_bytes()
    assert not lost(case["source"], case["file"], body, case.get("period", "2024-03"), monkeypatch)


@pytest.mark.parametrize("seed", range(40))
def test_no_figure_of_a_clean_file_is_lost(seed, monkeypatch):
    case = corpus.clean(seed)
    assert not lost(case.source, case.name, case.body, case.period, monkeypatch)
