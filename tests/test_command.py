"""The `dxkpi` command as its users meet it: what it prints, where it works, how it refuses."""

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal

import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, dxkpi

from orchestration.command.main import main
from orchestration.publication.scores import basis
from orchestration.publication.vietnamese import shortened


def test_a_run_prints_the_scorecard_the_findings_and_the_release(published):
    assert "19 đạt, 9 chưa đạt, 2 chưa xác định được, 1 định tính" in published.stdout
    assert "Nội dung cần xem lại: 83 cảnh báo, 36 lưu ý (dxkpi findings)" in published.stdout
    assert f"Bản công bố: {published.release.resolve().name}" in published.stdout


def test_a_first_run_writes_one_digest_and_misses_no_report(published):
    (told,) = (line for line in published.stderr.splitlines() if line.startswith("· alerts:"))
    assert told.startswith("· alerts: 83 new, 0 over, 0 still open")
    (digest,) = (published.data / "alerts").glob("2*.txt")
    assert "Chậm báo cáo" not in digest.read_text(encoding="utf-8")


def scorecard(published, year: int) -> dict[str, str]:
    """Each row of a year's scorecard by the code of its target; of cells that wrap, the lines one by one."""
    text = published.stdout.split(f"Mục tiêu năm {year}")[1].split("Theo số tính lại")[0]
    _, head, *lines = text.splitlines()
    ends = head.index("Chỉ tiêu"), head.index("Kết luận")
    found = {}
    for line in lines:
        code, name, verdict = line[: ends[0]].strip(), line[ends[0] : ends[1]], line[ends[1] :]
        code = code or list(found)[-1]
        cells = found.setdefault(code, ["", ""])
        cells[0], cells[1] = f"{cells[0]} {name}", f"{cells[1]} {verdict}"
    return {code: " ".join(" ".join(cells).split()) for code, cells in found.items()}


def test_each_target_without_a_verdict_has_its_reason_beside_it(published):
    then, now = scorecard(published, 2023), scorecard(published, 2024)
    assert len(then) == 31 and len(now) == 12
    undecided = "chưa xác định được: "
    assert now["II.2.1"].endswith(f"{undecided}chưa có tử số")
    for code in ("II.2.2", "II.2.7a", "II.2.9"):
        assert now[code].endswith(f"{undecided}chưa có tử số, mẫu số")
    assert all(undecided in line for line in now.values())
    assert [code for code, line in then.items() if undecided in line] == ["IV.7", "IV.8"]
    assert then["IV.7"].endswith(f"{undecided}đơn vị công bố cho biết chưa đánh giá được")


def test_each_verdict_says_on_what_it_rests(published):
    then = scorecard(published, 2023)
    assert then["I.1"].endswith("Hoàn thành Hoàn thành – đạt (theo kết quả công bố)")
    assert then["I.2"].endswith("Hoàn thành Hoàn thành – đạt (theo kết quả công bố)")
    assert then["I.3"].endswith("Thường xuyên Đã triển khai – định tính")
    assert then["I.6"].endswith("chưa đạt (theo số công bố)")
    assert then["II.7"].endswith("chưa đạt (theo số tính lại)")
    assert then["III.3"].endswith("đạt (theo số ước tính)")


def test_names_that_are_cut_can_be_told_apart(published):
    now = scorecard(published, 2024)
    names = [now[code].split("%")[0] for code in ("II.2.7a", "II.2.7b", "II.2.7c")]
    for name, end in zip(names, ("nhân dân tỉnh", "cấp huyện", "cấp xã"), strict=True):
        assert name.startswith("Tỷ lệ xử lý văn") and "…" in name
        assert name.rsplit(" ", 1)[0].strip().endswith(end)


def test_names_lose_words_of_their_middle_and_never_what_tells_them_apart():
    long = "Tỷ lệ hồ sơ của các đơn vị {} trên tổng số hồ sơ đã tiếp nhận"
    assert shortened(["Tỷ lệ hồ sơ", long.format("A")], 30) == ["Tỷ lệ hồ sơ", "Tỷ lệ hồ sơ của…đã tiếp nhận"]
    alike = [long.format("cấp huyện"), long.format("cấp xã")]
    assert shortened(alike, 30) == alike
    assert all(len(name) <= 30 for name in shortened([long.format("A"), "x" * 50, "x " * 30], 30))


def test_a_verdict_that_a_vague_number_leaves_open_says_so():
    about = {"target_kind": "threshold", "met": None, "value": Decimal("30.0000"), "reported_qualifier": "~"}
    assert basis(about) == "≈\N{NO-BREAK SPACE}30% chưa đủ để so với mục tiêu"
    assert basis(about | {"target_kind": "continuous"}) is None


