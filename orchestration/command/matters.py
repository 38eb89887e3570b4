"""`dxkpi matters`: what somebody has to answer, one matter in full, and what was answered."""

import json
from collections.abc import Iterator

import click

from expectations.messages import in_words
from ingest.errors import Refused
from ingest.wording import match_key
from orchestration import texts
from orchestration.command import lookup
from orchestration.publication.matters import about, by_group
from orchestration.publication.vietnamese import shortened
from orchestration.state import answers, current
from orchestration.texts import own, text, words

RECORDS = {"answered": "answered", "settled": "settled_by", "signed_off": "signed_off"}
KEPT = {"answered": "answer_kept", "settled": "settlement_kept"}
TITLE = 110  # characters of a title in a list
IDS = "select distinct org_id from marts.dim_org where $1 in (org_id, org_key)"
REPORTS_THAT_LACK = """
    select distinct 'source/' || source_id || '/' || left(period_id, 4) as cause
    from marts.fct_reporting join marts.dim_org using (org_key)
    where expected = 1 and received = 0 and org_id = $1
"""
SHORTEST_ID = 4  # characters by which a matter may be called; fewer digits are its number in the list


def listed(org: str | None = None, group: str | None = None, as_json: bool = False) -> Iterator[str]:
    """The matters of the current release, each with who must act and what is asked; the settled ones last.

    org: an org_id, a name, or whom a matter names, group: the beginning of a group's name or id. Raises
    Refused where it is none.
    """
    found = current.rows("select * from marts.fct_matter order by position")
    if org:
        found = _of(org, found)
    if group:
        groups = {(row["group_id"], row["group_vi"], row["group_en"]) for row in _groups()}
        asked = [names[0] for names in groups if any(_begins(name, group) for name in names)]
        if not asked:
            raise Refused(f"{group}: no such group; there are: {', '.join(sorted(g[1] for g in groups))}")
        found = [row for row in found if row["group_id"] in asked]
    if as_json:
        yield from (json.dumps(row, ensure_ascii=False, default=str) for row in found)
        return
    answered = {row["matter_id"] for row in _since_release()}
    for name, of_group in by_group(found):
        yield name
        for row in of_group:
            yield f"  {row['position']}. {own(row, 'title')}"
            yield f"     {_about(row)}{text('matters.new_answer') if row['matter_id'] in answered else ''}"
            if row["state"] != "settled":
                yield f"     {text('matters.action', action=own(row, 'ask'))}"
        yield ""
    over = sum(row["state"] == "settled" for row in found)
    yield text("matters.count", open=len(found) - over, settled=over)


def show_titles() -> None:
    """The matters that are not settled by their titles, a line each."""
    found = current.rows("select * from marts.fct_matter where state <> 'settled' order by position")
    click.echo(text("run.matters", count=str(len(found) or text("run.no_matters"))))
    for name, rows in by_group(found):
        click.echo(f"  {name}")
        titles = shortened([own(row, "title") for row in rows], TITLE)
        for row, title in zip(rows, titles, strict=True):
            click.echo(f"    {row['position']}. {title}")
    click.echo()


def shown(matter_id: str) -> Iterator[str]:
    """One matter with everything under it. `matter_id` may be its beginning, or its number in the list."""
    matter = _matter(matter_id)
    yield own(matter, "title")
    yield f"  {_about(matter)}"
    if matter["ask_vi"]:
        yield f"  {text('matters.action', action=own(matter, 'ask'))}"
    if matter["findings"] == 0:
        yield f"  {text('matters.nothing_left')}"
    findings = current.rows(
        """select f.*, m.missing_vi, m.missing_en from marts.fct_finding f
           left join marts.rpt_open_matters m using (finding_id)
           where f.matter_id = $1 order by m.finding_no nulls last, f.locator, f.finding_id""",
        matter["matter_id"],
    )
    if findings:
        yield f"  {text('matters.contents', count=len(findings))}"
    for number, row in enumerate(findings, start=1):
        yield f"  {number}. {own(row, 'message')}"
        if row["missing_vi"]:
            yield f"     {text('matters.missing', missing=own(row, 'missing'))}"
    yield from _history(matter["matter_id"])
    if findings:
        yield f"  {text('matters.places')}"
    for number, row in enumerate(findings, start=1):
        where = row["locator"] and in_words(row["locator"], texts.language)
        ids = {name: row[name] for name in ("rule_id", "finding_id")}
        severity = words("severities")[row["severity"]]
        yield f"  {number}. {text('matters.place', severity=severity, where=where, **ids)}"


def answer(kind: str, matter_id: str, by: str, statement: str) -> str:
    """Record what somebody answered, or that the matter is settled."""
    matter = _matter(matter_id)
    names = ("matter_id", "cause", "group_id", "org_id", "org_vi", "title_vi", "title_en")
    about = {name: matter[name] for name in names}
    answers.record(kind, by, statement, release_id=current.folder().name, **about)
    return text(f"matters.{KEPT[kind]}", title=own(matter, "title"))


def sign(period_id: str, by: str, statement: str) -> str:
    """Record that somebody signed off what the current release says of a period."""
    if not current.rows("select 1 from marts.dim_period where period_id = $1", period_id):
        raise Refused(f"{period_id}: the current release knows no such period")
    release = current.folder().name
    answers.record("signed_off", by, statement, release_id=release, period_id=period_id)
    return text("matters.signature_kept", by=by, period_id=period_id, release=release)


def _history(matter_id: str) -> Iterator[str]:
    records = answers.records().filter(matter_id=matter_id).to_dicts()
    if records:
        yield f"  {text('matters.history')}"
    for row in records:
        what = text(f"matters.{RECORDS[row['kind']]}")
        record = {"at": row["recorded_at"], "author": row["author"], "statement": row["statement"]}
        yield f"  - {text('matters.record', what=what, **record)}"


def _matter(asked: str) -> dict:
    found = current.rows("select * from marts.fct_matter order by position")
    if len(asked) < SHORTEST_ID:
        called = [row for row in found if str(row["position"]) == asked]
    else:
        called = [row for row in found if row["matter_id"].startswith(asked.casefold())]
    if len(called) == 1:
        return called[0]
    what = f"{len(called)} matters begin so" if called else "no such matter in the current release"
    raise Refused(f"{asked}: {what}; dxkpi matters lists them")


def _of(asked: str, found: list[dict]) -> list[dict]:
    """What somebody must answer for, and what waits for a report of theirs that is due. Raises Refused where
    no matter and no organisation is so named."""
    shown = [row for row in found if row["org_vi"] and match_key(row["org_vi"]) == match_key(asked)]
    org_ids = {row["org_id"] for row in shown} or {
        row["org_id"] for row in current.rows(IDS, lookup.organisation(asked))
    }
    causes = {row["cause"] for org_id in org_ids - {None} for row in current.rows(REPORTS_THAT_LACK, org_id)}
    return [
        row for row in found if row in shown or row["org_id"] in org_ids - {None} or row["cause"] in causes
    ]


def _groups() -> list[dict]:
    return current.rows("select distinct group_id, group_vi, group_en from marts.fct_matter")


def _since_release() -> list[dict]:
    """What was said since the current release was made, which it therefore does not know."""
    known = current.rows("select coalesce(max(record_no), 0) as n from marts.fct_matter_record")[0]["n"]
    return [row for row in answers.records().to_dicts() if row["record_no"] > known]


def _begins(name: str, asked: str) -> bool:
    return name.casefold().startswith(asked.casefold())


def _about(row: dict) -> str:
    return text("matters.id", about=about(row), matter_id=row["matter_id"])
