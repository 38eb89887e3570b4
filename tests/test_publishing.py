"""The way from a document to a release, and what happens when something stands in it."""

import json
import shutil

import dagster as dg
import duckdb
import polars as pl
import pytest
import yaml
from conftest import ROOT, dxkpi
from making.gia_lai import PLAN
from making.office_files import converted, web_page

from expectations import plan
from expectations.gate import judge


@pytest.fixture(scope="module")
def data(published, tmp_path_factory):
    """A data directory of its own, as the shared run left it."""
    folder = tmp_path_factory.mktemp("publishing") / "data"
    shutil.copytree(published.data, folder, symlinks=True)
    return folder


def registry_with(data, rule_id: str, severity: str) -> None:
    """A registry of the data directory's own, in which one rule is graver."""
    shutil.copytree(ROOT / "data/registry", data / "registry")
    rules = data / "registry/rules.yml"
    entries = yaml.safe_load(rules.read_text(encoding="utf-8"))
    for entry in entries:
        if entry["rule_id"] == rule_id:
            entry["severity"] = severity
    rules.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")


def test_a_blocking_finding_stops_publication_and_leaves_the_old_release(data):
    before = (data / "published/current").readlink()
    registry_with(data, "verdict_depends_on_value", "error")
    refused = data / "inbox/vneid/2024-03/odd.csv"
    refused.parent.mkdir(parents=True)
    refused.write_text("Ten,So\nPleiku,7\n", encoding="utf-8")
    result = dxkpi("run", data=data)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("dxkpi: ") and "verdict_depends_on_value" in last
    assert (data / "published/current").readlink() == before
    result = dxkpi("publish", data=data)  # what was judged then is no less blocked in a run of its own
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("dxkpi: blocked: verdict_depends_on_value: ") and "dxkpi run" in last
    assert (data / "published/current").readlink() == before
    result = dxkpi("findings", "--severity", "error", data=data)
    assert result.returncode == 0, result.stderr
    head, first, *rest = result.stdout.splitlines()
    assert head == "Số liệu hiện có chưa công bố được vì 1 lỗi:"
    assert first.startswith("Lỗi, chặn công bố: ") and "Việc cần làm: " in rest[0]
    assert "dxkpi withdraw" in result.stdout and result.stdout.endswith(
        "0 nội dung của bản công bố hiện hành\n"
    )
    (result,) = dxkpi("findings", "--severity", "error", "--json", data=data).stdout.splitlines()
    assert json.loads(result)["state"] == "blocking"
    assert "chặn công bố" not in dxkpi("findings", "--severity", "info", data=data).stdout
    digest = (data / "alerts/latest.txt").read_text("utf-8")
    assert "[Chặn công bố / blocks publication] " in digest and "Công bố số liệu không thành công" in digest
    assert len(list((data / "published/releases").iterdir())) == 1
    found = pl.read_parquet(data / "checks/findings.parquet").filter(rule_id="file_set_aside")
    assert found["message_vi"].to_list() == [
        "Tệp “odd.csv” (Báo cáo định danh điện tử của công an, tháng 3 năm 2024) chưa được sử dụng do "
        "không tìm thấy dòng tiêu đề; chưa nhận được tệp thay thế đầy đủ."
    ]
    shutil.rmtree(data / "quarantine")


def test_a_registry_the_linter_refuses_builds_nothing(data):
    shutil.rmtree(data / "registry", ignore_errors=True)
    shutil.copytree(ROOT / "data/registry", data / "registry")
    measures = data / "registry/measures.yml"
    text = measures.read_text(encoding="utf-8")
    measures.write_text(text.replace("unit: persons", "unit: accounts", 1), encoding="utf-8")
    result = dxkpi("build", data=data)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("dxkpi: ") and "registry" in last


