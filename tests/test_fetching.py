"""Fetching, against a portal that answers like the real ones and goes wrong on demand.

Each fault ends in the right rows or in a clear refusal, soon, and nothing half-received ever lands.
"""

import base64
import csv
import html
import ipaddress
import json
import logging
import shutil
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
import yaml
from conftest import ROOT, dxkpi
from making import portal as portals
from making.portal import Portal, running

from ingest import folders, landing, manifest, quarantine, receiving
from ingest.errors import NotNow, Refused
from ingest.fetching import credentials, downloads
from ingest.sources.dvc_portal import paging

QUICK = downloads.Settings(
    connect_seconds=2,
    silence_seconds=0.3,
    reply_seconds=0.6,
    attempts=3,
    first_wait_seconds=0.01,
    jitter_seconds=0.01,
    longest_wait_seconds=0.05,
    longest_retry_after_seconds=2,
    received_bytes=1_000_000,
    unpacked_bytes=2_000_000,
    redirects=3,
)
# Three attempts at the longest reply are over in one; these faults last for ever, or for minutes.
BOUND = 60

PERIOD = "2024-03"
DVC, VNEID = "dvc_portal", "vneid"
FILE = "/vneid-2024-03.csv"
SECRET = "correct-horse-battery-staple"


def districts() -> list[str]:
    with (ROOT / "data/registry/organisations.csv").open(encoding="utf-8") as file:
        return sorted({row["name_vi"] for row in csv.DictReader(file) if row["level"] == "district"})


RECORDS = [
    {
        "TEN": name,
        "HS_TOTAL": f"{100 + n}",
        "HTN_TRUCTUYEN_TOTAL": f"{60 + n}",
        "HTN_TRUCTIEP_TOTAL": "39",
        "HTN_BUUCHINH_TOTAL": "1",
    }
    for n, name in enumerate(districts())
]
COUNTED = 4  # numbers in a record


def police_report(names: list[str], first: int = 1000) -> bytes:
    rows = [f"{name},31/03/2024,{first + n}\n" for n, name in enumerate(names)]
    return "".join(["Đơn vị,Đến ngày,Tài khoản định danh điện tử đã cấp\n", *rows]).encode()


REPORT = police_report(districts())


@dataclass
class Office:
    """A data directory of its own, with a registry whose addresses lead to the portal."""

    data: Path
    portal: Portal
    settings: downloads.Settings = field(default=QUICK)

    def address(self, source: str, **changes) -> None:
        file = self.data / "registry/sources.yml"
        sources = yaml.safe_load(file.read_text(encoding="utf-8"))
        sources[source] |= changes
        file.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")

    def fetch(self, source: str = DVC, period: str = PERIOD) -> downloads.Outcome:
        return downloads.fetch(source, period, self.settings)

    def refusal(self, source: str = DVC) -> Refused:
        """The one refusal a fetch ends in, with nothing received."""
        outcome = self.fetch(source)
        assert outcome.extracts == []
        assert manifest.extracts() == []
        return outcome.refusals[0]

    def rows(self, source: str = DVC) -> pl.DataFrame:
        landing.land(source)
        return pl.read_parquet(landing.folder(source) / "*.parquet")

    def kept(self) -> set[str]:
        """The files that hold something received."""
        kept = (folders.raw(), folders.landed(), folders.quarantine())
        files = (f for folder in kept for f in folder.rglob("*") if f.is_file() and f.name != ".lock")
        return {str(f.relative_to(self.data)) for f in files}


@pytest.fixture
def office(tmp_path, monkeypatch) -> Iterator[Office]:
    shutil.copytree(ROOT / "tests/fixtures/registry/tiny", tmp_path / "registry")
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    with running(Portal(records=RECORDS, page_size=10, files={FILE: REPORT})) as portal:
        form = {"type": "ref", "p_nam": "{year}", "p_quy": "{quarter}", "p_thang": "{month}"}
        addresses = {
            DVC: {
                "url": portal.url + "/jsp/rest.jsp",
                "method": "POST",
                "page_size": 10,
                "form": {"params": form | {"pageIndex": "{page}", "pageSize": "10"}},
            },
            VNEID: {"url": portal.url + "/vneid-{period}.csv"},
        }
        about = {
            "name": {"vi": "X", "en": "X"},
            "publisher": "X",
            "frequency": "monthly",
            "precedence": 1,
            "is_made_up": False,
            "due": {"day": 5, "month": "following"},
            "reporting_level": "district",
        }
        sources = {
            source: about | {"allowed_hosts": ["127.0.0.1"], "address": address}
            for source, address in addresses.items()
        }
        sources["unit_reports"] = about
        (tmp_path / "registry/sources.yml").write_text(yaml.safe_dump(sources), encoding="utf-8")
        yield Office(tmp_path, portal)


