"""The faults that are planted in the made-up year, so that the demo shows how each of them ends.

What a fault loses for good is named, so that the truth of the demo can be held apart from what can be known.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from orchestration.demo.files import Counts, Delivery, dotted, identities, network
from orchestration.demo.province import Cell

Plant = Callable[[list[Delivery], Counts], list[Delivery]]


@dataclass(frozen=True)
class Fault:
    """One planted fault: in which report, described in both languages. loses: whether counts stay unknown."""

    name: str
    source_id: str
    period_id: str
    vi: str
    en: str
    plant: Plant
    org_id: str | None = None
    reporter: str | None = None
    loses: bool = False


def planted(deliveries: Iterable[Delivery], counts: Counts) -> Iterator[Delivery]:
    """The deliveries of the year with every fault in them, in the order in which they arrive."""
    year = list(deliveries)
    for fault in FAULTS:
        mine = [d for d in year if (d.source_id, d.period_id) == (fault.source_id, fault.period_id)]
        others = [d for d in year if d not in mine]
        year = others + fault.plant(mine, counts)
    return iter(sorted(year, key=lambda d: (d.received_at, d.source_id, d.file_name)))


def _restated(month: list[Delivery], counts: Counts) -> list[Delivery]:
    (sound,) = month
    about = Cell("vneid", sound.period_id, "chu_se", None, "eid_level2_activated")
    too_few = counts[about] - 1_800
    wrong = identities(
        counts,
        sound.period_id,
        {
            ("chu_se", about.measure_id): too_few,
            ("total", about.measure_id): sum(
                n for c, n in counts.items() if (*c[:2], c[4]) == (*about[:2], about[4])
            )
            - 1_800,
        },
    )
    again = replace(sound, file_name=f"vneid_{sound.period_id}_dieu_chinh.xlsx")
    return [replace(sound, body=wrong), replace(again, received_at=sound.received_at + timedelta(days=8))]


def _sent_twice(month: list[Delivery], counts: Counts) -> list[Delivery]:
    first = next(d for d in month if d.file_name.endswith(".json"))
    again = replace(first, file_name=f"ban_sao_{first.file_name}")
    return [*month, replace(again, received_at=first.received_at + timedelta(days=2))]


def _late(file: str, days: int) -> Plant:
    """The file whose name begins so comes some days later."""
    later = timedelta(days=days)

    def plant(period: list[Delivery], counts: Counts) -> list[Delivery]:
        return [
            replace(d, received_at=d.received_at + later) if d.file_name.startswith(file) else d
            for d in period
        ]

    return plant


def _missing(file: str) -> Plant:
    """The file whose name begins so never comes."""
    return lambda period, counts: [d for d in period if not d.file_name.startswith(file)]


def _row_rejected(month: list[Delivery], counts: Counts) -> list[Delivery]:
    (sound,) = month
    measure = "eid_activated"
    count = counts[Cell("vneid", sound.period_id, "ia_pa", None, measure)]
    with_a_letter = dotted(count)[:-1] + "O"
    return [replace(sound, body=identities(counts, sound.period_id, {("ia_pa", measure): with_a_letter}))]


def _total_disagrees(month: list[Delivery], counts: Counts) -> list[Delivery]:
    (sound,) = month
    wrong = identities(counts, sound.period_id, {("total", "eid_issued"): 1_000_000})
    again = replace(sound, file_name=f"vneid_{sound.period_id}_lan_2.xlsx")
    return [replace(sound, body=wrong), replace(again, received_at=sound.received_at + timedelta(days=3))]


def _legacy_encoding(month: list[Delivery], counts: Counts) -> list[Delivery]:
    def old(delivery: Delivery) -> Delivery:
        _, body = network(counts, delivery.period_id, "viettel", encoding="cp1258")
        return replace(delivery, body=body)

    return [old(d) if d.file_name.startswith("viettel") else d for d in month]


FAULTS = [
    Fault(
        "legacy_encoding",
        "telecom",
        "2024-03",
        "Viettel gửi tệp CSV theo bảng mã cũ Windows-1258; vẫn đọc được.",
        "Viettel sends a CSV in the old encoding Windows-1258; it is read all the same.",
        _legacy_encoding,
        reporter="viettel",
    ),
    Fault(
        "restated",
        "vneid",
        "2024-05",
        "Số liệu mức độ 2 của huyện Chư Sê thiếu 1.800; báo cáo gửi lại thay số cũ.",
        "Level 2 of Chư Sê is 1,800 too few; a report sent again restates it.",
        _restated,
        org_id="chu_se",
    ),
    Fault(
        "sent_twice",
        "dvc_portal",
        "2024-06",
        "Bảng tổng hợp gửi hai lần, cùng nội dung; chỉ là một lần nhận.",
        "The monthly summary is sent twice, the same bytes: one extract.",
        _sent_twice,
    ),
    Fault(
        "late",
        "telecom",
        "2024-08",
        "MobiFone gửi muộn 17 ngày; trước đó số của tỉnh chưa đủ.",
        "MobiFone reports 17 days late; until then the province is incomplete.",
        _late("mobifone", days=17),
        reporter="mobifone",
    ),
    Fault(
        "row_rejected",
        "vneid",
        "2024-09",
        "Một ô của huyện Ia Pa có chữ O thay số 0; dòng bị loại, số của tỉnh chưa đủ.",
        "A cell of Ia Pa holds a letter O for a zero; its row is set aside, the province is incomplete.",
        _row_rejected,
        org_id="ia_pa",
        loses=True,
    ),
    Fault(
        "total_disagrees",
        "vneid",
        "2024-10",
        "Dòng tổng cộng không khớp; tệp bị giữ lại, ba ngày sau gửi lại đúng.",
        "The printed total does not add up; the file is set aside and a sound one comes three days later.",
        _total_disagrees,
    ),
    Fault(
        "agency_late",
        "unit_reports",
        "2024-Q2",
        "Sở Giao thông vận tải gửi báo cáo quý II muộn 19 ngày; trước đó chưa đánh giá được các sở, ngành.",
        "The department of transport reports 19 days late; until then the agencies cannot be judged.",
        _late("so_gtvt_don_vi", days=19),
        org_id="so_gtvt",
    ),
    Fault(
        "agency_missing",
        "unit_reports",
        "2024-Q3",
        "Ban Dân tộc không gửi báo cáo quý III; số của các sở, ngành và của tỉnh quý III chưa đủ.",
        "The board of ethnic affairs sends nothing for quarter 3; agencies and province are incomplete.",
        _missing("ban_dan_toc_don_vi"),
        org_id="ban_dan_toc",
        loses=True,
    ),
    Fault(
        "missing",
        "telecom",
        "2024-12",
        "Vietnamobile không gửi báo cáo tháng 12; số của tỉnh chưa đủ.",
        "Vietnamobile sends nothing for December; the province is incomplete.",
        _missing("vietnamobile"),
        reporter="vietnamobile",
        loses=True,
    ),
]
