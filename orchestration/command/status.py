"""What `dxkpi status` shows: who has reported and in time, what waits or is set aside, which release."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from expectations.findings import ordinal
from ingest import folders, inbox, quarantine
from ingest.clock import HANOI
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration import texts
from orchestration.alerts import conditions, memory
from orchestration.command import lookup
from orchestration.state import current, deliveries
from orchestration.texts import own, text

REPORTING = """
    select r.source_id, s.name_vi as source_vi, s.name_en as source_en, r.period_id, o.org_id, o.name_vi,
           r.expected, r.received, r.on_time, r.due_on, r.received_at, r.is_made_up, d.title as plan_title
    from marts.fct_reporting r join marts.dim_org o using (org_key) join marts.dim_period p using (period_id)
    left join marts.dim_source s using (source_id)
    left join marts.dim_plan d
        on r.source_id = 'plan' and d.org_key = r.org_key and d.result_year::varchar = r.period_id
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
    if not rows:
        yield text("status.nothing")
    yield from map(_report, rows) if org else _summary(rows)
    yield ""
    waiting = inbox.waiting(SOURCES)
    if waiting:
        yield text("status.waiting", count=len(waiting), first=waiting[0].name)
    for stuck in deliveries.new(waiting).stuck:
        yield text("status.stuck", why=texts.refusal(stuck))
    if aside := quarantine.entries():
        yield text("status.quarantine", count=len(aside))
    (release,) = current.rows("select release_id, built_at from marts.release")
    yield text("status.release", **release)
    yield f"  {folders.published() / 'current'}"
    known = memory.read()
    if known.succeeded_at:
        yield text("status.last_run", at=known.succeeded_at)
    for job, why in known.failures.items():
        yield text("status.failed", job=conditions.name_of(job), why=conditions.why_of(why))
    for silence in conditions.silent(known, datetime.now(UTC)):
        yield text("status.silence", what=silence.of(texts.language))


def _summary(rows: list[dict]) -> Iterator[str]:
    """Periods that follow each other and of which the same is to be said have one line."""
    for source_id, of_source in groupby(rows, key=itemgetter("source_id")):
        if source_id == "plan":
            reports = list(of_source)
            yield own(reports[0], "source") or source_id
            yield from (f"  {_plan(row)}" for row in reports)
            continue
        periods = [list(reports) for _, reports in groupby(of_source, key=itemgetter("period_id"))]
        yield own(periods[0][0], "source") or source_id
        # a period's number less its place is the same for those that follow each other
        runs = ((_state(reports), _others(reports), _run(reports, at)) for at, reports in enumerate(periods))
        for (state, others, _), alike in groupby(zip(runs, periods, strict=True), key=itemgetter(0)):
            same = [reports for _, reports in alike]
            first, last = (reports[0]["period_id"] for reports in (same[0], same[-1]))
            days = [r["due_on"] for r in same[0] if r["due_on"]]
            due = text("status.due", due_on=days[0]) if days and first == last else ""
            yield f"  {texts.span(first, last)}: {state}{due}{others}{_made_up(same[0])}"


def _plan(row: dict) -> str:
    received_on = row["received_at"].astimezone(HANOI).date()
    plan = row["plan_title"] or row["name_vi"]
    return text("status.plan", plan=plan, period_id=row["period_id"], received_on=received_on) + _made_up(
        [row]
    )


def _run(reports: list[dict], at: int) -> tuple[int, int]:
    period_id = reports[0]["period_id"]
    return len(period_id), ordinal(period_id) - at


def _state(reports: list[dict]) -> str:
    """How many of those who must report have, and who has not; of what nothing is due, how many have sent
    something."""
    due = [r for r in reports if r["expected"]]
    if not due:
        kind = "unexpected" if any(r["expected"] == 0 for r in reports) else "free"
        return text(f"status.{kind}", received=sum(bool(r["received"]) for r in reports))
    missing = [r["name_vi"] for r in due if not r["received"]]
    on_time = sum(bool(r["on_time"]) for r in due)
    counts = {"expected": len(due), "received": len(due) - len(missing)}
    if not counts["received"]:
        return text("status.nobody", expected=len(due))
    state = text("status.some" if missing else "status.all", **counts)
    in_time = "in_time" if on_time == counts["received"] else "on_time" if on_time else "too_late"
    state += text(f"status.{in_time}", on_time=on_time)
    if missing:
        more = len(missing[NAMED:]) or None
        state += text("status.missing", names=", ".join(missing[:NAMED]), more=more)
    return state


def _others(reports: list[dict]) -> str:
    """Who has reported beside those who must, where it is known who that is."""
    if not any(r["expected"] for r in reports):
        return ""
    others = sum(bool(r["received"]) for r in reports if r["expected"] == 0)
    return text("status.others", others=others) if others else ""


def _report(row: dict) -> str:
    if not row["received"]:
        state = text("status.not_sent" if row["expected"] else "status.not_received", due_on=row["due_on"])
    else:
        came = "sent" if not row["due_on"] else "sent_in_time" if row["on_time"] else "sent_late"
        received_on = row["received_at"].astimezone(HANOI).date()
        state = text(f"status.{came}", received_on=received_on, due_on=row["due_on"])
    about = {"org": row["name_vi"], "source": own(row, "source") or row["source_id"]}
    return text("status.report", period_id=row["period_id"], state=state, **about) + _made_up([row])


def _made_up(rows: list[dict]) -> str:
    return text("status.made_up") if any(row["is_made_up"] for row in rows) else ""
