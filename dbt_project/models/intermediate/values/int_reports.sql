-- Every result a publisher stated for an indicator, with each time for which it stood.
-- A ratio is kept as printed; one that a percentage in this warehouse cannot hold is listed in rpt_unmatched.
select
    md5(concat_ws(
        '|',
        stated.indicator_id, stated.definition_version, stated.org_key, stated.period_id,
        stated.source_id, stated.extract_id, stated.locator,
        case when standing.stand_no > 1 then standing.stand_no end
    )) as report_id,
    stated.indicator_id,
    stated.definition_version,
    stated.org_key,
    stated.period_id,
    stated.source_id,
    stated.plan_id,
    stated.extract_id,
    stated.origin,
    stated.result_kind,
    cast(stated.value as decimal(9, 4)) as value,
    stated.decimals,
    stated.qualifier,
    stated.obs_status,
    stated.raw_text,
    stated.line,
    stated.statement_order,
    stated.locator,
    stated.note,
    stated.is_said_estimated,
    stated.is_not_assessed,
    stated.caveat_line,
    stated.is_made_up,
    sources.precedence,
    standing.known_from,
    least(standing.restated_at, stated.document_known_to) as known_to
from {{ ref('int_stated_ratios') }} as stated
inner join {{ ref('int_standing') }} as standing
    on stated.cell_id = standing.cell_id
    and stated.extract_id = standing.extract_id
    and stated.stated_from = standing.stated_from
inner join {{ ref('stg_sources') }} as sources
    on stated.source_id = sources.source_id
where stated.value is null or abs(stated.value) < 100000
