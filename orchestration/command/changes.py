"""What changed from one release to the next, from the change reports that the releases carry."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from ingest import folders
from ingest.errors import Refused
from orchestration import texts
from orchestration.publication import Release, releases
from orchestration.state import current
from orchestration.texts import own, text, words

# As the targets of its year call an indicator.
NUMBER = """(
    select n.target_number from marts.dim_target_number n
    where n.indicator_id = c.indicator_id and n.definition_version = c.definition_version
      and n.year::varchar = left(c.period_id, 4))"""


def lines(since: str | None, as_json: bool) -> Iterator[str]:
    """Lines for each release after `since`, the oldest first; only the current one when `since` is not given.

    A release that a rollback undid is none of them. Raises Refused where `since` did not lead to this one.
    """
    for release, compared in _later_than(since):
        rows = _rows(release.folder)
        if as_json:
            reported = ({"release_id": release.release_id} | row for row in rows)
            yield from (json.dumps(row, ensure_ascii=False, default=str) for row in reported)
            continue
        if compared is None:
            yield text("changes.first", release_id=release.release_id)
            continue
        cells = [list(moves) for _, moves in groupby(rows, key=lambda row: row["cell"])]
        yield text("changes.release", release_id=release.release_id, count=len(cells))
        for moves in cells:
            yield from _cell(moves)


def _later_than(since: str | None) -> list[tuple[Release, str | None]]:
    """The releases after one, up to the current one, each with the one it was compared with; no more than the
    current one when none is named."""
    line = _lineage(current.folder().name)
    if since is None:
        return line[-1:]
    names = [release.release_id for release, _ in line]
    if since not in names:
        raise Refused(
            f"{since}: is no release that the current one comes from; the last are {', '.join(names[-5:])}"
        )
    return line[names.index(since) + 1 :]


def _lineage(name: str | None) -> list[tuple[Release, str | None]]:
    """The release of that name after the one it was compared with, and so on back; the oldest first."""
    known = releases(folders.published())
    names = [release.release_id for release in known]
    line: list[tuple[Release, str | None]] = []
    while name in names:
        at = names.index(name)
        about = current.rows_of(known[at].folder, "select * from marts.release")[0]
        # a release of older code does not say, so it is the one built before it
        name = about.get("compared_release", names[at - 1] if at else None)
        line.append((known[at], name))
    return line[::-1]


def _rows(release: Path) -> list[dict]:
    tables = current.rows_of(release, "select table_name from information_schema.tables")
    names = {row["table_name"] for row in tables}
    if "rpt_change" not in names:
        raise Refused(f"{release.name}: carries no report of changes yet; name a later release")
    number = NUMBER if "dim_target_number" in names else "i.code"  # older releases know no other
    return current.rows_of(
        release,
        f"""select i.code, coalesce(i.name_vi, indicator_id) as name_vi, i.name_en, o.name_vi as org_vi, c.*,
                  {number} as target_number,
                  concat_ws('|', indicator_id, definition_version, org_key, period_id) as cell
           from marts.rpt_change c
           left join marts.dim_indicator i using (indicator_id, definition_version)
           join marts.dim_org o using (org_key)
           order by i.report_order nulls last, cell, cause""",
    )


def _cell(moves: list[dict]) -> Iterator[str]:
    about = moves[0]
    named = {"number": about["target_number"], "name": own(about, "name"), "org": about["org_vi"]}
    yield f"  {text('changes.cell', period_id=about['period_id'], **named)}"
    before, after = _percent(about["value_before"]), _percent(about["value_after"])
    yield f"    {text('changes.move', before=before, after=after, points=about['change_points'])}"
    for move in moves:
        cause = words("change_causes")[move["cause"]]
        yield f"    {text('changes.cause', cause=cause, points=move['contribution_points'])}"


def _percent(number) -> str:
    return text("changes.none") if number is None else f"{texts.number(number)}%"
