-- Indicators that had a target last year and have none this year, or one that the plan leaves to another document;
-- targets that stand outside the list of targets.
with planned as (

    select
        percents.*,
        documents.year,
        {{ prose_locator('percents.line', 'percents.char_from', 'percents.char_to') }} as locator
    from {{ ref('int_planned_percents') }} as percents
    inner join {{ ref('int_documents') }} as documents
        on percents.extract_id = documents.extract_id
    where documents.is_current

),

targets as (

    select * from {{ ref('int_targets') }} where is_current

),

aimed_at as (

    select
        plan_id,
        year,
        unnest([indicator_id, nearest_indicator_id]) as indicator_id
    from targets
    union
    select
        plan_id,
        year,
        indicator_id
    from planned

),

aims as (

    select
        plan_id,
        year,
        count(indicator_id) as indicators
    from aimed_at
    group by plan_id, year

),

elsewhere as (

    select
        extract_id,
        min(line) as line,
        arg_min(raw_text, line) as raw_text
    from {{ ref('stg_plan_remarks') }}
    where kind = 'targets_elsewhere'
    group by extract_id

)

select
    before.extract_id,
    before.plan_id,
    case
        when elsewhere.line is null then 'indicators_without_target' else 'targets_in_another_document'
    end as doubt,
    'all' as subject_key,
    elsewhere.raw_text as subject,
    cast(any_value(before.year) + 1 as varchar) as stated,
    cast(any_value(before.year) as varchar) as compared,
    string_agg(split_part(before.target_id, '/', -2), ', ' order by before.line) as listed,
    count(*) as items,
    cast(null as varchar) as indicator_id,
    coalesce(elsewhere.line, min(before.line)) as line,
    coalesce(
        {{ locator('elsewhere.line', 'null', 'null', 'null') }}, arg_min(before.locator, before.line)
    ) as locator
from targets as before
inner join aims
    on before.plan_id = aims.plan_id
    and before.year + 1 = aims.year
left join aimed_at
    on before.plan_id = aimed_at.plan_id
    and before.year + 1 = aimed_at.year
    and before.indicator_id = aimed_at.indicator_id
left join elsewhere
    on before.extract_id = elsewhere.extract_id
where before.target_kind = 'threshold' and aims.indicators > 2 and aimed_at.plan_id is null
group by before.extract_id, before.plan_id, elsewhere.line, elsewhere.raw_text

union all by name

select
    planned.extract_id,
    planned.plan_id,
    'target_beside_the_list' as doubt,
    planned.indicator_id || ' ' || planned.line as subject_key,
    planned.context as subject,
    planned.raw_text as stated,
    1 as items,
    planned.indicator_id,
    planned.line,
    planned.locator
from planned
left join targets
    on planned.plan_id = targets.plan_id
    and planned.indicator_id = targets.indicator_id
    and planned.year = targets.year
where targets.target_id is null
