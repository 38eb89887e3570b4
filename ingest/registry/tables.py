"""The registry as tables, so that SQL never types it twice. Nothing is decided here."""

import polars as pl

from ingest.registry.models import Indicator, Invariant, Registry
from ingest.wording import match_key

NUMBER = pl.Decimal(24, 4)
TEXT = pl.String

TABLES = {
    "indicators": {
        "indicator_id": TEXT,
        "definition_version": pl.Int32,
        "code": TEXT,
        "pillar_id": TEXT,
        "pillar_vi": TEXT,
        "pillar_en": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "kind": TEXT,
        "unit": TEXT,
        "numerator_measure": TEXT,
        "denominator_measure": TEXT,
        "numerator_by_wording": TEXT,
        "denominator_by_wording": TEXT,
        "formula_vi": TEXT,
        "formula_en": TEXT,
        "formula_basis": TEXT,
        "citation": TEXT,
        "higher_is_better": pl.Boolean,
        "is_share": pl.Boolean,
        "lower_bound": NUMBER,
        "upper_bound": NUMBER,
        "max_step": NUMBER,
        "bounds_reason": TEXT,
        "supplier_org_id": TEXT,
        "supplier_is_inferred": pl.Boolean,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "report_order": pl.Int32,
    },
    "indicator_wordings": {
        "indicator_id": TEXT,
        "definition_version": pl.Int32,
        "wording_use": TEXT,
        "wording": TEXT,
        "wording_key": TEXT,
    },
    "measures": {
        "measure_id": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "unit": TEXT,
        "over_time": TEXT,
        "over_orgs": TEXT,
        "reported_by": pl.List(TEXT),
        "source_id": TEXT,
        "offered_for": TEXT,
        "most": NUMBER,
        "carried_forward": pl.Boolean,
        "one_per_person": TEXT,
        "one_per_person_vi": TEXT,
        "one_per_person_en": TEXT,
    },
    "invariants": {
        "invariant_id": TEXT,
        "position": pl.Int32,
        "side": TEXT,
        "measure_id": TEXT,
        "relation": TEXT,
        "is_of_period_before": pl.Boolean,
        "tolerance": NUMBER,
        "formula_vi": TEXT,
        "formula_en": TEXT,
        "reason": TEXT,
    },
    "measure_wordings": {"measure_id": TEXT, "wording": TEXT, "wording_key": TEXT},
    "measure_fields": {"measure_id": TEXT, "source_id": TEXT, "field": TEXT},
    "targets": {
        "target_no": TEXT,
        "indicator_id": TEXT,
        "definition_version": pl.Int32,
        "org_level": TEXT,
        "nearest_indicator_id": TEXT,
        "nearest_definition_version": pl.Int32,
        "differs_vi": TEXT,
        "differs_en": TEXT,
        "wording": TEXT,
        "wording_key": TEXT,
    },
    "sources": {
        "source_id": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "publisher": TEXT,
        "frequency": TEXT,
        "precedence": pl.Int32,
        "is_made_up": pl.Boolean,
        "reporting_level": TEXT,
        "agencies_basis_vi": TEXT,
        "agencies_basis_en": TEXT,
        "due_day": pl.Int32,
        "due_month": TEXT,
    },
    "source_reporters": {"source_id": TEXT, "org_id": TEXT},
    "source_agencies": {"source_id": TEXT, "org_id": TEXT},
    "organisations": {
        "org_key": TEXT,
        "org_id": TEXT,
        "code": TEXT,
        "name_vi": TEXT,
        "level": TEXT,
        "parent_org_key": TEXT,
        "communes": pl.Int32,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "legal_basis": TEXT,
        "members_level": TEXT,
    },
    "org_aliases": {"org_id": TEXT, "alias": TEXT, "alias_key": TEXT},
    "org_changes": {
        "from_org_key": TEXT,
        "to_org_key": TEXT,
        "effective_on": pl.Date,
        "weight": pl.Int64,
        "legal_basis": TEXT,
    },
    "corrections": {
        "correction_id": TEXT,
        "source_id": TEXT,
        "measure_id": TEXT,
        "org_id": TEXT,
        "reporter_org_id": TEXT,
        "period_id": TEXT,
        "published": NUMBER,
        "corrected": NUMBER,
        "status": TEXT,
        "reason": TEXT,
        "evidence": TEXT,
        "known_on": pl.Date,
    },
    "rules": {
        "rule_id": TEXT,
        "severity": TEXT,
        "title_vi": TEXT,
        "title_en": TEXT,
        "message_vi": TEXT,
        "message_en": TEXT,
        "expected": TEXT,
        "actual": TEXT,
        "why": TEXT,
        "action_vi": TEXT,
        "action_en": TEXT,
    },
    "accepted_findings": {
        "rule_id": TEXT,
        "subject_table": TEXT,
        "subject_key": TEXT,
        "reason": TEXT,
        "accepted_by": TEXT,
        "accepted_on": pl.Date,
        "expires_on": pl.Date,
    },
}


