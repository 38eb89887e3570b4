"""What the marts must fulfil before they are published: values with a status, a reason and a plausible size.

Bounds come with the rows, from the registry. Errors are contradictions that a reader of the release must
never see; what the world may really hold, however odd, is a warning.
"""

from operator import ne

from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import AndCondition, Column, OrCondition

from expectations.arrivals import is_false, is_true, one_of
from expectations.gate import sound

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


def none_is(column: str, code: str, rule: str) -> gxe.ExpectColumnValuesToNotBeInSet:
    """What SQL found the likeliest explanation of an odd row; of several it says one."""
    return gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=[code], meta={"rule": rule})


def at_least(larger: str, smaller: str, rule: str, **more) -> gxe.ExpectColumnPairValuesAToBeGreaterThanB:
    """`larger` >= `smaller` in every row that has both."""
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=larger,
        column_B=smaller,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        meta={"rule": rule, "part": more.pop("part", None)},
        **more,
    )


def above(larger: str, smaller: str, rule: str, **more) -> gxe.ExpectColumnPairValuesAToBeGreaterThanB:
    """`larger` > `smaller` in every row that has both."""
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=larger,
        column_B=smaller,
        ignore_row_if="either_value_is_missing",
        meta={"rule": rule, "part": more.pop("part", None)},
        **more,
    )


def equal(one: str, other: str, rule: str, **more) -> gxe.ExpectColumnPairValuesToBeEqual:
    """The two are the same in every row that has both."""
    return gxe.ExpectColumnPairValuesToBeEqual(
        column_A=one,
        column_B=other,
        ignore_row_if="either_value_is_missing",
        meta={"rule": rule},
        **more,
    )


