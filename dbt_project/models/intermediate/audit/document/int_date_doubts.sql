-- Days of cited documents that cannot be, or not beside the plan's own day or the numbers of others.
with cited as (

    select * from {{ ref('int_mentions') }} where is_cited

),

-- The decision of which only the month is printed is of that month's last day at the latest.
issued as (

    select
        extract_id,
        coalesce(any_value(issued_on), max(dated_on), max(last_day(make_date(year, month, 1)))) as issued_by
    from {{ ref('int_mentions') }}
    where is_own and (issued_on is not null or dated_on is not null or (year is not null and month between 1 and 12))
    group by extract_id

),

out_of_turn as (

    select
        later.extract_id,
        later.plan_id,
        later.symbol_key || ' ' || year(later.dated_on) as book,
        later.number_raw || ' ' || later.date_raw as later_document,
        earlier.number_raw || ' ' || earlier.date_raw as earlier_document,
        later.line,
        later.locator,
        earlier.locator as compared_locator,
        row_number() over (
            partition by later.extract_id, later.symbol_key, year(later.dated_on)
            order by later.serial desc, earlier.serial, later.reference_no, earlier.reference_no
        ) as choice_no
    from cited as later
    inner join cited as earlier
        on later.extract_id = earlier.extract_id
        and later.symbol_key = earlier.symbol_key
        and later.number_year is not distinct from earlier.number_year
        and year(later.dated_on) = year(earlier.dated_on)
        and later.serial > earlier.serial
        and later.dated_on < earlier.dated_on
    -- who else gives numbers under the same symbol, such as districts, is not known of a plan below the province
    where later.level = 'province'

)

select
    extract_id,
    plan_id,
    'date_impossible' as doubt,
    number_key || ' ' || date_raw as subject_key,
    arg_min(number_raw, reference_no) as subject,
    date_raw as stated,
    cast(null as varchar) as compared,
    count(*) as items,
    min(line) as line,
    arg_min(locator, reference_no) as locator,
    cast(null as varchar) as compared_locator,
    {{ other_places('locator', 'reference_no') }} as listed
from cited
where date_fault is not null
group by extract_id, plan_id, number_key, date_raw

union all by name

select
    extract_id,
    plan_id,
    'numbers_against_days' as doubt,
    book as subject_key,
    later_document as subject,
    later_document as stated,
    earlier_document as compared,
    1 as items,
    line,
    locator,
    compared_locator
from out_of_turn
where choice_no = 1

union all by name

select
    cited.extract_id,
    cited.plan_id,
    'document_after_plan' as doubt,
    cited.number_key as subject_key,
    arg_min(cited.number_raw, cited.reference_no) as subject,
    arg_min(cited.date_raw, cited.reference_no) as stated,
    strftime(any_value(issued.issued_by), '%d/%m/%Y') as compared,
    count(*) as items,
    min(cited.line) as line,
    arg_min(cited.locator, cited.reference_no) as locator,
    {{ other_places('cited.locator', 'cited.reference_no') }} as listed
from cited
inner join issued
    on cited.extract_id = issued.extract_id
    and cited.dated_on > issued.issued_by
group by cited.extract_id, cited.plan_id, cited.number_key
