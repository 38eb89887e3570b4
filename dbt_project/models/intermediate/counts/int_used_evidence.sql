{{ config(materialized='view', meta={'is_by_period': true}) }}

-- The statements of int_count_evidence, with what each of the counts is.
select
    counts.measure_id,
    counts.org_key,
    counts.period_id,
    evidence.observation_key,
    evidence.known_from,
    evidence.known_to
from {{ ref('int_count_evidence') }} as evidence
inner join (select distinct
    counted_id,
    measure_id,
    org_key,
    period_id
from {{ ref('int_used_counts') }}) as counts
    on evidence.counted_id = counts.counted_id
