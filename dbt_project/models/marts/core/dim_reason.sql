select
    reason,
    reason_vi,
    reason_en
from (
    values
    ('definition_absent', 'chưa rõ cách tính tử số và mẫu số', 'no numerator and denominator are defined'),
    ('numerator_missing', 'chưa có tử số', 'the numerator is missing'),
    ('denominator_missing', 'chưa có mẫu số', 'the denominator is missing'),
    ('both_inputs_missing', 'chưa có tử số, mẫu số', 'numerator and denominator are both missing'),
    ('denominator_zero', 'mẫu số bằng 0', 'the denominator is zero'),
    (
        'unit_mismatch',
        'số liệu được cung cấp khác đơn vị tính của chỉ tiêu',
        'what was published is counted in another unit than the indicator asks for'
    ),
    ('period_mismatch', 'tử số và mẫu số khác kỳ', 'numerator and denominator are of different periods'),
    ('org_incomplete', 'chưa đủ đơn vị báo cáo', 'some of the expected reporters are absent'),
    (
        'not_assessed',
        'đơn vị công bố cho biết chưa đánh giá được',
        'the publisher says that nobody measured it'
    ),
    ('input_rejected', 'tử số hoặc mẫu số bị loại vì không hợp lệ', 'an input was rejected as impossible')
) as reasons (reason, reason_vi, reason_en)  -- noqa: AL05
