"""Marts and calculator agree: on random histories at every moment, and on every combination of inputs."""

import itertools
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from making.compiled import behind, run
from oracle.histories import drawn, land
from oracle.reference import Known, decide
from oracle.worlds import Inputs, Score, Value, World

from orchestration.publication.database import AS_OF, MACROS

MARTS = ("fct_observation", "fct_indicator_value", "rpt_scorecard_history")
EVIDENCE = "rpt_value_evidence"
NOW = "rpt_value_now"
HAIR = timedelta(microseconds=1)
LAST = datetime.max.replace(tzinfo=UTC)


@pytest.fixture(scope="session")
def plain(compiled_models):
    return behind(compiled_models, *MARTS, EVIDENCE, NOW)


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
        "observation_id, measure_id, org_key, reporter_org_id, source_id, period_id, period_start,"
        " period_end, value, stated_value, correction_id, obs_status",
    )
    called = names(database)
    return [
        (start, end, called[name], (*about, number(value), number(stated), correction, status))
        for start, end, name, *about, value, stated, correction, status in rows
    ]


def values(database) -> list[tuple]:
    rows = spans(
        database,
        f"fct_indicator_value left join marts.{EVIDENCE}"
        " using (indicator_id, definition_version, org_key, period_id, known_from)",
        "indicator_id, definition_version, org_key, period_id, numerator, denominator, value, reported_value,"
        " value_status, obs_status, reason, missing_reporters, missing_periods, denominator_period_id,"
        " is_measured_otherwise, coalesce(numerator_observation_ids, []),"
        " coalesce(denominator_observation_ids, [])",
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
                *terms,
                *(frozenset(called[name] for name in behind) for behind in both),
            ),
        )
        for start, end, indicator, version, org, period, *rest in rows
        for numbers, about, months, terms, both in [(rest[:4], rest[4:8], rest[8], rest[9:11], rest[11:])]
    ]


def scores(database) -> list[tuple]:
    rows = spans(
        database,
        "rpt_scorecard_history",
        "target_id, org_key, period_id, value, reported_value, met, met_as_reported, reached, gap_points,"
        " previous_value, change_points, base_value, on_track, progress, comparable_with_previous",
    )
    return [
        (
            start,
            end,
            (target, org, period),
            Score(
                *(number(each) for each in rest[:2]),
                *rest[2:5],
                *(number(each) for each in rest[5:10]),
                *rest[10:],
            ),
        )
        for start, end, target, org, period, *rest in rows
    ]


INPUTS_AND_VALUE = "numerator, denominator, value, value_status, obs_status, reason, missing_reporters,"
INPUTS_AND_VALUE += " missing_periods, denominator_period_id"


def values_now(database) -> dict:
    """Of the inputs, only what they come to: a count that is shared out has no rows of its own."""
    rows = database.execute(
        f"select indicator_id, definition_version, org_key, period_id, {INPUTS_AND_VALUE} from marts.{NOW}"
    ).fetchall()
    told = {
        tuple(row[:4]): (
            *(number(each) for each in row[4:7]),
            *row[7:11],
            None if row[11] is None else tuple(row[11]),
            row[12],
        )
        for row in rows
    }
    assert len(told) == len(rows), f"a cell stands twice in {NOW}"
    return told


def expected_now(known: Known) -> dict:
    return {
        (i.indicator, i.version, org.key, period): (
            *(v.numerator, v.denominator, v.value, v.value_status, v.obs_status, v.reason),
            *(v.missing_reporters, v.missing_periods, v.denominator_period),
        )
        for i in known.world.indicators
        for org in known.world.orgs
        for period in known.world.periods
        if (v := known.value_now(i.indicator, i.version, org.key, period))
    }


def standing(rows: list[tuple], then: datetime) -> dict:
    told = [
        (cell, about) for start, end, cell, about in rows if start <= then and (end is None or then < end)
    ]
    assert len(dict(told)) == len(told), f"a cell stands twice at {then}"
    return dict(told)


def expected_ledger(known: Known) -> dict:
    return {
        s.name: (
            *(s.subject, s.org, s.reporter, s.source, s.period, s.start, s.end),
            *(s.value, s.stated, s.correction, s.status),
        )
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
        for cell in {*found, *expected}
        if expected.get(cell) != found.get(cell)
    }


def histories(world: World) -> int:
    """In how many cells of measure, organisation and period something was said."""
    return len({(s.subject, s.org, s.period) for s in world.statements if not s.is_ratio})


def moments(world: World, *tables: list[tuple]) -> list[datetime]:
    """Each time at which anything came to be known or was superseded, and a hair before."""
    times = set(world.learnt)
    times |= {time for rows in tables for row in rows for time in row[:2] if time}
    return sorted(times | {time - HAIR for time in times})


