"""The quarterly report: what an office reads in it, and the form of its papers, which it may change."""

import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from conftest import dxkpi
from docx.oxml.ns import qn
from making.marts import HOSTILE, OF_2024, OF_A_QUARTER, OF_ANOTHER_PROVINCE, marts, with_hostile_text
from making.processes import HANGS

from ingest.errors import Refused
from orchestration.publication import quarterly_report, scores
from orchestration.publication.sheet import printable

MADE_UP = "SỐ LIỆU GIẢ ĐỊNH, KHÔNG DÙNG ĐỂ BÁO CÁO"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    """A data directory without a form of its own."""
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def written(folder: Path, more: str = "", period="2024-Q2", org=None, **what) -> Path:
    file = folder / "bao_cao.docx"
    quarterly_report.write(*marts(folder, OF_A_QUARTER + more, **what), file, period, org)
    return file


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return docx.Document(written(tmp_path_factory.mktemp("report")))


def text_of(document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def table_of(document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[-1].rows]


def test_the_head_is_that_of_an_offices_paper(report):
    (left, right), (number, place) = [[cell.text for cell in row.cells] for row in report.tables[0].rows]
    assert left.split("\n")[:2] == ["ỦY BAN NHÂN DÂN", "TỈNH GIA LAI"]
    assert right.split("\n")[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert re.fullmatch(r"Số: +/BC-…+", number) and place == "Gia Lai, ngày …… tháng …… năm 2024"
    lines = [paragraph.text for paragraph in report.paragraphs if paragraph.text]
    assert lines[:4] == [
        "BÁO CÁO",
        "Kết quả thực hiện các chỉ tiêu của Kế hoạch Chuyển đổi số năm 2024, quý II năm 2024",
        "Thực hiện Kế hoạch Chuyển đổi số năm 2024, Ủy ban nhân dân tỉnh Gia Lai báo cáo kết quả trong "
        "quý II năm 2024 như sau:",
        "Số liệu tổng hợp đến 16:30 ngày 01/04/2024 từ báo cáo của các cơ quan, đơn vị. Kết quả "
        "nêu dưới đây là của riêng quý II năm 2024, so với mục tiêu cả năm 2024.",
    ]


def test_the_parts_are_in_the_order_of_a_report_and_it_can_be_signed(report):
    headings = [p.text for p in report.paragraphs if p.style.name == "Heading 1"]
    assert headings == [
        "I. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU",
        "II. TÌNH HÌNH GỬI SỐ LIỆU",
        "III. NỘI DUNG CẦN XEM XÉT, XỬ LÝ",
        "IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ",
    ]
    receivers, signer = (cell.text for cell in report.tables[1].rows[0].cells)
    assert receivers.startswith("Nơi nhận:") and "Lưu: VT" in receivers
    assert signer.split("\n")[:3] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "(Ký, ghi rõ họ tên, đóng dấu)"]


def test_a_result_stands_beside_its_target_and_the_quarter_before(report):
    assert (
        "- Tỷ lệ thuê bao dùng điện thoại thông minh: đạt 68,5% (685/1.000); chưa đạt mục tiêu cả năm 70% "
        "(còn cách 1,5 điểm phần trăm); tăng 1,5 điểm phần trăm so với quý I năm 2024." in text_of(report)
    )
    assert table_of(report)[1:] == [
        [
            "II.2.8", "Tỷ lệ thuê bao dùng điện thoại thông minh", "70%", "67%", "68,5%", "685",
            "1.000", "−1,5", "+1,5", "Chưa đạt", "Tính từ tử số và mẫu số",
        ],
        [
            "II.2.10", "Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử", "60%", "…", "…",
            "…", "…", "…", "…", "Chưa xác định được",
            "Không tính được: còn đơn vị phải báo cáo nhưng chưa báo cáo: Ban Dân tộc (tháng 5/2024)",
        ],
    ]  # fmt: skip


def test_what_is_not_known_is_said_with_its_reason(report, tmp_path):
    reason = "còn đơn vị phải báo cáo nhưng chưa báo cáo: Ban Dân tộc (tháng 5/2024)"
    assert (
        "- Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử: chưa tính được, do "
        f"{reason}. Mục tiêu cả năm là 60%." in text_of(report)
    )
    assert f"Lý do chưa xác định được: 1 mục tiêu do {reason}." in text_of(report)
    first = text_of(docx.Document(written(tmp_path, period="2024-Q1")))
    assert "0 mục tiêu đã đạt mức của cả năm, 0 chưa đạt, 2 chưa xác định được." in first
    assert "2 mục tiêu do chưa có số liệu của kỳ này" in first


def test_nothing_known_of_the_quarter_is_said_at_the_top_and_no_report_is_said_to_be_due(tmp_path):
    first = text_of(docx.Document(written(tmp_path, period="2024-Q1")))
    assert "Đến ngày nêu trên chưa có số liệu nào sử dụng được về riêng quý I năm 2024" in first
    assert "- Chưa có nguồn nào gửi báo cáo theo hạn định kỳ của quý I năm 2024." in first


def test_targets_of_the_year_before_are_those_of_the_plan_that_names_them(tmp_path):
    text = text_of(docx.Document(written(tmp_path, period="2023-Q4")))
    assert "báo cáo kết quả thực hiện các mục tiêu năm 2023 nêu tại Kế hoạch Chuyển đổi số năm 2024" in text
    assert "chưa có số liệu nào sử dụng được về riêng quý IV năm 2023; số liệu đã có (" in text
    assert "là của cả năm 2023, nêu tại bảng tính kèm theo." in text


@pytest.mark.parametrize(
    ("more", "chosen"),
    [
        ("", "2024-Q2"),  # ends after the year of 2023
        ("delete from marts.rpt_scorecard where period_kind = 'quarter';", "2023"),
        (OF_2024, "2024"),  # a year of which only the whole is known
        ("update marts.rpt_scorecard set value = null;", "2024-Q1"),  # nothing: the last that is over
    ],
)
def test_the_report_is_of_the_latest_period_that_has_figures(tmp_path, more, chosen):
    tables, about = marts(tmp_path, OF_A_QUARTER + more)
    assert quarterly_report.write(tables, about, tmp_path / "bao_cao.docx") == chosen


@pytest.mark.parametrize(
    ("built_at", "year"), [("2026-11-30 02:00:00+00", 2026), ("2024-12-31 18:00:00+00", 2025)]
)
def test_a_report_is_not_signed_before_the_day_of_its_data(tmp_path, built_at, year):
    document = docx.Document(written(tmp_path, built_at=built_at))
    assert document.tables[0].rows[1].cells[1].text == f"Gia Lai, ngày …… tháng …… năm {year}"


def test_matters_of_every_severity_are_counted(tmp_path):
    info = "".join(
        f"update marts.{table} set severity = 'info';" for table in ("fct_matter", "rpt_open_matters")
    )
    text = text_of(docx.Document(written(tmp_path, info)))
    assert "2. Huyện Krông Pa: số liệu giảm bất thường." in text
    assert "3. Ngoài các nội dung nêu trên, còn 1 việc chưa giải quyết của các kỳ khác" in text


def test_the_report_of_a_unit_of_which_nothing_is_known_has_no_empty_parts(tmp_path):
    document = docx.Document(written(tmp_path, period="2024-Q1", org="kp"))
    text = text_of(document)
    assert (
        "chưa có số liệu nào sử dụng được của Ủy ban nhân dân huyện Krông Pa về riêng quý I năm 2024." in text
    )
    assert "theo trụ cột" not in text and "Phụ lục kèm theo" not in text and "PHỤ LỤC" not in text
    assert [section.orientation for section in document.sections] == [0]
    assert "Số TT" not in document.tables[-1].rows[0].cells[0].text


def test_matters_of_another_provinces_plan_are_not_in_the_report(report, tmp_path):
    assert text_of(docx.Document(written(tmp_path, OF_ANOTHER_PROVINCE))) == text_of(report)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("fct_matter set position = position", "Chỉ tiêu trong kỳ này: II.2.10. Cơ quan xử lý"),
        ("rpt_open_matters set indicator_id = 'x'", "kỳ này: “Tài khoản định danh điện tử”. Cơ quan"),
        ("fct_matter set title_vi = 'Chỉ tiêu II.2.10 chưa rõ'", "chưa rõ (trong kỳ này: 1/2 nội dung). Cơ"),
        ("rpt_open_matters set indicator_id = null", "(trong kỳ này: 1/2 nội dung). Cơ quan xử lý"),
    ],
)
def test_a_matter_names_its_indicators(tmp_path, changed, told):
    assert told in text_of(docx.Document(written(tmp_path, f"update marts.{changed};")))


