"""Filters and titles over a table that make of its figures those of a part."""

import pytest
from making.sheets import as_csv, as_html, as_xlsx

from ingest.errors import Refused
from ingest.sources import SOURCES

TABLE = [
    ["TT", "Đơn vị", "Hồ sơ tiếp nhận", "Hồ sơ đã giải quyết"],
    ["1", "Sở Y tế", "1.320", "1.300"],
    ["2", "Sở Nội vụ", "220", "200"],
]
WHOLE = [1320, 1300, 220, 200]
PARTS = [
    "Lĩnh vực: Đất đai",
    "Lĩnh vực: Đất đai Mức độ: Tất cả",
    "LĨNH VỰC: ĐẤT ĐAI",
    "Đơn vị: Tất cả Lĩnh vực: Đất đai",
    "Kỳ: tháng 11/2024 Lĩnh vực: Đất đai",
    "Hình thức nộp: Trực tuyến",
    "Mức độ: Toàn trình",
    "Thủ tục: Đăng ký khai sinh",
    "Đối tượng: Doanh nghiệp",
    "Loại hồ sơ: Trực tuyến",
    "Kênh tiếp nhận: Bưu chính",
    "Trạng thái: Quá hạn",
    "Giới tính: Nữ",
    "Khu vực: thành thị",
    "Nhóm: Hộ tịch",
    "THỐNG KÊ HỒ SƠ TRỰC TUYẾN THÁNG 11/2024",
    "THỐNG KÊ HỒ SƠ LĨNH VỰC ĐẤT ĐAI THÁNG 11/2024",
    "Báo cáo hồ sơ DVCTT toàn trình tháng 11/2024",
    "Tình hình giải quyết hồ sơ dịch vụ công trực tuyến",
    "Danh sách hồ sơ quá hạn tháng 11/2024",
    "Số liệu khu vực nông thôn",
]
WHOLES = [
    "Lĩnh vực: Tất cả",
    "Lĩnh vực: -- Tất cả -- Mức độ: Tất cả",
    "Khu vực: Toàn tỉnh",
    "Lĩnh vực:",
    "Đơn vị: Sở Y tế",
    "Kỳ báo cáo: Tháng 11/2024",
    "Tỉnh: Gia Lai",
    "Số: 12/BC-UBND",
    "Ngày xuất: 02/12/2024",
    "Từ ngày: 01/11/2024 Đến ngày: 30/11/2024",
    "Sở Nông nghiệp và Phát triển nông thôn",
    "KẾT QUẢ CUNG CẤP DỊCH VỤ CÔNG TRỰC TUYẾN THÁNG 11/2024",
    "KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH THEO LĨNH VỰC THÁNG 11/2024",
    "HỒ SƠ TRỰC TUYẾN, TRỰC TIẾP THÁNG 11/2024",
]


def over_html(text: str) -> bytes:
    return as_html(TABLE).replace(b"<table", f"<p>{text}</p><table".encode(), 1)


FORMATS = {
    "x.csv": lambda text: as_csv([[text], *TABLE], delimiter=";"),
    "x.xlsx": lambda text: as_xlsx([[text], *TABLE]),
    "x.xls": over_html,
}


def values(reading) -> list[int]:
    return [int(value) for value in reading.rows["value"]]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", PARTS)
def test_a_part_of_the_dossiers_is_not_taken_for_all_of_them(text, name):
    with pytest.raises(Refused) as refused:
        SOURCES["dvc_portal"].parse(name, FORMATS[name](text), "2024-11")
    assert refused.value.code == "value_unknown"
    assert text in str(refused.value)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", WHOLES)
def test_what_stands_over_a_table_and_narrows_nothing_goes_on_being_read(text, name):
    assert values(SOURCES["dvc_portal"].parse(name, FORMATS[name](text), "2024-11")) == WHOLE


def test_a_part_that_the_headings_name_themselves_is_read():
    table = "Thống kê hồ sơ trực tuyến tháng 11/2024\nTT;Đơn vị;Hồ sơ tiếp nhận trực tuyến\n1;Sở Y tế;1.320\n"
    assert values(SOURCES["dvc_portal"].parse("x.csv", table.encode(), "2024-11")) == [1320]


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("vneid", "TT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt\n1;Huyện Chư Păh;52.000;20.800\n"),
        ("telecom", "Doanh nghiệp: VNPT\nTT;Đơn vị;Thuê bao di động\n1;Huyện Chư Păh;52.000\n"),
    ],
)
@pytest.mark.parametrize("text", ["Khu vực: thành thị", "Giới tính: Nữ", "Số liệu khu vực nông thôn"])
def test_a_part_of_the_people_is_not_taken_for_all_of_them(text, source, table):
    assert SOURCES[source].parse("x.csv", table.encode(), "2024-11").rows.height
    with pytest.raises(Refused):
        SOURCES[source].parse("x.csv", f"{text}\n{table}".encode(), "2024-11")


