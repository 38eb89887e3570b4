"""The marks that Word computes for the paragraphs of its lists, as a reader sees them: `1.1.`, `a)`, `-`."""

import re
from dataclasses import dataclass, field, replace

_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")]
_ROMAN += [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
LEVELS = 9


def written(number: int, form: str) -> str:
    """A number in one of Word's formats; one that is not known is written in digits."""
    if form in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (number // value)
            number %= value
        return text.upper() if form == "upperRoman" else text
    if form in ("upperLetter", "lowerLetter") and 0 < number < 10_000:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form == "none":
        return ""
    return f"{number:02d}" if form == "decimalZero" else str(number)


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered. `text` holds `%1` for the number of the first level."""

    text: str
    form: str = "decimal"
    start: int = 1
    is_in_digits: bool = False  # all numbers before it too
    restarts_after: int | None = None  # the level, from 1, behind which it begins anew; 0 is never


@dataclass
class List:
    """A numbered list of a document. `family` is that of the lists it goes on with."""

    family: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)  # where this list begins anew, by level

    def level(self, at: int) -> Level:
        known = self.levels.get(at, Level(""))
        return replace(known, start=self.starts[at]) if at in self.starts else known


class Numbering:
    def __init__(self, lists: dict[str, List]):
        self.lists = lists
        self._numbers: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def mark(self, list_id: str, at: int) -> str | None:
        """The mark of the next paragraph of a list; None where there is no such list."""
        known = self.lists.get(list_id)
        if known is None or not 0 <= at < LEVELS:
            return None
        level = known.level(at)
        if level.form == "bullet":
            return "+" if level.text.strip() == "+" or (at and level.text.strip() not in "-–—") else "-"
        numbers = self._numbers.setdefault(known.family, [None] * LEVELS)
        begins = at in known.starts and (list_id, at) not in self._begun
        self._begun.add((list_id, at))
        before = None if begins else numbers[at]
        numbers[at] = level.start if before is None else before + 1
        for above in range(at):
            numbers[above] = known.level(above).start if numbers[above] is None else numbers[above]
        for below in range(at + 1, LEVELS):
            after = known.level(below).restarts_after
            if after is None or (after and at < after):
                numbers[below] = None

        def number(found: re.Match) -> str:
            which = int(found[1]) - 1
            form = "decimal" if level.is_in_digits and which < at else known.level(which).form
            return written(numbers[which] or 0, form)

        return re.sub(r"%([1-9])", number, level.text).strip()
