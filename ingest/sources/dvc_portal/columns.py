"""Columns of the province's exports by our names, and what each counts; what they are headed stands in
headings.yml."""

from ingest.reading import Column, unit_rows
from ingest.registry.headings import Wordings
from ingest.sources.dvc_portal.fields import MAXIMA

RECEIVED, CARRIED = "Hồ sơ tiếp nhận", "Hồ sơ tồn kỳ trước"
WITH_CARRIED = f"{RECEIVED}, kể cả tồn kỳ trước"
WAYS = {
    "online": "Hồ sơ tiếp nhận trực tuyến",
    "in person": "Hồ sơ tiếp nhận trực tiếp",
    "by post": "Hồ sơ tiếp nhận qua bưu chính",
    "in person or by post": "Hồ sơ tiếp nhận trực tiếp hoặc qua bưu chính",
}
SETTLED, LATE, PENDING = "Hồ sơ đã giải quyết", "Hồ sơ giải quyết quá hạn", "Hồ sơ đang giải quyết"
IN_TIME, EARLY = "Hồ sơ giải quyết đúng hạn", "Hồ sơ giải quyết trước hạn"
EARLY_OR_IN_TIME = "Hồ sơ giải quyết trước và đúng hạn"
WITH_EARLY, WITHOUT_EARLY = f"{IN_TIME}, kể cả trước hạn", f"{IN_TIME}, không kể trước hạn"
DOSSIERS = (
    RECEIVED,
    *WAYS.values(),
    CARRIED,
    "Hồ sơ của thủ tục có dịch vụ công trực tuyến",
    SETTLED,
    EARLY,
    IN_TIME,
    EARLY_OR_IN_TIME,
    LATE,
    PENDING,
    "Hồ sơ đang giải quyết trong hạn",
    "Hồ sơ đang giải quyết quá hạn",
    "Kết quả số hóa",
    "Hồ sơ số hóa",
    "Kết quả đồng bộ",
)
PAYMENTS = (
    "Giao dịch thanh toán trực tuyến",
    "Giao dịch thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia",
    "Tổng số giao dịch thanh toán",
)
SERVICES, INTEGRATED = "Dịch vụ công trực tuyến", "Dịch vụ công tích hợp trên Cổng Dịch vụ công quốc gia"
ONLINE = "Hồ sơ trực tuyến"
PROCEDURES = (
    "Thủ tục hành chính",
    "Thủ tục đủ điều kiện toàn trình",
    SERVICES,
    f"{SERVICES} toàn trình",
    f"{SERVICES} một phần",
    INTEGRATED,
    "Thủ tục có nghĩa vụ tài chính",
    "Thủ tục được thanh toán trực tuyến",
)
# Rows below a unit's own: by level and column, what they count.
LEVELS = {
    "mot phan": {SERVICES: f"{SERVICES} một phần", RECEIVED: f"{RECEIVED} của dịch vụ công một phần"},
    "toan trinh": {
        SERVICES: f"{SERVICES} toàn trình",
        INTEGRATED: "Dịch vụ công tích hợp toàn trình",
        ONLINE: f"{ONLINE} toàn trình",
        RECEIVED: f"{RECEIVED} của dịch vụ công toàn trình",
        WAYS["online"]: f"{ONLINE} toàn trình",
    },
}
EXPORTS = {
    **dict.fromkeys((name for name in DOSSIERS if name not in (IN_TIME, EARLY_OR_IN_TIME)), "dossiers"),
    **dict.fromkeys((WITH_CARRIED, WITH_EARLY, WITHOUT_EARLY), "dossiers"),
    **dict.fromkeys(PAYMENTS, "transactions"),
    **dict.fromkeys((name for name in PROCEDURES if name != SERVICES), "procedures"),
    "Dịch vụ công tích hợp toàn trình": "procedures",
    f"{ONLINE} toàn trình": "dossiers",
    LEVELS["mot phan"][RECEIVED]: "dossiers",
    LEVELS["toan trinh"][RECEIVED]: "dossiers",
    **dict.fromkeys(MAXIMA, "points"),
}
NOT_SUMMED = {*PROCEDURES, ONLINE}


def table_columns(wordings: Wordings) -> list[Column]:
    counts = (*DOSSIERS, *(level[RECEIVED] for level in LEVELS.values()), *PAYMENTS, *PROCEDURES, ONLINE)
    return unit_rows.about_units(wordings) + [
        Column(field=name, kind="count", summed=name not in NOT_SUMMED, **wordings.of(name))
        for name in counts
    ]


def score_columns(wordings: Wordings) -> list[Column]:
    """The monitoring sheet of decision 766, whose headings count elsewhere what they give points for here."""
    return unit_rows.about_units(wordings) + [
        Column(
            field=name, kind="points", summed=False, required=name in ("CKMB", "TDGQ"), **wordings.of(name)
        )
        for name in MAXIMA
    ]