def test_who_has_reported_and_what_is_to_be_settled_are_those_of_the_quarter(report):
    text = text_of(report)
    assert (
        "- Báo cáo định danh điện tử: 2/3 báo cáo phải gửi có số liệu sử dụng được, 1 báo cáo đúng hạn; "
        "còn thiếu của "
        "huyện Krông Pa (tháng 5/2024)." in text
    )
    assert (
        "1. Công an tỉnh chưa cung cấp tử số của 1 chỉ tiêu (trong kỳ này: 1/2 nội dung). "
        "Chỉ tiêu trong kỳ này: II.2.10. Cơ quan xử lý: Công an tỉnh. Đề nghị: Gửi tử số. "
        "Nguyễn Văn A đã trả lời: Sẽ gửi trong tháng 4." in text
    )
    assert "2. Huyện Krông Pa: số liệu giảm bất thường." in text
    assert "Ô gộp bị tách" not in text  # a matter of no period
    assert "3. Ngoài các nội dung nêu trên, còn 1 việc chưa giải quyết của các kỳ khác" in text


def test_the_report_of_a_district_is_its_own_and_goes_to_the_province(tmp_path):
    document = docx.Document(written(tmp_path, org="kp"))
    text = text_of(document)
    assert document.tables[0].rows[0].cells[0].text.split("\n")[:2] == ["ỦY BAN NHÂN DÂN", "HUYỆN KRÔNG PA"]
    assert "Kính gửi: Ủy ban nhân dân tỉnh Gia Lai" in text
    assert "Kế hoạch không đặt mục tiêu riêng cho Ủy ban nhân dân huyện Krông Pa trong năm 2024." in text
    assert "1/2 báo cáo phải gửi có số liệu sử dụng được, 0 báo cáo đúng hạn" in text
    assert "1. Huyện Krông Pa: số liệu giảm bất thường" in text and "Công an tỉnh" not in text


