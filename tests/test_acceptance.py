"""What the province's plan for 2024 must give, worked out by hand from the document."""

from decimal import Decimal

import pytest

VALUES = """select value_status, value, reported_value, numerator, denominator, reason
            from marts.fct_indicator_value v join marts.dim_indicator using (indicator_id, definition_version)
            where code = '{}' and definition_version = 1 and period_id = '2023' and known_to is null"""


def value(published, code: str) -> tuple:
    (row,) = published.query(VALUES.format(f"PL01.{code}"))
    return row


def test_the_tasks_of_each_appendix_are_all_there_and_add_up(published):
    rows = published.query(
        """select appendix, count(*), sum(amount_vnd), count(amount_vnd)
           from marts.fct_task group by 1 order by 1"""
    )
    assert rows == [
        ("PL02", 34, 166_093_904_000, 25),
        ("PL03", 57, 169_546_910_000, 46),
        ("PL04", 20, None, 0),
    ]


def test_a_split_cell_is_whole_in_both_its_rows(published):
    leads = published.query(
        "select lead_raw, lead_org_id from marts.fct_task where appendix = 'PL03' and number in (48, 49, 50)"
    )
    assert {lead for lead, _ in leads} == {"Văn phòng Đoàn ĐBQH và HĐND tỉnh"}
    assert len({org for _, org in leads}) == 1 and leads[0][1]


@pytest.mark.parametrize(
    ("code", "computed", "reported", "numerator", "denominator"),
    [
        ("IV.3", "52.8901", "52.89", 664_940, 1_257_210),
        ("IV.6", "1.5661", "1.57", 19_689, 1_257_210),
        ("II.3", "43.4805", "43.48", 837, 1_925),
        ("II.7", "49.3012", "50.01", 116_133, 235_558),
    ],
)
def test_a_ratio_with_both_inputs_is_divided_again(
    published, code, computed, reported, numerator, denominator
):
    assert value(published, code) == (
        "computed",
        Decimal(computed),
        Decimal(reported),
        numerator,
        denominator,
        None,
    )


@pytest.mark.parametrize(
    ("code", "status", "reported", "reason"),
    [
        ("IV.5", "estimated", "67.9", "unit_mismatch"),
        ("III.2", "reported", "90.02", "both_inputs_missing"),
        ("IV.4", "reported", "0.36", "numerator_missing"),
        ("II.2", "reported", "89", "denominator_missing"),
        ("I.6", "reported", "75", "both_inputs_missing"),
        ("V.3", "estimated", "20.03", "both_inputs_missing"),
        ("V.4", "estimated", "50.11", "both_inputs_missing"),
        ("III.3", "estimated", "30", "both_inputs_missing"),
    ],
)
def test_a_ratio_that_cannot_be_divided_is_given_as_published_with_its_reason(
    published, code, status, reported, reason
):
    found = value(published, code)
    assert (found[0], found[2], found[5]) == (status, Decimal(reported), reason)
    assert found[1] == Decimal(reported)


@pytest.mark.parametrize("code", ["IV.7", "IV.8"])
def test_what_nobody_assessed_has_no_value(published, code):
    found = value(published, code)
    assert (found[0], found[1], found[2], found[5]) == ("not_computable", None, None, "not_assessed")


def test_targets_of_2023_as_reported(published):
    rows = published.query(
        """select t.target_kind = 'threshold', s.met_as_reported, count(*)
           from marts.rpt_scorecard s join marts.fct_indicator_target t using (target_id)
           where t.year = 2023 and s.period_id = '2023' group by 1, 2"""
    )
    assert {row[:2]: row[2] for row in rows} == {
        (True, True): 17,
        (True, False): 9,
        (True, None): 2,
        (False, True): 2,  # "Hoàn thành" where the target is "Hoàn thành"
        (False, None): 1,
    }


def test_the_only_verdict_that_depends_on_the_value_taken_is_online_dossiers(published):
    rows = published.query(
        """select code, met, met_as_reported from marts.rpt_scorecard
           where met is distinct from met_as_reported"""
    )
    assert rows == [("PL01.II.7", False, True)]
    assert published.query(
        "select count(*) from marts.fct_finding where rule_id = 'verdict_depends_on_value'"
    ) == [(1,)]


