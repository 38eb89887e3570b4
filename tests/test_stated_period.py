"""What titles say about the days a file is about, beside the period it was sent for."""

import io
import re
import unicodedata
import zipfile
from datetime import date

import pytest

from ingest.errors import Refused
from ingest.reading import dates, stated_period
from ingest.reading.asked import Asked
from ingest.sources import SOURCES, dvc_portal, vneid

MARCH = (date(2025, 3, 1), date(2025, 3, 31))
SINCE_JANUARY = (date(2025, 1, 1), date(2025, 3, 31))


def days(*titles: str, period: str = "2025-03") -> tuple[date, date]:
    return stated_period.days(
        Asked("a.csv", period), [(f"row {n}", text) for n, text in enumerate(titles, 1)]
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("BÁO CÁO THÁNG 3 NĂM 2025", MARCH),
        ("Kế hoạch năm 2025", MARCH),
        ("Từ ngày 01/03/2025 đến ngày 31/03/2025", MARCH),
        ("Số liệu tính đến ngày 22/03/2025", (date(2025, 3, 1), date(2025, 3, 22))),
        ("Từ ngày 01/01/2025 đến ngày 31/03/2025", SINCE_JANUARY),
        ("Lũy kế từ đầu năm đến ngày 31/03/2025", SINCE_JANUARY),
        ("LUỸ KẾ 3 THÁNG ĐẦU NĂM 2025", SINCE_JANUARY),
        ("Báo cáo 3 tháng đầu năm 2025", SINCE_JANUARY),
        ("Lũy kế đến tháng 3 năm 2025", SINCE_JANUARY),
    ],
)
def test_titles_tell_the_days_of_a_month_and_of_the_year_to_date(title, expected):
    assert days("SỞ A", title) == expected


def test_the_days_of_a_shifted_year_to_date_are_kept():
    reported = days("Từ ngày 21/12/2024 đến ngày 20/10/2025", period="2025-10")
    assert reported == (date(2024, 12, 21), date(2025, 10, 20))


@pytest.mark.parametrize(
    "title",
    [
        "Từ ngày 01/02/2025 đến ngày 31/03/2025",
        "Từ ngày 01/01/2025 đến ngày 30/04/2025",
        "Báo cáo 6 tháng đầu năm 2025",
        "BÁO CÁO THÁNG 2 NĂM 2025",
        "BÁO CÁO QUÝ II NĂM 2025",
        "Lũy kế đến tháng 4 năm 2025",
    ],
)
def test_what_is_neither_the_period_nor_the_year_to_date_is_refused(title):
    with pytest.raises(Refused) as refused:
        days(title)
    assert refused.value.code == "period_mismatch"
    assert "row 1" in str(refused.value)


