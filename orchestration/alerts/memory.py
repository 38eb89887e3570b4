"""data/alerts/state.json: how the last run of each job ended, and of each channel what it has reported.

Held by one process at a time and replaced in one step. It holds no address and no credential.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest import folders
from ingest.errors import Refused
from ingest.files import held, replace_text
from orchestration.alerts.conditions import ACCEPTED, KINDS, State

PARTS = ("begun_at", "succeeded_at", "jobs", "channels")  # of the file
# A release comes of these, and once there is one, whatever stopped one of them before is over.
RELEASING = ("run", "build", "check", "publish")
MAIN = ("run", "publish")  # those that end in a release


def folder() -> Path:
    return folders.data_dir() / "alerts"


class Memory:
    def __init__(self, state: dict):
        self._state = state

    @property
    def failures(self) -> dict[str, str]:
        """Why the last run of each job failed, of the jobs whose last run did; what brings in a period counts
        for that period: `receive_vneid 2024-03`."""
        return {run: end["failure"] for run, end in self._state["jobs"].items() if end["failure"]}

    @property
    def succeeded_at(self) -> datetime | None:
        """When a release was last made, or found to need none."""
        at = self._state["succeeded_at"]
        return at and datetime.fromisoformat(at)

    @property
    def quiet_since(self) -> datetime:
        """The last success; before the first one, when this memory began."""
        return self.succeeded_at or datetime.fromisoformat(self._state["begun_at"])

    def note(self, job: str, failure: str | None, ended_at: datetime, period: str | None = None) -> None:
        """How a run ended; a release ends each failure on the way to one. What ended later stays as it is."""
        is_released = job in MAIN and not failure
        if period:
            self._state["jobs"].pop(job, None)  # how a run of no period ended says nothing any more
        for run in RELEASING if is_released else (f"{job} {period}" if period else job,):
            before = self._state["jobs"].get(run)
            if not before or datetime.fromisoformat(before["ended_at"]) < ended_at:
                self._state["jobs"][run] = {"ended_at": ended_at.isoformat(), "failure": failure}
        if is_released and not (self.succeeded_at and self.succeeded_at > ended_at):
            self._state["succeeded_at"] = ended_at.isoformat()

    def compose(self, channel: str, state: State, moment: datetime) -> dict:
        """The digest for a channel. When it says anything new, it waits there until it is delivered."""
        reported = self._state["channels"].setdefault(channel, {"standing": {}, "waiting": []})
        before = reported["standing"]
        standing = {condition.subject: condition.as_json() for condition in state.conditions}
        standing |= {
            subject: was
            for subject, was in before.items()
            if was["kind"] in state.unknown and subject not in standing
        }
        is_reported = {
            subject: subject in before and before[subject]["version"] == one["version"]
            for subject, one in standing.items()
        }
        alerting = {subject: one for subject, one in standing.items() if one["kind"] != ACCEPTED}
        new = [one for subject, one in alerting.items() if not is_reported[subject]]
        over = [w for subject, w in before.items() if subject not in standing and w["kind"] != ACCEPTED]
        digest = {
            "digest_id": "",
            "made_at": moment.astimezone(UTC).isoformat(timespec="seconds"),
            "release_id": state.release_id,
            "is_made_up": state.is_made_up,
            "new": _in_order(new),
            "over": _in_order(over),
            "still_open": _in_order([one for subject, one in alerting.items() if is_reported[subject]]),
            "accepted": len(standing) - len(alerting),
        }
        body = json.dumps([channel, digest], ensure_ascii=False, sort_keys=True).encode()
        digest["digest_id"] = f"{moment:%Y%m%dT%H%M%SZ}-{hashlib.sha256(body).hexdigest()[:8]}"
        reported["standing"] = standing
        if new or over:
            reported["waiting"].append(digest)
        return digest

    def waiting(self, channel: str) -> list[dict]:
        return self._state["channels"][channel]["waiting"]

    def delivered(self, channel: str) -> None:
        """The first digest that waited has arrived."""
        del self._state["channels"][channel]["waiting"][0]

    def save(self) -> None:
        replace_text(_file(), json.dumps(self._state, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def opened() -> Iterator[Memory]:
    """The memory, for this process alone. Raises Refused when its file is damaged."""
    with held(folder() / ".lock"):
        yield read()


def read() -> Memory:
    """What was remembered last; only to be looked at."""
    now = datetime.now(UTC).isoformat()
    if not _file().is_file():
        return Memory(dict(zip(PARTS, (now, None, {}, {}), strict=True)))
    try:
        state = json.loads(_file().read_text(encoding="utf-8"))
        is_whole = isinstance(state, dict) and set(PARTS) <= state.keys()
        wrong = None if is_whole else "does not hold " + ", ".join(PARTS)
    except ValueError:
        wrong = "is no JSON"
    if wrong:
        raise Refused(f"{_file()}: {wrong}; remove it, and everything that still stands is told again")
    return Memory(state)


def _file() -> Path:
    return folder() / "state.json"


def _in_order(conditions: list[dict]) -> list[dict]:
    return sorted(conditions, key=lambda one: KINDS.index(one["kind"]))
