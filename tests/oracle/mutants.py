"""Mistakes that could be made in the SQL of the ratio engine, each small, and which test tells of it.

`PYTHONPATH=tests python -m oracle.mutants [NAME ...]` puts each in place of what stands there, in memory, and
tries the tests until one fails: the claims of the dbt project (its unit tests), then random histories against
the calculator. It fails when fewer than 95 % of the mistakes are noticed, when one that is not noticed has
no explanation here, or when one that has an explanation is noticed.
"""

import contextlib
import csv
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import test_histories
import yaml
from conftest import ROOT
from making.compiled import CHANGES, HERE, Model, behind, keep_what_was_published, models, run

from oracle import histories, reference
from orchestration.assets.checks import BEFORE

PROJECT = ROOT / "dbt_project"
ENOUGH = 0.95
WORLDS = range(12)  # seeds of random histories
MOMENTS = 16  # of each, at which marts and calculator are compared


@dataclass(frozen=True)
class Mutant:
    """`new` in place of `old`, which stands once in `file`. `why_not`: why no test can or need notice it."""

    name: str
    file: str
    old: str
    new: str
    why_not: str | None = None


KNOWLEDGE = "macros/knowledge.sql"
VALUES = "macros/values.sql"
PERIODS = "macros/periods.sql"
ROUNDING = "macros/rounding.sql"
IS_MET = "macros/is_met.sql"
STATUSES = "macros/statuses.sql"
RUNNING = "macros/sums.sql"


def valid_on(row: str, day: str, since: str = "<=", until: str = ">=") -> str:
    """What the macro `is_valid_on` says, with other signs; without a sign valid from or for ever."""
    ends = [("valid_from", since), ("valid_to", until)]
    said = [f"({row}.{end} is null or {row}.{end} {sign} {day})" for end, sign in ends if sign]
    return f"({' and '.join(said)})"


def of(model: str) -> str:
    (file,) = (PROJECT / "models").rglob(f"{model}.sql")
    return str(file.relative_to(PROJECT))


# Pairs of models that are written alike.
SUMS = of("int_district_sums"), of("int_province_sums")
SUMS_NAMED = of("int_district_counts"), of("int_province_counts")
LONGER = of("int_quarter_counts"), of("int_year_counts")
MOMENTS_OF_LONGER = of("int_quarter_moments"), of("int_year_moments")
USES = of("int_count_uses"), of("int_used_counts")
CHOICES = of("int_counts_by_terms"), of("int_stated_counts")


def alike(name: str, files: tuple[str, str], old: str, new: str, why_not: str | None = None) -> list[Mutant]:
    """The same mistake in each of two models that are written alike."""
    one, other = files
    return [
        Mutant(name, one, old, new, why_not),
        Mutant(f"{name}_in_{Path(other).stem}", other, old, new, why_not),
    ]


