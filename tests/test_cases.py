"""Files as offices and their programs write them, each with its right values: what lands is exactly that, and
what cannot be used is named. `fixtures/cases/cases.yml` says what is right."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from ingest import landing, readings, receiving
from ingest.errors import Refused

FOLDER = Path(__file__).parent / "fixtures/cases"
CASES = yaml.safe_load((FOLDER / "cases.yml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))


def receive(case) -> dict:
    """The tables that a case's file is read into, as data frames."""
    body = (FOLDER / case["file"]).read_bytes()
    period = case.get("period", "2024-03")
    extract = receiving.receive_body(case["source"], case["file"], body, period_id=period)
    read = readings.kept(extract, landing.reading_code()).glob("*.parquet")
    return {file.stem: pl.read_parquet(file) for file in read}


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_file_gives_its_right_values_or_its_named_refusal(case):
    try:
        tables = receive(case)
    except Refused as refused:
        expected = case.get("refused") or case.get("or_refused")
        assert expected, f"refused though it is sound: {refused}"
        assert case["file"] in str(refused) and "\n" not in str(refused)
        assert not [piece for piece in expected if piece not in str(refused)], str(refused)
        return
    assert "refused" not in case, tables[case["source"]].select("org_text", "subject", "value").rows()
    rows = tables[case["source"]]
    landed = {}
    for unit, subject, value in rows.select("org_text", "subject", "value").rows():
        assert subject not in landed.setdefault(unit, {}), f"{subject} of {unit} landed twice"
        landed[unit][subject] = value
    right = {u: {s: Decimal(str(v)) for s, v in numbers.items()} for u, numbers in case["lands"].items()}
    assert landed == right
    if days := case.get("days"):
        assert set(rows.select("period_start", "period_end").rows()) == {tuple(days)}
    reported = str(tables["rejected_rows"].rows() + tables["unread_parts"].rows())
    assert not [piece for piece in case.get("told", []) if piece not in reported], reported


def test_every_file_of_the_folder_is_a_case():
    files = {file.name for file in FOLDER.iterdir() if file.is_file()} - {"cases.yml"}
    named_elsewhere = {"hai-cach-viet-mot-don-vi.csv"}  # what lands of it the warehouse decides
    assert {case["file"] for case in CASES} | named_elsewhere == files
