-- Each count as it is stated now, with the series in time and the cell of its level in which it stands beside others.
with statements as (

    select
        *,
        case when is_part then reporter_org_id end as part_reporter,
        row_number() over (
            partition by
                measure_id, org_key, source_id, period_id, is_cumulative, case when is_part then reporter_org_id end
            order by known_from desc, statement_order, observation_id
        ) as choice
    from {{ ref('int_observations') }}
    where known_to is null

)

select
    concat_ws(
        '|',
        statements.source_id, statements.measure_id, statements.org_key, statements.part_reporter, statements.period_id,
        case when statements.is_cumulative then 'cumulative' end
    ) as count_id,
    statements.observation_id,
    statements.measure_id,
    statements.org_key,
    statements.part_reporter,
    statements.source_id,
    statements.period_id,
    statements.period_start,
    statements.period_end,
    statements.is_cumulative,
    statements.value,
    statements.line,
    statements.locator,
    statements.raw_text,
    statements.extract_id,
    statements.plan_id,
    statements.is_made_up,
    measures.over_time,
    measures.over_orgs,
    measures.most,
    organisations.level,
    {{ period_ordinal('statements.period_id') }} as period_no,
    concat_ws(
        '|',
        statements.measure_id, statements.source_id, statements.period_id, statements.is_cumulative,
        statements.part_reporter
    ) as cell_of_level,
    -- a flow of ten months is no neighbour of one of a month
    concat_ws(
        '|',
        statements.measure_id, statements.source_id, statements.org_key, statements.part_reporter,
        {{ period_kind('statements.period_id') | indent(8) }},
        case
            when measures.over_time = 'sum'
                then {{ months_spanned('statements.period_start', 'statements.period_end') }}
        end
    ) as series
from statements
inner join {{ ref('stg_measures') }} as measures
    on statements.measure_id = measures.measure_id
inner join {{ ref('stg_organisations') }} as organisations
    on statements.org_key = organisations.org_key
where statements.choice = 1
