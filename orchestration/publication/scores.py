"""Each target beside its value and its printed result, for console, page and workbook. Decides nothing."""

import polars as pl

from orchestration.publication.database import Marts
from orchestration.publication.vietnamese import LEVELS, bounded, month, some_of
from orchestration.texts import MET, text, words

DEFINITION = ["indicator_id", "definition_version"]


def called(plan: dict) -> str:
    """What to call a plan by that may have no title."""
    return plan["title"] or text("papers.plan", "vi", plan_id=plan["plan_id"])


def level(row: dict) -> str:
    """For whom a target is set; of an organisation of which no level is known nothing is said."""
    return LEVELS.get(row["org_level"], "–")


def number(row: dict) -> str:
    """`IV.3`, `II.2.7a`, as officials call a target."""
    return row["target_number"]


def is_judged(row: dict) -> bool:
    """A threshold, met or not or not known, or a milestone of which the publisher says whether it is done."""
    return row["target_kind"] == "threshold" or row["met"] is not None


def basis(row: dict, language: str = "vi") -> str | None:
    """On which number a verdict rests, or why there is none; nothing where none is due."""
    if not is_judged(row):
        return None
    bases = words("basis", language)
    if row["met"] is not None:
        return bases[row["value_status"]]
    if row["value"] is None:
        return why(row, language) or bases["not_computable"]
    return text("run.not_enough", language, value=bounded(row["value"], row["reported_qualifier"]))


def why(row: dict, language: str = "vi") -> str | None:
    """Why a ratio was not computed; where reports are missing, whose and of which months."""
    reason = row.get(f"reason_{language}")
    if row["reason"] != "org_incomplete":
        return reason
    who = f": {row['missing_reporters']}" if row["missing_reporters"] else ""
    return f"{reason}{who}{f' ({months})' if (months := of_months(row, language)) else ''}"


def remark(row: dict) -> str | None:
    """Why there is no recomputed result or none that is final; of a milestone, what the document notes."""
    if row["met"] is None and row["value"] is not None:
        return basis(row)
    noted = None if row["kind"] == "ratio" else row["footnote"]
    months = of_months(row)
    return why(row) or (months and text("papers.provisional", "vi", months=months)) or noted


def of_months(row: dict, language: str = "vi") -> str | None:
    """The months without data."""
    missing = row["missing_periods"]
    return missing and text("run.of_months", language, months=", ".join(map(month, missing)))


def is_published(row: dict) -> bool:
    """Whether anybody has published a result, by which a target can be judged."""
    return row["reported_value"] is not None or row["result_published"] is not None


def is_provisional(row: dict) -> bool:
    """Whether what is known of a period is not all of it, so that its verdict may yet change."""
    return row["value"] is not None and row["obs_status"] == "P"


def until(row: dict) -> str | None:
    """The last month with data (`2024-01`), where each up to it has some and none after it."""
    missing, months = row["missing_periods"] or [], months_of(row["period_id"])
    known = [each for each in months if each not in missing]
    return known[-1] if missing and known and known == months[: len(known)] else None


def months_of(period_id: str) -> list[str]:
    year, _, part = period_id.partition("-")
    if part.isdigit():
        return [period_id]
    first, count = (3 * int(part[1:]) - 2, 3) if part else (1, 12)
    return [f"{year}-{month:02}" for month in range(first, first + count)]


def known_until(row: dict, language: str = "vi") -> str | None:
    """Up to which month a provisional value has data, else of which it lacks them, where that is known."""
    if found := until(row):
        return text("run.known_until", language, month=month(found))
    months = of_months(row, language)
    return months and text("run.known_without", language, months=months)


def verdict(row: dict, language: str = "vi", column: str = "met") -> str:
    """The verdict, and that it is not final where months are missing."""
    return f"{words('verdicts', language)[MET[row[column]]]}{provisional(row, language)}"


def provisional(row: dict, language: str = "vi") -> str:
    """What follows a verdict that is not final; nothing after another one."""
    return text("run.provisional", language, known=known_until(row, language)) if is_provisional(row) else ""


def otherwise(*values: dict) -> dict | None:
    """What keeps values of two periods from being compared: a code of the texts, and its period."""
    found = next((row for row in values if row.get("is_measured_otherwise")), None)  # older releases: none
    kinds = {"D": "definition", "B": "units"}
    return found and {"kind": kinds.get(found["obs_status"], "otherwise"), "of": found["period_id"]}


def agreement(claim: dict) -> str:
    """How the sum of the tasks agrees with the total that a plan prints, as a code of the texts."""
    if claim["agrees"]:
        return "exact" if claim["agrees_exactly"] is not False else "rounded"
    return "unknown" if claim["agrees"] is None else "differs"


def scores(marts: Marts) -> pl.DataFrame:
    """One row per target, for its own year and the whole it is set for, in the order of the document."""
    rows = marts["rpt_scorecard"].filter(pl.col("is_of_the_whole") & (pl.col("period_kind") == "year"))
    return with_some_reporters(rows, marts).sort("plan_id", "year", "line", "target_id", "org_key")


def with_some_reporters(rows: pl.DataFrame, marts: Marts) -> pl.DataFrame:
    """Of the many whose report may be missing the first few by name, and how many more there are."""
    names = marts["dim_org"]["name_vi"].unique().to_list()
    return rows.with_columns(
        pl.col("missing_reporters").map_elements(
            lambda text: some_of(text, names), return_dtype=pl.String, skip_nulls=True
        )
    )
