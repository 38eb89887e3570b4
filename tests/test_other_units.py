"""Figures in units of their own, rows that are not of a whole unit, and files that hold no table."""

import io
import json

import openpyxl
import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

FIGURES = "subject,org,org_code,unit,value,publisher,citation\n"


def figures(*rows: str, heads: str = FIGURES, period: str = "2024"):
    return SOURCES["published_figures"].parse("x.csv", (heads + "\n".join(rows)).encode(), period)


def test_published_figures_as_records_are_read_with_their_places():
    record = {"subject": "a_b", "org": "Tỉnh Gia Lai", "unit": "persons", "value": "14.579"}
    records = [record | {"publisher": "B", "citation": "x"}]
    read = SOURCES["published_figures"].parse("x.json", json.dumps(records).encode(), "2024")
    assert read.rows.select("place", "value").rows() == [("[0].value", 14579)]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("value", ["14.579", 14579, 0.5, None, True, "", "x"])
def test_records_of_any_source_are_read_or_refused(source, value):
    names = ("subject", "org", "unit", "value", "publisher", "citation", "Đơn vị", "TEN", "HS_TOTAL")
    records = [dict.fromkeys(names, "x") | {"value": value, "HS_TOTAL": value}]
    for body in (records, records[0], {"data": records}):
        try:
            assert SOURCES[source].parse("x.json", json.dumps(body).encode(), "2024").tally.read == 1
        except Refused as refused:
            assert str(refused).startswith("x.json: ")


@pytest.mark.parametrize("unit", ["%", "Percent", "PERCENT", "phần trăm", "Phần trăm", "per cent", "Tỷ lệ %"])
def test_a_percentage_is_one_however_its_unit_is_spelled(unit):
    read = figures(f"a_b,Tỉnh Gia Lai,64,{unit},53,Báo,x", f'a_c,Tỉnh Gia Lai,64,{unit},"52,89",Báo,x')
    assert set(read.rows.select("kind", "unit").rows()) == {("ratio", "percent")}


@pytest.mark.parametrize("unit", ["‰", "% persons", "phần nghìn", "điểm phần trăm", "ratio", "tỷ lệ", "share"])
def test_a_relative_unit_that_is_no_percentage_counts_nothing(unit):
    with pytest.raises(Refused, match="write percent for percentages"):
        figures(f"a_b,Tỉnh Gia Lai,64,{unit},53,Báo,x")


@pytest.mark.parametrize(
    ("values", "landed"),
    [
        (("0,5289", "52,89"), ["52,89"]),
        (("0,5289", "1,2456", "52,89"), ["52,89"]),
        (("0,5289%", "1,2456"), ["0,5289%", "1,2456"]),
        (("1", "52,89"), ["52,89"]),
        (("0", "3,2"), ["0", "3,2"]),
        (("3,2", "52,89"), ["3,2", "52,89"]),
    ],
)
def test_a_percentage_that_may_be_a_share_of_1_is_set_aside_with_the_small_ones_beside_it(values, landed):
    read = figures(*(f'a_{n},Gia Lai,64,percent,"{value}",Báo,x' for n, value in enumerate(values)))
    assert read.rows["raw_text"].to_list() == landed
    assert set(read.rejected["code"]) <= {"number_undecidable"}
    assert read.rejected.height == len(values) - len(landed)


def test_a_share_above_1_in_a_workbook_is_set_aside_beside_one_below():
    sheet = (book := openpyxl.Workbook()).active
    sheet.append(FIGURES.strip().split(","))
    for n, value in enumerate((1.2456, 0.5289, 52.89)):
        sheet.append([f"a_{n}", "Tỉnh Gia Lai", "64", "percent", value, "Báo", "x"])
    book.save(body := io.BytesIO())
    read = SOURCES["published_figures"].parse("x.xlsx", body.getvalue(), "2024")
    assert read.rows["subject"].to_list() == ["a_2"]
    assert read.rejected["code"].to_list() == ["number_undecidable"] * 2


def test_a_figure_that_ends_before_the_period_is_of_another_one_and_not_backwards():
    heads = FIGURES.strip() + ",period_end\n"
    with pytest.raises(Refused, match="03/02/2025 is not in the period that the file was sent for"):
        figures("a_b,Tỉnh Gia Lai,64,persons,52,Báo,x,03/02/2025", heads=heads, period="2025-03")
