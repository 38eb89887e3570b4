"""appendix_01.xlsx: what an office prints, its numbers those of the release; what others wrote is text."""

import hashlib
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
import yaml
from making.marts import HOSTILE, OF_2024, OF_ANOTHER_PROVINCE, marts, with_hostile_text
from making.processes import HANGS

from orchestration.publication import workbook
from orchestration.publication.sheet import About, Book, Column, printable

ROOT = Path(__file__).parents[1]
UNDECIDED = "Chưa xác định được\n(chưa có số liệu)"


def written(folder: Path, more: str = "", **what) -> Path:
    file = folder / "appendix_01.xlsx"
    workbook.write(*marts(folder, more, **what), file)
    return file


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return openpyxl.load_workbook(written(tmp_path_factory.mktemp("book")))


@pytest.fixture(scope="module")
def of_2024(tmp_path_factory):
    quarter = """
        insert into marts.fct_indicator_value by name select 'smartphone' as indicator_id,
            1 as definition_version, 'gl@1' as org_key, '2024-Q2' as period_id,
            timestamptz '2024-07-10 00:00:00+00' as known_from, 68.5 as value;"""
    return openpyxl.load_workbook(written(tmp_path_factory.mktemp("of-2024"), OF_2024 + quarter))


def rows_of(sheet) -> list[list]:
    """The heading and the rows under it."""
    first = int(sheet.print_title_rows.split(":")[0].strip("$"))
    return [list(row) for row in sheet.iter_rows(min_row=first, values_only=True)]


def test_the_sheets_are_those_that_an_office_asks_for(book):
    assert book.sheetnames == [
        "Phụ lục 01", "Năm 2024", "Kinh phí", "Việc cần xử lý", "Ghi chú", "Công an tỉnh",
        "Chưa rõ cơ quan xử lý",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("plans", "apart"),
    [
        ([("Tỉnh Gia Lai", 2024)], [""]),
        ([("Tỉnh Gia Lai", 2024), ("Tỉnh Kon Tum", 2024)], [" Tỉnh Gia Lai", " Tỉnh Kon Tum"]),
        ([("Tỉnh Gia Lai", 2024), ("Tỉnh Gia Lai", 2025)], [" KH 2024", " KH 2025"]),
        ([("Tỉnh Gia Lai", 2024), (None, 2025)], [" Tỉnh Gia Lai KH 2024", " KH 2025"]),
        ([("Tỉnh Gia Lai", 2024), ("Tỉnh Gia Lai", 2024)], ["", ""]),  # the book numbers its sheets
    ],
)
def test_sheets_of_several_plans_are_told_apart_by_whose_and_of_when_they_are(plans, apart):
    found = workbook.told_apart([{"organisation": org, "year": year} for org, year in plans])
    assert found == apart


def test_matters_of_another_provinces_plan_are_on_sheets_of_their_own(tmp_path):
    of_two = openpyxl.load_workbook(
        written(
            tmp_path,
            "alter table marts.dim_plan add column level varchar;"
            "update marts.dim_plan set level = 'province';" + OF_ANOTHER_PROVINCE,
        )
    )
    texts = {sheet.title: " ".join(str(value) for row in rows_of(sheet) for value in row) for sheet in of_two}
    assert {name for name, text in texts.items() if "VNPT" in text} == {
        "Việc cần xử lý Tỉnh Kon Tum",
        "VNPT (Tỉnh Kon Tum)",
    }


def test_the_appendix_has_the_layout_of_the_document_and_says_where_each_result_was_published(book):
    sheet = book["Phụ lục 01"]
    assert sheet["A1"].value == "PHỤ LỤC 01"
    assert sheet["A2"].value == "KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU, CHỈ TIÊU VỀ CHUYỂN ĐỔI SỐ NĂM 2023"
    rows = rows_of(sheet)
    assert rows[0] == [
        "Số TT", "Chỉ tiêu", "Mục tiêu năm 2023", "Kết quả đạt được (công bố)", "Nơi công bố",
        "Kết quả tính lại", "Trạng thái", "Ghi chú",
    ]  # fmt: skip
    assert [row[:6] for row in rows[1:6]] == [
        ["I", "Dữ liệu số", None, None, None, None],
        ["1", "Ban hành danh mục", "Hoàn thành", "Hoàn thành", "Phụ lục 01, mục I.1, cột Kết quả", "–"],
        ["IV", "Xã hội số", None, None, None, None],
        ["3", "Tài khoản định danh điện tử", 0.3, 0.5289, "Phụ lục 01, mục IV.3, cột Kết quả", 0.528901],
        ["7", "Tư vấn khám chữa bệnh từ xa", 0.3, "-", "Phụ lục 01, mục IV.7, cột Kết quả", "…"],
    ]
    assert rows[4][6:] == [
        "Đạt\n(theo số tính lại)\nTheo số công bố: chưa đạt",
        "Tính lại từ 664.940/1.257.210",
    ]
    assert [row[6] for row in (rows[2], rows[5])] == ["Định tính", UNDECIDED]