# What comes when nothing goes wrong.


def test_two_pages_are_one_extract_with_every_record_once(office):
    (extract,) = office.fetch().extracts
    assert len(RECORDS) == 17
    rows = office.rows()
    assert rows.height == 17 * COUNTED
    assert rows["org_text"].n_unique() == 17
    assert set(rows["extract_id"]) == {extract.extract_id}
    kept = json.loads(manifest.raw_file(extract).read_bytes())
    assert kept == RECORDS
    assert [asked.params["pageIndex"] for asked in office.portal.asked] == ["1", "2", "3"]


@pytest.mark.parametrize("number", [10, 11])
def test_a_last_page_that_is_full_loses_nothing_and_repeats_nothing(office, number):
    office.portal.records = RECORDS[:number]
    office.fetch()
    assert office.rows().height == number * COUNTED


def test_a_single_page_is_kept_as_it_was_sent(office):
    office.portal.records = RECORDS[:3]
    (extract,) = office.fetch().extracts
    assert manifest.raw_file(extract).read_bytes() == json.dumps(RECORDS[:3], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("period", "year", "quarter", "month"),
    [("2024", "2024", "0", "0"), ("2024-Q3", "2024", "3", "0"), ("2024-03", "2024", "0", "3")],
)
def test_the_portal_is_asked_in_its_own_words_for_the_period(office, period, year, quarter, month):
    office.fetch(period=period)
    first = office.portal.asked[0]
    assert (first.method, first.path) == ("POST", "/jsp/rest.jsp")
    assert first.params == {
        "type": "ref",
        "p_nam": year,
        "p_quy": quarter,
        "p_thang": month,
        "pageIndex": "1",
        "pageSize": "10",
    }


def test_a_file_is_received_byte_for_byte(office):
    (extract,) = office.fetch(VNEID).extracts
    assert extract.file_name == "vneid-2024-03.csv"
    assert manifest.raw_file(extract).read_bytes() == REPORT
    assert office.rows(VNEID)["value"].to_list() == [1000 + n for n in range(17)]


def test_the_same_bytes_twice_are_one_extract(office):
    first = office.fetch()
    second = office.fetch()
    assert first.new == first.extracts and second.new == []
    (extract,) = manifest.extracts()
    assert extract.extract_id == first.extracts[0].extract_id == second.extracts[0].extract_id
    assert len(manifest.arrivals()) == 1
    assert office.rows().height == 17 * COUNTED


def test_each_operator_has_an_address_and_one_that_fails_does_not_stop_the_others(office):
    office.portal.files = {
        f"/{operator}-2024-03.csv": police_report([operator]) for operator in ("vnpt", "viettel", "mobifone")
    }
    url = office.portal.url + "/{reporter}-{period}.csv"
    office.address(VNEID, address={"url": url}, reporters=["vnpt", "viettel", "vietnamobile", "mobifone"])
    outcome = office.fetch(VNEID)
    assert [e.file_name for e in outcome.extracts] == [
        "vnpt-2024-03.csv",
        "viettel-2024-03.csv",
        "mobifone-2024-03.csv",
    ]
    (refused,) = outcome.refusals
    assert "/vietnamobile-2024-03.csv: answered 404" in str(refused)


def test_a_source_without_an_address_says_how_else_its_file_gets_in(office):
    with pytest.raises(Refused, match="dxkpi ingest extract unit_reports FILE"):
        office.fetch("unit_reports")


# What is odd and right all the same: taken at once.

NAME = 'attachment; filename="Báo cáo tháng 3.csv"'
ODD = {
    "a Vietnamese file name": portals.with_headers(f"Content-Disposition: {NAME}".encode()),
    "a Vietnamese file name in another encoding": portals.with_headers(
        "Content-Disposition: attachment; filename=B\xe1o c\xe1o".encode("latin-1")
    ),
    "a Vietnamese cookie": portals.with_headers("Set-Cookie: đơn_vị=Pleiku; path=/".encode()),
    "a Vietnamese tag": portals.with_headers('ETag: "tháng 3"'.encode()),
    "a tag without end": portals.with_headers(b'ETag: "' + b"x" * 60_000 + b'"'),
    "a Vietnamese date": portals.with_headers("Last-Modified: thứ sáu".encode()),
    "4,000 headers": portals.with_headers(*(b"X-%d: 1" % n for n in range(4000))),
    "1,000 cookies": portals.with_headers(*(b"Set-Cookie: c%d=1" % n for n in range(1000))),
    "tiny chunks": portals.in_tiny_chunks,
    "members of gzip": portals.in_members,
    "interim answers": portals.after_interim_answers,
}


