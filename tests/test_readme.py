"""The README's commands and queries run as they stand there."""

import csv
import re
import shlex
import subprocess
from decimal import Decimal

import polars as pl
import pytest
import yaml
from conftest import ROOT, dxkpi

from ingest.registry.headings import wordings
from ingest.sources import SOURCES

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [
    shlex.split(line.removeprefix("$ dxkpi"))
    for block in blocks("console")
    for line in block.splitlines()
    if line.startswith("$ dxkpi")
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_of_the_readme_runs(published, tmp_path, arguments):
    # What receives something gets a data directory of its own; the rest reads the published one.
    data = tmp_path / "data" if arguments[0] == "ingest" else published.data
    result = dxkpi(*arguments, data=data, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    assert result.stdout


QUERIES = dict(zip(("reasons", "verdicts", "years", "as_of", "money"), blocks("sql"), strict=True))


def test_the_query_for_reasons_gives_each_ratio_that_could_not_be_computed(published):
    found = published.query(QUERIES["reasons"])
    # of the 28 ratios of Phụ lục 01 4 are recomputed; those that only the text sets a target for have no code
    assert len({code for code, *_ in found if code}) == 24
    assert all(status != "computed" and reason for *_, status, reason in found)


def test_the_query_for_verdicts_gives_the_one_target_that_is_missed_only_when_recomputed(published):
    assert published.query(QUERIES["verdicts"]) == [
        ("PL01.II.7", ">=", 50, Decimal("50.01"), Decimal("49.3012"))
    ]


def test_the_query_for_years_counts_what_the_command_prints(published):
    found = published.query(QUERIES["years"])
    assert found == [(2023, 18, 10, 2), (2024, 0, 0, 12)]
    for _, met, missed, undecided in found:
        reported = f"{met} đạt, {missed} chưa đạt, {undecided} chưa xác định được"
        assert f"Theo số tính lại (nếu có): {reported}" in published.stdout


def test_the_query_for_a_day_gives_each_target_as_it_was_known(published):
    found = {target_id: reported for target_id, *reported in published.query(QUERIES["as_of"])}
    assert found["gia-lai-2024/PL01.IV.3/2023"] == [Decimal("52.8901"), True]
    assert found["gia-lai-2024/II.2.1/2024"] == [None, None]


def test_the_query_for_money_gives_each_lead_agency_once_and_all_of_the_appendix_together(published):
    found = published.query(QUERIES["money"])
    names, tasks, amounts = zip(*found, strict=True)
    assert len(set(names)) == len(names) > 10
    assert found[0][0] == "Sở Thông tin và Truyền thông"
    assert (sum(tasks), sum(amount or 0 for amount in amounts)) == (57, 169_546_910_000)


def test_what_the_readme_shows_is_what_the_commands_print(published):
    reported = published.stdout + dxkpi("explain", "IV.3", data=published.data).stdout
    for block in blocks("text"):
        for line in filter(lambda line: line != "...", block.splitlines()):
            assert line in reported.replace(" \n", "\n"), line


def ratios(source: str) -> list[set[str]]:
    """The headings of a source that together make a ratio, the wording of an office for each count."""
    folder = ROOT / "data/registry"
    measures, indicators = (
        yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))
        for name in ("measures", "indicators")
    )

    def heading(measure_id: str) -> str | None:
        fields = measures[measure_id].get("fields", {}).get(source)
        return fields[-1] if isinstance(fields, list) else fields

    return [
        {heading(i["numerator"]), heading(i["denominator"])}
        for i in indicators["indicators"]
        if "numerator" in i
    ]


def test_the_extract_that_the_readme_shows_is_the_one_that_its_command_sends_and_makes_a_ratio():
    (shown,) = blocks("csv")
    (sent,) = [each for each in COMMANDS if each[:2] == ["ingest", "extract"]]
    assert shown == (ROOT / sent[3]).read_text(encoding="utf-8")
    assert "--made-up" in sent
    headings, *rows = csv.reader(shown.splitlines())
    assert any(ratio <= set(headings) for ratio in ratios(sent[2]))
    assert len(rows) == 1 and 100 * 675_000 / 1_250_000 == 54


def test_what_is_sent_as_made_up_is_kept_as_such(tmp_path):
    (sent,) = [each for each in COMMANDS if each[:2] == ["ingest", "extract"]]
    dxkpi(*sent, data=tmp_path, cwd=ROOT)
    dxkpi(*sent[:2], "vneid", "data/samples/vneid-2025-03-22.csv", "--period", "2025-03", data=tmp_path)
    landed = pl.read_parquet(tmp_path / "landed/extracts/*.parquet")
    assert dict(landed.select("period_id", "is_made_up").rows()) == {"2024-01": True, "2025-03": False}


def test_the_readme_names_every_source_that_takes_extracts_and_columns_that_are_understood():
    table = README.split("## Your own extracts")[1].split("## ")[0]
    sources = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", table, re.MULTILINE))
    assert sources.keys() == SOURCES.keys()
    for source in ("vneid", "telecom", "dvc_portal"):
        named = set(re.findall(r"`([^`]+)`", sources[source]))
        assert named <= wordings(source).columns.keys()
        assert any(ratio <= named for ratio in ratios(source))


def test_the_readme_lists_every_folder_of_data(published):
    listed = set(
        re.findall(r"`data/(\w+)`", README.split("## Where each stage's data is")[1].split("\n\n")[1])
    )
    ignored = re.findall(r"^/data/(\w+)/", (ROOT / ".gitignore").read_text(encoding="utf-8"), re.MULTILINE)
    made = {f.name for f in published.data.iterdir() if f.is_dir() and not f.name.startswith(".")}
    assert made >= {"raw", "landed", "dagster"}
    assert listed == {"plan", "samples", "registry", *ignored, *made}


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make (\w+)`", README)) | set(
        re.findall(r"^\$ make (\w+)", README, re.MULTILINE)
    )
    assert targets >= {"run", "test"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_make_clean_leaves_everything_that_cannot_be_made_anew(tmp_path):
    folders = re.findall(r"^/data/(\w+)/", (ROOT / ".gitignore").read_text(encoding="utf-8"), re.MULTILINE)
    for folder in folders:
        (tmp_path / "data" / folder).mkdir(parents=True)
        (tmp_path / "data" / folder / "file").write_text(folder)
    result = subprocess.run(
        ["make", "--file", ROOT / "Makefile", "clean"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    kept = {"raw", "inbox", "quarantine", "published", "alerts"}
    assert {folder.name for folder in (tmp_path / "data").iterdir()} == kept
    assert all(f"data/{folder}" in result.stdout for folder in kept)
