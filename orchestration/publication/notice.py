"""README.md of a release: what it is, every matter and every finding, for whoever opens the folder.

In Vietnamese, then the same in English.
"""

import functools
import re
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import jinja2
import polars as pl
from markupsafe import Markup

from orchestration import texts
from orchestration.publication import manifest, matters
from orchestration.publication.database import Marts
from orchestration.texts import own


def write(marts: Marts, about: dict, file: Path, *, has_docs: bool) -> None:
    plans = marts["dim_plan"].sort("plan_id").to_dicts()
    text = template().render(
        about=about,
        plans=plans,
        languages=texts.LANGUAGES,
        wording=wording,
        matters=functools.partial(matters_of, marts["fct_matter"].sort("position").to_dicts()),
        findings=findings(marts),
        set_apart=set_apart(marts),
        made_up=manifest.made_up(marts),
        has_docs=has_docs,
    )
    file.write_text(text, encoding="utf-8")


def wording(language: str) -> Callable[..., str]:
    """The texts of the README in a language, by their names."""
    return lambda name, **values: texts.text(f"notice.{name}", language, **values)


def matters_of(rows: list[dict], language: str) -> list[tuple[str, list[dict]]]:
    """The matters under the names of their groups."""
    with texts.spoken(language):
        said = [
            row | {"title": own(row, "title"), "about": matters.about(row), "ask": own(row, "ask")}
            for row in rows
        ]
        return matters.by_group(said)


@functools.cache
def template() -> jinja2.Template:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: "–" if value is None else plain(value) if isinstance(value, str) else value,
    )
    made.filters |= {"code": Markup}
    return made.get_template("notice.md.j2")


def plain(text: str) -> str:
    """On one line, with the signs that Markdown would take for mark-up as themselves."""
    if isinstance(text, Markup):
        return text
    return re.sub(r"([\\`*_<\[\]]|^[#>|=+-])", r"\\\1", " ".join(text.split()))


def findings(marts: Marts) -> list[dict]:
    """The findings by severity, the gravest first, and by rule, what was found least first; then by place.

    Accepted ones are not among them. `is_new` is only said where the release before had findings that stand.
    """
    titles = marts["dim_rule"].select("rule_id", "title_vi", "title_en", "action_vi", "action_en")
    rows = (
        marts["fct_finding"]
        .with_columns(is_new=(pl.col("state") == "new") & (pl.col("state") != "new").any())
        .filter(pl.col("state") != "accepted")
        .join(titles, on="rule_id", how="left")
        .with_columns(
            alike=pl.len().over("severity", "rule_id"),
            line=pl.col("locator").str.extract(r"line (\d+)").cast(pl.Int64),
        )
        .sort("alike", "rule_id", "line", "locator", "finding_id", nulls_last=True)
        .to_dicts()
    )
    groups = []
    for severity in texts.words("severities"):
        name = {language: texts.words("severities", language)[severity] for language in texts.LANGUAGES}
        found = [row for row in rows if row["severity"] == severity]
        rules = [list(same) for _, same in groupby(found, key=itemgetter("rule_id"))]
        count, new = len(found), sum(row["is_new"] for row in found)
        groups.append({"severity": severity, "name": name, "count": count, "new": new, "rules": rules})
    return groups


def set_apart(marts: Marts) -> dict[str, list[dict]]:
    """The findings that somebody has accepted, and those of the release before that are gone."""
    accepted = marts["fct_finding"].filter(state="accepted")
    return {
        "accepted": accepted.sort("accepted_until", "rule_id", "finding_id").to_dicts(),
        "resolved": marts["fct_resolved_finding"].sort("severity", "rule_id", "finding_id").to_dicts(),
    }
