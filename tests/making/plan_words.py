"""Names that provinces' plans really use: indicators with their units, tasks, offices, forms of years."""


def _cut(lines: str) -> list[tuple[str, ...]]:
    """The fields of each line; a line that begins with `..` goes on with the one before."""
    whole = lines.strip().replace("\n..", "")
    return [tuple(field.strip() for field in line.split("|")) for line in whole.splitlines()]


INDICATORS = {
    "Hạ tầng số": _cut("""
Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh | %
Tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng | %
Tỷ lệ dân số được phủ sóng mạng di động 5G | %
Tỷ lệ thôn, bản, tổ dân phố được phủ sóng thông tin di động 4G | %
Tỷ lệ người dân sử dụng Internet | %
Tỷ lệ chuyển đổi sang IPv6 của cơ quan nhà nước | %
Tỷ lệ Trung tâm dữ liệu phục vụ chính quyền số được kết nối với nền tảng điện toán đám mây | %
"""),
    "Dữ liệu số": _cut("""
Ban hành danh mục cơ sở dữ liệu thuộc phạm vi quản lý và có kế hoạch, lộ trình cụ thể để xây dựng, triển
.. khai các cơ sở dữ liệu trong danh mục | milestone
Ban hành kế hoạch cung cấp dữ liệu mở của cơ quan nhà nước thuộc phạm vi quản lý | milestone
Triển khai chức năng kho dữ liệu điện tử của tổ chức, cá nhân trên hệ thống thông tin giải quyết thủ tục
.. hành chính cấp tỉnh | continuous
Đơn vị, địa phương cung cấp dịch vụ chia sẻ dữ liệu trên nền tảng tích hợp, chia sẻ dữ liệu (LGSP) | %
Tỷ lệ cơ sở dữ liệu dùng chung của tỉnh được kết nối, chia sẻ qua LGSP | %
Tỷ lệ hồ sơ, tài liệu lưu trữ lịch sử được số hóa | %
"""),
    "Chính quyền số": _cut("""
Thủ tục hành chính đủ điều kiện theo quy định của pháp luật được cung cấp dưới hình thức dịch vụ công
.. trực tuyến toàn trình | %
Tỷ lệ dịch vụ công trực tuyến toàn trình phát sinh hồ sơ | %
Tỷ lệ hồ sơ thủ tục hành chính được người dân, doanh nghiệp thực hiện trực tuyến | %
Tỷ lệ thanh toán trực tuyến trên tổng số giao dịch thanh toán của dịch vụ công | %
Kết quả giải quyết thủ tục hành chính được số hóa | %
Tỷ lệ khai thác, sử dụng lại thông tin, dữ liệu số hóa | %
Tỷ lệ hồ sơ công việc cấp tỉnh được xử lý trên môi trường mạng (trừ hồ sơ mật) | %
Tỷ lệ báo cáo định kỳ được thực hiện trên hệ thống thông tin báo cáo của tỉnh | %
Mức độ hài lòng của người dân, doanh nghiệp khi giải quyết thủ tục hành chính | %
Cán bộ, công chức, viên chức được tập huấn, bồi dưỡng, phổ cập kỹ năng số cơ bản | %
Hoạt động kiểm tra của cơ quan quản lý nhà nước được thực hiện thông qua môi trường số và hệ thống thông
.. tin của cơ quan quản lý | %
"""),
    "Kinh tế số": _cut("""
Tỷ trọng kinh tế số trong GRDP | %
Doanh nghiệp nhỏ và vừa được cung cấp thông tin, tiếp cận dùng thử các nền tảng chuyển đổi số | %
Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử | %
Tỷ trọng thương mại điện tử trong tổng mức bán lẻ hàng hóa | %
Tỷ lệ doanh nghiệp nộp thuế điện tử | %
Sản phẩm OCOP được đưa lên sàn thương mại điện tử | %
"""),
    "Xã hội số": _cut("""
Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử | %
Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân | %
Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán tại ngân hàng hoặc tổ chức được phép
.. khác | %
Tỷ lệ dân số trưởng thành có tài khoản dịch vụ công trực tuyến | %
Tỷ lệ người dân có hồ sơ sức khỏe điện tử | %
Tỷ lệ cơ sở giáo dục triển khai thanh toán không dùng tiền mặt | %
Tỷ trọng các bệnh viện tuyến tỉnh, Trung tâm Y tế triển khai thanh toán điện tử không dùng tiền mặt | %
"""),
    "An toàn thông tin mạng": _cut("""
Tỷ lệ hệ thống thông tin của cơ quan nhà nước hoàn thành phê duyệt cấp độ an toàn hệ thống thông tin | %
Tỷ lệ máy trạm của cơ quan nhà nước được cài đặt phần mềm phòng chống mã độc | %
Các trang, cổng thông tin điện tử của cơ quan nhà nước được đánh giá an toàn thông tin và dán nhãn tín
.. nhiệm mạng | %
Tỷ lệ thuê bao điện thoại thông minh có sử dụng phần mềm an toàn thông tin mạng cơ bản | %
"""),
}

