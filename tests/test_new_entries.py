"""Adding an indicator is one entry of the registry; adding a source is one module, one suite, one folder of
fixtures and its entries, as the design says. Both are added to a copy of the project and go all the way to a
release, with every model and every other line of Python as they are.
"""

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT, Run
from making.gia_lai import PLAN
from making.processes import HANGS

SOURCE = Path(__file__).parent / "fixtures/new_source"
NAME = "post_offices"
COMMAND = "import sys; from orchestration.command.main import main; main()"
ENTRY = """
  - id: eid_in_use
    version: 1
    pillar: digital_society
    name:
      vi: Tỷ lệ người trưởng thành sử dụng tài khoản định danh điện tử trên số được cấp
      en: Adults who use the identity account they were issued with
    kind: ratio
    unit: percent
    numerator: adults_with_eid
    denominator: adults_issued_eid
    is_share: true
    higher_is_better: true
    bounds:
      lower: 0
      upper: 80
      reason: Made up, so that a value lies outside.
    max_step: 40
    basis: wording
    supplier: cong_an_tinh
"""
LAST_ROW = "9\tTỷ trọng các bệnh viện tuyến tỉnh"
ROW = "10\tTỷ lệ người trưởng thành sử dụng tài khoản định danh điện tử trên số được cấp\t>80,5%\t75%\t"
NOT_COMPUTED = "not_computable: denominator_missing"
ISSUED, IN_USE = (f"Người trưởng thành {what} tài khoản định danh điện tử" for what in ("được cấp", "có"))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the project to which a source and an indicator have been added."""
    copy = tmp_path_factory.mktemp("checkout")
    generated = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in ("ingest", "expectations", "orchestration", "dbt_project", "data/registry"):
        shutil.copytree(ROOT / room, copy / room, ignore=generated)
    for file in ("workspace.yaml", "dagster.yaml"):
        shutil.copy(ROOT / file, copy)

    # one module
    shutil.copy(SOURCE / f"{NAME}.py", copy / "ingest/sources")

    # one suite
    suites = copy / "expectations/arrivals.py"
    text = suites.read_text(encoding="utf-8")
    suites.write_text(text.replace('"vneid": EXTRACT,', f'"vneid": EXTRACT, "{NAME}": EXTRACT,'), "utf-8")

    # its entries in the registry, and that of the indicator
    entries = {name: (SOURCE / name).read_text(encoding="utf-8") for name in ("sources.yml", "measures.yml")}
    for name, more in (entries | {"indicators.yml": ENTRY}).items():
        with (copy / "data/registry" / name).open("a", encoding="utf-8") as registry:
            registry.write(more)
    return copy


@pytest.fixture(scope="module")
def released(checkout) -> Run:
    """A release of the plan with one row more in Phụ lục 01, of two months of police reports and of a report
    of the new source."""
    data = checkout / "data/state"
    shutil.copytree(PLAN.parent, data / "plan/gia-lai-2024")
    lines = PLAN.read_text(encoding="utf-8").splitlines()
    (last,) = (number for number, line in enumerate(lines) if line.startswith(LAST_ROW))
    lines.insert(last + 1, ROW)
    (data / "plan/gia-lai-2024/plan.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (data / "samples").mkdir()
    for month, heading, count in [
        ("2024-03", f"Đơn vị,{IN_USE},{ISSUED}", "Thành phố Pleiku,90000,100000"),
        ("2024-04", f"Đơn vị,{IN_USE}", "Thành phố Pleiku,91000"),
    ]:
        file = data / f"inbox/vneid/{month}/report.csv"
        file.parent.mkdir(parents=True)
        file.write_text(f"{heading}\n{count}\n", encoding="utf-8")
    received = dxkpi(checkout, "ingest", "extract", NAME, str(SOURCE / "report.csv"), "--period", "2024-03")
    assert received.returncode == 0, received.stderr
    ran = dxkpi(checkout, "run")
    assert ran.returncode == 0, ran.stderr
    return Run(data, ran.stdout, ran.stderr)


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
        timeout=HANGS,
    )


def test_a_source_from_a_folder_reaches_the_marts(released):
    for stage in (f"landed__{NAME}", "warehouse"):
        assert re.search(rf"· {stage} \(", released.stderr), released.stderr
    assert released.query(
        f"""select measure_id, org_id, value, raw_text from marts.fct_observation
            join marts.dim_org using (org_key) where source_id = '{NAME}' order by all"""
    ) == [
        ("dossiers_carried_by_post", "kbang", 77, "77"),
        ("dossiers_carried_by_post", "pleiku", 1204, "1.204"),
        ("results_carried_by_post", "kbang", 1001, "1.001"),
        ("results_carried_by_post", "pleiku", 988, "988"),
    ]
    ((judged, not_passed),) = released.query(
        f"""select count(*), count(*) filter (outcome <> 'passed') from marts.fct_check_result
            where "table" = '{NAME}'"""
    )
    assert judged >= 5 and not_passed == 0
    assert released.query(
        f"""select sum(received) from marts.fct_reporting
            where source_id = '{NAME}' and period_id = '2024-03' and org_key like '%@1'"""
    ) == [(2,)]


def test_its_values_are_divided_from_what_was_counted(released):
    # 664940 / 825384 = 80.56128... %; of April nobody said how many accounts were issued
    assert released.query(
        """select org_key, period_id, numerator, denominator, value, reported_value, value_status, reason
           from marts.fct_indicator_value
           where indicator_id = 'eid_in_use' and known_to is null
             and (org_key = 'pleiku@1' or period_id = '2023')
           order by all"""
    ) == [
        ("gia_lai@1", "2023", 664_940, 825_384, Decimal("80.5613"), 75, "computed", None),
        ("pleiku@1", "2024", 91_000, 100_000, None, None, "not_computable", "period_mismatch"),
        ("pleiku@1", "2024-03", 90_000, 100_000, 90, None, "computed", None),
        ("pleiku@1", "2024-04", 91_000, None, None, None, "not_computable", "denominator_missing"),
        ("pleiku@1", "2024-Q1", 90_000, 100_000, 90, None, "computed", None),
        ("pleiku@1", "2024-Q2", 91_000, None, None, None, "not_computable", "denominator_missing"),
    ]


def test_its_target_has_a_verdict_on_the_value_and_one_on_what_was_reported(released):
    assert released.query(
        """select target_id, operator, target_value, value, met, met_as_reported, gap_points
           from marts.rpt_scorecard where indicator_id = 'eid_in_use'"""
    ) == [
        (
            "gia-lai-2024/PL01.IV.10/2023",
            ">",
            Decimal("80.5"),
            Decimal("80.5613"),
            True,
            False,
            Decimal("0.0613"),
        )
    ]


def test_its_findings_are_told(released):
    assert released.query(
        """select rule_id, period_id, subject_key, actual from marts.fct_finding
           where indicator_id = 'eid_in_use' and rule_id <> 'reporters_missing' order by all"""
    ) == [
        ("ratio_not_computed", "2024-04", "eid_in_use|1|pleiku@1|2024-04", NOT_COMPUTED),
        ("value_out_of_bounds", "2023", "eid_in_use|1|gia_lai@1|2023", "80.5613 (published 75)"),
        ("value_out_of_bounds", "2024-03", "eid_in_use|1|pleiku@1|2024-03", "90"),
        ("value_out_of_bounds", "2024-Q1", "eid_in_use|1|pleiku@1|2024-Q1", "90"),
        ("verdict_depends_on_value", "2023", "eid_in_use|1|gia_lai@1|2023", "met (computed)"),
    ]
    # the other districts: the months in one finding, the quarters in another, and the year
    assert released.query(
        """select count(*) from marts.fct_finding
           where indicator_id = 'eid_in_use' and rule_id = 'reporters_missing'"""
    ) == [(3,)]
