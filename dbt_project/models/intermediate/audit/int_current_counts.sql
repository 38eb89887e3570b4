{{ config(materialized='incremental') }}

-- Each count as it is stated now. A flow of ten months is no neighbour of one of a month, so its months are told.
select
    observations.observation_id,
    observations.measure_id,
    observations.org_key,
    case when observations.is_part then observations.reporter_org_id end as part_reporter,
    observations.source_id,
    observations.period_id,
    observations.period_start,
    observations.period_end,
    observations.is_cumulative,
    observations.value,
    measures.over_orgs = 'sum' as is_sum_of_orgs,
    measures.most,
    organisations.level,
    case
        when measures.over_time = 'sum'
            then {{ months_spanned('observations.period_start', 'observations.period_end') }}
    end as flow_months
from {{ ref('int_observations') }} as observations
inner join {{ ref('stg_measures') }} as measures
    on observations.measure_id = measures.measure_id
inner join {{ ref('int_organisations') }} as organisations
    on observations.org_key = organisations.org_key
where observations.known_to is null and {{ is_touched('observations.period_id') }}
qualify
    row_number() over (
        partition by
            {{ hashed(
                'observations.measure_id', 'observations.org_key', 'observations.source_id', 'observations.period_id',
                'observations.is_cumulative', 'case when observations.is_part then observations.reporter_org_id end'
            ) | indent(12) }}
        order by observations.known_from desc, observations.statement_order, observations.observation_id
    ) = 1
