"""Random small provinces and what was said about them, landed as the tables that the models read.

A `World` of `reference` is drawn from a seed; `land` writes it. What it should come to, `reference` says.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl

from ingest import landing
from ingest.plan import TABLES as PLAN
from ingest.reading import tall
from ingest.registry.tables import TABLES as REGISTRY
from ingest.sources import SOURCES
from ingest.wording import match_key
from oracle.periods import days_of, kind_of, months_of, parts_of
from oracle.worlds import (
    Change,
    Correction,
    Indicator,
    Measure,
    Org,
    Rejected,
    Source,
    Statement,
    Target,
    World,
)

MERGED, ABOLISHED = date(2024, 11, 1), date(2025, 7, 1)  # communes merge and split; districts are no more
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

MEASURES = (
    Measure("online", "dossiers", is_flow=True),
    Measure("received", "dossiers", is_flow=True),
    Measure("received_and_settled", "dossiers", is_flow=True),
    Measure("with_account"),
    Measure("accounts", "accounts", offered_for="with_account"),
    Measure("adults", carried=True),
    Measure("smartphones", "subscriptions"),
    Measure("subscriptions", "subscriptions"),
    Measure("services", "procedures", adds_over_orgs=False),
    Measure("procedures", "procedures", adds_over_orgs=False),
)
SAYS = {  # which measures a source may state
    "dvc_portal": ("online", "received", "received_and_settled", "services", "procedures"),
    "vneid": ("with_account", "accounts", "adults"),
    "telecom": ("smartphones", "subscriptions", "online", "services"),
    "unit_reports": ("online", "received", "with_account", "adults", "procedures"),
    "published_figures": (
        "online",
        "received_and_settled",
        "adults",
        "smartphones",
        "subscriptions",
        "services",
    ),
}
RATIOS = ("online_share", "eid", "untold", "smart")  # published as such too


def drawn(seed: int) -> World:
    """A province and its histories. The same seed draws the same world."""
    return Draw(random.Random(seed), random.Random(f"rows set aside in {seed}")).world()


@dataclass
class Draw:
    pick: random.Random
    spoil: random.Random
    orgs: list[Org] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        return self.pick.random() < share

    def world(self) -> World:
        pick = self.pick
        self.first = pick.choice(
            ["2024-01", "2024-01", "2024-04", "2024-07", "2024-09", "2025-01", "2025-04"]
        )
        self.months = self.months_from(self.first, pick.choice([4, 6, 6, 9, 12]))
        self.territory()
        precedence = pick.sample(range(1, 6), k=5)
        sources = [
            Source(
                name,
                rank if rank < 5 else 6,  # 5 is the plan's
                tuple(o.org_id for o in self.orgs if o.level == "operator") if name == "telecom" else (),
                sums_up=name != "published_figures" or self.chance(0.2),
                agencies=pick.choice([(), (), ("so",), ("so", "so_khac"), ("so_khac", "chi_cuc")]),
            )
            for name, rank in zip(SAYS, precedence, strict=True)
        ]
        split = pick.choice([date(2024, 1, 1), date(2025, 1, 1)])
        indicators = [
            Indicator("online_share", 1, "online", "received", end=split - DAY),
            Indicator("online_share", 2, "online", "received_and_settled", start=split),
            Indicator("eid", 1, "with_account", "adults"),
            Indicator("eid_accounts", 1, "accounts", "adults"),
            Indicator("smart", 1, "smartphones", "subscriptions"),
            Indicator("full", 1, "services", "procedures"),
            Indicator("per_adult", 1, "received", "adults"),
            Indicator("untold", 1, None, None),
        ]
        statements, rejected = self.set_aside([s for source in sources for s in self.said_by(source)])
        statements += self.ratios()
        world = World(
            orgs=tuple(self.orgs),
            sources=tuple(sources),
            measures=tuple(replace(m, reported_by=self.reporting(m)) for m in MEASURES),
            indicators=tuple(indicators),
            statements=tuple(statements),
            rejected=tuple(rejected),
            corrections=tuple(self.corrections(statements)),
            changes=tuple(self.changes),
            targets=tuple(self.targets()),
        )
        named = {s.period for s in statements} | {str(t.year) for t in world.targets}
        years = {str(months_of(period)[0]) for period in named}
        every = {p for y in years for p in (y, *parts_of(y, "quarter"), *parts_of(y, "month"))}
        return replace(world, periods=tuple(sorted(every)))

    def reporting(self, measure: Measure) -> tuple[str, ...]:
        """Who must report a measure before its sum is whole."""
        if not measure.adds_over_orgs:
            return ()
        both, every = ("agency", "district"), ("agency", "district", "commune")
        return self.pick.choice([*[("district",)] * 6, both, both, both, every, every, ("province",)])

    # Who there is

    def territory(self) -> None:
        pick = self.pick
        is_merged = self.chance(0.7)
        province = Org("tinh@1", "tinh", "Tỉnh Thử", "province", code="64")
        if is_merged:
            province = replace(province, end=ABOLISHED - DAY)
            self.orgs.append(
                Org("tinh_moi@3", "tinh_moi", "Tỉnh Mới", "province", code="52", start=ABOLISHED)
            )
            self.changes.append(Change("tinh@1", "tinh_moi@3", Fraction(100)))
        ended = pick.choice([date.max, date.max, date(2024, 8, 31)])
        self.orgs += [
            province,
            Org("so@1", "so", "Sở Y tế", "agency", parent="tinh@1"),
            Org("so_khac@1", "so_khac", "Sở Nội vụ", "agency", parent="tinh@1", end=ended),
            Org("chi_cuc@1", "chi_cuc", "Chi cục Dân số", "agency", parent="so@1"),
            Org("viettel@1", "viettel", "Viettel", "operator"),
            Org("vnpt@1", "vnpt", "VNPT", "operator"),
            *(
                Org(f"{level}@1", level, f"Nhóm {level}", "group", "tinh@1", end=province.end, members=level)
                for level in ("agency", "district", "commune")
            ),
        ]
        if self.chance(0.4):
            ends = pick.choice([date.max, date(2024, 8, 31), date(2024, 12, 31)])
            self.orgs.append(Org("gtel@1", "gtel", "Gtel", "operator", end=ends))
        last = ABOLISHED - DAY if is_merged else date.max
        for d in range(pick.choice([1, 2, 2, 3])):
            district = Org(
                f"h{d}@1", f"h{d}", f"Huyện {'ABC'[d]}", "district", "tinh@1", f"{622 + d}", end=last
            )
            self.orgs.append(district)
            old = [
                Org(f"x{d}{c}@1", f"x{d}{c}", f"Xã {'ABC'[d]}{c}", "commune", district.key, f"23{9 - c}{d}")
                for c in range(pick.choice([0, 0, 2, 3]))
            ]
            new = self.reorganised(old, MERGED, 2, district.key) if old and self.chance(0.6) else []
            kept = new or old
            if is_merged and kept:
                new_communes = self.reorganised(kept, ABOLISHED, 3, "tinh_moi@3")
                self.orgs += new_communes
                kept = [replace(o, end=last) for o in kept]
            self.orgs += kept
            if new:
                self.orgs += [replace(o, end=MERGED - DAY) for o in old]

    def reorganised(self, old: list[Org], day: date, regime: int, parent: str) -> list[Org]:
        """New communes, each of one or more old ones; one of the old ones may be split."""
        pick = self.pick
        heirs = pick.sample(old, k=pick.randint(1, len(old)))
        new = [replace(o, key=f"{o.org_id}@{regime}", parent=parent, start=day) for o in heirs]
        for o in old:
            own = [n for n in new if n.org_id == o.org_id]
            after = own if own and self.chance(0.7) else pick.sample(new, k=pick.randint(1, len(new)))
            self.changes += [Change(o.key, n.key, Fraction(pick.randint(1, 9000))) for n in after]
        return [n for n in new if any(n.key == change.after for change in self.changes)]

    def there(self, period: str) -> list[Org]:
        end = days_of(period)[1]
        return [o for o in self.orgs if o.start <= end <= o.end and o.level not in ("operator", "group")]

    # What they say

    @staticmethod
    def months_from(first: str, length: int) -> list[str]:
        year, month, _ = months_of(first)
        return [f"{year + (month - 1 + n) // 12}-{(month - 1 + n) % 12 + 1:02}" for n in range(length)]

    def periods(self, source: str) -> list[str]:
        quarters = [f"{m[:4]}-Q{int(m[5:]) // 3}" for m in self.months if int(m[5:]) % 3 == 0]
        years = sorted({m[:4] for m in self.months} | {"2023"})
        if source == "unit_reports":
            return quarters + [m for m in self.months if self.chance(0.1)]
        if source == "published_figures":
            return ["2023", "2024", "2025"] + [m for m in self.months if self.chance(0.2)]
        return self.months + [p for p in quarters + years if self.chance(0.25)]

    def said_by(self, source: Source) -> list[Statement]:
        pick = self.pick
        if self.chance(0.1):
            return []
        statements = []
        manner = pick.choice(["plain", "plain", "cumulative", "cumulative", "mixed", "shifted"])
        share = pick.choice([1, 1, 0.95, 0.8])
        measures = [m for m in SAYS[source.source] if self.chance(0.85)]
        levels = {
            "district": share,
            "commune": pick.choice([0, share, share]),
            "province": 0.1,
            "agency": 0.04,
        }
        if source.source in ("published_figures",) or not any(o.level == "district" for o in self.orgs):
            levels = {"province": 0.8, "district": 0.2, "commune": 0.1}
        for period in self.periods(source.source):
            ended = {o.org_id for o in self.orgs if o.end < days_of(period)[1]}
            for reporter in source.reporters or (None,):
                if self.chance(0.08) or reporter in ended:
                    continue
                cells = [
                    (measure, org.key)
                    for org in self.there(period)
                    for measure in measures
                    if pick.random() < (share if org.org_id in source.agencies else levels.get(org.level, 0))
                ]
                said: dict[tuple, tuple] = {}
                for number in range(pick.choice([1, 1, 1, 2, 3])):
                    told = {
                        cell: said[cell] if cell in said and self.chance(0.5) else self.told(period, manner)
                        for cell in cells
                        if number == 0 or self.chance(0.7)
                    }
                    said |= told
                    statements += self.extract(source.source, reporter, period, number, told)
        return statements

    def told(self, period: str, manner: str) -> tuple:
        """Value, status and true dates of one number; now and then that there is none."""
        pick = self.pick
        value = Fraction(pick.choice([pick.randrange(1000), pick.randrange(1, 20), pick.randrange(10**5)]))
        if kind_of(period) == "year" and self.chance(0.8):  # so that one year can be held against another
            value = Fraction(pick.randrange(100, 500))
        odd = pick.random()
        if odd < 0.07:
            value = Fraction(0)
        elif odd < 0.08:
            value = -value
        elif odd < 0.09:
            value = Fraction(pick.randrange(10**12, 10**13))
        elif odd < 0.11:
            value += Fraction(pick.randrange(100), 100)
        status = pick.choices(["A", "E", "P", "D", "B"], weights=[20, 1, 1, 1, 1])[0]
        start, end = days_of(period)
        if manner == "mixed":
            manner = pick.choice(["plain", "cumulative"])
        if manner == "cumulative" and kind_of(period) != "year":
            start = start.replace(month=1)
            value += 100 * months_of(period)[2]
        elif manner == "shifted":
            start, end = (start - 10 * DAY).replace(day=21), end.replace(day=20)
        return None if self.chance(0.02) else value, status, start, end

    def arrival(self, period: str) -> datetime:
        day = days_of(period)[1] + DAY
        hours = self.pick.choice([0, 0, 1, 12]) + 24 * self.pick.choice([2, 3, 4, 5, 5, 30, 60, 200])
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)

    def extract(self, source, reporter, period, number, told: dict, is_ratio=False) -> list[Statement]:
        known_from = self.arrival(period)
        name = f"{self.pick.randrange(16**8):08x}-{source}-{period}-{reporter}-{number}"
        rows = [(cell, about) for cell, about in told.items()]
        if rows and self.chance(0.2):  # a cell twice in one document
            (measure, org), _ = twice = self.pick.choice(rows)
            other = twice[1][0] if self.chance(0.5) else Fraction(self.pick.randrange(500))
            rows.append(((measure, org), (other, *twice[1][1:])))
        self.pick.shuffle(rows)
        times = [known_from]
        while self.chance(0.1):  # the same bytes again
            times.append(times[-1] + self.pick.choice([1, 20, 90]) * DAY)
        until = {}  # now and then an arrival is taken back, before the next one
        for time, following in zip(times, [*times[1:], None], strict=True):
            taken_back = time + self.pick.choice([1, 5, 40]) * DAY + timedelta(hours=1)
            last = following and following - timedelta(hours=1)
            until[time] = (min(taken_back, last) if last else taken_back) if self.chance(0.08) else None
        return [
            Statement(
                subject,
                source,
                reporter,
                org,
                period,
                start,
                end,
                value,
                status,
                name,
                order,
                time,
                is_ratio,
                until[time],
            )
            for time in times
            for order, ((subject, org), (value, status, start, end)) in enumerate(rows, start=2)
        ]

    def set_aside(self, statements: list[Statement]) -> tuple[list[Statement], list[Rejected]]:
        """Now and then a row or two of an extract could not be read, or one of two about the same."""
        rows: dict[str, dict[int, tuple]] = {}
        for s in statements:
            rows.setdefault(s.extract, {})[s.order] = s.subject, s.org
        unread = set()
        for extract, cells in rows.items():
            if len(cells) > 2 and self.spoil.random() < 0.2:
                told = Counter(cells.values())
                twice = [order for order, cell in cells.items() if told[cell] > 1][:1]
                orders = twice or self.spoil.sample(sorted(cells), k=self.spoil.choice([1, 2]))
                unread |= {(extract, order) for order in orders}
        rejected = [
            Rejected(s.subject, s.org, s.period, s.extract, s.order, s.known_from, s.withdrawn_at)
            for s in statements
            if (s.extract, s.order) in unread
        ]
        return [s for s in statements if (s.extract, s.order) not in unread], rejected

    def ratios(self) -> list[Statement]:
        statements = []
        years = sorted({m[:4] for m in self.months} | {"2023"})
        for period in [*years, *(m for m in self.months if self.chance(0.2))]:
            for number in range(self.pick.choice([0, 1, 2])):
                told = {
                    (ratio, org.key): (*self.ratio(), *days_of(period))
                    for ratio in RATIOS
                    for org in self.there(period)
                    if org.level in ("province", "district") and self.chance(0.3)
                }
                statements += self.extract(
                    "published_figures", None, period, f"r{number}", told, is_ratio=True
                )
        return statements

    def ratio(self) -> tuple[Fraction | None, str]:
        status = self.pick.choices(["A", "E", "D", "L"], weights=[10, 2, 2, 1])[0]
        return None if status == "L" else Fraction(self.pick.randrange(1, 10000), 100), status

    def corrections(self, statements: list[Statement]) -> list[Correction]:
        """Known since before the number came, or only later; some of one reporter's number alone."""
        counts = [s for s in statements if not s.is_ratio and s.value is not None]
        ids = {o.key: o.org_id for o in self.orgs}
        found = {
            (s.source, s.subject, ids[s.org], s.period, s.value): s
            for s in self.pick.sample(counts, k=min(6, len(counts)))
        }
        return [
            Correction(
                f"correction_{n}",
                *cell,
                Fraction(self.pick.randrange(10**4)),
                is_confirmed=self.chance(0.5),
                known_from=(s.known_from + self.pick.choice([-40, 0, 10, 100]) * DAY).replace(
                    hour=17, minute=0, second=0
                ),
                reporter=s.reporter if self.chance(0.5) else None,
            )
            for n, (cell, s) in enumerate(found.items())
        ]

    def targets(self) -> list[Target]:
        """Of plans for 2024 and 2025, each in one or two texts."""
        wanted = [  # in the order of `TARGETS`
            ("online_share", 1, "province", None),
            ("online_share", 2, "province", ("online_share", 1)),
            ("eid", 1, "district", None),
            ("smart", 1, "commune", None),
            ("full", 1, "agency", None),
            ("untold", 1, "province", None),
        ]
        told = []
        for year in (2024, 2025):
            for text in range(self.pick.choice([0, 1, 1, 2])):
                known_from = datetime(year, self.pick.choice([1, 6, 12]), 3 + text, tzinfo=UTC)
                again = [known_from + 45 * DAY] if self.chance(0.2) else []  # the same text again
                told += [
                    Target(
                        f"p{year}/II.2.{n}/{year}",
                        f"p{year}",
                        indicator,
                        version,
                        level,
                        "tinh@1",
                        year,
                        self.pick.choice([">=", ">=", ">", "<=", "<", "="]),
                        Fraction(
                            self.pick.choice([self.pick.randrange(100), 30, 100, self.pick.randrange(5000)])
                        ),
                        f"{text}-p{year}",
                        known_from,
                        nearest,
                    )
                    for n, (indicator, version, level, nearest) in enumerate(wanted, start=1)
                    if self.chance(0.85)
                ]
                told += [
                    replace(t, known_from=time) for t in told if t.known_from == known_from for time in again
                ]
        return told


