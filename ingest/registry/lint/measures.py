"""Rules about measures, what must hold between them, the sources that give them, and their known errors."""

from ingest.registry.lint.entries import Found
from ingest.registry.models import Correction, Registry, repeated
from ingest.wording import match_key


def used_by_indicators(r: Registry) -> set[str]:
    return {measure for i in r.indicators for measure in (*i.inputs, *i.inputs_by_wording) if measure}


def unused_measure(r: Registry) -> Found:
    used = used_by_indicators(r)
    for m in r.measures:
        if m.id not in used and not m.offered_for and not m.kept_for:
            yield m.locator, "no indicator uses it; remove it, or say in kept_for why it is kept"


def kept_for_no_need(r: Registry) -> Found:
    used = used_by_indicators(r)
    for m in r.measures:
        if m.kept_for and m.id in used:
            yield m.locator, "an indicator uses it, so kept_for is out of date; remove that key"


def measure_named_as_an_indicator(r: Registry) -> Found:
    for name in {m.id for m in r.measures} & {i.id for i in r.indicators}:
        message = "an indicator has this id; a published figure could not say which it is"
        yield f"measures.yml: {name}", message


def offered_for_its_own_unit(r: Registry) -> Found:
    units = {m.id: m.unit for m in r.measures}
    for m in r.measures:
        if m.offered_for and units.get(m.offered_for) == m.unit:
            yield m.locator, f"both count {m.unit}; offered_for is for a number of another unit"


def accounts_divided_by_persons(r: Registry) -> Found:
    known = {m.id: m for m in r.measures}
    for i in r.indicators:
        inputs = [known[measure] for measure in i.inputs if measure in known]
        is_of_several = any(m.one_per_person and m.one_per_person.holds is False for m in inputs)
        if {m.unit for m in inputs} == {"accounts", "persons"} and is_of_several:
            yield (
                i.locator,
                "a person may hold several of these accounts, so it can never be computed; count persons",
            )


def fed_by_no_source(r: Registry) -> Found:
    """What only published figures can state is stated by chance."""
    templates = {s.id for s in r.sources if s.has_template}
    fed = {m.id for m in r.measures if m.fields or m.source in templates}
    known = {m.id for m in r.measures}
    for i in r.indicators:
        for measure in i.inputs:
            if measure in known and measure not in fed:
                yield (
                    i.locator,
                    f"no source can state {measure}; give it a field of its source, or source: unit_reports",
                )


def sum_of_nobody_known(r: Registry) -> Found:
    summed = {s.id for s in r.sources if s.reporting_level == "district"}
    for m in r.measures:
        if m.over_orgs == "sum" and not m.reported_by and summed & {m.source, *m.fields}:
            yield (
                m.locator,
                "adds up; say in reported_by whose counts make the whole, such as [agency, district]",
            )


def share_that_adds_up_unevenly(r: Registry) -> Found:
    rule = {m.id: (m.over_time, m.over_orgs) for m in r.measures}
    for i in r.indicators:
        rules = {rule[measure] for measure in i.inputs if measure in rule}
        if i.is_share and len(rules) > 1:
            yield (
                i.locator,
                f"{i.numerator} and {i.denominator} add up by different rules; a part must follow its whole",
            )


def field_of_two_measures(r: Registry) -> Found:
    claimed: dict[tuple[str, str], str] = {}
    for m in r.measures:
        for source, fields in m.fields.items():
            for field in fields:
                first = claimed.setdefault((source, field), m.id)
                if first != m.id:
                    yield m.locator, f"the field {field} of {source} is {first} already"


def wording_of_two_measures(r: Registry) -> Found:
    claimed: dict[str, str] = {}
    for m in r.measures:
        for words in m.wordings:
            first = claimed.setdefault(match_key(words), m.id)
            if first != m.id:
                yield m.locator, f"the wording {words!r} belongs to {first} already"


def precedence_given_twice(r: Registry) -> Found:
    for precedence, _ in repeated(s.precedence for s in r.sources):
        names = ", ".join(s.id for s in r.sources if s.precedence == precedence)
        message = f"share the precedence {precedence}; which of them wins must be decided"
        yield f"sources.yml: {names}", message


def correction_of_a_number_corrected_already(r: Registry) -> Found:
    seen: dict[tuple, list[Correction]] = {}
    for c in r.corrections:
        others = seen.setdefault((c.source, c.measure, c.org, c.period, c.published), [])
        for first in others:
            if not (c.reporter and first.reporter) or c.reporter == first.reporter:
                yield c.locator, f"corrects the same number as {first.correction_id}; keep one of them"
        others.append(c)


def sum_of_several_units(r: Registry) -> Found:
    units = {m.id: m.unit for m in r.measures}
    for i in r.invariants:
        for side in (i.parts, i.wholes):
            if len(found := sorted({units[m] for m in side if m in units})) > 1:
                yield i.locator, f"{' and '.join(found)} cannot be added; keep one unit on a side"
