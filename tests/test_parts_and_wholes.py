"""What a number counts is told by all rows and columns beside it: fixed decimals, totals of what was carried
over, parts of a unit, rows of no unit. Each line of the tables is a way in which offices write it."""

import json

import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

HEAD = "TT;Đơn vị;Hồ sơ tiếp nhận;Hồ sơ đã giải quyết"
ROWS = "1;Sở Y tế;1.320;1.300 / 2;Sở Nội vụ;220;200"


def read(text: str, source: str = "dvc_portal", name: str = "x.csv", period_id: str = "2024-11"):
    """By unit and subject the values that land, and all that is named."""
    try:
        found = SOURCES[source].parse(name, text.replace(" / ", "\n").encode(), period_id)
    except Refused as refused:
        return {}, f"{refused.code}: {refused}"
    values = {}
    for row in found.rows.lazy().collect().iter_rows(named=True):
        values.setdefault(row["subject"], []).append(int(row["value"]))
    return values, f"{found.rejected.rows()} {found.unread.rows()}"


@pytest.mark.parametrize(
    ("source", "text", "values"),
    [
        ("dvc_portal", f"{HEAD} / 1;Sở Y tế;1320.000;1300.000 / 2;Sở Nội vụ;220.000;200.000", [1320, 220]),
        ("dvc_portal", f"{HEAD} / 1;Sở Y tế;1320,000;1300,000 / 2;Sở Nội vụ;220,000;200,000", [1320, 220]),
        ("dvc_portal", f"{HEAD} / 1;Sở Y tế;120.000;1300.000 / 2;Sở Nội vụ;220.000;200.000", [120, 220]),
        ("dvc_portal", f"{HEAD} / 1;Sở Y tế;120.000;0.000 / 2;Sở Nội vụ;5.000;0.000", [120, 5]),
        ("dvc_portal", f"{HEAD} / 1;Sở Y tế;120.000;100.000 / 2;Sở Nội vụ;5.000;4.000", [120_000, 5000]),
        ("dvc_portal", f"{HEAD} / 1;Sở Y tế;1.320;1.300 / 2;Sở Nội vụ;220;0", [1320, 220]),
        (
            "vneid",
            "TT;Đơn vị;Tài khoản đã cấp / 1;Thành phố Pleiku;81320.000 / 2;Huyện Chư Sê;920.000",
            [81_320, 920],
        ),
        (
            "telecom",
            "Doanh nghiệp: VNPT / TT;Đơn vị;Thuê bao di động / 1;Thành phố Pleiku;81320.000"
            " / 2;Huyện Chư Sê;920.000",
            [81_320, 920],
        ),
    ],
)
def test_one_number_with_fixed_decimals_proves_them_for_the_file(source, text, values):
    assert next(iter(read(text, source)[0].values())) == values


@pytest.mark.parametrize(
    "rows",
    [
        "1;Sở Y tế;1.320;1320.000 / 2;Sở Nội vụ;220;200",
        "1;Sở Y tế;1.320.000;0.000 / 2;Sở Nội vụ;220.000;200.000",
        "1;Sở Y tế;1,320;1300 / 2;Sở Nội vụ;1220,000;200",
    ],
)
def test_fixed_decimals_beside_thousands_with_the_same_mark_refuse_the_file(rows):
    values, named = read(f"{HEAD} / {rows}")
    assert not values
    assert named.startswith("number_undecidable")


