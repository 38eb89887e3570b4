"""What there is to receive, and receiving it: files that came with the project, the inbox, an address.

No Dagster here: the command asks what is new before it loads anything heavy.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from ingest import files, folders, inbox, manifest, quarantine, receiving, registry
from ingest.clock import HANOI
from ingest.errors import Refused, refusal
from ingest.fetching import downloads
from ingest.registry.models import Due, Source
from ingest.sources import SOURCES

SHAPES = {"monthly": r"[0-9]{4}-[0-9]{2}", "quarterly": r"[0-9]{4}-Q[1-4]"}
FIRST_YEAR = 2022  # of the oldest figure that came with the project


@dataclass
class New:
    """What has not been received yet, by source and period: the files of the inbox, none for bundled ones.

    `stuck` is what is in the inbox and cannot be taken as it is, each with what to do.
    """

    files: dict[tuple[str, str], list[inbox.Waiting]] = field(default_factory=dict)
    stuck: list[Refused] = field(default_factory=list)


def registered() -> dict[str, Source]:
    """The sources of the registry, by their names."""
    found = [file for folder in folders.registries() for file in sorted(folder.iterdir())]
    looks = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in found)
    return dict(_registered(looks))


@functools.lru_cache(maxsize=1)
def _registered(_looks: tuple) -> dict[str, Source]:
    """Read again only when a file of the registry looks another than before: it takes a fifth of a second."""
    return {source.id: source for source in registry.load(*folders.registries()).sources}


def new(waiting: Collection[inbox.Waiting]) -> New:
    """What is new, with these files of the inbox."""
    known = manifest.sound()  # what came with the project heals its own copy
    found = _in_the_inbox(waiting)
    for source in SOURCES:
        for file, about in receiving.bundled(source):
            if files.hash_of(file) not in known:
                found.files.setdefault((source, about["period_id"]), [])
    return found


def left_in_the_inbox() -> list[Refused]:
    """What lies there whole and cannot be taken as it is, each with what to do."""
    stuck = {str(refused): refused for refused in _in_the_inbox(inbox.whole(SOURCES)).stuck}
    return [stuck[line] for line in sorted(stuck)]


def _in_the_inbox(waiting: Collection[inbox.Waiting]) -> New:
    found, sources = New(stuck=inbox.unusable(SOURCES)), registered()
    for sent in waiting:
        try:
            period = sent.about["period_id"]
            if known_source := sources.get(sent.source_id):
                _refuse_period_of_another_kind(sent.name, known_source, period)
            found.files.setdefault((sent.source_id, period), []).append(sent)
        except Refused as refused:
            found.stuck.append(refused)
    return found


def _refuse_period_of_another_kind(name: str, source: Source, period: str) -> None:
    """Raises Refused for what is no month or quarter of a source, too old, or yet to begin."""
    if not (shape := SHAPES.get(source.frequency)):
        return
    if not re.fullmatch(shape, period):
        about = {"name": name, "source_id": source.id, "period_id": period}
        raise refusal(f"not_{source.frequency}", "period_mismatch", **about)
    year, within = int(period[:4]), period[5:]
    month = int(within[1]) * 3 - 2 if within[0] == "Q" else int(within)
    today = datetime.now(HANOI)
    if year < FIRST_YEAR or (year, month) > (today.year, today.month):
        about = {"name": name, "source_id": source.id, "period_id": period}
        raise refusal("no_period_of", "period_mismatch", first=FIRST_YEAR, **about)


def reported_on(frequency: str, due: Due, day: date) -> str:
    """The period whose report is due in the month of `day`."""
    months_back = 1 if due.month == "following" else 0
    year, month = divmod(day.year * 12 + day.month - 1 - months_back, 12)
    return f"{year}-{month + 1:02}" if frequency == "monthly" else f"{year}-Q{month // 3 + 1}"


def bring(
    source: str,
    periods: Collection[str] | None,
    *,
    files: Collection[str] | None = None,
    fetch: bool | None = None,
) -> Iterator[tuple[str, Refused]]:
    """Receive what there is for these periods, or for all. Yields what was refused, each with its period.

    files: names of the inbox, all of the periods when None. fetch: when None, what nothing was received for.
    """
    for file, about in receiving.bundled(source):
        if periods is None or about["period_id"] in periods:
            yield from _tried(about["period_id"], receiving.receive, source, file, **about)
    # What of the inbox cannot be taken as it is, `new` has reported already.
    for (_, period), waiting in new(inbox.whole([source])).files.items():
        for sent in waiting:
            if (files is None or sent.name in files) and (periods is None or period in periods):
                yield from _tried(period, inbox.take, sent)
    for period in periods or ():
        if fetch or (fetch is None and _has_address(source) and not extracts(source, period)):
            try:
                yield from ((period, refused) for refused in downloads.fetch(source, period).refusals)
            except Refused as refused:
                yield period, refused


def _tried(period: str, receive: Callable, *arguments, **about) -> Iterator[tuple[str, Refused]]:
    try:
        receive(*arguments, **about)
    except Refused as refused:
        yield period, refused


def extracts(source: str, period: str | None = None) -> list[manifest.Extract]:
    """What has been received from a source, for a period or in all."""
    return [e for e in manifest.extracts() if e.source_id == source and period in (None, e.period_id)]


def set_aside(source: str) -> list[quarantine.Entry]:
    """What stands in quarantine of a source, and no file of its period came later."""
    last: dict[str | None, datetime] = {}
    for extract in extracts(source):
        last[extract.period_id] = max(extract.received_at, last.get(extract.period_id, extract.received_at))
    return [
        entry
        for entry in quarantine.entries()
        if entry.source_id == source and last.get(entry.period_id, entry.received_at) <= entry.received_at
    ]


def _has_address(source: str) -> bool:
    known = registered().get(source)
    return bool(known and known.address)