# As landed


def land(world: World, folder: Path, until: datetime | None = None) -> Path:
    """Write the tables that the models read into `folder`, of what had arrived by `until`."""
    statements = [
        replace(s, withdrawn_at=None) if until and s.withdrawn_at and s.withdrawn_at > until else s
        for s in world.statements
        if until is None or s.known_from <= until
    ]
    targets = [t for t in world.targets if until is None or t.known_from <= until]
    known = tuple(c for c in world.corrections if until is None or c.known_from <= until)
    world = replace(world, corrections=known)
    landed = folder / "landed"
    for name, columns in REGISTRY.items():
        _write(landed / "registry" / f"{name}.parquet", registered(world).get(name, []), columns)
    arrivals = {(s.extract, s.source, None, s.period, s.known_from, s.withdrawn_at) for s in statements}
    arrivals |= {(t.text, "plan", t.plan, None, t.known_from, None) for t in targets}
    first = {arrival[0]: arrival for arrival in sorted(arrivals, key=lambda a: a[-2], reverse=True)}
    last = {arrival[0]: arrival for arrival in sorted(arrivals, key=lambda a: a[-2])}
    rows = [
        {
            "extract_id": extract,
            "source_id": source,
            "plan_id": plan,
            "file_name": f"{extract}.csv",
            "bytes": 0,
            "period_id": period,
            "received_at": known_from,
            "publisher": "x",
            "is_made_up": True,
            "withdrawn_at": last[extract][-1],
        }
        for extract, source, plan, period, known_from, _ in sorted(first.values(), key=lambda e: e[0])
    ]
    came = [
        {"extract_id": each[0], "received_at": each[-2], "withdrawn_at": each[-1]}
        for each in sorted(arrivals, key=str)
    ]
    _write(landed / "arrivals/all.parquet", came, landing.ARRIVALS)
    _write(landed / "extracts/all.parquet", rows, landing.EXTRACTS)
    orgs = {o.key: o for o in world.orgs} | {o.org_id: o for o in world.orgs if o.level == "operator"}
    read = {"rejected_rows": unread_rows(world, orgs, {row["extract_id"]: row["source_id"] for row in rows})}
    for name, columns in landing.ABOUT_READING.items():
        _write(landed / name / "all.parquet", read.get(name, []), columns)
    _write(landed / "refused_files/all.parquet", [], landing.REFUSED)
    for source in SOURCES:
        rows = [
            {
                "extract_id": s.extract,
                "row": s.order,
                "locator": f"row {s.order}",
                "org_text": orgs[s.org].name,
                "reporter": s.reporter and orgs[s.reporter].name,
                "subject": s.subject,
                "kind": "ratio" if s.is_ratio else "count",
                "unit": "percent" if s.is_ratio else None,
                "raw_text": str(s.value),
                "value": None if s.value is None else exact(s.value),
                "decimals": 2,
                "period_id": s.period,
                "period_start": s.start,
                "period_end": s.end,
                "obs_status": s.status,
            }
            for s in {s.name: s for s in statements}.values()
            if s.source == source
        ]
        _write(
            landed / f"extract_rows/source_id={source}/all.parquet",
            rows,
            {"extract_id": pl.String, **tall.COLUMNS},
        )
    plans = {
        "plan_documents": [
            {"extract_id": text, "plan_id": plan, "title": plan, "issuer": "x", "province": "Thử"}
            | {"year": year, "result_year": year - 1, "line_count": 99}
            for text, plan, year in sorted({(t.text, t.plan, t.year) for t in targets})
        ],
        "plan_targets": [
            {
                "extract_id": t.text,
                "plan_id": t.plan,
                "line": int(t.target.split("/")[1][5:]),
                "code": t.target.split("/")[1],
                "name": wording(t.indicator, t.version),
                "name_key": match_key(wording(t.indicator, t.version)),
                "unit_raw": "%",
                "unit": "percent",
                "year": t.year,
                "target_kind": "threshold",
                "operator": t.operator,
                "target_value": exact(t.value),
                "raw_text": f"{t.value}%",
                "char_from": 1,
                "char_to": 2,
            }
            for t in {(t.text, t.target): t for t in targets}.values()
        ],
    }
    for name, columns in PLAN.items():
        about = {"extract_id": pl.String, "plan_id": pl.String, **columns}
        _write(landed / name / "all.parquet", plans.get(name, []), about)
    return folder


