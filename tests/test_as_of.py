"""As of a day is one thing: the end of that day in Việt Nam, for the command, for SQL in any time zone, and
as the release of that evening said it.
"""

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import duckdb
import pytest
from making.compiled import behind, data_dir, run
from oracle.histories import drawn, land
from oracle.worlds import World

from expectations.numbers import rounded
from orchestration.command.explanation import explain
from orchestration.publication.database import AS_OF, MACROS
from orchestration.publication.vietnamese import VERDICTS, percent
from orchestration.texts import MET, words

ZONES = (
    "UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles",
    "Pacific/Kiritimati", "Asia/Kathmandu", "Pacific/Marquesas",
)  # fmt: skip
HANOI = timezone(timedelta(hours=7))
BEFORE_MIDNIGHT = timedelta(hours=7, minutes=30)  # midnight UTC is half past eleven of the evening before
CELL = ("indicator_id", "period_id", "org_key")
VERSION = "definition_version"
REACHED = words("reached", "vi")
TOLD = (
    "bridge_value_evidence",
    "dim_indicator",
    "dim_measure",
    "dim_org",
    "dim_period",
    "dim_extract",
    "dim_plan",
    "plan_remark",
    "dim_source",
    "fct_indicator_target",
    "dim_correction",
    "dim_reason",
)


def around_midnight(world: World) -> World:
    """The same history, of which half came in the last or the first hour of a day in Việt Nam."""

    def earlier(each):
        withdrawn = getattr(each, "withdrawn_at", None)
        more = {"withdrawn_at": withdrawn - BEFORE_MIDNIGHT} if withdrawn else {}
        return replace(each, known_from=each.known_from - BEFORE_MIDNIGHT, **more)

    told = {name: tuple(map(earlier, getattr(world, name))) for name in ("statements", "rejected", "targets")}
    return replace(world, **told)


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, HANOI)


def publish(database: duckdb.DuckDBPyConnection, folder) -> None:
    """The marts of a history as the current release in `folder`, with all that `explain` reads."""
    release = folder / "published/releases/r"
    release.mkdir(parents=True)
    (folder / "published/current").symlink_to("releases/r")
    database.execute(f"attach '{release / 'dxkpi.duckdb'}' as release")
    database.execute("create schema release.marts")
    for table in ("fct_observation", *(table for table, _ in MACROS.values()), *TOLD):
        database.execute(f"create table release.marts.{table} as select * from marts.{table}")
    database.execute("update release.marts.dim_indicator set formula_basis = 'wording'")
    database.execute("""create table release.marts.fct_finding
        (indicator_id varchar, period_id varchar, severity varchar, rule_id varchar, subject_key varchar)""")
    database.execute("use release")
    for macro, (table, _) in MACROS.items():
        database.execute(AS_OF.format(macro=macro, table=table))
    database.execute("use memory")
    database.execute("detach release")


def rows(con: duckdb.DuckDBPyConnection, macro: str, asked: str, *values) -> list[tuple]:
    return con.execute(f"select * from marts.{macro}({asked}) order by all", values).fetchall()


def told(folder, indicator: str, period: str, org: str, day: date) -> tuple[list[str], list[str]]:
    """The values and the verdicts that the command tells."""
    with data_dir(folder):
        lines = [line.strip() for line in explain(indicator, period, org, day)]
    values = [line.removeprefix("Giá trị: ").partition(" – ")[0] for line in lines if "Giá trị: " in line]
    verdicts = (line.partition(" – ")[2] for line in lines if line.startswith("Mục tiêu "))
    # of a year of which months are missing it is added up to which it goes
    return values, sorted(re.sub(r" \(sơ bộ[^)]*\)|; sơ bộ.*|, sơ bộ.*", "", verdict) for verdict in verdicts)


