{{ config(tags=['findings']) }}

select
    release_id,
    built_at,
    code_version,
    inputs,
    contract_version,
    compared_release
from {{ ref('stg_release') }}
