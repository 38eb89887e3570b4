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
@pytest.mark.parametrize("note", ["Số cũ", "Gồm cả huyện Ia Grai", "Sai, đề nghị bỏ", "nhập nhầm"])
def test_a_note_that_takes_the_number_back_or_adds_another_unit_sets_its_row_aside(source, note):
    found = read(source, note)
    assert [int(value) for value in found.rows["value"]] == SENT[source][2]
    assert found.rejected["code"].to_list() == ["value_unknown"]


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


@pytest.mark.parametrize(
    "note",
    [
        *("6 tháng", "Số 6 tháng", "quý I và quý II", "gồm cả quý I", "cả năm", "chỉ cấp huyện"),
        *("chưa bao gồm giáo viên", "chưa có số liệu cấp xã", "của toàn tỉnh", "như quý trước"),
        *("cộng dồn", "chỉ tính văn bản đi", "một phần", "riêng khối huyện", "tính từ đầu năm"),
        *("mới tổng hợp 10 xã", "lũy kế đến quý II", "theo tháng 6", "trừ cấp xã"),
        *("Lũy kế 6 tháng, tăng 12%", "Lũy kế 6 tháng gửi muộn", "đã gồm cả quý I"),
        *("cập nhật lại số liệu tháng 2", "nguồn: báo cáo quý I", "không gồm các xã, đã gồm tồn kỳ trước"),
    ],
)
def test_a_note_of_the_form_that_may_make_another_figure_of_it_sets_its_row_aside(note):
    found = read("unit_reports", note)
    assert [int(value) for value in found.rows["value"]] == [300]
    assert note in found.rejected["message"][0]


@pytest.mark.parametrize(
    "note",
    [
        *("nộp muộn", "trừ hồ sơ mật", "theo Công văn số 12/STTTT", "Tăng 12% so với quý I", "đã đối chiếu"),
        *("Chi nhánh Pleiku gửi", "trong quý", "kỳ này", "báo cáo quý I gửi muộn", "gồm cả 14 xã"),
        *(
            "đã bao gồm cấp xã",
            "Nguồn: Chi cục Thống kê",
            "cập nhật ngày 05/7/2024",
            "từ 01/4/2024 đến 30/6/2024",
        ),
    ],
)
def test_a_note_of_the_form_that_is_understood_leaves_its_figure(note):
    assert [int(value) for value in read("unit_reports", note).rows["value"]] == [1200, 300]


def noted(note: str) -> dict[tuple[str, int], str]:
    """By unit and figure its status, of a table with a note below it."""
    table = "Đơn vị;Tiếp nhận;Đã giải quyết\nHuyện Ia Grai;600;500\nHuyện KBang;300;290\n"
    rows = SOURCES["dvc_portal"].parse("bc.csv", f"{table}{note}".encode(), "2024-03").rows
    return {
        (unit, int(value)): status
        for unit, value, status in rows.select("org_text", "value", "obs_status").rows()
    }


IA_GRAI, KBANG = (
    {("Huyện Ia Grai", n): "A" for n in (600, 500)},
    {("Huyện KBang", n): "A" for n in (300, 290)},
)
FIGURES = IA_GRAI | KBANG


