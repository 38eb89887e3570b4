"""Bytes to grids: formats and encodings are told by content, damage is refused with its reason."""

import csv
import io
import json
import random
import unicodedata
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from ingest.errors import Refused
from ingest.reading import REASONS, Grid, grids, opened
from ingest.reading.encodings import TCVN3, encoding

FIXTURES = Path(__file__).parent / "fixtures" / "reading"
LINES = "Đơn vị,Số hồ sơ đã tiếp nhận\nThành phố Pleiku,1.234\nHuyện Đăk Pơ,98\n"
ROWS = [["Đơn vị", "Số hồ sơ đã tiếp nhận"], ["Thành phố Pleiku", "1.234"], ["Huyện Đăk Pơ", "98"]]


def cells_of(grid: Grid) -> list[list[str | None]]:
    return [list(row) for row in grid.cells.rows()]


def rows(body: bytes, name: str = "x") -> list[list[str | None]]:
    (grid,) = grids(name, body)
    return cells_of(grid)


def refused(body: bytes, name: str = "x") -> Refused:
    with pytest.raises(Refused) as caught:
        grids(name, body)
    message = str(caught.value)
    assert message.startswith(name)
    assert "\n" not in message
    assert caught.value.code in REASONS
    return caught.value


def workbook(fill) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def zipped(**files: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        LINES.encode(),
        LINES.encode("utf-8-sig"),
        LINES.encode("utf-16"),
        LINES.encode("utf-16-le"),
        LINES.encode("utf-16-be"),
        b"\xfe\xff" + LINES.encode("utf-16-be"),
        unicodedata.normalize("NFD", LINES).encode(),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "le", "be", "be-bom", "nfd", "crlf", "cr"],
)
def test_a_text_is_the_same_in_every_unicode_encoding(body):
    assert rows(body) == ROWS


@pytest.mark.parametrize(("name", "said"), [("made_tcvn3", "TCVN3"), ("made_windows_1258", "windows-1258")])
def test_a_text_in_an_old_encoding_is_recognised_by_its_letters(name, said):
    body = (FIXTURES / f"{name}.csv").read_bytes()
    assert encoding(name, body).name == said
    assert rows(body) == [
        ["Đơn vị", "Tài khoản định danh điện tử đã cấp", "Ghi chú"],
        ["Thành phố Pleiku", "124.567", "đủ"],
        ["Thị xã An Khê", "1.257.210", "Số liệu ước tính"],
        ["Huyện Đăk Pơ", "98", None],
        ["Tổng cộng", "1.381.875", None],
    ]


def test_tcvn3_has_a_code_for_each_small_letter():
    assert len(TCVN3) == len(set(TCVN3.values())) == 67


