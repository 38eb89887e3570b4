"""Vietnamese wording: one spelling for text that is kept, and a key under which spellings meet."""

import re
import unicodedata
from functools import lru_cache


def tidy(text: str) -> str:
    """NFC, without mark-up (`<b>`, `**`), with single spaces."""
    text = re.sub(r"</?[bi]>|\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


@lru_cache(maxsize=1 << 16)
def match_key(text: str) -> str:
    """Lower case, no diacritics (đ is d), only letters and digits between single spaces.

    `Hoà`, `Hòa`, `HÒA` and `Hoa` meet under one key, as do `Đak Pơ` and `Đăk Pơ`.
    """
    bare = unicodedata.normalize("NFD", tidy(text).casefold()).replace("đ", "d")
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare).strip()
