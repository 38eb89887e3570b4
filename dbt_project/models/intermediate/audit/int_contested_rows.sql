-- Numbers of one extract whose unit is in doubt: one unit with different numbers, or a code beside the name of another.
with rows_in_doubt as (

    select
        rows.*,
        coalesce(fields.measure_id, rows.subject) as measure,
        '“' || rows.org_text || '”' as name
    from {{ ref('int_extract_rows') }} as rows
    left join {{ ref('stg_measure_fields') }} as fields
        on rows.source_id = fields.source_id
        and rows.subject = fields.field
    where rows.is_contested or rows.code_org_key is not null

)

select
    'contested' as doubt,
    extract_id,
    source_id,
    period_id,
    measure as subject,
    org_key,
    cast(null as varchar) as org_code,
    cast(null as varchar) as code_org_key,
    min(org_text) as org_text,
    string_agg(distinct name, ', ' order by name) as names,
    count(distinct value) as statements,
    string_agg(distinct raw_text, '; ' order by raw_text) as values_shown,
    min(locator) as locator,
    bool_or(is_made_up) as is_made_up
from rows_in_doubt
where is_contested
group by extract_id, source_id, period_id, measure, org_key, reporter_org_id

union all

select
    'code' as doubt,
    extract_id,
    source_id,
    period_id,
    org_code || '|' || org_text as subject,
    org_key,
    org_code,
    min(code_org_key) as code_org_key,
    org_text,
    cast(null as varchar) as names,
    count(*) as statements,
    cast(null as varchar) as values_shown,
    min(locator) as locator,
    bool_or(is_made_up) as is_made_up
from rows_in_doubt
where code_org_key is not null
group by extract_id, source_id, period_id, org_key, org_code, org_text