# Of a file that was sent for March 2024: titles that agree, that are of another period, that say nothing.
AGREES = [
    "Số liệu T3/2024",
    "Số liệu T03.2024",
    "Số liệu T3/24",
    "Kỳ: 03.2024",
    "Kỳ báo cáo: 3/2024",
    "Kỳ báo cáo 2024-03",
    "Tháng ba năm 2024",
    "BÁO CÁO THÁNG 3 NĂM 2024",
    "Tháng 03-2024",
    "Tháng: 03 Năm: 2024",
    "Năm 2024, tháng 3",
    "Báo cáo tháng 3",
    "Tính đến hết tháng 3",
    "Tính đến hết tháng ba",
    "Số liệu tính đến ngày 31/03/2024",
    "Số liệu đến 15h00 ngày 22/3/2024",
    "Tính đến 0h ngày 01/4/2024",
    "Số liệu tính đến ngày 25 tháng 3 năm 2024",
    "Từ ngày 01/03/2024 đến ngày 31/03/2024",
    "Từ ngày 01 đến ngày 31/3/2024",
    "Từ ngày 21-2 đến ngày 20-3-2024",
    "21.2-20.3.2024",
    "(từ 15/02 đến 14/03/2024)",
    "Từ ngày 21/02 đến ngày 20/03",
    "Lũy kế từ đầu năm đến ngày 31/03/2024",
    "3 tháng đầu năm 2024",
    "Ba tháng đầu năm 2024",
    "Từ tháng 01 đến tháng 3 năm 2024",
    "Tháng 1, 2, 3 năm 2024",
    "Số liệu tháng 2 và tháng 3 năm 2024",
    "Quý I/2024",
    "Năm 2024",
    "Tháng 3/2024, so với tháng 02/2024",
    "Kết quả thực hiện Kế hoạch năm 2023 đến tháng 3/2024",
]
CONTRADICTS = [
    "Số liệu T2/2024",
    "Số liệu T02.2024",
    "SL T2-2024",
    "Số liệu T2/24",
    "Số liệu T2",
    "Kỳ: 02.2024",
    "Kỳ báo cáo 2024-02",
    "Kỳ số liệu: 02/2024",
    "BÁO CÁO THUÊ BAO VNPT 02/2024",
    "Tháng hai năm 2024",
    "Tháng 2",
    "Tháng: 02 Năm: 2024",
    "Tháng tư năm 2024",
    "Tháng năm năm 2024",
    "Tháng mười hai năm 2023",
    "Tính đến hết tháng 2",
    "Tính đến hết tháng hai",
    "Đến cuối tháng 02/2024",
    "Số liệu tính đến ngày 29/02/2024",
    "Số liệu tính đến 15h00 ngày 29/02/2024",
    "Tính đến ngày 29 tháng 02",
    "Thời điểm chốt số liệu: 29/02/2024",
    "Tính đến 0h ngày 01/3/2024",
    "Từ ngày 21-1 đến ngày 20-2-2024",
    "21.1-20.2.2024",
    "Từ ngày 21/01 đến ngày 20/02",
    "Từ ngày 01/02/2024 đến ngày 31/03/2024",
    "Tháng 3/2023",
    "Quý IV/2023",
    "Quý II năm 2024",
    "Quý hai năm 2024",
    "Q4/2023",
    "6 tháng đầu năm 2024",
    "Sáu tháng đầu năm 2024",
    "9T/2023",
    "Từ tháng 1 đến tháng 2 năm 2024",
    "Số liệu năm 2023",
    "Báo cáo kết quả cấp tài khoản định danh điện tử tháng 2 năm 2024",
    "Kết quả thực hiện Đề án 06 tháng 2 năm 2024",
    "Kết quả theo Quyết định 06/QĐ-TTg tháng 2/2024",
    "Kết quả so với chỉ tiêu giao tháng 2/2024",
    "Kết quả tháng 2/2024 (tăng so với tháng 3/2024)",
]
SILENT = [
    "Báo cáo thuê bao",
    "So với tháng 02/2024",
    "Tăng, giảm so với tháng trước",
    "(tăng 5% so với cùng kỳ năm 2023)",
    "Cùng kỳ tháng 3/2023",
    "So sánh với quý IV/2023",
    "Công văn số 12/2024/CV-UBND",
    "Số: 02/2024/BC-CAT",
    "Báo cáo số 02/2024",
    "Biểu mẫu số 02/2024",
    "Gia Lai, ngày 05 tháng 04 năm 2024",
    "Gia Lai, ngày     tháng 4 năm 2024",
    "Pleiku, ngày … tháng … năm 2024",
    "Gia Lai, tháng 4 năm 2024",
    "(Kèm theo Công văn số 345/CAT-QLHC ngày 05/02/2024 của Công an tỉnh)",
    "(Ban hành kèm theo Thông tư 01/2023/TT-VPCP ngày 05 tháng 4 năm 2023)",
    "Theo Kế hoạch số 3068/KH-UBND năm 2023 của UBND tỉnh",
    "Thực hiện Quyết định 06/QĐ-TTg",
    "Kết quả triển khai Đề án 06",
    "Theo Công văn số 15/CV tháng 02/2024",
    "Kế hoạch chuyển đổi số năm 2023",
    "Chỉ tiêu giao năm 2023",
    "Giai đoạn 2021-2025, tầm nhìn đến năm 2030",
    "Hạn gửi báo cáo: đến ngày 05/04/2024",
    "Phấn đấu đến hết tháng 12/2024 đạt 60%",
    "Báo cáo định kỳ hằng tháng",
    "Phiên bản 2.2024",
    "Điện thoại: 0269.382.2024",
    "Đơn vị: UBND thành phố Pleiku",
    "Ngày lập: 05/02/2024",
    "Xuất lúc 08:15 ngày 05/04/2024",
    "Quỹ đất, quy mô 2 thôn",
    "Từ ngày 01/7/2023 đến nay",
]
SPELLINGS = {
    "as printed": str,
    "capitals": str.upper,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "without diacritics": lambda text: (
        unicodedata.normalize(
            "NFC", "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        )
        .replace("đ", "d")
        .replace("Đ", "D")
    ),
}
# Without diacritics these are not told from other words (`từ`, `sau`), and are not guessed.
ONLY_WITH_DIACRITICS = {
    "Tính đến hết tháng hai",
    "Tính đến hết tháng ba",
    "Ba tháng đầu năm 2024",
    "Sáu tháng đầu năm 2024",
}


def outcome(text: str) -> str:
    """What a title does to a file that was sent for March 2024."""
    try:
        stated_period.days(Asked("a.csv", "2024-03"), [("row 1", text)])
    except Refused as refused:
        assert refused.code == "period_mismatch"
        assert "row 1" in str(refused)
        return "contradicts"
    return "agrees" if dates.stated(text, 2024) else "silent"


TITLES = [
    *(("agrees", title) for title in AGREES),
    *(("contradicts", title) for title in CONTRADICTS),
    *(("silent", title) for title in SILENT),
]


@pytest.mark.parametrize(
    ("expected", "title", "spelling"),
    [
        (expected, title, spelling)
        for expected, title in TITLES
        for spelling in SPELLINGS
        if spelling != "without diacritics" or title not in ONLY_WITH_DIACRITICS
    ],
)
def test_a_title_agrees_or_is_of_another_period_or_says_nothing(expected, title, spelling):
    assert outcome(SPELLINGS[spelling](title)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "vneid-2024-02.csv",
        "vneid_202402.xlsx",
        "022024 Công an tỉnh.xls",
        "BC T2.2024.csv",
        "Báo cáo tháng 2 năm 2024.xlsx",
        "bao-cao_thang-02-2024.csv",
        "bao_cao_thang_2.csv",
        "BC den 29-02-2024.csv",
        "so lieu quy IV nam 2023.csv",
        "2023-Q4.csv",
        "thang-3-2023.csv",
        "tu-21-1-den-20-2-2024.csv",
        "gui.zip/vneid-2024-02.csv",
        "Thang 2/2024-03.csv",
    ],
)
def test_a_name_of_another_period_is_refused(name):
    with pytest.raises(Refused, match="is not about 2024-03") as refused:
        stated_period.refuse_names(Asked(name, "2024-03"))
    assert refused.value.code == "period_mismatch"
    assert name in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "vneid-2024-03.csv",
        "vneid_202403_dieu_chinh.xlsx",
        "BC T3.2024 (2).csv",
        "Quý I năm 2024.csv",
        "BC_20240405_v2.csv",
        "BC_05-04-2024.csv",
        "BC 2024-04-05 15h.csv",
        "vneid 05.04.2024.csv",
        "KH 02-2024.csv",
        "bieu-mau-02-2024.csv",
        "v2.2024.csv",
        "de-an-06-2024.csv",
        "766-QD-TTg.csv",
        "so sanh 2024-02 va 2024-03.csv",
        "tu-21-2-den-20-3-2024.csv",
        "vneid thang ba.csv",
        "vneid T3-24.csv",
        "vneid 03.24.csv",
        "vneid_T03.csv",
        "vneid Q1.csv",
        "vneid nam 24.csv",
        "bieu 02.24.csv",
        "thang-hai-noi-tiep.csv",
        "bc T3 gui T4.csv",
        "vneid 2024.csv",
        "ke hoach 2021-2025.csv",
        "vneid theo QD 2022.csv",
        "QD 12-2022 vneid.csv",
        "bc 310324.csv",
        "bc 240331.csv",
        "tai-lieu 0269.382.2024.csv",
        "30-02-2024.csv",
        "Sheet1.csv",
    ],
)
def test_a_name_of_this_period_or_of_none_is_taken(name):
    stated_period.refuse_names(Asked(name, "2024-03"))


