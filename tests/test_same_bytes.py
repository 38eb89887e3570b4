"""The marts are a function of what was received and when, not of how it came to be landed: whatever the
order, the split into runs, the machine's settings and the threads, and after a rebuild from raw/, the Parquet
files hold the same bytes. A slice runs here; `--shuffles 50 --seed N` runs a campaign.

What a run says of itself differs each time and is not compared. Those are the models tagged `findings`: the
release with its id and hour, what its checks said in how many seconds, what changed since the one before.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from making.compiled import HERE, Model, data_dir
from making.gia_lai import PLAN
from making.processes import HANGS

from ingest import landing, receiving
from ingest.sources import SOURCES
from orchestration.publication import database
from orchestration.state import increments

DISTRICTS = ("Thành phố Pleiku", "Thị xã An Khê", "Huyện KBang", "Huyện Ia Pa")
OPERATORS = ("VNPT", "Viettel", "MobiFone", "Vietnamobile")
NOON = datetime(2024, 2, 5, 5, tzinfo=UTC)
# Of shuffle n the n-th, from the beginning again where they end.
MACHINES = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "LANG": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C.UTF-8", "LANG": "vi_VN.UTF-8"},
    {"PYTHONHASHSEED": "424242", "TZ": "America/St_Johns", "LC_ALL": "POSIX", "LANG": "en_US.UTF-8"},
    {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "tr_TR.UTF-8"},
)


@dataclass(frozen=True)
class Arrival:
    """One file received; `about` is what `receiving.receive` is told beside the moment."""

    source_id: str
    file: str
    received_at: str
    about: dict


def arrivals(folder: Path) -> list[Arrival]:
    """The bundled files, and made-up ones of early 2024: some restated, some at one moment, some sent again,
    before and after they were restated."""
    found = [
        Arrival(source, str(file), str(about.pop("received_at")), about)
        for source in ("plan", *SOURCES)
        for file, about in receiving.bundled(source)
    ]
    text = PLAN.read_text(encoding="utf-8").replace("664.940", "665.940")
    restated = folder / "plan_restated.md"
    restated.write_text(text, encoding="utf-8")
    about = {"plan_id": "gia-lai-2024", "publisher": "UBND tỉnh Gia Lai"}
    found.append(Arrival("plan", str(restated), NOON.isoformat(), about))

    pick = random.Random(2024)
    for month in range(1, 4):
        for version in range(pick.choice([1, 2])):
            for source, name, body in files_of(pick, month, version):
                file = folder / f"{version}_{name}"
                file.write_bytes(body)
                # in whole weeks, so that some come at the same moment
                moment = NOON + timedelta(weeks=4 * month + version * pick.randrange(1, 4))
                about = {"period_id": f"2024-{month:02}", "is_made_up": True}
                found.append(Arrival(source, str(file), moment.isoformat(), about))
    twice = [arrival for arrival in found if arrival.source_id == "vneid"]
    return found + [
        Arrival(
            a.source_id,
            a.file,
            (datetime.fromisoformat(a.received_at) + timedelta(days=9)).isoformat(),
            a.about,
        )
        for a in twice
    ]


def files_of(pick: random.Random, month: int, version: int):
    """(source, file name, bytes) of a month; now and then a district or an operator says nothing."""

    def csv(name: str, *rows: tuple) -> bytes:
        return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()

    def there() -> list[str]:
        return [name for name in DISTRICTS if pick.random() < 0.95]

    headings = ("Đơn vị", "Dân số trưởng thành", "Người trưởng thành có tài khoản định danh điện tử")
    rows = [(name, pick.randrange(50_000, 99_000), pick.randrange(50_000)) for name in there()]
    yield "vneid", f"vneid_{month}.csv", csv("", headings, *rows)
    for operator in OPERATORS if month < 3 else []:
        headings = ("Đơn vị", "Doanh nghiệp", "Thuê bao di động", "Thuê bao sử dụng điện thoại thông minh")
        rows = [(name, operator, pick.randrange(9000, 9999), pick.randrange(9000)) for name in there()]
        if pick.random() < 0.9:
            yield "telecom", f"{operator}_{month}.csv", csv("", headings, *rows)
    online = {name: pick.randrange(900) for name in there()}
    records = [
        {"TEN": name, "HS_TOTAL": f"{n + 50}", "HTN_TRUCTUYEN_TOTAL": f"{n}", "HTN_TRUCTIEP_TOTAL": "50"}
        for name, n in online.items()
    ]
    yield "dvc_portal", f"dvc_{month}.json", json.dumps(records, ensure_ascii=False).encode()
    # from the beginning of the year on
    end = date(2024, month + 1, 1) - timedelta(days=1)
    headings = "subject,org,unit,value,publisher,citation,period_start,period_end"
    rows = [
        (
            "results_digitised",
            "Tỉnh Gia Lai",
            "results",
            1000 * month + pick.randrange(99),
            "X",
            "Y",
            "01/01/2024",
            f"{end:%d/%m/%Y}",
        ),
        (
            "online_payments",
            "Tỉnh Gia Lai",
            "percent",
            pick.randrange(99),
            "X",
            "Y",
            f"01/{month:02}/2024",
            f"{end:%d/%m/%Y}",
        ),
    ]
    yield "published_figures", f"figures_{month}.csv", csv("", headings.split(","), *rows)


def shuffled(arrivals: list[Arrival], pick: random.Random) -> list[list[Arrival]]:
    """Some order, in some runs."""
    order = pick.sample(arrivals, k=len(arrivals))
    cuts = sorted(pick.sample(range(1, len(order)), k=pick.randrange(4)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def land(runs: list[list[dict]], folder: Path, forgetful: list[bool], with_dbt: bool, threads: int) -> None:
    """Receive and land run by run; before a forgetful one everything that was landed is deleted."""
    with data_dir(folder):
        for run, forget in zip(runs, forgetful, strict=True):
            if forget:
                shutil.rmtree(folder / "landed", ignore_errors=True)
            for arrival in run:
                moment = datetime.fromisoformat(arrival["received_at"])
                receiving.receive(
                    arrival["source_id"], Path(arrival["file"]), received_at=moment, **arrival["about"]
                )
            for source in run_order(run):
                landing.land(source)
            landing.land_extracts()
            if with_dbt:
                from orchestration.assets import warehouse  # takes seconds

                landing.land_registry()
                if (new := increments.begin()) is None:
                    continue
                events, failure = warehouse.invoke(
                    *(*warehouse.BUILD, "--exclude", warehouse.JUDGED, "--threads", str(threads), *new)
                )
                assert not failure, failure
                increments.end(warehouse._new(events))
        landing.land_registry()


def run_order(run: list[dict]) -> list[str]:
    """Sources as they came in the run, then the others: Dagster lands them in no fixed order."""
    return list(dict.fromkeys([*(arrival["source_id"] for arrival in run), "plan", *SOURCES]))


def built(job: dict, con: duckdb.DuckDBPyConnection) -> None:
    """The marts as a database called `warehouse`: what dbt left behind, or the models run here."""
    if job["with_dbt"]:
        con.execute(f"attach '{job['folder']}/warehouse/warehouse.duckdb' as warehouse (read_only)")
        return
    con.execute("attach ':memory:' as warehouse")
    con.execute("use warehouse")
    con.execute(f"set threads = {job['threads']}")
    listed = [Model(**model) for model in json.loads(Path(job["models"]).read_text(encoding="utf-8"))]
    for schema in sorted({model.schema for model in listed}):
        con.execute(f"create schema if not exists {schema}")
    for model in listed:
        sql = model.sql.replace(HERE, job["folder"])
        con.execute(f"create table {model.schema}.{model.name} as {sql}")


def write(job: dict) -> None:
    """Land, build, and write each mart as a release does."""
    land(job["runs"], Path(job["folder"]), job["forgetful"], job["with_dbt"], job["threads"])
    parquet = Path(job["folder"]) / "parquet"
    parquet.mkdir()
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        built(job, con)
        con.execute("use memory")
        con.execute("set threads = 1")
        for schema in ("marts", "audit"):
            con.execute(f"create schema {schema}")
        for schema, table in database.tables_of(con, "warehouse"):
            database.copy(con, "warehouse", schema, table, parquet / f"{table}.parquet")


def hashes(folder: Path) -> dict[str, str]:
    files = (folder / "parquet").glob("*.parquet")
    return {file.stem: sha256(file.read_bytes()).hexdigest() for file in files}


def in_a_process(job: dict, **machine: str) -> dict[str, str]:
    """The hash of each mart's file, by table, as a process on this machine writes them."""
    Path(job["folder"]).mkdir()
    reported = Path(job["folder"]) / "job.json"
    reported.write_text(json.dumps(job), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, __file__, str(reported)],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | machine,
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    assert ran.returncode == 0, ran.stderr
    return hashes(Path(job["folder"]))