RPT_VALUE_AUDIT = [
    *sound(*KEYS["rpt_value_audit"]),
    # Who is missing of a sum is reported by the rule below. What is missing of a district as of its province
    # is reported of the province.
    gxe.ExpectColumnValuesToBeNull(
        column="reason",
        row_condition=OrCondition(
            conditions=[is_whole & is_its_own_reason & Column(name).is_not_null() for name in EVIDENCE],
        ),
        meta={"rule": "ratio_not_computed"},
    ),
    # Nobody waits for what has no target.
    gxe.ExpectColumnValuesToBeNull(
        column="reason",
        row_condition=AndCondition(
            conditions=[
                is_whole,
                Column("targets").is_not_null(),
                *(Column(name).is_null() for name in EVIDENCE),
            ]
        ),
        meta={"rule": "value_not_reported_yet"},
    ),
    # Of a district the same report is missing as of the province, or of the group of a level.
    gxe.ExpectColumnValuesToNotBeInSet(
        column="reason",
        value_set=["org_incomplete"],
        row_condition=is_whole_level,
        meta={"rule": "reporters_missing"},
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="value_status",
        value_set=["estimated"],
        row_condition=says_estimate,
        meta={"rule": "only_estimated"},
    ),
    # Where the table prints "-" or says "ước tính" itself, text and table agree.
    gxe.ExpectColumnValuesToBeNull(
        column="caveat_line",
        row_condition=says_no_estimate & Column("reported_value").is_not_null(),
        meta={"rule": "caveat_in_text"},
    ),
    # Of a value made from a doubted count the count is reported, of a published one that slipped the slip.
    at_least(
        "value",
        "lower_bound",
        "value_out_of_bounds",
        row_condition=(is_sure & is_no_slip) | (is_sure & is_computed),
    ),
    at_least("reported_value", "lower_bound", "value_out_of_bounds", row_condition=is_no_slip),
    # A share above 100 is flagged by the rules below, once.
    at_least(
        "upper_bound",
        "value",
        "value_out_of_bounds",
        row_condition=OrCondition(
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
        row_condition=(no_share & is_no_slip) | ((Column("reported_value") <= 100) & is_no_slip),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="reported_value",
        max_value=100,
        # Where the value was computed, a slip of the decimal point in the published one is reported as that.
        row_condition=is_share & is_no_slip,
        meta={"rule": "value_above_100"},
    ),
    # Not where the count that is too large, or another share of it, was reported already. What was not
    # divided is reported as that, unless it was not because of this.
    at_least(
        "denominator",
        "numerator",
        "numerator_above_denominator",
        row_condition=(is_untold_share & is_of_its_day & is_computed)
        | (is_untold_share & is_of_its_day & (Column("reason") == "input_rejected")),
    ),
    # A ratio printed in the text with its two inputs is judged as a division in the text, not again here.
    equal(
        "value_at_printed_precision",
        "reported_value",
        "recomputed_differs_from_printed",
        row_condition=(Column("code").is_not_null() & is_no_slip)
        | (Column("plan_id").is_null() & is_no_slip),
    ),
    none_is("reported_suspicion", "slip", "percentage_off_by_power_of_ten"),
    none_is("reported_suspicion", "fraction", "fraction_given_as_percentage"),
    gxe.ExpectColumnValuesToBeInSet(
        column="is_possible_percentage", value_set=[True], meta={"rule": "percentage_of_no_whole_number"}
    ),
    none_is("suspicion", "step", "change_beyond_max_step"),
    none_is("suspicion", "history", "value_unlike_its_history"),
    none_is("suspicion", "peers", "value_unlike_its_peers"),
    # What is published every year need not be older than a year.
    gxe.ExpectColumnValuesToBeBetween(
        column="denominator_age_months",
        max_value=12,
        row_condition=is_false("is_denominator_told"),
        meta={"rule": "denominator_out_of_date"},
    ),
    # A part that has outgrown an earlier count of its whole is possible, and proves that count too old.
    at_least(
        "denominator",
        "numerator",
        "denominator_out_of_date",
        row_condition=is_untold_share & is_of_an_earlier_day & is_computed,
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="stated_count", max_value=1, meta={"rule": "several_stated_values"}
    ),
    equal("met", "met_as_reported", "verdict_depends_on_value"),
    # Of a district the same accounts are counted as of the province.
    gxe.ExpectColumnValuesToBeNull(
        column="one_per_person_unknown_vi",
        row_condition=Column("org_level") == "province",
        meta={"rule": "accounts_taken_as_persons"},
    ),
    gxe.ExpectColumnValuesToBeNull(
        column="wording_denominator_measure",
        row_condition=status.is_in(["computed", "reported", "estimated"]),
        meta={"rule": "wording_asks_other_denominator"},
    ),
]

RPT_COUNT_AUDIT = [
    *sound(*KEYS["rpt_count_audit"]),
    none_is("suspicion", "slip", "count_off_by_power_of_ten"),
    none_is("suspicion", "impossible_slip", "impossible_count_off_by_power_of_ten"),
    none_is("suspicion", "outlier", "count_unlike_its_history"),
    none_is("suspicion", "outlier_of_few", "few_unlike_their_history"),
    none_is("suspicion", "above_most", "count_above_its_maximum"),
    none_is("suspicion", "children", "children_exceed_parent"),
    none_is("suspicion", "total", "total_differs_from_its_parts"),
]

RPT_INVARIANT_AUDIT = [
    *sound(*KEYS["rpt_invariant_audit"]),
    at_least("parts_at_most", "parts_value", "counts_do_not_add_up", row_condition=is_untold & is_equation),
    at_least("parts_value", "parts_at_least", "counts_do_not_add_up", row_condition=is_untold & is_equation),
    at_least("parts_at_most", "parts_value", "part_exceeds_its_whole", row_condition=is_untold & is_part),
]

RPT_REPORTING_AUDIT = [
    *sound(*KEYS["rpt_reporting_audit"]),
    # Who is not due yet is not missed.
    gxe.ExpectColumnValuesToBeInSet(
        column="missing",
        value_set=[0],
        row_condition=is_true("is_due"),
        meta={"rule": "reports_missing"},
    ),
    gxe.ExpectColumnValuesToBeInSet(column="late", value_set=[0], meta={"rule": "reports_late"}),
]

RPT_NEAR_TARGET = [
    *sound(*KEYS["rpt_near_target"]),
    at_least("plausible_narrowly", "met_narrowly", "targets_met_by_a_hair"),
]

RPT_INPUT_AUDIT = [
    *sound(*KEYS["rpt_input_audit"]),
    equal("asked_unit", "offered_unit", "unit_clash"),
]

FCT_INDICATOR_VALUE = [
    *sound(*KEYS["fct_indicator_value"]),
    one_of("value_status", VALUE_STATUSES),
    one_of("obs_status", OBS_STATUSES),
    one_of("reason", REASONS),
    gxe.ExpectColumnValuesToNotBeNull(column="value_status", meta={"rule": "status_contradicts_value"}),
    gxe.ExpectColumnValuesToNotBeNull(
        column="reason",
        row_condition=status.is_in(["estimated", "reported", "not_computable"]),
        meta={"rule": "status_without_reason"},
    ),
    gxe.ExpectColumnValuesToBeNull(
        column="reason",
        row_condition=status.is_in(["computed", "milestone"]),
        meta={"rule": "status_without_reason"},
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="value",
        row_condition=status.is_in(["computed", "estimated", "reported"]),
        meta={"rule": "status_contradicts_value"},
    ),
    gxe.ExpectColumnValuesToBeNull(
        column="value",
        row_condition=status.is_in(["not_computable", "milestone"]),
        meta={"rule": "status_contradicts_value"},
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="numerator", row_condition=status == "computed", meta={"rule": "status_contradicts_value"}
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="denominator", row_condition=status == "computed", meta={"rule": "status_contradicts_value"}
    ),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="denominator",
        value_set=[0],
        row_condition=status == "computed",
        meta={"rule": "status_contradicts_value"},
    ),
]

