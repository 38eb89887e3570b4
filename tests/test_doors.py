"""The structure of the project: who may import whom, what stands where, what must never be written down."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from making.modules import tree

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "ingest": {
        "httpcore",
        "httpx",
        "lxml",
        "pdfminer",
        "pdfplumber",
        "polars",
        "pydantic",
        "stamina",
        "xlrd",
        "yaml",
    },
    "expectations": {"duckdb", "great_expectations", "pandas", "polars", "yaml"},
    "orchestration": {
        "ingest",
        "expectations",
        "dagster",
        "dagster_dbt",
        "dbt",
        "dbt_common",
        "duckdb",
        "polars",
        "click",
        "rich",
        "httpx",  # alerts: a webhook is told, and told again when it does not answer
        "stamina",
        "jinja2",
        "markupsafe",  # charts are mark-up that the page's template takes as it is
        "docxtpl",
        "psycopg2",
        "sqlalchemy",  # that of Dagster's history
        "pdfminer",  # how wide letters are, by which a row of the workbook is high enough
        "pysdmx",
        "xlsxwriter",
        "yaml",  # the texts of the commands
        "xlwt",  # the demo writes an old XLS, as one operator does
    },
}
STAGES = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("bridge_", "dim_", "fct_", "rpt_")}
# Tables whose names the contract gives without a stage.
PROMISED = {"plan_claim", "plan_figure", "plan_remark", "release"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def of_source(name: str) -> list[Path]:
    """The module of a source, or those of its folder."""
    return sorted((ROOT / "ingest/sources").glob(f"{name}.py")) or modules(f"ingest/sources/{name}")


def imported(file: Path) -> set[str]:
    nodes = list(ast.walk(tree(file)))
    names = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return names | {n.module for n in nodes if isinstance(n, ast.ImportFrom)}


def roots(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(file)} - set(sys.stdlib_module_names)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_each_package_imports_only_what_it_may(package):
    strays = {
        f.name: extra for f in modules(package) if (extra := roots(f) - MAY_IMPORT[package] - {package})
    }
    assert not strays


def test_only_the_gate_knows_pandas_and_runs_great_expectations():
    users = {file.stem for file in modules("expectations") if "pandas" in roots(file)}
    assert users <= {"gate"}


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ("expectations.findings, orchestration.command.main", "great_expectations"),
        ("orchestration.command.main", "polars"),
        ("orchestration.command.status, orchestration.command.summary", "dagster"),
    ],
)
def test_what_takes_long_to_load_is_loaded_only_by_what_needs_it(modules, heavy):
    code = f"import sys, {modules}\nprint({heavy!r} in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"


def test_the_command_knows_every_source():
    from ingest.sources import SOURCES
    from orchestration.command import main

    assert sorted(SOURCES) == main.SOURCES


def test_a_source_knows_neither_another_source_nor_the_landing():
    from ingest.sources import SOURCES

    for source in SOURCES:
        others = tuple(f"ingest.sources.{other}" for other in SOURCES if other != source)
        for file in of_source(source):
            assert not [name for name in imported(file) if name.startswith((*others, "ingest.landing"))], file


def test_publication_needs_no_dagster():
    for room in ("publication", "state", "alerts"):
        for file in modules(f"orchestration/{room}"):
            assert not roots(file) & {"dagster", "dagster_dbt"}, file


def test_every_file_of_the_orchestration_is_in_a_room():
    rooms = {"alerts", "assets", "command", "demo", "publication", "state", "texts"}
    folders = {f.name for f in (ROOT / "orchestration").iterdir() if f.is_dir()} - {"__pycache__"}
    assert folders == rooms
    assert {f.name for f in (ROOT / "orchestration").glob("*.py")} == {"__init__.py", "definitions.py"}


def test_no_module_of_ours_has_another_name_where_it_is_used():
    for package in MAY_IMPORT:
        for file in modules(package):
            for node in ast.walk(tree(file)):
                if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in MAY_IMPORT:
                    folder = ROOT / node.module.replace(".", "/")
                    renamed = [a.name for a in node.names if a.asname and (folder / f"{a.name}.py").is_file()]
                    assert not renamed, f"{file}: {renamed}"


def test_every_model_stands_in_the_stage_its_name_says():
    models = list((ROOT / "dbt_project/models").rglob("*.sql"))
    assert models
    for file in models:
        stage, *folders = file.relative_to(ROOT / "dbt_project/models").parts
        is_flat = folders[:1] == ["flat"]  # published in schema main, called as a reader would
        assert is_flat or file.name.startswith(STAGES[stage]) or file.stem in PROMISED, file


def test_models_reach_landed_data_only_through_staging():
    for file in (ROOT / "dbt_project/models").rglob("*.sql"):
        if "source(" in file.read_text(encoding="utf-8"):
            assert "staging" in file.parts, file


def test_what_tests_share_stands_apart_from_them():
    for file in (ROOT / "tests").glob("*.py"):
        assert file.stem.startswith("test_") or file.stem == "conftest", file
    for file in modules("tests/making"):
        assert not {name for name in imported(file) if name.startswith("oracle")}, file


def test_the_calculator_and_the_truth_know_nothing_of_the_product():
    for name in ("periods", "reference", "truth", "worlds"):
        assert roots(ROOT / f"tests/oracle/{name}.py") <= {"oracle"}, name


def test_every_module_opens_with_what_it_is_for():
    for package in (*MAY_IMPORT, "tests"):
        for file in modules(package):
            text = file.read_text(encoding="utf-8")
            assert not text.strip() or text.startswith('"""'), file


def test_no_file_has_a_name_that_says_nothing():
    for package in MAY_IMPORT:
        for file in modules(package):
            words = set(file.stem.split("_"))
            assert not words & {"utils", "util", "helpers", "helper", "common", "base", "manager"}, file


def test_every_source_has_one_name_everywhere():
    from ingest.sources import SOURCES

    for name in SOURCES:
        assert of_source(name)
        assert (ROOT / f"tests/fixtures/{name}").is_dir()
