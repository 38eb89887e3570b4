"""Online public services: replies of the national portal and exports of the province's one-stop system.

The national portal (dichvucong.gov.vn) sends arrays of objects: to older clients all values as strings, to
those of 2026 numbers too. Two reports are known:
- the monthly summary: counts of dossiers and payments (HS_TOTAL, ...), shares of some of them under the same
  name without _TOTAL, and two percentages (TILE, TILE_DB);
- the scores of decision 766: CKMB openness 18, TDGQ settlement 20, CLGQ online service 12, TTTT payment 10,
  MDHL satisfaction 18, MDSH digitisation 22 at most, 100 in all. Some public clients take TTTT and CLGQ for
  one another; a published total of 2026, payment 6.67 and online service 8.56, confirms them as here.
Public clients also take records out of an object (`{"data": [...]}`). That those of 2026 read scores nested
by group is known; how they are nested is not. Assumed: a group is an object or an array in the record, its
scores named by their codes (`{"TTTT": 6.67}`, `{"TTTT": {"DIEM": 6.67}}`, `{"MA": "TTTT", "DIEM": 6.67}`);
they are believed only where all six are there and add up to TONG_SCORE. Assumed too: names may be written in
small letters or without `_`, and NAM and THANG, or YEAR and MONTH, say which period a record is of.

The province exports tables (HTML with an Excel extension) of one unit a row, or of three: its name, its
services `Một phần` and `Toàn trình`. A district's number includes its communes. One procedure is offered by
many units, so procedures never add up.
"""

from ingest import reading
from ingest.errors import Refused
from ingest.reading import Reading, replies, stated_period
from ingest.reading.asked import Asked
from ingest.sources.dvc_portal import answers, exports
from ingest.sources.dvc_portal.columns import EXPORTS
from ingest.sources.dvc_portal.fields import COUNTS, MAXIMA
from ingest.sources.dvc_portal.paging import download

__all__ = ["COUNTS", "EXPORTS", "MAXIMA", "download", "parse"]


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per number; what is empty is left out. Raises Refused with the place, as in `[0].CKMB`."""
    name, body = reading.opened(name, body)
    reply = replies.opened(name, body)
    if reply and not reply.records:
        answers.refuse_no_records(name, reply)
    grids = reading.grids(name, reply.flat if reply else body)
    reading.refuse_personal_data(name, grids)
    if grids[0].records and reply:
        stated_period.refuse_names(Asked(name, period_id, is_flow=True))
        return answers.read(name, reply, period_id)
    if name.lower().endswith(".json"):
        raise Refused(
            f"{name}: is called JSON and holds none; an array of objects was expected; if it is an export, "
            "give it its own name",
            "not_a_table",
        )
    return exports.read(name, grids, period_id)
