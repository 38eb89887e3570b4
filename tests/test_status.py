"""`dxkpi status`: who has reported, whether in time, and which release is the current one."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from ingest import receiving
from ingest.errors import Refused
from orchestration import texts
from orchestration.command.main import main

# A release in which two districts, two operators and a publisher are enough to tell everything.
RELEASE = """
create schema marts;
create table marts.dim_org as
    from (values ('an_khe@1', 'an_khe', 'Thị xã An Khê'), ('pleiku@1', 'pleiku', 'Thành phố Pleiku'),
                 ('vnpt@1', 'vnpt', 'VNPT'), ('viettel@1', 'viettel', 'Viettel'))
    t (org_key, org_id, name_vi);
create table marts.dim_source as
    from (values ('vneid', 'Báo cáo của công an', 'Police reports'),
                 ('telecom', 'Báo cáo viễn thông', 'Telecom'),
                 ('published_figures', 'Số liệu đã công bố', 'Published figures'))
    t (source_id, name_vi, name_en);
create table marts.dim_plan (org_key varchar, result_year integer, title varchar);
create table marts.dim_period as
    select period_id, cast(period_id || '-01' as date) as start_date, last_day(start_date) as end_date
    from (values ('2024-02'), ('2024-03'), ('2025-10')) t (period_id);
create table marts.fct_reporting as
    select source_id, org_id || '@1' as org_key, period_id, expected, received, on_time,
           cast(due_on as date) as due_on, cast(received_at as timestamptz) as received_at, is_made_up
    from (values
        ('vneid', 'an_khe', '2024-02', 1, 1, 1, '2024-03-05', '2024-03-04 02:00:00Z', false),
        ('vneid', 'pleiku', '2024-02', 1, 1, 0, '2024-03-05', '2024-03-05 18:00:00Z', false),
        ('vneid', 'an_khe', '2024-03', 1, 0, 0, '2024-04-05', null, false),
        ('vneid', 'pleiku', '2024-03', 1, 1, 1, '2024-04-05', '2024-04-05 02:00:00Z', false),
        ('telecom', 'vnpt', '2024-03', 1, 1, 1, '2024-04-05', '2024-04-02 02:00:00Z', true),
        ('telecom', 'viettel', '2024-03', 0, 1, null, null, '2024-04-02 02:00:00Z', true),
        ('published_figures', 'pleiku', '2025-10', null, 1, null, null, '2025-11-01 02:00:00Z', false))
    t (source_id, org_id, period_id, expected, received, on_time, due_on, received_at, is_made_up);
create table marts.release as
    select '20250101T000000Z-abc' as release_id, timestamptz '2025-01-01 00:00:00Z' as built_at;
