"""The machinery behind `make mutants`, on a slice of the mutants."""

import pytest
from oracle.mutants import MUTANTS, Tests

SLICE = ("upside_down", "last_for_sum", "every_denominator_is_carried", "precedence_reversed")


@pytest.fixture(scope="module")
def tests(tmp_path_factory) -> Tests:
    tests = Tests(tmp_path_factory.mktemp("mutants"), worlds=range(1))
    assert tests.first_failing(tests.project.plain) is None
    return tests


def test_each_mutant_has_its_place(tests):
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= 60
    assert [mutant.name for mutant in MUTANTS if not tests.project.has_place(mutant)] == []


@pytest.mark.parametrize("name", SLICE)
def test_a_mutant_is_noticed(tests, name):
    (mutant,) = (mutant for mutant in MUTANTS if mutant.name == name)
    assert tests.first_failing(tests.project.changed(mutant))
