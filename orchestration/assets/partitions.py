"""Which periods a source reports for, as partitions."""

from collections.abc import Iterable, Iterator
from datetime import date

import dagster as dg

from ingest.clock import ZONE
from ingest.registry.models import Source
from orchestration.state.deliveries import FIRST_YEAR

YEARS_AHEAD = 5  # a daemon reads this once and runs for long

# The month that has begun counts too: a report may speak of its first weeks.
MONTHS = dg.MonthlyPartitionsDefinition(
    start_date=f"{FIRST_YEAR}-01", fmt="%Y-%m", timezone=ZONE, end_offset=1
)
QUARTERS = dg.StaticPartitionsDefinition(
    [
        f"{year}-Q{quarter}"
        for year in range(FIRST_YEAR, date.today().year + YEARS_AHEAD)
        for quarter in (1, 2, 3, 4)
    ]
)
PARTITIONS = {"monthly": MONTHS, "quarterly": QUARTERS}


def partitions_of(source: Source | None) -> dg.PartitionsDefinition | None:
    """Months or quarters; none for a source that reports when it likes."""
    return PARTITIONS.get(source.frequency) if source else None


def ranges(partitions: dg.PartitionsDefinition, periods: Iterable[str]) -> Iterator[tuple[str, str]]:
    """First and last of each unbroken row of periods."""
    wanted = set(periods)
    row = []
    for key in [*partitions.get_partition_keys(), None]:
        if key in wanted:
            row.append(key)
        elif row:
            yield row[0], row[-1]
            row = []
