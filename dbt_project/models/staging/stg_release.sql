{{ config(tags=['findings']) }}

select
    release_id,
    cast(built_at as timestamptz) as built_at,
    code_version,
    inputs,
    contract_version,
    compared_release
from {{ source('checks', 'release') }}