@pytest.fixture(scope="module")
def listed(tmp_path_factory, plain) -> Path:
    """Every model in plain SQL, in a file."""
    file = tmp_path_factory.mktemp("dbt") / "models.json"
    file.write_text(json.dumps([asdict(model) for model in plain]), encoding="utf-8")
    return file


def test_any_order_any_split_any_machine_and_a_rebuild_from_raw_give_the_same_bytes(
    listed, tmp_path, pytestconfig
):
    pick = random.Random(pytestconfig.getoption("seed"))
    received = arrivals(tmp_path)
    assert len(received) > 30
    as_they_came = sorted(received, key=lambda arrival: arrival.received_at)
    wanted = {}
    for number in range(pytestconfig.getoption("shuffles") + 1):
        runs = shuffled(received, pick) if number else [as_they_came]
        job = {
            "folder": str(tmp_path / f"shuffle-{number}"),
            "models": str(listed),
            "runs": [[asdict(arrival) for arrival in run] for run in runs],
            "forgetful": [pick.random() < 0.3 for _ in runs],
            "threads": 1 + number % 2,
            "with_dbt": number % 10 in (8, 9),
        }
        found = in_a_process(job, **MACHINES[number % len(MACHINES)])
        # dbt puts columns in the order of their contract, so what it writes is compared with what it wrote
        as_before = wanted.setdefault(job["with_dbt"], found)
        assert len(found) > 25 and set(found) == set(wanted[False])
        assert {table for table in found if found[table] != as_before[table]} == set(), (number, job)
        shutil.rmtree(job["folder"])


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
