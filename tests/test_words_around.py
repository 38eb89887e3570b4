"""What the name of a file, the head of a report and the notes around a table say: what is of another period
or of a part is refused by name, and what only seems so is read."""

import pytest
from making.sheets import as_xlsx

from ingest.errors import Refused
from ingest.sources import SOURCES

TABLES = {
    "vneid": "STT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt\n1;Huyện KBang;42.000;20.400\n",
    "telecom": "STT;Đơn vị;Thuê bao di động;Thuê bao FTTH\n1;Huyện KBang;42.000;4.400\n",
    "dvc_portal": "STT;Đơn vị;Hồ sơ tiếp nhận;Hồ sơ đã giải quyết\n1;Sở Y tế;1.320;1.300\n",
}
WHOLE = {"vneid": [20400, 42000], "telecom": [4400, 42000], "dvc_portal": [1300, 1320]}


def read(source: str, above: str = "", below: str = "", name: str = "x.csv") -> list[int]:
    operator = "Doanh nghiệp: VNPT\n" if source == "telecom" else ""
    text = operator + (f"{above}\n" if above else "") + TABLES[source] + (f"{below}\n" if below else "")
    rows = [line.split(";") for line in text.splitlines()]
    body = as_xlsx(rows) if name.endswith("xlsx") else text.encode()
    found = SOURCES[source].parse(name, body, "2024-03")
    assert found.rejected.is_empty()
    return sorted(int(value) for value in found.rows["value"])


def refusal(*args, **kwargs) -> Refused:
    with pytest.raises(Refused) as refused:
        read(*args, **kwargs)
    return refused.value


# Names of files


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "name",
    [
        "vneid_20240229.csv",
        "vneid 29-02-2024.xlsx",
        "DVC_2024-02-29.csv",
        "vneid_29022024.csv",
        "x 29.02.2024.csv",
        "x 29_2_2024.csv",
        "x-20240229-1530.csv",
        "x_20240229T101500.csv",
        "x_20240229101500.csv",
        "x_20230331.csv",
    ],
)
def test_a_file_named_after_a_day_before_the_period_is_refused(source, name):
    refused = refusal(source, name=name)
    assert refused.code == "period_mismatch"
    assert name in str(refused)


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "name",
    [
        "x_20240402.csv",
        "x_20240331.csv",
        "x 15-04-2024.csv",
        "x_20240315.csv",
        "x_20240301_20240331.csv",
        "x_20240402083015.csv",
        "BC so 20240299.csv",
    ],
)
def test_a_file_named_after_the_day_on_which_it_was_made_is_read(source, name):
    assert read(source, name=name) == WHOLE[source]


def test_what_is_there_on_a_day_weeks_after_the_period_is_of_it_only_where_the_file_says_so():
    assert refusal("vneid", name="x_20240430.csv").code == "period_mismatch"
    assert read("vneid", "Số liệu tháng 3/2024", name="x_20240430.csv") == WHOLE["vneid"]
    for name, period in (("x_20240229.csv", "2024-Q1"), ("x_20240630.csv", "2024")):
        with pytest.raises(Refused):
            SOURCES["vneid"].parse(name, TABLES["vneid"].encode(), period)
        assert SOURCES["dvc_portal"].parse(name, TABLES["dvc_portal"].encode(), period).rows.height == 2
    assert read("dvc_portal", name="x_20240430.csv") == WHOLE["dvc_portal"]


# Titles


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
@pytest.mark.parametrize(
    "title", ["Tháng 3/2024", "Tháng 3 năm 2024", "Kỳ báo cáo: Tháng 3/2024", "Đến 31/3/2024", "31/03/2024"]
)
@pytest.mark.parametrize("left", [";", ";;", ";;;"])
def test_a_title_to_the_right_is_no_heading_of_a_column(source, name, title, left):
    assert read(source, left + title, name=name) == WHOLE[source]


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize("title", ["Tháng 2/2024", "Kỳ báo cáo: Tháng 2/2024", "Đến 29/2/2024", "29/02/2024"])
@pytest.mark.parametrize("left", ["", ";;", ";;;"])
def test_a_title_of_another_period_refuses_wherever_it_stands(source, title, left):
    refused = refusal(source, left + title)
    assert refused.code == "period_mismatch"
    assert title in str(refused)


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "title",
    [
        "Số liệu giai đoạn 2021-2024",
        "KẾT QUẢ THỰC HIỆN GIAI ĐOẠN 2021 - 2024",
        "Kết quả tháng 2 và tháng 3",
        "Kết quả tháng 2, tháng 3 năm 2024",
        "Số liệu các năm 2023, 2024",
    ],
)
def test_a_title_of_several_periods_refuses(source, title):
    assert refusal(source, title).code == "period_mismatch"


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "note",
    [
        "So với tháng 2/2024 tăng 1.200 tài khoản",
        "So sánh với tháng 2/2024: tăng 3%",
        "Tăng 1.200 so với tháng 2/2024",
        "Ghi chú: so với tháng 02/2024 tăng 2,3%",
        "Số liệu tháng 3 tăng 1.200 so với tháng 2",
        "Kỳ báo cáo trước: tháng 2/2024",
        "Kỳ trước: Tháng 02/2024",
        "Tháng trước: 19.200",
        "Kỳ so sánh: tháng 2/2024",
        "Kỳ báo cáo: Tháng 3/2024, Kỳ trước: Tháng 2/2024",
        "Số liệu trích xuất ngày 02/4/2024",
        "Thực hiện Đề án 06 giai đoạn 2022-2025",
    ],
)
def test_a_comparison_with_another_period_costs_nothing(source, note):
    assert read(source, note) == WHOLE[source]
    assert read(source, below=note) == WHOLE[source]