@pytest.mark.parametrize(
    "name",
    [
        "VNEID_NAM_2023.csv",
        "vneid 2023.csv",
        "so-lieu-2023.csv",
        "2023.csv",
        "vneid 2025.csv",
        "bc 15.02.24.csv",
        "bc 15-2-24.csv",
        "bc_29_02_24.csv",
        "bc 290224.csv",
        "bc 240229.csv",
        "vneid nam 23.csv",
        "vneid T2-24.csv",
        "vneid T2.24.csv",
        "vneid 02.24.csv",
        "vneid_T02.csv",
        "vneid Q4.csv",
        "vneid thang hai.csv",
        "bc thang muoi hai.csv",
        "bc thang 03-2024 (so lieu thang 02).csv",
        "bc T3 so lieu T2.csv",
    ],
)
@pytest.mark.parametrize("is_flow", [True, False])
def test_a_year_a_short_day_or_a_month_in_words_of_a_name_counts(name, is_flow):
    with pytest.raises(Refused, match="is not about 2024-03"):
        stated_period.refuse_names(Asked(name, "2024-03", is_flow))


@pytest.mark.parametrize(
    ("text", "period_id", "is_flow"),
    [
        ("Số liệu tính đến 31/01/2024", "2024-Q1", False),
        ("Số liệu tính đến 29/2/24", "2024-Q1", True),
        ("Tính đến hết tháng 2/2024", "2024-Q1", False),
        ("Số liệu tính đến 30/9/2024", "2024", False),
        ("Số liệu tính đến ngày 30/9/2024", "2024", True),
        ("Chốt đến 15/02/24", "2024-03", False),
    ],
)
def test_a_day_before_the_last_month_of_the_period_is_of_another(text, period_id, is_flow):
    body = f"{text}\nĐơn vị;Tài khoản đã kích hoạt;Tiếp nhận\nHuyện KBang;300;200\n".encode()
    with pytest.raises(Refused, match=f"is not (?:about|the whole of) {period_id}"):
        SOURCES["dvc_portal" if is_flow else "vneid"].parse("bc.csv", body, period_id)


def test_a_form_of_a_day_before_the_end_of_its_quarter_is_refused():
    form = "{}\nĐơn vị báo cáo;Huyện KBang\nKỳ báo cáo;Quý II/2024\nPhạm vi số liệu;Số liệu của đơn vị\n"
    form += "Mã số liệu;Số liệu;Đơn vị tính;Giá trị\n"
    form += "documents;Tổng số văn bản, hồ sơ công việc (trừ hồ sơ mật);văn bản;5\n"
    read = SOURCES["unit_reports"].parse
    with pytest.raises(Refused, match="figures of 30/04/2024 are not those of the end of 2024-Q2"):
        read("bc.csv", form.format("Số liệu tính đến 30/4/2024").encode(), "2024-Q2")
    kept = read("bc.csv", form.format("Số liệu tính đến 30/6/2024").encode(), "2024-Q2")
    assert kept.rows["value"].to_list() == [5]


@pytest.mark.parametrize("text", ["Số liệu tính đến 31/3/24", "Số liệu tính đến 15/3/2024"])
def test_a_day_in_the_last_month_of_the_period_is_its_end(text):
    body = f"{text}\nĐơn vị;Tài khoản đã kích hoạt\nHuyện KBang;300\n".encode()
    assert SOURCES["vneid"].parse("bc.csv", body, "2024-Q1").rows["value"].to_list() == [300]


