"""Rules about indicators and the targets set for them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from ingest.registry.models import Indicator, Registry
from ingest.wording import match_key

Found = Iterator[tuple[str, str]]


def ratios(r: Registry) -> list[Indicator]:
    return [i for i in r.indicators if i.kind == "ratio"]


def unit_of(r: Registry, measure: str | None) -> str | None:
    return next((m.unit for m in r.measures if m.id == measure), None)


def overlap(one, other) -> bool:
    """Whether two entries with valid_from and valid_to share a day; an open end reaches for ever."""
    starts_in_time = not one.valid_from or not other.valid_to or one.valid_from <= other.valid_to
    return starts_in_time and (not other.valid_from or not one.valid_to or other.valid_from <= one.valid_to)


def indicator_id_out_of_shape(r: Registry) -> Found:
    for i in r.indicators:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", i.id):
            yield i.place, "the id must be English snake_case, such as eid_accounts"


def indicator_without_name(r: Registry) -> Found:
    for i in r.indicators:
        if not (i.name.vi and i.name.en):
            yield i.place, "name the indicator in vi and in en"


def definition_given_twice(r: Registry) -> Found:
    for (name, version), times in Counter((i.id, i.version) for i in r.indicators).items():
        if times > 1:
            yield (
                f"indicators.yml: {name}",
                f"version {version} stands here {times} times; give each its own number",
            )


def version_gap(r: Registry) -> Found:
    versions = defaultdict(set)
    for i in r.indicators:
        versions[i.id].add(i.version)
    for name, found in versions.items():
        if found != set(range(1, len(found) + 1)):
            yield f"indicators.yml: {name}", f"versions must run 1, 2, … without a gap, not {sorted(found)}"


def definition_repeated(r: Registry) -> Found:
    for one, other in combinations(ratios(r), 2):
        parts = (one.numerator, one.denominator)
        if (
            one.id == other.id
            and all(parts)
            and parts == (other.numerator, other.denominator)
            and overlap(one, other)
        ):
            yield (
                other.place,
                f"divides the same as version {one.version}, at the same time; remove one of them",
            )


def code_out_of_shape(r: Registry) -> Found:
    for i in r.indicators:
        if i.code and not re.fullmatch(r"PL\d{2}\.[IVX]+\.[1-9]\d*", i.code):
            yield i.place, f"the code {i.code!r} must be appendix, section and number, such as PL01.IV.3"


def code_given_twice(r: Registry) -> Found:
    for code, times in Counter(i.code for i in r.indicators if i.code).items():
        if times > 1:
            yield f"indicators.yml: {code}", f"{times} definitions have this code; one row has one definition"


def code_without_order(r: Registry) -> Found:
    for i in r.indicators:
        if bool(i.code) != bool(i.report_order):
            yield i.place, "code and report_order belong together; give both or neither"


def report_order_gap(r: Registry) -> Found:
    found = sorted(i.report_order for i in r.indicators if i.report_order)
    if found != list(range(1, len(found) + 1)):
        wrong = next(n for n, order in enumerate(found, start=1) if n != order)
        yield (
            "indicators.yml",
            f"report_order must run 1, 2, … once each; {wrong} is missing or another stands twice",
        )


def unknown_pillar(r: Registry) -> Found:
    for i in r.indicators:
        if i.pillar not in r.pillars:
            yield i.place, f"the pillar {i.pillar!r} is not among pillars; correct it or add it there"


def unused_pillar(r: Registry) -> Found:
    for pillar in r.pillars.keys() - {i.pillar for i in r.indicators}:
        yield f"indicators.yml: pillars, {pillar}", "no indicator belongs to it; remove it"


def pillar_without_name(r: Registry) -> Found:
    for pillar, name in r.pillars.items():
        if not (name.vi and name.en):
            yield f"indicators.yml: pillars, {pillar}", "name the pillar in vi and in en"


def indicator_without_unit(r: Registry) -> Found:
    for i in r.indicators:
        if not i.unit:
            yield i.place, "say its unit: percent, or status for a milestone"


def unit_of_another_kind(r: Registry) -> Found:
    for i in r.indicators:
        right = "percent" if i.kind == "ratio" else "status"
        if i.unit and i.unit != right:
            yield i.place, f"a {i.kind} is stated in {right}, not in {i.unit}"


def milestone_with_arithmetic(r: Registry) -> Found:
    for i in r.indicators:
        by_wording = (i.numerator_by_wording, i.denominator_by_wording)
        numbers = (i.numerator, i.denominator, *by_wording, i.bounds, i.max_step, i.is_share)
        if i.kind != "ratio" and any(part is not None for part in numbers):
            yield i.place, f"a {i.kind} is not calculated; remove its inputs, bounds, max_step and is_share"


def ratio_without_inputs(r: Registry) -> Found:
    for i in ratios(r):
        if not (i.numerator and i.denominator) and not i.definition_absent:
            yield i.place, "name numerator and denominator, or say in definition_absent why there are none"


def absent_definition_with_inputs(r: Registry) -> Found:
    for i in ratios(r):
        if i.definition_absent and (i.numerator or i.denominator):
            yield i.place, "has inputs although definition_absent says that there is no definition; keep one"


def unknown_measure(r: Registry) -> Found:
    known = {m.id for m in r.measures}
    for i in r.indicators:
        for key in ("numerator", "denominator", "numerator_by_wording", "denominator_by_wording"):
            if (measure := getattr(i, key)) and measure not in known:
                yield i.place, f"{key}: {measure!r} is not in measures.yml; correct it or add it there"


def numerator_is_denominator(r: Registry) -> Found:
    for i in ratios(r):
        if i.numerator and i.numerator == i.denominator:
            yield i.place, f"divides {i.numerator} by itself; one of the two is wrong"


def wording_asks_for_the_same(r: Registry) -> Found:
    for i in ratios(r):
        by_wording = (i.numerator_by_wording, i.denominator_by_wording)
        if all(by_wording) and by_wording == (i.numerator, i.denominator):
            yield i.place, "its wording asks for the inputs that it has; remove both keys by_wording"


def half_a_wording(r: Registry) -> Found:
    for i in ratios(r):
        if bool(i.numerator_by_wording) != bool(i.denominator_by_wording):
            yield i.place, "say both numerator_by_wording and denominator_by_wording, also where one is used"


def share_not_decided(r: Registry) -> Found:
    for i in ratios(r):
        if i.is_share is None:
            yield i.place, "say in is_share whether the numerator is part of the denominator"


def share_of_persons_from_accounts(r: Registry) -> Found:
    for i in ratios(r):
        if i.is_share and unit_of(r, i.numerator) == "accounts" and unit_of(r, i.denominator) == "persons":
            yield i.place, "a person may hold several accounts; count persons, or say is_share: false"


def share_of_another_unit(r: Registry) -> Found:
    for i in ratios(r):
        units = unit_of(r, i.numerator), unit_of(r, i.denominator)
        if i.is_share and all(units) and units[0] != units[1]:
            yield (
                i.place,
                f"{units[0]} are no part of {units[1]}; correct the measures, or say is_share: false",
            )


def wording_denominator_of_another_unit(r: Registry) -> Found:
    for i in ratios(r):
        units = unit_of(r, i.numerator_by_wording), unit_of(r, i.denominator_by_wording)
        if i.is_share and all(units) and units[0] != units[1]:
            yield (
                i.place,
                f"by its wording the numerator counts {units[0]}, the denominator {units[1]}; correct one",
            )


def ratio_without_bounds(r: Registry) -> Found:
    for i in ratios(r):
        if not i.bounds:
            yield i.place, "give bounds with lower, upper and the reason for them"


def bounds_without_reason(r: Registry) -> Found:
    for i in r.indicators:
        if i.bounds and not i.bounds.reason:
            yield i.place, "say in bounds, reason, why a value outside must be wrong"


def bounds_upside_down(r: Registry) -> Found:
    for i in r.indicators:
        if i.bounds and i.bounds.lower >= i.bounds.upper:
            yield i.place, f"the lower bound {i.bounds.lower} is not below the upper bound {i.bounds.upper}"


def share_above_the_whole(r: Registry) -> Found:
    for i in r.indicators:
        if i.is_share and i.bounds and i.bounds.upper > 100:
            yield i.place, f"a share cannot reach {i.bounds.upper} %; lower the bound, or say is_share: false"


def negative_percentage(r: Registry) -> Found:
    for i in r.indicators:
        if i.unit == "percent" and i.bounds and i.bounds.lower < 0:
            yield i.place, f"counts divide to no {i.bounds.lower} %; the lower bound is at least 0"


def bounds_in_fractions(r: Registry) -> Found:
    for i in r.indicators:
        if i.unit == "percent" and i.bounds and Decimal(0) < i.bounds.upper <= 1:
            yield i.place, f"the upper bound {i.bounds.upper} is a fraction; write it in percent"


def ratio_without_max_step(r: Registry) -> Found:
    for i in ratios(r):
        if i.max_step is None:
            yield (
                i.place,
                "give max_step, the largest plausible change between neighbouring periods, in points",
            )


def max_step_not_positive(r: Registry) -> Found:
    for i in r.indicators:
        if i.max_step is not None and i.max_step <= 0:
            yield (
                i.place,
                f"max_step {i.max_step} would forbid every change; give a positive number of points",
            )


def max_step_beyond_bounds(r: Registry) -> Found:
    for i in r.indicators:
        if i.max_step is not None and i.bounds and i.max_step > i.bounds.upper - i.bounds.lower > 0:
            yield i.place, f"max_step {i.max_step} is wider than the bounds and can never be exceeded"


def ratio_without_direction(r: Registry) -> Found:
    for i in ratios(r):
        if i.higher_is_better is None:
            yield i.place, "say in higher_is_better which way is progress"


def indicator_without_basis(r: Registry) -> Found:
    for i in r.indicators:
        if not i.basis:
            yield i.place, "say in basis how well the definition is known; wording if nothing else is"


def official_text_without_citation(r: Registry) -> Found:
    for i in r.indicators:
        if i.basis == "official_text" and not i.citation:
            yield i.place, "a definition that was read needs its citation; otherwise its basis is wording"


def indicator_without_supplier(r: Registry) -> Found:
    for i in r.indicators:
        if not i.supplier:
            yield i.place, "name the supplier; with supplier_inferred: true if nobody has said so"


def unknown_supplier(r: Registry) -> Found:
    known = {o.org_id for o in r.organisations}
    for i in r.indicators:
        if i.supplier and i.supplier not in known:
            yield i.place, f"the supplier {i.supplier!r} is no org_id of organisations.csv"


def definition_ends_before_it_begins(r: Registry) -> Found:
    for i in r.indicators:
        if i.valid_from and i.valid_to and i.valid_to < i.valid_from:
            yield i.place, f"valid_to {i.valid_to} is before valid_from {i.valid_from}"


def wording_of_two_indicators(r: Registry) -> Found:
    claimed: dict[str, Indicator] = {}
    for i in r.indicators:
        for words in [i.name.vi, *i.wordings] if i.version == 1 and i.name.vi else i.wordings:
            first = claimed.setdefault(match_key(words), i)
            if (first.id, first.version) != (i.id, i.version):
                yield i.place, f"the wording {words!r} belongs to {first.id} version {first.version} already"


def wording_given_twice(r: Registry) -> Found:
    for i in r.indicators:
        for said in ([i.name.vi or "", *i.wordings], i.caveats):
            for key, times in Counter(map(match_key, said)).items():
                if times > 1:
                    yield i.place, f"the wording {key!r} stands here {times} times; its name counts as one"


def wording_without_words(r: Registry) -> Found:
    for i in r.indicators:
        for words in [*i.wordings, *i.caveats]:
            if len(match_key(words).split()) < 3:
                yield (
                    i.place,
                    f"the wording {words!r} would be found in any sentence; give at least three words",
                )


def target_number_out_of_shape(r: Registry) -> Found:
    for t in r.targets:
        if not re.fullmatch(r"[IVX]+\.\d+\.\d+[a-z]?", t.target_no):
            yield t.place, "the number must be part, section and bullet, such as II.2.7a"


def target_given_twice(r: Registry) -> Found:
    for number, times in Counter(t.target_no for t in r.targets).items():
        if times > 1:
            yield f"targets.yml: {number}", f"stands here {times} times; number each target once"


def target_without_indicator(r: Registry) -> Found:
    known = {(i.id, i.version) for i in r.indicators}
    for t in r.targets:
        if (t.indicator, t.version) not in known:
            yield (
                t.place,
                f"{t.indicator} version {t.version} is not in indicators.yml; define what is aimed at",
            )


def target_of_a_level_that_nobody_sums(r: Registry) -> Found:
    groups = {o.members_level for o in r.organisations}
    reported = {m.id: m.reported_by for m in r.measures}
    inputs = {(i.id, i.version): (i.numerator, i.denominator) for i in r.indicators}
    for t in r.targets:
        if t.org_level == "province":
            continue
        if t.org_level not in groups:
            yield t.place, f"is for every {t.org_level}; give organisations.csv the group of them"
        for measure in inputs.get((t.indicator, t.version), ()):
            if measure and t.org_level not in reported.get(measure, []):
                yield t.place, f"is for every {t.org_level}, which is not in reported_by of {measure}; add it"


def target_wording_given_twice(r: Registry) -> Found:
    claimed: dict[str, str] = {}
    for t in r.targets:
        first = claimed.setdefault(match_key(t.wording), t.target_no)
        if first != t.target_no:
            yield t.place, f"has the wording of {first}; a plan could not tell them apart"


def unknown_nearest_indicator(r: Registry) -> Found:
    known = {(i.id, i.version) for i in r.indicators}
    for t in r.targets:
        if t.nearest and (t.nearest.indicator, t.nearest.version) not in known:
            yield (
                t.place,
                f"nearest: {t.nearest.indicator} version {t.nearest.version} is not in indicators.yml",
            )


def nearest_is_the_target_itself(r: Registry) -> Found:
    for t in r.targets:
        if t.nearest and (t.nearest.indicator, t.nearest.version) == (t.indicator, t.version):
            yield t.place, "the nearest definition is the target's own; remove nearest and differs"


def difference_not_explained(r: Registry) -> Found:
    for t in r.targets:
        if t.nearest and not (t.differs and t.differs.vi and t.differs.en):
            yield t.place, "say in differs, in vi and en, why the nearest indicator is not the same"


def difference_from_nothing(r: Registry) -> Found:
    for t in r.targets:
        if t.differs and not t.nearest:
            yield t.place, "differs explains a difference from nearest, which is not given"


RULES = (
    indicator_id_out_of_shape,
    indicator_without_name,
    definition_given_twice,
    version_gap,
    definition_repeated,
    code_out_of_shape,
    code_given_twice,
    code_without_order,
    report_order_gap,
    unknown_pillar,
    unused_pillar,
    pillar_without_name,
    indicator_without_unit,
    unit_of_another_kind,
    milestone_with_arithmetic,
    ratio_without_inputs,
    absent_definition_with_inputs,
    unknown_measure,
    numerator_is_denominator,
    wording_asks_for_the_same,
    half_a_wording,
    share_not_decided,
    share_of_persons_from_accounts,
    share_of_another_unit,
    wording_denominator_of_another_unit,
    ratio_without_bounds,
    bounds_without_reason,
    bounds_upside_down,
    share_above_the_whole,
    negative_percentage,
    bounds_in_fractions,
    ratio_without_max_step,
    max_step_not_positive,
    max_step_beyond_bounds,
    ratio_without_direction,
    indicator_without_basis,
    official_text_without_citation,
    indicator_without_supplier,
    unknown_supplier,
    definition_ends_before_it_begins,
    wording_of_two_indicators,
    wording_given_twice,
    wording_without_words,
    target_number_out_of_shape,
    target_given_twice,
    target_without_indicator,
    target_of_a_level_that_nobody_sums,
    target_wording_given_twice,
    unknown_nearest_indicator,
    nearest_is_the_target_itself,
    difference_not_explained,
    difference_from_nothing,
)
