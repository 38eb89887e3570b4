"""Two releases are compared by what they say, not by the ids that their code gave it."""

import subprocess
import sys
from pathlib import Path

import duckdb
from oracle.compare_releases import compare

WAREHOUSE = """
    create schema marts;
    create table marts.release (release_id varchar, built_at timestamptz);
    insert into marts.release values ('r1', '2024-04-01 09:30:00+00');
    create table marts.fct_observation (
        observation_id varchar, measure_id varchar, org_key varchar, reporter_org_id varchar,
        period_id varchar, value decimal(18, 2), source_id varchar, extract_id varchar, locator varchar,
        known_from timestamptz
    );
    insert into marts.fct_observation values
        ('a1', 'adults', 'kbang@1', null, '2024-01', 20, 'vneid', 'e1', 'row 2', '2024-02-05 00:00:00Z'),
        ('a2', 'eid_issued', 'kbang@1', null, '2024-01', 10, 'vneid', 'e1', 'row 3', '2024-02-05 00:00:00Z'),
        ('a3', 'eid_issued', 'ia_pa@1', null, '2024-01', 7, 'vneid', 'e1', 'row 4', '2024-02-05 00:00:00Z');
    create table marts.fct_indicator_value (
        indicator_id varchar, org_key varchar, value decimal(9, 4), numerator_observation_ids varchar[]
    );
    insert into marts.fct_indicator_value values
        ('eid', 'kbang@1', 50, ['a2']),
        ('eid', 'gia_lai@1', null, ['a2', 'a3']), ('eid', 'ia_pa@1', null, []);
    create table marts.fct_finding (
        finding_id varchar, rule_id varchar, subject_table varchar, subject_key varchar,
        first_seen_release varchar
    );
    insert into marts.fct_finding values
        ('f1', 'too_few', 'fct_observation', 'a3', 'r1'), ('f2', 'too_few', 'fct_observation', 'a1', 'r0');
"""


def warehouse(file: Path, change: str = "") -> Path:
    with duckdb.connect(str(file)) as con:
        con.execute(WAREHOUSE + change)
    return file


def differences(folder: Path, change: str, but=()) -> dict[str, str]:
    old, new = warehouse(folder / "old.duckdb"), warehouse(folder / "new.duckdb", change)
    return {found.table: str(found) for found in compare(old, new, but) if found}


def test_ids_that_other_code_generates_make_no_difference(tmp_path):
    renamed = """
        update marts.fct_observation set observation_id = 'z' || observation_id;
        update marts.fct_indicator_value set numerator_observation_ids =
            list_transform(list_reverse(numerator_observation_ids), lambda id : 'z' || id);
        update marts.fct_finding set finding_id = 'z' || finding_id, subject_key = 'z' || subject_key,
            first_seen_release = replace(first_seen_release, 'r1', 'r2');
        update marts.release set release_id = 'r2', built_at = '2024-05-01 00:00:00+00';
    """
    assert differences(tmp_path, renamed) == {}


def test_an_id_that_stands_for_another_statement_is_found(tmp_path):
    found = differences(
        tmp_path, "update marts.fct_indicator_value set numerator_observation_ids = ['a3'] where value = 50"
    )
    assert list(found) == ["fct_indicator_value"]
    assert "kbang@1" in found["fct_indicator_value"] and "row 3" in found["fct_indicator_value"]
    dangling = "update marts.fct_indicator_value set numerator_observation_ids = ['a9'] where value = 50"
    (tmp_path / "2").mkdir()
    assert "not in the ledger" in differences(tmp_path / "2", dangling)["fct_indicator_value"]


def test_an_empty_list_is_no_missing_list(tmp_path):
    emptied = (
        "update marts.fct_indicator_value set numerator_observation_ids = null where org_key = 'ia_pa@1'"
    )
    assert list(differences(tmp_path, emptied)) == ["fct_indicator_value"]


def test_a_changed_value_is_shown_beside_the_old_one(tmp_path):
    found = differences(tmp_path, "update marts.fct_observation set value = 21 where value = 20")
    assert list(found) == ["fct_observation"]
    assert "1 rows only in old, 1 only in new" in found["fct_observation"]
    assert "value: 20.00 -> 21.00" in found["fct_observation"]


def test_missing_and_doubled_rows_are_counted(tmp_path):
    missing = "delete from marts.fct_finding where rule_id = 'too_few' and subject_key = 'a1';"
    doubled = "insert into marts.fct_indicator_value from marts.fct_indicator_value where value = 50;"
    found = differences(tmp_path, missing + doubled)
    assert list(found) == ["fct_finding", "fct_indicator_value"]
    assert "1 rows only in old, 0 only in new" in found["fct_finding"]
    assert "0 rows only in old, 1 only in new" in found["fct_indicator_value"]


def test_tables_columns_and_types_of_one_side_are_named_unless_they_are_left_out(tmp_path):
    change = """
        create table marts.bridge (a integer);
        drop table marts.release;
        alter table marts.fct_observation drop column locator;
        alter table marts.fct_indicator_value alter value type double;
    """
    found = differences(tmp_path, change)
    assert found["bridge"].endswith("only in new") and found["release"].endswith("only in old")
    assert "column locator: only in old" in found["fct_observation"]
    assert "column value: DECIMAL(9,4) in old, DOUBLE in new" in found["fct_indicator_value"]
    (tmp_path / "2").mkdir()
    left_out = {"bridge", "release", "fct_observation.locator", "fct_indicator_value.value"}
    assert list(differences(tmp_path / "2", change, left_out)) == ["fct_finding"]  # of release r1 or of none


def test_lists_of_ids_may_be_served_by_a_view_of_their_own(tmp_path):
    moved = """
        create table marts.bridge as from marts.fct_indicator_value;
        create view marts.rpt_value_evidence as
            select indicator_id, org_key, numerator_observation_ids from new.marts.bridge
            where len(numerator_observation_ids) > 0;
        alter table marts.fct_indicator_value drop column numerator_observation_ids;
    """
    but = {"bridge", "rpt_value_evidence"}
    assert differences(tmp_path, moved, but) == {}
    (tmp_path / "2").mkdir()
    lost = moved + "delete from marts.bridge where org_key = 'kbang@1';"
    assert list(differences(tmp_path / "2", lost, but)) == ["fct_indicator_value"]


def test_the_command_succeeds_only_where_all_is_equal(tmp_path):
    script = Path(__file__).parent / "oracle/compare_releases.py"
    old = warehouse(tmp_path / "old.duckdb")
    new = warehouse(tmp_path / "new.duckdb", "delete from marts.fct_finding")

    def run(*files: Path):
        return subprocess.run([sys.executable, script, *files], capture_output=True, text=True)

    equal, different, absent = run(old, old), run(old, new), run(old, tmp_path / "no.duckdb")
    assert (equal.returncode, different.returncode, absent.returncode) == (0, 1, 2)
    assert "4 of 4 tables are equal." in equal.stdout and "3 of 4 tables are equal." in different.stdout
    assert "no such file" in absent.stderr
