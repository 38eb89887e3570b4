"""What the note of a row says of its figures, and what stands around published figures."""

import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

DOSSIERS = (
    "TT;Đơn vị;Hồ sơ tiếp nhận;Hồ sơ đã giải quyết;Ghi chú\n"
    "1;Sở Y tế;1.320;1.300;\n2;Sở Nội vụ;220;200;{}\n3;Sở Tư pháp;22;20;\n"
)
ACCOUNTS = (
    "TT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt;Ghi chú\n"
    "1;Huyện Chư Păh;52.000;20.800;{}\n2;Huyện Đăk Đoa;62.000;30.800;\n"
)
FORM = (
    "Đơn vị báo cáo;Sở Y tế\nKỳ báo cáo;Quý II/2024\nPhạm vi số liệu;Số liệu của đơn vị\n"
    "Mã số liệu;Số liệu;Đơn vị tính;Giá trị;Tình trạng số liệu;Ghi chú\n"
    "documents;;văn bản;1.200;;{}\nstaff;;người;300;;\n"
)
SENT = {
    "dvc_portal": (DOSSIERS, "2024-11", [1320, 1300, 22, 20], [1320, 1300, 220, 200, 22, 20]),
    "vneid": (ACCOUNTS, "2024-11", [30800, 62000], [20800, 52000, 30800, 62000]),
    "unit_reports": (FORM, "2024-Q2", [300], [1200, 300]),
}


def read(source: str, note: str):
    table, period, *_ = SENT[source]
    return SOURCES[source].parse("x.csv", table.format(note).encode(), period)


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("dvc_portal", "Số liệu tháng 10"),
        ("dvc_portal", "số liệu T10/2024"),
        ("dvc_portal", "Lũy kế từ đầu năm"),
        ("dvc_portal", "Số liệu 10 tháng năm 2024"),
        ("dvc_portal", "11 tháng đầu năm 2024"),
        ("dvc_portal", "Số liệu cùng kỳ năm 2023"),
        ("dvc_portal", "Số liệu tháng trước"),
        ("dvc_portal", "Kế hoạch"),
        ("vneid", "Số liệu tháng 10"),
        ("vneid", "Số liệu đến 31/10/2024"),
        ("vneid", "Cùng kỳ năm 2023"),
        ("unit_reports", "Lũy kế 6 tháng"),
        ("unit_reports", "6 tháng đầu năm 2024"),
        ("unit_reports", "Số liệu quý I"),
        ("unit_reports", "Lũy kế từ đầu năm"),
    ],
)
def test_a_row_whose_note_names_another_period_is_set_aside_alone(source, note):
    found = read(source, note)
    assert [int(value) for value in found.rows["value"]] == SENT[source][2]
    assert found.rejected["code"].to_list() == ["period_mismatch"]
    assert note in found.rejected["message"][0]


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("dvc_portal", "Tăng so với tháng trước"),
        ("dvc_portal", "Số liệu tháng 11"),
        ("dvc_portal", "nộp muộn"),
        ("dvc_portal", "Báo cáo tháng 10 gửi muộn"),
        ("vneid", "Lũy kế từ đầu năm"),
        ("unit_reports", "Số liệu quý II"),
    ],
)
def test_a_note_that_leaves_the_figures_what_they_are_sets_nothing_aside(source, note):
    found = read(source, note)
    assert [int(value) for value in found.rows["value"]] == SENT[source][3]
    assert set(found.rows["obs_status"]) == {"A"}


@pytest.mark.parametrize("source", SENT)
@pytest.mark.parametrize(
    ("note", "status"), [("ước thực hiện", "E"), ("Số liệu ước tính", "E"), ("tạm tính", "P")]
)
def test_a_note_gives_its_row_the_status(source, note, status):
    assert set(read(source, note).rows["obs_status"]) == {status, "A"}


@pytest.mark.parametrize("source", SENT)
@pytest.mark.parametrize("note", ["đơn vị tính: nghìn văn bản", "ĐVT: %", "ĐVT: triệu"])
def test_a_note_with_a_unit_of_its_own_refuses_the_file(source, note):
    with pytest.raises(Refused) as refused:
        read(source, note)
    assert refused.value.code == "unit_unknown"


HEADINGS = "subject,org,org_code,unit,value,publisher,citation,note"