@pytest.mark.parametrize(
    "sheet", ["Tháng 02-2024", "T2", "T02", "02", "02.2024", "Thang_2", "2024-02", "Quý IV"]
)
def test_a_sheet_named_after_another_period_is_refused(sheet):
    with pytest.raises(Refused, match=f"sheet {re.escape(sheet)}"):
        stated_period.refuse_names(Asked("a.xlsx", "2024-03"), sheet)


@pytest.mark.parametrize(
    "sheet", ["Tháng 03-2024", "T3", "Sheet2", "Biểu 02", "PL 02", "Quý I", "TT2", "Bảng 2.1"]
)
def test_a_sheet_named_otherwise_is_read(sheet):
    stated_period.refuse_names(Asked("a.xlsx", "2024-03"), sheet)


def test_the_name_of_a_file_in_an_archive_counts_too():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("vneid-2024-02.csv", f"{HEAD}\n{PLEIKU}\n")
    with pytest.raises(Refused, match=r"gui\.zip/vneid-2024-02\.csv"):
        vneid.parse("gui.zip", archive.getvalue(), "2024-03")
    assert accounts(vneid.parse("gui.zip", archive.getvalue(), "2024-02")) == {"Thành phố Pleiku": 121000}


# Tables

HEAD = "STT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt"
PLEIKU, CHU_PAH = "1;Thành phố Pleiku;190.000;121.000", "2;Huyện Chư Păh;52.000;20.800"
DAK_DOA, IA_GRAI = "1;Huyện Đăk Đoa;80.000;39.000", "2;Huyện Ia Grai;60.000;30.100"
ACCOUNTS = "Tài khoản định danh điện tử đã kích hoạt"


def read(*lines: str, period: str = "2024-03"):
    return vneid.parse("a.csv", "\n".join(lines).encode(), period)


def accounts(reading) -> dict[str, int]:
    """What landed as accounts, by unit."""
    return {
        unit: int(value)
        for unit, value in reading.rows.filter(subject=ACCOUNTS).select("org_text", "value").rows()
    }


def statuses(reading) -> dict[str, str]:
    return dict(reading.rows.filter(subject=ACCOUNTS).select("org_text", "obs_status").rows())


BOTH = {"Thành phố Pleiku": 121000, "Huyện Chư Păh": 20800}


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: số liệu tính đến ngày 29/02/2024",
        "(*) Số liệu tính đến hết tháng 2",
        "Số liệu T2/2024",
        "Kỳ báo cáo: 02/2024",
    ],
)
def test_a_note_below_the_table_that_is_of_another_period_is_refused(note):
    with pytest.raises(Refused, match="row 4"):
        read(HEAD, PLEIKU, CHU_PAH, f"{note};;;")


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: Dân số trưởng thành tính đến ngày 31/12/2023",
        "Ghi chú: Huyện Chư Prông chưa có số liệu tháng 3, lấy số tháng 2/2024",
        "Nguồn: Niên giám thống kê năm 2022",
        "Gia Lai, ngày 05 tháng 4 năm 2024",
        "Ghi chú: so với tháng 02/2024 tăng 1.200 tài khoản",
        "Số liệu dân số theo báo cáo quý IV/2023",
    ],
)
def test_a_note_on_something_else_is_no_statement_of_the_period(note):
    assert accounts(read(HEAD, PLEIKU, CHU_PAH, f"{note};;;")) == BOTH


def test_the_days_of_a_note_below_the_table_are_the_days_of_its_numbers():
    rows = read(HEAD, PLEIKU, CHU_PAH, "Ghi chú: số liệu tính đến ngày 22/03/2024;;;").rows
    assert set(rows["period_end"]) == {date(2024, 3, 22)}


@pytest.mark.parametrize(
    "above",
    [
        "Từ ngày 21-9;đến ngày 20-10-2025;;",
        "Từ ngày:;21/09/2025;Đến ngày:;20/10/2025",
        ";;21-9 đến 20-10-2025;",
        "Từ ngày 21 tháng 9;đến ngày 20 tháng 10 năm 2025;;",
    ],
)
def test_the_days_in_one_or_more_cells_above_the_table(above):
    rows = read(above, HEAD, PLEIKU, CHU_PAH, period="2025-10").rows
    assert set(rows.select("period_start", "period_end").rows()) == {(date(2025, 9, 21), date(2025, 10, 20))}


@pytest.mark.parametrize("above", ["Kỳ báo cáo:;02.2024;;", "Tháng:;2;Năm:;2024"])
def test_a_label_and_its_answer_in_two_cells_are_read_together(above):
    with pytest.raises(Refused, match="row 1"):
        read(above, HEAD, PLEIKU, CHU_PAH)


