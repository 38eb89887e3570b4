"""The made-up year as its sources would send it: every file, with the moment at which it arrives.

Headings and layouts are those of the sources; each file says that its numbers are made up, where it has room.
"""

import calendar
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingest import folders, registry
from orchestration.command import report_form
from orchestration.demo import formats
from orchestration.demo.formats import cell
from orchestration.demo.province import (
    AGENCIES,
    DISTRICTS,
    MONTHS,
    OF_PROVINCE,
    OPERATORS,
    PROVINCE,
    QUARTERS,
    Cell,
    code_of,
    communes,
    name_of,
    reporting_agencies,
)

MADE_UP = "SỐ LIỆU GIẢ ĐỊNH – KHÔNG PHẢI SỐ LIỆU THẬT"
NOTE = "số liệu giả định"
Counts = Mapping[Cell, int]

SUMMARY = {
    "HS_TOTAL": "dossiers_received",
    "DB_TOTAL": "dossiers_synchronised",
    "TNTK_TOTAL": "dossiers_carried_over",
    "HTN_TRUCTIEP_TOTAL": "dossiers_in_person",
    "HTN_BUUCHINH_TOTAL": "dossiers_by_post",
    "HTN_TRUCTUYEN_TOTAL": "dossiers_online",
    "HTDH_TOTAL": "dossiers_settled_in_time",
    "HTQH_TOTAL": "dossiers_settled_late",
    "DXLTH_TOTAL": "dossiers_open_in_time",
    "DXLQH_TOTAL": "dossiers_open_late",
    "GDTTQG_TOTAL": "payments_online_national",
    "GDTT_TOTAL": "payments",
}
IDENTITIES = {
    "Tài khoản định danh điện tử đã cấp": "eid_issued",
    "Tài khoản định danh điện tử đã kích hoạt": "eid_activated",
    "Tài khoản định danh điện tử mức độ 2 đã kích hoạt": "eid_level2_activated",
    "Người trưởng thành được cấp tài khoản định danh điện tử": "adults_issued_eid",
    "Người trưởng thành có tài khoản định danh điện tử": "adults_with_eid",
    "Chỉ tiêu được giao": "eid_assigned",
    "Công dân thường trú": "residents",
    "Dân số trưởng thành": "adults",
}
NETWORKS = {
    "Thuê bao di động": "subscriptions_mobile",
    "Thuê bao sử dụng điện thoại thông minh": "subscriptions_with_smartphone",
    "Thuê bao cáp quang cố định": "subscriptions_fixed_fibre",
    "Hộ gia đình có cáp quang": "households_with_fibre",
    "Điện thoại thông minh có phần mềm an toàn thông tin": "smartphones_protected",
    "Hộ cáp quang có giải pháp an toàn thông tin": "fibre_households_protected",
}


@dataclass(frozen=True)
class Delivery:
    """One file as it arrives."""

    source_id: str
    period_id: str
    file_name: str
    body: bytes
    received_at: datetime


@dataclass(frozen=True)
class Form:
    """A form as one unit fills it in: its file, the unit, and what `report_form.write` is given."""

    name: str
    unit: str
    values: Mapping[str, int] | Mapping[tuple[str, str], int]
    scope: str | None = None
    communes: list[str] | None = None


def deliveries(counts: Counts) -> Iterator[Delivery]:
    """All files of the year, each sound and in time."""
    for month in MONTHS:
        yield Delivery("dvc_portal", month, f"tong_hop_{month}.json", summary(counts, month), after(month, 1))
        for name, write, day in (
            ("ho_so", dossiers, 2),
            ("so_hoa_thanh_toan", digitisation, 2),
            ("muc_do", levels, 3),
        ):
            body = write(counts, month)
            yield Delivery("dvc_portal", month, f"{name}_{month}.xls", body, after(month, day))
        yield Delivery("vneid", month, f"vneid_{month}.xlsx", identities(counts, month), after(month, 4))
        for operator in OPERATORS:
            name, body = network(counts, month, operator)
            yield Delivery("telecom", month, name, body, after(month, 3))
    for quarter in QUARTERS:
        yield from reports(counts, quarter)


