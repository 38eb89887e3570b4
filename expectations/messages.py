"""A finding in words: the message templates of the rule catalogue, filled from the row that broke the rule.

A template is text with fields. `{column}` is the row's value: decimals in the language's number format
without trailing zeros, whole numbers plain (a line, a year). After a colon stands how to write it:

    {reported_value:reported_decimals}   with as many decimals as another column of the row says
    {value:2}                            with two decimals
    {value:%}                            a percentage of two decimals; of all that it has where the rounded
                                         one would be on another side of the row's target_value
    {points:+}                           a change of two decimals, with its sign
    {amount_vnd:,}                       a whole number with its thousands apart
    {met:đạt|chưa đạt}                   the first for true, the second for false
    {where:locator}                      'line 667, cell 4' is 'Phụ lục 01, mục II.7, cột Kết quả'
    {caveat_line:line}                   the same of a line by its number
    {period_id:period}                   '2024-Q1' is 'quý I năm 2024', a span 'từ quý I đến quý II năm 2024'
    {period_id:short}                    '2024-Q1' is 'quý I/2024'
    {built_at:clock}                     a time of day, which its caller gives in that of Việt Nam
    {built_at:moment}                    the same without saying whose time it is
    {appendix:appendix}                  'PL03' is 'Phụ lục 03'
    {listed:item}                        'PL03.8, PL03.9' is 'Phụ lục 03, các mục 8, 9'
    {plan_id:title}                      what a plan or a source is called
    [text with {column}]                 left out where a field in it is null

Beside its columns a row has `table`, `subject_key`, `not_finite` (columns with NaN or infinity), `where`,
which says the place in both languages, `places`: what an official finds the places of its plan by, and
`titles` of plans and sources by their ids. One that speaks for rows of several periods has `period_to`, the
last of these, and `together`, their number.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any

from expectations.numbers import SPOKEN, rounded

SPACE = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")  # what a part that is left out leaves twice
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
STYLES = ("locator", "line", "period", "short", "appendix", "item", "title", "clock", "moment", ",", "%", "+")
ITEMS = re.compile(r"\bPL(\d+)\.([\w.]*\w)((?:, PL\1\.[\w.]*\w)*)")
SIGNS = {">=": "≥", "<=": "≤"}
PLACES = {
    "lines": "dòng",
    "line": "dòng",
    "characters": "ký tự",
    "character": "ký tự",
    "cell": "ô",
    "row": "hàng",
    "column": "cột",
    "sheet": "trang tính",
}
WHOLE_PLACES = {
    "the whole document": "toàn văn bản",
    "the whole file": "toàn bộ tệp",
    "the file's name": "tên tệp",
    "above the table": "phía trên bảng",
    "below the table": "phía dưới bảng",
}
# A place of a plan within a text, in either language.
LOCATOR = re.compile(r"\b(?:line|dòng) (\d+)(?:, (?:(cell|ô) (\d+)|(characters|ký tự) (\d+-\d+)))?(?![\w-])")
QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}
ABSENT = {"vi": "không có", "en": "none"}


def fields(template: str) -> set[str]:
    """The columns a template needs of its row."""
    named = set()
    for _, name, style, _ in Formatter().parse(template.replace("[", "").replace("]", "")):
        if name is not None:
            named.add(name)
            if style and style not in STYLES and "|" not in style and not style.isdigit():
                named.add(style)
    return named


def filled(template: str, row: Mapping[str, Any], language: str) -> str:
    """The template with the row's values, in `vi` or `en`."""
    kept = OPTIONAL.sub(lambda part: part[1] if all_known(fields(part[1]), row) else "", template)
    text = "".join(
        literal + ("" if name is None or style is None else written(row, name, style, language))
        for literal, name, style, _ in Formatter().parse(kept)
    )
    return SPACE.sub(" ", text).strip()


def all_known(names: Iterable[str], row: Mapping[str, Any]) -> bool:
    return all(row[name] is not None for name in names)


