"""What a comparison of made-up provinces must say, worked out from their counts as they were invented.

Plain fractions, one indicator and one month at a time; no line of the product is used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from oracle.reference import half_up

# Part and whole of each indicator; all of them are stocks, of which a quarter has its last month.
USUAL = {
    "eid_accounts": ("adults_with_eid", "adults"),
    "eid_level2_of_assigned": ("eid_level2_activated", "eid_assigned"),
    "smartphone_subscriptions": ("subscriptions_with_smartphone", "subscriptions_mobile"),
    "protected_smartphones": ("smartphones_protected", "subscriptions_with_smartphone"),
}


@dataclass(frozen=True)
class Stated:
    """What a province, or a unit of it that was a province before, comes to."""

    org: str
    part: Fraction
    whole: Fraction

    @property
    def value(self) -> Fraction:
        return half_up(100 * self.part / self.whole)


@dataclass(frozen=True)
class Compared:
    """Provinces of one definition: rank by province, quartiles from the lower to the upper, all together."""

    ranks: dict[str, int]
    values: dict[str, Fraction]
    quartiles: tuple[Fraction, Fraction, Fraction]
    of_all: Fraction


def stated(counts: Iterable, ratio: tuple[str, str], month: str) -> list[Stated]:
    """By the province, the sums over its units and the operators; none where nothing was reported."""
    sums: dict[str, dict[str, Fraction]] = {}
    for count in counts:
        if count.period_id == month and count.measure_id in ratio and count.org_id != count.province_id:
            of_province = sums.setdefault(count.province_id, dict.fromkeys(ratio, Fraction(0)))
            of_province[count.measure_id] += count.value
    return [Stated(org, *(known[measure] for measure in ratio)) for org, known in sums.items()]


def compared(told: list[Stated]) -> Compared:
    """The best is the highest; of equals each has the rank of the first."""
    values = {each.org: each.value for each in told}
    ranks = {org: 1 + sum(other > value for other in values.values()) for org, value in values.items()}
    ordered = sorted(values.values())
    of_all = 100 * sum(each.part for each in told) / sum(each.whole for each in told)
    lower, median, upper = (at(ordered, Fraction(n, 4)) for n in (1, 2, 3))
    return Compared(ranks, values, (lower, median, upper), of_all)


def at(ordered: list[Fraction], share: Fraction) -> Fraction:
    """The value at a share of the way through the ordered ones, between two neighbours by the distance."""
    place = share * (len(ordered) - 1)
    before, beyond = int(place), place - int(place)
    after = min(before + 1, len(ordered) - 1)
    return ordered[before] + beyond * (ordered[after] - ordered[before])
