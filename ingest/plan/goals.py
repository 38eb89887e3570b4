"""A target or a result as a cell states it: a bound, a range, part of a whole, words; and its unit."""

import re
from dataclasses import dataclass
from decimal import Decimal

from ingest.numerals import OPERATORS, number
from ingest.wording import match_key, tidy, unaccented

WORD = (
    r"[≥≤⩾⩽~≈]|[<>]=?|[=]>|=<|lớn hơn hoặc bằng|nhỏ hơn hoặc bằng|không dưới|không ít hơn"
    r"|không thấp hơn|không quá"
    r"|không vượt quá|tối thiểu|ít nhất|tối đa|cao hơn|lớn hơn|nhỏ hơn|thấp hơn|trên|hơn|vượt|dưới|khoảng"
    r"|xấp xỉ|gần|ước đạt|ước|từ|xuống còn|xuống|giảm còn|đạt"
)
BOUNDS = OPERATORS | {
    "⩾": ">=",
    "⩽": "<=",
    "=<": "<=",
    "lớn hơn hoặc bằng": ">=",
    "nhỏ hơn hoặc bằng": "<=",
    "không dưới": ">=",
    "không ít hơn": ">=",
    "không thấp hơn": ">=",
    "không vượt quá": "<=",
    "cao hơn": ">",
    "lớn hơn": ">",
    "vượt": ">",
    "nhỏ hơn": "<",
    "thấp hơn": "<",
    "từ": ">=",
    "trở lên": ">=",
    "trở xuống": "<=",
    "xuống": "<=",
    "xuống còn": "<=",
    "giảm còn": "<=",
}
ABOUT = {"khoảng", "xấp xỉ", "gần", "~", "≈", "ước đạt", "ước"}
_LEAD = r"(?:(?:phấn đấu|duy trì|giữ vững|bảo đảm|đảm bảo|đạt|tỷ lệ|mức|ở)\s+)*"
_N = r"\d[\d.,]*?"
_COUNTED_IN = r"[^\W\d_][^\d%,.;:()]{0,40}(?:/\s*\d[\d.]*\s*[^\W\d_]{1,12})?"
# Behind a per cent sign may stand what it is of: `100% hệ thống`.
_UNIT = rf"(?:(?P<unit>{_COUNTED_IN}|%\s*/\s*(?:năm|tháng|quý)|[%‰])(?:(?<=%) {_COUNTED_IN})?)"
_RANK = r"(?:xếp\s+)?(?:(?:thuộc|trong|vào|ở)\s+)?(?:top|nhóm|hạng|thứ hạng|thứ|vị trí)(?:\s+thứ)?"
_BOUND = re.compile(
    rf"{_LEAD}(?:(?P<rank>{_RANK})\s*)?(?P<word>{WORD})?\s*(?:đạt\s+)?(?P<number>{_N})\s*{_UNIT}?"
    r"(?P<up>\s*trở (?:lên|xuống))?\s*[.;]?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"{_LEAD}(?P<rank>{_RANK})?\s*(?:từ\s+)?(?P<low>{_N})\s*(?P<first>%|{_COUNTED_IN}?)?\s*(?:[-–—÷]|đến|tới)\s*"
    rf"(?P<high>{_N})\s*{_UNIT}?\s*[.;]?",
    re.IGNORECASE,
)
_SAYS = r"(?:đạt|chiếm|là|tức(?: là)?|tương (?:đương|ứng)|bằng|với|khoảng)"
# Between a percentage and the parts of it; without the sign nothing shorter sets two numbers apart.
_APART = rf"(?:\s*[(\[;]|,\s|\s*:\s|\s[–-]\s|\s+(?=\d|{_SAYS}))\s*"
_SHARE = re.compile(
    rf"{_LEAD}(?P<word>{WORD})?\s*(?P<share>{_N})(?:\s*(?P<sign>%)\s*(?:[(\[,;:–-]|(?={_SAYS}|\d))\s*|{_APART})"
    rf"(?:{_SAYS}\s+)*(?P<part>{_N})\s*/\s*(?P<whole>{_N})\s*[^\d()\[\]]{{0,30}}[)\]]?",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?P<word>{WORD})?\s*(?P<part>{_N})\s*/\s*(?P<whole>{_N})\s*(?P<unit>[^\W\d_][^\d%,.;:()\[\]]{{0,40}})?"
    rf"(?:(?:\s*[(\[,;]?\s*(?=[^%]*%)|{_APART})(?:{_SAYS}\s+)*(?P<share>{_N})\s*(?P<sign>%)?[)\]]?)?",
    re.IGNORECASE,
)
# `thứ 3/34 tỉnh, thành phố`
_PLACED = re.compile(
    rf"{_LEAD}(?P<rank>{_RANK})\s*(?P<place>\d{{1,3}})\s*/\s*(?P<of>\d{{1,3}})(?:\s+[^\W\d_][^\d%:()]{{0,40}})?[.;]?",
    re.IGNORECASE,
)
_SCANNED = re.compile(r"\d[OoIl](?!\w)|(?<!\w)[OoIl]\d")
_MILESTONE = re.compile(
    r"(?:(?:phan dau|da|phai|duoc)\s)*(?:hoan thanh|ban hanh|dat|co|xay dung|trien khai|duy tri"
    r"|dua vao|van hanh|thanh lap"
    r"|thiet lap|ket noi|to chuc|x)\b.*"
)
_CONTINUOUS = re.compile(
    r"(?:duy tri |dam bao |bao dam )?thuong xuyen\b.*|duy tri\b.*|lien tuc\b.*|han[gh] nam\b.*"
)

