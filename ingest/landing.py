"""From bytes received to typed tables on disk, in two steps that can be run apart.

raw/                                the bytes, never edited, and what is known of them; see `manifest`
readings/                           what was read at receipt and is not landed yet; see `readings`
landed/<table>/<plan>.parquet       the rows of a plan; of tables about what was read <source>-<year>
landed/extract_rows/source_id=<source>/<year>.parquet
                                    the rows of a source and year, all sources one table in Hive's layout.
                                    Each is a pure function of the bytes of its extracts
landed/extracts/, arrivals/, refused_files/   what is known of each extract; when each came, also again; what
                                    is in quarantine; written whole
landed/book.json                    the hash of each landed file as written; what differs is made anew
quarantine/<sha256>/                what could not be read, with the reason; see `quarantine`
"""

import contextlib
import json
import logging
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest import folders, manifest, plan, quarantine, readings, registry
from ingest.errors import Refused
from ingest.files import fingerprint, replace_file
from ingest.hashes import Book
from ingest.manifest import Extract, alone, arrivals, is_sound, raw_bytes
from ingest.reading import tall
from ingest.reading.outcome import REJECTED, UNREAD
from ingest.registry import headings, organisations
from ingest.sources import SOURCES
from ingest.worker import COUNTED

log = logging.getLogger(__name__)

Columns = dict[str, pl.DataType | type[pl.DataType]]

OF_EXTRACT: Columns = {
    "extract_id": pl.String,
    "source_id": pl.String,
    "plan_id": pl.String,
    "file_name": pl.String,
    "bytes": pl.Int64,
    "period_id": pl.String,
    "received_at": pl.Datetime("us", "UTC"),
    "publisher": pl.String,
    "citation": pl.String,
    "is_made_up": pl.Boolean,
}
EXTRACTS: Columns = OF_EXTRACT | {"withdrawn_at": pl.Datetime("us", "UTC"), "withdrawn_reason": pl.String}

# When each extract came, and until when it counted where it was withdrawn.
ARRIVALS: Columns = {
    "extract_id": pl.String,
    "received_at": pl.Datetime("us", "UTC"),
    "withdrawn_at": pl.Datetime("us", "UTC"),
}

# What came of reading an extract: its rows set aside, and its rows counted by what became of them.
OURS: Columns = {"extract_id": pl.String, "source_id": pl.String}
_READ_FROM = "read_from"  # in the metadata of a landed file
ROW_GROUP = 100_000  # rows; groups of one size, whoever writes them, make the same bytes of the same rows
ABOUT_READING: dict[str, Columns] = {
    "rejected_rows": {**OURS, **REJECTED, "row_texts": pl.List(pl.String)},
    "unread_parts": {**OURS, **UNREAD},
    "readings": {**OURS, **{f"rows_{what}": pl.Int64 for what in COUNTED}},
}

# By source the tables that its extracts land in: all that a plan says, of the others their rows.
TABLES: dict[str, dict[str, Columns]] = {
    "plan": {
        table: {"extract_id": pl.String, "plan_id": pl.String, **columns}
        for table, columns in plan.TABLES.items()
    },
    **{source: {source: {"extract_id": pl.String, **tall.COLUMNS}} for source in SOURCES},
}

# What is in quarantine, without the words of the refusal.
_AS_SENT = ("extract_id", "source_id", "plan_id", "period_id", "file_name", "bytes", "received_at")
REFUSED: Columns = {
    **{name: EXTRACTS[name] for name in _AS_SENT},
    "code": pl.String,
    "locator": pl.String,
    "earlier_source_id": pl.String,
    "earlier_period_id": pl.String,
    "earlier_plan_id": pl.String,
    "is_made_up": pl.Boolean,
}


