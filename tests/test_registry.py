"""The registry: it loads, every rule of its linter bites, and what the plan prints finds its entry."""

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from ingest import folders, plan, registry
from ingest.errors import Refused
from ingest.registry.lint import RULES
from ingest.wording import match_key

DATA = Path(__file__).parents[1] / "data"
REGISTRY = DATA / "registry"
FIXTURES = Path(__file__).parent / "fixtures" / "registry"
BROKEN = yaml.safe_load((FIXTURES / "broken.yml").read_text(encoding="utf-8"))
MALFORMED = yaml.safe_load((FIXTURES / "malformed.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries():
    return registry.load(REGISTRY)


@pytest.fixture(scope="module")
def tables(entries):
    return registry.tables(entries)


@pytest.fixture(scope="module")
def printed():
    return plan.read("plan.md", (DATA / "plan" / "gia-lai-2024" / "plan.md").read_bytes())


@pytest.fixture
def tiny(tmp_path):
    return Path(shutil.copytree(FIXTURES / "tiny", tmp_path / "registry"))


def change(folder: Path, file: str, old: str, new: str):
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_the_registry_has_no_problem(entries):
    assert registry.lint(entries) == []


def test_the_tiny_registry_has_no_problem(tiny):
    assert registry.lint(registry.load(tiny)) == []


def test_every_rule_of_the_linter_has_a_failing_fixture():
    assert sorted(BROKEN) == sorted(rule.__name__ for rule in RULES)
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("name", MALFORMED)
def test_an_entry_that_lacks_something_or_contradicts_itself_is_refused(name, tiny):
    *changed, message = MALFORMED[name]
    change(tiny, *changed)
    with pytest.raises(Refused, match=rf"{changed[0]}: .*: {re.escape(message)}$"):
        registry.load(tiny)


@pytest.mark.parametrize(
    ("rule", "changed"), [(rule, changed) for rule, changes in BROKEN.items() for changed in changes]
)
def test_the_linter_finds(rule, changed, tiny):
    change(tiny, *changed)
    problems = registry.lint(registry.load(tiny))
    assert rule in {problem.rule for problem in problems}
    for problem in problems:
        assert re.match(r"[a-z_]+\.(yml|csv)", problem.locator)
        assert problem.message


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("indicators.yml", "kind: milestone", "kynd: milestone", r"entry 1 \(plan_issued\): \w+"),
        ("indicators.yml", "basis: press", "basis: hearsay", r"entry 1 \(plan_issued\): basis: .*hearsay"),
        ("indicators.yml", "max_step: 60", "max_step: many", r"entry 2 \(eid_accounts\): max_step: "),
        (
            "indicators.yml",
            "basis: press",
            "basis: press\n    basis: wording",
            r"line 13, .*'basis' stands here twice",
        ),
        (
            "indicators.yml",
            "indicators:",
            "indicators: []\nindicateurs:",
            r"indicateurs: only pillars and indicators",
        ),
        ("measures.yml", "score:", "payments:", r"line 7, .*'payments' stands here twice"),
        (
            "measures.yml",
            "source: portal, kept_for: A score.",
            "kept_for: A score.",
            r"score: source: is missing",
        ),
        ("measures.yml", "unit: points", "unit: [points", r"line 7, column \d+"),
        ("rules.yml", "severity: error", "severity: fatal", r"out_of_bounds.*severity: .*fatal"),
        (
            "targets.yml",
            "org_level: province\n  wording: Ban",
            "org_level: moon\n  wording: Ban",
            r"org_level",
        ),
        (
            "organisations.csv",
            "valid_to,legal_basis",
            "valid_to,law",
            r"organisations.csv: line 2: law: is no key",
        ),
        ("organisations.csv", ",22,,2025-06-30,NQ", ",22,2025-06-30,NQ", r"line 4: has not the 11 cells"),
        ("organisations.csv", ",22,,2025-06-30", ",22,,30/06/2025", r"line 4: valid_to: .*30/06/2025"),
        ("corrections.yml", "published: 100", "published: about 100", r"adults_2023.*published"),
    ],
)
def test_a_malformed_entry_is_refused_with_its_file_and_place(file, old, new, said, tiny):
    change(tiny, file, old, new)
    with pytest.raises(Refused, match=rf"{file}: .*") as refused:
        registry.load(tiny)
    assert re.search(said, str(refused.value)), refused.value
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused_by_name(tiny):
    (tiny / "targets.yml").unlink()
    with pytest.raises(Refused, match=r"targets\.yml: is missing"):
        registry.load(tiny)


