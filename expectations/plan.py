"""What a plan document must fulfil: its arithmetic, its references to itself, its targets, its wording.

These are tables of the warehouse, so the divisions and sums were done in SQL; here is only what may not be.
"""

from great_expectations.expectations.row_conditions import Column

from expectations.requirements import among, empty, filled, is_false, is_true, never, one_of, suites

CLAIM_RULES = {
    "ratio_in_text": "division_in_text_wrong",
    "sum_in_text": "sum_in_text_wrong",
    "column_total": "column_total_wrong",
    "total_in_words": "total_in_words_wrong",
    "row_count": "row_count_wrong",
    "list_in_text": "list_in_text_wrong",
    "units_in_text": "units_in_text_wrong",
}
REMARK_RULES = {
    "split_cell": "split_cell_repaired",
    "merged_note": "merged_note_repaired",
    "damaged_heading": "heading_damaged",
    "unread_line": "line_not_understood",
    "unread_table": "table_not_understood",
    "unread_cell": "cell_not_understood",
    "missing_column": "column_missing",
    "not_shown": "part_of_document_not_shown",
    "note": "note_beside_table",
    "in_doubt": "number_in_doubt",
    "repeated": "text_repeated",
    "year_inferred": "year_inferred",
    "given_otherwise": "given_otherwise",
    "amendment": "plan_amends_another",
}
UNMATCHED_RULES = {
    "indicator": "unknown_indicator",
    "target": "unknown_target",
    "agency": "unknown_agency",
    "province": "unknown_province",
    "percentage": "percentage_too_large",
    "organisation": "unknown_organisation",
    "ambiguous_organisation": "ambiguous_organisation",
    "reporter": "unknown_reporter",
    "measure": "unknown_measure",
}
# What SQL found odd about the document; each is the rule of its name.
DOUBTS = [
    *("date_impossible", "number_spelled_otherwise", "document_dated_otherwise", "document_period_otherwise"),
    *("document_after_plan", "numbers_against_days", "own_number_blank", "appendix_absent"),
    *("heading_number_left_out", "appendix_number_left_out", "heading_out_of_order"),
    *("row_number_left_out", "row_number_again"),
    *("task_period_otherwise", "task_body_otherwise", "task_name_otherwise"),
    *("new_task_of_last_year", "new_task_begun_before", "carried_over_of_nothing", "new_task_of_upkeep"),
    *("task_not_continued", "task_beside_its_year", "task_listed_again"),
    *(
        "money_of_other_years",
        "amounts_of_several_years",
        "amount_without_document",
        "funding_without_amount",
    ),
    *("districts_without_task", "estimate_too_exact", "result_copies_target", "same_evidence"),
    *("numerator_of_another_base", "percentage_of_another_base"),
    *("indicators_without_target", "targets_in_another_document", "target_beside_the_list"),
]

KEYS = {
    "plan_claim": ("claim_id",),
    "plan_remark": ("remark_id",),
    "rpt_unmatched": ("unmatched_id",),
    "rpt_target_audit": ("target_id", "previous_target_id"),
    "rpt_plan_audit": ("plan_id",),
    "rpt_document_audit": ("audit_id",),
}

kind = Column("kind")

REQUIRED = {
    "plan_claim": [
        *(among("agrees", [True], rule, where=kind == claim) for claim, rule in CLAIM_RULES.items()),
        # Percentages that refer to each other are the same indicator stated twice: several_stated_values.
        among(
            "agrees",
            [True],
            "cross_reference_wrong",
            where=(kind == "cross_reference") & (Column("unit") != "percent"),
        ),
        # Only amounts: a ratio is always printed rounded, and "hơn 25,5 tỷ" says itself that it is rounded.
        among(
            "agrees_exactly",
            [True],
            "total_reconciles_only_to_rounding",
            where=(Column("unit") == "đồng") & is_true("agrees"),
        ),
        # What was copied from the plan's own sentence confirms nothing.
        filled("agrees", "claim_not_verifiable", where=is_false("is_transcribed")),
        one_of("kind", [*CLAIM_RULES, "cross_reference"]),
    ],
    "plan_remark": [
        *(never("kind", remark, rule) for remark, rule in REMARK_RULES.items()),
        # The last is targets_in_another_document, with what it leaves out.
        one_of("kind", [*REMARK_RULES, "targets_elsewhere"]),
    ],
    "rpt_unmatched": [
        *(never("subject_kind", subject, rule) for subject, rule in UNMATCHED_RULES.items()),
        one_of("subject_kind", UNMATCHED_RULES),
    ],
    "rpt_target_audit": [
        among("is_below_reached", [False], "target_reached_already", where=is_true("same_definition")),
        among(
            "is_below_reached",
            [False],
            "target_reached_already_other_definition",
            where=is_false("same_definition"),
        ),
        among("is_lower", [False], "target_lowered", where=is_true("same_definition")),
        among("is_lower", [False], "target_lowered_other_definition", where=is_false("same_definition")),
    ],
    "rpt_plan_audit": [
        filled("org_key", "plan_of_nobody"),
        filled("year", "plan_without_year"),
        empty("same_year_plan_id", "two_plans_of_one_year"),
    ],
    "rpt_document_audit": [
        *(never("doubt", doubt, doubt) for doubt in DOUBTS),
        one_of("doubt", DOUBTS),
    ],
}
SUITES = suites(KEYS, REQUIRED)
