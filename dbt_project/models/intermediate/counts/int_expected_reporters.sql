-- Who reports to each source for each period: of those that the registry lists, whoever was there when it ended.
select
    listed.source_id,
    periods.period_id,
    reporters.org_id,
    reporters.name_vi as name,
    coalesce(reporters.code, '~') || '|' || reporters.name_vi as position
from {{ ref('stg_source_reporters') }} as listed
inner join {{ ref('stg_organisations') }} as reporters
    on listed.org_id = reporters.org_id
inner join {{ ref('int_periods') }} as periods
    on {{ is_valid_on('reporters', 'periods.end_date') }}
