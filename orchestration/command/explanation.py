"""How one value came about, from the published tables alone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from expectations.messages import in_words
from expectations.numbers import rounded
from ingest.clock import HANOI
from ingest.errors import Refused
from orchestration import texts
from orchestration.command import lookup
from orchestration.publication.scores import is_judged, otherwise, provisional
from orchestration.publication.vietnamese import BOUNDS, month, sentence
from orchestration.state import current
from orchestration.texts import MET, own, text, words

# Reasons that say which input is missing.
MISSING = {"numerator_missing", "denominator_missing", "both_inputs_missing"}
SHOWN = 12  # numbers behind an input that are shown one by one; more are shown file by file


def explain(indicator: str, period: str | None, org: str | None, as_of: date | None) -> Iterator[str]:
    """Lines to read aloud, one block for each definition of the indicator that has something to say.

    `indicator` is an id, or the id or code of a target (`IV.3`, `II.2.7a`): then it is the value that the
    scorecard holds against that target. `as_of` is a day in Việt Nam, to its end; findings are those of the
    current release and go with values that still stand. Raises Refused when the indicator, the period or the
    organisation is not known.
    """
    known_at = datetime.combine(as_of or date.max - timedelta(days=1), time.max, HANOI)
    asked_org = lookup.organisation(org) if org else None
    target = lookup.target(indicator, period, asked_org)
    org_key = asked_org or (target["org_key"] if target else None)
    definitions = _definitions(target["indicator_id"] if target else lookup.indicator(indicator))
    values = _values(definitions[0]["indicator_id"], known_at, org_key)
    if target:
        values = [v for v in values if v["definition_version"] == target["definition_version"]]
    if not values:
        whom = _name(org_key) or "the province"
        raise Refused(f"{indicator}: nothing was known of it for {whom} by {as_of or 'today'}")
    periods = list(dict.fromkeys(v["period_id"] for v in values))
    if period and period not in periods:
        raise Refused(f"{indicator}: there is no period {period}; known periods are {', '.join(periods)}")
    of_target = str(target["year"]) if target else None
    asked = period or (of_target if of_target in periods else _latest(values))
    by_version = {d["definition_version"]: d for d in definitions}
    for value in sorted(
        (v for v in values if v["period_id"] == asked), key=lambda v: (v["definition_version"], v["org_key"])
    ):
        about = by_version[value["definition_version"]]
        code = target["target_id"].split("/")[1] if target else about["code"]
        if as_of:
            yield text("explain.as_of", day=as_of)
        yield from _value(about, code, value, _before(value, values), known_at)
        yield ""


def _name(org: str | None) -> str | None:
    """What somebody calls the organisation of an org_id or org_key."""
    rows = current.rows("select name_vi from marts.dim_org where $1 in (org_id, org_key)", org)
    return rows[-1]["name_vi"] if rows else org


def _definitions(indicator_id: str) -> list[dict]:
    return current.rows(
        """select i.*, n.name_vi as numerator_vi, n.name_en as numerator_en,
                  d.name_vi as denominator_vi, d.name_en as denominator_en
           from marts.dim_indicator i
           left join marts.dim_measure n on n.measure_id = i.numerator_measure
           left join marts.dim_measure d on d.measure_id = i.denominator_measure
           where i.indicator_id = $1
           order by i.definition_version""",
        indicator_id,
    )


def _values(indicator_id: str, known_at: datetime, org: str | None) -> list[dict]:
    return current.rows(
        """select v.*, o.name_vi as org_vi, o.level, p.kind as period_kind, p.end_date, exists (
               from marts.fct_indicator_value n
               where n.indicator_id = v.indicator_id and n.definition_version = v.definition_version
                 and n.org_key = v.org_key and n.period_id = v.period_id and n.known_from = v.known_from
                 and n.known_to is null) as is_standing
           from marts.values_as_of($2) v join marts.dim_org o using (org_key)
           join marts.dim_period p using (period_id)
           where v.indicator_id = $1
             and ($3 is null and o.level in ('province', 'group') and not ends_with(o.org_key, $4)
                  or o.org_id = $3 or o.org_key = $3)
           order by p.end_date, p.start_date desc""",
        indicator_id,
        known_at,
        org,
        lookup.OF_PLAN,
    )


def _latest(values: list[dict]) -> str:
    """The period that ends last, the longest of those that end with it."""
    computable = [v["period_id"] for v in values if v["value_status"] != "not_computable"]
    return (computable or [v["period_id"] for v in values])[-1]


def _before(value: dict, values: list[dict]) -> dict | None:
    """What was known of the same thing in the last period of the same kind before."""
    same = ("definition_version", "org_key", "period_kind")
    earlier = [
        v
        for v in values
        if all(v[name] == value[name] for name in same)
        and v["end_date"] < value["end_date"]
        and v["value"] is not None
    ]
    return earlier[-1] if earlier else None


def _value(
    about: dict, code: str | None, value: dict, before: dict | None, known_at: datetime
) -> Iterator[str]:
    """What a person reads; then, for whoever looks it up, where each thing is kept."""
    places: list[str] = []
    scores = _scores(value, known_at)
    target = scores[0]["target_value"] if scores else None
    yield " · ".join(filter(None, (code and code.removeprefix("PL01."), own(about, "name"))))
    yield f"  {text('explain.whose', org=value['org_vi'], period_id=value['period_id'])}"
    if about["formula_vi"]:
        basis = words("formula_basis")[about["formula_basis"]]
        yield f"  {text('explain.formula', formula=own(about, 'formula'), basis=basis)}"
    bound = value.get("reported_qualifier")  # older releases do not say
    is_computed = value["value_status"] == "computed"
    if value["value"] is None and about["kind"] == "ratio":
        yield f"  {text('explain.no_value')}"
    elif value["value"] is not None:
        yield "  " + text(
            "explain.value",
            value=_percent(value["value"], None if is_computed else bound, target),
            status=words("value_status")[value["value_status"]],
            remark=words("obs_status").get(value["obs_status"]) if is_computed else None,
        )
    if before and value["value"] is not None and (apart := otherwise(value, before)):
        name = f"explain.not_comparable_{apart['kind']}"
        yield f"  {text(name, before=before['period_id'], of=apart['of'])}"
    if value["missing_periods"]:
        months = ", ".join(map(_month, value["missing_periods"]))
        yield f"  {text('explain.missing_months', months=months)}"
    if value["reported_value"] is not None:
        reported = _percent(value["reported_value"], bound, target)
        place = _reported_at(value, reported, places)
        yield f"  {text('explain.reported', value=reported, place=place)}"
    if value["reason"]:
        (label,) = current.rows("select * from marts.dim_reason where reason = $1", value["reason"])
        why = _unchecked(value["reason"], own(label, "reason"), value["reported_value"] is not None)
        yield f"  {why}"
        yield from (f"  {text('explain.merged_note', **note)}" for note in _merged_notes(value))
    if value["missing_reporters"]:
        yield f"  {text('explain.missing_reporters', names=value['missing_reporters'])}"
    if about["kind"] == "ratio":
        yield from _input("numerator", about, value, value["period_id"], places)
        yield from _input("denominator", about, value, value["denominator_period_id"], places)
        before_id = value["denominator_period_id"]
        if before_id not in (None, value["period_id"]):
            yield f"    {text('explain.of_before', before=before_id, period_id=value['period_id'])}"
    elif value["is_standing"]:
        yield from _published(value, places)
    for row in scores:
        yield "  " + text("explain.target", year=row["year"], target=row["raw_text"], verdict=_verdict(row))
    found = _findings(value) if value["is_standing"] else []
    if found:
        yield f"  {text('explain.findings')}"
    yield from (f"  - {own(row, 'message')}" for row in found)
    yield f"  {text('explain.places')}"
    yield "    " + text(
        "explain.ids",
        indicator_id=about["indicator_id"],
        version=about["definition_version"],
        period_id=value["period_id"],
        reason=value["reason"],
        value=value["value"] if is_computed else None,
    )
    yield from (f"    {place}" for place in dict.fromkeys(places))
    for row in found:
        ids = {name: row.get(name) for name in ("rule_id", "finding_id", "matter_id")}  # so in older releases
        yield f"    {text('explain.finding', severity=words('severities')[row['severity']], **ids)}"


def _merged_notes(value: dict) -> Iterator[dict]:
    """The notes of a plan that hold for an indicator and stand beside the row above it, in a merged cell."""
    for row in current.rows(
        """select distinct r.*, t.line as of_line
           from marts.plan_remark r join marts.fct_indicator_target t using (plan_id)
           where r.kind = 'merged_note' and t.indicator_id = $1 and t.definition_version = $2
             and t.org_key = $3 and t.year::varchar = $4 order by plan_id, r.line""",
        value["indicator_id"],
        value["definition_version"],
        value["org_key"],
        value["period_id"],
    ):
        if row["line"] < row["of_line"] <= (row.get("line_to") or 0):  # older releases do not say
            yield {"note": row["raw_text"], "place": _place(row)}


def _unchecked(reason: str, reason_in_words: str, is_published: bool) -> str:
    """Why a published ratio could not be checked, and that it stands in; why there is no number at all."""
    kind = "unchecked" if is_published else "uncomputed"
    why = text(f"explain.{kind}{'' if reason in MISSING else '_otherwise'}", reason=reason_in_words)
    return sentence(text("explain.stands_in", why=why) if is_published else why) or ""


def _verdict(row: dict) -> str:
    if row.get("period_kind", "year") != "year":  # older releases judge years alone
        return text("explain.not_of_the_year", reached=words("reached")[MET[row["reached"]]])
    if not is_judged(row):
        return words("verdicts")["none"].lower()
    if row["target_kind"] == "milestone":
        done = words("milestones")[MET[row["met"]]]
        return text("explain.milestone", done=done, basis=words("basis")["milestone"])
    verdict, as_reported = (words("verdicts")[MET[row[name]]].lower() for name in ("met", "met_as_reported"))
    if row["value"] is None:
        return verdict
    return text(
        "explain.verdict",
        verdict=verdict,
        provisional=provisional(row, texts.language),
        as_reported=as_reported if row["reported_value"] is not None else None,
    )


def _input(part: str, about: dict, value: dict, period_id: str | None, places: list[str]) -> Iterator[str]:
    """The number, who states it and in which words; adds to `places` where that is kept."""
    role, name, number = text(f"explain.{part}"), own(about, part), value[part]
    if number is None:
        yield f"  {text('explain.no_input', role=role, name=name or text('explain.undefined'))}"
        return
    yield f"  {text('explain.input', role=role, name=name, value=number)}"
    behind = _behind(
        value.get(f"{part}_observation_ids"),
        *(about[f"{part}_measure"], value["org_key"], period_id, value["known_from"]),
    )
    for _, numbers in groupby(behind, key=lambda row: row["extract_id"]):
        rows = list(numbers)
        first = rows[0]
        yield f"    {text('explain.source', source=_source(first['publisher'], first['title']))}"
        file = _file(first)
        if len(behind) > SHOWN and len(rows) > 1:
            total = sum(row["value"] for row in rows)
            many = {"count": len(rows), "period_id": first["period_id"], "total": total}
            yield f"    {text('explain.many', **many)}"
            places.append(file)
        else:
            for row in rows:
                about = {"where": _place(row), "raw_text": row["raw_text"], "as_of": _as_of(row)}
                yield f"    {text('explain.number', **about)}"
            places += [_kept(row["raw_text"], row["locator"], file) for row in rows]
        for row in rows:
            if row["correction_id"]:
                yield "    " + text(
                    "explain.corrected",
                    stated=row["stated_value"],
                    value=row["value"],
                    status=words("correction_status")[row["correction_status"]],
                    reason=row["correction_reason"],
                )


def _as_of(row: dict) -> str | None:
    """The day that the source states for a stock, or that a plan states none; older releases do not say."""
    if row.get("stated_as_of"):
        return text("explain.as_of_day", day=row["stated_as_of"])
    is_open = "stated_as_of" in row and row["plan_id"] and row["over_time"] == "last"
    return text("explain.as_of_unstated") if is_open else None


def _source(publisher: str, title: str | None) -> str:
    """Who published a number, and in what where that is known."""
    if not title or title.startswith(publisher):
        return title or publisher
    return f"{publisher}, {title}"


def _kept(raw_text: str, locator: str, file: str) -> str:
    return text("explain.place", raw_text=raw_text, where=in_words(locator, texts.language), file=file)


def _behind(listed: list[str] | None, *used: object) -> list[dict]:
    """The rows of the ledger that make up an input: those `listed` with its value by a release of contract 1,
    else those of the measure, organisation, period and moment in `used`.
    """
    which = """o.observation_key in (
        select b.observation_key from marts.bridge_value_evidence b
        where b.measure_id = $1 and b.org_key = $2 and b.period_id = $3
          and b.known_from <= $4 and (b.known_to is null or b.known_to > $4))"""
    if listed is not None:
        which, used = "list_contains($1, o.observation_id)", (listed,)
    return current.rows(
        f"""select o.*, e.file_name, coalesce(e.publisher, s.publisher, s.name_vi) as publisher,
               coalesce(p.title, e.citation) as title,
               m.over_time, c.reason as correction_reason, c.status as correction_status
           from marts.fct_observation o
           left join marts.dim_measure m using (measure_id)
           left join marts.dim_extract e using (extract_id)
           left join marts.dim_source s on s.source_id = o.source_id
           left join marts.dim_plan p on p.plan_id = o.plan_id
           left join marts.dim_correction c using (correction_id)
           where {which} order by o.period_id, o.extract_id, o.locator""",
        *used,
    )


def _reported_at(value: dict, reported: str, places: list[str]) -> str:
    """Where a published ratio stands, as an official finds it; adds to `places` where that is kept.

    Outside of plans a value does not say from which file it is: one is named where it can be no other.
    """
    figures = current.rows(
        """select f.citation_vi, f.citation_en, f.raw_text, f.locator, e.extract_id, e.file_name, e.source_id
           from marts.plan_figure f join marts.dim_extract e using (extract_id)
           where f.plan_id = $1 and f.locator = $2""",
        value["plan_id"],
        value["locator"],
    )
    if figures:
        places.append(_kept(figures[0]["raw_text"], value["locator"], _file(figures[0])))
        return _place(figures[0])
    files = current.rows(
        """select e.*, coalesce(e.publisher, s.publisher, s.name_vi) as published_by, s.name_vi as source_vi
           from marts.dim_extract e join marts.dim_source s using (source_id)
           where source_id = $1 and period_id = $2 and received_at <= $3""",
        value["source_id"],
        value["period_id"],
        value["known_from"],
    )
    file = _file(files[0]) if len(files) == 1 else text("explain.of_source", source_id=value["source_id"])
    places.append(_kept(reported, value["locator"], file))
    where = in_words(value["locator"], texts.language)
    return f"{_source(files[0]['published_by'], files[0]['citation'])}, {where}" if len(files) == 1 else where


def _file(extract: dict) -> str:
    about = {"file": extract["file_name"], "source_id": extract["source_id"]}
    return text("explain.file", **about, sha256=extract["extract_id"][:64])


def _published(value: dict, places: list[str]) -> Iterator[str]:
    """What the document says of an indicator that is no ratio."""
    for row in current.rows(
        """select a.*, e.file_name, e.source_id
           from marts.rpt_appendix_01 a join marts.dim_plan d using (plan_id)
           join marts.dim_extract e on e.extract_id = a.extract_id
           where indicator_id = $1 and definition_version = $2 and d.org_key = $3
             and d.result_year::varchar = $4 and result_published is not null order by plan_id, line""",
        value["indicator_id"],
        value["definition_version"],
        value["org_key"],
        value["period_id"],
    ):
        about = {"result": row["result_published"], "place": _place(row), "footnote": row["footnote"]}
        yield f"  {text('explain.published', **about)}"
        places.append(_kept(row["result_published"], row["locator"], _file(row)))


def _place(row: dict) -> str:
    """As an official finds it; older releases do not cite."""
    return own(row, "citation") or in_words(row["locator"], texts.language)


def _scores(value: dict, known_at: datetime) -> list[dict]:
    return current.rows(
        """select * from marts.scorecard_as_of($5)
           where indicator_id = $1 and definition_version = $2 and org_key = $3 and period_id = $4
           order by target_id""",
        value["indicator_id"],
        value["definition_version"],
        value["org_key"],
        value["period_id"],
        known_at,
    )


def _findings(value: dict) -> list[dict]:
    """Those of the organisation itself, the gravest first; older releases do not say whose they are."""
    found = current.rows(
        """select * from marts.fct_finding where indicator_id = $1
           order by severity = 'info', rule_id, subject_key""",
        value["indicator_id"],
    )
    return [row for row in found if row.get("org_key") in (None, value["org_key"]) and _is_of(row, value)]


def _is_of(found: dict, value: dict) -> bool:
    """Whether a finding, which may be of a span of periods of one kind, is about the period of a value."""
    first, period_id = found["period_id"], value["period_id"]
    last = found.get("period_to") or first  # older releases know no spans
    return first is not None and len(first) == len(period_id) and first <= period_id <= last


def _percent(number: Decimal, bound: str | None, target: Decimal | None) -> str:
    """As plans print it; `> 20%` of what is only said to be more than that."""
    sign = f"{BOUNDS[bound]}\N{NO-BREAK SPACE}" if bound else ""
    return sign + texts.number(rounded(number, target)) + "%"


def _month(period_id: str) -> str:
    """`3/2024`."""
    return month(period_id) if texts.language == "vi" else period_id
