"""Vietnamese numerals in digits and words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import numerals
from ingest.numerals import COMMA, DOT


@pytest.mark.parametrize(
    ("text", "thousands", "value"),
    [
        ("1.257.210", DOT, "1257210"),
        ("43,48", DOT, "43.48"),
        ("3.489,6", DOT, "3489.6"),
        ("0,36", DOT, "0.36"),
        ("02", DOT, "2"),
        ("821,000,000", COMMA, "821000000"),
        ("4,702.037", COMMA, "4702.037"),
        ("81.680", COMMA, "81.680"),
        ("81.680", DOT, "81680"),
        ("45.5", COMMA, "45.5"),
    ],
)
def test_a_number_is_read_in_the_convention_it_is_said_to_have(text, thousands, value):
    assert numerals.number(text, thousands) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "45.5", "1.25.210", "1.2345", "12,", ",5", "1 257", "12a", "1,234,5", "٣", "--", "0,12345"]
)
def test_what_is_no_number_between_dots_is_refused(text):
    with pytest.raises(ValueError):
        numerals.number(text, DOT)


def test_the_printed_total_proves_the_number_format():
    # 1,171 + 98.5 = 1269.5 with comma thousands; no other reading of the cells gives the printed total.
    assert numerals.convention(["1,171", "98.500"], "1,270") == COMMA
    # The same marks the other way round: 1,171 + 98500 = 98501,171.
    assert numerals.convention(["1,171", "98.500"], "98.501,171") == DOT


def test_without_a_total_the_cells_that_can_be_read_in_one_way_decide():
    assert numerals.convention(["1,171", "45.5"]) == COMMA
    assert numerals.convention(["43,48", "55"]) == DOT


def test_a_number_format_that_nothing_decides_is_not_guessed():
    assert numerals.convention(["1,171", "98.500"]) is None
    assert numerals.convention(["1,171"], "1,172") is None


def test_where_both_readings_are_the_same_the_number_format_does_not_matter():
    assert numerals.convention(["100", "380"]) == DOT
    assert numerals.convention([]) == DOT


def test_money_is_counted_in_dong():
    assert numerals.money("169,547", "tỷ đồng") == 169_547_000_000
    assert numerals.money("296,3", "triệu đồng") == 296_300_000
    assert numerals.money("4,702.037", "triệu đồng", COMMA) == 4_702_037_000
    assert numerals.money("2", "nghìn tỷ đồng") == 2_000_000_000_000
    with pytest.raises(ValueError):
        numerals.money("5", "USD")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (
            "Một trăm sáu mươi sáu tỷ, không trăm chín mươi ba triệu, chín trăm lẻ bốn ngàn đồng",
            166_093_904_000,
        ),
        ("Một trăm sáu mươi chín tỷ, năm trăm bốn mươi bảy triệu đồng", 169_547_000_000),
        ("không", 0),
        ("mười", 10),
        ("mười lăm", 15),
        ("hai mươi mốt", 21),
        ("hai mươi tư", 24),
        ("chín trăm linh bốn", 904),
        ("một nghìn tỷ đồng chẵn", 10**12),
        ("hai triệu không trăm lẻ năm", 2_000_005),
    ],
)
def test_numbers_in_words_are_read(words, value):
    assert numerals.from_words(words) == value


@pytest.mark.parametrize(
    "words",
    [
        "",
        "đồng",
        "một trăm năm",
        "một triệu năm",
        "một nghìn hai triệu ba tỷ bốn tỷ",
        "tỷ",
        "trăm",
        "mươi hai ba",
    ],
)
def test_words_with_two_meanings_or_none_are_refused(words):
    with pytest.raises(ValueError):
        numerals.from_words(words)


def test_words_are_as_precise_as_the_last_magnitude_they_name():
    assert numerals.words_precision("năm trăm bốn mươi bảy triệu đồng") == 10**6
    assert numerals.words_precision("chín trăm lẻ bốn ngàn đồng") == 10**3
    assert numerals.words_precision("chín trăm lẻ bốn đồng") == 1


@given(st.integers(0, 10**18 - 1) | st.integers(0, 10**6))
def test_a_number_spelled_out_is_read_back(value):
    assert numerals.from_words(numerals.in_words(value)) == value


@given(st.integers(0, 10**14), st.integers(0, 4), st.sampled_from([DOT, COMMA]))
def test_a_number_printed_in_either_convention_is_read_back(value, places, thousands):
    exact = Decimal(value).scaleb(-places)
    printed = f"{exact:,.{places}f}"
    if thousands == DOT:
        printed = printed.translate(str.maketrans(",.", ".,"))
    assert numerals.number(printed, thousands) == exact
    assert numerals.decimals(numerals.number(printed, thousands)) == places


@given(st.text(alphabet="0123456789.,%<>≥- trêndướiđạt", max_size=12))
def test_no_text_makes_the_readers_fail_in_another_way(text):
    for read in (numerals.number, numerals.percent, numerals.from_words, numerals.factor):
        try:
            read(text)
        except ValueError:
            continue


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=20))
def test_numbers_with_two_grouping_marks_prove_their_convention(values):
    cells = [f"{value:,}" for value in values]
    if any(value >= 10**6 for value in values):
        assert numerals.convention(cells, f"{sum(values):,}") == COMMA


def test_a_total_that_adds_up_in_both_readings_decides_nothing():
    # 1,000 + 1,000 = 2,000 whether the comma stands between thousands or before decimals.
    assert numerals.convention(["1,000", "1,000"], "2,000") is None