# The kind of a unit by its words, as a match key; what is none of these and counts things is 'count'.
_KINDS = (
    (
        "rank",
        # not `thủ tục`, `bác sĩ`, `hàng hóa`, whose keys begin alike
        r"(?:(?:trong|thuoc|vao|xep|thu|vi) )*(?:hang|bac|tri|vi tri|vi thu|thu tu|nhom|top|thu|xep)"
        r"(?: (?:thu|tinh|thanh pho|dia phuong|bo|nganh|dan dau|dau|cao|tot|kha|ca nuoc|toan quoc|quoc gia"
        r"|trong|cap|tren|cac|\w)\b.{0,20})?",
    ),
    ("time", r"(?:mili ?)?giay|ms|phut.*|gio.*|ngay.*|tuan|thang|nam"),
    ("speed", r"[kmgt]?bps|[kmgt]b s"),
    ("size", r"[kmgtp]b"),
    ("score", r"diem(?: so)?|chi so"),
    ("area", r"ha|km2?|m2?|hecta|mét"),
    ("money", r"(?:(?:nghin|ngan|trieu|ty|ti) )*(?:dong|usd|vnd|do la(?: my)?)"),
)
_COUNTED = re.compile(
    r"(?:(?:nghin|ngan|trieu|ty|ti|chuc|tram) )?(?:nguoi|tai khoan|tk|dich vu|dvc|thu tuc|tthc"
    r"|ho so|hs|co so|csdl|he thong|nen tang"
    r"|doanh nghiep|dn|xa|phuong|thon|to|huyen|tinh|don vi|co quan|thue bao|tb|ho|ho gia dinh|tram"
    r"|diem phuc vu|diem|luot"
    r"|may|chiec|cai|thiet bi|mo hinh|san pham|lop|khoa|giao dich|van ban|kenh|cong|trang|ung dung"
    r"|phan mem|khu|trung tam"
    r"|sinh vien|nhan luc|lao dong|can bo|ky su|to chuc|so luong|kwh|truong|benh vien|chuong trinh"
    r"|du an|nhiem vu|cuoc"
    r"|hop tac xa|htx|dich vu cong|co so du lieu|so nguoi|khach hang|ban|chi tieu)(?: .{1,30})?"
)
_PER = re.compile(
    r"\w\s*/\s*(?:\d[\d.,]*\s*)?(?:dan|nguoi|ho|van|xa|nam|thang|ngay|ho so|lan|giao dich"
    r"|doanh nghiep)\b|\btren (?:(?:\d[\d.]*|mot|moi) (?:(?:van|nghin|ngan|trieu) )?|van )(?:dan|nguoi|ho)\b"
)


