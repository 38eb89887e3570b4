{{ config(tags=['findings']) }}

-- Findings with one cause as one matter: who must act, what is asked, in the words of the registry.
with owners as (

    -- whose a matter is goes without saying while all plans are of one organisation
    select
        org_key,
        case when count(*) over () > 1 then min(org_vi) end as name_vi
    from {{ ref('int_documents') }}
    where is_current and org_key is not null
    group by org_key

),

gathered as (

    select
        matter_id,
        count(*) as findings,
        count(*) filter (where state <> 'accepted') as open_findings,
        count(distinct indicator_id || '|' || coalesce(org_key, '')) as values_concerned,
        count(distinct indicator_id) as indicators,
        count(distinct indicator_id) filter (where supplier_is_inferred) as inferred,
        count(distinct citation_vi) as places,
        min(first_seen_release) as first_seen_release,
        max(first_seen_release) as last_seen_release,
        min_by(period_vi, (period_ends, period_id)) as first_period_vi,
        max_by(period_to_vi, (period_to_ends, period_to)) as last_period_vi,
        min_by(period_id, (period_ends, period_id)) as period_from,
        max_by(period_to, (period_to_ends, period_to)) as period_to,
        min_by(citation_vi, choice_no) filter (where citation_vi is not null) as citation_vi,
        min_by(citation_en, choice_no) filter (where citation_en is not null) as citation_en,
        case when count(distinct coalesce(owner_org_key, '')) = 1 then min(owner_org_key) end as owner_org_key,
        bool_or(is_made_up) as is_made_up
    from {{ ref('int_matter_findings') }}
    group by matter_id

),

spoken as (

    select
        gathered.*,
        leads.cause,
        leads.group_id,
        leads.severity,
        leads.severity_no,
        leads.rule_no,
        leads.org_id,
        leads.org_vi,
        leads.subject_vi,
        leads.subject_en,
        kinds.kinds_vi,
        kinds.kinds_en,
        {{ within_sentence('leads.rule_vi') }} as rule_vi,
        {{ within_sentence('leads.rule_en') }} as rule_en,
        leads.action_vi,
        leads.action_en,
        leads.locator,
        case
            when first_period_vi = last_period_vi then first_period_vi
            else {{ phrase('periods.span', 'vi', first='first_period_vi', last='last_period_vi') }}
        end as periods_vi,
        case
            when gathered.period_from = gathered.period_to then gathered.period_from
            else {{ phrase('periods.span', 'en', first='gathered.period_from', last='gathered.period_to') }}
        end as periods_en,
        cast(
            case
                when leads.cause_kind = 'awaited' then gathered.values_concerned
                when leads.cause_kind in ('supplier', 'definition') then gathered.indicators
                else gathered.findings
            end as varchar
        ) as count_text,
        causes.title_vi,
        causes.title_en,
        owners.name_vi as owner_vi,
        causes.ask_vi,
        causes.ask_en
    from gathered
    inner join {{ ref('int_matter_findings') }} as leads
        on gathered.matter_id = leads.matter_id
        and leads.choice_no = 1
    inner join {{ ref('int_matter_kinds') }} as kinds
        on gathered.matter_id = kinds.matter_id
    inner join {{ ref('stg_causes') }} as causes
        on leads.cause_kind = causes.cause_kind
    left join owners
        on gathered.owner_org_key = owners.org_key

)

select
    matter_id,
    cause,
    group_id,
    severity,
    severity_no,
    rule_no,
    {{ named(sentence(worded('title_vi', 'vi')), 'owner_vi') }} as title_vi,
    {{ named(sentence(worded('title_en', 'en')), 'owner_vi') }} as title_en,
    {% for language in ['vi', 'en'] -%}
        {{ worded('ask_' ~ language, language) }}
        || case when inferred > 0 then {{ phrase('matters.inferred', language, inferred='inferred') }} else '' end
            as ask_{{ language }},
    {% endfor -%}
    org_id,
    org_vi,
    owner_org_key,
    findings,
    open_findings,
    indicators,
    period_from,
    period_to,
    {% for citation in ['citation_vi', 'citation_en'] -%}
        case
            when places > 1 then {{ phrase('matters.more_places', citation[-2:], place=citation, more='(places - 1)') }}
            else {{ citation }}
        end as {{ citation }},
    {% endfor -%}
    locator,
    first_seen_release,
    last_seen_release,
    is_made_up
from spoken
