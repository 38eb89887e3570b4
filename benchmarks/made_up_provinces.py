"""Made-up provinces, each a data directory with a registry, a plan and an inbox of its own, for `dxkpi run`.

No name is a real one, every number is invented and every file says so. Provinces differ as provinces do: in
size, in how well they do, in what some of them divide, in sources that never came; one is made of two.
`python benchmarks/made_up_provinces.py FOLDER --provinces 34 --months 24` writes them.
"""

import argparse
import csv
import io
import json
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import yaml

from ingest import folders
from ingest.inbox import NOTE
from ingest.reading import tall
from ingest.registry import models

MADE_UP = "số liệu giả định"
FIRST_MONTH = (2024, 1)
MERGED_ON = "2025-07"  # the first month of a province that was two
OPERATORS = {"VNPT": 30, "Viettel": 45, "MobiFone": 17, "Vietnamobile": 8}  # percent of the subscriptions
# Of each source what a column holds: its measure, and the share that it is of the people, in thousandths.
# A part stands below its whole, of which a part of the measures is drawn.
COLUMNS = {
    "vneid": {
        "Công dân thường trú": ("residents", 1000, None),
        "Dân số trưởng thành": ("adults", 720, None),
        "Người trưởng thành có tài khoản định danh điện tử": ("adults_with_eid", None, "adults"),
        "Chỉ tiêu được giao": ("eid_assigned", 650, None),
        "Tài khoản định danh điện tử mức độ 2 đã kích hoạt": ("eid_level2_activated", None, "eid_assigned"),
    },
    "telecom": {
        "Thuê bao di động": ("subscriptions_mobile", 1050, None),
        "Thuê bao sử dụng điện thoại thông minh": (
            "subscriptions_with_smartphone",
            None,
            "subscriptions_mobile",
        ),
        "Điện thoại thông minh có phần mềm an toàn thông tin": (
            "smartphones_protected",
            None,
            "subscriptions_with_smartphone",
        ),
    },
    "dvc_portal": {
        "Hồ sơ tiếp nhận": ("dossiers_received", 40, None),
        "Hồ sơ của thủ tục có dịch vụ công trực tuyến": (
            "dossiers_with_online_service",
            None,
            "dossiers_received",
        ),
        "Hồ sơ tiếp nhận trực tuyến": ("dossiers_online", None, "dossiers_with_online_service"),
        "Tổng số giao dịch thanh toán": ("payments", 25, None),
        "Giao dịch thanh toán trực tuyến": ("payments_online", None, "payments"),
    },
}
# How another province defines the same indicator: what its entry of the registry says instead.
OTHERWISE = {
    "eid_accounts": ("denominator: adults", "denominator: residents"),
    "protected_smartphones": (
        "denominator: subscriptions_with_smartphone",
        "denominator: subscriptions_mobile",
    ),
}
# What only some provinces look at, in the folder that adds to their registry.
ADDED = """pillars: {}
indicators:
  - id: level2_of_adults
    version: 1
    pillar: digital_society
    name: {vi: Tỷ lệ tài khoản mức độ 2 trên dân số trưởng thành, en: Level-2 accounts per adult}
    kind: ratio
    unit: percent
    numerator: eid_level2_activated
    denominator: adults
    is_share: false
    higher_is_better: true
    bounds: {lower: 0, upper: 200, reason: A person of 14 may have an account too.}
    max_step: 60
    basis: wording
    supplier: cong_an_tinh
    supplier_inferred: true
"""
PLAN = """KẾ HOẠCH
Chuyển đổi số {name} năm 2025

({made_up})

PHỤ LỤC 01: CHỈ TIÊU NĂM 2025

| STT | Chỉ tiêu | Mục tiêu năm 2025 | Kết quả năm 2024 | Ghi chú |
|---|---|---|---|---|
| 1 | Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử | {eid}% | {eid_before}% | |
| 2 | Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh | {phones}% | {phones_before}% | |
"""