def test_percentages_are_percentages_of_excel_with_the_sign_of_the_document_and_two_decimals(book):
    sheet = book["Phụ lục 01"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "3")
    assert [row[column].number_format for column in (2, 3, 5)] == ['">"0%', "0.00%", "0.00%"]


def test_the_year_has_its_quarters_and_what_is_missing_has_its_reason(of_2024):
    rows = rows_of(of_2024["Năm 2024"])
    assert rows[0] == [
        "Số TT", "Chỉ tiêu", "Cấp", "Mục tiêu năm 2024", "Quý I", "Quý II", "Quý III", "Quý IV",
        "Cả năm 2024", "Trạng thái", "Nơi đặt mục tiêu", "Ghi chú",
    ]  # fmt: skip
    missing = "Ban Dân tộc, Sở Văn hóa, Thể thao và Du lịch (tháng 7/2024, 8/2024)"
    assert rows[1:4] == [
        [
            "II.2.7a", "Xử lý văn bản: Đối với các sở, ngành", "sở, ngành", 1, *"…………", "…", UNDECIDED, "–",
            f"Không tính lại được: còn đơn vị phải báo cáo nhưng chưa báo cáo: {missing}",
        ],
        [
            "II.2.8", "Tỷ lệ thuê bao dùng điện thoại thông minh", "tỉnh", 0.7, "…", 0.685, "…", "…",
            0.71851, "Đạt, sơ bộ, số liệu đến tháng 11/2024\n(theo số tính lại)",
            "Phần II, mục II.2, gạch đầu dòng 8",
            "Tính lại từ 71.851/100.000; số sơ bộ, chưa có số liệu tháng 12/2024",
        ],
        [
            "II.2.10", "Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử", "tỉnh", 0.6, *"…………",
            "…", UNDECIDED, "Phần II, mục II.2, gạch đầu dòng 10", "Không tính lại được: chưa có số liệu",
        ],
    ]  # fmt: skip


def test_the_budget_is_by_agency_source_and_class_in_dong_and_in_billions(book):
    sheet = book["Kinh phí"]
    rows = rows_of(sheet)
    assert rows[0][-2:] == ["Kinh phí (đồng)", "Kinh phí (tỷ đồng)"]
    money = [57, 46, 11, 169546910000, 169.54691]
    total = "Phụ lục 03 (kế hoạch ghi tổng cộng 169.547.000.000 đồng: khớp khi làm tròn)"
    assert rows[1] == [None, total, None, *money] or rows[1] == ["", total, None, *money]
    assert rows[2][:2] + rows[2][3:] == ["1", "Công an tỉnh", *money]
    assert rows[3][1:] == ["Ngân sách tỉnh", "Nhiệm vụ mới", *money]


def test_what_is_to_be_settled_stands_in_its_order_with_what_was_answered(book):
    sheet = book["Việc cần xử lý"]
    assert [row[:2] + row[-1:] for row in rows_of(sheet)[1:7]] == [
        [None, "Thiếu tử số, mẫu số", None],
        ["1", "Công an tỉnh chưa cung cấp tử số của 1 chỉ tiêu",
         "Đã trả lời\nNguyễn Văn A, 01/04/2024: Sẽ gửi trong tháng 4"],
        [None, "Văn bản", None],
        ["2", "Ô gộp bị tách (1 chỗ)", "Chưa trả lời"],
        [None, "Đã giải quyết", None],
        ["3", "Việc đã xong", "Đã giải quyết\nTrần B: Đã sửa"],
    ]  # fmt: skip


def test_each_agency_has_a_sheet_of_what_is_asked_of_it(book):
    sheet = book["Công an tỉnh"]
    assert sheet["A1"].value == "NỘI DUNG ĐỀ NGHỊ CÔNG AN TỈNH TRẢ LỜI"
    rows = rows_of(sheet)
    assert rows[1][1] == "Công an tỉnh chưa cung cấp tử số của 1 chỉ tiêu"
    assert rows[2:4] == [
        ["1", "Tài khoản định danh điện tử", "Tháng 5/2024",
         "Còn thiếu tử số: Số tài khoản\nKhông tính được tỷ lệ tháng 5.",
         "Phần II, mục II.2, gạch đầu dòng 10", "01/03/2024", "Gửi tử số."],
        ["2", "Tài khoản định danh điện tử", "Năm 2023", "Không tính được tỷ lệ năm 2023.",
         "dòng 679", "01/03/2024", "Gửi tử số."],
    ]  # fmt: skip


