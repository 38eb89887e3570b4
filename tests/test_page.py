"""The page of a release, opened in a browser: what it says, how it is used, what it may never do."""

import hashlib
import re
import shutil
from base64 import b64encode
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from pathlib import Path

import duckdb
import polars as pl
import pytest
from making.browser import DESKTOP, PHONE, browser

from orchestration.publication import page as report
from orchestration.publication.database import Marts
from orchestration.publication.page import charts, indicators

# A plan and the extracts of its first months, received by hand: what the demo has, without its later months.
PLAN_AND_EXTRACTS = """
    delete from fct_indicator_value where period_id > '2024-04' and period_id not like '2023%';
    delete from rpt_scorecard where period_id > '2024-04' and period_id not like '2023%';
    delete from fct_reporting where period_id > '2024-04' and period_id not like '2023%';
    update fct_indicator_value set is_made_up = false;
    update rpt_scorecard set is_made_up = false;
    update fct_observation set is_made_up = false;
    update fct_reporting set is_made_up = false;
    update dim_extract set is_made_up = false;
"""
NO_PLAN = """
    delete from dim_plan;
    delete from rpt_scorecard;
    delete from rpt_appendix_01;
    delete from fct_task;
    delete from plan_claim;
    delete from rpt_candidate;
"""
# Of another province, whose plan names targets that the registry does not know.
ANOTHER_PLAN = """
    insert into dim_plan select * replace (
        'binh-dinh-2024' as plan_id, 'Kế hoạch chuyển đổi số tỉnh Bình Định năm 2024' as title,
        'binh_dinh@1' as org_key, 'Tỉnh Bình Định' as organisation) from dim_plan;
    insert into rpt_scorecard select * replace (
        'binh-dinh-2024' as plan_id, replace(target_id, 'gia-lai', 'binh-dinh') as target_id,
        'binh_dinh@1' as org_key) from rpt_scorecard where org_key = 'gia_lai@1';
    insert into rpt_candidate by name select 'c1' as candidate_id, 'binh-dinh-2024' as plan_id,
        'text' as origin, 'III.2' as code, 'Tỷ lệ thôn, làng có tổ công nghệ số' as name, 2024 as year,
        '100% thôn, làng' as target_raw, 'e' as extract_id, false as is_made_up;
"""


def variant(release: Path, folder: Path, sql: str) -> Path:
    """The page of a release whose tables were changed by SQL."""
    (folder / "parquet").mkdir(parents=True)
    shutil.copyfile(release / "dxkpi.duckdb", folder / "dxkpi.duckdb")
    (folder / "dxkpi.duckdb").chmod(0o644)
    with duckdb.connect(str(folder / "dxkpi.duckdb")) as con:
        con.execute("create schema if not exists audit")
        con.execute("set search_path = 'audit,marts,main'")
        con.execute(sql)
        for schema, table in con.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            con.execute(f"copy {schema}.{table} to '{folder / 'parquet' / table}.parquet'")
    about = pl.read_parquet(folder / "parquet/release.parquet").row(0, named=True)
    report.write(Marts(folder / "parquet"), about, folder / "report", has_docs=False)
    return folder / "report/index.html"


@pytest.fixture(scope="module")
def pages(published, demo, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        "real": published.release / "report/index.html",
        "demo": demo.release / "report/index.html",
        "plan and extracts": variant(demo.release, folder / "a", PLAN_AND_EXTRACTS),
        "no plan": variant(demo.release, folder / "b", NO_PLAN),
        "two plans": variant(published.release, folder / "c", ANOTHER_PLAN),
    }


RELEASES = ("real", "demo", "plan and extracts", "no plan", "two plans")


@pytest.fixture(scope="module")
def opened():
    with browser() as made:
        yield made


def words(html: str) -> str:
    """The text of a page without its style and script, with one ordinary space wherever there is space."""
    html = re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def seen(page) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", page.inner_text("body")).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("release", RELEASES)
def test_a_page_opens_without_a_complaint_a_request_or_a_barrier(release, pages, opened):
    screen = opened(*DESKTOP)
    page = screen.go(pages[release])
    for link in page.locator("tr.line a.open").all()[:3]:
        link.click()
    assert screen.barriers() == []
    page.click("[data-speak=en]")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    if release == "real":  # of the others only the contents differ
        assert screen.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert (screen.asked, screen.complaints) == ([], [])
    page.close()


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_of_the_machine_and_nothing_empty_is_in_a_readers_face(release, pages):
    html = pages[release].read_text(encoding="utf-8")
    text = words(html)
    assert not re.search(r"\b(None|NaN|nan|null|True|False|Decimal|undefined)\b", text)
    assert not re.search(r"<(h[1-4]|li|p|summary|caption|q)[^>]*>\s*</\1>", html)
    assert not re.search(r"\b(gia_lai|dvc_portal|unit_reports|not_computable|both_inputs_missing)\b", text)
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids)) and all(ids)
    assert {link for link in re.findall(r'href="#([^"]*)"', html)} <= set(ids)


