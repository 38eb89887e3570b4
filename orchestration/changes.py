"""What changed from one release to the next, told from the change reports that the releases carry."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from ingest import places
from ingest.errors import Refused
from orchestration import current
from orchestration.publication import Release, releases
from orchestration.vietnamese import percent, points

CAUSES = {
    "numerator_restated": "tử số được công bố lại",
    "denominator_restated": "mẫu số được công bố lại",
    "ratio_restated": "tỷ lệ được công bố lại",
    "definition": "thay đổi định nghĩa",
    "organisation": "thay đổi đơn vị được cộng",
    "correction": "đính chính",
    "newly_reported": "mới có số liệu",
    "withdrawn": "số liệu bị rút",
}


def told(since: str | None, as_json: bool) -> Iterator[str]:
    """Lines for each release after `since`, the oldest first; only the current one when `since` is not given.

    Raises Refused where `since` is no release before the current one.
    """
    for release in _later_than(since):
        rows = _rows(release.folder)
        if as_json:
            told = ({"release_id": release.release_id} | row for row in rows)
            yield from (json.dumps(row, ensure_ascii=False, default=str) for row in told)
            continue
        cells = [list(moves) for _, moves in groupby(rows, key=lambda row: row["cell"])]
        yield f"Bản {release.release_id}: {len(cells)} giá trị thay đổi so với bản trước"
        for moves in cells:
            yield from _cell(moves)


def _later_than(since: str | None) -> list[Release]:
    """The releases after one, up to the current one; no more than the current one when none is named."""
    now = current.folder().name
    names = [release.release_id for release in releases(places.published())]
    upto = releases(places.published())[: names.index(now) + 1]
    if since is None:
        return upto[-1:]
    if since not in names[: len(upto)]:
        raise Refused(f"{since}: is no release up to the current one; the last are {', '.join(names[-5:])}")
    return upto[names.index(since) + 1 :]


def _rows(release: Path) -> list[dict]:
    tables = current.rows_of(
        release, "select 1 from information_schema.tables where table_name = 'rpt_change'"
    )
    if not tables:
        raise Refused(f"{release.name}: carries no report of changes yet; name a later release")
    return current.rows_of(
        release,
        """select i.code, i.name_vi, o.name_vi as org_vi, c.*,
                  concat_ws('|', indicator_id, definition_version, org_key, period_id) as cell
           from marts.rpt_change c
           join marts.dim_indicator i using (indicator_id, definition_version)
           join marts.dim_org o using (org_key)
           order by i.report_order nulls last, cell, cause""",
    )


def _cell(moves: list[dict]) -> Iterator[str]:
    about = moves[0]
    code = f"{about['code']} · " if about["code"] else ""
    change = "" if about["change_points"] is None else f" ({points(about['change_points'])})"
    yield f"  {code}{about['name_vi']} · {about['org_vi']} · kỳ {about['period_id']}"
    yield f"    {_percent(about['value_before'])} → {_percent(about['value_after'])}{change}"
    for move in moves:
        share = "" if move["contribution_points"] is None else f": {points(move['contribution_points'])}"
        yield f"    {CAUSES[move['cause']]}{share}"


def _percent(number) -> str:
    return "không có" if number is None else percent(number)
