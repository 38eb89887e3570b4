"""Documents as offices have them: what a reader sees in a Word file, a web page, a workbook, a text."""

import io
import zipfile

import docx as python_docx
import openpyxl
import pytest
from making.office_files import docx, p, tbl, tc, tr

from ingest import documents
from ingest.documents.blocks import Cell, Heading, ListItem, Paragraph, Row, Table
from ingest.errors import Refused


def blocks(body: bytes, name: str = "plan") -> list:
    return documents.read(name, body).blocks


def notes(body: bytes) -> list[tuple[str, str]]:
    return [(note.kind, note.text) for note in documents.read("plan", body).notes]


def texts(body: bytes) -> list[str]:
    return [block.text for block in blocks(body)]


def cells(table: Table) -> list[dict]:
    return [{at: cell.text for at, cell in row.cells.items()} for row in table.rows]


def saved(document) -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def test_a_word_file_is_headings_paragraphs_items_and_tables_in_their_order():
    document = python_docx.Document()
    document.add_heading("Phần I", 1)
    document.add_paragraph("Đến nay đạt 52,89%.")
    document.add_paragraph("Hạ tầng số", style="List Bullet")
    document.add_paragraph("Phụ lục", style="List Number")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Năm 2024"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Chỉ tiêu"
    table.cell(1, 1).text, table.cell(1, 2).text = "Mục tiêu", "Kết quả"
    for at, text in enumerate(("Tỷ lệ", ">30%", "52,89%")):
        table.cell(2, at).text = text
    assert blocks(saved(document)) == [
        Heading("Phần I", 1),
        Paragraph("Đến nay đạt 52,89%."),
        ListItem("- Hạ tầng số"),
        ListItem("1. Phụ lục"),
        Table(
            [
                Row({0: Cell("Chỉ tiêu", 2), 1: Cell("Năm 2024", columns=2)}),
                Row({1: Cell("Mục tiêu"), 2: Cell("Kết quả")}),
                Row({0: Cell("Tỷ lệ"), 1: Cell(">30%"), 2: Cell("52,89%")}),
            ],
            3,
        ),
    ]


LEVELS = (
    '<w:abstractNum w:abstractNumId="7">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/>'
    '<w:lvlText w:val="%1.%2."/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
    "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="8">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>'
)


def numbered(text: str, level: int, list_id: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_the_numbers_that_word_computes_stand_before_their_texts():
    body = (
        numbered("Hạ tầng", 0)
        + numbered("Mạng", 1)
        + numbered("Nhà mạng", 2)
        + numbered("Trạm", 3)
        + numbered("Doanh nghiệp", 2)
        + numbered("Dữ liệu", 1)
        + numbered("Kho", 2)
        + numbered("Nhân lực", 0)
        + numbered("Đào tạo", 1)
        + numbered("Phần khác", 0, 2)
        + numbered("Tiếp theo", 0, 2)
        + numbered("Không có danh sách", 0, 99)
    )
    assert texts(docx(body, numbering=LEVELS)) == [
        "I. Hạ tầng",
        "1.1. Mạng",
        "a) Nhà mạng",
        "+ Trạm",
        "b) Doanh nghiệp",
        "1.2. Dữ liệu",
        "a) Kho",
        "II. Nhân lực",
        "2.1. Đào tạo",
        "IV. Phần khác",
        "V. Tiếp theo",
        "Không có danh sách",
    ]


def test_a_column_that_word_numbers_holds_its_numbers():
    number = f"<w:tc>{numbered('', 0, 3)}</w:tc>"
    (table,) = blocks(docx(tbl(tr("STT", "Tên", "Năm"), *[tr(number, "A", "2024")] * 3), numbering=LEVELS))
    assert [row[0] for row in cells(table)] == ["STT", "1", "2", "3"]


def test_the_style_of_a_paragraph_may_number_it_and_make_it_a_heading():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="base"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Muc"><w:name w:val="heading 2"/>'
        '<w:basedOn w:val="Base"/></w:style>'
    )
    body = p("Hạ tầng", '<w:pStyle w:val="Muc"/>') + p("Dữ liệu", '<w:pStyle w:val="Muc"/>')
    assert blocks(docx(body, styles=styles, numbering=LEVELS)) == [
        Heading("I. Hạ tầng", 2),
        Heading("II. Dữ liệu", 2),
    ]


def test_a_table_of_contents_is_no_part_of_the_text():
    styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    body = p("Mục tiêu cụ thể 7", '<w:pStyle w:val="TOC1"/>') + p("Đạt 5%")
    assert texts(docx(body, styles=styles)) == ["Đạt 5%"]


