"""The Data Docs of a release in a real browser, offline: styled, Vietnamese intact, nothing asked for."""

import html

import pytest
from making.browser import DESKTOP, browser

STYLE = """([what, property]) => getComputedStyle(document.querySelector(what))[property]"""


@pytest.fixture(scope="module")
def screen():
    with browser() as opened:
        yield opened(*DESKTOP)


@pytest.mark.parametrize(
    "name", ["index.html", "marts.rpt_value_audit.html", "arrivals.plan_indicators.html"]
)
def test_a_page_is_whole_without_the_internet(name, published, screen):
    page = screen.go(published.release / "data_docs" / name)
    assert page.evaluate(STYLE, ["header", "backgroundColor"]) == "rgb(22, 58, 95)"
    assert "Noto Sans" in page.evaluate(STYLE, ["body", "fontFamily"])
    assert page.evaluate(STYLE, ["td", "borderTopStyle"]) == "solid"
    assert page.locator("table").first.bounding_box()["width"] > 300
    assert (screen.asked, screen.complaints) == ([], [])
    text = page.text_content("body")
    assert "✔ đạt / passed" in text and "Mức độ / Severity" in text


def test_the_contents_lead_to_every_judged_table_and_explain_every_rule(published, screen):
    page = screen.go(published.release / "data_docs/index.html")
    links = {link.get_attribute("href") for link in page.locator("a[href]").all()}
    judged = published.query(
        """select distinct suite, "table" from marts.fct_check_result where suite <> 'dbt'"""
    )
    assert links == {f"{suite}.{table}.html" for suite, table in judged}
    assert {"arrivals", "plan", "marts", "inbox", "acceptances"} == {suite for suite, _ in judged}
    for file in links:
        assert (published.release / "data_docs" / file).is_file()
    dom = page.content()
    for title, action in published.query("select title_vi, action_vi from marts.dim_rule"):
        assert html.escape(title, quote=False) in dom and html.escape(action, quote=False) in dom