def beside(text: str, is_after: bool = False) -> bytes:
    """A page on which the text stands in a table of its own."""
    layout, table = f"<table><tr><td>{text}</td></tr></table>", as_html(TABLE).decode()
    if is_after:
        return table.replace("</body>", f"{layout}</body>").encode()
    return table.replace("<body>", f"<body>{layout}").encode()


BESIDE = {
    "before.xls": beside,
    "after.xls": lambda text: beside(text, is_after=True),
    "cover.xlsx": lambda text: as_xlsx([[text]], title="Bìa", others=[("Biểu", TABLE)]),
}


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Từ ngày 01/10/2024 đến ngày 31/10/2024", "period_mismatch"),
        ("BÁO CÁO THÁNG 10/2024", "period_mismatch"),
        ("Số liệu tính đến ngày 31/10/2024", "period_mismatch"),
        ("Kết quả 10 tháng năm 2024", "period_mismatch"),
        ("Đơn vị tính: nghìn hồ sơ", "unit_unknown"),
        ("Lĩnh vực: Đất đai", "value_unknown"),
        ("KẾ HOẠCH NĂM 2024", "planned"),
    ],
)
def test_words_in_a_table_of_their_own_or_on_a_cover_are_said_of_the_figures(text, code, name):
    with pytest.raises(Refused) as refused:
        SOURCES["dvc_portal"].parse(name, BESIDE[name](text), "2024-11")
    assert refused.value.code == code


@pytest.mark.parametrize("name", BESIDE)
def test_a_table_of_words_tells_the_days_and_the_status_too(name):
    def rows(text: str):
        return SOURCES["dvc_portal"].parse(name, BESIDE[name](text), "2024-11").rows

    assert str(rows("Số liệu lũy kế từ đầu năm")["period_start"][0]) == "2024-01-01"
    assert set(rows("Số liệu ước tính")["obs_status"]) == {"E"}
    for harmless in ("Từ ngày 01/11/2024 đến ngày 30/11/2024", "Nơi nhận: Như trên; Lưu: VT.", "NGƯỜI LẬP"):
        assert rows(harmless)["value"].to_list() == WHOLE


def over_stocks(source: str, title: str, heading: str = "", name: str = "x.csv"):
    heading = heading or {"telecom": "Thuê bao di động", "vneid": "Tài khoản đã kích hoạt"}[source]
    cells = [["VNPT Gia Lai"], [title], ["TT", "Đơn vị", heading], ["1", "Huyện KBang", "4200"]]
    body = "\n".join(";".join(row) for row in (cells if source == "telecom" else cells[1:]))
    return SOURCES[source].parse(name, body.encode(), "2024-03").rows["value"].to_list()


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("telecom", "BÁO CÁO THUÊ BAO PHÁT TRIỂN MỚI THÁNG 3/2024"),
        ("telecom", "THUÊ BAO RỜI MẠNG THÁNG 3/2024"),
        ("telecom", "SỐ LIỆU TĂNG THÊM TRONG THÁNG 3/2024"),
        ("telecom", "GIAO CHỈ TIÊU NĂM 2024"),
        ("vneid", "KẾT QUẢ KÍCH HOẠT TRONG TUẦN (11/3-17/3)"),
        ("vneid", "CHỈ TIÊU KÍCH HOẠT TÀI KHOẢN NĂM 2024"),
        ("vneid", "TÀI KHOẢN KÍCH HOẠT MỚI THÁNG 3/2024"),
    ],
)
def test_a_title_of_what_came_went_or_is_to_come_refuses_counts_of_what_there_is(source, title):
    with pytest.raises(Refused) as refused:
        over_stocks(source, title)
    assert title[:20] in str(refused.value)


@pytest.mark.parametrize(
    "name", ["Thuê bao phát triển mới T3.csv", "roi_mang_2024-03.csv", "giao-chi-tieu.csv"]
)
def test_a_file_named_after_changes_is_refused(name):
    with pytest.raises(Refused, match="the file's name"):
        over_stocks("telecom", "BÁO CÁO THÁNG 3/2024", name=name)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("telecom", "THUÊ BAO HIỆN CÓ VÀ PHÁT TRIỂN MỚI THÁNG 3/2024"),
        ("telecom", "TÌNH HÌNH PHÁT TRIỂN THUÊ BAO THÁNG 3/2024"),
        ("telecom", "Trong tháng phát triển mới 120 thuê bao"),
        ("vneid", "KẾT QUẢ THỰC HIỆN CHỈ TIÊU KÍCH HOẠT THÁNG 3/2024"),
    ],
)
def test_a_title_of_what_there_is_is_read(source, title):
    assert over_stocks(source, title) == [4200]


