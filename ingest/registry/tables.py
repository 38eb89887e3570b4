"""The registry as tables, so that SQL never types it twice. Nothing is decided here."""

from typing import Any

import polars as pl

from ingest.registry.models import Entry, Indicator, Invariant, Registry
from ingest.wording import match_key

# A column has one type in whatever table it stands; each that is not here is a text.
TYPES: dict[str, Any] = {
    **dict.fromkeys(("definition_version", "nearest_definition_version", "report_order"), pl.Int32),
    **dict.fromkeys(("position", "precedence", "due_day", "communes"), pl.Int32),
    **dict.fromkeys(("is_share", "higher_is_better", "supplier_is_inferred"), pl.Boolean),
    **dict.fromkeys(("carried_forward", "is_of_period_before", "is_made_up"), pl.Boolean),
    **dict.fromkeys(("lower_bound", "upper_bound", "max_step", "most", "tolerance"), pl.Decimal(24, 4)),
    **dict.fromkeys(("published", "corrected"), pl.Decimal(24, 4)),
    **dict.fromkeys(("valid_from", "valid_to", "effective_on", "known_on"), pl.Date),
    **dict.fromkeys(("accepted_on", "expires_on"), pl.Date),
    **dict.fromkeys(("reported_by", "series"), pl.List(pl.String)),
    "weight": pl.Int64,
}
COLUMNS = {
    "indicators": """
        indicator_id definition_version code pillar_id pillar_vi pillar_en name_vi name_en kind unit
        numerator_measure denominator_measure numerator_by_wording denominator_by_wording formula_vi
        formula_en formula_basis citation higher_is_better is_share lower_bound upper_bound max_step
        bounds_reason supplier_org_id supplier_is_inferred valid_from valid_to report_order
    """,
    "indicator_wordings": "indicator_id definition_version wording_use wording wording_key",
    "measures": """
        measure_id name_vi name_en unit over_time over_orgs reported_by source_id offered_for most
        carried_forward one_per_person one_per_person_vi one_per_person_en
    """,
    "invariants": """
        invariant_id position side measure_id relation is_of_period_before tolerance formula_vi formula_en
        reason
    """,
    "measure_wordings": "measure_id wording wording_key",
    "measure_fields": "measure_id source_id field",
    "targets": """
        target_no indicator_id definition_version org_level nearest_indicator_id nearest_definition_version
        differs_vi differs_en wording wording_key
    """,
    "sources": """
        source_id name_vi name_en publisher frequency precedence is_made_up reporting_level agencies_basis_vi
        agencies_basis_en due_day due_month
    """,
    "source_reporters": "source_id org_id",
    "source_agencies": "source_id org_id",
    "organisations": """
        org_key org_id code name_vi level parent_org_key communes valid_from valid_to legal_basis
        members_level
    """,
    "org_aliases": "org_id alias alias_key",
    "org_changes": "from_org_key to_org_key effective_on weight legal_basis",
    "corrections": """
        correction_id source_id measure_id org_id reporter_org_id period_id published corrected status reason
        evidence known_on
    """,
    "rules": """
        rule_id position severity group_id cause_kind title_vi title_en message_vi message_en expected actual
        series why action_vi action_en
    """,
    "matter_groups": "group_id position group_vi group_en",
    "causes": "cause_kind title_vi title_en ask_vi ask_en",
    "accepted_findings": "rule_id subject_table subject_key reason accepted_by accepted_on expires_on",
}
TABLES: dict[str, dict[str, Any]] = {
    table: {column: TYPES.get(column, pl.String) for column in columns.split()}
    for table, columns in COLUMNS.items()
}

# By table, our names of columns where an entry has others: of its own keys, or of those in one of its parts.
RENAMED = {
    "measures": {
        "id": "measure_id",
        "source": "source_id",
        "one_per_person_holds": "one_per_person",
        "one_per_person_basis_vi": "one_per_person_vi",
        "one_per_person_basis_en": "one_per_person_en",
    },
    "targets": {
        "indicator": "indicator_id",
        "version": "definition_version",
        "nearest_indicator": "nearest_indicator_id",
        "nearest_version": "nearest_definition_version",
    },
    "sources": {"id": "source_id"},
    "rules": {"group": "group_id", "cause": "cause_kind"},
    "matter_groups": {"id": "group_id", "vi": "group_vi", "en": "group_en"},
    "causes": {"id": "cause_kind"},
    "corrections": {
        "source": "source_id",
        "measure": "measure_id",
        "org": "org_id",
        "reporter": "reporter_org_id",
        "period": "period_id",
    },
    "indicators": {
        "id": "indicator_id",
        "version": "definition_version",
        "pillar": "pillar_id",
        "numerator": "numerator_measure",
        "denominator": "denominator_measure",
        "basis": "formula_basis",
        "bounds_lower": "lower_bound",
        "bounds_upper": "upper_bound",
        "supplier": "supplier_org_id",
        "supplier_inferred": "supplier_is_inferred",
    },
}


