"""Rules about indicators and the targets set for them."""

from collections import defaultdict
from itertools import combinations

from ingest.registry.lint.entries import Found
from ingest.registry.models import Indicator, Registry, repeated
from ingest.wording import match_key


def ratios(r: Registry) -> list[Indicator]:
    return [i for i in r.indicators if i.kind == "ratio"]


def unit_of(r: Registry, measure: str | None) -> str | None:
    return next((m.unit for m in r.measures if m.id == measure), None)


def overlap(one, other) -> bool:
    """Whether two entries with valid_from and valid_to share a day; an open end reaches for ever."""
    starts_in_time = not one.valid_from or not other.valid_to or one.valid_from <= other.valid_to
    return starts_in_time and (not other.valid_from or not one.valid_to or other.valid_from <= one.valid_to)


def version_gap(r: Registry) -> Found:
    versions = defaultdict(set)
    for i in r.indicators:
        versions[i.id].add(i.version)
    for name, found in versions.items():
        if found != set(range(1, len(found) + 1)):
            yield f"indicators.yml: {name}", f"versions must run 1, 2, … without a gap, not {sorted(found)}"


def definition_repeated(r: Registry) -> Found:
    for one, other in combinations(ratios(r), 2):
        is_same = one.id == other.id and all(one.inputs) and one.inputs == other.inputs
        if is_same and overlap(one, other):
            message = f"divides the same as version {one.version}, at the same time; remove one of them"
            yield other.locator, message


def code_given_twice(r: Registry) -> Found:
    for code, times in repeated(i.code for i in r.indicators if i.code):
        yield f"indicators.yml: {code}", f"{times} definitions have this code; one row has one definition"


def report_order_gap(r: Registry) -> Found:
    found = sorted(i.report_order for i in r.indicators if i.report_order)
    if found != list(range(1, len(found) + 1)):
        wrong = next(n for n, order in enumerate(found, start=1) if n != order)
        yield (
            "indicators.yml",
            f"report_order must run 1, 2, … once each; {wrong} is missing or another stands twice",
        )


def unused_pillar(r: Registry) -> Found:
    for pillar in r.pillars.keys() - {i.pillar for i in r.indicators}:
        yield f"indicators.yml: pillars, {pillar}", "no indicator belongs to it; remove it"


def share_of_persons_from_accounts(r: Registry) -> Found:
    for i in ratios(r):
        if i.is_share and unit_of(r, i.numerator) == "accounts" and unit_of(r, i.denominator) == "persons":
            yield i.locator, "a person may hold several accounts; count persons, or say is_share: false"


def share_of_another_unit(r: Registry) -> Found:
    for i in ratios(r):
        for inputs in (i.inputs, i.inputs_by_wording):
            part, whole = (unit_of(r, measure) for measure in inputs)
            if i.is_share and part and whole and part != whole:
                message = f"{part} are no part of {whole}; correct the measures, or say is_share: false"
                yield i.locator, f"{' / '.join(map(str, inputs))}: {message}"


def wording_of_two_indicators(r: Registry) -> Found:
    claimed: dict[str, Indicator] = {}
    for i in r.indicators:
        for words in [i.name.vi, *i.wordings] if i.version == 1 else i.wordings:
            first = claimed.setdefault(match_key(words), i)
            if (first.id, first.version) != (i.id, i.version):
                yield (
                    i.locator,
                    f"the wording {words!r} belongs to {first.id} version {first.version} already",
                )


def target_of_a_level_that_nobody_sums(r: Registry) -> Found:
    groups = {o.members_level for o in r.organisations}
    reported = {m.id: m.reported_by for m in r.measures}
    inputs = {(i.id, i.version): i.inputs for i in r.indicators}
    for t in r.targets:
        if t.org_level == "province":
            continue
        if t.org_level not in groups:
            yield t.locator, f"is for every {t.org_level}; give organisations.csv the group of them"
        for measure in inputs.get((t.indicator, t.version), ()):
            if measure and t.org_level not in reported.get(measure, []):
                yield (
                    t.locator,
                    f"is for every {t.org_level}, which is not in reported_by of {measure}; add it",
                )


def target_wording_given_twice(r: Registry) -> Found:
    claimed: dict[str, str] = {}
    for t in r.targets:
        first = claimed.setdefault(match_key(t.wording), t.target_no)
        if first != t.target_no:
            yield t.locator, f"has the wording of {first}; a plan could not tell them apart"