# Titles whose words are not all known

UNKNOWN_TITLES = [
    "Kết quả giải quyết hồ sơ trên Cổng Dịch vụ công quốc gia",
    "Kết quả thực hiện (%)",
    "Kết quả thực hiện (Đơn vị: %)",
    "Tỷ lệ thực hiện các chỉ tiêu",
    "TỶ LỆ TIẾP NHẬN TRỰC TUYẾN, SỐ HÓA (%)",
    "BẢNG XẾP HẠNG",
    "THỨ HẠNG CÁC ĐƠN VỊ",
    "BẢNG ĐIỂM",
    "CHÊNH LỆCH SO VỚI THÁNG TRƯỚC",
    "BÌNH QUÂN MỖI NGÀY",
    "SỐ HỒ SƠ TRÊN 1.000 DÂN",
    "SO SÁNH TĂNG GIẢM",
    "CHÊNH LỆCH SO VỚI NGÀY 29/02/2024",
    "Mức tăng trưởng",
    "Hồ sơ qua dịch vụ bưu chính công ích tháng 3/2024",
    "Hồ sơ qua bưu chính công ích",
    "Thủ tục hành chính liên thông",
    "TTHC phi địa giới",
    "25 DVC thiết yếu",
    "Hồ sơ cấp hộ chiếu",
    "Hồ sơ qua Cổng Dịch vụ công quốc gia",
    "Hồ sơ cấp xã",
    "Hồ sơ của các xã, phường, thị trấn",
    "Hồ sơ tại Bộ phận Một cửa cấp xã",
    "Chưa bao gồm BCCI",
    "Kết quả tiếp nhận trực tuyến",
    "Hồ sơ chứng thực",
    "Hồ sơ đất đai tháng 3/2024",
    "BÁO CÁO KHIẾU NẠI, TỐ CÁO",
    "Hồ sơ của người nước ngoài",
    "Kết quả xử lý hồ sơ tồn đọng",
    "Hồ sơ đã hủy",
    "Sở Tư pháp: hồ sơ hộ tịch",
    "Hồ sơ thanh toán trực tuyến",
    "Kết quả giải quyết TTHC cho doanh nghiệp",
    "Mức độ hài lòng",
]
KNOWN_TITLES = [
    "CỔNG DỊCH VỤ CÔNG TỈNH GIA LAI",
    "Thống kê hồ sơ tại Bộ phận Một cửa",
    "BÁO CÁO TÌNH HÌNH TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ TTHC THÁNG 3 NĂM 2024",
    "Phụ lục I: KẾT QUẢ GIẢI QUYẾT TTHC TẠI CÁC SỞ, BAN, NGÀNH VÀ UBND CÁC HUYỆN, THỊ XÃ, THÀNH PHỐ",
    "SỞ Y TẾ - BÁO CÁO KẾT QUẢ GIẢI QUYẾT TTHC",
    "Kết quả kì này của huyện Chư Pah, Đak Pơ và Chư Prong",
    "(Kèm theo Công văn số 12/UBND-VX ngày 03/4/2024 của Văn phòng UBND tỉnh)",
    "(Ban hành kèm theo Báo cáo số ..../BC-STTTT ngày .../4/2024 của Sở Thông tin và Truyền thông)",
    "UBND HUYỆN K'BANG",
    "VĂN PHÒNG HĐND VÀ UBND HUYỆN KBANG",
    "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG TỈNH GIA LAI",
    "Biểu số 02a/BC-KSTT",
    "Tình hình xử lý hồ sơ trên Hệ thống thông tin giải quyết TTHC tỉnh Gia Lai",
    "KẾT QUẢ CẢI CÁCH HÀNH CHÍNH, CHUYỂN ĐỔI SỐ THÁNG 3",
    "Thống kê hồ sơ theo đơn vị - tháng 3/2024",
    "Lĩnh vực: Tất cả",
    "Gia Lai, ngày 03 tháng 4 năm 2024",
    "Số liệu các huyện Ia Grai, Chư Sê, KBang",
]
ONE_UNIT = "Đơn vị;Tiếp nhận;Số hóa kết quả\nHuyện KBang;98;45\n"