@dataclass(frozen=True)
class Unit:
    """A district, or a commune that stands directly below a province; how many people it has."""

    org_id: str
    code: str
    name: str
    people: int


@dataclass(frozen=True)
class Province:
    """The province of a number. What it lacks and how it differs follow from the number alone."""

    number: int
    months: int = 24

    @property
    def org_id(self) -> str:
        return f"tinh_mau_{self.number}"

    @property
    def name(self) -> str:
        return f"Tỉnh Mẫu {self.number}"

    @property
    def has_merged(self) -> bool:
        return self.number % 17 == 3

    @property
    def lacks(self) -> str | None:
        """The source that never sends anything."""
        return {4: "telecom", 6: "dvc_portal"}.get(self.number % 11)

    @property
    def otherwise(self) -> list[str]:
        """The indicators that this province defines otherwise than others do."""
        return [name for at, name in enumerate(OTHERWISE) if self.number % 5 == at + 2]

    @property
    def has_added(self) -> bool:
        return self.number % 4 == 1

    @property
    def periods(self) -> list[str]:
        months = (FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1 + n for n in range(self.months))
        return [f"{month // 12}-{month % 12 + 1:02}" for month in months]

    @cached_property
    def chance(self) -> random.Random:
        return random.Random(f"province {self.number}")

    @cached_property
    def districts(self) -> list[Unit]:
        return self._units("huyen", "Huyện Mẫu", 101)

    @cached_property
    def joined(self) -> list[Unit]:
        """The districts of the province that joined this one."""
        return self._units("huyen_cu", "Huyện Mẫu Cũ", 201)

    @cached_property
    def communes(self) -> list[Unit]:
        """What a province that has merged is made of from then on."""
        return self._units("xa", "Xã Mẫu", 10_001)

    def _units(self, org_id: str, name: str, code: int) -> list[Unit]:
        chance = random.Random(f"{org_id} {self.number}")
        return [
            Unit(
                f"{org_id}_mau_{self.number}_{n + 1}",
                str(code + n),
                f"{name} {self.number}-{n + 1}",
                chance.randint(40_000, 260_000),
            )
            for n in range(chance.randint(8, 17))
        ]

    def reporting(self, period: str) -> list[tuple[str, list[Unit]]]:
        """The provinces of a month, two before they merged, each with its units."""
        if not self.has_merged:
            return [(self.org_id, self.districts)]
        if period < MERGED_ON:
            return [(self.org_id, self.districts), (f"{self.org_id}_cu", self.joined)]
        return [(f"{self.org_id}_moi", self.communes)]


@dataclass(frozen=True)
class Count:
    """One number as it was invented. reporter: the operator, of telecom."""

    source_id: str
    period_id: str
    province_id: str
    org_id: str
    reporter: str
    measure_id: str
    value: int


def write(province: Province, folder: Path) -> list[Count]:
    """A data directory, ready for `dxkpi run`; beside it made_up/truth.csv, every number in it.

    Where the source `lacks` there is no file; of a dossier only the province as a whole is counted, by hand.
    """
    _write_registry(province, folder / "registry")
    _write_plan(province, folder / "plan" / province.org_id.replace("_", "-"))
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    counts = list(truth(province))
    for source in COLUMNS:
        for period in province.periods:
            for reporter in OPERATORS if source == "telecom" else [""]:
                about = (source, period, reporter)
                rows = [c for c in counts if (c.source_id, c.period_id, c.reporter) == about]
                if rows:
                    _write_extract(province, folder / "inbox" / source / period, rows)
    _write_csv(folder / "made_up" / "truth.csv", [list(vars(counts[0])), *(vars(c).values() for c in counts)])
    return counts


