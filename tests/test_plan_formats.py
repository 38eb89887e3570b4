"""One plan in every format gives the same rows, and places that an official finds."""

import re
import zipfile
from collections.abc import Iterable

import polars as pl
import pytest
from making.gia_lai import PLAN, gia_lai
from making.office_files import converted, docx, p, tbl, tc, tr, web_page
from polars.testing import assert_frame_equal

from ingest import documents, landing, manifest, plan, receiving
from ingest.errors import Refused
from ingest.plan.document import Row, read_document

ROWS = [
    *("plan_indicators", "plan_targets", "plan_tasks", "plan_figures", "plan_other_figures"),
    *("plan_claims", "plan_caveats", "plan_references", "plan_headings"),
]
PLACES = {"line", "parent_line", "note_line", "char_from", "char_to"}  # a line is another in each format
APPENDIX = tbl(
    tr("TT", "Chỉ tiêu", "Mục tiêu năm 2024", "Kết quả năm 2023"),
    tr("I", "Dữ liệu số", "", ""),
    tr("1", "Tỷ lệ hồ sơ trực tuyến", ">60%", "52,89%"),
    tr("2", "Tỷ lệ hộ có cáp quang", "70%", "55,5%"),
)


def page() -> str:
    return web_page(PLAN.read_text(encoding="utf-8"))


def without_marks(frame: pl.DataFrame, *others: str) -> pl.DataFrame:
    """The text has asterisks around what is set in italics."""
    return frame.with_columns(pl.col(pl.String).str.replace_all(f"[*{''.join(others)}]", ""))


def assert_same_rows(read: dict[str, pl.DataFrame], *marks: str, leaving_out: Iterable[str] = ()) -> None:
    for table in ROWS:
        places = [column for column in read[table].columns if column in PLACES | {*leaving_out}]
        expected = without_marks(gia_lai()[table].drop(places), *marks)
        assert_frame_equal(without_marks(read[table].drop(places), *marks), expected)
    ours, theirs = (of["plan_remarks"].select("kind", "cell").rows() for of in (read, gia_lai()))
    assert ours == theirs


def assert_same(body: bytes) -> None:
    read = plan.read("plan", body)
    assert_same_rows(read)
    cited = [of["plan_citations"].select("cell", "citation_vi", "citation_en") for of in (read, gia_lai())]
    # what is one line of a text may be several paragraphs of another format
    assert set(cited[0].rows()) == set(cited[1].rows())


def test_the_plan_as_a_web_page_says_the_same():
    assert_same(page().encode())


def test_the_plan_as_a_word_file_says_the_same(tmp_path):
    assert_same(converted(page(), "docx", tmp_path))


def test_the_plan_as_a_pdf_says_the_same_on_pages_that_are_cited(tmp_path, pytestconfig):
    if not pytestconfig.getoption("--complete-pdf"):
        pytest.skip("40 pages take a while: --complete-pdf")
    read = plan.read("plan", converted(page(), "pdf", tmp_path))
    # A column too narrow for a word breaks it, and where a sentence begins is not always seen.
    keys = [column for table in ROWS for column in read[table].columns if column.endswith("_key")]
    assert_same_rows(read, r"\s", leaving_out=["context", *keys])
    where = read["plan_citations"].filter(cell=4).filter(pl.col("citation_vi").str.contains("mục IV.3,"))
    assert re.fullmatch(
        r"Phụ lục 01, mục IV\.3, cột Kết quả đạt được hiện nay, trang \d\d", where["citation_vi"].item()
    )


def test_the_plan_holds_31_indicators_12_targets_and_the_tasks_of_three_appendices():
    tasks = gia_lai()["plan_tasks"]
    heights = [tasks.filter(appendix=f"PL0{number}").height for number in (2, 3, 4)]
    assert (gia_lai()["plan_indicators"].height, gia_lai()["plan_targets"].height, *heights) == (
        31,
        12,
        34,
        57,
        20,
    )


