"""A line below a table that has no separators behind it is a note like any other."""

import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

TABLE = """Đơn vị;Dân số trưởng thành;Đã kích hoạt tài khoản
Huyện KBang;42.000;20.400
Huyện Chư Păh;52.000;20.800
"""


def parsed(below: str):
    return SOURCES["vneid"].parse("x.csv", (TABLE + below).encode(), "2024-03")


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("ends", ["", ";;", "\n"])
@pytest.mark.parametrize(
    "note",
    [
        "Số liệu trên là số tháng 2",
        "Số liệu tháng 02/2024",
        "Ghi chú: số liệu tháng 2",
    ],
)
def test_a_note_of_another_month_refuses_the_file(note, ends, blank):
    with pytest.raises(Refused) as refused:
        parsed(blank + note + ends)
    assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize("ends", ["", ";;"])
@pytest.mark.parametrize("note", ["(*) Số liệu ước tính", "Số liệu ước tính", "* Số liệu ước thực hiện"])
def test_a_note_that_figures_are_estimated_counts_for_all(note, ends):
    read = parsed(note + ends)
    assert read.rows.lazy().collect()["obs_status"].unique().to_list() == ["E"]
    assert read.rejected.is_empty()


def test_a_unit_whose_row_was_cut_short_is_still_set_aside():
    assert parsed("Huyện Đức Cơ").rejected["code"].to_list() == ["cells_missing"]
    assert parsed("Sở Y tế").rejected["code"].to_list() == ["cells_missing"]
