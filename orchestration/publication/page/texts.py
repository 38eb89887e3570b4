"""Words and numbers of the page. A pair is what one thing is called in Vietnamese and in English."""

from decimal import Decimal
from typing import Any, NamedTuple

from expectations.numbers import vietnamese
from orchestration.publication import scores
from orchestration.publication.vietnamese import (
    QUALITATIVE,
    SIGNS,
    VERDICTS,
    bounded,
    month,
    percent,
    period_name,
    sentence,
    short,
)


class Pair(NamedTuple):
    vi: str
    en: str


MET = {
    True: Pair(VERDICTS[True], "Met"),
    False: Pair(VERDICTS[False], "Missed"),
    None: Pair(VERDICTS[None], "Undecided"),
}
DONE = {True: Pair("Hoàn thành", "Done"), False: Pair("Chưa hoàn thành", "Not done")}
NO_THRESHOLD = Pair(QUALITATIVE, "Qualitative")
NO_TARGET = Pair("Không có mục tiêu", "No target")
STYLES = {True: "good", False: "bad", None: "open"}
BASES = {
    "computed": Pair("tính lại từ tử số, mẫu số", "recomputed from numerator and denominator"),
    "reported": Pair("số công bố", "as published"),
    "estimated": Pair("số ước tính", "publisher's estimate"),
    "milestone": Pair("theo kết quả công bố", "as published"),
    "not_computable": Pair("chưa có số liệu", "no data"),
}
ORIGINS = {
    "computed": Pair("tính lại", "recomputed"),
    "reported": Pair("công bố", "published"),
    "estimated": Pair("ước tính", "estimate"),
}
FORMULAS = {
    "official_text": Pair("theo văn bản chính thức", "by an official text"),
    "system_formula": Pair("theo công thức của hệ thống báo cáo", "by the formula of a reporting system"),
    "press": Pair("theo báo chí, tài liệu công khai", "by press and public papers"),
    "wording": Pair(
        "suy ra từ tên chỉ tiêu, chưa có văn bản xác nhận",
        "inferred from the wording, not confirmed officially",
    ),
}
LEVELS = {
    "province": Pair("tỉnh", "province"),
    "district": Pair("cấp huyện", "districts"),
    "commune": Pair("cấp xã", "communes"),
    "agency": Pair("sở, ngành", "agencies"),
    "operator": Pair("doanh nghiệp", "operators"),
    "ministry": Pair("bộ", "ministry"),
}
KINDS = {"month": Pair("Tháng", "Months"), "quarter": Pair("Quý", "Quarters"), "year": Pair("Năm", "Years")}
QUARTERS = {"Q1": "I", "Q2": "II", "Q3": "III", "Q4": "IV"}
APPENDICES = {
    "PL02": Pair("Phụ lục 02 – Nhiệm vụ đã thực hiện", "Appendix 02 – tasks carried out"),
    "PL03": Pair("Phụ lục 03 – Nhiệm vụ của tỉnh", "Appendix 03 – tasks of the province"),
    "PL04": Pair("Phụ lục 04 – Nhiệm vụ của cấp huyện", "Appendix 04 – tasks of the districts"),
    None: Pair("Nhiệm vụ ngoài phụ lục", "Tasks outside the appendices"),
}
FUNDING = {
    "central_budget": Pair("Ngân sách Trung ương", "Central budget"),
    "provincial_budget": Pair("Ngân sách tỉnh", "Provincial budget"),
    "district_budget": Pair("Ngân sách cấp huyện", "District budgets"),
    "local_budget": Pair("Ngân sách địa phương", "Local budgets"),
    "several_budgets": Pair("Nhiều nguồn ngân sách", "Several budgets"),
    "state_budget": Pair("Ngân sách nhà nước", "State budget"),
    "foreign_aid": Pair("Vốn nước ngoài", "Foreign aid"),
    "private": Pair("Vốn doanh nghiệp, xã hội hóa", "Private funds"),
    "integrated": Pair("Lồng ghép trong nhiệm vụ khác", "Part of other tasks"),
    "provided": Pair("Được cấp, dùng chung phần mềm có sẵn", "Provided without cost"),
    None: Pair("Không ghi nguồn", "No source given"),
}
CLASSES = {
    "new": Pair("Nhiệm vụ mới", "New"),
    "recurring": Pair("Duy trì, thường xuyên", "Recurring"),
    "carried_over": Pair("Chuyển tiếp", "Carried over"),
    "adjusted": Pair("Điều chỉnh", "Adjusted"),
    "expanded": Pair("Nâng cấp, mở rộng", "Expanded"),
    None: Pair("Không ghi nhóm", "No class given"),
}
PARTS = {
    "numerator": Pair("Tử số", "Numerator"),
    "denominator": Pair("Mẫu số", "Denominator"),
}
AGREEMENTS = {
    (True, True): ("good", Pair("Khớp", "Agrees")),
    (True, False): ("good", Pair("Khớp khi làm tròn", "Agrees when rounded")),
    (True, None): ("good", Pair("Khớp", "Agrees")),
    (False, False): ("bad", Pair("Không khớp", "Differs")),
    (False, None): ("bad", Pair("Không khớp", "Differs")),
    (None, None): ("open", Pair("Chưa đối chiếu được", "Cannot be compared")),
}