def test_style_and_script_are_the_only_ones_that_may_be_used(pages):
    html = pages["demo"].read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert "unsafe" not in policy and unescape(policy).startswith("default-src 'none';")
    for kind in ("style", "script"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.S)
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in unescape(policy)
    assert not re.search(r"<[^>]* (style|on\w+)=", html)


def test_a_page_stays_small_and_short(pages, opened):
    assert pages["real"].stat().st_size < 1_500_000
    assert pages["demo"].stat().st_size < 4_000_000
    screen = opened(*DESKTOP)
    for release in ("real", "demo", "plan and extracts"):
        screen.go(pages[release])
        assert screen.height() < 10 * DESKTOP[1]
        assert screen.printed_pages() <= 4
    screen.page.close()


def test_all_of_it_is_printed_on_demand(pages, opened):
    screen = opened(*DESKTOP)
    page = screen.go(pages["real"])
    page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className; }; }")
    page.click("#print-all")
    assert "whole" in page.evaluate("window.printed")
    assert page.locator("html.whole").count() == 0 and page.locator("main details[open]").count() == 0
    page.evaluate("() => document.documentElement.classList.add('whole')")
    assert screen.printed_pages() > 10
    page.close()


def test_the_first_screen_answers_what_a_leader_asks(pages, opened):
    page = opened(*DESKTOP).go(pages["real"])
    text = seen(page)
    assert "Thực hiện mục tiêu năm 2023 18 đạt 10 chưa đạt 2 chưa xác định được 1 định tính" in text
    assert (
        "Tính lại được 4/28 tỷ lệ từ tử số, mẫu số; 18 tỷ lệ tạm dùng số công bố; 4 tỷ lệ tạm dùng số ước "
        "tính của đơn vị công bố; 2 tỷ lệ chưa có số liệu." in text
    )
    assert "Đánh giá khác đi nếu theo số công bố: II.7." in text
    # 19.689 accounts of 1.257.210 people against a target of 60 %
    assert re.search(r"IV\.6 .*?−58,43 1,57% so với mục tiêu >60%", text)
    assert page.locator(".card", has_text="Thay đổi so với bản trước").bounding_box()["y"] < DESKTOP[1]
    page.close()


def test_a_year_lists_its_own_gaps_and_verdicts_where_a_later_year_has_targets_too(pages, opened):
    page = opened(*DESKTOP).go(pages["demo"])
    cards = page.locator(".card", has_text=re.compile("Thực hiện mục tiêu năm|Cách mục tiêu xa nhất"))
    text = re.sub(r"\s+", " ", " ".join(cards.all_inner_texts())).replace("\N{NO-BREAK SPACE}", " ")
    of_2023 = text.partition("năm 2023")[2]
    assert re.search(
        r" II\.6 .*?−45 55% so với mục tiêu 100% II\.4 .*?−29,3 0,7% so với mục tiêu 30%", of_2023
    )
    assert "Đánh giá khác đi nếu theo số công bố: II.7." in of_2023
    page.close()


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ({}, {}, [2]),
        ({}, {"obs_status": "B"}, [1, 1]),
        ({"is_measured_otherwise": True, "obs_status": "D"}, {}, [1, 1]),
        ({}, {"is_measured_otherwise": True}, [1, 1]),
    ],
)
def test_a_series_is_broken_where_a_value_cannot_be_compared_with_the_one_before(before, after, runs):
    rows = [
        {
            "period_id": str(year),
            "start_date": date(year, 1, 1),
            "end_date": date(year, 12, 31),
            "value": value,
            "obs_status": "A",
            "value_status": "computed",
            "is_measured_otherwise": False,
        }
        | told
        for year, value, told in ((2022, Decimal("51.4"), before), (2023, Decimal("49.3012"), after))
    ]
    points = indicators.points(rows)
    assert [len(run) for run in charts._runs(points)] == runs
    assert ('class="line"' in charts.spark(points, [])) == (runs == [2])


