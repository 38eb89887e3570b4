"""The header of a table: the rows that say most of what a source asks for, and which column each field is in.

Headings may fill up to four rows, be merged, renamed or reordered; columns that nobody asked for are listed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from ingest.errors import Refused
from ingest.reading import dates, numbers, patterns
from ingest.reading.asked import Asked
from ingest.reading.columns import Column
from ingest.reading.dates import Stated
from ingest.reading.grids import Grid
from ingest.wording import HeadingKey, match_key, plain, tidy, unaccented

SEARCHED = 100  # rows in which a header is looked for
DEEPEST = 4  # rows of one header
NUMBERING = {"stt", "tt", "so tt", "so thu tu", "no", "#"}
PLAIN = HeadingKey({})
# A heading between a group and its parts that adds nothing.
_BETWEEN = {"trong do", "bao gom", "gom", "gom co", "chia ra", "cu the", "chi tiet", "trong do bao gom"}
# A heading below a count that adds nothing.
_AMOUNT = {"so luong", "sl", "ket qua", "thuc hien", "so lieu", "ket qua thuc hien", "so tuyet doi"}
# A heading below a count, or over it, that makes it all of them.
_TOTAL = re.compile(r"(?:tong(?: (?:so|cong))?|cong)(?: (?:luong|thue bao|tai khoan|ho so))?")
# What stands before the words of a heading: its number, that it is a part of the one beside.
_NUMBERED = re.compile(r"^\s*(?:[IVX]{1,4}|\d{1,2}|[A-Da-d])[.)]\s*(?=[^\W\d])")
_AMONG = re.compile(r"^\s*(?:trong đó|bao gồm|gồm)\s*[:,-]?\s*(?=\S)", re.IGNORECASE)
_SHORT_MONTH = re.compile(r"(?<=\s)[Tt]\.?(?=(?:0?[1-9]|1[0-2])\)?$)")
# What came or went, and not what there is.
_MOVED = re.compile(r"\b(?:phat (?:trien|sinh)|roi mang|huy|cat|tang|giam|moi|them)\b")
# Words of a title over columns that do not narrow what they count.
_TITLE_WORDS = set(
    match_key(
        "Kết quả, tình hình, số liệu, số lượng, báo cáo, tổng hợp, thực hiện, các, về, và, theo, của, trên,"
        " trong đó, gồm, bao gồm, chia ra, chi tiết, công tác, thông tin, thống kê, nội dung, mục, được, điểm"
        " các nhóm chỉ số"
    ).split()
)
# Words of what the figures are about, in a title that is no heading itself.
_SUBJECT_WORDS = set(
    match_key(
        "tiếp nhận, giải quyết, xử lý, hồ sơ, thủ tục hành chính, cung cấp dịch vụ công, cấp, kích hoạt,"
        " tài khoản, định danh điện tử, thuê bao, viễn thông, di động, điện thoại, cáp quang"
    ).split()
)
_WHOLE_PROVINCE = re.compile(
    r"\b(?:(?:tren |cua |toan )*(?:dia ban )?tinh gia lai|(?:tren )?dia ban(?: toan)? tinh)\b"
)
# One of the doors by which dossiers come: what is counted below it is a part.
_PORTAL = re.compile(
    r"\b(?:cong (?:dich vu|thong tin|quoc gia|tinh|mot cua)|he thong|phan mem|mot cua)\b"
    r"|\b(?:qua|tren|tu|tai) cong$"
)
FIGURE_OF_COUNT = re.compile(r"\d{3,}|\d{1,3}(?:[., ]\d{3})+(?:[.,]\d+)?")
_LEVEL = re.compile(r"\bcap (?:bo|tinh|so|huyen|xa|trung uong)\b")


@dataclass(frozen=True)
class Header:
    first: int
    """Row of the grid, from 0."""
    height: int
    columns: tuple[Column, ...]
    """Those that were asked for and are there."""
    at: dict[str, int]
    """By field, the number of its column, from 0."""
    headings: dict[str, str]
    """By field, its heading as printed."""
    unknown: dict[int, str]
    """By column, the headings that nobody asked for; empty where figures have none."""
    statuses: dict[str, str]
    """By field, the status that its heading gives."""
    same: dict[str, list[tuple[int, bool]]]
    """By field of what there is on a day, the columns of it that are of some period, or of what came or went,
    and whether each may be the sum of the others; by field of what came, those that it is the sum of."""
    bare: frozenset[int] = frozenset()
    """The columns of numbers that hold nothing but digits and marks between them below the header."""
    plain: frozenset[int] = frozenset()
    """Those of them whose numbers are whole, with dots between thousands or no marks (`numbers.PLAIN`)."""

    @property
    def counted(self) -> list[int]:
        """The columns of numbers, each once."""
        return list(dict.fromkeys(self.at[column.field] for column in self.columns if column.is_number))

    def figures(self, form: str) -> list[pl.Expr]:
        """By column of numbers whether a cell of the body has a form that every bare number has."""
        return [
            cell.is_not_null() if n in self.bare else cell.str.contains(form).fill_null(False)
            for n in self.counted
            for cell in [pl.col(f"#{n}")]
        ]

    @property
    def end(self) -> int:
        """The row below it, from 0; counted from 1, its last one."""
        return self.first + self.height


def find(
    name: str, grid: Grid, columns: Sequence[Column], key: HeadingKey, asked: Asked | None = None
) -> Header:
    """The rows that match most headings; of equal ones the fewest and first. Raises Refused."""
    if not grid.cells.height:
        raise Refused(f"{name}: is empty; a row of headings was expected", code="empty")
    cells = grid.cells.head(SEARCHED + DEEPEST).rows()
    head = [[tidy(cell) if cell else None for cell in row] for row in cells]
    _fill_merged(head, grid.merged)
    known = Known(columns, key, asked)
    may_head = [any(text and known.may_head(text) for text in row) for row in head]
    best: tuple | None = None
    refusal = cut = None
    parts: tuple[int, list[str]] | None = None
    for first in range(min(SEARCHED, len(head))):
        for height in range(1, 1 + (1 if grid.records else DEEPEST)):
            rows = head[first : first + height]
            if len(rows) < height or not any(rows[0]) or (grid.records and first):
                continue
            if not any(may_head[first : first + height]):
                continue
            if height > 1 and known.is_title(rows[0]):
                continue
            spread = _spread(rows, known)
            levels, _, _ = known.bare(spread)
            at, clash = _matched(levels, known)
            if len(at) < 1:
                continue
            at |= _of_families(levels, at, known)
            counted = {n for name, n in at.items() if name in known.counted}
            if any(top < first <= bottom and left in counted for top, left, bottom, _ in grid.merged):
                continue  # its headings begin in a row above
            if group := known.group_above(head, first, height, at):
                cut = cut or (first, group)
                continue
            if known.is_cut_below(head, first + height, at):
                continue
            if not parts and (listed := _parts_of_known(spread, at, known)):
                parts = first + height, listed
            rank = (len(at), clash is None, -height, -first)
            if best is None or rank > best[0]:
                best, refusal = (rank, first, height, at, spread), clash
    required = [column for column in columns if column.required]
    if best is None or (len(best[3]) < 2 and len(columns) > 1):
        if cut:
            raise _not_understood(name, grid, *cut)
        found = best[3] if best else {}
        if best and parts:
            locator = grid.row_locator(parts[0])
            raise Refused(
                f"{name}: {locator}: nothing is known of {', '.join(map(repr, parts[1][:3]))}, which may be "
                "parts of what was expected; add a column of the whole, or the wording to headings.yml",
                code="column_unknown",
                locator=locator,
            )
        lacking = [column for column in required if column.field not in found]
        lacking = lacking or [column for column in columns if column.is_number] or list(columns)
        wanted = ", ".join(column.headings[0] for column in lacking[:3])
        raise Refused(f"{name}: no row holds the headings {wanted}; add them", code="header_not_found")
    _, first, height, at, spread = best
    _, statuses, same = known.bare(spread)
    printed = [_joined(levels) for levels in spread]
    line = first + height
    if refusal:
        (one, other), heading = refusal
        locator = grid.row_locator(line)
        is_merged = any(left <= one and other <= right for top, left, _, right in grid.merged if top < line)
        what = "reaches over both; say of each what it counts" if is_merged else "stands twice; keep one"
        raise Refused(
            f"{name}: {locator}, columns {one + 1} and {other + 1}: the heading {heading!r} {what}",
            code="column_repeated",
            locator=locator,
        )
    if missing := [column for column in required if column.field not in at]:
        if cut and first < cut[0] <= line:
            raise _not_understood(name, grid, *cut)
        locator = grid.row_locator(line)
        raise Refused(
            f"{name}: {locator}: the heading {missing[0].headings[0]} is missing; add the column",
            code="column_missing",
            locator=locator,
        )
    # Right of figures `TT` is no number of a row.
    first_count = min((n for name, n in at.items() if name in known.counted), default=len(printed))
    at = {name: n for name, n in at.items() if n < first_count or match_key(printed[n]) not in NUMBERING}
    taken = set(at.values())
    unknown = {
        n: text
        for n, text in enumerate(printed)
        if n not in taken
        and (n > first_count or match_key(text) not in NUMBERING)
        and (match_key(text) or not text)
    }
    return Header(
        first,
        height,
        tuple(column for column in columns if column.field in at),
        at,
        {name: printed[n] for name, n in at.items()},
        unknown,
        {name: statuses[n] for name, n in at.items() if n in statuses},
        {name: same[n] for name, n in at.items() if n in same and name in known.counted},
    )


def _parts_of_known(printed: list[list[str]], at: dict[str, int], known: "Known") -> list[str]:
    """The headings below one that is known."""
    return [
        _joined(heading)
        for n, heading in enumerate(printed)
        if n not in at.values() and len(heading) > 1 and known.wanted.get(known.key(_joined(heading[:-1])))
    ]


def _not_understood(name: str, grid: Grid, row: int, group: str) -> Refused:
    locator = grid.row_locator(row)
    return Refused(
        f"{name}: {locator}: nothing is known of {group!r}, which stands over the columns; "
        "correct it, or put what is about the whole table to the left",
        code="column_unknown",
        locator=locator,
    )


# Of a heading over columns, and not of the table: a title, the head of a letter, the number of a form.
_OF_THE_TABLE = re.compile(
    r"(?:bao cao|bieu|bang|phu luc|mau|thong ke|tong hop|cong hoa xa hoi|doc lap|ubnd|uy ban"
    r"|(?:[a-z ]+, ?)?ngay|don vi tinh|dvt"
    r"|(?:ten )?(?:don vi|doanh nghiep|nha mang|co quan)(?: [a-z]+){0,2} ?:)(?:\b|(?<=:))"
)
# Words for the file's own period, by the kind of period that they fit.
_THIS = re.compile(rf"(?:trong |ca )?(?P<kind>{patterns.PERIOD})(?: (?:nay|bao cao))?")
_UNTIL = (
    r"(?:tinh )?(?:den|toi) (?:nay|(?:het|cuoi) (?:thang|quy|ky)(?: nay| bao cao)?|thoi diem (?:nay|bao cao))"
)
_AT_END = r"(?:tai )?cuoi ky(?: bao cao)?"
_SO_FAR = re.compile(rf"{_AT_END}|(?:so )?{patterns.CUMULATED}(?: {_UNTIL})?|{_UNTIL}|hien (?:co|tai)")
_MAY_BE_SO_FAR = re.compile(rf"\b(?:{patterns.CUMULATED}|(?:den|toi) (?:nay|het|cuoi))\b")
_TO_DATE_LEAD = re.compile(rf"\W*{patterns.CUMULATED}\b\W*")
_SO_FAR_TAIL = re.compile(
    rf"[\s,(-]+(?:{patterns.CUMULATED}(?: {_UNTIL})?|{_UNTIL}|{_AT_END}|hien (?:co|tai))\W*$"
)
_UNTIL_MONTH = re.compile(r"\b(?:den|toi) (?:het|cuoi) (?:thang|quy|ky)\b")


class Known:
    """What the headings of a source say, and what may stand over them without narrowing what they count."""

    def __init__(self, columns: Sequence[Column], key: HeadingKey, asked: Asked | None):
        self.columns, self.key, self.asked = columns, cache(key), asked
        # One text is in many of the rows that are tried.
        self._bare, self._dated = cache(self._read), cache(self._with_year)
        self.may_head = cache(self._has_only_words_of_headings)
        self.wanted = _wanted(columns, key)
        self.wanted_words = {word for heading in self.wanted for word in heading.split()}
        self.words = {
            column.field: _TITLE_WORDS | {word for text in column.headings for word in key(text).split()}
            for column in columns
        }
        self.headings = {column.field: [key(text) for text in column.headings] for column in columns}
        self.counted = {column.field for column in columns if column.is_number}
        self.of_stocks = any(column.is_stock for column in columns)
        self.shares = {c.field for c in columns if c.kind == numbers.PERCENT and not c.required}

    def _has_only_words_of_headings(self, text: str) -> bool:
        """Whether a heading of one or more levels may be one that is asked for: such has a level of which
        this is true. Few rows of figures have, and those that have none need not be tried."""
        words = self.key(self._bare(self._dated(text))[0]).split()
        return bool(words) and self.wanted_words.issuperset(words)

    def is_label(self, heading: str) -> bool:
        """Whether it heads a column of texts, as the units or their numbers."""
        fields = self.wanted.get(self.key(heading), [])
        return match_key(heading) in NUMBERING or any(field not in self.counted for field in fields)

    def bare(
        self, printed: list[list[str]]
    ) -> tuple[list[list[str]], dict[int, str], dict[int, list[tuple[int, bool]]]]:
        """The headings without the words that are of the file's own period, none for a column of another one
        or for a month of a stock beside all so far; by column the status that they give; and of stocks by
        column those beside it that count the same of other periods."""
        printed = [[self._dated(text) for text in heading] for heading in printed]
        read = [[self._bare(text) for text in heading] for heading in printed]
        bare = [
            [] if any(is_other for _, is_other, _ in heading) else [text for text, _, _ in heading if text]
            for heading in read
        ]
        statuses = {
            n: given[-1]
            for n, heading in enumerate(read)
            if (given := [status for _, _, status in heading if status])
        }
        if not any(_named(heading[depth:], self) for heading in bare for depth in range(len(heading))):
            return bare, statuses, {}
        if self.of_stocks:
            for n in self._months_beside_all(printed, bare):
                bare[n] = []
        return bare, statuses, self._same_counts(printed, bare)

    def _same_counts(
        self, printed: list[list[str]], bare: list[list[str]]
    ) -> dict[int, list[tuple[int, bool]]]:
        """Of columns that count the same of several periods one alone keeps its heading: that of the file's
        own. Of what came, a total is read where the periods beside it are together that of the file."""
        if self.asked is None:
            return {}
        alike: dict[str, list[int]] = {}
        for n, heading in enumerate(printed):
            if key := self.key(" ".join(self._without_periods(self.asked, heading))):
                alike.setdefault(key, []).append(n)
        same = {}
        for columns in alike.values():
            stated = {n: [one for text in printed[n] for one in self.asked.in_heading(text)] for n in columns}
            exact = [n for n in columns if bare[n] and self._is_own(self.asked, printed[n], stated[n])]
            others = [stated[n] for n in columns if not bare[n] and stated[n]]
            is_whole = len(others) > 1 and self.asked.is_together(
                one for several in others for one in several
            )
            for n in columns:
                is_less = bool(exact) and n not in exact and bool(stated[n] or not self.of_stocks)
                is_silent = not stated[n] and n not in exact and any(map(_is_total, printed[n]))
                if is_less or (is_silent and others and not self.of_stocks and not is_whole):
                    bare[n] = []
                if is_whole and bare[n]:
                    same[n] = [(m, False) for m in columns if not bare[m] and stated[m]]
            if self.of_stocks and len(columns) > 2:
                sums = [(n, not any(one.kind == "month" for one in stated[n])) for n in columns]
                same |= dict.fromkeys(columns, sums)
        return same

    def _without_periods(self, asked: Asked, heading: list[str]) -> list[str]:
        bare = [asked.without_periods(text) for text in heading if not _is_total(text)]
        if self.of_stocks and len(heading) > 1 and _MOVED.search(match_key(heading[-1])):
            return bare[:-1]
        return bare

    def _is_own(self, asked: Asked, heading: list[str], stated: list[Stated]) -> bool:
        is_exact = [(one.first, one.last) == asked.days for one in stated]
        return any(is_exact) or any(
            self._is_this_period(match_key(text)) or re.match(rf"trong {patterns.PERIOD}$", match_key(text))
            for text in heading
        )

    def _read(self, text: str) -> tuple[str, bool, str | None]:
        text = _AMONG.sub("", _NUMBERED.sub("", _SHORT_MONTH.sub("tháng ", text)))
        key = match_key(text)
        if dates.is_day(text):
            return ("", False, None) if self.is_of_end(text) else (text, True, None)
        if self.of_stocks:
            if _SO_FAR.fullmatch(key):
                return "", False, None
            text = text[: tail.start()] if (tail := _SO_FAR_TAIL.search(plain(text))) else text
            lead = _TO_DATE_LEAD.match(plain(text))
            if lead and self.asked and not (rest := self.asked.heading(text[lead.end() :]))[0]:
                return rest
        elif _UNTIL_MONTH.search(key):
            return text, True, None
        if self._is_this_period(key):
            return "", False, None
        of_other_kind = " " in key and _THIS.fullmatch(key)
        if of_other_kind or (self.of_stocks and re.match(rf"trong {patterns.PERIOD}\b", key)):
            return text, True, None
        return self.asked.heading(text) if self.asked else (text, False, None)

    def _with_year(self, text: str) -> str:
        """A heading `31/3` or `03/24` with its whole year."""
        found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", text.strip())
        if not self.asked or not found:
            return text
        if dates.is_day(f"{text.strip()}/{self.asked.year}"):
            return f"{text.strip()}/{self.asked.year}"
        if int(found[1]) <= 12 and int(found[2]) in dates.SHORT_YEARS:
            return f"tháng {found[1]}/20{found[2]}"
        return text

    def _is_this_period(self, key: str) -> bool:
        found = _THIS.fullmatch(key)
        if not found or key == found["kind"] or (self.of_stocks and key.startswith("trong ")):
            return False
        return not self.asked or found["kind"] in ("ky", self.asked.kind)

    def _months_beside_all(self, printed: list[list[str]], bare: list[list[str]]) -> list[int]:
        """Of stocks the columns of the file's own month, where a column of all so far stands beside them."""
        whole = [[match_key(text) for text in heading] for heading in printed]
        monthly = [
            n
            for n, heading in enumerate(printed)
            if any(not _MAY_BE_SO_FAR.search(match_key(text)) and self._is_of_month(text) for text in heading)
        ]
        all_so_far = [
            n for n, keys in enumerate(whole) if n not in monthly and any(map(_MAY_BE_SO_FAR.search, keys))
        ]
        totals_of = [
            bare[n][:-1]
            for n, keys in enumerate(whole)
            if keys and keys[-1] in ("tong so", "tong", "tong cong")
        ]
        return [n for n in monthly if all_so_far or (bare[n] and bare[n] in totals_of)]

    def _is_of_month(self, text: str) -> bool:
        return self._is_this_period(match_key(text)) or bool(
            self.asked
            and re.search(r"\d", text)
            and self.asked.in_heading(text)
            and not self.asked.heading(text)[1]
        )

    def is_of_end(self, text: str) -> bool:
        """Whether a day over a column of what there is on it is in the last month of the file's."""
        return bool(
            self.of_stocks
            and self.asked
            and self.asked.days[1].replace(day=1) <= dates.day(text) <= self.asked.days[1]
        )

    def is_title(self, row: list[str | None]) -> bool:
        """Whether a row holds one text, which only says of what period the table is, or on what day it was
        made."""
        texts = [text for text in row if text]
        if len(texts) != 1 or self.asked is None:
            return False
        is_other = self.asked.is_other(texts[0])
        is_own = is_other is False and not re.search(r"\w", self._bare(texts[0])[0])
        return bool(is_other or is_own or dates.is_day(texts[0]))

    def leaves(self, above: list[str], field: str) -> bool:
        """Whether what stands above a heading leaves what it counts as it is: it has words of the heading
        itself, or of a title that is no heading of something else."""
        for text in above:
            key = _WHOLE_PROVINCE.sub(" ", self.key(text))
            rest = set(key.split()) - self.words[field]
            is_title = key not in self.wanted and rest <= _SUBJECT_WORDS
            is_of_portal = _PORTAL.search(key) and not any(map(_PORTAL.search, self.headings[field]))
            if _LEVEL.search(key) or is_of_portal or (rest and not is_title):
                return False
        return True

    def group_above(self, head: list[list], first: int, height: int, at: dict[str, int]) -> str | None:
        """A heading over columns that count, in the rows above up to a title, that does not leave them as
        they are, or stands beside that of the units: its row is part of the header, and columns are never
        read without it."""
        counted = {n: name for name, n in at.items() if name in self.counted}
        labels = [n for name, n in at.items() if name not in self.counted]
        left = max((n for n in labels if n < min(counted, default=0)), default=-1)
        for above in range(first - 1, max(first + height - DEEPEST, 0) - 1, -1):
            row = head[above]
            texts = [text for text in row if text]
            if self.is_title(row):
                continue
            if any(map(self.is_label, texts)) and not labels:
                return texts[-1]
            of_the_table = {row[n] for n in (*range(left + 1), *labels) if n < len(row) and row[n]}
            if labels and len(set(texts)) == 1:
                of_the_table |= {text for text in row[: min(at.values()) + 1] if text}
            over = _reaching(row, head[above + 1 : first + height], self)
            for n, name in counted.items():
                if n >= len(over) or not (text := over[n]) or text in of_the_table:
                    continue
                if texts[0].endswith(":") or _OF_THE_TABLE.match(unaccented(text)):
                    continue
                bare, is_other, _ = self._bare(text)
                if is_other or not self.leaves([bare], name):
                    return text
            if of_the_table:
                return None
        return None

    def is_cut_below(self, head: list[list], row: int, at: dict[str, int]) -> bool:
        """Whether the row below divides the columns (`Trong tháng`, `Lũy kế`, `Tháng 2`) and names nothing
        else."""
        below = next((cells for cells in head[row : row + DEEPEST] if any(cells)), [])
        above = head[row - 1]
        labels = [n for field, n in at.items() if field not in self.counted]
        counted = [n for field, n in at.items() if field in self.counted]
        start = min(counted or (n for n in range(min(labels), len(below) + 1) if n not in labels), default=0)
        own = [None if n < len(above) and text == above[n] else text for n, text in enumerate(below)]
        words = [text for text in own[start:] if text]
        return (
            any(text.strip(" ()") != "%" for text in words)
            and not any(own[:start])
            and (
                all(
                    _is_subheading(text)
                    or text.strip(" ()") == "%"
                    or (self.asked and (dates.is_day(text) or self.asked.is_other(text) is not None))
                    for text in words
                )
                or self._are_numbers_of_months(above, own)
                or _divides(above, own, counted)
            )
        )

    def _are_numbers_of_months(self, above: list[str | None], own: list[str | None]) -> bool:
        """Whether months stand as bare numbers, `1`, `2`, `3`, where one heading reaches over them."""
        printed = {n: text for n, text in enumerate(own) if text}
        if len(printed) < 2 or not all(re.fullmatch(r"0?[1-9]|1[0-2]", text) for text in printed.values()):
            return False
        months = [int(text) for text in printed.values()]
        follow = months == list(range(months[0], months[0] + len(months)))
        others = list(printed)[1:]
        return follow and all(n >= len(above) or not above[n] or above[n] == above[n - 1] for n in others)


