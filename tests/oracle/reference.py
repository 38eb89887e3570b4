"""What the marts must say at any moment, worked out from a list of statements one case at a time.

Shares no code with the product: numbers are fractions, and every question is answered by asking smaller ones.
`Known(world, then)` is what was known at a moment; its methods go from statements to the scorecard.
"""

import itertools
import operator
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache

from oracle.periods import days_of, kind_of, months_of, parts_of, period_of
from oracle.worlds import BASES, Count, Inputs, Org, Score, Source, Statement, Target, Value, World

# The agencies of a province that the registry does not name.
UNKNOWN = "cơ quan cấp tỉnh (danh mục chưa ghi những cơ quan nào phải báo cáo)"


def worst(statuses: Iterable[str]) -> str:
    return min(statuses, key="EPDBA".index)


def half_up(number: Fraction, digits: int = 4) -> Fraction:
    """Rounded, a half away from zero."""
    steps = abs(number) * 10**digits + Fraction(1, 2)
    return Fraction(steps.numerator // steps.denominator, 10**digits) * (1 if number >= 0 else -1)


def reason_of(i: Inputs) -> str | None:
    n, d, same_units = i.numerator, i.denominator, i.units[0] == i.units[1]
    both_known = n is not None and d is not None
    if i.kind != "ratio":
        return None
    if not i.has_measures:
        return "definition_absent"
    if min(n or 0, d or 0) < 0 or (both_known and 0 < 999 * d <= n):
        return "input_rejected"
    if both_known and d > 0 and same_units:
        unlike = i.missing_months[0] != i.missing_months[1] and not i.is_reference_population
        return "period_mismatch" if unlike or i.is_of_other_days else None
    if i.is_not_assessed:
        return "not_assessed"
    if (n is None and i.is_rejected[0]) or (d is None and i.is_rejected[1]):
        return "input_rejected"
    if (n is None and i.missing[0]) or (d is None and i.missing[1]):
        return "org_incomplete"
    if (n is None and i.is_offered[0]) or (d is None and i.is_offered[1]) or (both_known and not same_units):
        return "unit_mismatch"
    if d == 0:
        return "denominator_zero"
    if n is None and d is None:
        return "both_inputs_missing"
    return "numerator_missing" if n is None else "denominator_missing"


def decide(i: Inputs) -> tuple[str | None, str, str, Fraction | None, bool]:
    """Reason, value_status, obs_status, value, and whether it is of other terms than what came before."""
    reason, after = reason_of(i), i.is_after_break
    if i.kind != "ratio":
        return None, "milestone", "A" if i.reported_kind else "O", None, after
    if reason is None:
        added = {"E": i.is_said_estimated, "P": i.is_older, "B": after}
        said = worst([*i.status, *(status for status in added if added[status])])
        return None, "computed", said, half_up(100 * i.numerator / i.denominator), after or i.otherwise
    if i.reported is None:
        known = {"definition_absent": "M", "denominator_zero": "M", "not_assessed": "L", "unit_mismatch": "L"}
        return reason, "not_computable", known.get(reason, "O"), None, after
    of_another_thing, status = reason == "unit_mismatch", i.reported_status or "A"
    otherwise = after or of_another_thing or status in ("D", "B")
    if i.is_said_estimated or i.is_caveated:
        return reason, "estimated", "E", i.reported, otherwise
    status = "D" if of_another_thing else "B" if after and status == "A" else status
    return reason, "reported", status, i.reported, otherwise


def met(sign: str, value: Fraction | None, target: Fraction) -> bool | None:
    signs = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "=": operator.eq}
    return None if value is None else signs[sign](value, target)


