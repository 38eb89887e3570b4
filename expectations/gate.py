"""Runs a suite on a table. The only module that knows how Great Expectations is set up.

Importing it takes seconds: only the check step does, inside its function.
"""

import json
import os
import time
import warnings
from collections.abc import Sequence

# Read once, while Great Expectations is imported.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd
import polars as pl
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation

from expectations.verdict import Result, Verdict

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


def judge(
    suite: str, table: str, frame: pl.DataFrame, expectations: Sequence[Expectation], keys: Sequence[str]
) -> Verdict:
    """Run `expectations` on `frame` as one suite, validation definition and checkpoint.

    Every expectation names its rule in `meta={"rule": …}`. Great Expectations resolves the metrics of a
    suite together, so `seconds` of a result is the checkpoint's time shared evenly among its expectations.
    An expectation that could not be evaluated (a column is absent, a type does not compare) is `crashed`,
    which Great Expectations itself reports as merely unsuccessful.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    batch = (
        context.data_sources.add_pandas("memory")
        .add_dataframe_asset(table)
        .add_batch_definition_whole_dataframe("whole")
    )
    # An expectation remembers the suite it was added to, so each run gets copies of the listed ones.
    copies = [expectation.copy(deep=True) for expectation in expectations]
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(
            name=f"{suite}.{table}",
            data=batch,
            suite=context.suites.add(gx.ExpectationSuite(name=f"{suite}.{table}", expectations=copies)),
        )
    )
    asked = json.dumps([expectation.configuration.to_json_dict() for expectation in copies])
    named = [name for name in frame.columns if name in keys or f'"{name}"' in asked]
    checkpoint = gx.Checkpoint(
        name=f"{suite}.{table}",
        validation_definitions=[definition],
        result_format="COMPLETE",
    )
    started = time.perf_counter()
    with warnings.catch_warnings():
        # Pandas warns about empty and all-null columns, which are legitimate here.
        warnings.simplefilter("ignore")
        run = checkpoint.run(batch_parameters={"dataframe": pandas_frame(frame, named, keys)})
    share = (time.perf_counter() - started) / max(len(copies), 1)

    (validation,) = run.run_results.values()
    results: list[Result] = []
    failing: dict[str, set[int]] = {}
    for one in validation.results:
        result = summary(suite, table, one, frame.height, share)
        results.append(result)
        if result.outcome == "failed":
            rows = failing.setdefault(result.rule_id, set())
            rows.update(one.result.get("unexpected_index_list") or [])
    doubled = {r.check_id for r in results if sum(o.check_id == r.check_id for o in results) > 1}
    if doubled:
        raise ValueError(
            f'{suite}/{table}: two expectations share a check_id, give one a meta "part": {doubled}'
        )
    return Verdict(
        suite=suite,
        table=table,
        keys=tuple(keys),
        frame=frame,
        results=tuple(sorted(results, key=lambda r: r.check_id)),
        failing={rule: tuple(sorted(rows)) for rule, rows in sorted(failing.items()) if rows},
        validation=validation,
    )


def pandas_frame(frame: pl.DataFrame, names: Sequence[str], keys: Sequence[str]) -> pd.DataFrame:
    """The named columns for Great Expectations, which knows pandas, not polars, and is slow on wide frames.

    Numbers become float64: the conversion keeps order and equality, so no comparison turns round (two
    different decimals can only meet above 5.5e11 with a difference below 0.0001, and no column holds such
    values). Null and NaN are one thing in pandas, and every expectation passes over both, therefore two
    columns are added, null in a sound row: `not_finite` names the columns that hold NaN or infinity,
    `key_missing` those of the key that hold nothing. The index counts rows from 0.
    """
    columns: dict[str, pd.Series] = {}
    for series in frame.select(names):
        if series.dtype.is_numeric():
            columns[series.name] = pd.Series(series.cast(pl.Float64).to_numpy(), dtype="float64")
        elif series.dtype.is_temporal():
            columns[series.name] = pd.to_datetime(pd.Series(series.to_list(), dtype="object"), utc=True)
        else:
            columns[series.name] = pd.Series(series.to_list(), dtype="object")
    columns[NOT_FINITE] = pd.Series(not_finite(frame).to_list(), dtype="object")
    columns[KEY_MISSING] = pd.Series(key_missing(frame, keys).to_list(), dtype="object")
    return pd.DataFrame(columns)


def not_finite(frame: pl.DataFrame) -> pl.Series:
    """Per row the names of the columns that hold NaN or infinity, null where all numbers are finite."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return named_where(frame, {name: pl.col(name).is_finite().not_() for name in floats}, NOT_FINITE)


def key_missing(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Per row the names of the key's columns that hold nothing, null where the key is whole."""
    return named_where(frame, {name: pl.col(name).is_null() for name in keys}, KEY_MISSING)


def named_where(frame: pl.DataFrame, marks: dict[str, pl.Expr], name: str) -> pl.Series:
    """Per row the names that are marked, separated by commas; null where none is."""
    if not marks:
        return pl.Series(name, [None] * frame.height, dtype=pl.String)
    marked = [pl.when(mark).then(pl.lit(column)).otherwise(None) for column, mark in marks.items()]
    names = pl.concat_str(marked, separator=", ", ignore_nulls=True)
    return frame.select(pl.when(names != "").then(names).otherwise(None).alias(name))[name]


def summary(suite: str, table: str, one: ExpectationValidationResult, rows: int, seconds: float) -> Result:
    config = one.expectation_config
    kwargs = config.kwargs
    column = kwargs.get("column") or ", ".join(
        kwargs.get("column_list") or [kwargs[k] for k in ("column_A", "column_B") if k in kwargs]
    )
    rule = config.meta["rule"]
    part = config.meta.get("part")
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


def crash_message(one: ExpectationValidationResult) -> str | None:
    """The first exception of an expectation; Great Expectations gives one record, or one per metric."""
    info = one.exception_info or {}
    records = [info] if "raised_exception" in info else list(info.values())
    messages = [r.get("exception_message") for r in records if r.get("raised_exception")]
    return str(messages[0]) if messages else None


def failure(one: ExpectationValidationResult) -> str:
    """What was seen, in one line: up to five values, or the observed state of the table."""
    result = one.result
    if "unexpected_count" in result:
        values = ", ".join(shown(value) for value in (result.get("partial_unexpected_list") or [])[:5])
        return f"{result['unexpected_count']} of {result['element_count']} rows, e.g. {values}"
    mismatched = (result.get("details") or {}).get("mismatched")
    return f"{one.expectation_config.type}: observed {result.get('observed_value')}" + (
        f", mismatched {mismatched}" if mismatched else ""
    )


def shown(value: object) -> str:
    if isinstance(value, tuple):
        return "/".join(map(shown, value))
    if value is None or value != value:  # null and NaN are one in pandas
        return "null"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
