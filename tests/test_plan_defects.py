"""The bundled plan as an auditor reads it: every defect found by hand that a machine can find is found, and
no other; and every percentage and amount is used, or listed as unused."""

import re
from collections import Counter

import yaml
from making.gia_lai import BROKEN, PLAN

from expectations import plan

DEFECTS = yaml.safe_load((BROKEN / "gia-lai-2024-defects.yml").read_text(encoding="utf-8"))
RULES = {
    *plan.DOUBTS,
    *("list_in_text_wrong", "units_in_text_wrong", "division_in_text_wrong", "sum_in_text_wrong"),
    *("target_reached_already", "target_reached_already_other_definition"),
}
LINES = PLAN.read_text(encoding="utf-8").splitlines()
# A number with its sign or its unit; in the columns of money the unit stands over them.
SHOWN = re.compile(r"\d+(?:[.,]\d+)*\s*(?:%|(?:(?:tỷ|triệu)\s+)*đồng)")
MONEY_COLUMNS = {"PL02": (698, 740, 3), "PL03": (752, 831, 7)}  # first line, line of the total, cell from 0


def test_what_is_found_in_the_plan_is_what_an_auditor_finds_by_hand(published):
    found = published.query(
        "select rule_id, regexp_extract(locator, '^line (\\d+)', 1) from marts.fct_finding"
    )
    by_hand = Counter((one["rule"], one["line"]) for one in DEFECTS if "rule" in one)
    assert Counter((rule, int(line)) for rule, line in found if rule in RULES) == by_hand


def test_a_finding_names_each_place_and_is_of_the_year_that_it_is_about(published):
    found = {
        rule: told
        for rule, *told in published.query(
            "select rule_id, period_id, message_vi, message_en from marts.fct_finding"
            " where rule_id in ('date_impossible', 'percentage_of_another_base')"
        )
    }
    year, vi, en = found["date_impossible"]  # lines 29 and 93
    assert year == "2024"
    assert vi.endswith("; cũng ghi như vậy ở Phần I, mục I, đoạn 1.")
    assert en.endswith("; so it is in Part I, section I, paragraph 1.")
    assert found["percentage_of_another_base"][0] == "2023"  # results stand in the part of the year before


def test_every_percentage_and_amount_of_the_document_is_used_or_listed_as_unused(published):
    shown = Counter(
        (at, re.sub(r"\s+", " ", match[0]))
        for at, line in enumerate(LINES, 1)
        for match in SHOWN.finditer(line)
    )
    for first, total, cell in MONEY_COLUMNS.values():
        rows = [(at, LINES[at - 1].split("\t")) for at in range(first, total + 1)]
        for at, cells in rows:
            if len(cells) > cell and (amount := re.sub(r"</?b>", "", cells[cell]).strip()):
                shown[at, amount] += bool(re.fullmatch(r"[\d.,]+", amount))
    listed = Counter(
        published.query("select line, raw_text from marts.plan_figure where kind in ('percent', 'money')")
    )
    missing = {key: n for key, n in (+shown).items() if listed[key] < n}
    assert missing == {}


def test_a_figure_says_what_it_is_used_for(published):
    used = dict(
        published.query(
            "select raw_text || ' ' || line, used_as || ' ' || coalesce(used_by, '') from marts.plan_figure"
        )
    )
    assert used["49,3% 221"].startswith("claim gia-lai-2024/claim/ratio_in_text/")
    assert used["52,89% 679"] == "result eid_accounts"
    assert used[">30% 679" if ">30% 679" in used else "30% 679"] == "target eid_accounts"
    assert used["40% 380"] == "target II.2.1"
    assert used["100% 508"] == "target_beside_the_list systems_with_approved_level"
    assert used["81.680 753"] == "amount gia-lai-2024/PL03/2"
    assert used["296,3 triệu đồng 289"] == "unused "
    assert used["100% 155"] == "unused "


def test_a_number_that_was_copied_from_the_plan_confirms_nothing(published):
    copied = published.query(
        """select distinct agrees, is_transcribed
           from marts.plan_claim where claim_id like '%/published_figures/%'"""
    )
    assert copied == [(None, True)]
