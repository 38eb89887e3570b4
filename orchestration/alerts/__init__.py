"""What happened, reported once: a digest after each run to the log and a file, to a webhook and by e-mail.

conditions   what stands now, failed runs to late sources    memory     who was informed of what
digest       the words                                       channels   where they go

Nothing is sent, and no connection opened, unless an address stands in the environment (see channels). What
could not be delivered is kept and sent with the next run; it never makes a run fail.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import Refused
from orchestration.alerts import channels, conditions
from orchestration.alerts.channels import NotDelivered, NotTaken
from orchestration.alerts.digest import summary
from orchestration.alerts.memory import MAIN, Memory, opened
from orchestration.command.progress import say


@contextmanager
def reporting(job: str) -> Iterator[None]:
    """What runs inside is a run of this job: however it ends, it is reported."""
    try:
        yield
    except Exception as error:
        after(job, str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}")
        raise
    after(job)


def after(
    job: str, failure: str | None = None, ended_at: datetime | None = None, periods: Sequence[str] = ()
) -> None:
    """Report what has changed with a run that ended; `failure` says why it failed, None that it did not.

    `periods` are those it was to bring in. A run that ended before another one of its job and period that is
    reported already changes nothing.
    """

    def report(known: Memory) -> None:
        for period in periods or (None,):
            known.note(job, failure, ended_at or datetime.now(UTC), period)
        _report(known, always=job in MAIN)

    _attempt(report)


def look() -> None:
    """Report what time alone has changed: silence, sources that are late; and what could not be delivered."""
    _attempt(lambda known: _report(known, always=False))


def _attempt(report: Callable[[Memory], None]) -> None:
    """No run fails because of its alerts."""
    try:
        with opened() as known:
            report(known)
    except Refused as refused:
        say(f"alerts: {refused}")
    except Exception as error:  # in its own words there might be an address
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}, line {last.lineno}"
        say(f"alerts: nothing was told: unexpected {type(error).__name__} in {where}")


def _report(known: Memory, *, always: bool) -> None:
    now = datetime.now(UTC)
    state = conditions.now(known, now)
    open_channels = channels.configured()
    digests = {channel.name: known.compose(channel.name, state, now) for channel in open_channels}
    known.save()  # before anything leaves: what is sent twice after a kill carries the same digest_id
    log = digests[channels.FILE]
    channels.write_latest(log)
    if always or log["new"] or log["over"]:
        say(summary(log))
    for channel in open_channels:
        name = channel.reported_as
        try:
            for digest in list(known.waiting(channel.name)):
                _deliver(channel, digest)
                known.delivered(channel.name)
                known.save()
        except NotDelivered as reason:
            say(f"alerts: {name}: not delivered, {reason}; it is kept and sent with the next run")


def _deliver(channel: channels.Channel, digest: dict) -> None:
    """Whole; where it is refused for what it is, its first lines; where those are refused too, not at all: it
    must not stand in the way of those after it."""
    try:
        return channel.send(digest)
    except NotTaken as reason:
        say(f"alerts: {channel.reported_as}: {reason}; only its first lines are sent")
    try:
        channel.send(digest, short=True)
    except NotTaken as reason:
        say(f"alerts: {channel.reported_as}: {reason}; given up, the digest stands in {channels.folder()}")
