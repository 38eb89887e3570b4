"""Releases: whole or not at all, readable by three DuckDB versions, the same bytes from the same content."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import duckdb
import openpyxl
import pytest
from making.marts import warehouse

from ingest.errors import Refused
from orchestration.publication import current, publish, releases, rollback
from orchestration.publication.release import only_publisher
from orchestration.publication.vietnamese import some_of

ROOT = Path(__file__).parents[1]


def docs(folder: Path) -> None:
    (folder / "index.html").write_text("<p>chi tiết</p>", encoding="utf-8")


def published(folder: Path, *release_ids: str) -> Path:
    """Releases on consecutive days, the last one current."""
    for day, release_id in enumerate(release_ids, start=1):
        file = warehouse(folder, release_id, built_at=f"2024-04-{day:02} 09:30:00+00")
        publish(file, folder / "published", release_id, docs)
    return folder / "published"


def release_seen(path: Path) -> str:
    with duckdb.connect(str(path / "current" / "dxkpi.duckdb"), read_only=True) as con:
        return con.execute("select release_id from marts.release").fetchone()[0]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    """One release that no test changes."""
    return published(tmp_path_factory.mktemp("release"), "r1") / "current"


def test_a_release_holds_what_the_contract_names(release):
    assert os.readlink(release) == "releases/r1"
    assert {file.name for file in release.iterdir()} == {
        "README.md", "appendix_01.xlsx", "data_docs", "datapackage.json", "dxkpi.duckdb", "manifest.json",
        "parquet", "report",
    }  # fmt: skip
    assert (release / "data_docs" / "index.html").is_file()
    with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as con:
        tables = con.execute("select table_name from duckdb_tables()").fetchall()
    assert {file.stem for file in (release / "parquet").iterdir()} == {table for (table,) in tables}


def test_the_manifest_lists_every_other_file_with_its_hash_and_size(release):
    listed = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["files"]
    there = {
        f.relative_to(release.resolve()).as_posix(): f for f in release.resolve().rglob("*") if f.is_file()
    }
    assert listed.keys() == there.keys() - {"manifest.json"}
    for name, file in listed.items():
        assert file == {"sha256": sha256(there[name]), "bytes": there[name].stat().st_size}


def test_the_manifest_tells_what_the_release_is_and_what_was_found(release):
    told = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert (told["release_id"], told["contract_version"], told["built_at"]) == (
        "r1",
        "1",
        "2024-04-01T09:30:00Z",
    )
    assert (told["code_version"], told["inputs"], told["is_made_up"]) == ("c0de", {"registry": "abc"}, False)
    assert told["findings"] == {"error": 0, "warning": 1, "info": 2, "accepted": 1}
    assert told["tables"]["rpt_appendix_01"]["rows"] == 3
    assert told["tables"]["dim_org"]["rows"] == 1
    assert told["tables"]["dim_org"]["columns"][:3] == ["org_key", "name_vi", "level"]


READ = """
import duckdb, json, sys
con = duckdb.connect(sys.argv[1], read_only=True)
one = lambda query: con.execute(query).fetchone()
print(json.dumps({
    "version": duckdb.__version__,
    "types": str(one("select list, text, amount, day from marts.types")),
    "comments": one("select comment from duckdb_tables() where table_name = 'types'")
        + one("select comment from duckdb_columns() where table_name = 'types' and column_name = 'amount'"),
    "moments": [str(row[0].astimezone(__import__('datetime').UTC)) for row in
        con.execute("select moment from marts.types").fetchall()],
    "then": one("select numerator from marts.values_as_of('2024-02-01 00:00:00+00')")[0].__str__(),
    "now": one("select numerator from values_as_of(now())")[0].__str__(),
    "before": one("select count(*) from marts.values_as_of(timestamptz '2024-01-01 00:00:00+00')")[0],
    "scores": one("select count(*) from marts.scorecard_as_of('2024-02-01 00:00:00+00')")[0],
    "scores_now": one("select count(*) from scorecard_as_of(now())")[0],
    "days": [
        one(f"select count(*) from scorecard_as_of(date '{day}')")[0]
        for zone in ("UTC", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "America/Los_Angeles")
        if con.execute(f"set TimeZone = '{zone}'")
        for day in ("2024-01-31", "2024-02-01")
    ],
}))
"""


@pytest.mark.parametrize("version", ["1.2.2", "1.5.5", "2.0.0"])
def test_the_database_is_read_by_duckdb(version, release):
    env = dict(os.environ)
    if version != "1.5.5":
        env["PYTHONPATH"] = str(ROOT / ".venv" / "readers" / version)
    command = [sys.executable, "-c", READ, str(release / "dxkpi.duckdb")]
    told = json.loads(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
    assert told == {
        "version": version,
        "types": "([1, 2], 'a', Decimal('12345678901234567890.1234'), datetime.date(2024, 2, 29))",
        "comments": ["Kiểu dữ liệu / the reader's types", "Số tiền / Amount"],
        "moments": ["2024-02-29 12:00:00+00:00"],
        "then": "660000.00",
        "now": "664940.00",
        "before": 0,
        "scores": 4,
        "scores_now": 5,
        "days": [0, 4] * 4,  # they came to be known as 1 February began in Việt Nam
    }
    assert not (release / "dxkpi.duckdb.wal").exists()


def test_the_parquet_files_hold_the_rows_of_the_database_in_the_same_order(release):
    with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as con:
        for file in (release / "parquet").iterdir():
            query = f"select * from read_parquet('{file}')"
            assert con.execute(query).fetchall() == con.execute(f"from marts.{file.stem}").fetchall()


def test_the_same_content_gives_the_same_bytes_in_whatever_order_its_rows_lie(tmp_path):
    kept = []
    for name, rows in (
        ("a", "select * from range(5000) t(n)"),
        ("b", "select 4999 - n as n from range(5000) t(n)"),
    ):
        (tmp_path / name).mkdir()
        file = warehouse(tmp_path / name, "r1", more=f"create table marts.numbers as {rows};")
        folder = publish(file, tmp_path / name / "published", "r1", docs)
        kept.append({f.relative_to(folder): sha256(f) for f in folder.rglob("*") if f.is_file()})
    # A DuckDB file has an identifier of its own, and the manifest its hash.
    differing = {path.name for path in kept[0] if kept[0][path] != kept[1][path]}
    assert differing <= {"dxkpi.duckdb", "manifest.json"}
    assert Path("parquet/numbers.parquet") in kept[0]


def test_a_run_that_fails_before_the_end_leaves_the_old_release(tmp_path):
    folder = published(tmp_path, "r1")

    def fail(_):
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        publish(warehouse(tmp_path, "r2"), folder, "r2", fail)
    assert release_seen(folder) == "r1"
    assert [r.release_id for r in releases(folder)] == ["r1"]


def test_a_killed_run_leaves_the_old_release_and_the_next_one_sweeps_up(tmp_path):
    folder = published(tmp_path, "r1")
    code = (
        "import os, sys; from pathlib import Path; from orchestration.publication import publish\n"
        "publish(Path(sys.argv[1]), Path(sys.argv[2]), 'r2', lambda _: os.kill(os.getpid(), 9))"
    )
    command = [sys.executable, "-c", code, str(warehouse(tmp_path, "r2")), str(folder)]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    assert release_seen(folder) == "r1"
    assert sorted(f.name for f in (folder / "releases").iterdir()) == ["r1", "r2.draft"]

    publish(warehouse(tmp_path, "r3"), folder, "r3")
    assert release_seen(folder) == "r3"
    assert sorted(f.name for f in (folder / "releases").iterdir()) == ["r1", "r3"]


def test_a_run_that_was_killed_just_before_the_swap_is_completed_by_the_next(tmp_path):
    folder = published(tmp_path, "r1", "r2")
    whole = sha256(folder / "releases/r2/manifest.json")
    (folder / "current").unlink()
    (folder / "current").symlink_to("releases/r1")
    (folder / "current.draft").symlink_to("releases/r2")

    publish(warehouse(tmp_path, "r2", built_at="2024-04-02 10:00:00+00"), folder, "r2")
    assert release_seen(folder) == "r2"
    assert sha256(folder / "releases/r2/manifest.json") == whole
    assert sorted(f.name for f in folder.iterdir()) == [".lock", "current", "releases"]


def test_a_release_is_never_changed(tmp_path):
    folder = published(tmp_path, "r1")
    before = sha256(folder / "releases/r1/dxkpi.duckdb")
    with pytest.raises(Refused, match="r1: this release exists with other content"):
        publish(warehouse(tmp_path, "r1", numerator=664941), folder, "r1")
    assert sha256(folder / "releases/r1/dxkpi.duckdb") == before
    assert [f.name for f in (folder / "releases").iterdir()] == ["r1"]


def test_an_open_reader_keeps_its_release_and_a_new_connection_sees_the_new_one(tmp_path):
    folder = published(tmp_path, "r1")
    query = "select release_id from marts.release"
    with duckdb.connect(str(folder / "current/dxkpi.duckdb"), read_only=True) as reader:
        assert reader.execute(query).fetchone() == ("r1",)
        publish(warehouse(tmp_path, "r2"), folder, "r2")
        assert reader.execute(query).fetchone() == ("r1",)
        assert reader.execute("select count(*) from marts.types").fetchone() == (1,)
    assert release_seen(folder) == "r2"


def test_one_publication_runs_at_a_time(tmp_path):
    folder = published(tmp_path, "r1")
    with only_publisher(folder), pytest.raises(Refused, match="another publication is running"):
        publish(warehouse(tmp_path, "r2"), folder, "r2")
    assert release_seen(folder) == "r1"


def test_rollback_goes_back_one_release_at_a_time_until_the_oldest(tmp_path):
    folder = published(tmp_path, "r1", "r2", "r3")
    assert rollback(folder) == folder / "releases" / "r2"
    assert release_seen(folder) == "r2"
    assert rollback(folder).name == "r1"
    with pytest.raises(Refused, match="r1 is the oldest release"):
        rollback(folder)
    assert rollback(folder, "r3").name == "r3"
    assert current(folder) == folder / "releases" / "r3"


def test_releases_are_listed_oldest_first(tmp_path):
    folder = published(tmp_path, "r2", "r1")
    listed = [(r.release_id, r.built_at, r.is_current) for r in releases(folder)]
    assert listed == [
        ("r2", datetime(2024, 4, 1, 9, 30, tzinfo=UTC), False),
        ("r1", datetime(2024, 4, 2, 9, 30, tzinfo=UTC), True),
    ]


def test_rollback_refuses_what_is_not_there(tmp_path):
    with pytest.raises(Refused, match="nothing is published"):
        rollback(tmp_path / "published")
    assert current(tmp_path / "published") is None
    folder = published(tmp_path, "r1")
    with pytest.raises(Refused, match="no release r9; there are: r1"):
        rollback(folder, "r9")


def test_rollback_refuses_a_damaged_release(tmp_path):
    folder = published(tmp_path, "r1", "r2")
    with (folder / "releases/r1/report/index.html").open("a") as page:
        page.write(" ")
    with pytest.raises(Refused, match=r"r1/report/index\.html: changed"):
        rollback(folder)
    assert release_seen(folder) == "r2"


@pytest.mark.parametrize("release_id", ["", "../r1", "r 1", "r1.draft", ".r1"])
def test_a_release_id_that_is_no_plain_name_is_refused(release_id, tmp_path):
    with pytest.raises(Refused, match="release id"):
        publish(tmp_path / "warehouse.duckdb", tmp_path / "published", release_id)


def test_a_missing_warehouse_is_refused(tmp_path):
    with pytest.raises(Refused, match="there is no warehouse to publish"):
        publish(tmp_path / "warehouse.duckdb", tmp_path / "published", "r1")


def test_a_warehouse_judged_for_another_release_is_refused(tmp_path):
    with pytest.raises(Refused, match="expected one row for r2, found r1"):
        publish(warehouse(tmp_path, "r1"), tmp_path / "published", "r2")
    assert current(tmp_path / "published") is None


def test_a_type_that_parquet_would_change_is_refused(tmp_path):
    file = warehouse(tmp_path, "r1", more="create table marts.sums as select sum(1) as total;")
    with pytest.raises(Refused, match=r"marts\.sums: column total: HUGEINT would be DOUBLE in Parquet"):
        publish(file, tmp_path / "published", "r1")


def page_of(folder: Path) -> str:
    return (folder / "report/index.html").read_text(encoding="utf-8")


def words(html: str) -> str:
    """The text of a page, with one ordinary space wherever there is space."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def test_the_page_needs_nothing_from_outside(release):
    html = page_of(release)
    assert '<html lang="vi" ' in html
    assert not re.search(r"https?:|<script .|<link|<img|<iframe|@import|url\(", html)
    for link in re.findall(r'href="([^#"][^"]*)"', html):
        assert (release.resolve() / "report" / link).resolve().exists(), link
    for anchor in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{anchor}"' in html


