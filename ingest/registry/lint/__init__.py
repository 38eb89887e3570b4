"""What makes no sense in a registry although every entry is well formed. Each rule is one small function.

A rule is named for the defect it finds and yields (place, message); the message says what to do.
"""

from typing import NamedTuple

from ingest.registry.lint import acceptances, definitions, invariants, measures, organisations, sources, texts
from ingest.registry.models import Registry

RULES = (
    *definitions.RULES,
    *measures.RULES,
    *invariants.RULES,
    *sources.RULES,
    *organisations.RULES,
    *acceptances.RULES,
    *texts.RULES,
)


class Problem(NamedTuple):
    rule: str
    place: str
    message: str


def lint(registry: Registry) -> list[Problem]:
    """Every problem of the registry, in the order of the rules; none means that it can be used."""
    return [Problem(rule.__name__, place, message) for rule in RULES for place, message in rule(registry)]
