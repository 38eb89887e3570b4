"""What `dxkpi quarantine` shows of files and rows that were set aside, and trying them again."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import polars as pl

from ingest import landing, manifest, quarantine, receiving
from ingest.errors import Refused
from ingest.reading.reasons import REASONS

SHORT = 12  # digits of a hash that people are shown


@dataclass(frozen=True)
class Rows:
    """The rows of one landed extract that were set aside."""

    extract: manifest.Extract
    rejected: pl.DataFrame

    @property
    def extract_id(self) -> str:
        return self.extract.extract_id


def everything() -> list[quarantine.Entry | Rows]:
    """Whole files first, then single rows of landed files, each in the order of arrival."""
    extracts = {extract.extract_id: extract for extract in manifest.extracts()}
    rejected = landing.landed("rejected_rows").partition_by("extract_id", as_dict=True)
    rows = {extract_id: frame.sort("row") for (extract_id,), frame in rejected.items()}
    return [*quarantine.entries(), *(Rows(e, rows[key]) for key, e in extracts.items() if key in rows)]


def one(beginning: str) -> quarantine.Entry | Rows:
    """What a hash, or its beginning, stands for. Raises Refused when that is nothing, or more than one."""
    found = [it for it in everything() if it.extract_id.startswith(beginning.lower())]
    found = [it for it in found if it.extract_id == beginning.lower()] or found
    if len(found) != 1:
        what = f"{len(found)} files in quarantine begin so" if found else "nothing in quarantine begins so"
        raise Refused(f"{beginning}: {what}; `dxkpi quarantine list` shows them")
    return found[0]


def listed(as_json: bool = False) -> Iterator[str]:
    found = everything()
    if as_json:
        for it in found:
            yield json.dumps(_as_json(it), ensure_ascii=False, default=str)
        return
    for it in found:
        if isinstance(it, Rows):
            codes = ", ".join(sorted(it.rejected["code"].unique()))
            what = f"{it.rejected.height} rows: {codes}"
        else:
            what = " at ".join(part for part in (it.code, it.locator) if part)
        about = it.extract if isinstance(it, Rows) else it
        yield (
            f"{it.extract_id[:SHORT]}  {about.source_id:<17} {about.period_id or about.plan_id:<8} "
            f"{about.received_at:%Y-%m-%d}  {about.file_name or '(name not kept)'}: {what}"
        )
    yield f"{len(found)} in quarantine"


def set_aside_of(extract: manifest.Extract) -> Iterator[str]:
    """What is to be known of the rows of an extract that were not landed, as soon as it is received."""
    rejected = landing.landed("rejected_rows").filter(extract_id=extract.extract_id).sort("row")
    if not rejected.is_empty():
        first = rejected.row(0, named=True)
        yield (
            f"{rejected.height} of its rows set aside; the first: [{first['code']}] {first['locator']}: "
            f"{first['message']}; all: dxkpi quarantine show {extract.extract_id[:SHORT]}"
        )


def shown(beginning: str) -> Iterator[str]:
    it = one(beginning)
    about = it.extract if isinstance(it, Rows) else it
    yield f"file:     {about.file_name or '(name not kept)'}, {about.bytes} bytes, sha256 {it.extract_id}"
    yield f"sent as:  {about.source_id}, {about.period_id or about.plan_id}"
    yield f"received: {about.received_at:%Y-%m-%d %H:%M} UTC"
    if isinstance(it, Rows):
        yield f"kept in:  {manifest.raw_file(it.extract)}"
        for row in it.rejected.iter_rows(named=True):
            text = f" “{row['raw_text']}”" if row["raw_text"] else ""
            yield f"row {row['row']}: [{row['code']}] {row['locator']}:{text} {row['message']}"
        return
    yield f"reason:   {it.code}: {REASONS.get(it.code, 'see below')}"
    yield f"place:    {it.locator or 'the whole file'}"
    yield f"message:  {it.message}"
    yield f"kept in:  {it.file or 'nowhere: nothing of it was kept'}"


def replayed(beginning: str | None) -> Iterator[str]:
    """Try again what was set aside, and land what can be read now. Raises Refused if a named one cannot."""
    tried = [one(beginning)] if beginning else everything()
    files = [it for it in tried if isinstance(it, quarantine.Entry)]
    landed = 0
    for entry in files:
        name = entry.file_name or entry.extract_id[:SHORT]
        try:
            extract = receiving.replay(entry)
        except Refused as refused:
            if beginning:
                raise
            yield f"{name}: still refused: {refused}"
            continue
        landing.land(extract.source_id)
        landed += 1
        yield f"{name}: landed as {extract.source_id} {extract.period_id or extract.plan_id}"
    for it in tried:
        if isinstance(it, Rows):
            landing.land(it.extract.source_id, again=[it.extract_id])
            left = landing.landed("rejected_rows").filter(extract_id=it.extract_id).height
            landed += left < it.rejected.height
            yield f"{it.extract.file_name}: {it.rejected.height} rows set aside before, {left} now"
    landing.land_extracts()
    yield f"{landed} of {len(tried)} can be used now" + (
        "; `dxkpi run` makes a release of it" if landed else ""
    )


def _as_json(it: quarantine.Entry | Rows) -> dict:
    if isinstance(it, quarantine.Entry):
        return {"what": "file"} | asdict(it)
    return (
        {"what": "rows"}
        | asdict(it.extract)
        | {"rows": it.rejected.drop("extract_id", "source_id").to_dicts()}
    )
