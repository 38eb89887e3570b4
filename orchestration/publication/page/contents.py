"""What the page shows, from the tables of a release. Chooses, orders, words; computes no indicator."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
import polars as pl

from expectations.messages import in_words
from ingest.clock import HANOI
from orchestration.publication import scores
from orchestration.publication.database import Marts
from orchestration.publication.page import charts, texts
from orchestration.publication.page.texts import Pair

Row = dict
SHOWN = 12  # statements behind a value; the rest are in the table of evidence
GAPS = 5
PERIODS_SHOWN = 6

VALUES = """
    select
        v.*,
        i.numerator_measure,
        i.denominator_measure,
        coalesce(p.kind, case when v.period_id like '%Q%' then 'quarter'
            when v.period_id like '%-%' then 'month' else 'year' end) as period_kind,
        p.start_date,
        p.end_date,
        o.name_vi as org_vi,
        o.level,
        o.parent_org_key,
        o.members_level,
        i.pillar_id,
        i.pillar_vi,
        i.pillar_en,
        i.name_vi,
        i.name_en,
        i.code,
        i.report_order,
        i.kind,
        r.reason_vi,
        r.reason_en
    from fct_indicator_value as v
    inner join dim_indicator as i using (indicator_id, definition_version)
    inner join dim_org as o using (org_key)
    inner join dim_period as p using (period_id)
    left join dim_reason as r using (reason)
    where v.known_to is null
    order by v.indicator_id, v.org_key, p.start_date, p.end_date, v.definition_version
"""
# The statements behind both parts of a value. Of a source that copies from others its file says from whom.
EVIDENCE = """
    with told as (
        select indicator_id, definition_version, org_key, period_id, known_from, 'numerator' as part,
            unnest(numerator_observation_ids) as observation_id
        from rpt_value_evidence
        union all
        select indicator_id, definition_version, org_key, period_id, known_from, 'denominator' as part,
            unnest(denominator_observation_ids) as observation_id
        from rpt_value_evidence
    )
    select
        told.*,
        s.value as stated,
        s.raw_text,
        s.locator,
        s.citation_vi,
        s.citation_en,
        s.period_id as stated_period_id,
        s.is_made_up,
        o.name_vi as org_vi,
        w.name_vi as reporter_vi,
        m.name_vi as measure_vi,
        m.name_en as measure_en,
        e.file_name,
        e.publisher,
        e.citation,
        d.title as plan_title
    from told
    inner join fct_indicator_value as v
        using (indicator_id, definition_version, org_key, period_id, known_from)
    inner join fct_observation as s using (observation_id)
    inner join dim_measure as m using (measure_id)
    inner join dim_org as o on s.org_key = o.org_key
    left join (select org_id, any_value(name_vi) as name_vi from dim_org group by org_id) as w
        on s.reporter_org_id = w.org_id
    left join dim_extract as e on s.extract_id = e.extract_id
    left join dim_plan as d on s.plan_id = d.plan_id
    where v.known_to is null
    order by part desc, s.org_key, s.period_id, told.observation_id
"""
DEFINITIONS = """
    select i.*, n.name_vi as numerator_vi, n.name_en as numerator_en, d.name_vi as denominator_vi,
        d.name_en as denominator_en, o.name_vi as supplier_vi
    from dim_indicator as i
    left join dim_measure as n on i.numerator_measure = n.measure_id
    left join dim_measure as d on i.denominator_measure = d.measure_id
    left join (select org_id, any_value(name_vi) as name_vi from dim_org group by org_id) as o
        on i.supplier_org_id = o.org_id
    order by i.indicator_id, i.definition_version
"""
FINDINGS = r"""
    select f.*, r.title_vi, r.title_en, r.action_vi, r.action_en
    from fct_finding as f
    inner join dim_rule as r using (rule_id)
    where f.state <> 'accepted'
    order by case f.severity when 'error' then 1 when 'warning' then 2 else 3 end, f.rule_id,
        try_cast(regexp_extract(f.locator, 'line (\d+)', 1) as integer) nulls last, f.locator, f.finding_id
"""
CHANGES = """
    select c.indicator_id, i.name_vi, i.name_en, i.code, o.name_vi as org_vi, c.period_id,
        c.value_before, c.value_after, p.end_date, abs(c.value_after - c.value_before) as moved
    from rpt_change as c
    inner join dim_indicator as i using (indicator_id, definition_version)
    inner join dim_org as o using (org_key)
    inner join dim_period as p using (period_id)
    where o.level in ('province', 'group') or c.org_key in (select org_key from dim_plan)
    group by all
    order by moved desc nulls last, p.end_date desc, c.indicator_id, c.period_id
