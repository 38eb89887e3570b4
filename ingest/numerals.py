"""Vietnamese numerals: digits in either convention, percentages with their operator, money, words.

Which convention a table uses is decided by the table, never by the cell: `169,547` has both meanings.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from ingest.wording import match_key

DOT = "."  # 1.257.210 and 43,48: the convention of Vietnamese prose
COMMA = ","  # 4,702.037: what spreadsheets print
PLACES = 4  # decimals that are kept; a number with more is refused rather than rounded

MAGNITUDES = {"nghin": 10**3, "ngan": 10**3, "trieu": 10**6, "ty": 10**9, "ti": 10**9}


def number(text: str, thousands: str = DOT) -> Decimal:
    """`1.257.210` or, with `COMMA`, `4,702.037`. ValueError where it is no number in that convention."""
    decimal = COMMA if thousands == DOT else DOT
    whole, dot, part = text.strip().partition(decimal)
    grouped = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+"
    if not re.fullmatch(grouped, whole, re.ASCII) or (dot and not re.fullmatch(r"\d+", part, re.ASCII)):
        raise ValueError(f"{text!r} is not a number written with {thousands!r} between thousands")
    if len(part) > PLACES or len(whole) > 19:
        raise ValueError(f"{text!r} has more digits than are kept")
    return Decimal(whole.replace(thousands, "") + dot.replace(COMMA, DOT) + part)


def readings(text: str) -> dict[str, Decimal]:
    """What the text means in each convention that can read it."""
    found = {}
    for thousands in (DOT, COMMA):
        try:
            found[thousands] = number(text, thousands)
        except ValueError:
            continue
    return found


def decimals(value: Decimal) -> int:
    """Digits printed after the decimal mark: 2 for 43,48."""
    return max(0, -int(value.as_tuple().exponent))


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as Vietnamese offices round."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def convention(cells: Iterable[str], total: str | None = None, wholes: Iterable[str] = ()) -> str | None:
    """The mark between thousands in a table: `DOT`, `COMMA`, or None where nothing decides.

    A printed total proves it: only one reading adds up, at the precision of the total. Without that proof
    the cells that only one convention can read decide, or of `wholes`, which count things, can read as a
    whole number. Where every cell means the same in both, it does not matter.
    """
    read = [readings(cell) for cell in cells]
    read += [{m: value for m, value in readings(cell).items() if not decimals(value)} for cell in wholes]
    whole = readings(total) if total else {}
    proven = [mark for mark in whole if all(mark in cell for cell in read) and _adds_up(read, whole, mark)]
    if len(proven) == 1:
        return proven[0]
    if whole:
        read.append(whole)
    votes = {mark: sum(list(cell) == [mark] for cell in read) for mark in (DOT, COMMA)}
    if votes[DOT] != votes[COMMA]:
        return max(votes, key=votes.__getitem__)
    same = all(len(set(cell.values())) < 2 for cell in read)
    return DOT if same and not votes[DOT] else None


def _adds_up(cells: list[dict[str, Decimal]], total: dict[str, Decimal], mark: str) -> bool:
    return rounded(sum((cell[mark] for cell in cells), Decimal()), decimals(total[mark])) == total[mark]


OPERATORS = {
    "": ">=",
    "đạt": ">=",
    "≥": ">=",
    ">=": ">=",
    "=>": ">=",
    "tối thiểu": ">=",
    "ít nhất": ">=",
    ">": ">",
    "trên": ">",
    "hơn": ">",
    "<": "<",
    "dưới": "<",
    "≤": "<=",
    "<=": "<=",
    "không quá": "<=",
    "tối đa": "<=",
}


def percent(text: str, thousands: str = DOT) -> Decimal:
    """`43,48%` is 43.48. ValueError for anything that is not a plain number, with or without its sign."""
    return number(text.strip().removesuffix("%").rstrip(), thousands)


def factor(unit: str) -> int:
    """How many đồng are in one `đồng`, `triệu đồng`, `tỷ đồng`, `nghìn tỷ`. ValueError for another unit."""
    words = re.sub(r"\b(dong|vnd)$", "", match_key(unit)).split()
    if not match_key(unit) or any(word not in MAGNITUDES for word in words):
        raise ValueError(f"{unit!r} is not an amount of đồng")
    product = 1
    for word in words:
        product *= MAGNITUDES[word]
    return product


def money(text: str, unit: str, thousands: str = DOT) -> Decimal:
    """`169,547` and `tỷ đồng` are 169547000000 đồng. ValueError for another unit, or beyond 10**18."""
    value = number(text, thousands) * factor(unit)
    if value >= 10**18:
        raise ValueError(f"{text} {unit} is more than can be kept")
    return value


def roman(text: str) -> int:
    """`XIV` is 14, small letters too; 0 for what is no such numeral up to 39."""
    values = [{"i": 1, "v": 5, "x": 10}.get(letter, 0) for letter in text.lower()]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values)) if all(values) else 0


DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_DIGIT = {match_key(word): value for value, word in enumerate(DIGITS)}
_TENS_DIGIT = _DIGIT | {"tu": 4, "lam": 5, "nham": 5}  # hai mươi tư, hai mươi lăm; mốt has the key of một
_ORDER = (("ty", 10**9), ("trieu", 10**6), ("nghin", 10**3))


def from_words(text: str) -> int:
    """`Một trăm sáu mươi chín tỷ, năm trăm bốn mươi bảy triệu đồng` is 169547000000.

    Diacritics and capitals do not matter, nor do a closing `đồng`, `chẵn`. ValueError where a word is no
    numeral, where the words are not in falling order, or where they have two meanings (`một trăm năm`).
    """
    words = match_key(text).replace("ngan", "nghin").split()
    words = ["ty" if word == "ti" else word for word in words]
    while words and words[-1] in ("dong", "chan"):
        words.pop()
    try:
        if not words:
            raise ValueError("no words")
        return _descend(words, _ORDER, leading=True)
    except (ValueError, KeyError) as trouble:
        raise ValueError(f"{text!r} is not a number in words: {trouble}") from None


def words_precision(text: str) -> int:
    """The smallest magnitude the words name: 1000000 where they end with `triệu đồng`."""
    words = [word for word in match_key(text).split() if word not in ("dong", "chan")]
    return MAGNITUDES.get(words[-1], 1) if words else 1


def _descend(words: list[str], order: tuple[tuple[str, int], ...], leading: bool) -> int:
    if not order:
        return _below_thousand(words, leading)
    (name, size), smaller = order[0], order[1:]
    if words.count(name) > 1:
        raise ValueError(f"{name} twice")
    if name not in words:
        return _descend(words, smaller, leading)
    at = words.index(name)
    # Nghìn tỷ and triệu tỷ: what stands before tỷ may itself hold the smaller magnitudes.
    many = _descend(words[:at], smaller, leading)
    rest = _descend(words[at + 1 :], smaller, leading=False) if words[at + 1 :] else 0
    return many * size + rest


def _below_thousand(words: list[str], leading: bool) -> int:
    total, tail = 0, list(words)
    if not tail:
        raise ValueError("a magnitude without a number before it")
    hundreds = "tram" in tail
    if hundreds:
        at = tail.index("tram")
        if at != 1:
            raise ValueError("trăm must follow one digit")
        total, tail = _DIGIT[tail[0]] * 100, tail[2:]
        if not tail:
            return total
    if tail[0] in ("le", "linh"):
        if len(tail) != 2 or (leading and not hundreds):
            raise ValueError("lẻ must stand before one digit")
        return total + _TENS_DIGIT[tail[1]]
    if "muoi" in tail[:2]:  # mười and mươi: ten at the start, tens after a digit
        at = tail.index("muoi")
        total += 10 if at == 0 else _DIGIT[tail[0]] * 10
        tail = tail[at + 1 :]
        if len(tail) > 1:
            raise ValueError(f"{' '.join(tail)} after tens")
        return total + (_TENS_DIGIT[tail[0]] if tail else 0)
    if len(tail) != 1 or hundreds or not leading:
        raise ValueError(f"{' '.join(tail)} can be read in two ways")
    return _DIGIT[tail[0]]


def in_words(value: int) -> str:
    """The words an office writes for a whole number below 10**18: 904 is `chín trăm lẻ bốn`."""
    if not 0 <= value < 10**18:
        raise ValueError(f"{value} is outside 0 to 10**18")
    return _spell(value, (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3)), leading=True)


def _spell(value: int, order: tuple[tuple[str, int], ...], leading: bool) -> str:
    if not order:
        return _spell_below_thousand(value, leading)
    (name, size), smaller = order[0], order[1:]
    many, rest = divmod(value, size)
    if not many:
        return _spell(rest, smaller, leading)
    head = f"{_spell(many, smaller, leading)} {name}"
    return f"{head} {_spell(rest, smaller, leading=False)}" if rest else head


def _spell_below_thousand(value: int, leading: bool) -> str:
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    if leading and value < 10:
        return DIGITS[value]
    words = [] if leading and not hundreds else [DIGITS[hundreds], "trăm"]
    if tens:
        words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
        words += [{1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, DIGITS[ones])] if ones else []
    elif ones:
        words += ["lẻ", DIGITS[ones]]
    return " ".join(words)
