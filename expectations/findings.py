"""Verdicts as the two tables that dbt publishes: every expectation that ran, and every finding in words.

Rules are the rows of the registry's `rules` table: rule_id, severity, title_vi, title_en, message_vi,
message_en, why, action_vi, action_en, expected, actual, series (the last three may be null).
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from expectations.messages import cited, fields, filled
from expectations.verdict import POSITION, Verdict

SEVERITIES = ("error", "warning", "info")
TEMPLATES = {"message_vi": "vi", "message_en": "en", "expected": "en", "actual": "en"}
# What a finding takes over from the row that breaks a rule, where the row has it.
TAKEN = (
    *("plan_id", "source_id", "org_key", "reporter_org_id", "indicator_id", "period_id"),
    *("locator", "citation_vi", "citation_en", "is_made_up"),
)
ADDRESS = re.compile(r"[\w-]+\.[\w.-]+\b")  # of a publication in the internet; it has no capital
YEAR = 4  # letters of the id of a period that is a year
# What a template may use beside the columns of its row.
ALWAYS = {"table", "subject_key", "not_finite", "where", "places", "titles", "together"}

TYPES = {
    **dict.fromkeys(("checked_rows", "failed_rows"), pl.Int64),
    "seconds": pl.Float64,
    "judged_at": pl.Datetime("us", "UTC"),
    "is_made_up": pl.Boolean,
    "accepted_until": pl.Date,
}  # every other column is a text


def columns(names: str) -> dict:
    return {name: TYPES.get(name, pl.String) for name in names.split()}


RESULTS = columns("""
    check_id release_id suite table_name column_name rule_id outcome severity checked_rows failed_rows
    seconds detail judged_at kept_from_release
""")
FINDINGS = columns("""
    finding_id rule_id severity subject_table subject_key plan_id source_id org_key reporter_org_id
    indicator_id period_id period_to message_vi message_en expected actual locator citation_vi citation_en
    is_made_up first_seen_release state accepted_reason accepted_until
""")
RESOLVED = columns("""
    finding_id rule_id severity subject_table subject_key indicator_id period_id message_vi message_en
    locator first_seen_release resolved_release
