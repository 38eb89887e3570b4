"""The bytes received are what their name says, and what is known of them is known twice."""

import json
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from ingest import folders, landing, manifest, receiving
from ingest.errors import Refused
from orchestration.command.main import main

FILE = "Đơn vị,Dân số trưởng thành,Tài khoản định danh điện tử đã cấp\nThành phố Pleiku,190000,{}\n"


def day(number: int) -> datetime:
    return datetime(2024, 4, number, tzinfo=UTC)


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    return tmp_path


def receive(count: int, on: int, name: str = "a.csv") -> manifest.Extract:
    body = FILE.format(count).encode()
    return receiving.receive_body("vneid", name, body, period_id="2024-03", received_at=day(on))


def lines() -> list[str]:
    return (manifest.manifest_file()).read_text(encoding="utf-8").splitlines(keepends=True)


def rewrite(*lines: str) -> None:
    (manifest.manifest_file()).write_text("".join(lines), encoding="utf-8")


def test_changed_bytes_are_never_landed_under_the_old_hash(data):
    extract = receive(1200, 1)
    manifest.raw_file(extract).write_bytes(FILE.format(1300).encode())
    with pytest.raises(Refused, match=r"holds other bytes than were received; get a\.csv \(vneid, 2024-03\)"):
        landing.land("vneid")
    assert not list(landing.folder("vneid").glob("[0-9]*.parquet"))


def test_bytes_that_were_lost_and_come_again_are_no_new_arrival(data):
    first = receive(1200, 1)
    receive(1300, 2)
    for damage in (lambda file: file.unlink(), lambda file: file.write_bytes(b"x")):
        damage(manifest.raw_file(first))
        assert receive(1200, 5, "sent again.csv") == first
        assert manifest.raw_bytes(first) == FILE.format(1200).encode()
        assert [extract_id for extract_id, *_ in manifest.arrivals()][-1] != first.extract_id


def test_an_earlier_arrival_under_another_name_leaves_one_file_of_the_bytes(data):
    receive(1200, 5, "late.txt")
    earlier = receive(1200, 1, "a.csv")
    assert earlier.file_name == "a.csv"
    assert {f.name for f in (folders.raw() / "vneid").iterdir()} == {
        f"{earlier.extract_id}.csv",
        f"{earlier.extract_id}.about.json",
    }


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda one, two: rewrite(one, two[:40]), "line 2: is cut short"),
        (lambda one, two: rewrite(one, "\n", two), "line 2: is blank"),
        (lambda one, two: rewrite(one, two, two), "line 3: stands twice"),
        (lambda one, two: rewrite("\0\x07{]\n", two), "line 1: cannot be read"),
        (lambda one, two: rewrite(one, two.replace("2024-03", "2024-04")), "is not as it was written"),
        (lambda one, two: rewrite(one), "lacked 1 extracts"),
        (lambda one, two: (manifest.manifest_file()).unlink(), "is missing"),
        (lambda one, two: rewrite(), "lacked 2 extracts"),
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_made_whole_from_the_copies(data, damage, why):
    known = [receive(1200, 1), receive(1300, 2)]
    whole = lines()
    damage(*whole)
    (reported, *_) = manifest.restore()
    assert re.search(why, reported)
    assert set(manifest.extracts()) == set(known) and sorted(lines()) == sorted(whole)
    assert manifest.restore() == []


def test_copies_that_are_missing_or_damaged_are_written_again(data):
    one, two = receive(1200, 1), receive(1300, 2)
    manifest.note_file(one).unlink()
    manifest.note_file(two).write_text("{", encoding="utf-8")
    (reported,) = manifest.restore()
    assert two.extract_id in reported and "written again" in reported
    assert [manifest.read_copy(manifest.note_file(e)) for e in (one, two)] == [one, two]