def test_the_plan_as_a_word_file_gives_the_same_release_but_for_line_numbers(data, published, tmp_path):
    shutil.rmtree(data / "registry", ignore_errors=True)
    file = tmp_path / "Ke hoach.docx"
    file.write_bytes(converted(web_page(PLAN.read_text(encoding="utf-8")), "docx", tmp_path))
    result = dxkpi("ingest", "plan", str(file), "--plan-id", "gia-lai-2024", data=data)
    assert result.returncode == 0, result.stderr
    assert "landed/plan_indicators: 62 rows" in result.stdout
    result = dxkpi("run", data=data)
    assert result.returncode == 0, result.stderr
    ours = dxkpi("findings", "--json", data=data).stdout.splitlines()
    theirs = dxkpi("findings", "--json", data=published.data).stdout.splitlines()

    def said(lines):
        return sorted((f["rule_id"], f["severity"], f["expected"] or "") for f in map(json.loads, lines))

    assert [s[:2] for s in said(ours)] == [s[:2] for s in said(theirs)]
    assert "Phần I, mục II.9, điểm a, gạch đầu dòng 3: “" in dxkpi("explain", "IV.3", data=data).stdout
    assert len(list((data / "published/releases").iterdir())) == 2


def test_a_run_with_one_new_file_makes_again_what_it_touches_and_names_what_stays(
    published, tmp_path, monkeypatch
):
    data = tmp_path / "data"
    shutil.copytree(published.data, data, symlinks=True)
    monkeypatch.setenv("DXKPI_DATA_DIR", str(data))
    heading = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\n"
    file = data / "inbox/vneid/2024-03/250000.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(heading + "Thành phố Pleiku,622,31/03/2024,250000\n", encoding="utf-8")
    result = dxkpi("run", data=data)
    assert result.returncode == 0, result.stderr
    stays = {}
    with dg.DagsterInstance.from_config(str(data / "dagster")) as instance:
        for table in ("dim_indicator", "fct_observation", "rpt_scorecard"):
            made = instance.get_latest_materialization_event(dg.AssetKey(["marts", table]))
            stays[table] = "is_unchanged" in made.asset_materialization.metadata
    assert stays == {"dim_indicator": True, "fct_observation": False, "rpt_scorecard": False}

    rows = pl.read_parquet(data / "published/current/parquet/fct_check_result.parquet")
    kept = rows.filter(pl.col("kept_from_release").is_not_null())
    anew = rows.filter(pl.col("kept_from_release").is_null())

    def judged(rows: pl.DataFrame) -> set[tuple[str, str]]:
        return set(rows.select("suite", "table").iter_rows())

    assert {("arrivals", "telecom"), ("arrivals", "plan_figures"), ("plan", "plan_claim")} < judged(kept)
    assert {("arrivals", "vneid"), ("marts", "fct_observation"), ("inbox", "left_in_inbox")} < judged(anew)
    assert {("dbt", "dim_indicator")} < judged(kept) and {("dbt", "fct_observation")} < judged(anew)
    assert set(kept["kept_from_release"]) < {
        folder.name for folder in (data / "published/releases").iterdir()
    }
    assert kept["judged_at"].max() < anew["judged_at"].min()
    with duckdb.connect(str(data / "warehouse/warehouse.duckdb"), read_only=True) as warehouse:
        for table, suite in plan.SUITES.items():
            found = judge("plan", table, warehouse.table(f"marts.{table}"), suite, plan.KEYS[table])
            said = kept.filter(suite="plan", table=table).select(
                "check_id", "outcome", "failed_rows", "detail"
            )
            assert said.rows() == [(r.check_id, r.outcome, r.failed_rows, r.detail) for r in found.results]


def test_rollback_points_current_at_the_release_before(published, tmp_path):
    data = tmp_path / "data"
    first = published.release.resolve()
    later = data / "published/releases/later"
    shutil.copytree(first, data / "published/releases" / first.name)
    shutil.copytree(first, later)
    for path in (later, later / "manifest.json"):
        path.chmod(0o755)
    about = json.loads((later / "manifest.json").read_text(encoding="utf-8"))
    (later / "manifest.json").write_text(json.dumps(about | {"built_at": "2099-01-01T00:00:00+00:00"}))
    (data / "published/current").symlink_to("releases/later")
    result = dxkpi("rollback", data=data)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == f"current -> {first.name}"
    assert (data / "published/current").resolve().name == first.name
