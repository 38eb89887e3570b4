"""Rules about organisations in time, and the names under which they appear."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from ingest.registry.lint.definitions import overlap
from ingest.registry.models import Registry
from ingest.wording import match_key

Found = Iterator[tuple[str, str]]

DIGITS = {"province": 2, "district": 3, "commune": 5}  # of a GSO code
ABOVE = {
    "province": set(),
    "district": {"province"},
    "commune": {"district", "province"},
    "agency": {"province", "district", "commune", "agency"},
    "operator": {"operator"},
    "group": {"province"},
}


def org_key_given_twice(r: Registry) -> Found:
    for key, times in Counter(o.org_key for o in r.organisations).items():
        if times > 1:
            yield (
                f"organisations.csv: {key}",
                f"stands here {times} times; each stretch of validity has its own key",
            )


def org_key_of_another_org(r: Registry) -> Found:
    for o in r.organisations:
        if not re.fullmatch(re.escape(o.org_id) + r"@[1-9]\d*", o.org_key):
            yield o.place, f"the key must be the org_id and the regime it begins in, such as {o.org_id}@1"


def org_id_out_of_shape(r: Registry) -> Found:
    for o in r.organisations:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", o.org_id):
            yield o.place, f"the org_id {o.org_id!r} must be snake_case"


def org_ends_before_it_begins(r: Registry) -> Found:
    for o in r.organisations:
        if o.valid_from and o.valid_to and o.valid_to < o.valid_from:
            yield o.place, f"valid_to {o.valid_to} is before valid_from {o.valid_from}"


def org_valid_twice_at_once(r: Registry) -> Found:
    for one, other in combinations(r.organisations, 2):
        if one.org_id == other.org_id and overlap(one, other):
            yield other.place, f"is valid at the same time as {one.org_key}; end one where the other begins"


def unknown_parent(r: Registry) -> Found:
    known = {o.org_key for o in r.organisations}
    for o in r.organisations:
        if o.parent_org_key and o.parent_org_key not in known:
            yield o.place, f"the parent {o.parent_org_key!r} is no org_key of this file"


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
        above = levels.get(o.parent_org_key)
        if above and above not in ABOVE[o.level]:
            yield o.place, f"a {o.level} does not belong to a {above}"


def district_without_parent(r: Registry) -> Found:
    for o in r.organisations:
        if o.level in ("district", "commune") and not o.parent_org_key:
            yield o.place, f"a {o.level} belongs to something; give its parent_org_key"


def group_of_nobody(r: Registry) -> Found:
    for o in r.organisations:
        if (o.level == "group") != bool(o.members_level) or (o.level == "group" and not o.parent_org_key):
            yield (
                o.place,
                "a group, and nothing else, has members_level, and the parent_org_key they belong to",
            )


def valid_without_its_parent(r: Registry) -> Found:
    by_key = {o.org_key: o for o in r.organisations}
    for o in r.organisations:
        above = by_key.get(o.parent_org_key)
        if above and o.level in DIGITS and above.valid_to and (not o.valid_to or o.valid_to > above.valid_to):
            yield o.place, f"its parent {above.org_key} ends on {above.valid_to}, so it must end by then"


def change_without_legal_basis(r: Registry) -> Found:
    for o in r.organisations:
        if (o.valid_from or o.valid_to) and not o.legal_basis:
            yield o.place, "begins or ends on a day; name the decision in legal_basis"


def code_missing(r: Registry) -> Found:
    for o in r.organisations:
        if o.level in DIGITS and not o.code:
            yield o.place, f"a {o.level} has a GSO code; give it"


def org_code_out_of_shape(r: Registry) -> Found:
    for o in r.organisations:
        if o.level in DIGITS and o.code and not re.fullmatch(rf"\d{{{DIGITS[o.level]}}}", o.code):
            yield o.place, f"the code {o.code!r} must have {DIGITS[o.level]} digits, as every {o.level}'s"


def code_of_two_orgs_at_once(r: Registry) -> Found:
    for one, other in combinations(r.organisations, 2):
        same = (
            one.code and (one.level, one.code) == (other.level, other.code) and one.org_key != other.org_key
        )
        if same and overlap(one, other):
            yield other.place, f"has the code {one.code} at the same time as {one.org_key}"


def communes_of_no_district(r: Registry) -> Found:
    for o in r.organisations:
        if o.communes is not None and o.level != "district":
            yield (
                o.place,
                f"communes are counted of districts, not of a {o.level}; the sum would count them twice",
            )


def communes_do_not_add_up(r: Registry) -> Found:
    begun = Counter((o.parent_org_key, o.valid_from) for o in r.organisations if o.level == "commune")
    named = {parent for parent, _ in begun}
    for o in r.organisations:
        if o.org_key in named and o.communes is not None and begun[o.org_key, o.valid_from] != o.communes:
            yield (
                o.place,
                f"begins with {begun[o.org_key, o.valid_from]} communes of this file, not with {o.communes}",
            )


def district_without_communes(r: Registry) -> Found:
    for o in r.organisations:
        if o.level == "district" and (o.communes is None or o.communes < 1):
            yield o.place, "say in communes how many it has; a district has at least one"


def alias_of_unknown_org(r: Registry) -> Found:
    known = {o.org_id for o in r.organisations}
    for a in r.aliases:
        if a.org_id not in known:
            yield a.place, f"{a.org_id!r} is no org_id of organisations.csv"


def alias_given_twice(r: Registry) -> Found:
    own = {(o.org_id, match_key(o.name_vi)) for o in r.organisations}
    for a in r.aliases:
        key = (a.org_id, match_key(a.alias))
        if key in own:
            yield a.place, "says no more than the name or another alias does; remove it"
        own.add(key)


def alias_of_two_orgs_at_once(r: Registry) -> Found:
    # Communes of different districts may share a name; their districts, named with them, tell them apart.
    said = [(o.org_id, match_key(o.name_vi)) for o in r.organisations if o.level != "commune"]
    said += [(a.org_id, match_key(a.alias)) for a in r.aliases]
    spans: dict[str, list] = {}
    for o in r.organisations:
        spans.setdefault(o.org_id, []).append(o)
    for (one, key), (other, other_key) in combinations(dict.fromkeys(said), 2):
        if key != other_key or one == other:
            continue
        if any(overlap(a, b) for a in spans.get(one, []) for b in spans.get(other, [])):
            yield f"organisation_aliases.csv: {other}", f"{key!r} means {one} too, at the same time"


def alias_without_letters(r: Registry) -> Found:
    for a in r.aliases:
        if not match_key(a.alias):
            yield a.place, "has no letter or digit to be recognised by"


def change_of_unknown_org(r: Registry) -> Found:
    known = {o.org_key for o in r.organisations}
    for c in r.org_changes:
        for key in (c.from_org_key, c.to_org_key):
            if key not in known:
                yield c.place, f"{key!r} is no org_key of organisations.csv"


def change_into_itself(r: Registry) -> Found:
    for c in r.org_changes:
        if c.from_org_key == c.to_org_key:
            yield c.place, "an organisation that stays what it is has not changed; remove the row"


def change_to_another_level(r: Registry) -> Found:
    for c, before, after in _changes(r):
        if before.level != after.level:
            yield (
                c.place,
                f"a {before.level} cannot become a {after.level}; both must be of one level",
            )


def change_on_another_day(r: Registry) -> Found:
    for c, before, after in _changes(r):
        if after.valid_from != c.effective_on:
            yield (
                c.place,
                f"is of {c.effective_on}, but {after.org_key} begins on {after.valid_from}",
            )
        elif before.valid_to and before.valid_to < c.effective_on - timedelta(days=1):
            yield c.place, f"is of {c.effective_on}, but {before.org_key} ends on {before.valid_to}"


def changed_org_goes_on(r: Registry) -> Found:
    for c, before, _ in _changes(r):
        if not before.valid_to or before.valid_to >= c.effective_on:
            yield (
                c.place,
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


def people_moved_not_positive(r: Registry) -> Found:
    for c in r.org_changes:
        if c.weight is not None and c.weight < 1:
            yield c.place, f"moves {c.weight} people; write how many, or nothing where everybody moved"


def division_without_people(r: Registry) -> Found:
    parts = Counter(c.from_org_key for c in r.org_changes)
    for c in r.org_changes:
        if parts[c.from_org_key] > 1 and c.weight is None:
            yield c.place, f"{c.from_org_key} is divided: say in weight how many people moved"


def org_change_without_legal_basis(r: Registry) -> Found:
    for c in r.org_changes:
        if not c.legal_basis:
            yield c.place, "name the decision in legal_basis"


def org_change_given_twice(r: Registry) -> Found:
    for (before, after), times in Counter((c.from_org_key, c.to_org_key) for c in r.org_changes).items():
        if times > 1:
            yield f"org_changes.csv: {before} to {after}", f"stands here {times} times; keep one"


def _changes(r: Registry) -> Iterator[tuple]:
    """Each change with the organisations before and after it, where both are known."""
    by_key = {o.org_key: o for o in r.organisations}
    for c in r.org_changes:
        if c.from_org_key in by_key and c.to_org_key in by_key:
            yield c, by_key[c.from_org_key], by_key[c.to_org_key]


RULES = (
    org_key_given_twice,
    org_key_of_another_org,
    org_id_out_of_shape,
    org_ends_before_it_begins,
    org_valid_twice_at_once,
    unknown_parent,
    circle_of_parents,
    parent_of_a_lower_level,
    district_without_parent,
    group_of_nobody,
    valid_without_its_parent,
    change_without_legal_basis,
    code_missing,
    org_code_out_of_shape,
    code_of_two_orgs_at_once,
    communes_of_no_district,
    communes_do_not_add_up,
    district_without_communes,
    alias_of_unknown_org,
    alias_given_twice,
    alias_of_two_orgs_at_once,
    alias_without_letters,
    change_of_unknown_org,
    change_into_itself,
    change_to_another_level,
    change_on_another_day,
    changed_org_goes_on,
    circle_of_changes,
    people_moved_not_positive,
    division_without_people,
    org_change_without_legal_basis,
    org_change_given_twice,
)