ORGS = ["Ban Dân tộc", "Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế", "Sở Nội vụ", "Sở Công Thương", "Viettel"]


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("Ban Dân tộc", "Ban Dân tộc"),
        (
            "Sở Văn hóa, Thể thao và Du lịch, Sở Y tế, Sở Nội vụ",
            "Sở Văn hóa, Thể thao và Du lịch, Sở Y tế, Sở Nội vụ",
        ),
        (
            "Ban Dân tộc, Sở Y tế, Sở Nội vụ, Sở Công Thương",
            "Ban Dân tộc, Sở Y tế, Sở Nội vụ và 1 đơn vị khác",
        ),
        (
            "Ban Dân tộc, Sở Y tế, Sở Nội vụ, Sở Công Thương và 12 đơn vị khác",
            "Ban Dân tộc, Sở Y tế, Sở Nội vụ và 13 đơn vị khác",
        ),
        ("Ban Dân tộc, Sở Y tế; Sở Y tế, Sở Nội vụ", "Ban Dân tộc, Sở Y tế, Sở Nội vụ"),
        (
            "Ban Dân tộc, Sở Y tế và 3 đơn vị khác; Sở Y tế",
            "Ban Dân tộc, Sở Y tế và nhiều đơn vị khác",
        ),
        (
            "Viettel (Ban Dân tộc, Sở Y tế, Sở Nội vụ, Sở Công Thương), Sở Y tế",
            "Viettel (Ban Dân tộc, Sở Y tế, Sở Nội vụ và 1 đơn vị khác), Sở Y tế",
        ),
    ],
)
def test_of_many_organisations_the_first_are_named_and_the_others_counted(listed, shown):
    assert some_of(listed, ORGS) == shown