"""
REPORTING = """
    select r.*, s.name_vi as source_vi, s.name_en as source_en, o.name_vi as org_vi, p.start_date, p.end_date
    from fct_reporting as r
    inner join dim_org as o using (org_key)
    inner join dim_period as p using (period_id)
    left join (
        select source_id, any_value(name_vi) as name_vi, any_value(name_en) as name_en
        from dim_source group by source_id
    ) as s using (source_id)
    where r.source_id <> 'plan'
    order by r.source_id, p.start_date desc, p.end_date desc, o.name_vi
"""
BUDGET = """
    select t.plan_id, t.appendix, t.funding_code, t.task_class_code, o.name_vi as lead_vi, t.amount_vnd
    from fct_task as t
    left join (select org_id, any_value(name_vi) as name_vi from dim_org group by org_id) as o
        on t.lead_org_id = o.org_id
"""
FILES = """
    select e.*, s.name_vi as source_vi, s.name_en as source_en, p.title as plan_title
    from dim_extract as e
    left join (
        select source_id, any_value(name_vi) as name_vi, any_value(name_en) as name_en
        from dim_source group by source_id
    ) as s using (source_id)
    left join dim_plan as p on e.plan_id = p.plan_id
    order by e.source_id, e.received_at desc, e.file_name, e.extract_id