@pytest.mark.parametrize("source", [DVC, VNEID])
@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_odd_answer_that_is_right_is_taken_at_once_and_asked_for_again(office, answer, source):
    office.portal.always = answer
    for _ in range(2):
        assert office.fetch(source).refusals == []
    assert len(office.portal.asked) == {DVC: 6, VNEID: 2}[source]
    assert office.rows(source).height == {DVC: 17 * COUNTED, VNEID: 17}[source]


def test_a_tag_of_any_letters_is_sent_back_byte_for_byte(office):
    office.portal.always = portals.with_headers('ETag: "tháng 3"'.encode())
    office.fetch(VNEID)
    office.fetch(VNEID)
    assert office.portal.asked[1].headers["If-None-Match"].encode("latin-1") == '"tháng 3"'.encode()


# What goes wrong once: asked again, the right rows come.

PASSING = {
    "429": portals.later(429),
    "429 without a word on when": portals.later(429, None),
    "503": portals.later(503),
    "503 until a date": portals.later(503, timedelta(0)),
    "500": portals.later(500, None),
    "silence": portals.silence,
    "slow drip": portals.slow_drip,
    "slow headers": portals.slow_headers,
    "cut connection": portals.cut_connection,
    "cut chunks": portals.cut_chunks,
    "not a byte": portals.hangs_up,
    "length too long": portals.length_too_long,
    "length too short": portals.length_too_short,
    "length too short, the rest later": portals.length_too_short_and_the_rest_later,
    "packed and cut": portals.packed_and_cut,
    "said to be packed": portals.said_to_be_packed,
    "not HTTP": portals.not_http,
    "chunks that trickle": portals.trickled_chunks,
    "tiny chunks without end": portals.endless_chunks,
    "a chunk that never begins": portals.endless_chunk_head,
    "headers without end": portals.endless_headers,
    "trailers without end": portals.endless_trailers,
    "interim answers without end": portals.endless_interim_answers,
    "a header of 300 KB": portals.with_headers(b"X: " + b"y" * 300_000),
    "50,000 headers": portals.with_headers(*(b"X-%d: 1" % n for n in range(50_000))),
    "a length of 5,000 digits": portals.head(b"HTTP/1.1 200 OK", b"Content-Length: " + b"9" * 5000),
    "a length below zero": portals.head(b"HTTP/1.1 200 OK", b"Content-Length: -1"),
    "a length in other digits": portals.head(b"HTTP/1.1 200 OK", "Content-Length: ٣".encode()),
    "two lengths": portals.head(b"HTTP/1.1 200 OK", b"Content-Length: 5", b"Content-Length: 6"),
    "a status that is none": portals.head(b"HTTP/1.1 20 OK"),
    **{
        f"503 until {said!r}": portals.later(503, said)
        for said in (
            *("soon", "-5", "0.5", "1e9", "120, 120", "%d9", "Fri", "Fri, 31 Dec 99999 00:00:00 GMT"),
            *("Fri, 31 Dec 9999 23:59:59 -9999", "Fri, 05 Apr 2024 01:00:00 +99999999999"),
        )
    },
}


@pytest.mark.parametrize("source", [DVC, VNEID])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes_leaves_no_trace_in_the_rows(office, fault, source):
    office.portal.faults = [fault]
    started = time.monotonic()
    outcome = office.fetch(source)
    assert time.monotonic() - started < BOUND
    assert outcome.refusals == []
    assert office.rows(source).height == {DVC: 17 * COUNTED, VNEID: 17}[source]


def test_a_fault_on_the_second_page_leaves_no_trace_either(office):
    office.portal.faults = [portals.Answer.rightly, portals.cut_connection]
    assert office.fetch().refusals == []
    assert office.rows().height == 17 * COUNTED


# What goes wrong for good: refused, soon, and nothing is kept.