@pytest.mark.parametrize(
    ("drawn", "year", "over"),
    [
        # a year's target belongs to that year's point alone
        (("2022", "2023"), 2023, (date(2023, 9, 2), date(2024, 4, 29))),
        (("2022", "2023"), 2024, (date(2024, 9, 2), date(2025, 4, 30))),  # the one to come
        (("2024-01", "2024-12"), 2024, (date(2024, 1, 31), date(2024, 12, 31))),
        (("2023-11", "2024-02"), 2024, (date(2024, 1, 1), date(2024, 12, 31))),
        (("2024-01", "2024-12"), 2023, None),  # what is drawn is of later
    ],
)
def test_a_target_is_drawn_over_the_time_that_it_is_for(drawn, year, over):
    ends = {"2022": date(2022, 12, 31), "2023": date(2023, 12, 31), "2023-11": date(2023, 11, 30)}
    ends |= {"2024-01": date(2024, 1, 31), "2024-02": date(2024, 2, 29), "2024-12": date(2024, 12, 31)}
    rows = [{"period_kind": "month" if "-" in each else "year", "end_date": ends[each]} for each in drawn]
    found = indicators.aims([{"year": year, "target_value": Decimal(50)}], rows)
    assert [(aim.from_on, aim.to_on) for aim in found] == ([over] if over else [])


def test_tasks_and_money_are_those_of_one_appendix_and_every_task_counts(pages, demo, opened):
    page = opened(*DESKTOP).go(pages["demo"])
    text = page.locator("#kinh-phi").evaluate("section => section.textContent")
    assert "335,641" not in text and "166,094" in text and "169,547" in text
    agencies = page.locator("#kinh-phi details", has_text="Theo cơ quan chủ trì")
    shown = [
        tuple(cells[:3])
        for table in agencies.all()
        for cells in table.locator("tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))"
        )
    ]
    stated = demo.query(
        """select max(o.name_vi), count(distinct t.task_id)::varchar,
               coalesce(replace(printf('%.3f', any_value(s.amount) / 1e9), '.', ','), '–')
           from marts.fct_task as t join marts.dim_org as o on t.lead_org_id = o.org_id
           join (
               select appendix, lead_org_id, sum(amount_vnd) as amount from marts.fct_task group by all
           ) as s
               on t.appendix = s.appendix and t.lead_org_id = s.lead_org_id
           group by t.appendix, t.lead_org_id"""
    )
    assert sorted(shown) == sorted(stated)
    assert {("Sở Công Thương", "5", "2,342"), ("Chi cục Kiểm lâm", "3", "–")} <= set(shown)
    page.close()


