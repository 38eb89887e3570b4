"""The registry: what each indicator, measure, target, source and organisation is, in plain files."""

from ingest.registry.lint import Problem, lint
from ingest.registry.models import Registry
from ingest.registry.reading import load
from ingest.registry.tables import TABLES, tables

__all__ = ["TABLES", "Problem", "Registry", "lint", "load", "tables"]