def tables(registry: Registry) -> dict[str, pl.DataFrame]:
    """Every table of `TABLES`, with exactly those columns. The registry must have passed the linter."""
    rows = {name: [_row(name, entry) for entry in entries] for name, entries in registry if name in TABLES}
    for row, indicator in zip(rows["indicators"], registry.indicators, strict=True):
        row |= _formulas(indicator, registry)
    for row in rows["measures"]:
        if (holds := row["one_per_person"]) is not None:
            row["one_per_person"] = str(holds).lower()
    for table in ("rules", "matter_groups"):
        for position, row in enumerate(rows[table], start=1):
            row["position"] = position
    for row in rows["targets"]:
        row["wording_key"] = match_key(row["wording"])
    rows |= {
        "indicator_wordings": _indicator_wordings(registry),
        "invariants": _invariants(registry),
        "measure_wordings": [
            {"measure_id": m.id, "wording": words, "wording_key": match_key(words)}
            for m in registry.measures
            for words in m.wordings
        ],
        "measure_fields": [
            {"measure_id": measure, "source_id": source, "field": field}
            for measure, source, field in _fields(registry)
        ],
        "source_reporters": [
            {"source_id": s.id, "org_id": org_id} for s in registry.sources for org_id in s.reporters
        ],
        "source_agencies": [
            {"source_id": s.id, "org_id": org_id} for s in registry.sources for org_id in s.agencies
        ],
        "org_aliases": _aliases(registry),
    }
    return {name: pl.DataFrame(rows[name], schema=columns) for name, columns in TABLES.items()}


def _row(table: str, entry: Entry) -> dict:
    """An entry as a row of a table; what it has in parts stands under joined names: `name_vi`, `due_day`."""
    names = RENAMED.get(table, {})
    row = {names.get(k, k): v for key, value in entry for k, v in _flat(key, value).items()}
    return {column: row.get(column) for column in TABLES[table]}


def _flat(key: str, value: object) -> dict:
    if not isinstance(value, Entry):
        return {key: value}
    return {k: v for part, inner in value for k, v in _flat(f"{key}_{part}", inner).items()}


def _formulas(i: Indicator, registry: Registry) -> dict:
    """The pillar of an indicator and its formula, in both languages."""
    pillar = registry.pillars[i.pillar]
    names = {m.id: m.name for m in registry.measures}
    top, bottom = (names.get(measure or "") for measure in i.inputs)
    found = {"pillar_vi": pillar.vi, "pillar_en": pillar.en}
    if top and bottom:
        found["formula_vi"] = f"{top.vi} / {bottom.vi} × 100"
        found["formula_en"] = f"{top.en} / {bottom.en} × 100"
    return found


def _invariants(registry: Registry) -> list[dict]:
    """One row for each measure of each invariant, on its side of the relation."""
    names = {m.id: m.name for m in registry.measures}

    def formula(invariant: Invariant, language: str) -> str:
        parts, wholes = (
            " + ".join(f"“{getattr(names[measure], language)}”" for measure in side)
            for side in (invariant.parts, invariant.wholes)
        )
        before = {"vi": " kỳ trước", "en": " of the period before"}[language]
        return (
            f"{parts} {'≤' if invariant.relation == '<=' else '='} {wholes}"
            f"{before if invariant.wholes_of == 'period_before' else ''}"
        )

    return [
        {
            "invariant_id": i.id,
            "position": position,
            "side": side,
            "measure_id": measure,
            "relation": i.relation,
            "is_of_period_before": side == "whole" and i.wholes_of == "period_before",
            "tolerance": i.tolerance,
            "formula_vi": formula(i, "vi"),
            "formula_en": formula(i, "en"),
            "reason": i.reason,
        }
        for position, i in enumerate(registry.invariants, start=1)
        for side, measures in (("part", i.parts), ("whole", i.wholes))
        for measure in measures
    ]


def _indicator_wordings(registry: Registry) -> list[dict]:
    """`name`: as PL01 and sentences say it; `target`: as targets do; `caveat`: as caveats do."""
    wordings = []
    for i in registry.indicators:
        # A later definition is only ever a target's: sentences about results mean the first.
        names = [i.name.vi, *i.wordings] if i.version == 1 else i.wordings
        wordings += [(i.id, i.version, "name", words) for words in names]
        wordings += [(i.id, i.version, "caveat", words) for words in i.caveats]
    wordings += [(t.indicator, t.version, "target", t.wording) for t in registry.targets]
    return [
        {
            "indicator_id": indicator,
            "definition_version": version,
            "wording_use": use,
            "wording": words,
            "wording_key": match_key(words),
        }
        for indicator, version, use, words in wordings
    ]


def _fields(registry: Registry) -> list[tuple[str, str, str]]:
    """What a source calls a measure; in a template of ours that is the measure's id."""
    templates = {s.id for s in registry.sources if s.has_template}
    fields = [
        (m.id, source, field) for m in registry.measures for source in m.fields for field in m.fields[source]
    ]
    return fields + [(m.id, m.source, m.id) for m in registry.measures if m.source in templates]


def _aliases(registry: Registry) -> list[dict]:
    """An organisation's own name is one of its aliases; spellings that meet under one key are one. A group
    has none: `Các huyện, thị xã, thành phố` over some rows is a heading."""
    names = [(o.org_id, o.name_vi) for o in registry.organisations if o.level != "group"]
    names += [(a.org_id, a.alias) for a in registry.aliases]
    once = {(org, match_key(words)): words for org, words in reversed(names)}
    return [{"org_id": org, "alias": words, "alias_key": key} for (org, key), words in reversed(once.items())]
