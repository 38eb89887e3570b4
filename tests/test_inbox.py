"""Files dropped into the inbox: which period they are for, when they are whole, what becomes of them."""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import inbox, landing, quarantine
from ingest.errors import Refused
from orchestration import deliveries

GOOD = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,622,31/03/2024,250000\n"


@pytest.fixture(autouse=True)
def box(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data/inbox"


def drop(box: Path, name: str, text: str = GOOD) -> Path:
    file = box / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def only() -> inbox.Waiting:
    (file,) = inbox.whole(["vneid"], pause=0.01)
    return file


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("vneid-2024-03", "2024-03"),
        ("vneid_202403", "2024-03"),
        ("032024 Công an tỉnh", "2024-03"),
        ("BC T3.2024", "2024-03"),
        ("Báo cáo tháng 11 năm 2024", "2024-11"),
        ("bao cao thang 3 nam 2024", "2024-03"),
        ("Báo cáo quý II năm 2024", "2024-Q2"),
        ("Sở Nội vụ Q4-2024", "2024-Q4"),
        ("2024-Q1", "2024-Q1"),
        ("viettel", None),
        ("số 1234", None),
        ("từ 2024-03 đến 2024-04", None),
        ("vneid-2024-13", None),
        ("20240315", None),
    ],
)
def test_the_period_in_a_file_name(name, period):
    assert inbox.period_in(name) == period


def test_the_folder_says_the_period_before_the_note_and_the_note_before_the_name(box):
    file = drop(box, "vneid/2024-03/report-2024-01.csv")
    drop(box, "vneid/2024-03/report-2024-01.csv.about.yml", "period: 2024-02\n")
    assert only().about["period_id"] == "2024-03"
    file.rename(box / "vneid" / file.name)
    drop(box, "vneid/report-2024-01.csv.about.yml", "period: 2024-02\n")
    assert only().about["period_id"] == "2024-02"
    (box / "vneid" / "report-2024-01.csv.about.yml").unlink()
    assert only().about["period_id"] == "2024-01"


def test_a_note_says_when_a_file_came_and_from_whom(box):
    drop(box, "vneid/2024-03/a.csv")
    drop(box, "vneid/2024-03/a.csv.about.yml", "received_at: 2024-04-03T02:00:00Z\npublisher: Công an tỉnh\n")
    extract = inbox.take(only())
    assert extract.received_at == datetime(2024, 4, 3, 2, tzinfo=UTC)
    assert (extract.publisher, extract.period_id, extract.is_made_up) == ("Công an tỉnh", "2024-03", False)


@pytest.mark.parametrize("note", ["period: [", "colour: red\n", "just words\n"])
def test_a_note_that_is_not_understood_is_refused_and_the_file_stays(box, note):
    file = drop(box, "vneid/2024-03/a.csv")
    drop(box, "vneid/2024-03/a.csv.about.yml", note)
    with pytest.raises(Refused, match=r"a\.csv\.about\.yml"):
        inbox.take(only())
    assert file.is_file()


def test_a_file_that_is_still_being_copied_is_left_alone(box):
    file = drop(box, "vneid/2024-03/a.csv", "")
    ended = threading.Event()

    def copy():
        with file.open("a", encoding="utf-8") as copied:
            while not ended.wait(0.02):
                copied.write("x")
                copied.flush()

    at_work = threading.Thread(target=copy)
    at_work.start()
    try:
        assert inbox.whole(["vneid"], pause=0.2) == []
    finally:
        ended.set()
        at_work.join()
    assert only().file == file


def test_a_file_that_is_replaced_by_one_of_the_same_size_is_not_yet_whole(box):
    file = drop(box, "vneid/2024-03/a.csv")
    before = only()
    time.sleep(0.01)
    file.write_text(GOOD.replace("250000", "260000"), encoding="utf-8")
    assert before not in inbox.waiting(["vneid"])


@pytest.mark.parametrize(
    "name", [".a.csv", "~$a.xlsx", "a.csv.part", "a.xlsx.crdownload", "Thumbs.db", "a.csv.about.yml"]
)
def test_what_programs_keep_beside_a_file_is_no_file(box, name):
    drop(box, f"vneid/2024-03/{name}")
    assert inbox.waiting(["vneid"]) == []


def test_a_file_that_was_received_leaves_the_inbox_with_its_note(box):
    drop(box, "vneid/2024-03/a.csv")
    drop(box, "vneid/2024-03/a.csv.about.yml", "publisher: Công an tỉnh\n")
    extract = inbox.take(only())
    assert landing.raw_file(extract).read_text(encoding="utf-8") == GOOD
    assert [file for file in box.rglob("*") if file.is_file()] == []


def test_a_file_that_was_set_aside_leaves_the_inbox(box):
    drop(box, "vneid/2024-03/a.csv", "Ten,So\nPleiku,7\n")
    with pytest.raises(Refused):
        inbox.take(only())
    assert [entry.file_name for entry in quarantine.entries()] == ["a.csv"]
    assert inbox.waiting(["vneid"]) == []


def elsewhere(box: Path) -> bytes:
    """Names and contents of everything in the data directory, the inbox apart."""
    files = [file for file in box.parent.rglob("*") if box not in file.parents]
    return b"\n".join(os.fsencode(file) + (file.read_bytes() if file.is_file() else b"") for file in files)


def test_a_file_with_personal_data_stays_where_its_sender_put_it_and_is_kept_nowhere(box):
    file = drop(box, "vneid/2024-03/a.csv", GOOD + "Nguyễn Văn An,064088001234,31/03/2024,1\n")
    drop(box, "vneid/2024-03/a.csv.about.yml", "publisher: Công an tỉnh\n")
    for _ in range(2):  # at every run
        with pytest.raises(Refused, match="row 3") as refused:
            inbox.take(only())
        assert refused.value.code == "personal_data" and "064088001234" not in str(refused.value)
    assert file.is_file() and file.with_name("a.csv.about.yml").is_file()
    kept = elsewhere(box)
    assert b"reason.json" in kept
    assert b"064088001234" not in kept and "Văn An".encode() not in kept


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_cannot_be_opened_stays(box):
    file = drop(box, "vneid/2024-03/a.csv")
    file.chmod(0)
    with pytest.raises(Refused, match="cannot be read"):
        inbox.take(only())
    assert file.is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vneid/a.csv", "nothing says its period"),
        ("vneid/2024-Q1/a.csv", "reports monthly, and 2024-Q1 is no such period"),
        ("vneid/march/a.csv", "write 2024, 2024-Q1 or 2024-03"),
        ("unit_reports/2024-03/a.csv", "reports quarterly"),
    ],
)
def test_a_file_without_a_usable_period_stays_and_is_told_of(box, name, said):
    file = drop(box, name)
    (refused,) = deliveries.new(inbox.whole(["vneid", "unit_reports"], pause=0.01)).stuck
    assert said in str(refused) and file.name in str(refused)
    assert list(deliveries.bring("vneid", ["2024-03"], fetch=False)) == []
    assert file.is_file()
