"""What makes no sense in a registry although every entry alone does. Each rule is one small function.

A rule is named for the defect it finds and yields (place, message); the message says what to do.
"""

from typing import NamedTuple

from ingest.registry.lint import definitions, entries, measures, organisations
from ingest.registry.lint.entries import Found
from ingest.registry.models import Registry

RULES = [
    rule
    for module in (entries, definitions, measures, organisations)
    for name, rule in vars(module).items()
    if getattr(rule, "__annotations__", {}).get("return") is Found and not name.startswith("_")
]
"""All functions of these modules that yield what they found."""


class Problem(NamedTuple):
    rule: str
    locator: str
    message: str


def lint(registry: Registry) -> list[Problem]:
    """Every problem of the registry, in the order of the rules; none means that it can be used."""
    return [Problem(rule.__name__, locator, message) for rule in RULES for locator, message in rule(registry)]
