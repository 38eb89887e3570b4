{{ config(tags=['findings']) }}

select
    release_id,
    built_at,
    code_version,
    inputs,
    contract_version
from {{ ref('stg_release') }}
