with own as (

    select
        claim_id,
        plan_id,
        extract_id,
        kind,
        appendix,
        subject_id,
        subject,
        line,
        locator,
        raw_text,
        qualifier,
        unit,
        stated,
        stated as stated_at_precision,
        recomputed,
        recomputed_at_precision,
        precision,
        numerator,
        denominator,
        cast(null as varchar) as recomputed_from,
        false as is_transcribed,
        basis = 'ratio' as is_rounded,
        is_made_up
    from {{ ref('int_claims') }}

),

crossed as (

    select
        claim_id,
        plan_id,
        extract_id,
        'cross_reference' as kind,
        cast(null as varchar) as appendix,
        subject_id,
        subject,
        line,
        locator,
        raw_text,
        qualifier,
        unit,
        stated,
        stated_at_precision,
        recomputed,
        recomputed_at_precision,
        precision,
        cast(null as decimal(24, 4)) as numerator,
        cast(null as decimal(24, 4)) as denominator,
        recomputed_from,
        is_transcribed,
        unit = 'percent' as is_rounded,
        is_made_up
    from {{ ref('int_cross_references') }}

),

claims as (

    select * from own
    union all
    select * from crossed

)

select
    claims.claim_id,
    claims.plan_id,
    claims.kind,
    claims.appendix,
    claims.subject_id,
    claims.subject,
    claims.line,
    claims.locator,
    citations.citation_vi,
    citations.citation_en,
    claims.raw_text,
    claims.qualifier,
    claims.unit,
    claims.stated,
    claims.recomputed,
    claims.recomputed_at_precision,
    cast(stated - recomputed as decimal(24, 4)) as difference,
    cast(precision as decimal(24, 4)) as precision,
    case
        when recomputed is null then null
        -- what was copied from the sentence itself can contradict it but not confirm it
        when is_transcribed and stated_at_precision = recomputed_at_precision then null
        when kind = 'units_in_text' then recomputed <= stated
        when {{ is_lower_bound("coalesce(qualifier, '')") }} then recomputed > stated
        when {{ is_upper_bound("coalesce(qualifier, '')") }} then recomputed < stated
        when qualifier is not null then abs(recomputed - stated) * 10 <= stated
        else stated_at_precision = recomputed_at_precision
    end as agrees,
    case
        when not is_rounded and qualifier is null and not is_transcribed and kind <> 'units_in_text'
            then stated = recomputed
    end as agrees_exactly,
    claims.numerator,
    claims.denominator,
    claims.recomputed_from,
    claims.is_transcribed,
    claims.extract_id,
    claims.is_made_up
from claims
left join {{ ref('stg_plan_citations') }} as citations
    on claims.extract_id = citations.extract_id
    and claims.locator = citations.locator