def after(month: str, day: int) -> datetime:
    """A morning of the month after this one, in Hanoi."""
    return datetime.combine(last_day(month) + timedelta(days=day), datetime.min.time(), UTC).replace(hour=2)


def last_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def summary(counts: Counts, month: str) -> bytes:
    """The national portal's monthly summary. It has one field to spare, the kind of office."""
    return formats.json_file(
        [
            {"ID": str(number), "MA_COQUAN": code_of(org) or "", "TEN": name_of(org), "LOAI_COQUAN": MADE_UP}
            | {
                field: str(counts[Cell("dvc_portal", month, org, None, measure)])
                for field, measure in SUMMARY.items()
            }
            for number, org in enumerate((PROVINCE[0], *DISTRICTS, *AGENCIES), start=1)
        ]
    )


def dossiers(counts: Counts, month: str) -> bytes:
    """The one-stop system's export of dossiers: two rows of headings, two sections, a total."""
    columns = (
        "dossiers_received",
        "dossiers_online",
        "dossiers_in_person",
        "dossiers_by_post",
        "dossiers_carried_over",
        "dossiers_with_online_service",
        "dossiers_settled",
        "dossiers_settled_in_time",
        "dossiers_settled_late",
        "dossiers_open_in_time",
        "dossiers_open_late",
    )

    def row(number: object, org: str) -> str:
        found = [counts[Cell("dvc_portal", month, org, None, measure)] for measure in columns]
        return cell(number) + cell(name_of(org)) + "".join(cell(dotted(count)) for count in found)

    rows = [
        cell("TÌNH HÌNH TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ", columns=13),
        cell(f"Từ ngày 01/{month[5:]}/{month[:4]} đến ngày {last_day(month):%d/%m/%Y}", columns=13),
        cell(MADE_UP, columns=13),
        cell("STT", "th", rows=2)
        + cell("Đơn vị", "th", rows=2)
        + cell("Hồ sơ tiếp nhận", "th", columns=4)
        + cell("Hồ sơ tồn kỳ trước", "th", rows=2)
        + cell("Hồ sơ của thủ tục có dịch vụ công trực tuyến", "th", rows=2)
        + cell("Hồ sơ đã giải quyết", "th", columns=3)
        + cell("Hồ sơ đang giải quyết", "th", columns=2),
        "".join(
            cell(heading, "th")
            for heading in (
                *("Tổng số", "Trực tuyến", "Trực tiếp", "Bưu chính"),
                *("Tổng số", "Đúng hạn", "Quá hạn", "Trong hạn", "Quá hạn"),
            )
        ),
        cell("I") + cell("Sở, ban, ngành", columns=12),
        *(row(number, org) for number, org in enumerate(AGENCIES, start=1)),
        cell("II") + cell("Cấp huyện", columns=12),
        *(row(number, org) for number, org in enumerate(DISTRICTS, start=1)),
        cell("Tổng cộng", columns=2)
        + "".join(
            cell(dotted(counts[Cell("dvc_portal", month, PROVINCE[0], None, measure)])) for measure in columns
        ),
    ]
    return formats.html_file("Hồ sơ", rows)


def digitisation(counts: Counts, month: str) -> bytes:
    """The one-stop system's export of digitisation: a cell holds a count, its share and its score."""
    columns = {
        "Hồ sơ đã giải quyết": ("dossiers_settled", None),
        "Hồ sơ của thủ tục có dịch vụ công trực tuyến": ("dossiers_with_online_service", None),
        "Kết quả số hóa": ("results_digitised", "dossiers_settled"),
        "Hồ sơ số hóa": ("dossiers_digitised", "dossiers_settled"),
        "Kết quả đồng bộ": ("results_synchronised_in_full", "dossiers_settled"),
        "Giao dịch thanh toán trực tuyến": ("payments_online", "payments"),
        "Tổng số giao dịch thanh toán": ("payments", None),
    }

    def content(org: str, part: str, whole: str | None) -> str:
        count = counts[Cell("dvc_portal", month, org, None, part)]
        if whole is None:
            return dotted(count)
        share = count / counts[Cell("dvc_portal", month, org, None, whole)]
        return f"Số lượng: {dotted(count)}\nTỷ lệ: {100 * share:.2f}%\nĐiểm số: {10 * share:.1f}"

    rows = [
        cell(f"KẾT QUẢ SỐ HÓA, THANH TOÁN TRỰC TUYẾN THÁNG {month[5:]}/{month[:4]}", columns=9),
        cell(MADE_UP, columns=9),
        "".join(cell(heading, "th") for heading in ("STT", "Đơn vị", *columns)),
        *(
            cell(number)
            + cell(name_of(org))
            + "".join(cell(content(org, part, whole)) for part, whole in columns.values())
            for number, org in enumerate((PROVINCE[0], *DISTRICTS, *AGENCIES), start=1)
        ),
    ]
    return formats.html_file("Số hóa", rows)