def test_a_verdict_that_waits_for_reports_says_for_whose_and_of_which_months():
    about = {"target_kind": "threshold", "met": None, "value": None, "reason": "org_incomplete"}
    about |= {
        "reason_vi": "còn đơn vị chưa báo cáo",
        "missing_reporters": "Ban Dân tộc",
        "missing_periods": None,
    }
    assert basis(about) == "còn đơn vị chưa báo cáo: Ban Dân tộc"
    months = {"missing_periods": ["2024-07", "2024-08"]}
    assert basis(about | months) == "còn đơn vị chưa báo cáo: Ban Dân tộc (tháng 7/2024, 8/2024)"
    assert basis(about | {"reason": "not_assessed"}) == "còn đơn vị chưa báo cáo"


def test_what_a_run_reports_is_in_one_language(published):
    ours = r"\(dxkpi findings\)|^ +\S*/current/\S+$|“.*?”|Tra cứu:.*\Z"  # commands, files, names, ids
    english = r"(?i)\b(findings?|release|warning|info|open|new|none|not_\w+|\w+_missing)\b"
    for told in (published.stdout, dxkpi("findings", data=published.data).stdout):
        assert not re.search(english, re.sub(ours, "", told, flags=re.MULTILINE | re.DOTALL))


def test_a_milestone_is_explained_by_what_the_document_says(published):
    told = dxkpi("explain", "I.1", data=published.data).stdout
    assert "Kết quả công bố: “Hoàn thành” (Phụ lục 01, mục I.1; ghi chú: Quyết định số 1004/QĐ-UBND" in told
    assert "Mục tiêu năm 2023: Hoàn thành – đã hoàn thành, theo kết quả công bố" in told
    continuous = dxkpi("explain", "I.3", data=published.data).stdout
    assert "Kết quả công bố: “Đã triển khai” (Phụ lục 01, mục I.3)" in continuous
    assert "Mục tiêu năm 2023: Thường xuyên – định tính" in continuous
    assert "None" not in told + continuous


def test_a_second_run_publishes_nothing_and_says_so(published):
    before = published.release.resolve()
    again = dxkpi("run", data=published.data)
    assert again.returncode == 0
    assert again.stdout.startswith("Không có gì mới")
    assert published.release.resolve() == before
    assert [f.name for f in (published.data / "published/releases").iterdir()] == [before.name]


def test_explain_shows_both_inputs_down_to_line_and_raw_text(published, tmp_path):
    told = dxkpi("explain", "IV.3", data=published.data, cwd=tmp_path).stdout
    document = (ROOT / "data/plan/gia-lai-2024/plan.md").read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(document, 1) if "(664.940/1.257.210)" in text)
    assert f"dòng {line}," in told
    assert "“664.940”" in told and "“1.257.210”" in told
    assert "52,8901%" in told and "52,89%" in told


def test_explain_gives_the_reason_where_there_is_no_value(published):
    told = dxkpi("explain", "PL01.IV.7", data=published.data).stdout
    assert "not_assessed" in told and "chưa có số liệu" in told


def test_explain_knows_what_was_not_yet_known(published):
    told = dxkpi("explain", "IV.3", "--as-of", "2020-01-01", data=published.data)
    assert told.returncode == 1
    assert told.stderr.startswith("dxkpi: IV.3: ") and told.stderr.count("\n") == 1


def test_findings_come_as_text_and_as_json(published):
    as_text = dxkpi("findings", "--severity", "warning", data=published.data).stdout
    as_json = dxkpi("findings", "--severity", "warning", "--json", data=published.data).stdout.splitlines()
    messages, ids = as_text.split("Tra cứu:")
    numbered = re.findall(r"^    \d+\. ", messages, re.MULTILINE)
    assert len(numbered) == len(ids.splitlines()) - 1 == len(as_json)
    assert {json.loads(line)["severity"] for line in as_json} == {"warning"}
    gone = dxkpi("findings", "--state", "resolved", data=published.data).stdout
    assert gone == "0 nội dung của bản công bố trước không còn trong bản công bố hiện hành\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest", "plan", "nowhere.md", "--plan-id", "x"),
        ("ingest", "extract", "vneid", "nowhere.csv", "--period", "2024-03"),
        ("explain", "no_such_indicator"),
        ("rollback", "no-such-release"),
        ("findings",),
        ("check",),
        ("publish",),
    ],
)
def test_a_refusal_is_one_clear_line_and_exit_code_1(arguments, tmp_path):
    told = dxkpi(*arguments, data=tmp_path / "data", cwd=tmp_path)
    assert told.returncode == 1
    (line,) = [line for line in told.stderr.splitlines() if not line.startswith("· ")]  # progress
    assert line.startswith("dxkpi: ")