# The plan sets a target for all districts together, and of them all only something is known.
FOR_DISTRICTS = """
    insert into marts.dim_org by name select 'districts@1' as org_key, 'Các huyện' as name_vi,
        'group' as level, 'districts' as org_id, 'gl@1' as parent_org_key, 'district' as members_level;
    insert into marts.dim_org by name select 'kp.c@1' as org_key, 'Xã Chư Gu' as name_vi, 'commune' as level,
        'kp.c' as org_id, 'kp@1' as parent_org_key;
    insert into marts.rpt_scorecard by name select * replace ('p-2024/II.2.7b/2024' as target_id,
            'districts@1' as org_key, 'II.2.7b' as target_number, 399 as line, 95 as target_value,
            'documents' as indicator_id, 'Chính quyền số' as pillar_vi, 'district' as org_level,
            'Xử lý văn bản: Đối với cấp huyện' as stated_name, 97 as value, 97 as numerator,
            100 as denominator, 'computed' as value_status, true as met, true as reached, 2 as gap_points)
        from marts.rpt_scorecard where target_id = 'p-2024/II.2.8/2024' and period_kind = 'year';
"""
# What is known of one of them.
OF_KRONG_PA = """
    insert into marts.rpt_scorecard by name select * replace ('kp@1' as org_key, false as is_of_the_whole,
            90 as value, 90 as numerator, false as met, false as reached, -5 as gap_points)
        from marts.rpt_scorecard where org_key = 'districts@1';
"""
LEVEL_S_TARGET = "Xử lý văn bản: Đối với cấp huyện"
NOT_SET = "Kế hoạch không đặt mục tiêu riêng cho"


