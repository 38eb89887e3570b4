"""Words and numbers of the page. A pair is what one thing is called in Vietnamese and in English."""

from decimal import Decimal
from typing import Any, NamedTuple

from expectations.messages import in_words
from expectations.numbers import vietnamese
from orchestration.publication import scores
from orchestration.publication.vietnamese import (
    SIGNS,
    bounded,
    month,
    percent,
    period_name,
    sentence,
    short,
    signed,
)
from orchestration.texts import LANGUAGES, MET, both, words


class Pair(NamedTuple):
    vi: str
    en: str


def phrase(name: str, /, **values: Any) -> Pair:
    """The text of that name in the catalogues; a value may be a pair itself."""
    plain = {n: value._asdict() if isinstance(value, Pair) else value for n, value in values.items()}
    return Pair(**both(name, **plain))


def each(part: str) -> dict[str | None, Pair]:
    """A closed list of the catalogues by its codes; `none` is None."""
    vi, en = (words(part, language) for language in LANGUAGES)
    return {None if code == "none" else code: Pair(vi[code], en[code]) for code in vi}


VERDICTS = {met: each("verdicts")[name] for met, name in MET.items()}
NO_THRESHOLD = each("verdicts")[None]
DONE = {met: each("done")[name] for met, name in MET.items() if met is not None}
STYLES = {True: "good", False: "bad", None: "open"}
BASES = each("value_status") | {"milestone": each("basis")["milestone"]}
ORIGINS = each("origins")
FORMULAS = each("formula_basis")
LEVELS = each("levels")
KINDS = each("period_kinds")
CHANGE_CAUSES = each("change_causes")
QUARTERS = {"Q1": "I", "Q2": "II", "Q3": "III", "Q4": "IV"}
APPENDICES = each("appendices")
FUNDING = each("funding")
CLASSES = each("task_classes")
USUAL_TARGETS = each("usual_targets")
PARTS = {part: phrase(f"explain.{part}") for part in ("numerator", "denominator")}


def agreement(claim: dict) -> tuple[str, Pair]:
    """How the sum of the tasks agrees with the total that a plan prints: style and words."""
    return STYLES[claim["agrees"]], each("agreements")[scores.agreement(claim)]


def rounded(value: Decimal | None, target: Decimal | None = None) -> str | None:
    return None if value is None else short(value, target)


def counted(value: Decimal | int | None) -> str | None:
    return None if value is None else vietnamese(value)


def points(gap: Decimal | None) -> str | None:
    return None if gap is None else signed(gap)


def billions(amount_vnd: int) -> str:
    """169.546.910.000 đồng is 169,547 tỷ đồng."""
    return vietnamese(Decimal(amount_vnd) / 10**9, 3)


def aimed(row: dict) -> Pair | None:
    """The target as the plan prints it, where `80%` is at least 80; else its sign and number."""
    usual = USUAL_TARGETS.get(row["target_kind"])
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
        en = (row["reason_en"] or "").capitalize()
        if row["missing_reporters"]:
            en += f": {row['missing_reporters']}"
        why = Pair(str(sentence(scores.why(row))), en)
        kind = row["value_status"] if row["value_status"] in ("reported", "estimated") else "not_computable"
        return phrase(f"why.{kind}", why=why)
    if row["missing_periods"]:
        return phrase("why.missing_months", months=", ".join(map(month, row["missing_periods"])))
    return None


def known_until(row: dict) -> Pair | None:
    """Up to which month a provisional value has data; see `scores.known_until`."""
    vi, en = (scores.known_until(row, language) for language in LANGUAGES)
    return Pair(vi, en) if vi and en else None


def name(row: dict) -> Pair:
    return Pair(row.get("stated_name") or row["name_vi"], row["name_en"] or row["name_vi"])


def pair(row: dict, column: str) -> Pair | None:
    """The columns `…_vi` and `…_en` of a row; one that is missing in English is given in Vietnamese."""
    vi: Any = row.get(f"{column}_vi")
    return Pair(vi, row.get(f"{column}_en") or vi) if vi else None


def cited(row: dict) -> Pair | None:
    """Where a thing is: as an official finds it, else as the machine does."""
    if found := pair(row, "citation"):
        return found
    return Pair(in_words(row["locator"], "vi"), row["locator"]) if row.get("locator") else None
