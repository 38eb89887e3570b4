"""The targets in the running text: bullets under a heading of targets, what each wants to reach, and when."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from ingest.numerals import factor, number
from ingest.plan.document import Document, Line, Paragraph
from ingest.plan.figures import blank
from ingest.plan.goals import ABOUT, BOUNDS, WORD, is_rate, kind_of, unit_kind
from ingest.plan.outline import mark_of
from ingest.plan.remarks import Remarks
from ingest.plan.years import horizon, year_at
from ingest.wording import match_key, tidy

_BULLET = re.compile(
    r"\s*(?P<mark>[-–+*•●▪]|\d+(?:\.\d+)*[.)]|[a-zđ]\)|\([a-zđ\d]{1,2}\))(?:\s+|(?<=\w[.)])(?=[^\W\d]))"
)
_DEPTHS = (r"\d+[.)]", r"\d+(?:\.\d+)+[.)]?|\(\d+\)", r"\(?[a-zđ]\)", r"[-–*•●▪]", r"\+")
_N = r"\d[\d.,]*\d|\d"
_BOUND_IN_TEXT = re.compile(
    rf"(?P<word>{WORD})?\s*(?:đạt\s+)?(?:(?P<low>{_N})\s*%?\s*(?:[-–—÷]|đến)\s*)?(?P<number>{_N})\s*"
    r"(?P<percent>%|phần trăm\b)?(?P<up>\s*trở (?:lên|xuống))?",
    re.IGNORECASE,
)
_PER = re.compile(r"(?:/|\btrên)\s*\d[\d.]*\s*(?:dân|người|hộ)\b", re.IGNORECASE)
_RANKED = re.compile(
    r"\b(?:nhóm|top|hạng|vị trí(?: thứ)?|thứ)\s+(\d{1,2})\b(?!\s*%)(?:\s*/\s*\d{2,3}\b)?", re.IGNORECASE
)
_PLACED = re.compile(r"\b(?:hạng|vị trí(?: thứ)?|thứ)\s+\d{1,2}\s*/\s*\d{2,3}\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"(?:(?:phan dau|moi nam) )*(?:cat giam|giam|tang(?: them)?|tang truong|rut ngan)(?: moi nam)?"
)
# A name that ends so says by how much something changes, unless it goes on to a level: `tăng lên 80%`.
_CHANGING = re.compile(
    r"(?:tang(?: them| truong)?|giam(?: them)?|cat giam|rut ngan)(?: (?:binh quan|moi nam|hang nam))*"
)
_YEARLY = re.compile(r"\s*/\s*năm\b", re.IGNORECASE)
# What follows a number and is no part of what it counts.
_NO_TAIL = re.compile(
    r"(?:trở (?:lên|xuống)|so với|theo|vào|đến|trong năm|trước|năm|để|nhằm|và|hoặc|nếu|khi|thông qua|bằng|do"
    r"|như|được|phấn đấu|đạt|nhưng|mà|hoàn thành|góp phần|từ năm|bảo đảm|đảm bảo|cao hơn|thấp hơn|kế hoạch"
    r"|chỉ tiêu)\b",
    re.IGNORECASE,
)
_TAIL_END = re.compile(
    r";|\.(?:\s|$)|\btheo\b"
    r"|,(?!\s*(?:thành phố|thị xã|phường|thị trấn|huyện|xã|ban|ngành|địa phương|công nghệ)\b)"
    r"|\((?![A-ZĐ][\w&.-]*\))|\s[-–]\s"
)
_TIMED = re.compile(
    rf"(?P<word>{WORD})?\s*(?P<number>{_N})\s*"
    r"(?P<unit>(?:phút|giờ|giây|ngày làm việc|ngày|ms)(?:\s*/\s*\w+)?)",
    re.IGNORECASE,
)
# `tăng từ 45% năm 2024 lên 60%`, `trên 40% (năm 2024 đạt 31,2%)`: what is now is no target.
_BEFORE = re.compile(
    r"\btừ\s+\d[\d.,]*\s*%?\s*(?:\(?(?:vào )?năm\s+20\d\d\)?\s*)?(?=(?:lên|xuống)\b)"
    r"|\([^()]*\b(?P<year>20\d\d)\b[^()]*\)",
    re.IGNORECASE,
)
# What others asked for, and the share that a count is: no target of its own.
_ASIDE = re.compile(
    r"\([^()]*\b(?:giao|kế hoạch|cùng kỳ|năm trước|hiện (?:nay|tại|trạng)|bình quân|trung bình|cả nước"
    r"|toàn quốc|quy định|thực hiện|đã đạt|kết quả)\b[^()]*\)",
    re.IGNORECASE,
)
_SHARE_OF_COUNT = re.compile(
    r"(?P<count>\d[\d.,]*\s+[^\W\d_][^\d%,;.()]*?)"
    r"(?P<share>\s*\((?:chiếm|bằng|đạt|tương đương)\s[^()]*%[^()]*\)"
    r"|,\s*(?:chiếm|bằng|tương đương)\s+[\d.,]+\s*%[^,;.]*)",
    re.IGNORECASE,
)
# `tăng 10% so với năm 2024, đạt 75%` and `đạt 75%, tăng 10% so với năm 2024`: the change is no level.
_CHANGED = re.compile(
    rf"[,(]?\s*\b(?:tăng|giảm|vượt|nâng)\s+(?:thêm\s+)?(?:(?:{WORD})\s+)?(?:{_N})\s*(?:%|lần|điểm phần trăm)"
    r"(?:\s+so với[^,;.()%]*)?\)?",
    re.IGNORECASE,
)
_LEVEL_FOLLOWS = re.compile(r"\s*,?\s*(?:và\s+|để\s+)?(?:đạt|lên)\s+[^,;]*\d", re.IGNORECASE)
_LEVEL_LEADS = re.compile(r"\b(?:đạt|lên|là)\s+[^,;]*\d[^,;]*$", re.IGNORECASE)
_SCALE = re.compile(r"\s*(nghìn|ngàn|triệu|tỷ|tỉ)\s+(?!đồng|usd|vnd|vnđ|lệ|trọng)(?=[^\W\d_])", re.IGNORECASE)
_BROKEN = re.compile(r"(?<!\d)\d{1,2}[.,] \d{1,2}\s*%")  # `98, 5%`
# Between a name and its number.
_LINK = re.compile(
    r"[\s,:;(–-]*(?:\b(?:phấn đấu|phải|sẽ|đạt|đạt được|đạt mức|đạt tỷ lệ|là|ở mức|ở|chiếm"
    r"|(?:tăng\s+|nâng\s+)?lên|tỷ lệ|có|duy trì|khoảng|được)\s*)*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:(?:\b(?:phấn đấu|bảo đảm|đảm bảo|duy trì|đạt|có|tỷ lệ|đến|hết|cuối|trong|vào|giai đoạn|năm\s+20\d\d"
    r"(?:\s*[-–]\s*20\d\d)?|20\d\d)\b)[\s,:]*)*$",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"[\s,(]*\b(?:(?:tính )?đến|vào|trong|hết|cuối)?\s*(?:hết |cuối )?năm\s+20\d\d[\s,):]*", re.IGNORECASE
)
_LEVEL = (
    r"(?:(?:ở|tại|của|đối với|với|riêng|còn|trong đó|là)\s+)*(?:(?:các|cơ quan|chính quyền|UBND"
    r"|Ủy ban nhân dân|Uỷ ban nhân dân)\s+)*"
    r"(?:cấp\s+(?:tỉnh|thành phố|huyện|xã|bộ|tổng cục|cục|chi cục|sở|quận|phường)\b"
    r"|sở,\s*(?:ban,\s*)?ngành|(?:khu vực\s+)?(?:thành thị|nông thôn)"
    r"|tỉnh|huyện|xã)"
)
_OF = re.compile(r"^(?:(?:ở|tại|của|đối với|với|riêng|còn|trong đó|là)\s+)+", re.IGNORECASE)
_LEVEL_WITHIN = re.compile(
    r"\bcấp\s+(?:tỉnh|thành phố|huyện|xã|bộ|tổng cục|cục|chi cục|sở|quận|phường)\b"
    r"|\b(?:khu vực\s+)?(?:thành thị|nông thôn)\b",
    re.IGNORECASE,
)
_LEVEL_END = re.compile(rf"(?P<head>.*?)[\s,:(]+(?P<level>{_LEVEL})\s*$", re.IGNORECASE)
_WITHIN = re.compile(r",?\s*\(?trong đó:?\s+", re.IGNORECASE)
_LEVEL_ALONE = re.compile(rf"[\s,;:(]*(?:và\s+)?(?P<level>{_LEVEL})[\s,:;)]*(?:\s+và)?\s*$", re.IGNORECASE)
_TAIL = re.compile(r"(?P<head>.*?\bcấp\s+(?:tỉnh|huyện|xã))\s+(?P<tail>\S.*)$", re.IGNORECASE)
# What is done with all that is counted: `90% hồ sơ cấp bộ, 80% hồ sơ tại các cục được xử lý trên mạng`.
_DONE = re.compile(
    r"(?P<head>.+?)\s+(?P<tail>(?:(?:đã|phải) )?(?:được|có|sử dụng|thực hiện|triển khai|tham gia|hoàn thành"
    r"|áp dụng|kết nối|ứng dụng|cung cấp|xử lý|đáp ứng|dùng|biết|hài lòng)\b.*)",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"(?:ty le|ti le|ty trong|so|tong so|muc|toc do|chi so)\b")
# `Các chỉ tiêu khác thực hiện theo Kế hoạch … của Ủy ban Quốc gia`.
_DEFERRED = re.compile(
    r"\b(?:chi tieu|muc tieu)(?: [a-z]+)? (?:khac|con lai)\b.*"
    r"\b(?:theo|tai) (?:[a-z]+ ){0,4}?(?:ke hoach|quyet dinh|nghi quyet|chuong trinh|van ban|cong van|de an"
    r"|chien luoc)\b(?! nay\b)"
)
_MILESTONE = re.compile(
    r"(?:(?:phan dau|tiep tuc|co ban) )?(?:co|hoan thanh|ban hanh|xay dung|trien khai|dua|thiet lap"
    r"|hinh thanh|ket noi|thanh lap"
    r"|to chuc|pho cap|phu song|cung cap|mo rong|nang cap|tich hop|phat trien|thuc hien|van hanh"
    r"|thu hut|dao tao|lap)\b"
)
_CONTINUOUS = re.compile(r"(?:tiep tuc )?(?:duy tri|bao dam|dam bao|thuong xuyen)\b")
_AIMS = re.compile(
    r"\bmuc tieu cu the\b|^(?:[ivx\d]+ )*(?:[a-z] )?(?:cac )?(?:muc tieu|chi tieu)(?: chu yeu| chinh"
    r"|(?: va)? (?:cac )?chi tieu| phat trien| phan dau)*(?: (?:den|trong|giai doan|het|nam|\d{4}))*$"
)
_ENDS_TARGETS = re.compile(
    r"(?:phan )?(?:[ivx\d]+ )*(?:[a-z] )?(?:muc tieu (?:tong quat|chung|chu yeu la)|tong quat$"
    r"|quan diem|yeu cau|nhiem vu|giai phap|noi dung"
    r"|to chuc thuc hien|kinh phi|danh gia|ket qua|tinh hinh|pham vi|doi tuong|can cu|ton tai"
    r"|han che|nguyen nhan)"
)


@dataclass
class _Bullet:
    paragraph: Paragraph
    depth: int
    mark: int  # where the text begins after its mark
    parents: list["_Bullet"] = field(default_factory=list)
    now: str = ""  # see `_now`

    @property
    def text(self) -> str:
        return self.paragraph.text[self.mark :]


@dataclass(frozen=True)
class _Bound:
    """A bound in a bullet: paragraph.text[start:end] is what was printed."""

    start: int
    end: int
    word: str
    low: Decimal | None
    value: Decimal
    is_percent: bool
    unit: str | None = None


def read_targets(
    document: Document, plan_years: list[tuple[int, int | None]], remarks: Remarks
) -> tuple[list[dict], set[int]]:
    """The targets, and the lines they were read from. A bullet that is not understood is remarked.

    `plan_years`: see `year_at`; for targets of which neither heading nor bullet names another.
    """
    bullets = list(_bullets(document))
    rows: list[dict] = []
    lines: set[int] = set()
    serials: Counter[str] = Counter()
    child = 0
    for i, bullet in enumerate(bullets):
        heads = i + 1 < len(bullets) and bullet in bullets[i + 1].parents
        section = mark_of(_headings(bullet.paragraph))
        if not bullet.parents or not _is_named(bullet.parents[-1]):
            serials[section] += 1
            child = 0
        year = year_at(bullet.paragraph.lines[0].number, plan_years)
        bullet.now = _now(bullet.paragraph.text, year)
        bounds = _bounds(bullet)
        if heads and not bounds:
            serials[section] -= not _is_named(bullet)
            continue
        found = _read_clauses(bullet, _read_bullet(bullet, bounds))
        found = found or _read_within(bullet) or _read_levels(bullet, bounds)
        if not found:
            remarks.of_paragraph("unread_line.target", bullet.paragraph)
            continue
        _remark_left(bullet, found, remarks)
        several = len(found) > 1
        for target in found:
            child += several or bool(bullet.parents and _is_named(bullet.parents[-1]))
            code = f"{section}{_numbered(serials[section], child)}"
            rows.append(_row(bullet, target, code, year, remarks))
        lines |= {line.number for line in bullet.paragraph.lines}
    return rows, lines


def read_sentence(text: str) -> list[tuple[str, str, int | None]]:
    """Name, bound and year of each target that a sentence states; none where it is not understood."""
    paragraph = Paragraph([Line(1, text)], None, None)
    match = _BULLET.match(text)
    bullet = _Bullet(paragraph, 3, match.end() if match else 0, now=text)
    found = _read_bullet(bullet, _bounds(bullet))
    return [(target.name, text[target.start : target.end], target.year) for target in found if target.bound]


def remark_deferrals(document: Document, remarks: Remarks) -> None:
    """Where targets that the list does not name are left to another document."""
    for paragraph in document.paragraphs:
        if _is_aimed(paragraph) and _DEFERRED.search(match_key(paragraph.text)):
            remarks.of_paragraph("targets_elsewhere.deferred", paragraph)


def _numbered(serial: int, child: int) -> str:
    """`7`, `7a`, and beyond z `7.27`."""
    return f"{serial}{chr(ord('a') + child - 1) if child <= 26 else f'.{child}'}" if child else str(serial)


def _bullets(document: Document) -> Iterator[_Bullet]:
    """The bullets under headings of targets, each with those above it that it belongs to."""
    section: str | None = None
    above: list[_Bullet] = []
    for paragraph in document.paragraphs:
        if paragraph.section != section:
            section, above = paragraph.section, []
        if not _is_aimed(paragraph):
            continue
        match = _BULLET.match(paragraph.text)
        if not match:
            above = [bullet for bullet in above if not bullet.depth < 0]
            if horizon(paragraph.text) and paragraph.text.rstrip().endswith(":"):
                above = [_Bullet(paragraph, -1, 0)]
            elif re.search(r"\d\s*%", paragraph.text) and len(paragraph.text) < 400:
                yield _Bullet(paragraph, 9, 0, list(above))
            continue
        depth = next((i for i, form in enumerate(_DEPTHS) if re.fullmatch(form, match["mark"])), 3)
        above = [bullet for bullet in above if bullet.depth < depth]
        bullet = _Bullet(paragraph, depth, match.end(), list(above))
        above.append(bullet)
        yield bullet


def _is_aimed(paragraph: Paragraph) -> bool:
    """Whether a heading above names targets, and none between says that here is something else."""
    keys = [match_key(heading) for heading in _headings(paragraph)]
    aims = [i for i, key in enumerate(keys) if _AIMS.search(key)]
    return bool(aims) and not any(_ENDS_TARGETS.match(key) for key in keys[aims[-1] :])


def _headings(paragraph: Paragraph) -> tuple[str, ...]:
    return paragraph.sections or ((paragraph.section,) if paragraph.section else ())


def _is_named(bullet: _Bullet) -> bool:
    """Whether the bullet says what those below it count; a heading of theirs only says a year or a field."""
    text = bullet.text.strip()
    if bullet.depth < 0 or (horizon(text) and len(text) < 40):
        return False
    return bullet.depth >= 3 or bool(_MEASURED.match(match_key(text)))


def _now(text: str, year: int | None) -> str:
    """The text, at the same length, without what it says of a year before `year`: that is no target."""

    def hide(match: re.Match[str]) -> str:
        is_later = match["year"] and not (year and int(match["year"]) < year)
        return match[0] if is_later else " " * len(match[0])

    text = _ASIDE.sub(lambda match: " " * len(match[0]), _BEFORE.sub(hide, text))
    text = _SHARE_OF_COUNT.sub(lambda match: match["count"] + " " * len(match["share"]), text)
    for change in _CHANGED.finditer(text):
        if _LEVEL_FOLLOWS.match(text, change.end()) or (
            change[0][0] in ",(" and _LEVEL_LEADS.search(text[: change.start()])
        ):
            text = text[: change.start()] + " " * len(change[0]) + text[change.end() :]
    return text


def _bounds(bullet: _Bullet) -> list[_Bound]:
    """The percentages of the bullet; where it has none, its other numbers."""
    found = _all_bounds(bullet)
    return [bound for bound in found if bound.is_percent] or found


def _all_bounds(bullet: _Bullet) -> list[_Bound]:
    if _BROKEN.search(bullet.now, bullet.mark):
        return []
    text = _PER.sub(lambda match: "x" * len(match[0]), blank(bullet.now))
    text = _PLACED.sub(lambda match: "x" * len(match[0]), text)
    found = []
    for match in _BOUND_IN_TEXT.finditer(text, bullet.mark):
        try:
            low = number(match["low"]) if match["low"] else None
            value = number(match["number"])
        except ValueError:
            continue
        word = tidy(match["word"] or match["up"] or "").lower()
        start = match.start("word") if match["word"] else match.start("low" if match["low"] else "number")
        end = match.end()
        unit = None
        if not match["percent"]:
            end = match.end("number")
            if scale := _SCALE.match(text, end):
                value *= factor(scale[1])
                low = low and low * factor(scale[1])
                end = scale.end(1)
            phrase = re.compile(r"\s*((?:[^\W\d_][^\s\d%,.;:()]*\s*){1,3}(?:/\s*\d*\s*[^\W\d_]+)?)").match(
                text, end
            )
            unit = _unit_words(phrase[1]) if phrase else None
            if match_key(unit or "").startswith("bac"):  # so many places up are no place
                continue
        found.append(_Bound(start, end, word, low, value, bool(match["percent"]), unit))
    if not found:  # `nhóm 20` is blanked out with all that only counts off
        for match in _RANKED.finditer(bullet.now, bullet.mark):
            start, end = match.start(1), match.end()
            found.append(_Bound(start, end, "", None, number(match[1]), False, "hạng"))
        for match in _TIMED.finditer(bullet.now, bullet.mark) if not found else ():
            start = match.start("word") if match["word"] else match.start("number")
            word = tidy(match["word"] or "").lower()
            value, end = number(match["number"]), match.end("number")
            found.append(_Bound(start, end, word, None, value, False, match["unit"]))
    return found


def _unit_words(phrase: str) -> str | None:
    """The longest beginning of the phrase that is a unit."""
    words = re.split(r"\s(?=(?:có|được|đã|về|trên|trong|tại|cho|của|đối|sử|với|chỉ|trở)\b)", phrase)[
        0
    ].split()
    for length in range(len(words), 0, -1):
        text = " ".join(words[:length])
        if unit_kind(text) not in (None, "other", "percent"):
            return text
    return None


@dataclass(frozen=True)
class _Target:
    name: str
    bound: _Bound | None
    kind: str
    start: int
    end: int
    year: int | None = None
    part: str | None = None  # what it is of all that the name says: `cấp xã`


def _read_bullet(bullet: _Bullet, bounds: list[_Bound]) -> list[_Target]:
    """The targets of the bullet; none where it is not understood."""
    text, begin = bullet.now, bullet.mark
    if not bounds or (len(bounds) > 1 and not bounds[0].is_percent):
        return _milestone(bullet)
    if not bounds[0].is_percent and not bounds[0].word and not _states(text, bounds[0], begin):
        return _milestone(bullet)
    stops = [s.end for s in bounds]
    before = [text[(begin if i == 0 else stops[i - 1]) : s.start] for i, s in enumerate(bounds)]
    after = [
        text[s.end : bounds[i + 1].start if i + 1 < len(bounds) else len(text)] for i, s in enumerate(bounds)
    ]
    names: list[str | None]
    if _OPENING.fullmatch(before[0].strip()) and not _MEASURED.match(match_key(before[0])):
        names = list(_names_after(after))
        years = [_year(text[begin : bounds[0].start])] * len(bounds)
    elif _CHANGE.fullmatch(match_key(_clean(before[0]))):  # `Giảm 30% thời gian giải quyết`
        verb = tidy(_clean(before[0]))
        pieces = [re.sub(r"[\s,;.]+(?:và\s*)?$", "", tidy(piece)) for piece in after]
        names = [f"{verb} … {rest}" if rest else None for rest in pieces]
        years = [_year(text)] * len(bounds)
    else:
        names, years = _names_before(before, after, [s.unit for s in bounds])
    if not all(names):
        return []
    targets = []
    for one, name, year in zip(bounds, names, years, strict=True):
        kind = "range" if one.low is not None else "threshold"
        part = (name or "").rpartition(": ")[2] if len(bounds) > 1 and _LEVEL_END.match(f"{name} ") else None
        targets.append(_Target(name or "", one, kind, one.start, one.end, year, part))
    return targets


def _read_clauses(bullet: _Bullet, found: list[_Target]) -> list[_Target]:
    """The targets of a bullet clause by clause (`…; …`), where each is understood and that tells more."""
    ends = [match.start() for match in re.finditer(";", bullet.now)] + [len(bullet.now)]
    clauses = [
        replace(bullet, mark=max(start, bullet.mark), now=bullet.now[:end])
        for start, end in pairwise([bullet.mark - 1, *ends])
        for start in [start + 1]
    ]
    read = [
        _read_bullet(clause, _bounds(clause))
        for clause in clauses
        if re.search(r"\w", clause.now[clause.mark :])
    ]
    targets = [target for each in read for target in each]
    if len(read) < 2 or not all(read) or any(_LEVEL_ALONE.fullmatch(target.name) for target in targets):
        return found
    return targets if len(targets) > len(found) else found


def _read_within(bullet: _Bullet) -> list[_Target]:
    """The targets of `100% cơ quan …, trong đó cấp xã 100%`: what is said of a part names the whole first."""
    within = _WITHIN.search(bullet.now, bullet.mark)
    if not within:
        return []
    of_whole = replace(bullet, now=bullet.now[: within.start()])
    of_parts = replace(bullet, now=bullet.now, mark=within.end())
    whole = _read_bullet(of_whole, _bounds(of_whole))
    bounds = _bounds(of_parts)
    starts = [within.end(), *(one.end for one in bounds)]
    levels = [
        _LEVEL_ALONE.fullmatch(_unlinked(bullet.now[a : one.start]))
        for a, one in zip(starts, bounds, strict=False)
    ]
    if all(levels):
        kinds = ["threshold" if one.low is None else "range" for one in bounds]
        parts = [
            _Target(level["level"], one, kind, one.start, one.end)
            for level, one, kind in zip(levels, bounds, kinds, strict=True)
            if level
        ]
    else:
        parts = _read_bullet(of_parts, bounds)
    if len(whole) != 1 or not parts or not all(target.bound for target in (*whole, *parts)):
        return []
    named = [replace(part, name=f"{whole[0].name}: {part.name}", part=part.name) for part in parts]
    return [*whole, *named]


def _read_levels(bullet: _Bullet, bounds: list[_Bound]) -> list[_Target]:
    """The targets of `95% văn bản cấp huyện được ký số; cấp xã đạt 85%`: the first is named whole, of the
    others only the level is."""
    text = bullet.now
    named: list[str] = []
    ends = [len(text)]
    for i in range(len(bounds) - 1, 0, -1):
        lead = text[bounds[i - 1].end : bounds[i].start]
        apart = max(lead.rfind(mark) for mark in ";,")
        alone = _LEVEL_ALONE.fullmatch(_unlinked(lead[apart:])) if apart >= 0 else None
        if not alone or re.search(r"\w", text[bounds[i].end : ends[0]]):
            return []
        named.insert(0, _OF.sub("", alone["level"]))
        ends.insert(0, bounds[i - 1].end + apart)
    first = replace(bullet, now=text[: ends[0]])
    whole = _read_bullet(first, _bounds(first)) if named else []
    if len(whole) != 1 or not whole[0].bound:
        return []
    name = whole[0].name
    own = list(_LEVEL_WITHIN.finditer(name))
    others = [_LEVEL_WITHIN.search(level) for level in named]
    if len(own) > 1 or not all(others) or _LEVEL_ALONE.fullmatch(name):
        return []
    found = [replace(whole[0], part=own[0][0] if own else whole[0].part)]
    for bound, other, level in zip(bounds[1:], others, named, strict=True):
        kind = "threshold" if bound.low is None else "range"
        its = (
            f"{name[: own[0].start()]}{other[0]}{name[own[0].end() :]}"
            if own and other
            else f"{name}: {level}"
        )
        found.append(_Target(its, bound, kind, bound.start, bound.end, whole[0].year, level))
    return found


def _remark_left(bullet: _Bullet, found: list[_Target], remarks: Remarks) -> None:
    """Numbers of the bullet that none of its targets holds are told."""
    inside = [(target.start, target.end) for target in found if target.bound]
    left = [
        tidy(f"{bullet.now[bound.start : bound.end]} {bound.unit or ''}")
        for bound in _all_bounds(bullet)
        if (bound.unit or bound.word or not inside)
        and not any(start <= bound.start < end for start, end in inside)
    ]
    if left:
        remarks.of_paragraph("in_doubt.target_also_states", bullet.paragraph, numbers=", ".join(left))


def _states(text: str, bound: _Bound, begin: int) -> bool:
    """Whether a bare number is what its sentence is about: `đạt 5`, `: 5`, or at the start."""
    lead = text[begin : bound.start].rstrip()
    return not lead or bool(
        re.search(r"(?:\b(?:đạt|là|có|đạt được|đạt mức|nhóm|hạng|top|thứ|vị trí)|:)$", lead, re.IGNORECASE)
    )


def _milestone(bullet: _Bullet) -> list[_Target]:
    text = bullet.paragraph.text[: len(bullet.now)].rstrip(" .;,:")
    name = tidy(text[bullet.mark :])
    key = match_key(name)
    kind = "continuous" if _CONTINUOUS.match(key) else "milestone" if _MILESTONE.match(key) else None
    if not kind or "%" in name:
        return []
    return [_Target(name, None, kind, bullet.mark, len(text), _year(name))]


def _names_after(after: list[str]) -> Iterator[str]:
    """`100% cấp tỉnh, 95% cấp huyện hồ sơ …`: what follows each number; the last one's end is of them all."""
    pieces = [re.sub(r"[\s,;]+(?:và\s*)?$", "", _clean(piece)) for piece in after]
    first = _LEVEL_END.match(pieces[0]) if len(pieces) > 1 else None
    if first and all(_LEVEL_ALONE.fullmatch(piece) for piece in pieces[1:]):
        yield from (f"{first['head']}: {level}" for level in (first["level"], *pieces[1:]))
        return
    done = _DONE.fullmatch(pieces[-1]) if len(pieces) > 1 else None
    if done and not any(_DONE.fullmatch(f"{piece} ") for piece in pieces[:-1]):
        yield from (f"{piece} {done['tail']}" for piece in pieces[:-1])
        yield pieces[-1]
        return
    tail = _TAIL.fullmatch(pieces[-1]) if len(pieces) > 1 else None
    for i, piece in enumerate(pieces):
        ends_early = (
            tail and i < len(pieces) - 1 and re.search(r"\bcấp\s+(?:tỉnh|huyện|xã)$", piece, re.IGNORECASE)
        )
        yield f"{piece} {tail['tail']}" if tail and ends_early else piece


