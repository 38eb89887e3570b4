"""What other tools get of a release: a data package that its own tool accepts, CSV by RFC 4180, SDMX-CSV."""

import csv
import hashlib
import json
import re

import duckdb
import pyarrow.parquet
import pytest
from conftest import dxkpi
from frictionless import Package
from making.marts import HOSTILE
from pysdmx.io import get_datasets, read_sdmx

from ingest.errors import Refused
from orchestration.command import export
from orchestration.publication import data_package
from orchestration.publication.sdmx import PARTS

ID = re.compile(r"[A-Za-z0-9_@$-]+")  # of a code in SDMX


@pytest.fixture
def of_published(published, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(published.data))


def rows_of(file) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def test_the_data_package_of_a_release_describes_every_parquet_file(published):
    package = json.loads((published.release / "datapackage.json").read_text(encoding="utf-8"))
    Package.from_descriptor(package)  # raises what its own tool has against it
    assert package["version"] == json.loads((published.release / "manifest.json").read_text())["release_id"]
    resources = {resource["path"]: resource for resource in package["resources"]}
    files = {f"parquet/{file.name}": file for file in (published.release / "parquet").iterdir()}
    assert resources.keys() == files.keys()
    for path, resource in resources.items():
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[path].read_bytes()).hexdigest()}"
        fields = resource["schema"]["fields"]
        assert [f["name"] for f in fields] == pyarrow.parquet.read_schema(files[path]).names
        assert all(field.get("description") for field in fields), path


