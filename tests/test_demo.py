"""The demo: a made-up year through the real file formats, and every ratio of it worked out a second time."""

import csv
import hashlib
import re
import shutil
from datetime import date
from fractions import Fraction

import duckdb
import openpyxl
import polars as pl
import pytest
from conftest import Run, dxkpi
from making.compiled import behind, run
from oracle.truth import MONTHS, PARTS, PROVINCE, QUARTERS, RATIOS, Truth, per_cent

from orchestration.demo import faults, files, province

BANNER = "SỐ LIỆU GIẢ ĐỊNH"


@pytest.fixture(scope="session")
def truth(demo) -> Truth:
    return Truth.read(demo.data / "made_up")


def values(demo: Run) -> dict[tuple, tuple]:
    """Value, status and reason as known now, by indicator, version, organisation and period."""
    rows = demo.query(
        """select indicator_id, definition_version, org_id, period_id, value, value_status, reason
           from marts.fct_indicator_value join marts.dim_org using (org_key) where known_to is null"""
    )
    return {row[:4]: row[4:] for row in rows}


def test_every_ratio_of_the_province_is_the_one_that_the_truth_gives(demo, truth):
    found, wrong, compared, unknown = values(demo), [], 0, 0
    for (indicator, version), (part, whole) in RATIOS.items():
        for period in truth.periods(part):
            expected = truth.ratio(part, whole, period)
            value, status, reason = found[indicator, version, PROVINCE, period]
            if expected is None:
                unknown += 1
                as_it_should = (value, status, reason) == (None, "not_computable", "org_incomplete")
            else:
                compared += 1
                as_it_should = status == "computed" and Fraction(value) == expected
            if not as_it_should:
                wrong.append((indicator, version, period, expected, value, status, reason))
    assert not wrong
    assert compared > 250
    # of VNeID in September, of the operators in December, of what agencies count too in the third quarter
    assert unknown == 4 + 3 + 5


def test_every_ratio_of_every_district_is_the_one_that_the_truth_gives(demo, truth):
    found, wrong, compared = values(demo), [], 0
    for (indicator, version), (part, whole) in RATIOS.items():
        for period in truth.periods(part):
            for org in truth.orgs(part, period):
                expected = truth.ratio(part, whole, period, org)
                value, status, _ = found.get((indicator, version, org, period), (None, None, None))
                compared += expected is not None
                if (None if value is None else Fraction(value)) != expected:
                    wrong.append((indicator, version, org, period, expected, value, status))
    assert not wrong, wrong[:5]
    assert compared > 3_000


def test_every_count_that_was_invented_is_known_but_those_that_the_faults_lose(demo, truth):
    known = demo.query(
        """select measure_id, period_id, org_id, if(source_id = 'telecom', reporter_org_id, ''), value
           from marts.fct_observation join marts.dim_org using (org_key)
           where known_to is null and is_made_up"""
    )
    invented = {(*about, *whose): n for about, of in truth.counts.items() for whose, n in of.items()}
    assert {tuple(whose): value for *whose, value in known} == {
        cell: n for cell, n in invented.items() if cell not in truth.lost
    }
    assert len(known) > 13_000


def test_quarters_and_the_year_are_divided_again_from_what_their_months_make(demo, truth):
    found, wrong, compared = values(demo), [], 0
    # communes that merged in November are two organisations, each with a part of the year
    changed = {
        org for (org,) in demo.query("select org_id from marts.dim_org group by 1 having count(*) > 1")
    }
    for (indicator, version), (part, whole) in RATIOS.items():
        quarterly = (part, MONTHS[0]) not in truth.counts
        for period in ["2024"] if quarterly else PARTS:
            for org in set(truth.orgs(part, truth.periods(part)[0])) - changed:
                expected = truth.made_ratio(part, whole, period, org)
                value, status, _ = found.get((indicator, version, org, period), (None, None, None))
                compared += expected is not None
                if (None if value is None else Fraction(value)) != expected:
                    wrong.append((indicator, version, org, period, expected, value, status))
    assert not wrong, wrong[:5]
    assert compared > 1_000


