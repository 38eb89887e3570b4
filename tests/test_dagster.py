"""Ingestion in Dagster: partitions, schedules, the inbox's sensor, backfill and repair, one warehouse."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl
import pytest
import yaml
from conftest import ROOT
from making.portal import Portal, later, refuses, running

from ingest import folders, landing, manifest, quarantine, receiving
from ingest.errors import Refused
from orchestration import alerts
from orchestration.assets import (
    automation,
    checks,
    freshness,
    inbox,
    ingestion,
    partitions,
    runs,
    schedules,
    watch,
)
from orchestration.command.main_job import dagster_home

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
GOOD = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,622,{},250000\n"
BAD = "Ten,So\nPleiku,7\n"
HALF_A_YEAR = [f"2024-{month:02}" for month in range(1, 7)]

received = dg.Definitions(assets=ingestion.received, jobs=ingestion.jobs, executor=dg.in_process_executor)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    """A data directory into which nothing comes by itself."""
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data/samples").mkdir(parents=True)
    return tmp_path / "data"


def drop(data: Path, period: str, text: str | None = None, source: str = "vneid") -> Path:
    file = data / "inbox" / source / period / f"{source}-{period}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    day = f"28/{period[5:]}/{period[:4]}"
    file.write_text(GOOD.format(day) if text is None else text, encoding="utf-8")
    return file


def run(instance: dg.DagsterInstance, period: str, source: str = "vneid", **delivery):
    job = received.resolve_job_def(ingestion.job_name(source))
    return job.execute_in_process(
        instance=instance,
        partition_key=period,
        run_config=ingestion.config_of(source, **delivery),
        raise_on_error=False,
    )


def why(result) -> str:
    (failure,) = result.get_step_failure_events()
    return failure.event_specific_data.error.message


# Partitions


def test_monthly_sources_have_months_and_unit_reports_quarters():
    for source in ("dvc_portal", "vneid", "telecom"):
        assert ingestion.PARTITIONS[source] is partitions.MONTHS
    assert ingestion.PARTITIONS["unit_reports"] is partitions.QUARTERS
    assert ingestion.PARTITIONS["published_figures"] is None


def test_a_partition_is_called_as_its_period_is_called_everywhere():
    assert partitions.MONTHS.has_partition_key("2024-03") and partitions.QUARTERS.has_partition_key("2024-Q1")
    assert not partitions.MONTHS.has_partition_key("2024-13")


def test_the_month_that_has_begun_in_hanoi_is_a_partition():
    first_minute = datetime(2024, 5, 1, 0, 1, tzinfo=HANOI)  # in London it is still April
    assert partitions.MONTHS.get_partition_keys(current_time=first_minute)[-1] == "2024-05"


def test_broken_rows_of_periods_are_ranges_of_their_own():
    wanted = ["2024-01", "2024-02", "2024-05"]
    assert list(partitions.ranges(partitions.MONTHS, wanted)) == [
        ("2024-01", "2024-02"),
        ("2024-05", "2024-05"),
    ]
    assert list(partitions.ranges(partitions.QUARTERS, ["2024-Q4", "2025-Q1"])) == [("2024-Q4", "2025-Q1")]


# Schedules


def asked(name: str, *moment: int) -> dg.RunRequest:
    (schedule,) = (s for s in schedules.schedules() if s.name == f"{name}_is_due")
    now = datetime(*moment, tzinfo=HANOI)
    repository = received.get_repository_def()
    with dg.build_schedule_context(scheduled_execution_time=now, repository_def=repository) as context:
        (request,) = schedule.evaluate_tick(context).run_requests
    return request


def test_each_periodic_source_has_a_schedule_on_its_due_day_in_vietnam_and_the_fetched_one_each_day():
    found = {s.name: s for s in schedules.schedules()}
    assert {name: s.cron_schedule for name, s in found.items()} == {
        "dvc_portal_is_due": "0 7 5 * *",
        "vneid_is_due": "0 7 5 * *",
        "telecom_is_due": "0 7 5 * *",
        "unit_reports_is_due": "0 7 29 3,6,9,12 *",
        "dvc_portal_restated": "30 6 * * *",
    }
    assert {s.execution_timezone for s in found.values()} == {"Asia/Ho_Chi_Minh"}


@pytest.mark.parametrize(
    ("source", "moment", "period"),
    [
        ("vneid", (2024, 4, 5, 7), "2024-03"),
        ("vneid", (2024, 1, 5, 7), "2023-12"),
        ("unit_reports", (2024, 3, 29, 7), "2024-Q1"),
        ("unit_reports", (2024, 12, 29, 7), "2024-Q4"),
    ],
)
def test_a_schedule_asks_for_the_period_that_is_due(source, moment, period):
    request = asked(source, *moment)
    assert request.partition_key == period
    assert ingestion.PARTITIONS[source].has_partition_key(period)


def test_only_a_source_with_an_address_is_fetched():
    assert asked("dvc_portal", 2024, 4, 5, 7).run_config["ops"]["raw__dvc_portal"]["config"] == {
        "fetch": True
    }
    assert asked("vneid", 2024, 4, 5, 7).run_config["ops"]["raw__vneid"]["config"] == {"fetch": False}


@pytest.mark.parametrize(
    ("configured", "on"),
    [
        ("", []),
        ("vneid", ["vneid_is_due"]),
        ("dvc_portal, telecom", ["dvc_portal_is_due", "dvc_portal_restated", "telecom_is_due"]),
        ("dvc_portal_restated", ["dvc_portal_restated"]),
        ("telecom_is_due,", ["telecom_is_due"]),
        ("vneid_is_due, unit_reports", ["unit_reports_is_due", "vneid_is_due"]),
    ],
)
def test_schedules_are_off_until_they_are_named(monkeypatch, configured, on):
    monkeypatch.setenv("DXKPI_AUTOMATION", configured)
    running = [s.name for s in schedules.schedules() if s.default_status == dg.DefaultScheduleStatus.RUNNING]
    assert sorted(running) == on


@pytest.mark.parametrize(
    "wrong", ["telekom", "telecom_due", "plan", "published_figures_is_due", "All", "inbox_is_due"]
)
def test_a_name_that_no_sensor_and_no_schedule_has_is_refused_by_name(monkeypatch, wrong):
    monkeypatch.setenv("DXKPI_AUTOMATION", f"vneid,inbox,{wrong}")
    with pytest.raises(
        Refused, match=f"^DXKPI_AUTOMATION: {wrong}: no such sensor or schedule; expected all, or"
    ):
        automation.refuse_unknown(["inbox", "silence"], schedules.due_of())


def test_all_sensors_and_schedules_can_be_switched_on_at_once(monkeypatch):
    monkeypatch.setenv("DXKPI_AUTOMATION", "all")
    assert {s.default_status for s in schedules.schedules()} == {dg.DefaultScheduleStatus.RUNNING}
    assert automation.sensor("inbox") == dg.DefaultSensorStatus.RUNNING
    automation.refuse_unknown(["inbox"], schedules.due_of())


def test_the_last_periods_received_are_fetched_again_each_day_in_unbroken_rows(data):
    (again,) = (s for s in schedules.schedules() if s.name == "dvc_portal_restated")

    def requests() -> list[tuple]:
        now = datetime(2025, 2, 3, 6, 30, tzinfo=HANOI)
        with dg.build_schedule_context(
            scheduled_execution_time=now, repository_def=received.get_repository_def()
        ) as context:
            found = again.evaluate_tick(context).run_requests
        assert all(r.run_config["ops"]["raw__dvc_portal"]["config"] == {"fetch": True} for r in found)
        return [(r.run_key, *(r.tags[f"{ingestion.RANGE}_{end}"] for end in ("start", "end"))) for r in found]

    assert requests() == []
    body = (ROOT / "tests/fixtures/dvc_portal").joinpath("made_up_monthly_summary.json").read_bytes()
    for period in ("2024-01", "2024-02", "2024-11", "2024-12"):
        receiving.receive_body(
            "dvc_portal", f"{period}.json", body + b" " * int(period[-2:]), period_id=period
        )
    assert requests() == [
        ("2025-02-03 2024-02", "2024-02", "2024-02"),
        ("2025-02-03 2024-11", "2024-11", "2024-12"),
    ]


# The sensor on the inbox


def look(cursor: str | None) -> dg.SensorResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return inbox.inbox_sensor(dg.build_sensor_context(instance=instance, cursor=cursor))


def test_a_file_is_asked_for_at_the_second_look(data):
    drop(data, "2024-03")
    first = look(None)
    assert first.run_requests == []
    (request,) = look(first.cursor).run_requests
    assert (request.job_name, request.partition_key) == ("receive_vneid", "2024-03")
    assert request.run_config["ops"]["raw__vneid"]["config"] == {
        "files": ["vneid/2024-03/vneid-2024-03.csv"],
        "fetch": False,
    }


def test_a_file_that_grows_between_two_looks_is_left_alone(data):
    file = drop(data, "2024-03", "half")
    first = look(None)
    file.write_text("half and more", encoding="utf-8")
    second = look(first.cursor)
    assert second.run_requests == []
    assert len(look(second.cursor).run_requests) == 1


def test_the_same_files_are_asked_for_once_and_a_new_one_again(data):
    drop(data, "2024-03")
    cursor = look(None).cursor
    (once,), (twice,) = look(cursor).run_requests, look(cursor).run_requests
    assert once.run_key == twice.run_key
    drop(data, "2024-03", "another")
    cursor = look(cursor).cursor
    (other,) = look(cursor).run_requests
    assert other.run_key != once.run_key


def test_files_of_several_sources_and_periods_are_runs_of_their_own(data):
    drop(data, "2024-03")
    drop(data, "2024-04")
    drop(data, "2024-03", source="telecom")
    drop(data, "2024-Q1", source="unit_reports")
    asked = look(look(None).cursor).run_requests
    assert {(r.job_name, r.partition_key) for r in asked} == {
        ("receive_vneid", "2024-03"),
        ("receive_vneid", "2024-04"),
        ("receive_telecom", "2024-03"),
        ("receive_unit_reports", "2024-Q1"),
    }


def test_what_cannot_be_taken_is_said_and_stays(data):
    nameless = data / "inbox/vneid/report.csv"
    nameless.parent.mkdir(parents=True)
    nameless.write_text(BAD, encoding="utf-8")
    drop(data, "2001-01")
    told = look(look(None).cursor)
    assert told.run_requests == []
    assert "nothing says its period" in told.skip_reason.skip_message
    assert "2001-01 is not among the periods of vneid" in told.skip_reason.skip_message
    assert nameless.is_file()


def test_a_name_that_tells_of_a_person_is_in_no_request_and_no_cursor(data):
    file = data / "inbox/vneid/2024-03/báo cáo 064088001234.csv"
    file.parent.mkdir(parents=True)
    file.write_text(GOOD.format("28/03/2024"), encoding="utf-8")
    told = look(look(None).cursor)
    (request,) = told.run_requests
    assert "064088001234" not in str(request) + told.cursor
    (name,) = request.run_config["ops"]["raw__vneid"]["config"]["files"]
    assert name.startswith("vneid/2024-03/(a name with personal data, inode ")
    with dg.DagsterInstance.ephemeral() as instance:
        ran = run(instance, "2024-03", files=[name], fetch=False)
        assert not ran.success
        assert "064088001234" not in str([event.to_json() for event in instance.all_logs(ran.run_id)])
    assert [entry.code for entry in quarantine.entries()] == ["personal_data"] and file.is_file()


def test_bundled_files_that_were_never_received_are_asked_for(data):
    (data / "samples/a.csv").write_text(GOOD.format("28/03/2024"), encoding="utf-8")
    entry = {"file": "a.csv", "source": "vneid", "period": "2024-03", "publisher": "X", "citation": "Y"}
    index = yaml.safe_dump([entry | {"received_at": datetime(2024, 4, 1, tzinfo=HANOI)}])
    (data / "samples/index.yml").write_text(index, encoding="utf-8")
    (request,) = look(None).run_requests
    assert request.partition_key == "2024-03"
    with dg.DagsterInstance.ephemeral() as instance:
        assert run(instance, "2024-03", fetch=False).success
    assert look(None).run_requests == []


# Months


def test_a_month_takes_what_lies_in_the_inbox_for_it_and_nothing_else(data):
    mine, other = drop(data, "2024-03"), drop(data, "2024-04")
    with dg.DagsterInstance.ephemeral() as instance:
        assert run(instance, "2024-03").success
    assert not mine.exists() and other.exists()
    assert [e.period_id for e in manifest.extracts()] == ["2024-03"]


def test_a_run_of_the_sensor_takes_the_files_it_was_given(data):
    given, other = drop(data, "2024-03"), data / "inbox/vneid/2024-03/later.csv"
    other.write_text(GOOD.format("30/03/2024"), encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        assert run(instance, "2024-03", files=["vneid/2024-03/vneid-2024-03.csv"], fetch=False).success
    assert other.exists() and not given.exists()


def test_a_month_for_which_nothing_came_fails_and_says_what_to_do():
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(instance, "2024-03")
    assert not result.success
    assert "nothing has been received for 2024-03; put its file into inbox/vneid/2024-03/" in why(result)


def test_a_month_whose_file_is_refused_fails_once_and_the_file_is_set_aside(data):
    drop(data, "2024-03", BAD)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(instance, "2024-03")
    assert "vneid-2024-03.csv: " in why(result)
    assert [e.event_type_value for e in result.all_events].count("STEP_UP_FOR_RETRY") == 0
    assert [entry.period_id for entry in quarantine.entries()] == ["2024-03"]


def test_one_bad_file_does_not_keep_the_good_ones_of_its_month_out(data):
    drop(data, "2024-03", BAD)
    (data / "inbox/vneid/2024-03/good.csv").write_text(GOOD.format("28/03/2024"), encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        assert not run(instance, "2024-03").success
    assert [e.file_name for e in manifest.extracts()] == ["good.csv"]


def states(instance: dg.DagsterInstance) -> dict[str, set[str]]:
    """The months by what Dagster shows of them."""
    found = {}
    for period, state in instance.get_status_by_partition(
        dg.AssetKey(["raw", "vneid"]), HALF_A_YEAR, partitions.MONTHS
    ).items():
        found.setdefault(state.value if state else "missing", set()).add(period)
    return found


def readable(instance: dg.DagsterInstance, source: str = "vneid") -> dict[str | None, bool]:
    """The last evaluation of the check of each period."""
    key = dg.AssetCheckKey(dg.AssetKey(["raw", source]), ingestion.READABLE)
    found = {}
    for record in instance.event_log_storage.get_asset_check_execution_history(key, limit=99):
        evaluation = record.event.dagster_event.event_specific_data
        assert evaluation.severity == dg.AssetCheckSeverity.WARN
        found.setdefault(evaluation.partition, evaluation.passed)  # the latest comes first
    return found


def test_six_months_in_one_go_of_which_one_fails_and_is_repaired(data):
    for period in HALF_A_YEAR:
        drop(data, period, BAD if period == "2024-03" else None)
    tags = {f"{ingestion.RANGE}_start": "2024-01", f"{ingestion.RANGE}_end": "2024-06"}
    job = received.resolve_job_def("receive_vneid")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        assert not result.success
        assert states(instance) == {"MATERIALIZED": set(HALF_A_YEAR) - {"2024-03"}, "FAILED": {"2024-03"}}
        assert readable(instance) == dict.fromkeys(HALF_A_YEAR, True) | {"2024-03": False}
        drop(data, "2024-03")
        assert run(instance, "2024-03").success
        assert states(instance) == {"MATERIALIZED": set(HALF_A_YEAR)}
        assert readable(instance) == dict.fromkeys(HALF_A_YEAR, True)
    assert {e.period_id for e in manifest.extracts()} == set(HALF_A_YEAR)


def test_a_source_without_periods_has_one_check():
    job = received.resolve_job_def("receive_published_figures")
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance, raise_on_error=False).success
        assert readable(instance, "published_figures") == {None: False}  # nothing is bundled here


# What is told of runs


def told_of(sensor, instance: dg.DagsterInstance, result) -> str:
    """What alerts/latest.txt says once a sensor has seen the end of a run."""
    end = dg.DagsterEventType.RUN_SUCCESS if result.success else dg.DagsterEventType.RUN_FAILURE
    (record,) = instance.get_records_for_run(result.run_id, of_type=end).records
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_event=record.event_log_entry.dagster_event,
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
    )
    sensor(context.for_run_failure() if sensor is watch.failed_runs else context)
    return (folders.data_dir() / "alerts/latest.txt").read_text("utf-8")


def test_a_month_for_which_nothing_came_is_told_until_it_has_come(data):
    with dg.DagsterInstance.ephemeral() as instance:
        told = told_of(watch.failed_runs, instance, run(instance, "2024-03"))
        assert "Tiếp nhận vneid tháng 3 năm 2024 không thành công" in told
        assert "nothing has been received for 2024-03" in told
        assert readable(instance) == {"2024-03": False}
        drop(data, "2024-02")
        told = told_of(watch.ended_runs, instance, run(instance, "2024-02"))
        assert "== Chưa khắc phục / Still open: 1 ==" in told
        drop(data, "2024-03")
        told = told_of(watch.ended_runs, instance, run(instance, "2024-03"))
        assert "== Không còn phát hiện / Over: 1 ==" in told


def test_a_refused_file_is_no_failed_run_but_what_the_release_tells(data):
    drop(data, "2024-03", BAD)
    with dg.DagsterInstance.ephemeral() as instance:
        told = told_of(watch.failed_runs, instance, run(instance, "2024-03"))
    assert "== Mới phát sinh / New: 0 ==" in told
    landing.land_extracts()
    refused = pl.read_parquet(folders.landed() / "refused_files/*.parquet")
    assert refused.select("source_id", "period_id", "code").rows() == [
        ("vneid", "2024-03", "header_not_found")
    ]


def test_a_check_that_blocked_a_run_is_told_in_its_own_words():
    @dg.asset_check(asset=dg.AssetKey("numbers"), blocking=True)
    def sound():
        reasons = ["negative_number: Bảng x, dòng 7: số âm", "another"]
        return dg.AssetCheckResult(passed=False, metadata={checks.BLOCKING: reasons})

    @dg.asset
    def numbers():
        return None

    @dg.asset(deps=[numbers])
    def downstream():
        return None

    parts = dg.Definitions([numbers, downstream], asset_checks=[sound], jobs=[dg.define_asset_job("run")])
    with dg.DagsterInstance.ephemeral() as instance:
        result = parts.resolve_job_def("run").execute_in_process(instance=instance, raise_on_error=False)
        told = told_of(watch.failed_runs, instance, result)
    assert (
        "Cập nhật số liệu không thành công: số liệu mới có lỗi nên chưa công bố (xem bằng dxkpi findings)"
        in told
    )
    assert "errors keep the new data from being published" in told and "blocked: " not in told


def test_the_look_at_silence_tells_what_time_has_changed(data, monkeypatch):
    monkeypatch.setenv("DXKPI_SILENCE_DAYS", "2")
    alerts.after("run", None, datetime.now(HANOI) - timedelta(days=3))
    with dg.DagsterInstance.ephemeral() as instance:
        watch.silence(dg.build_sensor_context(instance=instance))
    told = (data / "alerts/latest.txt").read_text("utf-8")
    assert "[Quá thời hạn cập nhật / silence] Từ " in told


def test_whether_the_last_report_that_was_due_has_come_is_a_check_of_its_source(data):
    def looked(cursor: str | None) -> tuple[dict, str]:
        found, cursor = freshness.changed(cursor, date(2024, 4, 6))
        return {e.asset_key.path[-1]: (e.passed, e.metadata["period"].value) for e in found}, cursor

    lacking = {"dvc_portal": "2024-03", "telecom": "2024-03", "vneid": "2024-03", "unit_reports": "2024-Q1"}
    before, cursor = looked(None)
    assert before == {source: (False, period) for source, period in lacking.items()}
    assert looked(cursor)[0] == {}  # an event for what is otherwise, not for each look
    body = GOOD.format("31/03/2024").encode()
    receiving.receive_body("vneid", "a.csv", body, period_id="2024-03")
    assert looked(cursor)[0] == {"vneid": (True, "2024-03")}
    with dg.DagsterInstance.ephemeral() as instance:
        told = watch.silence(dg.build_sensor_context(instance=instance, cursor=cursor))
        assert {event.check_name for event in told.asset_events} == {"on_time"}


# Retries


@pytest.fixture
def portal(data):
    """A portal that asks to be left alone for longer than anyone waits, until its fault is taken away."""
    shutil.copytree(ROOT / "data/registry", data / "registry")
    file = data / "registry/sources.yml"
    with running(Portal(records=[{"TEN": "Xã Ia Ko", "HS_TOTAL": "10"}])) as portal:
        sources = yaml.safe_load(file.read_text(encoding="utf-8"))
        sources["dvc_portal"]["address"]["url"] = portal.url + "/jsp/rest.jsp"
        sources["dvc_portal"]["allowed_hosts"] = ["127.0.0.1"]
        file.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")
        yield portal


def fetch_a_month():
    raw = next(a for a in ingestion.received if a.key.path[-1] == "dvc_portal")
    return list(raw(dg.build_asset_context(partition_key="2024-03"), ingestion.Delivery()))


def test_a_portal_that_does_not_answer_is_asked_again_later(portal):
    portal.always = later(503, "7200")
    with pytest.raises(dg.RetryRequested) as asked:
        fetch_a_month()
    assert (asked.value.max_retries, asked.value.seconds_to_wait) == (3, 900)


def test_a_portal_that_refuses_is_not_asked_again(portal):
    portal.always = refuses(403)
    with pytest.raises(dg.Failure) as failure:
        fetch_a_month()
    assert failure.value.allow_retries is False
    assert len(portal.asked) == 1


def test_a_month_is_fetched_only_when_nothing_was_received_for_it(portal):
    fetch_a_month()
    before = len(portal.asked)
    assert before and manifest.extracts()
    fetch_a_month()
    assert len(portal.asked) == before


# One warehouse


LOADED = """
import json
from orchestration.definitions import defs
repository = defs.get_repository_def()
print(json.dumps({
    "jobs": sorted(j.name for j in defs.resolve_all_job_defs()),
    "run": sorted(k.to_user_string() for k in defs.resolve_job_def("run").asset_layer.selected_asset_keys),
    "pools": {n.name: n.definition.pool for n in defs.resolve_job_def("run").nodes},
    "sensors": sorted(s.name for s in repository.sensor_defs),
    "on": sorted(
        one.name
        for one in [*repository.sensor_defs, *repository.schedule_defs]
        if one.default_status.value == "RUNNING"
    ),
}))
from orchestration.command import main_job
main_job.receive()
"""
OPERATORS = "telemetry:\n  enabled: false\n"  # all that somebody's own dagster.yaml says


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> dict:
    """What a process sees that loads the definitions beside an operator's own history and receives a file."""
    home, data = tmp_path_factory.mktemp("operator"), tmp_path_factory.mktemp("loaded")
    (home / "dagster.yaml").write_text(OPERATORS, encoding="utf-8")
    (data / "samples").mkdir()
    drop(data, "2024-03")
    own = {"DXKPI_DATA_DIR": str(data), "DAGSTER_HOME": str(home), "DXKPI_AUTOMATION": "new_inputs, vneid"}
    told = subprocess.run(
        [sys.executable, "-c", LOADED], env=os.environ | own, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1]) | {"home": home, "data": data, "said": told.stderr}


