"""Files that could not be read, kept whole with the reason until a fix makes them readable.

quarantine/<sha256>/reason.json beside the bytes as received. Of a file with personal data there is only the
hash, what it was sent for and the place of the first hit: no bytes, no text, not even its name. The file
itself stays with its sender.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingest import folders, names
from ingest.errors import Refused
from ingest.hashes import SUM, with_sum, without_sum
from ingest.manifest import Delivery, Extract

REASON = "reason.json"
PRIVATE = "personal_data"


@dataclass(frozen=True, kw_only=True)
class Entry(Delivery):
    """One file set aside: what it was sent as, and why and where it was refused. No name where that is
    personal."""

    code: str
    locator: str | None
    message: str
    earlier_source_id: str | None = None  # what the same bytes were received as before
    earlier_period_id: str | None = None
    earlier_plan_id: str | None = None

    @property
    def file(self) -> Path | None:
        """The bytes as received; none of a file with personal data."""
        return next((f for f in sorted(_folder(self.extract_id).glob("received*"))), None)

    @property
    def about(self) -> dict:
        """What was known about the file when it came."""
        named = ("received_at", "is_made_up", "plan_id", "period_id", "publisher", "citation", "org", "year")
        return {name: getattr(self, name) for name in named}


def set_aside(extract: Extract, body: bytes, refused: Refused) -> Entry:
    """Keep a refused file with its reason. The same bytes again keep the day they first came for the same
    period."""
    known = {e.extract_id: e for e in entries()}.get(extract.extract_id)
    about = asdict(extract) | {"code": refused.code, "locator": refused.locator, "message": str(refused)}
    about |= {f"earlier_{name}": value for name, value in refused.earlier.items()}
    del about["received_again_at"], about["withdrawals"]
    if known and all(getattr(known, name) == about[name] for name in ("source_id", "plan_id", "period_id")):
        about["received_at"] = min(known.received_at, extract.received_at)
    if refused.code == PRIVATE:
        about |= dict.fromkeys(("file_name", "publisher", "citation"))
        about["message"] = "holds personal data; send counts only"
    entry = Entry(**about)
    draft = _folder(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    if entry.file_name:
        (draft / ("received" + names.suffix(entry.file_name))).write_bytes(body)
    line = about | {"received_at": entry.received_at.isoformat()}
    text = json.dumps(with_sum(line), ensure_ascii=False, indent=2)
    (draft / REASON).write_text(text + "\n", encoding="utf-8")
    let_go(entry.extract_id)
    draft.rename(_folder(entry.extract_id))
    return entry


def let_go(extract_id: str) -> None:
    """Forget a file that is kept elsewhere now."""
    if _folder(extract_id).is_dir():
        shutil.rmtree(_folder(extract_id))


def entries() -> list[Entry]:
    """Everything set aside, in the order of arrival."""
    found = [entry for folder in _folder("").glob("[0-9a-f]*") if (entry := read(folder))]
    return sorted(found, key=lambda entry: (entry.received_at, entry.extract_id))


def read(folder: Path) -> Entry | None:
    """What is noted of a file set aside; None where the note is missing or damaged."""
    try:
        noted = without_sum(_noted(folder))
        if "place" in noted:  # as older code wrote it
            noted["locator"] = noted.pop("place")
        received_at = datetime.fromisoformat(noted["received_at"])
        entry = Entry(**noted | {"received_at": received_at})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return entry if received_at.tzinfo and entry.extract_id == folder.name else None


def has_sum(entry: Entry) -> bool:
    """Whether an edit of the reason would show: older code wrote no sum, and an edit may take it away."""
    return SUM in _noted(_folder(entry.extract_id))


def _noted(folder: Path) -> dict:
    return json.loads((folder / REASON).read_text(encoding="utf-8"))


def _folder(name: str) -> Path:
    return folders.quarantine() / name
