"""Rules about measures, the sources that give them, and known errors of those sources."""

import re
from collections import Counter
from collections.abc import Iterator

from ingest.registry.models import Correction, Registry
from ingest.wording import match_key

Found = Iterator[tuple[str, str]]

UNITS = {
    "persons",
    "accounts",
    "procedures",
    "dossiers",
    "transactions",
    "subscriptions",
    "households",
    "systems",
    "units",
    "sites",
    "enterprises",
    "taxpayers",
    "facilities",
    "inspections",
    "documents",
    "dong",
    "points",
}
FLOWS = {"transactions", "inspections", "documents", "dong"}  # happen in a period and add up over time


def used_by_indicators(r: Registry) -> set[str]:
    inputs = [
        (i.numerator, i.denominator, i.numerator_by_wording, i.denominator_by_wording) for i in r.indicators
    ]
    return {measure for parts in inputs for measure in parts if measure}


def measure_id_out_of_shape(r: Registry) -> Found:
    for m in r.measures:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", m.id):
            yield m.place, "the id must be English snake_case, such as dossiers_online"


def measure_without_name(r: Registry) -> Found:
    for m in r.measures:
        if not (m.name.vi and m.name.en):
            yield m.place, "name the measure in vi and in en"


def measure_without_unit(r: Registry) -> Found:
    for m in r.measures:
        if not m.unit:
            yield m.place, f"say what is counted: one of {', '.join(sorted(UNITS))}"


def unknown_unit(r: Registry) -> Found:
    for m in r.measures:
        if m.unit and m.unit not in UNITS:
            yield m.place, f"the unit {m.unit!r} is none of {', '.join(sorted(UNITS))}"


def unused_measure(r: Registry) -> Found:
    used = used_by_indicators(r)
    for m in r.measures:
        if m.id not in used and not m.offered_for and not m.kept_for:
            yield m.place, "no indicator uses it; remove it, or say in kept_for why it is kept"


def kept_for_no_need(r: Registry) -> Found:
    used = used_by_indicators(r)
    for m in r.measures:
        if m.kept_for and m.id in used:
            yield m.place, "an indicator uses it, so kept_for is out of date; remove that key"


def measure_named_as_an_indicator(r: Registry) -> Found:
    for name in {m.id for m in r.measures} & {i.id for i in r.indicators}:
        yield (
            f"measures.yml: {name}",
            "an indicator has this id; a published figure could not say which it is",
        )


def offered_for_unknown_measure(r: Registry) -> Found:
    known = {m.id for m in r.measures}
    for m in r.measures:
        if m.offered_for and m.offered_for not in known:
            yield m.place, f"offered_for: {m.offered_for!r} is not in measures.yml"


def flow_carried_forward(r: Registry) -> Found:
    for m in r.measures:
        if m.carried_forward and m.over_time == "sum":
            yield (
                m.place,
                "carried_forward: only a stock still stands after its day; remove it, or over_time: last",
            )


def offered_for_its_own_unit(r: Registry) -> Found:
    units = {m.id: m.unit for m in r.measures}
    for m in r.measures:
        if m.offered_for and m.unit and units.get(m.offered_for) == m.unit:
            yield (
                m.place,
                f"both count {m.unit}; offered_for is for a number of another unit",
            )


def accounts_of_whom(r: Registry) -> Found:
    for m in r.measures:
        if m.unit == "accounts" and not m.one_per_person:
            yield (
                m.place,
                "say in one_per_person whether an account stands for a person: true, false or unknown",
            )


def one_per_person_of_no_person(r: Registry) -> Found:
    for m in r.measures:
        if m.one_per_person and m.unit not in ("accounts", "persons"):
            yield m.place, f"one_per_person is about accounts and persons, not {m.unit}; remove it"


def one_per_person_without_basis(r: Registry) -> Found:
    for m in r.measures:
        if m.one_per_person and not (m.one_per_person.basis.vi and m.one_per_person.basis.en):
            yield m.place, "say in the basis of one_per_person, in vi and en, how that is known"