def written(row: Mapping[str, Any], name: str, style: str, language: str) -> str:
    value = row[name]
    number = SPOKEN[language]
    if value is None:
        return ABSENT[language]
    if isinstance(value, Mapping):
        return value[language]
    if style == "locator":
        return cited(value, language, row.get("places") or {})
    if style == "line":
        return cited(f"line {value}", language, row.get("places") or {})
    if style == "period" and row.get("period_to") not in (None, value):
        return span(value, row["period_to"], language)
    if style in ("period", "short"):
        return period(value, language, is_short=style == "short")
    if style in ("clock", "moment"):
        return clock(value, language, is_short=style == "moment")
    if style == "%":
        return f"{number(rounded(value, row.get('target_value')))}%"
    if style == "+":
        return signed(value, language)
    if style == "appendix":
        return re.sub(r"^PL", "Phụ lục " if language == "vi" else "Appendix ", value)
    if style == "item":
        return items(value, language)
    if style == "title":
        return row.get("titles", {}).get(value, {}).get(language, value)
    if "|" in style:
        return style.split("|")[0 if value else 1]
    if style == ",":
        return number(value)
    if isinstance(value, Decimal | float):
        return number(value, int(style) if style.isdigit() else row[style] if style else None)
    if isinstance(value, date):
        return day(value, language)
    return SIGNS.get(value, str(value))


def cited(text: str, language: str, places: Mapping[str, Mapping[str, str]]) -> str:
    """The text with what an official finds its places by; a place that has no such name in words."""

    def name(found: re.Match) -> str:
        line, _, cell, _, characters = found.groups()
        locator = f"line {line}"
        locator += f", cell {cell}" if cell else f", characters {characters}" if characters else ""
        known = places.get(locator) or places.get(f"line {line}")
        return known[language] if known else found[0]

    return in_words(LOCATOR.sub(name, text), language)


def items(text: str, language: str) -> str:
    """'Phụ lục 01, mục I.4' for 'PL01.I.4', and several of one appendix together."""
    appendix, one, several = (
        ("Phụ lục", "mục", "các mục") if language == "vi" else ("Appendix", "item", "items")
    )

    def name(found: re.Match) -> str:
        number, first, others = found.groups()
        listed = first + others.replace(f"PL{number}.", "")
        return f"{appendix} {number}, {several if others else one} {listed}"

    return ITEMS.sub(name, text)


def in_words(text: str, language: str) -> str:
    """Locators are written in English; quoted text in them is left alone because it holds no such words."""
    if language != "vi":
        return text
    if text in WHOLE_PLACES:
        return WHOLE_PLACES[text]
    return re.sub(rf"\b({'|'.join(PLACES)})\b(?= \S)", lambda word: PLACES[word[1]], text)


def period(period_id: str, language: str, *, is_short: bool = False) -> str:
    """'quý I năm 2024', short 'quý I/2024'."""
    year, _, rest = period_id.partition("-")
    if language == "en":
        return f"quarter {rest[1:]} of {year}" if rest.startswith("Q") else period_id
    if not rest:
        return f"năm {year}"
    part = f"quý {QUARTERS[rest[1:]]}" if rest.startswith("Q") else f"tháng {int(rest)}"
    return f"{part}/{year}" if is_short else f"{part} năm {year}"


def span(first: str, last: str, language: str) -> str:
    """'từ tháng 1 đến tháng 6 năm 2024'."""
    if language == "en":
        return f"{period(first, language)} to {period(last, language)}"
    start = period(first, language)
    if "-" in first and first[:4] == last[:4]:
        start = start.rpartition(" năm ")[0]
    return f"từ {start} đến {period(last, language)}"


def day(moment: date, language: str) -> str:
    return f"{moment:%d/%m/%Y}" if language == "vi" else f"{moment:%Y-%m-%d}"


def clock(moment: datetime, language: str, *, is_short: bool = False) -> str:
    """A time of day in Việt Nam."""
    if language == "vi":
        return f"{moment:%H:%M} ngày {day(moment, language)}{'' if is_short else ' (giờ Việt Nam)'}"
    return f"{moment:%Y-%m-%d %H:%M}{'' if is_short else ' (Việt Nam time)'}"


def signed(change: Decimal, language: str) -> str:
    """'+12,89' or '−0,7'; one that two decimals would hide keeps all of its own."""
    shown = rounded(change) or change
    sign = "+" if shown > 0 else "\N{MINUS SIGN}" if shown < 0 else ""
    return f"{sign}{SPOKEN[language](abs(shown))}"
