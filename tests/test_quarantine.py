"""What cannot be used is set aside with its reason, counted, and lands once it can be read."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from making.processes import HANGS

from ingest import folders, landing, manifest, quarantine, receiving
from ingest.errors import Refused
from orchestration.assets import checks
from orchestration.command.main import main
from orchestration.state import inputs

HEADER = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú,Chỉ tiêu được giao\n"
GOOD = HEADER + "Thành phố Pleiku,622,31/03/2024,250000,1200000\n"
# Counted by hand: three units, of which one states a count below zero.
ONE_BAD_ROW = (
    HEADER
    + "Thành phố Pleiku,622,31/03/2024,250000,1200000\n"
    + "Thị xã An Khê,623,31/03/2024,-5,1100000\n"
    + "Thị xã Ayun Pa,624,31/03/2024,35000,1000000\n"
)
CITIZEN = "064088001234"
FIRST_CAME = datetime(2024, 4, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def receive(text: str | bytes, name: str = "vneid.csv", period: str = "2024-03", **about) -> manifest.Extract:
    body = text.encode() if isinstance(text, str) else text
    return receiving.receive_body("vneid", name, body, period_id=period, **about)


def told(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["quarantine", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def kept_texts(data: Path) -> bytes:
    files = [file for file in data.rglob("*") if file.is_file()]
    return b"\n".join([file.name.encode() + file.read_bytes() for file in files])


def test_a_refused_file_is_kept_whole_with_its_reason(data):
    body = b"Ten,So\nPleiku,7\n"
    with pytest.raises(Refused) as refused:
        receive(body, "odd.csv", received_at=FIRST_CAME, publisher="Công an tỉnh")
    folder = data / "quarantine" / sha256(body).hexdigest()
    assert (folder / "received.csv").read_bytes() == body
    reason = json.loads((folder / "reason.json").read_text(encoding="utf-8"))
    assert reason["code"] == refused.value.code == "header_not_found"
    assert reason["message"] == str(refused.value)
    assert (reason["source_id"], reason["period_id"], reason["file_name"]) == ("vneid", "2024-03", "odd.csv")
    assert datetime.fromisoformat(reason["received_at"]) == FIRST_CAME
    assert reason["publisher"] == "Công an tỉnh"
    assert manifest.extracts() == []


def test_a_refused_file_is_told_of_in_a_table_and_is_reason_for_a_release_until_it_is_gone():
    before = inputs.current()
    for body, name in ((b"Ten,So\nPleiku,7\n", "odd.csv"), (f"{CITIZEN},1\n".encode(), "secret.csv")):
        with pytest.raises(Refused):
            receive(body, name, received_at=FIRST_CAME)
    assert inputs.current()["refused"] == sorted(entry.extract_id for entry in quarantine.entries())
    landing.land_extracts()
    told = pl.read_parquet(folders.landed() / "refused_files/*.parquet").sort("code")
    assert told.columns == list(landing.REFUSED)
    assert told.select("file_name", "period_id", "code", "received_at").rows() == [
        ("odd.csv", "2024-03", "header_not_found", FIRST_CAME),
        (None, "2024-03", "personal_data", FIRST_CAME),
    ]
    for entry in quarantine.entries():
        quarantine.let_go(entry.extract_id)
    landing.land_extracts()
    assert pl.read_parquet(folders.landed() / "refused_files/*.parquet").is_empty()
    assert inputs.current() == before


def test_a_file_that_can_be_read_leaves_nothing_in_quarantine():
    extract = receive(GOOD)
    assert quarantine.entries() == []
    assert manifest.raw_file(extract).read_bytes() == GOOD.encode()


@pytest.mark.parametrize(
    "body",
    [
        (GOOD + f"Nguyễn Văn An,{CITIZEN},31/03/2024,1,1\n").encode(),
        # No table at all, but the number can be read in it.
        f'"Nguyễn Văn An\n{CITIZEN},31/03/2024'.encode(),
        f"\x00\x01 not a table {CITIZEN} \x02".encode(),
    ],
)
def test_of_a_file_with_personal_data_only_the_hash_and_the_place_are_kept(data, body):
    with pytest.raises(Refused) as refused:
        receive(body, "Nguyễn Văn An.csv", publisher="Nguyễn Văn An")
    assert refused.value.code == "personal_data"
    (entry,) = quarantine.entries()
    assert entry.extract_id == sha256(body).hexdigest()
    assert entry.locator == refused.value.locator and entry.locator
    everything = kept_texts(data)
    assert CITIZEN.encode() not in everything
    assert "Nguyễn".encode() not in everything and "Văn An".encode() not in everything
    assert entry.file is None
    assert "(name not kept)" in told("list")


def test_the_same_bytes_refused_twice_are_one_entry_of_the_first_day():
    for day in (FIRST_CAME, datetime(2024, 5, 1, tzinfo=UTC)):
        with pytest.raises(Refused):
            receive("Ten,So\nPleiku,7\n", received_at=day)
    (entry,) = quarantine.entries()
    assert entry.received_at == FIRST_CAME


def test_the_file_of_last_month_sent_again_as_this_month_is_set_aside():
    receive(GOOD)
    with pytest.raises(Refused, match="2024-03, now with 2024-04") as refused:
        receive(GOOD, period="2024-04")
    assert (refused.value.code, refused.value.locator) == ("received_before", None)
    (entry,) = quarantine.entries()
    assert (entry.period_id, entry.earlier_source_id, entry.earlier_period_id) == (
        "2024-04",
        "vneid",
        "2024-03",
    )
    receive(GOOD)
    assert quarantine.entries() == []


def test_a_wrong_period_is_the_senders_mistake_not_the_files():
    with pytest.raises(Refused):
        receive(GOOD, period="March")
    assert quarantine.entries() == []


def test_rows_that_cannot_be_used_land_apart_and_the_counts_add_up():
    extract = receive(ONE_BAD_ROW)
    landing.land("vneid")
    landing.land_extracts()
    (rejected,) = landing.landed("rejected_rows").to_dicts()
    assert (rejected["extract_id"], rejected["source_id"]) == (extract.extract_id, "vneid")
    assert (rejected["row"], rejected["code"], rejected["raw_text"]) == (3, "negative_count", "-5")
    assert "Công dân thường trú" in rejected["locator"]
    (reading,) = landing.landed("readings").to_dicts()
    counts = {what: reading[f"rows_{what}"] for what in landing.COUNTED}
    assert counts == {"read": 3, "landed": 2, "rejected": 1, "total": 0, "section": 0, "blank": 0}
    assert set(landing.landed("vneid")["org_code"]) == {"622", "624"}


def test_a_landed_row_says_its_file_and_place_for_whoever_must_look_it_up():
    extract = receive(GOOD, "march.csv")
    landing.land("vneid")
    rows = checks.with_locators(landing.landed("vneid"), {extract.extract_id: "march.csv"})
    assert rows["locator"].sort().to_list() == [
        "march.csv, row 2, column Chỉ tiêu được giao",
        "march.csv, row 2, column Công dân thường trú",
    ]


def test_replay_lands_what_an_older_reader_refused_as_of_the_day_it_came():
    body = GOOD.encode()
    extract = manifest.Extract(
        extract_id=sha256(body).hexdigest(),
        source_id="vneid",
        file_name="vneid.csv",
        bytes=len(body),
        received_at=FIRST_CAME,
        is_made_up=True,
        period_id="2024-03",
        publisher="Công an tỉnh",
    )
    quarantine.set_aside(extract, body, Refused("vneid.csv: not understood then", "header_not_found"))
    assert "vneid.csv: landed as vneid 2024-03" in told("replay")
    assert manifest.extracts() == [extract]
    assert quarantine.entries() == []
    assert landing.landed("vneid").height == 2
    assert told("list") == "0 in quarantine\n"


def test_replay_reads_rows_again_that_an_older_reader_rejected():
    extract = receive(GOOD)
    landing.land("vneid")
    old = pl.DataFrame(
        {
            "extract_id": extract.extract_id,
            "source_id": "vneid",
            "row": 2,
            "locator": "row 2",
            "code": "not_whole",
        }
        | {"message": "not understood then", "raw_text": "250000", "row_texts": [[]]},
        schema=landing.ABOUT_READING["rejected_rows"],
    )
    old.write_parquet(folders.landed() / "rejected_rows" / f"{extract.extract_id}.parquet")
    assert "1 rows: not_whole" in told("list")
    assert "vneid.csv: 1 rows set aside before, 0 now" in told("replay", extract.extract_id[:10])
    assert told("list") == "0 in quarantine\n"


def test_replay_of_what_still_cannot_be_read_says_why_and_keeps_it():
    with pytest.raises(Refused):
        receive("Ten,So\nPleiku,7\n")
    assert "still refused" in told("replay")
    (entry,) = quarantine.entries()
    named = CliRunner().invoke(main, ["quarantine", "replay", entry.extract_id[:8]])
    assert named.exit_code == 1 and named.output.startswith("dxkpi: vneid.csv: ")


def test_list_and_show_name_reason_place_and_raw_text():
    receive(ONE_BAD_ROW, "rows.csv")
    landing.land("vneid")
    with pytest.raises(Refused):
        receive("Ten,So\nPleiku,7\n", "file.csv")
    listed = told("list")
    assert "file.csv: header_not_found" in listed
    assert "rows.csv: 1 rows: negative_count" in listed
    assert listed.endswith("2 in quarantine\n")
    by_name = {
        json.loads(line)["file_name"]: json.loads(line) for line in told("list", "--json").splitlines()
    }
    shown = told("show", by_name["rows.csv"]["extract_id"])
    assert "row 3: [negative_count]" in shown and "“-5”" in shown
    shown = told("show", by_name["file.csv"]["extract_id"][:9])
    assert "reason:   header_not_found: no row holds the expected headings" in shown


def test_an_id_that_stands_for_nothing_is_refused():
    result = CliRunner().invoke(main, ["quarantine", "show", "ffff"])
    assert result.exit_code == 1 and result.output.count("\n") == 1


RECEIVE_SOME = """
import sys
from ingest import landing, manifest, receiving
for n in range(12):
    body = f"Đơn vị,Đến ngày,Công dân thường trú\\nXã {sys.argv[1]},31/03/2024,{n}\\n".encode()
    receiving.receive_body("vneid", f"{n}.csv", body, period_id="2024-03")
"""


def test_processes_that_receive_at_once_lose_nothing():
    at_work = [subprocess.Popen([sys.executable, "-c", RECEIVE_SOME, str(n)]) for n in range(3)]
    assert [process.wait(timeout=HANGS) for process in at_work] == [0, 0, 0]
    assert len({extract.extract_id for extract in manifest.extracts()}) == 36