@pytest.mark.parametrize(
    ("note", "landed"),
    [
        ("Số liệu huyện KBang là của tháng 02/2024;;", IA_GRAI),
        ("Huyện KBang: số liệu tháng 02/2024", IA_GRAI),
        ("KBang: số liệu tháng 02/2024", IA_GRAI),
        ("Ghi chú: H. KBang mới có 10/14 xã báo cáo", IA_GRAI),
        ("Huyện KBang chưa có số liệu tháng 3, lấy số tháng 2;;", IA_GRAI),
        ("Ghi chú: Huyện KBang chỉ tính cấp huyện;;", IA_GRAI),
        ("Ghi chú: Huyện KBang lũy kế từ đầu năm. Huyện Ia Grai nộp muộn;;", IA_GRAI),
        ("Huyện Ia Grai: số liệu ước tính", dict.fromkeys(IA_GRAI, "E") | KBANG),
        ("Ghi chú: Huyện Ia Grai ước tính;;", dict.fromkeys(IA_GRAI, "E") | KBANG),
        (
            "Ghi chú: số tiếp nhận gồm cả tồn kỳ trước;;",
            {k: v for k, v in FIGURES.items() if k[1] in (500, 290)},
        ),
        ("Ghi chú: Tiếp nhận là lũy kế", {k: v for k, v in FIGURES.items() if k[1] in (500, 290)}),
        ("(*) Tiếp nhận: chỉ hồ sơ trực tuyến", {k: v for k, v in FIGURES.items() if k[1] in (500, 290)}),
        (
            "Ghi chú: cột Đã giải quyết tính lũy kế từ đầu năm",
            {k: v for k, v in FIGURES.items() if k[1] in (600, 300)},
        ),
        (
            "Ghi chú: Đã giải quyết là số ước tính",
            {k: "E" if k[1] in (500, 290) else v for k, v in FIGURES.items()},
        ),
        ("Ghi chú: số liệu là hồ sơ trực tuyến", None),
        ("Ghi chú: gồm cả tồn kỳ trước", None),
        ("Ghi chú: chỉ hồ sơ trực tuyến", None),
        ("Lưu ý: chưa có cấp xã", None),
        ("Ghi chú: Tiếp nhận = trực tuyến + trực tiếp", FIGURES),
        ("Ghi chú: Tiếp nhận gồm trực tuyến, trực tiếp và bưu chính", FIGURES),
        ("Ghi chú: không có hồ sơ liên thông", FIGURES),
        ("Ghi chú: Số liệu huyện bao gồm các xã, thị trấn trực thuộc", FIGURES),
        ("Nguồn: Hệ thống một cửa điện tử tỉnh", FIGURES),
        ("Ghi chú: Huyện KBang nộp muộn", FIGURES),
        ("Huyện KBang, ngày 05 tháng 4 năm 2024", FIGURES),
        (";Huyện KBang, ngày     tháng 4 năm 2024;", FIGURES),
        ("Nơi nhận: UBND huyện KBang;;", FIGURES),
        ("Ghi chú: Huyện KBang tăng 12% so với tháng 02/2024", FIGURES),
        ("Ghi chú: Huyện Chư Prông chưa có số liệu tháng 3", FIGURES),
        ("Ghi chú: tỷ lệ chỉ tính hồ sơ đã giải quyết", FIGURES),
        ("Ghi chú: Tiếp nhận tăng so với tháng 02/2024", FIGURES),
    ],
)
def test_a_note_below_the_table_binds_to_the_unit_or_column_that_it_names(note, landed):
    if landed is None:
        with pytest.raises(Refused, match="row 4"):
            noted(note)
    else:
        assert noted(note) == landed


def test_a_row_of_the_form_that_names_no_commune_beside_those_that_do_is_set_aside():
    text = (
        "Đơn vị báo cáo;Huyện Chư Păh\nKỳ báo cáo;Quý II/2024\nPhạm vi số liệu;Số liệu của đơn vị\n"
        "Mã số liệu;Của đơn vị;Đơn vị tính;Giá trị\ndocuments;Thị trấn Phú Hòa;văn bản;12\nstaff;;người;5\n"
    )
    found = SOURCES["unit_reports"].parse("x.csv", text.encode(), "2024-Q2")
    assert found.rows.select("org_text", "value").rows() == [("Thị trấn Phú Hòa, Huyện Chư Păh", 12)]
    assert found.rejected["code"].to_list() == ["value_missing"]


@pytest.mark.parametrize(
    "note", ["Ghi chú: chỉ cấp huyện", "Lưu ý: gồm cả quý I", "Ghi chú: chưa có số liệu cấp xã"]
)
def test_a_note_below_the_form_that_may_narrow_its_figures_refuses_it(note):
    with pytest.raises(Refused, match="row 7"):
        SOURCES["unit_reports"].parse("x.csv", (FORM.format("") + note).encode(), "2024-Q2")


def test_a_title_that_keeps_to_some_levels_refuses_the_form():
    with pytest.raises(Refused, match="row 1: 'Chỉ số liệu cấp huyện'"):
        SOURCES["unit_reports"].parse(
            "x.csv", f"Chỉ số liệu cấp huyện\n{FORM.format('')}".encode(), "2024-Q2"
        )
