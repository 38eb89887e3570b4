"""The graph that Dagster shows: as docs/graph.txt has it, in groups without a loop, all described."""

import subprocess
import sys

import pytest
from conftest import ROOT

GRAPH = ROOT / "docs/graph.txt"


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> str:
    """What docs/graph.py prints of the definitions, in a data directory where nothing has ever run."""
    told = subprocess.run(
        [sys.executable, ROOT / "docs/graph.py"],
        env={"PATH": "", "DXKPI_DATA_DIR": str(tmp_path_factory.mktemp("data"))},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr  # two groups that need each other end it, too
    return told.stdout


def test_the_page_of_the_graph_shows_what_is_there(shown):
    assert shown == GRAPH.read_text(encoding="utf-8"), "docs/graph.txt is old: make docs"


def test_groups_read_from_what_comes_in_to_what_goes_out(shown):
    order = [line.removeprefix("# ") for line in shown.splitlines() if line.startswith("# ")]
    flow = ["raw", "landed", "marts", "audit", "reports", "checks", "flat", "findings", "published"]
    assert [group for group in order if group in flow] == flow
    assert set(order) - set(flow) == {"registry", "history", "jobs", "sensors", "schedules"}


def test_a_release_depends_on_published_tables_alone(shown):
    about = shown.partition("\nrelease_folder ")[2].partition("\n\n")[0]
    made_from = about.partition("<- ")[2].replace(",", " ").split()
    assert len(made_from) > 40 and {table.partition("/")[0] for table in made_from} == {"marts"}


def test_everything_is_described_and_has_somebody_who_answers_for_it(shown):
    lines = shown.partition("\n\n")[2].splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line and not line.startswith((" ", "#")):
            assert after.startswith("    ") and not after.startswith(("    <-", "    ?")), line
            assert "team:" in line or "/" not in line, line
    assert "None" not in shown


def test_no_check_hangs_on_what_is_not_there_and_those_of_suites_hang_on_what_they_judge(shown):
    for table in ("marts/fct_observation", "marts/rpt_scorecard", "marts/plan_claim"):
        about = shown.partition(f"\n{table} ")[2]
        checks = [line for line in about.splitlines()[:20] if line.startswith("    ? ")]
        assert any(line.startswith("    ? expectations") for line in checks), table