def test_a_long_name_of_a_sheet_is_cut_between_words_and_stays_unique(tmp_path):
    names = [
        "Các doanh nghiệp viễn thông trên địa bàn tỉnh",
        "Các doanh nghiệp viễn thông trên cả nước",
        "Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Gia Lai",
        "x" * 40,
    ]
    about = About(release_id="r1", source="", release_name="bản công bố", is_made_up=False)
    with Book(tmp_path / "a.xlsx", "", about, datetime(2024, 4, 1, tzinfo=UTC)) as made:
        for name in names:
            made.sheet(name, [name], [Column("Số TT", 6), Column("Nội dung", 60)])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == [
        "Các doanh nghiệp viễn thông…",
        "Các doanh nghiệp viễn thông…~2",
        "Ngân hàng Nhà nước Việt Nam…",
        "x" * 30 + "…",
    ]


def test_no_request_to_an_office_names_a_command_a_file_or_a_path():
    rules = yaml.safe_load((ROOT / "data/registry/rules.yml").read_text(encoding="utf-8"))
    causes = yaml.safe_load((ROOT / "data/registry/matters.yml").read_text(encoding="utf-8"))["causes"]
    asked = [(rule["rule_id"], text) for rule in rules for text in rule["action"].values()]
    asked += [(cause, text) for cause, words in causes.items() for text in words["ask"].values()]
    ours = re.compile(r"dxkpi|data/|\w\.(yml|py|sql|csv)\b|chạy lại|(^| )--\w|\brun\b", re.I)
    assert len(asked) > 100
    assert [(name, text) for name, text in asked if ours.search(text)] == []


def test_where_a_value_is_stated_is_no_line_of_a_file_in_the_appendix(published):
    rows = published.query("select footnote, footnote_en from marts.rpt_appendix_01")
    notes = [text for row in rows for text in row if text]
    assert any("văn bản nêu: 49,3%; 50,01%; 74,45%" in text for text in notes)
    assert not [text for text in notes if re.search(r"dòng \d|line \d|characters|cell \d", text)]


def test_every_sheet_prints_on_a4_across_with_its_heading_on_each_page_and_a_frozen_one(book):
    for sheet in book:
        page = sheet.page_setup
        assert (page.orientation, page.paperSize, page.fitToWidth or 1, page.fitToHeight) == (
            "landscape",
            9,
            1,
            0,
        )
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        first = int(sheet.print_title_rows.split(":")[0].strip("$"))
        assert int(re.search(r"\d+", sheet.freeze_panes)[0]) == first + 1
        assert sheet.oddFooter.right.text.strip() == "Trang &P/&N"
        assert sheet.oddFooter.left.text.strip() == "Bản công bố lúc 16:30 ngày 01/04/2024"
        assert sheet.oddFooter.center.text.strip() == "Kế hoạch Chuyển đổi số năm 2024"
        assert all(merged.max_row < first for merged in sheet.merged_cells.ranges)


def test_there_is_a_place_to_sign_under_what_an_office_answers_for(book):
    for name in ("Phụ lục 01", "Năm 2024", "Kinh phí", "Việc cần xử lý", "Công an tỉnh"):
        last = [value for row in rows_of(book[name])[-8:] for value in row if value]
        assert {"NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"} <= set(last), name


def test_made_up_data_is_named_on_every_sheet_and_every_printed_page(tmp_path, book):
    made_up = openpyxl.load_workbook(written(tmp_path, made_up=True))
    for sheet in made_up:
        assert any(value == "SỐ LIỆU GIẢ ĐỊNH, KHÔNG DÙNG ĐỂ BÁO CÁO" for (value, *_) in sheet.values)
        assert "SỐ LIỆU GIẢ ĐỊNH" in sheet.oddHeader.center.text
    for sheet in book:
        assert "GIẢ ĐỊNH" not in str([*sheet.values]) and not sheet.oddHeader.center.text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_others_wrote_is_text_in_every_cell(tmp_path, text):
    file = written(tmp_path, with_hostile_text(text))
    with zipfile.ZipFile(file) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        assert sheets and not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    found = set()
    for sheet in openpyxl.load_workbook(file):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), cell.coordinate
                found.add(cell.value)
    shown = printable(text)
    if len(text) < 1000:
        assert shown in found
    else:
        assert any(str(value).startswith(shown[:100]) and "xem đầy đủ" in str(value) for value in found)


def test_no_row_is_higher_than_excel_allows_and_long_text_says_that_it_is_cut(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, with_hostile_text("một câu dài " * 3000)))
    heights = [row.height for sheet in book for row in sheet.row_dimensions.values() if row.height]
    assert 300 < max(heights) <= 409


def test_the_same_tables_give_the_same_bytes(tmp_path):
    kept = {hashlib.sha256(written(tmp_path / name).read_bytes()).hexdigest() for name in "ab"}
    assert len(kept) == 1


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_opens_the_workbook_and_reads_the_same_numbers(tmp_path):
    file = written(tmp_path)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    made = [*command, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false", "--outdir", tmp_path, file]
    subprocess.run(made, check=True, capture_output=True, timeout=HANGS)
    text = (tmp_path / "appendix_01.csv").read_text(encoding="utf-8")
    assert text.count("52.89%") >= 2  # as published and as recomputed