def test_a_year_that_lacks_a_month_is_provisional_and_names_it(demo):
    told = demo.query(
        """select period_id, obs_status, missing_periods from marts.fct_indicator_value
           join marts.dim_org using (org_key)
           where org_id = 'gia_lai' and indicator_id = 'smartphone_subscriptions' and known_to is null
             and period_id in ('2024', '2024-Q3', '2024-Q4') order by period_id"""
    )
    # the operators of December are not all in
    assert told == [("2024", "P", ["2024-12"]), ("2024-Q3", "A", None), ("2024-Q4", "P", ["2024-12"])]


def test_households_of_a_quarter_serve_its_last_month_and_the_months_after_it(demo, truth):
    found = values(demo)
    for month in MONTHS:
        quarters = [q for q in QUARTERS["2024"] if PARTS[q][-1] <= month]
        value, status, reason = found["fibre_households", 1, PROVINCE, month]
        fibre = truth.count("households_with_fibre", month)
        if fibre is None:
            assert (value, status, reason) == (None, "not_computable", "org_incomplete")
        elif not quarters:
            assert (value, status, reason) == (None, "not_computable", "denominator_missing")
        else:
            assert Fraction(value) == per_cent(fibre, truth.count("households", quarters[-1]))


def test_every_row_of_every_fact_says_that_it_is_made_up_but_what_the_plan_says(demo):
    columns = demo.query(
        """select table_name, list(column_name) from information_schema.columns
           where table_schema = 'marts' and table_name similar to '(fct|rpt)_.*' group by table_name"""
    )
    facts = {table: names for table, names in columns if "is_made_up" in names}
    assert len(facts) >= 5
    for table, names in facts.items():
        said = {
            "plan_id": "plan_id is not null",
            "source_id": "source_id = 'plan'",
            "finding_id": "finding_id in (from marts.fct_finding select finding_id where plan_id > '')",
            "matter_id": "matter_id in (select matter_id from marts.fct_finding group by matter_id"
            " having bool_and(plan_id is not null))",
        }
        of_plan = " or ".join(said[name] for name in said if name in names) or "false"
        real = f"select count(*) from marts.{table} where is_made_up is not true and not ({of_plan})"
        assert demo.query(real) == [(0,)], table
    assert demo.query("select count(*) > 10000 from marts.fct_observation") == [(True,)]


def test_every_page_says_that_the_numbers_are_made_up(demo):
    pages = [*demo.release.glob("report/**/*.html"), demo.release / "README.md"]
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert BANNER in text or "SỐ LIỆU GIẢ ĐỊNH" in text, page.name
    assert files.MADE_UP in demo.stdout


def test_the_real_data_directory_is_left_alone(demo, shared_folder):
    assert [child.name for child in (shared_folder / "demo-data").iterdir()] == ["demo"]


def test_a_second_demo_publishes_nothing_and_says_so(demo, shared_folder):
    before = demo.release.resolve()
    again = dxkpi("demo", data=shared_folder / "demo-data")
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("Không có gì mới")
    assert demo.release.resolve() == before


def test_a_demo_is_not_mixed_with_anything_real(tmp_path):
    report = tmp_path / "v.csv"
    report.write_text(
        "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nTỉnh Gia Lai,64,31/03/2024,1.700.000\n", "utf-8"
    )
    data = tmp_path / "data"
    received = dxkpi("ingest", "extract", "vneid", str(report), "--period", "2024-03", data=data)
    assert received.returncode == 0, received.stderr
    refused = dxkpi("--data-dir", str(data), "demo", data=data)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1 and "v.csv, which is not made up" in refused.stderr


# The planted faults


def test_a_report_sent_again_restates_the_old_number_and_keeps_it(demo):
    rows = demo.query(
        """select value, known_to is null from marts.fct_observation
           where measure_id = 'eid_level2_activated' and period_id = '2024-05' and org_key = 'chu_se@1'
           order by known_from"""
    )
    (before, was_current), (after, is_current) = rows
    assert (was_current, is_current) == (False, True)
    assert after - before == 1_800


def test_the_same_bytes_twice_are_one_extract(demo):
    sent = "source_id = 'dvc_portal' and period_id = '2024-06' and file_name like '%.json'"
    assert demo.query(f"select count(*) from marts.dim_extract where {sent}") == [(1,)]