LASTING = {
    **{name: (fault, "", 3) for name, fault in PASSING.items()},
    "a pause of an hour": (portals.later(503, "3600"), "not for 3600 seconds", 1),
    "a pause until tomorrow": (portals.later(429, timedelta(days=1)), "not for 86", 1),
    "401": (portals.refuses(401), "check the credential", 1),
    "404": (portals.refuses(404), "check the address", 1),
    "truncated without a length": (portals.truncated_without_length, "neither its length", 1),
    "a pause of 500 digits": (portals.later(503, "9" * 500), "not for", 1),
    "204": (portals.refuses(204), "answered 204", 1),
    "206": (portals.refuses(206), "answered 206", 1),
    "999": (portals.refuses(999), "answered 999", 1),
    "4 MB of empty gzip members": (
        portals.packed_in_very_many(b"", 45_000),  # as many as the bytes of these settings hold
        "in more than 10,000 pieces",
        1,
    ),
    "very many gzip members": (portals.packed_in_very_many(b"[", 40_000), "in more than 10,000 pieces", 1),
    "packed in a way of its own": (
        portals.with_headers(b"Content-Encoding: " + SECRET.encode()),
        "packed as something else",
        1,
    ),
    "redirect ever further": (portals.redirect_ever_further, "again and again", 4),
    "redirect to no name": (portals.redirect("https://xn--a/"), "cannot be asked", 1),
    "redirect to no port": (portals.redirect("http://127.0.0.1:99999/"), "cannot be asked", 1),
    "redirect to a port below zero": (portals.redirect("http://127.0.0.1:-1/"), "cannot be asked", 1),
    "redirect to a Vietnamese host": (portals.redirect("http://m\xe1y/"), "leads to máy", 1),
    "gzip bomb": (portals.gzip_bomb, "unpacks to more than 2,000,000 bytes", 1),
    "too large": (portals.too_large, "larger than 1,000,000 bytes", 1),
    "said to be too large": (portals.said_to_be_too_large, "larger than 1,000,000 bytes", 1),
    "packed otherwise": (portals.packed_otherwise, "'br'", 1),
    "redirect to another host": (portals.redirect("http://localhost:1/x"), "leads to localhost", 1),
    "redirect to another host, asking again": (
        portals.redirect("https://example.org/", 307),
        "example.org",
        1,
    ),
    "redirect to a file": (portals.redirect("file:///etc/hostname"), "file", 1),
    "redirect to nowhere": (portals.redirect_nowhere, "answered 302", 1),
    "redirect to no address": (portals.redirect("http://[::1/"), "cannot be asked", 1),
    "redirect in circles": (portals.redirect(FILE, 307), "again and again", 4),
    "a credential in the address": (portals.redirect("http://a:b@127.0.0.1/x"), "holds no credential", 1),
}


@pytest.mark.parametrize("source", [DVC, VNEID])
@pytest.mark.parametrize(("fault", "words", "times"), LASTING.values(), ids=LASTING)
def test_a_fault_that_lasts_is_refused_in_bounded_time_and_leaves_nothing(
    office, fault, words, times, source
):
    office.portal.always = fault
    started = time.monotonic()
    refused = office.refusal(source)
    assert time.monotonic() - started < BOUND
    assert str(refused).startswith(f"{source}: ") and "\n" not in str(refused)
    assert words in str(refused)
    assert len(office.portal.asked) == times
    assert isinstance(refused, NotNow) == (times == 3 or "not for" in words)
    assert office.kept() == set()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (portals.endless_paging, "more than 50 pages and no end"),
        (portals.same_page, "page 2: repeats a record"),
    ],
)
def test_paging_that_does_not_end_is_refused_and_leaves_nothing(office, fault, words):
    office.portal.always = fault
    assert words in str(office.refusal())
    # a page may be asked for again by who waited too long for it
    assert len({asked.params["pageIndex"] for asked in office.portal.asked}) <= 50
    assert office.kept() == set()


# What comes whole and is not what was asked for: set aside, with the reason.

WRONG = {
    "HTML error page": (portals.html_page, {"html_error_page"}),
    "empty page": (portals.empty_page, {"empty"}),
    "not a byte of body": (portals.no_bytes, {"empty"}),
    "changed fields": (portals.changed_fields, {"column_unknown"}),
    "an error": (portals.says(b'{"status": 500, "message": "ORA-01017"}'), {"not_a_table"}),
    "an empty text": (portals.says(b'""'), {"not_a_table"}),
    "a page with a table of ours": (
        portals.says("<table><tr><th>Đơn vị<th>Tiếp nhận trực tuyến<tr><td>Xã Ia Ko<td>5</table>".encode()),
        {"not_a_table"},
    ),
    "XML": (portals.says(b"<?xml version='1.0'?><fault>closed</fault>"), {"html_error_page", "not_a_table"}),
    "script": (portals.says(b"callback([{}])"), {"not_a_table"}),
    "truncated": (portals.truncated, {"truncated", "unreadable"}),
}


@pytest.mark.parametrize(("fault", "codes"), WRONG.values(), ids=WRONG)
def test_a_reply_that_cannot_be_read_is_set_aside_with_its_reason(office, fault, codes):
    office.portal.always = fault
    refused = office.refusal()
    assert refused.code in codes
    (entry,) = quarantine.entries()
    assert (entry.code, entry.source_id, entry.period_id) == (refused.code, DVC, PERIOD)
    assert entry.file.is_file()
    assert office.rows().height == 0


def test_an_error_in_an_envelope_never_passes_for_the_last_page(office):
    office.portal.shape = lambda page: {"status": "ok", "data": page}
    broken = portals.says(b'{"status": "error", "data": []}')
    office.portal.faults = [portals.Answer.rightly, broken]
    assert "page 2: an array was expected" in str(office.refusal())
    assert office.fetch().refusals == []
    assert office.rows().height == 17 * COUNTED


