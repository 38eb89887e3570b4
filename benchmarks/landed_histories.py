"""Made-up histories of counts, written as landing leaves them, to measure what a build of them costs.

Police and telecom operators report communes of Gia Lai month by month, and restate some counts six weeks
later. The names are of the registry as far as it has any, all numbers are invented; the same history has
always the same bytes. `python benchmarks/landed_histories.py FOLDER --counts 100000` writes one.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import polars as pl

from ingest import folders, landing, receiving, registry
from ingest.reading import tall
from ingest.registry.tables import TABLES as REGISTRY

LAST = (2024, 9)  # one month more, and some communes change
OPERATORS = {"VNPT": 30, "Viettel": 45, "MobiFone": 17, "Vietnamobile": 8}  # percent of all subscriptions
# Of each source its fields: the share of the people, in thousandths, and how much it grows in a month.
FIELDS = {
    "vneid": {
        "Dân số trưởng thành": (720, 0),
        "Người trưởng thành có tài khoản định danh điện tử": (200, 2),
        "Chỉ tiêu được giao": (650, 0),
        "Tài khoản định danh điện tử mức độ 2 đã kích hoạt": (180, 2),
    },
    "telecom": {
        "Thuê bao di động": (1050, 0),
        "Thuê bao sử dụng điện thoại thông minh": (400, 3),
    },
}
YEARLY = {"Công dân thường trú": (1000, 0)}  # of the police, each January; it serves the months after
PER_COMMUNE = len(FIELDS["vneid"]) + len(YEARLY) / 12 + len(FIELDS["telecom"]) * len(OPERATORS)
FIRST_SENT, RESTATED = timedelta(days=5), timedelta(days=46)  # after the month has ended
NO_CHANGES = date(2025, 6, 30)


@dataclass(frozen=True)
class History:
    """So many communes for so many months; `restated` of a hundred counts are stated twice."""

    communes: int
    months: int = 24
    restated: int = 5
    a_file_each: bool = False  # every commune sends its own files, instead of one for all

    @classmethod
    def of(cls, counts: int, months: int = 24) -> "History":
        """The history with about so many counts."""
        return cls(max(1, round(counts / (months * PER_COMMUNE * 1.05))), months)

    def periods(self) -> list[str]:
        return [month_at(n) for n in range(-self.months, 0)]


@dataclass(frozen=True)
class Extract:
    source: str
    period: str
    reporter: str | None
    received_at: datetime
    label: str
    rows: pl.DataFrame

    @property
    def extract_id(self) -> str:
        about = f"{self.source} {self.period} {self.reporter} {self.received_at} {self.label}"
        return sha256(about.encode()).hexdigest()


def month_at(number: int) -> str:
    """-1 is the last month of every history, 0 the one that comes next."""
    year, month = divmod(LAST[0] * 12 + LAST[1] + number, 12)
    return f"{year}-{month + 1:02}"


def write(history: History, folder: Path) -> int:
    """Land all of it in `folder`; how many counts there are."""
    folder.mkdir(parents=True, exist_ok=True)
    land_registry(history, folder)
    return land(folder, extracts(history))


def next_month(history: History, folder: Path) -> int:
    """Land the first reports of one month more."""
    return land(folder, first_reports(history, month_at(0)))


def restated_district(history: History, folder: Path) -> int:
    """Land what the police restate of one district in the last month."""
    communes = territory(history)
    members = communes.filter(pl.col("district") == communes["district"][0])
    period = history.periods()[-1]
    rows = of_month(members, "vneid", None, period, 7)
    return land(folder, [Extract("vneid", period, None, after(period, timedelta(days=60)), "district", rows)])


def sent_again(history: History, folder: Path, times: int = 30) -> int:
    """Land the last month of the police again and again, each time with other numbers."""
    period = history.periods()[-1]
    return land(
        folder,
        (
            Extract(
                "vneid",
                period,
                None,
                after(period, timedelta(days=60 + n)),
                f"again {n}",
                of_month(territory(history), "vneid", None, period, n),
            )
            for n in range(1, times + 1)
        ),
    )


def extracts(history: History) -> Iterator[Extract]:
    for number in range(len(REPORTERS)):
        for period in history.periods():
            yield from reports(history, period, number)
            yield from restatements(history, period, number)


def reports(history: History, period: str, number: int) -> Iterator[Extract]:
    """What a reporter first says of a month. Each has a day of his own."""
    source, reporter = REPORTERS[number]
    communes = territory(history)
    received_at = after(period, FIRST_SENT + timedelta(days=number))
    for part in communes.partition_by("unit_no") if history.a_file_each else [communes]:
        rows = of_month(part, source, reporter, period)
        yield Extract(source, period, reporter, received_at, str(part["unit_no"][0]), rows)


def restatements(history: History, period: str, number: int) -> Iterator[Extract]:
    source, reporter = REPORTERS[number]
    rows = of_month(territory(history), source, reporter, period, 1)
    rows = rows.filter(is_restated(history, number, period))
    if rows.height:
        received_at = after(period, RESTATED + timedelta(hours=number))
        yield Extract(source, period, reporter, received_at, "restated", rows)


def first_reports(history: History, period: str) -> Iterator[Extract]:
    for number in range(len(REPORTERS)):
        yield from reports(history, period, number)


def is_restated(history: History, number: int, period: str) -> pl.Expr:
    return drawn(pl.col("cell") + 31 * number + 1009 * age(period)) % 100 < history.restated


REPORTERS = [("vneid", None), *(("telecom", operator) for operator in OPERATORS)]


def of_month(
    communes: pl.DataFrame, source: str, reporter: str | None, period: str, version: int = 0
) -> pl.DataFrame:
    """What one of `REPORTERS` says of communes."""
    fields = FIELDS[source] | (YEARLY if source == "vneid" and period.endswith("-01") else {})
    return rows_of(communes, fields, reporter, period, version)


def rows_of(
    units: pl.DataFrame,
    fields: dict[str, tuple[int, int]],
    reporter: str | None,
    period: str,
    version: int = 0,
) -> pl.DataFrame:
    """One row for each unit and field, in the shape of `tall.COLUMNS`, and `cell`, its number."""
    table = pl.DataFrame(
        [(n, name, *about) for n, (name, about) in enumerate(fields.items())],
        schema=["field_no", "subject", "share", "growth"],
        orient="row",
    )
    percent = OPERATORS[reporter] if reporter else 100
    share = pl.col("share") + pl.col("growth") * (180 - age(period))
    first, last = tall.period_of(period, period)
    cell = pl.col("unit_no") * 64 + pl.col("field_no")
    value = pl.col("people") * share * percent // 100_000 + version * (1 + drawn(cell) % 4)
    held = {
        "row": (pl.col("unit_no") + 2).cast(pl.Int32),
        "locator": pl.format("row {}, column {}", pl.col("unit_no") + 2, "subject"),
        "org_text": pl.col("org_text"),
        "org_code": pl.col("code"),
        "reporter": pl.lit(reporter, pl.String),
        "subject": pl.col("subject"),
        "kind": pl.lit("count"),
        "raw_text": value.cast(pl.String),
        "value": value.cast(tall.COLUMNS["value"]),
        "decimals": pl.lit(0, pl.Int32),
        "period_id": pl.lit(period),
        "period_start": pl.lit(first),
        "period_end": pl.lit(last),
        "obs_status": pl.lit("A"),
        "note": pl.lit("số liệu mẫu"),
    }
    absent = {name: pl.lit(None, kind) for name, kind in tall.COLUMNS.items() if name not in held}
    return units.join(table, how="cross").select(cell=cell, **(held | absent))


def drawn(number: pl.Expr) -> pl.Expr:
    """A number that looks like chance, always the same for the same `number`."""
    return (number + 1) * 48_271 % 2_147_483_647 * 48_271 % 2_147_483_647 // 7


def age(period: str) -> int:
    """How many months a period lies back."""
    year, month = int(period[:4]), tall.period_of(period, period)[1].month
    return LAST[0] * 12 + LAST[1] - year * 12 - month


def after(period: str, delay: timedelta) -> datetime:
    last = tall.period_of(period, period)[1]
    return datetime(last.year, last.month, last.day, 2, tzinfo=UTC) + delay


# All that the registry's sources say of districts


def write_all_sources(history: History, folder: Path) -> int:
    """Land what every source says of the districts, agencies and the province, from the registry as it is."""
    for name, frame in known().items():
        put(folder, "registry", name, frame)
    return land(folder, of_all_sources(history))


def of_all_sources(history: History) -> Iterator[Extract]:
    for number, (source, reporter) in enumerate([*REPORTERS, ("dvc_portal", None), ("unit_reports", None)]):
        for period in history.periods():
            if source == "unit_reports":
                if age(period) % 3:
                    continue
                period = f"{period[:4]}-Q{int(period[5:]) // 3}"
            for version, delay in enumerate([FIRST_SENT + timedelta(days=number), RESTATED]):
                rows = pl.concat(
                    rows_of(units, fields, reporter, period, version)
                    for units, fields in said_by(source)
                    if fields
                )
                if version:
                    rows = rows.filter(is_restated(history, number, period))
                yield Extract(source, period, reporter, after(period, delay), str(version), rows)


@cache
def said_by(source: str) -> list[tuple[pl.DataFrame, dict[str, tuple[int, int]]]]:
    """The units that report to a source, and the fields that they report; a part is less than its whole."""
    orgs, measures = known()["organisations"], known()["measures"]
    depth = dict.fromkeys(measures["measure_id"], 0)
    pairs = known()["indicators"].select("numerator_measure", "denominator_measure").drop_nulls().rows()
    for _ in range(3):
        depth |= {part: depth[whole] + 1 for part, whole in pairs if depth[part] <= depth[whole]}
    fields = (
        known()["measure_fields"].filter(pl.col("source_id") == source).unique("measure_id", keep="first")
    )
    counted = measures.filter(pl.col("unit") != "points", pl.col("offered_for").is_null())
    about = fields.join(counted, on="measure_id", maintain_order="left")
    agencies = known()["source_agencies"].filter(pl.col("source_id") == source)["org_id"].to_list()
    return [
        (
            orgs.filter(is_unit, pl.col("valid_from").is_null()).select(
                (first + pl.int_range(pl.len())).alias("unit_no"),
                "code",
                pl.col("name_vi").alias("org_text"),
                (40_000 + drawn(pl.int_range(pl.len())) % 90_000).alias("people"),
            ),
            {
                each["field"]: (900 // 2 ** depth[each["measure_id"]], depth[each["measure_id"]] and 1)
                for each in about.sort("measure_id").to_dicts()
                if level in (each["reported_by"] or ["province"])
            },
        )
        for first, level, is_unit in (
            (0, "district", pl.col("level") == "district"),
            (100, "agency", pl.col("org_id").is_in(agencies)),
            (200, "province", pl.col("org_id") == "gia_lai"),
        )
    ]


# Who there is


@cache
def known() -> dict[str, pl.DataFrame]:
    return registry.tables(registry.load(folders.CHECKOUT / "data" / "registry"))


@cache
def organisations(communes: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Organisations and their changes: so many communes, of the registry and beyond, and their districts."""
    orgs, changes = known()["organisations"], known()["org_changes"]
    real = orgs.filter(pl.col("level") == "commune", pl.col("valid_from").is_null()).head(communes)
    districts = orgs.filter(pl.col("level") == "district")
    made = [
        made_up_commune(n, districts["org_key"][n % districts.height]) for n in range(real.height, communes)
    ]
    heirs = [made_up_heir(n) for n in sorted({n // 2 for n in range(real.height, communes)})]
    new = pl.DataFrame(made + heirs, schema=REGISTRY["organisations"])
    merged = pl.DataFrame(
        [
            {"from_org_key": old["org_key"], "to_org_key": f"xa_moi_{n // 2}@3"}
            | {"effective_on": date(2025, 7, 1), "legal_basis": "số liệu mẫu"}
            for n, old in enumerate(made, start=real.height)
        ],
        schema=REGISTRY["org_changes"],
    )
    kept = set(real["org_key"])  # and what became of them
    while grown := set(changes.filter(pl.col("from_org_key").is_in(list(kept)))["to_org_key"]) - kept:
        kept |= grown
    kept |= set(real["parent_org_key"]) | ({*districts["org_key"]} if made else set())
    others = orgs.filter(~pl.col("level").is_in(["commune", "district"]))
    kept |= set(others["org_key"])
    return (
        pl.concat([orgs.filter(pl.col("org_key").is_in(list(kept))), new]),
        pl.concat([changes.filter(pl.col("from_org_key").is_in(list(kept))), merged]),
    )


def made_up_commune(number: int, district: str) -> dict:
    return {
        "org_key": f"xa_mau_{number}@1",
        "org_id": f"xa_mau_{number}",
        "name_vi": f"Xã Mẫu {number}",
        "level": "commune",
        "parent_org_key": district,
        "valid_to": NO_CHANGES,
    }


def made_up_heir(number: int) -> dict:
    return {
        "org_key": f"xa_moi_{number}@3",
        "org_id": f"xa_moi_{number}",
        "name_vi": f"Xã Mẫu mới {number}",
        "level": "commune",
        "parent_org_key": "gia_lai_merged@3",
        "valid_from": date(2025, 7, 1),
    }


@cache
def territory(history: History) -> pl.DataFrame:
    """The communes that are reported, with the names by which they are, and how many people they have."""
    orgs = organisations(history.communes)[0]
    communes = orgs.filter(pl.col("level") == "commune", pl.col("valid_from").is_null())
    return communes.join(
        orgs.select(parent_org_key="org_key", district="name_vi"), on="parent_org_key", maintain_order="left"
    ).select(
        pl.int_range(pl.len()).alias("unit_no"),
        "code",
        "district",
        pl.format("{}, {}", "name_vi", "district").alias("org_text"),
        (2_000 + drawn(pl.int_range(pl.len())) % 9_000).alias("people"),
    )


# As received


def deliver(history: History, folder: Path) -> int:
    """Write the files in which it all would come, for communes of the registry as it is."""
    return put_files(folder, extracts(history))


def deliver_next_month(history: History, folder: Path) -> int:
    """Receive one month more."""
    counts = put_files(folder, first_reports(history, month_at(0)))
    subprocess.run([sys.executable, __file__, str(folder), "--receive"], check=True)
    return counts


def put_files(folder: Path, found: Iterable[Extract]) -> int:
    (folder / "files").mkdir(parents=True, exist_ok=True)
    counts, index = 0, []
    for number, extract in enumerate(found):
        counts += extract.rows.height
        name = f"{extract.source}_{extract.period}_{number}.csv"
        index_columns = {"org_text": "Đơn vị", "org_code": "Mã đơn vị", "reporter": "Doanh nghiệp"}
        named = extract.rows.pivot("subject", index=list(index_columns), values="raw_text").rename(
            index_columns
        )
        named.select(column for column in named if column.null_count() < named.height).write_csv(
            folder / "files" / name
        )
        index.append([extract.source, name, extract.period, extract.received_at.isoformat()])
    (folder / "files/index.json").write_text(json.dumps(index), "utf-8")
    return counts


def receive(folder: Path) -> None:
    """Receive the files that were delivered last."""
    os.environ["DXKPI_DATA_DIR"] = str(folder)
    for source, name, period, at in json.loads((folder / "files/index.json").read_text("utf-8")):
        moment = datetime.fromisoformat(at)
        about = {"period_id": period, "is_made_up": True, "received_at": moment}
        receiving.receive(source, folder / "files" / name, **about)


# As landed


def land_registry(history: History, folder: Path) -> None:
    orgs, changes = organisations(history.communes)
    for name, frame in (known() | {"organisations": orgs, "org_changes": changes}).items():
        put(folder, "registry", name, frame)


def land(folder: Path, found: Iterable[Extract]) -> int:
    """One file for each source and year, as `ingest.landing` writes them; how many counts came."""
    for table, columns in TABLES.items():
        put(folder, table, "_empty", pl.DataFrame(schema=columns))
    counts = 0
    for (source, year), group in groupby(found, key=lambda extract: (extract.source, extract.period[:4])):
        together = list(group)
        rows = pl.concat(
            extract.rows.select(pl.lit(extract.extract_id).alias("extract_id"), *tall.COLUMNS)
            for extract in together
        )
        counts += rows.height
        add(folder, source, year, rows)
        add(folder, "readings", f"{source}-{year}", frame_of(map(reading_of, together), TABLES["readings"]))
        about = frame_of(map(about_of, together), landing.EXTRACTS)
        add(folder, "extracts", "all", about)
        add(folder, "arrivals", "all", about.select(list(landing.ARRIVALS)))
    return counts


def about_of(extract: Extract) -> dict:
    return {
        "extract_id": extract.extract_id,
        "source_id": extract.source,
        "file_name": f"{extract.source}_{extract.period}.csv",
        "bytes": 0,
        "period_id": extract.period,
        "received_at": extract.received_at,
        "is_made_up": True,
    }


def reading_of(extract: Extract) -> dict:
    read = dict.fromkeys(landing.COUNTED, 0) | dict.fromkeys(("read", "landed"), extract.rows.height)
    ours = {"extract_id": extract.extract_id, "source_id": extract.source}
    return ours | {f"rows_{what}": number for what, number in read.items()}


TABLES = (
    {table: columns for tables in landing.TABLES.values() for table, columns in tables.items()}
    | landing.ABOUT_READING
    | {"extracts": landing.EXTRACTS, "arrivals": landing.ARRIVALS, "refused_files": landing.REFUSED}
)


def frame_of(rows: Iterable[dict], columns: dict) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)


def put(folder: Path, table: str, name: str, frame: pl.DataFrame) -> None:
    file = file_of(folder, table, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(file)


def add(folder: Path, table: str, name: str, rows: pl.DataFrame) -> None:
    """Put rows among those that are there, in the order of the ids of their extracts."""
    file = file_of(folder, table, name)
    rows = pl.concat([pl.read_parquet(file), rows]) if file.is_file() else rows
    put(folder, table, name, rows.sort("extract_id", maintain_order=True))


def file_of(folder: Path, table: str, name: str) -> Path:
    return folder / "landed" / landing.folder(table).relative_to(folders.landed()) / f"{name}.parquet"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the data directory that is written")
    parser.add_argument("--counts", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--receive", action="store_true", help="receive the files delivered to the folder")
    asked = parser.parse_args()
    if asked.receive:
        receive(asked.folder)
        return
    history = History.of(asked.counts, asked.months)
    counts = write(history, asked.folder)
    print(f"{counts} counts of {history.communes} communes and {history.months} months, all made up")


if __name__ == "__main__":
    main()
