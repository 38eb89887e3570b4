"""One content of the corpus: what its paper says and, told side by side with it, what is right."""

import random
from decimal import Decimal

from plan_papers import Cell, Heading, Item, NewPage, Paper, Paragraph, SideBySide, Table, Title
from plan_words import (
    COORDINATING,
    COUNTED,
    INDICATORS,
    OTHER_UNITS,
    PROSE_NUMBER_FIRST,
    PROSE_NUMBER_LAST,
    TASKS,
    YEARS,
)

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
OFFICE = {"province": "tỉnh", "city": "thành phố", "district": "huyện", "commune": "xã", "ward": "phường"}

# How a table writes its targets; {n} is the number with its unit, {a} and {b} the ends of a range.
FORMS = {
    "plain": {">=": ["{n}"], ">": [">{n}"], "<=": ["≤{n}"], "<": ["<{n}"], "range": ["{a}-{b}"]},
    "signs": {
        ">=": ["≥ {n}", "{n}"],
        ">": ["> {n}"],
        "<=": ["≤ {n}"],
        "<": ["< {n}"],
        "range": ["{a} - {b}"],
    },
    "words": {
        ">=": ["Từ {n} trở lên", "Tối thiểu {n}", "{n}", "Đạt {n}", "Ít nhất {n}"],
        ">": ["Trên {n}", "Hơn {n}"],
        "<=": ["Không quá {n}", "Tối đa {n}"],
        "<": ["Dưới {n}"],
        "range": ["{a} - {b}", "Từ {a} đến {b}"],
    },
}


def number(value: Decimal | int, comma: bool = False) -> str:
    """1250.5 as an office writes it: 1.250,5 (or 1,250.5)."""
    shown = f"{value:,}"
    return shown if comma else shown.translate(str.maketrans(",.", ".,"))


def columns(told: str) -> list[tuple[str, str]]:
    """Each column's heading and role, told as `TT=no; Chỉ tiêu=name`."""
    return [tuple(column.split("=")) for column in told.split("; ")]


def names_of(told: str) -> list[str]:
    return [heading for heading, _ in columns(told)]


def grade(meant: dict) -> str:
    """Whether the first target was reached, as an office says it."""
    target, reached = meant["targets"][0], meant["result"].get("value")
    if reached is None or "value" not in target:
        return "-"
    more = reached - target["value"]
    return "Đạt" if (more <= 0 if target["operator"] in ("<=", "<") else more >= 0) else "Chưa đạt"


def rows_of(*rows: list) -> list[list[Cell]]:
    return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]