def test_pages_that_are_too_large_together_are_refused_and_leave_nothing(office, monkeypatch):
    first = json.dumps(RECORDS[:10], ensure_ascii=False).encode()
    monkeypatch.setattr(paging, "PAGES_BYTES", len(first) + 10)
    assert "page 2: makes more than" in str(office.refusal())
    assert office.kept() == set()


def test_an_error_page_among_the_pages_takes_all_of_them_into_quarantine(office):
    office.portal.faults = [portals.Answer.rightly, portals.html_page]
    assert "page 2: an array was expected" in str(office.refusal())
    (entry,) = quarantine.entries()
    assert portals.ERROR_PAGE.encode() in entry.file.read_bytes()
    assert office.fetch().refusals == []
    assert office.rows().height == 17 * COUNTED


@pytest.mark.parametrize("fault", [portals.html_page, portals.no_bytes, portals.empty_page])
def test_a_file_that_is_something_else_is_set_aside_too(office, fault):
    office.portal.always = fault
    office.refusal(VNEID)
    assert len(quarantine.entries()) == 1


def test_a_field_that_was_renamed_costs_only_itself_and_is_listed(office):
    office.portal.records = [
        {"TONG_HS" if key == "HS_TOTAL" else key: text for key, text in record.items()} for record in RECORDS
    ]
    assert office.fetch().refusals == []
    rows = office.rows()
    assert rows.height == 17 * (COUNTED - 1) and "HS_TOTAL" not in set(rows["subject"])
    unread = pl.read_parquet(folders.landed() / "unread_parts/*.parquet")
    assert unread.select("part", "text", "figures").rows() == [("field", "TONG_HS", 17)]


def test_a_file_that_stops_within_a_line_is_kept_in_quarantine_until_somebody_has_compared_it(office):
    office.portal.files[FILE] = REPORT.rstrip(b"\n")
    assert office.refusal(VNEID).code == "truncated"
    (entry,) = quarantine.entries()
    assert (entry.code, entry.source_id, entry.period_id) == ("truncated", VNEID, PERIOD)
    assert entry.file.read_bytes() == REPORT.rstrip(b"\n")
    with pytest.raises(Refused, match="stops within a line"):
        receiving.replay(entry)
    receiving.receive(VNEID, entry.file, period_id=PERIOD)
    assert quarantine.entries() == []
    assert office.rows(VNEID).height == len(districts())


def test_of_a_file_that_stops_within_a_line_and_names_a_person_nothing_is_kept(office):
    person = "Nguyễn Văn An sinh ngày 01/02/1990,31/03/2024,1"
    office.portal.files[FILE] = REPORT + person.encode()
    assert office.refusal(VNEID).code == "personal_data"
    (entry,) = quarantine.entries()
    assert entry.file is None and entry.locator


# Memory.


@pytest.mark.parametrize(
    "fault",
    [
        portals.endless_chunks,
        portals.too_large,
        portals.gzip_bomb,
        portals.packed_in_very_many(b"[" * 40, 20_000),
        portals.endless_headers,
    ],
)
def test_an_endless_answer_takes_a_few_times_the_bytes_it_may_have(office, fault):
    office.portal.always = fault
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        office.refusal(VNEID)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most - before < 4 * (QUICK.received_bytes + QUICK.unpacked_bytes)


def test_two_hundred_thousand_members_are_refused_in_seconds_by_the_settings_of_every_day(office):
    office.settings = downloads.PATIENT
    for piece in (b"", b"x"):
        office.portal.always = portals.packed_in_very_many(piece, 200_000)
        started = time.monotonic()
        assert "in more than 10,000 pieces" in str(office.refusal(VNEID))
        assert time.monotonic() - started < BOUND


# Politeness.


# A date has no parts of a second, so one two seconds away is more than one second away.
@pytest.mark.parametrize("said", ["1", timedelta(seconds=2)], ids=["seconds", "a date"])
def test_the_pause_a_server_asks_for_is_kept(office, said):
    office.portal.faults = [portals.later(503, said)]
    office.fetch(VNEID)
    first, second = (asked.at for asked in office.portal.asked)
    assert second - first >= 0.9


def test_an_unchanged_file_is_not_sent_again(office):
    office.fetch(VNEID)
    again = office.fetch(VNEID)
    asked = office.portal.asked[1].headers
    assert asked["If-None-Match"].startswith('"')
    assert asked["If-Modified-Since"] == portals.CHANGED
    assert (len(again.extracts), again.new) == (1, [])


def test_a_changed_file_is_a_second_extract(office):
    office.fetch(VNEID)
    office.portal.files[FILE] = police_report(districts(), 2000)
    assert len(office.fetch(VNEID).new) == 1
    assert len(manifest.extracts()) == 2