def apportion(whole: Fraction, weights: dict[str, Fraction]) -> dict[str, Fraction]:
    """Shared by weight, in hundredths if it is not whole; the largest remainders get what is left."""
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
        self.orgs, self.measures = {o.key: o for o in world.orgs}, {m.measure: m for m in world.measures}
        self.corrections = [c for c in world.corrections if c.known_from <= then]
        self.ledger = self._standing(is_ratio=False)
        self.said: dict[tuple, Count] = {}  # by cell, and whether it is counted from the year's beginning
        sources = {source.source: source for source in world.sources}
        for s in sorted(self.ledger, key=lambda s: s.order):
            cell = s.source, s.reporter, s.subject, s.org, s.period, self._cumulative(s)
            about = s.period, s.value, frozenset([s.name]), s.status, s.otherwise, s.start, s.end
            self.said.setdefault(cell, Count("stated", sources[s.source], *about))
        self.speak = {(cell[0], cell[2]) for cell in self.said}
        self.to_date = {cell[:4] for cell in self.said if cell[-1]}
        said = [(s, time) for s in world.statements for time in (s.known_from, s.withdrawn_at) if time]
        told = [(s.subject, s.period[:4]) for s, time in said if time <= then]
        self.heard = Counter([*told, *((c.measure, c.period[:4]) for c in self.corrections)])
        self.indicators = {(i.indicator, i.version): i for i in world.indicators}
        defined = {(i.indicator, i.version): i for i in world.indicators}
        aims = [
            (defined[t.indicator, t.version], t.level)
            for t in world.targets
            if (t.indicator, t.version) in defined
        ]
        self.levels_aimed_at = {(m, level) for i, level in aims for m in (i.numerator, i.denominator)}
        self.targets = self._targets()
        self.aims = {(t.indicator, t.version, t.org, str(t.year)) for t in self.targets}
        self.reports = self._reports()
        self.rejected = self._rejected()
        self.of, self.in_time, self.value = cache(self.of), cache(self.in_time), cache(self.value)

    def _standing(self, is_ratio: bool) -> list[Statement]:
        """Of each cell, what the extract says that came last; corrected."""
        cells: dict[tuple, list[Statement]] = {}
        received = [s for s in self.world.statements if s.known_from <= self.then and s.is_ratio == is_ratio]
        received = [s for s in received if s.withdrawn_at is None or s.withdrawn_at > self.then]
        received = self._agreed(received)
        for s in sorted(received, key=lambda s: (s.known_from, s.extract)):
            cell = (s.source, s.reporter, s.subject, s.org, s.period, not is_ratio and self._cumulative(s))
            if cell in cells and cells[cell][0].extract != s.extract:
                del cells[cell]
            cells.setdefault(cell, []).append(s)
        once = {(cell, s.name): s for cell, told in cells.items() for s in told}
        return [self._corrected(s) for s in once.values() if is_ratio or s.value is not None]

    @staticmethod
    def _agreed(received: list[Statement]) -> list[Statement]:
        """Of each cell of an extract the first statement, or none where they differ; a text may repeat it."""
        cells: dict[tuple, list[Statement]] = {}
        for s in received:
            cell = s.extract, s.known_from, s.subject, s.org, s.reporter, s.period
            cells.setdefault((*cell, s.name) if s.source == "plan" else cell, []).append(s)
        agreed = [told for told in cells.values() if len({s.value for s in told}) == 1]
        return [min(told, key=lambda s: s.order) for told in agreed]

    def _cumulative(self, s: Statement) -> bool:
        """Whether a number about a month or a quarter is counted from the beginning of the year."""
        if not self.measures[s.subject].is_flow or kind_of(s.period) == "year":
            return False
        _, first, last = months_of(s.period)
        spanned = Fraction((s.end - s.start).days + 1) / Fraction("30.44") + Fraction(1, 2)
        return spanned.__floor__() == last > last - first + 1

    def _corrected(self, s: Statement) -> Statement:
        about = s.source, s.subject, self.orgs[s.org].org_id, s.period, s.value
        s = replace(s, stated=s.value, otherwise=s.status in ("D", "B"))
        for c in self.corrections:
            if c.about == about and c.reporter in (None, s.reporter):
                status = "P" if c.is_confirmed else "E"
                return replace(s, value=c.corrected, correction=c.correction, status=status)
        return s

    def own(self, source: Source, reporter: str | None, measure: str, org: str, period: str) -> Count | None:
        series = source.source, reporter, measure, org
        said = self.said.get((*series, period, False))
        if said or series not in self.to_date:
            return said
        return self.difference("month", series, period) or self.difference("quarter", series, period)

    def difference(self, kind: str, series: tuple, period: str) -> Count | None:
        """What two numbers counted from the beginning of the year leave between them."""
        year, first, last = months_of(period)

        def counted_to(month: int) -> Count | None:
            cell = *series, None if kind == "quarter" and month % 3 else period_of(kind, year, month)
            is_first = month == (1 if kind == "month" else 3)
            return self.said.get((*cell, True)) or (self.said.get((*cell, False)) if is_first else None)

        end = counted_to(last)
        if first == 1 or end is None:
            return end and replace(end, basis="difference", period=period)
        if (before := counted_to(first - 1)) is None:
            return None
        both, start = added("difference", end.source, period, [before, end]), before.end + timedelta(days=1)
        return replace(both, value=end.value - before.value, start=start, end=end.end)

    def of(self, source: Source, reporter: str | None, measure: str, org: str, period: str) -> Count | None:
        """What a source, or one of its reporters, says of an organisation: its own number, or a sum."""
        own = self.own(source, reporter, measure, org, period)
        if own or not source.sums_up or not self.measures[measure].adds_over_orgs:
            return own
        wanted, others = self.parts(source, measure, self.orgs[org])
        if any(self.of(source, reporter, measure, o.key, period) for o in others):
            return Count("incomplete", source, period, missing=self.orgs[org].name)
        expected = [child for child in wanted if child.exists(period) and self.orgs[org].exists(period)]
        expected.sort(key=lambda child: (child.code or "~", child.name))
        told = [(o.name, self.of(source, reporter, measure, o.key, period)) for o in expected]
        if self.asks_agencies(measure, self.orgs[org]) and not any(o.level == "agency" for o in wanted):
            told.append((UNKNOWN, None))
        return self.together("children", source, period, told)

    def parts(self, source: Source, measure: str, whole: Org) -> tuple[list[Org], list[Org]]:
        """Who must have spoken before a sum is whole, and who else may speak, so that there is none."""
        asked = self.measures[measure].reported_by
        if whole.level not in ("province", "district", "group"):
            return [], []
        territory = self.orgs[whole.parent] if whole.level == "group" else whole
        if whole.level == "group":
            if (measure, whole.members) not in self.levels_aimed_at:
                return [], []
            inside = [o for o in self.world.orgs if o.level == whole.members and self.is_in(o, territory)]
        elif whole.level == "district" and "commune" in asked:
            inside = []  # every commune counts for itself
        else:
            inside = [o for o in self.world.orgs if self.above(o) == whole.key and o.level != "group"]
            if whole.level == "province" and "commune" in asked:
                inside += [o for o in self.communes_below(whole) if o not in inside]
        wanted = [o for o in inside if self.is_asked(o, source, asked, territory)]
        return wanted, [o for o in inside if o not in wanted]

    def is_asked(self, org: Org, source: Source, asked: tuple[str, ...], territory: Org) -> bool:
        if org.level == "agency":
            return "agency" in asked and org.org_id in source.agencies
        stands_for_district = org.level == "commune" and self.above(org) == territory.key
        return org.level in asked or (stands_for_district and "district" in asked)

    def asks_agencies(self, measure: str, whole: Org) -> bool:
        aimed_at = (measure, "agency") in self.levels_aimed_at and whole.members == "agency"
        return "agency" in self.measures[measure].reported_by and (whole.level == "province" or aimed_at)

    def is_in(self, org: Org, territory: Org) -> bool:
        if org.level == "commune":
            return org in self.communes_below(territory)
        return self.above(org) == territory.key

    def communes_below(self, province: Org) -> list[Org]:
        districts = {o.key for o in self.world.orgs if o.level == "district" and o.parent == province.key}
        return [o for o in self.world.orgs if o.level == "commune" and o.parent in {province.key, *districts}]

    def above(self, org: Org) -> str | None:
        """The territory that an organisation belongs to, past the agencies between."""
        parent = self.orgs.get(org.parent)
        return self.above(parent) if parent and parent.level == "agency" else org.parent

    def by_source(self, source: Source, measure: str, org: str, period: str) -> Count | None:
        if not source.reporters:
            return self.of(source, None, measure, org, period)
        if not self.measures[measure].adds_over_orgs:
            return None
        reporters = [o for o in self.world.orgs if o.org_id in source.reporters and o.exists(period)]
        reporters.sort(key=lambda who: who.name)
        told = [(who.name, self.of(source, who.org_id, measure, org, period)) for who in reporters]
        return self.together("reporters", source, period, told)

    @staticmethod
    def together(basis: str, source: Source | None, period: str, told: list[tuple]) -> Count | None:
        """The sum of those who must all have spoken; who has not is named."""
        if all(count is None for _, count in told):
            return None
        silent = [(name, count) for name, count in told if count is None or count.value is None]
        if lacking := [f"{name} ({count.missing})" if count else name for name, count in silent]:
            others = f" và {len(lacking) - 20} đơn vị khác" if len(lacking) > 20 else ""
            return Count("incomplete", source, period, missing=", ".join(lacking[:20]) + others)
        return added(basis, source, period, [count for _, count in told])

    def by_source_now(self, source: Source, measure: str, org: str, period: str) -> Count | None:
        """As `by_source`, of a present organisation: else out of all that it was at the end of the period."""
        own = self.by_source(source, measure, org, period)
        if (own and own.value is not None) or not self.measures[measure].adds_over_orgs:
            return own
        told = [(was, self.by_source(source, measure, was.key, period)) for was in self.were(org, period)]
        whole = self.together("children", source, period, [(was.name, count) for was, count in told])
        if whole is None or whole.value is None:
            return own or whole
        value = sum((self.shares(count.value, was.key)[org] for was, count in told), Fraction(0))
        basis = max((count.basis for _, count in told), key=BASES.index)
        return replace(whole, basis=basis, value=value, status=worst([whole.status, "B"]), otherwise=True)

    def in_time(self, said, source: Source, measure: str, org: str, period: str) -> Count | None:
        """What a source said for a period, as it was or as it is now, or what its shorter periods make."""
        own = said(source, measure, org, period)
        if kind_of(period) == "month" or (own and own.value is not None):
            return own
        shorter = parts_of(period, "quarter" if kind_of(period) == "year" else "month")
        parts = [(part, self.in_time(said, source, measure, org, part)) for part in shorter]
        known = [(part, count) for part, count in parts if count and count.value is not None]
        if known and not self.measures[measure].is_flow:
            known = known[-1:]
            parts = [(part, count) for part, count in parts if part >= known[0][0]]
        gaps = [c.missing_months if (p, c) in known else parts_of(p, "month") for p, c in parts]
        missing = tuple(sorted(month for months in gaps for month in months)) if known else ()
        lacking = "; ".join(sorted({count.missing for _, count in parts if count and count.missing}))
        if not known or (lacking and self.orgs[org].level == "group"):  # all of a level have to have reported
            why = Count("incomplete", source, period, missing=lacking, missing_months=missing)
            return own or (why if lacking else None)
        whole = added("partial" if missing else "periods", source, period, [count for _, count in known])
        return replace(whole, status=worst([whole.status, "P" if missing else "A"]), missing_months=missing)

    def count(self, measure: str, org: str, period: str, said=None) -> Count | None:
        said = said or self.by_source
        # A count of a year can only change when something is said of that measure in that year.
        cell = said.__name__, measure, org, period, self.heard[measure, period[:4]]
        if cell not in self.world.counted:
            sources = [source for source in self.world.sources if (source.source, measure) in self.speak]
            counts = [self.in_time(said, source, measure, org, period) for source in sources]
            self.world.counted[cell] = min((c for c in counts if c), key=lambda c: c.rank, default=None)
        return self.world.counted[cell]

    def served(self, count, measure: str | None, org: str, period: str) -> Count | None:
        """The count that divides: of a reference population that is not known, the latest whole one."""
        own = measure and count(measure, org, period)
        if measure is None or not self.measures[measure].carried or (own and own.value is not None):
            return own
        end, kinds = days_of(period)[1], ("year", "quarter", "month")
        earlier = [count(measure, org, p) for p in self.world.periods if days_of(p)[1] <= end]
        whole = [c for c in earlier if c and c.value is not None and c.basis != "partial"]
        return max(whole, key=lambda c: (days_of(c.period)[1], kinds.index(kind_of(c.period))), default=own)

    def _reports(self) -> dict[tuple[str, int, str, str], Statement]:
        """The ratio of the best source, the first in its document; of the first definition if none is."""
        ranks = {source.source: source.precedence for source in self.world.sources}
        reports = {}
        for s in sorted(self._standing(is_ratio=True), key=lambda s: (ranks[s.source], s.order)):
            own = [i for i in self.world.indicators if i.indicator == s.subject]
            valid = [i for i in own if i.start <= days_of(s.period)[1] <= i.end]
            for i in (valid or own)[:1]:
                reports.setdefault((i.indicator, i.version, s.org, s.period), s)
        return reports

    def _rejected(self) -> set[tuple[str, str, str]]:
        """Measure, organisation and period of rows set aside, where no other row of the file has a number."""
        told = {(s.extract, s.subject) for s in self.world.statements}
        stated = {(s.extract, s.subject, s.org) for s in self.world.statements}
        return {
            (r.subject, r.org, r.period)
            for r in self.world.rejected
            if r.known_from <= self.then and (r.withdrawn_at is None or r.withdrawn_at > self.then)
            if (r.extract, r.subject) in told and (r.extract, r.subject, r.org) not in stated
        }

    def _targets(self) -> list[Target]:
        """Those of the latest text of each plan; one for a level is for all that are of it."""
        received = [t for t in self.world.targets if t.known_from <= self.then]
        latest = {t.plan: t.text for t in sorted(received, key=lambda t: (t.known_from, t.text))}
        groups = {(o.parent, o.members): o.key for o in self.world.orgs if o.level == "group"}
        standing = {t.target: t for t in received if latest[t.plan] == t.text}.values()
        return [replace(t, org=groups.get((t.org, t.level), t.org)) for t in standing]

    def count_now(self, measure: str, org: str, period: str) -> Count | None:
        return self.count(measure, org, period, self.by_source_now)

    def value(self, indicator: str, version: int, org: str, period: str, count=None) -> Value | None:
        """Out of what `count` says of the inputs: as it was, or as it is now."""
        count = count or self.count
        i, (first, last) = self.indicators[indicator, version], days_of(period)
        report = self.reports.get((indicator, version, org, period))
        counted = i.numerator and count(i.numerator, org, period)
        measures = i.numerator, i.denominator
        is_rejected = tuple((measure, org, period) in self.rejected for measure in measures)
        is_counted = (counted or any(is_rejected)) and i.start <= last <= i.end
        if not is_counted and not report and (indicator, version, org, period) not in self.aims:
            return None
        about = [measure and self.measures[measure] for measure in measures]
        found = counted, self.served(count, i.denominator, org, period)
        above, below = counts = [c or Count("none", None, period) for c in found]
        inputs = Inputs(
            kind=i.kind,
            has_measures=all(measures),
            numerator=above.value,
            denominator=below.value,
            units=tuple(m and m.unit for m in about),
            status=tuple(c.status for c in counts),
            otherwise=any(c.otherwise for c in counts),
            missing=tuple(c.missing for c in counts),
            missing_months=tuple(c.missing_months for c in counts),
            is_reference_population=bool(about[1] and about[1].carried),
            is_older=days_of(below.period)[1] < days_of(period)[1],
            is_of_other_days=all(m and m.is_flow for m in about) and above.days != below.days,
            is_after_break=bool(self.before(org)) and first <= self.orgs[org].start <= last,
            is_offered=tuple(self.is_offered(count, measure, org, period) for measure in measures),
            is_rejected=is_rejected,
            reported=report and report.value,
            reported_status=report and report.status,
            is_said_estimated=bool(report) and report.status == "E",
            is_not_assessed=bool(report) and report.status == "L",
        )
        reason, value_status, obs_status, value, otherwise = decide(inputs)
        missing = "; ".join(dict.fromkeys(text for text in inputs.missing if text)) or None
        if not missing and None in (above.value, below.value) and self.orgs[org].level == "group":
            missing = self.orgs[org].name  # nobody of it has spoken
        months = tuple(sorted({*above.missing_months, *below.missing_months})) or None
        served = None if below.value is None else below.period
        said = value_status, obs_status, reason, missing, months, served, otherwise
        return Value(above.value, below.value, value, inputs.reported, *said, above.behind, below.behind)

    def is_offered(self, count, measure: str | None, org: str, period: str) -> bool:
        offers = [m.measure for m in self.world.measures if measure and m.offered_for == measure]
        return any(c and c.value is not None for c in (count(offer, org, period) for offer in offers))

    def before(self, org: str) -> list[str]:
        return [change.before for change in self.world.changes if change.after == org]

    def shares(self, whole: Fraction, org: str) -> dict[str, Fraction]:
        """A count of an organisation, shared step by step over those that it became."""
        weights = {change.after: change.weight for change in self.world.changes if change.before == org}
        if not weights:
            return {org: whole}
        told = Counter()
        for after, share in apportion(whole, weights).items():
            told.update(self.shares(share, after))
        return told

    def were(self, org: str, period: str) -> list[Org]:
        """Who led to an organisation when a period ended."""
        there = [o for o in self.world.orgs if o.exists(period) and org in self.shares(Fraction(1), o.key)]
        return sorted(there, key=lambda o: (o.code, o.name))

    def value_now(self, indicator: str, version: int, org: str, period: str) -> Value | None:
        """As `value`, for an organisation of today; older counts re-expressed, and divided again."""
        locator = self.orgs[org].parent if self.orgs[org].level == "group" else org
        is_gone = any(change.before == locator for change in self.world.changes)
        return None if is_gone else self.value(indicator, version, org, period, self.count_now)

    def scores(self) -> dict[tuple[str, str, str], Score]:
        """By target, organisation and period: the year, and what there is of its quarters and months."""
        told = {}
        for t, org in itertools.product(self.targets, self.world.orgs):
            year = str(t.year)
            for period in (year, *parts_of(year, "quarter"), *parts_of(year, "month")):
                value = self.value(t.indicator, t.version, org.key, period)
                is_whole = org.key == t.org and (value or period == year)
                is_held = org.key == t.org or org.level == t.level
                if is_whole or (is_held and value and value.value is not None):
                    told[t.target, org.key, period] = self.score(t, org.key, period, value)
        return told

    def score(self, t: Target, org: str, period: str, now: Value) -> Score:
        def known(indicator: str, version: int, who: str, when: str) -> Value | None:
            value = self.value(indicator, version, who, when)
            return value if value and value.value is not None else None

        year, _, end = months_of(period)
        length = {"year": 12, "quarter": 3, "month": 1}[kind_of(period)]
        before = period_of(kind_of(period), *((year, end - length) if end > length else (year - 1, 12)))
        previous = known(t.indicator, t.version, org, before)
        base = known(t.indicator, t.version, org, str(t.year - 1))
        if previous:
            comparable = not (now.otherwise or previous.otherwise)
        else:
            others = [(t.indicator, t.version, who) for who in self.before(org)]
            others += [(*t.nearest, org)] if t.nearest else []
            comparable = False if any(known(*other, before) for other in others) else None
        reached = met(t.operator, now.value, t.value)
        is_year = kind_of(period) == "year"
        earlier = previous.value if comparable else None
        change = now.value - earlier if earlier is not None and now.value is not None else None
        start = base.value if base and not (now.otherwise or base.otherwise) else None
        on_track, growth = None, None
        if (
            start is not None and now.value is not None and t.operator != "="
        ):  # it says in no direction to grow
            sign = -1 if "<" in t.operator else 1
            growth, required = sign * (now.value - start), sign * (t.value - start)
            unknown = len(now.missing_periods or ()) * (now.value_status == "computed")
            if required > 0 and unknown < end:
                on_track = half_up(growth * 12 / (required * (end - unknown)))
        gap = now.value - t.value if now.value is not None else None
        as_reported = met(t.operator, now.reported_value, t.value)
        verdicts = (reached if is_year else None), (as_reported if is_year else None), reached
        way = progress(reached, is_year, growth, on_track)
        numbers = gap, earlier, change, start, on_track
        return Score(now.value, now.reported_value, *verdicts, *numbers, way, comparable)


def progress(
    reached: bool | None, is_year: bool, growth: Fraction | None, on_track: Fraction | None
) -> str | None:
    if reached or growth is None:
        return ("achieved" if is_year else "on_track") if reached else None
    if growth < 0:
        return "deterioration"
    if on_track is None or on_track < Fraction("0.60"):
        return "limited"
    return "on_track" if on_track >= Fraction("0.95") else "acceleration_needed"


def added(basis: str, source: Source, period: str, counts: list[Count]) -> Count:
    total = sum((count.value for count in counts), Fraction(0))
    behind = frozenset().union(*(count.behind for count in counts))
    status, otherwise = worst(count.status for count in counts), any(count.otherwise for count in counts)
    start, end = min(count.start for count in counts), max(count.end for count in counts)
    months = tuple(sorted({month for count in counts for month in count.missing_months}))
    return Count(basis, source, period, total, behind, status, otherwise, start, end, None, months)