def test_a_late_operator_leaves_the_province_incomplete_until_it_reports(demo):
    rows = demo.query(
        """select value is null, reason, known_to is null from marts.fct_indicator_value
           where indicator_id = 'smartphone_subscriptions' and org_key = 'gia_lai@1' and period_id = '2024-08'
           order by known_from"""
    )
    assert rows[-1] == (False, None, True)
    assert (True, "org_incomplete", False) in rows[:-1]


def test_a_report_whose_total_disagrees_waits_in_quarantine(demo):
    entries = [f.read_text(encoding="utf-8") for f in (demo.data / "quarantine").rglob("reason.json")]
    assert len(entries) == 1
    assert "total_disagrees" in entries[0] and "2024-10" in entries[0]
    told = demo.query("select period_id, code, is_replaced, is_made_up from marts.fct_refused_file")
    assert told == [("2024-10", "total_disagrees", True, True)]  # another one came three days later
    assert demo.query("select count(*) from marts.fct_finding where rule_id = 'file_set_aside'") == [(0,)]


def test_a_row_with_a_letter_in_a_count_is_set_aside_alone(demo):
    rows = demo.query("""select code, raw_text from marts.fct_rejected_row where source_id = 'vneid'""")
    assert len(rows) == 1
    assert rows[0][0] == "number_unreadable" and rows[0][1].endswith("O")


def test_a_report_in_an_old_encoding_is_read_like_any_other(demo, truth):
    rows = demo.query(
        """select org_id, value from marts.fct_observation join marts.dim_org using (org_key)
           where reporter_org_id = 'viettel' and period_id = '2024-03'
           and measure_id = 'subscriptions_mobile'"""
    )
    expected = truth.counts["subscriptions_mobile", "2024-03"]
    assert dict(rows) == {org: n for (org, operator), n in expected.items() if operator == "viettel"}


# The generator


def test_a_seed_always_makes_the_same_files_and_another_seed_makes_others(demo):
    def hashes(seed: int) -> set[str]:
        counts = province.truth(seed)
        year = faults.planted(files.deliveries(counts), counts)
        return {hashlib.sha256(delivery.body).hexdigest() for delivery in year}

    received = {file.name.partition(".")[0] for file in (demo.data / "raw").rglob("*.*")}
    set_aside = {folder.name for folder in (demo.data / "quarantine").iterdir()}
    first = hashes(2024)
    assert first <= received | set_aside
    # Small counts of agencies may happen to be the same.
    assert len(first & hashes(2)) < len(first) / 20


@pytest.mark.parametrize("seed", [1, 2, 2024])
def test_what_adds_up_in_the_world_adds_up_in_the_truth(seed):
    counts = province.truth(seed)
    assert all(count >= 0 for count in counts.values())

    def at_most(less: str, more: str) -> None:
        for cell, count in counts.items():
            if cell.measure_id == less:
                assert count <= counts[cell._replace(measure_id=more)], cell

    for less, more in [
        ("dossiers_online", "dossiers_received"),
        ("dossiers_online", "dossiers_with_online_service"),
        ("dossiers_with_online_service", "dossiers_received"),
        ("dossiers_fully_online", "dossiers_online"),
        ("results_digitised", "dossiers_settled"),
        ("dossiers_digitised", "results_digitised"),
        ("results_synchronised_in_full", "dossiers_settled"),
        ("payments_online_national", "payments_online"),
        ("payments_online", "payments"),
        ("services_fully_online", "procedures_eligible_for_full_service"),
        ("adults_with_eid", "adults_issued_eid"),
        ("adults_issued_eid", "eid_issued"),
        ("eid_issued", "adults"),
        ("eid_activated", "eid_issued"),
        ("eid_level2_activated", "eid_activated"),
        ("adults", "residents"),
        ("subscriptions_with_smartphone", "subscriptions_mobile"),
        ("smartphones_protected", "subscriptions_with_smartphone"),
        ("households_with_fibre", "subscriptions_fixed_fibre"),
        ("fibre_households_protected", "households_with_fibre"),
        ("systems_compliant", "systems_approved"),
        ("systems_approved", "systems"),
    ]:
        at_most(less, more)
    for cell, received in counts.items():
        if cell.measure_id == "dossiers_received":
            of = {m: counts[cell._replace(measure_id=m)] for m in DOSSIERS}
            ways = of["dossiers_online"] + of["dossiers_in_person"] + of["dossiers_by_post"]
            assert received == ways
            settled = of["dossiers_settled_in_time"] + of["dossiers_settled_late"]
            assert of["dossiers_settled"] == settled
            still_open = of["dossiers_open_in_time"] + of["dossiers_open_late"]
            assert received + of["dossiers_carried_over"] == settled + still_open
            if cell.period_id != "2024-12":
                following = f"2024-{int(cell.period_id[5:]) + 1:02}"
                next_month = cell._replace(period_id=following, measure_id="dossiers_carried_over")
                assert counts[next_month] == still_open


