"""What the marts must say at any moment, worked out from a list of statements one case at a time.

Shares no code with the product: counts are fractions, every question is answered by asking the ones below it.
`Known(world, then)` is all that was known at a moment; its methods follow the steps from statement to scorecard.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache

ALWAYS = (date.min, date.max)
WORST_FIRST = "EPDBA"
BASES = ("stated", "difference", "reporters", "children", "periods", "partial", "incomplete")
FINER = {"year": "quarter", "quarter": "month"}


@dataclass(frozen=True)
class Org:
    """`code` says in what order siblings are named."""

    key: str
    org_id: str
    name: str
    level: str
    parent: str | None = None
    code: str = ""
    start: date = date.min
    end: date = date.max


@dataclass(frozen=True)
class Source:
    """`reporters`: org_ids of those who each report a part. `sums_up`: it hears from districts."""

    source: str
    precedence: int
    reporters: tuple[str, ...] = ()
    sums_up: bool = True


@dataclass(frozen=True)
class Measure:
    measure: str
    unit: str = "persons"
    is_flow: bool = False
    adds_over_orgs: bool = True
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
    """One number of one extract, about a measure, or a ratio about an indicator (`is_ratio`)."""

    subject: str
    source: str
    reporter: str | None
    org: str
    period: str
    start: date
    end: date
    value: Fraction
    status: str
    extract: str
    order: int
    known_from: datetime
    is_ratio: bool = False
    stated: Fraction | None = None
    correction: str | None = None

    @property
    def name(self) -> str:
        return f"{self.extract}: row {self.order}"


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
    corrections: tuple[Correction, ...] = ()
    changes: tuple[Change, ...] = ()
    targets: tuple[Target, ...] = ()
    periods: tuple[str, ...] = ()  # all that can have a count
    counted: dict = field(default_factory=dict, compare=False)  # counts worked out before


@cache
def months_of(period: str) -> tuple[int, int, int]:
    """Year, first and last month of `2024`, `2024-Q1` or `2024-03`."""
    year, _, part = period.partition("-")
    if not part:
        return int(year), 1, 12
    last = int(part[1:]) * 3 if part[0] == "Q" else int(part)
    return int(year), last - 2 if part[0] == "Q" else last, last


@cache
def period_of(kind: str, year: int, last: int) -> str:
    return {"year": f"{year}", "quarter": f"{year}-Q{last // 3}", "month": f"{year}-{last:02}"}[kind]


@cache
def kind_of(period: str) -> str:
    return "year" if len(period) == 4 else "quarter" if "Q" in period else "month"


@cache
def days_of(period: str) -> tuple[date, date]:
    year, first, last = months_of(period)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


@cache
def parts_of(period: str, kind: str) -> tuple[str, ...]:
    """The months, or the quarters, of a period."""
    year, first, last = months_of(period)
    step = 3 if kind == "quarter" else 1
    return tuple(period_of(kind, year, month) for month in range(first + step - 1, last + 1, step))


def worst(statuses: Iterable[str]) -> str:
    return min(statuses, key=WORST_FIRST.index)


def half_up(number: Fraction, digits: int = 4) -> Fraction:
    """Rounded, a half away from zero."""
    steps = abs(number) * 10**digits + Fraction(1, 2)
    return Fraction(steps.numerator // steps.denominator, 10**digits) * (1 if number >= 0 else -1)


def is_cumulative(measure: Measure, period: str, start: date, end: date) -> bool:
    """Whether a number about a month or a quarter is counted from the beginning of the year."""
    if not measure.is_flow or kind_of(period) == "year":
        return False
    _, first, last = months_of(period)
    spanned = (Fraction((end - start).days + 1) / Fraction("30.44") + Fraction(1, 2)).__floor__()
    return spanned == last > last - first + 1


@dataclass(frozen=True)
class Count:
    """A count, or why there is none: `missing` names who has not reported."""

    basis: str
    source: Source
    period: str
    value: Fraction | None = None
    behind: frozenset[str] = frozenset()
    status: str = "A"
    start: date = date.max
    end: date = date.min
    missing: str | None = None
    missing_months: tuple[str, ...] = ()

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
    statuses: tuple[str, str] = ("A", "A")  # of the counts
    missing: tuple[str | None, str | None] = (None, None)  # reporters
    missing_months: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    is_reference_population: bool = False  # the denominator's measure
    is_older: bool = False  # the denominator
    is_of_other_days: bool = False
    is_after_break: bool = False
    is_offered: tuple[bool, bool] = (False, False)  # numerator, denominator: in another unit
    reported: Fraction | None = None
    reported_kind: str | None = None
    reported_status: str | None = None
    is_said_estimated: bool = False
    is_caveated: bool = False
    is_not_assessed: bool = False


def reason_of(i: Inputs) -> str | None:
    n, d = i.numerator, i.denominator
    if i.kind != "ratio":
        return None
    if not i.has_measures:
        return "definition_absent"
    if (n is not None and n < 0) or (d is not None and d < 0):
        return "input_rejected"
    if n is not None and d is not None and d > 0 and n >= 999 * d:
        return "input_rejected"
    if n is not None and d is not None and d > 0 and i.units[0] == i.units[1]:
        unlike = i.missing_months[0] != i.missing_months[1] and not i.is_reference_population
        return "period_mismatch" if unlike or i.is_of_other_days else None
    if i.is_not_assessed:
        return "not_assessed"
    if (n is None and i.missing[0]) or (d is None and i.missing[1]):
        return "org_incomplete"
    if (n is None and i.is_offered[0]) or (d is None and i.is_offered[1]):
        return "unit_mismatch"
    if n is not None and d is not None and i.units[0] != i.units[1]:
        return "unit_mismatch"
    if d == 0:
        return "denominator_zero"
    if n is None and d is None:
        return "both_inputs_missing"
    return "numerator_missing" if n is None else "denominator_missing"


def decide(i: Inputs) -> tuple[str | None, str, str, Fraction | None]:
    """Reason, value_status, obs_status, value."""
    reason = reason_of(i)
    if i.kind != "ratio":
        return None, "milestone", "A" if i.reported_kind else "O", None
    if reason is None:
        said = [*i.statuses]
        said += ["E"] if i.is_said_estimated else []
        said += ["P"] if i.is_older or i.missing_months[0] or i.missing_months[1] else []
        said += ["B"] if i.is_after_break else []
        return None, "computed", worst(said), half_up(100 * i.numerator / i.denominator)
    if i.reported is None:
        impossible = {
            "definition_absent": "M",
            "denominator_zero": "M",
            "not_assessed": "L",
            "unit_mismatch": "L",
        }
        return reason, "not_computable", impossible.get(reason, "O"), None
    if i.is_said_estimated or (i.is_caveated and reason != "unit_mismatch"):
        return reason, "estimated", "E", i.reported
    return reason, "reported", "D" if reason == "unit_mismatch" else i.reported_status or "A", i.reported


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
    numerator_behind: frozenset[str]
    denominator_behind: frozenset[str]


@dataclass(frozen=True)
class Score:
    value: Fraction | None
    reported_value: Fraction | None
    met: bool | None
    met_as_reported: bool | None
    gap: Fraction | None
    previous: Fraction | None
    change: Fraction | None
    on_track: Fraction | None
    progress: str | None
    comparable: bool | None


def met(operator: str, value: Fraction | None, target: Fraction) -> bool | None:
    if value is None:
        return None
    signs = {">=": "=>", ">": ">", "<=": "=<", "<": "<", "=": "="}
    return ("<" if value < target else "=" if value == target else ">") in signs[operator]


def apportion(whole: Fraction, weights: dict[str, Fraction]) -> dict[str, Fraction]:
    """Shared by weight in whole units, or in hundredths where it is not whole; the largest remainders get
    what is left, so that the shares add up to the whole."""
    unit = Fraction(1) if whole.denominator == 1 else Fraction(1, 100)
    exact = {who: whole / unit * weight / sum(weights.values()) for who, weight in weights.items()}
    shares = {who: exact[who].__floor__() for who in exact}
    left = int(whole / unit) - sum(shares.values())
    for who in sorted(exact, key=lambda who: (shares[who] - exact[who], who))[:left]:
        shares[who] += 1
    return {who: share * unit for who, share in shares.items()}


class Known:
    """What was known of a world at a moment."""

    def __init__(self, world: World, then: datetime):
        self.world, self.then = world, then
        self.orgs = {org.key: org for org in world.orgs}
        self.measures = {measure.measure: measure for measure in world.measures}
        self.ledger = self._standing(is_ratio=False)
        self.reports = self._standing(is_ratio=True)
        self.first = {}
        for s in sorted(self.ledger, key=lambda s: s.order):
            self.first.setdefault((s.source, s.reporter, s.subject, s.org, s.period, self._cumulative(s)), s)
        self.heard = Counter((s.subject, s.period[:4]) for s in world.statements if s.known_from <= then)
        self.of, self.in_time, self.value = cache(self.of), cache(self.in_time), cache(self.value)

    # Statements

    def _standing(self, is_ratio: bool) -> list[Statement]:
        """Of each cell, what its latest extract says; corrected."""
        cells: dict[tuple, list[Statement]] = {}
        received = [s for s in self.world.statements if s.known_from <= self.then and s.is_ratio == is_ratio]
        for s in sorted(received, key=lambda s: (s.known_from, s.extract)):
            cell = (s.source, s.reporter, s.subject, s.org, s.period, not is_ratio and self._cumulative(s))
            if cell in cells and cells[cell][0].extract != s.extract:
                del cells[cell]
            cells.setdefault(cell, []).append(s)
        return [self._corrected(s) for cell in cells.values() for s in cell]

    def _cumulative(self, s: Statement) -> bool:
        return is_cumulative(self.measures[s.subject], s.period, s.start, s.end)

    def _corrected(self, s: Statement) -> Statement:
        for c in self.world.corrections:
            if (c.source, c.measure, c.org_id) == (s.source, s.subject, self.orgs[s.org].org_id) and (
                c.period,
                c.published,
            ) == (s.period, s.value):
                status = "P" if c.is_confirmed else "E"
                return replace(s, value=c.corrected, stated=s.value, correction=c.correction, status=status)
        return replace(s, stated=s.value)

    # Counts of one source

    def own(self, source: Source, reporter: str | None, measure: str, org: str, period: str) -> Count | None:
        s = self.first.get((source.source, reporter, measure, org, period, False))
        if s or not self.measures[measure].is_flow:
            return s and Count("stated", source, period, s.value, frozenset([s.name]), s.status, s.start, s.end)
        return self.difference("month", source, reporter, measure, org, period) or self.difference(
            "quarter", source, reporter, measure, org, period
        )

    def difference(self, kind, source, reporter, measure, org, period) -> Count | None:
        """What two numbers counted from the beginning of the year leave between them."""
        year, first, last = months_of(period)

        def counted_to(month: int) -> Statement | None:
            if kind == "quarter" and month % 3:
                return None
            point = period_of(kind, year, month)
            return self.first.get((source.source, reporter, measure, org, point, True))

        end, before = counted_to(last), counted_to(first - 1) if first > 1 else None
        if end is None or (first > 1 and before is None):
            return None
        if before is None:
            return Count(
                "difference", source, period, end.value, frozenset([end.name]), end.status, end.start, end.end
            )
        return Count(
            "difference",
            source,
            period,
            end.value - before.value,
            frozenset([end.name, before.name]),
            worst([end.status, before.status]),
            before.end + timedelta(days=1),
            end.end,
        )

    def of(self, source: Source, reporter: str | None, measure: str, org: str, period: str) -> Count | None:
        """What a source, or one of its reporters, says of an organisation: its own number or its children's."""
        own = self.own(source, reporter, measure, org, period)
        level = self.orgs[org].level
        if own or not source.sums_up or not self.measures[measure].adds_over_orgs:
            return own
        if level not in ("district", "province"):
            return None
        wanted = ("district", "commune") if level == "province" else ("commune",)
        children = [child for child in self.world.orgs if child.parent == org]
        for child in children:
            if child.level not in wanted and self.own(source, reporter, measure, child.key, period):
                return Count("incomplete", source, period, missing=self.orgs[org].name)
        expected = [child for child in children if child.level in wanted and self.exists(child, period)]
        told = [
            (child.name, self.of(source, reporter, measure, child.key, period))
            for child in sorted(expected, key=lambda child: (child.code, child.name))
        ]
        return self.together("children", source, period, told)

    def by_source(self, source: Source, measure: str, org: str, period: str) -> Count | None:
        if not source.reporters:
            return self.of(source, None, measure, org, period)
        if not self.measures[measure].adds_over_orgs:
            return None
        reporters = [o for o in self.world.orgs if o.org_id in source.reporters and self.exists(o, period)]
        told = [
            (who.name, self.of(source, who.org_id, measure, org, period))
            for who in sorted(reporters, key=lambda who: who.name)
        ]
        return self.together("reporters", source, period, told)

    @staticmethod
    def exists(org: Org, period: str) -> bool:
        return org.start <= days_of(period)[1] <= org.end

    @staticmethod
    def together(
        basis: str, source: Source, period: str, told: list[tuple[str, Count | None]]
    ) -> Count | None:
        """The sum of those who must all have spoken; who has not is named."""
        counts = [count for _, count in told if count is not None]
        if not counts:
            return None
        lacking = [
            name if count is None else f"{name} ({count.missing})"
            for name, count in told
            if count is None or count.value is None
        ]
        if lacking:
            return Count("incomplete", source, period, missing=", ".join(lacking))
        return added(basis, source, period, counts)

    # Over time, and over sources

    def in_time(self, source: Source, measure: str, org: str, period: str) -> Count | None:
        """A source's own number for a period, or what its shorter periods make of it."""
        own = self.by_source(source, measure, org, period)
        if kind_of(period) == "month" or (own and own.value is not None):
            return own
        parts = [
            (part, self.in_time(source, measure, org, part))
            for part in parts_of(period, FINER[kind_of(period)])
        ]
        known = [(part, count) for part, count in parts if count and count.value is not None]
        if not known:
            lacking = {count.missing for _, count in parts if count}
            return own or (
                Count("incomplete", source, period, missing="; ".join(sorted(lacking))) if lacking else None
            )
        if not self.measures[measure].is_flow:
            known = known[-1:]
            parts = [(part, count) for part, count in parts if part >= known[0][0]]
        missing = [
            month
            for part, count in parts
            for month in (count.missing_months if (part, count) in known else parts_of(part, "month"))
        ]
        whole = added("partial" if missing else "periods", source, period, [count for _, count in known])
        status = worst([whole.status, "P"]) if missing else whole.status
        return replace(whole, status=status, missing_months=tuple(sorted(missing)))

    def count(self, measure: str | None, org: str, period: str) -> Count | None:
        if measure is None:
            return None
        # A count of a year can only change when something is said of that measure in that year.
        cell = measure, org, period, self.heard[measure, period[:4]]
        if cell not in self.world.counted:
            counts = [self.in_time(source, measure, org, period) for source in self.world.sources]
            self.world.counted[cell] = min((c for c in counts if c), key=lambda c: c.rank, default=None)
        return self.world.counted[cell]

    def denominator(self, measure: str | None, org: str, period: str) -> Count | None:
        """Its own count, or for a reference population the latest whole one before the period ends."""
        own = self.count(measure, org, period)
        if measure is None or not self.measures[measure].carried or (own and own.value is not None):
            return own
        end = days_of(period)[1]
        earlier = [self.count(measure, org, p) for p in self.world.periods if days_of(p)[1] <= end]
        whole = [c for c in earlier if c and c.value is not None and c.basis != "partial"]
        kinds = ("year", "quarter", "month")
        return max(whole, key=lambda c: (days_of(c.period)[1], kinds.index(kind_of(c.period))), default=own)

    # Values

    def report(self, indicator: str, version: int, org: str, period: str) -> Statement | None:
        day = days_of(period)[1]
        (valid,) = [
            i.version for i in self.world.indicators if i.indicator == indicator and i.start <= day <= i.end
        ]
        ranks = {source.source: source.precedence for source in self.world.sources}
        said = [s for s in self.reports if (s.subject, s.org, s.period) == (indicator, org, period)]
        said = said if valid == version else []
        return min(said, key=lambda s: (ranks[s.source], s.order), default=None)

    def targets(self) -> list[Target]:
        """Those of the latest text of each plan."""
        received = [t for t in self.world.targets if t.known_from <= self.then]
        latest = {t.plan: t.text for t in sorted(received, key=lambda t: (t.known_from, t.text))}
        return [t for t in received if latest[t.plan] == t.text]

    def value(self, indicator: str, version: int, org: str, period: str) -> Value | None:
        (i,) = [i for i in self.world.indicators if (i.indicator, i.version) == (indicator, version)]
        above = self.count(i.numerator, org, period)
        report = self.report(indicator, version, org, period)
        aimed = any(
            (t.indicator, t.version, t.org, str(t.year)) == (indicator, version, org, period)
            for t in self.targets()
        )
        if not aimed and not report and not (above and i.start <= days_of(period)[1] <= i.end):
            return None
        below = self.denominator(i.denominator, org, period)
        n, d = above and above.value, below and below.value
        flows = [m and self.measures[m].is_flow for m in (i.numerator, i.denominator)]
        inputs = Inputs(
            kind=i.kind,
            has_measures=bool(i.numerator and i.denominator),
            numerator=n,
            denominator=d,
            units=tuple(m and self.measures[m].unit for m in (i.numerator, i.denominator)),
            statuses=(above.status if above else "A", below.status if below else "A"),
            missing=(above and above.missing, below and below.missing),
            missing_months=(above.missing_months if above else (), below.missing_months if below else ()),
            is_reference_population=bool(i.denominator and self.measures[i.denominator].carried),
            is_older=bool(below) and days_of(below.period)[1] < days_of(period)[1],
            is_of_other_days=all(flows)
            and bool(above and below)
            and (above.start, above.end) != (below.start, below.end),
            is_after_break=self.is_after_break(org, period),
            is_offered=(
                self.is_offered(i.numerator, org, period),
                self.is_offered(i.denominator, org, period),
            ),
            reported=report and report.value,
            reported_status=report and report.status,
            is_said_estimated=bool(report) and report.status == "E",
        )
        reason, value_status, obs_status, value = decide(inputs)
        missing = [text for text in dict.fromkeys(inputs.missing) if text]
        months = sorted({*inputs.missing_months[0], *inputs.missing_months[1]})
        return Value(
            n,
            d,
            value,
            inputs.reported,
            value_status,
            obs_status,
            reason,
            "; ".join(missing) or None,
            tuple(months) or None,
            below.period if d is not None else None,
            above.behind if above else frozenset(),
            below.behind if below else frozenset(),
        )

    def is_offered(self, measure: str | None, org: str, period: str) -> bool:
        offers = [m.measure for m in self.world.measures if measure and m.offered_for == measure]
        counts = [self.count(offer, org, period) for offer in offers]
        return any(count and count.value is not None for count in counts)

    def is_after_break(self, org: str, period: str) -> bool:
        first, last = days_of(period)
        return bool(self.before(org)) and first <= self.orgs[org].start <= last

    def before(self, org: str) -> list[str]:
        return [change.before for change in self.world.changes if change.after == org]

    # Targets

    def scores(self) -> dict[tuple[str, str], Score]:
        """By target and organisation."""
        told = {}
        for t in self.targets():
            for org in self.world.orgs:
                value = self.value(t.indicator, t.version, org.key, str(t.year))
                if org.key == t.org or (org.level == t.level and value and value.value is not None):
                    told[t.target, org.key] = self.score(t, org.key, value)
        return told

    def score(self, t: Target, org: str, now: Value) -> Score:
        def last_year(definition: tuple[str, int], who: str) -> Value | None:
            value = self.value(*definition, who, str(t.year - 1))
            return value if value and value.value is not None else None

        definition, comparable = (t.indicator, t.version), None
        previous = last_year(definition, org)
        if previous:
            comparable = not {now.obs_status, previous.obs_status} & {"D", "B"}
        elif any(last_year(definition, who) for who in self.before(org)):
            comparable = False
        elif t.nearest and t.nearest != definition and last_year(t.nearest, org):
            comparable = False
        is_met = met(t.operator, now.value, t.value)
        base = previous.value if comparable else None
        change = now.value - base if base is not None and now.value is not None else None
        on_track, growth = None, None
        if change is not None:
            sign = -1 if "<" in t.operator else 1
            growth, required = sign * change, sign * (t.value - base)
            elapsed = Fraction(12 - len(now.missing_periods or ()), 12)
            if required > 0 and elapsed:
                on_track = half_up(growth / (required * elapsed))
        return Score(
            now.value,
            now.reported_value,
            is_met,
            met(t.operator, now.reported_value, t.value),
            now.value - t.value if now.value is not None else None,
            base,
            change,
            on_track,
            progress(is_met, growth, on_track),
            comparable,
        )


def progress(is_met: bool | None, growth: Fraction | None, on_track: Fraction | None) -> str | None:
    if is_met:
        return "achieved"
    if growth is None:
        return None
    if growth < 0:
        return "deterioration"
    if on_track is None or on_track < Fraction("0.60"):
        return "limited"
    return "on_track" if on_track >= Fraction("0.95") else "acceleration_needed"


def added(basis: str, source: Source, period: str, counts: list[Count]) -> Count:
    return Count(
        basis,
        source,
        period,
        sum((count.value for count in counts), Fraction(0)),
        frozenset().union(*(count.behind for count in counts)),
        worst(count.status for count in counts),
        min(count.start for count in counts),
        max(count.end for count in counts),
    )