def test_everything_that_touches_the_warehouse_is_in_its_pool(loaded):
    outside = {node for node, pool in loaded["pools"].items() if pool != "warehouse"}
    assert outside == {"raw__plan", "marts__fct_finding_nothing_blocks_publication"}


def test_the_pool_holds_one_run_at_a_time(data):
    with dg.DagsterInstance.from_config(str(dagster_home())) as instance:
        config = instance.get_concurrency_config().pool_config
        assert config.default_pool_limit == 1
        assert config.pool_granularity.value == "run"


def test_what_sources_bring_is_no_part_of_a_release_run(loaded):
    raw = {f"raw/{source}" for source in ingestion.SOURCES}
    assert not raw & set(loaded["run"])
    assert {"raw/plan", "landed/vneid", "landed/received", "registry", "release_folder"} <= set(loaded["run"])
    assert {f"receive_{source}" for source in ingestion.SOURCES} <= set(loaded["jobs"])
    assert loaded["sensors"] == [
        "dead_runs",
        "ended_runs",
        "failed_runs",
        "inbox",
        "new_inputs",
        "silence",
    ]


def test_nothing_runs_by_itself_but_what_is_named(loaded):
    assert loaded["on"] == ["new_inputs", "vneid_is_due"]
    here = [inbox.inbox_sensor, inbox.new_inputs, *watch.sensors]  # where nothing is named
    assert {sensor.default_status for sensor in here} == {dg.DefaultSensorStatus.STOPPED}


