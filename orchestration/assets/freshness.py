"""Whether the last report that is due has come, as a check of each source whose reports are due.

The sensor `silence` looks at it each hour, without a run.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime

import dagster as dg

from ingest.clock import HANOI
from orchestration.alerts.conditions import last_due
from orchestration.assets.schedules import due_of
from orchestration.state import deliveries
from orchestration.texts import slashed

ON_TIME = "on_time"


def check_of(source: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=["raw", source],
        name=ON_TIME,
        description=slashed("dagster.on_time"),
    )
    def on_time() -> dg.AssetCheckResult:
        passed, about = _looked_at(source, datetime.now(HANOI).date())
        return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=about)

    return on_time


def changed(cursor: str | None, today: date) -> tuple[list[dg.AssetCheckEvaluation], str]:
    """What is otherwise than at the look before, and what the next look is compared with."""
    before = json.loads(cursor or "{}")
    now = {source: _looked_at(source, today) for source in due_of()}
    evaluations = [
        dg.AssetCheckEvaluation(
            dg.AssetKey(["raw", source]), ON_TIME, passed, about, severity=dg.AssetCheckSeverity.WARN
        )
        for source, (passed, about) in now.items()
        if before.get(source) != [passed, about]  # as JSON has it
    ]
    return evaluations, json.dumps(now)


def _looked_at(source: str, today: date) -> tuple[bool, dict[str, str]]:
    period, day = last_due(deliveries.registered()[source].frequency, due_of()[source], today)
    return bool(deliveries.extracts(source, period)), {"period": period, "due": str(day)}


def checks() -> Iterator[dg.AssetChecksDefinition]:
    return map(check_of, due_of())
