-- What a plan names that is not in the registry, or states that no percentage can be.
select
    plan_id,
    extract_id,
    'indicator' as subject_kind,
    name as text,
    line,
    'line ' || line as locator
from {{ ref('int_indicator_rows') }}
where indicator_id is null and target_no = 1

union all

select
    plan_id,
    extract_id,
    'target' as subject_kind,
    name as text,
    line,
    {{ locator('line', 'null', 'char_from', 'char_to') }} as locator
from {{ ref('int_target_rows') }}
where indicator_id is null

union all

select
    plan_id,
    extract_id,
    'agency' as subject_kind,
    lead_raw as text,
    line,
    'line ' || line as locator
from {{ ref('int_tasks') }}
where lead_org_id is null and lead_raw is not null and is_registered

union all

select
    plan_id,
    extract_id,
    'province' as subject_kind,
    coalesce(organisation, province) as text,
    cast(null as integer) as line,
    'the whole document' as locator
from {{ ref('int_documents') }}
where not is_registered

union all

select
    plan_id,
    extract_id,
    'percentage' as subject_kind,
    raw_text as text,
    line,
    {{ prose_locator('line', 'char_from', 'char_to') }} as locator
from {{ ref('int_percents') }}
where abs(value) >= 100000

union all

select
    plan_id,
    extract_id,
    'percentage' as subject_kind,
    target_raw || ' / ' || result_raw as text,
    line,
    'line ' || line as locator
from {{ ref('int_indicator_rows') }}
where unit = 'percent' and (abs(target_value) >= 100000 or abs(result_value) >= 100000)

union all

select
    plan_id,
    extract_id,
    'percentage' as subject_kind,
    raw_text as text,
    line,
    {{ prose_locator('line', 'char_from', 'char_to') }} as locator
from {{ ref('int_target_rows') }}
where unit = 'percent' and abs(target_value) >= 100000
