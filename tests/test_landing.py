"""What was read at receipt is landed as it was read, into one file a source and year; the manifest takes one
extract more without being written anew."""

import random
import sys
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ingest import folders, landing, manifest, receiving, worker
from ingest.errors import Refused

HEAD = "Đơn vị,Dân số trưởng thành,Tài khoản định danh điện tử đã cấp\n"
APRIL = datetime(2024, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    return tmp_path


def receive(number: int, period: str = "2024-03") -> manifest.Extract:
    body = f"{HEAD}Thành phố Pleiku,190000,{12000 + number}\nHuyện Chư Sê,x,{number}\n".encode()
    on = APRIL + timedelta(days=number)
    return receiving.receive_body("vneid", f"{number}.csv", body, period_id=period, received_at=on)


def landed_files() -> dict[str, bytes]:
    names = (file.relative_to(folders.landed()).as_posix() for file in folders.landed().rglob("*.parquet"))
    return {name: (folders.landed() / name).read_bytes() for name in names}


def nothing_can_be_read(monkeypatch) -> None:
    worker.stop()
    monkeypatch.setattr(sys, "executable", "/bin/false")


def test_what_was_received_is_landed_without_being_read_again(monkeypatch):
    extracts = [receive(1), receive(2, "2023-12")]
    nothing_can_be_read(monkeypatch)
    assert landing.land("vneid") == {"vneid": 4}
    assert set(landing.landed("vneid")["extract_id"]) == {extract.extract_id for extract in extracts}
    assert landing.landed("rejected_rows")["raw_text"].to_list() == ["x", "x"]
    assert not list(folders.readings().glob("*/*"))
    assert landing.land("vneid") == {"vneid": 4}


@pytest.mark.parametrize("table", ["vneid", "readings", "rejected_rows"])
def test_a_reading_that_is_not_as_it_was_kept_is_made_again(table):
    receive(1)
    landing.land("vneid")
    right = landed_files()
    folders.landed().joinpath(".read_by").write_text("other code")
    landing.land("vneid")
    receive(2)
    (kept,) = folders.readings().glob(f"*/*/{table}.parquet")
    pl.read_parquet(kept).clear().write_parquet(kept)
    landing.land("vneid")
    assert landing.landed("vneid").height == 4 and landing.landed("readings").height == 2
    assert landing.landed("rejected_rows").height == 2
    assert landed_files().keys() == right.keys()


def test_a_reading_of_other_code_is_not_landed(monkeypatch):
    receive(1)
    monkeypatch.setattr(landing, "CODE", "of tomorrow")
    nothing_can_be_read(monkeypatch)
    with pytest.raises(RuntimeError, match="does not start"):
        landing.land("vneid")


def test_the_files_of_a_year_are_the_same_in_whatever_order_its_extracts_came_and_were_landed():
    for number in range(6):
        receive(number, f"2024-0{number + 1}")
        if number % 2:
            landing.land("vneid")
    landing.land("vneid")
    found = landed_files()
    assert {name for name in found if "source_id=vneid/" in name} == {
        "extract_rows/source_id=vneid/2024.parquet",
        "extract_rows/source_id=vneid/_empty.parquet",
    }
    assert {"readings/vneid-2024.parquet", "rejected_rows/vneid-2024.parquet"} <= found.keys()
    (folders.landed() / ".read_by").write_text("other code")
    landing.land("vneid")
    assert landed_files() == found


def test_one_file_an_extract_as_older_code_landed_them_gives_way_to_one_a_year():
    extract = receive(1)
    landing.land("vneid")
    right = landed_files()
    old = landing.folder("vneid") / f"{extract.extract_id}.parquet"
    (landing.folder("vneid") / "2024.parquet").rename(old)
    (folders.landed() / ".read_by").write_text("code of the version before")
    landing.land("vneid")
    assert landed_files() == right


def test_a_damaged_file_of_a_year_is_made_anew_with_all_that_its_bytes_still_say():
    lost, *others = (receive(number) for number in range(3))
    landing.land("vneid")
    (landing.folder("vneid") / "2024.parquet").write_bytes(b"PAR1")
    manifest.raw_file(lost).unlink()
    with pytest.raises(Refused, match="is missing"):
        landing.land("vneid")
    assert set(landing.landed("vneid")["extract_id"]) == {extract.extract_id for extract in others}
    receive(0)
    landing.land("vneid")
    assert landing.landed("vneid")["extract_id"].n_unique() == 3


def test_rows_of_lost_bytes_stay_landed_when_others_come():
    lost = receive(1)
    landing.land("vneid")
    manifest.raw_file(lost).unlink()
    receive(2)
    landing.land("vneid")
    assert lost.extract_id in set(landing.landed("vneid")["extract_id"])
    assert landing.landed("vneid")["extract_id"].n_unique() == 2


def test_one_more_extract_is_one_line_more_of_the_manifest():
    file = manifest.manifest_file()
    extracts = [receive(0)]
    for number in range(1, 5):
        before, is_same = file.read_bytes(), file.stat().st_ino
        extracts.append(receive(number))
        assert file.read_bytes().startswith(before) and file.stat().st_ino == is_same
    assert manifest.extracts() == extracts and manifest.restore() == []


@pytest.mark.parametrize("cut", [1, 40, 300])
def test_a_line_that_was_not_written_to_its_end_is_written_whole_with_the_next_one(cut):
    extracts = [receive(number) for number in range(2)]
    file = manifest.manifest_file()
    file.write_bytes(file.read_bytes()[:-cut])
    extracts.append(receive(2))
    assert manifest.read_manifest() == (extracts, [])


def test_many_extracts_of_many_years_land_each_in_its_own():
    order = random.Random(4)
    periods = [f"{year}-{month:02}" for year in (2022, 2023, 2024) for month in (1, 7, 12)]
    order.shuffle(periods)
    for number, period in enumerate(periods):
        receive(number, period)
    landing.land("vneid")
    for year in (2022, 2023, 2024):
        rows = pl.read_parquet(landing.folder("vneid") / f"{year}.parquet")
        assert set(rows["period_id"]) == {period for period in periods if period.startswith(str(year))}