# Indicators that are no percentages: unit, the smallest and the greatest target, whether less is better.
OTHER_UNITS = {
    "Tốc độ tải xuống trung bình của mạng băng rộng cố định": ("Mbps", 100, 300, False),
    "Thời gian chờ trung bình tại Bộ phận Một cửa": ("Phút", 10, 30, True),
    "Số thuê bao băng rộng di động trên 100 dân": ("Thuê bao/100 dân", 80, 110, False),
    "Số bộ dữ liệu mở được công bố trên Cổng dữ liệu của tỉnh": ("Bộ dữ liệu", 60, 400, False),
    "Xếp hạng chỉ số chuyển đổi số cấp tỉnh (DTI)": ("Hạng", 10, 35, True),
    "Số doanh nghiệp công nghệ số trên địa bàn": ("Doanh nghiệp", 120, 2400, False),
    "Số dịch vụ công trực tuyến toàn trình": ("Dịch vụ", 900, 1900, False),
    "Số lượt người được bồi dưỡng kỹ năng số": ("Lượt người", 3000, 48000, False),
    "Băng thông kết nối Trung tâm dữ liệu": ("Gbps", 4, 40, False),
}

# Task, aim, product, leading office.
TASKS = _cut("""
Nâng cấp Trung tâm tích hợp dữ liệu của tỉnh | Bảo đảm hạ tầng tính toán, lưu trữ cho các hệ thống dùng
.. chung | Trung tâm dữ liệu được nâng cấp | Sở Thông tin và Truyền thông
Thuê dịch vụ giám sát, điều hành an toàn, an ninh mạng tập trung (SOC) | Giám sát 24/7 các hệ thống
.. thông tin cấp độ 3 trở lên | Dịch vụ SOC | Sở Thông tin và Truyền thông
Thuê đường truyền mạng số liệu chuyên dùng kết nối từ tỉnh đến xã | Các hệ thống thông tin hoạt động
.. liên tục, không bị gián đoạn | Hợp đồng thuê dịch vụ | Sở Thông tin và Truyền thông
Số hóa sổ hộ tịch lịch sử | Tạo lập cơ sở dữ liệu hộ tịch điện tử toàn quốc | Cơ sở dữ liệu hộ tịch | Sở
.. Tư pháp
Xây dựng cơ sở dữ liệu đất đai (giai đoạn 2) | Hoàn thiện cơ sở dữ liệu địa chính các huyện còn lại | Cơ
.. sở dữ liệu đất đai | Sở Tài nguyên và Môi trường
Triển khai hồ sơ sức khỏe điện tử và bệnh án điện tử tại các cơ sở khám, chữa bệnh | Mỗi người dân có
.. một hồ sơ sức khỏe | Phần mềm hồ sơ sức khỏe điện tử | Sở Y tế
Xây dựng học bạ số cấp tiểu học và trung học cơ sở | Thay thế học bạ giấy | Hệ thống học bạ số | Sở Giáo
.. dục và Đào tạo
Hỗ trợ doanh nghiệp nhỏ và vừa chuyển đổi số | Doanh nghiệp được tư vấn, dùng thử nền tảng số | Báo cáo
.. kết quả hỗ trợ | Sở Kế hoạch và Đầu tư
Đào tạo, bồi dưỡng kỹ năng số cho cán bộ, công chức, viên chức | Nâng cao kỹ năng số | Các lớp tập huấn
.. | Sở Nội vụ
Duy trì, nâng cấp Hệ thống thông tin giải quyết thủ tục hành chính tỉnh | Đáp ứng chức năng theo Thông
.. tư số 01/2023/TT-VPCP | Hệ thống được nâng cấp | Văn phòng UBND tỉnh
Phát triển thương mại điện tử, đưa nông sản lên sàn | Mở rộng thị trường tiêu thụ nông sản | Gian hàng
.. trực tuyến | Sở Công Thương
Lắp đặt hệ thống camera giám sát an ninh trật tự, an toàn giao thông | Giám sát các nút giao thông trọng
.. điểm | Hệ thống camera | Công an tỉnh
Xây dựng bản đồ du lịch số | Quảng bá hình ảnh, điểm đến của tỉnh | Bản đồ du lịch số | Sở Văn hóa, Thể
.. thao và Du lịch
Tổ chức các hoạt động hưởng ứng Ngày Chuyển đổi số quốc gia 10/10 | Nâng cao nhận thức của người dân |
.. Kế hoạch, chuỗi sự kiện | Sở Thông tin và Truyền thông
Thúc đẩy thanh toán không dùng tiền mặt tại trường học, bệnh viện | Người dân thanh toán thuận tiện |
.. Văn bản chỉ đạo, điểm thanh toán | Ngân hàng Nhà nước chi nhánh tỉnh
Rà soát, phê duyệt hồ sơ đề xuất cấp độ an toàn hệ thống thông tin | Mọi hệ thống được phê duyệt cấp độ
.. | Quyết định phê duyệt | Các sở, ban, ngành
Kiện toàn và duy trì hoạt động của Tổ công nghệ số cộng đồng | Hướng dẫn người dân sử dụng nền tảng số |
.. Quyết định kiện toàn | UBND các huyện, thành phố
Ban hành Quy chế quản lý, khai thác dữ liệu dùng chung | Hoàn thiện hành lang pháp lý về dữ liệu | Quyết
.. định của UBND tỉnh | Sở Tư pháp
Xây dựng kho dữ liệu dùng chung và Cổng dữ liệu mở | Phục vụ chỉ đạo, điều hành và người dân | Kho dữ
.. liệu dùng chung | Sở Thông tin và Truyền thông
Ứng dụng truy xuất nguồn gốc sản phẩm nông nghiệp | Minh bạch thông tin sản phẩm | Hệ thống truy xuất |
.. Sở Nông nghiệp và Phát triển nông thôn
""")

