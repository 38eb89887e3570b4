"""manifest.json: what a release holds, so that a copy of it can be checked anywhere."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ingest.errors import Refused
from ingest.hashes import SUM, with_sum, without_sum
from orchestration.publication.database import Marts

NAME = "manifest.json"
SEVERITIES = ("error", "warning", "info")

# They hold the clock times of a run, so they differ between two builds of the same content.
TIMED = ("release", "fct_check_result")


def write(marts: Marts, about: dict, folder: Path) -> None:
    content = of_release(about) | {
        "is_made_up": bool(made_up(marts)),
        "findings": findings(marts),
        "tables": {table: table_of(marts[table]) for table in marts},
        "files": files(folder),
    }
    text = json.dumps(with_sum(content), ensure_ascii=False, indent=2) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")


def of_release(about: dict) -> dict:
    """What the manifest says as the table `release` does."""
    return {
        "release_id": about["release_id"],
        "contract_version": about["contract_version"],
        "built_at": iso(about["built_at"]),
        "code_version": about["code_version"],
        "inputs": json.loads(about["inputs"]),
    }


def read(folder: Path) -> dict:
    return json.loads((folder / NAME).read_text(encoding="utf-8"))


def built_at(folder: Path) -> datetime:
    return datetime.fromisoformat(read(folder)["built_at"])


def verify(folder: Path, release_id: str | None = None) -> None:
    """Raises Refused when a file of the release is missing, added or not the one that was published."""
    for name, what in damages_of(folder, release_id=release_id):
        raise Refused(f"{folder / name}: {what}; restore the release from a copy or publish again")


def damages_of(
    folder: Path, sha256: Callable[[Path], str | None] | None = None, release_id: str | None = None
) -> list[tuple[str, str]]:
    """Each file of a release that is not as it was published, and what is wrong with it.

    sha256: what tells the hash of a file, where it need not be made again.
    release_id: which release it is, where its folder is not named by it; an empty text for any.
    """
    try:
        content = read(folder)
        listed = {name: about["sha256"] for name, about in content["files"].items()}
        found_id = content["release_id"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return [(NAME, "is missing or cannot be read")]
    if not _is_as_written(content, folder):
        return [(NAME, "is not as it was written")]
    if found_id != (folder.name if release_id is None else release_id or found_id):
        return [(NAME, f"is of release {found_id}, by which its folder must be named")]
    sha256 = sha256 or (lambda path: fingerprint(path)["sha256"])
    paths = [path for path in folder.rglob("*") if not path.is_dir() and path != folder / NAME]
    found = {path.relative_to(folder).as_posix(): sha256(path) for path in paths}
    return [
        (
            name,
            f"missing, says {NAME}"
            if name not in found
            else f"changed, says {NAME}"
            if name in listed
            else f"not of this release, says {NAME}",
        )
        for name in sorted(listed.keys() | found.keys())
        if listed.get(name) != found.get(name)
    ]


def _is_as_written(content: dict, folder: Path) -> bool:
    """By its sum; one that has none, as older code wrote it, must say what the table `release` says."""
    try:
        if SUM in content:
            return bool(without_sum(content))
        row = pl.read_parquet(folder / "parquet" / "release.parquet").row(0, named=True)
        return of_release(row).items() <= content.items()
    except (OSError, ValueError, TypeError, LookupError, pl.exceptions.PolarsError):
        return False


def same_content(draft: Path, folder: Path) -> bool:
    """Whether both releases hold the same rows, apart from the clock times of their runs."""

    def rows(release: Path) -> dict:
        timed = [f"parquet/{table}.parquet" for table in TIMED]
        listed = read(release)["files"].items()
        return {name: file for name, file in listed if name.startswith("parquet/") and name not in timed}

    verify(folder)
    return rows(draft) == rows(folder)


def files(folder: Path) -> dict[str, dict]:
    """Path in the release -> sha256 and bytes, the manifest itself left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
    return {path.relative_to(folder).as_posix(): fingerprint(path) for path in paths}


def fingerprint(path: Path) -> dict:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def table_of(frame: pl.DataFrame) -> dict:
    return {"rows": frame.height, "columns": frame.columns}


def findings(marts: Marts) -> dict[str, int]:
    """Those that stand by severity, and the accepted ones apart."""
    counted = marts["fct_finding"].filter(pl.col("state") != "accepted")["severity"].to_list()
    counts = {severity: counted.count(severity) for severity in SEVERITIES}
    return counts | {"accepted": marts["fct_finding"].height - len(counted)}


def made_up(marts: Marts) -> list[str]:
    """The tables that hold made-up rows."""
    return [
        table
        for table in marts
        if "is_made_up" in marts[table].columns and marts[table]["is_made_up"].fill_null(False).any()
    ]


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
