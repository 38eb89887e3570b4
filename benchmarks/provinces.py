"""What many provinces cost: made-up ones, built one after another by `dxkpi run`, then compared.

Of each province the CPU, the peak memory and the bytes; of comparisons of the first 2, 4, … of them as well.
Each step is a process of its own. `--folder` keeps the provinces, and goes on with what is missing there.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import made_up_provinces as provinces
from made_up_provinces import Province

HERE = Path(__file__).parent
DXKPI = Path(sys.executable).with_name("dxkpi")
COMPARED = (2, 4, 16)  # and all of them
FIGURES = "figures.json"  # beside a province: what its build took


def measure(count: int, months: int, folder: Path) -> dict:
    """The figures of so many provinces in `folder`."""
    built = [
        each | {"all_cpu": round(all_cpu, 1)}
        for each, all_cpu in running(build(n, months, folder) for n in range(1, count + 1))
    ]
    compared = [compare(number, folder) for number in sorted({*COMPARED, count}) if number <= count]
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    return {"measured_on": about, "months": months, "provinces": built, "comparisons": compared}


def running(built: Iterator[dict]) -> Iterator[tuple[dict, float]]:
    """Each with the CPU of it and all before it."""
    so_far = 0.0
    for each in built:
        so_far += each["cpu"]
        yield each, so_far
        print(
            f"{each['province']}: {each['counts']:,} counts, {each['cpu']:.1f} s of CPU, "
            f"{each['peak_mib']:,} MiB, release {each['release_mb']} MB; all so far {so_far:,.0f} s",
            flush=True,
        )


def build(number: int, months: int, folder: Path) -> dict:
    """The province of this number, unless it is there already."""
    province = Province(number, months)
    data = folder / province.org_id
    figures = data / FIGURES
    if not figures.is_file():
        shutil.rmtree(data, ignore_errors=True)  # what was stopped before its end
        counts = len(provinces.write(province, data))
        took = ran("run", data=data)
        release = (data / "published/current").resolve()
        about = {
            "province": province.org_id,
            "counts": counts,
            "database_mb": megabytes(release / "dxkpi.duckdb"),
            "release_mb": megabytes(release),
            "directory_mb": megabytes(data),
        }
        figures.write_text(json.dumps(about | took), "utf-8")
    return json.loads(figures.read_text("utf-8"))


def compare(number: int, folder: Path) -> dict:
    file = folder / f"{number}_provinces.duckdb"
    for old in (file, file.with_suffix(".html")):
        old.unlink(missing_ok=True)
    names = [str(folder / Province(n).org_id) for n in range(1, number + 1)]
    took = ran("compare", *names, "--to", str(file), data=folder)
    found = {"provinces": number, "file_mb": megabytes(file)} | took
    print(f"{number} compared: {took['cpu']} s of CPU, {took['peak_mib']} MiB, {found['file_mb']} MB")
    return found


def ran(*arguments: str, data: Path) -> dict:
    """Run the command in a process of its own."""
    started = time.perf_counter()
    with (data / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [DXKPI, *arguments], env=os.environ | {"DXKPI_DATA_DIR": str(data)}, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)}: failed: {(data / 'said.txt').read_text('utf-8')[-2000:]}")
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "cpu": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
        "load": round(os.getloadavg()[1], 1),
    }


def megabytes(path: Path) -> float:
    files = [path] if path.is_file() else (file for file in path.rglob("*") if file.is_file())
    return round(sum(file.stat().st_size for file in files) / 1e6, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--folder", type=Path, help="where the provinces are written; a temporary one")
    parser.add_argument("--keep", type=Path, default=HERE / "provinces.json", help="where the figures go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        found = measure(options.provinces, options.months, folder)
    options.keep.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
