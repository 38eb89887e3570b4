"""report/index.html: the release as one page in Vietnamese and English that needs no network and no server.

contents     what is shown, from the tables     texts    words and numbers in both languages
indicators   a line and what unfolds below it   charts   SVG that needs no script
tables       the tables, for SQL                page.html.j2, parts.html.j2, page.css, page.js
"""

import base64
import functools
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from orchestration.publication import data_package, manifest
from orchestration.publication.database import Marts
from orchestration.publication.page.contents import contents
from orchestration.publication.page.texts import Pair
from orchestration.publication.vietnamese import clock, day

HERE = Path(__file__).parent


def write(marts: Marts, about: dict, file: Path, *, has_docs: bool) -> None:
    style, script = (
        (HERE / "page.css").read_text(encoding="utf-8"),
        (HERE / "page.js").read_text(encoding="utf-8"),
    )
    found = contents(marts, about)
    text = template().render(
        **found,
        title=title(found),
        about=about,
        is_made_up=bool(manifest.made_up(marts)),
        has_real_plan=any(not board["plan"]["is_made_up"] for board in found["boards"]),
        has_docs=has_docs,
        has_package=(file.parent.parent / data_package.NAME).exists(),
        reports=sorted(report.name for report in file.parent.glob("*.docx")),
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
    )
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


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
        return Pair(
            f"Kết quả thực hiện các chỉ tiêu chuyển đổi số năm {listed}",
            f"Digital-transformation targets {listed}: results",
        )
    if planned:
        listed = ", ".join(map(str, planned))
        return Pair(f"Mục tiêu chuyển đổi số năm {listed}", f"Digital-transformation targets for {listed}")
    return Pair("Số liệu chuyển đổi số", "Digital-transformation figures")


@functools.cache
def template() -> jinja2.Template:
    """In the page a value is text, never mark-up."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "–" if value is None else value,
    )
    made.filters |= {"clock": clock, "day": day}
    return made.get_template("page.html.j2")
