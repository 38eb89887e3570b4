"""Plans never seen: the same tables in other shapes, made up from the rows of the real plan."""

import random
import unicodedata
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.gia_lai import PLAN, broken, gia_lai, remarks
from polars.testing import assert_frame_equal

from ingest import plan
from ingest.errors import Refused

TEXT = PLAN.read_text(encoding="utf-8")
ROWS = ["plan_indicators", "plan_targets", "plan_tasks", "plan_figures", "plan_claims", "plan_caveats"]


def with_rows(change: Callable[[list[str]], list[str]]) -> str:
    """The plan with every table row changed."""
    lines = TEXT.split("\n")
    return "\n".join("\t".join(change(line.split("\t"))) if "\t" in line else line for line in lines)


def as_pipes(rule: bool) -> str:
    """The plan with Markdown tables, with a rule under each header or without."""
    out = []
    for line in TEXT.split("\n"):
        if "\t" in line:
            cells = line.split("\t")
            out.append(f"| {' | '.join(cells)} |")
            if rule and cells[0].removeprefix("<b>").startswith("Số TT"):
                out.append("|" + " --- |" * len(cells))
        else:
            out.append(line)
    return "\n".join(out)


def shuffled(cells: list[str]) -> list[str]:
    """Another order of columns, the same for every row of one width."""
    cells = list(cells)
    random.Random(len(cells)).shuffle(cells)
    return cells


def same(body: bytes, *dropped: str, tables: list[str] = ROWS) -> dict[str, pl.DataFrame]:
    read = plan.read("made-up.md", body)
    for table in tables:
        columns = [column for column in gia_lai()[table].columns if column in dropped]
        assert_frame_equal(read[table].drop(columns), gia_lai()[table].drop(columns))
    return read


ENCODED = {
    "line ends of Windows": TEXT.replace("\n", "\r\n").encode(),
    "line ends of old Macs": TEXT.replace("\n", "\r").encode(),
    "decomposed letters": unicodedata.normalize("NFD", TEXT).encode(),
    "a byte-order mark": TEXT.encode("utf-8-sig"),
    "UTF-16 with its mark": TEXT.encode("utf-16"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-16 the other way round": TEXT.encode("utf-16-be"),
}


@pytest.mark.parametrize("body", ENCODED.values(), ids=ENCODED.keys())
def test_the_encoding_changes_nothing(body):
    same(body)


def test_markdown_tables_say_the_same():
    same(as_pipes(rule=False).encode())
    same(as_pipes(rule=True).encode(), "line", "note_line", "char_from")


def test_the_order_of_columns_does_not_matter():
    body = with_rows(shuffled).encode()
    read = same(body, "target_cell", "result_cell", "amount_cell", "cell")
    assert [row[0] for row in remarks(read)] == [row[0] for row in remarks(gia_lai())]


def test_the_order_of_columns_does_not_matter_backwards():
    same(with_rows(lambda cells: cells[::-1]).encode(), "target_cell", "result_cell", "amount_cell", "cell")


def test_an_extra_column_is_remarked_once_per_table_and_changes_no_row():
    def widened(cells: list[str]) -> list[str]:
        return [cells[0], "Mã số" if "TT" in cells[0] else "", *cells[1:]]

    read = same(with_rows(widened).encode(), "target_cell", "result_cell", "amount_cell", "cell")
    extra = [row for row in remarks(read) if row[0] == "unread_cell"]
    assert [text for _, _, text in extra] == ["Mã số"] * 4


def test_empty_cells_at_the_end_of_a_row_may_be_missing():
    lines = [line.rstrip("\t") if line[:1].isdigit() else line for line in TEXT.split("\n")]
    same("\n".join(lines).encode())


def test_without_repeated_headers_the_rows_are_the_same():
    lines, seen = [], set()
    for line in TEXT.split("\n"):
        if line.startswith("Số TT\t") and line in seen:
            continue
        seen.add(line)
        lines.append(line)
    tables = [table for table in ROWS if table != "plan_claims"]
    same("\n".join(lines).encode(), "line", "note_line", tables=tables)


def test_numbers_in_the_other_convention_are_proved_by_the_total():
    swap = str.maketrans(",.", ".,")

    def swapped(cells: list[str]) -> list[str]:
        return [c.translate(swap) if not set(c) - set("0123456789.,</b>") else c for c in cells]

    read = plan.read("made-up.md", with_rows(swapped).encode())
    assert read["plan_tasks"]["amount_vnd"].equals(gia_lai()["plan_tasks"]["amount_vnd"])
    assert read["plan_claims"]["stated"].equals(gia_lai()["plan_claims"]["stated"])


def test_another_province_and_year_are_read_as_such():
    text = TEXT.replace("2024", "2026").replace("2023", "2025").replace("Gia Lai", "Mẫu Sơn")
    read = plan.read("made-up.md", text.encode())
    assert read["plan_documents"].select("title", "issuer", "province", "year", "result_year").rows() == [
        (
            "Kế hoạch Chuyển đổi số tỉnh Mẫu Sơn năm 2026",
            "Ủy ban nhân dân tỉnh Mẫu Sơn",
            "Mẫu Sơn",
            2026,
            2025,
        )
    ]
    assert set(read["plan_targets"]["year"]) == {2026}
    assert set(read["plan_indicators"]["target_year"]) == {2025}
    for table in ROWS:
        assert read[table].height == gia_lai()[table].height


def test_a_made_up_plan_of_another_province_is_read_whole():
    tables = broken("another_province_2026")
    assert tables["plan_documents"].select("title", "issuer", "province", "year", "result_year").rows() == [
        (
            "Kế hoạch Chuyển đổi số tỉnh Mẫu Sơn năm 2026",
            "Ủy ban nhân dân tỉnh Mẫu Sơn",
            "Mẫu Sơn",
            2026,
            2025,
        )
    ]
    assert tables["plan_indicators"].select("section_no", "number", "operator", "result_kind").rows() == [
        ("A", "1", ">", "value"),
        ("A", "2", ">=", "absent"),
        ("B", "1", None, "words"),
    ]
    assert tables["plan_tasks"].select("appendix", "number", "lead_raw", "amount_vnd").rows() == [
        ("PL02", 1, "Trung tâm Công nghệ số (Sở Khoa học và Công nghệ)", 1_171_500_000),
        ("PL02", 2, "Trung tâm Công nghệ số (Sở Khoa học và Công nghệ)", 98_500_000),
        ("PL02", 3, "Trung tâm Công nghệ số (Sở Khoa học và Công nghệ)", 30_000_000),
    ]
    assert [row[0] for row in remarks(tables)] == ["split_cell"]


def lines_damaged(seed: int) -> str:
    """The plan with some lines dropped, doubled, cut or changed by a character."""
    chance = random.Random(seed)
    out = []
    for line in TEXT.split("\n"):
        fate = chance.random()
        if fate < 0.02:
            continue
        if fate < 0.04:
            out.append(line)
        if fate < 0.08 and line:
            at = chance.randrange(len(line))
            line = line[:at] + chance.choice(["", "\t", "|", "(", "9", "-", "%", "x", "*"]) + line[at + 1 :]
        out.append(line[: len(line) // 2] if fate > 0.98 else line)
    return "\n".join(out)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_a_damaged_plan_is_read_as_far_as_it_goes(seed):
    read = plan.read("damaged.md", lines_damaged(seed).encode())
    for name, frame in read.items():
        assert dict(frame.schema) == plan.TABLES[name]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(body):
    try:
        plan.read("anything", body)
    except Refused as refused:
        assert str(refused).startswith("anything: ")