def truth(province: Province) -> Iterator[Count]:
    """Every number. A share has a level of its own in each province and grows month by month."""
    levels = {
        measure: province.chance.uniform(0.25, 0.8)
        for columns in COLUMNS.values()
        for measure, _, whole in columns.values()
        if whole
    }
    for source, columns in COLUMNS.items():
        if source == province.lacks:
            continue
        for at, period in enumerate(province.periods):
            for province_id, units in province.reporting(period):
                found: list[Count] = []
                for unit in units:
                    for operator, percent in OPERATORS.items() if source == "telecom" else (("", 100),):
                        known: dict[str, int] = {}
                        for measure, of_people, whole in columns.values():
                            if of_people:
                                known[measure] = unit.people * of_people * percent // 100_000
                            else:
                                share = (
                                    levels[measure]
                                    + 0.006 * at
                                    + random.Random(f"{unit.org_id} {operator} {measure}").uniform(
                                        -0.05, 0.05
                                    )
                                )
                                known[measure] = round(known[whole] * share)
                            about = (source, period, province_id, unit.org_id, operator, measure)
                            found.append(Count(*about, known[measure]))
                yield from found
                if source == "dvc_portal":  # its agencies receive dossiers too: the whole is stated
                    for measure, _, _ in columns.values():
                        parts = [c for c in found if c.measure_id == measure]
                        yield replace(parts[0], org_id=province_id, value=sum(c.value for c in parts))


def _write_extract(province: Province, folder: Path, rows: list[Count]) -> None:
    """One file for all units, with a note of when it came and that it is made up."""
    source, period, reporter = rows[0].source_id, rows[0].period_id, rows[0].reporter
    named = {u.org_id: u for u in (*province.districts, *province.joined, *province.communes)}
    lines: dict[str, dict[str, int]] = {}
    for count in rows:
        lines.setdefault(count.org_id, {})[count.measure_id] = count.value
    told = []
    for org_id, numbers in lines.items():
        unit = named.get(org_id)
        about = [unit.name, unit.code] if unit else [_province_names(province)[org_id], ""]
        told.append([*about, *([reporter] if reporter else []), *numbers.values(), MADE_UP])
    head = ["Đơn vị", "Mã đơn vị", *(["Doanh nghiệp"] if reporter else []), *COLUMNS[source], "Ghi chú"]
    file = folder / f"{reporter or source}_{period}.csv"
    _write_csv(file, [head, *told])
    end = tall.period_of(period, period)[1]
    received_at = datetime(end.year, end.month, end.day, 2, tzinfo=UTC) + timedelta(days=4)
    note = {"received_at": received_at.isoformat(), "citation": MADE_UP, "is_made_up": True}
    file.with_name(file.name + NOTE).write_text(json.dumps(note), "utf-8")  # JSON is YAML


def _write_plan(province: Province, folder: Path) -> None:
    folder.mkdir(parents=True)
    chance = random.Random(f"plan {province.number}")
    results = {name: chance.randint(30, 60) for name in ("eid", "phones")}
    text = PLAN.format(
        name=_province_names(province)[province.org_id].replace("Tỉnh", "tỉnh"),
        made_up=MADE_UP,
        **{name: result + 15 for name, result in results.items()},
        **{f"{name}_before": result for name, result in results.items()},
    )
    (folder / "plan.md").write_text(text, "utf-8")
    about = {
        "plan_id": folder.name,
        "file": "plan.md",
        "publisher": f"UBND {province.name} ({MADE_UP})",
        "citation": MADE_UP,
        "received_at": datetime(2024, 12, 31, tzinfo=UTC),
        "is_made_up": True,
    }
    (folder / "about.yml").write_text(yaml.safe_dump(about, allow_unicode=True), "utf-8")