def test_cells_typed_in_an_old_font_become_letters():
    def fill(sheet):
        sheet.append(["§¬n vÞ", "Sè hå s¬ ®· tiÕp nhËn", "Café"])
        sheet.append(["HuyÖn §ak P¬", 5, "Đúng"])

    assert rows(workbook(fill))[0][:2] == ["Đơn vị", "Số hồ sơ đã tiếp nhận"]
    assert rows(workbook(fill))[1] == ["Huyện Đak Pơ", "5", "Đúng"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\0" * 100, "empty"),
        (LINES.encode("ascii", "replace"), "encoding_unknown"),
        (LINES.encode().decode("latin-1").encode(), "encoding_unknown"),
        (LINES.encode("utf-8")[:10] + b"\xff\xfe\xfd" + LINES.encode("utf-8"), "encoding_unknown"),
        ("Đơn vị;Số\nHuy\ufffdn;5\n".encode(), "encoding_unknown"),
        ("Größe;Çà\nnaïve;Übermaß\n".encode("cp1252"), "encoding_unknown"),
        ("Đơn vị;Số\nHuyện Ă".encode()[:-1], "truncated"),
        (LINES.encode("utf-16")[:-1], "truncated"),
        (b"%PDF-1.7 abc", "truncated"),
        (b"\x1f\x8b\x08abc", "not_a_table"),
        (b"\x01\x02\x03\x04binary;x\n\x05", "not_a_table"),
        ("Kính gửi ông\nTrân trọng\n".encode(), "not_a_table"),
        ('Đơn vị,Số\n"Huyện A,5\n'.encode(), "truncated"),
        ('Đơn vị,Số\n"Huyện"A,5\n'.encode(), "unreadable"),
        (b"<html><head><title>502 Bad Gateway</title></head><body></body></html>", "html_error_page"),
        (b"<!DOCTYPE html><html><body><p>It works</p></body></html>", "html_error_page"),
        (
            "<html><title>Đăng nhập</title><table><tr><td><input type=password></table></html>".encode(),
            "html_error_page",
        ),
        (b"<html><body><table><tr><td>1<td>2<tr><td>3", "truncated"),
        (b'<?xml version="1.0"?><Workbook><a/></Workbook>', "not_a_table"),
        (b'[{"A": "1"}, {"A": "2"', "truncated"),
        (b'[{"A": "1"}, {"A": "2', "truncated"),
        (b'[{"A": 1,,}]', "unreadable"),
        (b'{"A": "1"}', "not_a_table"),
        (b"[1, 2]", "not_a_table"),
        (b'[{"A": {"B": 1}}]', "not_a_table"),
        (b'[{"A": "1", "A": "2"}]', "column_repeated"),
        (b"[" * 100_000, "not_a_table"),
        (b"[]", "empty"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(body, code):
    assert refused(body).code == code


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.xlsx", "workbook"), ("A.XLS", "workbook"), ("a.ods", "workbook"), ("a.csv", "text"), ("a", "text")],
)
@pytest.mark.parametrize(
    "body",
    [
        random.Random(1).randbytes(3000),
        b"\xff\xfe" + random.Random(1).randbytes(3000),
        b"\x01\x02\x03\x04binary;x\n\x05",
    ],
    ids=["noise", "noise after a mark", "control characters"],
)
def test_bytes_that_are_nothing_are_refused_as_what_they_are_called(name, kind, body):
    found = refused(body, name)
    assert str(found).startswith(f"{name}: is no {kind}, or a damaged one")
    assert found.code == "not_a_table"


def test_a_text_that_is_called_a_workbook_is_told_what_its_letters_lack():
    assert refused("Größe;Çà\nnaïve;Übermaß\n".encode("cp1252"), "a.xls").code == "encoding_unknown"
    assert refused(LINES.encode("utf-16")[:-1], "a.xls").code == "truncated"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_told_by_what_it_does(mark):
    text = f"Đơn vị{mark}Số{mark}Tỷ lệ\nHuyện A{mark}1234{mark}12\n\nHuyện B{mark}5{mark}3\n"
    assert rows(text.encode()) == [
        ["Đơn vị", "Số", "Tỷ lệ"],
        ["Huyện A", "1234", "12"],
        [None, None, None],
        ["Huyện B", "5", "3"],
    ]


def test_decimal_commas_are_no_separators():
    text = "Đơn vị;Tỷ lệ;Điểm\nHuyện A;1,5;2,5\nHuyện B;3,5;4,5\n"
    assert rows(text.encode())[1] == ["Huyện A", "1,5", "2,5"]


def test_a_spreadsheets_hint_of_the_separator_is_followed():
    assert rows("sep=;\nĐơn vị;Số\nHuyện A;5\n".encode())[1:] == [["Đơn vị", "Số"], ["Huyện A", "5"]]


def test_a_quoted_cell_keeps_its_lines():
    assert rows('Đơn vị,Số\n"Sở A","Số lượng: 5\nTỷ lệ: 3%"\n'.encode())[1][1] == "Số lượng: 5\nTỷ lệ: 3%"


def test_a_workbook_shows_what_a_person_sees():
    def fill(sheet):
        sheet.append(["Tiêu đề", None, None])
        sheet.merge_cells("A1:C1")
        sheet.append([])
        sheet.append([1234, 0.408, date(2025, 3, 22)])
        sheet["B3"].number_format = "0.0%"
        sheet.append([12.5, "=1+1", datetime(2025, 3, 22, 15, 30)])
        sheet.append(["1.234", "#REF!", True])
        sheet["B5"].data_type = "e"

    (grid,) = grids("x.xlsx", workbook(fill))
    assert grid.name == "Sheet"
    assert grid.merged == [(0, 0, 0, 2)]
    assert cells_of(grid) == [
        ["Tiêu đề", None, None],
        [None, None, None],
        ["1234", "40.8%", "2025-03-22"],
        ["12.5", "=1+1", "2025-03-22 15:30"],
        ["1.234", "#REF!", "TRUE"],
    ]
    assert grid.typed.rows()[2:] == [(True, True, False), (True, False, False), (False, False, False)]


def test_an_old_workbook_has_its_merged_cells_errors_days_and_hidden_sheet():
    shown, old = grids("x.xls", (FIXTURES / "made_merged_error_hidden.xls").read_bytes())
    assert (shown.hidden, old.hidden, old.name) == (False, True, "Cũ")
    assert (1, 2, 1, 3) in shown.merged
    assert cells_of(shown)[4] == ["2", "Sở Y tế", "66", "#DIV/0!", "2025-03-22"]


def test_an_error_far_from_the_corner_keeps_its_place():
    def fill(sheet):
        sheet["C5"], sheet["D6"] = "x", "#N/A"
        sheet["D6"].data_type = "e"

    (grid,) = grids("x.xlsx", workbook(fill))
    assert cells_of(grid)[5][3] == "#N/A"
    assert cells_of(grid)[4][2] == "x"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "zip"])
