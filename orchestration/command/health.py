"""`dxkpi health`: what is open now, for programs that watch others, as JSON or as metrics of Prometheus."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime

from ingest import folders
from ingest.errors import Refused
from orchestration.alerts import conditions, memory
from orchestration.state import current

# What somebody must see to before numbers get on; what else is open is the offices' to mend.
URGENT = ("failed", "blocked", "silent")


def report() -> tuple[dict, bool]:
    """What is open, and whether all is well: something is published, and nothing urgent is open."""
    known = memory.read()
    state = conditions.now(known, datetime.now(UTC))
    open_ones = [one for one in state.conditions if one.kind != conditions.ACCEPTED]
    counts = Counter(one.kind for one in open_ones)
    urgent = [one for one in open_ones if one.kind in URGENT]
    built_at = _built_at()
    is_well = built_at is not None and not urgent
    return {
        "is_well": is_well,
        "release_id": state.release_id,
        "built_at": built_at,
        "succeeded_at": known.succeeded_at,
        "free_bytes": shutil.disk_usage(folders.data_dir()).free,
        "open": {kind: counts[kind] for kind in conditions.KINDS},
        "urgent": [one.en for one in urgent],
    }, is_well


def as_json(found: dict) -> str:
    return json.dumps(found, ensure_ascii=False, default=lambda moment: moment.isoformat())


def as_metrics(found: dict) -> str:
    """The text format of Prometheus, for the textfile collector of its node exporter."""
    moments = {
        "dxkpi_release_built_timestamp_seconds": found["built_at"],
        "dxkpi_last_success_timestamp_seconds": found["succeeded_at"],
    }
    lines = [f"# TYPE dxkpi_well gauge\ndxkpi_well {int(found['is_well'])}"]
    lines += [f"# TYPE {n} gauge\n{n} {moment.timestamp():.0f}" for n, moment in moments.items() if moment]
    lines += [f"# TYPE dxkpi_free_bytes gauge\ndxkpi_free_bytes {found['free_bytes']}"]
    lines += ["# TYPE dxkpi_open gauge"]
    lines += [f'dxkpi_open{{kind="{kind}"}} {count}' for kind, count in found["open"].items()]
    return "\n".join(lines)


def _built_at() -> datetime | None:
    try:
        (release,) = current.rows("select built_at from marts.release")
    except Refused:
        return None
    return release["built_at"]
