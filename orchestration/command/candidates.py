"""Indicators that plans name and the registry does not know: listed, and drafted as entries to be settled.

What the words suggest is a suggestion: each line that somebody must answer for is marked.
"""

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import jinja2

from expectations.messages import in_words
from ingest import folders, registry
from ingest.errors import Refused
from ingest.registry import Registry
from ingest.registry.models import FLOWS, Indicator
from ingest.wording import match_key
from orchestration import texts
from orchestration.publication.vietnamese import SIGNS
from orchestration.state import current
from orchestration.texts import own, text

MARK = "SETTLE"
NEAREST = 3
ALIKE = 0.45  # share of the words of two names, below which they have little in common
SAME = 0.8  # above which two quantities are taken for one, and that is marked

_SHARE = re.compile(r"(?:tỷ|tỉ) (?:lệ|trọng)\s+|(?:số )?phần trăm\s+", re.IGNORECASE)
_OF = re.compile(r"\s+(?:trên|trong)\s+(?=tổng|số|GRDP|GDP)", re.IGNORECASE)
_VERB = re.compile(
    r"\s+(?=(?:có|được|đã|sử dụng|đạt|thực hiện|tham gia|kết nối|đáp ứng|áp dụng|triển khai|xử lý|hoàn thành"
    r"|cung cấp)\b)",
    re.IGNORECASE,
)
# What is counted, by the words that name it; the first that fits.
_COUNTED = (
    ("accounts", r"tai khoan"),
    ("subscriptions", r"thue bao"),
    ("households", r"ho gia dinh|\bho (?:dan|ngheo|kinh doanh|san xuat)"),
    ("enterprises", r"doanh nghiep|hop tac xa"),
    ("dong", r"\bgr?dp\b|gia tri|doanh thu|kinh phi"),
    ("dossiers", r"ho so|ket qua giai quyet"),
    ("procedures", r"thu tuc|tthc|dich vu cong"),
    ("documents", r"van ban"),
    ("transactions", r"giao dich|thanh toan"),
    ("systems", r"he thong|nen tang|co so du lieu|csdl"),
    ("sites", r"trang thong tin|cong thong tin|website"),
    ("facilities", r"co so|benh vien|truong hoc|tram y te"),
    ("persons", r"nguoi|dan so|can bo|cong chuc|vien chuc|lao dong|hoc sinh|nhan luc|cong dan"),
    ("units", r"co quan|don vi|xa\b|phuong\b|thon|huyen|so nganh|dia phuong"),
)


@dataclass(frozen=True)
class Candidate:
    """A name of a plan that the registry does not know, with every target and result the plan has for it."""

    rows: tuple[dict, ...]

    @property
    def name(self) -> str:
        return self.rows[0]["name"]

    @property
    def kind(self) -> str | None:
        """The kind an entry would have; None of what the registry has none for, such as minutes or ranks."""
        kinds = {row["target_kind"] for row in self.rows} - {None}
        units = {row["unit"] for row in self.rows} - {None}
        if units:
            return "ratio" if units == {"percent"} else None
        return kinds.pop() if kinds in ({"milestone"}, {"continuous"}) else None

    @property
    def says(self) -> str:
        """Unit, targets, results and place, as the plan has them."""
        row = self.rows[0]
        unit = row["unit_raw"] or ("%" if row["unit"] == "percent" else row["unit"])
        targets = [
            text("candidates.target", target=_target(row), year=row["year"])
            for row in self.rows
            if row["target_raw"]
        ]
        results = [f"{row['result_raw']} ({row['result_year']})" for row in self.rows if row["result_raw"]]
        return text(
            "candidates.says",
            unit=unit,
            targets=", ".join(targets) or None,
            results=", ".join(results) or None,
            place=own(row, "citation") or in_words(row["locator"], texts.language),
        )


def _target(row: dict) -> str:
    sign, raw = SIGNS.get(row["operator"], ""), row["target_raw"]
    return f"{sign} {raw}" if raw[:1].isdigit() and sign else raw


