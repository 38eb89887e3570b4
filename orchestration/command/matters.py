"""`dxkpi matters`: what somebody has to answer, one matter in full, and what was answered."""

import json
from collections.abc import Iterator

import click

from expectations.messages import in_words
from ingest.errors import Refused
from orchestration.command import lookup
from orchestration.publication.matters import about, by_group
from orchestration.publication.vietnamese import SEVERITIES, clock, shortened
from orchestration.state import answers, current

RECORDS = {"answered": "trả lời", "settled": "kết thúc", "signed_off": "ký duyệt"}
TITLE = 110  # characters of a title in a list
SHORTEST_ID = 4  # characters by which a matter may be called; fewer digits are its number in the list
DONE = {"answered": "đã ghi trả lời", "settled": "đã ghi là giải quyết xong"}


def listed(org: str | None = None, group: str | None = None, as_json: bool = False) -> Iterator[str]:
    """The matters of the current release, each with who must act and what is asked; the settled ones last.

    org: an org_id or a name, group: the beginning of a group's name or id. Raises Refused where it is none.
    """
    found = current.rows("select * from marts.fct_matter order by position")
    if group:
        groups = {(row["group_id"], row["group_vi"], row["group_en"]) for row in _groups()}
        asked = [names[0] for names in groups if any(_begins(name, group) for name in names)]
        if not asked:
            raise Refused(f"{group}: no such group; there are: {', '.join(sorted(g[1] for g in groups))}")
        found = [row for row in found if row["group_id"] in asked]
    if org:
        org_id = lookup.organisation(org)
        found = [row for row in found if row["org_id"] == org_id]
    if as_json:
        yield from (json.dumps(row, ensure_ascii=False, default=str) for row in found)
        return
    answered = {row["matter_id"] for row in _since_release()}
    for name, of_group in by_group(found):
        yield name
        for row in of_group:
            yield f"  {row['position']}. {row['title_vi']}"
            yield f"     {_about(row)}{' – có trả lời mới' if row['matter_id'] in answered else ''}"
            if row["state"] != "settled":
                yield f"     Việc cần làm: {row['ask_vi']}"
        yield ""
    over = sum(row["state"] == "settled" for row in found)
    yield f"{len(found) - over} việc cần xử lý, {over} việc đã giải quyết (xem từng việc: dxkpi matters MÃ)"


def show_titles() -> None:
    """The matters that are not settled by their titles, a line each."""
    found = current.rows("select * from marts.fct_matter where state <> 'settled' order by position")
    click.echo(f"Việc cần xử lý: {len(found) or 'không có'} (dxkpi matters)")
    for name, rows in by_group(found):
        click.echo(f"  {name}")
        for row, title in zip(rows, shortened([row["title_vi"] for row in rows], TITLE), strict=True):
            click.echo(f"    {row['position']}. {title}")
    click.echo()


def shown(matter_id: str) -> Iterator[str]:
    """One matter with everything under it. `matter_id` may be its beginning, or its number in the list."""
    matter = _matter(matter_id)
    yield matter["title_vi"]
    yield f"  {_about(matter)}"
    if matter["ask_vi"]:
        yield f"  Việc cần làm: {matter['ask_vi']}"
    if matter["findings"] == 0:
        yield "  Không còn phát hiện nào trong bản công bố hiện hành."
    findings = current.rows(
        """select f.*, m.missing_vi from marts.fct_finding f
           left join marts.rpt_open_matters m using (finding_id)
           where f.matter_id = $1 order by m.finding_no nulls last, f.locator, f.finding_id""",
        matter["matter_id"],
    )
    if findings:
        yield f"  Gồm {len(findings)} nội dung:"
    for number, row in enumerate(findings, start=1):
        yield f"  {number}. {row['message_vi']}"
        if row["missing_vi"]:
            yield f"     Còn thiếu {row['missing_vi']}"
    yield from _history(matter["matter_id"])
    if findings:
        yield "  Tra cứu:"
    for number, row in enumerate(findings, start=1):
        where = f" [{in_words(row['locator'], 'vi')}]" if row["locator"] else ""
        yield f"  {number}. {SEVERITIES[row['severity']]}, {row['rule_id']}, {row['finding_id']}{where}"


def answer(kind: str, matter_id: str, by: str, text: str) -> str:
    """Record what somebody answered, or that the matter is settled."""
    matter = _matter(matter_id)
    about = ("matter_id", "cause", "group_id", "org_id", "org_vi", "title_vi", "title_en")
    answers.record(kind, by, text, release_id=current.folder().name, **{name: matter[name] for name in about})
    return f"{matter['title_vi']}: {DONE[kind]}; bản công bố sau sẽ nêu (dxkpi run)"


def sign(period_id: str, by: str, text: str) -> str:
    """Record that somebody signed off what the current release says of a period."""
    if not current.rows("select 1 from marts.dim_period where period_id = $1", period_id):
        raise Refused(f"{period_id}: the current release knows no such period")
    release = current.folder().name
    answers.record("signed_off", by, text, release_id=release, period_id=period_id)
    return f"Đã ghi: {by} ký duyệt số liệu kỳ {period_id} theo bản công bố {release}"


def _history(matter_id: str) -> Iterator[str]:
    said = answers.records().filter(matter_id=matter_id).to_dicts()
    if said:
        yield "  Đã ghi nhận:"
    yield from (f"  - {_told(row)}" for row in said)


def _told(row: dict) -> str:
    return f"{clock(row['recorded_at'])}, {row['author']} {RECORDS[row['kind']]}: {row['statement']}"


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


def _groups() -> list[dict]:
    return current.rows("select distinct group_id, group_vi, group_en from marts.fct_matter")


def _since_release() -> list[dict]:
    """What was said since the current release was made, which it therefore does not know."""
    known = current.rows("select coalesce(max(record_no), 0) as n from marts.fct_matter_record")[0]["n"]
    return [row for row in answers.records().to_dicts() if row["record_no"] > known]


def _begins(name: str, asked: str) -> bool:
    return name.casefold().startswith(asked.casefold())


def _about(row: dict) -> str:
    return f"{about(row)} – mã {row['matter_id']}"
