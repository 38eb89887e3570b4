"""What the page shows, from the tables of a release. Chooses, orders, words; computes no indicator."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

import polars as pl

from ingest.clock import HANOI
from orchestration.publication import scores
from orchestration.publication.database import Marts
from orchestration.publication.page import charts, texts
from orchestration.publication.page.indicators import Known, board, distinct, grouped, without_target
from orchestration.publication.page.tables import Row, Tables
from orchestration.publication.page.texts import Pair

FINDINGS = r"""
    select f.*, r.title_vi, r.title_en, r.action_vi, r.action_en
    from fct_finding as f
    inner join dim_rule as r using (rule_id)
    where f.state <> 'accepted'
    order by case f.severity when 'error' then 1 when 'warning' then 2 else 3 end, f.rule_id,
        try_cast(regexp_extract(f.locator, 'line (\d+)', 1) as integer) nulls last, f.locator, f.finding_id
"""
ACCEPTED = "from fct_finding where state = 'accepted' order by accepted_until, rule_id, finding_id"
RESOLVED = "from fct_resolved_finding order by severity, rule_id, finding_id"
MATTERS = "from fct_matter where state <> 'settled' order by position"
CHANGES = """
    select c.indicator_id, i.name_vi, i.name_en, c.period_id, c.value_before, c.value_after, p.end_date,
        abs(c.value_after - c.value_before) as moved,
        if(c.org_key = $own, n.target_number, null) as code,
        if(c.org_key = $own, null, o.name_vi) as org_vi
    from rpt_change as c
    inner join dim_indicator as i using (indicator_id, definition_version)
    inner join dim_org as o using (org_key)
    inner join dim_period as p using (period_id)
    left join dim_target_number as n
        on c.indicator_id = n.indicator_id
        and c.definition_version = n.definition_version
        and left(c.period_id, 4) = cast(n.year as varchar)
    where o.level in ('province', 'group') or c.org_key in (select org_key from dim_plan)
    group by all
    order by moved desc nulls last, p.end_date desc, c.indicator_id, c.period_id
"""
REPORTING = """
    select r.*, coalesce(s.name_vi, r.source_id) as source_vi, coalesce(s.name_en, r.source_id) as source_en,
        o.name_vi as org_vi, p.start_date, p.end_date
    from fct_reporting as r
    inner join dim_org as o using (org_key)
    inner join dim_period as p using (period_id)
    left join source_names as s using (source_id)
    where r.source_id <> 'plan'
    order by r.source_id, p.start_date desc, p.end_date desc, o.name_vi
"""
BUDGET = """
    select t.plan_id, t.appendix, t.funding_code, t.task_class_code, o.name_vi as lead_vi, t.amount_vnd
    from fct_task as t
    left join org_names as o
        on t.lead_org_id = o.org_id
"""
FILES = """
    select e.*, coalesce(s.name_vi, e.source_id) as source_vi, coalesce(s.name_en, e.source_id) as source_en,
        coalesce(p.title, e.file_name) as name
    from dim_extract as e
    left join source_names as s using (source_id)
    left join dim_plan as p on e.plan_id = p.plan_id
    order by e.source_id, e.received_at desc, e.file_name, e.extract_id
