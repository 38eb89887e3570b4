"""report/index.html: the release as one page in Vietnamese that needs no network. Computes no indicator."""

import functools
import re
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import jinja2
import polars as pl

from expectations.messages import in_words
from expectations.numbers import vietnamese
from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.scores import (
    basis,
    called,
    is_judged,
    is_published,
    level,
    number,
    remark,
    scores,
    verdict,
)
from orchestration.publication.vietnamese import (
    SEVERITIES,
    SIGNS,
    VERDICTS,
    WITHOUT_THRESHOLD,
    bounded,
    clock,
    day,
    percent,
    sentence,
)

APPENDICES = {
    "PL02": "Phụ lục 02 – Nhiệm vụ đã thực hiện",
    "PL03": "Phụ lục 03 – Nhiệm vụ của tỉnh",
    "PL04": "Phụ lục 04 – Nhiệm vụ của cấp huyện",
    "": "Nhiệm vụ ngoài phụ lục",
}
LOOKS = {True: ("good", "✓ "), False: ("bad", "✗ "), None: ("open", "? ")}


def write(marts: Marts, about: dict, file: Path, *, has_docs: bool) -> None:
    provinces = marts["dim_org"].select("org_key", whose="name_vi")
    plans = {
        row["plan_id"]: row for row in marts["dim_plan"].join(provinces, on="org_key", how="left").to_dicts()
    }
    scored, aimed = boards(marts, plans)
    shown = scored or aimed
    years = ", ".join(str(year) for year in dict.fromkeys(board["year"] for board in shown))
    text = (
        environment()
        .get_template("page.html.j2")
        .render(
            title=f"Kết quả thực hiện các chỉ tiêu chuyển đổi số{years and f' năm {years}'}",
            title_en=f"Digital-transformation scorecard {years}".strip(),
            organisations=list(dict.fromkeys(board["whose"] for board in shown)),
            plans=[called(plans[plan_id]) for plan_id in dict.fromkeys(board["plan_id"] for board in shown)],
            about=about,
            made_up=manifest.made_up(marts),
            scorecards=scored,
            targets=aimed,
            findings=findings(marts),
            set_apart=set_apart(marts),
            budgets=budgets(marts, plans),
            sources=marts["dim_extract"].sort("source_id", "received_at", "extract_id").to_dicts(),
            has_docs=has_docs,
        )
    )
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")