def test_a_workbook_cut_short_is_refused(kind, share):
    body = {
        "xlsx": workbook(lambda sheet: [sheet.append([n, f"Huyện {n}"]) for n in range(500)]),
        "xls": (FIXTURES / "made_merged_error_hidden.xls").read_bytes(),
        "zip": zipped(**{"a.csv": LINES.encode() * 50}),
    }[kind]
    if kind == "xls" and share == 0.99:
        pytest.skip("an XLS ends with filling bytes")
    assert refused(body[: int(len(body) * share)]).code in ("truncated", "unreadable", "not_a_table")


def test_a_workbook_with_one_bit_changed_is_read_or_refused_but_never_crashes():
    body = workbook(lambda sheet: [sheet.append([n, f"Huyện {n}"]) for n in range(50)])
    old = (FIXTURES / "made_merged_error_hidden.xls").read_bytes()
    # An old one is read in a process of its own, which takes its time.
    for whole, step in ((body, 97), (old, 1499)):
        for at in range(0, len(whole), step):
            changed = bytearray(whole)
            changed[at] ^= 0x10
            try:
                grids("x", bytes(changed))
            except Refused as error:
                assert error.code in REASONS


def test_an_old_workbook_that_lies_about_its_size_is_read_by_its_cells():
    whole = (FIXTURES / "made_merged_error_hidden.xls").read_bytes()
    body = bytearray(whole)
    size = body.index(b"\x00\x02\x0e\x00") + 4  # the record of the first sheet's size: rows, columns, zeros
    body[size : size + 12] = b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff"
    found, expected = grids("x", bytes(body)), grids("x", whole)
    assert list(map(cells_of, found)) == list(map(cells_of, expected))


def test_cells_far_outside_the_table_do_not_fill_the_memory():
    def fill(sheet):
        sheet["A1"], sheet["XFD1048576"] = "Đơn vị", "x"

    assert refused(workbook(fill)).code == "too_large"


