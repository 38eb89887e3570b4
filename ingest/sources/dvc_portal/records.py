"""Records of the national portal: whose each is, and its numbers, believed together or not at all."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property

from ingest import numerals
from ingest.reading import Rejection, Unread, blocks, reply_periods
from ingest.reading.asked import WRONG, Asked
from ingest.reading.replies import Value
from ingest.sources.dvc_portal.fields import (
    ABOUT,
    COUNTS,
    MAXIMA,
    NUMBERS,
    PERIOD,
    RATIOS,
    code_of_words,
    exact,
    known_fields,
    plain_name,
    scores_of_groups,
)
from ingest.wording import match_key, tidy

PLACES = 4  # decimals that are kept


class Unusable(Exception):
    def __init__(self, record: "Record", locator: str, code: str, message: str, raw: object = None):
        super().__init__(message)
        self.rejection = Rejection(record.row, locator, code, message, None if raw is None else str(raw))


class Record:
    """One object of a reply, and which of the known fields each of its own is."""

    def __init__(self, number: int, locator: str, fields: dict[str, Value]):
        self.row = number + 1
        self.locator = locator
        self.fields = fields
        self.days: tuple[date, date] | None = None
        self.names_period = False
        self.known = known_fields(tuple(fields))
        if any("." in path for path in fields):
            self.known = self.known | scores_of_groups(fields, self.known)

    def text(self, *fields: str) -> str | None:
        """The first of these that says something."""
        for field in fields:
            for path, value in self.fields.items():
                if self.known.get(path) == field and isinstance(value, str) and tidy(value):
                    return tidy(value)
        return None

    @cached_property
    def org(self) -> str | None:
        return self.text("TEN_COQUAN", "TEN")

    @cached_property
    def code(self) -> str | None:
        return self.text("MA_COQUAN")

    def refuse_another_period(self, asked: Asked) -> None:
        """Raises Unusable where a field is of another period; keeps the days that fields say."""
        fields = [(path, value) for path, value in self.fields.items() if self.known.get(path) not in ABOUT]
        found = reply_periods.of_fields(asked, fields)
        self.days, self.names_period = found.days, found.agrees
        if found.wrong:
            path, text = found.wrong
            raise Unusable(self, f"{self.locator}.{path}", "period_mismatch", other_period(text, asked), text)

    def numbers(self, asked: Asked) -> list[dict]:
        """Raises Unusable: a record is believed as a whole or not at all."""
        if self.org is None:
            message = "neither TEN_COQUAN nor TEN says whose numbers these are"
            raise Unusable(self, self.locator, "value_missing", message)
        status = None
        for path, value in self.fields.items():
            if path in self.known or not isinstance(value, str) or not value.strip():
                continue
            if code := code_of_words(asked, path, tidy(value), self.org):
                says = blocks.OF_PART if code == "value_unknown" else f"{{0!r}} {WRONG[code]}"
                raise Unusable(self, f"{self.locator}.{path}", code, says.format(value), value)
            status = status or asked.status(value)
        rows: dict[str, dict] = {}
        for path, value in self.fields.items():
            field = self.known.get(path)
            locator = f"{self.locator}.{path}"
            if field not in NUMBERS or value is None or value == "":
                continue
            if not isinstance(value, str):
                shown = "true" if value else "false"
                message = f"a number or an empty text was expected, not {shown}"
                raise Unusable(self, locator, "value_unknown", message, shown)
            if not value.strip():
                continue
            kind, unit, number = self._measured(locator, field, value.strip())
            if field in RATIOS and 0 < number < 1 and self._is_share_of_1(number):
                message = f"{value} is a share of 1 by the counts beside it; a percentage was expected"
                raise Unusable(self, locator, "value_unknown", message, value)
            if field in rows and rows[field]["value"] != number:
                message = f"{rows[field]['locator']} says another number; ask which is right"
                raise Unusable(self, locator, "column_repeated", message, value)
            rows.setdefault(
                field,
                {
                    "row": self.row,
                    "locator": locator,
                    "org_text": self.org,
                    "org_code": self.code,
                    "subject": field,
                    "kind": kind,
                    "unit": unit,
                    "raw_text": value,
                    "value": number,
                    "decimals": 0 if kind == "count" else numerals.decimals(number),
                    **({"obs_status": status} if status else {}),
                },
            )
        return list(rows.values())

    def _is_share_of_1(self, share: Decimal) -> bool:
        """Whether one count of the record is that share of another or of the sum of two."""
        texts = {
            field: str(self.fields[path]).strip() for path, field in self.known.items() if field in COUNTS
        }
        counts = {field: value for field, text in texts.items() if (value := exact(text))}
        wholes = [*counts.values(), counts.get("HTDH_TOTAL", 0) + counts.get("HTQH_TOTAL", 0)]
        margin = Decimal("0.51").scaleb(-numerals.decimals(share)) if numerals.decimals(share) > 1 else 0
        return any(
            abs(part / whole - share) <= margin for part in counts.values() for whole in wholes if whole
        )

    def _measured(self, locator: str, field: str, text: str) -> tuple[str, str, Decimal]:
        """Kind, unit and value. The portal writes plain digits with a decimal point, and no thousands."""
        if field in COUNTS and text.isascii() and text.isdecimal() and len(text) <= 15:
            return "count", COUNTS[field], Decimal(text)
        value = exact(text)
        if value is None:
            message = f"{text[:60]!r} is not a number as the portal writes it, such as 18.3"
            raise Unusable(self, locator, "number_unreadable", message, text)
        if value < 0:
            code = "negative_count" if field in COUNTS else "number_out_of_range"
            raise Unusable(self, locator, code, f"{text[:60]!r} is below zero", text)
        if value.adjusted() > 14:
            raise Unusable(
                self, locator, "number_out_of_range", f"{text[:60]!r} has more than 15 digits", text
            )
        if field in COUNTS:
            return "count", COUNTS[field], self._whole(locator, field, text, value)
        if numerals.decimals(value) > PLACES:
            value = Decimal(f"{numerals.rounded(value, PLACES).normalize():f}")
        if field in RATIOS:
            return "ratio", "percent", value
        if value > MAXIMA[field]:
            message = f"{text} is above the maximum of {MAXIMA[field]} points; check the field"
            raise Unusable(self, locator, "number_out_of_range", message, text)
        return "score", "points", value

    def _whole(self, locator: str, field: str, text: str, value: Decimal) -> Decimal:
        whole = numerals.rounded(value, 0)
        if re.fullmatch(r"\d{1,3}\.000", text):
            message = f"{text!r} is {whole} or a thousand times as many {COUNTS[field]}; ask which is meant"
            raise Unusable(self, locator, "number_undecidable", message, text)
        is_residue = numerals.decimals(value) > 8 and abs(value - whole) < Decimal("1e-6")
        if value != whole and not is_residue:
            message = f"{text[:60]!r} counts {COUNTS[field]}; a whole number was expected"
            raise Unusable(self, locator, "not_whole", message, text)
        return whole


def other_period(text: str, asked: Asked) -> str:
    return f"{text[:60]!r} is not of the period {asked.period_id}; send the file for the period it is of"


def unread_fields(records: list[Record]) -> Iterator[Unread]:
    """Each field that no number was taken from, once, with how many figures stand in it.

    A share beside its count holds none of its own."""
    first: dict[str, str] = {}
    figures: dict[str, int] = {}
    for record in records:
        known = set(record.known.values())
        for path, value in record.fields.items():
            field = record.known.get(path)
            if value is None or not str(value).strip() or field in NUMBERS or field in ABOUT | PERIOD:
                continue
            name = re.sub(r"\[\d+\]", "[]", path)
            first.setdefault(name, f"{record.locator}.{path}")
            is_figure = f"{field}_TOTAL" not in known and re.search(r"\d", str(value))
            figures[name] = figures.get(name, 0) + bool(is_figure)
    for name, locator in first.items():
        yield Unread("field", locator, name, figures[name])


def repeated(records: list[Record]) -> list[Rejection]:
    """All records of an organisation that stands in several; of equal ones the first is kept."""
    by_org: dict[tuple, list[Record]] = {}
    for record in records:
        if record.org:
            by_org.setdefault((match_key(record.org), record.code), []).append(record)
    rejected = []
    for same in (several for several in by_org.values() if len(several) > 1):
        equal = all(without_rank(record.fields) == without_rank(same[0].fields) for record in same)
        for record in same[1:] if equal else same:
            others = ", ".join(other.locator for other in same if other is not record)
            code, message = (
                ("duplicate_row", f"says what {others} says")
                if equal
                else (
                    "org_repeated",
                    f"{record.org} stands in {others} too, with other numbers; ask which is right",
                )
            )
            rejected.append(Rejection(record.row, record.locator, code, message, record.org))
    return rejected


def without_rank(fields: dict[str, Value]) -> dict[str, Value]:
    """A record shown again may be counted on."""
    return {path: value for path, value in fields.items() if plain_name(path) != plain_name("ROW_STT")}
