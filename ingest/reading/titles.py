"""The words of a title over a table: each is known to leave the figures what their headings say, or the table
is not read. What is known stands under `titles` in headings.yml, beside names of units and of documents.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.reading import lines, scopes
from ingest.registry.organisations import organisations
from ingest.wording import HeadingKey, match_key, plain, tidy

LONGEST = 40  # words of a title; what is longer is the text of a letter
_NUMBER_OF_DOCUMENT = re.compile(r"(?i)(?:\bsố\s*:?\s*)?[\w.…]*/[\w.]*[^\W\d]{2}[\w&.-]*")
_OF_DOCUMENT = re.compile(
    r"\b(?:(?:ban hanh )?kem theo|dinh kem|(?:theo|thuc hien|can cu)(?: \w+){1,6}? so\W*[\d…._]+\s*/)[^;()]*"
)
_PLACE_AND_DAY = re.compile(r"[^,:]{2,40},\s*ngay\b[\s\d…._/-]*(?:thang\b.*)?")
# The head of an export.
_PORTAL = re.compile(r"\W*cong dich vu cong(?: truc tuyen)?(?: quoc gia| tinh [a-z ]+)?\W*")
# Labels whose answer is a name, a day or a number.
_LABEL = (
    r"(?:don vi(?: bao cao| tinh| do)?|dvt|co quan(?: bao cao)?|doanh nghiep|nha mang|kinh gui|noi nhan|luu"
    r"|ky(?: bao cao| so lieu)?|(?:thang|quy|nam|tuan)(?: bao cao)?|so|ngay\b.*|nguoi\b.*|ma\b.*|user\b.*"
    r"|dien thoai|email|fax|website|dia chi|thoi gian\b.*|tai khoan(?: dang nhap)?|vai tro|pham vi so lieu"
    r"|tinh|huyen|nguon(?: so lieu| du lieu)?|trang thai\b.*|loai(?: bao cao)?|cap thuc hien"
    r"|(?:ky|thang|quy|nam|thoi diem)(?: bao cao)? (?:truoc|so sanh|lien ke))"
)
_ANSWERED = re.compile(rf"\W*(?:{_LABEL})\s*:")
_NAMES_ONLY_LABEL = re.compile(_LABEL)
_OF_UNITS = re.compile(r"\W*(?:don vi tinh|dvt)\b")  # which `reading.units` reads
_OF_FIGURES = re.compile(
    r"\b(?:ho so|hs|tthc|thu tuc|dvc|dvctt|dich vu|tai khoan|thue bao|ket qua|so lieu|tinh hinh|ty le|bao cao"
    r"|luy ke|thong ke|tong hop)\b|%"
)
# A sentence that says how much figures grew, or what they come to.
_FIGURE = r"(?<![\d/.,-])\d+(?:[.,]\d+)*(?![\d/.,-]*\d)"
_SENTENCE = re.compile(
    rf"\b(?:so (?:sánh )?với|tăng|giảm|đạt)\b.*{_FIGURE}|^\W*\(?\*|^[\W\d_]*$", re.IGNORECASE
)
_APOSTROPHES = re.compile("['\u2019\u2018`\u00b4\u02bc]")
_SHARE = re.compile(r"\d\s*%")
_WITH_DIGIT = re.compile(r"\b(?!\d+g\b|m2m\b)\w*\d\w*\b", re.IGNORECASE)  # 4G narrows
_TONES = "\u0300\u0301\u0303\u0309\u0323"


class Vocabulary:
    """What the titles of a source may say; `key` writes out its short forms."""

    def __init__(self, phrases: Iterable[str], key: HeadingKey):
        phrases = list(phrases)
        self._key = key
        self._phrases = tuple(map(self._keyed, phrases))
        self._words = {word for phrase in (*phrases, *key.short) for word in _spelled(phrase)}

    def _keyed(self, text: str) -> str:
        """Its key, with the `Số` at its beginning that counts for nothing in a heading."""
        return self._key(f"a {text}").removeprefix("a ").strip()

    def unknown(self, text: str, headings: Sequence[str]) -> str | None:
        """The words of a title, without its periods, that are neither known nor in a heading of its table."""
        text = scopes.without_filters_of_all(_APOSTROPHES.sub("", tidy(text)))
        text = re.sub(r"\b([Kk]|[Qq][Uu])[ìíÌÍ]\b", r"\1ỳ", text)
        bare = plain(text)
        is_of_office = lines.names_unit(text) and not _OF_FIGURES.search(bare)
        is_long = len(bare.split()) > LONGEST
        keys = [f" {self._key(heading)} " for heading in headings]
        has_shares = any(" phan tram " in key or " ty le " in key for key in keys)
        if "%" in _SHARE.sub(" ", text) and not has_shares and not _OF_UNITS.match(bare):
            return "%"
        is_about = _PLACE_AND_DAY.fullmatch(bare) or _ANSWERED.match(bare) or _PORTAL.fullmatch(bare)
        if is_of_office or is_long or is_about or _SENTENCE.search(text):
            return None
        document = _OF_DOCUMENT.search(bare)
        text = f"{text[: document.start()]} ; {text[document.end() :]}" if document else text
        text = _NUMBER_OF_DOCUMENT.sub(" ; ", _SHARE.sub(" ", text).replace("%", " "))
        parts = [self._keyed(part) for part in re.split(r"[;:()\[\]]|\.\s", text)]
        rest = [_known(self._phrases, _names()).sub("#", _WITH_DIGIT.sub(" ", part)) for part in parts]
        left = [" ".join(words.split()) for part in rest for words in part.split("#")]
        own = {word for key in keys for word in key.split()}
        left = [words for words in left if not own.issuperset(words.split())]
        left += [] if text.isascii() else self._misspelled(text, headings)
        return _as_printed(text, left[0]) if left else None

    def _misspelled(self, text: str, headings: Sequence[str]) -> list[str]:
        """The words whose diacritics are none of a known word: `Thuê bao vệ tinh` is no `về tỉnh`."""
        known = self._words.union(_words(_names()), *map(_spelled, headings)) - {"nam"}  # also: men
        words = _spelled(_WITH_DIGIT.sub(" ", re.sub(r"(?i)việt nam", " ", text)))
        words = [word for word in words if len(word) > 1 and not re.fullmatch("[ivx]+", word)]
        return [word for word in words if word not in known and match_key(word) not in _words_of_places()]


def _as_printed(text: str, key: str) -> str:
    """The words of a text that are `key`, or it itself where they were written in short."""
    words, many = text.split(), len(key.split())
    found = (" ".join(words[n : n + many]) for n in range(len(words)))
    return next((part.strip(",.;:()") for part in found if match_key(part) == key), key)


def _spelled(text: str) -> list[str]:
    """The words of a text with diacritics, each with its tone at the end: `hoà` is `hòa`, `kì` is `kỳ`."""
    found = []
    for word in re.findall(r"[^\W\d_]+", tidy(text).casefold().replace("\u00f0", "đ")):
        letters = unicodedata.normalize("NFD", word)
        bare = "".join(letter for letter in letters if letter not in _TONES).replace("y", "i")
        found.append(bare + "".join(letter for letter in letters if letter in _TONES))
    return found


def _names() -> tuple[str, ...]:
    return tuple(unit.name_vi for unit in organisations())


@lru_cache(maxsize=2)
def _words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for word in _spelled(name))


def _words_of_places() -> set[str]:
    """Those of districts, which offices spell in more than one way (`Chư Pah`)."""
    return {
        word
        for unit in organisations()
        if unit.level == "district"
        for word in match_key(unit.name_vi.replace("y", "i")).split()
    }


def is_of_document(text: str) -> bool:
    """Whether a line names a document or to whom it goes, and with it perhaps another unit."""
    return bool(re.match(r"\W*(?:kinh gui|noi nhan)", plain(text)) or _OF_DOCUMENT.search(plain(text)))


def is_label(text: str) -> bool:
    """Whether what stands beside a text is the answer to it."""
    return bool(_NAMES_ONLY_LABEL.fullmatch(match_key(text)))


@lru_cache(maxsize=16)
def _known(phrases: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern:
    known = sorted({*phrases, *_units(names)}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(known)}|[ivx]+|[a-z])\b")


def _units(names: tuple[str, ...]) -> list[str]:
    """The names of units as they stand in a text: that of a district also without its kind."""
    found = []
    for key in map(match_key, names):
        found += [key, re.sub(r"^(?:tinh|huyen|thi xa|thanh pho) ", "", key)]
        found += [re.sub(r"^xa|^phuong|^thi tran", kind, key) for kind in ("xa", "x", "phuong", "p", "tt")]
    return [re.escape(key).replace(r"\ ", " ?") for key in dict.fromkeys(found)]
