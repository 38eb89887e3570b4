"""Judges a table by a suite. The only module that knows how Great Expectations is set up.

DuckDB finds the rows that break an expectation, where the table is; Great Expectations comes to the verdict
from them and from the counts. Importing it takes seconds: only the check step does, inside its function.
"""

import os
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

# Read once, while Great Expectations is imported.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import duckdb
import great_expectations as gx
import polars as pl
from duckdb import DuckDBPyRelation as Rows
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.validation_statistics import calc_validation_statistics

from expectations.predicates import Asked, Untranslatable, asked, named, quoted
from expectations.verdict import POSITION, Result, Verdict

NOT_FINITE = "not_finite"
KEY_MISSING = "key_missing"


def sound(*keys: str) -> list[Expectation]:
    """What holds for every table: no NaN or infinity in any column, a whole key, and one row per key."""
    unique = (
        gxe.ExpectColumnValuesToBeUnique(column=keys[0], meta={"rule": "duplicate_key"})
        if len(keys) == 1
        else gxe.ExpectCompoundColumnsToBeUnique(column_list=list(keys), meta={"rule": "duplicate_key"})
    )
    return [
        unique,
        gxe.ExpectColumnValuesToBeNull(column=KEY_MISSING, meta={"rule": "required_value_missing"}),
        gxe.ExpectColumnValuesToBeNull(column=NOT_FINITE, meta={"rule": "not_a_number"}),
    ]


@dataclass(frozen=True)
class Answer:
    """How many rows an expectation looked at and passed over, and the positions of those that break it."""

    looked_at: int
    passed_over: int
    broken: list[int]


class Measured(dict):
    """Metrics by name. Of one that is absent Great Expectations would think that nothing is wrong."""

    def get(self, name: Any, default: Any = None) -> Any:
        return self[name]


def judge(
    suite: str,
    table: str,
    rows: Rows | pl.DataFrame,
    expectations: Sequence[Expectation],
    keys: Sequence[str],
) -> Verdict:
    """Judge the rows of a table; only those that break an expectation are copied from it.

    Every expectation names its rule in `meta={"rule": …}`. A suite is answered as a whole, so `seconds` of a
    result is its time shared evenly among its expectations. An expectation that could not be evaluated (a
    column is absent, a type does not compare) is `crashed`.
    """
    started = time.perf_counter()
    if isinstance(rows, pl.DataFrame):
        rows = duckdb.connect().from_arrow(rows.to_arrow())
    height, is_of_one_plan = size(rows)
    marked = with_marks(rows, keys)
    answers = answered(marked, expectations)
    positions = {position for found in answers if isinstance(found, Answer) for position in found.broken}
    frame = at(marked, positions).sort(*keys, POSITION, nulls_last=True)
    validated = [
        validation(expectation, found, frame, rows.columns)
        for expectation, found in zip(expectations, answers, strict=True)
    ]
    share = (time.perf_counter() - started) / max(len(validated), 1)
    results: list[Result] = []
    failing: dict[str, set[int]] = {}
    for one in validated:
        result = summary(suite, table, one, height, share)
        results.append(result)
        if result.outcome == "failed":
            failing.setdefault(result.rule_id, set()).update(one.result.get("unexpected_index_list") or [])
    doubled = {r.check_id for r in results if sum(o.check_id == r.check_id for o in results) > 1}
    if doubled:
        raise ValueError(
            f'{suite}/{table}: two expectations share a check_id, give one a meta "part": {doubled}'
        )
    return Verdict(
        suite=suite,
        table=table,
        keys=tuple(keys),
        frame=frame.drop(NOT_FINITE, KEY_MISSING),
        is_of_one_plan=is_of_one_plan,
        results=tuple(sorted(results, key=lambda r: r.check_id)),
        failing={rule: tuple(sorted(found)) for rule, found in sorted(failing.items()) if found},
        validation=suite_validation(f"{suite}.{table}", validated),
        judged_at=datetime.now(UTC),
    )


