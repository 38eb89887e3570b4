"""The years that a heading or a cell of a plan names: the year a target is for, the years a task runs."""

import re
from dataclasses import dataclass

from ingest.wording import unaccented

_YEAR = re.compile(r"(?<![\d/])(?:19|20)\d{2}(?![\d/])|(?<=/)(?:19|20)\d{2}(?!\d)")
_ISSUED = re.compile(r"\(?\s*(?:ban hanh )?kem theo\b.*|\bquyet dinh so\b.*")
_PERIOD = re.compile(r"((?:19|20)\d{2})\s*(?:[-–—÷]|den(?: het)?(?: nam)?)\s*((?:19|20)\d{2})(?!\d)")
_OF_PERIOD = re.compile(_PERIOD.pattern + r"[\s,.:()]*(?:(?:den|het|trong|cuoi|nam)\s+)*((?:19|20)\d{2})\W*$")


def names_year(text: str) -> bool:
    return bool(_YEAR.search(unaccented(text)))


def horizon(text: str) -> int | None:
    """The one year that the text is about: `đến năm 2030` 2030, `giai đoạn 2026 - 2030` its last, 2030, and
    `kế hoạch 2026 - 2030: năm 2027` the one of them, 2027.

    None where it names no year, or several apart.
    """
    plain = _ISSUED.sub(" ", unaccented(text))
    if (one := _OF_PERIOD.search(plain)) and one[1] <= one[3] <= one[2]:
        return int(one[3])
    plain = _PERIOD.sub(lambda period: period[2], plain)
    years = set(_YEAR.findall(plain))
    return int(years.pop()) if len(years) == 1 else None


def year_at(line: int, years: list[tuple[int, int | None]]) -> int | None:
    """The year of the plan that a line is in, of the first lines and years of all plans in the document."""
    return next(year for begins, year in years[::-1] if begins <= line)


def without_years(text: str) -> str:
    """A match key without the years in it and the words that lead them."""
    return re.sub(
        r"(?:\b(?:giai doan|tinh den|den|het|trong|cuoi|nam|tu|vao)\s)*\b(?:19|20)\d{2}\b", " ", f"{text} "
    ).strip()


@dataclass(frozen=True)
class Schedule:
    """`kind`: 'span' (both years known, or only the last), 'open' (from a year on), 'continuous'."""

    kind: str
    start: int | None = None
    end: int | None = None


_CONTINUOUS = re.compile(
    r"(?:ngay )?\b\d{1,2} hang thang|\d+ thang\s*/\s*lan|thuong xuyen"
    r"|hang (?:nam|quy|thang|tuan|ngay)|lien tuc|duy tri|dinh ky|ca nam"
)
_OPEN = re.compile(r"(?:cac |nhung )?nam (?:tiep theo|sau)|tro di|ve sau|tiep theo")
_FROM = re.compile(r"tu (?:(?:quy (?:[ivx]+|[1-4])|thang \d{1,2})\s*/?\s*)?(?:nam )?\d{4}")
# What may stand around years: quarters, months, days, and words that join.
_AROUND = re.compile(
    r"\b(?:quy|q)\s*(?:[ivx]+|[1-4])(?:\s*(?:,|va|-|–|den)\s*(?:quy\s*)?(?:[ivx]+|[1-4])\b)*\b"
    r"|\b(?:6|sau|3|ba|9|chin) thang(?: dau| cuoi)?\b|\bthang\s*\d{1,2}\b"
    r"|\bt\s*\d{1,2}\b|\bngay\s*\d{1,2}\b|\b(?:\d{1,2}\s*[/.-]\s*){1,2}(?=x)|\b\d{1,2}\s*(?=x)"
    r"|\b(?:giai doan|thoi gian|trong|nam hoc|nam|tu|tinh|den|truoc|het|cuoi|dau|giua|hoan thanh|xong"
    r"|thuc hien|va|cac"
    r"|nhung|ke tiep|theo|cham nhat|som nhat)\b"
    r"|\b(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])\b(?!/)"
)


def schedule(text: str, heading_year: int | None = None) -> Schedule | None:
    """When a task runs, of a cell such as `Quý II/2025`, `2025 và những năm tiếp theo`, `Thường xuyên`.

    A cell that names no year but a quarter or a month is of `heading_year`. None where anything is not
    understood.
    """
    plain = re.sub(r"\b(20\d\d)-(\d\d)-(\d\d)\b", r"\3/\2/\1", unaccented(text))
    years = [int(year) for year in _YEAR.findall(plain)]
    is_continuous, is_open = bool(_CONTINUOUS.search(plain)), bool(_OPEN.search(plain))
    rest = _OPEN.sub(" ", _CONTINUOUS.sub(" ", _YEAR.sub(" x ", plain)))
    for _ in range(2):  # a day before a month before a year
        rest = _AROUND.sub(" ", rest)
    if re.search(r"[a-wyz\d%]", rest) or years != sorted(years):
        return None
    if not years and not is_continuous and heading_year and re.search(r"\d|quy", plain):
        years = [heading_year]
    if years and (is_open or _FROM.fullmatch(plain.strip())):
        return Schedule("open", years[0])
    if years:
        until = re.match(r"(?:hoan thanh )?(?:den|truoc|cham nhat)\b", plain) and len(years) == 1
        return Schedule("continuous" if is_continuous else "span", None if until else years[0], years[-1])
    return Schedule("continuous") if is_continuous else None
