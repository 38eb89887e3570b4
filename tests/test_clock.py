"""A clock that was set back: what comes later counts as later, and nothing that is known is lost."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from ingest import manifest, receiving
from orchestration.publication import release

# To what was received on this day the clock of the machine is behind.
AHEAD = (datetime.now(UTC) + timedelta(days=400)).replace(microsecond=0)
FILE = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,622,31/03/2024,{}\n"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    return tmp_path


def receive(count: int, at: datetime | None = None) -> manifest.Extract:
    body = FILE.format(count).encode()
    return receiving.receive_body("vneid", f"{count}.csv", body, period_id="2024-03", received_at=at)


def test_a_file_that_comes_after_the_clock_was_set_back_is_the_later_one_and_the_clock_is_named(caplog):
    first = receive(1200, AHEAD)
    with caplog.at_level(logging.WARNING):
        second = receive(1300)
    assert f"the clock of this machine is behind {AHEAD}" in caplog.text
    assert second.received_at > first.received_at
    assert [extract_id for extract_id, *_ in manifest.arrivals()] == [first.extract_id, second.extract_id]


def test_what_was_received_before_the_clock_was_set_back_can_be_taken_back():
    extract = receive(1200, AHEAD)
    assert manifest.withdraw(extract.extract_id, "by mistake").withdrawn
    assert not receive(1200).withdrawn  # and comes again


def test_with_a_clock_that_was_not_set_back_the_moment_is_now():
    receive(1200, datetime(2024, 4, 1, tzinfo=UTC))
    before = datetime.now(UTC)
    assert before <= receive(1300).received_at <= datetime.now(UTC)


def test_a_release_is_built_after_the_one_before_it(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    assert release.moment_after(None) >= now
    assert release.moment_after(AHEAD) == AHEAD + timedelta(seconds=1)
    assert release.moment_after(now - timedelta(days=1)) >= now