def accounts_divided_by_persons(r: Registry) -> Found:
    known = {m.id: m for m in r.measures}
    for i in r.indicators:
        top, bottom = known.get(i.numerator), known.get(i.denominator)
        if (top and bottom and {top.unit, bottom.unit} == {"accounts", "persons"}) and any(
            m.one_per_person and m.one_per_person.holds is False for m in (top, bottom)
        ):
            yield (
                i.place,
                "a person may hold several of these accounts, so it can never be computed; count persons",
            )


def fed_by_no_source(r: Registry) -> Found:
    """What only published figures can state is stated by chance."""
    templates = {s.id for s in r.sources if s.has_template}
    fed = {m.id for m in r.measures if m.fields or m.source in templates}
    known = {m.id for m in r.measures}
    for i in r.indicators:
        for measure in (i.numerator, i.denominator):
            if measure in known and measure not in fed:
                yield (
                    i.place,
                    f"no source can state {measure}; give it a field of its source, or source: unit_reports",
                )


def flow_kept_as_a_stock(r: Registry) -> Found:
    for m in r.measures:
        if m.unit in FLOWS and m.over_time != "sum":
            yield m.place, f"{m.unit} add up over time; say over_time: sum"


def sum_of_nobody_known(r: Registry) -> Found:
    summed = {s.id for s in r.sources if s.reporting_level == "district"}
    for m in r.measures:
        if m.over_orgs == "sum" and not m.reported_by and summed & {m.source, *m.fields}:
            yield (
                m.place,
                "adds up; say in reported_by whose counts make the whole, such as [agency, district]",
            )


def nothing_to_add_up(r: Registry) -> Found:
    for m in r.measures:
        if m.over_orgs == "none" and m.reported_by:
            yield m.place, "does not add up, so nobody reports a part of it; remove reported_by"


def points_added_up(r: Registry) -> Found:
    for m in r.measures:
        if m.unit == "points" and "sum" in (m.over_time, m.over_orgs):
            yield m.place, "scores do not add up; say over_time: last and over_orgs: none"


def score_without_most(r: Registry) -> Found:
    for m in r.measures:
        if m.unit == "points" and not m.most:
            yield m.place, "say in most how many points there can be"


def most_not_positive(r: Registry) -> Found:
    for m in r.measures:
        if m.most is not None and m.most <= 0:
            yield m.place, f"most: {m.most} leaves no number to be counted"


def share_that_adds_up_unevenly(r: Registry) -> Found:
    rule = {m.id: (m.over_time, m.over_orgs) for m in r.measures}
    for i in r.indicators:
        if (
            i.is_share
            and i.numerator in rule
            and i.denominator in rule
            and rule[i.numerator] != rule[i.denominator]
        ):
            yield (
                i.place,
                f"{i.numerator} and {i.denominator} add up by different rules; a part must follow its whole",
            )


def unknown_source(r: Registry) -> Found:
    known = {s.id for s in r.sources}
    for m in r.measures:
        for source in [m.source, *m.fields]:
            if source not in known:
                yield m.place, f"the source {source!r} is not in sources.yml"


def field_of_two_measures(r: Registry) -> Found:
    claimed: dict[tuple[str, str], str] = {}
    for m in r.measures:
        for source, fields in m.fields.items():
            for field in fields:
                first = claimed.setdefault((source, field), m.id)
                if first != m.id:
                    yield m.place, f"the field {field} of {source} is {first} already"


def wording_of_two_measures(r: Registry) -> Found:
    claimed: dict[str, str] = {}
    for m in r.measures:
        for words in m.wordings:
            first = claimed.setdefault(match_key(words), m.id)
            if first != m.id:
                yield m.place, f"the wording {words!r} belongs to {first} already"


def measure_wording_too_short(r: Registry) -> Found:
    for m in r.measures:
        for words in m.wordings:
            if len(match_key(words).split()) < 3:
                yield (
                    m.place,
                    f"the wording {words!r} would be found in any sentence; give at least three words",
                )


