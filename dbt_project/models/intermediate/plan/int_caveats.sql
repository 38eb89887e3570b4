-- Indicators of which the text itself says that they are only estimated or have no data.
with candidates as (

    select
        caveats.extract_id,
        caveats.line,
        caveats.item,
        wordings.indicator_id,
        wordings.definition_version,
        row_number() over (
            partition by caveats.extract_id, caveats.line, caveats.char_from
            order by
                caveats.item_key = wordings.wording_key desc,
                length(wordings.wording_key) desc,
                wordings.definition_version,
                wordings.indicator_id
        ) as choice_no,
        caveats.item_key = wordings.wording_key as is_in_full
    from {{ ref('stg_plan_caveats') }} as caveats
    inner join {{ ref('stg_indicator_wordings') }} as wordings
        on {{ says('caveats.item_key', 'wordings.wording_key') }}
    where wordings.wording_use = 'caveat'

)

-- One wording may be listed for several indicators: a caveat about a group is about each of them.
select
    candidates.extract_id,
    candidates.indicator_id,
    candidates.definition_version,
    min(candidates.line) as line,
    min(candidates.item) as item
from candidates
where candidates.choice_no = 1 or candidates.is_in_full
group by candidates.extract_id, candidates.indicator_id, candidates.definition_version