def published(period: str, above: str = "", note: str = "", name: str = "x.csv"):
    figure = f"a_b,Tỉnh Gia Lai,64,persons,5.300,Báo,x,{note}"
    lines = [*([f"{above},,,,,,,"] if above else []), HEADINGS, figure, figure.replace("a_b,", "a_c,")]
    return SOURCES["published_figures"].parse(name, "\n".join(lines).encode(), period)


@pytest.mark.parametrize(
    ("period", "above"),
    [
        ("2024", "Số liệu năm 2023"),
        ("2025-01", "Số liệu tháng 2/2025"),
        ("2024-Q1", "KẾT QUẢ QUÝ IV NĂM 2023"),
        ("2025-01", "Khu vực: thành thị"),
    ],
)
def test_published_figures_under_the_title_of_another_period_or_part_are_refused(period, above):
    with pytest.raises(Refused):
        published(period, above)


def test_published_figures_whose_note_names_another_period_are_set_aside():
    with pytest.raises(Refused) as refused:
        published("2025-01", note="Số liệu tháng 2/2025")
    assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize("said", ["above", "note"])
def test_published_figures_are_estimates_where_a_title_or_note_says_so(said):
    assert set(published("2025-01", **{said: "Số liệu ước tính"}).rows["obs_status"]) == {"E"}


@pytest.mark.parametrize("above", ["", "Số liệu năm 2024", "Nguồn: Niên giám thống kê"])
def test_published_figures_of_the_period_are_read(above):
    found = published("2024", above)
    assert found.rows["value"].to_list() == [5300, 5300]
    assert set(found.rows["obs_status"]) == {"A"}


@pytest.mark.parametrize(
    "note",
    [
        "chưa gồm xã Ia Khươl",
        "chưa có số liệu xã Ia Khươl",
        "không tính thị trấn",
        "thiếu 2 xã",
        "mới có 10/14 xã báo cáo",
        "số liệu chưa đầy đủ",
    ],
)
def test_a_row_whose_note_says_that_something_is_not_counted_is_set_aside(note):
    found = read("vneid", note)
    assert sorted(int(value) for value in found.rows["value"]) == [30800, 62000]
    assert found.rejected["code"].to_list() == ["value_unknown"] and note in found.rejected["message"][0]


@pytest.mark.parametrize("note", ["đã gồm cả xã Ia Khươl", "số liệu 14/14 xã", "không gồm hồ sơ mật"])
def test_a_row_whose_note_says_that_it_is_whole_is_read(note):
    assert read("vneid", note).rejected.is_empty()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("staff;;tài khoản;300;;", "unit_unknown"),
        ("staff;;người;;Ước tính;", "value_missing"),
        ("staff;;người;;;chưa tổng hợp được", None),
    ],
)
def test_a_row_of_the_form_in_another_unit_or_without_a_figure_is_named(row, code):
    text = FORM.replace("staff;;người;300;;", row).format("")
    found = SOURCES["unit_reports"].parse("x.csv", text.encode(), "2024-Q2")
    assert found.rows["subject"].to_list() == ["documents"]
    assert found.rejected["code"].to_list() == ([code] if code else [])
    assert [part for part in found.unread["text"]] == ([] if code else ["chưa tổng hợp được"])


def test_a_hint_beside_a_label_of_the_form_is_no_answer():
    text = FORM.replace("Đơn vị báo cáo;Sở Y tế", "Đơn vị báo cáo;(ghi rõ tên);Sở Y tế").format("")
    found = SOURCES["unit_reports"].parse("x.csv", text.encode(), "2024-Q2")
    assert set(found.rows["org_text"]) == {"Sở Y tế"}


@pytest.mark.parametrize(
    "table",
    [
        "Đơn vị;Số hóa hồ sơ;Thanh toán trực tuyến;Tổng điểm\nSở Nội vụ;20;8;92",
        "Đơn vị;Số hóa hồ sơ;Thanh toán trực tuyến\nSở Nội vụ;20;8",
    ],
)
def test_headings_that_count_dossiers_or_give_points_refuse_the_table(table):
    with pytest.raises(Refused, match="may count dossiers or give points"):
        SOURCES["dvc_portal"].parse("x.csv", table.encode(), "2024-03")
    counted = table.replace("Đơn vị;", "Đơn vị;Hồ sơ tiếp nhận;").replace("vụ;", "vụ;30;")
    assert 30 in SOURCES["dvc_portal"].parse("x.csv", counted.encode(), "2024-03").rows["value"].to_list()
