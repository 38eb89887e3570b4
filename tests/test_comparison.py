"""Provinces side by side: only what is of one definition and period has a rank, and sums are divided once."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import dxkpi
from making.browser import DESKTOP, PHONE, browser
from test_page import words

from ingest.errors import Refused
from orchestration.publication import comparison

# Numerator and denominator of online_dossiers in 2023; the first are those of the plan of Gia Lai.
GIA_LAI, OTHER, THIRD = (116133, 235558), (60000, 80000), (90000, 100000)


def of_province(published, folder: Path, name: str, parts: tuple[int, int], *changes: str) -> Path:
    """The release of Gia Lai as if it were that of another province with these dossiers."""
    shutil.copytree(published.release, folder)
    database = folder / "dxkpi.duckdb"
    for path in (folder, database):
        path.chmod(0o755)
    numerator, denominator = parts
    with duckdb.connect(str(database)) as con:
        for table in ("dim_org", "fct_indicator_value", "dim_indicator"):
            for column in ("org_id", "org_key", "parent_org_key", "name_vi"):
                known = "select 1 from duckdb_columns() where table_name = $1 and column_name = $2"
                if con.execute(known, [table, column]).fetchone():
                    con.execute(
                        f"update marts.{table} set {column} = "
                        f"replace(replace({column}, 'gia_lai', '{name}'), 'Gia Lai', '{name}')"
                    )
        con.execute(
            f"update marts.fct_indicator_value set numerator = {numerator}, denominator = {denominator}, "
            f"value = round(100.0 * {numerator} / {denominator}, 4) "
            "where indicator_id = 'online_dossiers' and period_id = '2023' and value_status = 'computed'"
        )
        for change in changes:
            con.execute(change)
    return folder


def rows(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def in_vietnamese(html: str) -> str:
    """The words of a page as one reads them, without the English ones."""
    return re.sub(r" ([,:;])", r"\1", words(re.sub(r'<span class="en".*?</span>', "", html, flags=re.S)))


DOSSIERS = """
    select province_id, rank, ranked_provinces, round(median, 4), round(value_of_all, 4) from comparison
    where indicator_id = 'online_dossiers' and period_id = '2023' order by all
