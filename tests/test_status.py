"""`dxkpi status`: who has reported, whether in time, and which release is the current one."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from ingest import receiving
from ingest.errors import Refused
from orchestration.command.main import main

# A release in which two districts, two operators and a publisher are enough to tell everything.
RELEASE = """
create schema marts;
create table marts.dim_org as
    from (values ('an_khe@1', 'an_khe', 'Thị xã An Khê'), ('pleiku@1', 'pleiku', 'Thành phố Pleiku'),
                 ('vnpt@1', 'vnpt', 'VNPT'), ('viettel@1', 'viettel', 'Viettel'))
    t (org_key, org_id, name_vi);
create table marts.dim_period as
    select period_id, cast(period_id || '-01' as date) as start_date, last_day(start_date) as end_date
    from (values ('2024-02'), ('2024-03'), ('2025-10')) t (period_id);
create table marts.fct_reporting as
    select source_id, org_id || '@1' as org_key, period_id, expected, received, on_time,
           cast(due_on as date) as due_on, cast(received_at as timestamptz) as received_at, is_made_up
    from (values
        ('vneid', 'an_khe', '2024-02', 1, 1, 1, '2024-03-05', '2024-03-04 02:00:00Z', false),
        ('vneid', 'pleiku', '2024-02', 1, 1, 0, '2024-03-05', '2024-03-05 18:00:00Z', false),
        ('vneid', 'an_khe', '2024-03', 1, 0, 0, '2024-04-05', null, false),
        ('vneid', 'pleiku', '2024-03', 1, 1, 1, '2024-04-05', '2024-04-05 02:00:00Z', false),
        ('telecom', 'vnpt', '2024-03', 1, 1, 1, '2024-04-05', '2024-04-02 02:00:00Z', true),
        ('telecom', 'viettel', '2024-03', 0, 1, null, null, '2024-04-02 02:00:00Z', true),
        ('published_figures', 'pleiku', '2025-10', null, 1, null, null, '2025-11-01 02:00:00Z', false))
    t (source_id, org_id, period_id, expected, received, on_time, due_on, received_at, is_made_up);
create table marts.release as
    select '20250101T000000Z-abc' as release_id, timestamptz '2025-01-01 00:00:00Z' as built_at;
"""


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    data = tmp_path / "data"
    monkeypatch.setenv("DXKPI_DATA_DIR", str(data))
    release = data / "published/releases/20250101T000000Z-abc"
    release.mkdir(parents=True)
    (data / "published/current").symlink_to(release)
    with duckdb.connect(str(release / "dxkpi.duckdb")) as database:
        database.execute(RELEASE)
    return data


def told(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["status", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def numbers(lines: list[str]) -> dict[tuple, list[str]]:
    rows = [line.split() for line in lines[1:] if line.startswith(("vneid", "telecom", "published"))]
    return {(row[0], row[1]): row[2:5] for row in rows}


def test_expected_received_and_in_time_are_counted_by_source_and_period():
    assert numbers(told()) == {
        ("published_figures", "2025-10"): ["–", "1", "–"],
        ("telecom", "2024-03"): ["1", "1", "1"],
        ("vneid", "2024-02"): ["2", "2", "1"],
        ("vneid", "2024-03"): ["2", "1", "1"],
    }


def test_who_is_missing_is_named():
    (line,) = (line for line in told() if line.startswith("vneid             2024-03"))
    assert line.endswith("2024-04-05  missing: an_khe")


def test_made_up_reports_are_called_so():
    assert [line.split()[0] for line in told() if "made-up data" in line] == ["telecom"]


def test_an_organisation_is_told_of_report_by_report_with_the_day_in_vietnam():
    lines = told("--org", "pleiku", "--source", "vneid")
    assert lines[0].endswith("Thành phố Pleiku: received 2024-03-06, late, due 2024-03-05")
    assert lines[1].endswith("Thành phố Pleiku: received 2024-04-05, in time, due 2024-04-05")
    assert told("--org", "an_khe", "--period", "2024-03")[0].endswith(
        "Thị xã An Khê: missing, due 2024-04-05"
    )


def test_the_current_release_is_named(data):
    lines = told()
    assert "20250101T000000Z-abc, built 2025-01-01 00:00 UTC" in lines[-2]
    assert lines[-1].strip() == str(data / "published/current")


def test_what_waits_and_what_is_set_aside_is_told(data):
    waiting = data / "inbox/vneid/2024-03/a.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("x", encoding="utf-8")
    with pytest.raises(Refused):
        receiving.receive_body("vneid", "odd.csv", b"Ten,So\nPleiku,7\n", period_id="2024-03")
    lines = "\n".join(told())
    assert "1 waiting, vneid/2024-03/a.csv first" in lines
    assert "Quarantine: 1 files" in lines


def test_status_comes_as_json_too():
    rows = [json.loads(line) for line in told("--json", "--source", "vneid", "--period", "2024-03")]
    assert [(row["org_id"], row["expected"], row["received"], row["on_time"]) for row in rows] == [
        ("an_khe", 1, 0, 0),
        ("pleiku", 1, 1, 1),
    ]


def test_a_source_that_does_not_exist_is_refused():
    result = CliRunner().invoke(main, ["status", "--source", "nobody"])
    assert result.exit_code == 1 and "nobody: is no source" in result.output


def test_the_real_release_tells_its_reports(published, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(published.data))
    assert numbers(told())["published_figures", "2023"][1] == "1"


def test_a_report_that_nobody_expected_is_counted_apart():
    (telecom,) = [line for line in told() if line.startswith("telecom")]
    assert "not expected: 1" in telecom
