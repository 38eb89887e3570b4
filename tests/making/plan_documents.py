"""Makes tests/fixtures/plan_documents anew by soffice and chromium: python plan_documents.py [FOLDER ...]

What a document holds and what is right are told side by side; no reader of this project has a part in it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from decimal import Decimal
from pathlib import Path

import yaml
from plan_building import Plan, columns, names_of, rows_of
from plan_papers import Cell, Heading, Item, NewPage, Paragraph, Title, page, text, word, workbook
from plan_words import INDICATORS, LOCAL_TASKS

DOSSIERS = ("hồ sơ được tiếp nhận trực tuyến", "hồ sơ có phí, lệ phí được thanh toán trực tuyến")
FOLDER = Path(__file__).parents[1] / "fixtures" / "plan_documents"

ALL_WORD = ("word.docx", "libreoffice.docx", "libreoffice.pdf")
WORD = ("word.docx", "libreoffice.pdf")
PLANS = []


def plan(function):
    PLANS.append(function)
    return function


@plan
def target_then_result() -> Plan:
    p = Plan(
        "lao-cai-2025",
        "Lào Cai",
        "province",
        2025,
        (*ALL_WORD, "page.html", "text.md", "text.txt"),
        habits=("numbering", "runs", "nbsp"),
        form="plain",
    )
    p.letterhead()
    p.basis()
    p.background("I.")
    p.say(Heading("II.", "MỤC TIÊU"), Heading("1.", "Mục tiêu chung", 2))
    p.say(Paragraph("Tiếp tục đẩy mạnh chuyển đổi số, lấy người dân và doanh nghiệp làm trung tâm."))
    p.say(Heading("2.", "Mục tiêu cụ thể", 2))
    p.prose_last(8)
    p.closing("III.")
    p.signature()
    p.appendix("PHỤ LỤC 01", "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU CHUYỂN ĐỔI SỐ NĂM 2024", landscape=False)
    p.indicators(
        columns(
            "Số TT=no; Chỉ tiêu=name; Mục tiêu năm 2024=target:2024; Kết quả năm 2024=result:2024; "
            "Ghi chú=note"
        ),
        p.choose(("Dữ liệu số", 5), ("Chính quyền số", 6), ("Xã hội số", 5), ("An toàn thông tin mạng", 3)),
        widths=[1, 6, 2, 2, 2],
        merged=False,
    )
    return p


@plan
def results_before_targets() -> Plan:
    p = Plan(
        "yen-bai-2025",
        "Yên Bái",
        "province",
        2025,
        (*WORD, "workbook.xlsx", "page.html", "text.md"),
        habits=("numbers", "runs", "paragraphs"),
        title="CHUYỂN ĐỔI SỐ NĂM 2025 TRÊN ĐỊA BÀN TỈNH YÊN BÁI",
    )
    p.say(Title(["PHỤ LỤC I", "CHỈ TIÊU CHUYỂN ĐỔI SỐ NĂM 2025 TRÊN ĐỊA BÀN TỈNH YÊN BÁI"]))
    p.say(
        Paragraph(
            "(Kèm theo Kế hoạch số 15/KH-UBND ngày 20/01/2025 của Ủy ban nhân dân tỉnh Yên Bái)",
            italic=True,
            align="center",
        )
    )
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; ĐVT=unit; Thực hiện năm 2024=result:2024; Mục tiêu năm "
            "2025=target:2025; Cơ quan chủ trì theo dõi=lead"
        ),
        p.choose(("Hạ tầng số", 5), ("Chính quyền số", 5), ("Kinh tế số", 4), other=5),
        widths=[1, 6, 2, 2, 2, 3],
        through=True,
    )
    return p


@plan
def two_horizons() -> Plan:
    p = Plan(
        "quang-nam-2024",
        "Quảng Nam",
        "province",
        2024,
        (*ALL_WORD, "text.txt"),
        habits=("numbering", "styles", "wrapped"),
        form="words",
    )
    p.letterhead()
    p.basis()
    p.purpose("I.")
    p.say(
        Heading("II.", "MỤC TIÊU"), Paragraph("Các chỉ tiêu chuyển đổi số chi tiết tại Phụ lục I kèm theo.")
    )
    p.closing("III.")
    p.signature()
    p.appendix("PHỤ LỤC I", "CÁC CHỈ TIÊU CHUYỂN ĐỔI SỐ CHỦ YẾU")
    p.indicators(
        columns(
            "STT=no; Tên chỉ tiêu=name; Kết quả năm 2023=result:2023; Mục tiêu năm "
            "2025=target:2025; Mục tiêu năm 2030=target:2030; Đơn vị chủ trì=lead"
        ),
        p.choose(("Hạ tầng số", 4), ("Chính quyền số", 6), ("Xã hội số", 4)),
        widths=[1, 6, 2, 2, 2, 3],
    )
    return p


@plan
def two_header_rows() -> Plan:
    p = Plan(
        "ha-giang-2024",
        "Hà Giang",
        "province",
        2024,
        (*ALL_WORD, "workbook.xlsx", "page.html", "text.md"),
        habits=("numbers", "runs"),
        form="plain",
    )
    p.say(
        Title(["Phụ lục 1", "HỆ THỐNG CHỈ TIÊU CHUYỂN ĐỔI SỐ TỈNH HÀ GIANG NĂM 2024"]),
        Paragraph(
            "(Ban hành kèm theo Kế hoạch số 28/KH-UBND của UBND tỉnh Hà Giang)", italic=True, align="center"
        ),
    )
    heads = rows_of(
        [
            Cell("TT", rows=2),
            Cell("Chỉ tiêu", rows=2),
            Cell("Năm 2023", columns=2),
            Cell("Năm 2024"),
            Cell("Ghi chú", rows=2),
        ],
        ["Mục tiêu", "Kết quả", "Mục tiêu"],
    )
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Mục tiêu=target:2023; Kết quả=result:2023; Mục "
            "tiêu=target:2024; Ghi chú=note"
        ),
        p.choose(("Hạ tầng số", 5), ("Dữ liệu số", 4), ("Chính quyền số", 5), ("Kinh tế số", 3)),
        heads=heads,
        widths=[1, 6, 2, 2, 2, 2],
    )
    return p


@plan
def rows_below_rows() -> Plan:
    p = Plan(
        "son-la-2025",
        "Sơn La",
        "province",
        2025,
        (*WORD, "page.html", "text.md"),
        habits=("runs", "nbsp"),
        form="words",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Paragraph("Các chỉ tiêu cụ thể tại Phụ lục 01."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC 01", "CHỈ TIÊU CHUYỂN ĐỔI SỐ NĂM 2025", landscape=False)
    shape = columns(
        "TT=no; Tên chỉ tiêu=name; Mục tiêu năm 2025=target:2025; Kết quả năm 2024=result:2024; Ghi chú=note"
    )
    levels = ["Cấp tỉnh", "Cấp huyện", "Cấp xã"]
    sections = p.choose(("Chính quyền số", 3), ("Xã hội số", 3))
    sections[0][2].insert(1, ("Tỷ lệ văn bản điện tử được ký số trên môi trường mạng", "%", levels))
    sections[1][2].append(
        ("Tỷ lệ cơ sở thanh toán không dùng tiền mặt", "%", ["Cơ sở y tế", "Cơ sở giáo dục", "Chợ, siêu thị"])
    )
    p.indicators(shape, sections, widths=[1, 6, 2, 2, 2])
    p.appendix("PHỤ LỤC 02", "CHỈ TIÊU AN TOÀN THÔNG TIN NĂM 2025", landscape=False)
    p.indicators(
        shape,
        [
            (
                "",
                "",
                [
                    *INDICATORS["An toàn thông tin mạng"][:2],
                    (
                        "Tỷ lệ sự cố an toàn thông tin được xử lý trong 24 giờ",
                        "%",
                        ["Hệ thống cấp độ 3", "Hệ thống cấp độ 2"],
                    ),
                ],
            )
        ],
        widths=[1, 6, 2, 2, 2],
        letters="dotted",
    )
    return p


@plan
def long_landscape() -> Plan:
    p = Plan(
        "dak-lak-2024",
        "Đắk Lắk",
        "province",
        2024,
        (*WORD, "browser.pdf"),
        habits=("footer", "wrapped", "runs"),
    )
    p.letterhead()
    p.basis()
    p.background("I.")
    p.say(Heading("II.", "MỤC TIÊU NĂM 2024"), Paragraph("Chi tiết tại Biểu 01 kèm theo Kế hoạch này."))
    p.closing("III.")
    p.signature()
    p.appendix("Biểu 01", "CHỈ TIÊU CHUYỂN ĐỔI SỐ TỈNH ĐẮK LẮK NĂM 2024")
    p.indicators(
        columns(
            "STT=no; Nội dung chỉ tiêu=name; Đơn vị tính=unit; Kết quả năm 2023=result:2023; Chỉ "
            "tiêu năm 2024=target:2024; Đơn vị chủ trì=lead; Ghi chú=note"
        ),
        p.choose(*((section, 9) for section in INDICATORS), other=8),
        widths=[1, 7, 2, 2, 2, 4, 2],
        through=True,
        numbered=True,
    )
    return p


@plan
def no_results() -> Plan:
    p = Plan(
        "tra-vinh-2025",
        "Trà Vinh",
        "province",
        2025,
        (*WORD, "page.html", "workbook.xlsx"),
        habits=("numbers", "nbsp"),
        form="words",
    )
    p.say(
        Title(["PHỤ LỤC 1", "PHÂN CÔNG THỰC HIỆN CÁC CHỈ TIÊU CHUYỂN ĐỔI SỐ TỈNH TRÀ VINH NĂM 2025"]),
        Paragraph(
            "(Ban hành kèm theo Quyết định số 112/QĐ-UBND ngày 17/01/2025 của Ủy ban nhân dân tỉnh Trà Vinh)",
            italic=True,
            align="center",
        ),
    )
    p.indicators(
        columns("STT=no; Chỉ tiêu=name; Mục tiêu=target:2025; Đơn vị chủ trì=lead; Ghi chú=note"),
        p.choose(("Dữ liệu số", 4), ("Chính quyền số", 5), ("Kinh tế số", 4), other=2),
        widths=[1, 6, 2, 3, 2],
    )
    return p


@plan
def results_column_of_targets() -> Plan:
    p = Plan(
        "thanh-hoa-2030",
        "Thanh Hóa",
        "province",
        2030,
        (*WORD, "workbook.xlsx"),
        habits=("paragraphs",),
        title="Phát triển kinh tế số, xã hội số tỉnh Thanh Hóa đến năm 2030",
        signed=2025,
    )
    p.letterhead()
    p.say(Title(["PHỤ LỤC I", "DANH MỤC CHỈ TIÊU"]))
    shape = columns(
        "TT=no; Chỉ tiêu=name; Đơn vị đo=unit; Kết quả=target:2030; Cơ quan theo dõi, đánh giá=lead"
    )
    p.indicators(
        shape,
        [
            ("A", "ĐẾN NĂM 2030", []),
            *p.choose(("Hạ tầng số", 4), ("Kinh tế số", 3), ("Xã hội số", 4), other=6),
        ],
        widths=[1, 6, 2, 2, 3],
        through=True,
    )
    return p


@plan
def prose_number_last() -> Plan:
    p = Plan(
        "phu-yen-2025",
        "Phú Yên",
        "province",
        2025,
        (*WORD, "text.md", "text.txt"),
        habits=("numbering", "styles", "runs"),
    )
    p.letterhead()
    p.basis()
    p.background("I.")
    p.say(Heading("II.", "MỤC TIÊU"), Heading("1.", "Mục tiêu tổng quát", 2))
    p.say(
        Paragraph(
            "Phát triển chính quyền số, kinh tế số, xã hội số; phấn đấu nâng hạng chuyển đổi số của tỉnh."
        )
    )
    p.say(Heading("2.", "Mục tiêu cụ thể", 2), Heading("a)", "Chính quyền số", 3))
    p.prose_last(6)
    p.say(Heading("b)", "Kinh tế số, xã hội số", 3))
    p.prose_last(6)
    p.closing("III.")
    p.signature()
    return p


@plan
def prose_number_first() -> Plan:
    p = Plan("binh-thuan-2025", "Bình Thuận", "province", 2025, (*WORD, "page.html"), habits=("runs", "nbsp"))
    p.letterhead()
    p.basis()
    p.purpose("I.")
    p.say(Heading("II.", "MỤC TIÊU CỤ THỂ NĂM 2025"), Heading("1.", "Phát triển chính quyền số", 2))
    p.prose_first(5)
    p.say(Heading("2.", "Phát triển kinh tế số và xã hội số", 2))
    p.prose_first(4)
    p.closing("III.")
    p.signature()
    return p


@plan
def prose_of_levels() -> Plan:
    p = Plan("ninh-binh-2025", "Ninh Bình", "province", 2025, (*WORD, "text.txt"), habits=("numbering",))
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể năm 2025", 2))
    name = "Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng (trừ hồ sơ thuộc phạm vi bí mật nhà nước)"
    p.say(Item(f"{name}: cấp tỉnh đạt 100%, cấp huyện đạt 95%, cấp xã đạt 85%."))
    for level, value in (("cấp tỉnh", 100), ("cấp huyện", 95), ("cấp xã", 85)):
        p.target(name, ">=", value, unit="%", level=level)
    name = "Tỷ lệ văn bản điện tử được ký số"
    p.say(Item(f"{name}:"))
    for said, level, operator, value in (
        ("Đối với các sở, ban, ngành đạt 100%.", "Đối với các sở, ban, ngành", ">=", 100),
        ("Đối với Ủy ban nhân dân cấp huyện đạt trên 95%.", "Đối với Ủy ban nhân dân cấp huyện", ">", 95),
        ("Đối với Ủy ban nhân dân cấp xã đạt tối thiểu 90%.", "Đối với Ủy ban nhân dân cấp xã", ">=", 90),
    ):
        p.say(Item(said, "+", 1))
        p.target(name, operator, value, unit="%", level=level)
    name = "hồ sơ công việc được lập trên môi trường điện tử"
    p.say(Item(f"100% {name} tại cấp tỉnh; 90% tại cấp huyện; 80% tại cấp xã."))
    for level, value in (("tại cấp tỉnh", 100), ("tại cấp huyện", 90), ("tại cấp xã", 80)):
        p.target(name, ">=", value, unit="%", level=level)
    p.say(Item("Tỷ lệ hồ sơ giải quyết quá hạn dưới 1%."))
    p.target("Tỷ lệ hồ sơ giải quyết quá hạn", "<", 1, unit="%")
    p.say(Item("Thời gian chờ của người dân tại Bộ phận Một cửa không quá 15 phút/lượt."))
    p.target("Thời gian chờ của người dân tại Bộ phận Một cửa", "<=", 15, unit="phút/lượt")
    p.prose_last(3)
    p.closing("II.")
    p.signature()
    return p


@plan
def prose_of_two_years() -> Plan:
    p = Plan(
        "hau-giang-2025",
        "Hậu Giang",
        "province",
        2025,
        WORD,
        habits=("styles", "runs"),
        title="Chuyển đổi số tỉnh Hậu Giang giai đoạn 2021-2025, định hướng đến năm 2030",
        signed=2021,
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể đến năm 2025", 2))
    p.prose_last(5)
    p.prose_first(3)
    p.say(Heading("2.", "Mục tiêu cụ thể đến năm 2030", 2))
    p.prose_last(4, year=2030)
    p.prose_first(3, year=2030)
    p.closing("II.")
    p.signature()
    return p


TASK_COLUMNS = columns(
    "TT=no; Tên nhiệm vụ, dự án=name; Đơn vị chủ trì=lead; Đơn vị phối hợp=with; Thời gian "
    "thực hiện=years; Kinh phí năm 2025 (triệu đồng)=amount; Nguồn vốn=fund"
)


@plan
def tasks_with_sums() -> Plan:
    p = Plan(
        "cao-bang-2025",
        "Cao Bằng",
        "province",
        2025,
        (*ALL_WORD, "workbook.xlsx", "page.html", "text.md"),
        habits=("numbers", "runs"),
    )
    p.say(
        Title(["PHỤ LỤC 02", "DANH MỤC NHIỆM VỤ, DỰ ÁN CHUYỂN ĐỔI SỐ TỈNH CAO BẰNG NĂM 2025"]),
        Paragraph(
            "(Kèm theo Kế hoạch số 301/KH-UBND ngày 30/12/2024 của UBND tỉnh Cao Bằng)",
            italic=True,
            align="center",
        ),
    )
    p.tasks(
        TASK_COLUMNS,
        [("I", "Hạ tầng số", 4), ("II", "Chính quyền số", 6), ("III", "Nhân lực số", 3)],
        sums=True,
        total="Tổng cộng",
        widths=[1, 5, 3, 3, 2, 2, 2],
    )
    return p


@plan
def tasks_of_many_years() -> Plan:
    p = Plan(
        "nghe-an-2025",
        "Nghệ An",
        "province",
        2025,
        (*ALL_WORD, "workbook.xlsx"),
        habits=("wrapped", "runs", "footer"),
    )
    p.say(
        Title(["Phụ lục II", "PHÂN CÔNG NHIỆM VỤ CHUYỂN ĐỔI SỐ TỈNH NGHỆ AN NĂM 2025"]),
        Paragraph(
            "(Ban hành kèm theo Kế hoạch số 44/KH-UBND ngày 24/01/2025 của Ủy ban nhân dân tỉnh Nghệ An)",
            italic=True,
            align="center",
        ),
    )
    p.tasks(
        columns(
            "STT=no; Nhiệm vụ=name; Cơ quan chủ trì=lead; Cơ quan phối hợp=with; Sản phẩm=product; "
            "Thời gian hoàn thành=years"
        ),
        [("I", "Thể chế số", 5), ("II", "Hạ tầng số, dữ liệu số", 8), ("III", "Kinh tế số, xã hội số", 7)],
        all_years=True,
        widths=[1, 5, 3, 3, 3, 2],
    )
    return p


@plan
def tasks_in_billions() -> Plan:
    p = Plan("kien-giang-2024", "Kiên Giang", "province", 2024, WORD, habits=("numbering", "paragraphs"))
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "NHIỆM VỤ"), Paragraph("Danh mục nhiệm vụ, dự án tại Phụ lục 3 kèm theo."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC 3", "DANH MỤC NHIỆM VỤ, DỰ ÁN NĂM 2024")
    p.say(Paragraph("Đơn vị tính: tỷ đồng", italic=True, align="right"))
    p.tasks(
        columns(
            "TT=no; Tên nhiệm vụ, dự án=name; Mục tiêu=aim; Đơn vị chủ trì=lead; Thời gian thực "
            "hiện=years; Kinh phí dự kiến=amount; Ghi chú=note"
        ),
        [("", "", 9)],
        unit="tỷ đồng",
        total="TỔNG CỘNG",
        widths=[1, 5, 5, 3, 2, 2, 2],
    )
    p.appendix("PHỤ LỤC 4", "NHIỆM VỤ KHÁC", issued=False)
    p.tasks(
        columns("TT=no; Nội dung nhiệm vụ=name; Đơn vị thực hiện=lead; Thời gian=years; Kinh phí=amount"),
        [("", "", 5)],
        unit="triệu đồng",
        unit_in_cell=True,
        widths=[1, 6, 3, 2, 3],
    )
    return p


@plan
def tasks_in_dong() -> Plan:
    p = Plan("ben-tre-2024", "Bến Tre", "province", 2024, (*WORD, "text.txt"), habits=("runs",))
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "KINH PHÍ"), Paragraph("Kinh phí thực hiện chi tiết tại Phụ lục 02."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC 02", "DANH MỤC NHIỆM VỤ CHUYỂN ĐỔI SỐ NĂM 2024")
    p.tasks(
        columns(
            "Số TT=no; Tên nhiệm vụ=name; Đơn vị chủ trì=lead; Phân loại nhiệm vụ=class; Thời gian "
            "thực hiện=years; Kinh phí năm 2024 (đồng)=amount; Ghi chú=note"
        ),
        [("", "", 12)],
        unit="đồng",
        comma=True,
        total="TỔNG CỘNG",
        widths=[1, 5, 3, 2, 2, 3, 2],
    )
    return p


@plan
def decision_plan_appendices() -> Plan:
    p = Plan(
        "lang-son-2025",
        "Lạng Sơn",
        "province",
        2025,
        (*WORD, "page.html", "browser.pdf"),
        habits=("numbering", "runs", "nbsp", "footer"),
        number="215/QĐ-UBND",
        form="plain",
    )
    title = p.title
    p.title = f"Ban hành Kế hoạch {title}"
    p.letterhead("QUYẾT ĐỊNH")
    p.title = title
    p.say(
        Paragraph("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN", bold=True, align="center"),
        Paragraph("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", italic=True),
        Paragraph("Theo đề nghị của Giám đốc Sở Thông tin và Truyền thông.", italic=True),
        Paragraph("QUYẾT ĐỊNH:", bold=True, align="center"),
        Paragraph("Điều 1. Ban hành kèm theo Quyết định này Kế hoạch Chuyển đổi số tỉnh Lạng Sơn năm 2025."),
        Paragraph("Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
        Paragraph("Điều 3. Chánh Văn phòng UBND tỉnh, Thủ trưởng các cơ quan chịu trách nhiệm thi hành./."),
    )
    p.signature()
    p.say(NewPage(), Title(["KẾ HOẠCH", title]))
    p.say(
        Paragraph(
            "(Ban hành kèm theo Quyết định số 215/QĐ-UBND ngày 22/01/2025 của UBND tỉnh Lạng Sơn)",
            italic=True,
            align="center",
        )
    )
    p.background("I.")
    p.say(Heading("II.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể", 2))
    p.prose_last(4)
    p.prose_first(3)
    p.say(Heading("III.", "KINH PHÍ THỰC HIỆN"), Paragraph("Kinh phí chi tiết tại Phụ lục 02 kèm theo."))
    p.closing("IV.")
    p.appendix("PHỤ LỤC 01", "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU NĂM 2024", landscape=False)
    p.indicators(
        columns(
            "Số TT=no; Chỉ tiêu=name; Mục tiêu năm 2024=target:2024; Kết quả đạt được=result:2024; "
            "Ghi chú=note"
        ),
        p.choose(("Dữ liệu số", 3), ("Chính quyền số", 5), ("Kinh tế số", 3)),
        widths=[1, 6, 2, 2, 2],
        numbered=True,
    )
    p.appendix("PHỤ LỤC 02", "DANH MỤC NHIỆM VỤ, DỰ ÁN NĂM 2025")
    p.tasks(
        TASK_COLUMNS,
        [("I", "Nhiệm vụ chuyển tiếp", 3), ("II", "Nhiệm vụ mới", 5)],
        total="Tổng cộng",
        comma=True,
        widths=[1, 5, 3, 3, 2, 2, 2],
    )
    p.appendix("PHỤ LỤC 03", "NHIỆM VỤ CỦA UBND CÁC HUYỆN, THÀNH PHỐ")
    p.tasks(
        columns(
            "TT=no; Tên nhiệm vụ=name; Mục tiêu đầu tư=aim; Đơn vị chủ trì=lead; Thời gian thực hiện=years"
        ),
        [("", "", 4)],
        widths=[1, 5, 5, 3, 2],
        works=LOCAL_TASKS,
        leads=["UBND huyện Cao Lộc", "UBND huyện Hữu Lũng", "UBND thành phố Lạng Sơn"],
    )
    return p


@plan
def commune() -> Plan:
    p = Plan(
        "xa-tan-hoi-2024",
        "Tân Hội",
        "commune",
        2024,
        (*WORD, "text.txt"),
        title="Chuyển đổi số năm 2024 trên địa bàn xã Tân Hội",
        habits=("runs",),
    )
    p.letterhead()
    p.say(
        Paragraph(
            "Thực hiện Kế hoạch số 25/KH-UBND ngày 12/01/2024 của UBND huyện Đức Trọng về chuyển đổi số năm "
            "2024, UBND xã Tân Hội xây dựng Kế hoạch như sau:"
        )
    )
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể", 2))
    p.prose_first(4)
    p.prose_last(3)
    p.say(Heading("II.", "NHIỆM VỤ CỤ THỂ"))
    p.tasks(
        columns(
            "STT=no; Nội dung công việc=name; Người/bộ phận chủ trì=lead; Phối hợp=with; Thời gian=years"
        ),
        [("", "", 5)],
        widths=[1, 5, 3, 3, 2],
        works=LOCAL_TASKS,
        leads=[
            "Công chức Văn hóa - Xã hội",
            "Công chức Văn phòng - Thống kê",
            "Công an xã",
            "Đoàn Thanh niên xã",
        ],
    )
    p.closing("III.")
    p.signature()
    return p


@plan
def ward_after_2025() -> Plan:
    p = Plan(
        "phuong-hoa-binh-2026",
        "Hòa Bình",
        "ward",
        2026,
        ("word.docx", "text.md"),
        title="Triển khai nhiệm vụ chuyển đổi số, Đề án 06 năm 2026 trên địa bàn phường Hòa Bình",
        form="words",
    )
    p.letterhead()
    p.say(Heading("I.", "CHỈ TIÊU"))
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; ĐVT=unit; Kết quả năm 2025=result:2025; Mục tiêu năm 2026=target:2026"
        ),
        [("", "", [*INDICATORS["Xã hội số"][:5], ("Số lượt người được bồi dưỡng kỹ năng số", "Lượt người")])],
        widths=[1, 6, 2, 2, 2],
    )
    p.closing("II.")
    p.signature()
    return p


@plan
def district() -> Plan:
    p = Plan(
        "huyen-moc-chau-2024",
        "Mộc Châu",
        "district",
        2024,
        WORD,
        habits=("numbering",),
        title="Chuyển đổi số huyện Mộc Châu năm 2024",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể", 2))
    p.prose_last(5)
    p.closing("II.")
    p.signature()
    p.appendix("Phụ lục", "DANH MỤC NHIỆM VỤ NĂM 2024 CỦA HUYỆN MỘC CHÂU")
    p.tasks(
        columns("TT=no; Nhiệm vụ=name; Cơ quan chủ trì=lead; Thời gian=years; Dự toán (triệu đồng)=amount"),
        [("", "", 6)],
        total="Cộng",
        widths=[1, 6, 3, 2, 2],
        comma=True,
        works=LOCAL_TASKS,
        leads=["Phòng Văn hóa và Thông tin", "Văn phòng HĐND và UBND huyện", "Công an huyện"],
    )
    return p


@plan
def ministry() -> Plan:
    p = Plan(
        "bo-xay-dung-2025",
        "Bộ Xây dựng",
        "ministry",
        2025,
        WORD,
        habits=("styles", "runs"),
        title="Chuyển đổi số của Bộ Xây dựng năm 2025",
        number="118/QĐ-BXD",
        form="words",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU CỤ THỂ"))
    p.prose_first(5)
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC I", "CHỈ TIÊU NĂM 2025", landscape=False)
    p.indicators(
        columns("TT=no; Chỉ tiêu=name; Đơn vị tính=unit; Mục tiêu năm 2025=target:2025; Đơn vị chủ trì=lead"),
        p.choose(("Chính quyền số", 5), ("An toàn thông tin mạng", 3), other=3),
        widths=[1, 6, 2, 2, 3],
    )
    return p


@plan
def department() -> Plan:
    p = Plan(
        "so-y-te-hai-duong-2025",
        "Sở Y tế tỉnh Hải Dương",
        "agency",
        2025,
        ("word.docx", "page.html"),
        habits=("nbsp", "wrapped"),
        title="Chuyển đổi số ngành Y tế tỉnh Hải Dương năm 2025",
        number="77/KH-SYT",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể", 2))
    p.prose_first(3)
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC", "PHÂN CÔNG NHIỆM VỤ")
    p.tasks(
        columns(
            "TT=no; Nội dung, nhiệm vụ=name; Đơn vị chủ trì=lead; Đơn vị phối hợp=with; Kết quả, "
            "sản phẩm=product; Thời hạn hoàn thành=years"
        ),
        [("I", "Hoàn thiện thể chế", 3), ("II", "Phát triển dữ liệu", 3)],
        leads=["Văn phòng Sở", "Phòng Kế hoạch - Tài chính", "Trung tâm Kiểm soát bệnh tật tỉnh"],
        widths=[1, 5, 3, 3, 3, 2],
        through=False,
    )
    return p


@plan
def amended() -> Plan:
    p = Plan(
        "vinh-phuc-2024-sua-doi",
        "Vĩnh Phúc",
        "province",
        2024,
        WORD,
        habits=("runs",),
        title="Sửa đổi, bổ sung Kế hoạch Chuyển đổi số tỉnh Vĩnh Phúc năm 2024",
        number="1604/QĐ-UBND",
        form="plain",
    )
    p.letterhead("QUYẾT ĐỊNH")
    p.say(
        Paragraph(
            "Căn cứ Kế hoạch số 12/KH-UBND ngày 10/01/2024 của UBND tỉnh về Chuyển đổi số năm 2024;",
            italic=True,
        ),
        Paragraph("QUYẾT ĐỊNH:", bold=True, align="center"),
        Paragraph(
            "Điều 1. Sửa đổi, bổ sung Phụ lục 01 ban hành kèm theo Kế hoạch số 12/KH-UBND ngày 10/01/2024 "
            "như Phụ lục kèm theo Quyết định này. Các nội dung khác giữ nguyên."
        ),
        Paragraph("Điều 2. Quyết định này có hiệu lực từ ngày ký./."),
    )
    p.signature()
    p.appendix("PHỤ LỤC 01", "CHỈ TIÊU CHUYỂN ĐỔI SỐ NĂM 2024 (SỬA ĐỔI, BỔ SUNG)", landscape=False)
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Mục tiêu năm 2024=target:2024; Kết quả năm 2023=result:2023; Ghi chú=note"
        ),
        p.choose(("Chính quyền số", 4), ("Xã hội số", 3)),
        widths=[1, 6, 2, 2, 2],
    )
    return p


@plan
def merged_province() -> Plan:
    p = Plan(
        "phu-tho-2026",
        "Phú Thọ",
        "province",
        2026,
        ("word.docx", "browser.pdf"),
        habits=("runs", "footer"),
        title="CHUYỂN ĐỔI SỐ TỈNH PHÚ THỌ NĂM 2026",
    )
    p.letterhead()
    p.say(
        Paragraph(
            "Căn cứ Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị; UBND tỉnh Phú Thọ (sau hợp nhất "
            "các tỉnh Phú Thọ, Vĩnh Phúc, Hòa Bình) ban hành Kế hoạch như sau:"
        )
    )
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể năm 2026", 2))
    p.prose_first(4)
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC I", "CHỈ TIÊU NĂM 2026")
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Đơn vị tính=unit; Ước thực hiện năm 2025=result:2025; Mục tiêu "
            "năm 2026=target:2026; Mục tiêu năm 2030=target:2030; Cơ quan chủ trì=lead"
        ),
        p.choose(("Hạ tầng số", 5), ("Kinh tế số", 4), ("Xã hội số", 4), other=4),
        widths=[1, 6, 2, 2, 2, 2, 3],
    )
    return p


@plan
def decomposed_letters() -> Plan:
    p = Plan(
        "bac-kan-2025",
        "Bắc Kạn",
        "province",
        2025,
        ("text.txt", "word.docx"),
        habits=("nfd", "pipes", "nbsp"),
        form="plain",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Heading("1.", "Mục tiêu cụ thể", 2))
    p.prose_last(4)
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC 01", "CHỈ TIÊU NĂM 2025", landscape=False)
    p.indicators(
        columns("TT=no; Chỉ tiêu=name; Mục tiêu năm 2025=target:2025; Kết quả năm 2024=result:2024"),
        p.choose(("Chính quyền số", 4), ("Xã hội số", 4)),
        widths=[1, 6, 2, 2],
    )
    return p


@plan
def tracked_changes() -> Plan:
    p = Plan("dong-thap-2025", "Đồng Tháp", "province", 2025, ("word.docx",), habits=("runs",), form="plain")
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Paragraph("Chi tiết tại Phụ lục 01."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC 01", "CHỈ TIÊU NĂM 2025", landscape=False)
    table = p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Mục tiêu năm 2025=target:2025; Kết quả năm 2024=result:2024; Ghi chú=note"
        ),
        p.choose(("Dữ liệu số", 3), ("Chính quyền số", 5)),
        widths=[1, 6, 2, 2, 2],
    )
    for row in table.rows[3::2]:
        if len(row) == 5 and row[2].text:
            row[2].was = "35%"
    gone = [Cell(text, struck=True) for text in ("9", "Tỷ lệ chỉ tiêu đã bỏ", "77%", "70,1%", "")]
    table.rows.append(gone)
    return p


@plan
def rows_cut_by_a_page() -> Plan:
    p = Plan("soc-trang-2024", "Sóc Trăng", "province", 2024, ("text.md", "word.docx"), form="plain")
    p.say(
        Title(["KẾ HOẠCH", "Chuyển đổi số tỉnh Sóc Trăng năm 2024"]),
        Title(["PHỤ LỤC 01", "CHỈ TIÊU NĂM 2024"]),
    )
    p.indicators(
        columns(
            "STT=no; Chỉ tiêu=name; Kết quả năm 2023=result:2023; Mục tiêu năm 2024=target:2024; Ghi chú=note"
        ),
        p.choose(("Hạ tầng số", 5), ("Chính quyền số", 6)),
        widths=[1, 6, 2, 2, 2],
        through=True,
        cut=("4", "9"),
    )
    return p


@plan
def numbered_columns() -> Plan:
    p = Plan(
        "tien-giang-2025",
        "Tiền Giang",
        "province",
        2025,
        (*WORD, "workbook.xlsx"),
        habits=("numbers", "runs"),
    )
    p.say(
        Title(["Biểu số 01", "CHỈ TIÊU CHUYỂN ĐỔI SỐ TỈNH TIỀN GIANG NĂM 2025"]),
        Paragraph("(Kèm theo Kế hoạch số 19/KH-UBND của UBND tỉnh Tiền Giang)", italic=True, align="center"),
    )
    p.indicators(
        columns(
            "TT=no; Tên chỉ tiêu=name; Đơn vị tính=unit; Thực hiện năm 2024=result:2024; Kế hoạch "
            "năm 2025=target:2025; Ghi chú=note"
        ),
        p.choose(("Hạ tầng số", 3), ("Chính quyền số", 5), other=4),
        widths=[1, 6, 2, 2, 2, 2],
        count_columns=True,
    )
    p.say(NewPage(True), Title(["Biểu số 02", "NHIỆM VỤ CHUYỂN ĐỔI SỐ NĂM 2025"]))
    p.tasks(
        columns("TT=no; Nhiệm vụ=name; Đơn vị chủ trì=lead; Thời gian=years; Kinh phí (triệu đồng)=amount"),
        [("", "", 6)],
        widths=[1, 6, 3, 2, 2],
        count_columns=True,
        total="Tổng số",
    )
    return p


@plan
def header_repeated_by_hand() -> Plan:
    p = Plan(
        "quang-binh-2024",
        "Quảng Bình",
        "province",
        2024,
        WORD,
        habits=("paragraphs", "wrapped", "dots", "spaced"),
        form="words",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Paragraph("Chi tiết tại Phụ lục I."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC I", "KẾT QUẢ NĂM 2023 VÀ MỤC TIÊU NĂM 2024", landscape=False)
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Kết quả năm 2023=result:2023; Mục tiêu năm 2024=target:2024; Ghi chú=note"
        ),
        p.choose(("Dữ liệu số", 4), ("Chính quyền số", 7), ("Xã hội số", 4)),
        widths=[1, 6, 2, 2, 2],
        break_after=9,
    )
    return p


@plan
def offices_merged_downwards() -> Plan:
    p = Plan(
        "long-an-2025",
        "Long An",
        "province",
        2025,
        (*WORD, "page.html", "workbook.xlsx"),
        habits=("runs", "numbers"),
    )
    p.say(
        Title(["PHỤ LỤC II", "DANH MỤC NHIỆM VỤ CHUYỂN ĐỔI SỐ TỈNH LONG AN NĂM 2025"]),
        Paragraph("(Kèm theo Kế hoạch số 08/KH-UBND của UBND tỉnh Long An)", italic=True, align="center"),
    )
    p.tasks(
        columns(
            "TT=no; Nhiệm vụ=name; Cơ quan chủ trì=lead; Sản phẩm=product; Thời gian thực "
            "hiện=years; Kinh phí (triệu đồng)=amount"
        ),
        [("A", "Nhiệm vụ thường xuyên", 4), ("B", "Nhiệm vụ đột phá", 6)],
        lead_merged=True,
        total="Tổng cộng",
        widths=[1, 5, 3, 3, 2, 2],
    )
    return p


@plan
def city() -> Plan:
    p = Plan(
        "can-tho-2025", "Cần Thơ", "city", 2025, ("word.docx", "browser.pdf"), habits=("numbering", "nbsp")
    )
    p.letterhead()
    p.basis()
    p.background("I.")
    p.say(Heading("II.", "MỤC TIÊU, CHỈ TIÊU"), Heading("1.", "Mục tiêu cụ thể", 2))
    p.prose_last(5)
    p.prose_first(4)
    p.say(Heading("III.", "NHIỆM VỤ"), Paragraph("Phân công nhiệm vụ cụ thể tại Phụ lục kèm theo."))
    p.closing("IV.")
    p.signature()
    p.appendix("PHỤ LỤC", "PHÂN CÔNG NHIỆM VỤ CHUYỂN ĐỔI SỐ NĂM 2025")
    p.tasks(
        columns(
            "STT=no; Nhiệm vụ=name; Sản phẩm chủ yếu=product; Đơn vị chủ trì=lead; Đơn vị phối "
            "hợp=with; Thời gian=years"
        ),
        [("I", "Nhận thức số", 3), ("II", "Thể chế số", 2), ("III", "Nhân lực số", 4)],
        all_years=True,
        widths=[1, 5, 3, 3, 3, 2],
    )
    return p


@plan
def years_below_a_heading() -> Plan:
    p = Plan(
        "hoa-binh-2024",
        "Hòa Bình",
        "province",
        2024,
        (*WORD, "workbook.xlsx", "page.html"),
        habits=("numbers",),
    )
    p.say(Title(["PHỤ LỤC I", "LỘ TRÌNH THỰC HIỆN CÁC CHỈ TIÊU CHUYỂN ĐỔI SỐ TỈNH HÒA BÌNH NĂM 2024"]))
    p.say(Paragraph("(Kèm theo Kế hoạch số 09/KH-UBND của UBND tỉnh Hòa Bình)", italic=True, align="center"))
    heads = rows_of(
        [
            Cell("TT", rows=2),
            Cell("Chỉ tiêu", rows=2),
            Cell("Đơn vị tính", rows=2),
            Cell("Kết quả năm 2023", rows=2),
            Cell("Mục tiêu", columns=3),
            Cell("Cơ quan chủ trì", rows=2),
        ],
        ["2024", "2025", "2030"],
    )
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Đơn vị tính=unit; Kết quả năm 2023=result:2023; 2024=target:2024; "
            "2025=target:2025; 2030=target:2030; Cơ quan chủ trì=lead"
        ),
        p.choose(("Hạ tầng số", 4), ("Chính quyền số", 5), ("Xã hội số", 4), other=2),
        heads=heads,
        widths=[1, 6, 2, 2, 2, 2, 2, 3],
    )
    return p


@plan
def dotted_numbers_and_short_headings() -> Plan:
    p = Plan("quang-tri-2025", "Quảng Trị", "province", 2025, (*WORD, "text.md"), habits=("runs", "nbsp"))
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Paragraph("Chi tiết tại Phụ lục 1."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC 1", "TÌNH HÌNH THỰC HIỆN NĂM 2024 VÀ KẾ HOẠCH NĂM 2025")
    sections = p.choose(("Hạ tầng số", 4), ("Chính quyền số", 5), ("An toàn thông tin mạng", 3), other=3)
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; ĐVT=unit; KH năm 2024=target:2024; TH năm 2024=result:2024; "
            "Đánh giá=grade; KH năm 2025=target:2025"
        ),
        [(str(at), section, names) for at, (_, section, names) in enumerate(sections, 1)],
        dotted=True,
        widths=[1, 6, 2, 2, 2, 2, 2],
    )
    return p


@plan
def cells_that_say_more() -> Plan:
    p = Plan(
        "thai-nguyen-2025",
        "Thái Nguyên",
        "province",
        2025,
        (*WORD, "page.html"),
        habits=("spoken",),
        form="words",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Paragraph("Chi tiết tại Phụ lục I."))
    p.closing("II.")
    p.signature()
    p.appendix("PHỤ LỤC I", "CHỈ TIÊU NĂM 2025", landscape=False)
    sections = p.choose(("Chính quyền số", 6), ("Xã hội số", 4))
    sections[0][2].append(("Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng", "levels"))
    sections[1][2].append(("Tỷ lệ người dân thường xuyên dùng dịch vụ công trực tuyến", "relative"))
    p.indicators(
        columns(
            "TT=no; Chỉ tiêu=name; Kết quả năm 2024=result:2024; Mục tiêu năm 2025=target:2025; Ghi chú=note"
        ),
        sections,
        widths=[1, 5, 3, 3, 2],
    )
    return p


@plan
def fields_merged_downwards() -> Plan:
    p = Plan(
        "kon-tum-2025",
        "Kon Tum",
        "province",
        2025,
        (*WORD, "page.html", "workbook.xlsx"),
        habits=("runs", "paragraphs"),
        form="plain",
    )
    p.say(Title(["Phụ lục 01", "CHỈ TIÊU CHUYỂN ĐỔI SỐ TỈNH KON TUM NĂM 2025"]))
    p.say(Paragraph("(Kèm theo Kế hoạch số 31/KH-UBND của UBND tỉnh Kon Tum)", italic=True, align="center"))
    p.indicators(
        columns(
            "STT=no; Lĩnh vực=group; Tên chỉ tiêu=name; Kết quả năm 2024=result:2024; "
            "Mục tiêu năm 2025=target:2025; Đơn vị chủ trì=lead"
        ),
        p.choose(("Hạ tầng số", 4), ("Chính quyền số", 6), ("Kinh tế số", 4)),
        through=True,
        widths=[1, 2, 6, 2, 2, 3],
    )
    return p


@plan
def title_inside_the_table() -> Plan:
    p = Plan(
        "an-giang-2025",
        "An Giang",
        "province",
        2025,
        ("word.docx", "text.txt", "page.html"),
        habits=("points",),
        form="plain",
    )
    p.letterhead()
    p.basis()
    p.say(Heading("I.", "MỤC TIÊU"), Paragraph("Chi tiết tại Biểu số 1 dưới đây."))
    names = (
        "STT=no; Tên chỉ tiêu=name; Kết quả năm 2024=result:2024; Mục tiêu năm 2025=target:2025; Ghi chú=note"
    )
    heads = rows_of([Cell("Biểu số 1: Chỉ tiêu chuyển đổi số năm 2025", columns=5)], names_of(names))
    p.indicators(
        columns(names),
        p.choose(("Chính quyền số", 6), ("Xã hội số", 5)),
        heads=heads,
        widths=[1, 6, 2, 2, 2],
    )
    p.closing("II.")
    p.signature()
    return p


@plan
def money_by_source() -> Plan:
    p = Plan(
        "binh-dinh-2025",
        "Bình Định",
        "province",
        2025,
        (*WORD, "workbook.xlsx", "page.html"),
        habits=("numbers",),
    )
    p.say(Title(["PHỤ LỤC II", "DANH MỤC NHIỆM VỤ, DỰ ÁN CHUYỂN ĐỔI SỐ TỈNH BÌNH ĐỊNH NĂM 2025"]))
    p.say(Paragraph("(Kèm theo Kế hoạch số 64/KH-UBND của UBND tỉnh Bình Định)", italic=True, align="center"))
    heads = rows_of(
        [
            Cell("TT", rows=2),
            Cell("Tên nhiệm vụ, dự án", rows=2),
            Cell("Đơn vị chủ trì", rows=2),
            Cell("Thời gian thực hiện", columns=2),
            Cell("Kinh phí năm 2025 (triệu đồng)", columns=3),
        ],
        ["Bắt đầu", "Kết thúc", "Tổng số", "Ngân sách tỉnh", "Nguồn khác"],
    )
    p.tasks(
        columns(
            "TT=no; Tên nhiệm vụ=name; Đơn vị chủ trì=lead; Bắt đầu=from; Kết thúc=to; Tổng số=amount; "
            "Ngân sách tỉnh=source 1; Nguồn khác=source 2"
        ),
        [("I", "Hạ tầng số", 4), ("II", "Chính quyền số", 5)],
        heads=heads,
        total="Tổng cộng",
        widths=[1, 5, 3, 2, 2, 2, 2, 2],
    )
    return p


@plan
def tasks_below_tasks() -> Plan:
    p = Plan(
        "quang-ngai-2025", "Quảng Ngãi", "province", 2025, (*WORD, "text.md"), habits=("runs", "wrapped")
    )
    p.say(Title(["PHỤ LỤC", "DANH MỤC NHIỆM VỤ CHUYỂN ĐỔI SỐ TỈNH QUẢNG NGÃI NĂM 2025"]))
    p.say(
        Paragraph("(Kèm theo Kế hoạch số 17/KH-UBND của UBND tỉnh Quảng Ngãi)", italic=True, align="center")
    )
    p.tasks(
        columns(
            "TT=no; Nhiệm vụ, giải pháp=name; Chủ trì=lead; Phối hợp=with; Sản phẩm đầu ra=product; "
            "Thời hạn=years"
        ),
        [("I", "Hoàn thiện thể chế", 4), ("II", "Phát triển hạ tầng số", 8)],
        nested=True,
        all_years=True,
        widths=[1, 5, 3, 3, 3, 2],
    )
    return p


@plan
def prose_of_many_turns() -> Plan:
    p = Plan("dien-bien-2025", "Điện Biên", "province", 2025, (*WORD, "text.txt"), habits=("nbsp",))
    p.letterhead()
    p.basis()
    p.background("I.")
    p.say(Heading("II.", "MỤC TIÊU CỤ THỂ"), Heading("1.", "Đến hết năm 2025", 2))
    for sentence, values in (
        ("Trên 80% {n}, trong đó tối thiểu 50% {m}.", [(">", 80), (">=", 50)]),
        ("100% {n} (129/129 xã, phường, thị trấn).", [(">=", 100)]),
        ("Đến hết năm 2025, 95% {n}.", [(">=", 95)]),
        ("Duy trì 100% {n}.", [(">=", 100)]),
        ("Tối thiểu 70 % {n};", [(">=", 70)]),
    ):
        names = [p.counted.pop()] if len(values) == 1 else list(DOSSIERS)
        p.say(Item(sentence.format(n=names[0], m=names[-1])))
        for name, (operator, value) in zip(names, values, strict=True):
            p.target(name, operator, value, unit="%")
    for mark, (sentence, operator, value) in enumerate(
        (
            ("{n} đạt 62,5%.", ">=", 62.5),
            ("{n} đạt trên 40% (năm 2024 đạt 31,2%).", ">", 40),
            ("{n} đạt tỷ lệ 90%;", ">=", 90),
            ("{n} đạt 75% vào cuối năm 2025.", ">=", 75),
            ("{n} tăng từ 45% năm 2024 lên 60%.", ">=", 60),
        ),
        1,
    ):
        name = p.rates.pop()
        p.say(Item(sentence.format(n=name), mark=f"({mark})"))
        p.target(name, operator, value, unit="%")
    p.say(Heading("2.", "Đến năm 2030", 2))
    p.prose_last(3, year=2030)
    p.closing("III.")
    p.signature()
    return p


# ------------------------------------------------------------------------------------------------------


def truth(p: Plan) -> dict:
    """The right values of one content; texts in composed letters, numbers as numbers."""

    def plain(thing):
        if isinstance(thing, dict):
            return {key: plain(value) for key, value in thing.items() if value is not None}
        if isinstance(thing, list):
            return [plain(value) for value in thing]
        if isinstance(thing, Decimal):
            return int(thing) if thing == int(thing) else float(thing)
        return unicodedata.normalize("NFC", thing) if isinstance(thing, str) else thing

    level = {"city": "province", "ward": "commune", "department": "agency"}.get(p.level, p.level)
    return {
        "documents": list(p.formats),
        "organisation": p.name,
        "level": level,
        "year": p.year,
        **{part: plain(rows) for part, rows in p.truth.items() if rows},
    }


def convert(sources: list[Path], form: str, to: Path, profile: Path) -> None:
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            str(to),
            *map(str, sources),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def main(folders: list[str]) -> None:
    plans = [p for p in (function() for function in PLANS) if not folders or p.folder in folders]
    for p in plans:
        shutil.rmtree(FOLDER / p.folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "docx").mkdir()
        (work / "pdf").mkdir()
        for p in plans:
            (work / f"{p.folder}.docx").write_bytes(word(p.paper))
        profile = work / "profile"
        untagged = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"false"}}'
        for target, form in (("docx", "docx:MS Word 2007 XML"), ("pdf", untagged)):
            chosen = [work / f"{p.folder}.docx" for p in plans if f"libreoffice.{target}" in p.formats]
            if chosen:
                convert(chosen, form, work / target, profile)
        for p in plans:
            folder = FOLDER / p.folder
            folder.mkdir(parents=True)
            for form in p.formats:
                match form:
                    case "word.docx":
                        body = word(p.paper)
                    case "libreoffice.docx" | "libreoffice.pdf":
                        body = (work / form.split(".")[1] / f"{p.folder}.{form.split('.')[1]}").read_bytes()
                    case "browser.pdf":
                        source = work / "page.html"
                        source.write_bytes(page(p.paper, printed=True))
                        subprocess.run(
                            [
                                "chromium",
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--no-pdf-header-footer",
                                "--disable-pdf-tagging",
                                f"--user-data-dir={work / 'browser'}",
                                f"--print-to-pdf={work / 'printed.pdf'}",
                                source.as_uri(),
                            ],
                            check=True,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL,
                        )
                        body = (work / "printed.pdf").read_bytes()
                    case "workbook.xlsx":
                        body = workbook(p.paper)
                    case "page.html":
                        body = page(p.paper)
                    case "text.md" | "text.txt":
                        body = text(p.paper, marked=form == "text.md")
                assert not re.search(rb"/tmp/|file://", body), form
                (folder / form).write_bytes(body)
            expected = yaml.safe_dump(truth(p), allow_unicode=True, sort_keys=False, width=110)
            (folder / "expected.yml").write_text(expected, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