@pytest.mark.parametrize(
    ("more", "period", "org", "told"),
    [
        (
            FOR_DISTRICTS,
            "2024",
            "kp",
            ": chưa tính được, do chưa có số liệu của kỳ này. Mục tiêu cả năm là 95%.",
        ),
        (
            FOR_DISTRICTS,
            "2024-Q1",
            "kp",
            ": chưa tính được, do chưa có số liệu của kỳ này. Mục tiêu cả năm là",
        ),
        (FOR_DISTRICTS + OF_KRONG_PA, "2024", "kp", ": đạt 90% (90/100); chưa đạt mục tiêu cả năm 95% (còn"),
        (FOR_DISTRICTS, "2024", "kp.c", None),  # of another level
        (FOR_DISTRICTS, "2023", "kp", None),  # of another year
        ("", "2024", "kp", None),
    ],
)
def test_the_target_of_a_level_is_that_of_each_of_its_organisations(tmp_path, more, period, org, told):
    document = docx.Document(written(tmp_path, more, period=period, org=org))
    text = text_of(document)
    closing = "Trên đây là kết quả thực hiện các chỉ tiêu"
    if told is None:
        assert NOT_SET in text and LEVEL_S_TARGET not in text and closing not in text
        assert "Trên đây là tình hình gửi số liệu và các nội dung cần xem xét, xử lý" in text
    else:
        assert f"- {LEVEL_S_TARGET}{told}" in text and "1 mục tiêu nêu mức" in text
        assert NOT_SET not in text and closing in text
        assert [row[0] for row in table_of(document)[1:]] == ["II.2.7b"] and "97" not in text


NOBODY = "delete from marts.fct_reporting; delete from marts.rpt_scorecard where period_kind = 'quarter';"


@pytest.mark.parametrize(
    ("more", "period", "org", "told"),
    [
        (
            NOBODY,
            "2024",
            None,
            "16:30 ngày 01/04/2024. Đến ngày nêu trên chưa có số liệu nào sử dụng được về năm 2024.",
        ),
        (
            NOBODY,
            "2024",
            "kp",
            "Đến ngày nêu trên chưa có số liệu nào sử dụng được của Ủy ban nhân dân huyện Krông Pa về",
        ),
        (
            NOBODY,
            "2024-Q2",
            None,
            "01/04/2024. Đến ngày nêu trên chưa có số liệu nào sử dụng được về riêng quý II",
        ),
        (NOBODY, "2023", None, "01/04/2024 từ kết quả nêu tại kế hoạch nói trên; chưa có báo cáo nào"),
        ("", "2024-Q2", None, "01/04/2024 từ báo cáo của các cơ quan, đơn vị. Kết quả nêu dưới đây"),
    ],
)
def test_figures_are_of_reports_only_where_somebody_has_reported(tmp_path, more, period, org, told):
    text = text_of(docx.Document(written(tmp_path, more, period=period, org=org)))
    assert told in text and ("từ báo cáo của các" in text) is not bool(more)


def test_pillars_are_in_one_order_whatever_the_year(tmp_path):
    first = "update marts.rpt_scorecard set pillar_vi = 'Dữ liệu số' where target_id = 'p-2024/II.2.10/2024';"
    for period in ("2023", "2024"):  # 'Dữ liệu số' comes last in the text of 2024, first in that of 2023
        text = text_of(docx.Document(written(tmp_path, first, period=period)))
        assert text.index("a) Dữ liệu số:") < text.index("b) Xã hội số:")


@pytest.mark.parametrize(
    ("operator", "gap", "reached", "told"),
    [
        (">=", "8.4337", True, "đã đạt mục tiêu cả năm 70% (vượt 8,43 điểm phần trăm)"),
        (">=", "0", True, "đã đạt mục tiêu cả năm 70% (bằng đúng mức mục tiêu)"),
        (">", "0", False, "bằng đúng mức nhưng chưa đạt mục tiêu cả năm >\N{NO-BREAK SPACE}70%"),
        ("<=", "-2", True, "đã đạt mục tiêu cả năm ≤\N{NO-BREAK SPACE}70% (thấp hơn 2 điểm phần trăm)"),
        (">=", None, None, "chưa đủ để so với mục tiêu cả năm 70%"),
    ],
)
def test_the_sentence_beside_a_target_is_strict(operator, gap, reached, told):
    row = {"operator": operator, "target_value": Decimal(70), "gap_points": gap and Decimal(gap)}
    row["reached"] = reached
    assert quarterly_report.Result(row, "2024-Q2")._beside_target() == told


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("D", "số liệu quý I năm 2024 theo định nghĩa khác"),
        ("B", "đơn vị hành chính thay đổi trong quý I năm 2024"),
        ("E", "số liệu quý I năm 2024 được tính trên cơ sở khác"),
    ],
)
def test_a_value_that_is_not_compared_says_which_of_the_two_is_otherwise(status, why):
    values = [
        {"is_measured_otherwise": otherwise, "obs_status": status, "period_id": period}
        for otherwise, period in ((False, "2024-Q2"), (True, "2024-Q1"))
    ]
    result = quarterly_report.Result({"change_points": None}, "2024-Q2", scores.otherwise(*values))
    assert result._beside_before() == f"không so sánh với quý I năm 2024: {why}"


