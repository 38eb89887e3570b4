"""What `dxkpi status` tells: who has reported and in time, what waits or is set aside, which release."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from ingest import folders, inbox, quarantine
from ingest.clock import HANOI
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration.alerts import conditions, memory
from orchestration.command import lookup
from orchestration.state import current, deliveries

REPORTING = """
    select r.source_id, r.period_id, o.org_id, o.name_vi, r.expected, r.received, r.on_time, r.due_on,
           r.received_at, r.is_made_up
    from marts.fct_reporting r join marts.dim_org o using (org_key) join marts.dim_period p using (period_id)
    where ($1 is null or r.source_id = $1)
        and ($2 is null or r.period_id = $2)
        and ($3 is null or $3 in (o.org_id, o.org_key))
    order by r.source_id, p.start_date, p.end_date, o.org_id
"""
NAMED = 5  # of those who have not reported


def lines(source: str | None, period: str | None, org: str | None, as_json: bool = False) -> Iterator[str]:
    """One line a source and period, or where an organisation is named one for each of its reports."""
    if source and source not in SOURCES and source != "plan":
        raise Refused(f"{source}: is no source; expected plan, {', '.join(SOURCES)}")
    rows = current.rows(REPORTING, source, period, org and lookup.organisation(org))
    if as_json:
        for row in rows:
            yield json.dumps(row, ensure_ascii=False, default=str)
        return
    yield from map(_report, rows) if org else _summary(rows)
    waiting = inbox.waiting(SOURCES)
    if waiting:
        yield f"Inbox:      {len(waiting)} waiting, {waiting[0].name} first (dxkpi run)"
    for stuck in deliveries.new(waiting).stuck:
        yield f"Stuck:      {stuck}"
    if aside := quarantine.entries():
        yield f"Quarantine: {len(aside)} files (dxkpi quarantine list)"
    (release,) = current.rows("select release_id, built_at from marts.release")
    yield f"Release:    {release['release_id']}, built {release['built_at']:%Y-%m-%d %H:%M} UTC"
    yield f"            {folders.published() / 'current'}"
    known = memory.read()
    if known.succeeded_at:
        yield f"Last run:   succeeded at {known.succeeded_at:%Y-%m-%d %H:%M} UTC"
    for job, why in known.failures.items():
        yield f"Failed:     {job}: {why}"
    for silence in conditions.silent(known, datetime.now(UTC)):
        yield f"Silence:    {silence.en}"


def _summary(rows: list[dict]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[dict]] = {}
    for row in rows:
        groups.setdefault((row["source_id"], row["period_id"]), []).append(row)
    yield f"{'source':<18}{'period':<9}{'expected':>8} {'received':>8} {'in time':>8}  due"
    for (source, period), reports in groups.items():
        expected, in_time = _sum(reports, "expected"), _sum(reports, "on_time")
        others = [r for r in reports if _is_extra(r)]
        came = _sum([r for r in reports if not _is_extra(r)], "received")
        due = next((str(r["due_on"]) for r in reports if r["due_on"]), "–")
        line = f"{source:<18}{period:<9}{_n(expected):>8} {_n(came):>8} {_n(in_time):>8}  {due}"
        missing = [r["org_id"] for r in reports if r["expected"] and not r["received"]]
        if missing:
            more = f" and {len(missing) - NAMED} more" if missing[NAMED:] else ""
            line += f"  missing: {', '.join(missing[:NAMED])}{more}"
        if others:
            line += f"  not expected: {len(others)}"
        yield line + _made_up(reports)


def _is_extra(report: dict) -> bool:
    """Whether it came although nobody expected it; of what nothing is stated, none is."""
    return bool(report["received"]) and report["expected"] == 0


def _report(row: dict) -> str:
    if not row["received"]:
        state = f"missing, due {row['due_on']}" if row["expected"] else "not received"
    else:
        state = f"received {row['received_at'].astimezone(HANOI):%Y-%m-%d}"
        if row["due_on"]:
            state += f", {'in time' if row['on_time'] else 'late'}, due {row['due_on']}"
    return f"{row['source_id']:<18}{row['period_id']:<9}{row['name_vi']}: {state}{_made_up([row])}"


def _made_up(rows: list[dict]) -> str:
    return "  (made-up data)" if any(row["is_made_up"] for row in rows) else ""


def _sum(rows: list[dict], column: str) -> int | None:
    """None where nothing states what to expect."""
    known = [row[column] for row in rows if row[column] is not None]
    return sum(known) if known else None


def _n(number: int | None) -> str:
    return "–" if number is None else str(number)