def _write_registry(province: Province, folder: Path) -> None:
    """That of the checkout, with the organisations of this province in the place of those of Gia Lai."""
    shutil.copytree(folders.CHECKOUT / "data" / "registry", folder)
    _write_csv(folder / "organisation_aliases.csv", [list(models.Alias.model_fields)])
    (folder / "targets.yml").write_text("[]\n", "utf-8")  # what is said there is of Gia Lai's plan
    organisations = folder / "organisations.csv"
    real = list(csv.DictReader(io.StringIO(organisations.read_text("utf-8"))))
    rows = [r for r in real if r["level"] in ("agency", "operator")]
    keys = {r["org_key"] for r in rows}
    for row in rows:
        row["name_vi"] = row["name_vi"].replace("tỉnh Gia Lai", province.name.replace("Tỉnh", "tỉnh"))
        row["legal_basis"] = ""
        if row["parent_org_key"] and row["parent_org_key"] not in keys:
            row["parent_org_key"] = f"{province.org_id}@1"
    rows += _organisations(province)
    columns = list(real[0])
    _write_csv(organisations, [columns, *([row.get(c, "") for c in columns] for row in rows)])
    changes = [
        [f"{old}@1", f"{province.org_id}_moi@3", f"{MERGED_ON}-01", "", MADE_UP]
        for old in (province.org_id, f"{province.org_id}_cu")
        if province.has_merged
    ]
    _write_csv(folder / "org_changes.csv", [list(models.OrgChange.model_fields), *changes])
    indicators = (folder / "indicators.yml").read_text("utf-8")
    for indicator in province.otherwise:
        before, entry, after = indicators.partition(f"  - id: {indicator}\n")
        usual, other = OTHERWISE[indicator]
        assert entry and usual in after
        indicators = before + entry + after.replace(usual, other, 1)
    (folder / "indicators.yml").write_text(indicators, "utf-8")
    sources = (folder / "sources.yml").read_text("utf-8")
    (folder / "sources.yml").write_text(sources.replace("tỉnh Gia Lai", province.name), "utf-8")
    if province.has_added:
        (folder / province.org_id).mkdir()
        (folder / province.org_id / "indicators.yml").write_text(ADDED, "utf-8")


def _province_names(province: Province) -> dict[str, str]:
    names = {province.org_id: province.name}
    if province.has_merged:
        names |= {
            f"{province.org_id}_cu": f"{province.name} Cũ",
            f"{province.org_id}_moi": f"{province.name} (sau sáp nhập)",
        }
    return names


def _organisations(province: Province) -> Iterator[dict]:
    ends = "2025-06-30" if province.has_merged else ""
    parts = [(province.org_id, "1", "", ends, province.districts, "district")]
    if province.has_merged:
        parts += [
            (f"{province.org_id}_cu", "1", "", ends, province.joined, "district"),
            (f"{province.org_id}_moi", "3", f"{MERGED_ON}-01", "", province.communes, "commune"),
        ]
    for number, (org_id, regime, valid_from, valid_to, units, level) in enumerate(parts):
        dates = {"valid_from": valid_from, "valid_to": valid_to, "legal_basis": MADE_UP}
        key = f"{org_id}@{regime}"
        name = _province_names(province)[org_id]
        code = f"{province.number + 50 * bool(number):02}"  # the merged one takes that of one of the two
        yield {"org_key": key, "org_id": org_id, "code": code, "name_vi": name, "level": "province"} | dates
        for unit in units:
            about = {"org_id": unit.org_id, "code": unit.code, "name_vi": unit.name, "level": level}
            about["communes"] = "10" if level == "district" else ""
            yield {"org_key": f"{unit.org_id}@{regime}", "parent_org_key": key} | about | dates


def _write_csv(file: Path, rows: Iterable[Iterable]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where each province gets a data directory")
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--months", type=int, default=24)
    asked = parser.parse_args()
    for number in range(1, asked.provinces + 1):
        province = Province(number, asked.months)
        counts = write(province, asked.folder / province.org_id)
        print(f"{province.org_id}: {len(counts)} counts, all made up")


if __name__ == "__main__":
    main()