def test_dossiers_of_one_day_are_not_those_of_its_month():
    assert refusal("dvc_portal", "Số liệu ngày 15/3/2024").code == "period_mismatch"
    assert read("dvc_portal", "Số liệu ngày 31/3/2024") == WHOLE["dvc_portal"]
    assert read("vneid", "Số liệu ngày 15/3/2024") == WHOLE["vneid"]


# The head of a report, and notes that leave something out


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "line",
    [
        "Tài khoản: admin",
        "Tài khoản đăng nhập: vp.ubnd",
        "User: admin",
        "Người dùng: admin",
        "Vai trò: Quản trị",
        "Cấp thực hiện: Tỉnh",
        "Trạng thái: Đã khóa sổ",
        "Trạng thái: Đã chốt",
        "Trạng thái phê duyệt: Đã phê duyệt",
        "Loại: Định kỳ",
        "Loại báo cáo: Tháng",
        "Ngày xuất: 02/04/2024",
        "Người xuất: quản trị",
        "Thời gian xuất: 02/04/2024 10:15",
        "Kính gửi: Sở Thông tin và Truyền thông",
        "Nơi nhận: Như trên",
        "Số: 12/BC",
    ],
)
def test_a_label_that_narrows_nothing_costs_nothing(source, line):
    assert read(source, line) == WHOLE[source]


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize("line", ["Tài khoản: Mức 2", "Trạng thái: Quá hạn", "Trạng thái: Đang xử lý"])
def test_a_label_that_narrows_refuses(source, line):
    assert refusal(source, line).code == "value_unknown"


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: chỉ tính hồ sơ trực tuyến",
        "Ghi chú: không tính hồ sơ trực tuyến",
        "Ghi chú: Số liệu chỉ gồm hồ sơ trực tuyến",
        "(*) chỉ tính hồ sơ toàn trình",
        "Số liệu chưa bao gồm cấp xã",
        "Ghi chú: Số liệu chưa bao gồm 02 xã mới thành lập",
        "Ghi chú: chỉ tính nữ",
        "Ghi chú: chỉ thống kê tài khoản mức 2",
        "Lưu ý: chưa gồm thuê bao trả trước",
        "Không bao gồm hồ sơ liên thông",
        "Lĩnh vực: Đất đai",
        "Hình thức nộp: Trực tuyến",
    ],
)
def test_a_note_that_leaves_something_out_refuses_above_and_below(source, note):
    for where in ("above", "below"):
        refused = refusal(source, **{where: note})
        assert refused.code == "value_unknown"
        assert note.removeprefix("(*) ") in str(refused)


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: Hồ sơ trực tuyến là hồ sơ nộp qua mạng",
        "Ghi chú: số liệu do Văn phòng UBND cung cấp",
        "Ghi chú: không tính hồ sơ trùng",
        "Ghi chú: không bao gồm hồ sơ đã hủy",
        "Ghi chú: tỷ lệ chỉ tính hồ sơ đã giải quyết",
        "Nơi nhận: UBND tỉnh",
        "Lĩnh vực: Tất cả",
        "Đối tượng: công dân từ đủ 14 tuổi trở lên",
        "Ghi chú: chỉ tính người đủ 14 tuổi trở lên",
        "Người lập: Văn thư",
    ],
)
def test_a_note_that_leaves_nothing_out_costs_nothing(source, note):
    assert read(source, below=note) == WHOLE[source]


@pytest.mark.parametrize("source", TABLES)
@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: Số liệu do các đơn vị gửi",
        "Lưu ý: số liệu đã đối chiếu",
        "(*) Nguồn: Cục C06",
        "So với tháng 2/2024 tăng 1.200 tài khoản",
        "Toàn tỉnh đạt 41.200 tài khoản, tăng 3%",
    ],
)
def test_a_note_above_the_table_is_listed(source, note):
    operator = "Doanh nghiệp: VNPT\n" if source == "telecom" else ""
    found = SOURCES[source].parse("x.csv", f"{note}\n{operator}{TABLES[source]}".encode(), "2024-03")
    assert found.unread.select("part", "text").rows() == [("note", note)]
