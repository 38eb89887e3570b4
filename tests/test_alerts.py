"""Alerts: each event told once, on every channel that is set up, whatever the other side does."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from conftest import ROOT
from making.processes import HANGS

from expectations.findings import FINDINGS, RESULTS
from ingest.errors import Refused
from ingest.registry.models import Source
from orchestration import alerts
from orchestration.alerts import channels, conditions, memory
from orchestration.command.main import main

SECRET = "hook-token-0815"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    for name in list(os.environ):
        if name.startswith(("DXKPI_ALERT", "DXKPI_SMTP", "DXKPI_SILENCE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(channels, "SECONDS", 1.0)
    monkeypatch.setattr(channels, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(channels, "LONGEST_WAIT", 0.02)
    return tmp_path / "data"


def release(data: Path, name: str, *findings: tuple) -> None:
    """A release with these findings: id, severity, state."""
    folder = data / "published/releases" / name
    (folder / "parquet").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"release_id": name, "is_made_up": False}))
    columns = ["finding_id", "severity", "state"]
    frame = pl.DataFrame(findings, schema=dict.fromkeys(columns, pl.String), orient="row")
    frame.with_columns(
        rule_id=pl.lit("r"),
        message_vi="Nội dung " + pl.col("finding_id"),
        message_en="Finding " + pl.col("finding_id"),
    ).write_parquet(folder / "parquet/fct_finding.parquet")
    current = data / "published/current"
    current.unlink(missing_ok=True)
    current.symlink_to(folder)


def found(data: Path, *findings: dict, file: str = "findings") -> None:
    """What the last judgement found: errors of the table t unless something else is said."""
    usual = dict.fromkeys(FINDINGS) | {"rule_id": "r", "severity": "error", "subject_table": "t"}
    (data / "checks").mkdir(parents=True, exist_ok=True)
    rows = [
        usual
        | {"message_vi": f"Nội dung {one['finding_id']}", "message_en": f"Finding {one['finding_id']}"}
        | one
        for one in findings
    ]
    pl.DataFrame(rows, schema=FINDINGS).write_parquet(data / f"checks/{file}.parquet")


def judged(data: Path, *results: dict, file: str = "results") -> None:
    usual = dict.fromkeys(RESULTS) | {
        "suite": "marts",
        "table_name": "t",
        "severity": "error",
        "rule_id": "r",
    }
    (data / "checks").mkdir(parents=True, exist_ok=True)
    rows = [usual | result for result in results]
    pl.DataFrame(rows, schema=RESULTS).write_parquet(data / f"checks/{file}.parquet")


def digests(data: Path) -> list[str]:
    return [file.read_text("utf-8") for file in sorted((data / "alerts").glob("2*.txt"))]


class Hook:
    """A web server that keeps what is posted to it; `answers` are used up one a request, then it says 204."""

    def __init__(self):
        self.got, self.answers, self.seconds = [], [], 0.0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(hook.seconds)
                status = hook.answers.pop(0) if hook.answers else 204
                if status == 204:
                    hook.got.append(json.loads(body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/{SECRET}"

    def subjects(self) -> list[list[str]]:
        return [[one["subject"] for one in digest["new"]] for digest in self.got]


@pytest.fixture
def hook(monkeypatch):
    hook = Hook()
    monkeypatch.setenv("DXKPI_ALERT_WEBHOOK", hook.url)
    yield hook
    hook.server.shutdown()
    hook.server.server_close()


class Box:
    """A mail server's handler: keeps messages, refuses the recipients named in `refused`."""

    def __init__(self):
        self.messages, self.refused, self.longest = [], set(), 10**6

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if len(envelope.content) > self.longest:
            return "552 too long"
        self.messages.append((tuple(envelope.rcpt_tos), envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def box(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Box(), hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("DXKPI_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DXKPI_SMTP_PORT", str(port))
    monkeypatch.setenv("DXKPI_ALERT_EMAIL", "an@gialai.example, binh@gialai.example")
    yield controller.handler
    controller.stop()


# What is told


def test_new_open_and_gone_findings_are_told_apart_and_each_once(data, hook):
    release(data, "r1", ("a", "warning", "new"), ("b", "warning", "new"), ("note", "info", "new"))
    alerts.after("run")
    alerts.after("run")
    release(data, "r2", ("b", "warning", "open"), ("c", "error", "new"))
    alerts.after("run")
    assert hook.subjects() == [["a", "b"], ["c"]]
    last = hook.got[-1]
    assert [one["subject"] for one in last["over"]] == ["a"]
    assert [one["subject"] for one in last["still_open"]] == ["b"]
    assert "Nội dung c" in last["text"] and "Finding c" in last["text"]
    assert len(digests(data)) == 2


def test_an_accepted_warning_is_not_told_and_told_again_once_its_day_is_over(data, hook):
    release(data, "r1", ("a", "warning", "accepted"), ("b", "warning", "new"))
    alerts.after("run")
    release(data, "r2", ("a", "warning", "accepted"), ("b", "warning", "accepted"))
    alerts.after("run")
    assert hook.subjects() == [["b"]] and hook.got[0]["accepted"] == 1
    release(data, "r3", ("a", "warning", "open"), ("b", "warning", "accepted"))
    alerts.after("run")
    assert hook.subjects() == [["b"], ["a"]] and hook.got[-1]["over"] == []


def test_a_failed_run_is_told_with_its_message_once_and_again_when_runs_succeed(data, hook):
    alerts.after("run", "plan.md: line 3: no table")
    alerts.after("run", "plan.md: line 3: no table")
    assert hook.subjects() == [["failed/run"]]
    assert "plan.md: line 3: no table" in hook.got[0]["new"][0]["vi"]
    alerts.after("run", "something else")
    alerts.after("run")
    assert [[one["subject"] for one in d["over"]] for d in hook.got] == [[], [], ["failed/run"]]


def test_a_source_that_failed_in_january_has_still_failed_when_february_came(data, hook):
    alerts.after("receive_vneid", "disk full", periods=["2024-01", "2024-02"])
    alerts.after("receive_vneid", periods=["2024-02"])
    assert hook.subjects() == [["failed/receive_vneid 2024-01", "failed/receive_vneid 2024-02"], []]
    assert "tháng 1 năm 2024 không thành công: disk full" in hook.got[0]["new"][0]["vi"]
    assert [one["subject"] for one in hook.got[1]["over"]] == ["failed/receive_vneid 2024-02"]
    alerts.after("receive_vneid", "as of no period")
    alerts.after("receive_vneid", periods=["2024-03"])
    assert memory.read().failures == {"receive_vneid 2024-01": "disk full"}


@pytest.mark.parametrize("released_by", ["run", "publish"])
def test_a_release_is_the_end_of_every_failure_on_the_way_to_one_and_of_no_other(data, hook, released_by):
    for job in ("run", "build", "check", "publish", "receive_vneid"):
        alerts.after(job, f"{job} failed")
    alerts.after(released_by)
    over = {one["subject"] for one in hook.got[-1]["over"]}
    assert over == {"failed/run", "failed/build", "failed/check", "failed/publish"}
    assert memory.read().failures == {"receive_vneid": "receive_vneid failed"}


def test_whatever_ends_a_command_is_told(data, hook):
    with pytest.raises(Refused), alerts.reporting("run"):
        raise Refused("rules.yml: line 3: expected a list")
    with pytest.raises(ZeroDivisionError), alerts.reporting("build"):
        1 / 0  # noqa: B018
    assert [digest["new"][0]["en"] for digest in hook.got] == [
        "The update failed: rules.yml: line 3: expected a list",
        "The build failed: ZeroDivisionError: division by zero",
    ]
    with alerts.reporting("run"):
        pass
    assert memory.read().failures == {}


def test_a_registry_that_cannot_be_read_is_told_by_the_command_that_needs_it(data):
    shutil.copytree(ROOT / "data/registry", data / "registry")
    (data / "registry/sources.yml").write_text("vneid: [\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1 and "sources.yml" in result.output
    latest = (data / "alerts/latest.txt").read_text("utf-8")
    assert "Cập nhật số liệu không thành công" in latest and "sources.yml" in latest


def test_what_lies_stuck_in_the_inbox_is_alerted_until_it_is_gone(data, hook):
    file = data / "inbox/vneis/2024-03/a.csv"
    file.parent.mkdir(parents=True)
    file.write_text("x")
    alerts.look()
    alerts.look()
    shutil.rmtree(data / "inbox/vneis")
    alerts.look()
    (new, over) = hook.got
    (one,) = new["new"]
    assert one["en"].startswith("Left in the inbox: vneis: is not in a folder of a source; the sources are")
    assert one["vi"].startswith("Tệp nằm lại trong thư mục tiếp nhận: vneis: ") and one["kind"] == "warning"
    assert [one["subject"]] == [gone["subject"] for gone in over["over"]]


def test_a_run_that_is_told_of_late_does_not_undo_a_later_one(data, hook):
    now = datetime.now(UTC)
    alerts.after("run", None, now)
    alerts.after("run", "an older failure", now - timedelta(minutes=1))
    assert hook.got == [] and memory.read().failures == {}


def blocking(digest: dict) -> dict[str, tuple[str, str]]:
    return {one["subject"]: (one["vi"], one["en"]) for one in digest["new"] if one["kind"] == "blocked"}


def test_what_blocks_is_told_in_the_words_of_its_finding_with_the_place_and_once_a_row(data, hook):
    told_already = {"finding_id": "b", "message_vi": "Dòng 7: số âm", "message_en": "Line 7: a minus"}
    found(
        data,
        told_already | {"citation_vi": "dòng 7", "citation_en": "line 7"},
        {"finding_id": "w", "severity": "warning"},
    )
    place = {"citation_vi": "march.csv, hàng 7, cột X", "citation_en": "march.csv, row 7, column X"}
    found(data, {"finding_id": "a"} | place, file="arrival_findings")
    alerts.after("run", "blocked: a and more")
    assert blocking(hook.got[0]) == {
        "blocked/a": ("Nội dung a (march.csv, hàng 7, cột X)", "Finding a (march.csv, row 7, column X)"),
        "blocked/b": ("Dòng 7: số âm", "Line 7: a minus"),
    }
    found(
        data, told_already | {"citation_vi": "dòng 7", "citation_en": "line 7"}, {"finding_id": "another_row"}
    )
    alerts.after("run", "blocked: a and more")
    assert set(blocking(hook.got[1])) == {"blocked/another_row"}


def test_a_table_that_arrived_empty_is_told_until_it_is_not(data, hook):
    found(data, {"finding_id": "e", "severity": "warning"}, file="arrival_findings")
    alerts.after("run")
    found(data, file="arrival_findings")
    alerts.after("run")
    assert [(one["subject"], one["kind"]) for one in hook.got[0]["new"]] == [("e", "warning")]
    assert [one["subject"] for one in hook.got[1]["over"]] == ["e"]


def test_a_crash_is_called_a_crash(data, hook):
    judged(
        data,
        {"check_id": "marts/t/x", "outcome": "failed", "detail": "1 of 2 rows"},
        {"check_id": "marts/t/y", "outcome": "crashed", "detail": "no column y", "severity": "info"},
    )
    judged(data, {"check_id": "arrivals/u", "outcome": "crashed", "suite": "arrivals"}, file="arrivals")
    alerts.after("run", "blocked")
    reported = blocking(hook.got[0])
    assert set(reported) == {"blocked/marts/t/y", "blocked/arrivals/u"}
    vi, en = reported["blocked/marts/t/y"]
    assert "không chạy được" in vi and "crashed" in en and "no column y" in en


def test_silence_is_told_once_and_ends_with_a_run(data, hook, monkeypatch):
    monkeypatch.setenv("DXKPI_SILENCE_DAYS", "2")
    alerts.after("run", None, datetime.now(UTC) - timedelta(days=3))
    alerts.look()
    assert hook.subjects() == [["silence"]]
    alerts.after("run")
    assert [one["subject"] for one in hook.got[-1]["over"]] == ["silence"]


def test_a_run_of_less_than_the_whole_does_not_end_silence(data):
    old = datetime.now(UTC) - timedelta(days=99)
    alerts.after("run", None, old)
    alerts.after("receive_vneid")
    assert memory.read().succeeded_at == old


@pytest.mark.parametrize(
    ("frequency", "due", "today", "period", "due_on"),
    [
        ("monthly", {"day": 5, "month": "following"}, (2024, 4, 6), "2024-03", (2024, 4, 5)),
        ("monthly", {"day": 5, "month": "following"}, (2024, 4, 5), "2024-02", (2024, 3, 5)),
        ("quarterly", {"day": 29, "month": "last"}, (2024, 5, 1), "2024-Q1", (2024, 3, 29)),
        ("quarterly", {"day": 29, "month": "last"}, (2024, 3, 29), "2023-Q4", (2023, 12, 29)),
        ("quarterly", {"day": 10, "month": "following"}, (2024, 4, 11), "2024-Q1", (2024, 4, 10)),
    ],
)
def test_the_last_report_that_is_due(frequency, due, today, period, due_on):
    source = Source(
        id="s",
        name={"vi": "Nguồn", "en": "Source"},
        publisher="p",
        frequency=frequency,
        precedence=1,
        is_made_up=False,
        due=due,
        reporting_level="district",
    )
    assert conditions.last_due(source.frequency, source.due, date(*today)) == (period, date(*due_on))


def test_a_source_that_stopped_is_late(data, hook):
    from ingest import receiving

    file = data / "vneid.csv"
    data.mkdir()
    file.write_text("Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,622,28/03/2024,250000\n")
    receiving.receive("vneid", file, period_id="2024-03")
    alerts.look()
    (late,) = hook.got[0]["new"]
    assert late["subject"] == "late/vneid" and "hạn 05/" in late["vi"]


def test_no_report_is_missed_of_a_source_of_which_there_is_only_what_came_with_the_project(data, hook):
    from ingest import receiving
    from ingest.sources import SOURCES
    from orchestration.state import deliveries

    for source in SOURCES:
        for file, about in receiving.bundled(source):
            receiving.receive(source, file, **about)
    assert {name for name in SOURCES if deliveries.extracts(name)} >= {"vneid", "dvc_portal"}
    alerts.look()
    assert hook.subjects() == []
    sent = data / "thang-4.csv"
    sent.write_text("Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,622,28/04/2024,250000\n")
    receiving.receive("vneid", sent, period_id="2024-04")
    alerts.look()
    assert hook.subjects() == [["late/vneid"]]


def test_a_number_of_days_that_is_none_leaves_the_usual_one(data, hook, monkeypatch, capsys):
    monkeypatch.setenv("DXKPI_SILENCE_DAYS", "a month")
    alerts.after("run", None, datetime.now(UTC) - timedelta(days=34))
    alerts.look()
    assert hook.subjects() == []
    assert "DXKPI_SILENCE_DAYS: 'a month' is no number of days" in capsys.readouterr().err


def test_what_to_do_about_a_finding_is_said_once_when_it_is_new(data):
    (data / "landed/registry").mkdir(parents=True)
    rule = {"rule_id": "r", "action_vi": "Kiểm tra lại tệp.", "action_en": "Look at the file."}
    pl.DataFrame([rule]).write_parquet(data / "landed/registry/rules.parquet")
    release(data, "r1", ("a", "warning", "new"))
    alerts.after("run")
    action = "  Việc cần làm: Kiểm tra lại tệp. / Look at the file."
    assert action in (data / "alerts/latest.txt").read_text("utf-8").splitlines()
    alerts.after("run")
    assert "Việc cần làm" not in (data / "alerts/latest.txt").read_text("utf-8")


# Where it goes


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_a_webhook_refuses_for_what_it_is_comes_as_its_first_lines_and_stops_nothing(
    data, hook, capsys, status
):
    release(data, "r1", ("a", "warning", "new"))
    hook.answers = [status]
    alerts.after("run")
    (short,) = hook.got
    assert set(short) == {"subject", "text"} and "1 nội dung mới" in short["text"]
    assert "Nội dung a" not in short["text"]
    hook.answers = [status, status]
    alerts.after("run", "second")
    assert f"answered with status {status}; given up" in capsys.readouterr().err
    alerts.after("run")
    assert [one["subject"] for one in hook.got[1]["over"]] == ["failed/run"]
    assert memory.read().waiting("webhook") == []


def test_a_message_too_long_for_a_mail_server_comes_as_its_first_lines(data, box):
    box.longest = 2000
    release(data, "r1", *((f"f{number}", "warning", "new") for number in range(30)))
    alerts.after("run")
    assert [to for to, _ in box.messages] == [("an@gialai.example",), ("binh@gialai.example",)]
    assert memory.read().waiting("file") == []


def test_a_demo_sends_nothing_and_calls_even_its_first_failure_made_up(data, hook, box):
    (data / "made_up").mkdir(parents=True)
    alerts.after("run", "no plan")
    assert hook.got == [] and box.messages == []
    assert "[SỐ LIỆU GIẢ ĐỊNH / made-up data]" in (data / "alerts/latest.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("DXKPI_SMTP_PASSWORD", "mật khẩu"), ("DXKPI_ALERT_FROM", "a@b.example\nBcc: c@d.example")],
)
def test_what_no_mail_can_carry_is_said_and_not_used(data, box, monkeypatch, capsys, name, wrong):
    monkeypatch.setenv(name, wrong)
    alerts.after("run", "first")
    stated = capsys.readouterr().err
    assert box.messages == [] and name in stated and wrong not in stated
    assert "first" in (data / "alerts/latest.txt").read_text("utf-8")


def test_nothing_is_sent_when_nothing_is_set_up(data, monkeypatch):
    def note(event, arguments):
        if event.startswith(("socket.connect", "socket.getaddrinfo")):
            dialled.append(arguments)

    dialled = []
    sys.addaudithook(note)
    alerts.after("run", "no plan")
    assert dialled == []
    assert "no plan" in (data / "alerts/latest.txt").read_text("utf-8")
    assert set(json.loads((data / "alerts/state.json").read_text())["channels"]) == {"file"}


def test_what_a_webhook_could_not_take_is_kept_and_delivered_once(data, hook, monkeypatch, capsys):
    monkeypatch.setenv("DXKPI_ALERT_WEBHOOK", f"http://127.0.0.1:9/{SECRET}")  # nobody listens there
    alerts.after("run", "first")
    alerts.after("run", None)
    assert "not delivered" in capsys.readouterr().err
    monkeypatch.setenv("DXKPI_ALERT_WEBHOOK", hook.url)
    alerts.look()
    alerts.look()
    assert hook.subjects() == [["failed/run"], []]  # the failure was not lost although it is over
    assert [one["subject"] for one in hook.got[1]["over"]] == ["failed/run"]


def test_a_webhook_that_answers_with_an_error_is_asked_again_within_the_run(data, hook):
    hook.answers = [500, 503]
    alerts.after("run", "first")
    assert hook.subjects() == [["failed/run"]]


def test_a_webhook_that_stays_broken_does_not_fail_the_run_and_gets_it_later(data, hook, capsys):
    hook.answers = [500] * 3
    alerts.after("run", "first")
    assert hook.got == [] and "answered with status 500" in capsys.readouterr().err
    hook.answers = [403]
    alerts.look()
    assert hook.got == [] and "answered with status 403" in capsys.readouterr().err
    alerts.look()
    alerts.look()
    assert hook.subjects() == [["failed/run"]]


def test_a_slow_webhook_is_waited_for_a_bounded_time(data, hook):
    hook.seconds = 300
    started = time.monotonic()
    alerts.after("run", "first")
    assert time.monotonic() - started < hook.seconds / 3
    assert len(memory.read().waiting("webhook")) == 1


def test_no_credential_gets_into_a_file_or_a_log(data, hook, box, monkeypatch, capsys):
    monkeypatch.setenv("DXKPI_SMTP_USER", "clerk")
    monkeypatch.setenv("DXKPI_SMTP_PASSWORD", "password-4711")
    hook.answers = [500] * 3
    alerts.after("run", "first")
    stated = capsys.readouterr()
    assert "not delivered" in stated.err
    kept = "".join(file.read_text("utf-8") for file in (data / "alerts").iterdir())
    for secret in (SECRET, "password-4711", "an@gialai.example"):
        assert secret not in stated.out + stated.err + kept


@pytest.mark.parametrize("wrong", ["http://example.org/x", "ftp://example.org", "no address", "https:///"])
def test_an_address_that_is_none_or_not_encrypted_is_not_used(wrong, monkeypatch, capsys):
    monkeypatch.setenv("DXKPI_ALERT_WEBHOOK", wrong)
    assert [channel.name for channel in channels.configured()] == ["file"]
    assert "DXKPI_ALERT_WEBHOOK" in capsys.readouterr().err


def test_each_recipient_gets_a_message_with_its_vietnamese_intact(data, box):
    from email import message_from_string, policy

    release(data, "r1", ("a", "warning", "new"))
    alerts.after("run")
    alerts.after("run")
    assert [to for to, _ in box.messages] == [("an@gialai.example",), ("binh@gialai.example",)]
    mail = message_from_string(box.messages[0][1], policy=policy.default)
    assert "1 nội dung mới, 0 không còn phát hiện, 0 chưa khắc phục" in mail["Subject"]
    assert "Nội dung a" in mail.get_content() and "Mới phát sinh" in mail.get_content()


def test_a_recipient_who_is_refused_keeps_nobody_else_waiting(data, box, capsys):
    box.refused = {"an@gialai.example"}
    alerts.after("run", "first")
    assert [to for to, _ in box.messages] == [("binh@gialai.example",)]
    assert "refused with code 550" in capsys.readouterr().err
    box.refused = set()
    alerts.look()
    alerts.look()
    assert [to for to, _ in box.messages] == [("binh@gialai.example",), ("an@gialai.example",)]


def test_a_password_is_not_sent_in_the_clear(monkeypatch, capsys):
    monkeypatch.setenv("DXKPI_ALERT_EMAIL", "an@gialai.example")
    monkeypatch.setenv("DXKPI_SMTP_HOST", "mail.gialai.example")
    monkeypatch.setenv("DXKPI_SMTP_USER", "clerk")
    assert [channel.name for channel in channels.configured()] == ["file"]
    assert "STARTTLS" in capsys.readouterr().err


def test_a_server_without_starttls_gets_nothing_when_it_is_asked_for(data, box, monkeypatch, capsys):
    monkeypatch.setenv("DXKPI_SMTP_STARTTLS", "1")
    alerts.after("run", "first")
    assert box.messages == [] and "not delivered" in capsys.readouterr().err


def test_two_processes_at_once_tell_it_once(data, hook):
    code = "from orchestration import alerts; alerts.after('run', 'first')"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(timeout=HANGS) for process in both] == [0, 0]
    assert hook.subjects() == [["failed/run"]]


def test_a_damaged_memory_is_said_and_fails_no_run(data, capsys):
    (data / "alerts").mkdir(parents=True)
    (data / "alerts/state.json").write_text("{")
    alerts.after("run")
    assert "state.json: is no JSON" in capsys.readouterr().err


def test_a_memory_of_another_shape_is_said_and_fails_no_run(data, capsys):
    (data / "alerts").mkdir(parents=True)
    (data / "alerts/state.json").write_text("[]")
    alerts.after("run")
    assert "state.json: does not hold begun_at" in capsys.readouterr().err
    (data / "alerts/state.json").write_text(
        '{"begun_at": "2024-01-01T00:00:00+00:00", "succeeded_at": null, "jobs": {"run": 3}, "channels": {}}'
    )
    alerts.after("run")
    assert "nothing was told: unexpected TypeError in memory.py" in capsys.readouterr().err
