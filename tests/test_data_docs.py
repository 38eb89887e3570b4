"""The Data Docs of a release in a real browser, offline: styled, Vietnamese intact, nothing asked for."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not BROWSER, reason="no browser is installed (apt-get install chromium)")

# Put at the end of a copy of the page: what the browser made of it.
SEEN = """<script>
const style = (what) => getComputedStyle(document.querySelector(what));
document.body.dataset.seen = JSON.stringify({
  header: style("header").backgroundColor,
  font: style("body").fontFamily,
  border: style("td").borderTopStyle,
  width: document.querySelector("table").getBoundingClientRect().width,
  asked: performance.getEntriesByType("resource").map((one) => one.name),
});
</script></body>"""


def opened(page: Path, folder: Path) -> tuple[str, dict]:
    """The page as the browser has it, offline, and what a script in it saw."""
    copy = folder / page.name
    copy.write_text(page.read_text("utf-8").replace("</body>", SEEN), "utf-8")
    told = subprocess.run(
        [
            BROWSER,
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9"),
            *(f"--user-data-dir={folder / 'profile'}", "--dump-dom", copy.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    (seen,) = re.findall(r'<body data-seen="([^"]*)"', told.stdout)
    return told.stdout, json.loads(html.unescape(seen))


@pytest.mark.parametrize(
    "page", ["index.html", "marts.rpt_value_audit.html", "arrivals.plan_indicators.html"]
)
def test_a_page_is_whole_without_the_internet(page, published, tmp_path):
    dom, seen = opened(published.release / "data_docs" / page, tmp_path)
    assert seen["header"] == "rgb(22, 58, 95)" and "Noto Sans" in seen["font"]
    assert seen["border"] == "solid" and seen["width"] > 300
    assert seen["asked"] == []
    assert "✔ đạt / passed" in dom and "Mức độ / Severity" in dom


def test_the_contents_lead_to_every_judged_table_and_explain_every_rule(published, tmp_path):
    dom, _ = opened(published.release / "data_docs/index.html", tmp_path)
    links = set(re.findall(r'href="([^"]+)"', dom))
    judged = published.query('select distinct suite, "table" from marts.fct_check_result')
    assert links == {f"{suite}.{table}.html" for suite, table in judged}
    assert {"arrivals", "plan", "marts", "acceptances"} == {suite for suite, _ in judged}
    for file in links:
        assert (published.release / "data_docs" / file).is_file()
    for title, action in published.query("select title_vi, action_vi from marts.dim_rule"):
        assert html.escape(title, quote=False) in dom and html.escape(action, quote=False) in dom
