-- Every target a plan set: last year's in Phụ lục 01, the coming year's in its text; with the time for which it stood.
with set_in_appendix as (

    select
        rows.row_code as code,
        rows.extract_id,
        rows.indicator_id,
        rows.definition_version,
        cast(null as varchar) as set_for_level,
        rows.target_year as year,
        rows.target_kind,
        rows.operator,
        rows.target_value,
        rows.target_from,
        rows.target_to,
        rows.target_raw as raw_text,
        rows.name as stated_name,
        rows.line,
        {{ locator('rows.line', 'rows.target_cell', 'null', 'null') }} as locator,
        cast(null as varchar) as nearest_indicator_id,
        cast(null as integer) as nearest_definition_version,
        cast(null as varchar) as differs_vi,
        cast(null as varchar) as differs_en
    from {{ ref('int_indicator_rows') }} as rows
    where rows.indicator_id is not null and rows.target_kind is not null

),

set_in_text as (

    select
        targets.code,
        targets.extract_id,
        targets.indicator_id,
        targets.definition_version,
        targets.org_level as set_for_level,
        targets.year,
        targets.target_kind,
        targets.operator,
        targets.target_value,
        targets.target_from,
        targets.target_to,
        targets.raw_text,
        targets.name as stated_name,
        targets.line,
        {{ prose_locator('targets.line', 'targets.char_from', 'targets.char_to') }} as locator,
        targets.nearest_indicator_id,
        targets.nearest_definition_version,
        targets.differs_vi,
        targets.differs_en
    from {{ ref('int_target_rows') }} as targets
    where targets.indicator_id is not null

),

set_in_plans as (

    select * from set_in_appendix
    union all
    select * from set_in_text

),

-- A target is of the year it names, or else of its plan's; without either it is on no scorecard.
dated as (

    select
        targets.* replace (coalesce(targets.year, documents.year) as year),
        documents.plan_id || '/' || targets.code || '/' || coalesce(targets.year, documents.year) as numbered_id
    from set_in_plans as targets
    inner join {{ ref('stg_plan_documents') }} as documents
        on targets.extract_id = documents.extract_id
    where coalesce(targets.year, documents.year) is not null

),

-- a number used twice is told apart by the line
identified as (

    select
        *,
        case
            when count(*) over (partition by extract_id, numbered_id) > 1 then numbered_id || '@' || line
            else numbered_id
        end as target_id
    from dated

)

-- A target is its plan's organisation's, unless it is for a level below it: then it is held against all organisations
-- of that level, which are a group. Of a range the end that is reached first is the bound.
select
    targets.target_id,
    documents.plan_id,
    targets.extract_id,
    targets.indicator_id,
    targets.definition_version,
    case when groups.org_key is not null then targets.set_for_level else documents.level end as org_level,
    coalesce(groups.org_key, documents.org_key) as org_key,
    documents.org_key as planner_org_key,
    targets.year,
    cast(targets.year as varchar) as period_id,
    case when targets.target_kind = 'range' then 'threshold' else targets.target_kind end as target_kind,
    case
        when targets.target_kind <> 'range' then targets.operator
        when indicators.higher_is_better then '>='
        else '<='
    end as operator,
    cast(
        case
            when targets.target_kind <> 'range' then targets.target_value
            when indicators.higher_is_better then targets.target_from
            else targets.target_to
        end as decimal(9, 4)
    ) as target_value,
    cast(targets.target_from as decimal(9, 4)) as target_from,
    cast(targets.target_to as decimal(9, 4)) as target_to,
    targets.code as target_code,
    targets.raw_text,
    targets.stated_name,
    targets.line,
    targets.locator,
    targets.nearest_indicator_id,
    targets.nearest_definition_version,
    targets.differs_vi,
    targets.differs_en,
    documents.known_from,
    documents.known_to,
    documents.is_current,
    documents.is_made_up
from identified as targets
inner join {{ ref('int_documents') }} as documents
    on targets.extract_id = documents.extract_id
left join {{ ref('int_organisations') }} as groups
    on documents.org_key = groups.parent_org_key
    and targets.set_for_level = groups.members_level
    and groups.level = 'group'
left join {{ ref('stg_indicators') }} as indicators
    on targets.indicator_id = indicators.indicator_id
    and targets.definition_version = indicators.definition_version
where
    documents.org_key is not null
    and abs(coalesce(targets.target_value, targets.target_to, 0)) < 100000
