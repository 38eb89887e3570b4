"""Building in a lake: the same marts as in a file; readers see one release or the next, builders wait."""

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest
from conftest import FORKS, dxkpi
from making import postgres as server
from oracle.compare_releases import compare

from ingest import folders
from ingest.errors import Refused
from orchestration.publication import lake
from orchestration.state import data_directory, engine

pytest.importorskip("duckdb_extension_ducklake", reason="the extra dxkpi[lake] is not installed")

# The two were made on two days if midnight came between.
SINCE = [f"{table}.since_on" for table in ("fct_matter", "matters", "rpt_open_matters")]
SINCE.append("fct_check_result.judged_at")


@pytest.fixture
def catalog(postgres_address) -> str:
    return f"postgres:{postgres_address}"


@pytest.fixture(params=["file", "postgres"])
def in_a_lake(request, tmp_path, monkeypatch) -> Path:
    """This process builds in a lake that is empty yet, with its catalog in a file and in a server."""
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DXKPI_ENGINE", "ducklake")
    monkeypatch.setenv("DXKPI_LAKE_NAME", request.node.name.partition("[")[0][-40:])
    if request.param == "postgres":
        monkeypatch.setenv("DXKPI_LAKE", request.getfixturevalue("catalog"))
    folders.warehouse().parent.mkdir()
    return tmp_path


def release(folder: Path, release_id: str, rows: int = 3) -> Path:
    """Tables that say which release they are of."""
    made = folder / "published" / "releases" / release_id
    made.mkdir(parents=True)
    with duckdb.connect(str(made / "dxkpi.duckdb")) as database:
        database.execute("create schema marts")
        for name in ("marts.release", "marts.dim_org", "main.scorecard"):
            database.execute(
                f"create table {name} as select '{release_id}' as release_id, n, [n, null] as many, "
                f"n * 1.25 as amount, '2024-01-01 09:30:00+07'::timestamptz as at from range({rows}) as t(n)"
            )
            database.execute(
                f"comment on table {name} is 'of {name}'; comment on column {name}.n is 'it''s n'"
            )
    return made


def asked(sql: str) -> list[tuple]:
    with engine.opened(read_only=False) as con:
        return con.execute(sql).fetchall()


def test_a_release_is_one_commit_and_earlier_ones_can_be_read_as_long_as_they_are_kept(in_a_lake):
    made = [release(in_a_lake, f"r{n}", rows=n) for n in (1, 2, 3)]
    assert lake.lacks("r1")
    for each in made:
        lake.publish(each, 2)
        assert not lake.lacks(each.name) and lake.lacks("r")
    with duckdb.connect(str(made[2] / "dxkpi.duckdb"), read_only=True) as file:
        assert asked("from current.scorecard") == file.execute("from scorecard").fetchall()
        types = "select column_name, data_type, comment from duckdb_columns() where table_name = 'dim_org'"
        assert asked(f"{types} and schema_name = 'current'") == file.execute(types).fetchall()
    assert asked("select comment from duckdb_tables() where table_name = 'scorecard'") == [
        ("of main.scorecard",)
    ]
    snapshots = asked("select snapshot_id, commit_message from lake.snapshots() order by all")
    assert [message for _, message in snapshots] == ["release r2", "release r3"]
    earlier = f"select distinct release_id from current.dim_org at (version => {snapshots[0][0]})"
    assert asked(earlier) == [("r2",)]
    # what is no longer in a release is no longer current
    with duckdb.connect(str(made[0] / "dxkpi.duckdb")) as database:
        database.execute("drop table marts.dim_org")
    lake.publish(made[0], 2)
    current = "select table_name from duckdb_tables() where schema_name = 'current' order by all"
    assert asked(current) == [("release",), ("scorecard",)]