def size(rows: Rows) -> tuple[int, bool]:
    """The number of rows, and whether all that are of a plan are of the same one."""
    one = "coalesce(min(plan_id) = max(plan_id), false)" if "plan_id" in rows.columns else "false"
    ((height, is_of_one_plan),) = rows.aggregate(f"count(*), {one}").fetchall()
    return height, is_of_one_plan


def with_marks(rows: Rows, keys: Sequence[str]) -> Rows:
    """The rows with three more columns: their position, and two that are null in a sound row: `not_finite`
    names the columns that hold NaN or infinity, `key_missing` those of the key that hold nothing.
    """
    unbounded = {name: f"not isfinite({named(name)})" for name in floats(rows)}
    absent = {name: f"{named(name)} is null" for name in keys}
    return rows.project(
        f"row_number() over () - 1 as {POSITION}, *, "
        f"{named_where(unbounded)} as {NOT_FINITE}, {named_where(absent)} as {KEY_MISSING}"
    )


def floats(rows: Rows) -> list[str]:
    return [name for name, kind in zip(rows.columns, rows.types, strict=True) if kind in ("DOUBLE", "FLOAT")]


def named_where(marks: Mapping[str, str]) -> str:
    """SQL for the names whose conditions hold, separated by commas; null where none does."""
    names = [f"case when {mark} then {quoted(name)} end" for name, mark in marks.items()]
    return f"nullif(concat_ws(', ', {', '.join(names)}), '')" if names else "null::varchar"


def answered(marked: Rows, expectations: Sequence[Expectation]) -> Sequence[Answer | Exception]:
    """All answers in one pass; where one cannot be had, each by itself, with the error in its place."""
    try:
        return asked_together(marked, [asked(expectation) for expectation in expectations])
    except (Untranslatable, duckdb.Error) as error:
        if len(expectations) == 1:
            return [error]
        return [found for one in expectations for found in answered(marked, [one])]


def asked_together(marked: Rows, questions: Sequence[Asked]) -> list[Answer]:
    # To DuckDB NaN is the greatest number; expectations pass over it, and not_finite names it.
    nulls = ", ".join(f"nullif({named(name)}, 'NaN') as {named(name)}" for name in floats(marked))
    conditions = ", ".join(
        f"{one.looked_at} as looked_at_{n}, {one.passed_over} as passed_over_{n}, {one.broken} as broken_{n}"
        for n, one in enumerate(questions)
    )
    (counts,) = (
        marked.project(f"* replace ({nulls})" if nulls else "*")
        .project(f"{POSITION}, {conditions}")
        .aggregate(
            ", ".join(
                f"count(*) filter (looked_at_{n}), count(*) filter (looked_at_{n} and passed_over_{n}), "
                f"list({POSITION}) filter (looked_at_{n} and not passed_over_{n} and broken_{n})"
                for n in range(len(questions))
            )
        )
        .fetchall()
    )
    return [
        Answer(looked_at, passed_over, sorted(broken or []))
        for looked_at, passed_over, broken in zip(counts[::3], counts[1::3], counts[2::3], strict=True)
    ]


def at(marked: Rows, positions: set[int]) -> pl.DataFrame:
    """The rows at these positions."""
    wanted = pl.DataFrame({POSITION: list(positions)}, schema={POSITION: pl.Int64})  # noqa: F841, read by the SQL
    return marked.query("marked", f"from marked semi join wanted using ({POSITION})").pl()