def test_tracked_changes_count_as_if_they_were_accepted_and_are_told():
    changed = (
        '<w:p><w:r><w:t xml:space="preserve">Đạt </w:t></w:r>'
        '<w:del w:id="1"><w:r><w:delText>30</w:delText></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>40</w:t></w:r></w:ins><w:r><w:t>%</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr>'
        '<w:r><w:t xml:space="preserve">Một </w:t></w:r></w:p>'
        "<w:p><w:r><w:t>câu</w:t></w:r></w:p>"
    )
    gone = "<w:tr><w:trPr><w:del w:id='4'/></w:trPr>" + tc("2") + tc("bỏ") + tc("9") + "</w:tr>"
    body = docx(changed + tbl(tr("1", "A", "5"), gone, tr("3", "B", "6")))
    *prose, table = blocks(body)
    assert [block.text for block in prose] == ["Đạt 40%", "Một câu"]
    assert cells(table) == [{0: "1", 1: "A", 2: "5"}, {0: "3", 1: "B", 2: "6"}]
    assert notes(body) == [("tracked", "30 … 2bỏ9")]


def test_hidden_text_is_left_out_and_told():
    body = docx(p("Mật", run="<w:vanish/>") + p("Đạt 5%"))
    assert texts(body) == ["Đạt 5%"]
    assert notes(body) == [("hidden", "Mật")]


def test_text_boxes_content_controls_links_fields_and_footnotes_are_read_once():
    box = f"<w:txbxContent>{p('Trong khung')}</w:txbxContent>"
    drawn = (
        "<w:p><w:r><w:t>Trước khung</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('Trong ô điều khiển')}</w:sdtContent></w:sdt>"
    link = "<w:p><w:hyperlink><w:r><w:t>gialai.gov.vn</w:t></w:r></w:hyperlink></w:p>"
    field = (
        "<w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r>"
        '<w:fldSimple w:instr="SEQ"><w:r><w:t>8</w:t></w:r></w:fldSimple></w:p>'
    )
    noted = '<w:p><w:r><w:t>Đạt 9%</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    footnotes = f'<w:footnote w:id="2">{p("Số ước tính")}</w:footnote>'
    assert texts(docx(drawn + control + link + field + noted, footnotes=footnotes)) == [
        "Trước khung",
        "Trong khung",
        "Trong ô điều khiển",
        "gialai.gov.vn",
        "78",
        "Đạt 9%",
        "Số ước tính",
    ]


def test_rows_and_cells_in_content_controls_are_rows_and_cells():
    row = f"<w:sdt><w:sdtContent>{tr('2', 'B', '6')}</w:sdtContent></w:sdt>"
    cell = f"<w:tr>{tc('3')}<w:sdt><w:sdtContent>{tc('C')}</w:sdtContent></w:sdt>{tc('7')}</w:tr>"
    (table,) = blocks(docx(tbl(tr("1", "A", "5"), row, cell)))
    assert [tuple(row.values()) for row in cells(table)] == [
        ("1", "A", "5"),
        ("2", "B", "6"),
        ("3", "C", "7"),
    ]


def test_a_soft_line_break_parts_items_and_joins_the_rest():
    body = (
        "<w:p><w:r><w:t>- Thứ nhất</w:t><w:br/><w:t>- Thứ hai còn</w:t><w:br/><w:t>tiếp tục</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>Kế hoạch</w:t><w:br/><w:t>năm 2024</w:t></w:r></w:p>"
    )
    assert texts(docx(body)) == ["- Thứ nhất", "- Thứ hai còn tiếp tục", "Kế hoạch năm 2024"]


def test_letters_of_the_symbol_font_and_marks_of_footnotes_spoil_no_number():
    raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    body = (
        '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t xml:space="preserve"> 80%</w:t></w:r>'
        f"<w:r>{raised}<w:t>(1)</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>12 km</w:t></w:r><w:r>{raised}<w:t>2</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>\uf0a3 15 phút</w:t></w:r></w:p>"
    )
    assert texts(docx(body)) == ["≥ 80%", "12 km²", "≤ 15 phút"]


def test_pages_are_those_on_which_word_laid_the_text_out():
    brk = "<w:lastRenderedPageBreak/>"
    row = tr(*(f"<w:tc><w:p><w:r>{brk}<w:t>{text}</w:t></w:r></w:p></w:tc>" for text in "abc"))
    body = p("Một") + f"<w:p><w:r>{brk}<w:t>Hai</w:t></w:r></w:p>" + tbl(tr("1", "A", "5"), row) + p("Ba")
    one, two, table, three = blocks(docx(body))
    assert (one.page, two.page, [row.page for row in table.rows], three.page) == (1, 2, [2, 3], 3)
    assert [block.page for block in blocks(docx(p("Một")))] == [None]


def test_tables_that_only_lay_out_are_no_tables():
    letterhead = tbl(
        tr("UBND TỈNH GIA LAI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), tr("Số: 1/KH-UBND", "Gia Lai")
    )
    assert texts(docx(letterhead)) == [
        "UBND TỈNH GIA LAI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 1/KH-UBND",
        "Gia Lai",
    ]
    inner = tbl(tr("1", "A", "5"), tr("2", "B", "6"))
    framed = tbl(f"<w:tr><w:tc>{p('Trước')}{inner}{p('Sau')}</w:tc></w:tr>")
    before, table, after = blocks(docx(framed))
    assert (before.text, len(table.rows), after.text) == ("Trước", 2, "Sau")


def test_a_table_in_a_cell_of_a_table_is_text_of_that_cell():
    inner = f"<w:tc>{p('Gồm:')}{tbl(tr('a', 'b', 'c'), tr('d', 'e', 'f'), tr('g', 'h', 'i'))}{p('')}</w:tc>"
    (table,) = blocks(docx(tbl(tr("1", inner, "5"), tr("2", "B", "6"), tr("3", "C", "7"))))
    assert cells(table)[0][1] == "Gồm:\na | b | c\nd | e | f\ng | h | i"


def test_bold_lines_are_headings_and_bold_targets_are_not():
    body = p("PHẦN II", run="<w:b/>") + p("- Đạt 80%", run="<w:b/>") + p("Thường", run='<w:b w:val="0"/>')
    assert blocks(docx(body)) == [Heading("PHẦN II"), ListItem("- Đạt 80%"), Paragraph("Thường")]


def test_a_relation_to_a_part_that_is_missing_hinders_nothing():
    body = docx(p("Đạt 5%"))
    held = io.BytesIO(body)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId9" Type="x/image" Target="../NULL"/></Relationships>',
        )
    assert texts(held.getvalue()) == ["Đạt 5%"]


def test_the_strict_form_of_the_format_is_read():
    body = docx(p("Đạt 5%"))
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(
                name,
                text.replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006",
                    "http://purl.oclc.org/ooxml/wordprocessingml",
                ).replace(
                    "http://schemas.openxmlformats.org/officeDocument/2006",
                    "http://purl.oclc.org/ooxml/officeDocument",
                ),
            )
    assert texts(held.getvalue()) == ["Đạt 5%"]