"""


class Tables:
    """The tables of a release, for SQL."""

    def __init__(self, file: Path):
        self.con = duckdb.connect(str(file), read_only=True)
        self.con.execute("use marts")

    def rows(self, sql: str) -> list[Row]:
        return self.con.execute(sql).pl().to_dicts()


def contents(marts: Marts, about: dict) -> dict:
    """All that the template writes out."""
    tables = Tables(marts.folder.parent / "dxkpi.duckdb")
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
    told = findings(tables)
    for line in lines:
        line["findings"] = [row for row in told if row["indicator_id"] == line["indicator_id"]]
    return {
        "boards": boards,
        "others": grouped(others),
        "lines": lines,
        "whose": list(dict.fromkeys(plan["org_vi"] or plan["organisation"] for plan in plans)),
        "findings": by_rule(told),
        "set_apart": set_apart(tables),
        "changes": changes(tables, about),
        "reporting": reporting(tables, about),
        "budgets": budgets(marts, tables, plans),
        "files": files(tables),
        "candidates": candidates(tables, plans),
    }


class Known:
    """Values, definitions and evidence by indicator."""

    def __init__(self, tables: Tables):
        self.values: dict[str, list[Row]] = defaultdict(list)
        for row in tables.rows(VALUES):
            self.values[row["indicator_id"]].append(row)
        self.orgs = {row["org_key"]: row for row in tables.rows("from dim_org")}
        self.definitions: dict[str, list[Row]] = defaultdict(list)
        for row in tables.rows(DEFINITIONS):
            self.definitions[row["indicator_id"]].append(row)
        self.evidence: dict[tuple, list[Row]] = defaultdict(list)
        for row in tables.rows(EVIDENCE):
            self.evidence[_cell(row)].append(row)
        self.printed = {
            (row["plan_id"], row["indicator_id"], row["definition_version"]): row
            for row in reversed(tables.rows("from rpt_appendix_01 order by row_no"))
        }

    def series(self, indicator_id: str, org_key: str) -> list[Row]:
        return [row for row in self.values[indicator_id] if row["org_key"] == org_key]

    def members(self, indicator_id: str, org_key: str) -> list[Row]:
        """The values of the organisations that a whole is made of."""
        whole = self.orgs[org_key]
        parent = whole["parent_org_key"] if whole["level"] == "group" else org_key
        return [
            row
            for row in self.values[indicator_id]
            if row["parent_org_key"] == parent
            and row["level"] != "group"
            and (whole["level"] != "group" or row["level"] == whole["members_level"])
        ]


def _cell(row: Row) -> tuple:
    return row["indicator_id"], row["definition_version"], row["org_key"], row["period_id"]


def board(plan: Row, rows: list[Row], known: Known, prefix: str) -> dict:
    """A plan: how many targets of each year are met by pillar, and one line for each indicator."""
    whole = itemgetter("indicator_id", "org_key")
    for row in rows:
        row["pillar_id"] = known.definitions[row["indicator_id"]][0]["pillar_id"]
    order = {key: number for number, key in enumerate(dict.fromkeys(map(whole, rows)))}
    lines = [
        line(plan, sorted(same, key=itemgetter("year")), known, prefix)
        for _, same in groupby(sorted(rows, key=lambda row: order[whole(row)]), key=whole)
    ]
    distinct(lines)
    years = sorted({row["year"] for row in rows if has_result(row)}, reverse=True)
    return {
        "plan": plan,
        "title": scores.called(plan),
        "whose": plan["org_vi"] or plan["organisation"],
        "lines": lines,
        "pillars": grouped(lines),
        "years": [summary(year, [row for row in rows if row["year"] == year], lines) for year in years],
        "planned": Counter(row["year"] for row in rows if row["year"] not in years),
    }


def has_result(row: Row) -> bool:
    return row["value"] is not None or scores.is_published(row)


def summary(year: int, rows: list[Row], lines: list[dict]) -> dict:
    """Met, missed, undecided by pillar, and the largest gaps of a year."""
    by_pillar: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_pillar[row["pillar_id"]].append(row)
    gaps = sorted(
        (line for line in lines if line["year"] == year and line["met"] is False and line["gap"]),
        key=lambda line: -abs(line["gap_points"]),
    )
    ratios = [row for row in rows if row["kind"] == "ratio"]
    return {
        "year": year,
        "total": tally(rows),
        "pillars": [
            {"name": Pair(found[0]["pillar_vi"], found[0]["pillar_en"]), "id": pillar, **tally(found)}
            for pillar, found in by_pillar.items()
        ],
        "gaps": gaps[:GAPS],
        "ratios": len(ratios),
        "computed": sum(row["value_status"] == "computed" for row in ratios),
        "differs": [line for line in lines if line["year"] == year and line["as_reported"]],
        "is_made_up": any(row["is_made_up"] and row["value"] is not None for row in rows),
    }


def tally(rows: list[Row]) -> dict:
    judged = [row["met"] for row in rows if scores.is_judged(row)]
    counts = {
        "good": judged.count(True),
        "bad": judged.count(False),
        "open": judged.count(None),
        "plain": len(rows) - len(judged),
    }
    return counts | {"all": len(rows), "chart": charts.stack(counts.items())}


def line(plan: Row, rows: list[Row], known: Known, prefix: str) -> dict:
    """One indicator of one whole: its newest year with a result, else that of the plan; the next target."""
    with_result = [row for row in rows if has_result(row)]
    of_plan = [row for row in rows if row["year"] == plan["year"]]
    row = (with_result or of_plan or rows)[-1]
    coming = next((later for later in rows if later["year"] > row["year"]), None)
    series = known.series(row["indicator_id"], row["org_key"])
    value, target = row["value"], row["target_value"]
    judged = scores.is_judged(row)
    gap = row["gap_points"]
    code = scores.number(row)
    return {
        "indicator_id": row["indicator_id"],
        "anchor": prefix + code,
        "aliases": [prefix + scores.number(other) for other in rows if other is not row],
        "code": code,
        "name": texts.name(row),
        "level": texts.LEVELS.get(row["org_level"]),
        "is_of_province": row["org_level"] in ("province", None),
        "whose": None,
        "period": None,
        "pillar": (row["pillar_id"], Pair(row["pillar_vi"], row["pillar_en"])),
        "year": row["year"],
        "target": texts.aimed(row),
        "value": shown(row),
        "value_words": row["result_published"]
        if value is None and row["value_status"] == "milestone"
        else None,
        "basis": texts.BASES[row["value_status"]] if value is not None else None,
        "origin": texts.ORIGINS.get(row["value_status"]) if value is not None else None,
        "gap": texts.change(gap) if gap is not None and value is not None else None,
        "gap_points": gap,
        "met": row["met"] if judged else None,
        "status": verdict(row),
        "flags": flags(row, coming),
        "next": coming
        and {"year": coming["year"], "target": texts.aimed(coming), "is_lower": coming["is_lower"]},
        **sparkline(series, row),
        "bar": charts.bar(float(value), float(target), texts.STYLES[row["met"]])
        if value is not None and target is not None
        else None,
        "is_made_up": bool(row["is_made_up"]) and (value is not None or row["numerator"] is not None),
        "numerator": texts.counted(row["numerator"]),
        "denominator": texts.counted(row["denominator"]),
        "exact": texts.told(value, row["reported_qualifier"] if row["value_status"] != "computed" else None),
        "reported": texts.told(row["reported_value"], row["reported_qualifier"]) or row["result_published"],
        "as_reported": texts.MET[row["met_as_reported"]]
        if judged and scores.is_published(row) and row["met"] is not row["met_as_reported"]
        else None,
        "why": texts.why(row),
        "footnote": row["footnote"] if row["kind"] != "ratio" else None,
        "targets": [history(row, known) for row in rows],
        **detail(row, series, known, rows),
    }


def shown(row: Row) -> str | None:
    """The value on a line, in two decimals; of one that is only bounded, its bound."""
    if row["value"] is None:
        return None
    if row["value_status"] != "computed" and row["reported_qualifier"]:
        return texts.told(row["value"], row["reported_qualifier"])
    return texts.short(row["value"], row["target_value"])


def verdict(row: Row) -> dict:
    if not scores.is_judged(row):
        return {"style": "plain", "words": texts.NO_THRESHOLD}
    words = texts.DONE if row["target_kind"] == "milestone" and row["met"] is not None else texts.MET
    return {"style": texts.STYLES[row["met"]], "words": words[row["met"]]}


def flags(row: Row, coming: Row | None) -> list[Pair]:
    """What a reader must know before using the number."""
    told = []
    if row["value"] is not None and row["obs_status"] == "P":
        told.append(Pair("số sơ bộ", "provisional"))
    if scores.is_judged(row) and scores.is_published(row) and row["met"] is not row["met_as_reported"]:
        vi, en = texts.MET[row["met_as_reported"]]
        told.append(Pair(f"theo số công bố: {vi.lower()}", f"as published: {en.lower()}"))
    if row["is_lower"] and coming is None:
        told.append(Pair("mục tiêu thấp hơn năm trước", "target below that of the year before"))
    return told


def history(row: Row, known: Known) -> dict:
    """A target as the plan sets it, with its own words and their place."""
    printed = known.printed.get((row["plan_id"], row["indicator_id"], row["definition_version"]))
    return {
        "year": row["year"],
        "target": texts.aimed(row),
        "raw": row["raw_text"],
        "where": cited(row),
        "value": texts.exact(row["value"]),
        "status": verdict(row),
        "result": row["result_published"],
        "result_where": cited(printed) if printed and row["result_published"] is not None else None,
        "differs": texts.pair(row, "differs"),
        "previous": texts.aimed(
            {
                "operator": row["previous_operator"],
                "target_value": row["previous_target_value"],
                "raw_text": None,
                "target_kind": None,
            }
        ),
        "is_lower": row["is_lower"],
    }


def cited(row: Row) -> Pair | None:
    """Where a thing is: as an official finds it, else as the machine does."""
    if found := texts.pair(row, "citation"):
        return found
    if row.get("locator"):
        return Pair(in_words(row["locator"], "vi"), row["locator"])
    return None


def detail(row: Row, series: list[Row], known: Known, targets: list[Row]) -> dict:
    """What unfolds below a line."""
    version = row["definition_version"]
    measured = [value for value in series if value["value"] is not None]
    versions = sorted({value["definition_version"] for value in series} | {version})
    cell = (row["indicator_id"], version, row["org_key"], str(row["period_id"]))
    statements = known.evidence.get(cell, [])
    return {
        "definitions": [
            definition(found)
            for found in known.definitions[row["indicator_id"]]
            if found["definition_version"] in versions
        ],
        "chart": chart(measured, version, targets),
        "series": periods(series, versions),
        "versions": len(versions),
        "ranking": ranking(row, known),
        "evidence": [statement(found) for found in statements[:SHOWN]],
        "more_evidence": len(statements) - SHOWN,
    }


def definition(row: Row) -> dict:
    return {
        "version": row["definition_version"],
        "formula": texts.pair(row, "formula"),
        "basis": texts.FORMULAS[row["formula_basis"]],
        "citation": row["citation"],
        "numerator": texts.pair(row, "numerator"),
        "denominator": texts.pair(row, "denominator"),
        "supplier": row["supplier_vi"],
        "is_ratio": row["kind"] == "ratio",
    }


def statement(row: Row) -> dict:
    return {
        "part": Pair("Tử số", "Numerator") if row["part"] == "numerator" else Pair("Mẫu số", "Denominator"),
        "measure": texts.pair(row, "measure"),
        "stated": texts.counted(row["stated"]),
        "raw": row["raw_text"],
        "who": " – ".join(filter(None, (row["reporter_vi"], row["org_vi"]))),
        "period": texts.period(row["stated_period_id"]),
        "source": row["plan_title"] or row["citation"] or row["publisher"],
        "where": cited(row),
        "file": row["file_name"],
        "is_made_up": row["is_made_up"],
    }


def points(rows: list[Row]) -> list[charts.Point]:
    """Of one definition and one kind of period; a period without a value leaves a gap."""
    before = [None, *(row["end_date"] for row in rows[:-1])]
    return [point(row, end) for row, end in zip(rows, before, strict=True)]


def point(row: Row, before: date | None) -> charts.Point:
    return charts.Point(
        is_joined=before is not None and row["start_date"] - before <= timedelta(days=1),
        on=row["end_date"],
        label=texts.tick(row["period_id"]),
        value=float(row["value"]),
        text=texts.short(row["value"]),
        is_break=row["obs_status"] == "B",
        is_open=row["value_status"] == "estimated" or row["obs_status"] in ("P", "E"),
    )


def finest(measured: list[Row]) -> list[Row]:
    """The values of one kind of period: of which there are most, months before quarters before years."""
    kinds = [[row for row in measured if row["period_kind"] == kind] for kind in ("month", "quarter", "year")]
    return max(kinds, key=len)


def sparkline(series: list[Row], row: Row) -> dict:
    drawn = finest(
        [
            value
            for value in series
            if value["value"] is not None and value["definition_version"] == row["definition_version"]
        ]
    )
    target = row.get("target_value")
    return {
        "spark": charts.spark(points(drawn), None if target is None else float(target))
        if len(drawn) > 1
        else None,
        "is_spark_made_up": len(drawn) > 1 and any(value["is_made_up"] for value in drawn),
    }


def chart(measured: list[Row], version: int, targets: list[Row]):
    """The series of each definition, its own first, and each year's target; nothing for a single point."""
    drawn = finest(measured)
    if len(drawn) < 2:
        return None
    versions = sorted(
        {row["definition_version"] for row in drawn}, key=lambda other: (other != version, other)
    )
    runs = [points([row for row in drawn if row["definition_version"] == one]) for one in versions]
    first, last = drawn[0]["start_date"].year, drawn[-1]["end_date"].year
    aims = [
        charts.Aim(
            max(date(target["year"], 1, 1), drawn[0]["end_date"])
            if first == target["year"]
            else date(target["year"], 1, 1),
            date(target["year"], 12, 31),
            float(target["target_value"]),
            f"{target['year']}: {texts.exact(target['target_value'])}",
        )
        for target in targets
        if target["target_value"] is not None and first <= target["year"] <= last + 1
    ]
    labels = dict.fromkeys((row["end_date"], texts.tick(row["period_id"])) for row in drawn)
    every = -(-len(labels) // 8)
    return charts.line(runs, aims, list(labels)[::every])


def periods(series: list[Row], versions: list[int]) -> list[dict]:
    """The table beside the chart: years, quarters, months, the newest of each first."""
    kinds = []
    for kind in ("year", "quarter", "month"):
        found = [row for row in reversed(series) if row["period_kind"] == kind]
        if found:
            kinds.append({"name": texts.KINDS[kind], "rows": [cell(row, versions) for row in found]})
    return kinds


def cell(row: Row, versions: list[int]) -> dict:
    return {
        "period": texts.period(row["period_id"]),
        "value": texts.told(
            row["value"], row["reported_qualifier"] if row["value_status"] != "computed" else None
        ),
        "numerator": texts.counted(row["numerator"]),
        "denominator": texts.counted(row["denominator"]),
        "basis": texts.ORIGINS.get(row["value_status"], texts.BASES[row["value_status"]]),
        "why": None if row["value"] is not None else texts.pair(row, "reason"),
        "is_provisional": row["obs_status"] == "P" and row["value"] is not None,
        "is_break": row["obs_status"] == "B",
        "version": row["definition_version"] if len(versions) > 1 else None,
        "is_made_up": row["is_made_up"],
    }


def ranking(row: Row, known: Known) -> dict | None:
    """The members of a whole, best first, in the newest year in which any has a value, with their months."""
    found = [
        value
        for value in known.members(row["indicator_id"], row["org_key"])
        if value["definition_version"] == row["definition_version"]
    ]
    measured = [value for value in found if value["value"] is not None]
    if not measured:
        return None
    kind = next(
        kind
        for kind in ("year", "quarter", "month")
        if any(value["period_kind"] == kind for value in measured)
    )
    newest = max((value for value in measured if value["period_kind"] == kind), key=itemgetter("end_date"))
    cells = [value for value in found if value["period_id"] == newest["period_id"]]
    level = newest["level"]
    aim = (
        row["target_value"]
        if row["org_level"] == level and str(row["year"]) == newest["period_id"][:4]
        else None
    )
    lowest_first = known.definitions[row["indicator_id"]][0]["higher_is_better"] is False
    best = sorted(
        (value for value in cells if value["value"] is not None),
        key=lambda value: (value["value"] if lowest_first else -value["value"], value["org_vi"]),
    )
    rest = sorted((value for value in cells if value["value"] is None), key=itemgetter("org_vi"))
    most = max([100.0, *(float(value["value"]) for value in best)])
    months = sorted({value["period_id"] for value in found if value["period_kind"] == "month"})[-12:]
    by_month = {
        (value["org_key"], value["period_id"]): texts.short(value["value"])
        for value in measured
        if value["period_kind"] == "month"
    }
    return {
        "level": texts.LEVELS.get(level),
        "period": texts.period(newest["period_id"]),
        "rows": [
            {
                "rank": 1 + sum(_beats(other, value, lowest_first) for other in best)
                if value["value"] is not None
                else None,
                "org": value["org_vi"],
                "value": texts.exact(value["value"]),
                "numerator": texts.counted(value["numerator"]),
                "denominator": texts.counted(value["denominator"]),
                "bar": value["value"] is not None
                and charts.bar(100 * float(value["value"]) / most, aim and 100 * float(aim) / most),
                "why": None if value["value"] is not None else texts.pair(value, "reason"),
            }
            for value in best + rest
        ],
        "aim": texts.exact(aim),
        "months": [texts.tick(month) for month in months] if len(months) > 1 else [],
        "by_month": [
            {"org": value["org_vi"], "cells": [by_month.get((value["org_key"], month)) for month in months]}
            for value in best + rest
        ],
        "is_made_up": newest["is_made_up"],
    }


def _beats(other: Row, value: Row, lowest_first: bool) -> bool:
    return other["value"] < value["value"] if lowest_first else other["value"] > value["value"]


def without_target(scored: list[Row], known: Known) -> list[dict]:
    """Indicators that have values of a whole and no target in any plan."""
    aimed = {row["indicator_id"] for row in scored}
    lines = []
    for indicator_id, values in known.values.items():
        if indicator_id in aimed:
            continue
        orgs = {row["org_key"]: row for row in values if row["level"] in ("province", "group")}
        orgs = orgs or {
            row["org_key"]: row
            for row in values
            if row["parent_org_key"] not in {v["org_key"] for v in values}
        }
        for org_key in orgs:
            series = known.series(indicator_id, org_key)
            measured = [row for row in series if row["value"] is not None]
            row = (measured or series)[-1]
            lines.append(untargeted(row, series, known))
    distinct(lines)
    return lines


def untargeted(row: Row, series: list[Row], known: Known) -> dict:
    row = row | {"target_value": None, "org_level": row["level"], "year": row["end_date"].year}
    code = row["code"].removeprefix("PL01.") if row["code"] else ""
    return {
        "indicator_id": row["indicator_id"],
        "anchor": code or row["indicator_id"],
        "aliases": [],
        "code": code,
        "name": Pair(row["name_vi"], row["name_en"] or row["name_vi"]),
        "level": None,
        "whose": row["org_vi"],
        "is_of_province": True,
        "pillar": (row["pillar_id"], Pair(row["pillar_vi"], row["pillar_en"])),
        "year": row["year"],
        "period": texts.period(row["period_id"]),
        "target": None,
        "value": shown(row | {"target_value": None}),
        "value_words": None,
        "basis": texts.BASES[row["value_status"]] if row["value"] is not None else None,
        "origin": texts.ORIGINS.get(row["value_status"]) if row["value"] is not None else None,
        "gap": None,
        "gap_points": None,
        "met": None,
        "status": {"style": "plain", "words": texts.NO_TARGET},
        "flags": [],
        "next": None,
        **sparkline(series, row),
        "bar": None,
        "is_made_up": row["is_made_up"],
        "numerator": texts.counted(row["numerator"]),
        "denominator": texts.counted(row["denominator"]),
        "exact": texts.told(
            row["value"], row["reported_qualifier"] if row["value_status"] != "computed" else None
        ),
        "reported": texts.told(row["reported_value"], row["reported_qualifier"]),
        "as_reported": None,
        "why": texts.why(row),
        "footnote": None,
        "targets": [],
        **detail(row, series, known, []),
    }


def distinct(lines: list[dict]) -> None:
    """No two lines, and no line and an alias of another, share an anchor."""
    taken: set[str] = set()
    for line in lines:
        anchor, number = line["anchor"], 2
        while line["anchor"] in taken:
            line["anchor"], number = f"{anchor}-{number}", number + 1
        taken.add(line["anchor"])
    for line in lines:
        line["aliases"] = [alias for alias in dict.fromkeys(line["aliases"]) if alias not in taken]
        taken.update(line["aliases"])


def grouped(lines: list[dict]) -> list[dict]:
    pillars: dict = {}
    for line in lines:
        pillars.setdefault(line["pillar"], []).append(line)
    return [
        {"id": key, "name": name, "lines": found, "count": len(found)}
        for (key, name), found in pillars.items()
    ]


def findings(tables: Tables) -> list[dict]:
    rows = tables.rows(FINDINGS)
    had_some = any(row["state"] != "new" for row in rows)
    sources = {row["source_id"]: row for row in tables.rows("from dim_source")}
    return [
        {
            "rule_id": row["rule_id"],
            "severity": row["severity"],
            "indicator_id": row["indicator_id"],
            "title": texts.pair(row, "title"),
            "action": texts.pair(row, "action"),
            "message": message(row, sources),
            "is_new": had_some and row["state"] == "new",
        }
        for row in rows
    ]


def message(row: Row, sources: dict[str, Row]) -> Pair:
    """What was found. A place in an extract names its source by its id; readers know it by its name."""
    vi, en = row["message_vi"], row["message_en"]
    for source_id, source in sources.items():
        vi = vi.replace(f"({source_id}", f"({source['name_vi']}")
        en = en.replace(f"({source_id}", f"({source['name_en']}")
    return Pair(vi, en)


def set_apart(tables: Tables) -> dict[str, list[dict]]:
    """The findings that somebody has accepted, and those of the release before that are gone."""
    accepted = tables.rows(
        "from fct_finding where state = 'accepted' order by accepted_until, rule_id, finding_id"
    )
    resolved = tables.rows("from fct_resolved_finding order by severity, rule_id, finding_id")
    return {
        "accepted": [
            {
                "message": message(row, {}),
                "until": row["accepted_until"],
                "reason": row["accepted_reason"],
            }
            for row in accepted
        ],
        "resolved": [{"message": message(row, {})} for row in resolved],
    }


def by_rule(told: list[dict]) -> list[dict]:
    """Findings of one rule together, the gravest first."""
    groups = []
    for severity, name in texts.SEVERITIES.items():
        of_severity = [row for row in told if row["severity"] == severity]
        rules = [list(same) for _, same in groupby(of_severity, key=itemgetter("rule_id"))]
        if rules:
            groups.append(
                {
                    "severity": severity,
                    "name": name,
                    "count": len(of_severity),
                    "new": sum(row["is_new"] for row in of_severity),
                    "rules": sorted(rules, key=len),
                }
            )
    return groups


def changes(tables: Tables, about: dict) -> dict:
    rows = tables.rows(CHANGES)
    news = tables.rows(
        "select (select count(*) from fct_finding where state = 'new') as new, "
        "(select count(*) from fct_resolved_finding) as resolved"
    )[0]
    return {
        "compared": about.get("compared_release"),
        "count": len(rows),
        "rows": [
            {
                "name": Pair(row["name_vi"], row["name_en"] or row["name_vi"]),
                "code": (row["code"] or "").removeprefix("PL01."),
                "org": row["org_vi"],
                "period": texts.period(row["period_id"]),
                "before": texts.exact(row["value_before"]),
                "after": texts.exact(row["value_after"]),
            }
            for row in rows
        ],
        **news,
    }


def reporting(tables: Tables, about: dict) -> dict:
    """Reports due, received and in time by period and source; who is overdue on the day of the release."""
    rows = tables.rows(REPORTING)
    today = about["built_at"].astimezone(HANOI).date()
    sources = {
        row["source_id"]: Pair(row["source_vi"] or row["source_id"], row["source_en"] or row["source_id"])
        for row in rows
    }
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
            "periods": [texts.tick(row["period_id"]) for row in reversed(same)],
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
        "overdue": sorted(overdue, key=lambda row: (-len(row["periods"]), row["since"])),
        "overdue_reports": len(late),
        "has_due": any(row["expected"] for row in rows),
        "is_made_up": any(row["is_made_up"] for row in rows),
    }


