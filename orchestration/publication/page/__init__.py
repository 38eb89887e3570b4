"""The pages of a release, in Vietnamese and English, each one file that needs no network and no server:
report/index.html, and beside it dictionary.html (every table and column) and changes.html (since the release
before).

contents     what is shown, from the tables     texts    words and numbers in both languages
indicators   a line and what unfolds below it   charts   SVG that needs no script
dictionary   tables and columns                 changes  what a release changed, and why
provinces    several provinces compared, beside the file of the comparison
tables       the tables, for SQL                frame.html.j2, page.css, page.js: what all pages share
"""

import base64
import functools
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from orchestration.publication import data_package, manifest
from orchestration.publication.database import Marts
from orchestration.publication.page import changes, dictionary, provinces, texts
from orchestration.publication.page.contents import contents
from orchestration.publication.page.tables import Tables
from orchestration.publication.page.texts import Pair
from orchestration.publication.vietnamese import clock, day

HERE = Path(__file__).parent


def write(marts: Marts, about: dict, folder: Path, *, has_docs: bool) -> None:
    """The pages, into the folder `report` of a release."""
    tables = Tables(folder.parent / "dxkpi.duckdb")
    found = contents(marts, tables, about)
    frame = {
        "about": about,
        "is_made_up": bool(manifest.made_up(marts)),
        "has_real_plan": any(not board["plan"]["is_made_up"] for board in found["boards"]),
    }
    reports = sorted(report.name for report in folder.glob("*.docx"))
    found |= {
        "title": title(found),
        "has_docs": has_docs,
        "has_package": (folder.parent / data_package.NAME).exists(),
        "reports": [{"file": name, "period": texts.period(name[8:-5])} for name in reports],
    }
    folder.mkdir(exist_ok=True)
    for name, content in (
        ("page", found),
        ("dictionary", dictionary.contents(folder.parent / "dxkpi.duckdb")),
        ("changes", changes.contents(tables, about)),
    ):
        file = folder / f"{'index' if name == 'page' else name}.html"
        file.write_text(written(name, frame | content), encoding="utf-8")


def write_provinces(database: Path, file: Path) -> None:
    """The page of a comparison, from its database."""
    file.write_text(written("provinces", provinces.contents(database)), encoding="utf-8")


def written(name: str, content: dict) -> str:
    style, script = ((HERE / file).read_text(encoding="utf-8") for file in ("page.css", "page.js"))
    return (
        templates()
        .get_template(f"{name}.html.j2")
        .render(**content, style=Markup(style), script=Markup(script), policy=policy(style, script))
    )


def policy(style: str, script: str) -> str:
    """Nothing is loaded, and nothing runs or styles but what this page was written with."""
    return (
        f"default-src 'none'; style-src {hashed(style)}; script-src {hashed(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def title(found: dict) -> Pair:
    years = sorted({summary["year"] for board in found["boards"] for summary in board["years"]})
    planned = sorted({year for board in found["boards"] for year in board["planned"]})
    if years:
        listed = ", ".join(map(str, years))
        return texts.phrase("page.title_results", years=listed)
    if planned:
        listed = ", ".join(map(str, planned))
        return texts.phrase("page.title_targets", years=listed)
    return texts.phrase("page.title_figures")


@functools.cache
def templates() -> jinja2.Environment:
    """In a page a value is text, never mark-up."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "–" if value is None else value,
    )
    made.globals |= {"phrase": texts.phrase, "texts": texts}
    made.filters |= {"clock": clock, "day": day}
    return made
