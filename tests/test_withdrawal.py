"""An extract received by mistake is taken back: it leaves the ledger from that moment on and no earlier."""

import json
import shutil
from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest
from click.testing import CliRunner
from making.compiled import data_dir, run

from ingest import folders, landing, manifest, receiving
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration.command.main import main
from orchestration.state import inputs

HEAD = "Đơn vị,Dân số trưởng thành,Tài khoản định danh điện tử đã cấp\n"


def day(number: int) -> datetime:
    return datetime(2024, 4, number, tzinfo=UTC)


def receive(issued: int, number: int, period: str = "2024-03", source: str = "vneid") -> str:
    """A report in which Pleiku and KBang have so many accounts."""
    body = f"{HEAD}Thành phố Pleiku,190000,{issued}\nHuyện KBang,50000,{issued // 10}\n".encode()
    return receiving.receive_body(
        source, f"{issued}.csv", body, period_id=period, received_at=day(number)
    ).extract_id


def land() -> None:
    for source in ("plan", *SOURCES):
        landing.land(source)
    landing.land_extracts()
    landing.land_registry()


@pytest.fixture
def data(tmp_path):
    with data_dir(tmp_path / "data") as folder:
        yield folder


def test_an_extract_taken_back_stays_in_raw_and_is_no_arrival_any_more(data):
    right, wrong = receive(120_000, 2), receive(12_000, 5)
    before = inputs.current()
    taken_back = manifest.withdraw(wrong[:10], " sent to us  by mistake", at=day(9))
    assert taken_back.withdrawn.reason == "sent to us by mistake"
    assert manifest.raw_file(taken_back).is_file()
    assert manifest.arrivals() == [(right, day(2), None), (wrong, day(5), day(9))]
    assert inputs.current() != before
    landing.land_extracts()
    rows = landing.landed("extracts").sort("received_at").select("withdrawn_at", "withdrawn_reason").rows()
    assert rows == [(None, None), (day(9), "sent to us by mistake")]


def test_what_was_taken_back_and_is_received_again_is_said_again(data):
    wrong = receive(12_000, 5)
    manifest.withdraw(wrong, "a draft", at=day(9))
    landing.land_extracts()
    assert receive(12_000, 12) == wrong
    assert manifest.arrivals() == [(wrong, day(5), day(9)), (wrong, day(12), None)]
    assert manifest.extracts()[0].withdrawn is None
    landing.land_extracts()
    assert landing.landed("extracts")["withdrawn_at"].to_list() == [None]
    manifest.withdraw(wrong, "again", at=day(15))
    assert manifest.arrivals()[-1] == (wrong, day(12), day(15))


@pytest.mark.parametrize(
    ("which", "reason", "why"),
    [
        ("", "x", "no extract begins so"),
        ("zzzz", "x", "no extract begins so"),
        (None, "  ", "the reason is empty"),
    ],
)
def test_a_withdrawal_needs_an_extract_and_a_reason(data, which, reason, why):
    known = receive(12_000, 5)
    with pytest.raises(Refused, match=why):
        manifest.withdraw(known if which is None else which, reason)
    assert manifest.extracts()[0].withdrawals == ()


def test_nothing_is_taken_back_twice(data):
    known = receive(12_000, 5)
    manifest.withdraw(known, "x", at=day(9))
    with pytest.raises(Refused, match="was withdrawn on 2024-04-09 already"):
        manifest.withdraw(known, "x")


