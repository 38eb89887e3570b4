"""Fetching, against a portal that answers like the real ones and goes wrong on demand.

Each fault ends in the right rows or in a clear refusal, soon, and nothing half-received ever lands.
"""

import base64
import csv
import ipaddress
import json
import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import portal as portals
import pytest
import yaml
from conftest import ROOT, dxkpi
from portal import Portal, running

from ingest import fetching, landing, places, quarantine
from ingest.errors import NotNow, Refused

QUICK = fetching.Settings(
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
# Three attempts at the longest reply, and what a busy machine adds.
BOUND = 10

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
    settings: fetching.Settings = field(default=QUICK)

    def address(self, source: str, **changes) -> None:
        file = self.data / "registry/sources.yml"
        sources = yaml.safe_load(file.read_text(encoding="utf-8"))
        sources[source] |= changes
        file.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")

    def fetch(self, source: str = DVC, period: str = PERIOD) -> fetching.Outcome:
        return fetching.fetch(source, period, self.settings)

    def refusal(self, source: str = DVC) -> Refused:
        """The one refusal a fetch ends in, with nothing received."""
        outcome = self.fetch(source)
        assert outcome.extracts == []
        assert landing.manifest() == []
        return outcome.refusals[0]

    def rows(self, source: str = DVC) -> pl.DataFrame:
        landing.land(source)
        return pl.read_parquet(places.landed() / source / "*.parquet")

    def kept(self) -> set[str]:
        """The files that hold something received."""
        folders = (places.raw(), places.landed(), places.quarantine())
        files = (f for folder in folders for f in folder.rglob("*") if f.is_file() and f.name != ".lock")
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
        about = {"name": {}, "publisher": "X", "frequency": "monthly", "precedence": 1, "is_made_up": False}
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
    kept = json.loads(landing.raw_file(extract).read_bytes())
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
    assert landing.raw_file(extract).read_bytes() == json.dumps(RECORDS[:3], ensure_ascii=False).encode()


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
    assert landing.raw_file(extract).read_bytes() == REPORT
    assert office.rows(VNEID)["value"].to_list() == [1000 + n for n in range(17)]


def test_the_same_bytes_twice_are_one_extract(office):
    first = office.fetch()
    second = office.fetch()
    assert first.new == first.extracts and second.new == []
    (extract,) = landing.manifest()
    assert extract.extract_id == first.extracts[0].extract_id == second.extracts[0].extract_id
    assert len(landing.arrivals()) == 1
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
    assert len(office.portal.asked) <= 50
    assert office.kept() == set()


# What comes whole and is not what was asked for: set aside, with the reason.

WRONG = {
    "HTML error page": (portals.html_page, {"html_error_page"}),
    "empty page": (portals.empty_page, {"empty"}),
    "not a byte of body": (portals.no_bytes, {"empty"}),
    "changed field": (portals.changed_field, {"column_unknown", "column_missing"}),
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


def test_a_file_that_stops_within_a_line_is_kept_in_quarantine_until_somebody_has_compared_it(office):
    office.portal.files[FILE] = REPORT.rstrip(b"\n")
    assert office.refusal(VNEID).code == "truncated"
    (entry,) = quarantine.entries()
    assert (entry.code, entry.source_id, entry.period_id) == ("truncated", VNEID, PERIOD)
    assert entry.file.read_bytes() == REPORT.rstrip(b"\n")
    with pytest.raises(Refused, match="stops within a line"):
        landing.replay(entry)
    landing.receive(VNEID, entry.file, period_id=PERIOD)
    assert quarantine.entries() == []
    assert office.rows(VNEID).height == len(districts())


def test_of_a_file_that_stops_within_a_line_and_names_a_person_nothing_is_kept(office):
    person = "Nguyễn Văn An sinh ngày 01/02/1990,31/03/2024,1"
    office.portal.files[FILE] = REPORT + person.encode()
    assert office.refusal(VNEID).code == "personal_data"
    (entry,) = quarantine.entries()
    assert entry.file is None and entry.place


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
    assert len(landing.manifest()) == 2


def test_a_file_that_was_refused_is_sent_in_full_until_it_is_right(office):
    office.portal.files[FILE] = REPORT.replace(b"31/03/2024", b"31/04/2024")
    for _ in range(2):
        assert office.fetch(VNEID).extracts == []
    assert not any("If-None-Match" in asked.headers for asked in office.portal.asked)


def test_what_is_no_longer_here_is_sent_again_in_full(office):
    (extract,) = office.fetch(VNEID).extracts
    shutil.rmtree(places.raw() / VNEID)
    assert [again.extract_id for again in office.fetch(VNEID).extracts] == [extract.extract_id]
    assert "If-None-Match" not in office.portal.asked[1].headers


def test_a_damaged_memory_only_costs_a_download(office):
    office.fetch(VNEID)
    (places.raw() / "validators.json").write_text("{", encoding="utf-8")
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
    assert landing.raw_file(extract).read_bytes() == REPORT


def test_another_host_is_never_even_asked(office):
    with running(Portal(files={FILE: REPORT})) as other:
        office.portal.always = portals.redirect(other.url.replace("127.0.0.1", "localhost") + FILE)
        office.refusal(VNEID)
        assert other.asked == []


def test_plain_http_is_spoken_on_this_machine_only(office):
    office.address(VNEID, address={"url": "http://example.org/x.csv"}, allowed_hosts=["example.org"])
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


EVERYTHING = {name: fault for name, (fault, *_) in (LASTING | WRONG).items()} | {
    "repeats the credential": portals.repeats_the_credential,
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
    told = []
    with caplog.at_level(logging.DEBUG):
        for fault in EVERYTHING.values():
            office.portal.always = fault
            told += [repr(refused) + str(refused.__dict__) for refused in office.fetch(source).refusals]
    assert {asked.headers["Authorization"] for asked in office.portal.asked} == {header}
    told += [record.getMessage() + str(record.__dict__) for record in caplog.records]
    told += capfd.readouterr()
    told += [f.read_bytes().decode("latin-1") + f.name for f in office.data.rglob("*") if f.is_file()]
    assert len(told) > len(EVERYTHING)
    secrets = {credential, credential.split()[-1], SECRET}
    assert not [text for text in told for secret in secrets if secret in text]


# The command.


def test_the_command_fetches_and_lands_and_says_so(office):
    told = dxkpi("fetch", VNEID, "--period", PERIOD, data=office.data)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"vneid-2024-03.csv: {len(REPORT)} bytes" in told.stdout
    assert "landed/vneid: 17 rows" in told.stdout
    assert pl.read_parquet(office.data / "landed/extracts/*.parquet").height == 1
    assert "(known already)" in dxkpi("fetch", VNEID, "--period", PERIOD, data=office.data).stdout


def test_the_command_refuses_in_one_line_and_keeps_the_credential_to_itself(office):
    office.address(VNEID, credentials_env="DXKPI_VNEID_TOKEN")
    office.portal.always = portals.refuses(403)
    environment = {"DXKPI_VNEID_TOKEN": SECRET}
    told = dxkpi("--debug", "fetch", VNEID, "--period", PERIOD, data=office.data, **environment)
    assert told.returncode == 1
    last = told.stderr.splitlines()[-1]
    assert last.startswith("dxkpi: vneid: http://127.0.0.1") and "DXKPI_VNEID_TOKEN" in last
    assert SECRET not in told.stdout + told.stderr


def test_an_unknown_period_asks_nobody(office):
    told = dxkpi("fetch", VNEID, "--period", "March", data=office.data)
    assert told.returncode == 1
    assert office.portal.asked == []
