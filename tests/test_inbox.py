"""Files dropped into the inbox: which period they are for, when they are whole, what becomes of them."""

import contextlib
import os
import shutil
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import folders, inbox, manifest, quarantine
from ingest.errors import Refused
from orchestration import texts
from orchestration.state import deliveries, inputs

NOBODY = 65534
NOTES = Path(__file__).parent / "fixtures/cases/notes"
CITIZEN = "064088001234"
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


def stuck(*sources: str) -> list[str]:
    """What a run says of the files that it leaves in the inbox."""
    found = deliveries.new(inbox.whole(sources or ["vneid"], pause=0.01))
    return [str(refused) for refused in found.stuck]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("gio-la-so-nguyen", "received_at: is no time"),
        ("gio-la-danh-sach", "received_at: is no time"),
        ("gio-khong-la-gio", "received_at: is no time"),
        ("gio-nam-2999", "received_at: has not come yet"),
        ("khoa-tron-kieu", "holds the keys 1, true, ten_la; expected citation, is_made_up, period"),
        ("khong-la-utf8", "byte 57: is not UTF-8"),
        ("gia-co-ngoac-kep", "is_made_up: is neither true nor false"),
        ("noi-cong-bo-la-bang", "publisher: is no line of text"),
        ("hai-lan-khoa", "period: is there twice"),
    ],
)
def test_a_note_of_the_cases_that_cannot_be_read_leaves_its_file_and_is_named(box, note, said):
    file = drop(box, "vneid/a.csv")
    shutil.copy(NOTES / f"{note}.about.yml", file.with_name("a.csv.about.yml"))
    for _ in range(2):  # at every run
        (line,) = stuck()
        assert line.startswith(f"vneid/a.csv.about.yml: {said}") and "\n" not in line
    assert file.is_file()


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("period: [", "is no YAML"),
        ("[" * 5000, "is no YAML"),
        ("period: 2024-03\x00", "is no YAML"),
        ("a: 1\n---\nb: 2\n", "is no YAML"),
        ("colour: red\n", "holds the keys colour"),
        ("? [a, b]\n: red\n", "holds the keys ?"),
        ("<<: {period: 2024-03}\n", "holds the keys <<"),
        ("just words\n", "holds no key"),
        ("", "holds no key"),
        ("received_at: 2024-02-30\n", "received_at: is no time"),
        ("received_at: 0001-01-01T00:00:00+14:00\n", "received_at: is before 2000"),
        ("received_at: 9999-12-31T23:59:59-14:00\n", "received_at: has not come yet"),
        ("received_at: {a: b}\nis_made_up: 1\n", "received_at: is no time"),
        ("is_made_up:\n", "is_made_up: is neither true nor false"),
        ("period: true\n", "period: is no period"),
        ("period: 2024.5\n", "period: is no period"),
        ("period: 2024-03-01\n", "period: is no period"),
        ("period: ٢٠٢٤-03\n", "period: is no period"),
        ("period: 1924-03\n", "period: is no period"),
        ("publisher: !!python/name:os.system\n", "publisher: is no line of text"),
        ('publisher: "a\\u202eb"\n', "publisher: is no line of text"),
        (f"publisher: {'x' * 501}\n", "publisher: is no line of text"),
        ("citation: &a [*a]\n", "citation: is no line of text"),
        ("# " + "x" * 70_000, "has more than the 64 KiB"),
        (f"publisher: Nguyễn Văn An {CITIZEN}\n", "publisher: holds a citizen number"),
        ("citation: 0912.345.678\n", "citation: holds a citizen number or a phone number"),
        (f"period: {CITIZEN}\n", "period: is no period"),
        (f"{CITIZEN}: x\n", "holds the keys (personal data)"),
    ],
)
@pytest.mark.parametrize("name", ["vneid/a-2024-03.csv", "vneid/2024-03/a.csv"])
def test_a_note_that_is_not_understood_leaves_its_file_and_is_named(box, name, note, said):
    file = drop(box, name)
    drop(box, f"{name}.about.yml", note)
    (line,) = stuck()
    assert line.startswith(f"{name}.about.yml: {said}")
    assert "\n" not in line and CITIZEN not in line and "0912" not in line
    with pytest.raises(Refused, match=r"\.about\.yml"):
        inbox.take(only())
    assert file.is_file()


