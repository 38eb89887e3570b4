"""What suites require of a column, in few words: each is an expectation that names its rule.

`where` is the condition of the rows that are looked at; every row, when it is not given.
"""

from collections.abc import Collection, Mapping, Sequence
from operator import eq
from typing import Any

from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column, ComparisonCondition, Condition

from expectations.gate import sound

Where = Condition | None


def suites(
    keys: Mapping[str, Sequence[str]], required: Mapping[str, Sequence[Expectation]]
) -> dict[str, list[Expectation]]:
    """What is required of each table, after what holds for every table with its key."""
    return {table: [*sound(*keys[table]), *expectations] for table, expectations in required.items()}


def is_true(column: str) -> ComparisonCondition:
    return eq(Column(column), True)


def is_false(column: str) -> ComparisonCondition:
    return eq(Column(column), False)


def _about(rule: str, where: Where) -> dict[str, Any]:
    return {"meta": {"rule": rule}} | ({"row_condition": where} if where is not None else {})


def filled(column: str, rule: str, where: Where = None) -> Expectation:
    return gxe.ExpectColumnValuesToNotBeNull(column=column, **_about(rule, where))


def empty(column: str, rule: str, where: Where = None) -> Expectation:
    return gxe.ExpectColumnValuesToBeNull(column=column, **_about(rule, where))


def among(column: str, values: Collection, rule: str, where: Where = None) -> Expectation:
    """One of the values; null passes."""
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=[*values], **_about(rule, where))


def one_of(column: str, codes: Collection[str]) -> Expectation:
    """One of the contract's closed lists; null passes."""
    return among(column, codes, "code_outside_closed_list")


def never(column: str, value: object, rule: str, where: Where = None) -> Expectation:
    """Not this value. Of what SQL found odd about a row it says one thing, the likeliest."""
    return gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=[value], **_about(rule, where))


def at_most(column: str, most: int, rule: str, where: Where = None) -> Expectation:
    return gxe.ExpectColumnValuesToBeBetween(column=column, max_value=most, **_about(rule, where))


def at_least(
    larger: str, smaller: str, rule: str, where: Where = None, part: str | None = None
) -> Expectation:
    """`larger` >= `smaller` in every row that has both. part: tells it from others of the same rule."""
    return _larger(larger, smaller, part, or_equal=True, **_about(rule, where))


def above(larger: str, smaller: str, rule: str, where: Where = None, part: str | None = None) -> Expectation:
    """`larger` > `smaller` in every row that has both."""
    return _larger(larger, smaller, part, **_about(rule, where))


def _larger(larger: str, smaller: str, part: str | None, **about: Any) -> Expectation:
    about["meta"]["part"] = part
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=larger, column_B=smaller, ignore_row_if="either_value_is_missing", **about
    )


def equal(one: str, other: str, rule: str, where: Where = None) -> Expectation:
    """The two are the same in every row that has both."""
    return gxe.ExpectColumnPairValuesToBeEqual(
        column_A=one, column_B=other, ignore_row_if="either_value_is_missing", **_about(rule, where)
    )