"""


def test_provinces_of_one_definition_are_ranked_and_their_parts_are_summed(published, tmp_path):
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER)
    third = of_province(published, tmp_path / "c", "dak_nong", THIRD)
    file = tmp_path / "provinces.duckdb"
    comparison.write([published.release, other, third], file)
    # 49.3012, 75 and 90 percent; (116133 + 60000 + 90000) / (235558 + 80000 + 100000)
    together = (3, 75.0, 64.0423)
    assert rows(file, DOSSIERS) == [
        ("dak_nong", 1, *together),
        ("gia_lai", 3, *together),
        ("kon_tum", 2, *together),
    ]
    per_province = published.query("select count(*) from scorecard")[0][0]
    counts = rows(file, "select province_id, count(*) from scorecard group by 1 order by 1")
    assert counts == [(name, per_province) for name in ("dak_nong", "gia_lai", "kon_tum")]
    # what was only published is listed, and has no rank
    stated = rows(
        file, "select distinct rank, ranked_provinces from comparison where value_status <> 'computed'"
    )
    assert stated == [(None, 0)]


def test_another_definition_and_made_up_numbers_are_not_compared(published, tmp_path):
    otherwise = "update marts.dim_indicator set formula_vi = 'khác' where indicator_id = 'online_dossiers'"
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER, otherwise)
    made_up = "update marts.fct_indicator_value set is_made_up = true"
    third = of_province(published, tmp_path / "c", "dak_nong", THIRD, made_up)
    file = tmp_path / "provinces.duckdb"
    comparison.write([published.release, other, third], file)
    assert rows(file, DOSSIERS) == [
        ("dak_nong", 1, 1, 90.0, 90.0),
        ("gia_lai", 1, 1, 49.3012, 49.3012),
        ("kon_tum", 1, 1, 75.0, 75.0),
    ]


def test_less_can_be_better(published, tmp_path):
    less = "update marts.dim_indicator set higher_is_better = false where indicator_id = 'online_dossiers'"
    releases = [
        of_province(published, tmp_path / name, name, parts, less)
        for name, parts in (("kon_tum", OTHER), ("dak_nong", THIRD))
    ]
    comparison.write(releases, tmp_path / "provinces.duckdb")
    ranks = [row[:2] for row in rows(tmp_path / "provinces.duckdb", DOSSIERS)]
    assert ranks == [("dak_nong", 2), ("kon_tum", 1)]


def test_two_releases_of_one_province_or_of_two_contracts_are_refused(published, tmp_path):
    file = tmp_path / "provinces.duckdb"
    with pytest.raises(Refused, match="gia_lai: another of these releases is of this province too"):
        comparison.write([published.release, published.release], file)
    older = of_province(published, tmp_path / "b", "kon_tum", OTHER)
    (older / "manifest.json").chmod(0o644)
    manifest = (older / "manifest.json").read_text("utf-8")
    (older / "manifest.json").write_text(
        manifest.replace('"contract_version": "2"', '"contract_version": "1"')
    )
    with pytest.raises(Refused, match="are of the contracts 1, 2; publish the older ones again"):
        comparison.write([published.release, older], file)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_who_has_no_rank_is_named_with_the_reason(published, tmp_path):
    dossiers = "indicator_id = 'online_dossiers' and period_id = '2023'"
    values, entry = f"where {dossiers}", "where indicator_id = 'online_dossiers'"
    lacking = "value = null, value_status = 'not_computable', reason = 'org_incomplete'"
    changes = {
        "kon_tum": "select 1",
        "dak_nong": f"update marts.dim_indicator set formula_vi = 'khác' {entry}",
        "lam_dong": f"update marts.fct_indicator_value set is_made_up = true {values}",
        "phu_yen": f"update marts.fct_indicator_value set value_status = 'reported' {values}",
        "dak_lak": f"update marts.fct_indicator_value set {lacking} {values}",
        "binh_thuan": f"delete from marts.fct_indicator_value {values}",
        "ninh_thuan": f"delete from marts.fct_indicator_value {entry}; "
        f"delete from marts.dim_indicator {entry}",
    }
    releases = [
        of_province(published, tmp_path / name, name, OTHER, change) for name, change in changes.items()
    ]
    file = tmp_path / "provinces.duckdb"
    comparison.write([published.release, *releases], file)
    found = rows(file, f"select province_id, why from unranked where {dossiers} order by all")
    assert dict(found) == {
        "dak_nong": "other_definition",
        "lam_dong": "made_up",
        "phu_yen": "stated",
        "dak_lak": "not_computable",
        "binh_thuan": "no_data",
        "ninh_thuan": "not_followed",
    }
    ranked = rows(file, f"select province_id from comparison where {dossiers} and is_ranked order by rank")
    assert {"gia_lai", "kon_tum"} <= {name for (name,) in ranked}
    text = in_vietnamese(comparison.page_of(file).read_text("utf-8"))
    for told in (
        "Tỉnh dak_nong, 75%: tính theo cách khác: khác",
        "Tỉnh lam_dong, 75%: số liệu của tỉnh là số giả định, so sánh riêng",
        "Tỉnh phu_yen, 75%: số công bố, chưa tính lại được từ tử số và mẫu số",
        "Tỉnh dak_lak: chưa tính được: chưa đủ đơn vị báo cáo",
        "Tỉnh binh_thuan: chưa có số liệu kỳ này",
        "Tỉnh ninh_thuan: không theo dõi chỉ tiêu này",
    ):
        assert told in text, told


@pytest.fixture(scope="module")
def national(published, tmp_path_factory) -> Path:
    """The page of three provinces, of which one is made up."""
    folder = tmp_path_factory.mktemp("national")
    made_up = "update marts.fct_indicator_value set is_made_up = true"
    releases = [
        of_province(published, folder / "b", "kon_tum", OTHER),
        of_province(published, folder / "c", "dak_nong", THIRD, made_up),
    ]
    comparison.write([published.release, *releases], folder / "provinces.duckdb")
    return folder / "provinces.html"


def test_the_national_page_opens_without_a_complaint_a_request_or_a_barrier(national):
    with browser() as opened:
        screen = opened(*DESKTOP)
        page = screen.go(national)
        for link in page.locator("tr.line a.open").all()[:2]:
            link.click()
        assert screen.barriers() == []
        text = re.sub(r"\s+", " ", page.locator("tr.detail.shown").all_inner_texts()[0])
        assert "Vạch đứng trên mỗi thanh là trung vị" in text and "Tử số / mẫu số" in text
        page.click("[data-speak=en]")
        assert page.title() == "Digital-transformation results of provinces compared"
        assert page.locator(":visible[lang=vi]:is(span.vi)").count() == 0
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert screen.barriers() == []
        assert (screen.asked, screen.complaints) == ([], [])


def test_the_national_page_shows_ranks_with_both_counts_and_whose_release_each_is(published, national):
    html = national.read_text("utf-8")
    lines = re.findall(r'<tr class="line".*?</tr>\s*<tr class="detail".*?</div></td></tr>', html, re.S)
    dossiers = [line for line in map(in_vietnamese, lines) if "116.133 / 235.558" in line]
    (line,) = dossiers
    assert "1 Tỉnh kon_tum 75% 60.000 / 80.000 2 Tỉnh Gia Lai 49,3% 116.133 / 235.558" in line
    # (116133 + 60000) / (235558 + 80000); the median of 75 and 49.3012, and half the way to each
    assert "Tính chung 55,82%" in line and "176.133 / 315.558" in line
    assert "Trung vị 62,15%" in line and "55,73% – 68,58%" in line
    assert "Tỉnh dak_nong, 90%: số liệu của tỉnh là số giả định" in line
    assert f'<td class="hash">{published.release.resolve().name}</td>' in html
    assert "SỐ LIỆU GIẢ ĐỊNH – Một phần số liệu" in in_vietnamese(html)


def test_nothing_empty_and_nothing_of_the_machine_is_on_the_national_page(national):
    html = national.read_text("utf-8")
    text = words(html)
    assert not re.search(r"\b(None|NaN|nan|null|True|False|Decimal|undefined)\b", text)
    assert not re.search(r"\b(gia_lai|not_computable|org_incomplete|other_definition)\b", text)
    assert not re.search(r"<[^>]* (style|on\w+)=|https?://", html)
    assert str(national.parent) not in html
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]*)"', html)) <= set(ids)


def test_what_provinces_call_themselves_is_text_on_the_national_page(published, tmp_path):
    hostile = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    changes = [f"update marts.dim_org set name_vi = $${hostile}$$"]
    changes += [f"update marts.dim_indicator set name_vi = $${hostile}$$, formula_vi = $${hostile}$$"]
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER, *changes)
    third = of_province(published, tmp_path / "c", "dak_nong", OTHER, *changes)
    comparison.write([other, third], tmp_path / "provinces.duckdb")
    html = (tmp_path / "provinces.html").read_text("utf-8")
    assert "<img" not in html and "{{ 7 * 7 }}" in html and html.count("</script>") == 1


def test_the_command_ranks_and_says_what_has_no_rank(published, tmp_path):
    half = "update marts.fct_indicator_value set missing_periods = ['2023-12'] where numerator = 60000"
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER, half)
    file = tmp_path / "provinces.duckdb"
    done = dxkpi("compare", str(published.data), str(other), "--to", str(file), data=tmp_path)
    assert done.returncode == 0, done.stderr
    at = done.stdout.index(
        "Hồ sơ thủ tục hành chính được người dân, doanh nghiệp thực hiện trực tuyến · năm 2023"
    )
    assert done.stdout[at:].splitlines()[1:5] == [
        "  Số hồ sơ thủ tục hành chính nộp trực tuyến / Số hồ sơ phát sinh của các thủ tục hành chính đã "
        "được cung cấp dịch vụ công trực tuyến × 100",
        "  1. Tỉnh kon_tum: 75% (sơ bộ)",
        "  2. Tỉnh Gia Lai: 49,3%",
        "  Trung vị của 2 tỉnh: 62,15%; tính chung từ tổng tử số và tổng mẫu số: 55,82%",
    ]
    heads = [line.partition(" · ")[0] for line in done.stdout.splitlines() if " · " in line]
    in_order = published.query("select name_vi from marts.dim_indicator order by report_order nulls last")
    assert heads == [name for (name,) in dict.fromkeys(in_order) if name in heads] and len(heads) > 2
    again = dxkpi("compare", str(published.data), str(other), "--to", str(file), data=tmp_path)
    assert again.returncode != 0 and "is there already" in again.stderr
    alone = dxkpi("compare", str(published.data), "--to", str(tmp_path / "x"), data=tmp_path)
    assert "name the releases of two provinces or more" in alone.stderr
    nothing = dxkpi("compare", str(tmp_path), str(other), "--to", str(tmp_path / "x"), data=tmp_path)
    assert "holds neither a release nor a data directory with one" in nothing.stderr
