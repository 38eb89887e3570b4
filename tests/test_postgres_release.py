"""A release in PostgreSQL: the same values, types and comments; readers see one release or the next."""

import itertools
import os
import shutil
import subprocess
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from conftest import dxkpi
from making import postgres as server

from ingest.errors import Refused
from orchestration.publication import data_package, postgres
from orchestration.publication.database import MACROS

psycopg2 = pytest.importorskip("psycopg2", reason="the extra dxkpi[postgres] is not installed")
FIRST, SECOND = "20240101T000000Z-aaaaaaaa", "20240102T000000Z-bbbbbbbb"


@pytest.fixture
def address(postgres_address) -> str:
    return postgres_address


@pytest.fixture(scope="module")
def release(published, tmp_path_factory) -> Path:
    """The real one, under a name of its own."""
    return release_named(published, tmp_path_factory.mktemp("release"), FIRST)


def release_named(published, folder: Path, release_id: str) -> Path:
    shutil.copy(published.release / "dxkpi.duckdb", folder / "dxkpi.duckdb")
    (folder / "dxkpi.duckdb").chmod(0o644)
    with duckdb.connect(str(folder / "dxkpi.duckdb")) as database:
        database.execute("update marts.release set release_id = ?", [release_id])
        database.execute("update marts.dim_org set name_vi = ?", [release_id])
    return folder


def small(release: Path, folder: Path) -> Path:
    """Of a release only what a function or the test reads."""
    folder.mkdir()
    with duckdb.connect(str(folder / "dxkpi.duckdb")) as database:
        database.execute(f"attach '{release / 'dxkpi.duckdb'}' as whole (read_only); create schema marts")
        for name in ("release", "dim_org", *(name for name, _ in MACROS.values())):
            database.execute(f"create table marts.{name} as from whole.marts.{name}")
    return folder


def asked(address: str, sql: str) -> list[tuple]:
    with psycopg2.connect(address) as con, con.cursor() as cursor:
        cursor.execute("set timezone = 'UTC'")
        cursor.execute(sql)
        return cursor.fetchall()


def plain(rows: list[tuple]) -> Counter:
    return Counter(tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in rows)


def test_every_table_has_the_same_rows_names_and_comments(release, address):
    schema = postgres.publish(release, FIRST, address, None)
    assert schema == "dxkpi_20240101t000000z_aaaaaaaa"
    with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as database:
        database.execute("set TimeZone = 'UTC'")
        tables = data_package.tables(release / "dxkpi.duckdb")
        assert len(tables) > 50
        for table in tables:
            ours = database.execute(f'select * from {table.schema}."{table.name}"').fetchall()
            for where in (schema, "dxkpi"):
                theirs = asked(address, f'select * from {where}."{table.name}"')
                assert plain(theirs) == plain(ours), table.name
    comments = asked(
        address,
        """select c.relname, a.attname, col_description(c.oid, a.attnum) from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
            where c.relkind = 'r' and c.relnamespace = 'dxkpi'::regnamespace""",
    )
    assert {row for row in comments} == {(t.name, c.name, c.about or None) for t in tables for c in t.columns}


def test_types_are_those_of_postgresql_and_keys_are_unique(release, address):
    types = dict(
        asked(
            address,
            """select distinct format_type(atttypid, atttypmod), true from pg_attribute
               join pg_class on pg_class.oid = attrelid
               where relnamespace = 'dxkpi_20240101t000000z_aaaaaaaa'::regnamespace and attnum > 0
               and relkind = 'r'""",
        )
    )
    assert {"text", "boolean", "date", "numeric(9,4)", "timestamp with time zone", "text[]"} <= set(types)
    unique = asked(address, "select count(*) from pg_indexes where schemaname like 'dxkpi\\_2024%'")
    assert unique[0][0] > 40


def test_what_was_known_on_a_day_is_asked_as_in_the_file(release, address):
    for day in ("2024-06-30 23:59:59+07", "2100-01-01 00:00:00+00"):
        with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as database:
            (ours,) = database.execute(f"select count(*), sum(value) from values_as_of('{day}')").fetchall()
        assert asked(address, f"select count(*), sum(value) from dxkpi.values_as_of('{day}')") == [ours]