def _tail(after: str, unit: str | None) -> str:
    """What still belongs to the name behind its number: `GRDP` of `chiếm 20% GRDP`."""
    end = _TAIL_END.search(after)
    rest = tidy(_WHEN.sub(" ", after[: end.start()] if end else after))
    rest = rest.strip(" ,.:")
    rest = "" if rest == unit else rest
    is_more = re.match(r"[^\W\d_]", rest) and not _NO_TAIL.match(rest) and len(rest) < 100
    return rest if is_more and not re.search(r"\d+\s*%", rest) else ""


def _with_tail(name: str | None, before: str, tail: str) -> str | None:
    if not name or not tail:
        return name
    verb = re.search(r"\b(chiếm)\b[^,;]{0,20}$", before, re.IGNORECASE)
    return f"{name}{' chiếm' if verb else ''} … {tail}"


def _names_before(
    before: list[str], after: list[str], units: list[str | None]
) -> tuple[list[str | None], list[int | None]]:
    """As `_heads`, each name with what goes on behind its number; of levels behind the last one, for all."""
    tails = [_tail(piece, unit) for piece, unit in zip(after, units, strict=True)]
    if _LEVEL_ALONE.fullmatch(tails[-1]) and " " in tails[-1]:
        tails[-1] = ""
    first = _clean(_unlinked(before[0]))
    # `phủ trên 80% hộ gia đình, 100% xã`
    if (
        len(before) > 1
        and all(tails)
        and all(
            re.fullmatch(rf"\s*{re.escape(tail)}\s*(?:,|và|,\s*và)\s*", piece)
            for tail, piece in zip(tails, before[1:], strict=False)
        )
        and not _LEVEL_ALONE.fullmatch(tails[0])
    ):
        return [_with_tail(first, before[0], tail) for tail in tails], [_year(before[0])] * len(before)
    names, years = _heads(before, after)
    if len(before) == 1:
        return [_with_tail(names[0], before[0], tails[0])], years
    heads = {(name or "").rpartition(": ")[0] for name in names}
    if tails[-1] and len(heads) == 1 and all(names) and heads != {""}:
        (head,) = heads
        return [f"{head} … {tails[-1]}{(name or '')[len(head) :]}" for name in names], years
    return [*names[:-1], _with_tail(names[-1], before[-1], tails[-1])], years


