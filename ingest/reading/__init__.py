"""Reading what offices send: bytes to grids, grids to tables, tables to rows; refusals with reasons."""

from ingest.reading import dates, numbers, units
from ingest.reading.columns import Column
from ingest.reading.grids import Grid, grids, opened
from ingest.reading.observations import observations
from ingest.reading.outcome import PARTS, REJECTED, UNREAD, Reading, Rejection, Tally, Unread
from ingest.reading.privacy import refuse_personal_bytes, refuse_personal_data, refuse_personal_text
from ingest.reading.reasons import REASONS
from ingest.reading.tables import Table, read_only_table

__all__ = [
    "PARTS",
    "REASONS",
    "REJECTED",
    "UNREAD",
    "Column",
    "Grid",
    "Reading",
    "Rejection",
    "Table",
    "Tally",
    "Unread",
    "dates",
    "grids",
    "numbers",
    "observations",
    "opened",
    "read_only_table",
    "refuse_personal_bytes",
    "refuse_personal_data",
    "refuse_personal_text",
    "units",
]