def cited(tables: dict[str, pl.DataFrame], **locator) -> list[str]:
    return tables["plan_citations"].filter(**locator)["citation_vi"].to_list()


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        (237, None, "Phần I, mục II.9, điểm a, gạch đầu dòng 3"),
        (398, None, "Phần II, mục II.2, gạch đầu dòng 7, dấu cộng 3"),
        (679, 4, "Phụ lục 01, mục IV.3, cột Kết quả đạt được hiện nay"),
        (665, None, "Phụ lục 01, mục II.5"),  # below a header that a page break repeats
        (740, 4, "Phụ lục 02, hàng “TỔNG CỘNG”, cột Kinh phí thực hiện năm 2023 (đồng)"),
        (692, None, "Phụ lục 02, tiêu đề"),
        (829, None, "Phụ lục 03, mục 56"),
    ],
)
def test_a_place_of_the_plan_is_said_as_an_official_finds_it(line, cell, said):
    assert set(
        gia_lai()["plan_citations"].filter(pl.col("cell").eq_missing(cell), line=line)["citation_vi"]
    ) == {said}


def test_every_place_that_a_table_of_the_plan_refers_to_is_cited():
    known = gia_lai()["plan_citations"].select("line", "cell", "char_from", "char_to").rows()
    assert len(known) == len(set(known))
    for table in ROWS:
        for row in gia_lai()[table].rows(named=True):
            locator = (row["line"], row.get("cell"), row.get("char_from"), row.get("char_to"))
            assert locator in known
            assert (row["line"], None, None, None) in known


def test_pages_are_cited_where_word_has_written_them():
    body = p("MỤC TIÊU CỤ THỂ", run="<w:b/>") + (
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>- Tỷ lệ hồ sơ trực tuyến đạt 80%</w:t></w:r></w:p>"
    )
    tables = plan.read("plan.docx", docx(body))
    assert tables["plan_targets"]["target_value"].to_list() == [80]
    assert cited(tables, line=2) == ["“MỤC TIÊU CỤ THỂ”, gạch đầu dòng 1, trang 2"] * 2


def test_headings_of_two_rows_are_cited_together():
    head = (
        "<table><tr><th rowspan=2>TT</th><th rowspan=2>Chỉ tiêu</th><th colspan=2>Năm 2024</th></tr>"
        "<tr><th>Mục tiêu</th><th>Kết quả</th></tr>"
        "<tr><td>1</td><td>Tỷ lệ</td><td>5%</td><td>6%</td></tr></table>"
    )
    document = read_document("plan", f"<html><body><p>PHỤ LỤC 01</p>{head}</body></html>".encode())
    (table,) = document.tables
    assert table.rows[0] == Row(2, ("TT", "Chỉ tiêu", "Năm 2024", ""), {0: (2, 1), 1: (2, 1), 2: (1, 2)})
    from ingest.plan.citations import places

    assert places(document)[4].citation(4)[0] == "Phụ lục 01, mục 1, cột Năm 2024, Kết quả"


def test_an_appendix_is_cited_by_the_number_it_has_in_print():
    tables = plan.read("plan.docx", docx(p("PHỤ LỤC II: CHỈ TIÊU") + APPENDIX))
    assert cited(tables, line=4, cell=4) == ["Phụ lục II, mục I.1, cột Kết quả năm 2023"]