def _divides(above: list[str | None], own: list[str | None], counted: list[int]) -> bool:
    """Whether texts that are no figures stand below a heading that counts and the columns to its right that
    have none of their own: they head its parts, whatever they say (`4G`, `14-18`, `(1)`)."""
    for n in counted:
        end = n + 1
        while end < len(own) and (end >= len(above) or above[end] in (None, above[n])):
            end += 1
        texts = own[n:end]
        if any(texts[1:]) and not any(text and FIGURE_OF_COUNT.fullmatch(text) for text in texts):
            return True
    return False


def _is_total(text: str) -> bool:
    return bool(_TOTAL.fullmatch(match_key(text)))


def _is_subheading(text: str) -> bool:
    """Words (`Mức 2`), and neither a unit in brackets nor the number of a column."""
    return text.strip()[:1] != "(" and bool(re.search(r"[a-z]{2}", match_key(text)))


def _wanted(columns: Sequence[Column], key: HeadingKey) -> dict[str, list[str]]:
    """By the key of a heading, the fields that are read under it; several where cells have parts."""
    wanted: dict[str, list[str]] = {}
    for column in columns:
        for heading in dict.fromkeys(key(heading) for heading in column.headings):
            wanted.setdefault(heading, []).append(column.field)
    return wanted


def _fill_merged(rows: list[list], merged: list[tuple[int, int, int, int]]) -> None:
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top : bottom + 1]:
            for n in range(left, min(right + 1, len(row))):
                row[n] = rows[top][left]