@pytest.mark.parametrize("release", ["real", "demo"])
def test_on_a_phone_no_card_holds_more_than_fits_into_it(release, pages, opened):
    page = opened(*PHONE).go(pages[release])
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('.card')].flatMap(card => {
            const edge = card.getBoundingClientRect().right;
            return [...card.querySelectorAll('th, td, p, li')].filter(part => {
                const words = document.createRange();
                words.selectNodeContents(part);
                return [part, words].some(drawn => drawn.getBoundingClientRect().right > edge);
            }).map(part => part.textContent);
        })"""
    )
    assert beyond == []
    page.close()


@pytest.mark.parametrize("release", ["real", "demo"])
def test_what_the_release_holds_is_linked_and_what_is_linked_is_there(release, pages):
    html = pages[release].read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#][^"]*)"', html)
    assert [link for link in links if not (pages[release].parent / link).exists()] == []
    reports = [file.name for file in pages[release].parent.glob("bao_cao_*.docx")]
    assert reports and {*reports, "../datapackage.json"} <= set(links)
    assert "plan.md" not in words(html)


def test_what_is_behind_a_number_unfolds_below_its_line(pages, opened):
    page = opened(*DESKTOP).go(pages["real"], "#II.7")
    section = page.locator('[id="II.7"]')
    assert section.is_visible() and section.bounding_box()["y"] < DESKTOP[1]
    text = re.sub(r"\s+", " ", section.inner_text())
    assert "49,3012% (tính lại từ tử số và mẫu số): 116.133 / 235.558" in text
    assert "50,01% – theo số này thì Đạt" in text
    assert "“116.133”" in text and "Phần I, mục II.8, điểm a, gạch đầu dòng 1" in text
    page.evaluate("location.hash = '#II.2.10'")  # the target of 2024 is in the section of its indicator
    page.wait_for_function("document.getElementById('IV.3').classList.contains('shown')")
    assert re.search(r"Mục tiêu 2024\s+60%, Phần I", seen(page))
    page.close()


def test_districts_are_ranked_with_their_numerator_and_denominator(pages, demo, opened):
    page = opened(*DESKTOP).go(pages["demo"], "#IV.3")
    section = page.locator("tr.detail.shown")
    rows = section.locator("table").nth(1).locator("tbody tr").all_inner_texts()
    best = demo.query(
        """select name_vi, value, numerator, denominator
           from marts.fct_indicator_value join marts.dim_org using (org_key)
           where known_to is null and indicator_id = 'eid_accounts' and definition_version = 1
               and level = 'district' and period_id = '2024' and value is not null
           order by value desc, name_vi"""
    )
    assert len(rows) == 17
    for row, (name, value, top, bottom) in zip(rows, best, strict=False):
        shown = row.replace(".", "").replace(",", ".")
        percent = value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
        assert name in row and f"{percent:f}%" in shown and f"{top:.0f} / {bottom:.0f}" in shown
    assert "Giả định" in section.inner_text()
    page.close()


def test_english_is_complete_and_writes_numbers_as_english_does(pages, opened):
    page = opened(*DESKTOP).go(pages["real"], "?lang=en#II.7")
    text = seen(page)
    assert page.title() == "Digital-transformation targets 2023: results"
    assert page.get_attribute("html", "lang") == "en"
    assert "49.3012% (recomputed from numerator and denominator): 116,133 / 235,558" in text
    assert "Furthest from their target" in text and "Cách mục tiêu xa nhất" not in text
    assert page.locator(":visible[lang=vi]:is(span.vi)").count() == 0
    page.click("[data-speak=vi]")
    assert "49,3012% (tính lại từ tử số và mẫu số): 116.133 / 235.558" in seen(page)
    assert "lang=en" not in page.url
    page.close()


def test_words_are_found_with_or_without_accents_and_verdicts_by_a_button(pages, opened):
    page = opened(*DESKTOP).go(pages["real"])
    lines = page.locator("tr.line:visible")
    everything = lines.count()
    page.fill("#search", "dinh danh")
    assert 0 < lines.count() < everything
    assert all("định danh" in text for text in lines.all_inner_texts())
    assert page.inner_text("#found b") == str(page.locator("tr.line:not([hidden])").count())
    page.fill("#search", "")
    page.click("[data-verdict-wanted=bad]")
    assert lines.count() == 10
    page.click("[data-verdict-wanted=bad]")
    assert lines.count() >= everything
    page.click("[data-verdict-wanted=open]")  # those of 2023 that the summary counts, none of a year to come
    assert page.locator("tr.line:visible td.code").all_inner_texts() == ["IV.7", "IV.8"]
    page.click("[data-verdict-wanted=open]")
    page.fill("#search", "kinh te so")  # a pillar
    found = page.locator("tr.line:visible td.code").all_inner_texts()  # those without a target have no number
    assert [code for code in found if code] == ["III.1", "III.2", "III.3"]
    page.close()


def test_the_next_target_is_lower_only_where_it_is_for_the_same(pages, opened):
    page = opened(*DESKTOP).go(pages["real"])
    found = {}
    for row in page.locator("tr.line", has=page.locator(".next-target .flag")).all():
        told = row.locator(".next-target .flag").inner_text().replace("2024", "").strip(", ")
        found[row.locator("td.code").inner_text()] = told
    other = dict.fromkeys(("II.2", "II.4", "II.6", "II.7", "IV.6"), "cách tính khác")
    assert found == other | {"IV.1": "thấp hơn", "IV.2": "thấp hơn", "IV.3": ""}
    assert "Năm 2024 chưa có kết quả" in page.locator("tr.line", has_text="II.2.7b").inner_text()
    page.close()


@pytest.mark.parametrize(
    ("origins", "vi", "en"),
    [
        ({"computed": 2}, "Tính lại được 2/2 tỷ lệ từ tử số, mẫu số.", "2 of 2 ratios could be recomputed."),
        (
            {"reported": 1, "estimated": 2, "not_computable": 3},
            "Tính lại được 0/6 tỷ lệ từ tử số, mẫu số; 1 tỷ lệ tạm dùng số công bố; "
            "2 tỷ lệ tạm dùng số ước tính của đơn vị công bố; 3 tỷ lệ chưa có số liệu.",
            "0 of 6 ratios could be recomputed; as published: 1; as estimated by the publisher: 2; "
            "without data: 3.",
        ),
    ],
)
def test_what_is_shown_of_a_ratio_that_was_not_recomputed_is_counted(origins, vi, en):
    assert indicators.recomputed(Counter(origins)) == (vi, en)


def test_everything_is_reached_by_keyboard(pages, opened):
    page = opened(*DESKTOP).go(pages["real"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("II.7")
    page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused and focused.startswith("#II.")
    page.keyboard.press("Enter")
    section = page.locator(f'[id="{focused[1:]}"]')
    assert section.is_visible()
    page.keyboard.press("Space")
    assert not section.is_visible()
    page.close()


def test_made_up_data_says_so_at_the_top_and_on_each_row(pages, opened):
    page = opened(*DESKTOP).go(pages["demo"])
    assert page.locator(".made-up").bounding_box()["y"] == 0
    assert "Mục tiêu lấy từ kế hoạch thật; số liệu báo cáo là số tạo ra để thử nghiệm" in seen(page)
    row = page.locator("tr.line", has_text="tài khoản định danh điện tử").first
    assert "Giả định" in row.inner_text()
    assert (
        "Giả định" not in page.locator("tr.line", has_text="I.1").first.inner_text()
    )  # the plan's own result
    page.close()
    assert "GIẢ ĐỊNH" not in words(pages["real"].read_text(encoding="utf-8")).upper()


def test_a_release_without_a_plan_shows_its_values(pages, opened):
    page = opened(*DESKTOP).go(pages["no plan"])
    assert page.inner_text("h1") == "Số liệu chuyển đổi số"
    assert page.locator("tr.line").count() > 10 and "Không có mục tiêu" in seen(page)
    assert "kế hoạch thật" not in seen(page)
    page.close()


def test_two_plans_stand_apart_with_links_of_their_own(pages, opened):
    page = opened(*DESKTOP).go(pages["two plans"], "#binh-dinh-2024/II.7")
    assert page.locator('[id="binh-dinh-2024/II.7"]').is_visible()
    assert not page.locator('[id="gia-lai-2024/II.7"]').is_visible()
    text = seen(page)
    assert "Tỉnh Bình Định: Thực hiện mục tiêu năm 2023" in text
    assert "Tỷ lệ thôn, làng có tổ công nghệ số" in text and "100% thôn, làng" in text
    page.close()


# As if it were not the first release: one value moved for two causes, another came.
CHANGED = """
    update release set compared_release = '20240331T170000Z-before';
    insert into rpt_change by name select indicator_id, definition_version, org_key, period_id,
        unnest(['numerator_restated', 'denominator_restated']) as cause, 47.5 as value_before,
        49.3012 as value_after, 1.8012 as change_points, unnest([2.5, -0.6988]) as contribution_points,
        false as is_made_up
        from fct_indicator_value
        where indicator_id = 'online_dossiers' and period_id = '2023' and known_to is null;
    insert into rpt_change by name select indicator_id, definition_version, org_key, period_id,
        'newly_reported' as cause, value as value_after, false as is_made_up
        from fct_indicator_value
        where indicator_id = 'eid_accounts' and period_id = '2023' and known_to is null;
    update fct_finding set state = 'open' where finding_id <> (select min(finding_id) from fct_finding);
    update fct_matter set first_seen_release = (select release_id from release) where position = 1;
    update fct_matter set first_seen_release = 'before' where position > 1;
