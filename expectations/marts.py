"""What the marts must fulfil before they are published: values with a status, a reason and a plausible size.

Bounds come with the rows, from the registry. Errors are contradictions that a reader of the release must
never see; what the world may really hold, however odd, is a warning.
"""

from operator import ne

from great_expectations.expectations.row_conditions import AndCondition, Column, OrCondition

from expectations.requirements import (
    above,
    among,
    at_least,
    at_most,
    empty,
    equal,
    filled,
    is_false,
    is_true,
    never,
    one_of,
    suites,
)

VALUE_STATUSES = ["computed", "estimated", "reported", "not_computable", "milestone"]
OBS_STATUSES = ["A", "E", "P", "B", "D", "M", "L", "O"]
REASONS = [
    "definition_absent",
    "numerator_missing",
    "denominator_missing",
    "both_inputs_missing",
    "denominator_zero",
    "unit_mismatch",
    "period_mismatch",
    "org_incomplete",
    "not_assessed",
    "input_rejected",
]
OPERATORS = [">=", ">", "<=", "<", "="]
TARGET_KINDS = ["threshold", "milestone", "continuous"]

# Nobody has reported on a value that has none of these: its year is not over, or its report is due. A
# denominator may be an earlier one that is carried forward.
EVIDENCE = ["reported_kind", "numerator"]

status = Column("value_status")
operator = Column("operator")
is_whole = Column("reason") != "org_incomplete"
is_share = is_true("is_share")
no_share = ne(Column("is_share"), True)
says_estimate = is_true("is_said_estimated")
says_no_estimate = is_false("is_said_estimated")
is_its_own_reason = is_false("is_reason_of_parent")
is_whole_level = Column("org_level").is_in(["province", "group"])
is_sure = is_false("is_input_doubted")
is_no_slip = Column("reported_suspicion").is_null()
is_computed = status == "computed"
is_untold_share = is_share & is_false("is_error_told")
is_of_its_day = is_false("is_denominator_older")
is_of_an_earlier_day = is_true("is_denominator_older")
is_equation = Column("relation") == "="
is_part = Column("relation") == "<="
is_untold = is_false("is_explained")
is_met = is_true("met")
is_no_bound = Column("reported_qualifier").is_null()
is_missed = is_false("met")


KEYS = {
    "rpt_count_audit": ("count_id",),
    "rpt_invariant_audit": ("case_id",),
    "rpt_reporting_audit": ("source_id", "period_id"),
    "rpt_near_target": ("org_key", "period_id"),
    "rpt_value_audit": ("indicator_id", "definition_version", "org_key", "period_id"),
    "rpt_input_audit": ("indicator_id", "org_key", "period_id", "asked_measure", "offered_measure"),
    "fct_indicator_value": ("indicator_id", "definition_version", "org_key", "period_id", "known_from"),
    "fct_observation": ("observation_id",),
    "rpt_scorecard": ("target_id", "org_key", "period_id"),
    "fct_task": ("task_id",),
    "fct_rejected_row": ("rejected_row_id",),
    "fct_refused_file": ("extract_id",),
    "rpt_unread_file": ("extract_id",),
    "rpt_unit_audit": ("doubt_id",),
    "rpt_source_audit": ("disagreement_id",),
    "rpt_base_audit": ("base_id",),
    "rpt_repeated_report": ("extract_id", "period_id"),
}