def unpacking_to(size: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w/>")
        archive.writestr("word/media/image1.bmp", bytes(size))
    return held.getvalue()


def archive_of(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("_", "/"), body)
    return held.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DEEP = f"{'<w:sdt><w:sdtContent>' * 90}{p('Đạt')}{'</w:sdtContent></w:sdt>' * 90}"
ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w><body>&b;</body></w>'
WIDE = tbl(tr("1", tc("B", '<w:gridSpan w:val="99999"/>'), "3"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), "is an old Word file (.doc); save it as .docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"),
        (b"{\\rtf1 Ke hoach}", "is RTF; open it in Word and save it as .docx"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "save it as .docx"),
        (b"\x89PNG\r\n", "is a picture"),
        (bytes(range(7, 256)) * 4, "is no document, or a damaged one"),
        (b"\xff\xfe" + b"\x08\xd8" * 50, "is no document, or a damaged one"),
        ("Kế hoạch".encode("utf-16")[:-1], "expected UTF-8 text"),
        (docx(p("Đạt"))[:300], "is damaged or cut short"),
        (unpacking_to(8 << 20), "unpack to"),
        (archive_of(word_document_xml=b"<w"), "holds no document"),
        (archive_of(mimetype=b"application/vnd.oasis.opendocument.text"), "is an OpenDocument file"),
        (docx("")[:-1] + b"\0", None),
        (docx(WIDE), "more than 702 columns"),
        (docx(DEEP), None),
    ],
)
def test_what_is_no_document_is_refused_in_one_line_and_nothing_hostile_gets_further(body, said):
    try:
        documents.read("letter", body)
    except Refused as refused:
        assert "\n" not in str(refused) and str(refused).startswith("letter: ")
        assert said is None or said in str(refused)
    else:
        assert said is None


def test_a_part_with_entities_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", ENTITIES)
    with pytest.raises(Refused, match="declares a document type"):
        documents.read("letter", held.getvalue())


def test_a_page_that_is_nested_without_end_is_refused():
    with pytest.raises(Refused, match="nested too deeply"):
        documents.read("page", b"<html><body>" + b"<div>" * 20_000 + b"x")


