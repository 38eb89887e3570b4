"""Marts and calculator agree: random histories, at every moment at which something became known."""

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import duckdb
import pytest
from compiled import models, run
from histories import drawn, land
from reference import Inputs, Known, Score, Statement, Value, World, decide

from orchestration.publication.database import AS_OF, MACROS

MARTS = ("fct_observation", "fct_indicator_value", "rpt_scorecard_history")
HAIR = timedelta(microseconds=1)


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    return models(tmp_path_factory.mktemp("dbt"))


def number(value) -> Fraction | None:
    return None if value is None else Fraction(value)


def names(database) -> dict[str, str]:
    """What `reference` calls each row of the ledger."""
    return dict(
        database.execute(
            "select observation_id, extract_id || ': ' || locator from marts.fct_observation"
        ).fetchall()
    )


def spans(database, table: str, columns: str) -> list[tuple]:
    """known_from, known_to and the columns asked for, of each row."""
    return database.execute(f"select known_from, known_to, {columns} from marts.{table}").fetchall()


def ledger(database) -> list[tuple]:
    rows = spans(
        database,
        "fct_observation",
        "observation_id, measure_id, org_key, reporter_org_id, source_id, period_id, period_start, period_end,"
        " value, stated_value, correction_id, obs_status",
    )
    called = names(database)
    return [
        (start, end, called[name], (*about, number(value), number(stated), correction, status))
        for start, end, name, *about, value, stated, correction, status in rows
    ]


def values(database) -> list[tuple]:
    rows = spans(
        database,
        "fct_indicator_value",
        "indicator_id, definition_version, org_key, period_id, numerator, denominator, value, reported_value,"
        " value_status, obs_status, reason, missing_reporters, missing_periods, denominator_period_id,"
        " numerator_observation_ids, denominator_observation_ids",
    )
    called = names(database)
    return [
        (
            start,
            end,
            (indicator, version, org, period),
            Value(
                *(number(each) for each in numbers),
                *about,
                None if months is None else tuple(months),
                denominator_period,
                *(frozenset(called[name] for name in behind) for behind in both),
            ),
        )
        for start, end, indicator, version, org, period, *rest in rows
        for numbers, about, months, denominator_period, both in [
            (rest[:4], rest[4:8], rest[8], rest[9], rest[10:])
        ]
    ]


def scores(database) -> list[tuple]:
    rows = spans(
        database,
        "rpt_scorecard_history",
        "target_id, org_key, value, reported_value, met, met_as_reported, gap_points, previous_value,"
        " change_points, on_track, progress, comparable_with_previous",
    )
    return [
        (
            start,
            end,
            (target, org),
            Score(
                *(number(each) for each in rest[:2]),
                *rest[2:4],
                *(number(each) for each in rest[4:8]),
                *rest[8:],
            ),
        )
        for start, end, target, org, *rest in rows
    ]


def standing(rows: list[tuple], then: datetime) -> dict:
    told = [(cell, about) for start, end, cell, about in rows if start <= then and (end is None or then < end)]
    assert len(dict(told)) == len(told), f"a cell stands twice at {then}"
    return dict(told)


def expected_ledger(known: Known) -> dict:
    return {
        s.name: (s.subject, s.org, s.reporter, s.source, s.period, s.start, s.end, s.value, s.stated)
        + (s.correction, s.status)
        for s in known.ledger
    }


def expected_values(known: Known) -> dict:
    return {
        (i.indicator, i.version, org.key, period): value
        for i in known.world.indicators
        for org in known.world.orgs
        for period in known.world.periods
        if (value := known.value(i.indicator, i.version, org.key, period))
    }


def differences(found: dict, expected: dict) -> dict:
    return {
        cell: (expected.get(cell), found.get(cell))
        for cell in sorted({*found, *expected}, key=str)
        if expected.get(cell) != found.get(cell)
    }


def histories(world: World) -> int:
    return len({(s.subject, s.org, s.period) for s in world.statements if not s.is_ratio})