def _spread(rows: list[list], known: Known) -> list[list[str]]:
    """The headings of each column from top to bottom."""
    reaching = [_reaching(row, rows[number + 1 :], known) for number, row in enumerate(rows[:-1])]
    return [_levels(column) for column in zip(*reaching, rows[-1], strict=True)]


def _reaching(row: list[str | None], below: list[list], known: Known) -> list[str | None]:
    """A row of headings, each also over the empty cells to its right that have words below them: where cells
    are not merged, as in a CSV, a heading of several columns stands in the first. What heads a column of
    texts reaches no further, nor over one."""
    last, over = None, []
    for n, cell in enumerate(row):
        under = [r[n] for r in below if n < len(r) and r[n]]
        last = cell or (last if under else None)
        is_label = cell and known.is_label(cell)
        over.append(cell if cell or any(map(known.is_label, under)) else last)
        last = None if is_label and not under else last
    return over


def _levels(column: Iterable[str | None]) -> list[str]:
    printed = [cell for cell in column if cell]
    levels = [text for n, text in enumerate(printed) if not n or text != printed[n - 1]]
    return [text for text in levels[:-1] if match_key(text) not in _BETWEEN] + levels[-1:]


def _joined(levels: list[str]) -> str:
    return " ".join(levels)


def _matched(
    levels: list[list[str]], known: Known
) -> tuple[dict[str, int], tuple[tuple[int, int], str] | None]:
    """Which column each field stands in, by its whole heading or else its end; and what stands twice."""
    at: dict[str, int] = {}
    clash = None
    taken: set[int] = set()
    several: set[str] = set()
    for depth in range(DEEPEST):
        found: dict[str, int] = {}
        doubtful: set[str] = set()
        for n, heading in enumerate(levels):
            if n in taken or len(heading) <= depth:
                continue
            named = _named(heading[depth:], known)
            named = [name for name in named if known.leaves(heading[:depth], name)]
            if not named or all(name in at for name in named):
                if known.shares.issuperset(named):
                    several.update(named)
                elif not depth and named and named[0] in at:
                    clash = clash or ((at[named[0]], n), _joined(heading))
                continue
            if any(name in found for name in named):
                first = next(found[name] for name in named if name in found)
                if depth and levels[first][:depth] != heading[:depth] and known.counted.issuperset(named):
                    doubtful.update(named)  # of which group it is nothing tells
                    continue
                if known.shares.issuperset(named):
                    several.update(named)
                    continue
                clash = clash or ((first, n), _joined(heading[depth:]))
            for name in named:
                found.setdefault(name, n)
        for name, n in found.items():
            if name not in at and name not in doubtful:
                at[name] = n
                taken.add(n)
    # Of which counts each of several percentages is their heading does not tell.
    return {name: n for name, n in at.items() if name not in several}, clash


