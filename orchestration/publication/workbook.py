"""appendix_01.xlsx: Phụ lục 01 issued again in the layout of the document, one sheet for each plan."""

from datetime import UTC
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.scores import DEFINITION, is_judged, scores
from orchestration.vietnamese import BOUNDS, SIGNS, STATUSES, VERDICTS, WITHOUT_THRESHOLD, day, sentence

# Heading and width in characters; together they fill A4 across, at 100 %.
COLUMNS = [
    ("Số TT", 6),
    ("Chỉ tiêu", 46),
    ("Mục tiêu năm {year}", 12),
    ("Kết quả đạt được\n(công bố)", 13),
    ("Kết quả tính lại", 12),
    ("Trạng thái", 17),
    ("Ghi chú", 34),
]
MADE_UP = "SỐ LIỆU GIẢ ĐỊNH, KHÔNG DÙNG ĐỂ BÁO CÁO"


def write(marts: Marts, about: dict, file: Path) -> None:
    rows = marts["rpt_appendix_01"].join(
        scores(marts)
        .filter(pl.col("row_no").is_not_null())
        .select(
            "plan_id",
            *DEFINITION,
            "target_kind",
            "operator",
            "target_value",
            "reported_value",
            "reported_qualifier",
        ),
        on=["plan_id", *DEFINITION],
        how="left",
    )
    plans = marts["dim_plan"].sort("plan_id").to_dicts()
    # Without the clock time of writing, the same content gives the same bytes.
    made_at = about["built_at"].astimezone(UTC).replace(tzinfo=None, microsecond=0)
    with xlsxwriter.Workbook(file) as book:
        book.set_properties({"title": "Phụ lục 01", "comments": about["release_id"], "created": made_at})
        looks = Looks(book)
        for plan in plans:
            sheet = book.add_worksheet(sheet_name(plan["plan_id"], len(plans)))
            is_made_up = bool(manifest.made_up(marts))
            fill(
                sheet,
                looks,
                plan,
                about,
                rows.filter(plan_id=plan["plan_id"]).sort("row_no").to_dicts(),
                is_made_up,
            )


def sheet_name(plan_id: str, plans: int) -> str:
    """Excel allows 31 characters and none of []:*?/\\."""
    return "Phụ lục 01" if plans == 1 else "".join(c if c not in "[]:*?/\\'" else "-" for c in plan_id)[:31]


class Looks:
    """Cell formats by what a cell is; a number's format shows its own decimals and sign."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.book = book
        self.made: dict[tuple, xlsxwriter.format.Format] = {}

    def __call__(self, **properties) -> xlsxwriter.format.Format:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            font = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "text_wrap": True}
            self.made[key] = self.book.add_format(font | properties)
        return self.made[key]

    def cell(self, **properties) -> xlsxwriter.format.Format:
        return self(border=1, **properties)

    def percent(self, value: Decimal, sign: str = "") -> xlsxwriter.format.Format:
        """52.89 is shown as 52,89% where Excel speaks Vietnamese, and stays the number 52.89."""
        decimals = max(0, -value.normalize().as_tuple().exponent)
        shown = "0." + "0" * decimals if decimals else "0"
        return self.cell(align="center", num_format=(f'"{sign}"' if sign else "") + f'{shown}"%"')


def fill(sheet, looks: Looks, plan: dict, about: dict, rows: list[dict], is_made_up: bool) -> None:
    last = len(COLUMNS) - 1
    titles = [
        ("PHỤ LỤC 01", looks(bold=True, align="center", font_size=14)),
        (
            f"KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU, CHỈ TIÊU VỀ CHUYỂN ĐỔI SỐ NĂM {plan['result_year']}",
            looks(bold=True, align="center", font_size=14),
        ),
        (
            f"(Lập lại từ số liệu của {plan['title']}; "
            f"bản công bố {about['release_id']}, ngày {day(about['built_at'])})",
            looks(italic=True, align="center"),
        ),
    ]
    if is_made_up:
        titles.append((MADE_UP, looks(bold=True, align="center", font_color="#A01F1F")))
    for at, (text, look) in enumerate(titles):
        sheet.merge_range(at, 0, at, last, text, look)
        sheet.set_row(at, 20)
    head = len(titles) + 1
    for column, (heading, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        text = heading.format(year=plan["result_year"])
        sheet.write_string(head, column, text, looks.cell(bold=True, align="center", bg_color="#E7EDF3"))
    sheet.set_row(head, 36)
    at, section = head, None
    for row in rows:
        if row["section"] != section:
            section = row["section"]
            at += 1
            bold = looks.cell(bold=True, bg_color="#F3F5F8")
            sheet.write_string(at, 0, section, looks.cell(bold=True, align="center", bg_color="#F3F5F8"))
            sheet.merge_range(at, 1, at, last, row["section_name"], bold)
            sheet.set_row(at, 20)
        at += 1
        indicator(sheet, looks, at, row)
    set_up_print(sheet, head, at, last, about)


def indicator(sheet, looks: Looks, at: int, row: dict) -> None:
    words, middle = looks.cell(), looks.cell(align="center")
    sheet.write_string(at, 0, row["number"], middle)
    sheet.write_string(at, 1, row["name"], words)
    # "80%" in the document means at least 80; only the other signs are printed there.
    sign = "" if row["operator"] == ">=" else SIGNS.get(row["operator"], "")
    for column, value, text, mark in (
        (2, row["target_value"], row["target"], sign),
        (3, row["reported_value"], row["result_published"], BOUNDS.get(row["reported_qualifier"], "")),
        (4, row["result_recomputed"], None, ""),
    ):
        if value is not None:
            sheet.write_number(at, column, value, looks.percent(value, mark))
        elif text:
            sheet.write_string(at, column, text, middle)
        else:
            sheet.write_blank(at, column, None, middle)
    sheet.write_string(at, 5, state(row), middle)
    sheet.write(at, 6, sentence(row["footnote"]), words)
    lines = max(-(-len(row["name"]) // 44), -(-len(row["footnote"] or "") // 32), 2)
    sheet.set_row(at, 16.5 * lines + 3)  # rows of merged or wrapped text do not grow by themselves everywhere


def state(row: dict) -> str:
    if not is_judged(row):
        return WITHOUT_THRESHOLD if row["target_kind"] else "Chưa có trong danh mục chỉ tiêu"
    text = f"{VERDICTS[row['met']]}\n({STATUSES[row['status']]})"
    if row["met"] is not row["met_as_reported"]:
        text += f"\nTheo số công bố: {VERDICTS[row['met_as_reported']].lower()}"
    return text


def set_up_print(sheet, head: int, end: int, last: int, about: dict) -> None:
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, end, last)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L&8{about['release_id']}&R&8Trang &P/&N")
    sheet.hide_gridlines(2)