def test_a_publisher_that_is_killed_leaves_the_release_before(in_a_lake):
    lake.publish(release(in_a_lake, "r1"), 2)
    second = release(in_a_lake, "r2")
    code = (
        "import os, sys; from pathlib import Path; from orchestration.publication import data_package, lake\n"
        "comments = data_package.Table.comments\n"
        "def last(table, name):\n"
        "    if table.name == 'scorecard': os.kill(os.getpid(), 9)\n"
        "    return comments(table, name)\n"
        "data_package.Table.comments = last\n"
        "lake.publish(Path(sys.argv[1]), 2)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(second)]).returncode == -9
    everything = (
        "select release_id from current.release union from (select release_id from current.scorecard)"
    )
    assert asked(everything) == [("r1",)]
    lake.publish(second, 2)
    assert asked(everything) == [("r2",)]


PUBLISHER = """
import sys
from pathlib import Path
from orchestration.publication import lake
for folder in sys.argv[2:]:
    lake.publish(Path(folder), None)
"""


def test_publishers_at_once_lose_nothing_and_readers_see_whole_releases(
    catalog, tmp_path, monkeypatch, request
):
    """They should take turns; if they do not, what one commits is committed again after the other."""
    wanted = 2 * (2 + request.config.getoption("--publications") // 3)
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DXKPI_ENGINE", "ducklake")
    monkeypatch.setenv("DXKPI_LAKE", catalog)
    monkeypatch.setenv("DXKPI_LAKE_NAME", "many")
    folders.warehouse().parent.mkdir()
    lake.publish(release(tmp_path, "first"), None)
    made = [release(tmp_path, f"r{n}", rows=n + 1) for n in range(wanted)]
    faults, reads, over = [], [], threading.Event()

    def read() -> None:
        with engine.opened(read_only=False) as con:
            while not over.is_set():
                try:
                    rows = con.execute(
                        "select release_id, count(*) from current.release group by 1 union all "
                        "select release_id, count(*) from current.dim_org group by 1 union all "
                        "select release_id, count(*) from current.scorecard group by 1"
                    ).fetchall()
                except duckdb.Error as error:
                    faults.append(repr(error))
                    return
                reads.append(rows[0])
                if len(rows) != 3 or len({*rows}) != 1:
                    faults.append(rows)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        halves = [list(map(str, made[n::2])) for n in (0, 1)]
        at_work = [subprocess.Popen([sys.executable, "-c", PUBLISHER, "-", *half]) for half in halves]
        assert [publisher.wait() for publisher in at_work] == [0, 0]
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert not faults and len(reads) > 4
    kept = asked(COMMITS)
    assert {message for message, _ in kept} == {"release first", *(f"release {each.name}" for each in made)}
    assert len(kept) == len(made) + 1
    for message, snapshot in kept:
        rows = asked(f"select distinct release_id from current.scorecard at (version => {snapshot})")
        assert rows == [(message.removeprefix("release "),)]


def test_a_lake_that_is_not_there_yet_is_made_once_by_many(catalog, tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DXKPI_ENGINE", "ducklake")
    monkeypatch.setenv("DXKPI_LAKE", catalog)
    with ThreadPoolExecutor(5) as pool:
        opened = [pool.submit(engine.opened, read_only=False) for _ in range(5)]
        assert [each.result().execute("select 1").fetchone() for each in opened] == [(1,)] * 5


def test_builders_of_one_lake_wait_for_each_other(catalog, tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DXKPI_ENGINE", "ducklake")
    monkeypatch.setenv("DXKPI_LAKE", catalog)
    monkeypatch.setattr(data_directory, "PATIENCE", 0.5)
    other = "from orchestration.state import engine\nwith engine.lease(): print('mine', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", other], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as builder:
        assert builder.stdout.readline() == "mine\n"
        with pytest.raises(Refused, match="another dxkpi is at work on it"), engine.lease():
            pass
        monkeypatch.setenv("DXKPI_LAKE_NAME", "of another province")
        with engine.lease(), engine.lease():
            pass
        monkeypatch.delenv("DXKPI_LAKE_NAME")
        monkeypatch.setattr(data_directory, "PATIENCE", 600)
        builder.stdin.write("\n")
        builder.stdin.close()
        with engine.lease():
            pass


def test_what_another_has_built_in_between_is_not_built_upon(in_a_lake):
    with engine.opened(read_only=False) as con:
        con.execute("create table main.ours as select 1 as n")
    engine.note_snapshot()
    engine.refuse_changed()
    with engine.opened(read_only=False) as con:
        con.execute("create or replace table main.ours as select 2 as n")
    with engine.opened() as con:  # what is judged and published is what was built here
        assert con.execute("from main.ours").fetchall() == [(1,)]
    with pytest.raises(Refused, match="another has built there since"):
        engine.refuse_changed()


def test_an_engine_that_is_none_and_a_lake_that_cannot_be_reached_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DXKPI_ENGINE", "oracle")
    with pytest.raises(Refused, match="DXKPI_ENGINE=oracle: it is one of duckdb, ducklake"):
        engine.opened()
    monkeypatch.setenv("DXKPI_ENGINE", "ducklake")
    monkeypatch.setenv("DXKPI_LAKE", "postgres:host=127.0.0.1 port=1 user=nobody dbname=none")
    for attempt in (engine.opened, engine.lease().__enter__):
        with pytest.raises(Refused, match=r"DXKPI_LAKE: .*refused"):
            attempt()


# What `dxkpi run` does in a lake, of one mart alone: a whole run takes minutes.
# Arguments: the mart, release folders.
BUILDER = """
import sys
from pathlib import Path
from orchestration.assets import warehouse
from orchestration.publication import lake
from orchestration.state import engine
for folder in map(Path, sys.argv[2:]):
    with engine.lease():
        selected = "--select", f"+{sys.argv[1]}", "--indirect-selection", "cautious"
        _, failure = warehouse.invoke(*warehouse.BUILD, "--full-refresh", *selected)
        assert not failure, failure
        engine.note_snapshot()
        folder.mkdir(parents=True)
        with engine.opened() as con:
            con.execute(f"attach '{folder}/dxkpi.duckdb' as file; create schema file.marts")
            con.execute(f"create table file.marts.{sys.argv[1]} as from marts.{sys.argv[1]}")
            con.execute(f"create table file.marts.release as select '{folder.name}' as release_id")
        lake.publish(folder, None)
"""


def built(mart: str, data: Path, releases: list[Path], **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", BUILDER, mart, *map(str, releases)]
    environment |= {"DXKPI_DATA_DIR": str(data), "PGPASSWORD": server.PASSWORD}
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)


def rows(file: Path, mart: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(f"from marts.{mart} order by all").fetchall()


def test_values_built_in_a_lake_are_those_of_the_file(published, catalog, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(published.data, data, ignore=shutil.ignore_patterns("warehouse", "published", "dagster"))
    (data / "warehouse").mkdir()
    where = {"DXKPI_ENGINE": "ducklake", "DXKPI_LAKE": catalog, "DXKPI_LAKE_NAME": "Gia Lai"}
    release, mart = data / "published/releases/values", "fct_indicator_value"
    ran = built(mart, data, [release], **where)
    assert ran.returncode == 0, ran.stderr
    found = rows(release / "dxkpi.duckdb", mart)
    assert found == rows(published.data / "warehouse/warehouse.duckdb", mart) != []


def test_a_release_built_in_a_lake_is_that_of_the_file(published, catalog, tmp_path, request):
    if not request.config.getoption("--lake-builds"):
        pytest.skip("a whole run in a lake is a campaign: --lake-builds 50")
    data = tmp_path / "data"
    shutil.copytree(
        published.data, data, symlinks=True, ignore=shutil.ignore_patterns("warehouse", "published")
    )
    where = {"DXKPI_ENGINE": "ducklake", "DXKPI_LAKE": catalog, "DXKPI_LAKE_NAME": "Gia Lai"}
    ran = dxkpi("run", data=data, PGPASSWORD=server.PASSWORD, **where)
    assert ran.returncode == 0, ran.stderr
    built = data / "published/current/dxkpi.duckdb"
    compared = list(compare(published.release / "dxkpi.duckdb", built, SINCE))
    assert len(compared) > 60 and not [str(difference) for difference in compared if difference]
    columns = (
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() order by all"
    )
    with duckdb.connect(str(built), read_only=True) as con:
        assert con.execute(columns).fetchall() == published.query(columns)


COMMITS = "select commit_message, snapshot_id from lake.snapshots() where commit_message is not null"
LEDGER = "select release_id, (select sum(hash(o)) from {schema}.fct_observation as o) from {schema}.release"


def read(environment: dict[str, str], over: Event, answers: SimpleQueue) -> None:
    """Ask the current release until it is over, as a dashboard does; what it said, or the first error."""
    os.environ.update(environment)
    seen = set()
    while not over.is_set():
        # a connection keeps the catalog of each version that it ever saw (duckdb/ducklake#852)
        with engine.opened(read_only=False) as con:
            con.execute("set python_enable_replacements = false")
            for _ in range(50):
                if over.wait(0.2):  # the builders have a core too
                    break
                try:
                    seen.update(con.execute(LEDGER.format(schema="current")).fetchall())
                except duckdb.Error as error:
                    nothing_yet = not seen and isinstance(error, duckdb.CatalogException)
                    if not nothing_yet:
                        return answers.put({repr(error)})
    return answers.put(seen)


def test_two_builders_and_four_readers_of_one_lake(published, catalog, tmp_path, monkeypatch, request):
    """Two data directories that differ, as two machines have them that nobody told of each other."""
    wanted = request.config.getoption("--lake-builds")
    if not wanted:
        pytest.skip("two builders of one lake are a campaign: --lake-builds 50")
    everything = {"DXKPI_KEEP_RELEASES": "all", "PGPASSWORD": server.PASSWORD}
    where = {"DXKPI_ENGINE": "ducklake", "DXKPI_LAKE": catalog, "DXKPI_LAKE_NAME": "two builders"}
    where["DXKPI_LAKE_FILES"] = str(tmp_path / "files")
    for variable, value in {**where, "DXKPI_DATA_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(variable, value)
    folders.warehouse().parent.mkdir()
    one, other, alone = (tmp_path / name for name in ("one", "other", "alone"))
    (withdrawn,) = published.query("select min(extract_id) from marts.dim_extract where source_id = 'vneid'")[
        0
    ]
    without = shutil.ignore_patterns("warehouse", "published")
    for data in (one, other):
        shutil.copytree(published.data, data, symlinks=True, ignore=without)
    gone = dxkpi("withdraw", withdrawn, "--reason", "thử nghiệm", data=other, DXKPI_ENGINE="duckdb")
    assert gone.returncode == 0, gone.stderr
    shutil.copytree(other, alone, symlinks=True)
    assert dxkpi("run", data=alone, DXKPI_ENGINE="duckdb").returncode == 0
    failed, over, answers = [], FORKS.Event(), FORKS.SimpleQueue()

    def build(data: Path) -> None:
        """Once all of it, then the ledger again and again."""
        ran = dxkpi("run", data=data, **everything, **where)
        releases = [data / f"published/releases/{data.name}-{n}" for n in range(1, wanted // 2)]
        if not ran.returncode:
            ran = built("fct_observation", data, releases, **everything, **where)
        if ran.returncode:
            failed.append(ran.stderr)

    def made() -> dict[str, Path]:
        return {
            f.parent.name: f for data in (one, other) for f in data.glob("published/releases/*/dxkpi.duckdb")
        }

    at_work = [threading.Thread(target=build, args=[data]) for data in (one, other)]
    readers = [FORKS.Process(target=read, args=(dict(os.environ), over, answers)) for _ in range(4)]
    for each in (*at_work, *readers):
        each.start()
    for thread in at_work:
        thread.join()
    over.set()
    for reader in readers:
        reader.join()
    assert not failed and [reader.exitcode for reader in readers] == [0] * 4
    reads = [answers.get() for _ in readers]
    assert {f"release {name}" for name in made()} == {message for message, _ in asked(COMMITS)}
    known = set()
    for file in made().values():
        with duckdb.connect(str(file), read_only=True) as con:
            known.update(con.execute(LEDGER.format(schema="marts")).fetchall())
    assert all(set() < seen <= known for seen in reads), reads
    for data, reference in ((one, published.data), (other, alone)):
        whole, *ledgers = sorted(data.glob("published/releases/*/dxkpi.duckdb"))
        assert len(ledgers) == wanted // 2 - 1
        of_file = reference / "published/current/dxkpi.duckdb"
        assert not [str(difference) for difference in compare(of_file, whole, SINCE) if difference]
        expected = rows(reference / "warehouse/warehouse.duckdb", "fct_observation")
        for ledger in ledgers:
            assert rows(ledger, "fct_observation") == expected
