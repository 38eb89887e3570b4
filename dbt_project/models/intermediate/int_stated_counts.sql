-- What each source says of each count, and each of its reporters where several state a part: of several statements that
-- stand at once the first in the document.
with observations as (

    select
        *,
        -- where nobody else must report, whoever reports speaks for the organisation
        case when is_part then reporter_org_id end as part_reporter
    from {{ ref('int_observations') }}

),

candidates as (

    select
        {{ count_cell('observations', {'reporter_org_id': 'part_reporter'}) }} as cell_id,
        measure_id,
        org_key,
        source_id,
        part_reporter as reporter_org_id,
        period_id,
        period_end,
        'stated' as basis,
        precedence,
        statement_order,
        observation_id as content_id,
        value,
        obs_status,
        [observation_id] as observation_ids,
        cast(null as varchar) as missing_reporters,
        plan_id,
        line,
        locator,
        is_made_up,
        known_from,
        known_to
    from observations

),

standing as (

    {{ first_standing('candidates', 'statement_order') | indent }}

)

select * from standing