MUTANTS = [
    # What was known when
    Mutant(
        "known_only_after_the_moment", KNOWLEDGE, ".known_from <= {{ moment }}", ".known_from < {{ moment }}"
    ),
    Mutant(
        "known_to_the_last_moment",
        KNOWLEDGE,
        "{{ forever() }}) > {{ moment }}",
        "{{ forever() }}) >= {{ moment }}",
    ),
    *alike(
        "an_end_is_no_moment",
        CHOICES,
        "from contested) and known_to is not null",
        "from contested) and false",
    ),
    *alike(
        "an_end_of_a_part_is_no_moment",
        SUMS,
        "where ends.sign = 1 or known.known_to is not null",
        "where ends.sign = 1",
    ),
    Mutant(
        "a_change_is_none",
        of("int_counts_by_terms"),
        "count_id is distinct from candidate_before",
        "candidate_before is null",
    ),
    Mutant(
        "a_change_is_none_in_int_stated_counts",
        of("int_stated_counts"),
        "candidate_id is distinct from candidate_before",
        "candidate_before is null",
    ),
    *alike("a_gap_is_a_span", SUMS_NAMED, "from spans\nwhere is_used", "from spans"),
    Mutant(
        "any_count_for_the_first",
        of("int_counts_by_terms"),
        "(candidates.basis_rank, candidates.precedence, candidates.source_id)",
        "candidates.count_id",
    ),
    Mutant(
        "provisional_worse_than_estimated",
        STATUSES,
        "    case\n        when {{ weight }} >= 281474976710656 then 'E'",
        "    case\n        when {{ weight }} % 281474976710656 >= 4294967296 then 'P'\n"
        "        when {{ weight }} >= 281474976710656 then 'E'",
    ),
    Mutant(
        "a_break_worst_of_two",
        STATUSES,
        "when {{ weight }} >= 281474976710656 then 'E'",
        "when {{ weight }} % 65536 >= 1 then 'B'\n        when {{ weight }} >= 281474976710656 then 'E'",
    ),
    Mutant("another_definition_weighs_as_a_break", STATUSES, "'D' then 65536", "'D' then 1"),
    Mutant("an_estimate_weighs_as_provisional", STATUSES, "'E' then 281474976710656", "'E' then 4294967296"),
    Mutant("two_breaks_are_another_definition", STATUSES, ">= 65536 then 'D'", ">= 2 then 'D'"),
    Mutant("one_break_is_none", STATUSES, ">= 1 then 'B'", "> 1 then 'B'"),
    # Sums over organisations and reporters
    *alike("a_sum_of_who_is_there", SUMS, "= wholes.parts_expected as is_whole", "> 0 as is_whole"),
    *alike(
        "a_standing_part_is_a_known_one",
        SUMS,
        "known.role = 'part' and known.value is not null",
        "known.role = 'part'",
    ),
    *alike("names_backwards", SUMS_NAMED, "order by parts.position)", "order by parts.position desc)"),
    *alike(
        "silent_about_who_is_missing",
        SUMS_NAMED,
        "(has_parts or has_others_beside) as is_used",
        "(is_whole or has_others_beside) as is_used",
    ),
    *alike("a_sum_starts_last", SUMS_NAMED, "min(counts.period_start) as", "max(counts.period_start) as"),
    *alike("a_sum_ends_first", SUMS_NAMED, "max(counts.period_end) as", "min(counts.period_end) as"),
    *alike(
        "only_parts_that_stand_are_expected",
        SUMS,
        "= wholes.parts_expected as is_whole",
        "= {{ so_far('changes', 'parts_standing') }} as is_whole",
    ),
    *alike("who_never_stood_is_not_named", SUMS_NAMED, "left join {{ ref(", "inner join {{ ref("),
    *alike(
        "a_sum_is_of_the_days_of_all_times",
        SUMS,
        "min(period_start) < max(period_start) or min(period_end) < max(period_end) as is_of",
        "false as is_of",
    ),
    # A sum is kept as its parts come and go
    *alike("a_value_that_goes_is_added", SUMS, "sum(ends.sign * known.value)", "sum(known.value)"),
    *alike("a_status_that_goes_is_added", SUMS, "sum(ends.sign * {{ weight", "sum({{ weight"),
    *alike("content_that_goes_is_added", SUMS, "sum(ends.sign * known.content)", "sum(known.content)"),
    Mutant("what_goes_comes", RUNNING, "then ends.sign else 0", "then 1 else 0"),
    Mutant(
        "what_goes_never_came",
        RUNNING,
        "else {{ counts }}.known_to end",
        "else {{ counts }}.known_from end",
    ),
    Mutant("what_is_to_come_is_there", RUNNING, "moment rows", "moment desc rows"),
    Mutant("only_the_last_change", RUNNING, "rows unbounded preceding", "rows 0 preceding"),
    Mutant("all_wholes_are_one", RUNNING, "partition by {{ changes }}.whole_id order", "order"),
    *alike(
        "a_change_of_a_sum_is_none", SUMS_NAMED, "what is distinct from what_before", "what_before is null"
    ),
    *alike(
        "whoever_else_is_missing",
        SUMS_NAMED,
        "{{ hashed('has_others_beside', text_number('missing_reporters')) }}",
        "{{ hashed('has_others_beside') }}",
    ),
    Mutant(
        "what_never_adds_is_added",
        of("int_children"),
        "and measures.over_orgs = 'sum'",
        "",
    ),
    Mutant(
        "children_from_the_day_after",
        of("int_count_parts"),
        "{{ is_valid_on('children', 'stated.last_day') }}",
        valid_on("children", "stated.last_day", since="<"),
    ),
    Mutant(
        "children_to_the_day_before",
        of("int_count_parts"),
        "{{ is_valid_on('children', 'stated.last_day') }}",
        valid_on("children", "stated.last_day", until=">"),
    ),
    Mutant(
        "children_for_ever",
        of("int_count_parts"),
        "{{ is_valid_on('children', 'stated.last_day') }}",
        valid_on("children", "stated.last_day", until=""),
    ),
    Mutant(
        "agencies_are_expected",
        of("int_count_parts"),
        "count(*) filter (where children.is_expected) over",
        "count(*) over",
    ),
    *alike("nobody_stands_beside", SUMS, "{{ come(\"known.role = 'beside'\") }} as beside", "0 as beside"),
    *alike(
        "a_sum_beside_an_agency",
        SUMS_NAMED,
        "when sums.has_others_beside then",
        "when sums.has_others_beside and not sums.is_whole then",
    ),
    *alike("children_before_their_parent", SUMS_NAMED, "not is_stated and (has", "(has"),
    Mutant(
        "every_agency_is_expected",
        of("int_children"),
        "list_contains(measures.reported_by, 'agency') and listed.org_id is not null",
        "list_contains(measures.reported_by, 'agency')",
    ),
    Mutant(
        "listed_agencies_report_everything",
        of("int_children"),
        "list_contains(measures.reported_by, 'agency') and listed.org_id is not null",
        "listed.org_id is not null",
    ),
    Mutant(
        "listed_agencies_stand_beside",
        of("int_children"),
        "list_contains(measures.reported_by, 'agency') and listed.org_id is not null",
        "false",
    ),
    Mutant(
        "districts_report_everything",
        of("int_children"),
        "when 'district' then list_contains(measures.reported_by, 'district')",
        "when 'district' then true",
    ),
    Mutant(
        "communes_report_everything",
        of("int_children"),
        "then\n                    list_contains(measures.reported_by, 'commune')\n",
        "then true\n",
    ),
    Mutant(
        "no_commune_stands_for_a_district",
        of("int_children"),
        "or (pairs.is_nearest and list_contains(measures.reported_by, 'district'))",
        "",
    ),
    Mutant(
        "any_commune_stands_for_a_district",
        of("int_children"),
        "or (pairs.is_nearest and list_contains(measures.reported_by, 'district'))",
        "or list_contains(measures.reported_by, 'district')",
    ),
    Mutant(
        "a_group_of_every_level",
        of("int_children"),
        "pairs.level = pairs.members_level and of_levels.measure_id is not null",
        "of_levels.measure_id is not null",
    ),
    Mutant(
        "a_group_of_what_nobody_aims_at",
        of("int_children"),
        "pairs.level = pairs.members_level and of_levels.measure_id is not null",
        "pairs.level = pairs.members_level",
    ),
    Mutant(
        "a_district_holds_what_its_communes_count_for_themselves",
        of("int_children"),
        "when 'district' then not list_contains(measures.reported_by, 'commune') and pairs.is_nearest",
        "when 'district' then pairs.is_nearest",
    ),
    Mutant(
        "communes_are_no_part_of_the_province",
        of("int_children"),
        "pairs.is_nearest or (pairs.level = 'commune' and list_contains(measures.reported_by, 'commune'))",
        "pairs.is_nearest",
    ),
    Mutant(
        "communes_are_parts_of_the_province_twice",
        of("int_children"),
        "pairs.is_nearest or (pairs.level = 'commune' and list_contains(measures.reported_by, 'commune'))",
        "true",
    ),
    Mutant(
        "agencies_that_nobody_knows_are_not_missed",
        of("int_children"),
        "where list_contains(measures.reported_by, 'agency') and roles.org_key is null",
        "where false",
    ),
    Mutant(
        "agencies_that_nobody_knows_are_always_missed",
        of("int_children"),
        "where list_contains(measures.reported_by, 'agency') and roles.org_key is null",
        "where list_contains(measures.reported_by, 'agency')",
    ),
    Mutant(
        "agencies_of_another_province_are_known",
        of("int_children"),
        "    and parents.parent_org_key = roles.parent_org_key\n",
        "",
    ),
    Mutant(
        "who_is_below_an_agency_is_nobody",
        of("int_children"),
        "where between_them.level in ('agency', 'district')",
        "where between_them.level in ('district')",
    ),
    Mutant(
        "who_is_below_an_agency_is_far",
        of("int_children"),
        "between_them.level = 'agency' and above.is_nearest as is_nearest",
        "false as is_nearest",
    ),
    Mutant(
        "targets_of_levels_for_the_province",
        of("int_targets"),
        "coalesce(groups.org_key, documents.org_key) as org_key",
        "documents.org_key as org_key",
    ),
    Mutant("nobody_of_a_group_is_missing", of("int_values_by_terms"), "then group_name", "then null"),
    Mutant(
        "one_of_two_at_once_never_stood",
        of("int_standing"),
        "where choice_no = 1 or stated_from = moment",
        "where choice_no = 1",
        why_not="It changes the key of a row alone, which only a release of that moment remembers otherwise.",
    ),
    Mutant(
        "groups_of_a_province_that_is_gone",
        of("rpt_value_now"),
        "where groups.level = 'group'",
        "where groups.level = 'nobody'",
    ),
    Mutant(
        "children_outlive_their_parent",
        of("int_children"),
        "least(children.valid_to, parents.valid_to)",
        "children.valid_to",
    ),
    Mutant(
        "a_true_end_for_the_nominal_one",
        of("int_count_parts"),
        "{{ last_day_of('period_id') }} as last_day",
        "max(period_end) over (partition by period_id) as last_day",
    ),
    Mutant(
        "reporters_for_ever",
        of("int_expected_reporters"),
        "{{ is_valid_on('reporters', 'periods.end_date') }}",
        valid_on("reporters", "periods.end_date", until=""),
    ),
    Mutant(
        "scores_of_reporters_are_added",
        of("int_source_counts"),
        " where over_orgs = 'sum'",
        "",
    ),
    Mutant(
        "a_sum_of_the_reporters_who_spoke",
        of("int_source_counts"),
        "count(*) = count(value) as is_whole",
        "count(value) > 0 as is_whole",
    ),
    Mutant(
        "reporters_backwards",
        of("int_source_counts"),
        "order by asked.position)",
        "order by asked.position desc)",
    ),
    Mutant(
        "silent_reporters_are_a_count",
        of("int_source_counts"),
        "bool_or(is_standing) as is_used",
        "true as is_used",
    ),
    Mutant(
        "one_of_all_reporters_measures_otherwise",
        of("int_source_counts"),
        "bool_or(is_measured_otherwise)",
        "bool_and(is_measured_otherwise)",
    ),
    Mutant(
        "whoever_is_missing_is_named_alike",
        of("int_source_counts"),
        "sum(case when value is null then {{ hashed(text_number('name'), text_number('position')) }} end) as",
        "cast(1 as hugeint) as",
    ),
    Mutant(
        "what_is_missing_of_a_reporter_is_named_alike",
        of("int_source_counts"),
        "{{ hashed(text_number('name'), text_number('position')) }}",
        "{{ hashed(text_number('position')) }}",
    ),
    Mutant("who_has_spoken_is_named", of("int_source_counts"), "where asked.value is null", "where true"),
    Mutant(
        "whoever_reports_states_a_part",
        of("int_count_statements"),
        "case when is_part then reporter_org_id end as",
        "reporter_org_id as",
    ),
    Mutant(
        "one_reporter_is_the_whole", of("int_source_counts"), "where reporter_org_id is null", "where true"
    ),
    # Over time
    *alike(
        "last_for_sum",
        MOMENTS_OF_LONGER,
        "case when series.over_time = 'sum' then 0 else {{ last_position('standing.known') }} end as",
        "{{ last_position('standing.known') }} as",
    ),
    *alike(
        "sum_for_last",
        MOMENTS_OF_LONGER,
        "case when series.over_time = 'sum' then 0 else {{ last_position('standing.known') }} end as",
        "0 as",
    ),
    *alike(
        "first_for_last",
        MOMENTS_OF_LONGER,
        "then 0 else {{ last_position('standing.known') }} end as",
        "then 0 when (standing.known & 2) > 0 then 1 when (standing.known & 4) > 0 then 2 "
        "else {{ last_position('standing.known') }} end as",
    ),
    Mutant("a_third_part_alone_is_not_the_last", RUNNING, "{{ known }} >= 8", "{{ known }} > 8"),
    *alike("mean_for_sum", LONGER, "sum(counts.value) as value", "avg(counts.value) as value"),
    Mutant("an_unknown_month_is_not_missed", of("int_quarter_moments"), "(14 - (known & 14))", "(0)"),
    Mutant("an_unknown_quarter_is_not_missed", of("int_year_moments"), "(30 - (known & 30))", "(0)"),
    *alike(
        "the_last_month_is_missed",
        MOMENTS_OF_LONGER,
        ")) >> (last_part + 1) << (last_part + 1)) >> 1",
        "))) >> 1",
    ),
    *alike(
        "a_stock_is_always_whole",
        MOMENTS_OF_LONGER,
        ")) >> (last_part + 1) << (last_part + 1)) >> 1",
        ")) * cast(last_part = 0 as integer)) >> 1",
    ),
    Mutant(
        "what_a_part_lacks_is_forgotten",
        of("int_year_counts"),
        "+ coalesce(cast(sum(counts.missing_months) filter (where counts.value is not null) as integer), 0)",
        "",
    ),
    Mutant(
        "what_a_silent_part_lacks_is_missed_twice",
        of("int_year_counts"),
        "sum(counts.missing_months) filter (where counts.value is not null)",
        "sum(counts.missing_months)",
    ),
    *alike("a_level_is_whole_without_one_of_it", MOMENTS_OF_LONGER, "and not (is_level and silent > 0)", ""),
    *alike(
        "a_level_is_unknown_until_the_year_is_over",
        MOMENTS_OF_LONGER,
        "not (is_level and silent > 0)",
        "not (is_level and known < 14)",
    ),
    *alike(
        "a_province_is_unknown_without_one_of_a_quarter",
        MOMENTS_OF_LONGER,
        "not (is_level and silent > 0)",
        "not (silent > 0)",
    ),
    *alike(
        "an_older_stock_stands_for_a_level",
        MOMENTS_OF_LONGER,
        "not (is_level and silent > 0)",
        "not (is_level and silent > 0 and last_part = 0)",
    ),
    *alike(
        "one_that_is_silent_is_nobody_beside_another",
        MOMENTS_OF_LONGER,
        "standing.silent >> (last_part + 1) << (last_part + 1) as",
        "0 as",
    ),
    *alike(
        "who_was_silent_before_the_last_count_is_named",
        MOMENTS_OF_LONGER,
        "standing.silent >> (last_part + 1) << (last_part + 1) as",
        "standing.silent as",
    ),
    *alike(
        "the_months_of_a_level_are_not_named",
        LONGER,
        "case when known > 1 and not is_itself then",
        "case when is_known and not is_itself then",
    ),
    *alike(
        "names_again_and_again",
        LONGER,
        "list_sort(list_distinct(silent_reporters))",
        "list_sort(silent_reporters)",
    ),
    *alike(
        "a_part_is_the_whole",
        LONGER,
        "when spans.missing_months is null then 'periods'",
        "when true then 'periods'",
    ),
    *alike(
        "a_part_is_final", LONGER, "case when spans.missing_months is null then 0", "case when true then 0"
    ),
    *alike(
        "a_partial_estimate_is_provisional",
        LONGER,
        "        when spans.is_number and spans.value is not null\n",
        "        when spans.is_known and spans.missing_months > 0 then 'P'\n"
        "        when spans.is_number and spans.value is not null\n",
    ),
    *alike(
        "an_incomplete_quarter_before_its_months",
        MOMENTS_OF_LONGER,
        "known % 2 = 1 or (standing % 2 = 1 and not is_known) as",
        "standing % 2 = 1 as",
    ),
    *alike(
        "months_before_their_quarter",
        MOMENTS_OF_LONGER,
        "known % 2 = 1 or (standing % 2 = 1 and not is_known) as",
        "standing % 2 = 1 and not is_known as",
    ),
    *alike(
        "who_is_missing_of_a_quarter_is_forgotten",
        MOMENTS_OF_LONGER,
        "known % 2 = 1 or (standing % 2 = 1 and not is_known) as",
        "known % 2 = 1 as",
    ),
    *alike(
        "a_quarter_counted_anew_is_as_before",
        LONGER,
        "when is_itself then {{ hashed('content') }}",
        "when is_itself then 0",
    ),
    *alike(
        "months_counted_anew_are_as_before",
        LONGER,
        "{{ hashed('content', 'last_part', 'missing_months') }}",
        "{{ hashed('last_part', 'missing_months') }}",
    ),
    *alike(
        "whoever_else_is_missing_of_a_quarter",
        LONGER,
        "{{ hashed(text_number('missing_reporters'), 'missing_months') }}",
        "{{ hashed('missing_months') }}",
    ),
    *alike(
        "a_change_of_a_quarter_is_none", LONGER, "what is distinct from what_before", "what_before is null"
    ),
    *alike(
        "an_end_of_a_month_is_no_moment",
        MOMENTS_OF_LONGER,
        "where ends.sign = 1 or known_to is not null",
        "where ends.sign = 1",
    ),
    *alike(
        "what_ends_hides_the_part_that_begins",
        MOMENTS_OF_LONGER,
        "filter (where ends.sign = 1 and position = 1)",
        "filter (where position = 1)",
    ),
    *alike(
        "what_ends_hides_the_own_count_that_begins",
        MOMENTS_OF_LONGER,
        "filter (where ends.sign = 1 and position = 0)",
        "filter (where position = 0)",
    ),
    *alike(
        "a_number_that_goes_is_known_twice",
        MOMENTS_OF_LONGER,
        "value is not null then ends.sign * (1 << position)",
        "value is not null then 1 << position",
    ),
    *alike(
        "a_count_without_a_number_is_known",
        MOMENTS_OF_LONGER,
        "when value is not null then ends.sign",
        "when true then ends.sign",
    ),
    *alike("nothing_is_a_count", LONGER, "when standing > 1 then {{", "else {{"),
    *alike(
        "a_stock_rests_on_all_its_months",
        LONGER,
        "then spans.last_part end as last_part",
        "then 0 end as last_part",
    ),
    *alike(
        "a_flow_rests_on_its_last_month",
        LONGER,
        "then spans.last_part end as last_part",
        "then {{ last_position('spans.known') }} end as last_part",
    ),
    *alike(
        "a_stock_rests_on_what_was_known_before",
        MOMENTS_OF_LONGER,
        "case last_part when 0 then known else 1 << last_part end",
        "known",
    ),
    *alike(
        "who_is_silent_of_a_level_is_not_named",
        MOMENTS_OF_LONGER,
        "case when is_level then silent else 0 end",
        "0",
    ),
    *alike(
        "a_level_lasts_as_long_as_who_is_silent",
        LONGER,
        "max(counts.period_end) filter (where counts.value is not null or",
        "max(counts.period_end) filter (where true or",
    ),
    Mutant(
        "a_year_of_three_quarters",
        of("int_year_moments"),
        "last_value(fourth ignore nulls) over so_far",
        "cast(0 as ubigint)",
    ),
    Mutant(
        "a_quarter_of_two_months",
        of("int_quarter_moments"),
        "last_value(third ignore nulls) over so_far",
        "cast(0 as ubigint)",
    ),
    Mutant(
        "every_quarter_lacks_months_of_the_first",
        of("int_quarter_moments"),
        " << ({{ last_month('quarter_id') }} - 3)",
        "",
    ),
    Mutant("the_second_quarter_begins_in_may", PERIODS, "& 2) * 28", "& 2) * 56"),
    Mutant("the_last_quarter_begins_in_september", PERIODS, "& 8) * 448", "& 8) * 224"),
    Mutant("december_is_never_missed", PERIODS, "range(1, 13)", "range(1, 12)"),
    Mutant(
        "a_quarter_ends_a_month_early",
        PERIODS,
        "3 * cast(substr({{ period_id }}, 7) as integer)",
        "3 * cast(substr({{ period_id }}, 7) as integer) - 1",
    ),
    Mutant("march_in_the_second_quarter", PERIODS, "+ 2) // 3", "+ 3) // 3"),
    Mutant("months_of_a_quarter_one_late", PERIODS, "' - 3 + '", "' - 2 + '"),
    Mutant("missed_months_one_early", PERIODS, ">> (month - 1)) % 2", ">> month) % 2"),
    Mutant("begun_months_do_not_count", PERIODS, "+ 1522", "+ 0"),
    # Counted from the beginning of the year on
    Mutant(
        "january_is_cumulative",
        of("int_stated_numbers"),
        "{{ last_month('stated.period_id') }} > {{ period_length",
        "{{ last_month('stated.period_id') }} >= {{ period_length",
    ),
    Mutant(
        "stocks_are_cumulative",
        of("int_stated_numbers"),
        "measures.over_time = 'sum'\n        and",
        "true\n        and",
    ),
    Mutant(
        "the_difference_is_the_whole",
        of("int_counts_to_date"),
        "later.value - coalesce(earlier.value, 0)",
        "later.value",
    ),
    Mutant(
        "a_difference_starts_the_day_before",
        of("int_counts_to_date"),
        "earlier.period_end + 1",
        "earlier.period_end",
    ),
    Mutant(
        "a_difference_from_nothing",
        of("int_counts_to_date"),
        "where later.month_before = 0 or earlier.observation_key is not null",
        "where true",
    ),
    Mutant(
        "since_the_month_before",
        of("int_counts_to_date"),
        "- lengths.length as month_before",
        "- lengths.length - 1 as month_before",
    ),
    Mutant("since_last_year", of("int_counts_to_date"), "and later.year = earlier.year", ""),
    Mutant(
        "a_quarter_ends_any_month", of("int_counts_to_date"), "and standing.month % lengths.length = 0", ""
    ),
    Mutant(
        "quarters_before_months",
        of("int_count_statements"),
        "4294967296 + report_length as",
        "4294967296 - report_length as",
    ),
    Mutant(
        "a_difference_outlives_its_start",
        of("int_counts_to_date"),
        "least(later.known_to, earlier.known_to)",
        "later.known_to",
    ),
    Mutant(
        "a_difference_before_its_start",
        of("int_counts_to_date"),
        "greatest(later.known_from, earlier.known_from)",
        "later.known_from",
    ),
    Mutant(
        "a_cumulated_count_is_a_month", of("int_count_statements"), "where not is_cumulative", "where true"
    ),
    Mutant(
        "differences_between_sources",
        of("int_counts_to_date"),
        "'source_id', 'part_reporter') }} as series_id",
        "'part_reporter') }} as series_id",
    ),
    Mutant(
        "differences_between_reporters",
        of("int_counts_to_date"),
        "'source_id', 'part_reporter') }} as series_id",
        "'source_id') }} as series_id",
    ),
    Mutant(
        "a_difference_before_what_is_stated",
        of("int_count_statements"),
        "4294967296 + report_length as",
        "report_length - 4294967296 as",
    ),
    Mutant(
        "the_last_statement",
        of("int_stated_counts"),
        "(candidates.statement_order,",
        "(-candidates.statement_order,",
    ),
    Mutant(
        "the_last_statement_since_the_year_began",
        of("int_counts_to_date"),
        "(to_date.statement_order,",
        "(-to_date.statement_order,",
    ),
    Mutant(
        "an_end_since_the_year_began_is_no_moment",
        of("int_counts_to_date"),
        "from to_date where known_to is not null",
        "from to_date where false",
    ),
    # The ledger
    Mutant(
        "corrections_swapped",
        of("int_observations"),
        "= 'open' then 'E'\n        else 'P'",
        "= 'open' then 'P'\n        else 'E'",
    ),
    Mutant(
        "not_corrected",
        of("int_observations"),
        "cast(spans.corrected as decimal(18, 2))",
        "spans.stated_value",
    ),
    Mutant(
        "corrected_whatever_was_published",
        of("int_observations"),
        "and standing.value = corrections.published",
        "",
    ),
    Mutant(
        "corrected_before_the_error_was_known",
        of("int_observations"),
        "greatest(standing.standing_from, corrections.known_from)",
        "standing.standing_from",
    ),
    Mutant(
        "corrected_whoever_reported",
        of("int_observations"),
        "corrections.reporter_org_id is null or standing.reporter_org_id = corrections.reporter_org_id",
        "true",
    ),
    Mutant(
        "a_number_withdrawn_still_stands",
        of("int_stated_numbers"),
        "and stated_rows.kind in ('count', 'score')",
        "and stated_rows.kind in ('count', 'score') and stated_rows.value is not null",
    ),
    Mutant(
        "the_same_again_ends_itself",
        of("int_standing"),
        "where extract_before is distinct from extract_id or source_id = 'plan'",
        "where true",
    ),
    Mutant(
        "received_once_only",
        of("int_standing"),
        "extract_before is distinct from extract_id",
        "extract_before is null",
    ),
    Mutant(
        "withdrawn_and_still_standing",
        of("int_standing"),
        "and (arrived.withdrawn_at is null or arrived.withdrawn_at > moments.moment)",
        "",
    ),
    Mutant(
        "withdrawn_before_it_was",
        of("int_standing"),
        "and (arrived.withdrawn_at is null or arrived.withdrawn_at > moments.moment)",
        "and arrived.withdrawn_at is null",
    ),
    Mutant("corrected_wherever", of("int_observations"), "and organisations.org_id = corrections.org_id", ""),
    Mutant(
        "a_restatement_ends_what_follows",
        of("int_standing"),
        "order by moment, extract_id) as restated_at",
        "order by moment desc, extract_id) as restated_at",
    ),
    Mutant(
        "sources_restate_one_another",
        of("int_stated_numbers"),
        "'is_cumulative', 'source_id') }} as cell_id",
        "'is_cumulative') }} as cell_id",
    ),
    Mutant(
        "operators_restate_one_another",
        of("int_stated_numbers"),
        "'org_key', 'reporter_org_id', 'period_id'",
        "'org_key', 'period_id'",
    ),
    Mutant(
        "a_cumulated_count_restates_a_plain_one",
        of("int_stated_numbers"),
        "'is_cumulative', 'source_id') }} as cell_id",
        "'source_id') }} as cell_id",
    ),
    Mutant(
        "an_old_text_still_stands",
        of("int_observations"),
        "least(standing.restated_at, numbers.document_known_to)",
        "standing.restated_at",
    ),
    Mutant(
        "a_bound_is_a_count",
        of("int_stated_numbers"),
        "figures.qualifier is null then 'A' else 'E' end as obs_status",
        "figures.qualifier is null then 'A' else 'A' end as obs_status",
    ),
    Mutant(
        "a_withdrawn_report_was_received",
        of("int_received_reports"),
        "where said.extract_id not in",
        "where true or said.extract_id not in",
    ),
    # One count of several sources
    Mutant(
        "children_before_reporters",
        STATUSES,
        "'reporters' then 3\n        when 'children' then 4",
        "'reporters' then 4\n        when 'children' then 3",
    ),
    Mutant(
        "a_part_before_the_whole",
        STATUSES,
        "'periods' then 5\n        when 'partial' then 6",
        "'periods' then 6\n        when 'partial' then 5",
    ),
    Mutant(
        "precedence_reversed",
        of("int_counts_by_terms"),
        "candidates.basis_rank, candidates.precedence",
        "candidates.basis_rank, -candidates.precedence",
    ),
    Mutant("nothing_before_something", STATUSES, "else 7\n", "else 0\n"),
    *alike(
        "no_cell_is_contested",
        CHOICES,
        "where next_from < coalesce(known_to, {{ forever() }})",
        "where false",
    ),
    *alike(
        "what_ends_is_not_contested",
        CHOICES,
        "where next_from < coalesce(known_to, {{ forever() }})",
        "where next_from is not null and known_to is null",
    ),
    *alike(
        "what_stands_for_ever_is_not_contested",
        CHOICES,
        "where next_from < coalesce(known_to, {{ forever() }})",
        "where next_from < known_to",
    ),
    # Cells of the value table, and what goes into them
    Mutant(
        "a_definition_before_its_time",
        of("int_value_cells"),
        "{{ is_valid_on('indicators', 'inputs.period_end') }}",
        valid_on("indicators", "inputs.period_end", since=""),
    ),
    Mutant(
        "a_definition_ends_a_day_early",
        of("int_value_cells"),
        "{{ is_valid_on('indicators', 'inputs.period_end') }}",
        valid_on("indicators", "inputs.period_end", until=">"),
    ),
    Mutant(
        "one_flow_is_enough",
        of("int_value_cells"),
        "numerators.over_time = 'sum' and denominators",
        "numerators.over_time = 'sum' or denominators",
    ),
    Mutant(
        "reports_make_no_cell",
        of("int_value_cells"),
        "from {{ ref('int_reports') }}",
        "from {{ ref('int_reports') }} where false",
    ),
    Mutant(
        "the_oldest_population", of("int_carried_denominators"), "10 * (gaps.last_day", "-10 * (gaps.last_day"
    ),
    Mutant(
        "a_population_from_the_future",
        of("int_carried_denominators"),
        "and gaps.last_day >= {{ last_day_of('counts.period_id') }}",
        "",
    ),
    Mutant(
        "every_denominator_is_carried",
        of("int_denominator_gaps"),
        "where cells.is_denominator_carried_forward and",
        "where",
    ),
    Mutant("a_part_is_carried", of("int_carried_denominators"), "and counts.basis <> 'partial'", ""),
    Mutant(
        "of_one_day_the_longest_population",
        of("int_carried_denominators"),
        "+ {{ period_length",
        "- {{ period_length",
    ),
    Mutant("asked_for_last", of("int_denominator_gaps"), "min(asking.known_from)", "max(asking.known_from)"),
    Mutant(
        "a_ratio_alone_asks_for_no_population",
        of("int_denominator_gaps"),
        "from {{ ref('int_cell_statements') }}\n        where",
        "from {{ ref('int_cell_statements') }}\n        where false and",
    ),
    Mutant(
        "nothing_is_carried_before_the_first_own",
        of("int_denominator_gaps"),
        "asked_from as known_to\n    from needed",
        "asked_from as known_to\n    from needed where false",
    ),
    Mutant(
        "nothing_is_carried_after_the_first_own",
        of("int_denominator_gaps"),
        "select\n        cell_id,\n        known_from,\n        known_to\n    from",
        "select\n        cell_id,\n        known_from,\n        null\n    from",
    ),
    Mutant(
        "who_is_missing_closes_a_gap",
        of("int_denominator_gaps"),
        "where part = 'denominator' and has_value",
        "where part = 'denominator'",
    ),
    Mutant(
        "a_population_is_lacking_before_it_is_asked_for",
        of("int_denominator_gaps"),
        "greatest(between_them.gap_from, needed.asked_from) as gap_from",
        "between_them.gap_from as gap_from",
    ),
    Mutant(
        "a_gap_never_closes",
        of("int_denominator_gaps"),
        "lead(known_from) over (partition by cell_id order by known_from), {{ forever() }}) as gap_to",
        "{{ forever() }}) as gap_to",
    ),
    Mutant(
        "what_comes_later_fills_a_gap",
        of("int_carried_denominators"),
        "counts.known_from <= gaps.gap_from and coalesce(",
        "coalesce(",
    ),
    Mutant(
        "what_ends_fills_a_gap",
        of("int_carried_denominators"),
        "and coalesce(counts.known_to, {{ forever() }}) >= gaps.gap_to as fills_gap",
        "as fills_gap",
    ),
    Mutant(
        "what_fills_a_gap_is_not_used",
        of("int_carried_denominators"),
        "distance <= distance_that",
        "distance < distance_that",
    ),
    Mutant(
        "carried_before_the_gap",
        of("int_carried_denominators"),
        "greatest(gaps.gap_from, counts.known_from) as known_from",
        "counts.known_from as known_from",
    ),
    Mutant(
        "carried_after_the_gap",
        of("int_carried_denominators"),
        "nullif(least(gaps.gap_to, coalesce(counts.known_to, {{ forever() }})), {{ forever() }}) as known_to",
        "counts.known_to as known_to",
    ),
    Mutant(
        "who_is_missing_before_an_older_number", of("int_value_facts"), "1000000 as distance", "0 as distance"
    ),
    Mutant(
        "the_place_in_a_document_before_precedence",
        of("int_value_facts"),
        "several.precedence, several.statement_order,",
        "several.statement_order, several.precedence,",
    ),
    Mutant(
        "an_end_of_a_fact_is_no_moment",
        of("int_value_facts"),
        "from several where known_to is not null",
        "from several where false",
    ),
    Mutant(
        "a_fact_that_ended_is_used_on",
        of("int_value_moments"),
        "(ends.sign = 1 or facts.known_to is not null)",
        "ends.sign = 1",
    ),
    Mutant(
        "what_ends_comes_after_what_begins",
        of("int_value_moments"),
        "max(fact_id) filter (where part = 'numerator')",
        "min(fact_id) filter (where part = 'numerator')",
    ),
    Mutant(
        "only_what_changed_is_used",
        of("int_value_moments"),
        "last_value(denominator ignore nulls)",
        "last_value(denominator)",
    ),
    Mutant(
        "a_target_that_is_gone_still_asks",
        of("int_value_moments"),
        "nullif(last_value(target ignore nulls) over so_far, 0)",
        "last_value(target ignore nulls) over so_far",
    ),
    Mutant(
        "every_moment_is_a_change",
        of("int_value_moments"),
        "where state_before is null or state <> state_before",
        "where true",
    ),
    Mutant(
        "no_moment_is_a_change",
        of("int_value_moments"),
        "where state_before is null or state <> state_before",
        "where state_before is null",
    ),
    Mutant(
        "another_numerator_is_no_change",
        of("int_value_moments"),
        "'numerator_id', 'denominator_id',",
        "'denominator_id',",
    ),
    Mutant(
        "another_denominator_is_no_change",
        of("int_value_moments"),
        "'numerator_id', 'denominator_id',",
        "'numerator_id',",
    ),
    Mutant(
        "an_offer_is_no_change",
        of("int_value_moments"),
        "'is_numerator_offered', 'is_denominator_offered', ",
        "",
    ),
    Mutant("another_report_is_no_change", of("int_value_moments"), "'report_id', 'target_id'", "'target_id'"),
    Mutant("another_target_is_no_change", of("int_value_moments"), "'report_id', 'target_id'", "'report_id'"),
    Mutant(
        "nothing_is_offered_all_the_same",
        of("int_cell_counts"),
        "(counts.value is not null or wanted.part in ('numerator', 'denominator'))",
        "true",
    ),
    Mutant(
        "what_is_asked_for_is_offered",
        of("int_cell_counts"),
        "and cells.numerator_unit <> measures.unit",
        "",
    ),
    Mutant(
        "an_exact_population_is_old",
        of("int_value_inputs"),
        "< cells.last_day, false) as is_denominator_older",
        "<= cells.last_day, false) as is_denominator_older",
    ),
    Mutant(
        "days_may_begin_anywhere",
        of("int_value_inputs"),
        "numerators.period_start <> denominators.period_start or ",
        "",
    ),
    Mutant(
        "the_denominator_for_the_numerator",
        of("int_value_inputs"),
        "numerators.value as numerator,",
        "denominators.value as numerator,",
    ),
    Mutant(
        "values_end_never",
        of("int_value_inputs"),
        "    moments.known_to,\n",
        "    cast(null as timestamptz) as known_to,\n",
    ),
    # Reason, status and division
    Mutant(
        "upside_down",
        of("int_values_by_terms"),
        "percent_of_counts('numerator', 'denominator')",
        "percent_of_counts('denominator', 'numerator')",
    ),
    Mutant("64_bits_for_4_trillion", ROUNDING, "< 40000000000\n", "< 4000000000000\n"),
    Mutant(
        "counts_without_their_hundredths",
        ROUNDING,
        "2 * cast({{ numerator }} * 100 as bigint)",
        "2 * 100 * cast({{ numerator }} as bigint)",
    ),
    Mutant(
        "counts_rounded_down",
        ROUNDING,
        " * 1000000 + cast({{ denominator }} * 100 as bigint))",
        " * 1000000)",
    ),
    Mutant(
        "a_negative_denominator",
        of("int_values_by_terms"),
        "numerator < 0 or denominator < 0",
        "numerator < 0",
    ),
    Mutant(
        "the_bound_is_allowed",
        of("int_values_by_terms"),
        "numerator >= cast(denominator",
        "numerator > cast(denominator",
    ),
    Mutant(
        "divided_by_zero",
        of("int_values_by_terms"),
        "and denominator > 0 and numerator is not null",
        "and denominator >= 0 and numerator is not null",
    ),
    Mutant(
        "missing_is_zero",
        of("int_values_by_terms"),
        "from {{ ref('int_value_inputs') }}",
        "from (select * replace (coalesce(numerator, 0) as numerator) from {{ ref('int_value_inputs') }})",
    ),
    Mutant(
        "an_old_population_must_be_whole",
        of("int_values_by_terms"),
        "when is_denominator_carried_forward then null",
        "",
    ),
    Mutant(
        "parts_of_different_months_are_divided",
        of("int_values_by_terms"),
        "when coalesce(numerator_missing_months, 0) <> coalesce(denominator_missing_months, 0)",
        "when false",
    ),
    Mutant(
        "other_days_are_divided",
        of("int_values_by_terms"),
        "when is_of_other_days then 'period_mismatch'",
        "",
    ),
    Mutant(
        "not_assessed_is_missing", of("int_values_by_terms"), "when is_not_assessed then 'not_assessed'", ""
    ),
    Mutant(
        "a_rejected_numerator_is_a_missing_one",
        of("int_values_by_terms"),
        "(numerator is null and is_numerator_rejected) or",
        "",
    ),
    Mutant(
        "a_row_rejected_once_is_rejected_for_good",
        of("int_values_by_terms"),
        "(denominator is null and is_denominator_rejected)",
        "is_denominator_rejected",
    ),
    Mutant(
        "incomplete_is_missing",
        of("int_values_by_terms"),
        "when numerator is null and numerator_missing_reporters is not null then 'org_incomplete'",
        "",
    ),
    Mutant(
        "accounts_are_nothing",
        of("int_values_by_terms"),
        "when numerator is null and is_numerator_offered then 'unit_mismatch'",
        "",
    ),
    Mutant("zero_is_missing", of("int_values_by_terms"), "when denominator = 0 then 'denominator_zero'", ""),
    Mutant(
        "bank_accounts_are_persons",
        VALUES,
        "{{ measures }}.one_per_person <> 'false'",
        "true",
    ),
    Mutant("a_guess_of_the_text_is_none", of("int_values_by_terms"), "when is_caveated then 'estimated'", ""),
    Mutant(
        "an_old_population_is_final",
        of("int_values_by_terms"),
        "or is_denominator_older then 'P'",
        "then 'P'",
    ),
    Mutant("no_break", of("int_values_by_terms"), "or is_after_break then 'B'", "then 'B'"),
    Mutant(
        "accounts_are_persons",
        of("int_values_by_terms"),
        "when reason = 'unit_mismatch' then 'D'\n",
        "when false then 'D'\n",
    ),
    Mutant(
        "a_published_ratio_has_no_break",
        of("int_values_by_terms"),
        "when is_after_break and coalesce(reported_obs_status, 'A') = 'A' then 'B'",
        "",
    ),
    Mutant(
        "a_hidden_break_is_none",
        of("int_values_by_terms"),
        "when value_status = 'computed' then are_inputs_measured_otherwise",
        "when value_status = 'computed' then 'B' in (numerator_obs_status, denominator_obs_status)",
    ),
    Mutant(
        "only_numerators_are_measured_otherwise",
        of("int_value_inputs"),
        "or coalesce(denominators.is_measured_otherwise, false)\n",
        "\n",
    ),
    *alike(
        "one_of_all_is_measured_otherwise",
        SUMS,
        "{{ so_far('changes', 'measured_otherwise') }} > 0",
        "{{ so_far('changes', 'measured_otherwise') }} = wholes.parts_expected",
    ),
    *alike(
        "months_measured_otherwise_are_forgotten",
        LONGER,
        "bool_or(counts.is_measured_otherwise)",
        "bool_and(counts.is_measured_otherwise)",
    ),
    Mutant(
        "a_corrected_number_is_measured_alike",
        of("int_observations"),
        "spans.obs_status in ('D', 'B') as",
        "not spans.is_corrected and spans.obs_status in ('D', 'B') as",
    ),
    Mutant(
        "a_difference_is_measured_as_its_end",
        of("int_counts_to_date"),
        "or coalesce(earlier.is_measured_otherwise, false)",
        "",
    ),
    Mutant(
        "months_missed_twice",
        of("int_values_by_terms"),
        "coalesce(numerator_missing_months, 0) | coalesce(",
        "coalesce(numerator_missing_months, 0) + coalesce(",
    ),
    Mutant(
        "rounded_down",
        ROUNDING,
        "(2 * abs({{ numerator }}) + {{ denominator }} * {{ step }})",
        "(2 * abs({{ numerator }}))",
    ),
    Mutant(
        "per_thousand",
        ROUNDING,
        "* 1000000)',\n        ten_thousandths(denominator),\n        step_of(digits)",
        "* 10000000)',\n        ten_thousandths(denominator),\n        step_of(digits)",
    ),
    Mutant("a_loss_is_a_gain", ROUNDING, "sign({{ numerator }})\n            *", ""),
    # Reports
    Mutant(
        "measured_all_the_same",
        of("int_stated_ratios"),
        "coalesce(stated_rows.obs_status = 'L', false)",
        "false",
    ),
    Mutant(
        "ratios_end_never",
        of("int_reports"),
        "least(standing.restated_at, stated.document_known_to)",
        "stated.document_known_to",
    ),
    # Targets and progress
    Mutant("at_least_is_more_than", IS_MET, "'>=' then {{ value }} >= {{", "'>=' then {{ value }} > {{"),
    Mutant("more_than_is_at_least", IS_MET, "'>' then {{ value }} > {{", "'>' then {{ value }} >= {{"),
    Mutant("at_most_is_less_than", IS_MET, "'<=' then {{ value }} <= {{", "'<=' then {{ value }} < {{"),
    Mutant("less_than_is_at_most", IS_MET, "'<' then {{ value }} < {{", "'<' then {{ value }} <= {{"),
    Mutant(
        "a_floor_below_the_target_misses_it",
        IS_MET,
        "when {{ value }} < {{ target }} then null",
        "when false then null",
    ),
    Mutant(
        "a_cap_above_the_target_misses_it",
        IS_MET,
        "when {{ value }} > {{ target }} then null",
        "when false then null",
    ),
    Mutant(
        "at_least_that_is_more_than_that",
        IS_MET,
        "case {{ operator }} when '>=' then true when '<' then false end",
        "{{ operator }} in ('>=', '>')",
    ),
    Mutant("what_is_not_done_is_unknown", IS_MET, "like 'chua %' then false", "like 'chua %' then null"),
    Mutant(
        "done_is_another_word",
        IS_MET,
        "regexp_replace({{ match_key(result_text) }}, '^da ', '')",
        "{{ match_key(result_text) }}",
    ),
    Mutant(
        "a_bound_of_what_was_computed",
        of("int_scorecard"),
        "case when inputs.value_status <> 'computed' then reported.reported_qualifier end",
        "reported.reported_qualifier",
    ),
    Mutant(
        "an_old_target_still_stands",
        of("int_targets"),
        "    documents.known_to,\n",
        "    cast(null as timestamptz) as known_to,\n",
    ),
    Mutant(
        "compared_across_a_break",
        of("int_scorecard"),
        "not (is_measured_otherwise or is_previous_measured_otherwise)",
        "not is_measured_otherwise",
    ),
    Mutant(
        "compared_with_another_definition",
        of("int_scorecard"),
        "not (is_measured_otherwise or is_previous_measured_otherwise)",
        "not is_previous_measured_otherwise",
    ),
    Mutant(
        "less_is_more",
        of("int_scorecard"),
        "when '<=' then steady_base - target_value",
        "when '<=' then target_value - steady_base",
    ),
    Mutant(
        "a_year_is_over_at_once",
        of("int_scorecard"),
        "'(observed_growth * 12)', '(required_growth * months_known)'",
        "'observed_growth', 'required_growth'",
    ),
    Mutant("nearly_on_track", of("int_scorecard"), "on_track >= 0.95", "on_track > 0.95"),
    Mutant("nearly_acceleration_needed", of("int_scorecard"), "on_track >= 0.60", "on_track > 0.60"),
    Mutant(
        "standing_still_is_falling",
        of("int_scorecard"),
        "observed_growth < 0 then",
        "observed_growth <= 0 then",
    ),
    Mutant(
        "the_gap_the_other_way",
        of("int_scorecard"),
        "then value - target_value end as gap_points",
        "then target_value - value end as gap_points",
    ),
    Mutant(
        "two_years_before",
        of("int_target_cells"),
        "cast(year - 1 as varchar) as previous_period_id",
        "cast(year - 2 as varchar) as previous_period_id",
    ),
    Mutant(
        "a_quarter_is_a_verdict",
        of("int_scorecard"),
        "case when length(period_id) > 4 then null else reached end as met",
        "reached as met",
    ),
    Mutant(
        "a_quarter_has_a_year_to_go",
        of("int_scorecard_inputs"),
        "{{ last_month('targets.period_id') | indent }}",
        "12",
    ),
    Mutant(
        "the_way_begins_a_period_before",
        of("int_scorecard_inputs"),
        "base_values.value as base_value",
        "previous_values.value as base_value",
    ),
    Mutant(
        "a_target_of_all_levels",
        of("int_target_cells"),
        "on targets.org_level = organisations.level",
        "on true",
    ),
    Mutant("a_target_twice", of("int_target_cells"), "and targets.org_key <> organisations.org_key", ""),
    Mutant(
        "a_score_of_nothing",
        of("int_scorecard_inputs"),
        "current_values.value is not null\n    --",
        "true\n    --",
    ),
    Mutant(
        "every_year_is_whole",
        of("int_scorecard_inputs"),
        "then coalesce(len(current_values.missing_periods), 0) else 0",
        "then 0 else 0",
    ),
    Mutant(
        "last_year_never_changes",
        of("int_scorecard_inputs"),
        "answers.known_from, answers.known_to]) as moment",
        "case answers.role when 'now' then answers.known_from end, answers.known_to]) as moment",
    ),
    Mutant(
        "published_months_do_not_count",
        of("int_scorecard_inputs"),
        "when current_values.value_status = 'computed' then coalesce",
        "when true then coalesce",
    ),
    Mutant(
        "a_withdrawn_value_is_still_compared",
        of("int_scorecard_inputs"),
        "answers.known_from, answers.known_to]) as moment",
        "answers.known_from]) as moment",
    ),
    Mutant(
        "predecessors_never_counted",
        of("int_scorecard_inputs"),
        "on targets.org_key = changes.to_org_key",
        "on false",
    ),
    Mutant("the_scorecard_of_all_times", of("rpt_scorecard"), "where scores.known_to is null", ""),
    # Organisations that became others
    Mutant(
        "no_year_breaks",
        of("int_breaks"),
        "year_id as period_id\nfrom changed",
        "year_id as period_id\nfrom changed where false",
    ),
    Mutant(
        "no_quarter_breaks",
        of("int_breaks"),
        "'quarter') }} as period_id\nfrom changed",
        "'quarter') }} as period_id\nfrom changed where false",
    ),
    Mutant(
        "no_month_breaks",
        of("int_breaks"),
        "    month_id as period_id\nfrom changed",
        "    month_id as period_id\nfrom changed where false",
    ),
    Mutant(
        "broken_a_month_later",
        of("int_breaks"),
        "cast(month(valid_from) as varchar)",
        "cast(month(valid_from) % 12 + 1 as varchar)",
    ),
    Mutant(
        "everybody_breaks",
        of("int_breaks"),
        "and org_key in (select to_org_key from {{ ref('stg_org_changes') }})",
        "",
    ),
    Mutant("the_smallest_remainder", of("int_shared_counts"), "by remainder desc,", "by remainder,"),
    Mutant(
        "remainders_are_lost",
        of("int_shared_counts"),
        "share + case when place_no <= amount - shared then 1 else 0 end as amount",
        "share as amount",
    ),
    Mutant(
        "moved_as_equals",
        of("int_shared_counts"),
        "    from {{ ref('stg_org_changes') }}\n",
        "    from (select * replace (1 as weight) from {{ ref('stg_org_changes') }})\n",
    ),
    Mutant(
        "restated_counts_are_shared_too",
        of("int_counts_of_before"),
        "counts.known_to is null\n    and",
        "true\n    and",
    ),
    Mutant("scores_are_shared", of("int_counts_of_before"), "and measures.over_orgs = 'sum'", ""),
    Mutant(
        "whoever_is_there_is_the_whole",
        of("int_source_counts_today"),
        "count(*) = count(counts.value) as is_whole",
        "count(counts.value) > 0 as is_whole",
    ),
    Mutant(
        "a_shared_count_is_as_counted", of("int_source_counts_today"), "1 + sum({{ weight", "sum({{ weight"
    ),
    Mutant("the_best_basis_of_parts", of("int_source_counts_today"), "arg_max(counts", "arg_min(counts"),
    Mutant(
        "who_is_missing_before_a_re_expressed_count",
        of("int_source_counts_today"),
        "order by value is null, choice_no",
        "order by choice_no",
    ),
    Mutant(
        "a_re_expressed_count_before_an_own_one",
        of("int_source_counts_today"),
        "order by value is null, choice_no",
        "order by value is null, choice_no desc",
    ),
    Mutant(
        "who_was_there_on_the_day_after",
        of("int_source_counts_today"),
        "{{ is_valid_on('organisations', last_day_of('wholes.period_id')) }}",
        valid_on("organisations", "{{ last_day_of('wholes.period_id') }}", until=">"),
    ),
    Mutant(
        "who_was_there_on_the_day_after_in_int_counts_of_before",
        of("int_counts_of_before"),
        "{{ is_valid_on('organisations', last_day_of('counts.period_id')) }}",
        valid_on("organisations", "{{ last_day_of('counts.period_id') }}", until=">"),
    ),
    *alike(
        "a_quarter_by_who_is_there_when_it_ends",
        LONGER,
        "where spans.what is not null",
        "where spans.what is not null and (spans.is_itself or series.org_terms = 'then')",
    ),
    Mutant(
        "the_last_source_now",
        of("int_counts_by_terms"),
        "candidates.basis_rank, candidates.precedence",
        "candidates.basis_rank, case org_terms when 'today' then -1 else 1 end * candidates.precedence",
    ),
    Mutant(
        "ratios_of_the_counts_as_they_were",
        of("int_cell_counts"),
        "on wanted.org_terms = counts.org_terms",
        "on counts.org_terms = 'then'",
    ),
    Mutant(
        "carried_from_the_counts_as_they_were",
        of("int_carried_denominators"),
        "on gaps.org_terms = counts.org_terms",
        "on counts.org_terms = 'then'",
    ),
    Mutant(
        "what_became_another_is_still_there",
        of("rpt_value_now"),
        "and as_now.org_key not in (select from_org_key from {{ ref('stg_org_changes') }})",
        "",
    ),
    Mutant("what_was_once_known", of("rpt_value_now"), "as_now.known_to is null", "true"),
    Mutant(
        "what_is_published_is_re_expressed",
        of("rpt_value_now"),
        "as_now.value_status in ('computed', 'not_computable') and",
        "",
    ),
    # The statements behind a number
    Mutant(
        "a_part_that_ended_counts_on",
        of("int_count_evidence"),
        "        least(evidence.known_to, uses.known_to) as known_to\n    from evidence\n",
        "        uses.known_to\n    from evidence\n",
    ),
    Mutant(
        "a_part_counts_before_it_came",
        of("int_count_evidence"),
        "greatest(evidence.known_from, uses.known_from) as known_from,\n"
        "        least(evidence.known_to, uses.known_to) as known_to\n    from evidence\n",
        "uses.known_from,\n        least(evidence.known_to, uses.known_to) as known_to\n    from evidence\n",
    ),
    Mutant(
        "what_is_a_part_no_more_is_behind_it",
        of("int_count_evidence"),
        "least(evidence.known_to, uses.known_to) as known_to\n    from evidence\n",
        "evidence.known_to\n    from evidence\n",
    ),
    Mutant(
        "what_is_no_part_yet_is_behind_it",
        of("int_count_evidence"),
        "greatest(evidence.known_from, uses.known_from) as known_from,\n"
        "        least(evidence.known_to, uses.known_to) as known_to\n    from evidence\n",
        "evidence.known_from,\n"
        "        least(evidence.known_to, uses.known_to) as known_to\n    from evidence\n",
    ),
    Mutant(
        "what_is_used_no_more_is_behind_it",
        of("int_count_evidence"),
        "least(evidence.known_to, uses.known_to) as known_to\n    from {{ ref('int_used_counts') }}",
        "evidence.known_to\n    from {{ ref('int_used_counts') }}",
    ),
    Mutant(
        "what_is_not_yet_used_is_behind_it",
        of("int_count_evidence"),
        "greatest(evidence.known_from, uses.known_from) as known_from,\n"
        "        least(evidence.known_to, uses.known_to) as known_to\n    from {{ ref('int_used_counts') }}",
        "evidence.known_from,\n"
        "        least(evidence.known_to, uses.known_to) as known_to\n    from {{ ref('int_used_counts') }}",
    ),
    Mutant(
        "a_difference_rests_on_its_end_alone",
        of("int_count_evidence"),
        "where observation_before_key is not null and",
        "where false and",
    ),
    Mutant(
        "one_key_of_many_statements",
        KNOWLEDGE,
        "left({{ observation_id }}, 16)",
        "left({{ observation_id }}, 1)",
    ),
    Mutant(
        "a_statement_used_twice_ends_with_the_first",
        of("int_count_evidence"),
        "nullif(max(coalesce(",
        "nullif(min(coalesce(",
    ),
    Mutant(
        "evidence_of_another_source",
        of("int_used_counts"),
        "'org_key', 'source_id',",
        "'org_key', 'max(source_id) over (partition by measure_id, org_key, period_id)',",
    ),
    Mutant(
        "children_are_behind_what_was_stated", of("int_count_uses"), "where basis = 'children'", "where true"
    ),
    Mutant(
        "reporters_are_behind_every_count",
        of("int_count_uses"),
        "where basis = 'reporters'",
        "where reporter_org_id is null",
    ),
    Mutant(
        "a_part_of_a_year_rests_on_nothing", of("int_count_uses"), "('periods', 'partial')", "('periods')"
    ),
    Mutant(
        "all_months_are_behind_a_stock",
        of("int_count_uses"),
        "and (times.last_part = 0 or times.last_part = parts.position)",
        "",
    ),
    Mutant(
        "another_last_month_is_the_same",
        of("int_count_uses"),
        "partition by whole_id, made_of, last_part order",
        "partition by whole_id, made_of order",
    ),
    *alike("used_in_between", USES, "where times.sign = 1", "where true"),
    *alike("made_alike_is_made_anew", USES, "    having sum(ends.sign) <> 0\n", ""),
    # What a release changed, and why
    Mutant(
        "restated_is_newly_reported",
        of("int_input_changes"),
        "when known.has_gone and known.has_come then inputs.part || '_restated'",
        "when known.has_come then 'newly_reported'",
    ),
    Mutant(
        "what_stood_once_still_stands",
        of("int_input_changes"),
        "case when known_to is null then value end as value_now",
        "value as value_now",
    ),
    Mutant(
        "a_correction_is_not_seen", of("int_input_changes"), "when known.has_changed then 'correction'", ""
    ),
    Mutant(
        "only_what_is_behind_it_now",
        of("int_input_changes"),
        "and inputs.period_before = evidence.period_id",
        "and false",
    ),
    Mutant(
        "only_what_was_behind_it",
        of("int_input_changes"),
        "and inputs.counted_period_id = evidence.period_id",
        "and false",
    ),
    Mutant("what_was_once_behind_it", of("int_input_changes"), "and evidence.known_to is null\n", ""),
    Mutant(
        "the_same_numerator_changed",
        of("int_input_changes"),
        "where numerator is distinct from numerator_before",
        "",
    ),
    Mutant(
        "changes_of_values_that_stood_once",
        of("rpt_change"),
        "from {{ ref('fct_indicator_value') }} where known_to is null",
        "from {{ ref('fct_indicator_value') }}",
    ),
    Mutant("values_that_are_gone_are_lost", of("rpt_change"), "full join before\n", "left join before\n"),
    Mutant(
        "the_denominator_moves_first",
        of("rpt_change"),
        "percent_half_up('numerator_now', 'denominator_before')",
        "percent_half_up('numerator_before', 'denominator_now')",
    ),
    Mutant(
        "the_numerator_moves_all_the_way",
        of("rpt_change"),
        "value_between - value_before as contribution_points",
        "value_after - value_before as contribution_points",
    ),
    Mutant("a_step_beyond_the_bound", of("rpt_change"), "and numerator_now < cast(", "and 0 < cast("),
    Mutant(
        "a_new_definition_is_a_new_number",
        of("int_definition_changes"),
        "full join {{ ref('stg_ind",
        "inner join {{ ref('stg_ind",
    ),
    Mutant(
        "another_denominator_is_no_definition",
        of("int_definition_changes"),
        "\n        or now_.denominator_measure is distinct from before.denominator_measure",
        "",
    ),
    Mutant(
        "a_definition_always_began_then",
        of("rpt_change"),
        "<> (coalesce(definitions.valid_from_before, cells.end_date) <= cells.end_date)",
        "<> true",
    ),
    Mutant(
        "a_definition_never_ends",
        of("rpt_change"),
        "or (coalesce(definitions.valid_to, cells.end_date) >= cells.end_date)\n"
        "        <> (coalesce(definitions.valid_to_before, cells.end_date) >= cells.end_date)",
        "",
    ),
    Mutant(
        "a_zero_was_no_hindrance",
        of("rpt_change"),
        "when coalesce(denominator_before, 0) <= 0 or coalesce(denominator_now, 0) <= 0",
        "when denominator_before is null or denominator_now is null",
    ),
    Mutant("the_first_release_changes_all", of("rpt_change"), "where exists (select 1 from before)", ""),
    # Who had to report
    Mutant(
        "due_on_the_last_day",
        of("int_expected_reports"),
        "due.end_date < clock",
        "due.end_date <= clock",
    ),
    Mutant(
        "due_in_the_month_itself",
        of("int_expected_reports"),
        "then interval 1 month",
        "then interval 0 month",
    ),
    Mutant(
        "due_on_a_day_that_is_not",
        of("int_expected_reports"),
        "least(month_due + (due_day - 1), last_day(month_due))",
        "cast(month_due + (due_day - 1) as date)",
    ),
    Mutant(
        "the_first_report_is_not_expected",
        of("int_expected_reports"),
        "due.start_date >= begun",
        "due.start_date > begun",
    ),
    Mutant(
        "an_archive_begins_reporting",
        of("int_expected_reports"),
        "filter (where not is_of_an_archive)",
        "",
    ),
    Mutant(
        "an_archive_asks_for_nothing",
        of("int_expected_reports"),
        "between archives.first_day and archives.last_day",
        "is null",
    ),
    Mutant(
        "late_on_the_day", of("fct_reporting"), "as date) <= expected.due_on", "as date) < expected.due_on"
    ),
    Mutant("days_of_greenwich", of("fct_reporting"), "at time zone 'Asia/Ho_Chi_Minh'", "at time zone 'UTC'"),
    Mutant("unexpected_reports_are_lost", of("fct_reporting"), "full join", "left join"),
    Mutant(
        "received_when_last_said",
        of("int_received_reports"),
        "min(said.received_at)",
        "max(said.received_at)",
    ),
    # What was set aside, and what contradicts what
    Mutant(
        "who_has_a_number_is_rejected", of("int_rejected_inputs"), "counted.extract_id is null\n    and", ""
    ),
    Mutant(
        "a_row_set_aside_is_set_aside_for_good",
        of("int_rejected_inputs"),
        "arrivals.withdrawn_at as",
        "null as",
    ),
    Mutant(
        "the_organisation_of_another_time_is_named",
        of("int_rejected_rows"),
        "{{ is_valid_on('names', 'extracts.last_day') }}",
        valid_on("names", "extracts.last_day", until=""),
    ),
    Mutant(
        "a_row_set_aside_is_of_all_measures",
        of("int_rejected_inputs"),
        "(not measures.is_one_a_row or list_contains(named.text_keys, measures.subject_key))",
        "true",
    ),
    Mutant(
        "a_guess_contradicts",
        of("rpt_source_audit"),
        "and not is_cumulative\n        and obs_status <> 'E'",
        "and not is_cumulative",
    ),
    Mutant("other_days_contradict", of("rpt_source_audit"), "and chosen.period_end = offered.period_end", ""),
    Mutant(
        "a_part_contradicts_the_whole",
        of("rpt_source_audit"),
        "and not is_part\n",
        "",
    ),
    Mutant(
        "a_source_contradicts_its_own_total",
        of("rpt_source_audit"),
        "and (offered.is_stated or offered.source_id <> chosen.source_id)",
        "",
    ),
    Mutant("any_base_will_do", of("rpt_base_audit"), "bool_and(\n", "bool_or(\n"),
    Mutant("a_base_may_triple", of("rpt_base_audit"), "2 * max(value)", "3 * max(value)"),
    Mutant(
        "a_base_that_gives_everything_is_tried",
        of("rpt_base_audit"),
        "between 1 and 100 * pow(10, max(printed.reported_decimals)) - 1",
        ">= 1",
    ),
]