@pytest.mark.parametrize("title", UNKNOWN_TITLES)
def test_a_title_with_words_that_nobody_knows_refuses_the_table(title):
    with pytest.raises(Refused) as refused:
        SOURCES["dvc_portal"].parse("bc.csv", f"{title}\n{ONE_UNIT}".encode(), "2024-03")
    assert refused.value.code == "value_unknown"
    assert title in str(refused.value)


@pytest.mark.parametrize("title", KNOWN_TITLES)
def test_a_title_of_known_words_documents_and_units_is_read(title):
    assert values(SOURCES["dvc_portal"].parse("bc.csv", f"{title}\n{ONE_UNIT}".encode(), "2024-03")) == [
        98,
        45,
    ]


@pytest.mark.parametrize(
    ("title", "table"),
    [
        ("TÌNH HÌNH TIẾP NHẬN VÀ TỶ LỆ SỐ HÓA", "Đơn vị;Tiếp nhận;Tỷ lệ số hóa (%)\nHuyện KBang;98;45,5"),
        ("Kết quả tiếp nhận, xếp hạng các đơn vị", "Đơn vị;Tiếp nhận;Xếp hạng\nHuyện KBang;98;3"),
        ("Hồ sơ của các xã, phường", "Đơn vị;Tiếp nhận\nXã Đông;98"),
        ("KẾT QUẢ SỐ HÓA, XẾP HẠNG", "Đơn vị;Tiếp nhận;Xếp hạng;Tỷ lệ số hóa (%)\nHuyện KBang;98;3;45,5"),
        ("Hồ sơ cấp xã", "Xã, phường, thị trấn;Tiếp nhận\nThị trấn KBang;98"),
    ],
)
def test_words_of_a_title_that_the_table_has_itself_are_known(title, table):
    assert values(SOURCES["dvc_portal"].parse("bc.csv", f"{title}\n{table}\n".encode(), "2024-03")) == [98]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("vneid", "TỶ LỆ KÍCH HOẠT (%)"),
        ("vneid", "KẾT QUẢ CẤP TÀI KHOẢN CHO HỌC SINH"),
        ("vneid", "Tài khoản của người cao tuổi"),
        ("vneid", "Tài khoản mức độ 1"),
        ("vneid", "KẾT QUẢ TRONG THÁNG 3/2024"),
        ("vneid", "BÁO CÁO TUẦN (TỪ NGÀY 25/3/2024 ĐẾN NGÀY 31/3/2024)"),
        ("vneid", "Tài khoản doanh nghiệp"),
        ("vneid", "Tài khoản của nam"),
        ("telecom", "THUÊ BAO TRẢ TRƯỚC"),
        ("telecom", "Thuê bao 4G"),
        ("telecom", "THUÊ BAO M2M"),
        ("telecom", "Thuê bao vệ tinh"),
        ("telecom", "Tốc độ tăng trưởng thuê bao"),
    ],
)
def test_a_title_with_unknown_words_refuses_what_there_is_too(source, title):
    with pytest.raises(Refused) as refused:
        over_stocks(source, title)
    assert refused.value.code == "value_unknown"


@pytest.mark.parametrize("note", ["Ghi chú: số liệu là tỷ lệ %", "Số liệu là điểm", "Giá trị là phần trăm"])
def test_a_note_that_figures_are_shares_refuses_counts(note):
    with pytest.raises(Refused) as refused:
        SOURCES["dvc_portal"].parse("bc.csv", f"{ONE_UNIT}{note};;\n".encode(), "2024-03")
    assert refused.value.code == "unit_unknown"


# Columns of words beside the figures

HEADS = {
    "dvc_portal": ("Đơn vị", "Tiếp nhận", ""),
    "vneid": ("Đơn vị", "Tài khoản đã kích hoạt", ""),
    "telecom": ("Đơn vị", "Thuê bao di động", "Doanh nghiệp: VNPT\n"),
}


def with_words(source: str, heading: str, cell: str, is_right: bool):
    """A row with the words beside its figure, and one without."""
    unit, figure, above = HEADS[source]
    rows = [(unit, heading, figure), ("Huyện KBang", cell, "900"), ("Huyện Ia Grai", "", "600")]
    rows = [(a, c, b) if is_right else (a, b, c) for a, b, c in rows]
    text = above + "\n".join(";".join(row) for row in rows)
    return SOURCES[source].parse("bc.csv", text.encode(), "2024-03")


