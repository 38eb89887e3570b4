-- Each value that changed has its causes, each once, and they add up to the whole change.
select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    sum(contribution_points) as contributions,
    max(change_points) as change_points
from {{ ref('rpt_change') }}
group by indicator_id, definition_version, org_key, period_id
having sum(contribution_points) is distinct from max(change_points)