def test_the_page_lists_findings_of_a_rule_in_the_order_of_the_document(release):
    text = words(page_of(release))
    assert "Lưu ý khác Also noted (3)" in text
    assert text.index("Dòng 400") < text.index("Dòng 92") < text.index("Dòng 804")


def test_accepted_and_resolved_findings_stand_apart_with_reason_and_day(release):
    for text in (words(page_of(release)), (release / "README.md").read_text(encoding="utf-8")):
        assert text.index("Dòng 804") < text.index("Đã chấp nhận") < text.index("Dòng 402: mục tiêu thấp hơn")
        assert "31/12/2024" in text and "Chờ kế hoạch mới" in text
        assert text.index("Không còn so với bản trước") < text.index("Dòng 7: ô gộp bị tách")


def test_only_what_the_release_before_did_not_have_is_called_new(release):
    assert words(page_of(release)).count("Mới New") == 1
    assert "**Mới.** Dòng 400" in (release / "README.md").read_text(encoding="utf-8")


def test_the_readme_of_a_release_lists_every_finding_in_both_languages(release):
    text = (release / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Bản công bố lúc 16:30 ngày 01/04/2024 (giờ Việt Nam)\n")
    vietnamese, english = text.split("# Release of 2024-04-01 16:30 (Việt Nam time)\n")
    assert "What to do" not in vietnamese and "Việc cần làm" not in english
    assert text.count("Việc cần làm: Xem lại mục tiêu.\n") == 1  # once a rule
    for told in (
        "Dòng 400: mục tiêu",
        "Line 400: lower",
        "Dòng 804: ô gộp bị tách",
        "Line 804: a split cell",
    ):
        assert told in text
    assert "GIẢ ĐỊNH" not in text


def test_made_up_data_is_named_as_such_everywhere(tmp_path):
    folder = publish(warehouse(tmp_path, "r1", made_up=True), tmp_path / "published", "r1")
    assert "SỐ LIỆU GIẢ ĐỊNH" in words(page_of(folder))
    assert "SỐ LIỆU GIẢ ĐỊNH" in (folder / "README.md").read_text(encoding="utf-8")
    assert json.loads((folder / "manifest.json").read_text())["is_made_up"] is True
    sheet = openpyxl.load_workbook(folder / "appendix_01.xlsx").active
    assert "SỐ LIỆU GIẢ ĐỊNH" in sheet["A4"].value


def test_real_data_is_not_called_made_up(release):
    assert "GIẢ ĐỊNH" not in words(page_of(release))
    assert "GIẢ ĐỊNH" not in str(openpyxl.load_workbook(release / "appendix_01.xlsx").active["A4"].value)