@pytest.mark.parametrize("source", HEADS)
@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Xã", "Thị trấn Ia Kha"),
        ("Tên xã", "Xã Đông"),
        ("Đơn vị trực thuộc", "Chi cục Dân số"),
        ("Phòng ban", "Phòng Tư pháp"),
        ("Bộ phận", "Một cửa cấp xã"),
        ("Cấp", "Xã"),
        ("Cấp thực hiện", "Cấp xã"),
        ("Nguồn", "BCCI"),
        ("Cổng", "Cổng quốc gia"),
        ("Hệ thống", "VNPT-iGate"),
        ("Nội dung", "Đất đai"),
        ("Diễn giải", "Đất đai"),
        ("Tiêu chí", "Hồ sơ quá hạn"),
        ("Trạng thái", "Đã xử lý"),
        ("Nhóm", "Hộ tịch"),
        ("Công nghệ", "4G"),
        ("Mức độ", "1"),
        ("Cấp độ", "2"),
        ("Lĩnh vực", "Đất đai"),
        ("Thời hạn", "3 tháng"),
        ("Giai đoạn", "Giai đoạn 2"),
        ("Hạn", "15/3/2024"),
    ],
)
def test_words_under_a_heading_that_nobody_knows_set_their_row_aside(source, heading, cell):
    for is_right in (False, True):
        found = with_words(source, heading, cell, is_right)
        assert values(found) == [600]
        assert found.rejected["code"].to_list() == ["value_unknown"]
        assert repr(cell) in found.rejected["message"][0] and heading in found.rejected["locator"][0]


@pytest.mark.parametrize("source", HEADS)
@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Tỉnh", "Gia Lai"),
        ("Xếp loại", "Tốt"),
        ("Lý do", "Máy chủ hỏng"),
        ("Người lập", "Văn thư"),
        ("Ngày báo cáo", "02/04/2024"),
        ("Mã định danh", "H21.5.KB"),
        ("Trạng thái báo cáo", "Đã duyệt"),
        ("Mức độ hoàn thành", "Vượt"),
        ("Lĩnh vực", "Tất cả"),
        ("Loại", "Thực hiện"),
        ("Ghi chú", "nộp muộn"),
    ],
)
def test_words_that_say_nothing_of_what_is_counted_cost_nothing(source, heading, cell):
    for is_right in (False, True):
        assert values(with_words(source, heading, cell, is_right)) == [900, 600]


def test_communes_beside_their_district_are_neither_it_nor_repeated():
    text = "Huyện;Xã;Tiếp nhận\nHuyện Ia Grai;Thị trấn Ia Kha;100\nHuyện Ia Grai;Xã Ia Sao;50\n"
    with pytest.raises(Refused, match="'Thị trấn Ia Kha' makes of the row a part of its unit"):
        SOURCES["dvc_portal"].parse("bc.csv", text.encode(), "2024-03")
    merged = as_xlsx([line.split(";") for line in text.splitlines()], merged=["A2:A3"])
    with pytest.raises(Refused, match="'Thị trấn Ia Kha' makes of the row a part of its unit"):
        SOURCES["dvc_portal"].parse("bc.xlsx", merged, "2024-03")
    found = SOURCES["dvc_portal"].parse("bc.csv", f"{text}Huyện Ia Grai;;300\n".encode(), "2024-03")
    assert values(found) == [300] and found.rejected.height == 2


@pytest.mark.parametrize(
    "section", ["Cấp xã", "Các xã, phường", "II. Cấp xã", "UBND cấp xã", "Các xã, phường, thị trấn"]
)
@pytest.mark.parametrize("source", HEADS)
def test_a_district_under_a_section_of_communes_is_set_aside(source, section):
    unit, figure, above = HEADS[source]
    rows = f"{unit};{figure}\nCấp huyện;\nHuyện KBang;900\n{section};\nHuyện Ia Grai;600\nXã Đông;40\n"
    found = SOURCES[source].parse("bc.csv", (above + rows).encode(), "2024-03")
    assert values(found) == [900, 40]
    assert "'Huyện Ia Grai' stands below" in found.rejected["message"][0]


def test_a_total_over_rows_that_were_set_aside_refuses_nothing_and_is_listed():
    rows = "Huyện;Xã;Tiếp nhận\nHuyện Ia Grai;Xã Ia Sao;50\nHuyện KBang;;70\nTổng cộng;;{}\n"
    found = SOURCES["dvc_portal"].parse("bc.csv", rows.format(120).encode(), "2024-03")
    assert values(found) == [70] and "Tổng cộng" in found.unread["text"].to_list()
    found = SOURCES["dvc_portal"].parse("bc.csv", rows.format(70).encode(), "2024-03")
    assert values(found) == [70] and "Tổng cộng" not in found.unread["text"].to_list()
