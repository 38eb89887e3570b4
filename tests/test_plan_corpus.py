"""Plan documents in every format and layout (`fixtures/plan_documents`): each cell that is told is right,
what is not read is named. `-s` shows a table, `-k word.docx` chooses."""

import functools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from ingest import plan
from ingest.errors import Refused

FOLDER = Path(__file__).parent / "fixtures/plan_documents"
CONTENTS = {
    file.parent.name: yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    for file in sorted(FOLDER.glob("*/expected.yml"))
}
DOCUMENTS = [f"{content}/{form}" for content, right in CONTENTS.items() for form in right["documents"]]
ENDS = ("right", "listed", "wrong", "missing")


@dataclass
class Row:
    """One indicator, target or task: what tells it from the others, and its cells by their names."""

    key: tuple[str, ...]
    locator: tuple[str, str]
    cells: dict[str, object]
    raws: dict[str, str] = field(default_factory=dict)
    lines: tuple[int, int] | None = None


def plain(text: str | None) -> str:
    """A text as it is compared: composed letters, one space, no mark at its end."""
    text = unicodedata.normalize("NFC", text or "").casefold().replace("uỷ", "ủy")
    return re.sub(r"\s+", " ", text).strip(" .;:,-")


def target_of(value, value_to, operator, kind) -> object:
    if kind in ("milestone", "continuous"):
        return kind
    if kind == "other":
        return None
    if value_to is not None:
        return (Decimal(str(value)), Decimal(str(value_to)))
    return None if value is None else (operator, Decimal(str(value)))


def result_of(value, words, absent) -> object:
    if absent:
        return "absent"
    return plain(words) if value is None else Decimal(str(value))


def unit_of(raw: str | None, kind: str | None) -> str | None:
    return "%" if kind == "percent" or plain(raw) == "%" else plain(raw) or None


def section_of(mark: str | None) -> str:
    return plain(mark)


# --- what is right


def right_rows(right: dict) -> dict[str, list[Row]]:
    """The rows of an `expected.yml`."""
    indicators = []
    for row in right.get("indicators", []):
        cells = {"number": plain(row["number"])}
        if row.get("unit"):
            cells["unit"] = unit_of(row["unit"], None)
        raws = {}
        for target in row["targets"]:
            cells[f"target {target['year']}"] = target_of(
                target.get("value"), target.get("value_to"), target.get("operator"), target.get("kind")
            )
            raws[f"target {target['year']}"] = target["raw"]
        if result := row.get("result"):
            cells[f"result {result['year']}"] = result_of(
                result.get("value"), result.get("words"), result.get("absent")
            )
            raws[f"result {result['year']}"] = result["raw"]
        key = (plain(row.get("parent")), plain(row["name"]))
        indicators.append(Row(key, (section_of(row.get("section")), plain(row["number"])), cells, raws))
    targets = [
        Row(
            (plain(row["name"]), plain(row.get("level")), str(row["year"])),
            ("", ""),
            {
                "target": target_of(row.get("value"), row.get("value_to"), row["operator"], None),
                "unit": unit_of(row["unit"], None),
            },
        )
        for row in right.get("targets", [])
    ]
    tasks = []
    for row in right.get("tasks", []):
        cells, raws = {"number": plain(row["number"]), "lead": plain(row["lead"])}, {}
        cells |= {name: plain(row.get(name)) for name in ("coordinating", "product")}
        if years := row.get("years"):
            cells["years"] = (years.get("from"), years.get("to"), years["continuous"])
            raws["years"] = years["raw"]
        if amount := row.get("amount"):
            cells["amount"], raws["amount"] = amount.get("vnd"), amount["raw"]
        tasks.append(
            Row((plain(row["name"]),), (section_of(row.get("section")), plain(row["number"])), cells, raws)
        )
    return {"indicators": indicators, "targets": targets, "tasks": tasks}


# --- what was read: the one place that knows the columns of the landed tables