def land(source_id: str, again: Iterable[str] = ()) -> dict[str, int]:
    """Land what was received from this source and is not landed yet, or not as it was landed. Returns all its
    rows, by table.

    Extracts named in `again` are read again, whether they are landed or not. Raises Refused where the bytes
    of some are missing or damaged, once the others are landed.
    """
    lost, again, code = [], set(again), reading_code()
    tables = TABLES[source_id]
    wanted = (ABOUT_READING if source_id in SOURCES else {}) | tables
    together: dict[str, list[Extract]] = {}
    for extract in manifest.extracts():
        if extract.source_id == source_id:
            together.setdefault(extract.landed_with, []).append(extract)
    with _book() as book:
        for table, columns in (tables | ABOUT_READING).items():
            _write(book, table, "_empty", pl.LazyFrame(schema=columns))
        for name, extracts in together.items():
            names_of = {table: f"{source_id}-{name}" if table in ABOUT_READING else name for table in wanted}
            held = {table: _held(book, table, file) for table, file in names_of.items()}
            new = {}
            for extract in extracts:
                is_landed = all(of.get(extract.extract_id) == readings.key(extract) for of in held.values())
                if is_landed and extract.extract_id not in again:
                    continue
                if extract.is_given_up and not is_sound(extract):
                    continue  # nothing can be made of it again
                try:
                    body = raw_bytes(extract)
                except Refused as refused:
                    lost.append(refused)
                    continue
                try:
                    reading = None if extract.extract_id in again else readings.kept(extract, code)
                    new[extract] = reading or readings.read(extract, body, code)
                except Refused as refused:  # it was read by other code, or by other wordings
                    log.warning("%s; it was read before and is set aside now", refused)
                    with alone():
                        quarantine.set_aside(extract, body, refused)
            # What is known of readings comes first: where their rows are, their counts are too.
            for table, file in names_of.items():
                _merge(book, table, file, wanted[table], held[table], new)
            book.save()
            for reading in new.values():
                readings.drop(reading)
        _sweep(book, [*tables, *ABOUT_READING])
    readings.drop_those_of_other_code(code)
    if lost:
        more = f" (and {len(lost) - 1} more; dxkpi verify names each)" if lost[1:] else ""
        raise Refused(f"{lost[0]}{more}")
    return {table: _rows(table) for table in tables}


def land_extracts() -> dict[str, int]:
    """The manifest as a table; beside it, what came of reading each extract, and the refused files."""
    with _book() as book:
        refused = [{name: getattr(entry, name) for name in REFUSED} for entry in quarantine.entries()]
        _write(book, "refused_files", "all", pl.LazyFrame(refused, schema=REFUSED))
        for table, columns in ABOUT_READING.items():
            _write(book, table, "_empty", pl.LazyFrame(schema=columns))
        extracts = [
            [*(getattr(extract, name) for name in OF_EXTRACT), *_withdrawn(extract)]
            for extract in manifest.extracts()
        ]
        _write(book, "extracts", "all", pl.LazyFrame(extracts, schema=EXTRACTS, orient="row"))
        _write(book, "arrivals", "all", pl.LazyFrame(arrivals(), schema=ARRIVALS, orient="row"))
        _sweep(book, ["extracts", "arrivals", "refused_files"])
    return {table: _rows(table) for table in ("extracts", "arrivals", *ABOUT_READING, "refused_files")}


def landed(table: str) -> pl.DataFrame:
    """A landed table, as far as anything of it has been landed."""
    columns = {"extracts": EXTRACTS} | ABOUT_READING | TABLES.get(table, {})
    files = folder(table)
    if not any(files.glob("*.parquet")):
        return pl.DataFrame(schema=columns[table])
    return pl.read_parquet(files / "*.parquet")


def folder(table: str) -> Path:
    """Where a landed table lies; a source is a part of the table of all sources."""
    return folders.landed() / (f"extract_rows/source_id={table}" if table in SOURCES else table)


