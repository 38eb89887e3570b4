{{ config(tags=['findings']) }}

-- What somebody has to answer, in the order in which a chief of office would take it up, with what was answered. A
-- matter that somebody answered is kept when its findings are gone.
with answers as (

    select *
    from {{ ref('stg_answers') }}
    where matter_id is not null
    qualify row_number() over (partition by matter_id order by record_no desc) = 1

),

matters as (

    select * from {{ ref('int_matters') }}

    union all by name

    select
        answers.matter_id,
        answers.cause,
        answers.group_id,
        answers.title_vi,
        answers.title_en,
        answers.org_id,
        answers.org_vi,
        0 as findings,
        0 as open_findings,
        0 as indicators,
        false as is_made_up
    from answers
    where not exists (select 1 from {{ ref('int_matters') }} as found where found.matter_id = answers.matter_id)

),

states as (

    select
        matters.*,
        answers.author as answered_by,
        answers.statement as answer,
        answers.recorded_at as answered_at,
        case
            -- ids of releases begin with the moment they were made
            when answers.kind = 'settled' and matters.last_seen_release > answers.release_id then 'returned'
            when matters.open_findings = 0 then 'settled'
            else coalesce(answers.kind, 'open')
        end as state
    from matters
    left join answers
        on matters.matter_id = answers.matter_id

)

select
    states.matter_id,
    cast(
        row_number() over (
            order by
                states.state = 'settled',
                matter_groups.position,
                states.severity_no,
                states.rule_no,
                states.findings desc,
                states.title_vi,
                states.matter_id
        ) as integer
    ) as position,
    states.state,
    states.group_id,
    matter_groups.group_vi,
    matter_groups.group_en,
    states.severity,
    states.title_vi,
    states.title_en,
    states.org_id,
    states.org_vi,
    states.owner_org_key,
    states.ask_vi,
    states.ask_en,
    cast(states.findings as integer) as findings,
    cast(states.indicators as integer) as indicators,
    states.period_from,
    states.period_to,
    states.citation_vi,
    states.citation_en,
    states.locator,
    states.first_seen_release,
    {{ release_day('states.first_seen_release') }} as since_on,
    states.answered_by,
    states.answered_at,
    states.answer,
    states.cause,
    states.is_made_up
from states
inner join {{ ref('stg_matter_groups') }} as matter_groups
    on states.group_id = matter_groups.group_id