def candidates(plan_id: str | None) -> dict[str, list[Candidate]]:
    """By plan what its current text names and the registry does not know, in its order."""
    plans = {row["plan_id"] for row in current.rows("select plan_id from marts.dim_plan")}
    if plan_id and plan_id not in plans:
        raise Refused(f"{plan_id}: the current release has no such plan; it has {', '.join(sorted(plans))}")
    rows = current.rows(
        """select * from marts.rpt_candidate where $1 is null or plan_id = $1
           order by plan_id, line, candidate_id""",
        plan_id,
    )
    found: dict[str, list[Candidate]] = {}
    for of_plan, group in groupby(rows, key=lambda row: row["plan_id"]):
        named: dict[str, list[dict]] = {}
        for row in group:
            named.setdefault(match_key(row["name"]), []).append(row)
        found[of_plan] = [Candidate(tuple(same)) for same in named.values()]
    return found


def listed(plan_id: str | None, as_json: bool) -> Iterator[str]:
    """Each candidate with the entries of the registry whose names are most like its own."""
    known = Known(registry.load(*folders.registries()))
    found = candidates(plan_id)
    for of_plan, group in found.items():
        if not as_json:
            yield text("candidates.count", plan_id=of_plan, count=len(group))
        for candidate in group:
            near = known.nearest(candidate.name)
            if as_json:
                about = {
                    "plan_id": of_plan,
                    "name": candidate.name,
                    "kind": candidate.kind,
                    "rows": candidate.rows,
                    "nearest": [entry.id for _, entry in near],
                }
                yield json.dumps(about, ensure_ascii=False, default=str)
                continue
            yield f"  {candidate.rows[0]['code']} {candidate.name}"
            yield f"    {candidate.says}"
            alike = "; ".join(_alike(share, entry) for share, entry in near)
            yield f"    {text('candidates.nearest', alike=alike or None)}"
    if not found and not as_json:
        yield text("candidates.none")


def _alike(share: float, entry: Indicator) -> str:
    return text("candidates.alike", id=entry.id, name=entry.name.vi, share=round(100 * share))


def draft(plan_id: str, folder: Path | None) -> Iterator[str]:
    """Write `indicators.yml` and `measures.yml` with an entry for each candidate of a plan; say what is open.

    Raises Refused where the folder holds files already: what a person has settled is not written over.
    """
    folder = folder or folders.data_dir() / "drafts" / plan_id
    group = candidates(plan_id).get(plan_id, [])
    if not group:
        raise Refused(
            f"{plan_id}: the registry knows every indicator that it names; there is nothing to draft"
        )
    drafts = drafted(plan_id, group, Known(registry.load(*folders.registries())))
    if standing := [name for name in drafts if (folder / name).exists()]:
        raise Refused(f"{folder / standing[0]}: is there already; move it away, or draft elsewhere")
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in drafts.items():
        (folder / name).write_text(body, encoding="utf-8")
        yield f"{folder / name}: {body.count(f'# {MARK}')} lines to settle"
    yield (
        f"Settle each line marked {MARK}, check it with `dxkpi registry check {folder}`, then move the "
        f"folder to {folders.data_dir() / 'registry'}/<province>"
    )


def check(folder: Path | None) -> Iterator[str]:
    """What the linter says of the registry with all that is added to it, and with a folder that may be.
    Raises Refused where it says something, and where that folder has lines that nobody has settled."""
    for file in sorted(folder.glob("*.yml")) if folder else ():
        lines = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if marked := [number for number, line in lines if f"# {MARK}" in line]:
            raise Refused(
                f"{file}: line {marked[0]}: is marked {MARK}, as are {len(marked)} in all; settle each"
            )
    known = registry.load(*folders.registries(), *([folder] if folder else []))
    problems = registry.lint(known)
    for problem in problems:
        yield f"{problem.locator}: {problem.message} [{problem.rule}]"
    if problems:
        raise Refused(f"{len(problems)} problems; each line above says what to do")
    yield f"{len(known.indicators)} indicators, {len(known.measures)} measures: no problem"