def land_registry() -> dict[str, int]:
    """The registry as tables. Raises Refused when its linter has something to say."""
    entries = folders.registry()
    known = registry.load(*folders.registries())
    problems = registry.lint(known)
    if problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if problems[1:] else ""
        raise Refused(f"{entries}: {first.locator}: {first.message} [{first.rule}]{more}")
    frames = registry.tables(known)
    with _book() as book:
        for name, frame in frames.items():
            _write(book, "registry", name, frame.lazy())
        _sweep(book, ["registry"])
    return {name: frame.height for name, frame in frames.items()}


def book() -> Book:
    """What was landed, by the hash each file had when it was written."""
    return Book(folders.landed(), "**/*.parquet*")


@contextlib.contextmanager
def _book() -> Iterator[Book]:
    """The book of what is landed, kept when all is written; what other code landed is made anew."""
    stamp, code = folders.landed() / ".read_by", reading_code()
    if not (stamp.is_file() and stamp.read_bytes() == code.encode()):
        shutil.rmtree(folders.landed(), ignore_errors=True)
        folders.landed().mkdir(parents=True)
        stamp.write_text(code)
    known = book()
    try:
        yield known
    finally:
        known.save()


def _sweep(book: Book, tables: Iterable[str]) -> None:
    """Remove what lies among landed files and was not landed: every file there would be read."""
    for table in tables:
        for file in folder(table).glob("*"):
            if file.is_file() and not book.holds(file):
                file.unlink()


def reading_code() -> str:
    """The code that reads, and what of the registry it reads by."""
    return fingerprint([headings.file(), *organisations.files()]) + CODE


# As this process loaded it; a daemon that is not started again goes on with the code it has.
CODE = fingerprint(f for f in Path(__file__).parent.rglob("*.*") if f.suffix in (".py", ".yml"))


def _withdrawn(extract: Extract) -> tuple[datetime | None, str | None]:
    return (extract.withdrawn.at, extract.withdrawn.reason) if extract.withdrawn else (None, None)


def _held(book: Book, table: str, name: str) -> dict[str, str]:
    """The extracts in a landed file, each with the key of what was read; none where it is not as written."""
    file = _file(table, name)
    return json.loads(pl.read_parquet_metadata(file).get(_READ_FROM, "{}")) if book.holds(file) else {}


def _merge(
    book: Book, table: str, name: str, columns: Columns, held: dict[str, str], new: dict[Extract, Path]
) -> None:
    """Put what was newly read into a landed file, whose rows stand in the order of the ids of extracts."""
    if not new:
        return
    ids = {extract.extract_id: readings.key(extract) for extract in new}
    read = {str(of / f"{table}.parquet"): extract.extract_id for extract, of in new.items()}
    first = next(iter(new))
    frames = [
        pl.scan_parquet(list(read), include_file_paths="extract_id")
        .with_columns(
            pl.col("extract_id").replace_strict(read, return_dtype=pl.String),
            source_id=pl.lit(first.source_id),
            plan_id=pl.lit(first.plan_id),
        )
        .select(*columns)
        .cast(pl.Schema(columns))
    ]
    if held.keys() - ids:
        frames.append(pl.scan_parquet(_file(table, name)).filter(~pl.col("extract_id").is_in(list(ids))))
    rows = pl.concat(frames)
    rows = rows.sort("extract_id", maintain_order=True) if len(held | ids) > 1 else rows
    _write(book, table, name, rows, {_READ_FROM: json.dumps(held | ids, sort_keys=True)})


def _file(table: str, name: str) -> Path:
    return folder(table) / f"{name}.parquet"


def _rows(table: str) -> int:
    return pl.scan_parquet(folder(table) / "*.parquet").select(pl.len()).collect().item()


def _write(
    book: Book, table: str, name: str, frame: pl.LazyFrame, about: dict[str, str] | None = None
) -> None:
    file = _file(table, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, lambda draft: frame.sink_parquet(draft, row_group_size=ROW_GROUP, metadata=about))
    book.note(file)
