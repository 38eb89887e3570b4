"""appendix_01.xlsx: Phụ lục 01 issued again in the layout of the document, one sheet for each plan; and one
for each year of which a plan's text sets targets and results are known."""

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

from expectations.numbers import vietnamese
from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.scores import (
    DEFINITION,
    called,
    is_judged,
    is_published,
    level,
    number,
    remark,
    scores,
    verdict,
    why,
)
from orchestration.publication.vietnamese import (
    BOUNDS,
    SIGNS,
    STATUSES,
    VERDICTS,
    WITHOUT_THRESHOLD,
    day,
    sentence,
)

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
LEVEL = ("Cấp", 9)  # after the name, where a year has targets of several levels
MADE_UP = "SỐ LIỆU GIẢ ĐỊNH, KHÔNG DÙNG ĐỂ BÁO CÁO"


def write(marts: Marts, about: dict, file: Path) -> None:
    scored = scores(marts)
    plans = marts["dim_plan"].sort("plan_id").to_dicts()
    is_made_up = bool(manifest.made_up(marts))
    # Without the clock time of writing, the same content gives the same bytes.
    made_at = about["built_at"].astimezone(UTC).replace(tzinfo=None, microsecond=0)
    named: set[str] = set()
    with xlsxwriter.Workbook(file) as book:
        book.set_properties({"title": "Phụ lục 01", "comments": about["release_id"], "created": made_at})
        looks = Looks(book)
        for plan in plans:
            for name, titles, year, rows in sheets(marts, scored.filter(plan_id=plan["plan_id"]), plan):
                sheet = book.add_worksheet(sheet_name(name, plan["plan_id"], len(plans), named))
                source = f"(Lập lại từ số liệu của {called(plan)}; bản công bố {about['release_id']}, "
                fill(
                    sheet,
                    looks,
                    [*titles, f"{source}ngày {day(about['built_at'])})", *([MADE_UP] if is_made_up else [])],
                    about,
                    year,
                    rows,
                )


def sheets(
    marts: Marts, scored: pl.DataFrame, plan: dict
) -> Iterator[tuple[str, list[str], int | None, list[dict]]]:
    """Name, titles, year and rows of each sheet of a plan: its appendix, then its years."""
    results = "KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU, CHỈ TIÊU VỀ CHUYỂN ĐỔI SỐ NĂM {}".format
    year = plan["result_year"] or plan["year"]
    if rows := appendix(marts, scored, plan):
        yield "Phụ lục 01", ["PHỤ LỤC 01", results(year or "").strip()], year, rows
    of_text = scored.filter(pl.col("row_no").is_null())
    for (year,), of_year in of_text.group_by("year", maintain_order=True):
        if of_year["value"].is_not_null().any():
            yield f"Năm {year}", [results(year)], year, [of_target(row) for row in of_year.to_dicts()]


def appendix(marts: Marts, scored: pl.DataFrame, plan: dict) -> list[dict]:
    printed = marts["rpt_appendix_01"].filter(plan_id=plan["plan_id"]).drop("reason", strict=False)
    more = scored.filter(pl.col("row_no").is_not_null()).select(
        *DEFINITION,
        "target_kind",
        "operator",
        "target_value",
        "reported_value",
        "reported_qualifier",
        "value",
        "obs_status",
        "reason",
        "reason_vi",
        "missing_reporters",
        "missing_periods",
    )
    rows = printed.join(more, on=DEFINITION, how="left").sort("row_no").to_dicts()
    for row in rows:
        if row["footnote"] and row["reason_vi"]:
            row["footnote"] = row["footnote"].replace(row["reason_vi"], why(row))
    return rows


def of_target(row: dict) -> dict:
    """A target that the text of a plan sets, as a row of the appendix."""
    is_computed = row["value_status"] == "computed"
    inputs = f"{vietnamese(row['numerator'])}/{vietnamese(row['denominator'])}" if is_computed else None
    notes = [inputs and f"Tính lại từ {inputs}", remark(row)]
    return row | {
        "section_name": None,
        "number": number(row),
        "name": row["stated_name"] or row["name_vi"],
        "level": level(row),
        "target": row["raw_text"],
        "result_recomputed": row["value"] if is_computed else None,
        "status": row["value_status"],
        "footnote": "; ".join(filter(None, notes)) or None,
    }


def sheet_name(name: str, plan_id: str, plans: int, named: set[str]) -> str:
    """Excel allows 31 characters and none of []:*?/\\. `named`: names that are taken, now this one too."""
    full = name if plans == 1 else plan_id if name == "Phụ lục 01" else f"{name} {plan_id}"
    full = "".join(c if c not in "[]:*?/\\'" else "-" for c in full)
    endings = ("", *(f"~{number}" for number in range(2, len(named) + 3)))
    called = (full[: 31 - len(ending)] + ending for ending in endings)
    found = next(each for each in called if each.casefold() not in named)
    named.add(found.casefold())
    return found


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
        decimals = f"{value.normalize():f}".partition(".")[2]
        shown = "0." + "0" * len(decimals) if decimals else "0"
        return self.cell(align="center", num_format=(f'"{sign}"' if sign else "") + f'{shown}"%"')


def fill(sheet, looks: Looks, titles: list[str], about: dict, year: int | None, rows: list[dict]) -> None:
    columns = [*COLUMNS[:2], LEVEL, *COLUMNS[2:]] if rows and "level" in rows[0] else COLUMNS
    last = len(columns) - 1
    for at, text in enumerate(titles):
        if text == MADE_UP:
            look = looks(bold=True, align="center", font_color="#A01F1F")
        elif text.startswith("("):
            look = looks(italic=True, align="center")
        else:
            look = looks(bold=True, align="center", font_size=14)
        sheet.merge_range(at, 0, at, last, text, look)
        sheet.set_row(at, 20)
    head = len(titles) + 1
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        text = heading.format(year=year) if year else heading.replace(" năm {year}", "")
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
    first = 2
    if "level" in row:
        sheet.write_string(at, first, row["level"], middle)
        first += 1
    # "80%" in the document means at least 80; only the other signs are printed there.
    sign = "" if row["operator"] == ">=" else SIGNS.get(row["operator"], "")
    for column, value, text, mark in (
        (first, row["target_value"], row["target"], sign),
        (
            first + 1,
            row["reported_value"],
            row["result_published"],
            BOUNDS.get(row["reported_qualifier"], ""),
        ),
        (first + 2, row["result_recomputed"], None, ""),
    ):
        if value is not None:
            sheet.write_number(at, column, value, looks.percent(value, mark))
        elif text:
            sheet.write_string(at, column, text, middle)
        else:
            sheet.write_blank(at, column, None, middle)
    sheet.write_string(at, first + 3, state(row), middle)
    sheet.write(at, first + 4, sentence(row["footnote"]), words)
    lines = max(-(-len(row["name"]) // 44), -(-len(row["footnote"] or "") // 32), 2)
    sheet.set_row(at, 16.5 * lines + 3)  # rows of merged or wrapped text do not grow by themselves everywhere


def state(row: dict) -> str:
    if not is_judged(row):
        return WITHOUT_THRESHOLD if row["target_kind"] else "Chưa có trong danh mục chỉ tiêu"
    text = f"{verdict(row)}\n({STATUSES[row['status']]})"
    if is_published(row) and row["met"] is not row["met_as_reported"]:
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
