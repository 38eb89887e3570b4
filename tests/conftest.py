"""One real run of the command, shared by every test that looks at what it published."""

import faulthandler
import gc
import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from filelock import FileLock
from making import postgres
from making.compiled import CHANGES, Model, models
from making.processes import HANGS

from orchestration.command.main import main
from orchestration.command.start import GARBAGE

ROOT = Path(__file__).parents[1]
DXKPI = Path(sys.executable).with_name("dxkpi")
gc.set_threshold(*GARBAGE)  # as the command does, here and in what it is forked into


# Put first in each Python process of the run: notes every address beyond this machine that is dialled.
WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else "unix"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in (None, "", "unix", "localhost", "::1") and not str(host).startswith("127."):
        with open(os.environ["DXKPI_TEST_DIALLED"], "a") as log:
            log.write(f"{event} {arguments}\\n")

sys.addaudithook(note)
open(os.environ["DXKPI_TEST_DIALLED"] + ".watched", "a").close()
"""


@dataclass(frozen=True)
class Run:
    """A data directory after `dxkpi run`, and what the command said."""

    data: Path
    stdout: str
    stderr: str

    @property
    def release(self) -> Path:
        return self.data / "published" / "current"

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.release / "dxkpi.duckdb"), read_only=True) as database:
            return database.execute(sql).fetchall()


# Commands that run no pipeline: what they do is the same in this process, which need not be started for each.
LIGHT = {
    *(
        "changes",
        "compare",
        "explain",
        "findings",
        "ingest",
        "quarantine",
        "registry",
        "rollback",
        "status",
        "template",
    ),
    *("verify", "withdraw"),
}


def dxkpi(*arguments: str, data: Path, cwd: Path | None = None, **environment: str):
    """Run a command; nothing of the caller's own data directory is touched."""
    environment |= {"DXKPI_DATA_DIR": str(data)}
    if (arguments[0] in LIGHT or "--to" in arguments) and not cwd:
        done = CliRunner().invoke(main, arguments, env=environment, prog_name="dxkpi")
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
    return forked(*arguments, cwd=cwd, **environment)


# What a run imports takes six seconds of CPU.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "dagster_dbt",
        "dbt.cli.main",
        "great_expectations",
        "orchestration.alerts",
        "orchestration.assets.release",
        "orchestration.command.main",
    ]
)


def forked(*arguments: str, cwd: Path | None = None, **environment: str):
    """Run the command in a process of its own that need not import everything anew."""
    with tempfile.TemporaryDirectory() as folder:
        printed = [Path(folder, name) for name in ("stdout", "stderr")]
        process = FORKS.Process(target=_run, args=(arguments, cwd or ROOT, os.environ | environment, printed))
        process.start()
        process.join()
        texts = [file.read_text(encoding="utf-8") for file in printed]
        return subprocess.CompletedProcess(arguments, process.exitcode, *texts)