@pytest.mark.parametrize(
    "caption",
    [
        "Tháng 2 năm 2024;;;",
        ";Tháng 2 năm 2024;;",
        ";;Tháng 2 năm 2024;",
        "II;Tháng 2 năm 2024;;",
        "II. Số liệu T2/2024;;;",
        "Kết quả kích hoạt tài khoản tháng 2 năm 2024;;;",
        ";Tháng 2/2024;140.000;69.100",
    ],
)
def test_a_second_block_of_another_month_is_set_aside_and_told(caption):
    reading = read(HEAD, PLEIKU, CHU_PAH, ";;;", caption, DAK_DOA, IA_GRAI)
    assert accounts(reading) == BOTH
    (reported,) = reading.unread.filter(part="row").rows(named=True)
    assert reported["locator"] == "row 5"
    assert "2" in reported["text"]
    assert reported["figures"] == (6 if "140" in caption else 4)


def test_a_block_of_another_month_with_headings_of_its_own_is_set_aside_until_the_own_month_comes():
    reading = read(HEAD, PLEIKU, "Tháng 2/2024;;;", HEAD, DAK_DOA, "Tháng 3/2024;;;", HEAD, CHU_PAH)
    assert accounts(reading) == BOTH


@pytest.mark.parametrize("caption", ["Tháng 3 năm 2024;;;", "II. Số liệu T3/2024;;;", "Các huyện;;;"])
def test_a_second_block_of_the_same_month_goes_on_being_read(caption):
    reading = read(HEAD, PLEIKU, CHU_PAH, caption, DAK_DOA, IA_GRAI)
    assert accounts(reading) == BOTH | {"Huyện Đăk Đoa": 39000, "Huyện Ia Grai": 30100}


def test_a_table_with_nothing_but_blocks_of_another_month_is_refused():
    with pytest.raises(Refused, match=r"row 2.*Tháng 2 năm 2024.*2024-03") as refused:
        read(HEAD, "Tháng 2 năm 2024;;;", PLEIKU, CHU_PAH)
    assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (
            ["STT;Đơn vị;Tài khoản đã kích hoạt;", ";;Tháng 2;Tháng 3"],
            ["1;Thành phố Pleiku;120.000;121.000", "2;Huyện Chư Păh;20.500;20.800"],
        ),
        (
            [
                ";;Tháng 2;;Tháng 3;",
                "STT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt;Dân số trưởng thành;"
                "Tài khoản đã kích hoạt",
            ],
            [
                "1;Thành phố Pleiku;190.000;120.000;190.000;121.000",
                "2;Huyện Chư Păh;52.000;20.500;52.000;20.800",
            ],
        ),
        (
            ["STT;Đơn vị;Tài khoản đã kích hoạt T2/2024;Tài khoản đã kích hoạt T3/2024"],
            ["1;Thành phố Pleiku;120.000;121.000", "2;Huyện Chư Păh;20.500;20.800"],
        ),
        (
            ["STT;Đơn vị;Tài khoản đã kích hoạt đến 29/02/2024;Tài khoản đã kích hoạt (đến 31/03/2024)"],
            ["1;Thành phố Pleiku;120.000;121.000", "2;Huyện Chư Păh;20.500;20.800"],
        ),
        (
            ["STT;Đơn vị;Tài khoản đã kích hoạt;", ";;Thực hiện tháng 2;Ước thực hiện tháng 3"],
            ["1;Thành phố Pleiku;120.000;121.000", "2;Huyện Chư Păh;20.500;20.800"],
        ),
    ],
)
def test_a_column_of_another_month_is_never_counted_as_this_one(head, rows):
    reading = read(*head, *rows)
    assert accounts(reading) == BOTH
    assert "2" in str(reading.unread.filter(part="column")["text"].to_list())


def test_a_row_whose_own_cell_names_another_month_is_set_aside():
    reading = read(f"Kỳ báo cáo;{HEAD}", f"03/2024;{PLEIKU}", f"T2/2024;{CHU_PAH}", f"T3/2024;{CHU_PAH}")
    assert accounts(reading) == BOTH
    assert reading.rejected.select("row", "code", "raw_text").rows() == [(3, "period_mismatch", "T2/2024")]
    reading = read(f"Năm;Tháng;{HEAD}", f"2024;3;{PLEIKU}", f"2024;2;{CHU_PAH}", f"2023;3;{DAK_DOA}")
    assert accounts(reading) == {"Thành phố Pleiku": 121000}


def test_a_day_in_a_cell_of_the_table_is_no_title():
    reading = read(
        f"{HEAD};Ghi chú", f"{PLEIKU};Công văn ngày 05/02/2024", f"{CHU_PAH};Báo cáo tháng 2/2024 gửi muộn"
    )
    assert accounts(reading) == BOTH


# Periods that hold the file's own, and parts of it: what is counted over a quarter is not counted over its
# last month, and what is there at its end is.

DOSSIERS = "STT;Đơn vị;Hồ sơ tiếp nhận;Hồ sơ đã giải quyết"
WHOLE = (date(2024, 3, 1), date(2024, 3, 31))
TO_DATE = (date(2024, 1, 1), date(2024, 3, 31))


def days_of(source, *lines: str, name: str = "a.csv", period: str = "2024-03") -> tuple[date, date]:
    found = source.parse(name, "\n".join(lines).encode(), period)
    (landed,) = set(found.rows.select("period_start", "period_end").rows())
    return landed