def test_a_note_of_many_aliases_is_refused_at_once(box):
    drop(box, "vneid/2024-03/a.csv")
    lines = [
        "publisher: &a0 [x, x]",
        *(f"citation: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 2)),
    ]
    deep = (
        "[" + ", ".join(f"&b{n} [{', '.join([f'*b{n - 1}'] * 9 if n else ['x'])}]" for n in range(30)) + "]"
    )
    drop(box, "vneid/2024-03/a.csv.about.yml", lines[0] + f"\nreceived_at: {deep}\n")
    (line,) = stuck()
    assert "received_at: is no time" in line and len(line) < 300


@pytest.mark.parametrize(
    ("note", "about"),
    [
        ("ngay-khong-nhay", {"period_id": "2024-03", "received_at": datetime(2024, 4, 2, tzinfo=UTC)}),
        ("ky-la-so", {"period_id": "2024"}),
    ],
)
def test_a_note_of_the_cases_that_is_right_is_understood(box, note, about):
    file = drop(box, "vneid/a.csv")
    shutil.copy(NOTES / f"{note}.about.yml", file.with_name("a.csv.about.yml"))
    assert only().about == {"is_made_up": False, **about}


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2024-04-02", datetime(2024, 4, 2, tzinfo=UTC)),
        ('"2024-04-02"', datetime(2024, 4, 2, tzinfo=UTC)),
        ("2024-04-02 08:30:00", datetime(2024, 4, 2, 8, 30, tzinfo=UTC)),
        ("2024-04-02 08:30", datetime(2024, 4, 2, 8, 30, tzinfo=UTC)),
        ("2024-04-02T08:30:00+07:00", datetime(2024, 4, 2, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_receipt_may_be_written_in_these_ways(box, said, moment):
    drop(box, "vneid/2024-03/a.csv")
    drop(box, "vneid/2024-03/a.csv.about.yml", f"received_at: {said}\npublisher:\n")
    assert only().about["received_at"] == moment


def test_a_note_without_its_file_is_named(box):
    drop(box, "vneid/2024-03/a.csv.about.yml", "publisher: Công an tỉnh\n")
    drop(box, "vneid/b.csv.about.yml", "publisher: Công an tỉnh\n")
    drop(box, f"vneid/{CITIZEN}.csv.about.yml", "publisher: Công an tỉnh\n")
    one, other, personal = sorted(stuck(), key=lambda line: (CITIZEN in line, "inode" in line, line))
    assert one == "vneid/2024-03/a.csv.about.yml: is a note, and the file it is about is not here"
    assert other.startswith("vneid/b.csv.about.yml: is a note")
    assert personal.startswith("vneid/(a name with personal data, inode ") and CITIZEN not in personal


def test_a_file_whose_note_is_still_being_written_is_not_yet_whole(box):
    drop(box, "vneid/2024-03/a.csv")
    note = drop(box, "vneid/2024-03/a.csv.about.yml", "publisher: Công an tỉnh\n")
    before = only()
    with note.open("a", encoding="utf-8") as more:
        more.write("received_at: 2024-04-02\n")
    assert before not in inbox.waiting(["vneid"])


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
        assert inbox.whole(["vneid"], pause=0.5) == []
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
    assert manifest.raw_file(extract).read_text(encoding="utf-8") == GOOD
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


def make_odd(folder: Path) -> dict[str, str]:
    """Things that are no files, with what a run says of each, and one file."""
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(GOOD, encoding="utf-8")
    (folder / "link.csv").symlink_to(folder / "a.csv")
    (folder / "dangling.csv").symlink_to(folder / "nowhere")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "folder.csv").mkdir()
    (folder / "folder.csv/inside.csv").write_text(GOOD, encoding="utf-8")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(folder)  # the address of a socket is short
        try:
            made.bind("socket.csv")
        finally:
            os.chdir(here)
    return {
        "link.csv": "is a link",
        "dangling.csv": "is a link",
        "loop.csv": "is a link",
        "folder.csv": "is a folder where a file belongs",
        "pipe.csv": "is a pipe",
        "socket.csv": "is a socket",
    }


def test_what_is_no_file_is_named_and_the_file_beside_it_is_taken(box):
    odd = make_odd(box / "vneid/2024-03")
    if os.geteuid() == 0:
        os.mknod(box / "vneid/2024-03/null.csv", 0o600 | 0o020000, os.makedev(1, 3))
        odd["null.csv"] = "is a device"
    reported = dict(line.removeprefix("vneid/2024-03/").split(": ", 1) for line in stuck())
    assert set(reported) == set(odd)
    assert all(reported[name].startswith(why) for name, why in odd.items())
    assert list(deliveries.bring("vneid", ["2024-03"], fetch=False)) == []
    assert [extract.file_name for extract in manifest.extracts() if extract.file_name == "a.csv"]
    assert set(os.listdir(box / "vneid/2024-03")) == set(odd)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda note: note.symlink_to("/etc/hostname")])