"""


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    data = tmp_path / "data"
    monkeypatch.setenv("DXKPI_DATA_DIR", str(data))
    monkeypatch.setattr(texts, "language", "vi")  # which the command sets
    release = data / "published/releases/20250101T000000Z-abc"
    release.mkdir(parents=True)
    (data / "published/current").symlink_to(release)
    with duckdb.connect(str(release / "dxkpi.duckdb")) as database:
        database.execute(RELEASE)
    return data


def told(*arguments: str, language: str = "vi") -> list[str]:
    result = CliRunner().invoke(main, ["--lang", language, "status", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_expected_received_and_in_time_are_told_by_source_and_period():
    assert told()[:7] == [
        "Số liệu đã công bố",
        "  tháng 10/2025: đã nhận của 1 đơn vị, không quy định thời hạn",
        "Báo cáo viễn thông",
        "  tháng 3/2024: có đủ số liệu của 1 đơn vị, đều đúng hạn (hạn 05/04/2024); ngoài ra có báo cáo "
        "của 1 đơn vị khác – số liệu giả định",
        "Báo cáo của công an",
        "  tháng 2/2024: có đủ số liệu của 2 đơn vị, 1 đúng hạn (hạn 05/03/2024)",
        "  tháng 3/2024: có số liệu sử dụng được của 1/2 đơn vị, đều đúng hạn; còn thiếu: Thị xã An Khê "
        "(hạn 05/04/2024)",
    ]


def test_the_same_is_told_in_english():
    lines = told(language="en")
    assert "  2024-02: usable numbers of all 2 are in, 1 in time (due 2024-03-05)" in lines
    usable = "usable numbers of 1 out of 2 are in"
    assert f"  2024-03: {usable}, each in time; missing: Thị xã An Khê (due 2024-04-05)" in lines


def test_a_source_of_which_nobody_has_reported_says_so_without_names(data):
    with duckdb.connect(str(data / "published/current/dxkpi.duckdb")) as database:
        database.execute(
            "update marts.fct_reporting set received = 0, on_time = 0 where period_id = '2024-03'"
        )
    assert "  tháng 3/2024: chưa đơn vị nào trong 2 đơn vị có số liệu sử dụng được (hạn 05/04/2024)" in told()


def test_months_of_which_the_same_is_to_be_said_have_one_line(data):
    with duckdb.connect(str(data / "published/current/dxkpi.duckdb")) as database:
        database.execute("update marts.fct_reporting set received = 1, on_time = 1 where source_id = 'vneid'")
    assert "  từ tháng 2 đến tháng 3 năm 2024: có đủ số liệu của 2 đơn vị, đều đúng hạn" in told()


def test_an_organisation_is_told_of_report_by_report_with_the_day_in_vietnam():
    lines = told("--org", "pleiku", "--source", "vneid")
    of_police = "Thành phố Pleiku – Báo cáo của công an"
    assert lines[0] == f"{of_police}, tháng 2/2024: đã gửi ngày 06/03/2024, quá hạn (hạn 05/03/2024)"
    assert lines[1] == f"{of_police}, tháng 3/2024: đã gửi ngày 05/04/2024, đúng hạn (hạn 05/04/2024)"
    missing = told("--org", "an_khe", "--period", "2024-03")[0]
    assert (
        missing
        == "Thị xã An Khê – Báo cáo của công an, tháng 3/2024: chưa có số liệu sử dụng được, hạn 05/04/2024"
    )


def test_the_current_release_is_named(data):
    lines = told()
    at = "07:00 ngày 01/01/2025 (giờ Việt Nam)"
    assert lines[-2] == f"Bản công bố hiện hành: 20250101T000000Z-abc, lập lúc {at}"
    assert lines[-1].strip() == str(data / "published/current")


def test_what_waits_and_what_is_set_aside_is_told(data):
    waiting = data / "inbox/vneid/2024-03/a.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("x", encoding="utf-8")
    with pytest.raises(Refused):
        receiving.receive_body("vneid", "odd.csv", b"Ten,So\nPleiku,7\n", period_id="2024-03")
    lines = "\n".join(told())
    assert "Chờ tiếp nhận: 1 tệp, đầu tiên là vneid/2024-03/a.csv" in lines
    assert "Không sử dụng được: 1 tệp" in lines


def test_status_comes_as_json_too():
    rows = [json.loads(line) for line in told("--json", "--source", "vneid", "--period", "2024-03")]
    assert [(row["org_id"], row["expected"], row["received"], row["on_time"]) for row in rows] == [
        ("an_khe", 1, 0, 0),
        ("pleiku", 1, 1, 1),
    ]


def test_a_source_that_does_not_exist_is_refused():
    result = CliRunner().invoke(main, ["status", "--source", "nobody"])
    assert result.exit_code == 1 and "nobody: is no source" in result.output


def test_the_real_release_tells_its_reports(published, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(published.data))
    assert "  từ năm 2022 đến năm 2023: đã nhận của 1 đơn vị, không quy định thời hạn" in told(
        "--source", "published_figures"
    )
