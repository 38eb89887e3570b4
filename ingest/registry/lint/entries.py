"""Rules that hold for entries of every kind: each stands once, names what there is, and is plain text."""

import unicodedata
from collections.abc import Iterable, Iterator

from ingest.registry.models import Entry, Registry, repeated

Found = Iterator[tuple[str, str]]


def entry_given_twice(r: Registry) -> Found:
    for locator, times in repeated(entry.locator for entry in _entries(r)):
        yield locator, f"stands here {times} times; keep one, or give each its own name"


def unknown_reference(r: Registry) -> Found:
    for locator, names, file, known in _references(r):
        for name in names:
            if name and name not in known:
                yield locator, f"{name!r} is not in {file}; correct it or add it there"


def _references(r: Registry) -> Iterator[tuple[str, Iterable, str, set]]:
    """What entries name: the place, the names, and where each must stand."""
    definitions = "indicators.yml", {f"{i.id} version {i.version}" for i in r.indicators}
    measures = "measures.yml", {m.id for m in r.measures}
    sources = "sources.yml", {s.id for s in r.sources}
    org_ids = "organisations.csv", {o.org_id for o in r.organisations}
    org_keys = "organisations.csv", {o.org_key for o in r.organisations}
    agencies = "the agencies of organisations.csv", {o.org_id for o in r.organisations if o.level == "agency"}
    for i in r.indicators:
        yield i.locator, [i.pillar], "pillars", set(r.pillars)
        yield i.locator, [*i.inputs, *i.inputs_by_wording], *measures
        yield i.locator, [i.supplier], *org_ids
    for t in r.targets:
        for definition in (t, t.nearest) if t.nearest else (t,):
            yield t.locator, [f"{definition.indicator} version {definition.version}"], *definitions
    for m in r.measures:
        yield m.locator, [m.offered_for], *measures
        yield m.locator, [m.source, *m.fields], *sources
    for invariant in r.invariants:
        yield invariant.locator, [*invariant.parts, *invariant.wholes], *measures
    for s in r.sources:
        yield s.locator, s.reporters, *org_ids
        yield s.locator, s.agencies, *agencies
    for c in r.corrections:
        yield c.locator, [c.source], *sources
        yield c.locator, [c.measure], *measures
        yield c.locator, [c.org, c.reporter], *org_ids
    for o in r.organisations:
        yield o.locator, [o.parent_org_key], *org_keys
    for a in r.aliases:
        yield a.locator, [a.org_id], *org_ids
    for change in r.org_changes:
        yield change.locator, [change.from_org_key, change.to_org_key], *org_keys
    for rule in r.rules:
        yield rule.locator, [rule.group], "the groups of matters.yml", {group.id for group in r.matter_groups}
        yield rule.locator, [rule.cause], "the causes of matters.yml", {cause.id for cause in r.causes}
    for accepted in r.accepted_findings:
        yield accepted.locator, [accepted.rule_id], "rules.yml", {rule.rule_id for rule in r.rules}


def accepted_finding_that_blocks(r: Registry) -> Found:
    errors = {rule.rule_id for rule in r.rules if rule.severity == "error"}
    for a in r.accepted_findings:
        if a.rule_id in errors:
            yield a.locator, "an error blocks publication and is never accepted; correct what it is about"


def text_not_composed(r: Registry) -> Found:
    for locator, text in _texts(r):
        if unicodedata.normalize("NFC", text) != text:
            yield locator, f"{text[:40]!r} is not Unicode NFC; type it again or normalise the file"


def text_with_stray_spaces(r: Registry) -> Found:
    for locator, text in _texts(r):
        if text != " ".join(text.split()):
            yield locator, f"{text[:40]!r} begins, ends or is broken with spaces too many; keep single ones"


def _entries(r: Registry) -> Iterator[Entry]:
    return (entry for _, entries in r if isinstance(entries, list) for entry in entries)


def _texts(r: Registry) -> Iterator[tuple[str, str]]:
    for entry in _entries(r):
        yield from ((entry.locator, text) for text in _strings(entry.model_dump()))
    for pillar, name in r.pillars.items():
        yield from ((f"indicators.yml: pillars, {pillar}", text) for text in (name.vi, name.en))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
