-- The counts of the organisations of today: as in int_counts what a source says of a period, else what its shorter periods
-- make, here of re-expressed counts. A change in the middle of a year loses no month: each was re-expressed by who
-- was there when it ended.
with quarters as (

    {{ with_longer_periods(ref('int_source_counts_now'), 'quarter') | indent }}

),

years as (

    {{ with_longer_periods('quarters', 'year') | indent }}

),

candidates as (

    select
        measure_id || '|' || org_key || '|' || period_id as cell_id,
        {{ count_columns() | join(', ') }},
        known_from,
        known_to
    from years

),

standing as (

    {{ first_standing('candidates', basis_rank('basis') ~ ', precedence, statement_order') | indent }}

)

select * from standing