@dataclass(frozen=True)
class Known:
    """The registry, asked for what is most like some words."""

    entries: Registry

    def nearest(self, name: str) -> list[tuple[float, Indicator]]:
        """The indicators whose names are most like this one, each with how much, the likest first."""
        key = match_key(name)
        found = [
            (max(_ratio(key, match_key(words)) for words in (entry.name.vi, *entry.wordings)), entry)
            for entry in self.entries.indicators
            if entry.version == 1
        ]
        return sorted((each for each in found if each[0] >= ALIKE), key=lambda each: -each[0])[:NEAREST]

    def measure(self, words: str) -> str | None:
        """The measure whose name or wording is nearly this."""
        key = match_key(words)
        found = (
            (max(_ratio(key, match_key(name)) for name in (m.name.vi, *m.wordings)), m.id)
            for m in self.entries.measures
        )
        alike, measure = max(found, default=(0.0, None))
        return measure if alike >= SAME else None

    def pillar(self, section: str | None) -> str | None:
        key = match_key(section or "")
        return next(
            (name for name, words in self.entries.pillars.items() if match_key(words.vi) in key), None
        )

    def supplier(self, lead: str | None) -> str | None:
        return self._names.get(match_key(lead or ""))

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        named = {match_key(o.name_vi): o.org_id for o in self.entries.organisations}
        return named | {match_key(a.alias): a.org_id for a in self.entries.aliases}


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split()).ratio()


def drafted(plan_id: str, group: list[Candidate], known: Known) -> dict[str, str]:
    """The text of each file of the draft."""
    taken = {i.id for i in known.entries.indicators} | {m.id for m in known.entries.measures}
    measures: dict[str, dict] = {}
    content = {
        "MARK": MARK,
        "head": (
            f"# Drafted from the plan {plan_id}. Each line marked {MARK} wants an answer from a person, who\n"
            "# then takes the mark away; an entry that is not wanted is removed.\n"
        ),
        "pillars": known.entries.pillars,
        "indicators": [_indicator(each, known, taken, measures) for each in group if each.kind],
        "others": [candidate for candidate in group if not candidate.kind],
        "measures": measures.values(),
    }
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["quoted"] = functools.partial(json.dumps, ensure_ascii=False)
    names = ["indicators.yml", *(["measures.yml"] if measures else [])]
    return {name: templates.get_template(f"{name}.j2").render(content) for name in names}


def _indicator(candidate: Candidate, known: Known, taken: set[str], measures: dict[str, dict]) -> dict:
    row = candidate.rows[0]
    parts = _parts(candidate.name) if candidate.kind == "ratio" else {}
    return {
        "candidate": candidate,
        "row": row,
        "near": [_alike(share, entry) for share, entry in known.nearest(candidate.name)],
        "id": _id(candidate.name, taken),
        "pillar": known.pillar(row["section_name"]),
        "supplier": known.supplier(row["lead_raw"]),
        **{part: _measure(words, known, taken, measures) for part, words in parts.items()},
    }


def _measure(words: str, known: Known, taken: set[str], measures: dict[str, dict]) -> str:
    """The id of the measure that counts this: one of the registry, one drafted before, or a new draft."""
    if found := known.measure(words):
        return found
    key = match_key(words)
    if key not in measures:
        unit = next((unit for unit, form in _COUNTED if re.search(form, key)), None)
        measures[key] = {
            "id": _id(words, taken),
            "name": words[:1].upper() + words[1:],
            "unit": unit,
            "over_time": "sum" if unit in FLOWS | {"dossiers"} else "last",
        }
    return measures[key]["id"]


def _parts(name: str) -> dict[str, str]:
    """What is counted and what it is divided by, as far as the words of a ratio say so."""
    number_of = "giá trị" if match_key(name).startswith(("ty trong", "ti trong")) else "số"
    bare = re.sub(r"\s*\([^()]*\)\s*$", "", _SHARE.sub("", name, count=1).strip())
    top, whole = bare, f"mẫu số của “{name}”"
    if len(parts := _OF.split(bare, maxsplit=1)) == 2:
        top, whole = parts
    elif len(parts := _VERB.split(bare, maxsplit=1)) == 2:
        whole = parts[0]
    return {"numerator": _as_quantity(top, number_of), "denominator": _as_quantity(whole, number_of)}


def _as_quantity(words: str, number_of: str) -> str:
    is_one = re.match(r"(?:tổng |mẫu )?số\b|giá trị\b|GRDP|GDP|dân số", words, re.IGNORECASE)
    return words if is_one else f"{number_of} {words}"


def _id(words: str, taken: set[str]) -> str:
    """An id of the first words, one that nothing has."""
    short = "_".join(match_key(words).split()[:9]) or "indicator"
    short = short if short[0].isalpha() else f"n_{short}"
    found = next(
        name for n in range(1, len(taken) + 2) if (name := short if n == 1 else f"{short}_{n}") not in taken
    )
    taken.add(found)
    return found
