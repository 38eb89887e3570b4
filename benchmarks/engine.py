"""What a build costs beside the plain SQL of bare.sql, from the same made-up histories, in one run.

Each step runs in a process of its own: seconds, CPU of it and its children, peak memory, bytes written. Both
must give the same ledger and the same ratios, span for span. `make bench` prints the figures and keeps them
in benchmarks/engine.json; benchmarks/report.py makes the page of them.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import landed_histories as histories
from landed_histories import History

HERE = Path(__file__).parent
DXKPI = Path(sys.executable).with_name("dxkpi")
# What plain SQL and models must agree on.
LEDGER = "measure_id, org_key, reporter_org_id, period_id, value, known_from, known_to"
RATIOS = (
    "indicator_id, definition_version, org_key, period_id, known_from, known_to, numerator, denominator, "
    "value, value_status, obs_status, reason, denominator_period_id"
)
SAME = {"ledger": ("fct_observation", LEDGER), "ratios": ("fct_indicator_value", RATIOS)}
NOTEWORTHY = 0.2  # seconds; faster models are not kept
SECONDS = "seconds.json"  # beside the warehouse: how long each model and test took


@dataclass(frozen=True)
class Case:
    """A history, what is landed of it before the first step, and the steps that are measured."""

    history: History
    steps: tuple[str, ...] = ("bare", "build", "chain", "nothing", "month", "district")
    write: Callable[[History, Path], int] = histories.write


def with_copies(history: History, folder: Path) -> int:
    return histories.write(history, folder) + histories.sent_again(history, folder, 30)


TWO = ("bare", "build")
RUNS = ("receive", "run", "run month")
CASES = {
    "10k": Case(History.of(10_000)),
    "100k": Case(History.of(100_000)),
    "1m": Case(History.of(1_000_000)),
    "10m": Case(History.of(10_000_000), TWO),
    **{f"13x{months}": Case(History(13, months), TWO) for months in (24, 48, 96, 120)},
    "all_sources": Case(History(0, 120), ("build", "nothing"), histories.write_all_sources),
    "18k_files": Case(History(30, 120, a_file_each=True), TWO),
    "30_copies": Case(History.of(10_000), TWO, with_copies),
    "run_4_months": Case(History(220, 4), RUNS, histories.deliver),
    "run_36_months": Case(History(220, 36), RUNS, histories.deliver),
}
BY_HAND = ("10m",)


def named(name: str) -> tuple[str, Case]:
    """A case by its name, or of so many communes and months, such as 5x12."""
    if name in CASES:
        return name, CASES[name]
    communes, by, months = name.partition("x")
    if not (by and communes.isdigit() and months.isdigit()):
        raise argparse.ArgumentTypeError(f"{name}: no such case; name one of {', '.join(CASES)}, or 5x12")
    return name, Case(History(int(communes), int(months)))


def measure(name: str, case: Case, folder: Path, limit: int, steps: Sequence[str] = ()) -> Iterator[dict]:
    """The figures of each step, in order. What takes more CPU than `limit` seconds is the last."""
    started = time.perf_counter()
    counts = case.write(case.history, folder)
    print(f"{name}: {counts:,} counts written in {time.perf_counter() - started:.0f} s", flush=True)
    for step in steps or case.steps:
        if step in NEW:
            counts += NEW[step](case.history, folder)
        figures = ran(step, folder, limit)
        yield {
            "case": name,
            "counts": counts,
            "communes": case.history.communes,
            "months": case.history.months,
        } | figures
        if not figures["is_finished"]:
            break
        if step == "build" and (folder / "bare.duckdb").exists():
            for table, number in differences(folder).items():
                if number:
                    raise SystemExit(f"{name}: {number} rows of {table} are not those of bare.sql")


NEW = {
    "month": histories.next_month,
    "district": histories.restated_district,
    "run month": histories.deliver_next_month,
}


def ran(step: str, folder: Path, limit: int) -> dict:
    """Run one step in a process of its own."""
    whole_run = step.startswith("run")
    command = [DXKPI, "run"] if whole_run else [sys.executable, __file__, "--step", step, str(folder)]
    data = data_of(step, folder)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            env=os.environ | {"DXKPI_DATA_DIR": str(data)},
            stdout=said,
            stderr=said,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode()
    is_stopped = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    if process.returncode and not is_stopped:
        raise SystemExit(f"{step}: failed: {words.strip() or process.returncode}")
    figures = {
        "step": step,
        "is_finished": not is_stopped,
        "seconds": round(time.perf_counter() - started, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "peak_mib": round(used.ru_maxrss / 1024),
        "written_mb": round(used.ru_oublock * 512 / 1e6, 1),
    }
    warehouse = data / "warehouse" / "warehouse.duckdb"
    if step != "bare" and warehouse.is_file():
        figures["warehouse_mb"] = round(warehouse.stat().st_size / 1e6, 1)
    if step not in ("bare", "receive") and not whole_run and not is_stopped:
        figures |= slowest(data / "warehouse" / SECONDS)
    return figures


def data_of(step: str, folder: Path) -> Path:
    """The data directory of a step: the chain alone is built beside the whole, from the same landed files."""
    if step != "chain":
        return folder
    beside = folder / "chain"
    beside.mkdir(exist_ok=True)
    if not (beside / "landed").exists():
        (beside / "landed").symlink_to(folder / "landed")
    return beside


def slowest(file: Path) -> dict:
    """Seconds of each model that takes some, and of all tests together."""
    models, tests = {}, 0.0
    for node, seconds in json.loads(file.read_text("utf-8")).items():
        kind, *_, name = node.split(".")
        if kind == "model" and seconds >= NOTEWORTHY:
            models[name] = round(seconds, 2)
        elif kind == "test":
            tests += seconds
    return {
        "models": dict(sorted(models.items(), key=lambda item: -item[1])),
        "tests_seconds": round(tests, 2),
    }


def differences(folder: Path) -> dict[str, int]:
    """The rows of plain SQL and of the models that the other has not, by the table of the models."""
    with duckdb.connect() as con:
        con.execute(f"attach '{folder / 'bare.duckdb'}' as bare (read_only)")
        con.execute(f"attach '{folder / 'warehouse/warehouse.duckdb'}' as built (read_only)")
        found = {}
        for ours, (table, columns) in SAME.items():
            one, other = f"select {columns} from {ours}", f"select {columns} from built.marts.{table}"
            con.execute("use bare")
            both = f"(({one}) except all ({other})) union all (({other}) except all ({one}))"
            found[table] = con.execute(f"select count(*) from ({both})").fetchone()[0]
    return found


# Inside the process of a step


def bare(folder: Path) -> None:
    file = folder / "bare.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"set variable landed = '{folder / 'landed'}'")
        con.execute((HERE / "bare.sql").read_text("utf-8"))


def build(*arguments: str) -> None:
    """Run dbt; without arguments as the run builds the warehouse, with its data tests."""
    from ingest import folders
    from orchestration.assets import warehouse
    from orchestration.state import increments

    new = increments.begin()
    if new is None:
        folders.warehouse().with_name(SECONDS).write_text("{}", "utf-8")
        return
    command = (*(arguments or warehouse.BUILD), *new)
    results, failure = warehouse.invoke(*command, "--exclude", warehouse.JUDGED)
    if failure:
        sys.exit(failure)
    increments.end(warehouse._new(results))
    seconds = {r["data"]["node_info"]["unique_id"]: r["data"]["execution_time"] for r in results}
    folders.warehouse().with_name(SECONDS).write_text(json.dumps(seconds), "utf-8")


def take(step: str, folder: Path) -> None:
    if step == "bare":
        bare(folder)
    elif step == "receive":
        histories.receive(folder)
    elif step == "chain":  # from the ledger to the values, without tests
        build("run", "--select", "+fct_indicator_value")
    else:
        build()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", nargs=2, metavar=("STEP", "FOLDER"), help="take one step, in this process")
    usual = [named(name) for name in CASES if name not in BY_HAND]
    parser.add_argument("--cases", nargs="+", type=named, default=usual, metavar="CASE")
    parser.add_argument("--steps", nargs="+", default=[], metavar="STEP", help="only these of their steps")
    parser.add_argument("--version", default="now", help="under which name the figures are kept")
    parser.add_argument("--limit", type=int, default=1800, help="seconds of CPU that a step may take")
    parser.add_argument("--folder", type=Path, help="where the histories are written; a temporary one")
    parser.add_argument("--keep", type=Path, default=HERE / "engine.json", help="where the figures go")
    options = parser.parse_args()
    if options.step:
        take(options.step[0], Path(options.step[1]))
        return 0
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    for name, case in options.cases:
        folder = Path(tempfile.mkdtemp(dir=options.folder))
        try:
            found = []
            for figures in measure(name, case, folder, options.limit, options.steps):
                found.append(figures)
                print(line(figures, found[0]), flush=True)
            keep(options.keep, options.version, name, found)
        finally:
            shutil.rmtree(folder)
    return 0


def line(figures: dict, first: dict) -> str:
    beside = f"{figures['cpu'] / first['cpu']:6.1f} x" if first["step"] == "bare" else ""
    slow = ", ".join(f"{name} {seconds:.1f}" for name, seconds in list(figures.get("models", {}).items())[:3])
    return (
        f"  {figures['step']:10} {figures['seconds']:7.1f} s {figures['cpu']:7.1f} s of CPU{beside}  "
        f"{figures['peak_mib']:6,} MiB  {figures['written_mb']:8,.1f} MB written  {slow}"
        + ("" if figures["is_finished"] else "  stopped")
    )


def keep(file: Path, version: str, name: str, found: list[dict]) -> None:
    """The figures of a case in place of those of before, beside all others."""
    kept = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    of_version = kept.setdefault(version, {"measured_on": about, "steps": []})
    of_version["measured_on"] = about
    of_version["steps"] = [each for each in of_version["steps"] if each["case"] != name] + found
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