def test_every_ratio_that_was_not_computed_has_a_reason_and_a_finding(published):
    uncomputed = published.query(
        """select indicator_id, period_id from marts.fct_indicator_value
           where value_status not in ('computed', 'milestone') and known_to is null"""
    )
    assert len(uncomputed) >= 24
    assert (
        published.query(
            """select * from marts.fct_indicator_value
           where (reason is null) <> (value_status in ('computed', 'milestone'))"""
        )
        == []
    )
    reported = set(published.query("select indicator_id, period_id from marts.fct_finding"))
    # what is told of a month or a quarter is not told again of the periods made of it
    around = {
        (indicator, longer)
        for indicator, period in reported
        if period and period[5:6].isdigit()
        for longer in (period[:4], f"{period[:4]}-Q{(int(period[5:]) + 2) // 3}")
    }
    assert set(uncomputed) <= reported | around


def test_no_infinity_and_no_nan_anywhere(published):
    columns = published.query(
        """select table_name, column_name from information_schema.columns
           where table_schema = 'marts' and data_type in ('DOUBLE', 'FLOAT')"""
    )
    for table, column in columns:
        assert published.query(
            f"select count(*) from marts.{table} where isnan({column}) or isinf({column})"
        ) == [(0,)]


def test_the_one_wrong_division_in_the_text_is_found(published):
    rows = published.query(
        """select line, stated, recomputed from marts.plan_claim
           where kind = 'ratio_in_text' and not agrees"""
    )
    (line, stated, recomputed) = rows[0]
    assert len(rows) == 1
    assert stated == Decimal("65.66")
    # 825384 / 1257210 = 65.6520… %
    assert round(recomputed, 4) == Decimal("65.6520")
    text = (published_plan() / "plan.md").read_text(encoding="utf-8").splitlines()
    assert "65,66%" in text[line - 1]


def published_plan():
    from ingest import folders

    return folders.CHECKOUT / "data/plan/gia-lai-2024"


def audit(published, rule: str) -> list[str]:
    return [
        m for (m,) in published.query(f"select message_vi from marts.fct_finding where rule_id = '{rule}'")
    ]


def test_the_audit_names_the_three_values_of_online_dossiers(published):
    (message,) = [m for m in audit(published, "several_stated_values") if "50,01" in m]
    assert "49,3" in message and "74,45" in message


def test_the_audit_lists_the_targets_that_were_lowered(published):
    rows = published.query(
        """select target_value, previous_target_value, same_definition
           from marts.rpt_target_audit where is_lower"""
    )
    pairs = {(int(new), int(old), same) for new, old, same in rows}
    assert pairs == {(70, 80, True), (60, 75, True), (40, 60, False), (80, 100, False)}
    assert len(rows) == 5  # 80 after 100 twice: online services, digitisation
    messages = audit(published, "target_lowered") + audit(published, "target_lowered_other_definition")
    assert len(messages) == 5


def test_the_audit_reconciles_the_total_of_appendix_3_only_to_rounding(published):
    messages = audit(published, "total_reconciles_only_to_rounding")
    assert messages and all("169.546.910.000" in message for message in messages)
    assert any("169,547" in message for message in messages)


def test_the_audit_lists_both_split_cells(published):
    assert len(audit(published, "split_cell_repaired")) == 2


def test_the_wording_of_integrated_services_asks_for_another_denominator(published):
    platforms, integrated = sorted(audit(published, "wording_asks_other_denominator"))
    assert "837" in integrated and "1.925" in integrated and "(982)" in integrated
    # of the fully online services nobody said how many are integrated: 837 of 982 would fit no definition
    reported, _, missing = integrated.partition("còn thiếu số liệu: ")
    assert (
        missing.startswith("“Số dịch vụ công trực tuyến toàn trình được cung cấp trên Cổng")
        and "85," not in reported
    )
    assert "được công bố 30%" in platforms and "“Tổng số doanh nghiệp nhỏ và vừa”" in platforms


def test_accounts_offered_for_persons_are_a_clash_of_units(published):
    (message,) = audit(published, "unit_clash")
    assert "1.744.370" in message
