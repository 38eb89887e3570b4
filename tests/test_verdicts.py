"""A verdict is kept while table, code, registry and versions are what they were, and is the one that judging
anew would come to."""

from dataclasses import replace
from types import SimpleNamespace

import polars as pl
import pytest
from great_expectations import expectations as gxe

from expectations.findings import results, since_when
from expectations.gate import judge
from orchestration.assets import verdicts
from orchestration.assets.verdicts import SHAPE, Verdicts

ROWS = pl.DataFrame(
    {"id": ["b", "a", "c"], "value": [1.5, -2.0, None], "at": [["x"], [], None], "plan_id": ["p"] * 3}
)
NOT_NEGATIVE = gxe.ExpectColumnValuesToBeBetween(
    column="value", min_value=0, meta={"rule": "negative_number"}
)
NO_SUCH_COLUMN = gxe.ExpectColumnValuesToNotBeNull(column="nowhere", meta={"rule": "required_value_missing"})
RULES = pl.DataFrame(
    [
        {"rule_id": rule, "severity": "warning", "title_vi": rule, "title_en": rule}
        for rule in ("negative_number", "required_value_missing")
    ]
)


def suites(*expectations) -> SimpleNamespace:
    return SimpleNamespace(SUITES={"t": list(expectations)}, KEYS={"t": ("id",)})


@pytest.fixture(autouse=True)
def made_from(monkeypatch) -> dict:
    """Registry and code, as `inputs.reading` says them."""
    said = {"registry": "r", "code": "c"}
    monkeypatch.setattr(verdicts.inputs, "reading", lambda: dict(said))
    return said


def judged(known: pl.DataFrame, folder, state: str | None, *expectations):
    """The verdict on the rows in a run that knows these verdicts, and what the next run knows."""
    of_run = Verdicts(known)
    (verdict,) = of_run.judged("marts", suites(*expectations or [NOT_NEGATIVE]), {"t": ROWS}, {"t": state})
    of_run.write_pages(folder, [verdict], RULES)
    return verdict, of_run.rows()


def is_kept(verdict) -> bool:
    return verdict.validation is None


def test_what_is_kept_is_what_judging_anew_finds_and_so_is_its_page(tmp_path):
    first, known = judged(pl.DataFrame(schema=SHAPE), tmp_path / "first", "as it is")
    again, known = judged(known, tmp_path / "again", "as it is")
    once_more, _ = judged(known, tmp_path / "once more", "as it is")
    assert [is_kept(verdict) for verdict in (first, again, once_more)] == [False, True, True]
    anew = judge("marts", "t", ROWS, [NOT_NEGATIVE], ("id",))
    for kept in (again, once_more):
        assert kept.judged_at == first.judged_at < anew.judged_at
        assert [replace(r, seconds=0) for r in kept.results] == [replace(r, seconds=0) for r in anew.results]
        assert (kept.failing, kept.keys, kept.is_of_one_plan) == ({"negative_number": (1,)}, ("id",), True)
        assert kept.frame.equals(anew.frame) and kept.frame.schema == anew.frame.schema
        assert kept.frame["id"].to_list() == ["a"] and kept.outcome == "failed"
    pages = {folder.name: (folder / "marts.t.html").read_text("utf-8") for folder in tmp_path.iterdir()}
    assert len(pages) == 3 and len(set(pages.values())) == 1 and "negative_number" in pages["first"]


@pytest.mark.parametrize(
    "change", ["the table", "the code", "the registry", "a version", "nothing is known", "damaged"]
)
def test_whatever_is_another_is_judged_anew(change, made_from, tmp_path, monkeypatch):
    _, known = judged(pl.DataFrame(schema=SHAPE), tmp_path, "as it is")
    state = "as it is"
    if change == "the table":
        state = "another"
    elif change == "the code":
        made_from["code"] = "another suite"
    elif change == "the registry":
        made_from["registry"] = "another rule"
    elif change == "a version":
        monkeypatch.setattr(verdicts, "version", lambda package: f"{package} of tomorrow")
    elif change == "nothing is known":
        state = None
    else:
        known = known.clear()
    verdict, _ = judged(known, tmp_path, state)
    assert not is_kept(verdict)


def test_a_check_that_crashed_is_tried_again(tmp_path):
    crashed, known = judged(pl.DataFrame(schema=SHAPE), tmp_path, "as it is", NOT_NEGATIVE, NO_SUCH_COLUMN)
    assert crashed.outcome == "crashed" and known.is_empty()


def test_a_table_that_is_judged_no_more_is_forgotten_by_nobody_else(tmp_path):
    """The arrivals and the marts are judged in two steps of a run, which keep their verdicts together."""
    _, known = judged(pl.DataFrame(schema=SHAPE), tmp_path, "as it is")
    other = Verdicts(known)
    other.judged("arrivals", suites(NOT_NEGATIVE), {"t": ROWS}, {"t": "landed"})
    assert sorted(other.rows()["suite"]) == ["arrivals", "marts"]


def test_the_results_say_for_which_release_a_check_ran():
    verdict = judge("marts", "t", ROWS, [NOT_NEGATIVE], ("id",))
    later = replace(verdict, judged_at=verdict.judged_at.replace(year=2099))
    first = since_when(results([verdict], RULES, "r1"), None)
    second = since_when(results([verdict], RULES, "r2"), first)
    third = since_when(results([verdict], RULES, "r3"), second)
    anew = since_when(results([later], RULES, "r4"), third)
    told = [frame["kept_from_release"].to_list() for frame in (first, second, third, anew)]
    assert told == [[None], ["r1"], ["r1"], [None]]
    of_older_code = third.drop("judged_at", "kept_from_release")
    assert since_when(results([verdict], RULES, "r5"), of_older_code)["kept_from_release"].to_list() == [None]
