"""Each indicator: its line, what unfolds below it, and how many targets of a plan are met."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from orchestration.publication import scores
from orchestration.publication.page import charts, texts
from orchestration.publication.page.tables import Row, Tables
from orchestration.publication.page.texts import Pair
from orchestration.publication.vietnamese import short, signed

SHOWN = 12  # statements behind a value; the rest are in the table of evidence
GAPS = 5

VALUES = """
    select
        v.*,
        i.numerator_measure,
        i.denominator_measure,
        p.kind as period_kind,
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
# The statements behind the values of wholes. Of a source that copies from others its file says from whom.
EVIDENCE = """
    select
        e.*,
        w.name_vi as reporter_vi,
        x.citation,
        p.title as plan_title,
        p.plan_id is not null and m.over_time = 'last' as is_stock_of_plan
    from main.evidence as e
    left join fct_observation as s using (observation_id)
    left join dim_measure as m on e.measure_id = m.measure_id
    left join org_names as w
        on s.reporter_org_id = w.org_id
    left join dim_extract as x on e.extract_id = x.extract_id
    left join dim_plan as p on s.plan_id = p.plan_id
    where e.org_level in ('province', 'group') or e.org_key in (select org_key from dim_plan)
    order by e.part desc, e.counted_org_key, e.counted_period_id, e.observation_id
"""
DEFINITIONS = """
    select i.*, n.name_vi as numerator_vi, n.name_en as numerator_en, d.name_vi as denominator_vi,
        d.name_en as denominator_en, o.name_vi as supplier_vi
    from dim_indicator as i
    left join dim_measure as n on i.numerator_measure = n.measure_id
    left join dim_measure as d on i.denominator_measure = d.measure_id
    left join org_names as o
        on i.supplier_org_id = o.org_id
    order by i.indicator_id, i.definition_version
"""


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
    years = sorted({row["year"] for row in rows if has_result(row)}, reverse=True)
    for row in rows:
        row["pillar_id"] = known.definitions[row["indicator_id"]][0]["pillar_id"]
        row["is_to_come"] = row["year"] not in years
    order = {key: number for number, key in enumerate(dict.fromkeys(map(whole, rows)))}
    lines = [
        line(plan, sorted(same, key=itemgetter("year")), known, prefix)
        for _, same in groupby(sorted(rows, key=lambda row: order[whole(row)]), key=whole)
    ]
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
    line_of = {(line["indicator_id"], line["org_key"]): line for line in lines}
    held = [
        {"line": line_of[row["indicator_id"], row["org_key"]], "name": texts.name(row), "value": shown(row)}
        | {"provisional": provisional_value(row)}
        | against_target(row)
        for row in rows
    ]
    gaps = sorted(
        (each for each in held if each["met"] is False and each["gap"]),
        key=lambda each: -abs(each["gap_points"]),
    )
    ratios = [row for row in rows if row["kind"] == "ratio"]
    origins = Counter(row["value_status"] for row in ratios)
    return {
        "year": year,
        "total": tally(rows),
        "pillars": [
            {"name": Pair(found[0]["pillar_vi"], found[0]["pillar_en"]), "id": pillar, **tally(found)}
            for pillar, found in by_pillar.items()
        ],
        "gaps": gaps[:GAPS],
        "ratios": recomputed(origins) if ratios else None,
        "differs": [each for each in held if each["as_reported"]],
        "provisional": provisional([row for row in rows if scores.is_provisional(row)]),
        "is_made_up": any(row["is_made_up"] and row["value"] is not None for row in rows),
    }


def provisional(rows: list[Row]) -> Pair | None:
    """How many results of a year may yet change and, where that is the same of all, until when they are."""
    known = {texts.known_until(row) for row in rows}
    alike = known.pop() if len(known) == 1 else None
    return texts.phrase("page.provisional_count", count=len(rows), known=alike) if rows else None