PAGE = """<!DOCTYPE html><html><head><title>Bỏ qua</title><style>p {}</style></head><body>
<h2>II. Mục tiêu</h2><p>Đến năm 2025,&nbsp;đạt <b>80%</b><br>trở lên</p>
<ul><li>Một<ul><li>Con</li></ul></li><li><p>Hai</p></li></ul><ol type="a" start="2"><li>Chữ</li></ol>
<p style="display:none">Ẩn</p><p>Đạt <del>5</del>6%<sup>(1)</sup>, 7 m<sup>2</sup></p><p><b>PHỤ LỤC 01</b></p>
<table><thead><tr><th rowspan=2>TT</th><th colspan="2">Năm 2024</th></tr>
<tr><th>Mục tiêu<th>Kết quả</tr></thead>
<tr><td>1<td>a<br>b<td>5%</table></body></html>"""


def test_a_web_page_is_what_a_browser_shows():
    *prose, table = blocks(PAGE.encode())
    assert prose == [
        Heading("II. Mục tiêu", 2),
        Paragraph("Đến năm 2025, đạt 80% trở lên"),
        ListItem("- Một"),
        ListItem("+ Con", 1),
        ListItem("- Hai"),
        ListItem("b) Chữ"),
        Paragraph("Đạt 6%, 7 m²"),
        Heading("PHỤ LỤC 01"),
    ]
    assert [row.cells for row in table.rows] == [
        {0: Cell("TT", 2), 1: Cell("Năm 2024", columns=2)},
        {1: Cell("Mục tiêu"), 2: Cell("Kết quả")},
        {0: Cell("1"), 1: Cell("a b"), 2: Cell("5%")},
    ]
    assert notes(PAGE.encode()) == [("hidden", "Ẩn … 5")]


def test_what_a_file_is_called_does_not_matter():
    assert blocks(PAGE.encode("utf-16"), "plan.xls") == blocks(PAGE.encode(), "plan.pdf")
    assert blocks(docx(p("Đạt 5%")), "plan.txt") == [Paragraph("Đạt 5%")]


def test_a_table_of_html_in_a_text_keeps_the_lines_of_its_rows():
    first, second = (f"<tr><td>{number}</td><td>A</td><td>5%</td>" for number in (1, 2))
    text = f"# Kế hoạch\n\nPHỤ LỤC 01\n<table>\n{first}</tr>\n\n{second}\n</tr>\n</table>\nHết"
    *_, table, last = blocks(text.encode())
    assert ([row.line for row in table.rows], last) == ([5, 7], Paragraph("Hết", line=10))


def test_the_sheets_of_a_workbook_are_tables_under_their_titles():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "PL01"
    sheet.append(["CHỈ TIÊU CHUYỂN ĐỔI SỐ"])
    sheet.append(["(Kèm theo Kế hoạch)"])
    sheet.append([])
    sheet.append(["TT", "Chỉ tiêu", "Năm 2024", None])
    sheet.append([None, None, "Mục tiêu", "Kết quả"])
    sheet.append([1, "Tỷ lệ", ">30%", 0.5289])
    for cells_merged in ("A1:D1", "C4:D4", "A4:A5", "B4:B5"):
        sheet.merge_cells(cells_merged)
    sheet["D6"].number_format = "0.00%"
    other = book.create_sheet("Nhiệm vụ")
    other.append(["TT", "Kinh phí"])
    other.append([1, 1250.5])
    book.create_sheet("Nháp").append(["bỏ"])
    book["Nháp"].sheet_state = "hidden"
    body = saved(book)
    *titles, first, second = blocks(body)
    assert titles == [
        Heading("PHỤ LỤC 01"),
        Paragraph("CHỈ TIÊU CHUYỂN ĐỔI SỐ"),
        Paragraph("(Kèm theo Kế hoạch)"),
    ]
    assert [row.cells for row in first.rows] == [
        {0: Cell("TT", 2), 1: Cell("Chỉ tiêu", 2), 2: Cell("Năm 2024", columns=2)},
        {2: Cell("Mục tiêu"), 3: Cell("Kết quả")},
        {0: Cell("1"), 1: Cell("Tỷ lệ"), 2: Cell(">30%"), 3: Cell("52,89%")},
    ]
    assert cells(second) == [{0: "TT", 1: "Kinh phí"}, {0: "1", 1: "1250,5"}]
    assert notes(body) == [("hidden_sheet", "Nháp")]


def test_several_files_of_one_document_follow_each_other():
    plan, appendix = docx(p("Kế hoạch")), "PHỤ LỤC 01\n1\tA\t5%".encode()
    body = documents.together([("ke-hoach.docx", plan), ("phu-luc.txt", appendix)])
    assert body == documents.together([("ke-hoach.docx", plan), ("phu-luc.txt", appendix)])
    read = documents.read("gia-lai-2024.zip", body)
    assert [type(block) for block in read.blocks] == [Paragraph, Paragraph, Table]
    assert read.files == {0: "ke-hoach.docx", 1: "phu-luc.txt"}
    with pytest.raises(Refused, match=r"^twice.zip/one.zip: .* an archive without a plan"):
        documents.read("twice.zip", archive_of(**{"one.zip": body}))
