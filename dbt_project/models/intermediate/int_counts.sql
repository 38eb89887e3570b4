-- One count for each measure, organisation, period and span of knowledge, with the observations behind it: what was
-- stated of it, else the sum of its reporters, else the sum of its children, else what its shorter periods make; each sum
-- only when it is whole, else no value and the names of who is missing. It does not matter which source says it.
with candidates as (

    select
        measure_id || '|' || org_key || '|' || period_id as cell_id,
        {{ count_columns() | join(', ') }},
        known_from,
        known_to
    from {{ ref('int_year_counts') }}

),

standing as (

    {{ first_standing('candidates', basis_rank('basis') ~ ', precedence, statement_order') | indent }}

)

select * from standing