def recomputed(origins: Counter) -> Pair:
    """How many ratios were computed, and what is shown of the others; by where their values come from."""
    return texts.phrase(
        "page.recomputed",
        ratios=origins.total(),
        computed=origins["computed"],
        **{status: origins[status] or None for status in ("reported", "estimated", "not_computable")},
    )


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
    code = scores.number(row)
    return common(row, known.series(row["indicator_id"], row["org_key"]), known, rows) | {
        "anchor": prefix + code,
        "aliases": [prefix + scores.number(other) for other in rows if other is not row],
        "org_key": row["org_key"],
        "level": None if row["org_level"] == "province" else texts.LEVELS.get(row["org_level"]),
        "whose": None,
        "period": None,
        "value_words": result_of(row)
        if row["value"] is None and row["value_status"] == "milestone" and row["result_published"]
        else None,
        "status": verdict(row),
        "flags": flags(row, coming),
        "next": coming
        and {
            "year": coming["year"],
            "target": texts.aimed(coming),
            "differs": differs(coming) or coming["definition_version"] != row["definition_version"],
            "is_lower": coming["is_lower"],
        },
        "reported": texts.exactly(row["reported_value"], row["reported_qualifier"])
        or row["result_published"],
        "footnote": row["footnote"] if row["kind"] != "ratio" else None,
        **against_target(row),
    }


def against_target(row: Row) -> dict:
    """A value held against the target of its own year."""
    value, target, gap = row["value"], row["target_value"], row["gap_points"]
    judged = scores.is_judged(row)
    return {
        "code": scores.number(row),
        "target": texts.aimed(row),
        "gap": signed(gap) if gap is not None and value is not None else None,
        "gap_points": gap,
        "met": row["met"] if judged else None,
        "bar": charts.bar(float(value), float(target), texts.STYLES[row["met"]])
        if value is not None and target is not None
        else None,
        "as_reported": texts.VERDICTS[row["met_as_reported"]]
        if judged and scores.is_published(row) and row["met"] is not row["met_as_reported"]
        else None,
    }


def untargeted(row: Row, series: list[Row], known: Known) -> dict:
    """One indicator of one whole that no plan sets a target for: its newest value."""
    code = row["code"].removeprefix("PL01.") if row["code"] else ""
    row = row | {"target_value": None, "org_level": row["level"], "year": row["end_date"].year}
    without = dict.fromkeys(("level", "target", "value_words", "gap", "gap_points", "met", "next", "bar"))
    return common(row, series, known, []) | {
        "anchor": code or row["indicator_id"],
        "aliases": [],
        "code": code,
        "whose": row["org_vi"],
        "period": texts.period(row["period_id"]),
        "status": {"style": "plain", "words": texts.phrase("page.no_target")},
        "flags": [],
        "reported": texts.exactly(row["reported_value"], row["reported_qualifier"]),
        **without,
        **dict.fromkeys(("as_reported", "footnote")),
    }


def common(row: Row, series: list[Row], known: Known, targets: list[Row]) -> dict:
    """What a line tells of a value, whether it has a target or not."""
    has_value = row["value"] is not None
    return {
        "indicator_id": row["indicator_id"],
        "name": texts.name(row),
        "pillar": (row["pillar_id"], Pair(row["pillar_vi"], row["pillar_en"])),
        "year": row["year"],
        "value": shown(row),
        "exact": texts.exactly(row["value"], bound_of(row)),
        "basis": texts.BASES[row["value_status"]] if has_value else None,
        "origin": texts.ORIGINS.get(row["value_status"]) if has_value else None,
        "numerator": texts.counted(row["numerator"]),
        "denominator": texts.counted(row["denominator"]),
        "why": texts.why(row),
        "is_made_up": bool(row["is_made_up"]) and (has_value or row["numerator"] is not None),
        "targets": [history(target, known) for target in targets],
        **sparkline(series, row),
        **detail(row, series, known, targets),
    }


def result_of(row: Row) -> Pair:
    """What the plan reports of a milestone, in its words; in English whether it is done, where it says so."""
    vi = row["result_published"]
    return Pair(vi, vi if row["met"] is None else texts.DONE[row["met"]].en)


def shown(row: Row) -> str | None:
    """The value as lines and tables have it; of one that is only bounded, its bound."""
    if (bound := bound_of(row)) and row["value"] is not None:
        return texts.exactly(row["value"], bound)
    return texts.rounded(row["value"], row.get("target_value"))


