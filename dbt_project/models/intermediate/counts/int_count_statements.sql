{{ config(materialized='view') }}

-- All that is said of each count by each source, and by each of its reporters where several state a part: what was
-- stated of the period, and what came to a number counted from the beginning of the year on.
with stated as (

    select
        measure_id,
        org_key,
        source_id,
        -- where nobody else must report, whoever reports speaks for the organisation
        case when is_part then reporter_org_id end as reporter_org_id,
        period_id,
        period_start,
        period_end,
        'stated' as basis,
        value,
        obs_status,
        is_measured_otherwise,
        is_made_up,
        observation_key,
        cast(null as ubigint) as observation_before_key,
        cast(statement_order as bigint) as statement_order,
        known_from,
        known_to
    from {{ ref('int_observations') }}
    where not is_cumulative

),

differences as (

    select
        measure_id,
        org_key,
        source_id,
        reporter_org_id,
        period_id,
        period_start,
        period_end,
        'difference' as basis,
        value,
        obs_status,
        is_measured_otherwise,
        is_made_up,
        observation_key,
        observation_before_key,
        -- after every statement; reported month by month rather than quarter by quarter
        4294967296 + report_length as statement_order,
        known_from,
        known_to
    from {{ ref('int_counts_to_date') }}

)

select
    *,
    {{ hashed('measure_id', 'org_key', 'source_id', 'reporter_org_id', 'period_id') }} as cell_id,
    {{ hashed('observation_key', 'observation_before_key') }} as candidate_id
from (
    select * from stated
    union all
    select * from differences
) as all_statements
where known_to is null or known_to > known_from