def _heads(before: list[str], after: list[str]) -> tuple[list[str | None], list[int | None]]:
    """`Tỷ lệ … đạt 80%`; of several numbers each has its level, its year or a name of its own."""
    first = _unlinked(before[0])
    level = _LEVEL_END.match(first) if len(before) > 1 else None
    head, colon, part = first.rpartition(":")
    if len(before) > 1 and colon and _LEVEL_ALONE.fullmatch(part):
        head, names = head, [f"{head}: {tidy(part)}"]
    elif level and all(_LEVEL_ALONE.fullmatch(_unlinked(piece)) for piece in before[1:]):
        head, names = level["head"], [f"{level['head'].rstrip(' ,:(')}: {level['level']}"]
    elif any(re.match(rf"\s*\(?{_LEVEL}\)?\s*(?:[,;]|và\b)", piece, re.IGNORECASE) for piece in before[1:]):
        # `100% ở cấp tỉnh, 98% ở cấp huyện`
        levels = [_LEVEL_ALONE.fullmatch(_unlinked(piece)) for piece in (*before[1:], _clean(after[-1]))]
        if not all(levels):
            return [None] * len(before), [None] * len(before)
        named_levels = [_OF.sub("", level["level"]) for level in levels if level]
        return [f"{_clean(first)}: {level}" for level in named_levels], [
            _year(piece) for piece in before[:1]
        ] * len(before)
    else:
        head, names = first, [first]
    # `năm 2025 đạt 75%, năm 2030 đạt 90%`, or `75% năm 2025, 90% năm 2030`
    named_years = [_year(piece) for piece in (before if _year(before[0]) else after)]
    years = named_years[:1]
    for i, piece in enumerate(before[1:], 1):
        words = _unlinked(piece)
        alone = _LEVEL_ALONE.fullmatch(words)
        year = named_years[i]
        rest = _WHEN.sub(" ", words)
        if alone:
            level_name = re.sub(r"^(?:trong đó|riêng)\s+", "", alone["level"], flags=re.IGNORECASE)
            names.append(f"{head}: {level_name}")
            years.append(year or years[0])
        elif _MEASURED.match(match_key(re.sub(r"^[\s,;.]*(?:và\s+)?", "", rest))):
            names.append(re.sub(r"^[\s,;.]*(?:và\s+)?", "", rest))
            years.append(year or years[0])
        elif year and years[0] and year != years[0] and not re.search(r"\w", re.sub(r"\bvà\b", "", rest)):
            names.append(head)
            years.append(year)
        else:
            return [None] * len(before), [None] * len(before)
    cleaned = [_clean(name) for name in names]
    if len(names) > 1 and re.fullmatch(r"(?:tai|o|cua|doi voi|rieng)?", match_key(head)):  # levels of nothing
        return [None] * len(before), years
    return [None if _CHANGE.fullmatch(match_key(name)) else name for name in cleaned], years


