"""What Great Expectations itself finds in a frame of pandas: the rule that the gate's SQL is held to."""

import warnings
from collections.abc import Sequence

import great_expectations as gx
import pandas as pd
import polars as pl
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation

from expectations.gate import KEY_MISSING, NOT_FINITE


def validated(
    frame: pl.DataFrame, expectations: Sequence[Expectation], keys: Sequence[str]
) -> list[ExpectationValidationResult]:
    """The results of a checkpoint, in no order."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    batch = (
        context.data_sources.add_pandas("memory")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("whole")
    )
    # An expectation remembers the suite it was added to.
    copies = [expectation.copy(deep=True) for expectation in expectations]
    suite = context.suites.add(gx.ExpectationSuite(name="suite", expectations=copies))
    definition = gx.ValidationDefinition(name="all", data=batch, suite=suite)
    checkpoint = gx.Checkpoint(
        name="all",
        validation_definitions=[context.validation_definitions.add(definition)],
        result_format="COMPLETE",
    )
    with warnings.catch_warnings():
        # Pandas warns about empty and all-null columns, which are legitimate here.
        warnings.simplefilter("ignore")
        run = checkpoint.run(batch_parameters={"dataframe": of_pandas(frame, keys)})
    (validation,) = run.run_results.values()
    return validation.results


def of_pandas(frame: pl.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Numbers become float64, which keeps the order and equality of all that a table may hold."""
    columns = {
        column.name: pd.Series(column.cast(pl.Float64).to_numpy(), dtype="float64")
        if column.dtype.is_numeric()
        else pd.Series(column.to_list(), dtype="object")
        for column in frame
    }
    broken = {
        NOT_FINITE: {c.name: c.is_finite().not_() for c in frame if c.dtype.is_float()},
        KEY_MISSING: {key: frame[key].is_null() for key in keys},
    }
    for name, marks in broken.items():
        names = [
            ", ".join(column for column, marked in marks.items() if marked[row]) or None
            for row in range(frame.height)
        ]
        columns[name] = pd.Series(names, dtype="object")
    return pd.DataFrame(columns)
