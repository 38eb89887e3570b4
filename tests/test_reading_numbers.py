"""Columns of printed numbers: one convention each, decided by the column or refused."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numerals import COMMA, DOT
from ingest.reading import numbers


def read(cells, kind="count", **how):
    roles = how.pop("roles", None)
    return numbers.read(
        pl.Series(cells, dtype=pl.String), kind, roles=pl.Series(roles) if roles else None, **how
    )


def values(cells, kind="count", **how):
    return [None if v is None else str(v.normalize().__format__("f")) for v in read(cells, kind, **how).value]


@pytest.mark.parametrize(
    ("cells", "kind", "thousands"),
    [
        (["1.257.210", "704.828"], "count", DOT),
        (["1,257,210", "704,828"], "count", COMMA),
        (["34.567", "12.345"], "count", DOT),  # read otherwise they would be no counts
        (["34,567", "98"], "count", COMMA),
        (["43,48", "5"], "percent", DOT),
        (["43.48", "5"], "percent", COMMA),
        (["1.234,5", "12"], "points", DOT),
    ],
)
def test_the_column_decides_its_convention(cells, kind, thousands):
    assert read(cells, kind).thousands == thousands


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1.234", "5,678"], "count"),
        (["1.234.567", "1,234,567"], "count"),
        (["12.345"], "percent"),
        (["12.345", "67.891"], "percent"),
        (["12,5", "12.5"], "percent"),
    ],
)
def test_a_column_that_nothing_decides_is_not_guessed(cells, kind):
    with pytest.raises(numbers.Undecidable):
        read(cells, kind)


def test_a_printed_total_decides_what_its_cells_leave_open():
    roles = ["data", "data", "data", "total"]
    # 1000 + 2000 + 5 = 3005; 1 + 2 + 5 is no 3.005.
    assert values(["1.000", "2.000", "5", "3.005"], roles=roles) == ["1000", "2000", "5", "3005"]


def test_a_total_that_adds_up_in_both_readings_decides_nothing():
    with pytest.raises(numbers.Undecidable):
        read(["1.000", "2.000", "3.000"], "number", roles=["data", "data", "total"])


def test_a_source_may_say_what_alone_is_right():
    assert read(["52.89"], "number", thousands=DOT).code.to_list() == ["number_unreadable"]


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        (["664,940"], ["664940"]),
        (["704.828"], ["704828"]),
        (["251,000", "61,000", "70,000"], ["251000", "61000", "70000"]),
        (["190.000", "7"], ["190000", "7"]),
        (["1.234,000", "5.678"], ["1234", "5678"]),
    ],
)
def test_a_count_has_no_decimals_so_a_mark_before_three_digits_stands_between_thousands(cells, counts):
    assert values(cells) == counts


def test_a_half_among_counts_of_thousands_is_set_aside_alone():
    assert read(["12,5", "1.234"]).code.to_list() == ["not_whole", None]


@pytest.mark.parametrize("cells", [["121", "20.8", "40.5"], ["190", "20,8"], ["190.25", "5"]])
def test_counts_that_lost_their_thousands_are_refused_together(cells):
    with pytest.raises(numbers.Undecidable, match="seems to have been taken for that of decimals"):
        read(cells)
    with pytest.raises(numbers.Undecidable, match="seems to have been taken for that of decimals"):
        read([cell.replace(",", ".") for cell in cells], typed=pl.Series([True] * len(cells)))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("121000.0000000009", "count", "121000"),
        ("120999.9999999991", "count", "121000"),
        ("63.684200000001006", "percent", "63.6842"),
        ("40.000000000001", "percent", "40"),
        ("0.30000000000000004", "points", "0.3"),
    ],
)
def test_the_residue_of_binary_arithmetic_is_no_part_of_a_number(text, kind, value):
    assert values([text], kind, typed=pl.Series([True])) == [value]
    assert values([text], kind) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２３", "123"),
        ("１．２５７．２１０", "1257210"),
        ("1 257 210", "1257210"),
        ("1\u00a0257\u00a0210", "1257210"),
        ("1\u2009257\u202f210", "1257210"),
        ("1'257'210", "1257210"),
        ("1’257’210", "1257210"),
        ("'1257", "1257"),
        (" 12 ", "12"),
        ("02", "2"),
        ("1.234,00", "1234"),
    ],
)
def test_digits_are_understood_however_they_are_set(text, value):
    assert values([text]) == [value]


@pytest.mark.parametrize("text", ["-", "–", "—", "…", "...", None])
def test_a_mark_for_nothing_is_nothing_and_not_zero(text):
    found = read([text, "5"])
    assert found.value.to_list() == [None, Decimal(5)]
    assert found.code.to_list() == [None, None]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("-5", "count", "negative_count"),
        ("−5", "count", "negative_count"),
        ("(5)", "count", "negative_count"),
        ("-5,5", "percent", "number_out_of_range"),
        ("12%", "count", "number_unreadable"),
        ("khoảng 5", "count", "number_unreadable"),
        ("1.234 hồ sơ", "count", "number_unreadable"),
        ("1.26E+06", "count", "number_unreadable"),
        ("5²", "count", "number_unreadable"),
        ("½", "count", "number_unreadable"),
        ("12 34", "count", "number_unreadable"),
        ("1.2345.678", "count", "number_unreadable"),
        ("0.123.456", "count", "number_unreadable"),
        ("٣", "count", "number_unreadable"),
        ("#REF!", "count", "error_cell"),
        ("#N/A", "percent", "error_cell"),
        ("####", "count", "error_cell"),
        ("=A1+A2", "count", "error_cell"),
        ("12,34567", "percent", "number_too_precise"),
        ("1234567890123456", "count", "number_out_of_range"),
    ],
)
def test_what_is_no_such_number_is_said_to_be_so(text, kind, code):
    found = read([text, "7"], kind)
    assert found.code.to_list() == [code, None]
    assert found.value[0] is None


def test_one_bad_cell_does_not_spoil_the_convention_of_the_rest():
    assert values(["1.257.210", "12,5", "abc"]) == ["1257210", None, None]


def test_a_number_held_by_a_workbook_has_a_point_whatever_the_column_prints():
    held = pl.Series([True, True, False])
    assert values(["1234", "12.5", "1.257.210"], typed=held) == ["1234", None, "1257210"]
    assert read(["45.81632653", "12.5", "7"], "percent", typed=held).decimals.to_list() == [4, 1, 0]
    assert values(["45.81635", "12.5", "7"], "percent", typed=held) == ["45.8164", "12.5", "7"]


def test_a_share_of_one_is_not_taken_for_a_percentage():
    with pytest.raises(numbers.Undecidable, match="a share of 1 or a percentage"):
        read(["0.408", "0.9"], "percent", typed=pl.Series([True, True]))
    assert values(["40.8%", "90%"], "percent", typed=pl.Series([True, True])) == ["40.8", "90"]


def printed(value: int, thousands: str) -> str:
    return f"{value:,}".replace(",", thousands)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.sampled_from([DOT, COMMA]))
def test_counts_of_any_size_are_never_changed(counts, thousands):
    found = read([printed(count, thousands) for count in counts])
    assert found.value.to_list() == counts
    assert found.code.null_count() == len(counts)


@given(
    st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=20),
    st.sampled_from([DOT, COMMA]),
    st.booleans(),
)
def test_percentages_of_two_decimals_are_always_read_back(shares, thousands, sign):
    mark = "," if thousands == DOT else "."
    cells = [str(share).replace(".", mark) + "%" * sign for share in shares]
    assert read(cells, "percent").value.to_list() == shares


@given(st.lists(st.integers(1000, 999_999), min_size=1, max_size=20), st.sampled_from([DOT, COMMA]))
def test_counts_are_read_back_in_either_convention(counts, thousands):
    assert read([printed(count, thousands) for count in counts]).value.to_list() == counts


@given(
    st.lists(st.text(alphabet="0123456789.,%- ()'#=abộ\u00a0１²", max_size=10), min_size=1, max_size=6),
    st.sampled_from(numbers.KINDS),
)
def test_no_text_is_both_a_value_and_refused_and_none_is_lost(cells, kind):
    try:
        found = read(cells, kind)
    except numbers.Undecidable as error:
        assert error.cell in cells
        return
    for text, value, code in zip(cells, found.value, found.code, strict=True):
        assert value is None or code is None
        if value is None and code is None:
            assert not any(c.isalnum() for c in text)
        if value is not None and kind == "count":
            assert value == int(value) >= 0


@pytest.mark.parametrize(
    ("counts", "values"),
    [
        (["1320.000", "220.000"], [1320, 220]),
        (["1320,000", "220,000"], [1320, 220]),
        (["120.000", "5.000", "0.000"], [120, 5, 0]),
        (["81320.00", "920.00", "7.00"], [81320, 920, 7]),
        (["1320.0", "220.0"], [1320, 220]),
        (["1320.000", "220", "-"], [1320, 220, None]),
        (["1.320", "220", "0"], [1320, 220, 0]),
    ],
)
def test_counts_that_a_database_wrote_with_decimals_are_no_thousands(counts, values):
    read = numbers.read(pl.Series(counts), "count", proven=numbers.of_fixed_decimals([pl.Series(counts)]))
    assert (read.value.to_list(), read.code.drop_nulls().to_list()) == (values, [])


def test_one_column_proves_the_decimals_of_the_counts_beside_it():
    proven = numbers.of_fixed_decimals([pl.Series(["120.000", "5.000"]), pl.Series(["1320.000", "0.000"])])
    read = numbers.read(pl.Series(["120.000", "5.000"]), "count", proven=proven)
    assert read.value.to_list() == [120, 5]


@pytest.mark.parametrize("other", ["1.220.000", "1.220,000", "220.500"])
def test_nothing_is_decided_where_a_cell_contradicts_fixed_decimals(other):
    with pytest.raises(numbers.Undecidable):
        numbers.read(pl.Series(["1320.000", other]), "count")
