"""The benchmark of reading measures what it says, here on a thousandth of the rows."""

import json
import subprocess
import sys

from conftest import ROOT


def test_the_benchmark_reads_every_format_and_keeps_its_figures(tmp_path):
    kept = tmp_path / "results.json"
    script = [sys.executable, ROOT / "benchmarks/reading.py", "--scale", "0.001", "--keep", kept]
    subprocess.run(script, check=True, capture_output=True)
    found = json.loads(kept.read_text(encoding="utf-8"))["reading"]
    assert {it["format"]: (it["rows"], it["numbers"]) for it in found} == {
        "csv": (1000, 1000),
        "wide_csv": (1000, 4000),
        "xlsx": (100, 200),
        "json": (200, 200),
    }
    assert all(it["rows_per_second"] > 0 and it["peak_mib"] >= it["before_mib"] > 0 for it in found)


def test_the_figures_kept_are_of_whole_files_within_the_limit():
    found = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))["reading"]
    by_format = {it["format"]: it for it in found}
    for kind in ("csv", "wide_csv"):
        assert by_format[kind]["rows"] == 1_000_000
        assert by_format[kind]["peak_mib"] < 1024