@pytest.mark.parametrize(
    ("column", "longest"), [(5, "1.257.210"), (6, "1.257.210"), (7, "−58,43"), (8, "+22,89"), (4, "52,89%")]
)
def test_a_number_of_the_appendix_is_not_broken_over_lines(report, column, longest):
    """In 11 points of DejaVu Serif, the widest font that stands in for Times New Roman: widths by em."""
    table = report.tables[-1]
    padding = sum(int(side.get(qn("w:w"))) for side in table._tbl.tblPr.xpath("./w:tblCellMar/*"))
    ems = {".": 0.318, ",": 0.318, "%": 0.95, "−": 0.838, "+": 0.838}
    needed = 20 * 11 * sum(ems.get(sign, 0.636) for sign in longest)
    assert table.columns[column].width.twips - padding >= needed


def test_made_up_data_is_named_in_the_head_of_every_page(tmp_path, report):
    made_up = docx.Document(written(tmp_path, made_up=True))
    for section in made_up.sections:
        heads = [section.header] + [section.first_page_header] * section.different_first_page_header_footer
        assert heads and all(MADE_UP in "".join(p.text for p in head.paragraphs) for head in heads)
    assert "GIẢ ĐỊNH" not in report.sections[0].header.part.blob.decode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_others_wrote_is_text_in_the_document(tmp_path, text):
    document = docx.Document(written(tmp_path, with_hostile_text(text)))
    shown = " ".join(printable(text).split())
    assert shown in " ".join(text_of(document).split())
    assert any(shown in " ".join(cell.split()) for row in table_of(document) for cell in row)


def test_the_same_tables_give_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    kept = {hashlib.sha256(written(tmp_path / name).read_bytes()).hexdigest() for name in "ab"}
    assert len(kept) == 1


def own_form(data: Path, text: str) -> Path:
    (data / "templates").mkdir(parents=True)
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(data / "templates/bao_cao_quy.docx"))
    return data / "templates/bao_cao_quy.docx"


def test_the_form_of_the_data_directory_is_used_instead(tmp_path, data):
    own_form(data, "Tờ trình {{ ky }} của {{ ten_co_quan }}")
    document = docx.Document(written(tmp_path))
    assert text_of(document) == "Tờ trình quý II năm 2024 của Ủy ban nhân dân tỉnh Gia Lai"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ ten_khong_co }}", "'ten_khong_co' is undefined"),
        ("{% for dong in bang %}", "Unexpected end of template"),
        ("{{ ().__class__.__bases__[0].__subclasses__() }}", "unsafe"),
    ],
)
def test_a_form_that_cannot_be_filled_is_named_with_what_is_wrong(tmp_path, data, text, told):
    form = own_form(data, text)
    with pytest.raises(Refused, match=re.escape(told)) as refused:
        written(tmp_path)
    assert str(refused.value).startswith(f"{form}: cannot be filled in")


def test_a_form_that_is_no_document_is_named(tmp_path, data):
    own_form(data, "").write_bytes(b"no document")
    with pytest.raises(Refused, match="is no Word document"):
        written(tmp_path)


