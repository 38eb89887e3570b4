"""Marts with the few columns that a release shows, in a warehouse and as the tables of a release."""

from pathlib import Path
from string import Template

import duckdb

from orchestration.publication.database import Marts

ROOT = Path(__file__).parents[2]

MARTS = Template((ROOT / "tests/fixtures/publication/marts.sql").read_text(encoding="utf-8"))
PAGE = (ROOT / "tests/fixtures/publication/page.sql").read_text(encoding="utf-8")


def warehouse(
    folder: Path,
    release_id: str,
    *,
    built_at="2024-04-01 09:30:00+00",
    made_up=False,
    numerator=664940,
    more="",
) -> Path:
    file = folder / f"{release_id}.warehouse.duckdb"
    file.unlink(missing_ok=True)
    script = MARTS.substitute(
        id=release_id,
        built_at=built_at,
        made_up=made_up,
        numerator=numerator,
        value=round(numerator / 12572.10, 4),
    )
    with duckdb.connect(str(file)) as con:
        con.execute(script + more + PAGE)
    return file


# A number of 2024 has come, provisional, and of the agencies two reports are missing.
OF_2024 = """
    update marts.rpt_scorecard set value = 71.851, value_status = 'computed', obs_status = 'P', met = true,
        kind = 'ratio', numerator = 71851, denominator = 100000, missing_periods = ['2024-12'],
        reason_vi = null where target_id = 'p-2024/II.2.8/2024';
    update marts.rpt_scorecard set pillar_vi = 'Chính quyền số' where target_id = 'p-2024/II.2.10/2024';
    insert into marts.dim_org (org_key, name_vi, level) values ('agencies@1', 'Các sở, ban, ngành', 'group'),
        ('a', 'Ban Dân tộc', 'agency'), ('b', 'Sở Văn hóa, Thể thao và Du lịch', 'agency'),
        ('c', 'Sở Y tế', 'agency');
    insert into marts.rpt_scorecard by name select
        'p-2024/II.2.7a/2024' as target_id, 'agencies@1' as org_key, '2024' as period_id, known_from,
        'year' as period_kind, true as is_of_the_whole, 'II.2.7a' as target_number, 398 as line,
        'Xử lý văn bản: Đối với các sở, ngành' as stated_name, 'ratio' as kind,
        'Ban Dân tộc, Sở Văn hóa, Thể thao và Du lịch' as missing_reporters,
        ['2024-07', '2024-08'] as missing_periods,
        plan_id, 'documents' as indicator_id, 1 as definition_version,
        'Chính quyền số' as pillar_vi, 'Xử lý văn bản' as name_vi, 'agency' as org_level, 2024 as year,
        'threshold' as target_kind, '>=' as operator, 100 as target_value, '100%' as raw_text,
        'line 398, characters 71-74' as locator, 'not_computable' as value_status,
        'org_incomplete' as reason, 'còn đơn vị phải báo cáo nhưng chưa báo cáo' as reason_vi
        from marts.rpt_scorecard where target_id = 'p-2024/II.2.8/2024';
"""

# Another province has a plan, and a matter of its own.
OF_ANOTHER_PROVINCE = """
    insert into marts.dim_plan by name select 'q-2025' as plan_id, 'Kế hoạch năm 2025' as title,
        'kt@plan' as org_key, 2025 as year, false as is_made_up;
    insert into marts.dim_org by name select 'kt@plan' as org_key, 'kt' as org_id, 'Tỉnh Kon Tum' as name_vi,
        'province' as level;
    insert into marts.fct_matter by name select 'm9' as matter_id, 9 as position, 'open' as state,
        'Thiếu tử số, mẫu số' as group_vi, 'VNPT chưa cung cấp tử số (Tỉnh Kon Tum)' as title_vi,
        'vnpt' as org_id, 'VNPT' as org_vi, 'Gửi tử số.' as ask_vi, 1 as findings, 'kt@plan' as owner_org_key;
    insert into marts.rpt_open_matters by name select 9 as position, 'm9' as matter_id, 'vnpt' as org_id,
        'VNPT' as org_vi, 1 as finding_no, 'warning' as severity, 'kt@plan' as org_key,
        '2024-Q2' as period_id, '2024-Q2' as period_to, date '2024-04-01' as since_on,
        'Chưa có tử số.' as message_vi, 'Gửi tử số.' as ask_vi,
        'VNPT chưa cung cấp tử số (Tỉnh Kon Tum)' as matter_vi;
"""


def marts(folder: Path, more: str = "", **what) -> tuple[Marts, dict]:
    """The tables of a release, and its row of `release`, without what else a release has."""
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(warehouse(folder, "r1", more=more, **what))) as con:
        for (table,) in con.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall():
            con.execute(f"copy marts.{table} to '{folder / table}.parquet'")
    made = Marts(folder)
    return made, made["release"].row(0, named=True)