def test_a_file_in_another_encoding_is_refused(tiny):
    (tiny / "measures.yml").write_bytes("a: {tên: Điểm}".encode("utf-16"))
    with pytest.raises(Refused, match=r"measures\.yml: byte 1: is not UTF-8"):
        registry.load(tiny)


def test_the_tables_have_exactly_the_declared_columns(tables):
    assert {name: dict(frame.schema) for name, frame in tables.items()} == registry.TABLES


def test_the_registry_defines_the_31_rows_of_appendix_01_in_their_order(tables):
    rows = tables["indicators"].filter(pl.col("report_order").is_not_null()).sort("report_order")
    sizes = {"I": 6, "II": 9, "III": 3, "IV": 9, "V": 4}
    assert rows["code"].to_list() == [
        f"PL01.{section}.{number}" for section, size in sizes.items() for number in range(1, size + 1)
    ]


def test_the_definitions_of_indicators_by_code(tables):
    rows = {row["code"]: row for row in tables["indicators"].iter_rows(named=True) if row["code"]}
    integrated, eid, accounts = rows["PL01.II.3"], rows["PL01.IV.3"], rows["PL01.IV.5"]
    assert (integrated["numerator_measure"], integrated["denominator_measure"]) == (
        "integrated_services",
        "procedures_total",
    )
    assert integrated["denominator_by_wording"] == "services_fully_online"
    assert (eid["indicator_id"], eid["formula_en"]) == (
        "eid_accounts",
        "Adults with an electronic identity account / Adult population × 100",
    )
    assert (eid["lower_bound"], eid["upper_bound"]) == (Decimal(0), Decimal(100))
    assert accounts["numerator_measure"] == "persons_15_with_payment_account"
    offered = tables["measures"].filter(pl.col("offered_for") == accounts["numerator_measure"])
    assert offered.select("measure_id", "unit").rows() == [("payment_accounts", "accounts")]
    assert rows["PL01.V.3"]["denominator_measure"] == rows["PL01.IV.1"]["numerator_measure"]
    assert rows["PL01.V.4"]["denominator_measure"] == rows["PL01.IV.2"]["numerator_measure"]
    assert rows["PL01.V.2"]["denominator_measure"] == rows["PL01.V.1"]["denominator_measure"]


def test_only_the_definition_that_was_read_claims_an_official_text(tables):
    official = tables["indicators"].filter(pl.col("formula_basis") == "official_text")
    assert official["code"].to_list() == ["PL01.II.7"]


def test_online_dossiers_have_three_definitions_with_three_denominators_or_numerators(tables):
    versions = (
        tables["indicators"].filter(pl.col("indicator_id") == "online_dossiers").sort("definition_version")
    )
    assert versions.select("definition_version", "numerator_measure", "denominator_measure").rows() == [
        (1, "dossiers_online", "dossiers_with_online_service"),
        (2, "dossiers_online", "dossiers_received"),
        (3, "dossiers_fully_online", "dossiers_received"),
    ]


def test_the_twelve_targets_and_what_they_are_nearest_to(tables):
    targets = tables["targets"]
    assert targets["target_no"].to_list() == [
        *(f"II.2.{n}" for n in ("1", "2", "3", "4", "5", "6", "7a", "7b", "7c", "8", "9", "10"))
    ]
    nearest = targets.filter(pl.col("nearest_indicator_id").is_not_null())
    assert nearest["target_no"].to_list() == ["II.2.1", "II.2.2", "II.2.3", "II.2.4", "II.2.5"]
    same = targets.filter(pl.col("target_no").is_in(["II.2.8", "II.2.9", "II.2.10"]))
    assert same["indicator_id"].to_list() == ["smartphone_subscriptions", "fibre_households", "eid_accounts"]
    assert same["definition_version"].to_list() == [1, 1, 1]


def test_17_districts_had_220_communes_until_the_merger(tables):
    districts = tables["organisations"].filter(pl.col("level") == "district")
    assert (districts.height, districts["communes"].sum()) == (17, 220)
    assert districts["valid_to"].unique().to_list() == [date(2025, 6, 30)]
    # GSO left 636 out.
    assert sorted(districts["code"].to_list()) == [str(n) for n in range(622, 640) if n != 636]


@pytest.mark.parametrize(
    ("day", "types"),
    [
        (date(2024, 10, 31), {"Xã": 182, "Phường": 24, "Thị trấn": 14}),
        (date(2024, 11, 1), {"Xã": 180, "Phường": 24, "Thị trấn": 14}),
        (date(2025, 7, 1), {"Xã": 110, "Phường": 25}),
    ],
)
def test_the_communes_of_a_day_are_those_of_its_regime(day, types, tables):
    communes = tables["organisations"].filter(
        pl.col("level") == "commune",
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= day),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= day),
    )
    found = communes["name_vi"].str.extract("^(Xã|Phường|Thị trấn) ").value_counts()
    assert dict(found.rows()) == types


