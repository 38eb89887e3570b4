-- What must hold between the counts of one organisation, source and period, or between them and those of the period
-- before, with both of its sides added up.
select
    cases.case_id,
    cases.invariant_id,
    cases.source_id,
    cases.org_key,
    organisations.name_vi as org_vi,
    cases.reporter_org_id,
    reporters.name_vi as reporter_vi,
    cases.period_id,
    cases.relation,
    cases.formula_vi,
    cases.formula_en,
    cast(cases.tolerance as decimal(18, 2)) as tolerance,
    cast(cases.parts_value as decimal(18, 2)) as parts_value,
    cast(cases.wholes_value as decimal(18, 2)) as wholes_value,
    case when cases.relation = '=' then cast(cases.wholes_value - cases.tolerance as decimal(18, 2)) end
        as parts_at_least,
    cast(cases.wholes_value + cases.tolerance as decimal(18, 2)) as parts_at_most,
    cases.observation_ids,
    cases.is_broken,
    cases.is_explained,
    cases.locator,
    cases.line,
    cases.file_name,
    cases.plan_id,
    cases.is_made_up
from {{ ref('int_invariant_cases') }} as cases
inner join {{ ref('int_organisations') }} as organisations
    on cases.org_key = organisations.org_key
left join {{ ref('int_org_labels') }} as reporters
    on cases.reporter_org_id = reporters.org_id
