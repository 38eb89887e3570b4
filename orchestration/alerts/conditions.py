"""What stands now and somebody should know of: failed runs, blocking checks, silence, late sources, findings.

A condition is new when its subject or its version was not told before, and over when its subject is gone.
"""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from expectations.findings import RESULTS, with_place
from ingest import files, folders, receiving
from ingest.clock import HANOI
from ingest.errors import Refused
from ingest.registry.models import Due
from orchestration import texts
from orchestration.command.progress import say
from orchestration.state import data_directory, deliveries, inputs

LEFT_IN_INBOX = "left_in_inbox"  # the rule
# Reports are monthly: a month and some days without a successful run and something is stuck.
SILENCE_DAYS = 35.0

# In the order in which they are told.
KINDS = ("failed", "blocked", "silent", "late", "error", "warning")
JOBS = ("run", "build", "check", "publish")
ASSETS_ALONE = "__ASSET_JOB"  # Dagster's name for what somebody materialises in its page
RECEIVE = "receive_"  # so begin the jobs that bring in a source
ACCEPTED = "accepted"  # of this kind nobody is told, neither when it begins nor when it ends


@dataclass(frozen=True)
class Condition:
    """`kind` is one of KINDS, or ACCEPTED; `action_vi` and `action_en` say what to do about a finding."""

    subject: str
    kind: str
    vi: str
    en: str
    version: str = ""
    action_vi: str = ""
    action_en: str = ""

    def of(self, language: str) -> str:
        return self.vi if language == "vi" else self.en

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class State:
    """Of the kinds in `unknown` it could not be found out whether anything stands."""

    release_id: str | None
    is_made_up: bool
    conditions: list[Condition] = field(default_factory=list)
    unknown: frozenset[str] = frozenset()


def now(known, moment: datetime) -> State:
    """What stands at this moment; `known` is the memory, which holds how the last run of each job ended."""
    release_id, is_made_up = _release()
    standing = [*_failed(known), *blocked(), *silent(known, moment), *_findings(), *_arrivals()]
    unknown: frozenset[str] = frozenset()
    try:
        standing += [*_late(moment.astimezone(HANOI).date()), *_stuck()]
    except (Refused, ValueError):  # registry or manifest cannot be read, which the run that failed of it says
        unknown = frozenset({"late", "warning"})
    return State(release_id, is_made_up, standing, unknown)


def silence_allowed() -> timedelta:
    """How long no run may have succeeded: DXKPI_SILENCE_DAYS, or the usual where that is no number."""
    given = os.environ.get("DXKPI_SILENCE_DAYS", "").strip()
    try:
        days = float(given or SILENCE_DAYS)
    except ValueError:
        days = math.nan
    if not 0 < days <= 3650:
        say(
            f"alerts: DXKPI_SILENCE_DAYS: {given!r} is no number of days; write one such as 35, which is used"
        )
        days = SILENCE_DAYS
    return timedelta(days=days)


def silent(known, moment: datetime) -> Iterator[Condition]:
    since = known.quiet_since
    if moment - since > silence_allowed():
        yield Condition(
            "silence",
            "silent",
            **texts.both("conditions.silent", since=since),
            version=since.isoformat(),
        )


def _failed(known) -> Iterator[Condition]:
    for run, why in known.failures.items():
        failed = texts.both("conditions.failed", job=name_of(run), why=why_of(why))
        yield Condition(f"failed/{run}", "failed", **failed, version=why)


def why_of(failure: str) -> str | dict[str, str]:
    """Why a run failed; by language where findings stopped it, which are told each in its own words."""
    return texts.both("conditions.stopped") if failure.startswith("blocked: ") else failure


def name_of(run: str) -> dict[str, str]:
    """What a run did, by language. `run`: a job, or a job and the period that it was to bring in."""
    job, _, period = run.partition(" ")
    name: str | dict[str, str] = job
    if job == ASSETS_ALONE:
        name = texts.both("conditions.assets")
    if job in JOBS:
        name = texts.both(f"conditions.{job}")
    if job.startswith(RECEIVE):
        source = job.removeprefix(RECEIVE)
        sources = _table(folders.landed() / "registry" / "sources.parquet")
        names = {row["source_id"]: {"vi": row["name_vi"], "en": row["name_en"]} for row in sources}
        name = texts.both("conditions.receive", source=names.get(source, source))
    return texts.both("conditions.job", job=name, period_id=period or None)


