"""Provinces side by side: only what is of one definition and period has a rank, and sums are divided once."""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import dxkpi

from ingest.errors import Refused
from orchestration.publication import comparison

# Numerator and denominator of online_dossiers in 2023; the first are those of the plan of Gia Lai.
GIA_LAI, OTHER, THIRD = (116133, 235558), (60000, 80000), (90000, 100000)


def of_province(published, folder: Path, name: str, parts: tuple[int, int], *changes: str) -> Path:
    """The release of Gia Lai as if it were that of another province with these dossiers."""
    shutil.copytree(published.release, folder)
    database = folder / "dxkpi.duckdb"
    for path in (folder, database):
        path.chmod(0o755)
    numerator, denominator = parts
    with duckdb.connect(str(database)) as con:
        for table in ("dim_org", "fct_indicator_value", "dim_indicator"):
            for column in ("org_id", "org_key", "parent_org_key", "name_vi"):
                known = "select 1 from duckdb_columns() where table_name = $1 and column_name = $2"
                if con.execute(known, [table, column]).fetchone():
                    con.execute(
                        f"update marts.{table} set {column} = "
                        f"replace(replace({column}, 'gia_lai', '{name}'), 'Gia Lai', '{name}')"
                    )
        con.execute(
            f"update marts.fct_indicator_value set numerator = {numerator}, denominator = {denominator}, "
            f"value = round(100.0 * {numerator} / {denominator}, 4) "
            "where indicator_id = 'online_dossiers' and period_id = '2023' and value_status = 'computed'"
        )
        for change in changes:
            con.execute(change)
    return folder


def rows(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


DOSSIERS = """
    select province_id, rank, ranked_provinces, round(median, 4), round(value_of_all, 4) from comparison
    where indicator_id = 'online_dossiers' and period_id = '2023' order by all
"""


def test_provinces_of_one_definition_are_ranked_and_their_parts_are_summed(published, tmp_path):
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER)
    third = of_province(published, tmp_path / "c", "dak_nong", THIRD)
    file = tmp_path / "provinces.duckdb"
    comparison.write([published.release, other, third], file)
    # 49.3012, 75 and 90 percent; (116133 + 60000 + 90000) / (235558 + 80000 + 100000)
    together = (3, 75.0, 64.0423)
    assert rows(file, DOSSIERS) == [
        ("dak_nong", 1, *together),
        ("gia_lai", 3, *together),
        ("kon_tum", 2, *together),
    ]
    per_province = published.query("select count(*) from scorecard")[0][0]
    counts = rows(file, "select province_id, count(*) from scorecard group by 1 order by 1")
    assert counts == [(name, per_province) for name in ("dak_nong", "gia_lai", "kon_tum")]
    # what was only published is listed, and has no rank
    stated = rows(
        file, "select distinct rank, ranked_provinces from comparison where value_status <> 'computed'"
    )
    assert stated == [(None, 0)]


def test_another_definition_and_made_up_numbers_are_not_compared(published, tmp_path):
    otherwise = "update marts.dim_indicator set formula_vi = 'khác' where indicator_id = 'online_dossiers'"
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER, otherwise)
    made_up = "update marts.fct_indicator_value set is_made_up = true"
    third = of_province(published, tmp_path / "c", "dak_nong", THIRD, made_up)
    file = tmp_path / "provinces.duckdb"
    comparison.write([published.release, other, third], file)
    assert rows(file, DOSSIERS) == [
        ("dak_nong", 1, 1, 90.0, 90.0),
        ("gia_lai", 1, 1, 49.3012, 49.3012),
        ("kon_tum", 1, 1, 75.0, 75.0),
    ]


def test_less_can_be_better(published, tmp_path):
    less = "update marts.dim_indicator set higher_is_better = false where indicator_id = 'online_dossiers'"
    releases = [
        of_province(published, tmp_path / name, name, parts, less)
        for name, parts in (("kon_tum", OTHER), ("dak_nong", THIRD))
    ]
    comparison.write(releases, tmp_path / "provinces.duckdb")
    ranks = [row[:2] for row in rows(tmp_path / "provinces.duckdb", DOSSIERS)]
    assert ranks == [("dak_nong", 2), ("kon_tum", 1)]


def test_two_releases_of_one_province_or_of_two_contracts_are_refused(published, tmp_path):
    file = tmp_path / "provinces.duckdb"
    with pytest.raises(Refused, match="gia_lai: another of these releases is of this province too"):
        comparison.write([published.release, published.release], file)
    older = of_province(published, tmp_path / "b", "kon_tum", OTHER)
    (older / "manifest.json").chmod(0o644)
    manifest = (older / "manifest.json").read_text("utf-8")
    (older / "manifest.json").write_text(
        manifest.replace('"contract_version": "2"', '"contract_version": "1"')
    )
    with pytest.raises(Refused, match="are of the contracts 1, 2; publish the older ones again"):
        comparison.write([published.release, older], file)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_the_command_ranks_and_says_what_has_no_rank(published, tmp_path):
    other = of_province(published, tmp_path / "b", "kon_tum", OTHER)
    file = tmp_path / "provinces.duckdb"
    done = dxkpi("compare", str(published.data), str(other), "--to", str(file), data=tmp_path)
    assert done.returncode == 0, done.stderr
    at = done.stdout.index(
        "Hồ sơ thủ tục hành chính được người dân, doanh nghiệp thực hiện trực tuyến · năm 2023"
    )
    assert done.stdout[at:].splitlines()[1:4] == [
        "  1. Tỉnh kon_tum: 75%",
        "  2. Tỉnh Gia Lai: 49,3%",
        "  Trung vị của 2 tỉnh: 62,15%; tính chung từ tổng tử số và tổng mẫu số: 55,82%",
    ]
    again = dxkpi("compare", str(published.data), str(other), "--to", str(file), data=tmp_path)
    assert again.returncode != 0 and "is there already" in again.stderr
    alone = dxkpi("compare", str(published.data), "--to", str(tmp_path / "x"), data=tmp_path)
    assert "name the releases of two provinces or more" in alone.stderr
    nothing = dxkpi("compare", str(tmp_path), str(other), "--to", str(tmp_path / "x"), data=tmp_path)
    assert "holds neither a release nor a data directory with one" in nothing.stderr
