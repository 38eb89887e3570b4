"""A build of what is new ends in the tables of a build of everything: random histories, one arrival after
another."""

import itertools
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from filelock import FileLock
from making.compiled import Model, behind, build, build_touched, data_dir, marts, run, with_increments
from oracle.histories import drawn, land
from oracle.worlds import World

from ingest import folders
from orchestration.assets import warehouse
from orchestration.state import increments, verification


@pytest.fixture(scope="session")
def plain(compiled_models, shared_folder) -> list[Model]:
    wanted = (
        "fct_observation",
        "fct_indicator_value",
        "rpt_scorecard_history",
        "rpt_value_evidence",
        "rpt_value_now",
    )
    with FileLock(shared_folder / "models.lock"):
        return with_increments(behind(compiled_models, *wanted), shared_folder / "models-dbt")


def receipts(world: World, chance: random.Random) -> Iterator[World]:
    """The world as it is known one arrival or withdrawal after another; or with its extracts received in an
    order that is not that of their times, as when months of before are brought in."""
    if chance.random() < 0.5:
        for then in sorted(set(world.learnt)):
            yield as_of(world, then)
        return
    arrivals = sorted({(s.known_from, s.extract) for s in world.statements})
    chance.shuffle(arrivals)
    for count in range(1, len(arrivals) + 1):
        here = set(arrivals[:count])
        yield replace(
            world, statements=tuple(s for s in world.statements if (s.known_from, s.extract) in here)
        )


def as_of(world: World, then: datetime) -> World:
    statements = [s for s in world.statements if s.known_from <= then]
    return replace(
        world,
        statements=tuple(
            replace(s, withdrawn_at=None) if s.withdrawn_at and s.withdrawn_at > then else s
            for s in statements
        ),
        targets=tuple(t for t in world.targets if t.known_from <= then),
        corrections=tuple(c for c in world.corrections if c.known_from <= then),
    )


def test_the_periods_that_an_arrival_touches_are_all_that_it_changes(plain, request, tmp_path):
    """Each history is built whole, and after each arrival anew, where a plan or a correction does not change
    all."""
    wanted, made = request.config.getoption("--increments"), 0
    for seed in itertools.count(10_000 * request.config.getoption("--seed")):
        chance = random.Random(seed)
        database = duckdb.connect(config={"threads": 1})
        corrections = None
        for number, world in enumerate(receipts(drawn(seed), chance)):
            data = land(world, tmp_path / f"{seed}-{number}")
            periods = None
            if world.corrections == corrections:
                build(database, [model for model in plain if model.materialized == "view"], data)
                periods = increments.touched(database)
            if periods is None:
                build(database, plain, data)
            else:
                increments.note_touched(database, periods)
                build_touched(database, plain, data)
                if chance.random() < 0.3:  # to compare costs as much as twenty builds
                    made += 1
                    expected, found = marts(run(plain, data)), marts(database)
                    for table, rows in expected.items():
                        assert found[table] == rows, (
                            f"seed {seed}, {table} at step {number}, of {sorted(periods)}"
                        )
            increments.note_built(database, "")
            corrections = world.corrections
            if made >= wanted:
                return


def test_only_what_reads_a_landed_table_that_changed_is_made_again(published, tmp_path):
    for room in ("warehouse", "landed", "registry", "raw"):
        if (published.data / room).is_dir():
            shutil.copytree(published.data / room, tmp_path / room)
    with data_dir(tmp_path):
        increments.end({})
        assert increments.begin() is None
        (tmp_path / "landed/refused_files/another.parquet").write_bytes(b"")
        assert increments.begin() == ("--select", "source:landed.refused_files+")
        # a build that began and did not end
        assert increments.begin() == increments.EVERYTHING


@pytest.fixture
def copied(published, tmp_path) -> Iterator[Path]:
    """A data directory that was copied from another folder, which is still there."""
    for room in ("warehouse", "landed", "raw"):
        shutil.copytree(published.data / room, tmp_path / room)
    with data_dir(tmp_path):
        yield tmp_path


@pytest.mark.parametrize("door", [increments.follow, increments.begin])
def test_a_data_directory_that_was_copied_reads_its_own_files(published, copied, door):
    """`dxkpi check` enters by the one, `dxkpi build` by the other."""
    assert door() is None
    arrivals = copied / "landed/arrivals/all.parquet"
    one = pl.read_parquet(arrivals).head(1)
    one.write_parquet(arrivals)
    with duckdb.connect(str(folders.warehouse()), read_only=True) as con:
        naming = "select count(*) from duckdb_views() where contains(sql, $1)"
        assert con.execute(naming, [f"{published.data / 'landed'}/"]).fetchone() == (0,)
        found = con.execute("select extract_id from staging.stg_arrivals").fetchall()
    assert found == [(one["extract_id"].item(),)]


def test_a_data_directory_that_was_copied_keeps_its_build(copied):
    increments.follow()
    assert not list(verification.of_warehouse())
    assert increments.begin() is None


def test_a_copy_that_another_code_reads_is_built_anew_whatever_its_views_read(copied, monkeypatch):
    shutil.rmtree(copied / "landed/arrivals")
    monkeypatch.setattr(increments, "_now", lambda: "another")
    assert increments.begin() == increments.EVERYTHING


def marked(data: Path) -> set[str]:
    """The tables that stand as `mark` left them."""
    with duckdb.connect(str(data / "warehouse/warehouse.duckdb")) as con:
        found = con.execute("select table_name from duckdb_tables() where comment = 'as it was'").fetchall()
    return {table for (table,) in found}


def mark(data: Path, *statements: str) -> None:
    with duckdb.connect(str(data / "warehouse/warehouse.duckdb")) as con:
        increments.note_touched(con, set())
        for table in ("intermediate.int_heading_doubts", "marts.rpt_document_audit", "marts.dim_plan"):
            con.execute(f"comment on table {table} is 'as it was'")
        for statement in statements:
            con.execute(statement)


def test_what_reads_nothing_that_the_build_has_changed_is_left_as_it_stands(published, tmp_path):
    for room in ("warehouse", "landed"):
        shutil.copytree(published.data / room, tmp_path / room)
    again = ("run", "--select", "source:landed.plan_headings+")
    with data_dir(tmp_path):
        mark(tmp_path)
        assert warehouse.invoke(*again)[1] is None
        assert marked(tmp_path) == {"rpt_document_audit", "dim_plan"}
        mark(tmp_path, "insert into intermediate.int_heading_doubts (extract_id) values ('x')")
        assert warehouse.invoke(*again)[1] is None
        assert marked(tmp_path) == {"dim_plan"}


def test_what_is_read_of_plans_alone_is_made_again_only_with_a_plan():
    project = warehouse._project()
    new = ("build", "--select", "source:landed.extracts+", "source:landed.arrivals+", "--exclude", "tag:x")
    narrowed = warehouse._narrowed(project, new)
    assert [*narrowed] == ["build", "--select", f"tag:{warehouse.REACHED}", "--exclude", "tag:x"]
    reached = {node.name for node in project.nodes.values() if warehouse.REACHED in node.tags}
    assert {"stg_extracts", "int_observations", "rpt_scorecard"} < reached
    assert not {"int_documents", "int_tasks", "dim_plan"} & reached
    assert project.flat_graph["changed"] == {"source.dxkpi.landed.extracts", "source.dxkpi.landed.arrivals"}
    everything = (*increments.EVERYTHING, *new)
    assert warehouse._narrowed(project, everything) == everything
