"""What a title, or a line between the rows of a table, says of the figures below it: whose they are, or that
they are not those counted in the period, as `Tháng trước` or `Kế hoạch`. A line is understood as a whole or
not at all.
"""

import re
from functools import lru_cache

from ingest.registry.organisations import organisations
from ingest.wording import match_key, plain, tidy

# Of keys: what figures are that are not those counted in the period itself.
_OTHER = (
    r"(?:cua |so lieu )?(?:(?:thang|ky|quy|nam|tuan|lan)(?: bao cao)? (?:truoc|lien ke|ke truoc|sau|toi)"
    r"|cung ky|dau (?:ky|thang|quy)|(?<!thang )dau nam|truoc do"
    r"|ke hoach|chi tieu (?:duoc )?giao|giao chi tieu|chi tieu|muc tieu|du toan|du bao|phan dau"
    r"|phat trien moi|moi phat trien|phat sinh moi|tang moi|roi mang|tang giam|chenh lech|tang|giam"
    r"|so sanh|so voi|ty le)"
)
_FILLING = (
    r"(?:ghi chu|nguon|so lieu|so luong|ket qua|bao cao|thuc hien|tong hop|so|nam|thang|quy|ky|giao"
    r"|duoc giao|trong|cua|cac"
    r"|bang|bieu|muc|phan|dat|20\d\d|[ivx]+|[a-e]|\d{1,2})"
)
_ONLY_OTHER = re.compile(rf"(?:{_FILLING} )*{_OTHER}(?: (?:{_OTHER}|{_FILLING}))*")
_HAS_OTHER = re.compile(rf"\b{_OTHER}\b")
_TIMES = re.compile(
    r"\b(?:(?:thang|ky|quy|nam)(?: bao cao)? (?:truoc|lien ke|ke truoc)|cung ky|(?:dau|ra) ky)\b"
)
# Groups of units, and words that leave figures what they are.
_UNDERSTOOD = (
    r"so ban nganh",
    r"ban nganh(?: doan the)?",
    r"so va tuong duong",
    r"(?:cac )?so",
    r"uy ban nhan dan|hoi dong nhan dan|ubnd|hdnd|vp|van phong",
    r"cap (?:tinh|huyen|xa|so|phong|co so)",
    r"tinh|huyen|thi xa|thanh pho|xa|phuong|thi tran|dac khu|tp|tx|tt",
    r"cac|nhung|khoi|nhom|cum|don vi|co quan|to chuc|dia phuong|dia ban|noi|so thu tu|stt|tt",
    r"(?:khu vuc|vung|phia|cum)(?: phia)? (?:dong|tay|nam|bac)(?: (?:nam|bac))?|khu vuc|vung",
    r"chuyen mon|truc thuoc|thuoc|hanh chinh|nha nuoc|su nghiep|cong lap|trung uong|tw|nganh doc|nganh",
    r"dong(?: chan)?(?= tren dia ban)|quan ly|chi cuc|cuc|phong ban|trung tam|ban quan ly"
    r"|doanh nghiep nha nuoc",
    r"va|cua|tren|tai|o|voi|con lai|khac|gia lai|chinh quyen|danh sach|ten|bao gom|gom|trong do|chi tiet"
    r"|cu the",
    r"kinh te|van hoa|xa hoi|noi chinh|khoa giao|dang|doan the|mat tran|luc luong vu trang",
    r"so lieu|so luong|ket qua|bao cao|tinh hinh|tong hop|thong ke|thuc hien|chinh thuc|theo|duoc|den|het"
    r"|ngay"
    r"|tinh den|cap nhat|chot",
    r"thuc te|uoc tinh|uoc thuc hien|uoc dat|uoc|so uoc|tam tinh|so bo|du kien",
    r"(?:thang|ky|quy|nam) (?:nay|bao cao)|cuoi (?:ky|thang|quy|nam)",
    r"nha mang|vinaphone",
    r"bang|bieu|mau|so|bc|phan|muc|phu luc|tiep theo|tiep|to|trang|so trang",
)
_PLAIN_UNIT = (
    r"nguoi|tai khoan|tk|cong dan|ho so|hs|thu tuc|tthc|dich vu|thue bao|tb|ho|ho gia dinh|giao dich|diem"
    r"|phan tram"
)
_UNIT_OF_MEASURE = re.compile(rf"(?:(?:don vi tinh|dvt|don vi) )?(?:(?:{_PLAIN_UNIT})(?: va | |$))+")
# The names of units begin so, with their diacritics; `số` and `báo cáo` are none.
_UNIT = re.compile(
    r"(?:ubnd|[uủ][yỷ] ban nhân dân|huyện|thị xã|thành phố|tp\.?|tx\.?|xã|phường|thị trấn|tt\.?|sở|ban"
    r"|văn phòng"
    r"|chi cục|cục|thanh tra|công an|trường|bệnh viện|trung tâm|chi nhánh|đài|báo(?! cáo)|viện|phòng|trạm"
    r"|bộ chỉ huy"
    r"|tỉnh|ca(?=\s(?:huyện|h\.|tp|tx|thị|thành phố|xã|phường))|ca(?:tp|tx|h)|ttvt"
    r"|kho bạc|bảo hiểm|tòa án|toà án|liên minh|hội|quỹ|công ty|bưu điện|cụm)[\s.].*"
)
_BARE_UNIT = re.compile(
    r"(?:ubnd|uy ban nhan dan|huyen|thi xa|thanh pho|tp|tx|xa|phuong|thi tran|tt|so(?! (?:lieu|luong|dau"
    r"|cuoi|ky"
    r"|moi|phat|uoc|thang|du|luy|cong|chi|ke|voi|sanh))|ban|van phong|chi cuc|cuc|thanh tra|cong an|truong"
    r"|benh vien|trung tam|chi nhanh|dai|bao(?! cao)|vien|phong|tram|tinh|kho bac|cong ty|buu dien) .*"
)
_PREFIX = re.compile(
    r"^(?:ubnd |uy ban nhan dan |cong an )?(?:tinh|huyen|thi xa|thanh pho|tp|tx|xa|phuong|thi tran) "
)


def names_unit(text: str) -> bool:
    """Whether a text names a unit, by its kind (`Huyện A`) or as the registry knows it (`Chư Sê`)."""
    text = re.sub(r"^(?:[IVX]{1,5}|[A-E]|\d{1,3})[.)]\s*", "", tidy(text))
    if is_group(text):
        return False
    kind = _BARE_UNIT if text.isascii() else _UNIT
    return bool(kind.fullmatch(text.lower())) or match_key(text) in _names()


def is_of_registry(text: str) -> bool:
    """Whether the registry has a unit, or a group of units, of that name."""
    return match_key(text) in _names()


def names_any(text: str) -> bool:
    """Whether a text names a unit of the registry anywhere."""
    key = match_key(text)
    return any(re.search(rf"\b{name}\b", key) for name in _names() if name in key)


def _names() -> frozenset[str]:
    return _names_of(tuple(unit.name_vi for unit in organisations()))


@lru_cache(maxsize=2)
def _names_of(names: tuple[str, ...]) -> frozenset[str]:
    keys = {match_key(name) for name in names}
    return frozenset(keys | {_PREFIX.sub("", key) for key in keys})


@lru_cache(maxsize=1 << 12)
def is_group(text: str, *more: str) -> bool:
    """Whether each word of a text is understood, and none says that figures are others than those counted.

    more: patterns of further words that are, in this file.
    """
    if re.search(r"\bmức(?: độ)? \d", tidy(text).lower()):  # `Mục 1` numbers a text
        return False
    key = re.sub(r"^(?:[ivx]{1,5}|[a-e]|\d{1,2}) ", "", match_key(text))
    if not re.search(r"[a-z]{2}", key) or _UNIT_OF_MEASURE.fullmatch(key):
        return True
    if _TIMES.search(key):
        return False
    words = "|".join(sorted((*_UNDERSTOOD, *more), key=len, reverse=True))
    rest = re.sub(rf"\b(?:{words}|\d{{1,3}})\b", "#", key)
    return all(part.strip() in ("", *_names()) for part in rest.split("#"))


def says_other_time(text: str) -> bool:
    """`Tháng trước`, `Cùng kỳ`, wherever they stand in a text."""
    return bool(_TIMES.search(match_key(text)))


@lru_cache(maxsize=1 << 12)
def says_only_other(text: str) -> bool:
    """Whether a text says that figures are others than those counted, as `Kế hoạch`, and nothing else."""
    key = match_key(text)
    return bool(_HAS_OTHER.search(key) and _ONLY_OTHER.fullmatch(key)) and not names_unit(text)


_TREND = re.compile(r"\b(?:tang|giam|chenh lech|so sanh|so voi|ty le)\b")


def is_of_others(text: str) -> bool:
    """Whether a title or a name says that figures are of another time, and compares them with nothing."""
    key = match_key(text)
    return bool(_TIMES.search(key)) and says_only_other(text) and not _TREND.search(key)


# Of plain texts

_LEAD = (
    r"\W*(?:(?:bang|bieu|phu luc|mau)(?: (?:so )?[\w./-]+)?\W+)?"
    r"(?:(?:bao cao|tong hop|bang|bieu|thong ke|so lieu|thong bao) )*"
)
# A title of planned figures begins so; the number or the name of a plan is none.
_PLAN = re.compile(
    rf"{_LEAD}(?:ke hoach(?! (?:so )?\d| so\b)|(?:giao |phan bo |dang ky )chi tieu|du toan|muc tieu"
    rf"|du bao|dinh muc"
    r"|chi tieu (?:(?:duoc |da )?giao|ke hoach|phan dau|phan bo|phat trien))\b(?!\W*(?:va|so voi|/) )"
)
_PLANNED = re.compile(
    r"\bso lieu (?:la |theo )?(?:so )?(?:ke hoach(?! so)|du toan|chi tieu (?:duoc )?giao|muc tieu|du bao)\b"
)
_COUNTED = re.compile(rf"{_LEAD}(?:ket qua|tinh hinh|tien do|thuc hien|danh gia)\b")
_DOCUMENT = re.compile(r"\bke hoach (?:chuyen doi so|cai cach|hanh dong|trien khai|thuc hien|cong tac)\b")


def is_of_counted(title: str) -> bool:
    """`Kết quả thực hiện Kế hoạch ...` is of what was counted."""
    return bool(_COUNTED.match(title))


def is_of_planned(title: str, is_sure: bool) -> bool:
    """Whether a title says that figures are planned. is_sure: where it could also name a plan that counted
    figures are held against, it does not."""
    if _PLANNED.search(title):
        return True
    return bool(is_sure and _PLAN.match(title) and not _DOCUMENT.search(title))


def is_of_others_or_planned(text: str) -> bool:
    return is_of_others(text) or is_of_planned(plain(tidy(text)), is_sure=True)