# What may stand in any text that an office sends: formulas, mark-up, templates, controls, words without end.
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    '@SUM(1,2)"quoted"',
    "<script>alert(1)</script> & <b>đậm</b>",
    "{{ 7 * 7 }} {% for x in [] %} ${HOME} %s",
    "dòng một\ndòng hai\ttab",
    "điều khiển \x01\x0b\x1f\ufffe hết",
    "_x0041_ http://example.invalid/ '",
    "dài" * 15_000,
)


def with_hostile_text(text: str) -> str:
    """SQL that puts a text wherever a release shows what others wrote."""
    quoted = "'" + text.replace("'", "''") + "'"
    return f"""
        update marts.dim_plan set title = {quoted};
        update marts.dim_org set name_vi = {quoted};
        update marts.rpt_appendix_01 set name = {quoted}, section_name = {quoted}, footnote = {quoted},
            target = {quoted}, result_published = {quoted}, result_citation_vi = {quoted};
        update marts.fct_indicator_target set stated_name = {quoted}, citation_vi = {quoted};
        update marts.rpt_scorecard set name_vi = {quoted}, raw_text = {quoted}, reason_vi = {quoted};
        update marts.rpt_budget set lead_name_vi = {quoted}, funding_source = {quoted}, task_class = {quoted};
        update marts.fct_finding set message_vi = {quoted}, accepted_reason = {quoted};
        update marts.fct_matter set title_vi = {quoted}, org_vi = {quoted}, ask_vi = {quoted},
            answer = {quoted};
        update marts.rpt_open_matters set matter_vi = {quoted}, org_vi = {quoted}, message_vi = {quoted};
        update marts.dim_rule set title_vi = {quoted}, action_vi = {quoted};
        update marts.dim_extract set file_name = {quoted}, publisher = {quoted}, citation = {quoted};
    """


# Quarter II of 2024: what is known of two targets, who has reported, what is odd.
OF_A_QUARTER = """
    update marts.rpt_scorecard set kind = 'ratio' where target_kind = 'threshold';
    insert into marts.rpt_scorecard by name select * replace (
            '2024-Q2' as period_id, 'quarter' as period_kind, 685 as numerator, 1000 as denominator,
            68.5 as value, 'computed' as value_status, 'A' as obs_status, null as reason_vi, null as met,
            false as reached, -1.5 as gap_points, 67 as previous_value, 1.5 as change_points,
            true as comparable_with_previous, null as missing_periods)
        from marts.rpt_scorecard where target_id = 'p-2024/II.2.8/2024' and period_kind = 'year';
    insert into marts.rpt_scorecard by name select * replace (
            '2024-Q2' as period_id, 'quarter' as period_kind, 'not_computable' as value_status,
            'org_incomplete' as reason, 'còn đơn vị phải báo cáo nhưng chưa báo cáo' as reason_vi,
            'Ban Dân tộc' as missing_reporters, ['2024-05'] as missing_periods)
        from marts.rpt_scorecard where target_id = 'p-2024/II.2.10/2024' and period_kind = 'year';
    alter table marts.fct_indicator_value add column if not exists reason varchar;
    insert into marts.dim_org by name select 'kp@1' as org_key, 'Huyện Krông Pa' as name_vi,
        'district' as level, 'kp' as org_id, 'gl@1' as parent_org_key, date '2025-06-30' as valid_to;
    insert into marts.fct_reporting (source_id, org_key, period_id, expected, received, on_time) values
        ('vneid', 'gl@1', '2024-04', 1, 1, 1), ('vneid', 'kp@1', '2024-04', 1, 1, 0),
        ('vneid', 'kp@1', '2024-05', 1, 0, 0), ('vneid', 'kp@1', '2024-07', 1, 0, 0);
    insert into marts.fct_matter by name select 'm4' as matter_id, 4 as position, 'open' as state,
        'Số liệu chưa đủ tin cậy' as group_vi, 'Huyện Krông Pa: số liệu giảm bất thường' as title_vi,
        'kp' as org_id, 'Huyện Krông Pa' as org_vi, 'Kiểm tra lại.' as ask_vi, 1 as findings;
    insert into marts.rpt_open_matters by name select 4 as position, 'm4' as matter_id, 'kp' as org_id,
        'Huyện Krông Pa' as org_vi, 1 as finding_no, 'warning' as severity, 'kp@1' as org_key,
        '2024-Q2' as period_id, '2024-Q2' as period_to, date '2024-04-01' as since_on,
        'Số liệu giảm bất thường.' as message_vi,
        'Kiểm tra lại.' as ask_vi, 'Huyện Krông Pa: số liệu giảm bất thường' as matter_vi;
"""