def test_a_file_that_was_refused_is_sent_in_full_until_it_is_right(office):
    office.portal.files[FILE] = REPORT.replace(b"31/03/2024", b"31/04/2024")
    for _ in range(2):
        assert office.fetch(VNEID).extracts == []
    assert not any("If-None-Match" in asked.headers for asked in office.portal.asked)


def test_what_is_no_longer_here_is_sent_again_in_full(office):
    (extract,) = office.fetch(VNEID).extracts
    shutil.rmtree(folders.raw() / VNEID)
    assert [again.extract_id for again in office.fetch(VNEID).extracts] == [extract.extract_id]
    assert "If-None-Match" not in office.portal.asked[1].headers


def test_a_damaged_memory_only_costs_a_download(office):
    office.fetch(VNEID)
    (folders.raw() / "validators.json").write_text("{", encoding="utf-8")
    assert office.fetch(VNEID).refusals == []
    assert "If-None-Match" not in office.portal.asked[1].headers


def test_what_is_packed_is_unpacked(office):
    office.portal.always = portals.packed
    office.fetch()
    assert office.rows().height == 17 * COUNTED
    assert office.portal.asked[0].headers["Accept-Encoding"] == "gzip"


# Safety.


def test_a_redirect_within_the_allowed_hosts_is_followed(office):
    office.portal.faults = [portals.redirect(FILE)]
    office.address(VNEID, address={"url": office.portal.url + "/latest"})
    (extract,) = office.fetch(VNEID).extracts
    assert manifest.raw_file(extract).read_bytes() == REPORT


def test_another_host_is_never_even_asked(office):
    with running(Portal(files={FILE: REPORT})) as other:
        office.portal.always = portals.redirect(other.url.replace("127.0.0.1", "localhost") + FILE)
        office.refusal(VNEID)
        assert other.asked == []


def test_plain_http_is_spoken_on_this_machine_only(office):
    office.address(VNEID, address={"url": "http://example.org/x.csv"}, allowed_hosts=["example.org"])
    with pytest.raises(Refused, match="must begin with https://"):
        office.fetch(VNEID)
    here = {"url": office.portal.url + "/latest"}
    office.address(VNEID, address=here, allowed_hosts=["127.0.0.1", "example.org"])
    office.portal.always = portals.redirect("http://example.org/x.csv")
    assert "is not https" in str(office.refusal(VNEID))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A key and its own certificate for 127.0.0.1, as some offices make them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test portal")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "portal.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_a_certificate_nobody_vouches_for_is_refused_at_once(office, certificate):
    with running(Portal(files={FILE: REPORT}), certificate) as secure:
        office.address(VNEID, address={"url": secure.url + FILE})
        assert "certificate cannot be trusted" in str(office.refusal(VNEID))
        assert secure.asked == []