def levels(counts: Counts, month: str) -> bytes:
    """The one-stop system's export by level of service: three rows a unit. Only the province as a whole
    counts procedures, every unit its online dossiers."""

    def count(org: str, measure: str) -> int:
        return counts[Cell("dvc_portal", month, org, None, measure)]

    headings = (
        "STT",
        "Đơn vị",
        "Thủ tục hành chính",
        "Thủ tục đủ điều kiện toàn trình",
        "Thủ tục có nghĩa vụ tài chính",
        "Thủ tục được thanh toán trực tuyến",
        "Dịch vụ công trực tuyến",
        "Dịch vụ công tích hợp trên Cổng Dịch vụ công quốc gia",
        "Hồ sơ trực tuyến",
    )
    procedures = [
        *("procedures_total", "procedures_eligible_for_full_service", "procedures_with_fee"),
        "procedures_payable_online_count",
    ]

    def services(org: str) -> list[tuple[int, int] | None]:
        """Of each column after the procedures: partly online, fully online; None where nobody counts it."""
        online, online_in_full = count(org, "dossiers_online"), count(org, "dossiers_fully_online")
        dossiers = online - online_in_full, online_in_full
        if org != PROVINCE[0]:
            return [None, None, dossiers]
        integrated, in_full = count(org, "integrated_services"), count(org, "services_fully_online_national")
        offered = count(org, "services_partly_online"), count(org, "services_fully_online")
        return [offered, (integrated - in_full, in_full), dossiers]

    def row(number: object, name: str, numbers: Sequence[int | None]) -> str:
        texts = ("" if n is None else dotted(n) for n in numbers)
        return cell(number) + cell(name) + "".join(map(cell, texts))

    rows = [
        cell(f"CUNG CẤP DỊCH VỤ CÔNG TRỰC TUYẾN THEO MỨC ĐỘ THÁNG {month[5:]}/{month[:4]}", columns=9),
        cell(MADE_UP, columns=9),
        "".join(cell(heading, "th") for heading in headings),
    ]
    blank: list[int | None] = [None] * len(procedures)
    for number, org in enumerate((PROVINCE[0], *DISTRICTS, *AGENCIES), start=1):
        found = services(org)
        of_procedures = [count(org, measure) for measure in procedures] if org == PROVINCE[0] else blank
        rows += [
            row(number, name_of(org), [*of_procedures, *(both and sum(both) for both in found)]),
            row("", "Một phần", [*blank, *(both and both[0] for both in found)]),
            row("", "Toàn trình", [*blank, *(both and both[1] for both in found)]),
        ]
    return formats.html_file("Mức độ", rows)


def identities(
    counts: Counts, month: str, changed: Mapping[tuple[str, str], str | int | None] | None = None
) -> bytes:
    """The police report, a workbook. changed: what a faulty one holds, by unit (or total) and measure."""
    of = {
        (org, measure): counts[Cell("vneid", month, org, None, measure)]
        for org in DISTRICTS
        for measure in IDENTITIES.values()
    }
    sums = {("total", m): sum(of[org, m] for org in DISTRICTS) for m in IDENTITIES.values()}
    found = {**of, **sums, **(changed or {})}
    rows: list[list[str | int | None]] = [
        ["CÔNG AN TỈNH GIA LAI", *[None] * 11],
        [f"KẾT QUẢ CẤP, KÍCH HOẠT TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ THÁNG {month[5:]}/{month[:4]}", *[None] * 11],
        [MADE_UP, *[None] * 11],
        ["STT", "Đơn vị", "Đến ngày", *IDENTITIES, "Ghi chú"],
    ]
    for number, org in enumerate(DISTRICTS, start=1):
        numbers = [found[org, measure] for measure in IDENTITIES.values()]
        rows.append([number, name_of(org), f"{last_day(month):%d/%m/%Y}", *numbers, NOTE])
    total = [found["total", measure] for measure in IDENTITIES.values()]
    rows.append([None, "Tổng cộng", None, *total, NOTE])
    return formats.xlsx_file("Biểu 1", rows, merged=[(row, 0, row, 11) for row in range(3)])