class Returned(Exception):
    """What a macro of dbt returns in place of text."""


class Project:
    """The dbt project as plain SQL, compiled by dbt once and, with a text changed, again here in no time."""

    def __init__(self, folder: Path):
        self.plain = models(folder, *CHANGES)
        known = json.loads((folder / "warehouse/dbt/manifest.json").read_text(encoding="utf-8"))
        self.tables = {model.name: f'"{model.schema}"."{model.name}"' for model in self.plain}
        self.sources = {
            (source["source_name"], source["name"]): source["relation_name"].replace(str(folder), HERE)
            for source in known["sources"].values()
        }
        self.needs = {
            node["name"]: {key.split(".")[-1] for key in node["depends_on"]["nodes"]}
            for node in known["nodes"].values()
            if node["resource_type"] == "model"
        }
        self.texts = {
            str(file.relative_to(PROJECT)): file.read_text(encoding="utf-8")
            for folder in ("macros", "models")
            for file in sorted((PROJECT / folder).rglob("*.sql"))
        }
        self.rendered = self.render(self.texts)
        for model in self.plain:
            assert self.rendered[model.name].split() == model.sql.split(), (
                f"{model.name}: dbt compiles it otherwise"
            )

    def render(self, texts: dict[str, str]) -> dict[str, str]:
        """The SQL of each model, by its name."""
        environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        macros = SimpleNamespace()
        environment.globals |= {
            "dxkpi": macros,
            "ref": self.tables.get,
            "source": lambda *names: self.sources[names],
            "config": lambda **_: "",
            "return": returned,
            "target": SimpleNamespace(schema="main"),
            "var": yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"].get,
        }
        built = "macros/materializations.sql"  # how dbt makes tables, in tags of its own
        written = [text for file, text in texts.items() if file.startswith("macros/") and file != built]
        for name in re.findall(r"{% macro (\w+)", "".join(written)):  # each may call any other
            environment.globals[name] = partial(lambda name, *a, **b: vars(macros)[name](*a, **b), name)
        for text in written:
            context = environment.from_string(text).new_context()
            list(environment.from_string(text).root_render_func(context))
            vars(macros).update({name: answering(macro) for name, macro in context.vars.items()})
        named = {Path(file).stem: text for file, text in texts.items()}
        return {model.name: environment.from_string(named[model.name]).render() for model in self.plain}

    def has_place(self, mutant: Mutant) -> bool:
        return self.texts[mutant.file].count(mutant.old) == 1

    def changed(self, mutant: Mutant) -> list[Model]:
        """The models that the mutant makes other ones. Raises where its old text is not there once."""
        text = self.texts[mutant.file]
        if not self.has_place(mutant):
            raise SystemExit(
                f"{mutant.name}: {mutant.file}: {mutant.old!r} stands there {text.count(mutant.old)} times, "
                "expected once; write the mutant anew"
            )
        rendered = self.render(self.texts | {mutant.file: text.replace(mutant.old, mutant.new)})
        return [
            replace(model, sql=rendered[model.name])
            for model in self.plain
            if rendered[model.name] != self.rendered[model.name]
        ]

    def below(self, changed: list[Model], wanted: set[str]) -> list[Model]:
        """The changed models and all that is made of them, as far as it leads to the wanted ones."""
        new = {model.name: model for model in changed}
        touched, leading = set(new), set(wanted)
        for model in self.plain:
            if self.needs[model.name] & touched:
                touched.add(model.name)
        for model in reversed(self.plain):
            if model.name in leading:
                leading |= self.needs[model.name]
        return [new.get(m.name, m) for m in self.plain if m.name in touched & leading]