def received(rows: Iterable[Row]) -> dict | None:
    rows = list(rows)
    if not rows:
        return None
    due = [row for row in rows if row["expected"]]
    if not due:
        return {"due": 0, "received": sum(row["received"] for row in rows)}
    came = sum(row["received"] for row in due)
    return {
        "due": len(due),
        "received": came,
        "on_time": sum(row["on_time"] or 0 for row in due),
        "chart": charts.bar(100 * came / len(due), style="good" if came == len(due) else "bad"),
    }


def budgets(marts: Marts, tables: Tables, plans: list[Row]) -> list[dict]:
    """Money of each plan by appendix beside its printed total, by agency, source and class of task."""
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
        priced = rows.filter(pl.col("amount_vnd").is_not_null())
        made.append(
            {
                "title": scores.called(plan),
                "total": texts.billions(int(priced["amount_vnd"].sum())) if priced.height else None,
                "tasks": rows.height,
                "appendices": [appendix(row, printed.get(row["appendix"])) for row in appendices],
                "cuts": [
                    {"name": name, "rows": shares(priced, column, names)}
                    for name, column, names in (
                        (Pair("Theo cơ quan chủ trì", "By leading agency"), "lead_vi", None),
                        (Pair("Theo nguồn kinh phí", "By source of funds"), "funding_code", texts.FUNDING),
                        (Pair("Theo nhóm nhiệm vụ", "By class of task"), "task_class_code", texts.CLASSES),
                    )
                    if priced.height and priced[column].drop_nulls().len()
                ],
            }
        )
    return made