def tables(registry: Registry) -> dict[str, pl.DataFrame]:
    """Every table of `TABLES`, with exactly those columns. The registry must have passed the linter."""
    rows = {
        "indicators": [_indicator(i, registry) for i in registry.indicators],
        "indicator_wordings": _indicator_wordings(registry),
        "measures": [
            {
                "measure_id": m.id,
                "name_vi": m.name.vi,
                "name_en": m.name.en,
                "unit": m.unit,
                "over_time": m.over_time,
                "over_orgs": m.over_orgs,
                "reported_by": m.reported_by,
                "source_id": m.source,
                "offered_for": m.offered_for,
                "most": m.most,
                "carried_forward": m.carried_forward,
                "one_per_person": m.one_per_person and str(m.one_per_person.holds).lower(),
                "one_per_person_vi": m.one_per_person and m.one_per_person.basis.vi,
                "one_per_person_en": m.one_per_person and m.one_per_person.basis.en,
            }
            for m in registry.measures
        ],
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
        "targets": [
            {
                "target_no": t.target_no,
                "indicator_id": t.indicator,
                "definition_version": t.version,
                "org_level": t.org_level,
                "nearest_indicator_id": t.nearest and t.nearest.indicator,
                "nearest_definition_version": t.nearest and t.nearest.version,
                "differs_vi": t.differs and t.differs.vi,
                "differs_en": t.differs and t.differs.en,
                "wording": t.wording,
                "wording_key": match_key(t.wording),
            }
            for t in registry.targets
        ],
        "sources": [
            {
                "source_id": s.id,
                "name_vi": s.name.vi,
                "name_en": s.name.en,
                "publisher": s.publisher,
                "frequency": s.frequency,
                "precedence": s.precedence,
                "is_made_up": s.is_made_up,
                "reporting_level": s.reporting_level,
                "agencies_basis_vi": s.agencies_basis and s.agencies_basis.vi,
                "agencies_basis_en": s.agencies_basis and s.agencies_basis.en,
                "due_day": s.due and s.due.day,
                "due_month": s.due and s.due.month,
            }
            for s in registry.sources
        ],
        "source_reporters": [
            {"source_id": s.id, "org_id": org_id} for s in registry.sources for org_id in s.reporters
        ],
        "source_agencies": [
            {"source_id": s.id, "org_id": org_id} for s in registry.sources for org_id in s.agencies
        ],
        "organisations": [o.model_dump() for o in registry.organisations],
        "org_aliases": _aliases(registry),
        "org_changes": [change.model_dump() for change in registry.org_changes],
        "corrections": [
            {
                "correction_id": c.correction_id,
                "source_id": c.source,
                "measure_id": c.measure,
                "org_id": c.org,
                "reporter_org_id": c.reporter,
                "period_id": c.period,
                "published": c.published,
                "corrected": c.corrected,
                "status": c.status,
                "reason": c.reason,
                "evidence": c.evidence,
                "known_on": c.known_on,
            }
            for c in registry.corrections
        ],
        "rules": [
            {
                "rule_id": rule.rule_id,
                "severity": rule.severity,
                "title_vi": rule.title.vi,
                "title_en": rule.title.en,
                "message_vi": rule.message.vi,
                "message_en": rule.message.en,
                "expected": rule.expected,
                "actual": rule.actual,
                "why": rule.why,
                "action_vi": rule.action and rule.action.vi,
                "action_en": rule.action and rule.action.en,
            }
            for rule in registry.rules
        ],
        "accepted_findings": [accepted.model_dump() for accepted in registry.accepted_findings],
    }
    return {name: pl.DataFrame(rows[name], schema=columns) for name, columns in TABLES.items()}