ONLY_OF_FLOWS = [
    "KẾT QUẢ QUÝ I NĂM 2024",
    "KẾT QUẢ QUÝ I NĂM 2024 (tính đến 31/3/2024)",
    "Quý 1/2024",
    "Từ 18/3/2024 đến 24/3/2024",
    "Từ 15/12/2023 đến 14/03/2024",
    "KẾT QUẢ NGÀY 15 THÁNG 3",
    "Tình hình tiếp nhận ngày 15/03/2024",
]
OF_WEEKS = ["TUẦN 12 NĂM 2024", "Tuần thứ 2 tháng 3/2024", "KẾT QUẢ TUẦN 12 (từ 18/3 đến 24/3/2024)"]
OF_BOTH = ["KẾT QUẢ NĂM 2024", "KẾT QUẢ 6 THÁNG ĐẦU NĂM", "9 tháng đầu năm 2024", "TUẦN 6 NĂM 2024"]


@pytest.mark.parametrize("title", [*ONLY_OF_FLOWS, *OF_WEEKS, *OF_BOTH])
def test_dossiers_of_a_longer_period_or_of_a_part_of_the_month_are_none_of_the_month(title):
    with pytest.raises(Refused, match="row 1") as refused:
        days_of(dvc_portal, f"{title};;;", DOSSIERS, PLEIKU, CHU_PAH)
    assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize("title", ONLY_OF_FLOWS)
def test_accounts_at_the_end_of_a_quarter_or_within_the_month_are_those_of_the_month(title):
    assert days_of(vneid, f"{title};;;", HEAD, PLEIKU, CHU_PAH)[1] <= WHOLE[1]


@pytest.mark.parametrize("title", OF_WEEKS)
def test_accounts_of_a_week_may_be_those_that_came_in_it(title):
    with pytest.raises(Refused, match=r"row 1.*tuan"):
        days_of(vneid, f"{title};;;", HEAD, PLEIKU, CHU_PAH)


@pytest.mark.parametrize(("title", "period"), [*((t, "2024-03") for t in OF_BOTH), ("Quý I/2024", "2024-02")])
def test_accounts_at_the_end_of_another_month_are_none_of_this_one(title, period):
    with pytest.raises(Refused, match="row 1"):
        days_of(vneid, f"{title};;;", HEAD, PLEIKU, CHU_PAH, period=period)


@pytest.mark.parametrize(
    "titles",
    [
        ["BIỂU TỔNG HỢP CHỈ TIÊU NĂM 2024 THÁNG 3"],
        ["TỔNG HỢP NĂM 2024", "Tháng 3 năm 2024"],
        ["KẾT QUẢ QUÝ I NĂM 2024", "Tháng 3"],
        ["Kế hoạch chuyển đổi số năm 2024", "KẾT QUẢ THÁNG 3"],
        ["Thực hiện nhiệm vụ năm 2024"],
        ["KẾT QUẢ THÁNG 3 VÀ LŨY KẾ 3 THÁNG ĐẦU NĂM 2024"],
        ["Gia Lai, ngày 15 tháng 3 năm 2024"],
    ],
)
def test_a_longer_period_beside_the_right_month_is_harmless(titles):
    for source, head in ((dvc_portal, DOSSIERS), (vneid, HEAD)):
        assert days_of(source, *(f"{title};;;" for title in titles), head, PLEIKU, CHU_PAH) == WHOLE


def test_a_heading_or_the_name_of_the_file_may_name_the_month_beside_a_longer_title():
    heads = DOSSIERS.replace("Hồ sơ tiếp nhận", "Hồ sơ tiếp nhận tháng 3")
    assert days_of(dvc_portal, "TỔNG HỢP NĂM 2024;;;", heads, PLEIKU, CHU_PAH) == WHOLE
    titled = ("QUÝ I NĂM 2024;;;", DOSSIERS, PLEIKU, CHU_PAH)
    assert days_of(dvc_portal, *titled, name="ho so thang 3-2024.csv") == WHOLE