""")

Words = Mapping[str, str]  # by language
Rules = pl.DataFrame | Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Citations:
    """What people find places by: those of each plan by locator; the title of a plan or a file by its id, of
    what a source published for a period by `source_id|period_id`, of a source by its id.
    """

    places: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    titles: Mapping[str, Words] = field(default_factory=dict)
    publications: Collection[str] = ()  # titles of what files were copied from; no row of ours is there


class WrongTemplate(ValueError):
    """The catalogue and the suites do not fit together. The message lists every place, one a line."""


def results(verdicts: Iterable[Verdict], rules: Rules, release_id: str) -> pl.DataFrame:
    """One row per expectation, in the shape `RESULTS`; `since_when` says which of them were kept."""
    catalogue = by_id(rules)
    rows = [
        {
            "check_id": one.check_id,
            "release_id": release_id,
            "suite": verdict.suite,
            "table_name": verdict.table,
            "column_name": one.column_name,
            "rule_id": one.rule_id,
            "outcome": one.outcome,
            "severity": catalogue[one.rule_id]["severity"],
            "checked_rows": one.checked_rows,
            "failed_rows": one.failed_rows,
            "seconds": one.seconds,
            "detail": one.detail,
            "judged_at": verdict.judged_at,
            "kept_from_release": None,
        }
        for verdict in verdicts
        for one in verdict.results
    ]
    return pl.DataFrame(rows, schema=RESULTS)


def since_when(results: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    """The results with the release for which the checks ran, where that is an earlier one. `before`: the
    results of the release before."""
    if before is None or "judged_at" not in before.columns:  # older code kept no verdict
        return results
    known = before.select(
        "check_id",
        pl.col("judged_at").cast(RESULTS["judged_at"]),
        kept_from_release=pl.coalesce("kept_from_release", "release_id"),
    )
    kept = results.drop("kept_from_release").join(known, on=["check_id", "judged_at"], how="left")
    return kept.select(RESULTS.keys())


def blocking(results: pl.DataFrame) -> pl.DataFrame:
    """The results that stop publication: failed checks of severity error, and every crashed one."""
    failed = (pl.col("outcome") == "failed") & (pl.col("severity") == "error")
    return results.filter(failed | (pl.col("outcome") == "crashed"))


def findings(
    verdicts: Iterable[Verdict],
    rules: Rules,
    release_id: str,
    previous: pl.DataFrame | None = None,
    accepted: Iterable[Mapping[str, Any]] = (),
    citations: Citations | None = None,
) -> pl.DataFrame:
    """One row per rule and subject that breaks it, or a span of periods in which it does, in the shape
    `FINDINGS`: errors first, then in the order of the catalogue and of the document.

    `previous` are the findings of the release before (finding_id, first_seen_release): what was there
    already keeps its first release. `accepted` are the acceptances in force (rule_id, subject_table,
    subject_key, reason, expires_on); an error is never accepted. `expected` and `actual` are in English
    number format.
    """
    catalogue = by_id(rules)
    acceptances = {identity(a["rule_id"], a["subject_table"], a["subject_key"]): a for a in accepted}
    since = (
        dict(previous.select("finding_id", "first_seen_release").iter_rows()) if previous is not None else {}
    )
    order = {rule_id: at for at, rule_id in enumerate(catalogue)}
    found: dict[str, dict] = {}
    places: dict[str, tuple] = {}
    for verdict in verdicts:
        for rule_id, rows in broken(verdict).items():
            rule = catalogue[rule_id]
            for row in spans(rows, rule.get("series") or (), verdict.keys):
                one = finding(verdict, rule, row, citations or Citations())
                one["first_seen_release"] = since.get(one["finding_id"], release_id)
                acceptance = acceptances.get(one["finding_id"], {}) if one["severity"] != "error" else {}
                one["state"] = "accepted" if acceptance else "open" if one["finding_id"] in since else "new"
                one["accepted_reason"] = acceptance.get("reason")
                one["accepted_until"] = acceptance.get("expires_on")
                found.setdefault(one["finding_id"], one)
                places[one["finding_id"]] = (
                    SEVERITIES.index(rule["severity"]),
                    order[rule_id],
                    (row or {}).get("line") or 0,
                    one["subject_table"],
                    one["subject_key"],
                )
    return pl.DataFrame(sorted(found.values(), key=lambda one: places[one["finding_id"]]), schema=FINDINGS)


def resolved(previous: pl.DataFrame | None, found: pl.DataFrame, release_id: str) -> pl.DataFrame:
    """The findings of the release before that are not found any more, in the shape `RESOLVED`."""
    if previous is None:
        return pl.DataFrame(schema=RESOLVED)
    gone = previous.join(found, on="finding_id", how="anti").with_columns(resolved_release=pl.lit(release_id))
    return gone.select(RESOLVED.keys()).cast(pl.Schema(RESOLVED))


def in_force(accepted: pl.DataFrame, on: date) -> list[dict]:
    """The acceptances that count on a day, their first and their last one included."""
    return accepted.filter(pl.col("accepted_on") <= on, pl.col("expires_on") >= on).to_dicts()


def identity(rule_id: str, table: str, key: str) -> str:
    """The id of a finding, the same in every release."""
    return hashlib.sha1(f"{rule_id}|{table}|{key}".encode()).hexdigest()[:16]


def broken(verdict: Verdict) -> dict[str, Iterable[dict[str, Any] | None]]:
    """The rows that break each rule; None where the table as a whole does."""
    failed = [result.rule_id for result in verdict.results if result.outcome == "failed"]
    rows: dict[str, Iterable[dict[str, Any] | None]] = {
        rule_id: verdict.frame.filter(pl.col(POSITION).is_in(positions)).iter_rows(named=True)
        for rule_id, positions in verdict.failing.items()
    }
    return {**{rule_id: [None] for rule_id in failed}, **rows}


def spans(
    rows: Iterable[dict[str, Any] | None], series: Collection[str], keys: Collection[str]
) -> Iterable[dict[str, Any] | None]:
    """Rows that agree in the columns of `series` and whose periods follow each other, as one: the first row
    with the last one's period as `period_to` and their number as `together`. What differs between them is
    left out, but for the key. Without `series` each row is by itself, and so is each year, whose report is
    a document of its own.
    """
    if not series:
        yield from rows
        return

    def alike(row: Mapping[str, Any]) -> tuple:
        period = row["period_id"] or ""
        return tuple(str(row[name]) for name in series), len(period), "Q" in period

    placed = [row for row in rows if row is not None]
    for _, same in groupby(sorted(placed, key=lambda row: (alike(row), ordinal(row["period_id"]))), alike):
        span: list[dict[str, Any]] = []
        for row in same:
            is_single = len(row["period_id"] or "") in (0, YEAR)
            if span and (is_single or ordinal(row["period_id"]) - ordinal(span[-1]["period_id"]) > 1):
                yield as_one(span, keys)
                span = []
            span.append(row)
        yield as_one(span, keys)


def as_one(span: Sequence[dict[str, Any]], keys: Collection[str]) -> dict[str, Any]:
    first, *others = span
    kept = {"period_id", *keys}
    row = {
        name: value if name in kept or all(other[name] == value for other in others) else None
        for name, value in first.items()
    }
    return row | {"period_to": span[-1]["period_id"], "together": len(span) if others else None}


def ordinal(period_id: str | None) -> int:
    """Numbers periods of one kind, so that those that follow each other are one apart."""
    year, _, part = (period_id or "0").partition("-")
    if not part:
        return int(year)
    return 4 * int(year) + int(part[1:]) if part.startswith("Q") else 12 * int(year) + int(part)


def finding(
    verdict: Verdict, rule: Mapping[str, Any], row: dict[str, Any] | None, citations: Citations
) -> dict:
    """The finding that `row` of the verdict's frame breaks `rule`; without a row, and so without a key, that
    the table does."""
    key = "|".join("" if row[name] is None else str(row[name]) for name in verdict.keys) if row else ""
    row = row or dict.fromkeys(verdict.frame.columns)
    row |= {"table": verdict.table, "subject_key": key, "not_finite": not_finite(row)}
    row.setdefault("together", None)
    row |= {
        "where": where(verdict, row, citations),
        "places": citations.places.get(row.get("plan_id") or "", {}),
        "titles": citations.titles,
    }
    texts = {
        column: filled(rule[column], row, language)
        for column, language in TEMPLATES.items()
        if rule.get(column)
    }
    for column in ("message_vi", "message_en"):
        if not ADDRESS.match(texts[column]):
            texts[column] = texts[column][:1].upper() + texts[column][1:]
    return {
        "finding_id": identity(rule["rule_id"], verdict.table, key),
        "rule_id": rule["rule_id"],
        "severity": rule["severity"],
        "subject_table": verdict.table,
        "subject_key": key,
        "expected": None,
        "actual": None,
        **{name: row.get(name) for name in TAKEN},
        "period_to": row.get("period_to") or row.get("period_id"),
        **{f"citation_{language}": text for language, text in (row["where"] or {}).items()},
    } | texts


def with_place(found: Mapping[str, Any], language: str) -> str:
    """The message of a finding, with its place where the message does not name that itself."""
    message, place = found[f"message_{language}"], found[f"citation_{language}"]
    return message if not place or place.lower() in message.lower() else f"{message} ({place})"


def where(verdict: Verdict, row: Mapping[str, Any], citations: Citations) -> Words | None:
    """By language the place, as an official finds it: 'Phụ lục 01, mục II.7', or the title of the file and
    the place in it. A plan is named unless it is the only one of the table.
    """
    if row.get("locator") is None:
        return None
    plan_id, source_id = row.get("plan_id"), row.get("source_id")
    names = [row.get("extract_id") or "", f"{source_id}|{row.get('period_id')}", source_id or ""]
    if plan_id is not None:
        names = [] if verdict.is_of_one_plan else [plan_id]
    titled = [name for name in names if name in citations.titles]
    if titled and titled[0] in citations.publications:
        return citations.titles[titled[0]]
    titles = [citations.titles[name] for name in titled]
    titles += [{"vi": name, "en": name} for name in names[-1:] if name]
    places = citations.places.get(plan_id or "", {})
    return {
        language: ", ".join(
            [*(title[language] for title in titles[:1]), cited(row["locator"], language, places)]
        )
        for language in ("vi", "en")
    }


def not_finite(row: Mapping[str, Any]) -> str | None:
    """The columns of the row that hold NaN or infinity."""
    names = [
        name for name, value in row.items() if isinstance(value, float) and not abs(value) < float("inf")
    ]
    return ", ".join(names) or None


def check_templates(
    rules: Rules, suites: Mapping[str, Sequence[Any]], columns: Mapping[str, Iterable[str]]
) -> None:
    """Refuse a catalogue that does not fit the suites, before anything is judged.

    `suites` maps a table to its expectations, `columns` to its columns. Every rule an expectation names must
    be in the catalogue, every catalogue rule in use, and every field of a template a column of each table
    the rule is used on. Raises WrongTemplate.
    """
    catalogue = by_id(rules)
    used = {(e.meta["rule"], table) for table, expectations in suites.items() for e in expectations}
    problems = [
        f"rules.yml: rule {rule_id} is missing, a suite on {table} uses it"
        for rule_id, table in sorted(used)
        if rule_id not in catalogue
    ]
    problems += [
        f"rules.yml: {rule_id}: no suite uses this rule, remove it or add its expectation"
        for rule_id in catalogue
        if rule_id not in {rule for rule, _ in used}
    ]
    problems += [
        f"rules.yml: {rule_id}: {template}: {table} has no column {name!r}"
        for rule_id, table in sorted(used)
        if rule_id in catalogue and table in columns
        for template in TEMPLATES
        for name in sorted(fields(catalogue[rule_id].get(template) or "") - ALWAYS - set(columns[table]))
    ]
    if problems:
        raise WrongTemplate("\n".join(problems))


def by_id(rules: Rules) -> dict[str, Mapping[str, Any]]:
    rows = rules.to_dicts() if isinstance(rules, pl.DataFrame) else rules
    return {row["rule_id"]: row for row in rows}
