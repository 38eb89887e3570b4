"""Names that come from outside, of files and of plans: what may be written down of them."""

import os
import re
import unicodedata
from pathlib import Path

from ingest.errors import Refused
from ingest.personal_numbers import CITIZEN, MOBILE

LONGEST_SUFFIX = 185  # bytes: beside a SHA-256 and `.draft`, what a file system takes in one name
PLAN_ID = r"[a-z][a-z0-9-]{0,59}"


def legible(name: str) -> str:
    """A name in characters that can be printed and stored; what cannot stands as `\\x0a`."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_personal(text: str) -> bool:
    """Whether a citizen number or a phone number is in a text."""
    digits = unicodedata.normalize("NFKC", text)
    # A dot stands between groups of digits, or between the words of a name.
    texts = (digits, re.sub("[.,]", "|", digits))
    return any(re.search(form, text) for form in (CITIZEN, MOBILE) for text in texts)


def suffix(file_name: str) -> str:
    """What to call the kept bytes of a file by, after their hash; nothing where that would be too long."""
    found = Path(file_name).suffix
    return found if len(os.fsencode(found)) <= LONGEST_SUFFIX else ""


def refuse_plan_id(plan_id: str | None) -> None:
    """Raises Refused unless it is a slug: it becomes part of names and addresses."""
    if not re.fullmatch(PLAN_ID, plan_id or ""):
        raise Refused(
            f"the plan id {plan_id!r} is none; write at most 60 lower-case letters a to z, digits and "
            "hyphens, a letter first, such as gia-lai-2024"
        )
