"""Whose plan a document is and for when: by its title, decision, header, signature and first lines.

What the document does not say stays None. Which organisation of the registry that is, the warehouse decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.plan.document import Document, Line
from ingest.plan.remarks import Remarks
from ingest.wording import match_key, tidy


@dataclass(frozen=True)
class Given:
    """What whoever sends a plan says about it. It wins over what the document says."""

    org: str | None = None
    year: int | None = None


NOTHING = Given()


@dataclass(frozen=True)
class Place:
    """An organisation as a text names it, the innermost one, and the province it belongs to."""

    organisation: str
    level: str
    province: str | None


@dataclass(frozen=True)
class Piece:
    """A line, or a cell of a row of the head that is set as a table."""

    line: int
    text: str
    key: str


LEVELS = {
    "tỉnh": "province",
    "thành phố": "province",  # or a district's, see `_level`
    "quận": "district",
    "huyện": "district",
    "thị xã": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
}
_ORDER = ("province", "district", "commune")
_CENTRAL = {"ha noi", "ho chi minh", "hai phong", "da nang", "can tho", "hue"}  # cities that are provinces
_UNIT = re.compile(rf"(?<!\w)({'|'.join(LEVELS)})\s+(?=\S)", re.IGNORECASE)
# `cấp tỉnh`, `các xã` name nobody; `xã hội`, `tỉnh ủy`, `thành phố thông minh` are other words.
_NOT_AFTER = re.compile(r"(?:cấp|các|từng|mỗi|những|toàn|đoàn|thị)\s*$", re.IGNORECASE)
_NO_NAME = {"hội", "đoàn", "lộ", "nhà"}
# Words, or a word and the next one, at which a name ends.
_ENDS = re.compile(
    "năm|giai|đến|tầm|về|theo|trong|và|của|tại|do|chuyển|thực|triển|kho[áa]|khóa|lần|số|kèm|ngày|chủ|trên|phê"
    "|ủy|uỷ|ubnd|tháng|cấp|quyết"
)
_PAIRS = {
    "định hướng",
    "kế hoạch",
    "chương trình",
    "ban hành",
    "thông minh",
    "công an",
    "từ năm",
    "từ ngày",
    "cộng hòa",
    "cộng hoà",
}
_MINISTRIES = (
    "Quốc phòng",
    "Công an",
    "Ngoại giao",
    "Nội vụ",
    "Tư pháp",
    "Kế hoạch và Đầu tư",
    "Tài chính",
    "Công Thương",
    "Nông nghiệp và Phát triển nông thôn",
    "Nông nghiệp và Môi trường",
    "Giao thông vận tải",
    "Xây dựng",
    "Tài nguyên và Môi trường",
    "Thông tin và Truyền thông",
    "Lao động - Thương binh và Xã hội",
    "Văn hóa, Thể thao và Du lịch",
    "Khoa học và Công nghệ",
    "Giáo dục và Đào tạo",
    "Y tế",
    "Dân tộc và Tôn giáo",
)
_MINISTRY = re.compile(rf"(?<!\w)(?<!cac )bo ({'|'.join(map(match_key, _MINISTRIES))})\b")
_AGENCY = re.compile(
    r"(?<!\w)(?<!các )(?<!CÁC )(?:Sở|SỞ)\s+"
    r"((?:(?!\s(?:năm|giai đoạn|tỉnh|thành phố|đến|NĂM|GIAI ĐOẠN|TỈNH|THÀNH PHỐ|ĐẾN)\b)[^,;.:()\d])+)"
)
_DATE = re.compile(r"(?:ngày\s*\S*\s*)?tháng\s*(?:\d{1,2}|[^\w\s]*)\s*năm\s*\d{4}", re.IGNORECASE)
_ISSUED = re.compile(
    r"(?:(?:số\s*:?\s*\S+\s+)?[^,;.:]{2,40},\s*|.*kèm theo.*)"
    r"ngày\s*(\d{1,2})(?:\s*tháng\s*|[/.-])(\d{1,2})(?:\s*năm\s*|[/.-])(\d{4})\b.{0,80}",
    re.IGNORECASE,
)
_YEAR = r"((?:19|20)\d{2})"
_PERIOD = re.compile(
    rf"(?:giai đoạn|từ năm|từ|năm)\s*{_YEAR}\s*(?:[-–—]|đến)\s*(?:hết\s*)?(?:năm\s*)?{_YEAR}", re.IGNORECASE
)
_BOTH = re.compile(rf"\bnăm\s+{_YEAR}\s*(?:và|,)\s*(?:năm\s+)?{_YEAR}", re.IGNORECASE)
_OF_YEAR = re.compile(rf"\bnăm\s+{_YEAR}(?!\s*[-–—]\s*\d)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:đến|tới|tầm nhìn|hướng|từ|trước|sau|kể)\s*(?:hết|cuối)?\s*$", re.IGNORECASE)
_BARE = re.compile(rf"(?<![\d./-]){_YEAR}(?![\d./-])")

_KIND = r"ke hoach|chuong trinh|de an|chien luoc|danh muc"
_HEAD = re.compile(rf"(?:du thao )?(?:{_KIND})")
_TITLE = re.compile(rf"(?:du thao )?(?:{_KIND}) .*")
_DECIDED = re.compile(
    r"(?:v v|ve viec|ve)?\s*(?:ban hanh|phe duyet|dieu chinh|sua doi|bo sung).*"
    r"\b(?:ke hoach|chuong trinh|de an)\b.*"
)
_DIGITAL = re.compile(r"\b(?:chuyen doi so|phat trien .*so|chinh quyen so|kinh te so|xa hoi so|ha tang so)\b")
_BEGINS_TEXT = re.compile(r"(?:can cu|thuc hien|kinh gui|phu luc|(?:phan|muc|chuong) (?:thu|[ivx\d]+))\b")
_NUMBERED = re.compile(r"(?:[IVX]+|\d+|[A-Z])[.)]\s|[-+*•(|]")
_GOES_ON = re.compile(r"(?:nam|giai doan|tren dia ban|cua|tinh|thanh pho|den|va|tam nhin|dinh huong)\b")
_KEM_THEO = re.compile(r"\bkem theo\b.*\b(?:quyet dinh|ke hoach|nghi quyet|cong van)\b")
_ISSUER = re.compile(
    r"\b(?:của )?((?:Ủy|Uỷ) ban nhân dân (?:tỉnh|thành phố|huyện|thị xã|xã|phường|thị trấn) [^)(;,.]+)\)",
    re.IGNORECASE,
)
_ISSUES = re.compile(r"(.{4,80}?)\s+(?:ban hành|xây dựng)\s+kế hoạch\b", re.IGNORECASE)
_SETS_UP = re.compile(r"\b(?:ban hanh|xay dung|lap) ke hoach\b")
_COMMITTEE = re.compile(r"(?:ubnd|uy ban nhan dan|hoi dong nhan dan|hdnd|ban chi dao)\b")
_SIGNED = re.compile(r"(?:tm|t m|kt)\b")
_AMENDS = re.compile(r"\b(?:dieu chinh|sua doi|bo sung|thay the)\b.*\b(?:ke hoach|quyet dinh|chuong trinh)\b")
_RESULTS = re.compile(r"danh gia ket qua.*\bnam (\d{4})")
_AIMED = re.compile(r"(?:muc tieu|chi tieu|nhiem vu|phu luc|danh muc)\b")
_LONGEST = 300  # characters of a line that may be a title
_OPENING = 200  # lines in which the decision is named
_HEADER = 16  # lines of the head, above the title


def identify(document: Document, given: Given, remarks: Remarks) -> dict[str, Any]:
    """The row of `plan_documents`. What is inferred, or is not what was given, is remarked.

    `result_year` is the one that a heading of results states.
    """
    pieces = list(_pieces(document.lines))
    title, rest = _title(pieces)
    heads = [piece for piece in (title, *_decisions(pieces)) if piece]
    at = title.line if title else 1
    place, province = _place(pieces, heads)
    span = next(filter(None, (years_of(piece.text) for piece in heads)), None)
    issued_on = _issued_on(pieces)
    if span is None and given.year is None:
        span = _inferred(pieces, issued_on, remarks)
    year = given.year or (span and span[1])
    org = given.org or (place and place.organisation)
    read = span[1] if span else None
    if given.year and read and read != given.year:
        remarks.add("given_otherwise.year", at, str(read), given=given.year, read=read)
    if given.org and place and not _same_name(given.org, place):
        named = place.organisation
        remarks.add("given_otherwise.organisation", at, named, given=given.org, read=named)
    amends = next((piece for piece in heads if _AMENDS.search(piece.key)), None)
    if amends:
        remarks.add("amendment.of_plan", amends.line, amends.text)
    read_place = place if place and (not given.org or _same_name(given.org, place)) else None
    level = read_place.level if read_place else _level_of(given.org)
    results = (match for piece in pieces if len(piece.text) < 200 and (match := _RESULTS.search(piece.key)))
    stated_results = next((int(match[1]) for match in results), None)
    return {
        "title": rest,
        "issuer": _issuer(pieces),
        "province": province or (_bare(org) if org and level == "province" else None),
        "year": year,
        "result_year": stated_results,
        "line_count": document.lines[-1].number if document.lines else 0,
        "organisation": read_place.organisation if read_place else given.org,
        "level": level,
        "year_from": span[0] if span and span[1] == year else year,
        "issued_on": issued_on,
        "is_amendment": amends is not None,
        "given_org": given.org,
        "given_year": given.year,
    }


def later_plans(document: Document, remarks: Remarks) -> list[tuple[int, int]]:
    """Line and year of each further plan in the document: the word KẾ HOẠCH above a title, once more."""
    pieces = list(_pieces(document.lines))
    found = []
    for at, piece in enumerate(pieces):
        if re.fullmatch("(?:du thao )?(?:ke hoach|chuong trinh|de an)", piece.key):
            body = _below(pieces[at + 1 : at + 6])
            found.append((piece, body, years_of(body) if body else None))
    later = [(piece, body, span[1]) for piece, body, span in found[1:] if body and span]
    for piece, body, year in later:
        remarks.add("in_doubt.another_plan", piece.line, f"{piece.text} {body}", year=year)
    return [(piece.line, year) for piece, _, year in later]


def years_of(text: str) -> tuple[int, int] | None:
    """First and last year that a title is about: `năm 2025`, `giai đoạn 2023-2025`, `đến năm 2030`.

    A horizon (`đến năm 2030`, `tầm nhìn 2045`) counts only where nothing else is said; a date is none.
    """
    text = _DATE.sub(" ", text)
    if (both := _BOTH.search(text)) and both[1] < both[2]:
        return int(both[1]), int(both[2])
    of_year = [match for match in _OF_YEAR.finditer(text) if not _UNTIL.search(text[: match.start()])]
    if of_year:
        return int(of_year[0][1]), int(of_year[0][1])
    if period := _PERIOD.search(text):
        first, last = sorted((int(period[1]), int(period[2])))
        return first, last
    if horizon := _OF_YEAR.search(text) or _BARE.search(text):
        return int(horizon[1]), int(horizon[1])
    return None


def place_of(text: str) -> Place | None:
    """The innermost organisation that a text names, such as `xã Ia O, huyện Ia Grai, tỉnh Gia Lai`."""
    units = list(_units(text))
    province = next((name for _, name, level in units if level == "province"), None)
    if not re.search(r"trên địa bàn (?=tỉnh|thành phố|huyện|xã|phường|thị)", text, re.IGNORECASE):
        if ministry := _MINISTRY.search(match_key(text)):
            name = next(name for name in _MINISTRIES if match_key(name) == ministry[1])
            return Place(f"Bộ {name}", "ministry", province)
        if (agency := _AGENCY.search(text)) and not re.search(r"\bcủa các\s*$", text[: agency.start()]):
            return Place(_agency(agency[1], units), "agency", province)
    if not units:
        return None
    word, name, level = max(units, key=lambda unit: _ORDER.index(unit[2]))
    # several communes of a province have one name
    within = next((f", {unit} {of}" for unit, of, at in units if level == "commune" and at == "district"), "")
    return Place(f"{word.capitalize()} {name}{within}", level, province)


def _units(text: str) -> Iterator[tuple[str, str, str]]:
    """The word, the name and the level of each unit of territory."""
    found = []
    for match in _UNIT.finditer(text):
        name = (
            None if _NOT_AFTER.search(text[: match.start()]) else _name(match[1].lower(), text[match.end() :])
        )
        if name:
            found.append((match[1].lower(), name))
    has_province = any(word == "tỉnh" for word, _ in found)
    for word, name in found:
        is_district = word == "thành phố" and (has_province or match_key(name) not in _CENTRAL)
        yield word, name, "district" if is_district else LEVELS[word]


def _name(unit: str, text: str) -> str | None:
    """The proper name a text begins with: words with a capital, until something else begins."""
    words: list[str] = []
    parts = text.split()[:8]
    for word, following in zip(parts, [*parts[1:], ""], strict=True):
        bare = word.strip(",.;:)(\"'“”|")
        if bare in ("-", "–") and words:
            words.append("-")
            continue
        pair = f"{bare} {following.strip(',.;:)')}".lower()
        if bare.isdigit() and following.lower() == "tháng":
            break
        is_name = bare[:1].isupper() or bare[:1].isdigit()
        if not is_name or _ENDS.fullmatch(bare.lower()) or pair in _PAIRS or re.fullmatch(r"\d{4}", bare):
            break
        if not words and bare.isupper() and unit in ("xã", "tỉnh") and bare.lower() in _NO_NAME:
            break
        words.append(bare.capitalize() if bare.isupper() and len(bare) > 1 else bare)
        if bare != word.lstrip("(\"'“") or len(words) > 5:
            break
    return " ".join(words).rstrip("- ") or None


def _agency(name: str, units: list[tuple[str, str, str]]) -> str:
    name = tidy(name).strip(" -–")
    name = name[:1] + name[1:].lower() if name.isupper() else name
    province = next((f" {word} {unit}" for word, unit, level in units if level == "province"), "")
    return f"Sở {name}{province}"


def _pieces(lines: Iterable[Line]) -> Iterator[Piece]:
    for line in lines:
        cells = re.split(r"\t|\s\|\s|^\s*\||\|\s*$", line.text)
        for cell in cells if len(cells) < 4 else [line.text]:
            if text := tidy(cell.lstrip("#> ")):
                yield Piece(line.number, text, match_key(text[:_LONGEST]))


def _title(pieces: list[Piece]) -> tuple[Piece | None, str | None]:
    """The line of the title, with all of its text, and the title as it is called."""
    for at, piece in enumerate(pieces):
        if _HEAD.fullmatch(piece.key) and (body := _below(pieces[at + 1 : at + 6])):
            kind = piece.text if body.isupper() else piece.text.capitalize()
            return Piece(piece.line, f"{kind} {body}", match_key(f"{kind} {body}")), f"{kind} {body}"
    for at, piece in enumerate(pieces):
        is_title = len(piece.text) <= _LONGEST and _DIGITAL.search(piece.key) and not piece.text.endswith(";")
        if not is_title or _begins_text(piece):
            continue
        if _TITLE.fullmatch(piece.key) and (at < 40 or years_of(piece.text)):
            text = " ".join([piece.text, *_continued(piece, pieces[at + 1 : at + 4])])
            return Piece(piece.line, text, match_key(text)), text
        if not _DECIDED.match(piece.key) and years_of(piece.text) and place_of(piece.text):
            text = re.sub(r".*?(?=chuyển đổi số)", "", piece.text, count=1, flags=re.IGNORECASE)
            return piece, f"Kế hoạch {text}"
    return None, None


def _below(pieces: list[Piece]) -> str | None:
    """The lines under the word KẾ HOẠCH that are its title."""
    if not pieces or len(pieces[0].text) > _LONGEST:
        return None
    first = pieces[0]
    is_carried_out = first.key.startswith("thuc hien ") and first.text[-1] not in ".;:,"
    if _begins_text(first) and not (is_carried_out and not _SETS_UP.search(first.key)):
        return None
    return " ".join([pieces[0].text, *_continued(pieces[0], pieces[1:])])


def _continued(first: Piece, following: list[Piece]) -> Iterator[str]:
    """What of the following lines is still the title that `first` begins."""
    for piece in following:
        is_more = piece.text[0].islower() or (first.text.isupper() and piece.text.isupper())
        is_more = is_more or bool(_GOES_ON.match(piece.key))
        if not is_more or _begins_text(piece) or _COMMITTEE.match(piece.key) or len(piece.text) > 160:
            return
        yield piece.text


def _begins_text(piece: Piece) -> bool:
    return bool(_BEGINS_TEXT.match(piece.key) or _NUMBERED.match(piece.text))


def _decisions(pieces: list[Piece]) -> Iterator[Piece]:
    """What the decision says it issues, and the note that says with which decision a plan was issued."""
    for at, piece in enumerate(pieces[:_OPENING]):
        if _DECIDED.match(piece.key) and len(piece.text) <= _LONGEST:
            text = " ".join([piece.text, *_continued(piece, pieces[at + 1 : at + 3])])
            yield Piece(piece.line, text, match_key(text))
        elif _KEM_THEO.search(piece.key) and len(piece.text) <= _LONGEST:
            after = pieces[at + 1].text if at + 1 < len(pieces) and not piece.text.endswith(")") else ""
            yield Piece(piece.line, f"{piece.text} {after}".strip(), piece.key)


def _place(pieces: list[Piece], heads: list[Piece]) -> tuple[Place | None, str | None]:
    """Whose plan it is, from the first text that says so, and the province from the first that does."""
    places = [place for text in _where(pieces, heads) if (place := place_of(text))]
    if not places:
        return None, None
    place = places[0]
    if place.level == "ministry":
        return place, None
    return place, next((each.province for each in places if each.province), None)


def _where(pieces: list[Piece], heads: list[Piece]) -> Iterator[str]:
    """Texts that may say whose plan it is, the surest first."""
    agency = next(_agencies(pieces), None)
    if agency and heads and re.search(r"\bnganh\b", heads[0].key):  # of a sector, whose agency issues it
        yield agency
    yield from (piece.text for piece in heads)
    if agency:
        yield agency
    for at, piece in enumerate(pieces[:_HEADER]):
        if _COMMITTEE.match(piece.key) and len(piece.text) < 120:
            after = pieces[at + 1].text if at + 1 < len(pieces) else ""
            yield f"{piece.text} {after}" if len(after) < 60 and not place_of(piece.text) else piece.text
        elif _MINISTRY.match(piece.key) and len(piece.text) < 60:
            yield piece.text
    for at, piece in enumerate(pieces):
        if _SIGNED.match(piece.key) and len(piece.text) < 120:
            after = pieces[at + 1].text if at + 1 < len(pieces) and len(pieces[at + 1].text) < 60 else ""
            yield piece.text if place_of(piece.text) else f"{piece.text} {after}"
    yield from (issues[1] for piece in pieces[:_OPENING] if (issues := _ISSUES.match(piece.text)))
    for piece in pieces[:60]:
        if here := re.search(r"trên địa bàn (?=tỉnh|thành phố|huyện|thị xã|xã|phường|thị trấn)", piece.text):
            yield piece.text[here.end() : here.end() + 80]


def _agencies(pieces: list[Piece]) -> Iterator[str]:
    """The agency of a head such as `UBND TỈNH HẢI DƯƠNG` above `SỞ Y TẾ`, or that says what it issues."""
    for at, piece in enumerate(pieces[:_OPENING]):
        if (issues := _ISSUES.match(piece.text)) and match_key(issues[1]).startswith("so "):
            yield issues[1]
        if at >= _HEADER:
            continue
        above = _COMMITTEE.match(pieces[at - 1].key) if at else None
        if above and piece.key.startswith("so ") and len(piece.text) < 60:
            yield f"{piece.text} {pieces[at - 1].text.split(' ', len(above[0].split()))[-1]}"


def _issuer(pieces: list[Piece]) -> str | None:
    named = _ISSUER.search(" ".join(piece.text for piece in pieces[:_OPENING]))
    if named:
        return tidy(named[1])
    for at, piece in enumerate(pieces[:_HEADER]):
        if _COMMITTEE.match(piece.key) and len(piece.text) < 120:
            after = pieces[at + 1].text if at + 1 < len(pieces) and not place_of(piece.text) else ""
            if place := place_of(f"{piece.text} {after}"):
                return f"Ủy ban nhân dân {place.organisation[:1].lower()}{place.organisation[1:]}"
    return None


def _issued_on(pieces: list[Piece]) -> date | None:
    """The day beside the place, or the one the decision bears; None where it is left blank."""
    for piece in pieces:
        if (match := _ISSUED.fullmatch(piece.text)) and not _BEGINS_TEXT.match(piece.key):
            try:
                return date(int(match[3]), int(match[2]), int(match[1]))
            except ValueError:
                continue
    return None


def _inferred(pieces: list[Piece], issued_on: date | None, remarks: Remarks) -> tuple[int, int] | None:
    """The year that all headings of targets and appendices name, else that of the day of issue; remarked."""
    headings = [p for p in pieces if _AIMED.match(p.key) and len(p.text) < 160 and "|" not in p.text]
    spans = {span: piece for piece in headings if (span := years_of(piece.text))}
    if len(spans) == 1:
        ((span, piece),) = spans.items()
        remarks.add("year_inferred.from_heading", piece.line, piece.text, year=span[1])
        return span
    if not spans and issued_on and issued_on.month < 10:
        remarks.add("year_inferred.from_day", 1, issued_on.isoformat(), year=issued_on.year)
        return issued_on.year, issued_on.year
    return None


def _same_name(given: str, place: Place) -> bool:
    """Whether a name, or the id of an organisation such as `gia_lai`, may be the one that the text has."""
    asked = match_key(re.sub(r"@\d+$", "", given).replace("_", " "))
    known = match_key(place.organisation)
    return f" {asked} " in f" {known} " or f" {known} " in f" {asked} "


def _level_of(org: str | None) -> str | None:
    """The level that the first words of a name say."""
    place = place_of(org) if org else None
    return place.level if place else None


def _bare(org: str) -> str:
    """The name without the word that says what it is."""
    return re.sub(rf"^(?:{'|'.join(LEVELS)})\s+", "", org, flags=re.IGNORECASE)
