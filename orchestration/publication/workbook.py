"""appendix_01.xlsx: Phụ lục 01 issued again in the layout of the document, the targets of each year with
results by quarter, the budget, what is to be settled, and how to read it all. Computes no indicator."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import polars as pl

from expectations.messages import in_words
from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.scores import (
    DEFINITION,
    agreement,
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
from orchestration.publication.sheet import (
    MISSING,
    NOT_DUE,
    About,
    Book,
    Column,
    Number,
    Sheet,
    billion,
    dong,
    percent,
)
from orchestration.publication.vietnamese import (
    BOUNDS,
    MATTER_STATES,
    QUALITATIVE,
    SIGNS,
    STATUSES,
    VERDICTS,
    day,
    phrase,
    release_name,
    sentence,
    span_name,
)
from orchestration.texts import text, words


def column(heading: str, width: float, align: str = "left", **values) -> Column:
    return Column(phrase(f"workbook.{heading}", **values), width, align)


def write(marts: Marts, about: dict, file: Path) -> None:
    scored = scores(marts)
    plans = marts["dim_plan"].sort("plan_id").to_dicts()
    of_book = About(
        release_id=about["release_id"],
        release_name=release_name(about),
        source="; ".join(called(plan) for plan in plans) or phrase("workbook.reporters"),
        is_made_up=bool(manifest.made_up(marts)),
    )
    with Book(file, phrase("workbook.appendix"), of_book, about["built_at"]) as book:
        for plan, apart in zip(plans, told_apart(plans), strict=True):
            of_plan = scored.filter(plan_id=plan["plan_id"])
            appendix(book, marts, of_plan, plan, apart)
            for (year,), rows in of_plan.filter(pl.col("row_no").is_null()).group_by(
                "year", maintain_order=True
            ):
                targets(book, marts, rows.to_dicts(), year, apart)
            budget(book, marts, plan, apart)
        for whose in (None, *of_others(marts)):
            matters(book, marts, whose)
        notes(book, marts)
        owed(book, marts)


def told_apart(plans: list[dict]) -> list[str]:
    """What follows the name of a sheet of each plan: whose it is and its year, where several differ in it."""
    of_org, of_year = [plan["organisation"] for plan in plans], [plan["year"] for plan in plans]
    words = (
        [f" {org}" if org and len(set(of_org)) > 1 else "" for org in of_org],
        [
            f" {phrase('workbook.plan_of', year=year)}" if year and len(set(of_year)) > 1 else ""
            for year in of_year
        ],
    )
    return ["".join(both) for both in zip(*words, strict=True)]


def appendix(book: Book, marts: Marts, scored: pl.DataFrame, plan: dict, apart: str) -> None:
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
    printed = marts["rpt_appendix_01"].filter(plan_id=plan["plan_id"]).drop("reason")
    rows = printed.join(more, on=DEFINITION, how="left").sort("row_no").to_dicts()
    if not rows:
        return
    year = plan["result_year"] or plan["year"]
    sheet = book.sheet(
        f"{phrase('workbook.appendix')}{apart}",
        [phrase("workbook.appendix").upper(), phrase("workbook.results", year=year)],
        [
            column("number", 6, "center"),
            column("indicator", 42),
            column("target", 12, "center", year=year),
            column("published", 13, "center"),
            column("published_at", 22),
            column("recomputed", 12, "center"),
            column("status", 18, "center"),
            column("note", 34),
        ],
    )
    for (section, name), of_section in groupby(rows, key=lambda row: (row["section"], row["section_name"])):
        sheet.section(section or "", name or phrase("workbook.no_section"))
        for row in of_section:
            footnote = row["footnote"]
            if footnote and row["reason_vi"]:
                footnote = footnote.replace(row["reason_vi"], why(row))
            sheet.row(
                row["number"],
                row["name"],
                aimed_at(row) or row["target"] or NOT_DUE,
                published(row),
                row["result_citation_vi"] or row["citation_vi"] or NOT_DUE,
                recomputed(row["result_recomputed"], row),
                state(row),
                sentence(footnote) or NOT_DUE,
            )
    sheet.close(signed=True)


def targets(book: Book, marts: Marts, rows: list[dict], year: int, apart: str) -> None:
    """Targets that the text of a plan sets for a year, with the results of each quarter."""
    of_quarters = quarters(marts, year)
    sheet = book.sheet(
        f"{phrase('workbook.year', year=year)}{apart}",
        [phrase("workbook.results", year=year), phrase("workbook.of_the_text")],
        [
            column("number", 8, "center"),
            column("indicator", 36),
            column("level", 9, "center"),
            column("target", 10, "center", year=year),
            *(column("quarter", 10, "center", name=name) for name in ("I", "II", "III", "IV")),
            column("whole_year", 11, "center", year=year),
            column("status", 18, "center"),
            column("set_at", 19),
            column("note", 28),
        ],
    )
    for row in rows:
        key = (row["indicator_id"], row["definition_version"], row["org_key"])
        is_ratio = row["kind"] == "ratio"
        sheet.row(
            number(row),
            row["stated_name"] or row["name_vi"],
            level(row),
            aimed_at(row) or row["raw_text"],
            *(
                shown(of_quarters.get((*key, f"{year}-Q{quarter}"))) if is_ratio else NOT_DUE
                for quarter in range(1, 5)
            ),
            shown(row) if is_ratio else NOT_DUE,
            state(row | {"status": row["value_status"]}),
            row["citation_vi"] or NOT_DUE,
            footnote_of(row) or NOT_DUE,
        )
    sheet.close(signed=True)


def quarters(marts: Marts, year: int) -> dict[tuple, dict]:
    """What is known now of each indicator, organisation and quarter of a year."""
    values = marts["fct_indicator_value"].filter(
        pl.col("known_to").is_null(), pl.col("period_id").str.starts_with(f"{year}-Q")
    )
    return {
        (row["indicator_id"], row["definition_version"], row["org_key"], row["period_id"]): row
        for row in values.to_dicts()
    }


def shown(row: dict | None) -> str | Number:
    """The result of a period, computed or published."""
    if row is None or row["value"] is None:
        return MISSING
    return percent(row["value"], BOUNDS.get(row["reported_qualifier"], ""), row.get("target_value"))


def footnote_of(row: dict) -> str | None:
    """The wording of rpt_appendix_01, for a target that is not in it."""
    if row["kind"] != "ratio":
        return sentence(remark(row))
    if row["value_status"] == "computed":
        inputs = phrase("workbook.inputs", top=row["numerator"], bottom=row["denominator"])
        return "; ".join(filter(None, [inputs, remark(row)]))
    reason = why(row)
    return phrase("workbook.not_recomputed", why=reason) if reason else sentence(remark(row))


def aimed_at(row: dict) -> Number | None:
    # "80%" in the document means at least 80; only the other signs are printed there.
    if row["target_value"] is None:
        return None
    return percent(row["target_value"], "" if row["operator"] == ">=" else SIGNS.get(row["operator"], ""))


def published(row: dict) -> str | Number:
    if row["reported_value"] is not None:
        return percent(row["reported_value"], BOUNDS.get(row["reported_qualifier"], ""))
    return row["result_published"] or MISSING


def recomputed(value, row: dict) -> str | Number:
    if value is not None:
        return percent(value, target=row["target_value"])
    return MISSING if row["target_kind"] == "threshold" else NOT_DUE


def state(row: dict) -> str:
    if not is_judged(row):
        return QUALITATIVE if row["target_kind"] else phrase("workbook.unknown")
    text = f"{verdict(row)}\n({STATUSES[row['status']]})"
    if is_published(row) and row["met"] is not row["met_as_reported"]:
        by_published = VERDICTS[row["met_as_reported"]].lower()
        text += f"\n{phrase('workbook.by_published', verdict=by_published)}"
    return text


def budget(book: Book, marts: Marts, plan: dict, apart: str) -> None:
    """Tasks and money by appendix and lead organisation, of each its sources and classes."""
    rows = marts["rpt_budget"].filter(plan_id=plan["plan_id"])
    if rows.is_empty():
        return
    printed = {
        row["appendix"]: row
        for row in marts["plan_claim"].filter(plan_id=plan["plan_id"], kind="column_total").to_dicts()
    }
    sheet = book.sheet(
        f"{phrase('workbook.budget')}{apart}",
        [phrase("workbook.budget_title"), phrase("workbook.budget_about")],
        [
            column("number", 6, "center"),
            column("lead_and_funds", 56),
            column("task_class", 26),
            column("tasks", 9, "center"),
            column("with_amount", 9, "center"),
            column("without_amount", 9, "center"),
            column("in_dong", 19),
            column("in_billions", 13),
        ],
    )
    for (appendix_id,), of_appendix in rows.sort("appendix").group_by("appendix", maintain_order=True):
        claim = printed.get(appendix_id)
        name = f"{appendix_name(appendix_id)}{f' ({stated(claim)})' if claim else ''}"
        sheet.section("", name, *money(of_appendix))
        leads = of_appendix.group_by("lead_name_vi").agg(pl.col("amount_vnd").sum(), pl.col("tasks").sum())
        ordered = leads.sort("amount_vnd", "tasks", "lead_name_vi", descending=[True, True, False])
        for at, lead in enumerate(ordered["lead_name_vi"].to_list(), start=1):
            of_lead = of_appendix.filter(pl.col("lead_name_vi").eq_missing(pl.lit(lead, pl.String)))
            sheet.row(
                str(at),
                lead or phrase("workbook.no_lead"),
                "",
                *money(of_lead),
                bold=True,
            )
            for row in of_lead.sort(
                "amount_vnd", "funding_source", "task_class", descending=[True, False, False], nulls_last=True
            ).iter_slices(1):
                sheet.row(
                    "",
                    row["funding_source"][0] or phrase("workbook.no_funds"),
                    row["task_class"][0] or phrase("workbook.no_class"),
                    *money(row),
                )
    sheet.close(signed=True)


def money(rows: pl.DataFrame) -> list[str | Number]:
    """Tasks, those with an amount and without, the sum of the amounts."""
    tasks, priced, unpriced = (
        int(rows[column].sum()) for column in ("tasks", "tasks_with_amount", "tasks_without_amount")
    )
    counts: list[str | Number] = [Number(count, "#,##0") for count in (tasks, priced, unpriced)]
    if not priced:
        return [*counts, MISSING, MISSING]
    amount = int(rows["amount_vnd"].sum())
    return [*counts, dong(amount), billion(amount)]


def stated(claim: dict) -> str:
    """The total that the plan prints, beside the sum of its tasks."""
    how = words("agreements", "vi")[agreement(claim)].lower()
    return phrase("workbook.printed_total", stated=claim["stated"], agreement=how)


def appendix_name(appendix_id: str | None) -> str:
    return (
        phrase("workbook.appendix_of", appendix=appendix_id)
        if appendix_id
        else phrase("workbook.no_appendix")
    )


def of_others(marts: Marts) -> dict[str, str]:
    """Organisations with plans beside the first, whose matters have sheets of their own: names by key."""
    plans = marts["dim_plan"].sort(pl.col("level") != "province", "plan_id", nulls_last=True)
    named = plans.join(marts["dim_org"].select("org_key", "name_vi"), on="org_key", how="inner")
    return dict(
        named.filter(pl.col("org_key") != named["org_key"].first()).select("org_key", "name_vi").rows()
    )


def matters(book: Book, marts: Marts, whose: str | None) -> None:
    """What somebody has to answer, in the order in which it is taken up; what was answered beside it.

    whose: the key of an organisation of `of_others`; None for what is of none of them.
    """
    others = of_others(marts)
    rows = [
        row
        for row in marts["fct_matter"].sort("position").to_dicts()
        if (row["owner_org_key"] if row["owner_org_key"] in others else None) == whose
    ]
    if not rows:
        return
    sheet = book.sheet(
        phrase("workbook.matters", org=others[whose] if whose else None),
        [phrase("workbook.matters_title"), *([others[whose].upper()] if whose else [])],
        [
            column("number", 6, "center"),
            column("content", 50),
            column("who_acts", 22),
            column("ask", 40),
            column("findings", 9, "center"),
            column("place", 22),
            column("since", 12, "center"),
            column("state", 26),
        ],
    )
    for name, of_group in groupby(rows, key=group):
        sheet.section("", name)
        for row in of_group:
            sheet.row(
                str(row["position"]),
                row["title_vi"],
                row["org_vi"] or phrase("workbook.nobody"),
                row["ask_vi"] or NOT_DUE,
                Number(row["findings"], "0"),
                row["citation_vi"] or NOT_DUE,
                day(row["since_on"]) if row["since_on"] else NOT_DUE,
                answered(row),
            )
    sheet.close(signed=True)


def group(matter: dict) -> str:
    return phrase("matters.settled") if matter["state"] == "settled" else matter["group_vi"]


def answered(matter: dict) -> str:
    """How far a matter is, who answered what and when."""
    state = sentence(MATTER_STATES[matter["state"]])
    if not matter["answer"]:
        return str(state)
    when = f", {day(matter['answered_at'])}" if matter["answered_at"] else ""
    return f"{state}\n{matter['answered_by']}{when}: {matter['answer']}"


def owed(book: Book, marts: Marts) -> None:
    """A sheet for each organisation of what is asked of it, and one of what nobody is known to answer for."""
    others = of_others(marts)
    owners = dict(marts["fct_matter"].select("matter_id", "owner_org_key").rows())
    rows = marts["rpt_open_matters"].sort("position", "finding_no").to_dicts()
    of_orgs: dict[str | None, list[dict]] = {}
    for row in rows:
        org, whose = row["org_vi"], others.get(owners[row["matter_id"]], "")
        # an agency of several organisations answers each by itself
        of_orgs.setdefault(f"{org} ({whose})" if org and whose not in org else org, []).append(row)
    for org in sorted(of_orgs, key=lambda name: (name is None, name or "")):
        sheet = book.sheet(
            org or phrase("workbook.nobody"),
            [phrase("workbook.owed", org=org.upper()) if org else phrase("workbook.owed_by_nobody")],
            [
                column("number", 6, "center"),
                column("indicator", 34),
                column("period", 14, "center"),
                column("lacking", 58),
                column("place", 24),
                column("since", 12, "center"),
                column("ask", 36),
            ],
        )
        at = 0
        for matter, of_matter in groupby(of_orgs[org], key=lambda row: row["matter_vi"]):
            sheet.section("", matter)
            for row in of_matter:
                at += 1
                lacking = row["missing_vi"] and text("matters.missing", "vi", missing=row["missing_vi"])
                sheet.row(
                    str(at),
                    row["indicator_vi"] or NOT_DUE,
                    sentence(span_name(row["period_id"], row["period_to"])) if row["period_id"] else NOT_DUE,
                    "\n".join(filter(None, [lacking, without_citation(row)])),
                    row["citation_vi"] or (in_words(row["locator"], "vi") if row["locator"] else NOT_DUE),
                    day(row["since_on"]),
                    row["ask_vi"] or NOT_DUE,
                )
        sheet.close(signed=True)


def without_citation(row: dict) -> str:
    """The message without the place that it begins with, which has a column of its own."""
    return str(sentence(row["message_vi"].removeprefix(f"{row['citation_vi']}: ")))


def notes(book: Book, marts: Marts) -> None:
    """How to read the other sheets, and what they were made from."""
    sheet: Sheet = book.sheet(
        phrase("workbook.note"),
        [phrase("workbook.notes_title")],
        [column("number", 6, "center"), column("content", 42), column("meaning", 100)],
    )
    sheet.section("I", phrase("workbook.how_to_read"))
    for at, (word, meaning) in enumerate(words("how_to_read", "vi").items(), start=1):
        sheet.row(str(at), word, meaning)
    sheet.section("II", phrase("workbook.sources"))
    for at, source in enumerate(sources(marts), start=1):
        sheet.row(str(at), *source)
    sheet.close(signed=False)


def sources(marts: Marts) -> Iterator[tuple[str, str]]:
    """Each file and what is known of it."""
    titles = dict(marts["dim_plan"].select("plan_id", "title").iter_rows())
    for row in marts["dim_extract"].sort("received_at", "source_id", "extract_id").to_dicts():
        parts = [
            row["publisher"] or phrase("workbook.source", source_id=row["source_id"]),
            row["period_id"] and phrase("workbook.of_period", period_id=row["period_id"]),
            phrase("workbook.received", on=day(row["received_at"])),
            row["citation"],
            row["withdrawn_at"]
            and phrase("workbook.withdrawn", on=day(row["withdrawn_at"]), why=row["withdrawn_reason"]),
            phrase("workbook.made_up") if row["is_made_up"] else None,
        ]
        yield (
            titles.get(row["plan_id"]) or row["file_name"],
            sentence("; ".join(filter(None, parts))) or NOT_DUE,
        )