def test_a_day_is_the_same_to_the_command_to_sql_in_any_time_zone_and_to_the_release_of_that_evening(
    compiled_models, request, tmp_path
):
    plain = behind(compiled_models, "fct_observation", *(table for table, _ in MACROS.values()), *TOLD)
    wanted, releases = (request.config.getoption(name) for name in ("--moments", "--releases"))
    seed = 900 + 10_000 * request.config.getoption("--seed")
    pick = random.Random(seed)
    verdicts = values_told = 0
    for number in range((wanted + 9) // 10):  # ten moments of each history
        world = around_midnight(drawn(seed + number))
        folder = tmp_path / f"{number}"
        publish(run(plain, land(world, folder)), folder)
        with duckdb.connect(str(folder / "published/current/dxkpi.duckdb"), read_only=True) as con:
            for moment in pick.choices(sorted(set(world.learnt)), k=10):
                day = moment.astimezone(HANOI).date() + pick.choice([0, 0, -1]) * timedelta(days=1)
                stated = {}
                for macro in MACROS:
                    for zone in ZONES:
                        con.execute(f"set TimeZone = '{zone}'")
                        asked = [
                            rows(con, macro, f"date '{day}'"),
                            rows(con, macro, f"'{day}'"),
                            rows(con, macro, "$1", day),
                            rows(con, macro, f"timestamp '{day} 23:59:59.999999'"),
                            rows(con, macro, f"timestamptz '{day} 23:59:59.999999+07'"),
                            rows(con, macro, "$1", end_of(day).astimezone(UTC)),
                        ]
                        stated.setdefault(macro, asked[0])
                        assert all(each == stated[macro] for each in asked), (seed + number, macro, day, zone)
                    names = [column[0] for column in con.description]
                    stated[macro] = [dict(zip(names, row, strict=True)) for row in stated[macro]]
                    assert all(row["known_to"] is None for row in stated[macro])
                if releases:
                    releases -= 1
                    release = run(plain, land(world, tmp_path / f"{number}-{day}", until=end_of(day)))
                    for macro, (table, _) in MACROS.items():
                        standing = release.execute(
                            f"select * from marts.{table} where known_to is null order by all"
                        ).fetchall()
                        assert rows(con, macro, f"date '{day}'") == standing, (seed + number, macro, day)
                either = [pick.choice(stated[macro]) for macro in MACROS if stated[macro]]
                for cell in [[row[key] for key in CELL] for row in either]:
                    shown, judged = told(folder, *cell, day)
                    beside = [row for row in stated["values_as_of"] if [row[key] for key in CELL] == cell]

                    def first_target(value: dict, scores=stated["scorecard_as_of"]) -> Decimal | None:
                        same = [
                            row for row in scores if all(row[key] == value[key] for key in (*CELL, VERSION))
                        ]
                        return min(same, key=lambda row: row["target_id"])["target_value"] if same else None

                    assert shown == [
                        "chưa có số liệu"
                        if row["value"] is None
                        else percent(rounded(row["value"], first_target(row)))
                        for row in sorted(beside, key=lambda row: row["definition_version"])
                    ]
                    assert judged == sorted(
                        f"{REACHED[MET[row['reached']]]}, chưa phải kết luận của cả năm"
                        if row["period_kind"] != "year"
                        else VERDICTS[row["met"]].lower()
                        if row["value"] is None
                        else f"{VERDICTS[row['met']].lower()} theo giá trị nêu trên"
                        + (
                            f", {VERDICTS[row['met_as_reported']].lower()} theo số công bố"
                            if row["reported_value"] is not None
                            else ""
                        )
                        for row in stated["scorecard_as_of"]
                        if [row[key] for key in CELL] == cell
                        and row["target_kind"] == "threshold"
                        and row["definition_version"] in [each["definition_version"] for each in beside]
                    )
                    verdicts, values_told = verdicts + len(judged), values_told + len(shown)
    assert values_told >= wanted and verdicts > 0


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_ends_when_it_ends_in_vietnam_and_a_moment_is_that_moment(zone):
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute("""create table marts.told as
            select 'before' as said, timestamptz '2024-06-30 16:59:59.999999+00' as known_from,
                timestamptz '2024-06-30 17:00:00+00' as known_to
            union all select 'after', timestamptz '2024-06-30 17:00:00+00', null""")
        con.execute(AS_OF.format(macro="told_as_of", table="told"))
        con.execute(f"set TimeZone = '{zone}'")

        def said(asked: str) -> list[tuple]:
            return con.execute(f"select said, known_to from marts.told_as_of({asked})").fetchall()

        for asked in (
            "date '2024-06-30'",
            "'2024-06-30'",
            "' 2024-6-30 '",
            "timestamp '2024-06-30 23:59:59.999999'",
            "'2024-06-30 23:59:59.999999'",
            "timestamptz '2024-06-30 16:59:59.999999+00'",
            "'2024-06-30T23:59:59.999999+07:00'",
        ):
            assert said(asked) == [("before", None)], asked
        for asked in (
            "date '2024-07-01'",
            "timestamp '2024-07-01 00:00:00'",
            "timestamptz '2024-06-30 17:00:00+00'",
            "'2024-06-30T17:00:00Z'",
            "'2024-06-30 10:00:00-07'",
            "now()",
        ):
            assert said(asked) == [("after", None)], asked
        assert said("date '2024-06-29'") == said("null") == []