def bound_of(row: Row) -> str | None:
    return None if row["value_status"] == "computed" else row["reported_qualifier"]


def verdict(row: Row) -> dict:
    if not scores.is_judged(row):
        return {"style": "plain", "words": texts.NO_THRESHOLD}
    if row["is_to_come"]:
        return {"style": "plain", "words": texts.phrase("page.to_come", year=row["year"])}
    words = texts.DONE if row["target_kind"] == "milestone" and row["met"] is not None else texts.VERDICTS
    decided = words[row["met"]]
    if scores.is_provisional(row):
        decided = texts.phrase("page.provisional_verdict", verdict=decided)
    return {"style": texts.STYLES[row["met"]], "words": decided}


def flags(row: Row, coming: Row | None) -> list[Pair]:
    """What a reader must know before using the number."""
    listed = []
    if uncertain := provisional_value(row):
        listed.append(uncertain)
    if scores.is_judged(row) and scores.is_published(row) and row["met"] is not row["met_as_reported"]:
        vi, en = texts.VERDICTS[row["met_as_reported"]]
        listed.append(texts.phrase("page.as_published", verdict=Pair(vi.lower(), en.lower())))
    if row["is_lower"] and not differs(row) and coming is None:
        listed.append(texts.phrase("page.lower_target"))
    return listed


def provisional_value(row: Row) -> Pair | None:
    """That a value may yet change, and up to when it is known."""
    if not scores.is_provisional(row):
        return None
    return texts.phrase("page.provisional_value", known=texts.known_until(row))


def differs(row: Row) -> bool:
    """Whether the target before is for something else, so that the two are not to be compared."""
    return row["differs_vi"] is not None


def history(row: Row, known: Known) -> dict:
    """A target as the plan sets it, with its own words and their place."""
    printed = known.printed.get((row["plan_id"], row["indicator_id"], row["definition_version"]))
    return {
        "year": row["year"],
        "target": texts.aimed(row),
        "where": texts.cited(row),
        "status": verdict(row),
        "result": row["result_published"],
        "result_where": texts.cited(printed) if printed and row["result_published"] is not None else None,
        "differs": texts.pair(row, "differs"),
        "previous": texts.aimed(
            {
                "operator": row["previous_operator"],
                "target_value": row["previous_target_value"],
                "raw_text": None,
                "target_kind": None,
            }
        ),
        "is_lower": row["is_lower"] and not differs(row),
    }


def detail(row: Row, series: list[Row], known: Known, targets: list[Row]) -> dict:
    """What unfolds below a line."""
    version = row["definition_version"]
    measured = [value for value in series if value["value"] is not None]
    versions = sorted({value["definition_version"] for value in series} | {version})
    cell = (row["indicator_id"], version, row["org_key"], str(row["period_id"]))
    statements = known.evidence.get(cell, [])
    return {
        "definitions": [
            found
            for found in known.definitions[row["indicator_id"]]
            if found["definition_version"] in versions
        ],
        "chart": chart(measured, version, targets),
        "series": periods(series, versions),
        "versions": len(versions),
        "rankings": rankings(row, known),
        "evidence": [found | {"as_of": as_of(found)} for found in statements[:SHOWN]],
        "more_evidence": len(statements) - SHOWN,
    }


def as_of(row: Row) -> Pair | None:
    """The day that the source states for a stock, or that a plan states none."""
    if row["stated_as_of"]:
        return texts.phrase("explain.as_of_day", day=row["stated_as_of"])
    return texts.phrase("explain.as_of_unstated") if row["is_stock_of_plan"] else None


def points(rows: list[Row]) -> list[charts.Point]:
    """Of one definition and one kind of period; a period without a value leaves a gap."""
    return [point(row, before) for row, before in zip(rows, [None, *rows[:-1]], strict=True)]


def point(row: Row, before: Row | None) -> charts.Point:
    return charts.Point(
        is_joined=before is not None and row["start_date"] - before["end_date"] <= timedelta(days=1),
        on=row["end_date"],
        label=texts.tick(row["period_id"]),
        value=float(row["value"]),
        text=short(row["value"]),
        is_break=is_break(row) or (before is not None and bool(before["is_measured_otherwise"])),
        is_open=row["value_status"] == "estimated" or row["obs_status"] in ("P", "E"),
    )