"""


def contents(marts: Marts, tables: Tables, about: dict) -> dict:
    """All that the template writes out."""
    known = Known(tables)
    plans = tables.rows(
        "select p.*, o.name_vi as org_vi from dim_plan as p left join dim_org as o using (org_key) "
        "order by p.level = 'province' desc, p.plan_id"
    )
    scored = scores.scores(marts).to_dicts()
    by_plan = {
        plan["plan_id"]: [row for row in scored if row["plan_id"] == plan["plan_id"]] for plan in plans
    }
    several = len(plans) > 1
    boards = [
        board(plan, by_plan[plan["plan_id"]], known, prefix=f"{plan['plan_id']}/" if several else "")
        for plan in plans
    ]
    others = without_target(scored, known)
    lines = [line for each in boards for line in each["lines"]] + others
    distinct(lines)
    listed = findings(tables)
    for line in lines:
        line["findings"] = [row for row in listed if row["indicator_id"] == line["indicator_id"]]
    return {
        "boards": boards,
        "others": grouped(others),
        "lines": lines,
        "whose": list(dict.fromkeys(plan["org_vi"] or plan["organisation"] for plan in plans)),
        "matters": matters(tables, listed),
        "findings": by_rule(listed),
        "accepted": tables.rows(ACCEPTED),
        "resolved": tables.rows(RESOLVED),
        "changes": changes(tables, about, plans[0]["org_key"] if plans else None),
        "reporting": reporting(tables, about),
        "budgets": budgets(marts, tables, plans),
        "files": tables.rows(FILES),
        "candidates": candidates(tables, plans),
    }


def findings(tables: Tables) -> list[Row]:
    rows = tables.rows(FINDINGS)
    had_some = any(row["state"] != "new" for row in rows)
    return [row | {"is_new": had_some and row["state"] == "new"} for row in rows]


def matters(tables: Tables, listed: list[Row]) -> list[dict]:
    """Who must do what, in the order in which it is taken up, with the findings behind it, by group."""
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in listed:
        found[row["matter_id"]].append(row)
    return [
        {"name": Pair(vi, en), "matters": [row | {"findings": found[row["matter_id"]]} for row in same]}
        for (vi, en), same in groupby(tables.rows(MATTERS), key=itemgetter("group_vi", "group_en"))
    ]


def by_rule(listed: list[Row]) -> list[list[Row]]:
    """What no matter holds, findings of one rule together."""
    left = sorted((row for row in listed if row["matter_id"] is None), key=itemgetter("rule_id"))
    return sorted((list(same) for _, same in groupby(left, key=itemgetter("rule_id"))), key=len)


def changes(tables: Tables, about: dict, own: str | None) -> dict:
    """own: the organisation whose page it is; its values go by its numbers, those of others by their name."""
    news = tables.rows(
        "select (select count(*) from fct_finding where state = 'new') as new, "
        "(select count(*) from fct_resolved_finding) as resolved"
    )[0]
    rows = tables.rows(CHANGES, {"own": own})
    return {"compared": about.get("compared_release"), "count": len(rows), "rows": rows, **news}


def reporting(tables: Tables, about: dict) -> dict:
    """Reports due, received and in time by period and source; who is overdue on the day of the release."""
    rows = tables.rows(REPORTING)
    today = about["built_at"].astimezone(HANOI).date()
    sources = {row["source_id"]: texts.pair(row, "source") for row in rows}
    cells = defaultdict(list)
    for row in rows:
        cells[row["period_id"], row["source_id"]].append(row)
    periods = list(
        dict.fromkeys(
            row["period_id"] for row in sorted(rows, key=itemgetter("end_date", "start_date"), reverse=True)
        )
    )
    late = [row for row in rows if row["expected"] and not row["received"] and row["due_on"] < today]
    overdue = [
        {
            "source": sources[source],
            "org": org,
            "count": len(same),
            "periods": span([texts.tick(row["period_id"]) for row in reversed(same)]),
            "since": min(row["due_on"] for row in same),
        }
        for (source, org), same in (
            (key, list(group))
            for key, group in groupby(
                sorted(late, key=lambda row: (row["source_id"], row["org_vi"])),
                key=itemgetter("source_id", "org_vi"),
            )
        )
    ]
    return {
        "sources": list(sources.values()),
        "rows": [
            {
                "period": texts.period(period),
                "cells": [received(cells.get((period, source), [])) for source in sources],
            }
            for period in periods
        ],
        "overdue": sorted(overdue, key=lambda row: (-row["count"], row["since"], row["org"])),
        "overdue_units": len({row["org_key"] for row in late}),
        "overdue_reports": texts.counted(len(late)),
        "has_due": any(row["expected"] for row in rows),
        "is_made_up": any(row["is_made_up"] for row in rows),
    }


def span(periods: list[str]) -> Pair:
    """A few periods one by one; of many the first, the last and their number."""
    if len(periods) <= 3:
        return Pair(", ".join(periods), ", ".join(periods))
    first, last = periods[0], periods[-1]
    return texts.phrase("page.periods_from_to", first=first, last=last, count=len(periods))


def received(rows: Iterable[Row]) -> dict | None:
    rows = list(rows)
    if not rows:
        return None
    due = [row for row in rows if row["expected"]]
    if not due:
        return {"due": 0, "received": sum(row["received"] for row in rows)}
    came, on_time = sum(row["received"] for row in due), sum(row["on_time"] or 0 for row in due)
    style = "bad" if came < len(due) else "open" if on_time < came else "good"
    return {
        "due": len(due),
        "received": came,
        "on_time": on_time,
        "chart": charts.bar(100 * came / len(due), style=style),
    }


def budgets(marts: Marts, tables: Tables, plans: list[Row]) -> list[dict]:
    """Tasks and money of each plan by appendix beside its printed total, by agency, source and class of task.

    Never across appendices: the money of one was spent in the year before, that of another is planned.
    """
    tasks = tables.con.execute(BUDGET).pl()
    made = []
    for plan in plans:
        rows = tasks.filter(pl.col("plan_id") == plan["plan_id"]) if tasks.height else tasks
        if not rows.height:
            continue
        printed = {
            row["appendix"]: row
            for row in marts["plan_claim"].filter(plan_id=plan["plan_id"], kind="column_total").to_dicts()
        }
        appendices = (
            rows.group_by("appendix")
            .agg(tasks=pl.len(), priced=pl.col("amount_vnd").count(), amount=pl.col("amount_vnd").sum())
            .sort("appendix", nulls_last=True)
            .to_dicts()
        )
        made.append(
            {
                "title": scores.called(plan),
                "tasks": rows.height,
                "appendices": [appendix(row, printed.get(row["appendix"])) for row in appendices],
                "parts": [
                    {"name": called(row["appendix"]), "cuts": of_appendix}
                    for row in appendices
                    if (of_appendix := cuts(rows.filter(pl.col("appendix").eq_missing(row["appendix"]))))
                ],
            }
        )
    return made


def called(appendix_id: str | None) -> Pair:
    return texts.APPENDICES.get(appendix_id, Pair(str(appendix_id), str(appendix_id)))


def cuts(tasks: pl.DataFrame) -> list[dict]:
    """The tasks of one appendix in each way in which it tells them apart."""
    return [
        {"name": name, "rows": shares(tasks, column, names)}
        for name, column, names in (
            (texts.phrase("page.by_lead"), "lead_vi", None),
            (texts.phrase("page.by_funding"), "funding_code", texts.FUNDING),
            (texts.phrase("page.by_class"), "task_class_code", texts.CLASSES),
        )
        if tasks[column].drop_nulls().len()
    ]


def appendix(row: Row, printed: Row | None) -> dict:
    return {
        "name": called(row["appendix"]),
        "tasks": texts.counted(row["tasks"]),
        "priced": texts.counted(row["priced"]),
        "amount": texts.billions(row["amount"]) if row["priced"] else None,
        "printed": texts.billions(int(printed["stated"])) if printed else None,
        "agreement": texts.agreement(printed) if printed else None,
    }


def shares(tasks: pl.DataFrame, column: str, names: dict | None) -> list[dict]:
    """Every task counts; the money is that of those with an amount."""
    rows = (
        tasks.group_by(column)
        .agg(tasks=pl.len(), priced=pl.col("amount_vnd").count(), amount=pl.col("amount_vnd").sum())
        .sort(
            pl.col(column).is_null(),
            -pl.col("amount"),
            pl.col("tasks"),
            column,
            descending=[False, False, True, False],
        )
        .to_dicts()
    )
    most = max(row["amount"] for row in rows) or 1
    nobody = texts.phrase("page.no_lead")
    return [
        {
            "name": names[row[column]]
            if names
            else Pair(row[column], row[column])
            if row[column]
            else nobody,
            "tasks": texts.counted(row["tasks"]),
            "amount": texts.billions(row["amount"]) if row["priced"] else None,
            "bar": charts.bar(100 * row["amount"] / most) if row["priced"] else None,
        }
        for row in rows
    ]


def candidates(tables: Tables, plans: list[Row]) -> list[dict]:
    """What a plan aims at and the registry of indicators does not know."""
    rows = tables.rows("from rpt_candidate order by plan_id, line, candidate_id")
    found = ((plan, [row for row in rows if row["plan_id"] == plan["plan_id"]]) for plan in plans)
    return [{"title": scores.called(plan), "rows": of_plan} for plan, of_plan in found if of_plan]
