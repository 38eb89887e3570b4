select
    reason,
    reason_vi,
    reason_en
from (
    values
    ('definition_absent', 'chỉ tiêu chưa có định nghĩa tử số và mẫu số', 'no numerator and denominator are defined'),
    ('numerator_missing', 'chưa có số liệu của tử số', 'the numerator is missing'),
    ('denominator_missing', 'chưa có số liệu của mẫu số', 'the denominator is missing'),
    ('both_inputs_missing', 'chưa có số liệu của cả tử số và mẫu số', 'numerator and denominator are both missing'),
    ('denominator_zero', 'mẫu số bằng 0', 'the denominator is zero'),
    (
        'unit_mismatch',
        'số được công bố đếm bằng đơn vị khác với đơn vị chỉ tiêu yêu cầu',
        'what was published is counted in another unit than the indicator asks for'
    ),
    ('period_mismatch', 'tử số và mẫu số thuộc hai kỳ khác nhau', 'numerator and denominator are of different periods'),
    ('org_incomplete', 'còn đơn vị phải báo cáo nhưng chưa báo cáo', 'some of the expected reporters are absent'),
    (
        'not_assessed',
        'đơn vị công bố cho biết chưa đánh giá được',
        'the publisher says that nobody measured it'
    ),
    ('input_rejected', 'số liệu đầu vào bị loại vì không hợp lệ', 'an input was rejected as impossible')
) as reasons (reason, reason_vi, reason_en)  -- noqa: AL05