@pytest.mark.parametrize("name", ["dvc quy I-2024.csv", "Năm 2024.csv", "tuan 12-2024.csv", "Q1.2024.csv"])
def test_the_name_of_a_file_of_dossiers_that_is_of_another_length_alone_is_refused(name):
    with pytest.raises(Refused, match="the file's name"):
        days_of(dvc_portal, DOSSIERS, PLEIKU, CHU_PAH, name=name)
    assert days_of(dvc_portal, "Tháng 3;;;", DOSSIERS, PLEIKU, CHU_PAH, name=name) == WHOLE
    assert days_of(vneid, HEAD, PLEIKU, CHU_PAH, name=name) == WHOLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lũy kế từ đầu năm", TO_DATE),
        ("Số liệu lũy kế từ 01/01/2024", TO_DATE),
        ("Số liệu cộng dồn từ ngày 01/01/2024 đến hết tháng 3", TO_DATE),
        ("Số liệu lũy kế đến hết tháng 3", TO_DATE),
        ("Số liệu lũy kế từ 15/12/2023 đến 14/03/2024", (date(2023, 12, 15), date(2024, 3, 14))),
        ("Số liệu lũy kế từ 01/07/2023", None),
        ("Số liệu lũy kế từ tháng 6 năm 2023", None),
    ],
)
def test_dossiers_since_january_are_told_apart_by_their_first_day_above_and_below(text, expected):
    for lines in ([f"{text};;;", DOSSIERS, PLEIKU], [DOSSIERS, PLEIKU, f"Ghi chú: {text};;;"]):
        if expected:
            assert days_of(dvc_portal, *lines) == expected
        else:
            with pytest.raises(Refused) as refused:
                days_of(dvc_portal, *lines)
            assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: số liệu tháng 02/2024 do chưa chốt",
        "Ghi chú: số liệu tháng 02/2024 do chưa có số liệu tháng 3",
        "Lưu ý: số liệu tháng 2 vì hệ thống lỗi",
        "Nguồn: Công an tỉnh, số liệu chốt ngày 29/02/2024",
        "Nguồn: Cục C06 - dữ liệu tháng 2/2024",
        "Nguồn số liệu: Công an tỉnh (số liệu tính đến ngày 29/02/2024)",
        "Nguồn: Báo cáo tháng 2/2024 của Công an tỉnh",
        "Ghi chú: số liệu 6 tháng đầu năm 2024",
    ],
)
def test_a_note_that_gives_its_reason_or_source_is_of_another_period_all_the_same(note):
    for source, head in ((dvc_portal, DOSSIERS), (vneid, HEAD)):
        with pytest.raises(Refused, match="row 4") as refused:
            days_of(source, head, PLEIKU, CHU_PAH, f"{note};;;")
        assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize(
    "note",
    [
        "Nguồn: Công an tỉnh, số liệu tính đến ngày 31/03/2024",
        "Nguồn: Báo cáo số 12/BC-CAT ngày 05/02/2024",
        "Nguồn: Số liệu dân số tháng 2/2024 của Cục Thống kê",
        "Ghi chú: chưa có số liệu tháng 2/2024 của các xã",
        "Ghi chú: Số liệu tạm tính",
    ],
)
def test_a_source_of_the_same_month_or_of_something_else_is_harmless(note):
    for source, head in ((dvc_portal, DOSSIERS), (vneid, HEAD)):
        assert days_of(source, head, PLEIKU, CHU_PAH, f"{note};;;") == WHOLE


@pytest.mark.parametrize("title", ["SỐ LIỆU THÁNG TRƯỚC", "Kỳ trước", "CÙNG KỲ NĂM 2023", "Số đầu kỳ"])
def test_a_title_or_name_of_the_month_before_is_refused_and_a_comparison_with_it_is_not(title):
    for name, lines in (("a.csv", [f"{title};;;"]), (f"{title}.csv", [])):
        with pytest.raises(Refused, match="is not about 2024-03"):
            days_of(vneid, *lines, HEAD, PLEIKU, CHU_PAH, name=name)
    for compared in ("So với tháng trước", "Tăng, giảm so với kỳ trước", "KẾT QUẢ (tăng so với tháng trước)"):
        with pytest.raises(Refused) as refused:
            days_of(vneid, f"{compared};;;", HEAD, PLEIKU, CHU_PAH)
        assert refused.value.code == "value_unknown"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        # a column that says of what period it is, under a title or name of the year to date
        ("Báo cáo tháng 3 và 3 tháng đầu năm 2024 / Đơn vị;Tiếp nhận trong tháng;Tiếp nhận lũy kế", WHOLE),
        ("Báo cáo tháng 3 và 3 tháng đầu năm 2024 / Đơn vị;Tiếp nhận tháng 3;Tiếp nhận 3 tháng", WHOLE),
        ("Báo cáo 3 tháng đầu năm 2024 / Đơn vị;Tháng 3;3 tháng / ;Tiếp nhận;Tiếp nhận", WHOLE),
        ("Kết quả tháng 3, lũy kế từ 01/01/2024 đến 31/3/2024 / Đơn vị;Tiếp nhận tháng 3;Lũy kế", WHOLE),
        ("Kết quả tháng 3 năm 2024 (lũy kế từ đầu năm) / Đơn vị;Tiếp nhận trong tháng;Lũy kế", WHOLE),
        ("Số liệu lũy kế / Đơn vị;Tiếp nhận tháng 3/2024;Tiếp nhận từ đầu năm", WHOLE),
        ("Số liệu từ 01/01/2024 / Đơn vị;Tiếp nhận trong tháng;Lũy kế", WHOLE),
        ("Số liệu lũy kế / Đơn vị;Tiếp nhận;Ghi chú", TO_DATE),
        ("BÁO CÁO THÁNG 3/2024 / (Tính từ 01/01/2024) / Đơn vị;Tiếp nhận;Ghi chú", TO_DATE),
        ("BÁO CÁO THÁNG 3/2024 (tính từ ngày 01/01/2024) / Đơn vị;Tiếp nhận;Ghi chú", TO_DATE),
        ("Số liệu từ ngày 01-01-2024 / Đơn vị;Tiếp nhận;Ghi chú", TO_DATE),
        ("Từ 01/01/2024 đến nay / Đơn vị;Tiếp nhận;Ghi chú", TO_DATE),
        ("Tính từ 01/03/2024 / Đơn vị;Tiếp nhận;Ghi chú", WHOLE),
        ("Tính từ 15/3/2024 / Đơn vị;Tiếp nhận;Ghi chú", "period_mismatch"),
        ("Tính từ 01/07/2023 / Đơn vị;Tiếp nhận;Ghi chú", "period_mismatch"),
        ("Nửa đầu tháng 3/2024 / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Báo cáo 3 tháng / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Số liệu 10 ngày / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Báo cáo tuần / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Hồ sơ tiếp nhận trong ngày / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Số liệu ngày 15 / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Báo cáo quý / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Số liệu cả năm / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Kết quả đến nay / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Nửa cuối tháng 3/2024 / Đơn vị;Tiếp nhận;Ghi chú", "value_unknown"),
        ("Số liệu lũy kế / Đơn vị;Tiếp nhận trong tháng;Đã giải quyết", "period_mismatch"),
    ],
)
def test_a_column_of_the_period_itself_is_of_it_under_a_title_of_the_year_to_date(text, days):
    row = f"Huyện KBang;300;{'' if text.endswith('Ghi chú') else '900'}"
    body = f"{text} / {row}".replace(" / ", "\n")
    if isinstance(days, str):
        with pytest.raises(Refused) as refused:
            dvc_portal.parse("bc.csv", body.encode(), "2024-03")
        assert refused.value.code == days
        return
    found = dvc_portal.parse("bc.csv", body.encode(), "2024-03").rows
    assert found.select("value", "period_start", "period_end").rows() == [(300, *days)]