def network(counts: Counts, month: str, operator: str, encoding: str | None = None) -> tuple[str, bytes]:
    """An operator's report: VNPT sends XLSX, MobiFone the old XLS, the others CSV of their own kinds."""
    of = {
        (org, measure): counts[Cell("telecom", month, org, operator, measure)]
        for org in DISTRICTS
        for measure in NETWORKS.values()
    }
    numeric = operator in ("vnpt", "mobifone")

    def row(name: str, numbers: list[int]) -> list[str | int | None]:
        return [name, *(n if numeric else dotted(n) for n in numbers), NOTE]

    blank = [None] * len(NETWORKS)
    rows: list[list[str | int | None]] = [
        [f"Doanh nghiệp: {OPERATORS[operator][0]}", *blank, None],
        [f"BÁO CÁO THUÊ BAO THÁNG {month[5:]}/{month[:4]}", *blank, None],
        [MADE_UP, *blank, None],
        ["Đơn vị", *NETWORKS, "Ghi chú"],
        *(row(name_of(org), [of[org, m] for m in NETWORKS.values()]) for org in DISTRICTS),
        row("Tổng cộng", [sum(of[org, m] for org in DISTRICTS) for m in NETWORKS.values()]),
    ]
    name = f"{operator}_{month}"
    if operator == "vnpt":
        return f"{name}.xlsx", formats.xlsx_file("Báo cáo", rows)
    if operator == "mobifone":
        return f"{name}.xls", formats.xls_file("Báo cáo", rows)
    if operator == "viettel":
        return f"{name}.csv", formats.csv_file(rows, encoding or "utf-8")
    return f"{name}.csv", formats.csv_file(rows, encoding or "utf-8-sig", delimiter=";")


def reports(counts: Counts, quarter: str) -> Iterator[Delivery]:
    """The form of every district and agency about itself, of some agencies about the province, and of every
    district about its communes."""
    month = f"{quarter[:4]}-{int(quarter[-1]) * 3:02}"
    received_at = datetime.combine(last_day(month).replace(day=24), datetime.min.time(), UTC).replace(hour=3)
    known = registry.load(*folders.registries())

    def values(org: str, reporter: str | None = None) -> dict[str, int]:
        about = ("unit_reports", quarter, org, reporter)
        return {cell.measure_id: count for cell, count in counts.items() if cell[:4] == about}

    forms = [Form(unit, unit, values(unit)) for unit in DISTRICTS]
    forms += [Form(agency, agency, values(PROVINCE[0], agency), scope=PROVINCE[2]) for agency in OF_PROVINCE]
    forms += [Form(f"{agency}_don_vi", agency, values(agency)) for agency in reporting_agencies()]
    for district, of_district in communes(quarter).items():
        by_commune = {(m, o.name_vi): n for o in of_district for m, n in values(o.org_id).items()}
        names = [o.name_vi for o in of_district]
        forms.append(Form(f"{district}_cap_xa", district, by_commune, communes=names))
    for number, form in enumerate(forms):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{form.name}_{quarter}.xlsx"
            report_form.write(
                file,
                unit=name_of(form.unit),
                period_id=quarter,
                scope=form.scope,
                values=form.values,
                communes=form.communes,
                note=NOTE,
                known=known,
            )
            yield Delivery(
                "unit_reports", quarter, file.name, file.read_bytes(), received_at + timedelta(minutes=number)
            )


def dotted(number: int) -> str:
    """1.234.567"""
    return f"{number:,}".replace(",", ".")