def _indicator(i: Indicator, registry: Registry) -> dict:
    pillar = registry.pillars[i.pillar]
    names = {m.id: m.name for m in registry.measures}
    top, bottom = names.get(i.numerator), names.get(i.denominator)
    ratio = bool(top and bottom)
    return {
        "indicator_id": i.id,
        "definition_version": i.version,
        "code": i.code,
        "pillar_id": i.pillar,
        "pillar_vi": pillar.vi,
        "pillar_en": pillar.en,
        "name_vi": i.name.vi,
        "name_en": i.name.en,
        "kind": i.kind,
        "unit": i.unit,
        "numerator_measure": i.numerator,
        "denominator_measure": i.denominator,
        "numerator_by_wording": i.numerator_by_wording,
        "denominator_by_wording": i.denominator_by_wording,
        "formula_vi": f"{top.vi} / {bottom.vi} × 100" if ratio else None,
        "formula_en": f"{top.en} / {bottom.en} × 100" if ratio else None,
        "formula_basis": i.basis,
        "citation": i.citation,
        "higher_is_better": i.higher_is_better,
        "is_share": i.is_share,
        "lower_bound": i.bounds and i.bounds.lower,
        "upper_bound": i.bounds and i.bounds.upper,
        "max_step": i.max_step,
        "bounds_reason": i.bounds and i.bounds.reason,
        "supplier_org_id": i.supplier,
        "supplier_is_inferred": i.supplier_inferred,
        "valid_from": i.valid_from,
        "valid_to": i.valid_to,
        "report_order": i.report_order,
    }


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
    said = []
    for i in registry.indicators:
        # A later definition is only ever a target's: sentences about results mean the first.
        names = [i.name.vi, *i.wordings] if i.version == 1 else i.wordings
        said += [(i.id, i.version, "name", words) for words in names]
        said += [(i.id, i.version, "caveat", words) for words in i.caveats]
    said += [(t.indicator, t.version, "target", t.wording) for t in registry.targets]
    return [
        {
            "indicator_id": indicator,
            "definition_version": version,
            "wording_use": use,
            "wording": words,
            "wording_key": match_key(words),
        }
        for indicator, version, use, words in said
    ]


def _fields(registry: Registry) -> list[tuple[str, str, str]]:
    """What a source calls a measure; in a template of ours that is the measure's id."""
    templates = {s.id for s in registry.sources if s.has_template}
    said = [
        (m.id, source, field) for m in registry.measures for source in m.fields for field in m.fields[source]
    ]
    return said + [(m.id, m.source, m.id) for m in registry.measures if m.source in templates]


def _aliases(registry: Registry) -> list[dict]:
    """An organisation's own name is one of its aliases; spellings that meet under one key are one. A group
    has none: `Các huyện, thị xã, thành phố` over some rows is a heading."""
    said = [(o.org_id, o.name_vi) for o in registry.organisations if o.level != "group"]
    said += [(a.org_id, a.alias) for a in registry.aliases]
    once = {(org, match_key(words)): words for org, words in reversed(said)}
    return [{"org_id": org, "alias": words, "alias_key": key} for (org, key), words in reversed(once.items())]
