"""Several provinces in one PostgreSQL: each reader sees the rows of its province, whatever is tried."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import dxkpi
from making import postgres as server
from test_comparison import GIA_LAI, OTHER, of_province

from ingest.errors import Refused
from orchestration.publication import data_package, postgres, shared_postgres

psycopg2 = pytest.importorskip("psycopg2", reason="the extra dxkpi[postgres] is not installed")
LOGINS = {
    "of_gia_lai": ["dxkpi_reader_gia_lai"],
    "of_kon_tum": ["dxkpi_reader_kon_tum"],
    "of_both": ["dxkpi_reader_gia_lai", "dxkpi_reader_kon_tum"],
    "of_the_nation": ["dxkpi_national_reader"],
    "of_nobody": [],
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if not server.program("initdb"):
        pytest.skip("PostgreSQL's server is not installed")
    with server.running() as port:
        os.environ["PGPASSWORD"] = server.PASSWORD
        yield f"postgresql://{server.USER}@127.0.0.1:{port}/{server.DATABASE}"
        del os.environ["PGPASSWORD"]


@pytest.fixture(scope="module")
def other(published, tmp_path_factory) -> Path:
    return of_province(published, tmp_path_factory.mktemp("other") / "release", "kon_tum", OTHER)


@pytest.fixture(scope="module")
def shared(published, other, address) -> str:
    """Two provinces in one database, and somebody who logs in for each, for both, for all and for none."""
    done = dxkpi("publish", "--to", address, "--shared", data=published.data)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"{published.release.resolve().name} -> dxkpi_all, gia_lai "
        "(readers: role dxkpi_reader_gia_lai; of all: dxkpi_national_reader)\n"
    )
    assert shared_postgres.publish(other, address) == ("kon_tum", "dxkpi_reader_kon_tum")
    for login, roles in LOGINS.items():
        asked(address, f"create role {login} login password '{server.PASSWORD}'")
        for role in roles:
            asked(address, f"grant {role} to {login}")
    return address


def asked(address: str, *statements: str, login: str = server.USER) -> list[tuple]:
    """The rows of the last statement; all are of one session."""
    with psycopg2.connect(address.replace(f"{server.USER}@", f"{login}@")) as con, con.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def provinces(address: str, login: str, table: str = "scorecard") -> list[str]:
    return [
        row[0]
        for row in asked(
            address, f"select distinct province_id from dxkpi_all.{table} order by 1", login=login
        )
    ]


def test_each_reader_sees_its_province_and_a_national_one_all(published, shared):
    assert provinces(shared, "of_gia_lai") == ["gia_lai"]
    assert provinces(shared, "of_kon_tum") == ["kon_tum"]
    assert provinces(shared, "of_both") == provinces(shared, "of_the_nation") == ["gia_lai", "kon_tum"]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        provinces(shared, "of_nobody")
    dossiers = (
        "select numerator, denominator from dxkpi_all.indicator_values "
        "where indicator_id = 'online_dossiers' and period_id = '2023' and is_default_definition "
        "and value_status = 'computed'"
    )
    assert asked(shared, dossiers, login="of_gia_lai") == [GIA_LAI]
    assert asked(shared, dossiers, login="of_kon_tum") == [OTHER]
    assert sorted(asked(shared, dossiers, login="of_the_nation")) == sorted([GIA_LAI, OTHER])


def test_every_table_is_there_with_all_rows_and_a_policy_of_each_province(published, other, shared):
    counted: dict[str, dict[str, int]] = {"of_the_nation": {}}
    for login, folder in (("of_gia_lai", published.release), ("of_kon_tum", other)):
        counted[login] = {}
        with duckdb.connect(str(folder / "dxkpi.duckdb"), read_only=True) as release:
            for table in data_package.tables(folder / "dxkpi.duckdb"):
                (rows,) = release.execute(f'select count(*) from {table.schema}."{table.name}"').fetchone()
                counted[login][table.name] = rows
                counted["of_the_nation"].setdefault(table.name, 0)
                counted["of_the_nation"][table.name] += rows
    for login, expected in counted.items():
        each = " union all ".join(f"select '{name}', count(*) from dxkpi_all.{name}" for name in expected)
        assert dict(asked(shared, each, login=login)) == expected
    unguarded = """
        select relname from pg_class where relnamespace = 'dxkpi_all'::regnamespace and relkind <> 'i'
            and not (relkind = 'r' and relrowsecurity)
        union all
        select proname from pg_proc where pronamespace = 'dxkpi_all'::regnamespace and prosecdef
    """
    assert asked(shared, unguarded) == []


# What a reader of Gia Lai might try. Each shows nothing of another province, or is refused.
ATTEMPTS = {
    "naming the province": "select count(*) from dxkpi_all.scorecard where province_id = 'kon_tum'",
    "a function that tells what it is given": """
        create function pg_temp.told(given text) returns boolean language plpgsql cost 0.0000001
            as $$ begin if given = 'kon_tum' then raise exception 'kon_tum'; end if; return false; end $$;
        select count(*) from dxkpi_all.scorecard where pg_temp.told(province_id)
    """,
    "a division that fails on what it finds": """
        select count(*) from dxkpi_all.scorecard
        where 1 / (case when province_id = 'kon_tum' then 0 else 1 end) = 2
    """,
    "a view of one's own": """
        create temp view mine as select * from dxkpi_all.scorecard;
        select count(*) from mine where province_id = 'kon_tum'
    """,
    "a table of one's own": """
        create temp table mine as table dxkpi_all.scorecard;
        select count(*) from mine where province_id = 'kon_tum'
    """,
    "what was known on a day": """
        select count(*) from dxkpi_all.values_as_of('2100-01-01') where province_id = 'kon_tum'
    """,
    "statistics of a column": """
        select count(*) from pg_stats
        where schemaname = 'dxkpi_all' and most_common_vals::text like '%kon_tum%'
    """,
    "a cursor that was opened before": """
        declare mine cursor for select count(*) from dxkpi_all.scorecard where province_id = 'kon_tum';
        fetch mine
    """,
    "a prepared statement": """
        prepare mine as select count(*) from dxkpi_all.scorecard where province_id = $1;
        execute mine ('kon_tum')
    """,
}
REFUSED = {
    "being another": "set role dxkpi_reader_kon_tum",
    "being the nation": "set role dxkpi_national_reader",
    "being who publishes": f"set role {server.USER}",
    "another session": f"set session authorization {server.USER}",
    "security switched off": "set row_security = off; select count(*) from dxkpi_all.scorecard",
    "the policy dropped": "drop policy dxkpi_reader_gia_lai on dxkpi_all.scorecard",
    "a policy of one's own": "create policy mine on dxkpi_all.scorecard using (true)",
    "the table disarmed": "alter table dxkpi_all.scorecard disable row level security",
    "a table in the schema": "create table dxkpi_all.mine (i int)",
    "rows written": "insert into dxkpi_all.scorecard (province_id) values ('gia_lai')",
    "rows moved": "update dxkpi_all.scorecard set province_id = 'gia_lai'",
    "rows deleted": "delete from dxkpi_all.scorecard",
    "membership granted to oneself": "grant dxkpi_reader_kon_tum to of_gia_lai",
    "statistics of the server": "select * from pg_statistic",
    "the one province that is published beside": "select * from dxkpi.scorecard",
    "the schema of its release": "select * from {schema}.scorecard",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_is_tried_shows_nothing_of_another_province(attempt, shared):
    assert asked(shared, ATTEMPTS[attempt], login="of_gia_lai") == [(0,)]


@pytest.fixture(scope="module")
def beside(shared, other) -> str:
    """The schema of the other province's release, which is published there by itself too."""
    return postgres.publish(other, "20240101T000000Z-aaaaaaaa", shared, None)