def test_a_note_that_is_no_file_is_named(box, make):
    file = drop(box, "vneid/2024-03/a.csv")
    make(file.with_name("a.csv.about.yml"))
    (line,) = stuck()
    assert line.startswith("vneid/2024-03/a.csv.about.yml: ")
    assert file.is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.csv", "is not in a folder of a source; the sources are dvc_portal"),
        ("vneis/2024-03/a.csv", "is not in a folder of a source"),
        ("vneid/2024-03/more/a.csv", "is a folder where a file belongs"),
        ("vneid/tháng 3/a.csv", "its folder names no period; write 2024, 2024-Q1 or 2024-03"),
        ("vneid/٢٠٢٤-03/a.csv", "its folder names no period"),
        ("vneid/2199-03/a.csv", "its folder names no period"),
        ("vneid/2021-12/a.csv", "2021-12 is not among the periods of vneid, which are from 2022 to today's"),
        ("vneid/2099-01/a.csv", "2099-01 is not among the periods of vneid"),
        ("unit_reports/2099-Q1/a.csv", "2099-Q1 is not among the periods of unit_reports"),
    ],
)
def test_a_file_in_a_wrong_place_is_named(box, name, said):
    file = drop(box, name)
    (line,) = stuck("vneid", "unit_reports")
    assert said in line
    assert file.is_file()


def test_an_empty_folder_is_only_named_where_it_is_no_period(box):
    for name in ("vneid/2024-03", "telecom", "vneis", "vneid/tháng 3"):
        (box / name).mkdir(parents=True)
    assert [line.partition(":")[0] for line in stuck()] == ["vneid/tháng 3"]


def test_the_folder_of_a_source_may_be_on_another_disk(box, tmp_path):
    drop(tmp_path / "elsewhere", "2024-03/a.csv")
    box.mkdir(parents=True)
    (box / "vneid").symlink_to(tmp_path / "elsewhere")
    assert inbox.take(only()).file_name == "a.csv"


LONG = "Báo cáo tháng 3 năm 2024 " + "ề" * 73 + ".csv"
assert len(LONG.encode()) == 252  # 255 are the most a name can have, and a note's would have ten more


@pytest.mark.parametrize(
    "name",
    [
        LONG,
        "2024-03." + "đ" * 120,  # after the last dot there is more than can stand behind a hash
        "a\n\x1b[31m\u202e 2024-03.csv",
        os.fsdecode("Báo cáo 2024-03.csv".encode("cp1258", "replace")),
    ],
)
@pytest.mark.parametrize("text", [GOOD, "Ten,So\nPleiku,7\n"])
def test_a_file_of_any_name_is_taken_or_set_aside(box, name, text):
    drop(box, "vneid/x", text).rename(box / "vneid" / name)
    reported = [str(refused) for _, refused in deliveries.bring("vneid", ["2024-03"], fetch=False)]
    kept = [e.file_name for e in manifest.extracts() + quarantine.entries() if e.source_id == "vneid"]
    assert stuck() == [] and os.listdir(box / "vneid") == []
    assert bool(reported) == (text != GOOD)
    assert kept and all(name.isprintable() for name in kept)
    assert all(line.isprintable() for line in reported)


def test_two_names_that_are_not_utf_8_stay_apart(box):
    for letter in (b"\xe1", b"\xe0"):
        drop(box, "vneid/x").rename(box / "vneid" / os.fsdecode(b"b" + letter + b"o-2024-03.csv"))
    assert [file.name for file in inbox.waiting(["vneid"])] == [
        "vneid/b\\xe0o-2024-03.csv",
        "vneid/b\\xe1o-2024-03.csv",
    ]


@pytest.mark.parametrize(
    "name",
    [
        f"vneid/2024-03/BC_{CITIZEN}.csv",
        f"vneid/2024-03/a.{CITIZEN}.csv",
        "vneid/2024-03/0912 345 678.csv",
        "vneid/2024-03/liên hệ +84912345678.csv",
        f"vneid/{CITIZEN}/2024-03.csv",
        f"vneid/{CITIZEN}-2024-03.csv",
    ],
)
def test_a_name_that_tells_of_a_person_is_written_nowhere(box, name, caplog):
    file = drop(box, name)
    drop(box, name + ".about.yml", "publisher: Công an tỉnh\n")
    (waiting,) = inbox.whole(["vneid"], pause=0.01)
    reported = [
        *stuck(),
        *(str(refused) for _, refused in deliveries.bring("vneid", ["2024-03"], fetch=False)),
    ]
    assert len(reported) == 1 and ("personal data" in reported[0] or "citizen number" in reported[0])
    secret = "912" if "912" in name else CITIZEN
    assert secret not in reported[0] + waiting.name + caplog.text
    assert secret.encode() not in elsewhere(box)
    assert file.is_file()
    if "names no period" not in reported[0]:
        (entry,) = quarantine.entries()
        assert (entry.code, entry.file_name, entry.file) == ("personal_data", None, None)