def source_without_name(r: Registry) -> Found:
    for s in r.sources:
        if not (s.name.vi and s.name.en):
            yield s.place, "name the source in vi and in en"


def source_id_out_of_shape(r: Registry) -> Found:
    for s in r.sources:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", s.id):
            yield s.place, "the id must be snake_case: it names the source's module and its landed folder"


def precedence_given_twice(r: Registry) -> Found:
    for precedence, times in Counter(s.precedence for s in r.sources).items():
        if times > 1:
            names = ", ".join(s.id for s in r.sources if s.precedence == precedence)
            yield (
                f"sources.yml: {names}",
                f"share the precedence {precedence}; which of them wins must be decided",
            )


def precedence_below_one(r: Registry) -> Found:
    for s in r.sources:
        if s.precedence < 1:
            yield s.place, f"the precedence {s.precedence} is before the first; 1 wins"


def correction_given_twice(r: Registry) -> Found:
    for name, times in Counter(c.correction_id for c in r.corrections).items():
        if times > 1:
            yield f"corrections.yml: {name}", f"stands here {times} times; give each correction its own id"


def correction_of_nothing_known(r: Registry) -> Found:
    known = {
        "source": {s.id for s in r.sources},
        "measure": {m.id for m in r.measures},
        "org": {o.org_id for o in r.organisations},
    }
    for c in r.corrections:
        for key, names in known.items():
            if getattr(c, key) not in names:
                yield c.place, f"the {key} {getattr(c, key)!r} is not in the registry"
        if c.reporter and c.reporter not in known["org"]:
            yield c.place, f"the reporter {c.reporter!r} is not in the registry"


def correction_of_no_period(r: Registry) -> Found:
    for c in r.corrections:
        if not re.fullmatch(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?", c.period):
            yield c.place, f"the period {c.period!r} is none; write 2024, 2024-Q1 or 2024-03"


def correction_of_a_number_corrected_already(r: Registry) -> Found:
    seen: dict[tuple, list[Correction]] = {}
    for c in r.corrections:
        others = seen.setdefault((c.source, c.measure, c.org, c.period, c.published), [])
        for first in others:
            if not (c.reporter and first.reporter) or c.reporter == first.reporter:
                yield c.place, f"corrects the same number as {first.correction_id}; keep one of them"
        others.append(c)


def correction_that_changes_nothing(r: Registry) -> Found:
    for c in r.corrections:
        if c.published == c.corrected:
            yield c.place, f"corrects {c.published} to itself; remove it or correct the number"


def correction_without_reason(r: Registry) -> Found:
    for c in r.corrections:
        if not c.reason:
            yield c.place, "say in reason why the published number is wrong"


def correction_without_evidence(r: Registry) -> Found:
    for c in r.corrections:
        if not c.evidence:
            yield c.place, "say in evidence where the right number can be read"


RULES = (
    measure_id_out_of_shape,
    measure_without_name,
    measure_without_unit,
    unknown_unit,
    unused_measure,
    kept_for_no_need,
    measure_named_as_an_indicator,
    flow_carried_forward,
    offered_for_unknown_measure,
    offered_for_its_own_unit,
    accounts_of_whom,
    one_per_person_of_no_person,
    one_per_person_without_basis,
    accounts_divided_by_persons,
    fed_by_no_source,
    flow_kept_as_a_stock,
    sum_of_nobody_known,
    nothing_to_add_up,
    points_added_up,
    score_without_most,
    most_not_positive,
    share_that_adds_up_unevenly,
    unknown_source,
    field_of_two_measures,
    wording_of_two_measures,
    measure_wording_too_short,
    source_without_name,
    source_id_out_of_shape,
    precedence_given_twice,
    precedence_below_one,
    correction_given_twice,
    correction_of_nothing_known,
    correction_of_no_period,
    correction_of_a_number_corrected_already,
    correction_that_changes_nothing,
    correction_without_reason,
    correction_without_evidence,
)
