"""A damaged manifest, copies and bytes of raw: the truth is found, and nothing false takes its place."""

import json
from datetime import UTC, date, datetime

import pytest

from ingest import landing, manifest, receiving
from ingest.errors import Refused

GOOD = (
    "Đơn vị,Dân số trưởng thành,Người trưởng thành có tài khoản định danh điện tử\n"
    "Thành phố Pleiku,190000,121000\nHuyện Chư Păh,52000,20800\n"
)
APRIL = datetime(2024, 4, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))


def receive(text: str = GOOD, period: str = "2024-03") -> manifest.Extract:
    body = text.encode()
    return receiving.receive_body("vneid", "a.csv", body, period_id=period, received_at=APRIL)


def line(**changes) -> str:
    """The one line of the manifest with other values and without its sum, as older code writes it."""
    entry = json.loads(manifest.manifest_file().read_text(encoding="utf-8")) | changes
    del entry["sum"]
    return json.dumps(entry, ensure_ascii=False) + "\n"


def test_the_first_file_ever_received_is_one_line():
    extract = receive()
    assert manifest.manifest_file().read_bytes().count(b"\n") == 1
    assert manifest.read_manifest() == ([extract], [])


def test_of_an_edited_line_without_its_sum_the_copy_beside_the_bytes_speaks():
    extract = receive()
    manifest.manifest_file().write_text(line(received_at="2023-01-01T00:00:00+00:00"), encoding="utf-8")
    assert manifest.read_manifest()[1] == ["line 1: is not what the copy beside its bytes says"]
    assert manifest.extracts() == [extract]
    assert manifest.restore()
    assert manifest.read_manifest() == ([extract], [])
    assert manifest.read_copy(manifest.note_file(extract)).received_at.date() == date(2024, 4, 2)


def test_a_data_directory_of_older_code_gets_its_copies_and_sums_without_a_word():
    extract = receive()
    manifest.manifest_file().write_text(line(), encoding="utf-8")
    manifest.note_file(extract).unlink()
    assert manifest.read_manifest() == ([extract], [])
    assert manifest.restore() == []
    assert manifest.read_copy(manifest.note_file(extract)) == extract
    assert '"sum"' in manifest.manifest_file().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wrong",
    [
        {"bytes": "many"},
        {"publisher": {"a": "b"}},
        {"is_made_up": "no"},
        {"source_id": "../../x"},
        {"received_at": "2024-04-02"},
        {"file_name": 7},
        {"extract_id": "abc"},
        {"withdrawals": [{"at": "2024-05-01T00:00:00+00:00", "reason": None}]},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_damage_and_no_traceback(wrong):
    extract = receive()
    manifest.manifest_file().write_text(line(**wrong), encoding="utf-8")
    assert manifest.read_manifest()[1]
    assert manifest.extracts() == [extract]
    manifest.restore()
    assert manifest.read_manifest() == ([extract], [])


def test_an_empty_folder_in_place_of_a_file_is_mended_and_a_full_one_is_named():
    extract = receive()
    for file in (manifest.manifest_file(), manifest.note_file(extract), manifest.raw_file(extract)):
        file.unlink()
        file.mkdir()
        if file != manifest.raw_file(extract):
            assert manifest.restore()
        receive()
        assert manifest.read_manifest() == ([extract], [])
        assert manifest.is_sound(extract)
    manifest.manifest_file().unlink()
    manifest.manifest_file().mkdir()
    (manifest.manifest_file() / "something").touch()
    with pytest.raises(Refused, match="is a folder, where a file belongs; move it away"):
        manifest.restore()


def test_one_lost_file_stops_none_of_its_source_from_being_landed():
    lost = receive()
    other = receive(GOOD.replace("121000", "121001"), "2024-02")
    manifest.raw_file(lost).unlink()
    with pytest.raises(Refused, match=r"is missing; get a\.csv \(vneid, 2024-03\) and receive it again"):
        landing.land("vneid")
    assert set(landing.landed("vneid")["extract_id"]) == {other.extract_id}
    assert receive() == lost
    landing.land("vneid")
    assert set(landing.landed("vneid")["extract_id"]) == {lost.extract_id, other.extract_id}


def test_a_damaged_landed_file_is_never_taken_for_what_was_landed_whatever_happens_before_it_is_made_anew():
    extract = receive()
    landing.land("vneid")
    right = landing.landed("vneid")
    file = landing.folder("vneid") / "2024.parquet"
    right.head(1).write_parquet(file)
    manifest.raw_file(extract).write_bytes(b"others")
    with pytest.raises(Refused, match="holds other bytes than were received"):
        landing.land("vneid")
    receive()
    landing.land("vneid")
    assert landing.landed("vneid").equals(right)