def test_a_file_larger_than_any_that_is_read_stays_and_is_not_read(box):
    file = drop(box, "vneid/2024-03/a.csv")
    os.truncate(file, 1 << 40)  # a terabyte without a block on the disk
    assert [line.partition(" than")[0] for line in stuck()] == ["vneid/2024-03/a.csv: has more"]
    with pytest.raises(Refused, match=r"^vneid/2024-03/a\.csv: has more than") as refused:
        inbox.take(only())
    assert refused.value.code == "too_large" and file.is_file()


def test_a_file_that_vanishes_before_it_is_taken_is_named(box):
    drop(box, "vneid/2024-03/a.csv")
    waiting = only()
    waiting.file.unlink()
    with pytest.raises(Refused, match=r"vneid/2024-03/a\.csv: cannot be read \(No such file"):
        inbox.take(waiting)


def test_a_file_that_becomes_something_else_before_it_is_taken_is_named(box, tmp_path):
    for make in (os.mkfifo, lambda file: file.symlink_to("/etc/hostname"), Path.mkdir):
        drop(box, "vneid/2024-03/a.csv")
        waiting = only()
        waiting.file.unlink()
        make(waiting.file)
        with pytest.raises(Refused, match=r"vneid/2024-03/a\.csv: "):
            inbox.take(waiting)
        waiting.file.rename(tmp_path / "away") if not waiting.file.is_dir() else waiting.file.rmdir()


def test_an_empty_file_is_set_aside_as_such(box):
    drop(box, "vneid/2024-03/a.csv", "")
    ((_, refused),) = deliveries.bring("vneid", ["2024-03"], fetch=False)
    assert refused.code == "empty" and [e.code for e in quarantine.entries()] == ["empty"]


@contextlib.contextmanager
def without_the_rights_of_root():
    """Root reads everything, so somebody else who owns the data directory looks."""
    if os.geteuid() != 0:
        yield
        return
    for path in [folders.data_dir(), *folders.data_dir().rglob("*")]:
        os.chown(path, NOBODY, -1)
    for parent in folders.data_dir().parents:  # of the temporary folder, which may be root's alone
        if parent.owner() == "root" and not parent.stat().st_mode & 0o001:
            parent.chmod(0o711)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_cannot_be_opened_stays(box):
    file = drop(box, "vneid/2024-03/a.csv")
    file.chmod(0)
    with (
        without_the_rights_of_root(),
        pytest.raises(Refused, match=r"^vneid/2024-03/a.csv: cannot be read \(Permission denied\); put a"),
    ):
        inbox.take(only())
    with without_the_rights_of_root():
        assert stuck() == [
            "vneid/2024-03/a.csv: cannot be read (Permission denied); put a readable file here"
        ]
        assert list(deliveries.bring("vneid", ["2024-03"], fetch=False)) == []
    assert file.is_file()


def test_what_is_left_in_the_inbox_is_an_input_of_a_release_until_it_is_gone(box):
    before = inputs.current()
    drop(box, "vneid/2024-03/a.csv")  # which can be taken
    assert inputs.current() == before
    left = drop(box, "vneid/a.csv")
    (line,) = inputs.current()["left"]
    assert line["en"].startswith("vneid/a.csv: nothing says its period")
    assert line["vi"].startswith("vneid/a.csv: ") and line["vi"] != line["en"]
    left.unlink()
    assert inputs.current() == before


def test_a_folder_that_cannot_be_listed_is_named_and_the_others_are_taken(box):
    drop(box, "vneid/2024-03/a.csv").parent.chmod(0)
    drop(box, "vneid/2024-04/b.csv", GOOD.replace("31/03", "30/04"))
    with without_the_rights_of_root():
        assert stuck() == ["vneid/2024-03: cannot be listed (Permission denied)"]
        assert only().name == "vneid/2024-04/b.csv"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vneid/a.csv", "nothing says its period"),
        ("vneid/2024-Q1/a.csv", "reports monthly, and 2024-Q1 is no month"),
        ("vneid/march/a.csv", "write 2024, 2024-Q1 or 2024-03"),
        ("unit_reports/2024-03/a.csv", "reports quarterly"),
    ],
)
def test_a_file_without_a_usable_period_stays_and_is_told_of(box, name, said):
    file = drop(box, name)
    (refused,) = deliveries.new(inbox.whole(["vneid", "unit_reports"], pause=0.01)).stuck
    assert said in str(refused) and file.name in str(refused)
    in_vietnamese = texts.refusal(refused)["vi"]
    assert file.name in in_vietnamese and "kỳ" in in_vietnamese and "period" not in in_vietnamese
    assert list(deliveries.bring("vneid", ["2024-03"], fetch=False)) == []
    assert file.is_file()
