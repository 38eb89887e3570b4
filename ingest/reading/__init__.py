"""Reading what offices send: bytes to grids, grids to tables, tables to rows; refusals with reasons."""

from ingest.reading import dates, numbers, units
from ingest.reading.grids import Grid, grids, opened
from ingest.reading.headers import Cell, Column, Row, Table, read_only_table, read_table
from ingest.reading.numbers import labelled
from ingest.reading.observations import observations
from ingest.reading.outcome import PARTS, REJECTED, UNREAD, Reading, Rejection, Tally, Unread
from ingest.reading.privacy import refuse_personal_bytes, refuse_personal_data, refuse_personal_text
from ingest.reading.reasons import REASONS

__all__ = [
    "PARTS",
    "REASONS",
    "REJECTED",
    "UNREAD",
    "Cell",
    "Column",
    "Grid",
    "Reading",
    "Rejection",
    "Row",
    "Table",
    "Tally",
    "Unread",
    "dates",
    "grids",
    "labelled",
    "numbers",
    "observations",
    "opened",
    "read_only_table",
    "read_table",
    "refuse_personal_bytes",
    "refuse_personal_data",
    "refuse_personal_text",
    "units",
]
