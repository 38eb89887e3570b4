"""Plans of made-up provinces, each with one known defect or none, all numbers and names by their seed.

A draft is what a plan says; a defect changes one thing of it; `text` prints it as an office would. No reader
of this project has a part in it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST = (
    *("An", "Bạch", "Cao", "Châu", "Đại", "Đông", "Gia", "Hải", "Hạnh", "Hòa", "Hồng", "Hưng", "Kim", "Lâm"),
    *("Long", "Mai", "Minh", "Nam", "Ngọc", "Phong"),
)
LAST = (
    *("Bình", "Cát", "Dương", "Điền", "Giang", "Hà", "Hiệp", "Khê", "Lộc", "Lương", "Mỹ", "Nguyên", "Phước"),
    *("Sơn", "Tân", "Thắng", "Thịnh", "Trạch", "Vân", "Xuân"),
)

# Name, bounds of a plausible result, the name of the target for the coming year where the plan sets one.
INDICATORS = (
    ("Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh", 55, 75, True),
    ("Tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng", 50, 70, True),
    ("Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử", 40, 70, True),
    ("Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân", 4, 20, True),
    ("Doanh nghiệp nhỏ và vừa thường xuyên sử dụng các nền tảng chuyển đổi số", 20, 40, True),
    ("Tỷ lệ người dân có hồ sơ sức khỏe điện tử", 30, 60, True),
    (
        "Tỷ lệ hệ thống thông tin của cơ quan nhà nước hoàn thành phê duyệt cấp độ an toàn hệ thống"
        " thông tin",
        60,
        85,
        True,
    ),
)
TASKS = (
    ("Thuê dịch vụ giám sát an toàn thông tin mạng cho Trung tâm tích hợp dữ liệu của tỉnh", "thuê dịch vụ"),
    ("Xây dựng cơ sở dữ liệu chuyên ngành tài nguyên nước phục vụ quản lý nhà nước trên địa bàn", "xây dựng"),
    ("Số hóa tài liệu lưu trữ lịch sử đang bảo quản tại Trung tâm Lưu trữ lịch sử tỉnh", "số hóa"),
    ("Nâng cấp hệ thống hội nghị truyền hình trực tuyến từ tỉnh đến các xã vùng sâu, vùng xa", "nâng cấp"),
    ("Trang bị phần mềm quản lý trường học cho các trường phổ thông dân tộc nội trú", "trang bị"),
    ("Xây dựng bản đồ số du lịch và ứng dụng hướng dẫn viên ảo trên thiết bị di động", "xây dựng"),
    ("Đào tạo kỹ năng số cơ bản cho thành viên các Tổ công nghệ số cộng đồng", "đào tạo"),
    ("Thuê hạ tầng điện toán đám mây phục vụ các hệ thống dùng chung của chính quyền địa phương", "thuê"),
)
SHARED = (
    ("Vận hành hệ thống thông tin giải quyết thủ tục hành chính dùng chung của tỉnh", None),
    ("Thuê phần mềm theo dõi diễn biến rừng và cảnh báo nguy cơ cháy rừng trên địa bàn tỉnh", "Cục Kiểm lâm"),
)
LEADS = (
    "Sở Nội vụ",
    "Sở Tài chính",
    "Sở Y tế",
    "Sở Giáo dục và Đào tạo",
    "Sở Công Thương",
    "Sở Khoa học và Công nghệ",
)
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass
class Document:
    """A cited document. `day` is as printed, `period` the one in its title."""

    kind: str
    number: str
    day: str
    title: str
    period: str | None = None
    issuer: str = "Ủy ban nhân dân tỉnh"

    def cited(self) -> str:
        period = f" giai đoạn {self.period}" if self.period else ""
        return f"{self.kind} số {self.number} {self.day} của {self.issuer} về {self.title}{period}"


@dataclass
class Task:
    name: str
    objective: str
    lead: str
    kind: str
    years: str
    amount: int | None  # million đồng
    funding: str | None = "Nguồn vốn sự nghiệp (NS tỉnh)"
    note: str | None = None
    status: str | None = None
    number: int = 0


@dataclass
class Row:
    """Of the table of indicators. `aim` is the target for the coming year."""

    name: str
    target: str
    result: str
    note: str = ""
    aim: int | None = None
    is_listed: bool = True


@dataclass
class Draft:
    seed: int
    name: str
    year: int
    districts: list[str]
    communes: int
    chance: random.Random
    own_number: str = ""
    own_day: str = ""
    basis: list[Document] = field(default_factory=list)
    cited_again: list[Document] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    milestones: list[tuple[str, str]] = field(default_factory=list)
    last: list[Task] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    of_districts: list[Task] = field(default_factory=list)
    ratios: list[tuple[str, str, int, int]] = field(default_factory=list)
    whole: int = 0
    parts: tuple[int, int] = (0, 0)
    sites: int = 0
    policies: list[str] = field(default_factory=list)
    announced: int = 0
    counted_districts: int = 0
    tasks_said: int | None = None
    money_said: str | None = None
    total_said: int | None = None
    words_said: str | None = None
    last_total_said: int | None = None
    headings: list[str] = field(default_factory=lambda: ["1", "2", "3", "4"])
    appendices: list[str] = field(default_factory=lambda: ["01", "02", "03", "04"])
    referred: str | None = None
    said_again: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    deferred: str = ""
    numbers: list[int] | None = None
    money_column: str = "Kinh phí dự kiến năm {year} (đồng)"

    def day(self, year: int | None = None) -> date:
        return date(year or self.year - 1, 1, 1) + timedelta(days=self.chance.randrange(20, 330))


def printed(day: date) -> str:
    return f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def percent(value: int, of: int) -> str:
    """Rounded half up to two decimals."""
    hundredths = (value * 20000 + of) // (2 * of)
    return f"{hundredths // 100},{hundredths % 100:02d}%"


def below_thousand(value: int, leads: bool) -> str:
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    words = [] if leads and not hundreds else [DIGITS[hundreds], "trăm"]
    if tens == 0 and ones:
        words += ["lẻ"] if words else []
    elif tens:
        words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if ones:
        last = {1: "mốt" if tens > 1 else "một", 5: "lăm" if tens else "năm"}
        words.append(last.get(ones, DIGITS[ones]))
    return " ".join(words)


def in_words(millions: int) -> str:
    billions, rest = divmod(millions, 1000)
    words = f"{below_thousand(billions, True)} tỷ" if billions else ""
    if rest:
        words += f"{', ' if billions else ''}{below_thousand(rest, not billions)} triệu"
    return f"{words} đồng".capitalize()


def draft(seed: int) -> Draft:
    """A plan without a defect."""
    chance = random.Random(seed)
    year = 2022 + seed % 3
    first, last = FIRST[seed % 20], LAST[(seed // 20) % 20]
    names = [
        f"{FIRST[(seed * 7 + i * 3) % 20]} {LAST[(seed * 11 + i) % 20]} {LAST[seed // 20 % 20]}"
        for i in range(5)
    ]
    p = Draft(seed, f"{first} {last} Thượng", year, names, 60 + seed % 90, chance)
    p.own_number = str(100 + seed % 700)
    p.own_day = printed(date(year, 1, 10 + seed % 18))
    p.basis = [
        Document(
            "Quyết định",
            f"{chance.randrange(300, 900)}/QĐ-TTg",
            printed(p.day(2020)),
            "phê duyệt Chương trình chuyển đổi số quốc gia",
            issuer="Thủ tướng Chính phủ",
        ),
        Document(
            "Chương trình hành động",
            f"{chance.randrange(900, 990)}/UBND-CTHĐ",
            printed(p.day(2021)),
            "chuyển đổi số của tỉnh",
        ),
        Document(
            "Kế hoạch",
            f"{chance.randrange(1000, 2000)}/KH-UBND",
            printed(p.day(2021)),
            "phát triển hạ tầng số của tỉnh",
            "2021-2025",
        ),
        Document(
            "Nghị quyết",
            f"{chance.randrange(10, 60)}-NQ/TU",
            printed(p.day(2020)),
            "chuyển đổi số của tỉnh",
            issuer="Ban Chấp hành Đảng bộ tỉnh",
        ),
    ]
    days = sorted(p.day(year - 1) for _ in range(2))
    p.basis += [
        Document("Quyết định", f"{n}/QĐ-UBND", printed(day), title)
        for n, day, title in zip(
            (310, 640), days, ("danh mục cơ sở dữ liệu", "kế hoạch dữ liệu mở"), strict=True
        )
    ]
    p.cited_again = [Document(**vars(one)) for one in p.basis[:3]]
    for name, low, high, _ in INDICATORS:
        result = chance.randrange(low * 10, high * 10)
        aim = min(result // 10 + chance.randrange(4, 9), 95)
        # within reach, missed or met, and never by a hair or to the digit
        target = max(result // 10 + chance.choice((-6, -5, -4, -3, 3, 4, 5)), 2)
        aim = max(aim, target)
        p.rows.append(
            Row(
                name,
                f"{target}%",
                f"{result // 10},{result % 10}%" if result % 10 else f"{result // 10}%",
                aim=aim,
            )
        )
    p.milestones = [
        (
            "Ban hành danh mục cơ sở dữ liệu thuộc phạm vi quản lý và có kế hoạch, lộ trình cụ thể để xây"
            " dựng, triển khai các cơ sở dữ liệu trong danh mục",
            f"Quyết định số {p.basis[4].number} {p.basis[4].day}",
        ),
        (
            "Ban hành kế hoạch về dữ liệu mở, bao gồm danh mục dữ liệu mở, công bố dữ liệu mở của cơ quan nhà"
            " nước thuộc phạm vi quản lý và mức độ tối thiểu đạt được trong từng giai đoạn của kế hoạch; cung"
            " cấp lần đầu dữ liệu mở theo kế hoạch",
            f"Quyết định số {p.basis[5].number} {p.basis[5].day}",
        ),
    ]
    letter = f"{chance.randrange(2000, 3900)}/STC-HCSN"
    note = f"Công văn số {letter} {printed(date(year - 1, 11, 15))} của Sở Tài chính"
    chosen = chance.sample(TASKS, 6)
    for name, what in chosen[:3]:
        p.last.append(
            Task(
                name,
                f"Hoàn thành việc {what} theo tiến độ được duyệt",
                "",
                "",
                str(year - 1),
                chance.randrange(150, 9000),
                "Ngân sách địa phương",
                status="Đã hoàn thành",
            )
        )
    for name, what in chosen[3:]:
        p.tasks.append(
            Task(
                name,
                f"Bảo đảm việc {what} đúng tiến độ, tiết kiệm",
                chance.choice(LEADS),
                "Nhiệm vụ mới",
                str(year),
                chance.randrange(150, 9000),
                note=note,
            )
        )
    for name, who in SHARED:
        for of, when in ((p.last, year - 1), (p.tasks, year)):
            provided = f"Phần mềm do {who} xây dựng" if who else None
            of.append(
                Task(
                    name,
                    "Bảo đảm hệ thống hoạt động liên tục, ổn định",
                    LEADS[0],
                    "Duy trì, thường xuyên",
                    str(when),
                    None if who else chance.randrange(150, 9000),
                    provided if of is p.last else (None if who else "Nguồn vốn sự nghiệp (NS tỉnh)"),
                    note=provided if who else note,
                    status="Nhiệm vụ thường xuyên",
                )
            )
    carried = "Xây dựng hệ thống quản lý cơ sở dữ liệu kết quả giải quyết thủ tục hành chính của tỉnh"
    p.last.append(
        Task(
            carried,
            "Lưu kết quả còn hiệu lực",
            "",
            "",
            f"{year - 1}",
            chance.randrange(150, 9000),
            "Ngân sách địa phương",
            status="Đang triển khai",
        )
    )
    p.tasks.append(
        Task(
            carried,
            "Lưu kết quả còn hiệu lực",
            LEADS[1],
            "Nhiệm vụ chuyển tiếp",
            str(year),
            chance.randrange(150, 9000),
            note=note,
        )
    )
    p.of_districts = [
        Task(
            f"Triển khai các nhiệm vụ chuyển đổi số của huyện {name}",
            "Bảo đảm hạ tầng số của địa phương",
            f"UBND huyện {name}",
            "Duy trì thường xuyên",
            str(year),
            None,
        )
        for name in names
    ]
    adults = chance.randrange(300000, 900000)
    some = chance.randrange(adults // 5, adults // 2)
    others = chance.randrange(adults // 50, adults // 10)
    p.ratios = [
        (
            "tỷ lệ dân số trưởng thành được cấp tài khoản định danh, xác thực điện tử",
            percent(some, adults),
            some,
            adults,
        ),
        (
            "tỷ lệ hộ nghèo được hỗ trợ máy tính bảng để học trực tuyến",
            percent(others, adults),
            others,
            adults,
        ),
    ]
    p.parts = (chance.randrange(400, 900), chance.randrange(400, 900))
    p.whole = sum(p.parts)
    p.sites = 2 + len(names) + p.communes
    p.policies = [
        "Chính sách thuê chuyên gia chuyển đổi số",
        "Chính sách phí, lệ phí dịch vụ công trực tuyến",
        "Chính sách hỗ trợ Tổ công nghệ số cộng đồng",
    ]
    p.announced = 3
    p.counted_districts = len(names)
    return p


def table(heads: list[str], rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in [heads, *rows])


def appendix(p: Draft, index: int, title: str) -> str:
    return (
        f"\n**PHỤ LỤC {p.appendices[index]}:**\n\n**{title}**\n\n*(Ban hành kèm theo Quyết định số "
        f"{p.own_number}/QĐ-UBND {p.own_day} của Ủy ban nhân dân tỉnh {p.name})*\n"
    )


def amount(task: Task) -> str:
    return "" if task.amount is None else number(task.amount * 1_000_000)


def numbered(tasks: list[Task]) -> list[tuple[int, Task]]:
    return [(task.number or at, task) for at, task in enumerate(tasks, 1)]


def text(p: Draft) -> str:
    """The plan as one text, its tables parted by tabs."""
    before = p.year - 1
    total = sum(task.amount or 0 for task in p.tasks)
    last_total = sum(task.amount or 0 for task in p.last)
    one, two, three, four = p.headings
    out = [
        f"Số: {p.own_number}/QĐ-UBND",
        f"{p.name}, {p.own_day}",
        "## QUYẾT ĐỊNH",
        f"### Ban hành Kế hoạch Chuyển đổi số tỉnh {p.name} năm {p.year}",
        f"#### ỦY BAN NHÂN DÂN TỈNH {p.name.upper()}",
        *(f"Căn cứ {one_of.cited()};" for one_of in p.basis),
        "**Điều 1.** Ban hành kèm theo Quyết định này Kế hoạch.",
        "## KẾ HOẠCH",
        f"### Chuyển đổi số tỉnh {p.name} năm {p.year}",
        f"(Ban hành kèm theo Quyết định số {p.own_number}/QĐ-UBND {p.own_day} của Ủy ban nhân dân tỉnh "
        f"{p.name})",
        "#### Phần I",
        f"### ĐÁNH GIÁ KẾT QUẢ THỰC HIỆN NĂM {before}",
        f"#### I. TÌNH HÌNH THỰC HIỆN MỤC TIÊU ĐẶT RA NĂM {before}",
        f"Kết quả các chỉ tiêu: Chi tiết tại Phụ lục {p.appendices[0]} kèm theo.",
        f"#### II. TÌNH HÌNH THỰC HIỆN CÁC NHIỆM VỤ NĂM {before}",
        f"##### {one}. Nhận thức số:",
        "- Đã tổ chức các hoạt động hưởng ứng Ngày Chuyển đổi số.",
        f"- Thực hiện {p.cited_again[2].cited()}, các địa phương đã rà soát hạ tầng.",
        f"##### {two}. Nhân lực số:",
        f"- Đã thành lập {number(p.communes * 7)} Tổ công nghệ số cộng đồng tại {p.counted_districts} huyện, "
        f"thị xã, thành phố và {p.communes} xã, phường, thị trấn.",
        f"- Đã triển khai tại {p.sites} điểm cầu hội nghị truyền hình (Tỉnh ủy; Ủy ban nhân dân tỉnh; Ủy ban "
        "nhân dân cấp huyện và Ủy ban nhân dân cấp xã).",
        f"##### {three}. Chính quyền số:",
        f"- Toàn bộ TTHC của tỉnh ({number(p.whole)}) được cung cấp dưới dạng dịch vụ công trực tuyến, trong "
        f"đó {p.parts[0]} dịch vụ công trực tuyến một phần và {p.parts[1]} dịch vụ công trực tuyến "
        "toàn trình.",
        *(f"- Đến nay, {name} đạt {share} ({number(a)}/{number(b)})." for name, share, a, b in p.ratios),
        *(f"- {sentence}" for sentence in p.said_again),
        f"##### {four}. Kinh phí thực hiện:",
        f"*(Chi tiết tại Phụ lục {p.appendices[1]} kèm theo).*",
        "## Phần II",
        f"### NỘI DUNG KẾ HOẠCH CHUYỂN ĐỔI SỐ NĂM {p.year}",
        "#### I. CĂN CỨ LẬP KẾ HOẠCH",
        *(f"- {one_of.cited()};" for one_of in p.cited_again[:2]),
        "## II. MỤC TIÊU",
        "### 1. Mục tiêu chung:",
        "- Phát triển chính quyền số, kinh tế số, xã hội số.",
        "## 2. Mục tiêu cụ thể:",
        *(f"- {row.name} đạt {row.aim}%." for row in p.rows if row.aim is not None and row.is_listed),
        *([p.deferred] if p.deferred else []),
        "## III. NHIỆM VỤ",
        "### 1. Thể chế số:",
        f"- Tham mưu ban hành {p.announced} chính sách được giao: "
        + "; ".join(f"({at}) {policy}" for at, policy in enumerate(p.policies, 1))
        + ".",
        "### 2. Hạ tầng số:",
        "- Duy trì, vận hành có hiệu quả Mạng diện rộng của tỉnh.",
        *(f"- {sentence}" for sentence in p.planned),
        "## IV. DANH MỤC NHIỆM VỤ, DỰ ÁN",
        f"**1. Cấp sở, ban, ngành:** {p.tasks_said or len(p.tasks)} nhiệm vụ. Kinh phí dự kiến: "
        f"{p.money_said or f'{total / 1000:.3f}'.replace('.', ',')} tỷ đồng.",
        "**2. Cấp huyện:** Triển khai các nhiệm vụ theo Kế hoạch của địa phương.",
        f"*(Chi tiết tại Phụ lục {p.referred or p.appendices[2]}, Phụ lục {p.appendices[3]} kèm theo).*",
    ]
    province = p.name.upper()
    milestones = [
        [str(at), name, "Hoàn thành", "Hoàn thành", note] for at, (name, note) in enumerate(p.milestones, 1)
    ]
    rows = [[str(at), row.name, row.target, row.result, row.note] for at, row in enumerate(p.rows, 1)]
    numbers = dict(enumerate(p.numbers or range(1, len(p.tasks) + 1)))
    tables = [
        appendix(p, 0, f"KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU, CHỈ TIÊU VỀ CHUYỂN ĐỔI SỐ NĂM {before}"),
        table(
            ["Số TT", "Chỉ tiêu", f"Mục tiêu năm {before}", "Kết quả đạt được hiện nay", "Ghi chú"],
            [["I", "Dữ liệu số", "", "", ""], *milestones, ["II", "Xã hội số", "", "", ""], *rows],
        ),
        appendix(p, 1, f"DANH MỤC NHIỆM VỤ, DỰ ÁN CHUYỂN ĐỔI SỐ TỈNH {province} - THỰC HIỆN NĂM {before}"),
        table(
            ["Số TT", "Tên nhiệm vụ, dự án", "Mục tiêu thực hiện", f"Kinh phí thực hiện năm {before} (đồng)",
             "Nguồn vốn thực hiện", "Thời gian thực hiện", "Hiệu quả/ Hiện trạng"],
            [
                *([str(n), t.name, t.objective, amount(t), t.funding or "", t.years, t.status or ""]
                  for n, t in numbered(p.last)),
                ["TỔNG CỘNG", "", "", number((p.last_total_said or last_total) * 1_000_000), "", "", ""],
            ],
        ),
        appendix(p, 2, f"DANH MỤC CÁC NHIỆM VỤ, DỰ ÁN CHUYỂN ĐỔI SỐ NĂM {p.year} (CỦA CÁC ĐƠN VỊ CẤP TỈNH)"),
        table(
            ["Số TT", "Tên nhiệm vụ, dự án", "Mục tiêu thực hiện", "Đơn vị chủ trì", "Phân loại nhiệm vụ",
             "Thời gian thực hiện", "Nguồn vốn thực hiện", p.money_column.format(year=p.year), "Ghi chú"],
            [
                *([str(numbers.get(at, at + 1)), t.name, t.objective, t.lead, t.kind, t.years,
                   t.funding or "", amount(t), t.note or ""] for at, t in enumerate(p.tasks)),
                ["Tổng cộng", "", "", "", "", "", "", number((p.total_said or total) * 1_000_000), ""],
                [f"(Bảng chữ: {p.words_said or in_words(total)}).", *[""] * 8],
            ],
        ),
        appendix(p, 3, f"DANH MỤC CÁC NHIỆM VỤ NĂM {p.year} (CỦA UBND CÁC HUYỆN, THỊ XÃ, THÀNH PHỐ)"),
        table(
            ["Số TT", "Tên nhiệm vụ, dự án", "Mục tiêu đầu tư", "Đơn vị chủ trì", "Phân loại nhiệm vụ",
             "Thời gian thực hiện", "Ghi chú"],
            [[str(n), t.name, t.objective, t.lead, t.kind, t.years, ""] for n, t in numbered(p.of_districts)],
        ),
    ]  # fmt: skip
    return "\n\n".join([*out, *tables]) + "\n"


DEFECTS: dict[str, tuple[str, Callable[[Draft], None]]] = {}


def defect(rule: str) -> Callable[[Callable[[Draft], None]], Callable[[Draft], None]]:
    """A change that plants one defect, and the rule that is to find it."""

    def plant(change: Callable[[Draft], None]) -> Callable[[Draft], None]:
        DEFECTS[change.__name__] = (rule, change)
        return change

    return plant


def any_of(p: Draft, tasks: list[Task]) -> Task:
    return p.chance.choice([task for task in tasks if task.amount])


@defect("date_impossible")
def a_day_that_no_month_has(p):
    p.basis[p.chance.randrange(3)].day = f"ngày {p.chance.choice((31, 30))} tháng 02 năm 2021"
    p.cited_again = []
    p.cited_again = [Document(**vars(one)) for one in p.basis[:3]]


@defect("date_impossible")
def a_month_where_the_year_belongs(p):
    one = p.cited_again[0]
    one.day = one.day.replace("năm", "tháng")


@defect("number_spelled_otherwise")
def a_number_with_its_letters_turned(p):
    p.cited_again[1].number = p.cited_again[1].number.split("/")[0] + "/CTHĐ-UBND"


@defect("document_dated_otherwise")
def a_document_with_two_days(p):
    one = p.cited_again[p.chance.randrange(2)]
    day = int(one.day[5:7])
    one.day = one.day.replace(f"ngày {day:02d}", f"ngày {day % 27 + 1:02d}", 1)


@defect("document_period_otherwise")
def a_document_of_two_periods(p):
    p.cited_again[2].period = "2020-2025"


@defect("document_after_plan")
def a_document_younger_than_the_plan(p):
    late = date(p.year, 4, 1) + timedelta(days=p.chance.randrange(200))
    number = f"{p.chance.randrange(950, 999)}/QĐ-BTTTT"
    p.basis.append(
        Document(
            "Quyết định", number, printed(late), "khung kiến trúc", issuer="Bộ Thông tin và Truyền thông"
        )
    )


@defect("numbers_against_days")
def a_higher_number_of_an_earlier_day(p):
    early, late = p.basis[4], p.basis[5]
    early.number, late.number = late.number, early.number
    p.milestones = [(name, f"Quyết định số {one.number} {one.day}")
                    for (name, _), one in zip(p.milestones, (early, late), strict=True)]  # fmt: skip


@defect("own_number_blank")
def a_decision_without_number(p):
    p.own_number = ""


@defect("own_number_blank")
def a_decision_without_day(p):
    p.own_day = f"ngày tháng 01 năm {p.year}"


@defect("appendix_absent")
def an_appendix_that_is_not_there(p):
    p.referred = f"{p.chance.randrange(5, 9):02d}"


@defect("heading_number_left_out")
def a_heading_left_out(p):
    at = p.chance.randrange(1, 4)
    p.headings = [str(int(mark) + (i >= at)) for i, mark in enumerate(p.headings)]


@defect("heading_out_of_order")
def headings_out_of_order(p):
    at = p.chance.randrange(1, 3)
    p.headings[at], p.headings[at + 1] = p.headings[at + 1], p.headings[at]


@defect("appendix_number_left_out")
def an_appendix_left_out(p):
    p.appendices = p.chance.choice(
        (["01", "02", "04", "05"], ["01", "03", "04", "05"], ["01", "02", "03", "05"])
    )


@defect("row_number_left_out")
def a_row_left_out(p):
    at = p.chance.randrange(1, len(p.tasks))
    p.numbers = [n + (n > at) for n in range(1, len(p.tasks) + 1)]


@defect("row_number_again")
def a_row_number_used_twice(p):
    at = p.chance.randrange(1, len(p.tasks) - 1)
    p.numbers = [n - (n > at) for n in range(1, len(p.tasks) + 1)]


@defect("task_period_otherwise")
def a_task_of_two_periods(p):
    p.last[-1].years, p.tasks[-1].years = f"{p.year - 1}-{p.year + 1}", f"{p.year - 1}-{p.year + 2}"
    p.money_column = "Kinh phí (đồng)"


@defect("task_body_otherwise")
def a_task_of_two_bodies(p):
    for task in p.tasks:
        if task.note and task.note.startswith("Phần mềm do"):
            task.note = f"Phần mềm do Cục {p.chance.choice(('Thủy sản', 'Chăn nuôi', 'Trồng trọt'))} xây dựng"


@defect("new_task_of_last_year")
def a_new_task_that_is_old(p):
    p.tasks[3].kind = "Nhiệm vụ mới"


@defect("new_task_begun_before")
def a_new_task_begun_before(p):
    p.tasks[p.chance.randrange(3)].years = f"{p.year - 2}-{p.year}"
    p.money_column = "Kinh phí (đồng)"


@defect("carried_over_of_nothing")
def a_carried_over_task_that_begins(p):
    p.tasks[p.chance.randrange(3)].kind = "Nhiệm vụ chuyển tiếp"


@defect("new_task_of_upkeep")
def upkeep_called_new(p):
    p.tasks[
        p.chance.randrange(3)
    ].name = f"{p.chance.choice(('Duy trì', 'Gia hạn', 'Bảo trì'))} hệ thống tường lửa"


@defect("task_not_continued")
def a_running_task_that_is_not_listed(p):
    p.last[p.chance.randrange(3)].status = p.chance.choice(
        ("Đang triển khai", "Đang thực hiện", f"Đang sử dụng, năm {p.year} tiếp tục sử dụng")
    )


@defect("task_not_continued")
def a_task_of_two_years_that_is_not_listed(p):
    task = p.last[p.chance.randrange(3)]
    task.years, task.status, task.amount = f"{p.year - 1}-{p.year}", "Hoàn thành giai đoạn thí điểm", None
    task.funding = "Phần mềm chạy trên nền tảng miễn phí"


@defect("task_beside_its_year")
def a_task_of_another_year(p):
    p.tasks[p.chance.randrange(3)].years = str(p.year + p.chance.choice((1, 2)))


@defect("money_of_other_years")
def money_of_other_years(p):
    task = any_of(p, p.last[:3])
    task.objective += f" (Nguồn sử dụng đất {p.year - 3}-{p.year - 2})"


@defect("amounts_of_several_years")
def an_amount_of_several_years(p):
    any_of(p, p.tasks[:3]).years = f"{p.year}-{p.year + p.chance.choice((1, 2))}"


@defect("amount_without_document")
def an_amount_without_a_document(p):
    any_of(p, p.tasks).note = None


@defect("funding_without_amount")
def a_source_without_an_amount(p):
    task = any_of(p, p.tasks)
    task.amount, task.note = None, "Triển khai thử nghiệm"


@defect("task_listed_again")
def a_task_listed_twice(p):
    p.tasks.append(Task(**vars(any_of(p, p.tasks[:3]))))


@defect("districts_without_task")
def a_district_without_a_task(p):
    p.of_districts.pop(p.chance.randrange(len(p.of_districts)))


@defect("estimate_too_exact")
def an_estimate_too_exact(p):
    row = p.rows[p.chance.randrange(len(p.rows))]
    whole = row.result.rstrip("%").split(",")[0]
    row.result, row.note = f"{whole},{p.chance.randrange(11, 99)}%", "Số liệu ước tính"


@defect("result_copies_target")
def a_result_copied_from_its_target(p):
    row = p.rows[p.chance.choice((1, 4, 5, 6))]
    row.result = row.target


@defect("same_evidence")
def one_document_for_two_milestones(p):
    p.milestones[1] = (p.milestones[1][0], p.milestones[0][1])


@defect("numerator_of_another_base")
def one_count_over_two_bases(p):
    _, _, above, below = p.ratios[0]
    other = below + p.chance.randrange(5000, 90000)
    p.ratios.append(("tỷ lệ người dân được cấp tài khoản", percent(above, other), above, other))


@defect("percentage_of_another_base")
def one_percentage_of_two_bases(p):
    share = f"{p.chance.randrange(11, 60)}%"
    said = f"Tỷ lệ hợp tác xã trên địa bàn tỉnh có sử dụng nền tảng số là {share}"
    p.said_again = [f"{said}.", f"{said} (tính trên số hợp tác xã đăng ký lĩnh vực nông nghiệp)."]


@defect("indicators_without_target")
def an_indicator_given_up(p):
    p.rows[p.chance.randrange(len(p.rows))].aim = None


@defect("targets_in_another_document")
def an_indicator_left_to_another_plan(p):
    p.rows[p.chance.randrange(len(p.rows))].aim = None
    p.deferred = "Các chỉ tiêu còn lại thực hiện theo Kế hoạch của Ủy ban Quốc gia về chuyển đổi số."


@defect("target_beside_the_list")
def a_target_beside_the_list(p):
    row = p.rows[p.chance.choice((0, 1, 3, 5))]
    row.is_listed = False
    p.planned = [f"Phấn đấu {row.name[:1].lower()}{row.name[1:]} đạt {row.aim}% vào cuối năm."]


@defect("list_in_text_wrong")
def a_list_too_short(p):
    p.announced = p.chance.choice((4, 5, 2))


@defect("units_in_text_wrong")
def fewer_sites_than_units(p):
    p.sites -= p.chance.randrange(3, 20)


@defect("division_in_text_wrong")
def a_wrong_division(p):
    at = p.chance.randrange(2)
    name, share, above, below = p.ratios[at]
    digit = (int(share[-2]) + p.chance.randrange(1, 9)) % 10
    p.ratios[at] = (name, f"{share[:-2]}{digit}%", above, below)


@defect("sum_in_text_wrong")
def a_wrong_sum(p):
    p.whole += p.chance.choice((-10, 1, 9, 100))


@defect("column_total_wrong")
def a_wrong_total(p):
    p.last_total_said = sum(task.amount or 0 for task in p.last) + p.chance.choice((-100, 1, 90, 1000))


@defect("total_in_words_wrong")
def a_wrong_total_in_words(p):
    p.words_said = in_words(sum(task.amount or 0 for task in p.tasks) + p.chance.choice((-100, 1, 90, 1000)))


@defect("row_count_wrong")
def a_wrong_number_of_tasks(p):
    p.tasks_said = len(p.tasks) + p.chance.choice((-2, -1, 1, 5))


@defect("cross_reference_wrong")
def a_wrong_budget_in_the_text(p):
    total = sum(task.amount or 0 for task in p.tasks) + p.chance.choice((-900, 10, 2000))
    p.money_said = f"{total / 1000:.3f}".replace(".", ",")


@defect("cross_reference_wrong")
def a_wrong_number_of_districts(p):
    p.counted_districts += p.chance.choice((-2, -1, 1, 2))


@defect("several_stated_values")
def a_result_stated_differently(p):
    row = p.rows[p.chance.choice((0, 1, 3, 5))]
    value = int(row.result.split(",")[0].rstrip("%")) + p.chance.choice((2, 5, 9))
    p.said_again = [f"{row.name} đạt {value},4%."]


@defect("target_reached_already")
def a_target_below_the_result(p):
    row = p.rows[p.chance.choice((0, 1, 4, 5))]
    reached = int(row.result.split(",")[0].rstrip("%"))
    row.aim, row.target = reached - 2, f"{reached - 4}%"


@defect("target_lowered")
def a_lowered_target(p):
    row = p.rows[p.chance.choice((0, 1, 4, 5))]
    reached = int(row.result.split(",")[0].rstrip("%"))
    row.target, row.aim = f"{reached + 9}%", reached + 5


@defect("value_above_100")
def a_share_above_100(p):
    p.rows[p.chance.randrange(len(p.rows))].result = f"{p.chance.randrange(101, 190)},5%"
