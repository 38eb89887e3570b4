"""What an expectation asks of each row, as conditions of DuckDB.

They hold for the rows that Great Expectations itself finds in a frame of pandas: null breaks only an
expectation about null, and is unlike every value that a row condition names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import (
    ColumnMapExpectation,
    ColumnPairMapExpectation,
    Expectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.row_conditions import (
    AndCondition,
    ComparisonCondition,
    NullityCondition,
    OrCondition,
)

# How the nulls of several columns are joined to say that a row is passed over.
PASSED_OVER = {
    "either_value_is_missing": " or ",
    "any_value_is_missing": " or ",
    "both_values_are_missing": " and ",
    "all_values_are_missing": " and ",
}
OF_THE_TABLE = (gxe.ExpectTableRowCountToBeBetween, gxe.ExpectTableColumnsToMatchSet)
OF_ROWS = (ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation)
ABOUT_NULL = (gxe.ExpectColumnValuesToBeNull, gxe.ExpectColumnValuesToNotBeNull)


class Untranslatable(ValueError):
    """An expectation, or a value in it, that has no SQL here."""

    def __init__(self, what: object):
        super().__init__(f"{what}: expectations/predicates.py has no SQL for it")


@dataclass(frozen=True)
class Asked:
    """Which rows an expectation looks at, which of these it passes over, which of the others break it, and
    the columns whose values show how.
    """

    looked_at: str = "true"
    passed_over: str = "false"
    broken: str = "false"
    columns: Sequence[str] = ()


def asked(expectation: Expectation) -> Asked:
    """Raises Untranslatable."""
    if isinstance(expectation, OF_THE_TABLE):
        return Asked()
    if not isinstance(expectation, OF_ROWS):
        raise Untranslatable(expectation.expectation_type)
    looked_at = condition(expectation.row_condition)
    columns, broken = broken_where(expectation, looked_at)
    if isinstance(expectation, ABOUT_NULL):
        return Asked(looked_at, broken=broken, columns=columns)
    joined = PASSED_OVER[getattr(expectation, "ignore_row_if", "any_value_is_missing")]
    return Asked(looked_at, joined.join(f"{named(column)} is null" for column in columns), broken, columns)


def broken_where(expectation: Expectation, looked_at: str) -> tuple[Sequence[str], str]:
    """The columns that an expectation is about, and the condition that breaks it."""
    match expectation:
        case gxe.ExpectColumnValuesToBeNull(column=column):
            return [column], f"{named(column)} is not null"
        case gxe.ExpectColumnValuesToNotBeNull(column=column):
            return [column], f"{named(column)} is null"
        case gxe.ExpectColumnValuesToBeInSet(column=column, value_set=values):
            return [column], f"{named(column)} not in {listed(values)}"
        case gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=values):
            return [column], f"{named(column)} in {listed(values)}"
        case gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most):
            below, above = "<=" if expectation.strict_min else "<", ">=" if expectation.strict_max else ">"
            ends = [(sign, end) for sign, end in ((below, least), (above, most)) if end is not None]
            return [column], " or ".join(f"{named(column)} {sign} {quoted(end)}" for sign, end in ends)
        case gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A=larger, column_B=smaller):
            sign = ">=" if expectation.or_equal else ">"
            return [larger, smaller], f"({named(larger)} {sign} {named(smaller)}) is not true"
        case gxe.ExpectColumnPairValuesToBeEqual(column_A=one, column_B=other):
            return [one, other], f"({named(one)} = {named(other)}) is not true"
        case gxe.ExpectColumnValuesToBeUnique(column=column):
            return [column], occurs_again([column], looked_at)
        case gxe.ExpectCompoundColumnsToBeUnique(column_list=columns):
            return columns, occurs_again(columns, looked_at)
    raise Untranslatable(expectation.expectation_type)


def occurs_again(columns: Sequence[str], looked_at: str) -> str:
    key = ", ".join(map(named, columns))
    return f"count(*) filter (where {looked_at}) over (partition by {key}) > 1"


def condition(row_condition) -> str:
    """Raises Untranslatable."""
    match row_condition:
        case None:
            return "true"
        case AndCondition(conditions=parts):
            return f"({' and '.join(map(condition, parts))})"
        case OrCondition(conditions=parts):
            return f"({' or '.join(map(condition, parts))})"
        case NullityCondition(column=column, is_null=is_null):
            return f"{named(column.name)} is {'null' if is_null else 'not null'}"
        case ComparisonCondition(column=column, operator="IN", parameter=values):
            return f"{named(column.name)} in {listed(values)}"
        case ComparisonCondition(column=column, operator="NOT_IN", parameter=values):
            return f"({named(column.name)} in {listed(values)}) is not true"
        case ComparisonCondition(column=column, operator=operator, parameter=value):
            sign = {"==": "=", "!=": "is distinct from"}.get(operator, operator)
            return f"{named(column.name)} {sign} {quoted(value)}"
    raise Untranslatable(repr(row_condition))


def named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def listed(values: Iterable) -> str:
    return f"({', '.join(map(quoted, values))})"


def quoted(value: object) -> str:
    match value:
        case bool() | int() | float() | Decimal():
            return str(value).lower()
        case str() | date():
            return "'" + str(value).replace("'", "''") + "'"
    raise Untranslatable(repr(value))