def test_a_manifest_of_older_code_gets_its_copies_by_itself(data):
    extract = receive(1200, 1)
    entry = json.loads(lines()[0])
    del entry["sum"], entry["withdrawals"]
    rewrite(json.dumps(entry) + "\n")
    manifest.note_file(extract).unlink()
    assert manifest.restore() == []
    assert manifest.read_copy(manifest.note_file(extract)) == extract


def test_a_landed_file_that_is_not_as_it_was_landed_is_made_anew(data):
    receive(1200, 1)
    landing.land("vneid")
    landing.land_extracts()
    file = landing.folder("vneid") / "2024.parquet"
    true = pl.read_parquet(file)
    for damage in (
        lambda: file.write_bytes(b""),
        lambda: true.head(0).write_parquet(file),
        file.unlink,
        lambda: shutil.copy(file, file.with_name("stray.parquet")),
        lambda: (folders.landed() / "book.json").unlink(),
        lambda: (folders.landed() / "book.json").write_text("[", encoding="utf-8"),
    ):
        damage()
        landing.land("vneid")
        assert landing.landed("vneid").equals(true)
        assert not (file.with_name("stray.parquet")).exists()


def test_what_was_found_in_a_landed_file_never_becomes_what_was_landed(data):
    extract = receive(1200, 1)
    landing.land("vneid")
    file = landing.folder("vneid") / "2024.parquet"
    file.write_bytes(b"")
    manifest.raw_file(extract).write_bytes(b"other")
    for _ in range(2):
        with pytest.raises(Refused, match="holds other bytes"):
            landing.land("vneid")
    receive(1200, 3)
    landing.land("vneid")
    assert landing.landed("vneid")["extract_id"].unique().to_list() == [extract.extract_id]


def test_of_two_texts_of_a_plan_with_one_moment_the_one_noted_later_came_later_however_often_it_comes(data):
    text = "# Kế hoạch chuyển đổi số tỉnh Gia Lai năm 2024\n## Mục tiêu cụ thể\n- Hồ sơ trực tuyến đạt {}%.\n"
    for share in (50, 60, 60):
        body = text.format(share).encode()
        receiving.receive_body("plan", "plan.md", body, plan_id="gia-lai-2024", received_at=day(2))
    first, second = manifest.extracts()
    assert (first.received_at, first.received_again_at) == (day(2), ())
    assert (second.received_at, second.received_again_at) == (day(2) + timedelta(microseconds=1), ())


def test_what_is_no_regular_file_is_refused_at_once(data):
    (data / "folder.csv").mkdir()
    os.mkfifo(data / "pipe.csv")
    (data / "link.csv").symlink_to("pipe.csv")
    device = Path("/dev/zero")
    for file, kind in {
        "folder.csv": "folder",
        "pipe.csv": "pipe",
        "link.csv": "pipe",
        device: "device",
    }.items():
        expected = rf"{file}: is no regular file, but a {kind}; name a readable file$"
        with pytest.raises(Refused, match=expected):
            receiving.receive("vneid", data / file, period_id="2024-03")
        with pytest.raises(Refused, match=expected):
            receiving.receive_together([data / file, data / file], "gia-lai-2024")
    with pytest.raises(Refused, match=r"none\.csv: cannot be read \(No such file"):
        receiving.receive("vneid", data / "none.csv", period_id="2024-03")


def test_rows_that_are_set_aside_are_told_of_at_receipt(data):
    (data / "a.csv").write_text(FILE.format("x") + "=1+1,5,2\nHuyện Ia Grai,100,20\n", "utf-8")
    command = ["ingest", "extract", "vneid", str(data / "a.csv"), "--period", "2024-03"]
    told = CliRunner().invoke(main, command, catch_exceptions=False).output
    (line,) = (line for line in told.splitlines() if "set aside" in line)
    assert line.startswith(
        "  2 of its rows set aside; the first: [number_unreadable] row 2, column Tài khoản"
    )
    (data / "b.csv").write_text(FILE.format(5), "utf-8")
    command[3] = str(data / "b.csv")
    assert "set aside" not in CliRunner().invoke(main, command, catch_exceptions=False).output