def check(plain, seed: int, folder) -> tuple[int, int]:
    """Compare one world at all its moments. Returns its histories, and how many rows were compared."""
    world = drawn(seed)
    database = run(plain, land(world, folder))
    said = ledger(database), values(database), scores(database)
    compared, known = 0, None
    for then in moments(world, *said):
        received = sum(time <= then for time in world.learnt)
        if known is None or known[0] != received:  # what is known is the same until something comes
            now = Known(world, then)
            known = received, (expected_ledger(now), expected_values(now), now.scores())
        for table, rows, expected in zip(MARTS, said, known[1], strict=True):
            found = standing(rows, then)
            wrong = differences(found, expected)
            assert not wrong, f"seed {seed}, {table} at {then}: (expected, found) {list(wrong.items())[:3]}"
            compared += len(expected)
    found, expected = values_now(database), expected_now(now)
    wrong = differences(found, expected)
    assert not wrong, f"seed {seed}, {NOW}: (expected, found) {list(wrong.items())[:3]}"
    return histories(world), compared + len(expected)


def test_marts_say_what_the_calculator_says_at_every_moment(plain, request, tmp_path):
    wanted = request.config.getoption("--histories")
    told = compared = 0
    for seed in itertools.count(10_000 * request.config.getoption("--seed")):
        if told >= wanted:
            break
        more = check(plain, seed, tmp_path / str(seed))
        told, compared = told + more[0], compared + more[1]
    print(f"{told} histories, {compared} rows compared")
    assert told >= wanted and compared > told


def released(world: World) -> list[datetime]:
    """Every moment at which anything came to be known, in an order of chance."""
    times = sorted(set(world.learnt))
    return random.Random(len(times)).sample(times, k=len(times))


def test_what_was_known_at_a_release_is_what_that_release_said(plain, request, tmp_path):
    """A release at every moment of one history after the other, until there are as many as are asked for."""
    wanted = request.config.getoption("--releases")
    for seed in itertools.count(500 + 10_000 * request.config.getoption("--seed")):
        world = drawn(seed)
        final = run(plain, land(world, tmp_path / f"{seed}"))
        for macro, (table, _) in MACROS.items():
            final.execute(AS_OF.format(macro=macro, table=table))
        for then in released(world)[:wanted]:
            release = run(plain, land(world, tmp_path / f"{seed}-{then:%s}", until=then))
            for macro, (table, _) in MACROS.items():
                said = release.execute(
                    f"select * exclude (known_to) from marts.{table} where known_to is null order by all"
                ).fetchall()
                remembered = final.execute(
                    f"select * exclude (known_to) from marts.{macro}($1) order by all", [then]
                ).fetchall()
                assert remembered == said, (seed, table, then)
            wrong = differences(values_now(release), expected_now(Known(world, then)))
            assert not wrong, f"seed {seed}, {NOW} at {then}: (expected, found) {list(wrong.items())[:3]}"
            wanted -= 1
        if not wanted:
            break


A, B = "persons", "households"
COUNTS = {  # a value and who is missing
    "unknown": (None, None),
    "incomplete": (None, "Viettel"),
    "negative": (-1, None),
    "zero": (0, None),
    "some": (5, None),
    "many": (Decimal("4995.00"), None),
}


# The worst status of what a count is made of, and whether it is of other terms, which a worse status hides.
COUNTED = (("A", False), ("E", False), ("E", True), ("P", False), ("P", True), ("D", True), ("B", True))
REPORTS = (
    (None, None, None),
    (None, "words", None),
    (Fraction(1, 2), "value", None),
    (Fraction(7), "value", "D"),
)


