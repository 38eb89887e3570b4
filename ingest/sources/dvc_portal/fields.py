"""Fields of the national portal's records: which are known, and what the words of others say of the figures
beside them."""

import re
from decimal import Decimal
from functools import lru_cache

from ingest.reading import blocks, lines, scopes, unit_rows, units
from ingest.reading.asked import Asked, in_words
from ingest.reading.replies import Value
from ingest.registry.headings import wordings
from ingest.wording import match_key

COUNTS = {
    **dict.fromkeys(
        (
            "HS_TOTAL",
            "DB_TOTAL",
            "TNTK_TOTAL",
            "HTN_TRUCTIEP_TOTAL",
            "HTN_BUUCHINH_TOTAL",
            "HTN_TRUCTUYEN_TOTAL",
            "HTDH_TOTAL",
            "HTQH_TOTAL",
            "DXLTH_TOTAL",
            "DXLQH_TOTAL",
        ),
        "dossiers",
    ),
    **dict.fromkeys(("GDTTQG_TOTAL", "GDTT_TOTAL", "NTTQG_TOTAL"), "transactions"),
}
RATIOS = {"TILE", "TILE_DB"}
# Shares beside the count of the same name: known, and not kept, for they follow from the counts.
SHARES = {
    *("HTN_TRUCTIEP", "HTN_BUUCHINH", "HTN_TRUCTUYEN", "HTDH", "HTQH", "DXLTH", "DXLQH"),
    *("GDTTQG", "GDTT", "NTTQG"),
}
TOTAL_SCORE = "TONG_SCORE"
MAXIMA = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22, TOTAL_SCORE: 100}
ABOUT = {
    *("ID", "TEN", "MA_COQUAN", "TEN_COQUAN", "LOAI_COQUAN"),
    *("CAPDONVIID", "ID_COQUAN", "ROW_STT", "GEO_JSON"),
}
# By which six rounded scores and their total may differ, as in invariants.yml.
ROUNDED_SCORES = Decimal("0.4")
PERIOD = {"NAM", "YEAR", "THANG", "MONTH"}


def plain_name(field: str) -> str:
    return field.upper().replace("_", "")


_KNOWN = {plain_name(field): field for field in (*COUNTS, *RATIOS, *SHARES, *MAXIMA, *ABOUT, *PERIOD)}
NUMBERS = COUNTS.keys() | RATIOS | MAXIMA.keys()


@lru_cache(maxsize=1 << 10)
def known_fields(paths: tuple[str, ...]) -> dict[str, str]:
    """Which of the known fields stand at the paths of a record; most records have the same."""
    return {path: field for path in paths if (field := _field_of(path))}


def _field_of(path: str) -> str | None:
    top, *inner = re.split(r"[.\[]", path, maxsplit=1)
    field = _KNOWN.get(plain_name(top))
    return field if field and (not inner or field in ABOUT) else None


_SCORE = {"DIEM", "DIEMSO", "SCORE"}  # under which names the score of a group stands in it


def scores_of_groups(fields: dict[str, Value], known: dict[str, str]) -> dict[str, str]:
    """The scores within groups, where all six are there and add up to the total; else they are not read."""
    nested = {path: path.rpartition(".")[::2] for path in fields if path not in known and "." in path}
    six = MAXIMA.keys() - {TOTAL_SCORE}
    if not nested or six & set(known.values()):
        return {}
    values = {path: plain_name(value) for path, value in fields.items() if isinstance(value, str)}
    codes = {group: _KNOWN[values[path]] for path, (group, _) in nested.items() if values.get(path) in _KNOWN}
    found: dict[str | None, list[str]] = {}
    for path, (group, last) in nested.items():
        field = _KNOWN.get(plain_name(last))
        if plain_name(last) in _SCORE:
            field = _KNOWN.get(plain_name(group.rpartition(".")[2])) or codes.get(group)
        found.setdefault(field, []).append(path)
    totals = [path for path, field in known.items() if field == TOTAL_SCORE] or found.get(TOTAL_SCORE, [])
    if len(totals) != 1 or any(len(found.get(field, [])) != 1 for field in six):
        return {}
    paths = {found[field][0]: field for field in six}
    read = [exact(str(fields[path]).strip()) for path in (*totals, *paths)]
    numbers = [number for number in read if number is not None]
    if len(numbers) < len(read) or abs(numbers[0] - sum(numbers[1:])) > ROUNDED_SCORES:
        return {}
    return paths | {totals[0]: TOTAL_SCORE}


def exact(text: str) -> Decimal | None:
    """JSON numbers may have an exponent, and -0 is zero."""
    if not re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", text, re.ASCII):
        return None
    value = Decimal(text)
    return Decimal(f"{value or abs(value):f}")


# Fields whose words narrow nothing: names, keys, days, ways to reach someone, how to show it.
_HARMLESS = re.compile(
    r"(?:ten|name|ma(?:u|p)?|code|id|key|nguoi|user|ngay|date|gio|time|thoi ?gian|created|updated|modified"
    r"|dia ?chi|address|url|link|href|email|phone|sdt|dien ?thoai|xu ?huong|trend|color|icon|parent|path"
    r"|message|thong ?bao|status|success|version|xep ?(?:loai|hang)|ly ?do|lang|sort|order)"
)
_TITLE = re.compile(
    r"(?:ten ?)?(?:tieu ?de|title|caption|bao ?cao|report ?(?:name|title)|bieu ?mau|mo ?ta|noi ?dung)"
)
_REMARK = re.compile(r"(?:ghi ?chu|note|remark|luu ?y|chu ?thich|giai ?trinh)s?")
_KINDS = re.compile(r"(?:(?:ten|ma) ?)?(?:loai|dv\b|kenh|hinh|nhom|muc|cap|doi|linh|nguon|kind|type|source)")
_UNIT_OF_MEASURE = re.compile(r"dvt|don ?vi ?tinh|dv ?tinh|unit")


def code_of_words(asked: Asked, path: str, text: str, org: str) -> str | None:
    """The code of what is wrong with figures beside a field of words that is not known by name: as a title, a
    note, a unit or a filter, its words are understood or the figures are of a part."""
    last = re.split(r"[.\[\]]+", path.rstrip("]"))[-1]
    name = match_key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last))
    key = match_key(text)
    if _UNIT_OF_MEASURE.fullmatch(name):
        return "unit_unknown" if units.says_other(f"ĐVT: {text}") else None
    if _REMARK.fullmatch(name):
        return asked.code_of_note(text)
    if not re.search(r"[^\W\d_]{2}", text):
        return "value_unknown" if blocks.divides(name) and blocks.is_part(text) else None
    if _TITLE.fullmatch(name):
        words = wordings("dvc_portal").titles.unknown(asked.without_periods(text), [])
        return "value_unknown" if words or scopes.narrows(text, [], True) else None
    if blocks.divides(name):
        return "value_unknown" if blocks.is_part(text) else None
    if re.search(r"\bcap xa\b|^xa$", key) and name.startswith("cap") and not unit_rows.is_commune(org):
        return "value_unknown"
    is_known = in_words(text, asked.year) or lines.is_group(text, r"trong \w+", "luy ke")
    is_named = lines.names_unit(text) or key == match_key(org)
    if is_known or is_named or scopes.is_all(name, text):
        return None
    is_harmless = _HARMLESS.match(name) or re.fullmatch(r"[!-~]+", text)  # or a code
    return None if is_harmless and not _KINDS.match(name) else "value_unknown"
