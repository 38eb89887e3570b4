"""Vietnamese wording: one spelling for text that is kept, and a key under which spellings meet."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

# The mark of a footnote, `(*)`, is none.
_MARK_UP = re.compile(r"</?[bi]>|(?<![(*])\*\*(?!\))|(?<![\w(*])\*(?=[^\s*)])|(?<=[^\s(*])\*(?![\w)*])")


@lru_cache(maxsize=1 << 14)
def tidy(text: str) -> str:
    """NFC, without mark-up (`<b>`, `**`), with single spaces."""
    text = _MARK_UP.sub("", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """Lower case without diacritics (đ is d), its marks kept: letter by letter as long as the text in NFC."""
    return "".join(
        unicodedata.normalize("NFD", letter)[0].lower()[:1].replace("đ", "d")
        for letter in unicodedata.normalize("NFC", text)
    )


ROW_NUMBER = re.compile(r"(?:so )?tt|stt|so thu tu|s tt")  # of keys of headings: the column that counts rows


def unaccented(text: str) -> str:
    """A tidy text in lower case without diacritics (đ is d), its marks kept."""
    bare = unicodedata.normalize("NFD", tidy(text).casefold()).replace("đ", "d")
    return "".join(c for c in bare if not unicodedata.combining(c))


@lru_cache(maxsize=1 << 16)
def match_key(text: str) -> str:
    """Lower case, no diacritics (đ is d), only letters and digits between single spaces.

    `Hoà`, `Hòa`, `HÒA` and `Hoa` meet under one key, as do `Đak Pơ` and `Đăk Pơ`.
    """
    return re.sub(r"[\W_]+", " ", unaccented(text)).strip()


@cache
def _spellings() -> dict[str, str]:
    """By plain letter, all letters that are it without their marks."""
    found: dict[str, str] = {}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        bare = unaccented(chr(code))
        found[bare] = found.get(bare, "") + chr(code)
    return {bare: letters for bare, letters in found.items() if bare.isalpha() and len(bare) == 1}


def begins(keys: str) -> str:
    """A regular expression of polars for cells whose key begins with one of some plain words, parted by bars,
    and for cells with mark-up. A word boundary, or marks behind letters, would cost thirty times as much."""
    letters = _spellings()
    words = ("".join(r"[\W_]+" if c == " " else f"[{letters[c]}]" for c in key) for key in keys.split("|"))
    return rf"^[\W_]*(?:{'|'.join(words)})(?:[\W_]|$)|<"


_FOOTNOTE = re.compile(r"\((?:\*+|\d{1,2})\)|\*+$|[\u00b9\u00b2\u00b3\u2070-\u2079]+$")
_FORMULA = re.compile(r"\(?\d{1,2}\)?\s*=\s*[\d\s()+/*x:.%-]+$")
_PLAIN_UNIT = re.compile(
    r"\((?:(?:đvt|đơn vị(?: tính)?)\s*:?\s*)?(?:người|tài khoản|tk|công dân|hồ sơ|hs|thủ tục|tthc|dịch vụ"
    r"|thuê bao|tb|giao dịch|đơn vị|cơ sở|điểm)\)",
    re.IGNORECASE,
)
# Of households a unit; of anything else a part.
_UNIT_OF_HOUSEHOLDS = re.compile(
    r"(?<=hộ )(.*)\((?:(?:đvt|đơn vị(?: tính)?)\s*:?\s*)?hộ(?: gia đình)?\)", re.IGNORECASE
)


class HeadingKey:
    """The key under which two wordings of one heading meet: `match_key` with short forms written out, and
    without footnote marks, formulas, a unit in brackets and a leading `Số` or `Tổng số`. A percent sign
    stays, at the end.
    """

    def __init__(self, short_forms: Mapping[str, str]):
        forms = {match_key(short): match_key(long) for short, long in short_forms.items()}
        self._forms = forms
        self.short = tuple(short_forms)
        self._short = (
            re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, forms), key=len, reverse=True))})\b")
            if forms
            else None
        )
        self._keys = lru_cache(maxsize=1 << 14)(self._key)

    def __call__(self, heading: str) -> str:
        return self._keys(heading)

    def _key(self, heading: str) -> str:
        text = _UNIT_OF_HOUSEHOLDS.sub(r"\1 ", tidy(heading))
        text = _PLAIN_UNIT.sub(" ", _FORMULA.sub(" ", _FOOTNOTE.sub(" ", text)))
        key = match_key(text.replace("%", " phan tram "))
        if self._short:
            key = self._short.sub(lambda found: self._forms[found[0]], key)
        is_percent = bool(re.search(r"\bphan tram\b", key))
        key = re.sub(r"\s+", " ", re.sub(r"\bphan tram\b", " ", key)).strip()
        key = re.sub(r"^(?:tong )?so (?:luong )?(?=\S)", "", key) or key
        return f"{key} phan tram".strip() if is_percent else key