def combinations():
    """Every state of the inputs of a value: what decides on the reason, then what decides on the status."""
    yes_or_no = (False, True)
    for (
        kind,
        has_measures,
        above,
        below,
        units,
        offered,
        reported,
        estimated,
        caveated,
        silent,
    ) in itertools.product(
        ("ratio", "milestone", "continuous"),
        yes_or_no,
        COUNTS.values(),
        COUNTS.values(),
        ((A, A), (A, B)),
        itertools.product(yes_or_no, repeat=2),
        REPORTS,
        yes_or_no,
        yes_or_no,
        yes_or_no,
    ):
        yield Inputs(
            kind=kind,
            has_measures=has_measures,
            numerator=number(above[0]),
            denominator=number(below[0]),
            units=units,
            missing=(above[1], below[1]),
            is_offered=offered,
            reported=reported[0],
            reported_kind=reported[1],
            reported_status=reported[2],
            is_said_estimated=estimated,
            is_caveated=caveated,
            is_not_assessed=silent,
        )
    for above, below, rejected, offered, reported, silent in itertools.product(
        COUNTS.values(),
        COUNTS.values(),
        itertools.product(yes_or_no, repeat=2),
        itertools.product(yes_or_no, repeat=2),
        REPORTS,
        yes_or_no,
    ):
        yield Inputs(
            numerator=number(above[0]),
            denominator=number(below[0]),
            missing=(above[1], below[1]),
            is_offered=offered,
            is_rejected=rejected,
            reported=reported[0],
            reported_kind=reported[1],
            reported_status=reported[2],
            is_not_assessed=silent,
        )
    months = ((), ("2024-01",), ("2024-02", "2024-03"))
    for (
        above,
        below,
        missing,
        reference,
        older,
        other_days,
        after_break,
        statuses,
        estimated,
    ) in itertools.product(
        ((5, None), (0, None), (None, None)),
        ((8, None), (0, None)),
        itertools.product(months, repeat=2),
        yes_or_no,
        yes_or_no,
        yes_or_no,
        yes_or_no,
        itertools.product(COUNTED, repeat=2),
        yes_or_no,
    ):
        if older > reference:  # only a reference population is carried
            continue
        if any(gaps and status not in "EP" for gaps, (status, _) in zip(missing, statuses, strict=True)):
            continue  # a count with gaps is provisional
        yield Inputs(
            numerator=number(above[0]),
            denominator=number(below[0]),
            missing_months=missing,
            is_reference_population=reference,
            is_older=older,
            is_of_other_days=other_days,
            is_after_break=after_break,
            status=tuple(status for status, _ in statuses),
            otherwise=any(otherwise for _, otherwise in statuses),
            is_said_estimated=estimated,
        )


def bits(months: Iterable[str]) -> int | None:
    """A bit for each month, of January the lowest."""
    return sum(1 << int(month[5:]) - 1 for month in months) or None


def test_every_combination_of_inputs_has_one_status_and_one_reason(plain, tmp_path):
    cases = list(combinations())
    assert len(cases) > 45_000
    database = run(plain, land(drawn(0), tmp_path))
    rows = pl.DataFrame(
        [
            {
                "indicator_id": str(n),
                "kind": i.kind,
                "numerator_measure": "a" if i.has_measures else None,
                "denominator_measure": "b" if i.has_measures else None,
                "numerator_unit": i.units[0],
                "denominator_unit": i.units[1],
                "numerator": None if i.numerator is None else int(i.numerator),
                "denominator": None if i.denominator is None else int(i.denominator),
                "numerator_basis": "partial" if i.missing_months[0] else "stated",
                "numerator_obs_status": i.status[0],
                "are_inputs_measured_otherwise": i.otherwise,
                "denominator_obs_status": i.status[1],
                "numerator_missing_reporters": i.missing[0],
                "denominator_missing_reporters": i.missing[1],
                "period_id": "2024",
                "numerator_missing_months": bits(i.missing_months[0]),
                "denominator_missing_months": bits(i.missing_months[1]),
                "is_denominator_older": i.is_older,
                "is_denominator_carried_forward": i.is_reference_population,
                "is_of_other_days": i.is_of_other_days,
                "is_after_break": i.is_after_break,
                "is_numerator_offered": i.is_offered[0],
                "is_denominator_offered": i.is_offered[1],
                "is_numerator_rejected": i.is_rejected[0],
                "is_denominator_rejected": i.is_rejected[1],
                "reported_value": i.reported and str(float(i.reported)),
                "reported_kind": i.reported_kind,
                "reported_obs_status": i.reported_status,
                "is_said_estimated": i.is_said_estimated,
                "is_caveated": i.is_caveated,
                "is_not_assessed": i.is_not_assessed,
            }
            for n, i in enumerate(cases)
        ],
        infer_schema_length=None,
    )
    database.execute("delete from intermediate.int_value_inputs")
    database.execute("insert into intermediate.int_value_inputs by name select * from rows")
    (model,) = (model for model in plain if model.name == "int_values_by_terms")
    found = database.execute(
        f"""select reason, value_status, obs_status, value, is_measured_otherwise,
                   missing_reporters, missing_periods
            from ({model.sql}) order by cast(indicator_id as integer)"""
    ).fetchall()
    assert rows.height == len(found) == len(cases)
    for i, (*said, value, otherwise, missing, months) in zip(cases, found, strict=True):
        reason, value_status, _ = said
        assert (*said, number(value), otherwise) == decide(i), i
        assert (reason is None) == (value_status in ("computed", "milestone")), i
        assert (missing or "") == "; ".join(dict.fromkeys(text for text in i.missing if text)), i
        assert (months or []) == sorted({*i.missing_months[0], *i.missing_months[1]}), i
    assert {reason for reason, *_ in found} == {None, *(decide(i)[0] for i in cases if decide(i)[0])}