def appendix(row: Row, printed: Row | None) -> dict:
    return {
        "name": texts.APPENDICES.get(row["appendix"], Pair(str(row["appendix"]), str(row["appendix"]))),
        "tasks": texts.counted(row["tasks"]),
        "priced": texts.counted(row["priced"]),
        "amount": texts.billions(row["amount"]) if row["priced"] else None,
        "printed": texts.billions(int(printed["stated"])) if printed else None,
        "agreement": texts.AGREEMENTS[
            printed["agrees"], printed["agrees_exactly"] if printed["agrees"] is not None else None
        ]
        if printed
        else None,
    }


def shares(priced: pl.DataFrame, column: str, names: dict | None) -> list[dict]:
    rows = (
        priced.group_by(column)
        .agg(tasks=pl.len(), amount=pl.col("amount_vnd").sum())
        .sort("amount", column, descending=[True, False], nulls_last=True)
        .to_dicts()
    )
    most = max(row["amount"] for row in rows) or 1
    nobody = Pair("Không ghi cơ quan chủ trì", "No agency given")
    return [
        {
            "name": names[row[column]]
            if names
            else Pair(row[column], row[column])
            if row[column]
            else nobody,
            "tasks": texts.counted(row["tasks"]),
            "amount": texts.billions(row["amount"]),
            "bar": charts.bar(100 * row["amount"] / most),
        }
        for row in rows
    ]


