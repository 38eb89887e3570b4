"""A made-up year to look at: the files of 2024 as every source would send them, laid into an inbox.

province   the truth, from a seed        formats  bytes of CSV, XLSX, XLS, HTML, JSON
files      what each source sends of it  faults   what goes wrong on the way, planted on purpose

What becomes of the files is the business of the pipeline: here nothing is received, landed or computed.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from ingest import folders, inbox, manifest
from ingest.errors import Refused
from orchestration.demo import faults, files, province
from orchestration.demo.files import MADE_UP

__all__ = ["MADE_UP", "prepare"]

PUBLISHER = "dxkpi demo (máy tạo số liệu giả định)"


def prepare(seed: int) -> int:
    """Lay the year into the inbox, unless that was done before; the number of files.

    Beside it stand made_up/truth.csv, every count as it was invented, and made_up/faults.csv, the planted
    faults.
    Raises Refused where the data directory holds anything that is not made up, or a year of another seed.
    """
    _refuse_other_data(seed)
    if _seed_file().is_file():
        return 0
    # No published figures: whatever is in this directory is made up, but for the targets of the plan.
    (folders.data_dir() / "samples").mkdir(parents=True, exist_ok=True)
    counts = province.truth(seed)
    year = list(faults.planted(files.deliveries(counts), counts))
    for delivery in year:
        _lay(delivery)
    _write("truth.csv", _truth(counts))
    _write("faults.csv", _faults())
    _seed_file().write_text(f"{seed}\n", encoding="utf-8")
    return len(year)


def _refuse_other_data(seed: int) -> None:
    extracts = [extract for extract in manifest.extracts() if extract.source_id != "plan"]
    real = next((extract for extract in extracts if not extract.is_made_up), None)
    if real:
        raise Refused(
            f"{folders.data_dir()}: holds {real.file_name}, which is not made up; name another --data-dir"
        )
    if _seed_file().is_file() and (before := _seed_file().read_text(encoding="utf-8").strip()) != str(seed):
        raise Refused(
            f"{folders.data_dir()}: holds the year of seed {before}; remove it or name another --data-dir"
        )


def _lay(delivery: files.Delivery) -> None:
    """The file in the folder of its period, with a note of when it came and that it is made up."""
    file = folders.inbox() / delivery.source_id / delivery.period_id / delivery.file_name
    file.parent.mkdir(parents=True, exist_ok=True)
    note = {
        "received_at": delivery.received_at.isoformat(),
        "publisher": PUBLISHER,
        "citation": MADE_UP,
        "is_made_up": True,
    }
    about = file.with_name(file.name + inbox.NOTE)
    about.write_text(json.dumps(note, ensure_ascii=False) + "\n", encoding="utf-8")  # JSON is YAML
    file.write_bytes(delivery.body)


def _truth(counts: files.Counts) -> Iterable[tuple]:
    yield (*province.Cell._fields, "value")
    for about, count in sorted(counts.items(), key=lambda item: [part or "" for part in item[0]]):
        yield (*about, count)


def _faults() -> Iterable[tuple]:
    shown = ("name", "source_id", "period_id", "org_id", "reporter", "loses", "vi", "en")
    yield shown
    for fault in faults.FAULTS:
        yield tuple(getattr(fault, column) for column in shown)


def _write(name: str, rows: Iterable[tuple]) -> None:
    file = folders.data_dir() / "made_up" / name
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


def _seed_file() -> Path:
    return folders.data_dir() / "made_up" / "seed"