DOSSIERS = [
    "dossiers_online",
    "dossiers_in_person",
    "dossiers_by_post",
    "dossiers_carried_over",
    "dossiers_settled",
    "dossiers_settled_in_time",
    "dossiers_settled_late",
    "dossiers_open_in_time",
    "dossiers_open_late",
]


def test_the_truth_is_told_beside_the_release(demo):
    with (demo.data / "made_up" / "faults.csv").open(encoding="utf-8", newline="") as text:
        told = [row["name"] for row in csv.DictReader(text)]
    assert told == [fault.name for fault in faults.FAULTS]


def of_levels(database) -> dict[str, tuple]:
    """Value, verdict, reason, who and which months are missing, of the targets of one level each."""
    told = database.execute(
        """select split_part(target_id, '/', 2), s.value, s.met,
                  v.reason, v.missing_reporters, v.missing_periods
           from marts.rpt_scorecard s
           join marts.dim_org using (org_key)
           join marts.fct_indicator_value v using (indicator_id, definition_version, org_key, period_id)
           where level = 'group' and target_id like '%/II.2.7%' and s.period_kind = 'year'
             and v.known_to is null"""
    )
    return {number: tuple(about) for number, *about in told.fetchall()}


def level_aims(truth) -> dict[str, tuple[Fraction, bool]]:
    """The share that each level reached in 2024, and whether that is its target, from what is true."""
    everybody = {org for of, _ in truth.counts if of == "documents" for org, _ in truth.counts[of, _]}
    agencies, districts = set(province.reporting_agencies()), set(province.DISTRICTS)
    levels = {
        "II.2.7a": (agencies, 100),
        "II.2.7b": (districts, 95),
        "II.2.7c": (everybody - agencies - districts, 80),
    }

    def total(measure, level):
        cells = [truth.counts[measure, quarter] for quarter in QUARTERS["2024"]]
        return sum(n for cell in cells for (org, _), n in cell.items() if org in level)

    shares = {
        number: (per_cent(total("documents_online", level), total("documents", level)), aim)
        for number, (level, aim) in levels.items()
    }
    return {number: (share, share >= aim) for number, (share, aim) in shares.items()}


@pytest.fixture
def landed(demo, tmp_path):
    """What the demo received, to be changed."""
    shutil.copytree(demo.data / "landed", tmp_path / "landed")
    return tmp_path / "landed/extract_rows/source_id=unit_reports"


@pytest.fixture
def scorecard_of(landed, compiled_models):
    return lambda: run(
        behind(compiled_models, "rpt_scorecard", "dim_org", "fct_indicator_value"), landed.parents[2]
    )


def test_a_target_of_a_level_is_undecided_while_one_of_the_level_is_silent_in_one_quarter(demo, truth):
    with duckdb.connect(str(demo.release / "dxkpi.duckdb"), read_only=True) as database:
        told = of_levels(database)
    *undecided, months = told.pop("II.2.7a")
    assert undecided == [None, None, "org_incomplete", "Ban Dân tộc"]
    assert months == ["2024-07", "2024-08", "2024-09"]
    aims = level_aims(truth)
    assert told == {number: (*aims[number], None, None, None) for number in ("II.2.7b", "II.2.7c")}