def read_rows(frames: dict[str, pl.DataFrame]) -> dict[str, list[Row]]:
    indicators: dict[tuple[int, str], Row] = {}
    for row in frames["plan_indicators"].to_dicts():
        key = (plain(row.get("parent_name")), plain(row["name"]))
        locator = (section_of(row["section_no"]), plain(row["number"]))
        one = indicators.setdefault(
            (row["line"], row["name"]), Row(key, locator, {}, {}, (row["line"], row["line"]))
        )
        one.cells["number"] = plain(row["number"])
        one.cells["unit"] = unit_of(row.get("unit_raw"), row.get("unit"))
        if row["target_raw"] or row["target_value"] is not None:
            value = row["target_value"] if row.get("target_from") is None else row["target_from"]
            one.cells[f"target {row['target_year']}"] = target_of(
                value, row.get("target_to"), row["operator"], row["target_kind"]
            )
        if row["result_raw"]:
            one.cells[f"result {row['result_year']}"] = result_of(
                row["result_value"], row["result_raw"], row["result_kind"] == "absent"
            )
    targets = []
    for row in frames["plan_targets"].to_dicts():
        value = row["target_value"] if row.get("target_from") is None else row["target_from"]
        cells = {
            "target": target_of(value, row.get("target_to"), row["operator"], row.get("target_kind")),
            "unit": unit_of(row.get("unit_raw"), row.get("unit", "percent")),
        }
        key = (plain(row["name"]), plain(row.get("part")), str(row["year"]))
        targets.append(Row(key, ("", ""), cells, {}, (row["line"], row["line"])))
    tasks = []
    for row in frames["plan_tasks"].to_dicts():
        number = plain(row.get("number_raw") or str(row["number"] or ""))
        goes_on = row["years_kind"] in ("continuous", "open")
        cells = {
            "number": number,
            "lead": plain(row["lead_raw"]),
            "coordinating": plain(row.get("coordinating_raw")),
            "product": plain(row.get("product")),
            "years": (row["years_from"], row["years_to"], goes_on),
            "amount": row["amount_vnd"],
        }
        locator = (section_of(row.get("section_no")), number)
        tasks.append(Row((plain(row["name"]),), locator, cells, {}, (row["line"], row["line"])))
    return {"indicators": list(indicators.values()), "targets": targets, "tasks": tasks}


def read_about(frames: dict[str, pl.DataFrame]) -> dict[str, object]:
    about = frames["plan_documents"].to_dicts()[0]
    return {
        "organisation": plain(about.get("organisation") or about.get("province")),
        "level": about.get("level"),
        "year": about["year"],
    }


def read_sums(frames: dict[str, pl.DataFrame]) -> set[int]:
    return {int(value) for value in frames["plan_claims"]["stated"].drop_nulls()}


# --- the comparison


@dataclass
class Judgement:
    counts: Counter = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)


class Remarks:
    def __init__(self, frames: dict[str, pl.DataFrame]):
        self.rows = frames["plan_remarks"].to_dicts()

    def list(self, row: Row | None, texts: list[str]) -> bool:
        """Whether a remark names one of the texts, or stands at the line of the row."""
        for remark in self.rows:
            raw = plain(remark["raw_text"])
            if any(len(text) > 12 and (text in raw or (len(raw) > 12 and raw in text)) for text in texts):
                return True
            if row and row.lines and remark["line"]:
                last = remark.get("line_to") or remark["line"]
                if remark["line"] <= row.lines[1] and last >= row.lines[0]:
                    return True
        return False


def same_key(right: Row, row: Row, part: str) -> bool:
    """Whether two rows are the same; a level may stand in the name, and a parent's name before its part's."""
    if part == "tasks":
        return right.key == row.key
    if part == "indicators":
        return right.key[1] == row.key[1] if not right.key[0] else _holds(right.key[:2], row.key[:2])
    return right.key[2] == row.key[2] and (
        right.key[:2] == row.key[:2] or (bool(right.key[1]) and _holds(right.key[:2], row.key[:2]))
    )


def agrees(cell: str, read: object, right: object) -> bool:
    """Whether a cell is right; a time that has only an end may begin in the year of its end."""
    if cell == "years" and read and right[0] is None and not right[2]:
        return read[1:] == right[1:] and read[0] in (None, right[1])
    return read == right or (read in (None, "") and right in (None, ""))


def _holds(right: tuple[str, ...], read: tuple[str, ...]) -> bool:
    """Whether one of the texts read, or all of them together, says all that is right and hardly more."""
    longest = len(" ".join(right)) + 12
    return any(
        len(text) <= longest and all(piece in text for piece in right) for text in (*read, " ".join(read))
    )


def pair(right: list[Row], read: list[Row], part: str) -> tuple[list[tuple[Row, Row | None]], list[Row]]:
    """Each right row with the one that was read for it: by its name, else by its place in the table."""
    rest = list(read)
    found: dict[int, Row] = {}
    for closeness in ("place and name", "name", "locator"):
        for at, row in enumerate(right):
            if at in found:
                continue
            for other in rest:
                named, placed = (
                    same_key(row, other, part),
                    bool(row.locator[1]) and row.locator == other.locator,
                )
                if {"place and name": named and placed, "name": named, "locator": placed}[closeness]:
                    found[at] = other
                    rest.remove(other)
                    break
    return [(row, found.get(at)) for at, row in enumerate(right)], rest


