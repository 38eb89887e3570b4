"""What a release changed since the one before: values and why, findings, matters, files."""

from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from orchestration.publication.page import texts
from orchestration.publication.page.tables import Tables
from orchestration.publication.page.texts import Pair

SHOWN = 500  # cells; the rest are in the table
STAMP = "%Y%m%dT%H%M%SZ"  # ids of releases begin with the moment they were made
VALUES = """
    select c.*, i.name_vi, i.name_en, n.target_number, i.report_order, o.name_vi as org_vi,
        o.level in ('province', 'group') as is_of_a_whole, p.end_date
    from rpt_change as c
    inner join dim_indicator as i using (indicator_id, definition_version)
    inner join dim_org as o using (org_key)
    inner join dim_period as p using (period_id)
    left join dim_target_number as n
        on c.indicator_id = n.indicator_id
        and c.definition_version = n.definition_version
        and left(c.period_id, 4) = cast(n.year as varchar)
    order by is_of_a_whole desc, p.end_date desc, i.report_order nulls last, c.indicator_id,
        c.definition_version, o.name_vi, c.org_key, c.period_id, c.cause
"""
FINDINGS = {
    "changes_page.found": "from fct_finding where state = 'new' order by severity, rule_id, finding_id",
    "changes_page.gone": "from fct_resolved_finding order by severity, rule_id, finding_id",
}
MATTERS = {
    "changes_page.matters": "from fct_matter where first_seen_release = $release and state <> 'settled' "
    "order by position",
    "changes_page.answered": "from fct_matter "
    "where answered_at is not null and answered_at > $since order by position",
}
FILES = """
    select coalesce(p.title, e.file_name) as name, e.publisher, e.received_at, e.is_made_up
    from dim_extract as e
    left join dim_plan as p on e.plan_id = p.plan_id
    where e.received_at > $since
    order by e.received_at desc, name, e.extract_id
"""


def contents(tables: Tables, about: dict) -> dict:
    title = texts.phrase("changes_page.title")
    compared = about.get("compared_release")
    if compared is None:
        return {"title": title, "compared": None}
    since = made_at(compared)
    cells = [
        list(causes)
        for _, causes in groupby(
            tables.rows(VALUES), key=itemgetter("indicator_id", "definition_version", "org_key", "period_id")
        )
    ]
    asked = {"release": about["release_id"], "since": since or about["built_at"]}
    return {
        "title": title,
        "compared": texts.phrase("changes_page.at", at=since) if since else Pair(compared, compared),
        "count": len(cells),
        "cells": cells[:SHOWN],
        "findings": [(texts.phrase(name), tables.rows(sql)) for name, sql in FINDINGS.items()],
        "matters": [(texts.phrase(name), tables.rows(sql, asked)) for name, sql in MATTERS.items()],
        "files": tables.rows(FILES, asked),
    }


def made_at(release_id: str) -> datetime | None:
    """The moment with which the id begins; None of one that somebody named otherwise."""
    try:
        return datetime.strptime(release_id.partition("-")[0], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
