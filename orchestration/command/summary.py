"""What `dxkpi run` and `dxkpi findings` print of the current release."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter

import click
from rich.console import Console
from rich.table import Table

from expectations.findings import SEVERITIES
from expectations.numbers import rounded
from ingest import folders, manifest
from ingest.errors import Refused
from orchestration import texts
from orchestration.alerts import conditions
from orchestration.command import lookup, matters
from orchestration.publication.database import Marts
from orchestration.publication.scores import (
    basis,
    called,
    is_judged,
    is_provisional,
    is_published,
    number,
    scores,
    verdict,
)
from orchestration.publication.vietnamese import BOUNDS, shortened
from orchestration.state import current
from orchestration.texts import own, text, words

NAME = 40  # columns for the name of an indicator
LATEST = 5  # files that have come since the release, listed one by one
BLOCKING = "blocking"  # the state of what keeps the present data from being published
RESOLVED = "resolved"  # the state of what this release does not hold any more


def show() -> None:
    """The scorecard, the findings by severity, and where the release is."""
    marts = Marts(current.folder() / "parquet")
    rows = scores(marts).to_dicts()
    plans = {row["plan_id"] for row in rows}
    titles = {plan["plan_id"]: called(plan) for plan in marts["dim_plan"].to_dicts()}
    for year, plan_id in sorted({(row["year"], row["plan_id"]) for row in rows}):
        of_one = [row for row in rows if (row["year"], row["plan_id"]) == (year, plan_id)]
        _scorecard(
            text("run.scorecard", year=year, plan=titles[plan_id] if plans != {plan_id} else None), of_one
        )
    matters.show_titles()
    counts = current.rows(
        """select severity, count(*) filter (state <> 'accepted') as n,
                  count(*) filter (state = 'accepted') as accepted
           from marts.fct_finding group by all order by severity"""
    )
    found = [
        text(f"severity_counts.{row['severity']}", count=row["n"])
        for row in sorted(counts, key=lambda row: SEVERITIES.index(row["severity"]))
    ]
    if accepted := sum(row["accepted"] for row in counts):
        found.append(f"{accepted} {words('finding_states')['accepted']}")
    click.echo(text("run.findings", counts=", ".join(found) or text("run.no_findings")))
    release = folders.published() / "current"
    click.echo(text("run.release", release_id=current.folder().name))
    for file in ("dxkpi.duckdb", "report/index.html", "appendix_01.xlsx"):
        click.echo(f"  {os.path.relpath(release / file)}")


def _scorecard(title: str, rows: list[dict]) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column(text("run.number"), no_wrap=True)
    table.add_column(text("run.indicator"), width=NAME)
    for column in ("target", "reported", "computed"):
        table.add_column(text(f"run.{column}"), justify="right", no_wrap=True)
    table.add_column(text("run.verdict"))
    names = [_name(row) for row in rows]
    for row, name in zip(rows, shortened(names, NAME), strict=True):
        table.add_row(
            number(row),
            name,
            row["raw_text"],
            _reported(row),
            _percentage(row["value"], row) if row["value_status"] == "computed" else "–",
            _verdict(row),
        )
    Console(width=120, highlight=False).print(table)
    judged = [row for row in rows if is_judged(row)]
    tallies = {"by_computed": "met"}
    if any(map(is_published, rows)):
        tallies["by_reported"] = "met_as_reported"
    for label, column in tallies.items():
        decided = {name: sum(row[column] is met for row in judged) for met, name in texts.MET.items()}
        decided["none"] = len(rows) - len(judged)
        provisional = sum(map(is_provisional, judged)) if column == "met" else 0
        click.echo(text("run.tally", label=text(f"run.{label}"), provisional=provisional or None, **decided))
    click.echo()


def _name(row: dict) -> str:
    """The plan's own words, where they are understood; else the indicator's name and whose target it is."""
    if texts.language == "vi":
        return row["stated_name"]
    level = "" if row["org_level"] == "province" else words("levels").get(row["org_level"], "")
    return ", ".join(filter(None, (own(row, "name"), level)))


def _reported(row: dict) -> str:
    if row["value_status"] == "milestone":
        return row["result_published"] or "–"
    return f"{BOUNDS.get(row['reported_qualifier'], '')}{_percentage(row['reported_value'], row)}"


def _verdict(row: dict) -> str:
    """The verdict and on what it rests, or why there is none."""
    if not is_judged(row):
        return words("verdicts")["none"].lower()
    decided, why = verdict(row, texts.language).lower(), basis(row, texts.language)
    return f"{decided}: {why}" if row["met"] is None else f"{decided} ({why})"


def show_findings(asked: str | None, severity: str | None, state: str | None, as_json: bool) -> None:
    """What keeps the present data from being published; then each finding of the current release, the gravest
    first. Those resolved with this release only when asked for. `asked`: an indicator, for its own."""
    if severity in (None, "error") and state is None and asked is None:
        _show_blocked(conditions.blocked(), as_json)
    table = "fct_resolved_finding" if state == RESOLVED else "fct_finding"
    of_indicator = asked and (target := lookup.target(asked, None)) and target["indicator_id"]
    if asked and not of_indicator:
        of_indicator = lookup.indicator(asked)
    found = current.rows(
        f"""select f.*, r.title_vi, r.title_en, r.action_vi, r.action_en
            from marts.{table} f left join marts.dim_rule r using (rule_id)
            where ($1 is null or f.severity = $1) and ($2 is null or f.indicator_id = $2)""",
        severity,
        of_indicator,
    )
    for row in found:
        row.setdefault("state", RESOLVED)
    found = sorted((row for row in found if state in (None, row["state"])), key=_by_gravity_and_place)
    if as_json:
        for row in found:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
        return
    for line in _listed(found, "count_resolved" if state == RESOLVED else "count"):
        click.echo(line)


def _listed(found: list[dict], counted: str) -> Iterator[str]:
    """By severity and rule, each with what to do; how many, in the words `counted`; then their ids."""
    numbers = {row["finding_id"]: number for number, row in enumerate(found, start=1)}
    is_first = all(row["state"] == "new" for row in found)
    for severity, of_severity in groupby(found, key=itemgetter("severity")):
        rows = list(of_severity)
        yield text("findings.severity", severity=words("severities")[severity], count=len(rows))
        for _, of_rule in groupby(rows, key=itemgetter("rule_id")):
            same = list(of_rule)
            yield f"  {own(same[0], 'title')}"
            yield from (f"    {numbers[row['finding_id']]}. {_in_words(row, is_first)}" for row in same)
            if own(same[0], "action"):
                yield f"    {text('findings.action', action=own(same[0], 'action'))}"
        yield ""
    yield text(f"findings.{counted}", count=len(found))
    if found:
        yield text("findings.places")
    for row in found:
        yield f"  {numbers[row['finding_id']]}. {row['rule_id']}, {row['finding_id']}"


def _in_words(row: dict, is_first: bool) -> str:
    """The message, and what has become of it where that is news; of a first release everything is new."""
    message = own(row, "message")
    if row["state"] == "accepted":
        until, reason = row["accepted_until"], row["accepted_reason"]
        return text("findings.accepted", message=message, until=until, reason=reason)
    if row["state"] == "open" or is_first:
        return message
    return text("findings.state", message=message, state=words("finding_states")[row["state"]])


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
    click.echo(text("findings.blocked", count=len(blocking)))
    for one in blocking:
        click.echo(text("findings.blocking", message=one.of(texts.language)))
    for action in dict.fromkeys(own(vars(one), "action") for one in blocking if one.action_vi):
        click.echo(f"  {text('findings.action', action=action)}")
    click.echo(f"  {text('findings.withdraw')}")
    since = _received_since_release()
    for extract in since[:LATEST]:
        about = f"{extract.source_id}, {extract.period_id or extract.plan_id}"
        click.echo(f"    {extract.extract_id} {extract.file_name} ({about})")
    if more := len(since[LATEST:]):
        click.echo(f"    {text('findings.more_files', count=more)}")
    click.echo()


def _received_since_release() -> list[manifest.Extract]:
    """What the current release does not have, the last received first."""
    with suppress(Refused):
        known = {row["extract_id"] for row in current.rows("select extract_id from marts.dim_extract")}
        new = [e for e in manifest.extracts() if e.extract_id not in known and not e.withdrawn]
        return sorted(new, key=lambda extract: extract.received_at, reverse=True)
    return []


def _by_gravity_and_place(row: dict) -> tuple:
    numbers = [int(number) for number in re.findall(r"\d+", row["locator"] or "")]
    return SEVERITIES.index(row["severity"]), row["rule_id"], numbers, row["subject_key"]


def _percentage(value, row: dict) -> str:
    return "–" if value is None else texts.number(rounded(value, row["target_value"]))
