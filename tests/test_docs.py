"""The pages for people who work on the project: what they name exists, what they show is what comes out."""

import functools
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT

PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "benchmarks/README")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
MADE = ("data/raw", "data/landed", "data/warehouse", "data/published")  # by a run
GENERATED = ROOT / "docs/tables.md"
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


@functools.cache
def tracked() -> list[Path]:
    """The files of the repository, also those not yet committed."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in told.stdout.splitlines() if (ROOT / line).exists()]


def anchors(page: Path) -> set[str]:
    """The headings of a page as the addresses that they have."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for address in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?:", address):
            file, _, anchor = address.partition("#")
            target = page.parent / file if file else page
            assert target.exists(), address
            assert not anchor or anchor in anchors(target), address


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_folder_that_a_page_names_exists(page):
    rooms = {file.parts[0] for file in tracked() if len(file.parts) > 1} - {"data"}
    paths = {str(path) for file in tracked() for path in (file, *file.parents)}
    names = {file.name for file in tracked()}
    for name in re.findall(r"(?<![\w/.-])[\w.-]+(?:/[\w.-]+)*", page.read_text(encoding="utf-8")):
        name = name.rstrip(".")
        if re.match(rf"({'|'.join(rooms)}|data/(plan|registry|samples))/", name):
            assert name in paths, name
        elif re.fullmatch(r"\w+\.(py|sql|toml|lock)|\w+\.yml", name) and "/" not in name:
            assert name in names | {"about.yml"}, name


def test_every_page_is_in_the_list_of_pages_and_every_decision_in_its_own():
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        if page.name != "README.md":
            assert f"({page.name})" in index, page
            assert f"(docs/{page.name})" in readme, page
    decisions = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs/decisions").glob("*.md"):
        if page.name != "README.md":
            assert f"({page.name})" in decisions, page
            parts = re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
            assert parts == ["Context", "Decision", "What was tried", "Consequences"], page


def test_the_page_of_tables_is_what_make_docs_writes():
    script = ROOT / "docs/tables.py"
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert told.stdout == GENERATED.read_text(encoding="utf-8"), "run make docs"


def test_the_page_of_tables_has_every_column_of_a_release(published):
    shown = {}
    for line in GENERATED.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            columns = shown.setdefault(line.removeprefix("### "), [])
        elif found := re.match(r"\| `(\w+)` \|", line):
            columns.append(found[1])
    released = published.query(
        """select table_name, list(column_name order by column_index) from duckdb_columns()
           where schema_name in ('marts', 'main') and not internal group by all"""
    )
    assert shown == dict(released)


# The walk of one number: queries with what they give, and commands with what they print.


def at_home(text: str, data: Path) -> str:
    """Folders that a run makes, where the run of these tests made them."""
    return re.sub(rf"\b({'|'.join(MADE)})\b", lambda found: str(data / found[1].partition("/")[2]), text)


QUERIES = re.findall(r"```sql\n-- in (.*?)\n(.*?)```\n+```text\n(.*?)```", ARCHITECTURE, re.DOTALL)


@pytest.mark.parametrize(("locator", "sql", "shown"), QUERIES, ids=range(1, len(QUERIES) + 1))
def test_a_query_of_the_walk_gives_what_is_shown(published, locator, sql, shown):
    is_file = locator.endswith(".duckdb")
    file = at_home(locator, published.data) if is_file else ":memory:"
    with duckdb.connect(file, read_only=is_file) as database:
        database.execute("set TimeZone = 'UTC'")
        database.execute(at_home(sql, published.data))
        names = [column for column, *_ in database.description]
        rows = [[written(value) for value in row] for row in database.fetchall()]
    assert [" | ".join(row) for row in [names, *rows]] == shown.splitlines()


def written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)


BLOCKS = re.findall(r"```console\n(.*?)```", ARCHITECTURE, re.DOTALL)
COMMANDS = [
    part.partition("\n")[::2] for block in BLOCKS for part in re.split(r"^\$ ", block, flags=re.M)[1:]
]


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command[:30] for command, _ in COMMANDS])
def test_a_command_of_the_walk_prints_what_is_shown(published, command, shown):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    told = subprocess.run(
        ["bash", "-c", at_home(command, published.data)],
        env=os.environ | {"DXKPI_DATA_DIR": str(published.data), "PATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = [line.rstrip() for line in told.stdout.splitlines()]
    places = [printed.index(line) for line in shown.splitlines()]
    assert places and all(one < other for one, other in pairwise(places))


def test_nothing_of_the_walk_is_left_untried():
    blocks = re.findall(r"^```(sql|console|text)$", ARCHITECTURE, re.MULTILINE)
    assert blocks.count("sql") == blocks.count("text") == len(QUERIES) > 5
    assert blocks.count("console") == len(BLOCKS) > 2


# The glossary: our words are those of the tables, the registry and the folders.


def words_of_ours() -> list[str]:
    """What stands in the last column of a table of the glossary, between backquotes."""
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and "---" not in line]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.rstrip(" |").rpartition(" | ")[2])]


def test_every_word_of_ours_in_the_glossary_is_a_column_a_table_or_in_a_closed_list(published):
    tables = GENERATED.read_text(encoding="utf-8")
    known = set(re.findall(r"^### (\w+)$", tables, re.MULTILINE))
    known |= set(re.findall(r"^\| `(\w+)` \|", tables, re.MULTILINE))
    known |= {word for found in re.findall(r" One of `(.*?)`\.", tables) for word in found.split("`, `")}
    known |= {"values_as_of", "scorecard_as_of"}
    known |= {code for (code,) in published.query("select reason from marts.dim_reason")}
    known |= {unit for (unit,) in published.query("select distinct unit from marts.dim_measure")}
    known |= {file.name for file in (ROOT / "data/registry").iterdir()}
    known |= set(MADE)
    words = words_of_ours()
    assert len(set(words)) > 50
    assert not set(words) - known


def test_every_closed_list_of_status_and_reason_is_in_the_glossary(published):
    words = set(words_of_ours())
    assert words >= {code for (code,) in published.query("select reason from marts.dim_reason")}
    assert words >= {"computed", "estimated", "reported", "not_computable", "milestone"}
    assert words >= set("AEPBDMLO")


# The tools of who contributes.


def test_the_changelog_has_the_usual_sections():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for version in text.split("\n## ")[1:]:
        assert re.match(r"Unreleased|\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", version)
        sections = re.findall(r"^### (.*)$", version, re.MULTILINE)
        usual = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
        assert sections and set(sections) <= usual and len(set(sections)) == len(sections)


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    command = ["make", "help"]  # also where make runs the tests
    told = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    assert {line.split()[0] for line in told.stdout.splitlines()} == set(targets.split())
    assert all(len(line.split()) > 1 for line in told.stdout.splitlines())


def test_every_make_target_that_a_page_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for target in re.findall(r"(?:`|^\$ )make (\w+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (page, target)


def test_hooks_before_a_commit_use_what_is_installed_and_download_nothing():
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            program = hook["entry"].split()[0]
            assert hook["language"] == "system"
            assert program.startswith(".venv/bin/")
            assert Path(sys.executable).with_name(Path(program).name).is_file(), program
