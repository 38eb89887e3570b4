select
    code,
    reason_vi,
    reason_en
from (
    values
    ('empty', 'không có dữ liệu', 'nothing is in it'),
    ('too_large', 'quá lớn', 'it is too large'),
    ('truncated', 'bị cắt mất phần cuối', 'its end is missing'),
    ('encrypted', 'có mật khẩu', 'it needs a password'),
    ('zip_bomb', 'tệp nén lớn bất thường hoặc chứa tệp nén khác', 'an archive that unpacks to far too much'),
    ('zip_many_files', 'tệp nén không chứa đúng một tệp', 'an archive that does not hold exactly one file'),
    ('html_error_page', 'là trang báo lỗi hoặc trang đăng nhập', 'a page that reports an error or asks to log in'),
    ('not_a_table', 'không phải là bảng số liệu', 'it is no table'),
    ('unreadable', 'không đọc được', 'it cannot be read'),
    ('encoding_unknown', 'không nhận ra bảng mã chữ', 'its encoding is not known'),
    ('personal_data', 'có dữ liệu cá nhân', 'it holds personal data'),
    (
        'received_before',
        'trùng hoàn toàn với tệp đã nhận cho kỳ hoặc nguồn khác',
        'it is the same file as was received for another period or source'
    ),
    ('header_not_found', 'không tìm thấy dòng tiêu đề', 'no row of headings was found'),
    ('column_missing', 'thiếu cột', 'a column is missing'),
    ('column_repeated', 'một cột xuất hiện hai lần', 'a column stands twice'),
    ('column_unknown', 'có cột chưa biết', 'a column is not known'),
    ('table_repeated', 'có nhiều hơn một bảng số liệu', 'more than one table has the headings'),
    ('hidden_only', 'bảng số liệu chỉ có trong trang ẩn', 'the table stands only in a hidden sheet'),
    (
        'number_undecidable',
        'không rõ dấu phân cách hàng nghìn hay thập phân',
        'thousands and decimals cannot be told apart'
    ),
    ('unit_unknown', 'đơn vị tính khác quy định', 'the unit is another one than expected'),
    ('total_disagrees', 'dòng tổng không bằng tổng các dòng', 'the total is not the sum of its rows'),
    ('cells_missing', 'dòng thiếu ô', 'the row has too few cells'),
    ('cells_extra', 'dòng thừa ô', 'the row has too many cells'),
    ('cells_merged', 'số ở ô gộp nhiều dòng hoặc cột', 'a number in a cell merged over rows or columns'),
    ('error_cell', 'ô có lỗi của bảng tính', 'a cell holds an error of the spreadsheet'),
    ('value_missing', 'ô bắt buộc bị bỏ trống', 'a required cell is empty'),
    ('value_unknown', 'nội dung ô không thuộc danh mục', 'the text of a cell is none of those expected'),
    ('number_unreadable', 'không đọc được con số', 'a number cannot be read'),
    ('number_too_precise', 'con số có quá nhiều chữ số thập phân', 'a number has too many decimals'),
    ('number_out_of_range', 'con số nằm ngoài khoảng cho phép', 'a number is outside its range'),
    ('negative_count', 'số lượng là số âm', 'a count is below zero'),
    (
        'thousands_lost',
        'số lượng có thể đã mất ba chữ số vì dấu phân cách hàng nghìn bị hiểu là dấu thập phân',
        'a count that may have lost three digits, its mark between thousands taken for that of decimals'
    ),
    ('not_whole', 'số lượng không phải số nguyên', 'a count is no whole number'),
    ('date_unreadable', 'không đọc được ngày', 'a date cannot be read'),
    (
        'period_mismatch',
        'ngày hoặc kỳ khác với kỳ báo cáo',
        'a date or period is another one than the file was sent for'
    ),
    ('planned', 'là số kế hoạch, chỉ tiêu giao, không phải số đã thực hiện', 'the figures are planned and not counted'),
    ('org_unknown', 'đơn vị chưa có trong danh mục', 'the registry does not know the organisation'),
    ('org_repeated', 'một đơn vị xuất hiện ở nhiều dòng', 'an organisation stands in several rows'),
    ('duplicate_row', 'dòng bị trùng', 'the row stands in the file already'),
    ('children_exceed_parent', 'các phần lớn hơn tổng thể', 'the parts are more than their whole')
) as reasons (code, reason_vi, reason_en)  -- noqa: AL05