def _named(levels: list[str], known: Known) -> list[str]:
    """The fields that a heading of one or more levels names."""
    named = known.wanted.get(known.key(_joined(levels)))
    if named is None and len(levels) > 1 and (match_key(levels[-1]) in _AMOUNT or _is_total(levels[-1])):
        named = known.wanted.get(known.key(_joined(levels[:-1])))
    return named or []


def _of_families(levels: list[list[str]], at: dict[str, int], known: Known) -> dict[str, int]:
    """The columns whose heading is only that of a part, such as `Sớm hạn`, where its family stands beside it.

    A part that several families have belongs to that of its neighbour.
    """
    parts: dict[str, dict[int, str]] = {}
    family_of: dict[str, set[int]] = {}
    for column in known.columns:
        for family, part in column.parts:
            parts.setdefault(known.key(part), {})[family] = column.field
            family_of.setdefault(column.field, set()).add(family)
    if not parts:
        return {}
    taken = {n: family_of.get(name, set()) for name, n in at.items()}
    open_parts = {}
    for n, heading in enumerate(levels):
        heading = heading[:-1] if len(heading) > 1 and match_key(heading[-1]) in _AMOUNT else heading
        fields = parts.get(known.key(heading[-1]), {}) if n not in taken and heading else {}
        # under what another family counts it is a part of that
        over = [family_of.get(name, set()) for name in known.wanted.get(known.key(_joined(heading[:-1])), [])]
        fields = {
            family: name
            for family, name in fields.items()
            if known.leaves(heading[:-1], name) and all(family in families for families in over)
        }
        if fields:
            open_parts[n] = fields
    found: dict[str, int] = {}
    settled: dict[int, int] = {n: next(iter(f)) for n, fields in open_parts.items() if len(f := fields) == 1}
    settled |= {n: next(iter(families)) for n, families in taken.items() if len(families) == 1}
    for n in sorted(open_parts):
        # A share stands beside the part that it is of.
        counted = [m for m, heading in enumerate(levels) if m == n or not _is_share(heading)]
        at_n = counted.index(n)
        near = [*counted[max(at_n - 1, 0) : at_n], *counted[at_n + 1 : at_n + 2]]
        beside = [
            family
            for m in near
            for family in ({settled[m]} if m in settled else taken.get(m, set())) & open_parts[n].keys()
        ]
        if n not in settled and len(set(beside)) == 1:
            settled[n] = beside[0]
    for n, fields in open_parts.items():
        # Of two alike, each beside what it is a part of, the other one takes its family.
        others = {settled[m] for m in open_parts if m != n and m in settled and open_parts[m] == fields}
        if n not in settled and settled.get(n - 1) in fields and others == fields.keys() - {settled[n - 1]}:
            settled[n] = settled[n - 1]
    for n, fields in open_parts.items():
        name = fields.get(settled.get(n, -1))
        has_kin = sum(family == settled.get(n) for family in settled.values()) > 1
        has_kin |= any(settled.get(n) in families for families in taken.values())
        if name and has_kin and name not in at and name not in found:
            found[name] = n
    return found


def _is_share(heading: list[str]) -> bool:
    return bool(heading) and bool(re.match(patterns.SHARE, match_key(heading[-1])))
