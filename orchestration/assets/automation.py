"""Which sensors and schedules are on when a daemon starts: those that DXKPI_AUTOMATION names, or none.

It names them as Dagster shows them, a schedule also by its source (`inbox,new_inputs,vneid`), or says `all`.
What somebody switches on or off in the UI stays so.
"""

import os
from collections.abc import Collection

import dagster as dg

from ingest.errors import Refused

SUFFIX, RESTATED = "_is_due", "_restated"  # of the names of schedules
ALL = "all"


def sensor(name: str) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if _named() & {name, ALL} else dg.DefaultSensorStatus.STOPPED


def schedule(source: str, suffix: str = SUFFIX) -> dg.DefaultScheduleStatus:
    on = _named() & {source, f"{source}{suffix}", ALL}
    return dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED


def refuse_unknown(sensors: Collection[str], sources: Collection[str]) -> None:
    """Raises Refused when DXKPI_AUTOMATION names what there is not."""
    known = {ALL, *sensors, *sources, *(source + of for source in sources for of in (SUFFIX, RESTATED))}
    if unknown := _named() - known:
        raise Refused(
            f"DXKPI_AUTOMATION: {', '.join(sorted(unknown))}: no such sensor or schedule; expected {ALL}, or "
            f"of {', '.join(sorted([*sensors, *sources]))} each that shall be on"
        )


def _named() -> set[str]:
    return {name.strip() for name in os.environ.get("DXKPI_AUTOMATION", "").split(",")} - {""}
