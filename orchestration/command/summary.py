"""What `dxkpi run` and `dxkpi findings` print of the current release."""

import json
import os
import re
from contextlib import suppress

import click
from rich.console import Console
from rich.table import Table

from expectations.findings import SEVERITIES
from expectations.numbers import vietnamese
from ingest import folders, manifest
from ingest.errors import Refused
from orchestration.alerts import conditions
from orchestration.command import matters
from orchestration.publication.database import Marts
from orchestration.publication.scores import basis, is_judged, is_published, number, scores, verdict
from orchestration.publication.vietnamese import (
    BOUNDS,
    STATES,
    VERDICTS,
    WITHOUT_THRESHOLD,
    day,
    shortened,
)
from orchestration.publication.vietnamese import SEVERITIES as NAMES
from orchestration.state import current

NAME = 40  # columns for the name of an indicator
LATEST = 5  # files that have come since the release, listed one by one
BLOCKING = "blocking"  # the state of what keeps the present data from being published
RESOLVED = "resolved"  # the state of what this release does not hold any more


def show() -> None:
    """The scorecard, the findings by severity, and where the release is."""
    rows = scores(Marts(current.folder() / "parquet")).to_dicts()
    plans = {row["plan_id"] for row in rows}
    for year, plan_id in sorted({(row["year"], row["plan_id"]) for row in rows}):
        of_one = [row for row in rows if (row["year"], row["plan_id"]) == (year, plan_id)]
        _scorecard(f"{year} ({plan_id})" if plans != {plan_id} else str(year), of_one)
    matters.show_titles()
    counts = current.rows(
        """select severity, count(*) filter (state <> 'accepted') as n,
                  count(*) filter (state = 'accepted') as accepted
           from marts.fct_finding group by all order by severity"""
    )
    found = [
        f"{row['n']} {NAMES[row['severity']].lower()}"
        for row in sorted(counts, key=lambda row: SEVERITIES.index(row["severity"]))
    ]
    if accepted := sum(row["accepted"] for row in counts):
        found.append(f"{accepted} {STATES['accepted']}")
    click.echo(f"Nội dung cần xem lại: {', '.join(found) or 'không có'} (dxkpi findings)")
    release = folders.published() / "current"
    click.echo(f"Bản công bố: {current.folder().name}")
    for file in ("dxkpi.duckdb", "report/index.html", "appendix_01.xlsx"):
        click.echo(f"  {os.path.relpath(release / file)}")


def _scorecard(year: str, rows: list[dict]) -> None:
    table = Table(title=f"Mục tiêu năm {year}", title_justify="left", box=None, pad_edge=False)
    table.add_column("Mã", no_wrap=True)
    table.add_column("Chỉ tiêu", width=NAME)
    for heading in ("Mục tiêu", "Công bố", "Tính lại"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Kết luận")
    for row, name in zip(rows, shortened([row["stated_name"] for row in rows], NAME), strict=True):
        table.add_row(
            number(row),
            name,
            row["raw_text"],
            _reported(row),
            _number(row["value"]) if row["value_status"] == "computed" else "–",
            _verdict(row),
        )
    Console(width=120, highlight=False).print(table)
    judged = [row for row in rows if is_judged(row)]
    tallies = {"Theo số tính lại (nếu có)": "met"}
    if any(map(is_published, rows)):
        tallies["Theo số công bố"] = "met_as_reported"
    for label, column in tallies.items():
        met, missed, open_ = (
            sum(row[column] is decided for row in judged) for decided in (True, False, None)
        )
        click.echo(
            f"{label}: {met} đạt, {missed} chưa đạt, {open_} {VERDICTS[None].lower()}, "
            f"{len(rows) - len(judged)} {WITHOUT_THRESHOLD.lower()}"
        )
    click.echo()


def _reported(row: dict) -> str:
    if row["value_status"] == "milestone":
        return row["result_published"] or "–"
    return f"{BOUNDS.get(row['reported_qualifier'], '')}{_number(row['reported_value'])}"


def _verdict(row: dict) -> str:
    """The verdict and on what it rests, or why there is none."""
    if not is_judged(row):
        return WITHOUT_THRESHOLD.lower()
    if row["met"] is None:
        return f"{verdict(row).lower()}: {basis(row)}"
    return f"{verdict(row).lower()} ({basis(row)})"


def show_findings(severity: str | None, state: str | None, as_json: bool) -> None:
    """What keeps the present data from being published; then each finding of the current release, the gravest
    first. Those resolved with this release only when asked for."""
    if severity in (None, "error") and state is None:
        _show_blocked(conditions.blocked(), as_json)
    table = "fct_resolved_finding" if state == RESOLVED else "fct_finding"
    found = current.rows(f"select * from marts.{table} where $1 is null or severity = $1", severity)
    for row in found:
        row.setdefault("state", RESOLVED)
    found = [row for row in found if state in (None, row["state"])]
    for row in sorted(found, key=_by_gravity_and_place):
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
        else:
            text = f"{row['message_vi']}{_until(row)}"
            click.echo(f"{NAMES[row['severity']]}, {STATES[row['state']]}: {text} [{row['rule_id']}]")
    if not as_json:
        click.echo(f"{len(found)} nội dung của bản công bố hiện hành")


def _show_blocked(blocking: list[conditions.Condition], as_json: bool) -> None:
    """Each with what to do; and what has come since the current release, which may be taken back."""
    if as_json:
        for one in blocking:
            row = {"finding_id": one.subject.partition("/")[2], "severity": "error", "state": BLOCKING}
            row |= {"message_vi": one.vi, "message_en": one.en}
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    if not blocking:
        return
    click.echo(f"Số liệu hiện có chưa công bố được vì {len(blocking)} lỗi:")
    for one in blocking:
        click.echo(f"{NAMES['error']}, {STATES[BLOCKING]}: {one.vi}")
    for action in dict.fromkeys(one.action_vi for one in blocking if one.action_vi):
        click.echo(f"  Việc cần làm: {action}")
    click.echo("  Tệp nhận nhầm thì rút lại: dxkpi withdraw <extract> --reason <lý do>, rồi dxkpi run.")
    since = _received_since_release()
    for extract in since[:LATEST]:
        about = f"{extract.source_id}, {extract.period_id or extract.plan_id}"
        click.echo(f"    {extract.extract_id} {extract.file_name} ({about})")
    if more := len(since[LATEST:]):
        click.echo(f"    và {more} tệp khác nhận từ sau bản công bố hiện hành")
    click.echo()


def _received_since_release() -> list[manifest.Extract]:
    """What the current release does not have, the last received first."""
    with suppress(Refused):
        known = {row["extract_id"] for row in current.rows("select extract_id from marts.dim_extract")}
        new = [e for e in manifest.extracts() if e.extract_id not in known and not e.withdrawn]
        return sorted(new, key=lambda extract: extract.received_at, reverse=True)
    return []


def _until(row: dict) -> str:
    if row["state"] != "accepted":
        return ""
    return f" (chấp nhận đến hết ngày {day(row['accepted_until'])}: {row['accepted_reason']})"


def _by_gravity_and_place(row: dict) -> tuple:
    numbers = [int(number) for number in re.findall(r"\d+", row["locator"] or "")]
    return SEVERITIES.index(row["severity"]), row["rule_id"], numbers, row["subject_key"]


def _number(value) -> str:
    return "–" if value is None else vietnamese(value)
