"""What the words of a task's row say of its money and of who provides what it uses."""

import re
from collections.abc import Mapping

from ingest.plan.years import horizon

_PROVIDER = re.compile(
    r"\bphần mềm do\s+(?P<who>[A-ZĐ].*?)\s+(?:xây dựng|triển khai|quản lý|cung cấp|phát triển)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_MONEY_YEARS = re.compile(
    r"\b(?:nguồn|kinh phí|vốn)\b[^;.()]{0,40}?\b((?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?)\b"
    r"(?=\s*\)|\s*$|\s*[;.])",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(?:19|20)\d\d\s*[-–—]\s*(?:19|20)\d\d")


def one_year(text: str) -> int | None:
    """The year that a heading or a title is about; None where it is about several."""
    return None if _SPAN.search(text) else horizon(text)


def provider(cells: Mapping[str, str | None]) -> str | None:
    """`Cục Thú y` of `Phần mềm do Cục Thú y (Bộ Nông nghiệp và PTNT) quản lý, triển khai`."""
    for name in ("funding", "note", "status"):
        if match := _PROVIDER.search(_BRACKETS.sub("", cells.get(name) or "")):
            return match["who"]
    return None


def money_years(cells: Mapping[str, str | None]) -> str | None:
    """The years that a row says its money is of, such as `2021-2022`; the term of a licence is none."""
    for name in ("name", "objective", "funding", "note"):
        text = cells.get(name) or ""
        if match := _MONEY_YEARS.search(text):
            return re.sub(r"\s", "", match[1]).replace("–", "-")
    return None
