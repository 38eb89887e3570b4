-- What the document says about itself, beside what its own rows and words give when they are added or divided again.
with claims as (

    select
        claims.*,
        documents.is_made_up,
        documents.results_on
    from {{ ref('stg_plan_claims') }} as claims
    inner join {{ ref('int_documents') }} as documents
        on claims.extract_id = documents.extract_id
    where documents.is_current

),

appendices as (

    select
        plan_id,
        appendix,
        count(*) as tasks,
        sum(amount_vnd) as amount_vnd
    from {{ ref('int_tasks') }}
    group by plan_id, appendix

),

organisations as (

    select
        documents.plan_id,
        count(*) as districts,
        count(*) filter (where organisations.name_vi like 'Huyện%') as rural_districts,
        sum(organisations.communes) as communes
    from {{ ref('int_documents') }} as documents
    inner join {{ ref('stg_organisations') }} as organisations
        on documents.org_key = organisations.parent_org_key
        and organisations.level = 'district'
        and {{ is_valid_on('organisations', 'documents.results_on') }}
    where documents.is_current
    group by documents.plan_id

),

settled as (

    select
        claims.*,
        appendices.tasks,
        appendices.amount_vnd,
        coalesce(claims.appendix, replace(claims.subject_key, ' ', '_')) as about,
        organisations.districts,
        organisations.communes,
        -- "các sở, ban, ngành" are two at the least
        list_sum(
            list_transform(
                claims.listed_groups,
                lambda listed: case listed
                    when 'one' then 1
                    when 'several' then 2
                    when 'districts' then organisations.districts
                    when 'huyen' then organisations.rural_districts
                    when 'communes' then organisations.communes
                end
            )
        ) as units_listed,
        case
            when claims.kind = 'ratio_in_text' and claims.numerator is not null and claims.denominator > 0 then 'ratio'
            when claims.kind in ('sum_in_text', 'list_in_text') and len(claims.parts) > 0 then 'parts'
            when claims.kind = 'units_in_text' then 'units'
            when claims.kind = 'row_count' then 'tasks'
            when claims.subject_key in ('districts', 'communes') then claims.subject_key
            when claims.kind in ('column_total', 'total_in_words', 'cross_reference') and claims.appendix is not null
                then 'amount'
        end as basis
    from claims
    left join appendices
        on claims.plan_id = appendices.plan_id
        and claims.appendix = appendices.appendix
    left join organisations
        on claims.plan_id = organisations.plan_id

)

-- Named by what is claimed of what, so that the name outlives a claim more before it.
select
    concat_ws(
        '/',
        plan_id, 'claim', kind, about,
        row_number() over (partition by plan_id, kind, about order by claim_no)
    ) as claim_id,
    plan_id,
    extract_id,
    kind,
    appendix,
    about as subject_id,
    subject,
    line,
    {{ locator('line', 'cell', 'char_from', 'char_to') }} as locator,
    raw_text,
    qualifier,
    unit,
    stated,
    precision,
    numerator,
    denominator,
    case basis
        when 'ratio' then {{ percent_half_up('numerator', 'denominator') }}
        when 'parts' then cast(list_sum(parts) as decimal(24, 4))
        when 'tasks' then cast(coalesce(tasks, 0) as decimal(24, 4))
        when 'districts' then cast(districts as decimal(24, 4))
        when 'communes' then cast(communes as decimal(24, 4))
        when 'units' then cast(units_listed as decimal(24, 4))
        when 'amount' then cast(amount_vnd as decimal(24, 4))
    end as recomputed,
    case basis
        when 'ratio' then {{ percent_to_unit('numerator', 'denominator', 'precision') }}
        when 'parts' then {{ round_to_unit('list_sum(parts)', 'precision') }}
        when 'tasks' then cast(coalesce(tasks, 0) as decimal(24, 4))
        when 'districts' then cast(districts as decimal(24, 4))
        when 'communes' then cast(communes as decimal(24, 4))
        when 'units' then cast(units_listed as decimal(24, 4))
        when 'amount' then {{ round_to_unit('cast(amount_vnd as decimal(24, 4))', 'precision') }}
    end as recomputed_at_precision,
    basis,
    is_made_up
from settled
