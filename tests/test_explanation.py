"""What `dxkpi explain` tells of a day gone by, on a copy of the release whose history is made longer."""

import shutil
from datetime import date

import duckdb
import pytest
from compiled import data_dir

from orchestration.explanation import explain

# Restated half an hour past midnight of 1 June in Việt Nam: until then 20 %, by which "> 30 %" was missed.
RESTATED = "'2024-05-31 17:30:00+00'::timestamptz"
EID = "indicator_id = 'eid_accounts' and period_id = '2023' and known_to is null"
OLDER = "'2024-01-31 17:00:00+00'::timestamptz as known_from, " + RESTATED + " as known_to, 20 as value"


@pytest.fixture(scope="module")
def restated(published, tmp_path_factory):
    folder = tmp_path_factory.mktemp("restated")
    release = folder / "published/releases/r"
    release.mkdir(parents=True)
    (folder / "published/current").symlink_to("releases/r")
    shutil.copy(published.release / "dxkpi.duckdb", release)
    with duckdb.connect(str(release / "dxkpi.duckdb")) as con:
        for table, about in (("fct_indicator_value", ""), ("rpt_scorecard_history", ", false as met")):
            con.execute(
                f"create temp table old as select * replace ({OLDER}{about}) from marts.{table} where {EID}"
            )
            con.execute(f"update marts.{table} set known_from = {RESTATED} where {EID}")
            con.execute(f"insert into marts.{table} select * from old")
            con.execute("drop table old")
        con.execute("""insert into marts.fct_finding by name select 'f' as finding_id, 'warning' as severity,
            'eid_accounts' as indicator_id, '2023' as period_id, 'Số liệu tăng bất thường' as message_vi""")
    return folder


def told(folder, day: date | None) -> str:
    with data_dir(folder):
        return "\n".join(explain("IV.3", "2023", None, day))


def test_a_day_gone_by_has_the_verdict_of_that_day_and_ends_when_it_ends_in_vietnam(restated):
    then, after, now = (told(restated, day) for day in (date(2024, 5, 31), date(2024, 6, 1), None))
    assert "Giá trị: 20%" in then and "Mục tiêu 2023: >30% – chưa đạt theo giá trị nêu trên" in then
    assert "Giá trị: 52,8901%" in after and "Mục tiêu 2023: >30% – đạt theo giá trị nêu trên" in after
    assert now == after


def test_findings_are_told_of_what_still_stands(restated):
    assert "[warning] Số liệu tăng bất thường" in told(restated, None)
    assert "[warning]" not in told(restated, date(2024, 5, 31))
