"""What a release is made from: the extracts, the registry and the code, each by its hash."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ingest import files, folders, manifest, quarantine, receiving
from ingest.clock import HANOI
from ingest.errors import Refused
from orchestration import texts
from orchestration.publication import lake
from orchestration.state import answers, deliveries, verification


def current(
    extracts: Iterable[tuple[str, str, Iterable[datetime], Iterable[datetime]]] | None = None,
    refused: list[str] | None = None,
) -> dict:
    """The inputs as they are now; extracts and refused files are those that a warehouse was built from, or
    else all that are here.

    extracts: id, name, times of arrival and of withdrawal of each. refused: ids. Of what is left in the inbox
    it holds the line that says so of each, by language: nothing else is known of it.
    """
    if extracts is None:
        came: dict[str, list[datetime]] = {}
        went: dict[str, list[datetime]] = {}
        for extract_id, moment, withdrawn_at in manifest.arrivals():
            came.setdefault(extract_id, []).append(moment)
            went.setdefault(extract_id, []).extend([withdrawn_at] if withdrawn_at else [])
        extracts = [
            (e.extract_id, f"{e.source_id}/{e.file_name}", came[e.extract_id], went[e.extract_id])
            for e in manifest.extracts()
        ]
    if refused is None:
        refused = [entry.extract_id for entry in quarantine.entries()]
    known, left = sorted(extracts), [texts.refusal(refused) for refused in deliveries.left_in_the_inbox()]
    arrivals = [
        [extract_id, [*map(_moment, sorted(came))], [*map(_moment, sorted(went))]]
        for extract_id, _, came, went in known
    ]
    return {
        "extracts": {extract_id: name for extract_id, name, *_ in known},
        "arrivals": hashlib.sha256(json.dumps(arrivals).encode()).hexdigest(),
        "refused": sorted(refused),
        **reading(),
        **({"left": left} if left else {}),
        **({"answers": files.fingerprint([kept])} if (kept := answers.answers_file()).is_file() else {}),
    }


def reading() -> dict:
    """What decides how everything received is understood: registry, code, what people said of plans."""
    code = [f for room in ("ingest", "expectations", "orchestration", "dbt_project") for f in files_of(room)]
    given = [[e.extract_id, e.org, e.year] for e in manifest.extracts() if e.org or e.year]
    return {
        "registry": files.fingerprint(file for folder in folders.registries() for file in folder.iterdir()),
        "code": files.fingerprint(code),
        **({"given": sorted(given)} if given else {}),
    }


def _moment(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def are_released() -> bool:
    """True when the current release was made from exactly what is here now."""
    known = manifest.sound()
    if any(files.hash_of(file) not in known for file, _ in receiving.bundled("plan")):
        return False
    if any(extract.extract_id not in known for extract in manifest.extracts()):
        return False
    if any(verification.of_warehouse()) or any(verification.of_checks()):
        return False
    released = folders.published() / "current" / "manifest.json"
    if not verification.current_is_sound() or acceptances_are_over():
        return False
    if lake.lacks(released.resolve().parent.name):
        return False
    return json.loads(released.read_text(encoding="utf-8"))["inputs"] == current()


def acceptances_are_over() -> bool:
    """True when the current release holds a finding as accepted until a day that is over by now."""
    file = folders.published() / "current" / "parquet" / "fct_finding.parquet"
    last_days = pl.read_parquet(file)["accepted_until"] if file.is_file() else pl.Series()
    return bool((last_days < datetime.now(HANOI).date()).any()) if last_days.len() else False


def note_build(made_from: dict) -> None:
    """Remember what the warehouse has just been built from."""
    _built_from().write_text(json.dumps(made_from, sort_keys=True), encoding="utf-8")
    verification.note_warehouse(_built_from())


def of_the_build() -> dict:
    """What the warehouse was built from. Raises Refused when there is none."""
    if not _built_from().is_file():
        raise Refused(f"{folders.warehouse()}: there is no warehouse yet; run `dxkpi build` first")
    verification.refuse_damaged(verification.of_warehouse())
    return json.loads(_built_from().read_text(encoding="utf-8"))


def short(made_from: dict) -> str:
    """Eight hex digits that differ when any input does."""
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:8]


def _built_from() -> Path:
    return folders.warehouse().with_name("built_from.json")


def files_of(room: str) -> list[Path]:
    """The files of a room of the checkout that decide what it does."""
    kept = {".py", ".sql", ".yml", ".csv", ".html", ".j2", ".css", ".md"}
    return [f for f in (folders.CHECKOUT / room).rglob("*") if f.suffix in kept]
