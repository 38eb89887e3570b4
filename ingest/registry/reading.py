"""From the files of a registry folder to one checked object. The only module that knows their layout."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ingest.errors import Refused
from ingest.registry import models

# What a province may add to in a folder of its own; sources and rules come with code.
ADDED = {
    *("indicators.yml", "measures.yml", "invariants.yml", "targets.yml", "corrections.yml"),
    *("organisations.csv", "organisation_aliases.csv", "org_changes.csv", "accepted_findings.yml"),
}


def load(folder: Path, *added: Path) -> models.Registry:
    """Read a registry folder, and the folders that each add to its files. Raises Refused with the file, the
    place in it, and what was expected."""
    for file in (file for more in added for file in sorted(more.iterdir())):
        if file.suffix in (".yml", ".yaml", ".csv") and file.name not in ADDED:
            raise Refused(
                f"{file}: nothing is added to the registry in it; {', '.join(sorted(ADDED))} are read"
            )

    def files_of(name: str) -> list[Path]:
        return [folder / name, *(file for more in added if (file := more / name).is_file())]

    def all_of(read: Callable[..., list], name: str, *about) -> list:
        return [entry for file in files_of(name) for entry in read(file, *about)]

    contents = [(file, _yaml(file, dict)) for file in files_of("indicators.yml")]
    pillars = [pillar for each in contents for pillar in _pillars(*each)]
    if twice := [name for name, times in Counter(name for name, _ in pillars).items() if times > 1]:
        raise Refused(
            f"{folder / 'indicators.yml'}: pillars, {twice[0]}: is named again in what is added; keep one"
        )
    return models.Registry(
        pillars=dict(pillars),
        indicators=[indicator for each in contents for indicator in _indicators(*each)],
        measures=all_of(load_measures, "measures.yml"),
        invariants=all_of(_entries_of, "invariants.yml", models.Invariant, "id"),
        targets=all_of(_entries_of, "targets.yml", models.Target, "target_no"),
        sources=_named(models.Source, folder / "sources.yml"),
        organisations=all_of(load_organisations, "organisations.csv"),
        aliases=all_of(_rows, "organisation_aliases.csv", models.Alias),
        org_changes=all_of(_rows, "org_changes.csv", models.OrgChange),
        corrections=all_of(_entries_of, "corrections.yml", models.Correction, "correction_id"),
        rules=_entries_of(folder / "rules.yml", models.Rule, "rule_id"),
        matter_groups=_named(models.MatterGroup, folder / "matters.yml", "groups"),
        causes=_named(models.Cause, folder / "matters.yml", "causes"),
        accepted_findings=all_of(_entries_of, "accepted_findings.yml", models.AcceptedFinding, "rule_id"),
    )


def _pillars(file: Path, content: dict) -> list[tuple[str, models.Words]]:
    named = _part(content, "pillars", dict, file)
    return [(name, _entry(models.Words, words, file, f"pillars, {name}")) for name, words in named.items()]


def _indicators(file: Path, content: dict) -> list[models.Indicator]:
    return _entries(models.Indicator, _part(content, "indicators", list, file), file, "id")


def load_organisations(file: Path) -> list[models.Organisation]:
    """Read `organisations.csv`. Raises Refused as `load` does."""
    return _rows(file, models.Organisation)


def load_measures(file: Path) -> list[models.Measure]:
    """Read `measures.yml`. Raises Refused as `load` does."""
    return _named(models.Measure, file)


def load_headings(file: Path) -> models.Headings:
    """Read `headings.yml`. Raises Refused as `load` does."""
    return _entry(models.Headings, _yaml(file, dict), file, "the file")


class _Strict(yaml.CSafeLoader):
    """YAML keeps the last of two equal keys; here that is an error."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands here twice; keep one", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Refused(f"{file}: is missing; the registry needs it, if only with an empty list") from None
    except UnicodeDecodeError as error:
        raise Refused(f"{file}: byte {error.start + 1}: is not UTF-8; save the file as UTF-8") from None


def _yaml(file: Path, kind: type):
    try:
        content = yaml.load(_text(file), _Strict)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        locator = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
        raise Refused(f"{file}: {locator}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise Refused(f"{file}: is not YAML: {' '.join(str(error).split())}") from None
    return _of_kind(content, kind, file, "the file")


def _part(content: dict, key: str, kind: type, file: Path):
    if unknown := set(content) - {"pillars", "indicators"}:
        raise Refused(f"{file}: {sorted(unknown)[0]}: only pillars and indicators belong here")
    return _of_kind(content.get(key, kind()), kind, file, key)


def _of_kind(content: Any, kind: type, file: Path, locator: str) -> Any:
    if not isinstance(content, kind):
        expected = "a list of entries" if kind is list else "entries by name"
        raise Refused(f"{file}: {locator}: {expected} was expected, not {type(content).__name__}")
    if isinstance(content, dict):
        for key in content:
            if not isinstance(key, str):
                raise Refused(f"{file}: {locator}: the key {key!r} is no text; put it in quotes")
    return content


def _named(model: type[BaseModel], file: Path, part: str | None = None) -> list:
    """Entries whose key is their id; those of a file, or of a part of it."""
    content = _yaml(file, dict)
    if part:
        content = _of_kind(content.get(part), dict, file, part)
    return [
        _entry(model, _of_kind(entry, dict, file, key) | {"id": key}, file, key)
        for key, entry in content.items()
    ]


def _entries_of(file: Path, model: type[BaseModel], label: str) -> list:
    return _entries(model, _yaml(file, list), file, label)


def _entries(model: type[BaseModel], content: list, file: Path, label: str) -> list:
    found = []
    for number, entry in enumerate(content, start=1):
        _of_kind(entry, dict, file, f"entry {number}")
        found.append(_entry(model, entry, file, f"entry {number} ({entry.get(label, f'no {label}')})"))
    return found


def _rows(file: Path, model: type[BaseModel]) -> list:
    """The rows of a CSV file; an empty cell says nothing."""
    reader = csv.DictReader(io.StringIO(_text(file), newline=""), strict=True)
    header = reader.fieldnames or ()
    found = []
    try:
        for row in reader:
            locator = f"line {reader.line_num}"
            if None in row or None in row.values():
                raise Refused(f"{file}: {locator}: has not the {len(header)} cells of the header")
            found.append(_entry(model, {key: cell for key, cell in row.items() if cell}, file, locator))
    except csv.Error as error:
        raise Refused(f"{file}: line {reader.line_num}: {error}") from None
    return found


def _entry(model: type[BaseModel], content, file: Path, locator: str):
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        field = model.model_fields.get(str(first["loc"][0])) if first["loc"] else None
        match first["type"]:
            case "extra_forbidden":
                message = "is no key of this file; correct its spelling or remove it"
            case "missing" | "string_too_short":
                message = f"is missing; {(field and field.description) or 'add it'}"
            case "value_error":
                message = str(first["ctx"]["error"])
            case _:
                message = f"{first['msg']} (found {str(first['input'])[:60]!r})"
        raise Refused(": ".join(filter(None, (str(file), locator, where, message)))) from None