def test_an_exported_data_package_is_valid_by_frictionless_over_every_row(of_published, tmp_path):
    reported = list(export.write("datapackage", tmp_path / "out", []))
    report = Package(str(tmp_path / "out/datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    assert report.stats["tasks"] >= 40
    assert (
        reported[-1].startswith(str(tmp_path / "out/datapackage.json"))
        or "import the columns" in reported[-1]
    )


def test_an_exported_csv_holds_the_rows_of_the_release_by_rfc_4180(of_published, published, tmp_path):
    list(export.write("csv", tmp_path / "out", ["rpt_scorecard", "dim_extract", "fct_task"]))
    assert sorted(f.name for f in (tmp_path / "out").iterdir()) == [
        "dim_extract.csv", "fct_task.csv", "rpt_scorecard.csv",
    ]  # fmt: skip
    body = (tmp_path / "out/rpt_scorecard.csv").read_bytes()
    assert not body.startswith(b"\xef\xbb\xbf") and body.endswith(b"\r\n")
    for file in (tmp_path / "out").iterdir():
        head, *rows = rows_of(file)
        assert {len(row) for row in rows} == {len(head)}
    head, *rows = rows_of(tmp_path / "out/rpt_scorecard.csv")
    at = {name: head.index(name) for name in ("target_id", "period_id", "org_key", "value", "met")}
    exported = sorted(tuple(row[n] for n in at.values()) for row in rows)
    known = published.query("""
        select target_id, period_id, org_key, coalesce(cast(value as varchar), ''),
            coalesce(cast(met as varchar), '') from marts.rpt_scorecard""")
    assert exported == sorted(known)
    head, *rows = rows_of(tmp_path / "out/dim_extract.csv")
    assert json.loads(rows[0][head.index("arrived_at")])[0].startswith("20")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", rows[0][head.index("received_at")])


def test_a_table_that_has_moved_is_listed_once_from_where_it_is(tmp_path):
    with duckdb.connect(str(tmp_path / "dxkpi.duckdb")) as con:
        con.execute("create schema marts; create schema audit")
        con.execute("create table audit.rpt_unit_audit as select 1 as n")
        con.execute("create view marts.rpt_unit_audit as select * from audit.rpt_unit_audit")
        con.execute("create table marts.release as select 1 as n")
        con.execute("create view main.scorecard as select 2 as n")
    found = [(table.schema, table.name) for table in data_package.tables(tmp_path / "dxkpi.duckdb")]
    assert found == [("marts", "release"), ("audit", "rpt_unit_audit"), ("main", "scorecard")]


def test_text_of_others_reaches_a_csv_as_it_is_and_formulas_are_counted(tmp_path):
    database = tmp_path / "dxkpi.duckdb"
    with duckdb.connect(str(database)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.texts (text varchar, amount integer)")
        con.executemany("insert into marts.texts values ($1, -1)", [[text] for text in HOSTILE])
    tables = data_package.tables(database)
    (file,), formulas = data_package.write_csv(database, tables, tmp_path)
    assert [text for text, _ in rows_of(file)[1:]] == sorted(HOSTILE, key=str.encode)
    assert formulas == sum(text[0] in "=+-@" for text in HOSTILE) == 4


@pytest.fixture(scope="module")
def sdmx(published, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange") / "sdmx"
    result = dxkpi("export", "--format", "sdmx-csv", str(folder), data=published.data)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == len([*folder.rglob("*.*")])
    return folder


def test_the_sdmx_csv_has_the_columns_of_its_structure_and_the_values_of_the_release(sdmx, published):
    head, *rows = rows_of(sdmx / "indicators.csv")
    assert head == ["STRUCTURE", "STRUCTURE_ID", "ACTION", *(part.id for part in PARTS)]
    assert {tuple(row[:3]) for row in rows} == {("dataflow", "DXKPI:DF_INDICATORS(1.0.0)", "I")}
    key = [head.index(name) for name in ("INDICATOR", "DEFINITION", "REF_AREA", "TIME_PERIOD")]
    stated = [head.index(name) for name in ("OBS_VALUE", "OBS_STATUS", "REASON")]
    values = {tuple(row[n] for n in key): tuple(row[n] for n in stated) for row in rows}
    known = published.query("""
        select indicator_id, cast(definition_version as varchar), org_key, period_id,
            coalesce(cast(value as varchar), ''), obs_status, coalesce(reason, '')
        from marts.fct_indicator_value inner join marts.dim_indicator using (indicator_id, definition_version)
        where known_to is null and kind = 'ratio'""")
    assert len(values) == len(rows) == len(known) > 40
    assert values == {tuple(row[:4]): tuple(row[4:]) for row in known}


def test_every_code_of_the_sdmx_csv_is_in_its_list_and_a_missing_value_has_its_status(sdmx):
    head, *rows = rows_of(sdmx / "indicators.csv")
    for part in (part for part in PARTS if part.codes):
        codes = [row[0] for row in rows_of(sdmx / f"codelists/{part.codes}.csv")[1:]]
        assert len(set(codes)) == len(codes) and all(ID.fullmatch(code) for code in codes)
        used = {row[head.index(part.id)] for row in rows} - ({""} if not part.required else set())
        assert used <= set(codes), part.id
    for row in rows:
        assert (row[head.index("OBS_VALUE")] == "") == (row[head.index("OBS_STATUS")] in ("M", "L", "O"))


def test_pysdmx_reads_the_structure_by_the_schema_of_the_standard_and_the_data_by_the_structure(sdmx):
    message = read_sdmx(sdmx / "structure.json", validate=True)
    kinds = [type(structure).__name__ for structure in message.structures]
    assert sorted(kinds) == sorted(
        ["Codelist"] * len([*(sdmx / "codelists").iterdir()])
        + ["ConceptScheme", "DataStructureDefinition", "Dataflow"]
    )
    (dataset,) = get_datasets(sdmx / "indicators.csv", sdmx / "structure.json")
    assert len(dataset.data) == len(rows_of(sdmx / "indicators.csv")) - 1
    assert dataset.structure.components["REF_AREA"].local_codes or dataset.structure.components["REF_AREA"]


def test_what_is_asked_wrongly_is_said_and_nothing_is_written(of_published, tmp_path):
    for form, names, reported in (
        ("csv", ["rpt_scorecards"], "the release has no such table; it has bridge_value_evidence, "),
        ("sdmx-csv", ["rpt_scorecard"], "leave --tables out"),
    ):
        with pytest.raises(Refused, match=re.escape(reported)):
            list(export.write(form, tmp_path / "out", names))
        assert not (tmp_path / "out").exists()
    (tmp_path / "file.txt").write_text("kept")
    with pytest.raises(Refused, match="is not an empty folder"):
        list(export.write("csv", tmp_path, []))
    assert [f.name for f in tmp_path.iterdir()] == ["file.txt"]