def _year(text: str) -> int | None:
    """The year a target is for; the one it is compared with is none."""
    return horizon(re.sub(r"\bso với\b.*", "", text, flags=re.IGNORECASE))


def _unlinked(text: str) -> str:
    rest = _WHEN.sub(" ", text) if _WHEN.search(text) and not re.search(r"\btrước\b", text) else text
    return tidy(_LINK.sub("", rest)).lstrip(",;. ")


_WANTED = re.compile(
    r"phấn đấu[\s,:]+(?:(?:duy trì|bảo đảm|đảm bảo|nâng|đưa|để|có)\s+(?=t[ỷỉ] lệ|t[ỷỉ] trọng|số|mức))?(?=\w)",
    re.IGNORECASE,
)


def _clean(text: str) -> str:
    """A name without the time, what is of all of them in a bracket, and marks at its ends."""
    name = re.sub(r"[\s,]+trong đó$", "", tidy(_WHEN.sub(" ", text)).strip(" ,;.:"), flags=re.IGNORECASE)
    name = re.sub(r"\s*\(\d[^()]*\)$", "", name)
    if wanted := _WANTED.match(name):
        name = name[wanted.end()].upper() + name[wanted.end() + 1 :]
    if name.endswith(")") and name.count("(") < name.count(")"):
        name = name[:-1]
    return name.removeprefix("(") if name.count("(") > name.count(")") else name