@functools.cache
def environment() -> jinja2.Environment:
    """The templates beside this file. In a page a value is text, never mark-up."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: "–" if value is None else value,
    )
    made.filters |= {"clock": clock, "day": day, "plain": plain}
    return made


def boards(marts: Marts, plans: dict) -> tuple[list[dict], list[dict]]:
    """One board for each plan and year: a scorecard where the year has results, else a list of targets."""
    scored, aimed = [], []
    for (plan_id, year), group in scores(marts).group_by("plan_id", "year", maintain_order=True):
        rows = group.to_dicts()
        about = {"plan_id": plan_id, "year": year, "whose": plans[plan_id]["whose"]}
        if any(row["value"] is not None for row in rows):
            scored.append(about | scorecard(rows))
        else:
            aimed.append(about | {"rows": [aim(row) for row in rows]})
    return scored, aimed


def scorecard(rows: list[dict]) -> dict:
    """Rows of Phụ lục 01 under its sections, targets of a plan's text with level and the target of the year
    before. Where nothing was published, nothing is said of it."""
    judged = [row for row in rows if is_judged(row)]
    ratios = [row for row in rows if row["kind"] == "ratio"]
    has_published = any(is_published(row) for row in rows)
    counted_by = [tiles("Theo kết quả tính lại", "as recomputed, else as reported", "met", judged, rows)]
    if has_published:
        counted_by.append(tiles("Theo kết quả công bố", "as reported", "met_as_reported", judged, rows))
    sections = groupby(rows, key=itemgetter("section", "section_name"))
    return {
        "tiles": counted_by,
        "computed": sum(row["value_status"] == "computed" for row in ratios),
        "ratios": len(ratios),
        "has_published": has_published,
        "is_appendix": all(row["section"] for row in rows),
        "groups": [
            {"heading": number and f"{number}. {name}", "results": [result(row) | aim(row) for row in found]}
            for (number, name), found in sections
        ],
    }


def tiles(vi: str, en: str, column: str, judged: list[dict], rows: list[dict]) -> dict:
    verdicts = [row[column] for row in judged]
    return {
        "vi": vi,
        "en": en,
        "met": verdicts.count(True),
        "missed": verdicts.count(False),
        "undecided": verdicts.count(None),
        "without_threshold": len(rows) - len(judged),
    }


def result(row: dict) -> dict:
    """One row of a scorecard as text, None where there is nothing to say."""
    has_verdict = is_judged(row)
    style, sign = LOOKS[row["met"]] if has_verdict else ("plain", "")
    word = verdict(row) if has_verdict else WITHOUT_THRESHOLD
    differs = has_verdict and is_published(row) and row["met"] is not row["met_as_reported"]
    return {
        "reported": bounded(row["reported_value"], row["reported_qualifier"])
        if row["reported_value"] is not None
        else row["result_published"],
        "recomputed": percent(row["value"]) if row["value_status"] == "computed" else None,
        "numerator": counted(row["numerator"]),
        "denominator": counted(row["denominator"]),
        "verdict": {"style": style, "sign": sign, "word": word},
        "basis": basis(row) if row["met"] is not None else None,
        "as_reported": VERDICTS[row["met_as_reported"]].lower() if differs else None,
        "is_estimated": row["value_status"] == "estimated",
        "reason": sentence(remark(row)),
    }


def aim(row: dict) -> dict:
    return {
        "code": number(row),
        "name": row["stated_name"] or row["name_vi"],
        "level": level(row),
        "target": aimed_at(row["operator"], row["target_value"]) or row["raw_text"],
        "previous": aimed_at(row["previous_operator"], row["previous_target_value"]),
        "is_lower": row["is_lower"],
        "differs": row["differs_vi"],
    }


def aimed_at(operator: str | None, value: Decimal | None) -> str | None:
    return f"{SIGNS[operator]}\N{NO-BREAK SPACE}{percent(value)}" if operator and value is not None else None


def counted(value: Decimal | None) -> str | None:
    return None if value is None else vietnamese(value)


def plain(text: str) -> str:
    """Signs that Markdown would take for mark-up, as themselves."""
    return re.sub(r"([\\`*_<\[\]])", r"\\\1", text)


def findings(marts: Marts) -> list[dict]:
    """The findings by severity, the gravest first, and by rule, what was found least first; then by place.

    Accepted ones are not among them. `is_new` is only said where the release before had findings that stand.
    """
    titles = marts["dim_rule"].select("rule_id", "title_vi", "title_en", "action_vi")
    rows = (
        marts["fct_finding"]
        .with_columns(is_new=(pl.col("state") == "new") & (pl.col("state") != "new").any())
        .filter(pl.col("state") != "accepted")
        .join(titles, on="rule_id", how="left")
        .with_columns(
            alike=pl.len().over("severity", "rule_id"),
            line=pl.col("locator").str.extract(r"line (\d+)").cast(pl.Int64),
        )
        .sort("alike", "rule_id", "line", "locator", "finding_id", nulls_last=True)
        .to_dicts()
    )
    for row in rows:  # as the machine finds it, where the message says how an official does
        located = row["locator"] and in_words(row["locator"], "vi")
        row["where"] = located if located and located.lower() not in row["message_vi"].lower() else None
    groups = []
    for severity, name in SEVERITIES.items():
        found = [row for row in rows if row["severity"] == severity]
        rules = [list(same) for _, same in groupby(found, key=itemgetter("rule_id"))]
        count, new = len(found), sum(row["is_new"] for row in found)
        groups.append({"severity": severity, "name": name, "count": count, "new": new, "rules": rules})
    return groups


def set_apart(marts: Marts) -> dict[str, list[dict]]:
    """The findings that somebody has accepted, and those of the release before that are gone."""
    accepted = marts["fct_finding"].filter(state="accepted")
    return {
        "accepted": accepted.sort("accepted_until", "rule_id", "finding_id").to_dicts(),
        "resolved": marts["fct_resolved_finding"].sort("severity", "rule_id", "finding_id").to_dicts(),
    }


def budgets(marts: Marts, plans: dict) -> list[dict]:
    """Tasks and money of each plan by appendix, beside the total it prints, and by lead organisation."""
    made = []
    budget = marts["rpt_budget"].with_columns(pl.col("appendix").fill_null(""))
    for (plan_id,), rows in budget.group_by("plan_id", maintain_order=True):
        printed = {
            row["appendix"] or "": row
            for row in marts["plan_claim"].filter(plan_id=plan_id, kind="column_total").to_dicts()
        }
        appendices = rows.group_by("appendix").agg(
            pl.col("tasks", "tasks_with_amount", "tasks_without_amount", "amount_vnd").sum()
        )
        made.append(
            {
                "plan": called(plans[plan_id]),
                "appendices": [
                    appendix(row, printed.get(row["appendix"]))
                    for row in appendices.sort("appendix").to_dicts()
                ],
                **leads(rows.filter(pl.col("tasks_with_amount") > 0, pl.col("lead_name_vi").is_not_null())),
            }
        )
    return made


def appendix(row: dict, printed: dict | None) -> dict:
    return {
        "name": APPENDICES.get(row["appendix"], row["appendix"]),
        "tasks": counted(row["tasks"]),
        "priced": counted(row["tasks_with_amount"]),
        "unpriced": counted(row["tasks_without_amount"]),
        "amount": counted(row["amount_vnd"]) if row["tasks_with_amount"] else None,
        "printed": printed and counted(printed["stated"]),
        "agreement": printed and agreement(printed),
    }


def agreement(claim: dict) -> dict:
    if claim["agrees"] is None:
        return {"style": "open", "word": "Chưa đối chiếu được"}
    if not claim["agrees"]:
        return {"style": "bad", "word": "Không khớp"}
    return {"style": "good", "word": "Khớp" if claim["agrees_exactly"] else "Khớp khi làm tròn"}


def leads(priced: pl.DataFrame) -> dict:
    """Amounts by lead organisation, the largest first, a column for each appendix that has amounts."""
    columns = priced["appendix"].unique().sort().to_list()
    rows = (
        priced.group_by(name="lead_name_vi")
        .agg(
            *(
                pl.col("amount_vnd").filter(pl.col("appendix") == column).sum().alias(column)
                for column in columns
            ),
            total=pl.col("amount_vnd").sum(),
        )
        .sort("total", "name", descending=[True, False])
    )
    return {
        "lead_columns": [APPENDICES.get(column, column).partition(" – ")[0] for column in columns],
        "leads": [
            {
                "name": row["name"],
                "amounts": [counted(row[column]) if row[column] else None for column in columns],
                "total": counted(row["total"]),
            }
            for row in rows.to_dicts()
        ],
    }