def is_break(row: Row) -> bool:
    """Whether it was counted otherwise than its neighbours: a break in the series, or another definition."""
    return row["obs_status"] == "B" or bool(row["is_measured_otherwise"])


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
    if len(drawn) < 2:
        return {"spark": None, "spark_span": None, "is_spark_made_up": False}
    first, last = (texts.tick(value["period_id"]) for value in (drawn[0], drawn[-1]))
    return {
        "spark": charts.spark(points(drawn), aims([row], drawn)),
        "spark_span": f"{first}–{last}",
        "is_spark_made_up": any(value["is_made_up"] for value in drawn),
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
    ends = {row["end_date"]: texts.tick(row["period_id"]) for row in drawn}
    if drawn[0]["period_kind"] == "year":  # the target of a year to come stands alone
        ends |= {date(row["year"], 12, 31): str(row["year"]) for row in targets if aims([row], drawn)}
    labels = sorted(ends.items())
    every = -(-len(labels) // 8)
    return charts.line(runs, aims(targets, drawn), labels[::every])


def aims(targets: list[Row], drawn: list[Row]) -> list[charts.Aim]:
    """Each year's target over the time of which something is drawn: the year, or around its point."""
    first, last = drawn[0]["end_date"], drawn[-1]["end_date"]
    found = []
    for target in targets:
        if target["target_value"] is None or not first.year <= target["year"] <= last.year + 1:
            continue
        begin, end = date(target["year"], 1, 1), date(target["year"], 12, 31)
        if drawn[0]["period_kind"] == "year":
            begin, end = end - timedelta(days=120), end + timedelta(days=120)
        elif target["year"] == first.year:
            begin = first
        text = f"{target['year']}: {texts.rounded(target['target_value'])}"
        found.append(charts.Aim(begin, end, float(target["target_value"]), text))
    return found


def periods(series: list[Row], versions: list[int]) -> list[dict]:
    """The table beside the chart: years, quarters, months, the newest of each first."""
    kinds = []
    for kind in ("year", "quarter", "month"):
        found = [row for row in reversed(series) if row["period_kind"] == kind]
        if found:
            kinds.append({"name": texts.KINDS[kind], "rows": [cell(row, versions) for row in found]})
    return kinds


def cell(row: Row, versions: list[int]) -> dict:
    return row | {
        "value": shown(row),
        "basis": texts.ORIGINS.get(row["value_status"], texts.BASES[row["value_status"]]),
        "why": None if row["value"] is not None else texts.pair(row, "reason"),
        "is_provisional": scores.is_provisional(row),
        "is_break": is_break(row),
        "version": row["definition_version"] if len(versions) > 1 else None,
    }


def rankings(row: Row, known: Known) -> list[dict]:
    """The members of a whole, those of each level for themselves."""
    members: dict[str, list[Row]] = defaultdict(list)
    for value in known.members(row["indicator_id"], row["org_key"]):
        if value["definition_version"] == row["definition_version"]:
            members[value["level"]].append(value)
    found = (ranking(row, members[level], known) for level in texts.LEVELS if level in members)
    return [each for each in found if each]


def ranking(row: Row, found: list[Row], known: Known) -> dict | None:
    """Members of one level, best first, in the newest year in which any has a value, with their months."""
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
        (value["org_key"], value["period_id"]): texts.rounded(value["value"])
        for value in measured
        if value["period_kind"] == "month"
    }
    return {
        "level": texts.LEVELS.get(level),
        "period": texts.period(newest["period_id"]),
        "rows": [
            value
            | {
                "rank": 1 + sum(_beats(other, value, lowest_first) for other in best)
                if value["value"] is not None
                else None,
                "bar": value["value"] is not None
                and charts.bar(100 * float(value["value"]) / most, aim and 100 * float(aim) / most),
            }
            for value in best + rest
        ],
        "aim": texts.rounded(aim),
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
    return lines


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