def validation(
    expectation: Expectation, found: Answer | Exception, frame: pl.DataFrame, columns: Sequence[str]
) -> ExpectationValidationResult:
    """The verdict of Great Expectations, which is given what it would have measured itself."""
    try:
        if isinstance(found, Exception):
            raise found
        rows = frame.filter(pl.col(POSITION).is_in(found.broken))
        of_rows = asked(expectation).columns
        values = rows.select(of_rows).rows()
        kind = getattr(expectation, "map_metric", None)
        measured = Measured(
            {
                "table.row_count": found.looked_at,
                "table.columns": list(columns),
                "column_values.nonnull.unexpected_count": found.passed_over,
                f"{kind}.filtered_row_count": found.looked_at - found.passed_over,
                f"{kind}.unexpected_count": len(found.broken),
                f"{kind}.unexpected_values": [value for (value,) in values] if len(of_rows) == 1 else values,
                f"{kind}.unexpected_index_list": rows[POSITION].to_list(),
                f"{kind}.unexpected_index_query": None,
            }
        )
        # Its public caller looks up the metrics that it depends on, at 4 ms an expectation.
        verdict = expectation._validate(measured, runtime_configuration={"result_format": "COMPLETE"})
        return ExpectationValidationResult(expectation_config=expectation.configuration, **verdict)
    except Exception as error:
        message = " ".join(str(error).partition("\n\n")[0].split()) or type(error).__name__
        trace = "".join(traceback.format_exception(error))
        return ExpectationValidationResult(
            success=False,
            expectation_config=expectation.configuration,
            exception_info={
                "raised_exception": True,
                "exception_message": message,
                "exception_traceback": trace,
            },
        )


def suite_validation(
    name: str, results: list[ExpectationValidationResult]
) -> ExpectationSuiteValidationResult:
    statistics = calc_validation_statistics(results)._asdict()
    return ExpectationSuiteValidationResult(
        success=statistics.pop("success"),
        results=results,
        suite_name=name,
        statistics=statistics,
        meta={
            "great_expectations_version": gx.__version__,
            "run_id": {"run_name": None, "run_time": datetime.now(UTC).isoformat()},
        },
    )


def summary(suite: str, table: str, one: ExpectationValidationResult, rows: int, seconds: float) -> Result:
    config = configuration(one)
    kwargs = config.kwargs
    column = kwargs.get("column") or ", ".join(
        kwargs.get("column_list") or [kwargs[k] for k in ("column_A", "column_B") if k in kwargs]
    )
    meta = config.meta or {}
    rule, part = meta["rule"], meta.get("part")
    crash = crash_message(one)
    failed = one.result.get("unexpected_count") or 0
    outcome = "crashed" if crash else "passed" if one.success else "failed"
    return Result(
        check_id="/".join(
            [suite, table, config.type, column.replace(", ", "+") or "table", rule, *([part] if part else [])]
        ),
        rule_id=rule,
        column_name=column or None,
        outcome=outcome,
        checked_rows=int(one.result.get("element_count", rows)),
        failed_rows=int(failed),
        seconds=round(seconds, 4),
        detail=crash if crash else None if one.success else failure(one),
    )


def configuration(one: ExpectationValidationResult) -> ExpectationConfiguration:
    assert one.expectation_config is not None  # `validation` gives it to each
    return one.expectation_config


def crash_message(one: ExpectationValidationResult) -> str | None:
    return one.exception_info["exception_message"] if one.exception_info["raised_exception"] else None


def failure(one: ExpectationValidationResult) -> str:
    """What was seen, in one line: up to five values, or the observed state of the table."""
    result = one.result
    if "unexpected_count" in result:
        values = ", ".join(shown(value) for value in (result.get("partial_unexpected_list") or [])[:5])
        return f"{result['unexpected_count']} of {result['element_count']} rows, e.g. {values}"
    mismatched = (result.get("details") or {}).get("mismatched")
    return f"{configuration(one).type}: observed {result.get('observed_value')}" + (
        f", mismatched {mismatched}" if mismatched else ""
    )


def shown(value: object) -> str:
    if isinstance(value, tuple):
        return "/".join(map(shown, value))
    if value is None or value != value:  # expectations pass over NaN as over null
        return "null"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