def test_the_command_writes_into_the_history_of_the_operator_and_leaves_its_configuration(loaded):
    home = loaded["home"]
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == OPERATORS
    assert not (loaded["data"] / "dagster").exists()
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (ran,) = instance.get_runs()
    assert (ran.job_name, ran.status) == ("receive_vneid", dg.DagsterRunStatus.SUCCESS)


def test_what_the_configuration_of_the_operator_lacks_is_said_once(loaded):
    (line,) = [line for line in loaded["said"].splitlines() if "lacks" in line]
    assert str(loaded["home"] / "dagster.yaml") in line
    assert "concurrency.pools.granularity: run, run_monitoring.enabled: true, " in line


# A release


def test_a_release_is_asked_for_once_nothing_is_being_received(published, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(published.data))
    with dg.DagsterInstance.ephemeral() as instance:
        told = inbox.new_inputs(dg.build_sensor_context(instance=instance))
        assert "made from exactly these inputs" in told.skip_message


def test_no_release_is_asked_for_while_a_run_is_at_work(data):
    shutil.copytree(ROOT / "data/plan", data / "plan")
    with dg.DagsterInstance.ephemeral() as instance:
        asked = inbox.new_inputs(dg.build_sensor_context(instance=instance))
        assert asked.run_key
        job = received.resolve_job_def("receive_vneid")
        at_work = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        told = inbox.new_inputs(dg.build_sensor_context(instance=instance))
        assert told.skip_message == "a run has not ended yet"
        instance.report_run_canceled(at_work)
        assert inbox.new_inputs(dg.build_sensor_context(instance=instance)).run_key == asked.run_key