def test_the_command_says_what_was_taken_back(data):
    known = receive(12_000, 5)
    result = CliRunner().invoke(
        main, ["withdraw", known[:12], "--reason", "gửi nhầm"], catch_exceptions=False
    )
    assert result.exit_code == 0 and f"sha256 {known}: withdrawn" in result.output
    (line,) = (folders.raw() / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["withdrawals"][0]["reason"] == "gửi nhầm"


def issued_in_pleiku(
    database: duckdb.DuckDBPyConnection, moment: datetime | None = None, period: str = "2024-03"
) -> list[Decimal]:
    """What stood at a moment, or stands now."""
    then = moment or datetime(2100, 1, 1, tzinfo=UTC)
    return [
        value
        for (value,) in database.execute(
            """select value from marts.fct_observation
               where measure_id = 'eid_issued' and org_key = 'pleiku@1' and period_id = $2
               and known_from <= $1 and (known_to is null or known_to > $1)""",
            [then, period],
        ).fetchall()
    ]


def test_what_was_replaced_by_mistake_stands_again_and_the_days_between_stay_as_they_were(data, plain):
    receive(120_000, 2)
    wrong = receive(12_000, 5)
    manifest.withdraw(wrong, "sent by mistake", at=day(9))
    land()
    with run(plain, data) as database:
        at = {number: issued_in_pleiku(database, day(number)) for number in (1, 2, 5, 8, 9, 10)}
        assert at == {1: [], 2: [120_000], 5: [12_000], 8: [12_000], 9: [120_000], 10: [120_000]}
        (row,) = database.execute(
            "select withdrawn_at, withdrawn_reason from marts.dim_extract where withdrawn_at is not null"
        ).fetchall()
        assert row == (day(9), "sent by mistake")


def test_an_extract_that_replaced_nothing_leaves_nothing_behind(data, plain):
    wrong = receive(12_000, 5)
    manifest.withdraw(wrong, "of another province", at=day(9))
    land()
    with run(plain, data) as database:
        assert issued_in_pleiku(database, day(8)) == [12_000]
        assert issued_in_pleiku(database) == []
        received = database.execute(
            "select coalesce(sum(received), 0) from marts.fct_reporting where period_id = '2024-03'"
        ).fetchone()
        assert received == (0,)


def test_bytes_that_were_taken_back_may_be_received_for_another_period(data, plain):
    wrong = receive(12_000, 5)
    with pytest.raises(Refused, match=r"2024-03, now with 2024-02; .*dxkpi withdraw"):
        receive(12_000, 6, "2024-02")
    manifest.withdraw(wrong, "it is of February", at=day(9))
    right = receive(12_000, 12, "2024-02")
    assert right == f"{wrong}-vneid-2024-02"
    assert receive(12_000, 13, "2024-02") == right
    assert manifest.arrivals() == [(wrong, day(5), day(9)), (right, day(12), None)]
    assert [(e.extract_id, e.period_id) for e in manifest.extracts()] == [
        (wrong, "2024-03"),
        (right, "2024-02"),
    ]
    land()
    with run(plain, data) as database:
        march = {number: issued_in_pleiku(database, day(number)) for number in (4, 5, 8, 9, 12)}
        february = {number: issued_in_pleiku(database, day(number), "2024-02") for number in (5, 9, 11, 12)}
        assert march == {4: [], 5: [12_000], 8: [12_000], 9: [], 12: []}
        assert february == {5: [], 9: [], 11: [], 12: [12_000]}
        known = database.execute(
            "select extract_id, period_id, withdrawn_at from marts.dim_extract order by 1"
        )
        assert known.fetchall() == [(wrong, "2024-03", day(9)), (right, "2024-02", None)]


def test_bytes_that_were_taken_back_may_be_received_from_another_source(data, plain):
    head = "Đơn vị,Tài khoản định danh điện tử đã cấp,Hồ sơ tiếp nhận,Hồ sơ đã giải quyết\n"
    body = f"{head}Thành phố Pleiku,7000,1300,1200\n".encode()

    def came_from(source: str, number: int) -> str:
        about = {"period_id": "2024-03", "received_at": day(number)}
        return receiving.receive_body(source, "a.csv", body, **about).extract_id

    wrong = came_from("dvc_portal", 2)
    with pytest.raises(Refused, match="as dvc_portal 2024-03, now with vneid 2024-03"):
        came_from("vneid", 2)
    manifest.withdraw(wrong, "it is of vneid", at=day(3))
    right = came_from("vneid", 4)
    assert right == f"{wrong}-vneid-2024-03"
    assert [manifest.raw_file(e).relative_to(folders.raw()).as_posix() for e in manifest.extracts()] == [
        f"dvc_portal/{wrong}.csv",
        f"vneid/{wrong}.csv",
    ]
    land()
    with run(plain, data) as database:
        assert {n: issued_in_pleiku(database, day(n)) for n in (2, 3, 4)} == {2: [], 3: [], 4: [7000]}
        dossiers = database.execute(
            "select count(distinct measure_id), max(known_to) from marts.fct_observation "
            "where source_id = 'dvc_portal'"
        ).fetchone()
        assert dossiers == (2, day(3))
    manifest.withdraw(right[:12], "after all it was not", at=day(5))
    assert [e.withdrawn.at for e in manifest.extracts()] == [day(3), day(5)]


def test_each_of_two_extracts_of_the_same_bytes_is_taken_back_and_comes_again(data):
    one = receive(12_000, 2)
    manifest.withdraw(one, "it is of February", at=day(3))
    other = receive(12_000, 4, "2024-02")
    with pytest.raises(Refused, match="2024-02, now with 2024-03"):
        receive(12_000, 5)
    with pytest.raises(Refused, match="was withdrawn on 2024-04-03 already"):
        manifest.withdraw(one, "again")
    manifest.withdraw(one[:12], "no, of March", at=day(6))
    assert receive(12_000, 7) == one
    assert manifest.arrivals() == [(one, day(2), day(3)), (other, day(4), day(6)), (one, day(7), None)]
    land()
    assert manifest.restore() == []
    assert sorted(landing.landed("vneid")["extract_id"].unique()) == sorted([one, other])


def test_lost_bytes_of_what_was_taken_back_come_again_without_being_said_again(data):
    wrong = receive(12_000, 5)
    manifest.withdraw(wrong, "sent by mistake", at=day(9))
    land()
    before = landing.landed("vneid")
    for damage in (lambda file: file.unlink(), lambda file: file.write_bytes(b"x")):
        damage(manifest.raw_file(manifest.extracts()[0]))
        with pytest.raises(Refused, match="receive it again"):
            land_anew()
        assert receive(12_000, 12) == wrong
        assert manifest.arrivals() == [(wrong, day(5), day(9))]
        land_anew()
        assert landing.landed("vneid").equals(before)


def land_anew() -> None:
    shutil.rmtree(folders.landed())
    land()
