"""What a count must be at a moment, worked out from a list of statements by recursion, one case at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Statement:
    """One number of one extract. `reporter` is an operator, or nothing."""

    measure: str
    source: str
    reporter: str | None
    org: str
    period: str
    value: Decimal
    known_from: datetime
    name: str


@dataclass(frozen=True)
class Count:
    value: Decimal | None = None
    behind: frozenset[str] = frozenset()
    missing: str | None = None


@dataclass(frozen=True)
class World:
    """Who exists and who must report. `children` of each parent stand in the order they are named. Those
    `beside` them are not expected, but where one reports the children are no whole. `ends`: last days."""

    statements: list[Statement]
    children: dict[str, list[str]]
    beside: dict[str, list[str]]
    names: dict[str, str]
    ends: dict[str, date]
    reporters: dict[str, list[str]]
    precedence: list[str]
    hear_from_districts: set[str]
    addable: set[str]

    def count(self, measure: str, org: str, day: date, period: str, then: datetime) -> Count | None:
        """The count of `org` as known then; `day` ends the period. None when nobody said anything."""
        spoken, added, lacking = [], [], []
        for source in self.precedence:
            if source in self.reporters:
                whole = self.of_reporters(measure, org, day, period, then, source)
                kind = 1
            else:
                whole, is_own = self.said(measure, org, day, period, then, source, None)
                kind = 0 if is_own else 2
            if whole is not None:
                place = lacking if whole.value is None else spoken if kind == 0 else added
                place.append((kind, whole))
        for ranked in (spoken, sorted(added, key=lambda each: each[0]), lacking):
            if ranked:
                return ranked[0][1]
        return None

    def of_reporters(self, measure, org, day, period, then, source) -> Count | None:
        if measure not in self.addable:
            return None
        told = [
            (self.names[who], self.said(measure, org, day, period, then, source, who)[0])
            for who in self.reporters[source]
        ]
        return self.together(told)

    def said(self, measure, org, day, period, then, source, reporter) -> tuple[Count | None, bool]:
        """What a source (or one of its reporters) says of an organisation, and whether in its own words."""
        own = [
            each
            for each in self.statements
            if (each.measure, each.org, each.period) == (measure, org, period)
            and (each.source, each.reporter) == (source, reporter)
            and each.known_from <= then
        ]
        if own:
            last = max(own, key=lambda each: each.known_from)
            return Count(last.value, frozenset([last.name])), True
        if measure not in self.addable or source not in self.hear_from_districts:
            return None, False
        for other in self.beside.get(org, []):
            if self.said(measure, other, day, period, then, source, reporter)[1]:
                return Count(missing=self.names[org]), False
        told = [
            (self.names[child], self.said(measure, child, day, period, then, source, reporter)[0])
            for child in self.children.get(org, [])
            if self.ends.get(child, day) >= day
        ]
        return self.together(told), False

    @staticmethod
    def together(told: Iterable[tuple[str, Count | None]]) -> Count | None:
        told = list(told)
        if all(count is None for _, count in told):
            return None
        missing = ", ".join(World.named(told))
        if missing:
            return Count(missing=missing)
        counts = [count for _, count in told]
        return Count(sum(c.value for c in counts), frozenset().union(*(c.behind for c in counts)))

    @staticmethod
    def named(told: list[tuple[str, Count | None]]) -> Iterator[str]:
        for name, count in told:
            if count is None:
                yield name
            elif count.value is None:
                yield f"{name} ({count.missing})"
