"""Files made as offices make them, by somebody who had not seen the readers: none gives a wrong number, and
nothing of them is lost in silence. `fixtures/office/expected.yml` says what each truly states."""

import json
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from ingest import folders, registry
from ingest.errors import Refused
from ingest.reading import distinct, workbooks
from ingest.sources import SOURCES
from ingest.wording import match_key

FOLDER = Path(__file__).parent / "fixtures/office"
EXPECTED = yaml.load((FOLDER / "expected.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
KNOWN = registry.load(folders.CHECKOUT / "data/registry")
MEASURES = {
    (source, field): measure.id
    for measure in KNOWN.measures
    for source, fields in (measure.fields or {}).items()
    for field in fields
}
SHORT = {"tp": "thanh pho", "tx": "thi xa", "h": "huyen", "p": "phuong", "x": "xa", "tt": "thi tran"}
PROVINCE = {"toan tinh", "tinh gia lai", "gia lai", "tinh gia lai sau sap nhap voi binh dinh"}


def unit_key(text: str) -> str:
    """One key for the spellings of a unit in one file."""
    key = re.sub(r"^(?:ubnd|uy ban nhan dan|cong an) ", "", match_key(text.split(",")[0]))
    first, _, rest = key.partition(" ")
    key = f"{SHORT.get(first, first)} {rest}".strip()
    key = re.sub(r"^(?:thanh pho|thi xa|huyen) ", "", key)
    return "gia lai" if key in PROVINCE else key.replace("tt tt", "thong tin va truyen thong")


NAMES = {unit_key(o.name_vi) for o in KNOWN.organisations}
# Names of several communes at a time: without their district they are nobody's to the warehouse.
_BORNE = Counter(unit_key(o.name_vi) for o in KNOWN.organisations if o.valid_from is None)
SHARED = {name for name, many in _BORNE.items() if many > 1}
OFFICIAL = {o.org_id: unit_key(o.name_vi) for o in KNOWN.organisations}
ALIASES = {unit_key(alias.alias): OFFICIAL[alias.org_id] for alias in KNOWN.aliases}
# Totals and sections are checks and need no telling; a row or field without figures says nothing; a unit of
# measure is told by the row that is set aside for it.
CHECKED = {
    "TNKTCS_TOTAL",
    "tỷ đồng",
    "Sở, ban, ngành",
    "UBND cấp huyện",
    "UBND cấp xã",
    "Tổng số",
    "Xã Tân Sơn (đã nhập vào xã Biển Hồ)",
}


def unit_of(text: str) -> str:
    """The key of a unit's official name, where its spelling is known."""
    key = unit_key(text)
    return key if key in NAMES else ALIASES.get(key, key)


def file_of(case: dict) -> Path:
    wanted = unicodedata.normalize("NFC", case["file"])
    return next(f for f in FOLDER.iterdir() if unicodedata.normalize("NFC", f.name) == wanted)


def read(case: dict):
    file = file_of(case)
    return SOURCES[case["source"]].parse(file.name, file.read_bytes(), str(case["period"]))


def stated(case: dict) -> dict[tuple[str, str | None], set[Decimal]]:
    """By unit and measure (none for a percentage) what the file states."""
    found: dict[tuple[str, str | None], set[Decimal]] = {}
    for entry in [*case["right"], *case.get("allowed", [])]:
        key = unit_of(entry["unit"]), entry.get("measure")
        found.setdefault(key, set()).add(Decimal(str(entry["value"])))
    return found


def flat(text: object) -> str:
    return match_key(str(text))


@pytest.mark.parametrize("case", EXPECTED, ids=[case["file"] for case in EXPECTED])
def test_a_file_of_an_office_gives_no_wrong_number_and_loses_none_in_silence(case):
    try:
        found = read(case)
    except Refused as refused:
        assert "\n" not in str(refused) and len(str(refused)) > len(case["file"]) + 20
        return  # the whole file is set aside, by name and with its reason
    right = stated(case)
    of_unit: dict[str, set[Decimal]] = {}
    for (unit, _), values in right.items():
        of_unit.setdefault(unit, set()).update(values)
    rows = found.rows.filter(found.rows["value"].is_not_null())
    wrong, landed, unknown = [], set(), set()
    for org, subject, value, kind in rows.select("org_text", "subject", "value", "kind").rows():
        unit, measure = unit_of(org), MEASURES.get((case["source"], subject), subject)
        expected = right.get((unit, measure))
        is_known = unit in NAMES and (unit not in SHARED or "," in org)
        if expected is None and is_known and kind == "count":
            expected = of_unit.get(unit, set()) - set().union(
                *(values for (u, m), values in right.items() if u == unit and m)
            )
        landed.add((unit, value))
        if not is_known:  # told by the warehouse as unknown
            unknown.add(value)
        if expected is not None and value not in expected:
            wrong.append((org, subject, value))
    assert not wrong, wrong[:5]
    forbidden = {
        Decimal(str(number)) for number in case.get("must_not", []) if isinstance(number, int | float)
    }
    taken = {value for unit, value in landed if unit in NAMES and value not in of_unit.get(unit, ())}
    assert not forbidden & taken, forbidden & taken
    reported = flat(found.unread.rows()) + flat(found.rejected.rows())
    names = {flat(org) for org in found.rows["org_text"].unique()}  # an unknown unit is told by the warehouse
    silent = [
        text
        for text in case.get("told", [])
        if flat(text) not in reported and flat(text) not in names and text not in CHECKED
    ]
    missing = [
        entry
        for entry in case["right"]
        if (unit_of(entry["unit"]), Decimal(str(entry["value"]))) not in landed
        and Decimal(str(entry["value"])) not in unknown
        and flat(entry["unit"]) not in reported
        and not any(flat(part) in reported for part in entry["what"].split(" / "))
    ]
    # a row set aside is named by its number and the cell that spoils it
    rows_of = "what" if case["source"] == "unit_reports" else "unit"
    assert len({entry[rows_of] for entry in missing}) <= found.rejected.height, missing[:3]
    assert not silent, silent


def test_most_of_the_files_are_read_and_most_of_their_numbers():
    """A refusal is no wrong number, but a file that is legitimate should seldom need one."""
    files = numbers = of = 0
    for case in EXPECTED:
        of += len(case["right"])
        try:
            found = read(case)
        except Refused:
            continue
        files += 1
        landed = {(unit_of(org), value) for org, value in found.rows.select("org_text", "value").rows()}
        numbers += sum((unit_of(e["unit"]), Decimal(str(e["value"]))) in landed for e in case["right"])
    assert files >= 38 and numbers >= 0.6 * of, (files, len(EXPECTED), numbers, of)


# Fifty more, each with all numbers that it prints (`stated.json`).
MORE = FOLDER.parent / "offices_more"
STATED = json.loads((MORE / "stated.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", STATED, ids=[case["file"] for case in STATED])
def test_a_file_of_another_office_gives_each_unit_its_own_numbers_alone(case):
    try:
        found = SOURCES[case["source"]].parse(
            case["file"], (MORE / case["file"]).read_bytes(), case["period"]
        )
    except Refused as refused:
        assert case["file"] in {"v09.xlsx", "tc07.json", "tc08.xlsx", "tc09.xlsx", "p08.csv"}, refused
        return
    stated = {(unit_of(str(unit)), Decimal(value)) for unit, _, value in case["stated"]}
    landed = found.rows.filter(found.rows["value"].is_not_null()).select("org_text", "value").rows()
    assert landed and {(unit_of(org), value) for org, value in landed} <= stated


@pytest.mark.parametrize(
    ("module", "bound", "cases"),
    [
        (distinct, "MANY", EXPECTED[::6]),
        (workbooks, "LARGE_SHEET", [case for case in EXPECTED if case["file"].endswith(".xlsx")][::2]),
    ],
    ids=["each text once", "whole columns of cells"],
)
def test_a_small_file_that_is_read_as_a_large_one_says_the_same(module, bound, cases, monkeypatch):
    def outcome(case: dict) -> list:
        try:
            found = read(case)
        except Refused as refused:
            return [str(refused), refused.code]
        return [found.rows.rows(), found.rejected.rows(), found.unread.rows(), found.tally]

    as_small = [outcome(case) for case in cases]
    monkeypatch.setattr(module, bound, 1)
    assert [outcome(case) for case in cases] == as_small
