"""What is read from a PDF: tables over pages, text over lines and pages, and what is refused."""

import re
import unicodedata
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from making.pdfs import pdf, picture, table, text

from ingest.documents.blocks import Cell, Heading, ListItem, Paragraph, Table
from ingest.documents.pdf import read_pdf
from ingest.errors import Refused

DOCUMENTS = Path(__file__).parent / "fixtures/documents"
XS = [50, 90, 300, 400]
HEADER = ["STT", "Chỉ tiêu", "Kết quả"]
BODY = text(50, 500, "Nội dung của kế hoạch chuyển đổi số.")


def tables(body: bytes) -> list[Table]:
    return [block for block in read_pdf("a.pdf", body).blocks if isinstance(block, Table)]


def texts(body: bytes) -> list[str]:
    return [block.text for block in read_pdf("a.pdf", body).blocks if not isinstance(block, Table)]


def cells(one: Table) -> list[list[str]]:
    return [[row.cells[column].text for column in sorted(row.cells)] for row in one.rows]


def refusal(body: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_pdf("a.pdf", body)
    assert "\n" not in str(refused.value)
    return str(refused.value)


class Source(HTMLParser):
    """The page from which PDFs were printed: its paragraphs, and the cells of its last table."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.rows: list[list[Cell]] = []
        self.words = ""
        self.is_raised = False

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            spans = dict(attrs)
            self.span = int(spans.get("rowspan", 1)), int(spans.get("colspan", 1))
        elif tag == "br":
            self.words += " "
        if tag in ("td", "th", "p", "h1", "h2", "h3"):
            self.words = ""
        self.is_raised = tag == "sup"

    def handle_data(self, data):
        self.words += data.translate(str.maketrans("12", "¹²")) if self.is_raised else data

    def handle_endtag(self, tag):
        self.is_raised = False
        if tag in ("td", "th"):
            self.rows[-1].append(Cell(self.words, *self.span))
        elif tag in ("p", "h1", "h2", "h3"):
            self.texts.append(self.words)


@pytest.mark.parametrize("program", ["chrome", "libreoffice"])
def test_a_printed_plan_has_every_text_and_cell_of_its_source(program):
    source = Source()
    source.feed((DOCUMENTS / "ke-hoach.html").read_text(encoding="utf-8"))
    blocks = read_pdf("ke-hoach.pdf", (DOCUMENTS / f"ke-hoach-{program}.pdf").read_bytes()).blocks
    (found,) = [block for block in blocks if isinstance(block, Table)]
    as_one_line = [
        [Cell(" ".join(c.text.split()), c.rows, c.columns) for _, c in sorted(row.cells.items())]
        for row in found.rows
    ]
    assert as_one_line == source.rows
    said = [block.text for block in blocks if not isinstance(block, Table)]
    assert said[said.index("KẾ HOẠCH") :] == source.texts
    pages = [row.page for row in found.rows]
    assert pages == sorted(pages)
    assert len(set(pages)) > 4


def test_a_row_cut_at_a_page_end_is_one_row_and_the_repeated_header_stands_once():
    # 210 points are 35 letters; less the borders 33.
    first = table(XS, 120, [HEADER, ["1", "", "80%"]], height=30)
    first += text(94, 72, "Tỷ lệ hồ sơ thủ tục hành chính")
    second = table(XS, 800, [HEADER, ["", "", ""], ["2", "Tỷ lệ khác", "90%"]], height=30)
    second += text(94, 752, "được giải quyết trực tuyến")
    (found,) = tables(pdf(BODY + first, second))
    assert cells(found) == [
        HEADER,
        ["1", "Tỷ lệ hồ sơ thủ tục hành chính được giải quyết trực tuyến", "80%"],
        ["2", "Tỷ lệ khác", "90%"],
    ]
    assert [row.page for row in found.rows] == [1, 1, 2]


def test_a_row_without_a_number_at_the_top_of_a_page_is_no_rest_of_the_row_before():
    first = table(XS, 120, [HEADER, ["1", "Tỷ lệ hồ sơ", "80%"]])
    second = table(XS, 800, [["", "Tỷ lệ dịch vụ", "90%"], ["2", "Tỷ lệ khác", "70%"]])
    (found,) = tables(pdf(BODY + first, second))
    assert cells(found)[1:3] == [["1", "Tỷ lệ hồ sơ", "80%"], ["", "Tỷ lệ dịch vụ", "90%"]]


def test_a_table_with_other_columns_or_with_a_title_above_it_begins_anew():
    first = table(XS, 120, [HEADER, ["1", "Tỷ lệ hồ sơ", "80%"]])
    other = table([50, 90, 250, 400], 800, [HEADER, ["2", "Tỷ lệ khác", "90%"]])
    titled = text(50, 720, "PHỤ LỤC 02", font="F2") + table(XS, 700, [HEADER, ["2", "Tỷ lệ khác", "90%"]])
    assert [len(t.rows) for t in tables(pdf(BODY + first, other))] == [2, 2]
    assert [len(t.rows) for t in tables(pdf(BODY + first, titled))] == [2, 2]


def test_columns_are_told_where_lines_are_drawn_between_rows_only():
    rows = [HEADER, ["1", "Tỷ lệ hồ sơ trực tuyến", "80%"], ["2", "Tỷ lệ khác", ""], ["3", "Số xã", "90"]]
    (found,) = tables(pdf(table(XS, 700, rows, lines=False)))
    assert cells(found) == rows


def test_a_section_row_across_such_columns_spans_them():
    rows = [HEADER, ["I", "Chính quyền số của tỉnh và của các xã, phường", ""]]
    rows += [[str(n), "Tỷ lệ hồ sơ", f"{n}0%"] for n in range(1, 9)]
    (found,) = tables(pdf(table(XS, 700, rows, lines=False)))
    assert found.rows[1].cells[1] == Cell("Chính quyền số của tỉnh và của các xã, phường", 1, 2)
    assert [row[2] for row in cells(found)[2:]] == [f"{n}0%" for n in range(1, 9)]


def test_columns_without_any_lines_are_refused_with_their_page():
    rows = [
        text(x, 700 - 20 * n, cell)
        for n in range(5)
        for x, cell in zip(XS[:3], [str(n), "Tỷ lệ", "80%"], strict=True)
    ]
    assert refusal(pdf(BODY, "\n".join(rows))).startswith("a.pdf: page 2: expected a table with lines")


UNRULED = [
    ["STT", "Chỉ tiêu", "Đơn vị|tính", "Kết quả|2024", "Mục tiêu|2025"],
    ["I", "Chính quyền số", "", "", ""],
    ["1", "Tỷ lệ hồ sơ trực tuyến", "%", "61,2", "80"],
    ["2", "Tỷ lệ thanh toán|trực tuyến", "%", "", "60"],
    ["3", "Số xã có cáp quang", "Xã", "30", "45"],
    ["4", "Tỷ lệ hộ dân dùng|cáp quang", "%", "70", "≥ 85"],
]


def unruled(rows: list[list[str]], between: float = 20) -> str:
    """Cells without lines around them, of one or more lines at 14 points, with more between rows."""
    drawn, y = [], 700.0
    for row in rows:
        lines = [(x, cell.split("|")) for x, cell in zip([50, 85, 300, 360, 440], row, strict=True)]
        drawn += [text(x, y - 14 * n, words) for x, cell in lines for n, words in enumerate(cell) if words]
        y -= 14 * (max(len(cell) for _, cell in lines) - 1) + between
    return "\n".join(
        [text(50, 740, "Phụ lục: Chỉ tiêu năm 2025"), *drawn, text(50, y - 30, "Giao các sở thực hiện.")]
    )


def changed(row: int, column: int, words: str) -> list[list[str]]:
    return [
        [words if (n, m) == (row, column) else cell for m, cell in enumerate(cells)]
        for n, cells in enumerate(UNRULED)
    ]


def test_a_table_without_lines_is_read_where_headings_numbers_and_blanks_leave_no_choice():
    body = pdf(unruled(UNRULED))
    (found,) = tables(body)
    assert cells(found) == [[cell.replace("|", " ") for cell in row] for row in UNRULED]
    assert texts(body) == ["Phụ lục: Chỉ tiêu năm 2025", "Giao các sở thực hiện."]
    (found,) = tables(pdf(unruled(changed(1, 1, "Chính quyền số của tỉnh và của các xã"))))
    assert found.rows[1].cells[1] == Cell("Chính quyền số của tỉnh và của các xã", 1, 2)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(unruled(UNRULED, between=14), id="lines of a row as far apart as rows"),
        pytest.param(unruled(changed(3, 0, "7")), id="a number is missing"),
        pytest.param(unruled(changed(4, 0, "|3")), id="numbers stand in the middle of their rows"),
        pytest.param(
            unruled(changed(2, 1, "Tỷ lệ hồ sơ trực tuyến toàn trình của tỉnh")), id="text over two columns"
        ),
        pytest.param(unruled(UNRULED[1:]), id="no headings"),
        pytest.param(unruled(changed(0, 3, "")), id="a column without a heading"),
    ],
)
def test_a_table_without_lines_that_could_be_read_otherwise_is_refused(page):
    assert refusal(pdf(page)).startswith("a.pdf: page 1: expected a table with lines")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_shown_turned_and_a_page_drawn_turned_are_read_upright(turn):
    rows = [HEADER, ["1", "Tỷ lệ hồ sơ", "80%"], ["2", "Tỷ lệ khác", "90%"]]
    drawn = table(XS, 500, rows)
    matrix = {90: "0 1 -1 0 842 0", 180: "-1 0 0 -1 842 842", 270: "0 -1 1 0 0 842"}[turn]
    (found,) = tables(pdf(f"q {matrix} cm {drawn} Q", size=(842, 842)))
    assert cells(found) == rows
    shown = pdf(f"q {matrix} cm {drawn} Q", size=(842, 842), rotate=turn)
    (found,) = tables(shown)
    assert cells(found) == rows


def test_a_heading_that_runs_up_a_narrow_column_is_read_as_one_text():
    drawn = table(XS, 700, [["", "Chỉ tiêu", "Kết quả"], ["1", "Tỷ lệ hồ sơ", "80%"]], height=80)
    (found,) = tables(pdf(drawn + text(70, 625, "Số TT", turn=90)))
    assert cells(found)[0] == ["Số TT", "Chỉ tiêu", "Kết quả"]


@pytest.mark.parametrize(
    "mark",
    [
        text(328, 670, "2", size=7),
        text(328, 666, "2", size=7, rise=4),
        text(328, 671, "2"),
    ],
    ids=["smaller and higher", "by a rise", "as large, only higher"],
)
def test_a_raised_mark_is_no_digit_of_the_number(mark):
    drawn = table(XS, 700, [HEADER, ["1", "Tỷ lệ hồ sơ", "1234"]]) + mark
    (found,) = tables(pdf(drawn))
    assert cells(found)[1][2] == "1234²"


def test_text_drawn_in_any_order_with_marks_of_its_own_is_put_right():
    words, after_each, after_all, x = "Tỷ lệ điện tử", [], [], 44.0
    for letter in unicodedata.normalize("NFD", words):
        x += 0 if unicodedata.combining(letter) else 6
        after_each.append(text(x + (3 if unicodedata.combining(letter) else 0), 700, letter))
        # A mark stands behind its letter, and reaches back over it.
        after_all.append((bool(unicodedata.combining(letter)), text(x + 5.8, 700, letter, 12)))
        if not unicodedata.combining(letter):
            after_all[-1] = False, text(x, 700, letter)
    assert texts(pdf("\n".join(after_each))) == [words]
    assert texts(pdf("\n".join(drawn for _, drawn in sorted(after_all, key=lambda one: one[0])))) == [words]
    letters = [text(50 + 6 * n, 700, letter) for n, letter in enumerate(words)]
    assert texts(pdf("\n".join(letters[::2] + letters[1::2]))) == [words]


def test_ligatures_and_letters_of_two_codes_are_plain_text():
    assert texts(pdf(text(50, 700, "Wiﬁ và oﬀline"))) == ["Wifi và offline"]


def test_a_paragraph_goes_on_over_lines_and_over_a_page_end_without_what_stands_at_the_edges():
    full = "Triển khai các nhiệm vụ chuyển đổi số của tỉnh trong năm 2025 theo kế hoạch của"
    pages = []
    for number in range(1, 4):
        edges = text(290, 800, str(number)) + text(50, 30, "KẾ HOẠCH CHUYỂN ĐỔI SỐ")
        pages.append(edges + text(50, 700, full) + text(50, 684, full))
    pages[-1] += text(50, 668, "Ủy ban nhân dân tỉnh.")
    pages[0] = pages[0].replace(
        text(50, 700, full), text(50, 740, "I. MỤC TIÊU", font="F2") + text(50, 700, full)
    )
    blocks = read_pdf("a.pdf", pdf(*pages)).blocks
    assert blocks == [
        Heading("I. MỤC TIÊU", page=1),
        Paragraph(" ".join([full] * 6) + " Ủy ban nhân dân tỉnh.", page=1),
    ]


def test_list_items_are_parted_and_know_their_depth():
    lines = [
        "1. Thể chế số",
        "a) Kết quả đạt được:",
        "- Đã ban hành 12 văn bản.",
        "+ Trong đó có 2 nghị quyết.",
        "- Còn lại.",
    ]
    blocks = read_pdf(
        "a.pdf", pdf("\n".join(text(50, 700 - 16 * n, item) for n, item in enumerate(lines)))
    ).blocks
    assert blocks == [ListItem(item, depth, 1) for item, depth in zip(lines, [0, 1, 2, 3, 2], strict=True)]


def test_text_in_two_columns_is_read_column_by_column():
    left, right = ["ỦY BAN NHÂN DÂN", "TỈNH VÍ DỤ"], ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "Độc lập - Tự do"]
    drawn = [text(50, 750 - 16 * n, words) for n, words in enumerate(left)]
    drawn += [text(300, 750 - 16 * n, words) for n, words in enumerate(right)]
    assert texts(pdf("\n".join(drawn))) == left + right


def test_text_that_is_clipped_away_is_not_read():
    drawn = table(XS, 700, [HEADER, ["1", "Tỷ lệ hồ sơ", "40,00"]])
    clipped = "q 300 680 100 20 re W n " + text(304, 686, "Kết quả") + text(304, 666, "năm 2023") + " Q"
    (found,) = tables(pdf(drawn + clipped + text(304, 640, "Hết")))
    assert cells(found)[1] == ["1", "Tỷ lệ hồ sơ", "40,00"]


def test_tables_that_stand_on_each_other_have_their_own_columns():
    above = table([50, 90, 300, 500], 700, [HEADER, ["1", "Tỷ lệ hồ sơ", "40,00"]])
    wide = [["TT", "Nhiệm vụ", "Sở", "Năm", "Vốn"], ["1", "Xây dựng", "A", "2025", "100"]]
    below = table([50, 80, 200, 350, 420, 500], 660, wide)
    first, second = tables(pdf(above + below))
    assert (first.columns, cells(first)) == (3, [HEADER, ["1", "Tỷ lệ hồ sơ", "40,00"]])
    assert (second.columns, cells(second)) == (5, wide)
    # and on the next page, under borders that the table before has too
    first, second = tables(pdf(above, table([50, 300, 500], 700, [["TT", "Nội dung"], ["1", "Họp"]])))
    assert (first.columns, second.columns) == (3, 2)


def notes(body: bytes) -> list[tuple[str, str]]:
    return [(note.kind, note.text) for note in read_pdf("a.pdf", body).notes]


def test_text_that_is_not_read_is_named_unless_a_page_beside_shows_it():
    drawn = table(XS, 700, [HEADER, ["1", "Tỷ lệ hồ sơ", "40,00"]]) + text(50, 400, "Hết phần này")
    slanted = f"BT /F1 12 Tf 0 Ts 0.8 0.6 -0.6 0.8 200 300 Tm <{'DỰ THẢO'.encode('utf-16-be').hex()}> Tj ET"
    clipped = "q 300 680 100 20 re W n " + text(304, 600, "Ẩn 25%") + " Q"
    assert notes(pdf(drawn + slanted)) == [("slanted", "DỰ THẢO")]
    assert notes(pdf(drawn + clipped)) == [("unseen", "Ẩn 25%")]
    assert notes(pdf(drawn + text(900, 400, "Ngoài trang"))) == [("unseen", "Ngoài trang")]
    assert notes(pdf(drawn + text(50, 300, "Ẩn 25%"), drawn + clipped)) == []


def test_a_number_of_a_narrow_cell_that_is_cut_into_two_lines_is_one_number():
    xs = [50, 90, 300, 354]  # room for eight letters
    drawn = table(xs, 700, [[*HEADER[:2], "Vốn"], ["1", "Kinh phí", ""]], height=40)
    drawn += text(304, 645, "166.093.") + text(304, 630, "904.000")
    (found,) = tables(pdf(drawn))
    assert cells(found)[1][2] == "166.093.904.000"


def test_old_fonts_are_converted_or_refused_by_name():
    small = "Tû lÖ hå s¬ trùc tuyÕn"  # codes of TCVN3
    assert texts(pdf(text(50, 700, small, font="V1"))) == ["Tỷ lệ hồ sơ trực tuyến"]
    assert texts(pdf(text(50, 700, small, font="V2"))) == ["TỶ LỆ HỒ SƠ TRỰC TUYẾN"]
    assert "page 2: the letters of the font VNI-Times are not known" in refusal(
        pdf(BODY, text(50, 700, "Tyû leä hoà sô", font="V3"))
    )


def test_text_whose_letters_are_not_known_is_refused_by_font():
    said = refusal(pdf(BODY, text(50, 700, "Tỷ lệ", font="F3")))
    assert said.startswith("a.pdf: page 2: the letters of the font Times are not known; ask the office")


def test_scanned_pages_refuse_the_whole_and_are_named():
    scan = picture(595, 842)
    said = refusal(pdf(BODY, scan, scan, BODY, scan))
    assert said.startswith(
        "a.pdf: pages 2-3, 5: expected text, found a picture of it (a scan); ask the office"
    )
    recognised = scan + text(50, 700, "Ty le ho so truc tuyen")
    assert "page 2: expected text, found a picture" in refusal(pdf(BODY, recognised))
    without_ink = scan + "3 Tr " + text(50, 700, "Ty le ho so truc tuyen")
    assert "page 2: expected text, found a picture" in refusal(pdf(BODY, without_ink))
    logo = picture(60, 60, 280, 760)
    assert texts(pdf(BODY + logo, "")) == ["Nội dung của kế hoạch chuyển đổi số."]


def test_a_locked_pdf_says_what_to_do():
    body = (DOCUMENTS / "co-mat-khau.pdf").read_bytes()
    assert "is locked with a password; print it to a PDF without one" in refusal(body)


def test_what_is_cut_short_or_damaged_is_refused():
    whole = pdf(BODY, BODY)
    assert "ends before its end" in refusal(whole[: len(whole) // 2])
    assert "expected a PDF" in refusal(b"<html>")
    assert "damaged" in refusal(b"%PDF-1.7\nnothing\n%%EOF")
    half = zlib.compress((BODY * 50).encode())
    assert "page 1: the PDF is damaged there" in refusal(pdf(BODY, packed=half[: len(half) // 2]))


def test_a_page_that_unpacks_to_far_more_is_refused_before_it_is_unpacked():
    assert "page 1: takes too much memory" in refusal(pdf(BODY, packed=zlib.compress(b" " * (64 << 20))))


def test_more_pages_than_are_read_are_refused():
    assert re.search(r"has 2001 pages, 2000 are read", refusal(pdf(*["q Q"] * 2001)))