def test_the_name_of_a_file_of_the_year_to_date_leaves_a_column_of_the_month_what_it_is():
    body = "Đơn vị;Hồ sơ tiếp nhận;\n;Trong tháng;Lũy kế từ đầu năm\nHuyện KBang;300;900\n".encode()
    found = dvc_portal.parse("luy-ke.csv", body, "2024-03").rows
    assert found.select("value", "period_start", "period_end").rows() == [(300, *WHOLE)]


FORM = (
    "Đơn vị báo cáo;Huyện KBang\nKỳ báo cáo;Quý II/2024\nPhạm vi số liệu;Số liệu của đơn vị\n{0}"
    "Mã số liệu;Số liệu;Đơn vị tính;Giá trị\n"
    "documents;Tổng số văn bản, hồ sơ công việc (trừ hồ sơ mật);văn bản;5000\n"
)


@pytest.mark.parametrize("text", ["{0}\n", "above", "below"])
@pytest.mark.parametrize(
    "words",
    [
        "Số liệu lũy kế từ đầu năm",
        "(Lũy kế)",
        "Số liệu cộng dồn",
        "Lũy kế 6 tháng",
        "Tính từ 01/01/2024",
        "Tính từ đầu năm",
        "Từ 01/01/2024 đến 30/6/2024",
    ],
)
def test_a_form_of_the_year_to_date_is_not_of_its_quarter_alone(words, text):
    body = FORM.format(f"{words}\n" if text == "{0}\n" else "")
    body = f"{words}\n{body}" if text == "above" else f"{body}{words}\n" if text == "below" else body
    found = SOURCES["unit_reports"].parse("bc.csv", body.encode(), "2024-Q2").rows
    assert found["period_start"].to_list() == [date(2024, 1, 1)]


@pytest.mark.parametrize("name", ["KBang luy ke 6 thang.csv", "KBang lũy kế.csv", "6 tháng đầu năm 2024.csv"])
def test_a_form_whose_file_is_named_of_the_year_to_date_is_of_it(name):
    found = SOURCES["unit_reports"].parse(name, FORM.format("").encode(), "2024-Q2").rows
    assert found["period_start"].to_list() == [date(2024, 1, 1)]


# How sure the figures are


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Số liệu ước tính tháng 3 năm 2024", "E"),
        ("ƯỚC THỰC HIỆN THÁNG 3 NĂM 2024", "E"),
        ("Số ước tháng 3/2024", "E"),
        ("Số liệu dự kiến", "E"),
        ("Số liệu tạm tính đến ngày 20/03/2024", "P"),
        ("Số liệu sơ bộ tháng 3", "P"),
        ("BÁO CÁO THÁNG 3 NĂM 2024", "A"),
        ("Kết quả tháng 3 và dự kiến tháng 4 năm 2024", "A"),
        ("Theo quy ước tính điểm", "A"),
        ("Thực hiện Kế hoạch dự kiến năm 2024", "A"),
    ],
)
def test_a_title_says_how_sure_its_figures_are(text, status):
    found = statuses(read(f"{text};;;", HEAD, PLEIKU, CHU_PAH))
    assert found == {"Thành phố Pleiku": status, "Huyện Chư Păh": status}


def test_a_note_a_heading_a_section_and_the_note_of_a_row_say_it_too():
    below = read(HEAD, PLEIKU, CHU_PAH, "Ghi chú: Số liệu tạm tính;;;")
    assert set(below.rows["obs_status"]) == {"P"}
    heading = read("STT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt (ước tính)", PLEIKU, CHU_PAH)
    assert dict(heading.rows.group_by("subject").agg("obs_status").rows()) == {
        "Dân số trưởng thành": ["A", "A"],
        ACCOUNTS: ["E", "E"],
    }
    section = read(HEAD, PLEIKU, "Số liệu ước tính;;;", CHU_PAH)
    assert statuses(section) == {"Thành phố Pleiku": "A", "Huyện Chư Păh": "E"}
    row = read(f"{HEAD};Ghi chú", f"{PLEIKU};Ước tính", f"{CHU_PAH};số năm trước là ước tính")
    assert statuses(row) == {"Thành phố Pleiku": "E", "Huyện Chư Păh": "A"}
