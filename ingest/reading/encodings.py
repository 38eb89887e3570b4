"""Which encoding a text has, by its content: UTF-8, UTF-16, windows-1258 or TCVN3. All text leaves as NFC.

A TCVN3 text has one code per small letter; capitals are the same codes in another font (.VnTimeH), so they
come out small. Only the seven bare capitals of TCVN 5712 (Ă Â Ê Ô Ơ Ư Đ) have codes of their own.
"""

import codecs
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ingest.errors import Refused

TCVN3_CODES = (
    "b8 b5 b6 b7 b9 a8 be bb bc bd c6 a9 ca c7 c8 c9 cb ae d0 cc ce cf d1 aa d5 d2 d3 d4 d6 dd d7 d8 dc de "
    "e3 df e1 e2 e4 ab e8 e5 e6 e7 e9 ac ed ea eb ec ee f3 ef f1 f2 f4 ad f8 f5 f6 f7 f9 fd fa fb fc fe"
)
TCVN3_LETTERS = "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"
TCVN3 = dict(zip(bytes.fromhex(TCVN3_CODES), TCVN3_LETTERS, strict=True))
CAPITALS = dict(zip(range(0xA1, 0xA8), "ĂÂÊÔƠƯĐ", strict=True))
_FROM_TCVN3 = TCVN3 | CAPITALS

SAMPLE = 1 << 20  # bytes of an 8-bit text that are weighed
LOST = "\ufffd"
# UTF-8 that was read as Latin-1 or windows-1252.
MOJIBAKE = re.compile("á[º»][\u0080-\u00bf€-™]|Ä[\u2018\u0090\u0091]|Æ[°¡]|Ã[¡-¿]")
QUESTION_MARKS = re.compile(r"[^\W\d_]\?[^\W\d_]")

_SYLLABLE = re.compile(
    r"(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpthk])?"
)
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


@dataclass(frozen=True)
class Encoding:
    """How bytes become text: a codec, and for TCVN3 what its codes mean beyond Latin-1."""

    name: str
    codec: str
    letters: dict[int, str] = field(default_factory=dict)

    def text(self, body: bytes) -> str:
        text = body.decode(self.codec)
        return unicodedata.normalize("NFC", text.translate(self.letters) if self.letters else text)

    def lines(self, body: bytes) -> Iterator[str]:
        """Line by line, so that a large file is never held as text. Not yet NFC."""
        for line in io.TextIOWrapper(io.BytesIO(body), self.codec, newline=""):
            yield line.translate(self.letters) if self.letters else line


UTF_8 = Encoding("UTF-8", "utf-8-sig")
UTF_16 = Encoding("UTF-16", "utf-16")
UTF_16_LE = Encoding("UTF-16", "utf-16-le")
UTF_16_BE = Encoding("UTF-16", "utf-16-be")
WINDOWS_1258 = Encoding("windows-1258", "cp1258")
TCVN_3 = Encoding("TCVN3", "latin-1", _FROM_TCVN3)
_NO_LETTER = re.compile(rb"[\0\x01\x03\x04\x07\x08\x0e-\x13\x15-\x18\x1a]")  # VISCII has letters between


def encoding(name: str, body: bytes) -> Encoding:
    """Raises Refused: `encoding_unknown` where no encoding gives Vietnamese, `truncated` in half a letter."""
    found = _encoding(name, body)
    _refuse_lost_letters(name, body, found)
    return found


def is_binary(body: bytes) -> bool:
    """Whether bytes that no encoding here fits are no text at all: they hold what none has as a letter."""
    return bool(_NO_LETTER.search(body, 0, 4096))


def text_of(name: str, body: bytes) -> str:
    """The whole text, for files that are not read line by line. Raises Refused."""
    return encoding(name, body).text(body)


def from_tcvn3(text: str) -> str:
    """A text whose letters are TCVN3 codes kept as Unicode code points, as in cells set in a .VnTime font."""
    return text.translate(_FROM_TCVN3)


def is_tcvn3(text: str) -> bool:
    """Whether a Unicode text is TCVN3 codes in disguise: only then its translation is Vietnamese."""
    text = re.sub(r"(?<=\d)[\u00b9\u00b2\u00b3]+(?!\w)", "", text)  # the raised mark of a footnote
    odd = {c for c in text if c > "\x7f"}
    if not odd or any(ord(c) > 0xFF for c in odd):
        return False
    return _fitting(from_tcvn3(text)) > max(0.5, _fitting(text) + 0.2)