def test_the_form_of_the_quarterly_report_is_written_once(tmp_path):
    file = tmp_path / "bao_cao.xlsx"
    told = dxkpi("template", "unit_reports", str(file), data=tmp_path / "data")
    assert told.returncode == 0 and file.is_file(), told.stderr
    again = dxkpi("template", "unit_reports", str(file), data=tmp_path / "data")
    assert again.returncode == 1 and again.stderr.count("\n") == 1
    assert dxkpi("template", "vneid", str(file), data=tmp_path / "data").returncode == 2


@pytest.mark.parametrize("arguments", [("nonsense",), ("explain",), ("ingest", "extract", "nobody", "f")])
def test_wrong_usage_is_exit_code_2(arguments, tmp_path):
    assert dxkpi(*arguments, data=tmp_path).returncode == 2


@pytest.mark.parametrize(
    "period",
    [
        "٢٠٢٤-03",
        "２０２４-03",
        "1924-03",
        "2101",
        "2024-13",
        "2024-Q5",
        "2024-3",
        " 2024-03",
        "2024-03\n",
        "",
    ],
)
@pytest.mark.parametrize(
    "command", [("ingest", "extract", "vneid", "a.csv"), ("fetch", "vneid"), ("status",), ("explain", "IV.3")]
)
def test_a_period_is_a_year_a_quarter_or_a_month_of_this_century_in_plain_digits(command, period):
    told = CliRunner().invoke(main, [*command, "--period", period])
    assert told.exit_code == 2
    assert "--period" in told.output and repr(period)[1:-1] in told.output


@pytest.mark.parametrize(
    "plan_id", ["../../etc", "", "Gia-Lai", "gia lai", "gia_lai", "1-gia-lai", "gia-lái", "a" * 61, "a\n"]
)
def test_a_plan_id_is_a_slug(plan_id):
    told = CliRunner().invoke(main, ["ingest", "plan", "plan.md", "--plan-id", plan_id])
    assert told.exit_code == 2
    assert "--plan-id" in told.output and repr(plan_id)[1:-1] in told.output


def test_nothing_was_received_in_a_time_to_come():
    extract = ["ingest", "extract", "vneid", "a.csv", "--period", "2024-03"]
    for command in (extract, ["ingest", "plan", "plan.md", "--plan-id", "gia-lai-2024"]):
        told = CliRunner().invoke(main, [*command, "--received-at", "2999-01-01"])
        assert told.exit_code == 2 and "has not come yet" in told.output


def test_a_file_whose_name_tells_of_a_person_is_refused_and_its_name_is_kept_nowhere(tmp_path):
    file = tmp_path / "báo cáo 064088001234.csv"
    file.write_text("Đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,31/03/2024,250000\n", "utf-8")
    data = tmp_path / "data"
    told = dxkpi("ingest", "extract", "vneid", str(file), "--period", "2024-03", data=data)
    assert told.returncode == 1 and told.stderr.count("\n") == 1
    assert (
        "its name holds a citizen number" in told.stderr and "064088001234" not in told.stdout + told.stderr
    )
    for kept in data.rglob("*"):
        assert "064088001234" not in kept.name
        assert kept.is_dir() or b"064088001234" not in kept.read_bytes()
    assert file.is_file()


def test_the_same_bytes_twice_are_one_extract(tmp_path):
    plan = ROOT / "data/plan/gia-lai-2024/plan.md"
    copy = shutil.copy(plan, tmp_path / "again.md")
    for file in (plan, copy):
        told = dxkpi("ingest", "plan", str(file), "--plan-id", "gia-lai-2024", data=tmp_path / "data")
        assert told.returncode == 0, told.stderr
    assert "landed/plan_indicators: 31 rows" in told.stdout
    assert len((tmp_path / "data/raw/manifest.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_the_workspace_loads_the_definitions_without_a_warehouse(tmp_path):
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    (module,) = (entry["python_module"] for entry in workspace["load_from"])
    code = f"from {module} import defs; print(*(j.name for j in defs.resolve_all_job_defs()))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DXKPI_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"build", "check", "publish", "run"} <= set(told.stdout.split())


PERSONAL_STORES = (
    "Triển khai chức năng kho dữ liệu điện tử của tổ chức, cá nhân trên hệ thống thông tin giải quyết "
    "thủ tục hành chính cấp tỉnh"
)


def test_the_workbook_says_on_what_each_verdict_rests(published):
    sheet = openpyxl.load_workbook(published.release / "appendix_01.xlsx").active
    states = {row[1].value: row[6].value for row in sheet.iter_rows(min_row=6) if row[6].value}
    assert len(states) == 31 and all("\n(" in state or state == "Định tính" for state in states.values())
    assert list(states.values())[:3] == ["Đạt\n(theo kết quả công bố)"] * 2 + ["Định tính"]