def test_the_files_of_a_plan_are_kept_as_they_came_and_land_together(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    bodies = {"ke-hoach.docx": docx(p("Kế hoạch")), "phu-luc-01.docx": docx(p("PHỤ LỤC 01") + APPENDIX)}
    files = [tmp_path / name for name in bodies]
    for file in files:
        file.write_bytes(bodies[file.name])
    extract = receiving.receive_together(files, "gia-lai-2024")
    assert receiving.receive_together(files, "gia-lai-2024").extract_id == extract.extract_id
    with zipfile.ZipFile(manifest.raw_file(extract)) as kept:
        assert {name: kept.read(name) for name in kept.namelist()} == bodies
    assert landing.land("plan")["plan_indicators"] == 2
    with pytest.raises(Refused, match=r"^ke-hoach.docx: .* given twice"):
        receiving.receive_together([files[0], files[0]], "gia-lai-2024")


def test_a_paragraph_knows_all_the_headings_above_it():
    headings = "# Phần II\n## II. Mục tiêu cụ thể\n### 1. Đến năm 2025\n#### a) Chính quyền số\n"
    text = f"{headings}- Đạt 5%\n## III. Kinh phí\nHết"
    first, last = read_document("plan", text.encode()).paragraphs
    assert first.sections == ("Phần II", "II. Mục tiêu cụ thể", "1. Đến năm 2025", "a) Chính quyền số")
    assert last.sections == ("Phần II", "III. Kinh phí")


def test_a_plan_in_several_files_is_one_plan_whose_places_name_their_file():
    main = docx(
        p("Phần II", run="<w:b/>") + p("Mục tiêu cụ thể", run="<w:b/>") + p("- Hồ sơ trực tuyến đạt 80%")
    )
    appendix = docx(p("PHỤ LỤC 01") + APPENDIX)
    after = "Tỷ lệ hộ có máy tính là 45%.".encode()
    body = documents.together(
        [("ke-hoach.docx", main), ("phu-luc-01.docx", appendix), ("ghi-chu.txt", after)]
    )
    tables = plan.read("gia-lai-2024.zip", body)
    assert tables["plan_targets"].select("line", "target_value").rows() == [(3, 80)]
    assert tables["plan_indicators"].select("line", "section_no", "number", "result_cell").rows() == [
        (7, "I", "1", 4),
        (8, "I", "2", 4),
    ]
    assert tables["plan_figures"].select("line", "value").rows() == [(9, 45)]
    assert cited(tables, line=8, cell=4) == ["Phụ lục 01, mục I.2, cột Kết quả năm 2023, tệp phu-luc-01.docx"]
    assert tables["plan_citations"].filter(line=3)["file_name"].unique().to_list() == ["ke-hoach.docx"]


def test_tracked_changes_are_a_remark_of_the_plan():
    body = docx(f"<w:p><w:ins><w:r><w:t>PHỤ LỤC 01</w:t></w:r></w:ins></w:p>{APPENDIX}")
    (remark,) = plan.read("plan.docx", body)["plan_remarks"].rows(named=True)
    assert (remark["kind"], remark["line"]) == ("not_shown", 1)
    assert "tracked" in remark["detail_en"]


def test_the_raised_mark_of_a_number_binds_it_to_the_note_that_says_it_is_an_estimate():
    def raised(text: str, mark: str) -> str:
        script = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r><w:r>{script}<w:t>{mark}</w:t></w:r></w:p></w:tc>"

    table = tbl(
        tr("TT", "Chỉ tiêu", "ĐVT", "Kết quả năm 2024", "Mục tiêu năm 2025"),
        tr(tc("1"), raised("Tỷ trọng kinh tế số", "1"), tc("%"), raised("6,03", "*"), tc("10")),
        tr(tc("2"), tc("Tỷ lệ số hóa"), tc("%"), raised("70%", "(2)"), tc("75")),
        tr(tc("3"), tc("Số xã"), tc("xã"), raised("120", "3"), raised("150", "2")),
    )
    notes = p("(*) Số liệu ước.") + p("(2) Ước thực hiện.") + p("(3) Không tính phường.")
    read = plan.read("a.docx", docx(p("PHỤ LỤC 01: CHỈ TIÊU") + table + notes))
    columns = "name", "result_value", "result_qualifier", "target_value"
    assert [(n, float(r), q, int(t)) for n, r, q, t in read["plan_indicators"].select(columns).rows()] == [
        ("Tỷ trọng kinh tế số", 6.03, "ước", 10),
        ("Tỷ lệ số hóa", 70, "ước", 75),
        ("Số xã", 120, None, 150),
    ]