def files(tables: Tables) -> list[dict]:
    return [
        {
            "name": row["file_name"],
            "source": Pair(
                row["plan_title"] or row["source_vi"] or row["source_id"],
                row["plan_title"] or row["source_en"] or row["source_id"],
            ),
            "publisher": row["publisher"],
            "citation": row["citation"],
            "period": row["period_id"] and texts.period(row["period_id"]),
            "received_at": row["received_at"],
            "sha256": row["extract_id"],
            "withdrawn_at": row["withdrawn_at"],
            "withdrawn_reason": row["withdrawn_reason"],
            "is_made_up": row["is_made_up"],
        }
        for row in tables.rows(FILES)
    ]


def candidates(tables: Tables, plans: list[Row]) -> list[dict]:
    """What a plan aims at and the registry of indicators does not know."""
    rows = tables.rows("from rpt_candidate order by plan_id, line, candidate_id")
    return [
        {
            "title": scores.called(plan),
            "rows": [
                {
                    "code": row["code"],
                    "name": row["name"],
                    "year": row["year"],
                    "target": row["target_raw"],
                    "result": row["result_raw"],
                    "lead": row["lead_raw"],
                }
                for row in rows
                if row["plan_id"] == plan["plan_id"]
            ],
        }
        for plan in plans
        if any(row["plan_id"] == plan["plan_id"] for row in rows)
    ]