def test_every_commune_of_gia_lai_has_become_one_of_the_merged_province(tables):
    changes, orgs = tables["org_changes"], tables["organisations"]
    ended = orgs.filter(pl.col("level") == "commune", pl.col("valid_to") == date(2025, 6, 30))
    into = changes.filter(pl.col("effective_on") == date(2025, 7, 1))
    assert set(ended["org_key"]) <= set(into["from_org_key"])
    # 58 of the 135 were Bình Định's, whose communes are not in the registry.
    assert len(set(into["to_org_key"]) - {"gia_lai_merged@3"}) == 77


def test_the_province_before_and_after_the_merger_are_two_organisations(tables):
    provinces = tables["organisations"].filter(pl.col("level") == "province")
    assert provinces.select("org_id", "code", "valid_from", "valid_to").rows() == [
        ("gia_lai", "64", None, date(2025, 6, 30)),
        ("binh_dinh", "52", None, date(2025, 6, 30)),
        ("gia_lai_merged", "52", date(2025, 7, 1), None),
    ]


@pytest.mark.parametrize(
    ("said", "org"),
    [
        ("Sở TT&TT", "so_tttt"),
        ("UBND huyện Kbang", "kbang"),
        ("UBND huyện Đak Pơ", "dak_po"),
        ("Văn phòng Đoàn ĐBQH và HĐND tỉnh", "van_phong_doan_dbqh_hdnd"),
        ("Chi cục Kiểm lâm (Sở Nông nghiệp và PTNT)", "chi_cuc_kiem_lam"),
        ("Trung tâm CNTT (Sở Tài nguyên và Môi trường)", "trung_tam_cntt_tnmt"),
    ],
)
def test_an_organisation_is_known_by_every_spelling_of_the_plan(said, org, tables):
    found = tables["org_aliases"].filter(pl.col("alias_key") == match_key(said))
    assert found["org_id"].to_list() == [org]


def test_a_sub_agency_belongs_to_the_department_in_its_brackets(tables):
    parents = dict(tables["organisations"].select("org_id", "parent_org_key").rows())
    assert parents["chi_cuc_kiem_lam"] == parents["chi_cuc_cn_ty"] == "so_nnptnt@1"
    assert parents["trung_tam_cntt_tnmt"] == "so_tnmt@1"


def longest_match(wordings: dict[str, str], *keys: str | None) -> str | None:
    """What the longest wording names that stands in the first key in which any does."""
    for key in keys:
        if found := [words for words in wordings if words in (key or "")]:
            return wordings[max(found, key=len)]
    return None


def wordings(tables, use: str) -> dict[str, str]:
    rows = tables["indicator_wordings"].filter(pl.col("wording_use") == use)
    return dict(rows.select("wording_key", "indicator_id").rows())


def test_every_row_of_appendix_01_finds_its_indicator_by_name(tables, printed):
    names = wordings(tables, "name")
    codes = dict(
        tables["indicators"].filter(pl.col("code").is_not_null()).select("indicator_id", "code").rows()
    )
    rows = printed["plan_indicators"].select("section_no", "number", "name_key").rows()
    assert len(rows) == 31
    for section, number, key in rows:
        assert codes[names[key]] == f"PL01.{section}.{number}"


def test_every_target_of_the_plan_finds_its_entry_by_its_words(tables, printed):
    known = dict(tables["targets"].select("wording_key", "target_no").rows())
    for code, key in printed["plan_targets"].select("code", "name_key").rows():
        assert known[key] == code