TOTAL = "TT;Đơn vị;Tiếp nhận;;; / ;;Tổng số;Kỳ trước;Trực tuyến;Trực tiếp"
BALANCE = "TT;Đơn vị;Tiếp nhận;;Đã giải quyết;Đang giải quyết / ;;Tổng số;Kỳ trước;;"
RECEIVED, WITH_CARRIED = "Hồ sơ tiếp nhận", "Hồ sơ tiếp nhận, kể cả tồn kỳ trước"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"{TOTAL} / 1;Sở A;125;5;100;20 / 2;Sở B;24;3;10;11 / 3;Sở C;50;10;30;10", WITH_CARRIED),
        (f"{TOTAL} / 1;Sở A;120;5;100;20 / 2;Sở B;21;3;10;11", RECEIVED),
        (f"{TOTAL} / 1;Sở A;125;5;100;20 / 2;Sở B;24;3;10;11 / 3;Sở C;70;10;40;21", None),
        (f"{TOTAL} / 1;Sở A;120;5;100;20 / 2;Sở B;24;3;10;11", None),
        (f"{TOTAL} / 1;Sở A;105;5;100;- / 2;Sở B;14;3;11;", WITH_CARRIED),
        (f"{TOTAL} / 1;Sở A;105;5;100;- / 2;Sở B;24;3;10;-", None),
        (f"{BALANCE} / 1;Sở A;125;5;100;25", WITH_CARRIED),
        (f"{BALANCE} / 1;Sở A;125;5;100;30", RECEIVED),
        (f"{BALANCE} / 1;Sở A;125;5;100;25 / 2;Sở B;50;5;40;15", None),
        (f"{BALANCE} / 1;Sở A;125;5;100;10", None),
    ],
)
def test_what_a_total_includes_is_told_by_every_row_or_not_read(text, subject):
    values, named = read(text)
    assert {name for name in values if name in (RECEIVED, WITH_CARRIED)} == ({subject} if subject else set())
    assert subject or "Tiếp nhận Tổng số" in named


@pytest.mark.parametrize(
    ("rows", "is_read"),
    [
        ("1;Sở A;1.300;1.290;10 / 2;Sở B;50;40;10", True),
        ("1;Sở A;1.300;200;10 / 2;Sở B;50;40;10 / 3;Sở C;900;100;5", False),
        ("1;Sở A;1.300;1.290;- / 2;Sở B;50;40;10", False),
    ],
)
def test_settled_in_time_includes_what_was_early_only_where_every_row_adds_up(rows, is_read):
    values, named = read(f"TT;Đơn vị;Đã giải quyết;; / ;;Tổng số;Đúng hạn;Quá hạn / {rows}")
    assert ("Hồ sơ giải quyết đúng hạn, kể cả trước hạn" in values) == is_read
    assert is_read or "Đã giải quyết Đúng hạn" in named


@pytest.mark.parametrize(
    "below", ["Kỳ này;Kỳ trước;Tỷ lệ", "Tổng số;Kỳ trước;So sánh (%)", "Tổng số;Kỳ trước;Tăng, giảm"]
)
def test_the_period_before_in_a_comparison_is_nothing_carried_over(below):
    values, named = read(f"TT;Đơn vị;Tiếp nhận;;;Đã giải quyết / ;;{below}; / 1;Sở A;125;120;104;100")
    assert "Hồ sơ tồn kỳ trước" not in values
    assert "Tiếp nhận Kỳ trước" in named
    assert values["Hồ sơ đã giải quyết"] == [100]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Tên thủ tục", ("Khai sinh", "Kết hôn")),
        ("Lĩnh vực", ("Đất đai", "Đất đai")),
        ("Thủ tục", ("Khai sinh", "Kết hôn")),
        ("Dịch vụ", ("Cấp phép", "Đổi phép")),
        ("Loại hồ sơ", ("Mới", "Cũ")),
        ("Mức độ", ("Toàn trình", "Một phần")),
        ("Doanh nghiệp", ("VNPT", "Viettel")),
        ("Giới tính", ("Nam", "Nữ")),
        ("Độ tuổi", ("14-18", "Trên 18 tuổi")),
    ],
)
def test_rows_of_a_part_of_their_unit_never_land(heading, cells):
    head = f"TT;Đơn vị;{heading};Hồ sơ tiếp nhận;Hồ sơ đã giải quyết"
    values, named = read(f"{head} / 1;Sở A;{cells[0]};320;300 / 2;Sở B;{cells[1]};220;200 / 3;Sở C;;9;8")
    assert values.get(RECEIVED, [9]) in ([9], [320, 9])
    assert cells[1] in named
    values, _ = read(f"{head} / 1;Sở A;Tất cả;320;300 / 2;Sở B;Tất cả;220;200")
    assert values[RECEIVED] == [320, 220]


