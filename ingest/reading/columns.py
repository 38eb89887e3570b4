"""What a source asks for: its columns, with all wordings that head them and what their cells hold."""

from dataclasses import dataclass

from ingest.reading import numbers

# Fields of tables with one unit a row.
NUMBER, UNIT, CODE, DAY, NOTE = "STT", "Đơn vị", "Mã đơn vị", "Đến ngày", "Ghi chú"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column a source reads. Headings are matched by `match_key`, so their spelling may vary."""

    field: str
    headings: tuple[str, ...]
    """All accepted wordings; of several rows the whole (`Hồ sơ tiếp nhận Trực tuyến`), or its end where what
    stands above it does not narrow it."""
    kind: str = "text"
    """text, count (whole, not negative), percent, points, number (any of the last three) or date."""
    required: bool = False
    """The file is refused without this column."""
    filled: bool = False
    """A row is set aside without this cell."""
    parts: tuple[tuple[int, str], ...] = ()
    """Its family, and what it is headed where the heading of the family is left out."""
    thousands: str | None = None
    """The only convention that is accepted, where the source promises one."""
    is_stock: bool = False
    """It counts what there is on a day, not what came in a period: `Trong tháng` is only a part of it."""
    summed: bool = True
    """A printed total must be the sum of the rows; false for counts that units share."""

    @property
    def is_number(self) -> bool:
        return self.kind in numbers.KINDS