REQUIRED = {
    "rpt_count_audit": [
        never("suspicion", "slip", "count_off_by_power_of_ten"),
        never("suspicion", "impossible_slip", "impossible_count_off_by_power_of_ten"),
        never("suspicion", "outlier", "count_unlike_its_history"),
        never("suspicion", "outlier_of_few", "few_unlike_their_history"),
        never("suspicion", "above_most", "count_above_its_maximum"),
        never("suspicion", "children", "children_exceed_parent"),
        never("suspicion", "total", "total_differs_from_its_parts"),
    ],
    "rpt_invariant_audit": [
        at_least("parts_at_most", "parts_value", "counts_do_not_add_up", where=is_untold & is_equation),
        at_least("parts_value", "parts_at_least", "counts_do_not_add_up", where=is_untold & is_equation),
        at_least("parts_at_most", "parts_value", "part_exceeds_its_whole", where=is_untold & is_part),
    ],
    "rpt_reporting_audit": [
        # Who is not due yet is not missed.
        among("missing", [0], "reports_missing", where=is_true("is_due")),
        among("late", [0], "reports_late"),
    ],
    "rpt_near_target": [at_least("plausible_narrowly", "met_narrowly", "targets_met_by_a_hair")],
    "rpt_value_audit": [
        # Who is missing of a sum is reported by the rule below. What is missing of a district as of its
        # province is reported of the province.
        empty(
            "reason",
            "ratio_not_computed",
            where=OrCondition(
                conditions=[is_whole & is_its_own_reason & Column(name).is_not_null() for name in EVIDENCE],
            ),
        ),
        # Nobody waits for what has no target.
        empty(
            "reason",
            "value_not_reported_yet",
            where=AndCondition(
                conditions=[
                    is_whole,
                    Column("targets").is_not_null(),
                    *(Column(name).is_null() for name in EVIDENCE),
                ]
            ),
        ),
        # Of a district the same report is missing as of the province, or of the group of a level.
        never("reason", "org_incomplete", "reporters_missing", where=is_whole_level),
        never("value_status", "estimated", "only_estimated", where=says_estimate),
        # Where the table prints "-" or says "ước tính" itself, text and table agree.
        empty(
            "caveat_line",
            "caveat_in_text",
            where=says_no_estimate & Column("reported_value").is_not_null(),
        ),
        # Of a value made from a doubted count the count is reported, of a published one that slipped the
        # slip.
        at_least(
            "value",
            "lower_bound",
            "value_out_of_bounds",
            where=(is_sure & is_no_slip) | (is_sure & is_computed),
        ),
        at_least("reported_value", "lower_bound", "value_out_of_bounds", where=is_no_slip),
        # A share above 100 is flagged by the rules below, once.
        at_least(
            "upper_bound",
            "value",
            "value_out_of_bounds",
            where=OrCondition(
                conditions=[
                    in_bounds & is_sure & its_own
                    for in_bounds in (no_share, Column("value") <= 100)
                    for its_own in (is_no_slip, is_computed)
                ]
            ),
        ),
        at_least(
            "upper_bound",
            "reported_value",
            "value_out_of_bounds",
            where=(no_share & is_no_slip) | ((Column("reported_value") <= 100) & is_no_slip),
        ),
        # Where the value was computed, a slip of the decimal point in the published one is reported as that.
        at_most("reported_value", 100, "value_above_100", where=is_share & is_no_slip),
        # Not where the count that is too large, or another share of it, was reported already. What was not
        # divided is reported as that, unless it was not because of this.
        at_least(
            "denominator",
            "numerator",
            "numerator_above_denominator",
            where=(is_untold_share & is_of_its_day & is_computed)
            | (is_untold_share & is_of_its_day & (Column("reason") == "input_rejected")),
        ),
        # A ratio printed in the text with its two inputs is judged as a division in the text, not again here.
        equal(
            "value_at_printed_precision",
            "reported_value",
            "recomputed_differs_from_printed",
            where=(Column("code").is_not_null() & is_no_slip) | (Column("plan_id").is_null() & is_no_slip),
        ),
        never("reported_suspicion", "slip", "percentage_off_by_power_of_ten"),
        never("reported_suspicion", "fraction", "fraction_given_as_percentage"),
        among("is_possible_percentage", [True], "percentage_of_no_whole_number"),
        never("suspicion", "step", "change_beyond_max_step"),
        never("suspicion", "history", "value_unlike_its_history"),
        never("suspicion", "peers", "value_unlike_its_peers"),
        # What is published every year need not be older than a year.
        at_most(
            "denominator_age_months", 12, "denominator_out_of_date", where=is_false("is_denominator_told")
        ),
        # A part that has outgrown an earlier count of its whole is possible, and proves that count too old.
        at_least(
            "denominator",
            "numerator",
            "denominator_out_of_date",
            where=is_untold_share & is_of_an_earlier_day & is_computed,
        ),
        at_most("stated_count", 1, "several_stated_values"),
        equal("met", "met_as_reported", "verdict_depends_on_value"),
        # Of a district the same accounts are counted as of the province.
        empty(
            "one_per_person_unknown_vi",
            "accounts_taken_as_persons",
            where=Column("org_level") == "province",
        ),
        empty(
            "wording_denominator_measure",
            "wording_asks_other_denominator",
            where=status.is_in(["computed", "reported", "estimated"]),
        ),
    ],
    "rpt_input_audit": [equal("asked_unit", "offered_unit", "unit_clash")],
    "fct_indicator_value": [
        one_of("value_status", VALUE_STATUSES),
        one_of("obs_status", OBS_STATUSES),
        one_of("reason", REASONS),
        filled("value_status", "status_contradicts_value"),
        filled(
            "reason",
            "status_without_reason",
            where=status.is_in(["estimated", "reported", "not_computable"]),
        ),
        empty("reason", "status_without_reason", where=status.is_in(["computed", "milestone"])),
        filled(
            "value", "status_contradicts_value", where=status.is_in(["computed", "estimated", "reported"])
        ),
        empty("value", "status_contradicts_value", where=status.is_in(["not_computable", "milestone"])),
        filled("numerator", "status_contradicts_value", where=status == "computed"),
        filled("denominator", "status_contradicts_value", where=status == "computed"),
        never("denominator", 0, "status_contradicts_value", where=status == "computed"),
    ],
    "fct_observation": [
        one_of("obs_status", OBS_STATUSES),
        filled("raw_text", "required_value_missing"),
        filled("locator", "required_value_missing"),
    ],
    # The verdict worked out a second time, by comparison alone.
    "rpt_scorecard": [
        one_of("value_status", VALUE_STATUSES),
        one_of("reason", REASONS),
        one_of("operator", OPERATORS),
        *(
            compare(
                larger,
                smaller,
                "verdict_contradicts_value",
                where=(operator == sign) & verdict & is_no_bound,
                part=sign,
            )
            for sign, verdict, compare, larger, smaller in [
                (">=", is_met, at_least, "value", "target_value"),
                (">=", is_missed, above, "target_value", "value"),
                (">", is_met, above, "value", "target_value"),
                (">", is_missed, at_least, "target_value", "value"),
                ("<=", is_met, at_least, "target_value", "value"),
                ("<=", is_missed, above, "value", "target_value"),
                ("<", is_met, above, "target_value", "value"),
                ("<", is_missed, at_least, "value", "target_value"),
            ]
        ),
        equal("value", "target_value", "verdict_contradicts_value", where=(operator == "=") & is_met),
        never(
            "gap_points",
            0,
            "verdict_contradicts_value",
            where=(operator == "=") & is_missed & is_no_bound,
        ),
    ],
    "fct_task": [filled("amount_vnd", "amount_unreadable", where=Column("amount_raw").is_not_null())],
    "fct_rejected_row": [among("is_answered", [True], "row_rejected")],
    "fct_refused_file": [among("is_replaced", [True], "file_set_aside")],
    "rpt_unread_file": [
        among("parts_with_figures", [0], "figures_not_read"),
        empty("others_vi", "words_not_read"),
    ],
    "rpt_unit_audit": [
        never("doubt", "contested", "unit_named_twice"),
        never("doubt", "two_files", "unit_in_two_files"),
        never("doubt", "code", "code_of_another_unit"),
    ],
    # A row of it is a contradiction by itself.
    "rpt_source_audit": [among("difference", [0], "count_stated_differently")],
    "rpt_base_audit": [among("is_possible", [True], "percentages_of_no_common_base")],
    "rpt_repeated_report": [among("is_repeated", [False], "same_as_period_before")],
}
SUITES = suites(KEYS, REQUIRED)
