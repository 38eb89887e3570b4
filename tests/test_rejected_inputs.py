"""A row set aside leaves a trace: its unit has a value that could not be computed, and why, until a right
number comes.
"""

from datetime import UTC, datetime

import pytest
from making.compiled import behind, data_dir, run
from making.sheets import as_html, as_xls, as_xlsx

from ingest import landing, receiving
from ingest.sources import SOURCES

HEAD = "Đơn vị,Dân số trưởng thành,Người trưởng thành có tài khoản định danh điện tử\n"
PLEIKU = "Thành phố Pleiku,190000,121000\n"
REJECTED = ("not_computable", "input_rejected", None)


def day(number: int) -> datetime:
    return datetime(2024, 4, number, tzinfo=UTC)


@pytest.fixture
def values(tmp_path, compiled_models):
    """By unit: status, reason and value of an indicator, since when it is known, whether it stands."""
    folder = tmp_path / "data"

    def of(indicator: str, *files: tuple[str, str, str | bytes, int], period: str = "2024-03") -> list[tuple]:
        with data_dir(folder) as data:
            for source, name, body, came in files:
                body = body if isinstance(body, bytes) else body.encode()
                receiving.receive_body(source, name, body, period_id=period, received_at=day(came))
            for source in ("plan", *SOURCES):
                landing.land(source)
            landing.land_extracts()
            landing.land_registry()
            with run(behind(compiled_models, "fct_indicator_value"), data) as database:
                return database.execute(
                    """select split_part(org_key, '@', 1), value_status, reason, value, day(known_from),
                              known_to is null
                       from marts.fct_indicator_value
                       where indicator_id = $1 and period_id = $2 and org_key not like 'gia_lai@%'
                       order by known_from, org_key""",
                    [indicator, period],
                ).fetchall()

    return of


@pytest.mark.parametrize(
    "row",
    [
        "Huyện KBang,50000,-5\n",
        "Huyện KBang,năm mươi nghìn,30000\n",
        "Huyện KBang,#REF!,30000\n",
        "H. KBang,50000,30000.5\n",
        "Huyện KBang,50000,30000\nHuyện KBang,50000,31000\n",  # neither is believed
    ],
)
def test_a_unit_whose_row_was_set_aside_has_a_value_that_could_not_be_computed(values, row):
    reported = values("eid_accounts", ("vneid", "thang-3.csv", HEAD + PLEIKU + row, 2))
    assert reported == [("kbang", *REJECTED, 2, True), ("pleiku", "computed", None, reported[1][3], 2, True)]


@pytest.mark.parametrize(("name", "written"), [("b.xlsx", as_xlsx), ("b.xls", as_xls), ("b.xls", as_html)])
def test_the_trace_is_left_in_each_format(values, name, written):
    title = [["BÁO CÁO THÁNG 3 NĂM 2024", None, None], [None, None, None]]
    rows = [line.split(",") for line in (HEAD + PLEIKU + "Huyện KBang,50000,-5").splitlines()]
    assert values("eid_accounts", ("vneid", name, written(title + rows), 2))[0] == (
        "kbang",
        *REJECTED,
        2,
        True,
    )


def test_the_row_of_one_operator_among_several_leaves_it_too(values):
    rows = "Thành phố Pleiku;90.120;71.300\nHuyện KBang;18.450;-3\n"
    head = "Doanh nghiệp: VNPT;;\nĐơn vị;Thuê bao di động;Thuê bao sử dụng điện thoại thông minh\n"
    reported = values("smartphone_subscriptions", ("telecom", "vnpt.csv", head + rows, 2))
    assert [row[:3] for row in reported] == [
        ("kbang", "not_computable", "input_rejected"),
        ("pleiku", "not_computable", "org_incomplete"),
    ]


def test_accounts_of_which_a_person_has_one_are_divided_by_persons(values):
    head = "Đơn vị,Công dân thường trú,Tài khoản định danh điện tử mức độ 2 đã kích hoạt,Chỉ tiêu được giao\n"
    sent = ("vneid", "thang-3.csv", head + "Thành phố Pleiku,250000,100000,80000\n", 2)
    assert values("eid_level2_of_residents", sent) == [("pleiku", "computed", None, 40, 2, True)]
    assert values("eid_level2_of_assigned")[0][:4] == ("pleiku", "computed", None, 125)


def test_a_right_number_takes_the_place_of_the_trace(values):
    wrong = ("vneid", "thang-3.csv", HEAD + PLEIKU + "Huyện KBang,50000,-5\n", 2)
    right = ("vneid", "thang-3-lan-2.csv", HEAD + PLEIKU + "Huyện KBang,50000,30000\n", 9)
    reported = [row for row in values("eid_accounts", wrong, right) if row[0] == "kbang"]
    assert reported == [("kbang", *REJECTED, 2, False), ("kbang", "computed", None, 60, 9, True)]


def test_a_row_set_aside_later_leaves_the_right_number_as_it_is(values):
    right = ("vneid", "thang-3.csv", HEAD + PLEIKU + "Huyện KBang,50000,30000\n", 2)
    wrong = ("vneid", "thang-3-lan-2.csv", HEAD + PLEIKU + "Huyện KBang,50000,-5\n", 9)
    reported = [row[:4] for row in values("eid_accounts", right, wrong) if row[0] == "kbang" and row[-1]]
    assert reported == [("kbang", "computed", None, 60)]


def test_where_the_unit_cannot_be_told_there_is_no_row(values):
    unknown = "Huyện Không Có,50000,-5\n"  # no unit of the province
    ambiguous = "Xã Ia O,900,-5\n"  # a name of two communes, in other districts
    reported = values("eid_accounts", ("vneid", "thang-3.csv", HEAD + PLEIKU + unknown + ambiguous, 2))
    assert [row[0] for row in reported] == ["pleiku"]


def test_of_a_file_with_one_measure_a_row_only_the_measure_of_the_row_is_missed(values):
    head = "subject,org,org_code,unit,value,publisher,citation\n"
    rows = "adults,Thành phố Pleiku,622,persons,190.000,x,y\n"
    rows += "adults_with_eid,Thành phố Pleiku,622,persons,121.000,x,y\n"
    rows += "adults,Huyện KBang,625,persons,50.000,x,y\nadults_with_eid,Huyện KBang,625,persons,-5,x,y\n"
    sent = ("published_figures", "so-lieu.csv", head + rows, 2)
    assert values("eid_accounts", sent)[0] == ("kbang", *REJECTED, 2, True)
    assert [row[0] for row in values("dvc_accounts")] == []