def test_every_percentage_of_sections_8_and_9_finds_the_indicator_it_states(tables, printed):
    percentages = printed["plan_figures"].filter(pl.col("kind") == "percent")
    names = wordings(tables, "name")
    stated = [
        (raw, indicator)
        for raw, label, context in percentages.select("raw_text", "label_key", "context_key").rows()
        if (indicator := longest_match(names, label, context))
    ]
    assert stated == [
        ("89%", "fully_online_procedures"),
        ("43,48%", "integrated_online_services"),
        ("49,3%", "online_dossiers"),
        ("55%", "digitised_results"),
        ("74,45%", "online_dossiers"),
        ("100%", "enterprises_using_e_invoices"),
        ("30%", "sme_using_platforms"),
        ("35%", "enterprises_using_e_contracts"),
        ("90%", "sme_reached_by_platforms"),
        ("30%", "sme_regularly_using_platforms"),
        ("7,5%", "e_commerce_share_of_retail"),
        ("100%", "cashless_outlets"),
        ("100%", "enterprises_declaring_tax_online"),
        ("100%", "declarants_using_e_invoices"),
        ("20%", "enterprises_in_e_commerce"),
        ("65,6%", "smartphone_subscriptions"),
        ("55,5%", "fibre_households"),
        ("68%", "internet_users"),
        ("65,66%", "eid_accounts_issued"),
        ("52,89%", "eid_accounts"),
        ("0,36%", "personal_signatures"),
        ("67,9%", "payment_account_holders"),
        ("1,57%", "dvc_accounts"),
        # Section 10.8 states two of them again.
        ("30%", "sme_using_platforms"),
        ("100%", "enterprises_using_e_invoices"),
        # Section III.7 of part II sets targets for three.
        ("100%", "systems_with_approved_level"),
        ("100%", "systems_meeting_level"),
        ("100%", "trusted_sites"),
    ]


def test_only_counts_that_the_registry_measures_find_a_measure(tables, printed):
    counts = printed["plan_figures"].filter(pl.col("kind") == "count")
    known = dict(tables["measure_wordings"].select("wording_key", "measure_id").rows())
    found = [
        (raw, measure)
        for raw, unit, label in counts.select("raw_text", "unit_key", "label_key").rows()
        if (measure := longest_match(known, unit, label))
    ]
    assert found == [
        ("1.925", "procedures_total"),
        ("943", "services_partly_online"),
        ("982", "services_fully_online"),
        ("837", "integrated_services"),
        ("1.744.370", "payment_accounts"),
        ("19.689", "adults_with_dvc_account"),
        ("1.257.210", "adults"),
    ]


def test_every_agency_that_leads_a_task_is_known(tables, printed):
    leads = printed["plan_tasks"].filter(pl.col("lead_key").is_not_null())["lead_key"]
    assert len(leads) == 57 + 20
    assert set(leads) <= set(tables["org_aliases"]["alias_key"])


def test_what_the_plan_calls_estimated_or_without_data_is_known(tables, printed):
    caveats = tables["indicator_wordings"].filter(pl.col("wording_use") == "caveat")
    stated = {key: set() for key in printed["plan_caveats"]["item_key"]}
    for indicator, key in caveats.select("indicator_id", "wording_key").rows():
        stated[key].add(indicator)
    assert list(stated.values()) == [
        {"sme_regularly_using_platforms", "sme_using_platforms"},
        {"payment_account_holders"},
        {"health_records"},
    ]


def test_what_a_province_adds_stands_in_a_folder_of_its_own_and_the_linter_reads_the_whole(tiny, tmp_path):
    alone = registry.load(tiny)
    added = tmp_path / "lao_cai"
    added.mkdir()
    (added / "organisations.csv").write_text(
        "org_key,org_id,code,name_vi,level\nlao_cai@1,lao_cai,10,Tỉnh Lào Cai,province\n", encoding="utf-8"
    )
    (added / "organisation_aliases.csv").write_text(
        "org_id,alias\nlao_cai,UBND tỉnh Lào Cai\n", encoding="utf-8"
    )
    both = registry.load(tiny, added)
    assert registry.lint(both) == []
    assert len(both.organisations) == len(alone.organisations) + 1
    assert both.aliases[: len(alone.aliases)] == alone.aliases
    assert both.indicators == alone.indicators

    (added / "organisation_aliases.csv").write_text(
        "org_id,alias\nlai_chau,UBND tỉnh Lai Châu\n", encoding="utf-8"
    )
    assert [
        "organisation_aliases.csv: lai_chau" in problem.locator
        for problem in registry.lint(registry.load(tiny, added))
    ] == [True]


def test_a_file_in_which_nothing_is_added_is_refused(tiny, tmp_path):
    added = tmp_path / "lao_cai"
    added.mkdir()
    (added / "indicator.yml").write_text("indicators: []\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"lao_cai/indicator.yml: nothing is added to the registry in it"):
        registry.load(tiny, added)


def test_folders_in_the_registry_of_a_data_directory_add_to_the_one_of_the_checkout(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    assert folders.registries() == [REGISTRY]
    (tmp_path / "registry/lao_cai").mkdir(parents=True)
    assert folders.registries() == [REGISTRY, tmp_path / "registry/lao_cai"]
    shutil.copy(REGISTRY / "indicators.yml", tmp_path / "registry")
    assert folders.registries() == [tmp_path / "registry", tmp_path / "registry/lao_cai"]
