"""What a release changed and why: told of two random releases, and of those that led to the current one."""

import json
import random
from dataclasses import replace
from fractions import Fraction

import duckdb
import pytest
from making.compiled import behind, data_dir, keep_what_was_published, run
from oracle.histories import drawn, land
from oracle.periods import days_of
from oracle.reference import Known, half_up
from oracle.worlds import Indicator, Value, World
from test_histories import expected_values, number
from test_publication import warehouse

from ingest.errors import Refused
from orchestration.command import changes
from orchestration.publication import publish, rollback


def altered(world: World, pick: random.Random) -> World:
    """The same statements under another registry: other corrections, precedence and definitions."""
    ranks = pick.sample([source.precedence for source in world.sources], k=len(world.sources))
    sources = [replace(s, precedence=rank) for s, rank in zip(world.sources, ranks, strict=True)]
    absent = pick.choice(["full", "per_adult", None])
    indicators = [i for i in world.indicators if i.indicator != absent]
    other = pick.choice([{"end": days_of("2024-06")[1]}, {"numerator": "subscriptions"}, {}])
    indicators = [replace(i, **other) if i.indicator == "smart" else i for i in indicators]
    return replace(
        world,
        corrections=tuple(c for c in world.corrections if pick.random() < 0.5),
        sources=tuple(sources if pick.random() < 0.3 else world.sources),
        indicators=tuple(indicators),
        counted={},
    )


NOTHING = Value(*(None,) * 5, "", *(None,) * 4, False, frozenset(), frozenset())


def told_by(before: Known, now: Known) -> dict[tuple, dict[str, tuple]]:
    """By cell what each cause did to the value."""
    then, today = expected_values(before), expected_values(now)
    changed = {cell for cell in {*then, *today} if value_of(then, cell) != value_of(today, cell)}
    ledgers = [{s.name: s.value for s in known.ledger} for known in (before, now)]
    definitions = [known.indicators for known in (before, now)]
    return {
        cell: causes(then.get(cell, NOTHING), today.get(cell, NOTHING), cell, ledgers, definitions)
        for cell in changed
    }


def value_of(values: dict, cell: tuple) -> Fraction | None:
    return values[cell].value if cell in values else None


def causes(
    then: Value, now: Value, cell: tuple, ledgers: list, definitions: list
) -> dict[str, Fraction | None]:
    whole = None if None in (then.value, now.value) else now.value - then.value
    if meant(definitions[0], cell) != meant(definitions[1], cell):
        return {"definition": whole}
    above = why(
        "numerator", (then.numerator, now.numerator), then.numerator_behind | now.numerator_behind, ledgers
    )
    below = why(
        "denominator",
        (then.denominator, now.denominator),
        then.denominator_behind | now.denominator_behind,
        ledgers,
    )
    computed = [value.value_status == "computed" for value in (then, now)]
    if NOTHING in (then, now):
        above = below = None
    if all(computed) and now.numerator < 999 * then.denominator:
        between = half_up(100 * now.numerator / then.denominator)
        steps = [(above, between - then.value), (below, now.value - between)]
        return {cause: sum(step for why_, step in steps if why_ == cause) for cause, _ in steps if cause}
    if any(computed):
        unable = [above] if min_of(then.numerator, now.numerator, -1) < 0 else []
        unable += [below] if min_of(then.denominator, now.denominator, 0) <= 0 else []
        found = [cause for cause in (*unable, above, below) if cause]
        return {found[0] if found else "newly_reported" if computed[1] else "withdrawn": whole}
    if then.value is None:
        return {"newly_reported": whole}
    return {"withdrawn" if now.value is None else "ratio_restated": whole}


def min_of(one: Fraction | None, other: Fraction | None, missing: int) -> Fraction | int:
    return min(missing if one is None else one, missing if other is None else other)


def meant(definitions: dict[tuple, Indicator], cell: tuple) -> tuple | None:
    """What a definition counts, and whether it does so at the end of a period."""
    i, end = definitions.get(cell[:2]), days_of(cell[3])[1]
    return i and (i.kind, i.numerator, i.denominator, i.start <= end, end <= i.end)


def why(part: str, numbers: tuple, behind: frozenset[str], ledgers: list[dict]) -> str | None:
    if numbers[0] == numbers[1]:
        return None
    then, now = ({name: ledger[name] for name in behind if name in ledger} for ledger in ledgers)
    if then.keys() - now.keys():
        return f"{part}_restated" if now.keys() - then.keys() else "withdrawn"
    if now.keys() - then.keys():
        return "newly_reported"
    return "organisation" if then == now else "correction"


