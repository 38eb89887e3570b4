"""What happened, told once: a digest after each run to the log and a file, to a webhook and by e-mail.

conditions   what stands now, failed runs to late sources    memory     who has been told of what
digest       the words                                       channels   where they go

Nothing is sent, and no connection opened, unless an address stands in the environment (see channels). What
could not be delivered is kept and sent with the next run; it never makes a run fail.
"""

from datetime import UTC, datetime

from ingest.errors import Refused
from orchestration.alerts import channels, conditions
from orchestration.alerts.channels import NotDelivered
from orchestration.alerts.digest import summary
from orchestration.alerts.memory import Memory, opened
from orchestration.progress import say

MAIN = ("run", "publish")  # the jobs that end in a release


def after(job: str, failure: str | None = None, ended_at: datetime | None = None) -> None:
    """Tell what has changed with a run that ended; `failure` says why it failed, None that it did not.

    A run that ended before another one of its job that was told of already changes nothing.
    """
    try:
        with opened() as known:
            known.note(job, failure, ended_at or datetime.now(UTC), is_main=job in MAIN)
            _tell(known, always=job in MAIN)
    except Refused as refused:
        say(f"alerts: {refused}")


def look() -> None:
    """Tell what time alone has changed: silence, sources that are late; and what could not be delivered."""
    try:
        with opened() as known:
            _tell(known, always=False)
    except Refused as refused:
        say(f"alerts: {refused}")


def _tell(known: Memory, *, always: bool) -> None:
    now = datetime.now(UTC)
    state = conditions.now(known, now)
    open_channels = channels.configured()
    told = {channel.name: known.compose(channel.name, state, now) for channel in open_channels}
    known.save()  # before anything leaves: what is sent twice after a kill carries the same digest_id
    log = told[channels.FILE]
    channels.write_latest(log)
    if always or log["new"] or log["over"]:
        say(summary(log))
    for channel in open_channels:
        try:
            for digest in list(known.waiting(channel.name)):
                channel.send(digest)
                known.delivered(channel.name)
                known.save()
        except NotDelivered as reason:
            say(f"alerts: {channel.told_as}: not delivered, {reason}; it is kept and sent with the next run")
