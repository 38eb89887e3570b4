"""The form in which units report what only they can count: an XLSX with locked headings and drop-downs.

`ingest.sources.unit_reports` reads what is written here, by these words.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ingest import folders, registry
from ingest.errors import Refused
from ingest.registry import Registry
from ingest.registry.models import Measure
from ingest.registry.organisations import communes_on
from ingest.sources.unit_reports import (
    EXPLAINING,
    HEADINGS,
    OF_UNIT,
    PERIOD,
    SCOPE,
    STATUS,
    STATUSES,
    UNIT,
    UNIT_ITSELF,
    UNITS,
    written_period,
)
from ingest.wording import match_key
from orchestration.publication.vietnamese import phrase

REPORT, (DEFINITIONS, LISTS) = phrase("form.report"), EXPLAINING
WIDTHS = [44, 60, 14, 18, 20, 40]
OF_UNIT_WIDTH = 30
YEARS = range(2024, 2031)
Looks = dict[str, Format]
Number = Decimal | int
MOST = 10**15  # beyond every count and every amount of the province


def write(
    file: Path,
    source: str = "unit_reports",
    *,
    unit: str | None = None,
    period_id: str | None = None,
    scope: str | None = None,
    values: Mapping[str, Number] | Mapping[tuple[str, str], Number] | None = None,
    communes: list[str] | None = None,
    note: str | None = None,
    known: Registry | None = None,
) -> None:
    """Write the form, filled in as far as `unit`, `period_id`, `scope` and `values` (by measure) say.

    communes: those for which a district reports; then each has rows of its own, and values are by measure and
    commune. note: stands beside each value. known: the registry, for who writes many forms.
    Raises Refused where the file exists: it may hold somebody's numbers.
    """
    if file.exists():
        raise Refused(f"{file}: is there already and may be filled in; name a file that does not exist yet")
    if not file.parent.is_dir():
        raise Refused(f"{file}: its folder does not exist; create {file.parent} or name another")
    known = known or registry.load(*folders.registries())
    measures = [
        m for m in known.measures if m.source == source and (not communes or "commune" in m.reported_by)
    ]
    with xlsxwriter.Workbook(file) as book:
        # The same form is the same bytes, whenever it is written.
        book.set_properties({"created": datetime(2024, 1, 1)})
        looks = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(
                {"bold": True, "border": 1, "bg_color": "#E7EDF3", "text_wrap": True, "valign": "vcenter"}
            ),
            "fixed": book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"}),
            "open": book.add_format(
                {"border": 1, "text_wrap": True, "valign": "vcenter", "locked": False, "bg_color": "#FFFBE6"}
            ),
            "number": book.add_format(
                {"border": 1, "valign": "vcenter", "locked": False, "bg_color": "#FFFBE6", "num_format": "0"}
            ),
        }
        report, definitions, lists = map(book.add_worksheet, (REPORT, DEFINITIONS, LISTS))
        choices = _fill_lists(lists, _units(known), [UNIT_ITSELF, _province(known)], list(STATUSES))
        head = {UNIT: unit, PERIOD: period_id and written_period(period_id), SCOPE: scope or UNIT_ITSELF}
        numbers = {about: number for about, number in (values or {}).items()}
        _fill_report(report, looks, measures, choices, head, numbers, communes or [], note)
        _fill_definitions(definitions, looks, measures, known)
        for sheet in (report, definitions, lists):
            sheet.protect("", {"format_columns": True, "format_rows": True})
        lists.hide()


def _fill_report(
    sheet: Worksheet,
    looks: Looks,
    measures: list[Measure],
    choices: dict[str, str],
    filled: dict[str, str | None],
    values: Mapping[str | tuple[str, str], Number],
    communes: list[str],
    note: str | None,
) -> None:
    sheet.write_string(0, 0, phrase("form.title"), looks["title"])
    sheet.write_string(1, 0, phrase("form.how"))
    for at, (label, text) in enumerate(filled.items(), start=2):
        sheet.write_string(at, 0, label, looks["fixed"])
        sheet.write(at, 1, text, looks["open"])
        sheet.data_validation(at, 1, at, 1, _one_of(choices[label]))
    head = 6
    columns = list(zip(HEADINGS, WIDTHS, strict=True))
    columns += [(OF_UNIT, OF_UNIT_WIDTH)] if communes else []
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, heading, looks["head"])
    rows = [(measure, commune) for commune in communes or ("",) for measure in measures]
    for at, (measure, commune) in enumerate(rows, start=head + 1):
        about = (measure.id, commune) if commune else measure.id
        sheet.write_string(at, 0, measure.id, looks["fixed"])
        sheet.write_string(at, 1, measure.name.vi, looks["fixed"])
        sheet.write_string(at, 2, UNITS[measure.unit], looks["fixed"])
        sheet.write(at, 3, values.get(about), looks["number"])
        sheet.write_blank(at, 4, None, looks["open"])
        sheet.write(at, 5, note if about in values else None, looks["open"])
        if commune:
            sheet.write_string(at, 6, commune, looks["fixed"])
    end = head + len(rows)
    sheet.data_validation(
        head + 1,
        3,
        end,
        3,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST,
            "error_title": phrase("form.no_number"),
            "error_message": phrase("form.number_wanted"),
        },
    )
    sheet.data_validation(head + 1, 4, end, 4, _one_of(choices[STATUS]))
    sheet.freeze_panes(head + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


def _fill_definitions(sheet: Worksheet, looks: Looks, measures: list[Measure], known: Registry) -> None:
    headings = [
        ("measure_id", 40),
        ("measure", 50),
        ("unit", 14),
        ("over_time", 22),
        ("indicators", 70),
        ("supplier", 36),
    ]
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, phrase(f"form.{heading}"), looks["head"])
    names = {o.org_id: o.name_vi for o in known.organisations}
    for at, measure in enumerate(measures, start=1):
        users = [
            i
            for i in known.indicators
            if measure.id in (i.numerator, i.denominator, i.numerator_by_wording, i.denominator_by_wording)
        ]
        texts = [
            measure.id,
            measure.name.vi,
            UNITS[measure.unit],
            phrase(f"form.{measure.over_time}"),
            "\n".join(
                phrase(
                    f"form.{'top' if measure.id in (i.numerator, i.numerator_by_wording) else 'bottom'}_of",
                    name=i.name.vi,
                    code=i.code or None,
                )
                for i in users
            ),
            "\n".join(dict.fromkeys(names[i.supplier] for i in users)),
        ]
        for column, text in enumerate(texts):
            sheet.write_string(at, column, text, looks["fixed"])
    sheet.freeze_panes(1, 2)


def _fill_lists(sheet: Worksheet, units: list[str], scopes: list[str], statuses: list[str]) -> dict[str, str]:
    """What may be chosen, a column each. Returns by label the range that a drop-down refers to."""
    periods = [written_period(f"{year}-Q{quarter}") for year in YEARS for quarter in range(1, 5)]
    columns = {UNIT: units, PERIOD: periods, SCOPE: scopes, STATUS: statuses}
    ranges = {}
    for column, (label, texts) in enumerate(columns.items()):
        sheet.write_column(0, column, texts)
        letter = xl_col_to_name(column)
        ranges[label] = f"='{LISTS}'!${letter}$1:${letter}${len(texts)}"
    return ranges


def _one_of(source: str) -> dict:
    return {
        "validate": "list",
        "source": source,
        "error_title": phrase("form.choose"),
        "error_message": phrase("form.choose_one"),
    }


def _units(known: Registry) -> list[str]:
    """Who reports: the agencies and the districts of the first regime's province, by name."""
    parents = {o.org_key for o in known.organisations if o.level == "province"}
    return [
        o.name_vi
        for o in known.organisations
        if o.level in ("agency", "district") and o.parent_org_key in parents
    ]


def communes_of(district: str, day: date) -> list[str]:
    """The names of a district's communes on a day. Raises Refused where no district has that name then."""
    found = [names for name, names in communes_on(day).items() if match_key(name) == match_key(district)]
    if not any(found):
        raise Refused(f"{district!r} is no district with communes on {day:%d/%m/%Y}; give its full name")
    return [o.name_vi for o in found[0]]


def _province(known: Registry) -> str:
    return next(o.name_vi for o in known.organisations if o.level == "province")
