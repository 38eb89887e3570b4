"""Sensors: files dropped into the inbox are received, and what was received becomes a release.

A file is left alone until two looks in a row, LOOK_SECONDS apart, have found it the same.
"""

import hashlib
import json
from datetime import UTC, datetime

import dagster as dg

from ingest import inbox
from ingest.sources import SOURCES
from orchestration.assets import automation, ingestion, runs, watch
from orchestration.state import deliveries, inputs
from orchestration.texts import slashed

ENDED = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


@dg.sensor(
    name="inbox",
    jobs=ingestion.jobs,
    minimum_interval_seconds=watch.LOOK_SECONDS,
    default_status=automation.sensor("inbox"),
    description=slashed("dagster.inbox"),
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    before = json.loads(context.cursor or "{}")
    waiting = inbox.waiting(SOURCES)
    found = deliveries.new([file for file in waiting if before.get(file.name) == list(file.look)])
    requests = []
    stuck = [str(refused) for refused in found.stuck]
    for (source, period), files in found.files.items():
        # Once a day only: what could not be taken must not be tried for ever.
        asked = [source, period, str(datetime.now(UTC).date()), *((f.name, f.look) for f in files)]
        requests.append(
            ingestion.request(
                source,
                period,
                run_key=hashlib.sha256(json.dumps(asked).encode()).hexdigest(),
                files=[file.name for file in files],
                fetch=False,
            )
        )
    for line in stuck:
        context.log.warning(line)
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else dg.SkipReason("; ".join(stuck) or "nothing new"),
        cursor=json.dumps({file.name: file.look for file in waiting}),
    )


@dg.sensor(
    job_name="run",
    minimum_interval_seconds=watch.LOOK_SECONDS,
    default_status=automation.sensor("new_inputs"),
    description=slashed("dagster.new_inputs"),
)
def new_inputs(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    not_ended = [status for status in dg.DagsterRunStatus if status not in ENDED]
    at_work = dg.RunsFilter(statuses=not_ended, created_after=datetime.now(UTC) - runs.LONGEST_RUN)
    if context.instance.get_runs_count(at_work):
        return dg.SkipReason("a run has not ended yet")
    if inputs.are_released():
        return dg.SkipReason("the current release was made from exactly these inputs")
    # The same inputs make another release on the day after an acceptance has ended.
    over = f"-{datetime.now(UTC).date()}" if inputs.acceptances_are_over() else ""
    key = inputs.short(inputs.current()) + over
    failed = runs.failed_with(context.instance, key)
    if len(failed) >= runs.ATTEMPTS:
        return dg.SkipReason(f"{len(failed)} runs with these inputs have failed; something new is waited for")
    if failed and watch.what_blocks(runs.checks_of(context.instance, failed[0].dagster_run.run_id)):
        return dg.SkipReason("checks have blocked the release of these inputs; something new is waited for")
    if not runs.may_try_again(failed):
        return dg.SkipReason(f"{len(failed)} runs with these inputs have failed; the next comes later")
    return dg.RunRequest(
        run_key=f"{key}-{len(failed)}" if failed else key,
        tags={runs.INPUTS: key, runs.ATTEMPT: str(len(failed) + 1)},
    )
