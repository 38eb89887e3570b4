"""What must hold of findings that somebody has accepted: each is still there, and its time is not over."""

from datetime import date

import polars as pl

from expectations.findings import Rules, by_id
from expectations.requirements import among, is_true, suites

KEYS = {"accepted_findings": ("accepted_rule", "accepted_table", "accepted_key")}

SUITES = suites(
    KEYS,
    {
        "accepted_findings": [
            among("is_found", [True], "accepted_finding_gone"),
            among("is_expired", [False], "acceptance_expired", where=is_true("is_found")),
        ]
    },
)


def judged_on(accepted: pl.DataFrame, found: pl.DataFrame, rules: Rules, on: date) -> pl.DataFrame:
    """One row an acceptance: accepted_rule, accepted_table, accepted_key, title_vi, title_en, reason,
    accepted_by, expires_on, is_found (among the findings `found`), is_expired (its last day is before `on`).
    """
    subject = ["rule_id", "subject_table", "subject_key"]
    titles = {rule_id: (rule["title_vi"], rule["title_en"]) for rule_id, rule in by_id(rules).items()}
    rows = accepted.join(
        found.select(subject).with_columns(is_found=True), on=subject, how="left", maintain_order="left"
    )
    return rows.select(
        accepted_rule="rule_id",
        accepted_table="subject_table",
        accepted_key="subject_key",
        title_vi=pl.col("rule_id").replace_strict({r: vi for r, (vi, _) in titles.items()}),
        title_en=pl.col("rule_id").replace_strict({r: en for r, (_, en) in titles.items()}),
        reason="reason",
        accepted_by="accepted_by",
        expires_on="expires_on",
        is_found=pl.col("is_found").fill_null(False),
        is_expired=pl.col("expires_on") < on,
    )