def between(plain, seed: int, folder) -> int:
    """Compare what two releases of one world make of it. Returns how many values changed."""
    pick, world = random.Random(seed), drawn(seed)
    moments = sorted(set(world.learnt))
    first, second = sorted(pick.sample(moments[len(moments) // 4 :], k=2))
    once = altered(world, pick)
    old = run(
        behind(plain, "fct_indicator_value", "fct_observation", "bridge_value_evidence", "dim_indicator"),
        land(once, folder / "old", until=first),
    )
    data = land(world, folder / "new", until=second)
    keep_what_was_published(old, data)
    new = run(behind(plain, "rpt_change"), data)
    about = "indicator_id, definition_version, org_key, period_id, cause, contribution_points, change_points"
    rows = new.execute(f"select {about} from marts.rpt_change").fetchall()
    found: dict[tuple, dict] = {}
    for *cell, cause, contribution, _ in rows:
        found.setdefault(tuple(cell), {})[cause] = number(contribution)
    expected = told_by(Known(once, first), Known(world, second))
    wrong = {cell for cell in {*found, *expected} if found.get(cell) != expected.get(cell)}
    reported = [(cell, expected.get(cell), found.get(cell)) for cell in sorted(wrong)[:3]]
    assert not wrong, f"seed {seed}, {first} to {second}: (cell, expected, found) {reported}"
    for *cell, _, _, change in rows:
        parts = found[tuple(cell)].values()
        assert (sum(parts) if None not in parts else None) == number(change), (seed, cell)
    return len(expected)


@pytest.mark.parametrize("seed", range(4))
def test_the_causes_of_what_changed_between_two_releases_are_what_happened(compiled_models, seed, tmp_path):
    assert between(compiled_models, 701 + seed, tmp_path) > 0


REPORT = """
alter table marts.dim_indicator add column if not exists code varchar;
alter table marts.dim_indicator add column if not exists name_vi varchar;
alter table marts.dim_indicator add column if not exists name_en varchar;
alter table marts.dim_indicator add column if not exists report_order integer;
create table marts.rpt_change as
select indicator_id, definition_version, org_key, period_id, 'correction' as cause,
  52.4972::decimal(9, 4) as value_before, value as value_after, 0.3929::decimal(10, 4) as change_points,
  0.3929::decimal(10, 4) as contribution_points
from marts.fct_indicator_value where known_to is null;
"""
COMPARED = "alter table marts.release add column compared_release varchar default '{}';"


def test_a_release_that_was_undone_is_none_of_those_that_led_to_the_current_one(tmp_path):
    # before `first` no release said what it was compared with
    compared = {"oldest": "", "first": "", "undone": "first", "last": "first"}
    for day, (release_id, with_) in enumerate(compared.items(), start=1):
        more = REPORT + (COMPARED.format(with_) if with_ else "")
        file = warehouse(tmp_path, release_id, built_at=f"2024-04-{day:02} 09:30:00+00", more=more)
        publish(file, tmp_path / "published", release_id)
        if release_id == "undone":
            rollback(tmp_path / "published", "first")
    with data_dir(tmp_path):
        since = [
            [json.loads(row) for row in changes.lines(release, True)] for release in (None, "first", "oldest")
        ]
        assert [[row["release_id"] for row in rows] for rows in since] == [
            ["last"],
            ["last"],
            ["first", "last"],
        ]
        with pytest.raises(Refused, match="undone: is no release that the current one comes from"):
            list(changes.lines("undone", True))


NUMBERED = """
create or replace table marts.dim_target_number as
select distinct indicator_id, definition_version, left(period_id, 4)::integer as year,
  'II.2.10' as target_number
from marts.fct_indicator_value;
update marts.dim_indicator set code = 'PL01.IV.3';
"""


def test_a_first_release_says_so_and_a_later_one_names_the_target_of_the_year(tmp_path):
    told = []
    for day, compared in enumerate(("null", "'r1'"), start=1):
        of_release = f"alter table marts.release add column compared_release varchar default {compared};"
        file = warehouse(tmp_path, f"r{day}", built_at=f"2024-04-{day:02} 09:30:00+00", more=REPORT)
        with duckdb.connect(str(file)) as con:
            con.execute(NUMBERED + of_release)
        publish(file, tmp_path / "published", f"r{day}")
        with data_dir(tmp_path):
            told.append([*changes.lines(None, False)])
    assert told[0] == ["Bản r1: bản công bố đầu tiên, không có bản trước để so sánh"]
    assert told[1][0].startswith("Bản r2: ") and "giá trị thay đổi so với bản trước" in told[1][0]
    assert told[1][1].startswith("  II.2.10 · ")