@pytest.mark.parametrize("attempt", REFUSED)
def test_what_would_open_more_is_refused(attempt, shared, beside):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        asked(shared, REFUSED[attempt].format(schema=beside), login="of_gia_lai")


def test_copying_out_and_plans_show_ones_own_rows(published, shared, tmp_path):
    with (
        psycopg2.connect(shared.replace(f"{server.USER}@", "of_gia_lai@")) as con,
        con.cursor() as cursor,
        (tmp_path / "rows.csv").open("w+b") as file,
    ):
        cursor.copy_expert("copy dxkpi_all.scorecard to stdout (format csv)", file)
        file.seek(0)
        (count,) = published.query("select count(*) from scorecard")[0]
        lines = file.read()
        assert lines.count(b"gia_lai,") >= count and b"kon_tum" not in lines
    plan = asked(shared, "explain select * from dxkpi_all.scorecard where value > 1", login="of_gia_lai")
    assert "province_id = 'gia_lai'" in " ".join(line for (line,) in plan)


def test_a_view_of_the_publisher_must_read_with_the_rights_of_who_asks(shared):
    """What the how-to says of views: PostgreSQL's default would show every row."""
    view = "create view public.{name} {option} as select * from dxkpi_all.scorecard"
    asked(shared, view.format(name="leaking", option=""))
    asked(shared, view.format(name="tight", option="with (security_invoker)"))
    asked(shared, "grant select on public.leaking, public.tight to of_gia_lai")
    told = "select distinct province_id from public.{} order by 1"
    assert asked(shared, told.format("tight"), login="of_gia_lai") == [("gia_lai",)]
    assert asked(shared, told.format("leaking"), login="of_gia_lai") == [("gia_lai",), ("kon_tum",)]
    asked(shared, "drop view public.leaking, public.tight")


