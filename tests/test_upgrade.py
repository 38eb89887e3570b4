"""A data directory of an older version is carried over by itself, and its releases stay readable; see
`fixtures/upgrade/README.md` for what it holds.
"""

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import dxkpi

ARCHIVES = sorted((Path(__file__).parent / "fixtures/upgrade").glob("*.tar.xz"))
PLEIKU = ("eid_accounts", "--org", "pleiku")


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda file: file.name.split(".")[0])
def test_a_data_directory_of_an_older_version_is_taken_over_and_its_release_stays_readable(archive, tmp_path):
    shutil.unpack_archive(archive, tmp_path, filter="data")
    (old,) = (tmp_path / "published/releases").iterdir()
    before = explained(tmp_path, "--period", "2024-03", "--as-of", "2024-04-30")
    assert "63,1579%" in before and "vneid_thang_3.csv" in before and "“120000”" in before

    ran = dxkpi("run", data=tmp_path)
    assert ran.returncode == 0, ran.stderr
    new = (tmp_path / "published/current").resolve()
    assert new.name != old.name
    with duckdb.connect(str(new / "dxkpi.duckdb"), read_only=True) as database:
        values = database.execute(
            """select org_key, period_id, value, known_from from marts.fct_indicator_value
               where indicator_id = 'eid_accounts' and period_id in ('2024-03', '2024-04')
               and value is not null and (known_to is null or period_id = '2024-03') order by all"""
        ).fetchall()
        set_aside = database.execute("select file_name from marts.fct_refused_file").fetchall()
        withdrawn = database.execute(
            "select file_name from marts.dim_extract where withdrawn_at is not null"
        ).fetchall()
    april, may, tenth = (datetime(2024, *day, tzinfo=UTC) for day in ((4, 2), (5, 3), (5, 10)))
    assert values == [
        ("kbang@1", "2024-03", Decimal("40"), april),
        ("kbang@1", "2024-03", Decimal("40"), tenth),
        ("pleiku@1", "2024-03", Decimal("63.1579"), april),
        ("pleiku@1", "2024-03", Decimal("65.7895"), tenth),
        ("pleiku@1", "2024-04", Decimal("68.4211"), may),
    ]
    assert set_aside == [("khong_doc_duoc.csv",)]
    assert withdrawn == [("vneid_thang_4_nham.csv",)]
    # the first release of another version compares with the last of the one before
    changes = dxkpi("changes", data=tmp_path)
    assert changes.returncode == 0 and "0 giá trị thay đổi" in changes.stdout, changes.stdout + changes.stderr

    assert dxkpi("rollback", data=tmp_path).returncode == 0
    assert (tmp_path / "published/current").resolve().name == old.name
    assert explained(tmp_path, "--period", "2024-03", "--as-of", "2024-04-30") == before


def explained(data: Path, *of: str) -> str:
    answer = dxkpi("explain", *PLEIKU, *of, data=data)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout
