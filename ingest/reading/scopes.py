"""What stands over a table and makes of its figures those of a part: the filter of an export (`Lĩnh vực: Đất
đai`), or a title such as `Thống kê hồ sơ trực tuyến`.

Of a labelled line either the label is known to narrow nothing, or its value means all; any other is doubtful.
"""

import re
from collections.abc import Iterable

from ingest.reading import patterns
from ingest.wording import match_key, plain, tidy

_COLON = re.compile(r"\s*:(?!//|\d)\s*")
# The end of a label that says of whom, when or by whom, and narrows nothing.
_HARMLESS = re.compile(
    r"\b(?:don vi|co quan|cap|noi(?: \w+)?|(?<!gioi )tinh|huyen|xa|phuong"
    r"|thanh pho|dia phuong|dia ban|doanh nghiep|nha mang"
    r"|ky|thang|quy|nam|tuan|ngay|gio|luc|thoi (?:gian|diem|ky|han)|den|tu|(?<!ho )so|dvt|don vi tinh|nguon"
    r"|nguoi \w+(?: \w+)?|ghi chu|luu y|chu thich|chu y|bao cao|so lieu|du lieu|ma \w+"
    r"|bieu|bang|mau|phu luc|phan|muc|chuong|[ivx]+"
    r"|kinh gui|gui|tieu de|ten|dien thoai|email|dt|fax|website|dia chi|ty le|tong(?: so| cong)?"
    r"|cong|in|lap|xuat|tao|ky ten|trang|phien ban|ban hanh"
    r"|quyet dinh|cong van|ke hoach|(?:ho )?va ten|chuc vu"
    r"|cong thuc|cach tinh|quy uoc|pham vi so lieu|de an|tinh den|he thong|muc luc"
    r"|chi tieu|truong phong|giam doc|lanh dao"
    r"|tren dia ban|gia lai|sau|nhu sau|cu the|gom|truong|truoc|lien ke|so sanh|vai tro|cap thuc hien"
    r"|dang nhap|user(?:name)?)$"
)
_ALL = re.compile(
    r"(?:(?:chon|tat ca|toan bo|toan tinh|toan quoc|moi|all|khong (?:loc|chon)|chinh thuc|dinh ky"
    r"|da (?:(?:phe )?duyet|gui|chot|khoa(?: so)?))\b"
    r"(?: (?:cac|linh vuc|muc do|thu tuc|tthc|hanh chinh|don vi|hinh thuc|loai|dich vu|cong|doi tuong|co quan"
    r"|cap|ho so|khu vuc|tinh|nguoi dung|trang thai|nhom|kenh|nop|tiep nhan))*)?"
)
_ADULTS = re.compile(r"(?:cong dan|nguoi(?: dan)?|dan so)(?: tu)?(?: du)? 1[458] tuoi(?: tro len)?")
_LOGIN = re.compile(r"[a-z][a-z0-9._-]*")  # beside `Tài khoản`: who exported
# Words that leave something of what is counted out, and what they may leave out.
_RESTRICTING = re.compile(
    r"\b(?:chi (?:tinh|gom|bao gom|thong ke|tong hop|lay|ke)|(?:chua|khong) (?:(?:bao )?gom|tinh|ke)"
    r"|(?:khong|chua) (?:thong ke|tong hop)|ngoai tru|loai tru|tru)"
    r"(?: (?:so(?: lieu)?|cac|nhung|luong|cua|doi voi|\d+))*"
    r" (?:ho so|hs|tai khoan|tk|thue bao|tb|nguoi|cong dan|dan|ho(?! so)|xa|phuong|thi tran|huyen|cap|don vi"
    r"|dich vu|dvc|dvctt|tthc|thu tuc|truong hop|giao dich|doanh nghiep|ca nhan|to chuc|nam|nu|tre em"
    r"|khu vuc|linh vuc|muc|toan trinh|mot phan|truc tuyen|truc tiep|bcci|buu chinh|tra truoc|tra sau"
    r"|di dong|ftth)\b"
    r"(?! (?:(?:da|bi) )?(?:trung|lap|loi|rac|ao|huy|rut)\b| (?:tu )?(?:du )?1[458] tuoi)"
)
_OF_OTHERS_ALONE = re.compile(
    rf"\W*(?:{patterns.NOTE}\W+)?(?:\(?[\d*]*\)?\W*)?(?:so )?"
    rf"(?:{patterns.SHARE}|cot|chi tieu|dan so|(?:ho so )?truc tuyen|ho so (?:duoc )?so hoa|thanh toan)\b"
)
_FILTER = re.compile(
    r"(?:linh vuc|hinh thuc(?: (?:nop|tiep nhan))?|muc do(?: (?:dvc|dvctt|dich vu cong))?|doi tuong"
    r"|gioi tinh|khu vuc|loai (?:ho so|thue bao|tai khoan)|kenh(?: (?:nop|tiep nhan))?"
    r"|trang thai(?: ho so)?|thu tuc|pham vi)"
)
# Of plain titles: words that leave a part, each with what stands beside it where the two are all there is.
_WAYS = r"(?:truc tuyen|truc tiep|qua (?:mang|buu chinh|bcci|buu dien))"
_OF_DOSSIERS = (
    r"\b(?:ho so|hs)(?: (?:tthc|thu tuc hanh chinh|duoc|da|nop|tiep nhan|giai quyet|xu ly|cua|la|thuoc))*"
)
_PARTS = (
    (rf"{_OF_DOSSIERS} (?P<part>{_WAYS})", r"\btruc tuyen\b.*\btruc tiep\b|\btruc tiep\b.*\btruc tuyen\b"),
    (rf"{_OF_DOSSIERS} (?P<part>dvctt|dich vu cong truc tuyen|dvc truc tuyen)\b", None),
    (r"\b(?P<part>toan trinh|mot phan)\b", r"\btoan trinh\b.*\bmot phan\b|\bmot phan\b.*\btoan trinh\b"),
    (r"\bmuc(?: do)? (?P<part>[34])\b", r"\b3\b.*\b4\b"),
    (
        rf"{_OF_DOSSIERS} (?P<part>qua han|tre han|dung han|lien thong|phi dia gioi|chung thuc|dat dai)\b",
        None,
    ),
    (
        r"(?<!cac )(?<!theo )(?<!tung )(?<!moi )(?<!nhom )\blinh vuc\W+(?P<part>"
        r"(?!tat ca|thang|quy|nam|chuyen doi"
        r"|cong nghe|thong tin|tren|cua|tai|thuoc|phu trach|quan ly)[a-z]+(?: [a-z]+)?)",
        None,
    ),
    (
        r"\bthu tuc (?P<part>(?:dang ky|cap|cap lai|khai|chung thuc|chuyen|tach|xac nhan|lien thong|xet"
        r"|cong nhan) [a-z]+)",
        None,
    ),
    (
        rf"(?:\b(?:doi voi|danh cho|doi tuong(?: la)?)|{_OF_DOSSIERS})"
        r" (?P<part>doanh nghiep|ca nhan|to chuc|nguoi dan|nguoi nuoc ngoai)\b",
        r"\b(?:ca nhan|nguoi dan)\b.*\b(?:to chuc|doanh nghiep)\b"
        r"|\b(?:to chuc|doanh nghiep)\b.*\b(?:ca nhan|nguoi dan)\b",
    ),
)
_PARTS_OF_ALL = (
    (
        r"(?<!phat trien )\b(?P<part>thanh thi|nong thon(?! moi))\b",
        r"\bthanh thi\b.*\bnong thon\b|\bnong thon\b.*\bthanh thi\b",
    ),
    (r"\b(?:gioi tinh )?(?P<part>nam gioi|nu gioi|phu nu)\b", r"\bnam\b.*\bnu\b|\bnu\b.*\bnam gioi\b"),
    (r"\bmuc do (?P<part>1)\b", r"\b1\b.*\b2\b"),
    (r"\b(?P<part>tra truoc|tra sau)\b", r"\btra truoc\b.*\btra sau\b|\btra sau\b.*\btra truoc\b"),
)

# What came, went or is to come, over counts of what there is.
_CHANGES = (
    (
        r"\b(?P<part>phat trien moi|moi phat trien|phat trien thue bao moi|phat sinh moi|tang (?:moi|them)"
        r"|roi mang|kich hoat moi|moi kich hoat|dang ky moi|cap moi|trong (?:tuan|ngay)|giao chi tieu"
        r"|(?<!thuc hien )(?<!hoan thanh )(?<!so voi )(?<!dat )"
        r"chi tieu (?:kich hoat|cap tai khoan|phat trien|thu nhan))\b",
        r"\b(?:hien co|luy ke|tong so|den ngay|tinh den)\b|\d\W+(?:thue bao|tai khoan|tk|tb)\b",
    ),
)


def narrows(text: str, headings: Iterable[str], is_flow: bool) -> bool:
    """Whether a line above a table makes its figures those of a part.

    headings: of the columns that count; a part that all of them name themselves is known. is_flow: whether
    dossiers are counted, of which titles name other parts than of persons.
    """
    rest = tidy(text)
    if match_key(rest).startswith(("noi nhan", "kinh gui")):
        return False
    for label, value in _labels(rest):
        means_all = is_all(label, value)
        if label and not means_all and not _HARMLESS.search(match_key(label)):
            return True
        if means_all:
            rest = rest.replace(label, " ")
    bare = plain(rest)
    if leaves_out(rest) or _ONLY.match(bare):
        return True
    keys = [match_key(heading) for heading in headings]
    for pattern, both in (*(_PARTS if is_flow else _CHANGES), *_PARTS_OF_ALL):
        found = re.search(pattern, bare)
        is_both = both and re.search(both, bare)
        if found and not is_both and not (keys and all(found["part"] in key for key in keys)):
            return True
    return False


def without_filters_of_all(text: str) -> str:
    """A line without the filters that leave nothing out (`Lĩnh vực: Tất cả`)."""
    for label, value in _labels(text):
        if label and is_all(label, value) and (match_key(value) or not value.strip()):
            text = text.replace(f"{label}:", " ", 1).replace(value or "\0", " ", 1)
    return text


def leaves_out(text: str) -> bool:
    """Whether a line says that something is not counted (`chỉ tính hồ sơ trực tuyến`), or is a filter: also
    below a table, where unknown labels are those of signatures."""
    bare = plain(tidy(text))
    if _RESTRICTING.search(bare) and not _OF_OTHERS_ALONE.match(bare):
        return True
    return any(
        _FILTER.fullmatch(match_key(label)) and not is_all(label, value)
        for label, value in _labels(tidy(text))
    )


_ONLY = re.compile(rf"\W*(?:{patterns.NOTE}\W+)?chi (?:(?:co )?so lieu|cap|khoi|cac|rieng|trong|cho|o|tai)\b")
# Parts of the note of a row that leave its figures what they are: who sent them and when, what they are held
# against, a document, a definition.
_HARMLESS_NOTES = re.compile(
    r"^[^:;.\d]*, ?ngay[\s\d.…_]*thang[\s\d.…_]*nam[\s\d.…_]*$"  # of a signature
    r"|(?:\bbao cao\b[^.;,]*)?\b(?:nop|gui|bao cao|cap nhat|bo sung)"
    r" (?:\w+ )?(?:muon|cham|tre|sau|lai|bo sung)\b"
    r"|\b(?:so (?:sanh )?voi|cao hon|thap hon|nhieu hon|it hon|tang|giam)\b[^.;,]*"
    rf"|(?:theo |tai |can cu )*\b{patterns.DOCUMENT}\b[^.;,]*"
    r"|\b(?:tru|ngoai tru|(?:khong|chua) (?:bao )?gom|khong (?:tinh|ke))\b[^.;,]*"
    r"\b(?:mat|trung|lap|loi|rac|ao|huy|rut)\b"
    r"|(?<!chua )(?<!khong )(?<!chi )(?<!chua bao )(?<!khong bao )(?<!chi bao )\b(?:bao )?gom(?: ca)?"
    r"(?:(?: \d+| cac| cap| ubnd)* (?:xa|phuong|thi tran|don vi)|(?: \d+| cac| cap| ubnd)+ huyen)\b[^.;]*"
    r"|\b(?:dan so|nhan khau|chi tieu)\b[^.;,]*"
    r"|\b(?:chua|khong) co (?:so lieu|bao cao) (?:cua )?(?:thang|quy|nam) [\divx/ ]+[^.;,]*"
    r"|\bchi tinh (?:nguoi|cong dan)[^.;]*\b1[458] tuoi\b[^.;]*"
    r"|[^.;]*\btruc tuyen\b[^.;]*\btruc tiep\b[^.;]*|[^.;]*\btruc tiep\b[^.;]*\btruc tuyen\b[^.;]*"
    r"|[^.;]*\btoan trinh\b[^.;]*\bmot phan\b[^.;]*|[^.;]*\bmot phan\b[^.;]*\btoan trinh\b[^.;]*"
    r"|\bkhong (?:co|phat sinh) (?:ho so|thu tuc|giao dich|tai khoan|thue bao|van ban)\b[^.;,]*"
    r"|\bso nam truoc\b[^.;,]*"
)
# What a note may say of another period, of a part or of a unit.
_MAY_NARROW = re.compile(
    r"\bthang\b|\bquy (?:i{1,3}|iv|[1-4]|truoc|nay|sau)\b|\btuan\b|\bky (?:truoc|sau|nay)\b"
    r"|\bnam (?:20\d\d|truoc|nay|ngoai)\b|\b(?:ca|trong|tron|dau|cuoi|nua|hang) (?:nam|quy|ky)\b"
    r"|(?<!dia )\bchi (?!nhanh|cuc|dao|dan|tieu|so\b|thi\b|huy|phi|dinh|tra|tiet|bo\b)"
    r"|\b(?:chua|moi|khong|con) (?:bao gom|gom|tinh|ke|day du|du\b|cap nhat|tong hop|thong ke|nhap|bao cao"
    r"|co (?:so lieu|bao cao|cap|cac|xa|huyen))|\b(?:thieu|rieng|mot phan|mot so|mot nua|ngoai tru)\b"
    r"|(?<!tam )(?<!thuong )(?<!cu )\btru\b|\bcua cac (?:xa|phuong|huyen)\b"
    r"|\b(?:gom|ca)(?: ho so| so)? ton\b"
    r"|\b(?:gom|ke|tinh)(?: ca)? (?:huyen|xa|phuong|thi|thanh pho|tp|tx|tt|don vi)\b"
    r"|\bso(?: lieu)? cu\b|\b(?:sai|nham)\b(?! gon)|\b(?:de nghi|xin) (?:bo|sua|huy)\b"
    r"|\btoan (?:tinh|quoc|huyen)\b|\bca (?:tinh|nuoc)\b|\bcap (?:xa|huyen|tinh|so)\b"
    r"|\b(?:truc tuyen|truc tiep|toan trinh|qua mang|buu chinh|lien thong|phi dia gioi)\b"
    r"|\b(?:nghin|ngan|trieu)\b|\b(?:la|tinh|bang|don vi)\b[^.;]*(?:%|phan tram|(?<!theo )\bt[iy] le\b)"
)
_TO_DATE = re.compile(r"\b(?:luy ke|cong don|dau nam|den nay)\b")


def without_harmless(note: str) -> str:
    """The plain words of a note without those that leave figures what they are."""
    return _HARMLESS_NOTES.sub(" ", plain(tidy(note)))


def is_of_others(note: str) -> bool:
    """Whether a note is about something that is not counted itself, as a share."""
    return bool(_OF_OTHERS_ALONE.match(plain(tidy(note))))


def may_narrow(note: str, is_cut: bool) -> bool:
    """Whether the note of a row, without its own period, may say that its figures are not those that are
    counted: it has words of a period, a part, a sum since January or a unit that are not understood.

    is_cut: whether such a sum is more than its own period."""
    bare = without_harmless(note)
    if is_cut and _TO_DATE.search(bare):
        return True
    return bool(_MAY_NARROW.search(_TO_DATE.sub(" ", bare)))


def is_all(label: str, value: str) -> bool:
    """Whether a value leaves nothing out: all, all adults, or beside `Tài khoản` who exported."""
    is_login = match_key(label) == "tai khoan" and _LOGIN.fullmatch(value.strip())
    return bool(_ALL.fullmatch(match_key(value)) or _ADULTS.fullmatch(match_key(value)) or is_login)


def _labels(text: str) -> Iterable[tuple[str, str]]:
    """Each label of a line, and its value, to the next one. A long sentence is none."""
    label, value = "", ""
    first, *others = _COLON.split(text)
    parts = [_cut(first, 0)] + [_cut(part, 1) for part in others[:-1]] + [(part, "") for part in others[-1:]]
    for value, next_label in parts:
        if label:
            yield label, value
        label = next_label


def _cut(part: str, at_least: int) -> tuple[str, str]:
    """What stands before a colon, cut where its label begins: at its last word with a capital."""
    phrase = re.split(r"[:;.,()\d]", part)[-1].strip(" -")
    words = phrase.split()
    start = len(words)
    while start > at_least * (phrase == part.strip(" -")) and not (
        start < len(words) and words[start][:1].isupper() and not words[start - 1].isupper()
    ):
        start -= 1
    label = " ".join(words[start:])
    return part.rpartition(label)[0].strip() if label else part, label if len(words) - start <= 5 else ""
