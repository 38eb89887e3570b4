"""When the same bytes come again: what counts as said again, whatever was noted first."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from making.compiled import data_dir

from ingest import folders, landing, manifest, receiving
from orchestration.state import inputs

HEADINGS = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\n"
DAYS = {n: datetime(2024, 4, n, tzinfo=UTC) for n in range(1, 10)}


@pytest.fixture(autouse=True)
def empty(tmp_path):
    with data_dir(tmp_path / "data"):
        yield


def report(count: int, folder: Path) -> Path:
    file = folder / f"vneid_{count}.csv"
    file.write_text(f"{HEADINGS}Tỉnh Gia Lai,64,31/03/2024,{count}\n", encoding="utf-8")
    return file


def receive(count: int, day: int, folder: Path) -> str:
    file = report(count, folder)
    return receiving.receive("vneid", file, period_id="2024-03", received_at=DAYS[day]).extract_id


def test_a_file_sent_again_after_another_is_said_again_and_stays_one_extract(tmp_path):
    old, new = receive(10, 1, tmp_path), receive(11, 2, tmp_path)
    assert receive(10, 3, tmp_path) == old
    assert manifest.arrivals() == [(old, DAYS[1], None), (new, DAYS[2], None), (old, DAYS[3], None)]
    first, _ = sorted(manifest.extracts(), key=lambda extract: extract.received_at)
    assert (first.received_at, first.received_again_at) == (DAYS[1], (DAYS[3],))


def test_what_is_sent_again_with_nothing_in_between_adds_nothing(tmp_path):
    old = receive(10, 1, tmp_path)
    before = inputs.current()
    receive(10, 2, tmp_path)
    assert manifest.arrivals() == [(old, DAYS[1], None)]
    assert inputs.current() == before
    receive(11, 3, tmp_path)
    receive(10, 4, tmp_path)
    assert len(manifest.arrivals()) == 3
    assert inputs.current()["extracts"].keys() > before["extracts"].keys()


def test_an_earlier_time_of_known_bytes_is_a_new_input(tmp_path):
    receive(10, 5, tmp_path)
    late = inputs.current()
    receive(10, 2, tmp_path)
    assert inputs.current()["extracts"] == late["extracts"] and inputs.current() != late


def test_several_files_of_one_delivery_sent_again_together_add_nothing(tmp_path):
    for day in (1, 2):
        for count in (10, 11):
            receive(count, day, tmp_path)
    assert {moment for _, moment, _ in manifest.arrivals()} == {DAYS[1]}


def test_the_order_in_which_arrivals_are_noted_does_not_matter(tmp_path):
    reported = set()
    for number, order in enumerate(itertools.permutations([(10, 1), (11, 2), (10, 3), (10, 4)])):
        with data_dir(tmp_path / f"data-{number}"):
            for count, day in order:
                receive(count, day, tmp_path)
            landing.land_extracts()
            landed = pl.read_parquet(folders.landed() / "arrivals/all.parquet").rows()
            assert landed == manifest.arrivals()
            reported.add((tuple(landed), tuple(sorted(map(repr, manifest.extracts())))))
    ((arrivals, _),) = reported
    assert [moment for _, moment, _ in arrivals] == [DAYS[1], DAYS[2], DAYS[3]]
