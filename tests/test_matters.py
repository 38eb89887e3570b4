"""Matters: findings with one cause, who must act, what is asked, and what was answered."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from making.compiled import data_dir

from ingest.errors import Refused
from orchestration.command.main import main
from orchestration.state import answers, inputs


def test_the_plan_makes_a_letters_worth_of_matters_each_finding_in_one(published):
    found = published.query(
        "select group_id, count(*), sum(findings) from marts.fct_matter group by group_id, position // 100"
    )
    matters = {group: (count, findings) for group, count, findings in found}
    (findings,) = published.query("select count(*) from marts.fct_finding")[0]
    assert sum(count for _, count in matters.values()) == findings
    # one for each of the agencies that owe numbers, and a dozen at most beside them
    agencies = published.query(
        "select count(distinct org_id) from marts.fct_matter where group_id = 'inputs'"
    )
    assert matters["inputs"][0] == agencies[0][0]
    assert sum(count for group, (count, _) in matters.items() if group != "inputs") <= 12


def test_the_contradiction_about_online_dossiers_is_one_matter_and_comes_first(published):
    ((matter_id, title, org, citation, asked),) = published.query(
        """select matter_id, title_vi, org_vi, citation_vi, ask_vi from marts.fct_matter where position = 1"""
    )
    assert title.startswith("Chỉ tiêu II.7 “Hồ sơ thủ tục hành chính") and org.startswith("Văn phòng Ủy ban")
    assert citation.startswith("Phụ lục 01, mục II.7") and asked
    under = published.query(
        f"select rule_id from marts.fct_finding where matter_id = '{matter_id}' order by all"
    )
    assert [rule for (rule,) in under] == [
        "recomputed_differs_from_printed",
        "several_stated_values",
        "verdict_depends_on_value",
    ]


def test_each_open_matter_says_who_must_act_what_and_since_when(published):
    lacking = published.query(
        """select title_vi from marts.fct_matter
           where org_vi is null or ask_vi is null or since_on is null or contains(title_vi || ask_vi, '{')"""
    )
    assert lacking == []


def test_what_an_agency_owes_is_named_with_the_inputs_that_are_missing(published):
    owed = published.query(
        """select code, missing_vi from marts.rpt_open_matters
           where org_id = 'so_noi_vu' and rule_id = 'ratio_not_computed'"""
    )
    assert [code for code, _ in owed] == ["PL01.II.9"]
    assert owed[0][1].startswith("tử số: Số cán bộ, công chức, viên chức") and "; mẫu số: " in owed[0][1]


def test_no_finding_names_a_line_of_our_file_or_a_table_of_ours(published):
    told = [m for (m,) in published.query("select message_vi from marts.fct_finding")]
    told += [
        c for (c,) in published.query("select citation_vi from marts.fct_finding where citation_vi <> ''")
    ]
    for technical in ("published_figures", "plan.md", "(dòng ", "data/registry"):
        assert [message for message in told if technical in message] == []


@pytest.fixture
def office(published, tmp_path) -> Path:
    """A data directory with the release alone, in which somebody answers."""
    release = tmp_path / "published/releases" / published.release.resolve().name
    release.mkdir(parents=True)
    (tmp_path / "published/current").symlink_to(f"releases/{release.name}")
    shutil.copy(published.release / "dxkpi.duckdb", release)
    return tmp_path


def matters(office: Path, *arguments: str) -> str:
    with data_dir(office):
        told = CliRunner().invoke(main, ["matters", *arguments])
    assert told.exit_code == 0, told.output
    return told.output


def test_an_answer_is_kept_with_who_gave_it_and_shown_at_once(office):
    listed = matters(office)
    assert "có trả lời mới" not in listed and "Số liệu mâu thuẫn" in listed
    matter = json.loads(matters(office, "--json").splitlines()[0])
    matters(
        office,
        "answer",
        matter["matter_id"][:6],
        "--by",
        "Văn phòng UBND tỉnh",
        "--text",
        "Số đúng là 49,30%.",
    )
    assert "có trả lời mới" in matters(office).splitlines()[2]
    assert "Văn phòng UBND tỉnh trả lời: Số đúng là 49,30%." in matters(office, matter["matter_id"])
    with data_dir(office):
        assert answers.records().select("kind", "matter_id", "org_id", "release_id").rows() == [
            ("answered", matter["matter_id"], matter["org_id"], (office / "published/current").resolve().name)
        ]


def test_a_matter_is_shown_with_all_its_findings_and_nothing_technical_before_the_last_block(office):
    told = matters(office, "1")
    words, _, places = told.partition("  Tra cứu:")
    assert "50,01%" in words and "49,30%" in words and "74,45%" in words
    assert "several_stated_values" in places
    for technical in ("_", "line ", "dòng 2", "ký tự"):
        assert technical not in words


def test_matters_are_listed_by_organisation_and_by_group(office):
    of_org = matters(office, "--org", "Sở Nội vụ")
    assert "Sở Nội vụ chưa cung cấp" in of_org and "1 việc cần xử lý" in of_org
    assert "Chỉ tiêu II.7" not in matters(office, "--group", "mục tiêu")
    with data_dir(office):
        told = CliRunner().invoke(main, ["matters", "--group", "nothing"])
    assert told.exit_code == 1 and "no such group" in told.output


def test_everybody_whom_a_matter_names_can_be_asked_for(office):
    rows = [json.loads(line) for line in matters(office, "--json").splitlines()]
    for name in {row["org_vi"] for row in rows}:
        found = [
            json.loads(line)["matter_id"] for line in matters(office, "--json", "--org", name).splitlines()
        ]
        assert {row["matter_id"] for row in rows if row["org_vi"] == name} <= set(found), name


@pytest.mark.parametrize("asked", ["Huyện Ia Pa", "ia_pa", "ia_pa@1"])
def test_who_owes_a_report_is_shown_what_waits_for_it(office, asked):
    with duckdb.connect(str(next(office.rglob("dxkpi.duckdb")))) as release:
        release.execute("update marts.fct_matter set cause = 'source/vneid/2024' where position = 2")
        release.execute(
            """insert into marts.fct_reporting (source_id, org_key, period_id, expected, received, is_made_up)
               values ('vneid', 'ia_pa@1', '2024-09', 1, 0, true),
                      ('vneid', 'ia_pa@1', '2025-01', 1, 1, true)"""
        )
    found = [json.loads(line)["position"] for line in matters(office, "--json", "--org", asked).splitlines()]
    assert found == [2]


def test_a_period_is_signed_off_by_whoever_answers_for_it(office):
    assert "ký duyệt" in matters(office, "sign", "2023", "--by", "Chánh Văn phòng", "--text", "Đồng ý.")
    with data_dir(office):
        assert answers.records().select("kind", "period_id", "author").rows() == [
            ("signed_off", "2023", "Chánh Văn phòng")
        ]


def test_answers_are_what_a_release_is_made_from(tmp_path):
    with data_dir(tmp_path):
        before = inputs.current()
        answers.record("signed_off", "A", "B", release_id="r", period_id="2024")
        once = inputs.current()
        assert "answers" not in before and {**once, "answers": None} == {**before, "answers": None}
        answers.record("signed_off", "A", "B", release_id="r", period_id="2024")
        assert inputs.current()["answers"] != once["answers"]


def test_of_many_who_answer_at_once_nobody_is_lost(tmp_path):
    with data_dir(tmp_path), ThreadPoolExecutor(8) as people:
        list(
            people.map(
                lambda who: answers.record(
                    "answered", f"Người {who}", "…", matter_id=str(who), release_id="r"
                ),
                range(40),
            )
        )
        found = answers.records()
    assert sorted(found["matter_id"].to_list(), key=int) == [str(who) for who in range(40)]
    assert found["record_no"].to_list() == list(range(1, 41))


def test_a_line_that_somebody_changed_is_refused_with_its_number(tmp_path):
    with data_dir(tmp_path):
        for who in ("A", "B"):
            answers.record("answered", who, "Đúng.", matter_id="m", release_id="r")
        file = answers.answers_file()
        file.write_text(file.read_text("utf-8").replace('"B"', '"C"'), "utf-8")
        for attempt in (answers.records, lambda: answers.record("answered", "D", "Sai.", matter_id="m")):
            with pytest.raises(Refused, match=r"answers\.jsonl: line 2: is not as it was written"):
                attempt()


@pytest.mark.parametrize("said", ["", " \n "])
def test_nothing_said_is_no_answer(tmp_path, said):
    with data_dir(tmp_path), pytest.raises(Refused, match="must say something"):
        answers.record("answered", "A", said, matter_id="m", release_id="r")