class Plan:
    """One content: the blocks of its paper and, row by row as they are written, the right values."""

    def __init__(
        self,
        folder,
        name,
        level,
        year,
        formats,
        *,
        habits=(),
        title=None,
        form="signs",
        number=None,
        signed=None,
    ):
        self.folder, self.name, self.level, self.year = folder, name, level, year
        self.formats, self.form, self.signed = formats, form, signed
        self.chance = random.Random(folder)
        self.full = f"{OFFICE[level]} {name}" if level in OFFICE else name
        self.title = title or f"Chuyển đổi số {self.full} năm {year}"
        self.paper = Paper(f"Kế hoạch {self.title}", [], set(habits), folder)
        self.number = number or f"{self.chance.randrange(12, 480)}/KH-UBND"
        self.truth = {"indicators": [], "targets": [], "tasks": [], "sums": []}
        self.counted = list(COUNTED)
        self.chance.shuffle(self.counted)
        self.rates = [
            name
            for section in INDICATORS.values()
            for name, unit in section
            if unit == "%" and name.startswith("Tỷ lệ")
        ]
        self.chance.shuffle(self.rates)

    def say(self, *blocks) -> None:
        self.paper.blocks += blocks

    # --- what stands around the data

    def letterhead(self, kind: str = "KẾ HOẠCH") -> None:
        own = {
            "ministry": [self.name.upper()],
            "agency": [
                "UBND TỈNH " + self.name.split("tỉnh ")[-1].upper(),
                self.name.split(" tỉnh")[0].upper(),
            ],
        }.get(self.level, ["ỦY BAN NHÂN DÂN", self.full.upper()])
        place = {"ministry": "Hà Nội", "agency": self.name.split("tỉnh ")[-1]}.get(self.level, self.name)
        month = self.chance.choice(("12", "01", "02"))
        signed = self.signed or (self.year - 1 if month == "12" else self.year)
        self.say(
            SideBySide(
                [*own, "_______", f"Số: {self.number}"],
                [
                    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                    "Độc lập - Tự do - Hạnh phúc",
                    "_______________",
                    f"{place}, ngày {self.chance.randrange(10, 29)} tháng {month} năm {signed}",
                ],
            ),
            Title([kind, self.title]),
        )

    def basis(self) -> None:
        self.say(
            Paragraph(
                "Căn cứ Quyết định số 749/QĐ-TTg ngày 03 tháng 6 năm 2020 của Thủ tướng Chính phủ phê duyệt "
                "Chương trình Chuyển đổi số quốc gia đến năm 2025, định hướng đến năm 2030;"
            ),
            Paragraph(
                "Căn cứ Quyết định số 942/QĐ-TTg ngày 15/6/2021 của Thủ tướng Chính phủ phê duyệt Chiến lược "
                "phát triển Chính phủ điện tử hướng tới Chính phủ số giai đoạn 2021-2025, định hướng đến năm "
                "2030;"
            ),
            Paragraph(
                f"{'Ủy ban nhân dân ' + self.full if self.level in OFFICE else self.name} ban hành Kế hoạch "
                "với những nội dung cụ thể như sau:"
            ),
        )

    def background(self, mark: str) -> None:
        """Figures that are results told in passing, no targets."""
        last = self.year - 1
        share = Decimal(self.chance.randrange(400, 900)) / 10
        more = Decimal(self.chance.randrange(11, 99)) / 10
        whole = self.full.split()[0] if self.level in OFFICE else "ngành"
        self.say(
            Heading(mark, f"KẾT QUẢ THỰC HIỆN NĂM {last}"),
            Paragraph(
                f"Tính đến hết năm {last}, toàn {whole} đã "
                f"cung cấp {self.chance.randrange(400, 990)} dịch vụ công trực tuyến toàn trình; "
                f"{number(share)}% hồ sơ được tiếp nhận trực tuyến, tăng {number(more)}% "
                f"so với cùng kỳ; hệ thống mạng nội bộ của các cơ quan được duy trì ổn định."
            ),
            Paragraph(
                "Bên cạnh kết quả đạt được, nguồn nhân lực và kinh phí dành cho chuyển đổi số còn hạn chế; "
                "một số đơn vị, địa phương chưa thật sự quan tâm chỉ đạo."
            ),
        )

    def purpose(self, mark: str) -> None:
        self.say(
            Heading(mark, "MỤC ĐÍCH, YÊU CẦU"),
            Heading("1.", "Mục đích", 2),
            Paragraph(
                "Cụ thể hóa các nhiệm vụ, giải pháp về chuyển đổi số; tạo chuyển biến mạnh mẽ trong nhận "
                "thức và hành động của các cấp, các ngành, người dân và doanh nghiệp."
            ),
            Heading("2.", "Yêu cầu", 2),
            Paragraph(
                "Xác định rõ người, rõ việc, rõ thời gian, rõ trách nhiệm, rõ sản phẩm; có kiểm tra, đôn đốc."
            ),
        )

    def closing(self, mark: str) -> None:
        self.say(
            Heading(mark, "TỔ CHỨC THỰC HIỆN"),
            Paragraph(
                "Thủ trưởng các cơ quan, đơn vị căn cứ Kế hoạch này tổ chức thực hiện; định kỳ hằng quý "
                "(trước ngày 15 của tháng cuối quý) báo cáo kết quả để tổng hợp."
            ),
            Paragraph(
                "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, kịp thời phản ánh để xem xét, "
                "giải quyết./."
            ),
        )

    def signature(self) -> None:
        head = {
            "ministry": ["KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"],
            "agency": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
        }.get(self.level, ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"])
        self.say(
            SideBySide(
                [
                    "Nơi nhận:",
                    "- Ủy ban Quốc gia về chuyển đổi số;",
                    "- Thường trực cấp ủy, HĐND;",
                    "- Chủ tịch, các Phó Chủ tịch;",
                    "- Các cơ quan, đơn vị;",
                    "- Lưu: VT, KGVX.",
                ],
                [*head, "", "(đã ký)", "", "Người Ký Tên"],
                at_end=True,
            )
        )

    def appendix(self, label: str, name: str, *, landscape: bool = True, issued: bool = True) -> None:
        self.say(NewPage(landscape), Title([label, name]))
        if issued:
            self.say(
                Paragraph(
                    f"(Ban hành kèm theo Kế hoạch số {self.number} ngày tháng năm {self.year} của "
                    f"{'Ủy ban nhân dân ' + self.full if self.level in OFFICE else self.name})",
                    italic=True,
                    align="center",
                )
            )

    # --- indicators

    def choose(self, *sections_and_counts, other: int = 0) -> list[tuple[str, str, list]]:
        """Sections with their indicators; `other` of those that are no percentages end the last section."""
        sections = []
        for at, (section, count) in enumerate(sections_and_counts):
            names = list(INDICATORS[section])
            if count < len(names):
                names = [names[i] for i in sorted(self.chance.sample(range(len(names)), count))]
            sections.append((ROMAN[at], section, names))
        if other:
            odd = self.chance.sample(sorted(OTHER_UNITS), other)
            half = other // 2
            sections[0][2].extend((name, OTHER_UNITS[name][0]) for name in odd[:half])
            sections[-1][2].extend((name, OTHER_UNITS[name][0]) for name in odd[half:])
        return sections

    def draw(self, name: str, unit: str, roles: list[str], in_cell: bool) -> tuple[dict, dict]:
        """What each column says, and what it means."""
        chance, said, meant = self.chance, {}, {"targets": [], "result": None}
        horizons = sorted(role for role in roles if role.startswith("target"))
        result = next((role for role in roles if role.startswith("result")), None)
        percent = " %" if "spaced" in self.paper.habits else "%"
        end = f" {unit.lower()}" if in_cell and unit != "%" else percent if in_cell else ""
        if unit in ("milestone", "continuous"):
            for role in horizons:
                raw = chance.choice(("Hoàn thành", "Ban hành")) if unit == "milestone" else "Thường xuyên"
                said[role] = raw
                meant["targets"].append({"year": int(role.split(":")[1]), "kind": unit, "raw": raw})
            if result:
                said[result] = chance.choice(("Đã ban hành", "Hoàn thành", "Đang thực hiện"))
                if unit == "continuous":
                    said[result] = "Đã triển khai"
                meant["result"] = {
                    "year": int(result.split(":")[1]),
                    "words": said[result],
                    "raw": said[result],
                }
            return said, meant
        if unit == "relative":
            for role in horizons:
                year = int(role.split(":")[1])
                said[role] = f"Tăng {chance.randrange(3, 12)}% so với năm {year - 1}"
                meant["targets"].append({"year": year, "kind": "other", "raw": said[role]})
            horizons = []
        if unit in ("%", "relative"):
            low, high, less = 5 * chance.randrange(6, 17), 100, False
            if "GRDP" in name or "thương mại điện tử" in name.lower():
                low, high = 7 + chance.randrange(6), 30
        else:
            _, low, high, less = OTHER_UNITS[name]
            low = low + chance.randrange(1 + (high - low) // 2)
        value = low
        for role in horizons:
            operator = chance.choice(("<=", "<=", "<") if less else (">=", ">=", ">=", ">"))
            if value == 100 and operator == ">":
                operator = ">="
            target = {"year": int(role.split(":")[1])}
            if (
                chance.random() < 0.08
                and value + 5 <= high
                and operator in (">=", "<=")
                and unit != "Lượt người"
            ):
                shown = FORMS[self.form]["range"]
                raw = chance.choice(shown).format(a=number(value) + end, b=number(value + 5) + end)
                target |= {"operator": "range", "value": value, "value_to": value + 5}
            else:
                raw = chance.choice(FORMS[self.form][operator]).format(n=number(value) + end)
                target |= {"operator": operator, "value": value}
            said[role] = raw
            meant["targets"].append(target | {"raw": raw})
            value = max(1, value - 2) if less else min(high, value + 5 * chance.randrange(1, 5))
        if result:
            if chance.random() < 0.06:
                said[result] = "-"
                meant["result"] = {"year": int(result.split(":")[1]), "absent": True, "raw": "-"}
            else:
                places = chance.choice((0, 1, 1, 2)) if unit in ("%", "relative") else 0
                reached = Decimal(low) * chance.randrange(60, 118) / 100
                reached = min(reached, Decimal(high)) if high == 100 else reached
                reached = round(reached, places) if places else Decimal(round(reached))
                said[result] = number(reached, "points" in self.paper.habits) + end
                if "spoken" in self.paper.habits:
                    parts = chance.randrange(120, 180)
                    said[result] = chance.choice(("Đạt {n}", "Ước đạt {n}", "{n} ({a}/{b})", "{n}")).format(
                        n=said[result], a=round(parts * reached / 100), b=parts
                    )
                meant["result"] = {"year": int(result.split(":")[1]), "value": reached, "raw": said[result]}
        return said, meant

    def wrap(self, name: str) -> str:
        """A name broken by hand inside its cell."""
        words = name.split()
        if "wrapped" not in self.paper.habits or len(words) < 9 or self.chance.random() < 0.5:
            return name
        cut = self.chance.randrange(4, len(words) - 3)
        return " ".join(words[:cut]) + "\n" + " ".join(words[cut:])

    def indicators(
        self,
        columns: list[tuple[str, str]],
        sections,
        *,
        heads: list[list] | None = None,
        widths=None,
        through=False,
        merged=True,
        numbered=False,
        count_columns=False,
        dotted=False,
        letters=False,
        cut=(),
        break_after=None,
        repeats=True,
    ) -> Table:
        """Roles of `columns`: no, name, unit, target:YEAR, result:YEAR, lead, note."""
        roles = [role for _, role in columns]
        measured = [role for role in roles if ":" in role]
        rows = heads or [[Cell(heading, centre=True) for heading, _ in columns]]
        head_rows = len(rows)
        if count_columns:
            rows.append([Cell(f"({at})", centre=True) for at in range(1, len(columns) + 1)])
            head_rows += 1
        running = 0
        for mark, section, names in sections:
            if "group" in roles:
                self.group = Cell(section, rows=len(names), bold=True)
            elif section:
                if merged:
                    rows.append([Cell(mark, bold=True), Cell(section, columns=len(columns) - 1, bold=True)])
                else:
                    rows.append(
                        [Cell(mark, bold=True), Cell(section, bold=True)] + [Cell()] * (len(columns) - 2)
                    )
            running = running if through else 0
            for name, unit, *parts in names:
                running += 1
                self._indicator(
                    rows,
                    roles,
                    measured,
                    mark,
                    section,
                    f"{mark}.{running}" if dotted else str(running),
                    name,
                    unit,
                    parts,
                    letters,
                    cut,
                )
        table = Table(rows, head_rows, widths or [], numbered, repeats)
        if break_after:
            first, second = (
                rows[: break_after + head_rows],
                rows[:head_rows] + rows[break_after + head_rows :],
            )
            self.say(Table(first, head_rows, widths or [], numbered, False))
            self.say(Table(second, head_rows, widths or [], numbered, False))
            return table
        self.say(table)
        return table

    def _indicator(self, rows, roles, measured, mark, section, own, name, unit, parts, letters, cut) -> None:
        in_cell = "unit" not in roles
        row = {
            "no": own + "." * ("dots" in self.paper.habits),
            "name": self.wrap(name),
            "unit": unit if unit not in ("milestone", "continuous") else "",
        }
        if "lead" in roles:
            offices = {"ministry": ["Văn phòng Bộ", "Trung tâm Công nghệ thông tin", "Các Cục, Vụ"]}
            row["lead"] = self.chance.choice(offices.get(self.level) or [task[3] for task in TASKS])
        truth = {"section": mark if section else None, "number": own, "name": name}
        if unit == "levels":
            self._levels(rows, roles, measured, row, mark, section, name)
            return
        if not parts:
            said, meant = self.draw(name, unit, measured, in_cell)
            measure = {"milestone": None, "continuous": None, "relative": None}.get(unit, unit)
            self.truth["indicators"].append(truth | {"unit": measure} | meant)
            row |= said
            if "grade" in roles:
                row["grade"] = grade(meant)
        cells = [Cell(row.get(role, ""), centre=role != "name") for role in roles]
        if "group" in roles:
            place = roles.index("group")
            if self.group:
                cells[place], self.group = self.group, None
            else:
                del cells[place]
        if own in cut:
            words = name.split()
            half = len(words) // 2
            at = roles.index("name")
            cells[at] = Cell(" ".join(words[:half]))
            rows.append(cells)
            rest = [Cell("") for _ in roles]
            rest[at] = Cell(" ".join(words[half:]))
            rows.append(rest)
            return
        rows.append(cells)
        for at, part in enumerate(parts[0] if parts else ()):
            label = "-" if letters == "dash" else f"{own}.{at + 1}" if letters == "dotted" else "abcd"[at]
            said, meant = self.draw(part, unit, measured, in_cell)
            self.truth["indicators"].append(
                {
                    "section": mark if section else None,
                    "number": label,
                    "name": part,
                    "parent": name,
                    "unit": unit,
                }
                | meant
            )
            row = {"no": label, "name": part, "unit": unit} | said
            rows.append([Cell(row.get(role, ""), centre=role != "name") for role in roles])

    def _levels(self, rows, roles, measured, row, mark, section, name) -> None:
        """One row whose cells hold a line for each level of government."""
        for role in measured:
            row[role] = []
        for level in ("Cấp tỉnh", "Cấp huyện", "Cấp xã"):
            said, meant = self.draw(name, "%", measured, True)
            truth = {"section": mark if section else None, "number": row["no"], "name": level, "parent": name}
            self.truth["indicators"].append(truth | {"unit": "%"} | meant)
            for role in measured:
                row[role].append(f"{level}: {said[role]}")
        for role in measured:
            row[role] = "\n".join(row[role])
        rows.append([Cell(row.get(role, ""), centre=role != "name") for role in roles])

    # --- targets in prose

    def target(self, name: str, operator: str, value, **more) -> None:
        self.truth["targets"].append(
            {"name": name, "year": self.year, "operator": operator, "value": value} | more
        )

    def prose_last(self, count: int, year: int | None = None, depth: int = 0) -> None:
        for at in range(count):
            pattern, operator = PROSE_NUMBER_LAST[at % len(PROSE_NUMBER_LAST)]
            self._prose(pattern, operator, self.rates.pop(), year, depth)

    def prose_first(self, count: int, year: int | None = None, depth: int = 0) -> None:
        for at in range(count):
            pattern, operator = PROSE_NUMBER_FIRST[at % len(PROSE_NUMBER_FIRST)]
            self._prose(pattern, operator, self.counted.pop(), year, depth)

    def _prose(self, pattern, operator, name, year, depth) -> None:
        value = 5 * self.chance.randrange(8, 19)
        self.say(Item(pattern.format(n=name, v=value, w=value + 5), depth=depth))
        more = {"value_to": value + 5} if operator == "range" else {}
        self.target(name, operator, value, **more, unit="%", **({"year": year} if year else {}))

    # --- tasks

    def amount(self, unit: str) -> Decimal:
        chance = self.chance
        if unit == "tỷ đồng":
            return Decimal(chance.randrange(3, 900)) / 10
        if unit == "đồng":
            return Decimal(chance.randrange(40, 9000)) * 1_000_000 + chance.choice((0, 0, 500_000, 250_000))
        return Decimal(chance.randrange(60, 9000)) + (Decimal("0.5") if chance.random() < 0.2 else 0)

    def tasks(
        self,
        columns: list[tuple[str, str]],
        sections: list[tuple[str, str, int]],
        *,
        unit="triệu đồng",
        sums=False,
        total=None,
        widths=None,
        comma=False,
        merged=True,
        numbered=False,
        all_years=False,
        unit_in_cell=False,
        lead_merged=False,
        through=True,
        count_columns=False,
        works=TASKS,
        leads=None,
        heads=None,
        nested=False,
    ) -> None:
        """Roles: no, name, aim, lead, with, product, years, amount, fund, class, note."""
        roles = [role for _, role in columns]
        rows = heads or [[Cell(heading, centre=True) for heading, _ in columns]]
        if count_columns:
            rows.append([Cell(f"({at})", centre=True) for at in range(1, len(columns) + 1)])
        head_rows = len(rows)
        scale = {"triệu đồng": 10**6, "tỷ đồng": 10**9, "đồng": 1}[unit]
        works = list(works)
        self.chance.shuffle(works)
        kinds = list(YEARS) if all_years else [YEARS[i] for i in (0, 0, 2, 3, 14, 6)]
        if not all_years:
            self.chance.shuffle(kinds)
        running, grand, used = 0, Decimal(0), 0
        for mark, section, count in sections:
            running = running if through else 0
            body, subtotal, held = [], Decimal(0), None
            for at in range(count):
                below = nested and at % 4 in (2, 3)
                running += not below
                own = f"{running}.{at % 4 - 1}" if below else str(running)
                name, aim, product, lead = works[used % len(works)]
                shown, first, last, goes_on = kinds[used % len(kinds)]
                used += 1
                years = shown.format(y=self.year, y1=self.year + 1, y2=self.year + 2)
                row = {
                    "no": own,
                    "name": self.wrap(name),
                    "aim": aim,
                    "product": product,
                    "years": years,
                }
                if leads:
                    lead = self.chance.choice(leads)
                if lead_merged:
                    lead = held = lead if at % 2 == 0 else held
                row["lead"], row["with"] = lead, self.chance.choice([*leads, ""] if leads else COORDINATING)
                row["fund"] = self.chance.choice(("Ngân sách tỉnh", "Nguồn vốn sự nghiệp", "Đầu tư công"))
                row["class"] = self.chance.choice(("Nhiệm vụ mới", "Chuyển tiếp", "Thường xuyên hằng năm"))
                truth = {"section": mark if section else None, "number": own, "name": name}
                for role, key in (("lead", "lead"), ("with", "coordinating"), ("product", "product")):
                    if role in roles:
                        truth[key] = row[role] or None
                if "from" in roles:
                    first, last, goes_on = first or 0, first or 0 if last is None else last, False
                    row["from"] = self.chance.choice(("{y}", "Quý I/{y}", "01/{y}")).format(
                        y=self.year + first
                    )
                    row["to"] = self.chance.choice(("{y}", "Quý IV/{y}", "12/{y}")).format(y=self.year + last)
                    years = f"{row['from']} {row['to']}"
                if "years" in roles or "from" in roles:
                    truth["years"] = {
                        "from": None if first is None or years.startswith("Trước") else self.year + first,
                        "to": None if last is None else self.year + last,
                        "continuous": goes_on,
                        "raw": years,
                    }
                if "amount" in roles:
                    money = None if self.chance.random() < 0.12 else self.amount(unit)
                    if comma and unit == "triệu đồng" and running == 2:
                        money = Decimal("1686.5")  # tells which of the two marks is the decimal one
                    row["amount"] = "" if money is None else number(money, comma) + f" {unit}" * unit_in_cell
                    truth["amount"] = {
                        "vnd": None if money is None else int(money * scale),
                        "raw": row["amount"],
                    }
                    subtotal += money or 0
                    for source in ("source 1", "source 2") if "source 1" in roles else ():
                        part = (money or 0) // 3 if source == "source 1" else (money or 0) - (money or 0) // 3
                        row[source] = number(part, comma) if money else ""
                self.truth["tasks"].append(truth)
                cells = [
                    Cell(row.get(role, ""), centre=role in ("no", "years", "amount"), bold=False)
                    for role in roles
                ]
                if lead_merged:
                    place = roles.index("lead")
                    if at % 2 == 0 and at + 1 < count:
                        cells[place].rows = 2
                    elif at % 2:
                        del cells[place]
                body.append(cells)
            grand += subtotal
            if section:
                if merged and not sums:
                    rows.append([Cell(mark, bold=True), Cell(section, columns=len(roles) - 1, bold=True)])
                else:
                    head = {"no": mark, "name": section}
                    if sums:
                        head["amount"] = number(subtotal, comma)
                        self.truth["sums"].append(
                            {
                                "section": mark,
                                "name": section,
                                "vnd": int(subtotal * scale),
                                "raw": head["amount"],
                            }
                        )
                    rows.append([Cell(head.get(role, ""), bold=True) for role in roles])
            rows += body
        if total:
            shown = number(grand, comma)
            place = roles.index("amount")
            rows.append(
                [Cell(total, columns=place, bold=True, centre=True), Cell(shown, bold=True)]
                + [Cell()] * (len(roles) - place - 1)
            )
            self.truth["sums"].append(
                {"section": None, "name": total, "vnd": int(grand * scale), "raw": shown}
            )
        self.say(Table(rows, head_rows, widths or [], numbered))
