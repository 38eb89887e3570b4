"""Prints docs/tables.md, the contract, from what the dbt project says of its marts; see `make docs`."""

import re
from itertools import chain
from pathlib import Path

import yaml

MARTS = Path(__file__).parents[1] / "dbt_project/models/marts"
FOLDERS = {
    "flat": "Flat tables of what is known now (schema `main`)",
    "reports": "Answers ready to be read",
    "core": "Dimensions, facts and what a plan says of itself",
    "audit": "What the expectations judge (schema `audit`)",
}
OPENING = """\
# Tables: the contract, version 2

Made by `make docs` from the descriptions beside the models; a test holds them together.

**What is promised.** The names, types and meaning of the tables and columns on this page, the closed lists,
and that each row is what its table says it is one of. A name changes only with a new version of the
contract, a line in the [changelog](../CHANGELOG.md) and the old name kept for one release. Columns and
tables may be added at any time, so name the columns you need. The order of columns, of rows and how a table
is stored are not promised. The file `dxkpi.duckdb` carries the same descriptions as comments, in Vietnamese
and English.

**Where to begin.** Schema `main` holds the flat tables: what is known now, one row per thing, names beside
keys, plain types. `select * from scorecard` works in every tool, and most questions are one query on one of
them ([cookbook](cookbook.md)). Schema `marts` holds facts, dimensions and reports, with all that was ever
known, `audit` what only auditors need (until contract 3 also as views in `marts`). A percentage is never
averaged: `ratio_of(indicator, organisations, periods)` sums parts, then divides once, and
`percent_of(numerator, denominator)` divides what was summed.

Ratios are percentages: `decimal(9,4)` in `marts`, `double` in `main`, where the decimal stands beside it.
Money is integer đồng; times are UTC (`timestamptz`), in `main` days in Việt Nam; text is Unicode NFC. A
number that is missing is null and has a `reason` ([the list](glossary.md#what-comes-of-it)), it is never
zero. Table macros answer with what was known at a time: `values_as_of(ts)` has the columns of
[fct_indicator_value](#fct_indicator_value), `scorecard_as_of(ts)` those of
[rpt_scorecard_history](#rpt_scorecard_history).

**How a target of a year is judged within it.** The verdict is the year's: `met` is null for quarters and
months, and `verdict` says `not_of_a_year`. What can be known of them is on the row: `reached` (is the
period's value what the target of the year demands?), `gap_points`, the change from the period before
(`change_points`), and the way from the value of the year before to the target: `on_track` is the growth so
far over what equal steps by month would have brought by the period's end, and `progress` puts it into
words. A target that was reached in a quarter can be lost again; the year's own row is provisional
(`obs_status` P) while months are missing.

Promised beside the tables: the files of a release (`dxkpi.duckdb`, `parquet/<table>.parquet`,
`manifest.json`, `datapackage.json`, `report/` with `index.html`, `changes.html` and `dictionary.html`,
`appendix_01.xlsx`, `data_docs/`), the commands of `dxkpi --help`, and how they end: 0 done, 1 refused or
failed with one line on stderr, 2 wrong usage.
"""


def shared() -> dict[str, str]:
    """Descriptions of columns that stand in several tables, by name."""
    text = (MARTS / "columns.md").read_text(encoding="utf-8")
    return dict(re.findall(r"{% docs (\w+) %}(.*?){% enddocs %}", text, re.DOTALL))


def models(folder: str) -> list[dict]:
    files = sorted((MARTS / folder).glob("_*.yml"))
    found = chain.from_iterable(yaml.safe_load(file.read_text(encoding="utf-8"))["models"] for file in files)
    return sorted(found, key=lambda model: model["name"])


def facts(model: dict) -> dict[str, dict]:
    """What is tested of a table: its key, the closed lists of its columns, the tables that they refer to."""
    tests = [test["sound"]["arguments"] for test in model.get("data_tests", []) if "sound" in test]
    return {
        "key": [column for test in tests for column in test.get("key", [])],
        "one_of": {name: values for test in tests for name, values in test.get("one_of", {}).items()},
        "found_in": {
            name: locator
            for test in tests
            for names, locator in test.get("found_in", {}).items()
            for name in names.split(", ")
        },
    }


def described(text: str, shared: dict[str, str]) -> tuple[str, str]:
    """A description in Vietnamese and in English."""
    text = re.sub(r"""{{ doc\(['"](\w+)['"]\) }}""", lambda found: shared[found[1]], text)
    vi, _, en = " ".join(text.split()).partition(" / ")
    return vi, en


def page() -> str:
    known, parts = shared(), [OPENING]
    by_folder = {folder: models(folder) for folder in FOLDERS}
    published = {model["name"] for found in by_folder.values() for model in found}
    for folder, found in by_folder.items():
        names = " · ".join(f"[{model['name']}](#{model['name']})" for model in found)
        parts.append(f"**{FOLDERS[folder]}** (`marts/{folder}`): {names}\n")
    for folder, found in by_folder.items():
        parts.append(f"## {FOLDERS[folder]}\n")
        parts.extend(table(model, known, published) for model in found)
    return "\n".join(parts)


def table(model: dict, known: dict[str, str], published: set[str]) -> str:
    tested = facts(model)
    vi, en = described(model["description"], known)
    lines = [f"### {model['name']}", "", en, "", f"*{vi}*", ""]
    if tested["key"]:
        lines += [f"One row for each {', '.join(f'`{name}`' for name in tested['key'])}.", ""]
    lines += ["| column | type | |", "|---|---|---|"]
    for column in model["columns"]:
        vi, en = described(column["description"], known)
        required = any(one["type"] == "not_null" for one in column.get("constraints", []))
        if values := tested["one_of"].get(column["name"]):
            en += " One of " + ", ".join(f"`{value}`" for value in values) + "."
        locator = tested["found_in"].get(column["name"], "").partition(".")[0]
        if locator in published and locator != model["name"]:
            en += f" In [{locator}](#{locator})."
        cells = [
            f"`{column['name']}`",
            column["data_type"] + ("" if required else ", or null"),
            f"{en}<br>*{vi}*",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(page(), end="")