def _row(bullet: _Bullet, target: _Target, code: str, year: int | None, remarks: Remarks) -> dict:
    bound = target.bound
    parents = [above.text.strip().rstrip(":;,. ") for above in bullet.parents if _is_named(above)]
    name = ": ".join([*(tidy(text) for text in parents[-1:]), target.name])
    years = [
        target.year,
        *(horizon(above.text) for above in bullet.parents[::-1]),
        *(horizon(heading) for heading in _headings(bullet.paragraph)[::-1]),
    ]
    line, char_from, char_to = bullet.paragraph.locator(target.start, target.end)
    unit_raw, unit = _unit(bullet, target, name, remarks)
    operator = BOUNDS.get(bound.word, ">=") if bound and target.kind == "threshold" else None
    if bound and unit == "rank" and not bound.word and operator:
        operator = "<="
    if bound and bound.word in ABOUT and target.kind == "range":
        remarks.of_paragraph("in_doubt.target_range_about", bullet.paragraph)
    elif bound and bound.word in ABOUT:
        remarks.of_paragraph("in_doubt.target_about", bullet.paragraph)
    return {
        "line": line,
        "code": code,
        "section": bullet.paragraph.section,
        "name": name,
        "name_key": match_key(name),
        "part": target.part or (target.name if parents else None),
        "unit_raw": unit_raw,
        "unit": unit,
        "year": next((found for found in years if found), year),
        "target_kind": target.kind,
        "operator": operator,
        "target_value": bound.value if bound and target.kind == "threshold" else None,
        "target_from": bound.low if bound else None,
        "target_to": bound.value if bound and target.kind == "range" else None,
        "raw_text": tidy(bullet.paragraph.text[target.start : target.end]),
        "char_from": char_from,
        "char_to": char_to,
    }