def test_a_packed_table_is_unpacked():
    assert rows(zipped(**{"báo cáo.csv": LINES.encode()})) == ROWS
    assert rows(zipped(**{"__MACOSX/._a.csv": b"x", "a.csv": LINES.encode(), ".DS_Store": b"y"})) == ROWS
    inner = workbook(lambda sheet: sheet.append(["Đơn vị", "Số"]))
    assert rows(zipped(**{"a.xlsx": inner})) == [["Đơn vị", "Số"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (zipped(**{"a.csv": b"a,b\n" * 5_000_000}), "zip_bomb"),
        (zipped(**{"a.zip": zipped(**{"a.csv": LINES.encode()})}), "zip_bomb"),
        (zipped(**{"a.csv": b"a,b\n", "b.csv": b"a,b\n"}), "zip_many_files"),
        (zipped(**{f"{n}.csv": b"" for n in range(10_001)}), "zip_bomb"),
        (zipped(), "zip_many_files"),
        (zipped(**{"a.csv": b""}), "empty"),
        (zipped(**{"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "unreadable"),
        (zipped(**{"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<broken"}), "unreadable"),
    ],
    ids=["bomb", "nested", "two", "many", "none", "empty", "docx", "broken"],
)
def test_an_archive_that_is_not_one_table_is_refused(body, code):
    assert refused(body).code == code


def test_a_locked_archive_is_refused():
    body = bytearray(zipped(**{"a.csv": LINES.encode()}))
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(body)).code == "encrypted"


def test_a_locked_workbook_is_refused():
    body = (FIXTURES / "made_merged_error_hidden.xls").read_bytes()
    locked = body + "EncryptedPackage".encode("utf-16-le")
    assert refused(locked).code == "encrypted"


def test_a_web_page_keeps_its_merged_cells_and_lines():
    page = """<html><head><meta charset="utf-8"><style>td {}</style></head><body>
    <table><tr><td colspan=3>Báo cáo</td></tr>
    <tr><th rowspan="2">Đơn vị<th colspan="2">Hồ sơ</tr><tr><th>Một<br>phần<th>Toàn trình</tr>
    <tr><td>Sở&nbsp;A</td><td>Số lượng: 1.234<br/>Tỷ lệ: 12.34%</td>
    <td>5 &amp; 6</td></tr></table></body></html>"""
    (grid,) = grids("x.xls", page.encode())
    assert grid.merged == [(0, 0, 0, 2), (1, 0, 2, 0), (1, 1, 1, 2)]
    assert cells_of(grid) == [
        ["Báo cáo", None, None],
        ["Đơn vị", "Hồ sơ", None],
        [None, "Một\nphần", "Toàn trình"],
        ["Sở\xa0A", "Số lượng: 1.234\nTỷ lệ: 12.34%", "5 & 6"],
    ]


def test_a_web_page_cannot_ask_for_endless_cells():
    page = b"<table><tr><td rowspan=999999999 colspan=999999999>a</td></tr><tr><td>b</td></tr></table>"
    assert refused(page).code == "too_large"


PAGE = "<table><tr><th>Đơn vị<th>Số</tr>{}</table>"


@pytest.mark.parametrize(
    ("rows", "right", "left_out"),
    [
        ("<tr><td>A<td>1234<sup>2</sup>", "1234", ["2"]),
        ("<tr><td>A<td>1234<sup>(1)</sup> <sup>*</sup>", "1234", ["(1)", "*"]),
        ("<tr><td>A<td>10<sup>3</sup>", "10^3", []),
        ("<tr><td>A<td>1<sup>234</sup>", "1^234", []),
        ("<tr><td>A<td>km<sup>2</sup>", "km2", []),
        ("<tr><td>A<td><del>999</del>1234", "1234", ["999"]),
        ("<tr><td>A<td><s>9<b>9</b></s>1234<strike>8</strike>", "1234", ["998"]),
        ("<tr><td>A<td><del>7</td></tr><tr><td>B<td>5", None, ["7"]),
        ("<tr><td>A<td>5<span style='display: none'>99</span>", "5", ["99"]),
        ("<tr><td>A<td>5<span style='color:red;visibility:hidden'>99</span>", "5", ["99"]),
        ("<tr><td>A<td>5<i hidden>99</i>", "5", ["99"]),
        ("<tr><td>A<td>5<i style='text-decoration: line-through'>99</i>", "5", ["99"]),
        ("<style>td i.an, .b {display:none}</style><tr><td>A<td>5<i class='x an'>99</i>", "5", ["99"]),
        ("<tr><td>A<td hidden>99<td>5", "5", ["99"]),
        ("<tr><td>A<td style='visibility:hidden'>99", None, ["99"]),
        ("<tr><td>A<td><table><tr><td>5</table>1.234", "5\n1.234", []),
        ("<tr><td>A<td><table><tr><td>5</table>", "5", []),
    ],
)
def test_a_cell_of_a_page_holds_what_a_person_sees_in_it(rows, right, left_out):
    (grid,) = grids("x.xls", PAGE.format(rows).encode())
    assert cells_of(grid)[1] == ["A", right]
    assert [(part.part, part.text) for part in grid.unread] == [("text", text) for text in left_out]


def test_rows_and_columns_that_a_page_hides_are_read_and_listed():
    page = PAGE.format(
        "<col><col style='display:none'><tr style='display:none'><td>A<td>1</tr>"
        "<tbody hidden><tr><td>B<td>2</tr></tbody><tr><td>C<td>3</tr>"
    )
    (grid,) = grids("x.xls", page.encode())
    assert cells_of(grid)[1:] == [["A", "1"], ["B", "2"], ["C", "3"]]
    assert [(part.part, part.locator, part.figures) for part in grid.unread] == [
        ("hidden_row", "row 2", 1),
        ("hidden_row", "row 3", 1),
        ("hidden_column", "column 2", 3),
    ]
    pages = PAGE.format("").replace("<table", "<table hidden") + PAGE.format("")
    hidden, shown = grids("x.xls", pages.encode())
    assert (hidden.hidden, shown.hidden) == (True, False)


def test_a_table_in_a_cell_is_a_table_of_its_own():
    inner = PAGE.format("<tr><td>A<td>5")
    (grid,) = grids("x.xls", f"<table><tr><td>{inner}</td></tr></table>".encode())
    assert cells_of(grid) == [["Đơn vị", "Số"], ["A", "5"]]
    first, second = grids("x.xls", PAGE.format(f"<tr><td>B<td>{inner}7").encode())
    assert (cells_of(first)[1], cells_of(second)[1]) == (["A", "5"], ["B", "7"])


def test_lines_around_the_tables_of_a_page_are_rows():
    page = f"<h2>Báo cáo</h2><p>Tháng 2 <b>năm 2024</b></p>{PAGE.format('<tr><td>A<td>5')}<p>Ghi chú</p>"
    (grid,) = grids("x.xls", page.encode())
    assert [row[0] for row in cells_of(grid)] == ["Báo cáo", "Tháng 2 năm 2024", "Đơn vị", "A", "Ghi chú"]


@pytest.mark.parametrize(
    "cells",
    [
        "<td rowspan=1000 colspan=1000>a</td>" * 50,
        "<td rowspan=1000 colspan=700>a</td></tr><tr>" * 50,
        "<td colspan=700>a</td></tr><tr>" * 20_000,
    ],
    ids=["wide", "overlapping", "many"],
)
def test_a_page_of_merged_cells_is_refused_before_it_takes_memory(cells):
    assert refused(f"<table><tr>{cells}</tr></table>".encode()).code == "too_large"


def test_blank_rows_keep_the_place_of_those_below():
    (grid,) = grids("x.csv", b"a,b\n" + b"\n" * 45_000 + b"c,d\n")
    assert grid.cells.row(45_001) == ("c", "d")


def test_json_in_an_archive_is_as_strict_as_outside():
    for body in (b'[{"A": "1", "A": "2"}]', b'[{"A": {"B": 1}}]', b'[{"A": 1,,}]'):
        assert refused(zipped(**{"a.json": body})).code == refused(body).code
    name, body = opened("x.zip", zipped(**{"a.json": b'[{"A": null}]'}))
    assert (name, body) == ("x.zip/a.json", b'[{"A": null}]')


def test_json_keeps_numbers_as_they_are_printed():
    (grid,) = grids("x", json.dumps([{"TEN": "Sở A", "HS": 1.5}, {"HS": None, "DB": "7"}]).encode())
    assert cells_of(grid) == [["TEN", "HS", "DB"], ["Sở A", "1.5", None], [None, None, "7"]]
    assert grid.typed.rows()[1] == (False, True, False)
    assert grid.locator(2, "HS") == "[0].HS"


CELLS = ["a", "1.234", '"x"', '"x#y"', '"a""b"', "", " ", "  Pleiku ", "e\u0301", "Đăk\u200b Pơ", '" "', "-"]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_a_text_has_the_cells_that_the_csv_module_finds(sign, end):
    some, cells = random.Random(8), [cell.replace("#", sign) for cell in CELLS]
    head = end.join([sign.join("abcdef")] * 9) + end
    for _ in range(60):
        widths = some.choices([0, 1, 2, 3, 4, 5], k=some.randint(1, 6))
        text = head + end.join(sign.join(some.choices(cells, k=width)) for width in widths)
        told = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
        bare = [[tidied(cell) for cell in row] + [None] * (6 - len(row)) for row in told]
        (grid,) = grids("x", text.encode())
        assert (cells_of(grid), grid.widths.to_list()) == (bare, list(map(len, told)))


def tidied(cell: str) -> str | None:
    return unicodedata.normalize("NFC", cell.replace("\u200b", "")).strip() or None
