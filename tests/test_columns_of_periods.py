"""Months and parts side by side under a heading: that of the own period, and the total, is read."""

import pytest
from making import sheets

from ingest.errors import Refused
from ingest.sources import SOURCES

VNPT = "Doanh nghiệp: VNPT / "
PLACE = {"vneid": "Thành phố Pleiku", "telecom": "Thành phố Pleiku", "dvc_portal": "Sở Y tế"}
HEADING = {
    "vneid": "Tài khoản đã kích hoạt",
    "telecom": "Thuê bao di động",
    "dvc_portal": "Hồ sơ tiếp nhận",
}


def read(source: str, group: str, below: str, figures: str, period_id: str, format: str):
    """The values that land, and all that is named."""
    width = below.count(";")
    lines = [f"STT;Đơn vị;{group}{';' * width}", f";;{below}", f"1;{PLACE[source]};{figures}"]
    rows = [line.split(";") for line in ([VNPT.strip(" /")] if source == "telecom" else []) + lines]
    if format == "csv":
        body = sheets.as_csv(rows, delimiter=";")
    else:
        body = sheets.as_xlsx([[int(c) if c.isdigit() else c or None for c in row] for row in rows])
    try:
        found = SOURCES[source].parse(f"x.{format}", body, period_id)
    except Refused as refused:
        return [], f"{refused.code}: {refused}"
    return [int(value) for value in found.rows["value"]], f"{found.rejected.rows()} {found.unread.rows()}"


MONTHS, FIGURES = "Tháng 1;Tháng 2;Tháng 3", "1000;1200;1300"
QUARTERS = "Quý I;Quý II;Quý III;Quý IV"


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("source", "below", "figures", "period_id", "values"),
    [
        ("vneid", MONTHS, FIGURES, "2024-03", [1300]),
        ("vneid", MONTHS, FIGURES, "2024-Q1", [1300]),
        ("vneid", f"{MONTHS};Quý I", f"{FIGURES};1300", "2024-Q1", [1300]),
        ("vneid", f"{MONTHS};Lũy kế", f"{FIGURES};121000", "2024-03", [121_000]),
        ("vneid", QUARTERS, "10;12;13;14", "2024", [14]),
        ("vneid", f"{QUARTERS};Cả năm", "10;12;13;14;14", "2024", [14]),
        ("telecom", "T1;T2;T3", FIGURES, "2024-Q1", [1300]),
        ("telecom", "31/01/2024;29/02/2024;31/03/2024", FIGURES, "2024-03", [1300]),
        ("telecom", "31/01/2024;29/02/2024;31/03/2024", FIGURES, "2024-Q1", [1300]),
        ("telecom", "01/2024;02/2024;03/2024", FIGURES, "2024-Q1", [1300]),
        ("dvc_portal", MONTHS, FIGURES, "2024-03", [1300]),
        ("dvc_portal", f"{MONTHS};Tổng số", f"{FIGURES};3500", "2024-03", [1300]),
        ("dvc_portal", f"{MONTHS};Tổng cộng", f"{FIGURES};3500", "2024-Q1", [3500]),
        ("dvc_portal", f"{MONTHS};Quý I", f"{FIGURES};3500", "2024-Q1", [3500]),
        ("dvc_portal", f"{QUARTERS};Cả năm", "10;12;13;14;49", "2024", [49]),
        ("dvc_portal", "Kỳ trước;Trong kỳ;Tổng số", "20;300;320", "2024-03", [300, 20]),
    ],
)
def test_of_periods_side_by_side_the_own_one_is_read(source, below, figures, period_id, values, format):
    found, named = read(source, HEADING[source], below, figures, period_id, format)
    assert found == values, named


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("source", "below", "figures", "period_id", "code"),
    [
        # the sum of months is no count of what there is
        ("vneid", f"{MONTHS};Tổng số", f"{FIGURES};3500", "2024-03", "period_mismatch"),
        ("vneid", f"{MONTHS};Quý I", f"{FIGURES};3500", "2024-Q1", "period_mismatch"),
        ("vneid", f"{QUARTERS};Năm 2024", "10;12;13;14;49", "2024", "period_mismatch"),
        ("telecom", "Phát triển mới;Rời mạng;Tổng số", "110;20;90", "2024-03", "period_mismatch"),
        # a bare number may be a month
        ("telecom", "1;2;3", FIGURES, "2024-03", "column_unknown"),
        ("dvc_portal", MONTHS, FIGURES, "2024-Q1", "period_mismatch"),
        # two months are no quarter
        ("dvc_portal", "Tháng 1;Tháng 2;Tổng cộng", "1000;1200;2200", "2024-Q1", "column_unknown"),
    ],
)
def test_where_no_column_is_of_the_period_the_file_is_refused(
    source, below, figures, period_id, code, format
):
    found, named = read(source, HEADING[source], below, figures, period_id, format)
    assert not found
    assert named.startswith(code), named


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("source", "group", "below", "figures", "values"),
    [
        ("telecom", "Thuê bao FTTH", "Phát triển mới;Rời mạng;Tổng số", "110;20;4600", [4600]),
        ("telecom", "Thuê bao FTTH", "Tổng số;Phát triển mới;Rời mạng", "4600;110;20", [4600]),
        ("telecom", "I. Thuê bao di động", "Tổng số;Trong đó: trả trước", "9000;7000", [9000]),
        ("telecom", "Thuê bao hiện có", "Di động;FTTH", "9000;4600", [9000, 4600]),
        ("telecom", "FTTH", "Tổng số thuê bao;Hộ gia đình", "4600;4200", [4600]),
        ("vneid", "Tài khoản đã kích hoạt", "Nam;Nữ;Tổng cộng", "60;61;121", [121]),
        ("vneid", "Kích hoạt", "Kế hoạch;Thực hiện", "130;121", [121]),
        ("dvc_portal", "Tiếp nhận T3", "Tổng số;Trực tuyến", "320;300", [320, 300]),
        ("dvc_portal", "Hồ sơ tiếp nhận", "Tổng số;Trong đó: trực tuyến", "320;300", [320, 300]),
    ],
)
def test_of_a_group_the_total_is_read(source, group, below, figures, values, format):
    found, named = read(source, group, below, figures, "2024-03", format)
    assert found == values, named