def _unit(bullet: _Bullet, target: _Target, name: str, remarks: Remarks) -> tuple[str | None, str | None]:
    if not target.bound:
        return None, None
    if target.bound.is_percent:
        if _YEARLY.match(bullet.now, target.bound.end):
            return "%/năm", "rate"
        if _is_change(target.name):
            return "%", "change"
        if not is_rate(name):
            return "%", "percent"
        remarks.of_paragraph("in_doubt.target_rate_in_percent", bullet.paragraph)
        return "%", "rate"
    key = match_key(name)
    if is_rate(name):
        return target.bound.unit, "rate"
    if target.bound.unit:
        return target.bound.unit, kind_of(target.bound.unit, name)
    if re.match(r"(?:tong )?so (?!hoa\b)", key):
        return None, "count"
    if re.search(r"\b(?:nhom|hang|top|thu hang|xep hang)\b", key):
        return None, "rank"
    remarks.of_paragraph("in_doubt.target_without_unit", bullet.paragraph)
    return None, None


def _is_change(name: str) -> bool:
    """Whether a name says by how much a thing changes, so that its percentage is no level of it."""
    before, _, after = name.partition(" … ")
    key = match_key(before)
    return bool(_CHANGE.fullmatch(key) if after else re.search(rf"\b{_CHANGING.pattern}$", key))