@dataclass(frozen=True)
class Goal:
    """`kind`: 'threshold', 'range', 'milestone', 'continuous'. `word`: what bounds the number, as printed.

    `value` to `upper` is a range; `value` of `whole` a part. Of `54% (80/148)` the percentage is the value;
    `share` is what was printed and `parts` what it is of.
    """

    kind: str
    operator: str | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    whole: Decimal | None = None
    share: Decimal | None = None
    parts: tuple[Decimal, Decimal] | None = None
    unit: str | None = None
    word: str = ""


_COMPARED = re.compile(r"\s*\((?:tăng|giảm|cao hơn|thấp hơn)\b[^()]*\bso với\b[^()]*\)\s*$", re.IGNORECASE)


def without_comparison(text: str) -> str:
    """`68,4%` of `68,4% (tăng 12% so với năm 2023)`."""
    return _COMPARED.sub("", text)


def _plain(text: str) -> str:
    """Without spaces between thousands, `1 204 500`, and the mark of a footnote, `8,2 (1)`, `6,03*`."""
    text = re.sub(r"(?<=[\d%])\s*(?:\(\d{1,2}\)|\(?\*+\)?)$", "", without_comparison(text).strip())
    return re.sub(r"(?<![\d.,])\d{1,3}(?:\s\d{3})+(?!\d)", lambda match: re.sub(r"\s", "", match[0]), text)


def numerals(text: str, is_percent: bool = False) -> list[str]:
    """The digits of a cell that states a bound, a range or a part; none for words. `is_percent`: see
    `read_goal`."""
    text = _plain(text)
    for form, names in (
        (_PLACED, ("place",)),
        (_SHARE, ("share", "part", "whole")),
        (_PART, ("part", "whole")),
        (_RANGE, ("low", "high")),
        (_BOUND, ("number",)),
    ):
        match = form.fullmatch(text.strip())
        if match and _is_signed(match, is_percent):
            return [match[name] for name in names]
    return []


def _is_signed(match: re.Match[str], is_percent: bool) -> bool:
    """Whether a number beside a fraction is its percentage."""
    found = match.groupdict()
    return is_percent or bool(found.get("sign")) or not found.get("share")