def test_an_authority_of_the_office_is_named_in_the_environment(office, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(Portal(files={FILE: REPORT}), certificate) as secure:
        office.address(VNEID, address={"url": secure.url + FILE})
        assert office.fetch(VNEID).refusals == []


# Credentials.

CREDENTIALS = {
    "a bare token": (SECRET, f"Bearer {SECRET}"),
    "a whole header": (f"Token {SECRET}", f"Token {SECRET}"),
    "name and password": (
        "Basic " + base64.b64encode(f"gialai:{SECRET}".encode()).decode(),
        "Basic " + base64.b64encode(f"gialai:{SECRET}".encode()).decode(),
    ),
}


@pytest.mark.parametrize(("credential", "header"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_credential_comes_from_the_environment_and_goes_to_its_owner_only(
    office, monkeypatch, credential, header
):
    monkeypatch.setenv("DXKPI_VNEID_TOKEN", credential)
    office.address(VNEID, credentials_env="DXKPI_VNEID_TOKEN")
    with running(Portal(files={FILE: REPORT})) as other:
        office.portal.always = portals.redirect(other.url + FILE)
        assert office.fetch(VNEID).refusals == []
        assert office.portal.asked[0].headers["Authorization"] == header
        assert "Authorization" not in other.asked[0].headers


@pytest.mark.parametrize("credential", [None, "", "two\nlines", "mật khẩu"])
def test_without_a_usable_credential_nobody_is_asked(office, monkeypatch, credential):
    monkeypatch.delenv("DXKPI_VNEID_TOKEN", raising=False)
    if credential is not None:
        monkeypatch.setenv("DXKPI_VNEID_TOKEN", credential)
    office.address(VNEID, credentials_env="DXKPI_VNEID_TOKEN")
    with pytest.raises(Refused, match="DXKPI_VNEID_TOKEN") as refused:
        office.fetch(VNEID)
    assert not credential or credential not in str(refused.value)
    assert office.portal.asked == []


def each(form: str) -> Callable[[str], str]:
    """Every letter in its own escape."""
    return lambda secret: "".join(form % ord(letter) for letter in secret)


WRITTEN = {
    "in capitals": str.upper,
    "for an address": each("%%%02X"),
    "for an address, in small letters": each("%%%02x"),
    "for an address, twice": lambda secret: quote(each("%%%02X")(secret)),
    "as JSON": each("\\u%04x"),
    "as JSON, in capitals": each("\\u%04X"),
    "as JSON within JSON": lambda secret: json.dumps(each("\\u%04x")(secret)),
    "as HTML": each("&#%d;"),
    "as HTML, in hexadecimal": each("&#x%X;"),
    "as HTML, with zeros": each("&#%07d;"),
    "as HTML within HTML": lambda secret: html.escape(each("&#%d;")(secret)),
    "as HTML within JSON": lambda secret: each("\\u%04x")(each("&#%d;")(secret)),
    "every second letter as JSON": lambda secret: "".join(
        f"\\u{ord(letter):04x}" if n % 2 else letter for n, letter in enumerate(secret)
    ),
    "in hexadecimal": lambda secret: secret.encode().hex(),
    "in hexadecimal, in capitals and apart": lambda secret: secret.encode().hex(":").upper(),
    "as a script": each("\\x%02x"),
    "as mail": each("=%02X"),
    "in two bytes a letter": lambda secret: secret.encode("utf-16"),
    **{
        f"in base64 behind {before} letters": lambda secret, before=before: base64.b64encode(
            b"Bearer "[:before] + secret.encode() + b"\r\n"
        )
        for before in range(4)
    },
    "in base64 over two lines": lambda secret: base64.encodebytes(b"x" * 50 + secret.encode()),
    "in base64 for an address": lambda secret: quote(base64.urlsafe_b64encode(secret.encode() * 2)),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_credential_is_found_however_it_is_written(office, monkeypatch, written):
    monkeypatch.setenv("DXKPI_VNEID_TOKEN", "x7/Ab+9_Zq-" + SECRET)
    office.address(VNEID, credentials_env="DXKPI_VNEID_TOKEN")
    office.portal.always = portals.repeats_the_credential_as(written)
    assert "repeats the credential" in str(office.refusal(VNEID))
    assert office.kept() == set()


def test_a_credential_is_found_wherever_it_stands_in_a_long_reply(monkeypatch):
    secrets = credentials.secrets(f"Bearer {SECRET}")
    packed = base64.b64encode(SECRET.encode())
    for before in range(credentials.PIECE - len(packed) - 2, credentials.PIECE + 3):
        assert credentials.are_in(secrets, [b"." * before + packed])
    assert credentials.are_in(credentials.secrets("Bearer " + "ab1-" * 500), [b"x" + b"AB1-" * 500])


def test_a_reply_that_only_looks_encoded_is_taken(office, monkeypatch):
    monkeypatch.setenv("DXKPI_VNEID_TOKEN", SECRET)
    office.address(VNEID, credentials_env="DXKPI_VNEID_TOKEN")
    office.portal.files[FILE] = REPORT + "Ghi chú: 100%% &amp; \\u0041 correct-horse,,\n".encode()
    assert office.fetch(VNEID).refusals == []
    assert credentials.secrets(None) == credentials.secrets("Bearer short") == set()
    assert not credentials.are_in(credentials.secrets("Bearer ------a"), [b"a---"])


EVERYTHING = {name: fault for name, (fault, *_) in (LASTING | WRONG).items()} | {
    "repeats the credential": portals.repeats_the_credential,
    **{f"repeats it {how}": portals.repeats_the_credential_as(written) for how, written in WRITTEN.items()},
    "repeats it over two members": portals.repeats_the_credential_as(str, packed=True),
    "repeats it in a header": lambda answer: answer.send(200, REPORT, **{"X-Asked": quote(SECRET * 2)}),
    "repeats it in an address": lambda answer: answer.send(302, b"", Location=f"/{SECRET}?token={SECRET}"),
    "repeats it in a tag": lambda answer: answer.send(200, REPORT, ETag=f'"{SECRET}"'),
    "rightly": portals.Answer.rightly,
}


@pytest.mark.parametrize(("source", "kind"), [(VNEID, "a bare token"), (DVC, "name and password")])
def test_a_credential_appears_in_no_output_whatever_happens(office, monkeypatch, caplog, capfd, source, kind):
    """Everything that is logged, by whomever and at any level, is looked at, and every file."""
    credential, header = CREDENTIALS[kind]
    monkeypatch.setenv("DXKPI_VNEID_TOKEN", credential)
    office.address(source, credentials_env="DXKPI_VNEID_TOKEN")
    office.settings = replace(QUICK, silence_seconds=0.1, reply_seconds=0.2, attempts=2)
    reported = []
    with caplog.at_level(logging.DEBUG):
        for fault in EVERYTHING.values():
            office.portal.always = fault
            reported += [repr(refused) + str(refused.__dict__) for refused in office.fetch(source).refusals]
    assert {asked.headers["Authorization"] for asked in office.portal.asked} == {header}
    reported += [record.getMessage() + str(record.__dict__) for record in caplog.records]
    reported += capfd.readouterr()
    reported += [f.read_bytes().decode("latin-1") + f.name for f in office.data.rglob("*") if f.is_file()]
    assert len(reported) > len(EVERYTHING)
    secrets = {credential, credential.split()[-1], SECRET}
    assert not [text for text in reported for secret in secrets if secret in text]


# The command.


def test_the_command_fetches_and_lands_and_says_so(office):
    result = dxkpi("fetch", VNEID, "--period", PERIOD, data=office.data)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"vneid-2024-03.csv: {len(REPORT)} bytes" in result.stdout
    assert "landed/vneid: 17 rows" in result.stdout
    assert pl.read_parquet(office.data / "landed/extracts/*.parquet").height == 1
    assert "(known already)" in dxkpi("fetch", VNEID, "--period", PERIOD, data=office.data).stdout


def recorded(name: str) -> list[dict]:
    return json.loads((ROOT / "tests/fixtures/cases" / name).read_bytes())


SCORES = {"CKMB": 18, "TDGQ": 18.3, "TTTT": 7.5, "CLGQ": 8.1, "MDHL": 18, "MDSH": 17.1}
SHAPES = {
    "the scores as texts": (recorded("cong-766-them-truong.json"), list),
    "the scores as numbers": (recorded("cong-766-so-la-so.json"), list),
    "in an envelope": (recorded("cong-766-so-la-so.json"), lambda page: {"code": 200, "data": page}),
    "in groups": (
        [{"TEN": "UBND tỉnh Gia Lai", "TONG_SCORE": 87.0, "DIEM": SCORES}],
        lambda page: {"data": page, "total": len(page)},
    ),
}


@pytest.mark.parametrize(("records", "shape"), SHAPES.values(), ids=SHAPES)
def test_the_command_fetches_the_portals_scores_in_shapes_old_and_new(office, records, shape):
    office.portal.records, office.portal.shape = records, shape
    result = dxkpi("fetch", DVC, "--period", "2025-10", data=office.data)
    assert (result.returncode, result.stderr) == (0, "")
    assert "landed/dvc_portal: 7 rows" in result.stdout
    (file,) = (office.data / f"landed/extract_rows/source_id={DVC}").glob("[0-9]*.parquet")
    rows = pl.read_parquet(file)
    landed = {subject: float(value) for subject, value in rows.select("subject", "value").rows()}
    assert landed == SCORES | {"TONG_SCORE": 87.0}
    assert set(rows["period_start"]) == {date(2025, 9, 21)}


def test_the_command_fetches_the_portals_monthly_summary_over_pages_of_envelopes(office):
    (summary,) = recorded("cong-thang-ty-le-canh-tong.json")
    office.portal.records = [summary | {"TEN_COQUAN": name} for name in districts()]
    office.portal.shape = lambda page: {"status": "ok", "data": page}
    result = dxkpi("fetch", DVC, "--period", "2025-01", data=office.data)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"landed/dvc_portal: {17 * 10} rows" in result.stdout
    (file,) = (office.data / f"landed/extract_rows/source_id={DVC}").glob("[0-9]*.parquet")
    rows = pl.read_parquet(file)
    assert rows["org_text"].n_unique() == 17
    of_all = dict(rows.group_by("subject").agg(pl.col("value").sum()).rows())
    assert (of_all["HS_TOTAL"], of_all["HTN_TRUCTUYEN_TOTAL"]) == (17 * 14579, 17 * 7042)
    unread = pl.read_parquet(office.data / "landed/unread_parts/*.parquet")
    assert set(unread["text"]) == {"HTN_TRUCTIEP", "HTN_BUUCHINH", "HTN_TRUCTUYEN"}


def test_the_command_refuses_in_one_line_and_keeps_the_credential_to_itself(office):
    office.address(VNEID, credentials_env="DXKPI_VNEID_TOKEN")
    office.portal.always = portals.refuses(403)
    environment = {"DXKPI_VNEID_TOKEN": SECRET}
    result = dxkpi("--debug", "fetch", VNEID, "--period", PERIOD, data=office.data, **environment)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("dxkpi: vneid: http://127.0.0.1") and "DXKPI_VNEID_TOKEN" in last
    assert SECRET not in result.stdout + result.stderr


def test_an_unknown_period_asks_nobody(office):
    result = dxkpi("fetch", VNEID, "--period", "March", data=office.data)
    assert result.returncode == 2 and "March" in result.stderr
    assert office.portal.asked == []
