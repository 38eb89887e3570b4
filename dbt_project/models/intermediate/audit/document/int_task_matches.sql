-- Which task of a plan's coming year is a task of the year that it reports on: by its name or by what it is for.
with tasks as (

    select
        *,
        trim(regexp_replace(name_key, '\bnam 20\d\d$', '')) as undated_key
    from {{ ref('int_listed_tasks') }}
    where is_of_one_year

),

paired as (

    select
        *,
        {{ word_pairs('undated_key') }} as pairs
    from tasks

),

alike as (

    select
        present.task_id,
        past.task_id as past_task_id,
        present.undated_key = past.undated_key as has_same_name,
        len(list_intersect(present.pairs, past.pairs))
        / greatest(least(len(present.pairs), len(past.pairs)), 1) as likeness,
        least(len(present.pairs), len(past.pairs)) as shorter,
        -- two purchases may be for one purpose
        length(present.objective_key) > 50 and present.objective_key = past.objective_key and likeness >= 0.5
            as has_same_objective,
        row_number() over (
            partition by present.task_id
            order by has_same_name desc, has_same_objective desc, likeness desc, past.line
        ) as choice_no
    from paired as present
    inner join paired as past
        on present.extract_id = past.extract_id
        and present.table_year = present.plan_year
        and present.plan_year - 1 = past.table_year
    where has_same_name or has_same_objective or (shorter >= 7 and likeness >= 0.85)

)

select
    task_id,
    past_task_id,
    has_same_name,
    has_same_objective,
    has_same_name or likeness >= 0.85 as is_same_by_name
from alike
where choice_no = 1
