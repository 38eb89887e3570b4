{{ config(tags=['findings']) }}

-- What each finding comes of, and so the matter that it belongs to; who can do something about it.
with indicators as (

    -- of several definitions the one with a row in the plan's table
    select *
    from {{ ref('stg_indicators') }}
    qualify row_number() over (partition by indicator_id order by code is null, definition_version) = 1

),

publishers as (

    select
        alias,
        min(org_id) as org_id
    from {{ ref('stg_org_aliases') }}
    group by alias

),

ruled as (

    select
        findings.*,
        left(findings.period_id, 4) as year,
        rules.group_id,
        rules.cause_kind as usual_cause_kind
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('stg_rules') }} as rules using (rule_id)

),

-- what is wrong with a published result explains that its ratio could not be computed
contested as (

    select distinct
        indicator_id,
        org_key,
        year
    from ruled
    where usual_cause_kind = 'indicator'

),

placed as (

    select
        ruled.*,
        case
            when contested.year is not null then 'indicator'
            when ruled.usual_cause_kind = 'awaited' and ruled.plan_id is null then 'source'
            else ruled.usual_cause_kind
        end as cause_kind,
        indicators.code,
        indicators.name_vi as indicator_vi,
        indicators.name_en as indicator_en,
        coalesce(suppliers.org_id, indicators.supplier_org_id) as supplier_org_id,
        indicators.supplier_is_inferred,
        organisations.org_id,
        organisations.name_vi as org_vi,
        coalesce(parents.parent_org_key, parents.org_key, ruled.org_key) as province_key,
        plan_organisations.org_id as plan_org_id,
        plans.org_key as plan_org_key,
        coalesce(plans.title, {{ phrase('matters.plan', 'vi', plan='plans.plan_id') }}) as plan_title,
        sources.source_id as reporting_source_id,
        sources.name_vi as source_vi,
        sources.name_en as source_en,
        if(ruled.usual_cause_kind = 'registry', {{ phrase('matters.keeper', 'vi') }}, sources.publisher) as publisher
    from ruled
    left join contested
        on ruled.usual_cause_kind = 'supplier'
        and ruled.indicator_id = contested.indicator_id
        and ruled.org_key = contested.org_key
        and ruled.year = contested.year
    left join indicators on ruled.indicator_id = indicators.indicator_id
    left join {{ ref('stg_measures') }} as measures
        on coalesce(indicators.numerator_measure, indicators.denominator_measure) = measures.measure_id
    -- a value waits for the source of what it is divided from
    left join {{ ref('stg_sources') }} as sources
        on sources.source_id
        = coalesce(if(ruled.usual_cause_kind in ('source', 'awaited'), measures.source_id, null), ruled.source_id)
    left join {{ ref('int_organisations') }} as organisations
        on ruled.org_key = organisations.org_key
    left join {{ ref('int_organisations') }} as parents
        on organisations.parent_org_key = parents.org_key
    left join {{ ref('int_documents') }} as plans
        on ruled.plan_id = plans.plan_id
        and plans.is_current
    left join {{ ref('int_organisations') }} as plan_organisations
        on plans.org_key = plan_organisations.org_key
    left join {{ ref('int_suppliers') }} as suppliers
        on indicators.supplier_org_id = suppliers.supplier_org_id
        and coalesce(ruled.org_key, plans.org_key) = suppliers.org_key

),

caused as (

    select
        *,
        case cause_kind
            when 'indicator' then concat_ws('/', 'indicator', indicator_id, org_key, year)
            when 'definition' then concat_ws('/', 'definition', province_key)
            when 'supplier' then concat_ws('/', 'supplier', supplier_org_id, province_key)
            when 'source' then concat_ws('/', 'source', reporting_source_id, year)
            when 'report' then concat_ws('/', 'report', source_id, coalesce(reporter_org_id, org_key), period_id)
            when 'file' then concat_ws('/', 'file', coalesce(plan_id, source_id), year)
            when 'rule' then concat_ws('/', 'rule', rule_id, coalesce(plan_id, source_id))
            when 'awaited' then concat_ws('/', 'awaited', plan_id, year)
            when 'finding' then concat_ws('/', 'finding', finding_id)
            else concat_ws('/', cause_kind, if(cause_kind = 'registry', null, plan_id))
        end as cause,
        case
            when cause_kind in ('indicator', 'supplier') then supplier_org_id
            when cause_kind = 'report' then coalesce(reporter_org_id, org_id)
            when cause_kind in ('source', 'file', 'registry') then null
            else plan_org_id
        end as actor_org_id,
        plan_org_id is not null
        and cause_kind not in ('indicator', 'supplier', 'report', 'source', 'file', 'registry') as authored,
        if(cause_kind in ('source', 'report', 'file', 'registry'), null, coalesce(plan_org_key, province_key))
            as owner_org_key
    from placed

)

select
    caused.finding_id,
    caused.group_id,
    caused.cause_kind,
    caused.cause,
    left(md5(caused.cause), 8) as matter_id,
    caused.code,
    caused.indicator_vi,
    caused.indicator_en,
    coalesce(caused.actor_org_id, publishers.org_id) as org_id,
    {% set whom = 'coalesce(actors.name_vi, caused.publisher, caused.org_vi)' -%}
    if(caused.authored, {{ phrase('matters.author', 'vi', org=within_a_sentence(whom)) }}, {{ whom }}) as org_vi,
    caused.org_vi as concerned_vi,
    caused.cause_kind in ('indicator', 'supplier') and caused.supplier_is_inferred as supplier_is_inferred,
    caused.owner_org_key,
    caused.plan_title,
    caused.source_vi,
    caused.source_en
from caused
left join {{ ref('int_org_labels') }} as actors
    on caused.actor_org_id = actors.org_id
left join publishers on caused.publisher = publishers.alias
