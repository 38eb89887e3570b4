"""What offices may send, class by class: each bad file is refused for the right reason at the right place, no
number lands that should not, and nothing sound is complained of.

`make test` takes a slice; `make campaign` takes more of each (see the options in conftest.py).
"""

import re

import polars as pl
import pytest
from making.corpus import CLASSES, Case, clean, instance

from ingest import landing, readings, receiving
from ingest.errors import Refused
from ingest.reading.reasons import REASONS


def outcome(case: Case) -> tuple[dict, list[tuple[str, str, str]]]:
    """What landed, by organisation and subject, and every complaint: code, place, message."""
    try:
        extract = receiving.receive_body(
            case.source, case.name, case.body, period_id=case.period, is_made_up=True
        )
    except Refused as refused:
        return {}, [(refused.code, refused.locator or "", str(refused))]
    read = readings.kept(extract, landing.reading_code()).glob("*.parquet")
    tables = {file.stem: pl.read_parquet(file) for file in read}
    landed = {}
    for org, subject, value in tables[case.source].select("org_text", "subject", "value").rows():
        assert (org, subject) not in landed, f"{org}, {subject} landed twice"
        landed[org, subject] = value
    return landed, tables["rejected_rows"].select("code", "locator", "message").rows()


def judge(case: Case) -> str | None:
    """What is wrong with the outcome, in words; None when it is the one that was asked for."""
    landed, complaints = outcome(case)
    if landed != case.lands:
        more = [(*key, str(value)) for key, value in landed.items() if case.lands.get(key) != value]
        less = [(*key, str(value)) for key, value in case.lands.items() if key not in landed]
        return f"landed though it should not {more[:3]}, is missing {less[:3]}; told {complaints[:2]}"
    expected = (case.code,) if isinstance(case.code, str) else case.code or ()
    if not expected:
        return f"a false alarm: {complaints[:2]}" if complaints else None
    if not complaints:
        return f"accepted silently, {expected[0]} was expected"
    for code, locator, message in complaints:
        assert code in REASONS
        assert "\n" not in message
        reported = f"{locator} {message}"
        # Row 1 is not told by row 12.
        if code in expected and all(re.search(re.escape(p) + r"(?!\d)", reported) for p in case.locator):
            return None
    return f"{expected} at {case.locator} was expected, told {complaints[:2]}"


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", CLASSES)
def test_every_instance_of_a_class_ends_as_it_should(name, request):
    first, many = request.config.getoption("--seed"), request.config.getoption("--instances")
    wrong = {seed: fault for seed in range(first, first + many) if (fault := judge(instance(name, seed)))}
    assert not wrong, f"{len(wrong)} of {many}: {dict(list(wrong.items())[:3])}"


@pytest.mark.parametrize("part", range(10))
def test_clean_files_of_all_shapes_give_no_false_alarm(part, request):
    many = request.config.getoption("--clean-files")
    first = request.config.getoption("--seed")
    wrong = {seed: fault for seed in range(first + part, first + many, 10) if (fault := judge(clean(seed)))}
    assert not wrong, f"{len(wrong)}: {dict(list(wrong.items())[:3])}"


def test_there_are_at_least_sixty_classes_and_a_campaign_takes_at_least_600_files():
    assert len(CLASSES) >= 60
    assert len(CLASSES) * 8 >= 600


def test_a_seed_always_makes_the_same_file():
    for name in ("a_total_below", "an_old_workbook", "the_portals_reply", "a_phone_number"):
        assert instance(name, 7) == instance(name, 7)


def test_nothing_of_a_file_with_personal_data_is_kept(own_data):
    for name in ("a_citizen_number", "a_list_of_persons", "persons_on_another_sheet", "a_phone_number"):
        for seed in range(5):
            case = instance(name, seed)
            _, complaints = outcome(case)
            kept = [file for file in own_data.rglob("*") if file.is_file()]
            assert complaints
            assert not [file for file in kept if case.body[:200] in file.read_bytes()]
            reported = " ".join(message for _, _, message in complaints)
            for file in kept:
                reported += file.read_text(encoding="utf-8", errors="ignore")
            for secret in case.secrets:
                assert secret not in reported, name