def _run(arguments: tuple[str, ...], cwd: Path, environment: dict[str, str], printed: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for number, file in enumerate(printed, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    faulthandler.dump_traceback_later(HANGS, exit=True)
    main(arguments, prog_name="dxkpi")


def installed(*arguments: str, cwd: Path | None = None, **environment: str):
    """Run the command as it is installed, in a process of its own."""
    return subprocess.run(
        [DXKPI, *arguments],
        env=os.environ | environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=HANGS,
    )


# Files of which a few tests take minutes. They come first, so that no worker waits at the end for the other.
LONG = (
    *(
        "test_demo",
        "test_damage",
        "test_poison",
        "test_daemon",
        "test_gate",
        "test_publishing",
        "test_mutations",
    ),
    *(
        "test_crashed_check",
        "test_any_plan",
        "test_new_entries",
        "test_warehouse",
        "test_same_bytes",
    ),
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_addoption(parser):
    parser.addoption(
        "--every-digit", action="store_true", help="Mutate every digit of every figure of the plan."
    )
    parser.addoption("--every-way-back", action="store_true", help="Also those that take a whole run.")
    parser.addoption("--instances", type=int, default=1, help="Files of each class of bad or odd input.")
    parser.addoption("--clean-files", type=int, default=60, help="Clean files of all shapes.")
    parser.addoption("--kills", type=int, default=4, help="Random moments at which a process is killed.")
    parser.addoption("--publications", type=int, default=5, help="Releases published under readers.")
    parser.addoption("--killed-runs", type=int, default=0, help="Whole runs that are killed, one by one.")
    parser.addoption("--months", type=int, default=0, help="Months that a running daemon backfills.")
    parser.addoption("--lake-builds", type=int, default=0, help="Builds of two builders in one lake.")
    parser.addoption("--faults", type=int, default=1, help="Planted faults of each class.")
    parser.addoption("--moments", type=int, default=10, help="Random days to ask what was known as of them.")
    parser.addoption("--forests", type=int, default=60, help="Random forests of organisations that change.")
    parser.addoption("--shuffles", type=int, default=2, help="Orders of landing that give the same bytes.")
    parser.addoption("--histories", type=int, default=400, help="Random histories for the calculator.")
    parser.addoption("--releases", type=int, default=3, help="Releases, one at each moment of a history.")
    parser.addoption(
        "--increments", type=int, default=4, help="Builds of what is new, each compared with a whole one."
    )
    parser.addoption("--spark", action="store_true", help="Build the demo with Spark as well.")
    parser.addoption("--complete-pdf", action="store_true", help="Read the complete plan as a PDF.")
    parser.addoption("--defects", type=int, default=1, help="Plans with each kind of defect, and clean ones.")
    parser.addoption("--seed", type=int, default=0, help="The first seed of a campaign.")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id) -> Path:
    """A folder that all test workers of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="module")
def postgres_port() -> Iterator[int]:
    if not postgres.program("initdb"):
        pytest.skip("PostgreSQL's server is not installed")
    with postgres.running() as port:
        yield port


@pytest.fixture
def postgres_address(postgres_port, monkeypatch) -> str:
    """Of an empty database, by an administrator whose password the environment has."""
    monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
    return f"postgresql://{postgres.USER}@127.0.0.1:{postgres_port}/{postgres.DATABASE}"


@pytest.fixture(scope="session")
def compiled_models(shared_folder) -> list[Model]:
    """The models of the dbt project, those that tell of changes too, as plain SQL."""
    file = shared_folder / "models.pickle"
    with FileLock(shared_folder / "models.lock"):
        if not file.exists():
            file.write_bytes(pickle.dumps(models(shared_folder / "models-dbt", *CHANGES)))
    return pickle.loads(file.read_bytes())


@pytest.fixture(scope="session")
def plain(compiled_models) -> list[Model]:
    """Those that need no release before."""
    return [model for model in compiled_models if model.name not in CHANGES]


@pytest.fixture(scope="session")
def published(shared_folder) -> Run:
    """The bundled plan and extracts, published once. Tests read it and leave it as it is."""
    data = shared_folder / "published-data"
    told = {name: shared_folder / f"run.{name}" for name in ("stdout", "stderr")}
    with FileLock(shared_folder / "run.lock"):
        if not told["stderr"].exists():
            (shared_folder / "watch").mkdir(exist_ok=True)
            (shared_folder / "watch/sitecustomize.py").write_text(WATCH, encoding="utf-8")
            watched = {
                "PYTHONPATH": str(shared_folder / "watch"),
                "DXKPI_TEST_DIALLED": str(data) + ".dialled",
            }
            result = installed("run", DXKPI_DATA_DIR=str(data), **watched)
            assert result.returncode == 0, result.stderr
            told["stdout"].write_text(result.stdout, encoding="utf-8")
            told["stderr"].write_text(result.stderr, encoding="utf-8")
    return Run(data, **{name: file.read_text(encoding="utf-8") for name, file in told.items()})


@pytest.fixture(scope="session")
def demo(shared_folder) -> Run:
    """`dxkpi demo`, run once. Tests read it and leave it as it is."""
    told = {name: shared_folder / f"demo.{name}" for name in ("stdout", "stderr")}
    with FileLock(shared_folder / "demo.lock"):
        if not told["stderr"].exists():
            result = dxkpi("demo", data=shared_folder / "demo-data")
            assert result.returncode == 0, result.stderr
            told["stdout"].write_text(result.stdout, encoding="utf-8")
            told["stderr"].write_text(result.stderr, encoding="utf-8")
    said = {name: file.read_text(encoding="utf-8") for name, file in told.items()}
    return Run(shared_folder / "demo-data" / "demo", **said)