"""


def test_changes_since_the_release_before_are_listed_with_their_causes(published, tmp_path):
    page = variant(published.release, tmp_path / "changed", CHANGED)
    html = (page.parent / "changes.html").read_text(encoding="utf-8")
    text = words(re.sub(r'<span class="en".*?</span>', "", html, flags=re.S))
    assert "So với bản công bố lúc 00:00 ngày 01/04/2024" in text and "Giá trị thay đổi ( 2 )" in text
    rows = [words(row) for row in re.findall(r"<tr><td>.*?</tr>", html, re.S)]
    moved = next(row for row in rows if row.startswith(" II.7 "))
    assert "47,5% 49,3% +1,8 mẫu số được công bố lại the denominator was restated ( −0,7 ); tử số" in moved
    assert "the numerator was restated ( +2,5 )" in moved
    assert "– 52,89% – mới có số liệu newly reported" in next(row for row in rows if " IV.3 " in row)
    assert "Mới phát hiện (1)" in text and "Việc mới (1)" in text
    assert 'href="changes.html"' in page.read_text(encoding="utf-8")


def test_the_dictionary_says_of_every_table_and_column_what_it_means_in_both_languages(published):
    html = (published.release / "report/dictionary.html").read_text(encoding="utf-8")
    columns = published.query(
        """select distinct schema_name, table_name, column_name from duckdb_columns()
           where not internal and schema_name in ('main', 'audit')"""
    )
    for schema, table, column in columns:
        part = html.partition(f'id="{schema}.{table}"')[2].partition("</details>")[0]
        about = part.partition(f"<code>{column}</code>")[2].partition("</tr>")[0]
        assert 'class="vi"' in about and 'class="en"' in about, (schema, table, column)
    assert "scorecard_as_of(ts)" in html and "ratio_of(" in html and "None" not in words(html)
