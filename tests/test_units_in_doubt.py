"""One organisation once: what a file says of a unit in two spellings, or beside another unit's code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from making.compiled import CHANGES, data_dir, run

from ingest import landing, receiving
from ingest.sources import SOURCES

CASES = Path(__file__).parent / "fixtures/cases"
SENT = datetime(2024, 4, 2, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path, compiled_models):
    """The open counts of Pleiku, KBang and Chư Păh, and what is in doubt, after these files were received."""
    opened = []

    def of(*names: str):
        with data_dir(tmp_path / "data") as data:
            for name in names:
                body = (CASES / name).read_bytes()
                receiving.receive_body("vneid", name, body, period_id="2024-03", received_at=SENT)
            for source in ("plan", *SOURCES):
                landing.land(source)
            landing.land_extracts()
            landing.land_registry()
            wanted = [model for model in compiled_models if model.name not in CHANGES]
            opened.append(run(wanted, data))
        counts = (
            opened[-1]
            .execute(
                """select org_key, measure_id, value from marts.fct_observation
               where known_to is null and period_id = '2024-03' order by all"""
            )
            .fetchall()
        )
        doubts = "select doubt, org_text, org_code from marts.rpt_unit_audit order by all"
        return counts, opened[-1].execute(doubts).fetchall()

    yield of
    for database in opened:
        database.close()


def test_two_spellings_with_the_same_numbers_are_one_row_and_with_two_none(ledger):
    counts, _ = ledger("hai-cach-viet-mot-don-vi.csv")
    assert counts == [("pleiku@1", "adults", 190_000), ("pleiku@1", "eid_activated", 121_000)]


def test_a_code_beside_the_name_of_another_unit_keeps_the_row_out_and_is_named(ledger):
    counts, doubts = ledger("ma-trai-voi-ten.csv")
    assert counts == []
    assert doubts == [("code", "Huyện KBang", "622"), ("code", "Thành phố Pleiku", "625")]