FCT_OBSERVATION = [
    *sound(*KEYS["fct_observation"]),
    one_of("obs_status", OBS_STATUSES),
    gxe.ExpectColumnValuesToNotBeNull(column="raw_text", meta={"rule": "required_value_missing"}),
    gxe.ExpectColumnValuesToNotBeNull(column="locator", meta={"rule": "required_value_missing"}),
]

# The verdict worked out a second time, by comparison alone.
RPT_SCORECARD = [
    *sound(*KEYS["rpt_scorecard"]),
    one_of("value_status", VALUE_STATUSES),
    one_of("reason", REASONS),
    one_of("operator", OPERATORS),
    *(
        compare(
            larger,
            smaller,
            "verdict_contradicts_value",
            row_condition=(operator == sign) & verdict & is_no_bound,
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
    equal("value", "target_value", "verdict_contradicts_value", row_condition=(operator == "=") & is_met),
    gxe.ExpectColumnValuesToNotBeInSet(
        column="gap_points",
        value_set=[0],
        row_condition=(operator == "=") & is_missed & is_no_bound,
        meta={"rule": "verdict_contradicts_value"},
    ),
]

FCT_TASK = [
    *sound(*KEYS["fct_task"]),
    gxe.ExpectColumnValuesToNotBeNull(
        column="amount_vnd",
        row_condition=Column("amount_raw").is_not_null(),
        meta={"rule": "amount_unreadable"},
    ),
]

# A rejected row is a finding by itself.
FCT_REJECTED_ROW = [
    *sound(*KEYS["fct_rejected_row"]),
    gxe.ExpectColumnValuesToBeNull(column="code", meta={"rule": "row_rejected"}),
]

FCT_REFUSED_FILE = [
    *sound(*KEYS["fct_refused_file"]),
    gxe.ExpectColumnValuesToBeInSet(column="is_replaced", value_set=[True], meta={"rule": "file_set_aside"}),
]

RPT_UNREAD_FILE = [
    *sound(*KEYS["rpt_unread_file"]),
    gxe.ExpectColumnValuesToBeInSet(
        column="parts_with_figures", value_set=[0], meta={"rule": "figures_not_read"}
    ),
    gxe.ExpectColumnValuesToBeNull(column="others_vi", meta={"rule": "words_not_read"}),
]

RPT_UNIT_AUDIT = [
    *sound(*KEYS["rpt_unit_audit"]),
    none_is("doubt", "contested", "unit_named_twice"),
    none_is("doubt", "two_files", "unit_in_two_files"),
    none_is("doubt", "code", "code_of_another_unit"),
]

# A row of it is a contradiction by itself.
RPT_SOURCE_AUDIT = [
    *sound(*KEYS["rpt_source_audit"]),
    gxe.ExpectColumnValuesToBeInSet(
        column="difference", value_set=[0], meta={"rule": "count_stated_differently"}
    ),
]

RPT_BASE_AUDIT = [
    *sound(*KEYS["rpt_base_audit"]),
    gxe.ExpectColumnValuesToBeInSet(
        column="is_possible", value_set=[True], meta={"rule": "percentages_of_no_common_base"}
    ),
]

RPT_REPEATED_REPORT = [
    *sound(*KEYS["rpt_repeated_report"]),
    gxe.ExpectColumnValuesToBeInSet(
        column="is_repeated", value_set=[False], meta={"rule": "same_as_period_before"}
    ),
]

SUITES = {
    "rpt_count_audit": RPT_COUNT_AUDIT,
    "rpt_invariant_audit": RPT_INVARIANT_AUDIT,
    "rpt_reporting_audit": RPT_REPORTING_AUDIT,
    "rpt_near_target": RPT_NEAR_TARGET,
    "rpt_value_audit": RPT_VALUE_AUDIT,
    "rpt_input_audit": RPT_INPUT_AUDIT,
    "fct_indicator_value": FCT_INDICATOR_VALUE,
    "fct_observation": FCT_OBSERVATION,
    "rpt_scorecard": RPT_SCORECARD,
    "fct_task": FCT_TASK,
    "fct_rejected_row": FCT_REJECTED_ROW,
    "fct_refused_file": FCT_REFUSED_FILE,
    "rpt_unread_file": RPT_UNREAD_FILE,
    "rpt_unit_audit": RPT_UNIT_AUDIT,
    "rpt_source_audit": RPT_SOURCE_AUDIT,
    "rpt_base_audit": RPT_BASE_AUDIT,
    "rpt_repeated_report": RPT_REPEATED_REPORT,
}