def test_a_release_replaces_the_rows_of_its_province_alone(published, shared, tmp_path):
    again = of_province(published, tmp_path / "release", "kon_tum", (70000, 80000))
    shared_postgres.publish(again, shared)
    found = asked(
        shared,
        "select province_id, numerator, denominator from dxkpi_all.indicator_values where period_id = '2023' "
        "and indicator_id = 'online_dossiers' and is_default_definition and value_status = 'computed' "
        "order by 1",
        login="of_the_nation",
    )
    assert found == [("gia_lai", *GIA_LAI), ("kon_tum", 70000, 80000)]


def test_one_schema_is_of_one_province_and_another_is_refused(published, shared, beside):
    wrong = "schema dxkpi there is of kon_tum, this release is of gia_lai; name another database, or publish"
    with pytest.raises(Refused, match=wrong):
        postgres.publish(published.release, "20240102T000000Z-bbbbbbbb", shared, None)
    assert asked(
        shared, "select distinct org_id from dxkpi.dim_org where level = 'province' and org_id = 'kon_tum'"
    )


def test_provinces_of_another_version_keep_their_columns_and_another_type_is_refused(
    published, shared, tmp_path
):
    more = "create or replace table marts.rpt_budget as select *, 1 as added from marts.rpt_budget"
    newer = of_province(published, tmp_path / "newer", "dak_nong", OTHER, more)
    shared_postgres.publish(newer, shared)
    added = "select distinct province_id, added from dxkpi_all.rpt_budget order by 1"
    assert asked(shared, added) == [("dak_nong", 1), ("gia_lai", None), ("kon_tum", None)]
    text = "create or replace table marts.rpt_budget as select * replace ('x' as tasks) from marts.rpt_budget"
    otherwise = of_province(published, tmp_path / "otherwise", "binh_duong", OTHER, text)
    with pytest.raises(
        Refused, match=r"dxkpi_all.rpt_budget.tasks is integer there, text here; publish the other"
    ):
        shared_postgres.publish(otherwise, shared)
    assert provinces(shared, "of_the_nation") == ["dak_nong", "gia_lai", "kon_tum"]


def test_a_release_of_no_province_and_shared_without_an_address_are_refused(published, shared, tmp_path):
    nobody = of_province(
        published, tmp_path / "release", "kon_tum", OTHER, "update marts.dim_org set parent_org_key = null"
    )
    with pytest.raises(Refused, match="is of no province"):
        shared_postgres.publish(nobody, shared)
    assert dxkpi("publish", "--shared", data=published.data).returncode == 2
    with pytest.raises(Refused, match="is longer than 63 bytes"):
        shared_postgres.readers_of("a" * 60)