# Those of districts and communes.
LOCAL_TASKS = _cut("""
Duy trì, nâng cấp Trang thông tin điện tử | Cung cấp thông tin kịp thời cho người dân | Trang thông tin
.. điện tử | Phòng Văn hóa và Thông tin
Trang bị máy tính, máy quét cho Bộ phận tiếp nhận và trả kết quả | Phục vụ số hóa hồ sơ | Thiết bị được
.. trang bị | Văn phòng HĐND và UBND
Lắp đặt camera an ninh tại các thôn, tổ dân phố | Giữ gìn an ninh trật tự | Hệ thống camera | Công an
Tổ chức ra quân hướng dẫn người dân cài đặt, sử dụng VNeID và dịch vụ công trực tuyến | Nâng tỷ lệ hồ sơ
.. trực tuyến | Các buổi hướng dẫn | Tổ công nghệ số cộng đồng
Lắp đặt wifi miễn phí tại nhà văn hóa thôn | Người dân tiếp cận Internet | Điểm wifi | Phòng Văn hóa và
.. Thông tin
Tuyên truyền chuyển đổi số trên hệ thống truyền thanh thông minh | Nâng cao nhận thức | Tin, bài phát
.. thanh | Phòng Văn hóa và Thông tin
Triển khai thanh toán không dùng tiền mặt tại chợ trung tâm | Mô hình chợ 4.0 | Mã QR tại quầy | Phòng
.. Kinh tế
""")

