"""How a Vietnamese office writes what the tables hold: words for the closed lists, percentages, dates."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from expectations import messages
from expectations.numbers import rounded, vietnamese
from ingest.clock import HANOI
from orchestration.texts import MET, text, words

SEVERITIES = words("severities", "vi")
LEVELS = words("levels", "vi")
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}
BOUNDS = SIGNS | {"~": "≈"}
VERDICTS = {met: words("verdicts", "vi")[name] for met, name in MET.items()}
QUALITATIVE = words("verdicts", "vi")["none"]  # no level is set that a result could be held against
MATTER_STATES = words("matter_states", "vi")
STATUSES = words("basis", "vi")


def printable(text: str) -> str:
    """The text with what no document may hold, such as a null, as the sign that stands for it."""
    return re.sub(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]",
        lambda found: chr(0x2400 + ord(found[0])) if ord(found[0]) < 0x20 else "\N{REPLACEMENT CHARACTER}",
        text.replace("\r\n", "\n").replace("\r", "\n"),
    )


def phrase(name: str, /, **values: Any) -> str:
    """A text of the catalogue, with values as a document can hold them."""
    return text(name, "vi", **{n: printable(v) if isinstance(v, str) else v for n, v in values.items()})


def percent(value: Decimal) -> str:
    """Decimal('52.8900') -> '52,89%', as the plans print it."""
    return f"{vietnamese(value)}%"


def short(value: Decimal, target: Decimal | None = None) -> str:
    """Decimal('49.3012') -> '49,3%': two decimals at most, unless these would put it beyond its target."""
    return percent(rounded(value, target))


def signed(points: Decimal) -> str:
    """'+12,89' or '−0,7' percentage points."""
    return messages.signed(points, "vi")


def distance(points: Decimal) -> str:
    """Percentage points without their sign."""
    return signed(abs(points)).removeprefix("+")


def bounded(value: Decimal, bound: str | None) -> str:
    """'> 20%' of what is only said to be more than that."""
    return f"{BOUNDS[bound]}\N{NO-BREAK SPACE}{percent(value)}" if bound else percent(value)


def month(period_id: str) -> str:
    """'2024-03' -> '3/2024'."""
    year, _, number = period_id.partition("-")
    return f"{int(number)}/{year}"


def period_name(period_id: str) -> str:
    """'2024' -> 'năm 2024', '2024-Q1' -> 'quý I/2024', '2024-03' -> 'tháng 3/2024'."""
    return messages.period(period_id, "vi", is_short=True)


def span_name(first: str, last: str) -> str:
    """'tháng 3/2024', 'từ tháng 1 đến tháng 6 năm 2024'."""
    return period_name(first) if first == last else messages.span(first, last, "vi")


def day(moment: datetime | date) -> str:
    """23/11/2026; a time is the day it was in Việt Nam."""
    return messages.day(_local(moment), "vi")


def release_name(about: dict) -> str:
    """What people call a release by; its id is for machines."""
    return phrase("papers.release", at=about["built_at"])


def clock(moment: datetime) -> str:
    return messages.clock(moment.astimezone(HANOI), "vi")


def _local(moment: datetime | date) -> date:
    return moment.astimezone(HANOI) if isinstance(moment, datetime) else moment


def shortened(names: list[str], width: int) -> list[str]:
    """Names without words of their middle, so that each fits; those that would look alike stay whole."""
    cut = [_without_middle(name, width) for name in names]
    return [short if cut.count(short) == 1 else name for name, short in zip(names, cut, strict=True)]


def _without_middle(name: str, width: int) -> str:
    if len(name) <= width:
        return name
    tail = name[-(width // 2) :]
    tail = tail.partition(" ")[2] or tail
    head = name[: width - len(tail)]
    return f"{head.rpartition(' ')[0] or head[:-1]}…{tail}"


NAMED = 3  # of those whose report is missing
MORE = r" và (\d+) đơn vị khác"


def some_of(text: str, names: list[str]) -> str:
    """The first of the organisations that `text` lists, and how many more there are.

    Names may hold commas themselves. Who is missing of one stands in brackets behind it. What stands behind a
    semicolon is missing of the other input, so that some may be listed twice.
    """
    text = re.sub(r"\(([^()]*)\)", lambda within: f"({some_of(within[1], names)})", text)
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    outside = r"(?![^(]*\))"
    cut = [int(number) for number in re.findall(MORE + outside, text)]
    listed = re.split(rf"[,;] (?=(?:{known})(?!\w)){outside}", re.sub(MORE + outside, "", text))
    listed = list(dict.fromkeys(listed))
    more = len(listed[NAMED:]) + sum(cut)
    how_many = phrase("papers.many") if cut and ";" in text else more
    return phrase("papers.names", names=", ".join(listed[:NAMED]), more=how_many if more else None)


def sentence(text: str | None) -> str | None:
    """The text as the beginning of a sentence; nothing stays nothing."""
    return text and text[0].upper() + text[1:]