def read_goal(text: str, mark: str, is_percent: bool = False) -> Goal:
    """ValueError where the text is neither a number with its bounds nor words of a milestone or a duty.

    `is_percent`: the table says that its numbers are per cent, so that `58,2 (174.600/300.000)` is a share.
    """
    text, key = _plain(text), match_key(text)
    if _SCANNED.search(text):
        raise ValueError(f"{text!r} has a letter where a digit belongs")
    if (match := _PLACED.fullmatch(text)) and int(match["place"]) <= int(match["of"]):
        place, of = Decimal(match["place"]), Decimal(match["of"])
        return Goal("threshold", "<=", place, whole=of, unit=tidy(match["rank"]))
    match = _SHARE.fullmatch(text)
    if match and _is_signed(match, is_percent):
        share, part, whole = (number(match[name], mark) for name in ("share", "part", "whole"))
        word = _word(match)
        operator = BOUNDS.get(word, ">=")
        return Goal(
            "threshold", operator, share, share=share, parts=(part, whole), unit=match["sign"], word=word
        )
    match = _PART.fullmatch(text)
    if match and _is_signed(match, is_percent):
        stated = number(match["share"], mark) if match["share"] else None
        word, part, whole = _word(match), number(match["part"], mark), number(match["whole"], mark)
        if part <= whole:
            parts = (part, whole)
            return Goal(
                "threshold", BOUNDS.get(word, ">="), part, None, whole, stated, parts, match["unit"], word
            )
    elif match := _RANGE.fullmatch(text):
        low, high = number(match["low"], mark), number(match["high"], mark)
        if low < high:
            unit = match["rank"] or match["unit"] or match["first"]
            return Goal("range", None, low, high, unit=tidy(unit) if unit else None)
    elif match := _BOUND.fullmatch(text):
        word = _word(match)
        unit = match["rank"] or match["unit"]
        up = (match["up"] or "").lower()
        if re.match(r"(?:trở|số|so với|mỗi)\b", unit or "", re.IGNORECASE):
            unit, up = None, up or (unit or "").lower()
        operator = {"lên": ">=", "xuống": "<="}.get(up.rpartition(" ")[2], BOUNDS.get(word, ">="))
        if "số" not in up and "so với" not in up:
            unit = tidy(unit) if unit else None
            word = word or tidy(up).lower()
            return Goal("threshold", operator, number(match["number"], mark), unit=unit, word=word)
    if "%" not in text and _CONTINUOUS.fullmatch(key):
        return Goal("continuous")
    if "%" not in text and not re.match(r"dat \d", key) and _MILESTONE.fullmatch(key):
        return Goal("milestone")
    raise ValueError(f"{text!r} is no target such as 80%, >80%, 70-80%, Hoàn thành, Thường xuyên")


def _word(match: re.Match[str]) -> str:
    return tidy(match["word"] or "").lower()


def unit_kind(text: str | None) -> str | None:
    """`%` is 'percent', `Phút` 'time', `Thứ hạng` 'rank', `người/100 dân` 'rate', `Nghìn người` 'count'.

    'other' for words that name no unit known; None for no words.
    """
    text = tidy(text or "")
    if re.fullmatch(r"%\s*/\s*(?:năm|tháng|quý)", text, re.IGNORECASE):
        return "rate"
    if text in ("%", "‰"):
        return "percent" if text == "%" else "rate"
    if not re.search(r"[^\W\d_]", text):
        return None
    key = match_key(text)
    if re.fullmatch(r"(?:ty|ti) le|phan tram", key):
        return "percent"
    if kind := next((kind for kind, words in _KINDS if re.fullmatch(words, key)), None):
        return kind
    if is_rate(text):
        return "rate"
    if "%" in text:
        return "other"
    return "count" if _COUNTED.fullmatch(key) else "other"


_SPOTS = re.compile(
    r"(?:tong )?so (?:luong )?diem (?!so\b|danh gia|trung binh|chi so|xep|tong|cham|dat\b|thuong|cua)"
    r"|.*\b(?:wi ?fi|diem (?:truy cap|phat|phuc vu|giao dich|buu dien|tiep nhan|ket noi|cung cap|thu phat|ban"
    r"|cong cong|internet|cau|den|truy nhap|cham soc|dai ly|thanh toan|lap dat)\b)"
)


def kind_of(unit: str | None, name: str) -> str | None:
    """As `unit_kind`, of a unit beside a name: `điểm` counts spots where the name is of such, else marks."""
    kind = unit_kind(unit)
    is_spot = kind == "score" and match_key(unit or "") == "diem" and _SPOTS.match(match_key(name))
    return "count" if is_spot else kind


def is_rate(text: str) -> bool:
    """Whether the words say so many per so many: `thuê bao/100 dân`."""
    return bool(_PER.search(unaccented(text)))


_BRACKET = re.compile(r"\(\s*(?:(?:đvt|đơn vị(?: tính)?)\s*:?\s*)?([^()]{1,40}?)\s*\)\s*$", re.IGNORECASE)


def unit_in_brackets(text: str) -> str | None:
    """`tài khoản` of `Số tài khoản đã kích hoạt (tài khoản)`; None where the bracket holds no known unit."""
    match = _BRACKET.search(text)
    return match[1] if match and unit_kind(match[1]) not in (None, "other") else None
