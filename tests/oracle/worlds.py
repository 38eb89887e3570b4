"""The shapes that `reference` and `histories` speak in: a small province, who says what about which period,
and what can be known of it. Nothing is worked out here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from oracle.periods import days_of


@dataclass(frozen=True)
class Org:
    """`code` says in what order siblings are named. A group is all of the level `members` in its parent."""

    key: str
    org_id: str
    name: str
    level: str
    parent: str | None = None
    code: str = ""
    start: date = date.min
    end: date = date.max
    members: str | None = None

    def exists(self, period: str) -> bool:
        """Whether it is there at the end of a period."""
        return self.start <= days_of(period)[1] <= self.end


@dataclass(frozen=True)
class Source:
    """`reporters`: org_ids of those who each report a part. `sums_up`: it hears from districts, and from
    these `agencies` (org_ids) beside them.
    """

    source: str
    precedence: int
    reporters: tuple[str, ...] = ()
    sums_up: bool = True
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    measure: str
    unit: str = "persons"
    is_flow: bool = False
    adds_over_orgs: bool = True
    reported_by: tuple[str, ...] = ("district",)
    offered_for: str | None = None
    carried: bool = False


@dataclass(frozen=True)
class Indicator:
    indicator: str
    version: int
    numerator: str | None
    denominator: str | None
    start: date = date.min
    end: date = date.max
    kind: str = "ratio"


@dataclass(frozen=True)
class Statement:
    """One number of one extract, about a measure, or a ratio about an indicator (`is_ratio`). No value: there
    is none any more. The same extract received again states it again, at a later `known_from`; withdrawn it
    states nothing from then on."""

    subject: str
    source: str
    reporter: str | None
    org: str
    period: str
    start: date
    end: date
    value: Fraction | None  # of a ratio: not assessed (status L)
    status: str
    extract: str
    order: int
    known_from: datetime
    is_ratio: bool = False
    withdrawn_at: datetime | None = None
    stated: Fraction | None = None
    correction: str | None = None
    otherwise: bool = False  # of another definition, or after a break in the series

    @property
    def name(self) -> str:
        return f"{self.extract}: row {self.order}"


@dataclass(frozen=True)
class Rejected:
    """A row of an extract that was set aside: whose it is and of what, and no number."""

    subject: str
    org: str
    period: str
    extract: str
    order: int
    known_from: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Correction:
    correction: str
    source: str
    measure: str
    org_id: str
    period: str
    published: Fraction
    corrected: Fraction
    is_confirmed: bool
    known_from: datetime
    reporter: str | None = None

    @property
    def about(self) -> tuple:
        return self.source, self.measure, self.org_id, self.period, self.published


@dataclass(frozen=True)
class Change:
    """People of one organisation became people of another; `weight` is how many."""

    before: str
    after: str
    weight: Fraction


@dataclass(frozen=True)
class Target:
    """A target of one text of a plan. `nearest` is the definition that is reported instead of its own."""

    target: str
    plan: str
    indicator: str
    version: int
    level: str
    org: str
    year: int
    operator: str
    value: Fraction
    text: str
    known_from: datetime
    nearest: tuple[str, int] | None = None


@dataclass(frozen=True)
class World:
    orgs: tuple[Org, ...]
    sources: tuple[Source, ...]
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...] = ()
    statements: tuple[Statement, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    corrections: tuple[Correction, ...] = ()
    changes: tuple[Change, ...] = ()
    targets: tuple[Target, ...] = ()
    periods: tuple[str, ...] = ()  # all that can have a count
    counted: dict = field(default_factory=dict, compare=False)  # counts worked out before

    @property
    def learnt(self) -> list[datetime]:
        """The moment of each thing that came to be known, or was taken back."""
        known = [each.known_from for each in (*self.statements, *self.targets, *self.corrections)]
        return known + [s.withdrawn_at for s in self.statements if s.withdrawn_at]


BASES = ("stated", "difference", "reporters", "children", "periods", "partial", "incomplete")


@dataclass(frozen=True)
class Count:
    """A count, or why there is none: `missing` names who has not reported."""

    basis: str
    source: Source | None = None
    period: str = ""
    value: Fraction | None = None
    behind: frozenset[str] = frozenset()
    status: str = "A"
    otherwise: bool = False
    start: date = date.max
    end: date = date.min
    missing: str | None = None
    missing_months: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, date]:
        return self.start, self.end

    @property
    def rank(self) -> tuple[int, int]:
        return BASES.index(self.basis), self.source.precedence


@dataclass(frozen=True)
class Inputs:
    """All that the choice of reason, status and value depends on."""

    kind: str = "ratio"
    has_measures: bool = True
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    units: tuple[str, str] = ("persons", "persons")
    status: tuple[str, str] = ("A", "A")  # of the counts
    otherwise: bool = False  # one of the counts
    missing: tuple[str | None, str | None] = (None, None)  # reporters
    missing_months: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    is_reference_population: bool = False  # the denominator's measure
    is_older: bool = False  # the denominator
    is_of_other_days: bool = False
    is_after_break: bool = False
    is_offered: tuple[bool, bool] = (False, False)  # numerator, denominator: in another unit
    is_rejected: tuple[bool, bool] = (False, False)  # the row that would have stated it was set aside
    reported: Fraction | None = None
    reported_kind: str | None = None
    reported_status: str | None = None
    is_said_estimated: bool = False
    is_caveated: bool = False
    is_not_assessed: bool = False


@dataclass(frozen=True)
class Value:
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    reported_value: Fraction | None
    value_status: str
    obs_status: str
    reason: str | None
    missing_reporters: str | None
    missing_periods: tuple[str, ...] | None
    denominator_period: str | None
    otherwise: bool
    numerator_behind: frozenset[str]
    denominator_behind: frozenset[str]


@dataclass(frozen=True)
class Score:
    value: Fraction | None
    reported_value: Fraction | None
    met: bool | None
    met_as_reported: bool | None
    reached: bool | None
    gap: Fraction | None
    previous: Fraction | None
    change: Fraction | None
    base: Fraction | None
    on_track: Fraction | None
    progress: str | None
    comparable: bool | None