def _encoding(name: str, body: bytes) -> Encoding:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _checked(name, body, UTF_16)
    sample = body[:4096]
    if len(sample) > 3 and sample.count(0) > len(sample) // 4:
        return _checked(name, body, UTF_16_LE if sample[1::2].count(0) > sample[::2].count(0) else UTF_16_BE)
    try:
        return _checked(name, body, UTF_8)
    except Refused as refused:
        if refused.code == "truncated":
            raise
    return _eight_bit(name, body)


def _checked(name: str, body: bytes, encoding: Encoding) -> Encoding:
    if encoding is UTF_8 and not any(text is None for text in _parts(body)):
        return encoding
    try:
        decoder = codecs.getincrementaldecoder(encoding.codec)()
        for start in range(0, len(body), SAMPLE):
            decoder.decode(body[start : start + SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if error.reason in ("unexpected end of data", "truncated data"):
            raise Refused(
                f"{name}: ends in the middle of a letter; fetch the whole file and send it again",
                code="truncated",
            ) from None
        raise Refused(f"{name}: is not {encoding.name}", code="encoding_unknown") from None
    return encoding


def _eight_bit(name: str, body: bytes) -> Encoding:
    """windows-1258 or TCVN3, whichever makes Vietnamese syllables of the words with accents."""
    weighed = {}
    for candidate in (WINDOWS_1258, TCVN_3):
        try:
            weighed[candidate.name] = _fitting(candidate.text(_telling(body))), candidate
            candidate.text(body)
        except UnicodeDecodeError:
            weighed[candidate.name] = 0.0, candidate
    (best, found), (other, _) = sorted(weighed.values(), key=lambda pair: -pair[0])
    if best < 0.5 or best - other < 0.2:
        raise Refused(
            f"{name}: byte {_first_odd(body) + 1}: is neither UTF-8 nor UTF-16, windows-1258 or TCVN3 text; "
            "save the file as UTF-8 and send it again",
            code="encoding_unknown",
            locator=f"byte {_first_odd(body) + 1}",
        )
    return found


def _telling(body: bytes) -> bytes:
    """The first lines that hold more than ASCII; the rest says nothing about the encoding."""
    letters = bytearray()
    for line in io.BytesIO(body):
        if not line.isascii():
            letters += line
        if len(letters) > SAMPLE:
            break
    return bytes(letters)


def _first_odd(body: bytes) -> int:
    return next((n for n, byte in enumerate(body) if byte > 0x7F), 0)


def _fitting(text: str) -> float:
    """Of the words with letters beyond ASCII, the share that are Vietnamese syllables."""
    words = [w for w in re.split(r"[\s\d!-/:-@\[-`{-~\u2010-\u2026\xa0]+", text) if not w.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    if word[1:] != word[1:].lower() and word != word.upper():
        return False
    apart = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", apart.translate(_TONES))
    tones = len(apart) - len(apart.translate(_TONES))
    return tones <= 1 and re.fullmatch(_SYLLABLE, bare) is not None


def _parts(body: bytes) -> Iterator[pl.Series | None]:
    """Some lines after the other in a cell of the library, which checks them; None for what is no UTF-8."""
    start = 0
    while start < len(body):
        end = body.rfind(b"\n", start, start + 4 * SAMPLE) + 1 or len(body)
        try:
            yield pl.Series([body[start:end]]).cast(pl.String)
        except pl.exceptions.PolarsError:
            yield None
        start = end


def _may_be_lost(body: bytes) -> bool:
    """Whether UTF-8 holds anything of what follows, at the speed of the library."""
    signs = f"{LOST}|á[\u0080-\u00bf]|[ÄÆÃ?]"
    return any(text is None or text.str.contains(signs).item() for text in _parts(body))


def _refuse_lost_letters(name: str, body: bytes, found: Encoding) -> None:
    """A file may be well-formed and yet have lost its letters on the way here."""
    if not found.name.startswith("UTF") or (found is UTF_8 and not _may_be_lost(body)):
        return
    line, marks = 1, 0
    text = io.TextIOWrapper(io.BytesIO(body), found.codec, newline="")
    while part := text.read(SAMPLE) + text.readline():
        what, at = None, part.find(LOST)
        if at >= 0:
            what = "letters that were lost"
        elif not part.isascii() and (match := MOJIBAKE.search(part)):
            what, at = "letters that were read in a wrong encoding", match.start()
        elif "?" in part and "://" not in part:
            inside = [match.start() for match in QUESTION_MARKS.finditer(part)]
            marks += len(inside)
            if marks > 2:
                what, at = "question marks inside words, letters that were lost", inside[0]
        if what:
            line += part.count("\n", 0, at)
            raise Refused(
                f"{name}: line {line}: has {what}; ask its sender for the file as it was, saved as UTF-8",
                code="encoding_unknown",
                locator=f"line {line}",
            )
        line += part.count("\n")