def unread_rows(world: World, orgs: dict[str, Org], sources: dict[str, str]) -> list[dict]:
    """The rows set aside of the extracts that have arrived, by their `sources`."""
    return [
        {
            "extract_id": r.extract,
            "source_id": sources[r.extract],
            "row": r.order,
            "locator": f"row {r.order}",
        }
        | {"code": "number_unreadable", "message": "no number", "raw_text": "12.34O"}
        | {"row_texts": [orgs[r.org].name, r.subject]}
        for r in {(r.extract, r.order): r for r in world.rejected}.values()
        if r.extract in sources
    ]


def registered(world: World) -> dict[str, list[dict]]:
    targets = {(t.target.split("/")[1], t.indicator, t.version, t.level, t.nearest) for t in world.targets}
    return {
        "indicators": [
            {
                "indicator_id": i.indicator,
                "definition_version": i.version,
                "pillar_id": "p",
                "pillar_vi": "p",
                "pillar_en": "p",
                "name_vi": wording(i.indicator, i.version),
                "name_en": wording(i.indicator, i.version),
                "kind": i.kind,
                "unit": "percent",
                "numerator_measure": i.numerator,
                "denominator_measure": i.denominator,
                "valid_from": bounded(i.start),
                "valid_to": bounded(i.end),
            }
            for i in world.indicators
        ],
        "indicator_wordings": [
            {"indicator_id": i.indicator, "definition_version": i.version, "wording_use": use}
            | {
                "wording": wording(i.indicator, i.version),
                "wording_key": match_key(wording(i.indicator, i.version)),
            }
            for i in world.indicators
            for use in ("name", "target")
        ],
        "measures": [
            {
                "measure_id": m.measure,
                "name_vi": m.measure,
                "name_en": m.measure,
                "unit": m.unit,
                "over_time": "sum" if m.is_flow else "last",
                "over_orgs": "sum" if m.adds_over_orgs else "none",
                "reported_by": list(m.reported_by),
                "source_id": "vneid",
                "offered_for": m.offered_for,
                "carried_forward": m.carried,
            }
            for m in world.measures
        ],
        "measure_fields": [
            {"measure_id": m.measure, "source_id": s.source, "field": m.measure}
            for m in world.measures
            for s in world.sources
        ],
        "targets": [
            {
                "target_no": number,
                "indicator_id": indicator,
                "definition_version": version,
                "org_level": level,
                "nearest_indicator_id": nearest and nearest[0],
                "nearest_definition_version": nearest and nearest[1],
                "wording": wording(indicator, version),
                "wording_key": match_key(wording(indicator, version)),
            }
            for number, indicator, version, level, nearest in sorted(targets, key=str)
        ],
        "sources": [
            {
                "source_id": s.source,
                "name_vi": s.source,
                "name_en": s.source,
                "publisher": s.source,
                "frequency": "monthly",
                "precedence": s.precedence,
                "is_made_up": True,
                "reporting_level": "district" if s.sums_up else None,
            }
            for s in (*world.sources, Source("plan", 5, sums_up=False))
        ],
        "source_reporters": [
            {"source_id": s.source, "org_id": reporter} for s in world.sources for reporter in s.reporters
        ],
        "source_agencies": [
            {"source_id": s.source, "org_id": agency} for s in world.sources for agency in s.agencies
        ],
        "organisations": [
            {
                "org_key": o.key,
                "org_id": o.org_id,
                "code": o.code or None,
                "name_vi": o.name,
                "level": o.level,
                "parent_org_key": o.parent,
                "valid_from": bounded(o.start),
                "valid_to": bounded(o.end),
                "members_level": o.members,
            }
            for o in world.orgs
        ],
        "org_aliases": [{"org_id": "tinh", "alias": "Thử", "alias_key": match_key("Thử")}],
        "corrections": [
            {
                "correction_id": c.correction,
                "source_id": c.source,
                "measure_id": c.measure,
                "org_id": c.org_id,
                "reporter_org_id": c.reporter,
                "period_id": c.period,
                "published": exact(c.published),
                "corrected": exact(c.corrected),
                "status": "confirmed" if c.is_confirmed else "open",
                "known_on": (c.known_from + 7 * HOUR).date(),
            }
            for c in world.corrections
        ],
        "org_changes": [
            {
                "from_org_key": c.before,
                "to_org_key": c.after,
                "effective_on": next(o.start for o in world.orgs if o.key == c.after),
                "weight": exact(c.weight),
                "legal_basis": "x",
            }
            for c in world.changes
        ],
    }


def wording(indicator: str, version: int) -> str:
    return f"{indicator} {version}"


def bounded(day: date) -> date | None:
    return None if day in (date.min, date.max) else day


def exact(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _write(file: Path, rows: list[dict], columns: dict) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns).write_parquet(file)
