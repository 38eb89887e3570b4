"""How a Vietnamese office writes what the tables hold: words for the closed lists, percentages, dates."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from expectations.numbers import vietnamese

HANOI = timezone(timedelta(hours=7))

SEVERITIES = {"error": "Lỗi", "warning": "Cảnh báo", "info": "Lưu ý"}
LEVELS = {
    "province": "tỉnh",
    "district": "cấp huyện",
    "commune": "cấp xã",
    "agency": "sở, ngành",
    "operator": "doanh nghiệp",
}
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}
BOUNDS = SIGNS | {"~": "≈"}
VERDICTS = {True: "Đạt", False: "Chưa đạt", None: "Chưa xác định được"}
WITHOUT_THRESHOLD = "Không phải ngưỡng"
STATES = {
    "new": "mới",
    "open": "chưa khắc phục",
    "accepted": "đã chấp nhận",
    "resolved": "không còn",
}
STATUSES = {
    "computed": "theo số tính lại",
    "estimated": "theo số ước tính",
    "reported": "theo số công bố",
    "not_computable": "không có số liệu",
    "milestone": "theo kết quả công bố",
}


def percent(value: Decimal) -> str:
    """Decimal('52.8900') -> '52,89%', as the plans print it."""
    return f"{vietnamese(value)}%"


def bounded(value: Decimal, bound: str | None) -> str:
    """'> 20%' of what is only said to be more than that."""
    return f"{BOUNDS[bound]}\N{NO-BREAK SPACE}{percent(value)}" if bound else percent(value)


def points(change: Decimal) -> str:
    """Decimal('0.2099') -> '+0,2099 điểm phần trăm'."""
    return f"{'+' if change > 0 else ''}{vietnamese(change)} điểm phần trăm"


def month(period_id: str) -> str:
    """'2024-03' -> '3/2024'."""
    year, _, number = period_id.partition("-")
    return f"{int(number)}/{year}"


def day(moment: datetime | date) -> str:
    """23/11/2026; a time is told as the day it was in Việt Nam."""
    local = moment.astimezone(HANOI) if isinstance(moment, datetime) else moment
    return f"{local:%d/%m/%Y}"


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M} ngày {day(moment)} (giờ Việt Nam)"


def shortened(names: list[str], width: int) -> list[str]:
    """Names without words of their middle, so that each fits; those that would look alike stay whole."""
    cut = [_without_middle(name, width) for name in names]
    return [short if cut.count(short) == 1 else name for name, short in zip(names, cut, strict=True)]


def _without_middle(name: str, width: int) -> str:
    if len(name) <= width:
        return name
    tail = name[-(width // 2) :]
    tail = tail.partition(" ")[2] or tail
    head = name[: width - len(tail)]
    return f"{head.rpartition(' ')[0] or head[:-1]}…{tail}"


def sentence(text: str | None) -> str | None:
    """The text as the beginning of a sentence; nothing stays nothing."""
    return text and text[0].upper() + text[1:]
