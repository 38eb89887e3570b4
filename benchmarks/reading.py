"""How fast and in how much memory files are read: rows per second for CSV, XLSX, JSON and a plan as PDF.

Each format is read, and its numbers written as Parquet, in a process of its own, so that its peak memory is
its own; beside it stand the seconds in which polars or fastexcel do as much with the bare texts, all of the
processor, so that what else runs does not count. A CSV has
1,000,000 rows and about 100 MB, with one number a row or with four; reading either must stay under 1 GiB, and
so must a PDF of 50 pages full of cells, in under a minute.
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
LIMIT = 1024  # MiB, for a CSV of 1,000,000 rows and a PDF of 50 pages
LIMIT_OF_PDF = 60  # seconds
ROWS = {"csv": 1_000_000, "wide_csv": 1_000_000, "xlsx": 100_000, "json": 200_000, "pdf": 1_250}
ROWS_OF_A_PAGE = 25
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


def write_pdf(file: Path, rows: int) -> None:
    """A table over pages, of about 3,000 letters each."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from making import pdfs

    xs, header = [30, 70, 400, 470, 530, 565], ["STT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Quý"]
    pages = []
    for first in range(0, rows, ROWS_OF_A_PAGE):
        lines = range(first, min(first + ROWS_OF_A_PAGE, rows))
        cells = [[f"{n + 1}", f"{CITATION} {n}", "người", _printed(n), "I"] for n in lines]
        second = [pdfs.text(74, 780 - 26 * n, f"{CITATION} {n}", 10) for n in range(len(cells))]
        table = pdfs.table(xs, 820, [header, *cells], height=26)
        pages.append("\n".join([table, *second]))
    file.write_bytes(pdfs.pdf(*pages))


SOURCE = {"csv": "published_figures", "wide_csv": "vneid", "xlsx": "vneid", "json": "dvc_portal"}
WRITE = {
    "csv": write_csv,
    "wide_csv": write_wide_csv,
    "xlsx": write_xlsx,
    "json": write_json,
    "pdf": write_pdf,
}


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


def read_plan(file: Path) -> dict:
    """The same of a PDF; the library finds its tables without a look at what goes on over pages."""
    import pdfplumber

    from ingest.documents.blocks import Table
    from ingest.documents.pdf import read_pdf

    before = _peak()
    started = time.process_time()
    blocks = read_pdf(file.name, file.read_bytes()).blocks
    seconds = time.process_time() - started
    peak = _peak()
    rows = sum(len(block.rows) - 1 for block in blocks if isinstance(block, Table))
    started = time.process_time()
    with pdfplumber.open(file) as pdf:
        for page in pdf.pages:
            page.extract_tables()
    of_library = time.process_time() - started
    return {
        "rows": rows,
        "numbers": rows,
        "seconds": round(seconds, 1),
        "library_seconds": round(of_library, 2),
        "rows_per_second": round(rows / seconds),
        "peak_mib": round(peak),
        "before_mib": round(before),
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(kind: str, file: Path) -> dict:
    """Read the file in this process; rows read, seconds also of the library, peak memory in MiB."""
    import polars as pl

    from ingest.sources import SOURCES

    before = _peak()
    started = time.process_time()
    reading = SOURCES[SOURCE[kind]].parse(file.name, file.read_bytes(), PERIOD)
    landed = file.with_suffix(".parquet")
    reading.made_rows.sink_parquet(landed)
    seconds = time.process_time() - started
    peak = _peak()
    numbers = pl.scan_parquet(landed).select(pl.len()).collect().item()
    started = time.process_time()
    with_the_library(kind, file, landed)
    of_library = time.process_time() - started
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
        print(json.dumps(read_plan(Path(file)) if kind == "pdf" else read(kind, Path(file))))
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
    bound = [r for r in found if r["format"].endswith(("csv", "pdf"))]
    too_much = [r for r in bound if r["peak_mib"] >= LIMIT]
    too_slow = [r for r in found if r["format"] == "pdf" and r["seconds"] >= LIMIT_OF_PDF]
    for result in too_much:
        print(
            f"{result['format']} took {result['peak_mib']} MiB; less than {LIMIT} is allowed.",
            file=sys.stderr,
        )
    for result in too_slow:
        print(f"The PDF took {result['seconds']} s; less than {LIMIT_OF_PDF} is allowed.", file=sys.stderr)
    return bool(too_much or too_slow)


if __name__ == "__main__":
    sys.exit(main())
