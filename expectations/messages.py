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
    {count:file|files}                   a number with the word that goes with it: 1 file, 2 files
    {where:locator}                      'line 667, cell 4' is 'Phụ lục 01, mục II.7, cột Kết quả'
    {qualifier:bound}                    what goes before a number that is one, '> '; nothing where it is none
    {raw_text:printed}                   49,3% as a plan prints it in the language's own format; places
                                         beside them as for locator
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

from expectations.numbers import SPOKEN, SWAPPED, rounded
from expectations.texts import words

SPACE = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")  # what a part that is left out leaves twice
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
BOUND = re.compile(r"\{\w+:bound\}")  # nothing is no reason to leave out the number it stands before
STYLES = (
    *("locator", "printed", "line", "period", "short", "appendix", "item", "title", "clock", "moment"),
    "bound",
    *(",", "%", "+"),
)
ITEMS = re.compile(r"\bPL(\d+)\.([\w.]*\w)((?:, PL\1\.[\w.]*\w)*)")
SIGNS = {">=": "≥", "<=": "≤", "~": "≈"}
# A place of a plan within a text, in either language.
_LINE, _CELL, _CHARACTERS = (
    "|".join(words(language)["places"][name] for language in ("en", "vi"))
    for name in ("line", "cell", "characters")
)
LOCATOR = re.compile(rf"\b(?:{_LINE}) (\d+)(?:, (?:({_CELL}) (\d+)|({_CHARACTERS}) (\d+-\d+)))?(?![\w-])")
QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)+")


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
    kept = OPTIONAL.sub(
        lambda part: part[1] if all_known(fields(BOUND.sub("", part[1])), row) else "", template
    )
    text = "".join(
        literal + ("" if name is None or style is None else after(literal, row, name, style, language))
        for literal, name, style, _ in Formatter().parse(kept)
    )
    return SPACE.sub(" ", text).strip()


def after(words_before: str, row: Mapping[str, Any], column: str, style: str, language: str) -> str:
    """What is filled in; within a sentence remarks, and kinds of units before their names, begin small."""
    name = written(row, column, style, language)
    if column.startswith("detail_") and words_before.endswith(": ") and not name[1:2].isupper():
        return name[:1].lower() + name[1:]
    units = words(language)["units"]
    if not re.search(rf"\b(?:{units['after']}) $", words_before):
        return name
    kinds = rf"(?:^|(?<=, ))(?:{units['kinds']}) (?=\S)"
    return re.sub(kinds, lambda of: of[0] if name[of.end()].islower() else of[0].lower(), name)


def all_known(names: Iterable[str], row: Mapping[str, Any]) -> bool:
    return all(row[name] is not None for name in names)


def written(row: Mapping[str, Any], name: str, style: str, language: str) -> str:
    value = row[name]
    number = SPOKEN[language]
    if style == "bound":
        return f"{SIGNS.get(value, value)}\N{NO-BREAK SPACE}" if value else ""
    if value is None:
        return words(language)["values"]["absent"]
    if isinstance(value, Mapping):
        return value[language]
    if style == "locator":
        return cited(value, language, row.get("places") or {})
    if style == "printed":
        own = value if language == "vi" else NUMBER.sub(lambda found: found[0].translate(SWAPPED), value)
        return cited(own, language, row.get("places") or {})
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
        return re.sub(r"^PL(.+)", lambda of: words(language)["items"]["appendix"].format(number=of[1]), value)
    if style == "item":
        return items(value, language)
    if style == "title":
        return row.get("titles", {}).get(value, {}).get(language, value)
    if "|" in style:
        one, other = style.split("|")
        if isinstance(value, bool):
            return one if value else other
        return f"{number(value)} {one if value == 1 else other}"
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

    def name(found: re.Match) -> str:
        number, first, others = found.groups()
        kind = "several" if others else "one"
        listed = first + others.replace(f"PL{number}.", "")
        return words(language)["items"][kind].format(number=number, items=listed)

    return ITEMS.sub(name, text)


def in_words(text: str, language: str) -> str:
    """Locators are written in English; quoted text in them is left alone because it holds no such words."""
    known = words(language)
    if text in known["whole_places"]:
        return known["whole_places"][text]
    return re.sub(rf"\b({'|'.join(known['places'])})\b(?= \S)", lambda word: known["places"][word[1]], text)


def period(period_id: str, language: str, *, is_short: bool = False, is_of_year: bool = False) -> str:
    """'quý I năm 2024', short 'quý I/2024', beside its year 'quý I'."""
    year, _, rest = period_id.partition("-")
    kind, number = "year", ""
    if rest.startswith("Q"):
        kind, number = "quarter", QUARTERS[rest[1:]] if language == "vi" else rest[1:]
    elif rest:
        kind, number = "month", rest.lstrip("0") if language == "vi" else rest
    if rest and (is_of_year or is_short):
        kind += "_of_year" if is_of_year else "_short"
    return words(language)["periods"][kind].format(year=year, number=number)


def span(first: str, last: str, language: str) -> str:
    """'từ tháng 1 đến tháng 6 năm 2024'."""
    start = period(first, language, is_of_year="-" in first and first[:4] == last[:4])
    return words(language)["periods"]["span"].format(first=start, last=period(last, language))


def day(moment: date, language: str) -> str:
    return format(moment, words(language)["times"]["day"])


def clock(moment: datetime, language: str, *, is_short: bool = False) -> str:
    """A time of day in Việt Nam."""
    kind = "short" if is_short else "full"
    return words(language)["times"][kind].format(time=f"{moment:%H:%M}", day=day(moment, language))


def signed(change: Decimal, language: str) -> str:
    """'+12,89' or '−0,7'; one that two decimals would hide keeps all of its own."""
    shown = rounded(change) or change
    sign = "+" if shown > 0 else "\N{MINUS SIGN}" if shown < 0 else ""
    return f"{sign}{SPOKEN[language](abs(shown))}"