@functools.cache
def judged(document: str) -> Judgement:
    """How many cells of a document are right, listed, wrong in silence and missing in silence."""
    content, form = document.split("/")
    right, judgement = CONTENTS[content], Judgement()

    def count(end: str, what: str) -> None:
        judgement.counts[end] += 1
        if end != "right":
            judgement.told.append(f"{document}: {end}: {what}")

    expected = right_rows(right)
    try:
        frames = plan.read(form, (FOLDER / document).read_bytes())
    except Refused as refused:
        cells = sum(1 + len(row.cells) for rows in expected.values() for row in rows)
        judgement.counts["listed"] += cells + 3 + len(right.get("sums", []))
        judgement.told.append(f"{document}: refused: {refused}")
        return judgement
    remarks = Remarks(frames)
    about = read_about(frames)
    organisation = plain(right["organisation"])
    for name, value, same in (
        ("organisation", organisation, organisation in (about["organisation"] or "")),
        ("level", right["level"], about["level"] == right["level"]),
        ("year", right["year"], about["year"] == right["year"]),
    ):
        silent = "wrong" if about[name] else "missing"
        count("right" if same else silent, f"{name}: {about[name]!r} for {value!r}")
    read = read_rows(frames)
    for part, rows in expected.items():
        pairs, rest = pair(rows, read[part], part)
        for row, other in pairs:
            name = " / ".join(piece for piece in row.key if piece)
            if other is None:
                whole = next((one for one in read[part] if row.key[0] and one.key[1:] == row.key[:1]), None)
                listed = remarks.list(whole, [plain(name), *row.key[:2]])
                for cell in ("name", *row.cells):
                    count("listed" if listed else "missing", f"{part}: {name}: {cell}")
                continue
            same = same_key(row, other, part)
            listed = remarks.list(other, [plain(name)])
            count(
                "right" if same else "listed" if listed else "wrong",
                f"{part}: name {' / '.join(other.key)!r} for {name!r}",
            )
            for cell, value in row.cells.items():
                got = other.cells.get(cell)
                if agrees(cell, got, value):
                    count("right", "")
                    continue
                known = listed or remarks.list(None, [plain(row.raws.get(cell))])
                silent = "missing" if got is None or got == "" else "wrong"
                count("listed" if known else silent, f"{part}: {name}: {cell} {got!r} for {value!r}")
            for cell in other.cells.keys() - row.cells.keys():
                if re.match(r"(target|result) ", cell) and not listed:
                    count(
                        "wrong", f"{part}: {name}: {cell} {other.cells[cell]!r}, which is not in the document"
                    )
        parents = {row.key[0] for row in rows}
        for other in rest:
            heading = part == "indicators" and other.key[1] in parents
            if heading and not any(re.match(r"(target|result) ", cell) for cell in other.cells):
                continue
            end = "listed" if remarks.list(other, []) else "wrong"
            count(end, f"{part}: {' / '.join(other.key)!r} is not in the document: {other.cells}")
    stated = read_sums(frames)
    for row in right.get("sums", []):
        known = remarks.list(None, [plain(row["name"]), plain(row["raw"])])
        end = "right" if row["vnd"] in stated else "listed" if known else "missing"
        count(end, f"sum: {row['name']}: {row['vnd']}")
    return judgement


def share(counts: Counter) -> str:
    cells = sum(counts.values())
    return f"{100 * counts['right'] / cells:6.1f} %  " + "  ".join(f"{counts[end]:6d}" for end in ENDS)


def test_the_corpus_holds_every_format_and_each_file_has_its_right_values():
    assert len(DOCUMENTS) >= 60
    files = {str(file.relative_to(FOLDER)) for file in FOLDER.glob("*/*")}
    assert files == {*DOCUMENTS, *(f"{content}/expected.yml" for content in CONTENTS)}
    forms = Counter(document.split("/")[1] for document in DOCUMENTS)
    formats = {
        "word.docx",
        "libreoffice.docx",
        "libreoffice.pdf",
        "browser.pdf",
        "workbook.xlsx",
        "page.html",
    }
    assert set(forms) == formats | {"text.md", "text.txt"}
    assert sum(len(right["documents"]) > 1 for right in CONTENTS.values()) >= 15
    assert sum((FOLDER / file).stat().st_size for file in files) < 3_000_000


@pytest.mark.parametrize("document", DOCUMENTS)
def test_nothing_of_a_document_is_wrong_or_missing_in_silence(document):
    judgement = judged(document)
    assert not judgement.counts["wrong"] + judgement.counts["missing"], "\n".join(judgement.told)


def test_of_all_cells_99_in_a_hundred_are_right():
    every = {document: judged(document) for document in DOCUMENTS}
    totals: dict[str, Counter] = {}
    for document, judgement in every.items():
        for group in (document, "all " + document.split("/")[1], "all documents"):
            totals.setdefault(group, Counter()).update(judgement.counts)
    order = [*DOCUMENTS, *sorted(group for group in totals if group not in every)]
    print(f"\n{'':44} {'right':>8}  " + "  ".join(f"{end:>6}" for end in ENDS))
    print("\n".join(f"{group:44} {share(totals[group])}" for group in order))
    print("\n".join(line for judgement in every.values() for line in judgement.told))
    whole = totals["all documents"]
    assert whole["right"] >= 0.99 * sum(whole.values()), share(whole)
    assert not whole["wrong"] + whole["missing"], share(whole)


@pytest.mark.parametrize("content", CONTENTS)
def test_the_same_document_in_two_formats_gives_the_same_rows(content):
    rows = {}
    for form in CONTENTS[content]["documents"]:
        read = read_rows(plan.read(form, (FOLDER / content / form).read_bytes()))
        rows[form] = {part: [(row.key, row.cells) for row in read[part]] for part in read}
    first, *others = rows.values()
    assert all(other == first for other in others)