def returned(value):
    raise Returned(value)


def answering(macro):
    def answer(*arguments, **named):
        try:
            return macro(*arguments, **named)
        except Returned as answered:
            return answered.args[0]

    return answer


@contextlib.contextmanager
def undone(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Whatever is done inside is undone after."""
    database.execute("begin")
    try:
        yield
    finally:
        database.execute("rollback")


def listed(fixture: dict) -> list[dict]:
    """The rows of a fixture; of one in CSV an empty cell is null."""
    if fixture.get("format") != "csv":
        return fixture["rows"]
    rows = csv.DictReader(io.StringIO(fixture["rows"]))
    return [{name: cell or None for name, cell in row.items()} for row in rows]


class Claims:
    """The unit tests of the dbt project, tried in memory on tables of the types the models give."""

    def __init__(self, project: Project, database: duckdb.DuckDBPyConnection):
        self.project, self.database = project, database
        self.of_model: dict[str, list[dict]] = {}
        for file in sorted((PROJECT / "models").rglob("*.yml")):
            for claim in yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", []):
                self.of_model.setdefault(claim["model"], []).append(claim)

    def first_denied(self, changed: list[Model]) -> str | None:
        """The name of the first claim that one of these models does not keep."""
        for model in changed:
            for claim in self.of_model.get(model.name, []):
                if not self.is_kept(claim, model.sql):
                    return claim["name"]
        return None

    def is_kept(self, claim: dict, sql: str) -> bool:
        sql = sql.replace(HERE, "nowhere")
        with undone(self.database):
            for given in claim["given"]:
                table = self.project.tables[given["input"].split("'")[1]]
                types = dict(self.described(f"from {table}"))
                self.database.execute(f"create or replace table {table} as {self.rows(listed(given), types)}")
            wanted = listed(claim["expect"])
            if not wanted:
                return self.database.execute(f"select 1 from ({sql})").fetchall() == []
            types = dict(self.described(sql))
            named = {
                column: types[column] for column in dict.fromkeys(c for row in wanted for c in row) or types
            }
            columns = ", ".join(named)
            found = self.database.execute(f"select {columns} from ({sql})").fetchall()
            expected = self.database.execute(self.rows(wanted, named)).fetchall()
            return sorted(map(repr, found)) == sorted(map(repr, expected))

    def described(self, sql: str) -> list[tuple[str, str]]:
        return [about[:2] for about in self.database.execute(f"describe {sql}").fetchall()]

    @staticmethod
    def rows(rows: list[dict], types: dict[str, str]) -> str:
        def cell(value, kind: str) -> str:
            if isinstance(value, list):
                return f"cast([{', '.join(cell(each, 'varchar') for each in value)}] as {kind})"
            text = "null" if value is None else "'" + str(value).replace("'", "''") + "'"
            return f"cast({text} as {kind})"

        told = [
            "select " + ", ".join(f'{cell(row.get(name), kind)} as "{name}"' for name, kind in types.items())
            for row in rows
        ]
        nothing = "select " + ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in types.items())
        return " union all ".join(told) or f"{nothing} limit 0"


class Histories:
    """Random histories: the marts as they are, and what the calculator says of them at some moments."""

    def __init__(self, project: Project, folder: Path, seed: int):
        self.project, self.seed = project, seed
        self.world = histories.drawn(seed)
        self.folder = histories.land(self.world, folder / f"world-{seed}")
        self.database = run(behind(project.plain, *COMPARED_MARTS, *BEFORE.values()), self.folder)
        moments = sorted(set(self.world.learnt))
        picked = moments[:: -(-len(moments) // MOMENTS)]
        self.known = {moment: reference.Known(self.world, moment) for moment in {*picked, moments[-1]}}

    @cached_property
    def expected(self) -> list[tuple]:
        """(what is read, moment, what the calculator says of it)."""
        return [(read, moment, say(known)) for read, say in COMPARED for moment, known in self.known.items()]

    @cached_property
    def expected_now(self) -> dict:
        """What the calculator says of the organisations of today, with all that is known in the end."""
        return test_histories.expected_now(self.known[max(self.known)])

    def first_difference(self, changed: list[Model]) -> str | None:
        """The first cell of the marts that is not the calculator's any more with these models."""
        affected = self.project.below(changed, set(COMPARED_MARTS))
        with undone(self.database):
            for model in affected:
                sql = model.sql.replace(HERE, str(self.folder))
                self.database.execute(f"create or replace table {model.schema}.{model.name} as {sql}")
            rows = {read: read(self.database) for read, _ in COMPARED}
            try:
                for read, moment, wanted in self.expected:
                    found = test_histories.standing(rows[read], moment)
                    for cell in test_histories.differences(found, wanted):
                        return f"history {self.seed}: {read.__name__} of {cell} at {moment}"
                found = test_histories.values_now(self.database)
            except AssertionError as twice:
                return f"history {self.seed}: {twice}"
            for cell in test_histories.differences(found, self.expected_now):
                return f"history {self.seed}: {cell} as it is now"
        return None


COMPARED_MARTS = (*test_histories.MARTS, test_histories.EVIDENCE, test_histories.NOW)
COMPARED = (
    (test_histories.ledger, test_histories.expected_ledger),
    (test_histories.values, test_histories.expected_values),
    (test_histories.scores, reference.Known.scores),
)


class Tests:
    """Every test there is for the SQL, the quick ones first."""

    def __init__(self, folder: Path, worlds: Iterable[int] = WORLDS):
        self.project = Project(folder / "dbt")
        self.worlds = [Histories(self.project, folder, seed) for seed in worlds]
        first = self.worlds[0]
        keep_what_was_published(first.database, first.folder)
        self.claims = Claims(self.project, run(self.project.plain, first.folder))

    def first_failing(self, changed: list[Model]) -> str | None:
        try:
            return self.claims.first_denied(changed) or next(
                filter(None, (world.first_difference(changed) for world in self.worlds)), None
            )
        except duckdb.Error as error:
            return f"DuckDB: {str(error).splitlines()[0]}"


def noticed(tests: Tests, mutant: Mutant) -> str | None:
    """The test that fails with this mutant, if one does."""
    changed = tests.project.changed(mutant)
    if not changed:
        raise SystemExit(f"{mutant.name}: changes no model; write the mutant anew")
    return tests.first_failing(changed)


def main(names: list[str]) -> int:
    wanted = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(Path(folder))
        # of a mutant nothing is said where a test fails of the SQL as it is
        if told := tests.first_failing(tests.project.plain):
            raise SystemExit(f"{told} fails before anything was changed; mend it first")
        survivors = []
        for mutant in wanted:
            began = time.monotonic()
            test = noticed(tests, mutant)
            if test is None:
                survivors.append(mutant)
            print(f"{mutant.name}: {test or 'SURVIVED'} ({time.monotonic() - began:.1f} s)", flush=True)
    share = 1 - len(survivors) / len(wanted)
    print(f"\n{len(wanted)} mutants, {len(wanted) - len(survivors)} noticed ({share:.1%})")
    stale = [mutant for mutant in wanted if mutant.why_not and mutant not in survivors]
    for mutant in stale:
        print(f"noticed after all: {mutant.name} ({mutant.file}): take its explanation away")
    for mutant in survivors:
        print(f"survived: {mutant.name} ({mutant.file}): {mutant.why_not or 'NOT EXPLAINED'}")
    return int(share < ENOUGH or bool(stale) or any(mutant.why_not is None for mutant in survivors))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
