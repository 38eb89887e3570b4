-- Documents that a plan cites in two ways: with two spellings of the number, two days, two periods.
with cited as (

    select * from {{ ref('int_mentions') }} where is_cited

),

spellings as (

    select
        extract_id,
        plan_id,
        number_key,
        number_raw,
        arg_min(locator, reference_no) as locator,
        {{ other_places('locator', 'reference_no') }} as listed,
        min(line) as line,
        first_value(number_raw) over of_number as usual_raw,
        first_value(arg_min(locator, reference_no)) over of_number as usual_locator
    from cited
    group by extract_id, plan_id, number_key, number_raw
    window of_number as (partition by extract_id, number_key order by count(*) desc, min(reference_no))

),

-- A number is given once in a year: the same number of another year is another document.
dates as (

    select
        extract_id,
        plan_id,
        number_key,
        dated_on,
        arg_min(number_raw, reference_no) as number_raw,
        arg_min(date_raw, reference_no) as date_raw,
        arg_min(locator, reference_no) as locator,
        {{ other_places('locator', 'reference_no') }} as listed,
        min(line) as line,
        first_value(dated_on) over of_year as usual_on,
        first_value(arg_min(date_raw, reference_no)) over of_year as usual_raw,
        first_value(arg_min(locator, reference_no)) over of_year as usual_locator
    from cited
    where dated_on is not null
    group by extract_id, plan_id, number_key, dated_on
    window of_year as (
        partition by extract_id, number_key, year(dated_on) order by count(*) desc, min(reference_no)
    )

),

periods as (

    select
        extract_id,
        plan_id,
        number_key,
        period_from || '-' || period_to as period,
        arg_min(number_raw, reference_no) as number_raw,
        arg_min(locator, reference_no) as locator,
        {{ other_places('locator', 'reference_no') }} as listed,
        min(line) as line,
        first_value(period_from || '-' || period_to) over of_number as usual_period,
        first_value(arg_min(locator, reference_no)) over of_number as usual_locator
    from cited
    where period_from is not null and dated_on is not null
    group by extract_id, plan_id, number_key, dated_on, period_from, period_to
    window of_number as (partition by extract_id, number_key, dated_on order by min(reference_no))

)

select
    extract_id,
    plan_id,
    'number_spelled_otherwise' as doubt,
    number_key || ' ' || number_raw as subject_key,
    usual_raw as subject,
    number_raw as stated,
    usual_raw as compared,
    line,
    locator,
    usual_locator as compared_locator,
    listed
from spellings
where number_raw <> usual_raw

union all by name

select
    extract_id,
    plan_id,
    'document_dated_otherwise' as doubt,
    number_key || ' ' || dated_on as subject_key,
    number_raw as subject,
    date_raw as stated,
    usual_raw as compared,
    line,
    locator,
    usual_locator as compared_locator,
    listed
from dates
where dated_on <> usual_on

union all by name

select
    extract_id,
    plan_id,
    'document_period_otherwise' as doubt,
    number_key || ' ' || period as subject_key,
    number_raw as subject,
    period as stated,
    usual_period as compared,
    line,
    locator,
    usual_locator as compared_locator,
    listed
from periods
where period <> usual_period
