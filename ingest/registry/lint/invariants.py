"""Rules about what must hold between measures."""

import re
from collections import Counter
from collections.abc import Iterator

from ingest.registry.models import Registry

Found = Iterator[tuple[str, str]]


def invariant_id_out_of_shape(r: Registry) -> Found:
    for i in r.invariants:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", i.id):
            yield i.place, "the id must be English snake_case, such as level_2_among_activated"


def invariant_given_twice(r: Registry) -> Found:
    for name, times in Counter(i.id for i in r.invariants).items():
        if times > 1:
            yield f"invariants.yml: {name}", f"stands here {times} times; keep one"


def invariant_of_unknown_measure(r: Registry) -> Found:
    known = {m.id for m in r.measures}
    for i in r.invariants:
        for measure in (*i.parts, *i.wholes):
            if measure not in known:
                yield i.place, f"{measure!r} is not in measures.yml"


def invariant_with_an_empty_side(r: Registry) -> Found:
    for i in r.invariants:
        if not (i.parts and i.wholes):
            yield i.place, "name at least one measure in parts and one in wholes"


def invariant_that_repeats_a_measure(r: Registry) -> Found:
    for i in r.invariants:
        for measure, times in Counter((*i.parts, *i.wholes)).items():
            if times > 1:
                yield i.place, f"{measure} stands in it {times} times; each measure counts once"


def sum_of_several_units(r: Registry) -> Found:
    units = {m.id: m.unit for m in r.measures}
    for i in r.invariants:
        for side in (i.parts, i.wholes):
            if len(found := sorted({units[m] for m in side if units.get(m)})) > 1:
                yield i.place, f"{' and '.join(found)} cannot be added; keep one unit on a side"


def invariant_without_reason(r: Registry) -> Found:
    for i in r.invariants:
        if not i.reason:
            yield i.place, "say in reason why it must hold"


RULES = (
    invariant_id_out_of_shape,
    invariant_given_twice,
    invariant_of_unknown_measure,
    invariant_with_an_empty_side,
    invariant_that_repeats_a_measure,
    sum_of_several_units,
    invariant_without_reason,
)
