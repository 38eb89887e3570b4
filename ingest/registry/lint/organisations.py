"""Rules about organisations in time, and the names under which they appear."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from ingest.registry.lint.definitions import overlap
from ingest.registry.lint.entries import Found
from ingest.registry.models import DIGITS, Registry
from ingest.wording import match_key

ABOVE = {
    "province": set(),
    "district": {"province"},
    "commune": {"district", "province"},
    "agency": {"province", "district", "commune", "agency"},
    "operator": {"operator"},
    "group": {"province"},
}


def org_valid_twice_at_once(r: Registry) -> Found:
    for one, other in combinations(r.organisations, 2):
        if one.org_id == other.org_id and overlap(one, other):
            yield other.locator, f"is valid at the same time as {one.org_key}; end one where the other begins"


def circle_of_parents(r: Registry) -> Found:
    parents = {o.org_key: o.parent_org_key for o in r.organisations}
    for key in parents:
        above, steps = parents[key], 0
        while above and above != key and steps <= len(parents):
            above, steps = parents.get(above), steps + 1
        if above == key:
            yield f"organisations.csv: {key}", "is above itself; follow its parents and cut the circle"


def parent_of_a_lower_level(r: Registry) -> Found:
    levels = {o.org_key: o.level for o in r.organisations}
    for o in r.organisations:
        above = levels.get(o.parent_org_key or "")
        if above and above not in ABOVE[o.level]:
            yield o.locator, f"a {o.level} does not belong to a {above}"


def valid_without_its_parent(r: Registry) -> Found:
    by_key = {o.org_key: o for o in r.organisations}
    for o in r.organisations:
        above = by_key.get(o.parent_org_key or "")
        if above and o.level in DIGITS and above.valid_to and (not o.valid_to or o.valid_to > above.valid_to):
            yield o.locator, f"its parent {above.org_key} ends on {above.valid_to}, so it must end by then"


def code_of_two_orgs_at_once(r: Registry) -> Found:
    for one, other in combinations(r.organisations, 2):
        same = (
            one.code and (one.level, one.code) == (other.level, other.code) and one.org_key != other.org_key
        )
        if same and overlap(one, other):
            yield other.locator, f"has the code {one.code} at the same time as {one.org_key}"


def communes_do_not_add_up(r: Registry) -> Found:
    begun = Counter((o.parent_org_key, o.valid_from) for o in r.organisations if o.level == "commune")
    named = {parent for parent, _ in begun}
    for o in r.organisations:
        if o.org_key in named and o.communes is not None and begun[o.org_key, o.valid_from] != o.communes:
            yield (
                o.locator,
                f"begins with {begun[o.org_key, o.valid_from]} communes of this file, not with {o.communes}",
            )


def alias_given_twice(r: Registry) -> Found:
    own = {(o.org_id, match_key(o.name_vi)) for o in r.organisations}
    for a in r.aliases:
        key = (a.org_id, match_key(a.alias))
        if key in own:
            yield a.locator, "says no more than the name or another alias does; remove it"
        own.add(key)


def alias_of_two_orgs_at_once(r: Registry) -> Found:
    # Communes of different districts may share a name; their districts, named with them, tell them apart.
    names = [(o.org_id, match_key(o.name_vi)) for o in r.organisations if o.level != "commune"]
    names += [(a.org_id, match_key(a.alias)) for a in r.aliases]
    spans: dict[str, list] = {}
    for o in r.organisations:
        spans.setdefault(o.org_id, []).append(o)
    for (one, key), (other, other_key) in combinations(dict.fromkeys(names), 2):
        if key != other_key or one == other:
            continue
        if any(overlap(a, b) for a in spans.get(one, []) for b in spans.get(other, [])):
            yield f"organisation_aliases.csv: {other}", f"{key!r} means {one} too, at the same time"


def change_to_another_level(r: Registry) -> Found:
    for c, before, after in _changes(r):
        if before.level != after.level:
            yield (c.locator, f"a {before.level} cannot become a {after.level}; both must be of one level")


def change_on_another_day(r: Registry) -> Found:
    for c, before, after in _changes(r):
        if after.valid_from != c.effective_on:
            yield (c.locator, f"is of {c.effective_on}, but {after.org_key} begins on {after.valid_from}")
        elif before.valid_to and before.valid_to < c.effective_on - timedelta(days=1):
            yield c.locator, f"is of {c.effective_on}, but {before.org_key} ends on {before.valid_to}"


def changed_org_goes_on(r: Registry) -> Found:
    for c, before, _ in _changes(r):
        if not before.valid_to or before.valid_to >= c.effective_on:
            yield (
                c.locator,
                f"{before.org_key} must end the day before, on {c.effective_on - timedelta(days=1)}",
            )


def circle_of_changes(r: Registry) -> Found:
    after = defaultdict(set)
    for c in r.org_changes:
        after[c.from_org_key].add(c.to_org_key)
    for key in after:
        reached, ahead = set(), set(after[key])
        while ahead:
            reached |= ahead
            ahead = {later for one in ahead for later in after.get(one, ())} - reached
        if key in reached:
            yield f"org_changes.csv: {key}", "becomes itself again; follow its changes and cut the circle"


def division_without_people(r: Registry) -> Found:
    parts = Counter(c.from_org_key for c in r.org_changes)
    for c in r.org_changes:
        if parts[c.from_org_key] > 1 and c.weight is None:
            yield c.locator, f"{c.from_org_key} is divided: say in weight how many people moved"


def _changes(r: Registry) -> Iterator[tuple]:
    """Each change with the organisations before and after it, where both are known."""
    by_key = {o.org_key: o for o in r.organisations}
    for c in r.org_changes:
        if c.from_org_key in by_key and c.to_org_key in by_key:
            yield c, by_key[c.from_org_key], by_key[c.to_org_key]