def test_who_may_only_read_reads_and_changes_nothing(release, address):
    asked(address + "?options=-crole%3Ddxkpi_reader", "select * from dxkpi.scorecard limit 1")
    for sql in (
        "delete from dxkpi.scorecard returning 1",
        "create table dxkpi.mine (i int)",
        "delete from dxkpi_20240101t000000z_aaaaaaaa.scorecard returning 1",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            asked(address + "?options=-crole%3Ddxkpi_reader", sql)


def test_odbc_reads_it_as_excel_and_power_bi_would(address):
    if not shutil.which("isql") or "PostgreSQL Unicode" not in drivers():
        pytest.skip("unixodbc and odbc-postgresql are not installed")
    where = urlsplit(address)
    connection = (
        f"Driver={{PostgreSQL Unicode}};Server={where.hostname};Port={where.port};"
        f"Database={where.path[1:]};Uid={where.username};Pwd={server.PASSWORD}"
    )
    columns = "target_number, value, period_start, pillar_vi"
    answer = subprocess.run(
        ["isql", "-b", "-d|", "-k", connection],
        input=f"select {columns} from dxkpi.scorecard where target_number = 'II.7';\n",
        capture_output=True,
        text=True,
    )
    assert answer.stdout == "II.7|49.3012|2023-01-01|Chính quyền số\n"


def drivers() -> str:
    found = subprocess.run(["odbcinst", "-q", "-d"], capture_output=True, text=True)
    return found.stdout


def test_readers_see_one_release_or_the_next_and_never_an_error(
    published, release, address, tmp_path, request
):
    wanted = 2 + request.config.getoption("--publications") // 3
    other = release_named(published, tmp_path, SECOND)
    folders = {name: small(whole, tmp_path / name) for name, whole in ((FIRST, release), (SECOND, other))}
    postgres.publish(folders[FIRST], FIRST[:-8] + "ffffffff", address, 2)
    faults, reads, over = [], [], threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                ((name, names),) = asked(
                    address,
                    "select release_id, (select array_agg(distinct name_vi) from dxkpi.dim_org) "
                    "from dxkpi.release",
                )
            except psycopg2.Error as error:
                faults.append(repr(error))
                return
            reads.append(name)
            if names != [name]:
                faults.append((name, names))

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    try:
        for number, name in zip(range(wanted), itertools.cycle((SECOND, FIRST)), strict=False):
            postgres.publish(folders[name], name[:-8] + f"{number:08x}", address, 2)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert not faults and {FIRST, SECOND} <= set(reads)
    assert len(asked(address, "select 1 from pg_namespace where nspname ~ '^dxkpi_2024'")) == 2


def test_a_table_whose_columns_changed_is_made_anew_and_one_that_is_gone_goes(release, address):
    postgres.publish(release, FIRST, address, None)
    asked(address, "alter table dxkpi.scorecard drop column verdict; select 1")
    asked(address, "create table dxkpi.old (i int); select 1")
    postgres.publish(release, FIRST, address, None)
    assert asked(address, "select count(*) from dxkpi.scorecard where verdict is not null")[0][0] > 10
    assert asked(address, "select to_regclass('dxkpi.old')") == [(None,)]


def test_a_publication_that_fails_leaves_the_one_before(release, address, tmp_path):
    postgres.publish(release, FIRST, address, None)
    broken = tmp_path / "dxkpi.duckdb"
    shutil.copy(release / "dxkpi.duckdb", broken)
    with duckdb.connect(str(broken)) as database:
        database.execute("update marts.rpt_scorecard set name_vi = 'a' || chr(0) || 'b'")
    with pytest.raises(Refused, match=r"--to: .*0x00.*; nothing of this release was published there"):
        postgres.publish(tmp_path, SECOND, address, None)
    assert asked(address, "select release_id from dxkpi.release") == [(FIRST,)]
    assert not asked(address, "select 1 from pg_namespace where nspname ~ 'bbbbbbbb'")


def test_what_is_wrong_is_one_line_without_the_password(published, address, tmp_path):
    wrong = address.replace("dxkpi@", "nobody:a-secret@")
    refused = dxkpi("publish", "--to", wrong, data=published.data)
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1
    assert refused.stderr.startswith("dxkpi: --to: ") and "a-secret" not in refused.stderr
    asked(address, "create role guest login password 'guest'; select 1")
    asked(address, "drop schema dxkpi cascade; drop owned by dxkpi_reader; drop role dxkpi_reader; select 1")
    os.environ["PGPASSWORD"] = "guest"
    try:
        refused = dxkpi("publish", "--to", address.replace("dxkpi@", "guest@"), data=published.data)
    finally:
        os.environ["PGPASSWORD"] = server.PASSWORD
    assert refused.stderr == (
        "dxkpi: --to: role dxkpi_reader is missing and may not be made by this user; "
        "an administrator runs once: create role dxkpi_reader\n"
    )
    done = dxkpi("publish", "--to", address, data=published.data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(published.release.resolve().name + " -> dxkpi_2")
