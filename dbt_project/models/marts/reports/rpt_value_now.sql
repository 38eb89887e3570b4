{{ config(materialized='incremental') }}

-- What is published of an organisation of today stands beside its counts and those of who became it.
select
    as_now.indicator_id,
    as_now.definition_version,
    as_now.org_key,
    as_now.period_id,
    as_now.numerator,
    as_now.denominator,
    as_now.value,
    as_now.value_status,
    as_now.obs_status,
    as_now.reason,
    as_now.missing_reporters,
    as_now.missing_periods,
    as_now.denominator_period_id,
    as_now.value_status in ('computed', 'not_computable') and (
        as_was.org_key is null
        or as_now.numerator_content is distinct from as_was.numerator_content
        or as_now.denominator_content is distinct from as_was.denominator_content
        or as_now.missing_reporters is distinct from as_was.missing_reporters
    ) as is_reexpressed,
    as_now.source_id,
    as_now.plan_id,
    as_now.is_made_up
from {{ ref('int_values_by_terms') }} as as_now
left join {{ ref('int_values') }} as as_was
    on as_now.indicator_id = as_was.indicator_id
    and as_now.definition_version = as_was.definition_version
    and as_now.org_key = as_was.org_key
    and as_now.period_id = as_was.period_id
    and as_was.known_to is null
where
    as_now.org_terms = 'today'
    and as_now.known_to is null
    and {{ is_touched('as_now.period_id') }}
    and as_now.org_key not in (select from_org_key from {{ ref('stg_org_changes') }})
    and as_now.org_key not in (
        select groups.org_key
        from {{ ref('stg_organisations') }} as groups
        inner join {{ ref('stg_org_changes') }} as changes
            on groups.parent_org_key = changes.from_org_key
        where groups.level = 'group'
    )
