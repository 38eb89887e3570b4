-- The ratios now stated for each cell, the most exact first, each marked when an earlier one says the same.
-- 49,3 says the same as 49,28, and "trên 90" the same as 90,02: what agrees at the coarser precision is one value.
with standing as (

    select
        *,
        row_number() over (
            partition by indicator_id, definition_version, org_key, period_id
            order by qualifier is not null, decimals desc, precedence, statement_order, report_id
        ) as exactness_order
    from {{ ref('int_reports') }}
    where known_to is null and value is not null

),

agreeing as (

    select distinct coarser.report_id
    from standing as coarser
    inner join standing as finer
        on coarser.indicator_id = finer.indicator_id
        and coarser.definition_version = finer.definition_version
        and coarser.org_key = finer.org_key
        and coarser.period_id = finer.period_id
        and finer.exactness_order < coarser.exactness_order
        and {{ agrees('coarser.value', 'finer.value', 'coarser.decimals', 'coarser.qualifier') }}

)

select
    standing.*,
    agreeing.report_id is not null as says_the_same,
    coalesce(standing.qualifier || ' ', '') || trim(replace(standing.raw_text, '%', '')) || '%'
    || case when standing.line is null then '' else ' (' || standing.locator || ')' end as statement
from standing
left join agreeing
    on standing.report_id = agreeing.report_id