@pytest.mark.parametrize(
    "unit",
    [
        "Điểm tối đa",
        "Điểm chuẩn",
        "Trung bình",
        "Bình quân",
        "Bình quân toàn tỉnh",
        "Trong đó: trực tuyến",
        "Trực tuyến",
        "Qua bưu chính",
        "Quá hạn",
    ],
)
@pytest.mark.parametrize("number", ["", "-", "+", "3"])
def test_rows_of_no_unit_are_no_data(unit, number):
    values, named = read(f"{HEAD} / {ROWS} / {number};{unit};120;100")
    assert values == {RECEIVED: [1320, 220], "Hồ sơ đã giải quyết": [1300, 200]}
    assert unit in named


def test_records_of_no_unit_are_no_data():
    records = [{"TEN": "Sở A", "HS_TOTAL": "5"}, {"TEN": "Tổng cộng", "HS_TOTAL": "7"}]
    values, named = read(json.dumps(records), name="x.json")
    assert values == {"HS_TOTAL": [5]}
    assert "Tổng cộng" in named


def test_levels_that_make_the_dossiers_beside_them_are_dossiers():
    head = "TT;Đơn vị;Tổng số hồ sơ tiếp nhận;DVCTT toàn trình;DVCTT một phần"
    values, _ = read(f"{head} / 1;Sở A;1.320;1.000;320 / 2;Sở B;220;200;20")
    assert values["Hồ sơ tiếp nhận của dịch vụ công toàn trình"] == [1000, 200]
    values, _ = read(f"{head} / 1;Sở A;1.320;10;32 / 2;Sở B;220;20;2")
    assert values["Dịch vụ công trực tuyến toàn trình"] == [10, 20]


@pytest.mark.parametrize("heading", ["Hồ sơ quá hạn", "Quá hạn", "Trễ hạn"])
def test_late_beside_settled_and_pending_is_of_neither(heading):
    values, named = read(f"{HEAD};Hồ sơ đang giải quyết;{heading} / 1;Sở A;320;300;20;5")
    assert not [name for name in values if "quá hạn" in name]
    assert heading in named


def test_shares_of_1_are_no_points_and_no_percentages():
    head = "TT;Đơn vị;Công khai, minh bạch (18 điểm);Tiến độ giải quyết (20 điểm);Tổng điểm"
    values, named = read(f"{head} / 1;Sở A;15;18;90 / 2;Sở B;1;0,95;0,97")
    assert values == {"CKMB": [15], "TDGQ": [18], "TONG_SCORE": [90]}
    assert "shares" in named
    record = {"TEN": "Sở A", "HTDH_TOTAL": "955", "HTQH_TOTAL": "45", "TILE": "0.955"}
    assert "TILE" in read(json.dumps([record]), name="x.json")[1]
    assert read(json.dumps([record | {"TILE": "95.5"}]), name="x.json")[0]["TILE"] == [95]


@pytest.mark.parametrize(
    "heading", ["Số tiền (triệu đồng)", "Phí, lệ phí (nghìn đồng)", "Kinh phí (tỷ đồng)", "Doanh thu (nghìn)"]
)
def test_the_unit_of_a_column_that_nobody_reads_is_its_own(heading):
    values, named = read(f"{HEAD};{heading} / 1;Sở A;320;300;12")
    assert values == {RECEIVED: [320], "Hồ sơ đã giải quyết": [300]}
    assert heading in named
    assert not read(f"TT;Đơn vị;Hồ sơ tiếp nhận (nghìn);{heading} / 1;Sở A;320;12")[0]


