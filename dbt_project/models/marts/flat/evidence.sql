{{ config(materialized='view', meta={'is_by_period': true}) }}

-- What is behind each value known now: a count in its numerator or its denominator, or the ratio that was published.
with inputs as (

    select
        facts.*,
        {{ halves_of('facts', 'indicators') | indent(8) }}
    from {{ ref('fct_indicator_value') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on facts.indicator_id = indicators.indicator_id
        and facts.definition_version = indicators.definition_version
    where facts.known_to is null

),

counts as (

    select
        inputs.indicator_id,
        inputs.definition_version,
        inputs.org_key,
        inputs.period_id,
        inputs.value,
        inputs.part,
        observations.observation_id,
        observations.measure_id,
        observations.org_key as counted_org_key,
        observations.period_id as counted_period_id,
        observations.value as number,
        observations.stated_value as stated_number,
        observations.stated_as_of,
        observations.raw_text,
        observations.source_id,
        observations.extract_id,
        observations.locator,
        observations.citation_vi,
        observations.citation_en,
        observations.known_from,
        observations.is_made_up
    from inputs
    inner join {{ ref('bridge_value_evidence') }} as used
        on inputs.measure_id = used.measure_id
        and inputs.org_key = used.org_key
        and inputs.counted_period_id = used.period_id
        and {{ known_at('used', 'inputs.known_from') }}
    inner join {{ ref('fct_observation') }} as observations
        on used.observation_key = observations.observation_key

)

select
    counts.indicator_id,
    counts.definition_version,
    numbers.target_number,
    indicators.name_vi as indicator_vi,
    indicators.name_en as indicator_en,
    counts.org_key,
    organisations.name_vi as org_name_vi,
    organisations.level as org_level,
    counts.period_id,
    periods.start_date as period_start,
    cast(counts.value as double) as value,
    counts.part,
    counts.observation_id,
    counts.measure_id,
    measures.name_vi as measure_vi,
    measures.name_en as measure_en,
    measures.unit,
    counts.counted_org_key,
    counted.name_vi as counted_org_name_vi,
    counts.counted_period_id,
    cast(counts.number as double) as number,
    cast(counts.stated_number as double) as stated_number,
    counts.stated_as_of,
    counts.raw_text,
    counts.citation_vi,
    counts.citation_en,
    counts.locator,
    counts.source_id,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    coalesce(files.publisher, sources.publisher) as publisher,
    files.file_name,
    counts.extract_id,
    {{ day_in_vietnam('counts.known_from') }} as known_on,
    counts.is_made_up
from counts
inner join {{ ref('dim_indicator') }} as indicators
    on counts.indicator_id = indicators.indicator_id
    and counts.definition_version = indicators.definition_version
inner join {{ ref('dim_measure') }} as measures
    on counts.measure_id = measures.measure_id
inner join {{ ref('dim_org') }} as organisations
    on counts.org_key = organisations.org_key
inner join {{ ref('dim_org') }} as counted
    on counts.counted_org_key = counted.org_key
inner join {{ ref('dim_period') }} as periods
    on counts.period_id = periods.period_id
left join {{ ref('dim_target_number') }} as numbers
    on counts.indicator_id = numbers.indicator_id
    and counts.definition_version = numbers.definition_version
    and left(counts.period_id, 4) = cast(numbers.year as varchar)
left join {{ ref('dim_source') }} as sources
    on counts.source_id = sources.source_id
left join {{ ref('dim_extract') }} as files
    on counts.extract_id = files.extract_id