def rounded(value: Decimal | None, target: Decimal | None = None) -> str | None:
    return None if value is None else short(value, target)


def counted(value: Decimal | int | None) -> str | None:
    return None if value is None else vietnamese(value)


def billions(amount_vnd: int) -> str:
    """169.546.910.000 đồng is 169,547 tỷ đồng."""
    return vietnamese(Decimal(amount_vnd) / 10**9, 3)


def aimed(row: dict) -> Pair | None:
    """The target as the plan prints it, where `80%` is at least 80; else its sign and number."""
    words = {"milestone": Pair("Hoàn thành", "Done"), "continuous": Pair("Thường xuyên", "Continuous")}
    usual = words.get(row["target_kind"])
    if usual and row["raw_text"] in (None, usual.vi):
        return usual
    if row["raw_text"]:
        return Pair(row["raw_text"], row["raw_text"])
    if row["target_value"] is None:
        return None
    sign = "" if row["operator"] == ">=" else SIGNS[row["operator"]]
    return Pair(*[f"{sign}{percent(row['target_value'])}"] * 2)


def period(period_id: str) -> Pair:
    """`năm 2024`, `quý I/2024`, `tháng 3/2024`."""
    year, _, part = period_id.partition("-")
    return Pair(period_name(period_id), f"{part} {year}" if part in QUARTERS else period_id)


def tick(period_id: str) -> str:
    """A period below an axis, the same in both languages."""
    year, _, part = period_id.partition("-")
    return year if not part else f"{QUARTERS.get(part, part.lstrip('0'))}/{year}"


def exactly(value: Decimal | None, bound: str | None) -> str | None:
    """With all its digits, where it is the subject; of one that is only bounded, its bound."""
    return None if value is None else bounded(value, bound)


def why(row: dict) -> Pair | None:
    """Why a ratio was not recomputed and what stands in its place, or why what there is is not final."""
    if row["value_status"] == "milestone":
        return None
    if row["reason"]:
        vi = sentence(scores.why(row))
        en = (row["reason_en"] or "").capitalize()
        if row["missing_reporters"]:
            en += f": {row['missing_reporters']}"
        if row["value_status"] == "reported":
            return Pair(
                f"{vi} để kiểm tra; tạm dùng số công bố.", f"{en}; the published figure is used for now."
            )
        if row["value_status"] == "estimated":
            return Pair(
                f"{vi} để kiểm tra; tạm dùng số ước tính của đơn vị công bố.",
                f"{en}; the publisher's estimate is used for now.",
            )
        return Pair(f"{vi}.", f"{en}.")
    if row["missing_periods"]:
        months = ", ".join(map(month, row["missing_periods"]))
        return Pair(f"Số sơ bộ, chưa có số liệu tháng {months}.", f"Provisional: no data of {months}.")
    return None


def name(row: dict) -> Pair:
    return Pair(row.get("stated_name") or row["name_vi"], row["name_en"] or row["name_vi"])


def pair(row: dict, column: str) -> Pair | None:
    """The columns `…_vi` and `…_en` of a row; one that is missing in English is given in Vietnamese."""
    vi: Any = row.get(f"{column}_vi")
    return Pair(vi, row.get(f"{column}_en") or vi) if vi else None
