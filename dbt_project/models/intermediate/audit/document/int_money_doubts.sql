-- Amounts of tasks: of other years than their column, of several years, without a document; and sources without an
-- amount.
with tasks as (

    select * from {{ ref('int_listed_tasks') }}

)

select
    extract_id,
    plan_id,
    'money_of_other_years' as doubt,
    task_id as subject_key,
    name as subject,
    money_years as stated,
    cast(amount_year as varchar) as compared,
    place,
    lead_org_id,
    amount_vnd,
    line,
    locator,
    cast(null as varchar) as listed,
    1 as items
from tasks
where amount_vnd is not null and money_years <> cast(amount_year as varchar)

union all by name

-- where most of the other priced rows have one
select
    extract_id,
    plan_id,
    'amount_without_document' as doubt,
    task_id as subject_key,
    name as subject,
    amount_raw as stated,
    place,
    lead_org_id,
    amount_vnd,
    line,
    locator
from tasks
where amount_vnd is not null and note is null and noted * 2 > priced

union all by name

select
    extract_id,
    plan_id,
    'funding_without_amount' as doubt,
    task_id as subject_key,
    name as subject,
    funding_source as stated,
    place,
    lead_org_id,
    line,
    locator
from tasks
where
    amount_raw is null
    and priced > 0
    and funding_code in (
        'several_budgets', 'central_budget', 'provincial_budget', 'district_budget', 'local_budget', 'state_budget'
    )

union all by name

select
    extract_id,
    plan_id,
    'amounts_of_several_years' as doubt,
    appendix as subject_key,
    appendix as subject,
    cast(any_value(amount_year) as varchar) as stated,
    sum(amount_vnd) as amount_vnd,
    min(line) as line,
    arg_min({{ cell_locator('line', 'amount_cell') }}, line) as locator,
    string_agg(number_raw, ', ' order by line) as listed,
    count(*) as items
from tasks
where amount_year is not null and amount_vnd is not null and total_vnd is null and years_to > years_from
group by extract_id, plan_id, appendix