def test_a_target_of_a_level_is_judged_on_the_whole_level_once_the_last_has_reported(
    truth, landed, scorecard_of
):
    report, of_board = landed / "2024.parquet", pl.col("org_text") == "Ban Dân tộc"
    reported = pl.read_parquet(report)
    is_last = (pl.col("period_id") == "2024-Q4").all() & of_board.any()
    last = reported.filter(is_last.over("extract_id"))
    assert last["extract_id"].n_unique() == 1
    true = {
        measure: n
        for (measure, quarter), cells in truth.counts.items()
        if quarter == "2024-Q3"
        for (org, _), n in cells.items()
        if org == "ban_dan_toc"
    }
    late = last.filter(of_board).with_columns(
        row=pl.col("row") + last["row"].max(),
        raw_text=pl.col("subject").replace_strict(true).cast(pl.String),
        value=pl.col("subject").replace_strict(true).cast(last.schema["value"]),
        period_id=pl.lit("2024-Q3"),
        period_start=pl.lit(date(2024, 7, 1)),
        period_end=pl.lit(date(2024, 9, 30)),
    )
    pl.concat([reported, late]).write_parquet(report)
    with scorecard_of() as database:
        told = of_levels(database)
    assert told == {number: (*aim, None, None, None) for number, aim in level_aims(truth).items()}


@pytest.mark.parametrize("quarters", [["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"], ["2024-Q2"]])
def test_a_target_of_a_level_is_undecided_while_one_of_the_level_has_not_reported(
    landed, scorecard_of, quarters
):
    silent = {
        "II.2.7a": "Sở Giao thông vận tải",
        "II.2.7b": "Huyện Chư Sê",
        "II.2.7c": "Xã Ya Ma, Huyện Kông Chro",
    }
    for file in landed.glob("*.parquet"):
        is_silent = pl.col("org_text").is_in(list(silent.values())) & pl.col("period_id").is_in(quarters)
        pl.read_parquet(file).filter(~is_silent).write_parquet(file)
    with scorecard_of() as database:
        told = of_levels(database)
    assert set(told) == set(silent)
    for number, (value, met, reason, missing, _) in told.items():
        assert (value, met, reason) == (None, None, "org_incomplete"), number
        assert silent[number].split(",")[0] in missing


def test_no_page_workbook_or_table_of_the_release_says_none_or_nan(demo):
    # the dictionary says which columns may be null
    pages = [page for page in demo.release.glob("report/**/*.html") if page.name != "dictionary.html"]
    pages.append(demo.release / "README.md")
    texts = [file.read_text(encoding="utf-8") for file in pages]
    book = openpyxl.load_workbook(demo.release / "appendix_01.xlsx", read_only=True)
    cells = [
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    shown = [*(re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.S) for text in texts), *cells]
    assert [word for text in shown for word in re.findall(r"\b(?:None|nan|NaN|null)\b", text)] == []


def test_console_page_and_workbook_show_each_level_in_the_order_of_the_plan_and_who_is_missing(demo):
    sheet = openpyxl.load_workbook(demo.release / "appendix_01.xlsx")["Năm 2024"]
    rows = [row for row in list(sheet.values)[6:] if row[0]]
    numbers = [f"II.2.{n}" for n in ("1", "2", "3", "4", "5", "6", "7a", "7b", "7c", "8", "9", "10")]
    assert [row[0] for row in rows] == numbers
    assert [row[2] for row in rows[6:9]] == ["sở, ngành", "cấp huyện", "cấp xã"]
    missing = "hưa đủ đơn vị báo cáo: Ban Dân tộc (tháng 7/2024, 8/2024, 9/2024)"
    assert rows[6][-1] == f"Không tính lại được: c{missing}"
    page = (demo.release / "report/index.html").read_text(encoding="utf-8")
    assert set(re.findall(r' id="([^"]+)"', page)) >= set(numbers)
    assert f"C{missing}" in page
    console = " ".join(line[line.find("  ") :].strip() for line in demo.stdout.splitlines())
    assert "đơn vị báo cáo: Ban Dân tộc" in " ".join(console.split())
