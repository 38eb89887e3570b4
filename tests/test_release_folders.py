"""A release on disk: read-only, kept as long as it may be needed, checked wherever it is copied to."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from making.marts import warehouse

from ingest.errors import Refused
from orchestration.publication import Release, database, publish, release, releases, rollback, verify_copy

NOBODY = 65534


@pytest.fixture(scope="module")
def published():
    """Where everybody may look, as pytest's own folders are its user's alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield publish(warehouse(folder, "r1"), folder / "published", "r1")
    release.remove(folder)


# What a careless or a hostile client may do, without the privileges of who published.
CLIENT = """
import duckdb, json, os, sys
folder = sys.argv[1]
if os.geteuid() == 0:
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
def refused(what):
    try:
        what()
    except (OSError, duckdb.IOException):
        return True
    return False
print(json.dumps([
    refused(lambda: duckdb.connect(folder + "/dxkpi.duckdb")),
    refused(lambda: open(folder + "/dxkpi.duckdb", "r+b")),
    refused(lambda: open(folder + "/dxkpi.duckdb.wal", "wb")),
    refused(lambda: os.unlink(folder + "/manifest.json")),
    refused(lambda: os.rename(folder + "/report", folder + "/reports")),
    refused(lambda: duckdb.connect(folder + "/dxkpi.duckdb", read_only=True)),
]), flush=True)
held = duckdb.connect(folder + "/dxkpi.duckdb", read_only=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("version", ["1.2.2", "1.5.5", "2.0.0"])
def test_a_client_can_neither_change_a_release_nor_lock_others_out(published, version):
    env = dict(os.environ)
    if version != duckdb.__version__:
        env["PYTHONPATH"] = str(Path(__file__).parents[1] / ".venv/readers" / version)
    before = {path: path.stat().st_mtime_ns for path in published.rglob("*")}
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(published)],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert json.loads(client.stdout.readline()) == [True, True, True, True, True, False]
    with duckdb.connect(str(published / "dxkpi.duckdb"), read_only=True) as con:  # while it is held
        assert con.execute("select release_id from marts.release").fetchone() == ("r1",)
    client.communicate()
    assert {path: path.stat().st_mtime_ns for path in published.rglob("*")} == before


def test_all_files_of_a_release_are_read_only(published):
    modes = {path.stat().st_mode & 0o777 for path in published.rglob("*") if path.is_file()}
    assert modes == {0o444}
    assert {path.stat().st_mode & 0o777 for path in (published, *published.glob("*/"))} == {0o555}


def built(*days: str, current: int = -1) -> list[Release]:
    known = [
        Release(f"r{n}", datetime.fromisoformat(day).replace(tzinfo=UTC), Path(f"r{n}"), False)
        for n, day in enumerate(days)
    ]
    known[current] = Release(known[current].release_id, known[current].built_at, known[current].folder, True)
    return known


@pytest.mark.parametrize(
    "days, kept, current, gone",
    [
        (["2024-01-02", "2024-02-02", "2024-03-02", "2024-03-03"], 2, -1, ["r0", "r1"]),
        (["2024-01-02", "2024-02-02", "2024-04-02", "2024-04-03"], 2, -1, ["r0"]),  # r1 is the quarter's last
        # 18:00 on the last day of March is the second quarter in Việt Nam
        (["2024-03-30T00:00", "2024-03-31T18:00", "2024-04-03", "2024-04-04"], 2, -1, ["r1"]),
        (["2024-01-02", "2024-02-02", "2024-03-02", "2024-03-03"], 2, 0, ["r1"]),  # rolled back to r0
        (["2024-01-02", "2024-02-02"], 2, -1, []),
        (["2024-01-02", "2024-02-02", "2024-03-02"], None, -1, []),
    ],
)
def test_the_newest_each_quarters_last_and_the_current_release_are_kept(days, kept, current, gone):
    assert [old.release_id for old in release.superseded(built(*days, current=current), kept, None)] == gone


def test_the_release_that_was_current_until_now_stays_for_who_has_just_found_it(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_KEEP_RELEASES", "2")
    published = tmp_path / "published"
    for n in range(1, 4):
        publish(warehouse(tmp_path, f"r{n}", built_at=f"2024-04-0{n} 09:30:00+00"), published, f"r{n}")
    rollback(published)  # to r2, which two newer ones will put beyond those that are kept
    publish(warehouse(tmp_path, "r4", built_at="2024-04-04 09:30:00+00"), published, "r4")
    assert [known.release_id for known in releases(published)] == ["r2", "r3", "r4"]
    publish(warehouse(tmp_path, "r5", built_at="2024-04-05 09:30:00+00"), published, "r5")
    assert [known.release_id for known in releases(published)] == ["r4", "r5"]


def test_older_releases_go_with_a_new_one_and_the_rest_can_be_gone_back_to(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_KEEP_RELEASES", "2")
    for n in range(1, 4):
        file = warehouse(tmp_path, f"r{n}", built_at=f"2024-04-0{n} 09:30:00+00")
        publish(file, tmp_path / "published", f"r{n}")
    assert [known.release_id for known in releases(tmp_path / "published")] == ["r2", "r3"]
    assert sorted(path.name for path in (tmp_path / "published/releases").iterdir()) == ["r2", "r3"]
    assert rollback(tmp_path / "published").name == "r2"


@pytest.mark.parametrize("stated", ["1", "0", "-3", "many"])
def test_a_number_of_releases_that_cannot_be_meant_is_refused(stated, monkeypatch):
    monkeypatch.setenv("DXKPI_KEEP_RELEASES", stated)
    with pytest.raises(Refused, match=f"DXKPI_KEEP_RELEASES={stated}: expected"):
        release.kept_releases()


@pytest.fixture
def copied(published, tmp_path):
    folder = tmp_path / "gửi cho huyện"
    shutil.copytree(published, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder


def test_a_copy_is_checked_wherever_it_is_and_whatever_it_is_called(copied):
    verify_copy(copied)
    (copied / "appendix_01.xlsx").write_bytes(b"other")
    with pytest.raises(Refused, match=r"appendix_01.xlsx: changed, says manifest.json"):
        verify_copy(copied)


@pytest.mark.parametrize(
    "change, told",
    [
        ("drop table marts.dim_rule", "dim_rule"),
        ("delete from marts.rpt_budget", r"table rpt_budget: \(0,\) rows, the manifest says 1"),
        ("alter table marts.dim_org rename name_vi to name", "table marts.dim_org: its columns"),
        ("drop macro table marts.scorecard_as_of", "scorecard_as_of"),
        ("create view main.broken as select 1; drop table marts.dim_plan", "dim_plan"),
    ],
)
def test_a_database_that_is_not_what_the_manifest_says_is_not_made_current(copied, change, told):
    with duckdb.connect(str(copied / "dxkpi.duckdb")) as con:
        con.execute(change)
    with pytest.raises(Refused, match=told):
        database.verify(copied)


def test_a_file_that_is_no_database_is_told_by_its_name(copied):
    (copied / "dxkpi.duckdb").write_bytes(b"x" * 9000)
    with pytest.raises(Refused, match=r"dxkpi.duckdb"):
        database.verify(copied)


def test_what_only_auditors_need_is_in_a_schema_of_its_own_and_still_where_it_was(published):
    with duckdb.connect(str(published / "dxkpi.duckdb"), read_only=True) as con:
        rows = [
            con.execute(f"select * from {schema}.rpt_target_audit").fetchall()
            for schema in ("audit", "marts")
        ]
        kinds = con.execute(
            """select schema_name, table_type from information_schema.tables
               join duckdb_schemas() on table_schema = schema_name and table_catalog = database_name
               where table_name = 'rpt_target_audit' order by all"""
        ).fetchall()
    assert rows[0] == rows[1] and len(rows[0]) == 1
    assert kinds == [("audit", "BASE TABLE"), ("marts", "VIEW")]
