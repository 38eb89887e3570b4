"""Great Expectations' Data Docs as plain pages that need neither the internet nor JavaScript.

The rows of each page are rendered by Great Expectations; the frame around them is ours, because its own loads
styles, fonts and scripts from elsewhere and shows nothing without them.
"""

import html
from collections.abc import Mapping, Sequence
from copy import deepcopy
from importlib import resources
from pathlib import Path

import polars as pl
from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from expectations.findings import Rules, by_id
from expectations.gate import shown
from expectations.texts import slashed, words
from expectations.verdict import Verdict

MARKS = {outcome: slashed("outcomes", outcome) for outcome in words("vi")["outcomes"]}
HEADING = "Data Docs"
PAGE = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>{header}</header>
<main>{body}</main>
</body>
</html>
"""
SECTIONS = "{% for section in sections %}{% set section_loop = loop -%}{% include 'section.j2' %}{% endfor %}"


def write_pages(folder: Path, verdicts: Sequence[Verdict], rules: Rules = ()) -> None:
    """Write a page per judged table below `folder`, in place of all older pages of the same suites.

    `rules` give every check its title; without them the pages show rule ids alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for suite in {verdict.suite for verdict in verdicts}:
        for old in folder.glob(f"{suite}.*.html"):
            old.unlink()
    catalogue = by_id(rules)
    renderer = ValidationResultsPageRenderer(run_info_at_end=True)
    sections = DefaultJinjaPageView().env.from_string(SECTIONS)
    for verdict in verdicts:
        rendered = renderer.render(shortened(verdict.validation))
        # Its header links to a page of the suite alone, which says nothing that is not here.
        overview = rendered.sections[0]
        overview.content_blocks = [b for b in overview.content_blocks if b.content_block_type != "header"]
        name = f"{verdict.suite}.{verdict.table}"
        body = outcomes(verdict, catalogue) + sections.render(rendered.to_json_dict())
        (folder / f"{name}.html").write_text(page(name, f'<a href="index.html">{HEADING}</a>', body), "utf-8")


def write_index(folder: Path, results: pl.DataFrame, rules: Rules = ()) -> None:
    """Write `index.html`: each judged table of `results`, in their order, and the catalogue of rules."""
    body = contents(results) + explained(by_id(rules))
    (folder / "index.html").write_text(page(HEADING, HEADING, body), "utf-8")


def page(title: str, header: str, body: str) -> str:
    """A whole page; `header` and `body` are HTML."""
    style = (resources.files("expectations") / "docs.css").read_text("utf-8")
    return PAGE.format(title=html.escape(title), style=style, header=header, body=body)


def shortened(validation: ExpectationSuiteValidationResult) -> ExpectationSuiteValidationResult:
    """A copy without the full lists of failing rows, its sample values readable."""
    copy = deepcopy(validation)
    for one in copy.results:
        for lengthy in ("unexpected_list", "unexpected_index_list", "unexpected_index_query"):
            one.result.pop(lengthy, None)
        for sample in one.result.get("partial_unexpected_counts") or []:
            sample["value"] = html.escape(shown(sample["value"]))  # a cell that is not escaped
    return copy


def outcomes(verdict: Verdict, catalogue: Mapping[str, Mapping]) -> str:
    return f"<h1>{verdict.suite}.{verdict.table}</h1>" + table(
        ["rule", "meaning", "outcome", "severity", "checked", "failed", "detail"],
        [
            (
                one.outcome,
                [
                    one.rule_id,
                    title(catalogue.get(one.rule_id)),
                    MARKS[one.outcome],
                    catalogue.get(one.rule_id, {}).get("severity", ""),
                    one.checked_rows,
                    one.failed_rows,
                    one.detail or "",
                ],
            )
            for one in verdict.results
        ],
    )


def contents(results: pl.DataFrame) -> str:
    outcome = pl.col("outcome")
    tables = results.group_by("suite", "table_name", maintain_order=True).agg(
        # A check with a condition looks at some rows only, the one of the key at all.
        rows=pl.col("checked_rows").max(),
        outcome=pl.when((outcome == "crashed").any())
        .then(pl.lit("crashed"))
        .when((outcome == "failed").any())
        .then(pl.lit("failed"))
        .otherwise(pl.lit("passed")),
        checks=pl.len(),
        failed=(outcome == "failed").sum(),
        crashed=(outcome == "crashed").sum(),
    )
    return f"<h1>{slashed('docs', 'checks')}</h1>" + table(
        ["table", "rows", "outcome", "number_of_checks", "failed", "crashed"],
        [
            (outcome, [Link(f"{suite}.{name}"), rows, MARKS[outcome], checks, failed, crashed])
            for suite, name, rows, outcome, checks, failed, crashed in tables.iter_rows()
        ],
    )


def explained(catalogue: Mapping[str, Mapping]) -> str:
    return f"<h1>{slashed('docs', 'rules')}</h1>" + table(
        ["rule", "meaning", "severity", "why", "action"],
        [
            (
                rule["severity"],
                [
                    rule["rule_id"],
                    title(rule),
                    rule["severity"],
                    rule["why"],
                    f"{rule['action_vi']} / {rule['action_en']}",
                ],
            )
            for rule in catalogue.values()
        ],
    )


class Link(str):
    """The name of a page of this folder, shown as a link to it."""


def table(head: Sequence[str], rows: Sequence[tuple[str, Sequence]]) -> str:
    """An HTML table; `head` names words of the catalogue, each row has a class and its cells."""
    titles = "".join(f"<th>{html.escape(slashed('docs', name))}</th>" for name in head)
    lines = "".join(f'<tr class="{kind}">{"".join(map(cell, cells))}</tr>' for kind, cells in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def cell(value: object) -> str:
    text = html.escape(str(value))
    return f'<td><a href="{text}.html">{text}</a></td>' if isinstance(value, Link) else f"<td>{text}</td>"


def title(rule: Mapping | None) -> str:
    return f"{rule['title_vi']} / {rule['title_en']}" if rule else ""
