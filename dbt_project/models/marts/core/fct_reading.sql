select
    readings.extract_id,
    readings.source_id,
    extracts.period_id,
    extracts.file_name,
    readings.rows_read,
    readings.rows_landed,
    readings.rows_rejected,
    readings.rows_total,
    readings.rows_section,
    readings.rows_blank,
    extracts.received_at,
    extracts.is_made_up
from {{ ref('stg_readings') }} as readings
inner join {{ ref('stg_extracts') }} as extracts
    on readings.extract_id = extracts.extract_id