def blocked() -> list[Condition]:
    """What stops publication since the last judgement: errors in the words of their findings, and checks that
    crashed. Nothing once what is here now has been published."""
    rules = _rules()
    found = [
        *_table(folders.checks() / "arrival_findings.parquet"),
        *_table(folders.checks() / "findings.parquet"),
    ]
    standing = [
        Condition(
            f"blocked/{one['finding_id']}",
            "blocked",
            with_place(one, "vi"),
            with_place(one, "en"),
            **_action(rules, one["rule_id"]),
        )
        for one in found
        if one["severity"] == "error"
    ]
    judged = _results("results.parquet").filter(pl.col("suite") != "arrivals")
    for row in pl.concat([_results("arrivals.parquet"), judged]).filter(outcome="crashed").to_dicts():
        rule = rules.get(row["rule_id"], {})
        title = {lang: rule.get(f"title_{lang}", row["rule_id"]) for lang in texts.LANGUAGES}
        about = {"title": title, "check_id": row["check_id"], "detail": row["detail"]}
        crashed = texts.both("conditions.crashed", **about)
        standing.append(Condition(f"blocked/{row['check_id']}", "blocked", **crashed))
    return [] if standing and inputs.are_released() else standing


def _late(today: date) -> Iterator[Condition]:
    """The sources of which nothing has come for the last report that was due, if anything was ever sent.

    What comes with the project is history and nobody's delivery: a source of which there is only that has
    not begun to report here, so none of its reports is missed.
    `fct_reporting` knows no later day than that of the last receipt, so a source that stops is not in it.
    Who of a source's reporters is missing is told by findings.
    """
    for name, source in deliveries.registered().items():
        if not (due := source.due):
            continue
        bundled = {files.hash_of(file) for file, _ in receiving.bundled(name)}
        sent = {
            extract.period_id
            for extract in deliveries.extracts(name)
            if extract.period_id and not extract.is_made_up and extract.sha256 not in bundled
        }
        if not sent:
            continue
        period, due_on = last_due(source.frequency, due, today)
        if period > max(sent):
            names = {"vi": source.name.vi, "en": source.name.en}
            late = texts.both("conditions.late", source=names, period_id=period, due_on=due_on)
            yield Condition(f"late/{name}", "late", **late, version=period)


def _stuck() -> Iterator[Condition]:
    """What lies in the inbox and cannot be taken as it is."""
    for refused in deliveries.left_in_the_inbox():
        yield Condition(
            f"stuck/{refused}", "warning", **texts.both("conditions.stuck", why=texts.refusal(refused))
        )


def last_due(frequency: str, due: Due, today: date) -> tuple[str, date]:
    """The last period whose report should have come before `today`, and the day by which."""
    month = today.replace(day=1)
    while not _is_due_in(frequency, due, month) or month.replace(day=due.day) >= today:
        month = (month - timedelta(days=1)).replace(day=1)
    return deliveries.reported_on(frequency, due, month), month.replace(day=due.day)


def _is_due_in(frequency: str, due: Due, month: date) -> bool:
    return frequency == "monthly" or month.month % 3 == (0 if due.month == "last" else 1)


def _findings() -> Iterator[Condition]:
    """Errors and warnings of the current release; the notes among the findings are no reason for an alert.
    What is left in the inbox is told as it is now."""
    rules = _rules()
    for row in _table(folders.published() / "current" / "parquet" / "fct_finding.parquet"):
        accepted = row.get("state") == ACCEPTED
        if row["severity"] in KINDS and row["rule_id"] != LEFT_IN_INBOX:
            kind = ACCEPTED if accepted else row["severity"]
            yield Condition(
                row["finding_id"],
                kind,
                row["message_vi"],
                row["message_en"],
                version=kind,
                **_action(rules, row["rule_id"]),
            )


def _arrivals() -> Iterator[Condition]:
    """What is odd about a landed table without stopping anything: that it is empty."""
    for one in _table(folders.checks() / "arrival_findings.parquet"):
        if one["severity"] == "warning":
            yield Condition(one["finding_id"], "warning", with_place(one, "vi"), with_place(one, "en"))


def _release() -> tuple[str | None, bool]:
    file = folders.published() / "current" / "manifest.json"
    if not file.is_file():
        return None, data_directory.is_made_up()
    manifest = json.loads(file.read_text(encoding="utf-8"))
    return manifest["release_id"], manifest["is_made_up"]


def _rules() -> dict[str, dict]:
    return {rule["rule_id"]: rule for rule in _table(folders.landed() / "registry" / "rules.parquet")}


def _action(rules: dict[str, dict], rule_id: str) -> dict[str, str]:
    rule = rules.get(rule_id, {})
    return {name: rule.get(name) or "" for name in ("action_vi", "action_en")}


def _results(name: str) -> pl.DataFrame:
    file = folders.checks() / name
    return pl.read_parquet(file) if file.is_file() else pl.DataFrame(schema=RESULTS)


def _table(file: Path) -> list[dict]:
    return pl.read_parquet(file).to_dicts() if file.is_file() else []