def test_the_command_writes_the_report_of_the_release_and_a_release_has_one(published, tmp_path):
    told = dxkpi("report", "--period", "2024-Q1", data=published.data, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (0, "bao_cao_2024-Q1.docx\n"), told.stderr
    document = docx.Document(str(tmp_path / "bao_cao_2024-Q1.docx"))
    assert len(table_of(document)) == 13  # the heading and the targets of II.2
    assert "12 chưa xác định được" in text_of(document)
    (released,) = (published.release / "report").glob("bao_cao_*.docx")
    assert released.name == "bao_cao_2023.docx"  # of 2024 there are targets and no figures yet
    text = text_of(docx.Document(str(released)))
    assert "Theo kết quả của năm 2023: 18 mục tiêu đã đạt, 10 chưa đạt, 2 chưa xác định được." in text
    assert (
        "đạt 49,3% (116.133/235.558; số công bố 50,01%); chưa đạt mục tiêu cả năm 50% (còn cách 0,7" in text
    )
    assert "mục tiêu “Thường xuyên”; không nêu mức phải đạt; kết quả công bố: Đã triển khai." in text
    assert "27 chỉ tiêu có kết quả nhưng" not in text and "quý" not in text.split("KẾT QUẢ THỰC HIỆN")[0]
    with zipfile.ZipFile(io.BytesIO(released.read_bytes())) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    nowhere = dxkpi("report", "--output", str(tmp_path / "none/x.docx"), data=published.data)
    assert nowhere.stderr.startswith(f"dxkpi: {tmp_path}/none: there is no such folder; make it")
    assert not (tmp_path / "none").exists()
    refused = dxkpi("report", "--period", "2024-03", data=published.data, cwd=tmp_path)
    assert refused.returncode == 1 and "expected one such as 2024-Q1" in refused.stderr


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_opens_the_report(tmp_path):
    file = written(tmp_path)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    made = [*command, "--convert-to", "txt:Text (encoded):UTF8", "--outdir", tmp_path, file]
    subprocess.run(made, check=True, capture_output=True, timeout=HANGS)
    assert "đạt 68,5% (685/1.000)" in (tmp_path / "bao_cao.txt").read_text(encoding="utf-8")


def known_of(period_id: str, missing: list[int] | None, obs_status="P") -> dict:
    missing_periods = missing and [f"2024-{month:02}" for month in missing]
    return {"period_id": period_id, "missing_periods": missing_periods, "obs_status": obs_status, "value": 54}


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        (
            known_of("2024", [*range(2, 13)]),
            "sơ bộ, số liệu đến tháng 1/2024",
            "provisional, data up to 1/2024",
        ),
        (known_of("2024-Q2", [5, 6]), "sơ bộ, số liệu đến tháng 4/2024", "provisional, data up to 4/2024"),
        (known_of("2024", [12]), "sơ bộ, số liệu đến tháng 11/2024", "provisional, data up to 11/2024"),
        (
            known_of("2024", [2]),
            "sơ bộ, chưa có số liệu tháng 2/2024",
            "provisional, no data of months 2/2024",
        ),
        (
            known_of("2024-Q1", [1]),
            "sơ bộ, chưa có số liệu tháng 1/2024",
            "provisional, no data of months 1/2024",
        ),
        (known_of("2024-02", None), "sơ bộ", "provisional"),
        (known_of("2024", [2], "A"), None, None),
    ],
)
def test_a_verdict_on_what_is_not_all_known_says_until_when_it_is(row, vi, en):
    for language, expected, verdict in (("vi", vi, "Chưa đạt"), ("en", en, "Missed")):
        said = scores.verdict(row | {"met": False}, language)
        assert said == (f"{verdict}, {expected}" if expected else verdict)


A_MONTH = """
    update marts.rpt_scorecard set value = 54, value_status = 'computed', obs_status = 'P', met = false,
        reached = false, missing_periods = [{missing}]
        where period_kind = 'year' and target_id = 'p-2024/II.2.8/2024';
    delete from marts.rpt_scorecard where period_id > '2024-Q1' and period_kind = 'quarter';
    insert into marts.rpt_scorecard by name
        select * replace ('2024-Q1' as period_id, 'quarter' as period_kind) from marts.rpt_scorecard
        where period_kind = 'year' and target_id = 'p-2024/II.2.8/2024';
"""


@pytest.mark.parametrize(("last", "latest"), [(1, "2024-Q1"), (12, "2024")])
def test_the_latest_report_is_of_the_year_only_where_its_months_are_known(tmp_path, last, latest):
    missing = ", ".join(f"'2024-{month:02}'" for month in range(last + 1, 13))
    release, about = marts(tmp_path, OF_A_QUARTER + A_MONTH.format(missing=missing))
    assert quarterly_report.subject(release, about, None, None)[1] == latest


def test_a_report_of_a_year_that_is_not_all_known_says_so_at_the_top(tmp_path):
    missing = ", ".join(f"'2024-{month:02}'" for month in range(2, 13))
    document = docx.Document(written(tmp_path, A_MONTH.format(missing=missing), period="2024"))
    text = text_of(document)
    assert "là của cả năm 2024" not in text
    assert "1 kết quả nêu dưới đây là sơ bộ, số liệu đến tháng 1/2024, chưa phải kết quả của cả năm." in text
    assert "Chưa đạt, sơ bộ, số liệu đến tháng 1/2024" in [row[9] for row in table_of(document)]