@pytest.mark.parametrize("total", ["Cộng", "Tổng", "Tổng cộng", "Tổng số", "Quý I"])
@pytest.mark.parametrize(("sum_", "code"), [("900", None), ("901", "total_disagrees")])
def test_the_sum_beside_the_months_of_a_quarter_is_read_where_it_is_their_sum(total, sum_, code):
    body = f"Đơn vị;Hồ sơ tiếp nhận;;;\n;{MONTHS};{total}\nHuyện KBang;300;200;400;{sum_}\nSở Y tế;1;2;3;6\n"
    found = SOURCES["dvc_portal"].parse("bc.csv", body.encode(), "2024-Q1")
    assert [int(value) for value in found.rows["value"]] == ([6] if code else [900, 6])
    assert found.rejected["code"].to_list() == ([code] if code else [])


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("Từ ngày;Đến ngày", "01/01/2024;31/03/2024"),
        ("Từ ngày;Đến ngày", "21/02/2024;20/03/2024"),
        ("Từ ngày;Đến ngày", "01/03/2024;15/03/2024"),
        ("Từ;Đến", "01/02/2024;31/03/2024"),
        ("Ngày bắt đầu;Ngày kết thúc", "01/01/2024;31/03/2024"),
        ("Kỳ;Loại", "Lũy kế;"),
        ("Kỳ;Loại", "Từ đầu năm;"),
        ("Kỳ báo cáo;Loại", "Lũy kế 3 tháng;"),
        ("Kỳ báo cáo;Loại", "3 tháng đầu năm;"),
        ("Kỳ;Loại", "Đợt 1;"),
        ("Ngày;Loại", "15/3/2024;"),
        ("Ngày;Loại", "31/3/2023;"),
        ("Tuần;Loại", "Tuần 1;"),
        ("Tuần;Loại", "1;"),
        ("Thời gian;Loại", "Từ 01/03 đến 15/03/2024;"),
    ],
)
def test_a_row_whose_cells_give_other_days_than_the_period_is_set_aside(headings, cells):
    body = f"Đơn vị;{headings};Tiếp nhận\nHuyện KBang;{cells};900\nHuyện Ia Grai;;;600\n"
    if ";Loại" not in headings:
        body = body.replace("Grai;;;", "Grai;01/03/2024;31/03/2024;")
    else:
        own = "31/03/2024" if headings.startswith("Ngày") else "Tháng 3"
        body = body.replace("Grai;;;", f"Grai;{own};;")
    found = SOURCES["dvc_portal"].parse("bc.csv", body.encode(), "2024-03")
    landed = [int(value) for value in found.rows["value"]]
    assert 900 not in landed
    assert "period_mismatch" in found.rejected["code"].to_list()


@pytest.mark.parametrize(
    ("source", "heading", "cell"),
    [
        ("dvc_portal", "Kỳ", "Trong tháng"),
        ("dvc_portal", "Kỳ báo cáo", "Tháng"),
        ("dvc_portal", "Kỳ báo cáo", "Chính thức tháng 3/2024"),
        ("dvc_portal", "Thời gian", "01/03/2024 - 31/03/2024"),
        ("dvc_portal", "Tính đến ngày", "31/03/2024"),
        ("vneid", "Kỳ", "Lũy kế"),
        ("vneid", "Ngày", "29/03/2024"),
        ("vneid", "Thời điểm", "31/03/2024"),
    ],
)
def test_a_row_whose_cell_gives_its_own_period_is_read(source, heading, cell):
    body = f"Đơn vị;{heading};{HEADING[source]}\n{PLACE[source]};{cell};900\n"
    found = SOURCES[source].parse("bc.csv", body.encode(), "2024-03")
    assert [int(value) for value in found.rows["value"]] == [900]
