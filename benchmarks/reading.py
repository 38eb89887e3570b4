"""How fast and in how much memory extracts are read: rows per second for CSV, XLSX and JSON.

Each format is read, and its numbers written as Parquet, in a process of its own, so that its peak memory is
its own; beside it stand the seconds in which polars or fastexcel do as much with the bare texts. A CSV has
1,000,000 rows and about 100 MB, with one number a row or with four; reading either must stay under 1 GiB.
`make bench` prints the figures and keeps them in benchmarks/reading.json. All numbers read are made up.
"""

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
LIMIT = 1024  # MiB, for a CSV of 1,000,000 rows
ROWS = {"csv": 1_000_000, "wide_csv": 1_000_000, "xlsx": 100_000, "json": 200_000}
PERIOD = "2024-03"
COUNTED = [
    "Tài khoản định danh điện tử đã cấp",
    "Tài khoản định danh điện tử đã kích hoạt",
    "Công dân thường trú",
    "Dân số trưởng thành",
]
NUMBERS = {"value", "HS_TOTAL", *COUNTED}
CITATION = "SỐ LIỆU MẪU – KHÔNG PHẢI SỐ LIỆU THẬT"


def write_csv(file: Path, rows: int) -> None:
    """Published figures, one a row, with much text about each."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["subject", "org", "unit", "value", "publisher", "citation"])
        for number in range(rows):
            writer.writerow(
                [
                    "eid_issued",
                    f"Thôn {number:07}",
                    "accounts",
                    _printed(number),
                    "Đơn vị đo tốc độ",
                    CITATION,
                ]
            )


def write_wide_csv(file: Path, rows: int) -> None:
    """A police report with four numbers a row: four times as many to land."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["Đơn vị", "Đến ngày", *COUNTED, "Ghi chú"])
        for number in range(rows):
            numbers = [_printed(number * step) for step in (1, 3, 7, 11)]
            writer.writerow([f"Thôn {number:07}", "31/03/2024", *numbers, CITATION])


def _printed(number: int) -> str:
    return f"{10_000 + number % 900_000:,}".replace(",", ".")


def write_xlsx(file: Path, rows: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        page = workbook.add_worksheet("Biểu 1")
        page.write_row(0, 0, [CITATION])
        page.write_row(
            1, 0, ["Đơn vị", "Đến ngày", "Tài khoản định danh điện tử đã cấp", "Công dân thường trú"]
        )
        for number in range(rows):
            page.write_row(
                number + 2, 0, [f"Thôn {number:07}", "31/03/2024", 10_000 + number, 20_000 + number]
            )


def write_json(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8") as text:
        text.write("[")
        for number in range(rows):
            record = {"ID": str(number), "TEN": f"Đơn vị {number:07}", "HS_TOTAL": str(1_000 + number % 977)}
            text.write((",\n" if number else "") + json.dumps(record, ensure_ascii=False))
        text.write("]")


SOURCE = {"csv": "published_figures", "wide_csv": "vneid", "xlsx": "vneid", "json": "dvc_portal"}
WRITE = {"csv": write_csv, "wide_csv": write_wide_csv, "xlsx": write_xlsx, "json": write_json}


def with_the_library(kind: str, file: Path, landed: Path) -> None:
    """The same numbers as text, one a row, written as Parquet without a look at what they mean."""
    import fastexcel
    import polars as pl

    if kind == "xlsx":
        sheet = fastexcel.read_excel(str(file)).load_sheet(0, header_row=1, dtypes="string")
        cells = sheet.to_polars()
    else:
        cells = pl.read_json(file) if kind == "json" else pl.read_csv(file, infer_schema=False)
    counted = [name for name in cells.columns if name in NUMBERS]
    texts = [name for name in cells.columns if name not in NUMBERS]
    cells.unpivot(counted, index=texts, variable_name="of", value_name="number").write_parquet(landed)


def read(kind: str, file: Path) -> dict:
    """Read the file in this process; rows read, seconds also of the library, peak memory in MiB."""
    import polars as pl

    from ingest.sources import SOURCES

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    reading = SOURCES[SOURCE[kind]].parse(file.name, file.read_bytes(), PERIOD)
    landed = file.with_suffix(".parquet")
    reading.made_rows.sink_parquet(landed)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    numbers = pl.scan_parquet(landed).select(pl.len()).collect().item()
    started = time.perf_counter()
    with_the_library(kind, file, landed)
    of_library = time.perf_counter() - started
    return {
        "rows": reading.tally.read,
        "numbers": numbers,
        "seconds": round(seconds, 1),
        "library_seconds": round(of_library, 2),
        "rows_per_second": round(reading.tally.read / seconds),
        "peak_mib": round(peak),
        "before_mib": round(before),
    }


def measure(kind: str, rows: int, folder: Path) -> dict:
    file = folder / f"{kind}.{kind.removeprefix('wide_')}"
    WRITE[kind](file, rows)
    told = subprocess.run(
        [sys.executable, __file__, "--read", kind, str(file)], capture_output=True, text=True, check=True
    )
    return {"format": kind, "mb": round(file.stat().st_size / 1e6), **json.loads(told.stdout)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--read", nargs=2, metavar=("KIND", "FILE"), help="read one file and tell")
    parser.add_argument("--formats", nargs="+", default=list(ROWS), choices=list(ROWS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the rows, for a quick look")
    parser.add_argument("--keep", type=Path, default=HERE / "reading.json", help="where the figures go")
    options = parser.parse_args()
    if options.read:
        kind, file = options.read
        print(json.dumps(read(kind, Path(file))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for kind in options.formats:
            result = measure(kind, int(ROWS[kind] * options.scale), Path(folder))
            found.append(result)
            print(
                f"{kind:8} {result['mb']:>5} MB {result['rows']:>9,} rows {result['seconds']:>7.1f} s "
                f"{result['rows_per_second']:>8,} rows/s  peak {result['peak_mib']:>5} MiB  "
                f"library {result['library_seconds']:>5.2f} s",
                flush=True,
            )
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    options.keep.write_text(json.dumps({"measured_on": about, "reading": found}, indent=2) + "\n", "utf-8")
    too_much = [r for r in found if r["format"].endswith("csv") and r["peak_mib"] >= LIMIT]
    for result in too_much:
        print(
            f"{result['format']} took {result['peak_mib']} MiB; less than {LIMIT} is allowed.",
            file=sys.stderr,
        )
    return bool(too_much)


if __name__ == "__main__":
    sys.exit(main())