# As written; first year; last year; whether it goes on without an end that is told.
YEARS = [
    ("{y}", 0, 0, False),
    ("Năm {y}", 0, 0, False),
    ("{y}-{y1}", 0, 1, False),
    ("{y} - {y2}", 0, 2, False),
    ("{y} – {y1}", 0, 1, False),
    ("Giai đoạn {y}-{y2}", 0, 2, False),
    ("Quý II/{y}", 0, 0, False),
    ("Quý III, IV năm {y}", 0, 0, False),
    ("Tháng 6/{y}", 0, 0, False),
    ("9/{y}", 0, 0, False),
    ("Trước 30/6/{y}", 0, 0, False),
    ("Trong tháng 10 năm {y}", 0, 0, False),
    ("30/11/{y}", 0, 0, False),
    ("Quý IV/{y} - Quý I/{y1}", 0, 1, False),
    ("Thường xuyên", None, None, True),
    ("Hằng năm", None, None, True),
    ("Hàng năm", None, None, True),
    ("Thường xuyên, hàng năm", None, None, True),
    ("{y} và những năm tiếp theo", 0, None, True),
    ("Từ năm {y}", 0, None, True),
]

COORDINATING = [
    "Các sở, ban, ngành; UBND các huyện, thành phố",
    "Sở Tài chính",
    "Sở Tài chính, Sở Kế hoạch và Đầu tư",
    "Công an tỉnh; Bộ Chỉ huy Quân sự tỉnh",
    "Các doanh nghiệp viễn thông",
    "UBND cấp xã",
    "Các đơn vị liên quan",
    "",
]

# A sentence, the name it holds and how the number is meant. {v} is the number, {w} the end of a range.
PROSE_NUMBER_LAST = [
    ("{n} đạt {v}%.", ">="),
    ("{n} đạt trên {v}%.", ">"),
    ("{n} đạt tối thiểu {v}%;", ">="),
    ("{n} đạt từ {v}% trở lên.", ">="),
    ("{n}: {v}%.", ">="),
    ("{n} phấn đấu đạt {v}%.", ">="),
    ("{n} đạt ít nhất {v}%;", ">="),
    ("{n} đạt {v}% - {w}%.", "range"),
    ("{n} ≥ {v}%.", ">="),
    ("{n} đạt hơn {v}%.", ">"),
]
PROSE_NUMBER_FIRST = [
    ("{v}% {n}.", ">="),
    ("Tối thiểu {v}% {n};", ">="),
    ("Trên {v}% {n}.", ">"),
    ("Phấn đấu đạt {v}% {n}.", ">="),
    ("Ít nhất {v}% {n};", ">="),
    ("Hơn {v}% {n}.", ">"),
    ("Phấn đấu trên {v}% {n}.", ">"),
    ("Từ {v}% trở lên {n}.", ">="),
]
COUNTED = [
    "thủ tục hành chính đủ điều kiện được cung cấp dịch vụ công trực tuyến toàn trình",
    "hồ sơ thủ tục hành chính được tiếp nhận, giải quyết trực tuyến",
    "cán bộ, công chức, viên chức được bồi dưỡng kỹ năng số",
    "hệ thống thông tin của cơ quan nhà nước được phê duyệt cấp độ an toàn thông tin",
    "hộ gia đình được tiếp cận Internet cáp quang băng rộng",
    "trường học, bệnh viện triển khai thanh toán không dùng tiền mặt",
    "thôn, tổ dân phố có Tổ công nghệ số cộng đồng hoạt động hiệu quả",
    "người dân trưởng thành có tài khoản thanh toán điện tử",
    "kết quả giải quyết thủ tục hành chính còn hiệu lực được số hóa",
    "sản phẩm OCOP được giới thiệu trên sàn thương mại điện tử",
]