@pytest.mark.parametrize("heading", ["Tồn đầu kỳ", "Hồ sơ tồn đầu kỳ", "Kỳ trước chuyển sang"])
def test_what_is_carried_over_has_a_column_of_its_own(heading):
    values, _ = read(f"TT;Đơn vị;{heading};Hồ sơ tiếp nhận;Hồ sơ đã giải quyết / 1;Sở A;5;320;300")
    assert values == {"Hồ sơ tồn kỳ trước": [5], RECEIVED: [320], "Hồ sơ đã giải quyết": [300]}


def test_a_share_between_the_parts_of_a_family_divides_it_not():
    head = "TT;Đơn vị;Đã giải quyết;Đúng hạn;Tỷ lệ đúng hạn;Trễ hạn"
    values, _ = read(f"{head} / 1;Sở A;1.300;1.290;99,2;10 / 2;Sở B;200;190;95;10")
    assert values["Hồ sơ giải quyết quá hạn"] == [10, 10]
    assert values["Hồ sơ giải quyết đúng hạn, kể cả trước hạn"] == [1290, 190]


DISTRICT, COMMUNES = "2;UBND huyện Chư Sê;613;435", "3;UBND xã Dun;300;250 / 4;UBND thị trấn Chư Sê;132;120"
SECTIONS = f"A;Cấp huyện;; / {DISTRICT} / B;Cấp xã;; / {COMMUNES}"


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        # By the province's rules a district holds its communes: below it they are parts of it.
        (f"{DISTRICT} / {COMMUNES}", [613, 300, 132]),
        (f"{DISTRICT} / {COMMUNES} / ;Tổng cộng;613;435", [613, 300, 132]),
        (f"{SECTIONS} / ;Tổng cộng;613;435", [613, 300, 132]),
        # What a total adds up, or nobody says, may be without them.
        (SECTIONS, [300, 132]),
        (f"{SECTIONS} / ;Tổng cộng;1045;805", [300, 132]),
        (f"A;Cấp tỉnh;; / 1;Sở Y tế;50;40 / {SECTIONS} / ;Tổng cộng;1095;845", [50, 300, 132]),
        (f"B;Cấp xã;; / {COMMUNES} / A;Cấp huyện;; / {DISTRICT} / ;Tổng cộng;1045;805", [300, 132]),
    ],
)
def test_a_district_beside_communes_is_read_where_it_holds_them(rows, values):
    landed, reported = read(f"{HEAD} / {rows}")
    assert landed["Hồ sơ tiếp nhận"] == values
    assert ("may be without its communes" in reported) is (613 not in values)


def test_a_total_that_adds_communes_to_their_district_says_so():
    landed, reported = read(f"{HEAD} / {DISTRICT} / {COMMUNES} / ;Tổng cộng;1045;805")
    assert not landed and "adds communes to their districts" in reported


def test_late_that_stands_twice_with_in_time_between_is_of_neither():
    head = f"{HEAD};Đúng hạn;Trễ hạn;Hồ sơ đang giải quyết;Đúng hạn;Trễ hạn"
    values, named = read(f"{head} / 1;Sở A;320;300;280;20;15;10;5")
    assert not [name for name in values if "quá hạn" in name]
    assert "Trễ hạn" in named


def test_dossiers_are_not_digitised_with_results_that_are_fewer():
    head = "TT;Đơn vị;Hồ sơ đã giải quyết;Số hồ sơ được số hóa;Kết quả được số hóa"
    values, named = read(f"{head} / 1;Sở A;2.100;1.800;1.700")
    assert "Hồ sơ số hóa" not in values and "Số hồ sơ được số hóa" in named
    values, _ = read(f"{head} / 1;Sở A;2.100;1.600;1.700")
    assert values["Hồ sơ số hóa"] == [1600]
