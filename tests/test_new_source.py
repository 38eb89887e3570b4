"""Adding a source needs what the design says and no more: one module, one suite, one folder of fixtures, its
entries in the registry. One from a temporary folder goes all the way to the marts.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT

NEW = Path(__file__).parent / "fixtures/new_source"
NAME = "post_offices"
COMMAND = "import sys; from orchestration.command.main import main; main()"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the project to which a source has been added."""
    copy = tmp_path_factory.mktemp("checkout")
    generated = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in ("ingest", "expectations", "orchestration", "dbt_project", "data/registry"):
        shutil.copytree(ROOT / room, copy / room, ignore=generated)
    for file in ("workspace.yaml", "dagster.yaml"):
        shutil.copy(ROOT / file, copy)
    (copy / "data/state/plan").mkdir(parents=True)
    (copy / "data/state/samples").mkdir()

    # one module
    shutil.copy(NEW / f"{NAME}.py", copy / "ingest/sources")

    # one suite
    suites = copy / "expectations/arrivals.py"
    text = suites.read_text(encoding="utf-8")
    suites.write_text(text.replace('"vneid": EXTRACT,', f'"vneid": EXTRACT, "{NAME}": EXTRACT,'), "utf-8")

    # its entries in the registry
    for entries in ("sources.yml", "measures.yml"):
        with (copy / "data/registry" / entries).open("a", encoding="utf-8") as registry:
            registry.write((NEW / entries).read_text(encoding="utf-8"))
    return copy


def dxkpi(checkout: Path, *arguments: str):
    environment = os.environ | {
        "PYTHONPATH": str(checkout),
        "DXKPI_DATA_DIR": str(checkout / "data/state"),
    }
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env=environment,
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_source_from_a_folder_reaches_the_marts(checkout):
    report = str(NEW / "report.csv")
    received = dxkpi(checkout, "ingest", "extract", NAME, report, "--period", "2024-03")
    assert received.returncode == 0, received.stderr
    ran = dxkpi(checkout, "run")
    assert ran.returncode == 0, ran.stderr
    for stage in (f"landed__{NAME}", "warehouse", "release_folder"):
        assert re.search(rf"· {stage} \(", ran.stderr), ran.stderr
    release = checkout / "data/state/published/current/dxkpi.duckdb"
    with duckdb.connect(str(release), read_only=True) as database:
        rows = database.execute(
            f"""select measure_id, org_id, value, raw_text from marts.fct_observation
                join marts.dim_org using (org_key) where source_id = '{NAME}' order by all"""
        ).fetchall()
        judged = database.execute(
            f"""select count(*), count(*) filter (outcome <> 'passed') from marts.fct_check_result
                where "table" = '{NAME}'"""
        ).fetchone()
        expected = database.execute(
            f"""select count(*), sum(received) from marts.fct_reporting
                where source_id = '{NAME}' and period_id = '2024-03' and org_key like '%@1'"""
        ).fetchone()
    assert rows == [
        ("dossiers_carried_by_post", "kbang", 77, "77"),
        ("dossiers_carried_by_post", "pleiku", 1204, "1.204"),
        ("results_carried_by_post", "kbang", 1001, "1.001"),
        ("results_carried_by_post", "pleiku", 988, "988"),
    ]
    assert judged[0] >= 5 and judged[1] == 0
    assert expected[1] == 2