def asked_for(instance: dg.DagsterInstance) -> dg.RunRequest | str:
    """What the sensor asks for, or why it does not."""
    told = inbox.new_inputs(dg.build_sensor_context(instance=instance))
    return told.skip_message if isinstance(told, dg.SkipReason) else told


def job_of(asset: dg.AssetsDefinition, *checks_of_it: dg.AssetChecksDefinition) -> dg.JobDefinition:
    """A job that goes as this asset and its checks do."""
    parts = dg.Definitions([asset], asset_checks=checks_of_it, jobs=[dg.define_asset_job("run")])
    return parts.resolve_job_def("run")


def ends(instance: dg.DagsterInstance, request: dg.RunRequest, *parts) -> dg.ExecuteInProcessResult:
    job = job_of(*parts)
    return job.execute_in_process(instance=instance, raise_on_error=False, tags=request.tags)


@dg.asset
def full_disk():
    raise OSError("No space left on device")


@pytest.fixture
def plan(data) -> Path:
    shutil.copytree(ROOT / "data/plan", data / "plan")
    return data


def test_a_release_that_fails_is_tried_three_times_and_again_when_something_new_comes(plan, monkeypatch):
    with dg.DagsterInstance.ephemeral() as instance:
        first = asked_for(instance)
        told = told_of(watch.failed_runs, instance, ends(instance, first, full_disk))
        assert "No space left on device" in told and "tried 3 times" not in told
        second = asked_for(instance)
        assert second.run_key != first.run_key and second.tags[runs.INPUTS] == first.tags[runs.INPUTS]
        ends(instance, second, full_disk)
        assert asked_for(instance) == "2 runs with these inputs have failed; the next comes later"
        monkeypatch.setattr(runs, "PAUSE", timedelta(0))
        third = asked_for(instance)
        assert len({first.run_key, second.run_key, third.run_key}) == 3
        told = told_of(watch.failed_runs, instance, ends(instance, third, full_disk))
        assert "No space left on device (tried 3 times with the same inputs and no more" in told
        assert asked_for(instance) == "3 runs with these inputs have failed; something new is waited for"
        drop(plan, "2024-03")
        assert run(instance, "2024-03").success
        assert asked_for(instance).tags[runs.INPUTS] != first.tags[runs.INPUTS]


def test_a_release_whose_process_was_killed_is_asked_for_again(plan):
    with dg.DagsterInstance.ephemeral() as instance:
        first = asked_for(instance)
        killed = instance.create_run_for_job(
            job_of(full_disk), status=dg.DagsterRunStatus.STARTED, tags=first.tags
        )
        assert asked_for(instance) == "a run has not ended yet"
        instance.report_run_failed(killed, runs.KILLED)
        assert asked_for(instance).run_key == f"{first.run_key}-1"


def test_a_release_that_a_check_blocks_is_not_tried_again(plan):
    @dg.asset_check(asset=dg.AssetKey("numbers"), blocking=True)
    def sound():
        return dg.AssetCheckResult(passed=False, metadata={checks.BLOCKING: ["negative_number"]})

    @dg.asset
    def numbers():
        return None

    with dg.DagsterInstance.ephemeral() as instance:
        ends(instance, asked_for(instance), numbers, sound)
        ends(instance, dg.RunRequest(tags={}), numbers, sound)  # by hand, no attempt
        assert asked_for(instance).startswith("checks have blocked the release of these inputs")
