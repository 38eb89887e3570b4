"""Replies of the national portal in every shape that is known or likely: the right numbers land, and what is
not read is listed."""

import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from ingest.errors import Refused
from ingest.reading import Reading
from ingest.sources import dvc_portal

SCORES = {"CKMB": 18, "TDGQ": 18.3, "TTTT": 7.5, "CLGQ": 8.1, "MDHL": 18, "MDSH": 17.1}
TOTAL = 87.0  # of these six


def reply(content, period="2024-03", name="dvc_portal.json") -> Reading:
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return dvc_portal.parse(name, body, period)


def of_one(**fields) -> list[dict]:
    return [{"TEN": "Xã Ia Ko", **fields}]


def numbers(reading: Reading) -> dict:
    assert reading.rows["org_text"].unique().to_list() == ["Xã Ia Ko"]
    return {subject: value for subject, value in reading.rows.select("subject", "value").rows()}


def unread(reading: Reading) -> list[tuple]:
    assert set(reading.unread["part"]) <= {"field"}
    return reading.unread.select("locator", "text", "figures").rows()


def refusal(content) -> Refused:
    with pytest.raises(Refused) as refused:
        reply(content)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 500
    return refused.value


# Numbers

WHOLE = {
    "digits": ("14579", 14579),
    "a JSON number": (14579, 14579),
    "a JSON number with a point": (14579.0, 14579),
    "a text with a point": ("14579.0", 14579),
    "blanks around it": (" 14579 ", 14579),
    "binary residue": (14579.000000000002, 14579),
    "binary residue below": ("14578.9999999999", 14579),
    "zero": (0, 0),
    "zero below zero": (-0.0, 0),
    "zero below zero as text": ("-0", 0),
    "an exponent": ("1.4579e4", 14579),
    "the largest": ("9" * 15, 10**15 - 1),
}


@pytest.mark.parametrize(("sent", "right"), WHOLE.values(), ids=WHOLE)
def test_a_count_is_read_however_a_program_prints_it(sent, right):
    found = reply(of_one(HS_TOTAL=sent))
    assert numbers(found) == {"HS_TOTAL": right}
    assert found.rows["decimals"].to_list() == [0]
    assert found.rows["raw_text"].to_list() == [sent if isinstance(sent, str) else str(sent)]


NO_COUNT = {
    "a thousands comma": ("14,579", "number_unreadable"),
    "two thousands points": ("1.234.567", "number_unreadable"),
    "a thousands point, or a fraction": ("14.579", "not_whole"),
    "a thousands point, or none": ("190.000", "number_undecidable"),
    "a blank between thousands": ("14 579", "number_unreadable"),
    "a fraction": (14.5, "not_whole"),
    "below zero": (-5, "negative_count"),
    "a plus": ("+5", "number_unreadable"),
    "other digits": ("٣", "number_unreadable"),
    "no number": (float("nan"), "number_unreadable"),
    "without end": (float("inf"), "number_unreadable"),
    "too large": (10**15, "number_out_of_range"),
    "far too large": (10**400, "number_unreadable"),
    "a huge exponent": ("1e99", "number_out_of_range"),
    "an absurd exponent": ("1e999999999", "number_unreadable"),
    "true": (True, "value_unknown"),
    "false": (False, "value_unknown"),
    "a list": ([14579], "number_unreadable"),
    "a word": ("không", "number_unreadable"),
}


@pytest.mark.parametrize(("sent", "code"), NO_COUNT.values(), ids=NO_COUNT)
def test_what_is_no_count_sets_its_record_aside_and_no_other(sent, code):
    found = reply([{"TEN": "Phường Pleiku", "HS_TOTAL": sent, "DB_TOTAL": "4"}, *of_one(HS_TOTAL="3")])
    assert numbers(found) == {"HS_TOTAL": 3}
    assert found.rejected.select("row", "locator", "code").rows() == [(1, "[0].HS_TOTAL", code)]


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_text_states_nothing(empty):
    assert numbers(reply(of_one(HS_TOTAL="3", DB_TOTAL=empty))) == {"HS_TOTAL": 3}


def test_a_null_leaves_out_its_own_field_and_no_other():
    found = reply(of_one(HS_TOTAL="3", DB_TOTAL=None, TILE="95.5"))
    assert numbers(found) == {"HS_TOTAL": 3, "TILE": Decimal("95.5")}
    assert found.unread.select("locator", "text").rows() == [("[0].DB_TOTAL", "DB_TOTAL: null")]
    assert refusal(of_one(HS_TOTAL=None, DB_TOTAL=None)).code == "value_missing"


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "session expired", "data": []},
        {"status": "error", "message": "Phiên làm việc hết hạn", "data": []},
        {"code": 401, "message": "session expired", "data": {"items": []}},
    ],
)
def test_an_error_beside_no_records_is_quoted(answer):
    refused = refusal(answer)
    assert refused.code == "not_a_table"
    assert "expired" in str(refused) or "hết hạn" in str(refused)


def test_a_share_that_was_computed_keeps_four_decimals_and_no_residue():
    found = reply(of_one(TILE=95.53467316002469, TILE_DB=96.10999999999999, TDGQ=18.299999999999997))
    right = {"TILE": Decimal("95.5347"), "TILE_DB": Decimal("96.11"), "TDGQ": Decimal("18.3")}
    assert numbers(found) == right
    assert found.rows["decimals"].to_list() == [4, 2, 1]


def test_residue_does_not_lift_a_score_above_its_maximum_and_a_tenth_does():
    assert numbers(reply(of_one(CKMB=18.000000000000004))) == {"CKMB": 18}
    assert refusal(of_one(CKMB=18.1)).code == "number_out_of_range"


# Fields


def test_fields_about_whom_and_where_are_known_in_each_shape():
    about = {
        "ID": 1,
        "MA_COQUAN": "H21",
        "LOAI_COQUAN": "1",
        "CAPDONVIID": 1,
        "ID_COQUAN": "398126",
        "ROW_STT": 1,
        "GEO_JSON": {"type": "Polygon", "coordinates": [[[108.0, 13.9], [108.1, 13.9], [108.0, 13.9]]]},
    }
    found = reply(of_one(HS_TOTAL="5", **about))
    assert numbers(found) == {"HS_TOTAL": 5}
    assert found.rows["org_code"].to_list() == ["H21"]
    assert unread(found) == []
    nothing = reply(of_one(HS_TOTAL="5", GEO_JSON=None, ROW_STT="", ID_COQUAN=None))
    assert (numbers(nothing), unread(nothing)) == ({"HS_TOTAL": 5}, [])


def test_a_field_nobody_knows_costs_nothing_and_is_listed_once_with_its_figures():
    found = reply(
        [
            {"TEN": "Phường Pleiku", "HS_TOTAL": "5", "DIEM_THUONG": "", "GHI_CHU": "đã gửi"},
            {"TEN": "Xã Ia Ko", "HS_TOTAL": "6", "DIEM_THUONG": "1", "GHI_CHU": None},
            {"TEN": "Xã Chư Sê", "HS_TOTAL": "7", "DIEM_THUONG": 2},
        ]
    )
    assert found.rows["value"].to_list() == [5, 6, 7]
    assert unread(found) == [("[0].GHI_CHU", "GHI_CHU", 0), ("[1].DIEM_THUONG", "DIEM_THUONG", 2)]


def test_an_online_count_of_another_kind_is_never_that_of_the_standard_one():
    found = reply(of_one(HTN_TRUCTUYEN_TOTAL="7", HTN_TRUCTUYEN_KHONGCHUAN_TOTAL="2"))
    assert numbers(found) == {"HTN_TRUCTUYEN_TOTAL": 7}
    assert unread(found) == [("[0].HTN_TRUCTUYEN_KHONGCHUAN_TOTAL", "HTN_TRUCTUYEN_KHONGCHUAN_TOTAL", 1)]


def test_a_share_is_no_count_and_holds_a_figure_only_where_its_count_is_missing():
    beside = reply(of_one(HTN_TRUCTUYEN=48.3, HTN_TRUCTUYEN_TOTAL=7042))
    assert numbers(beside) == {"HTN_TRUCTUYEN_TOTAL": 7042}
    assert unread(beside) == [("[0].HTN_TRUCTUYEN", "HTN_TRUCTUYEN", 0)]
    alone = reply(of_one(HTN_TRUCTUYEN="48.3", HS_TOTAL="14579"))
    assert numbers(alone) == {"HS_TOTAL": 14579}
    assert unread(alone) == [("[0].HTN_TRUCTUYEN", "HTN_TRUCTUYEN", 1)]


def test_a_reply_of_unknown_fields_only_is_refused_by_name():
    refused = refusal(of_one(TONG_HS="5", TY_LE="3"))
    assert (refused.code, refused.locator) == ("column_unknown", "[0].TONG_HS")


def test_names_in_other_letters_are_the_same_fields_and_two_that_differ_are_none():
    found = reply([{"tenCoQuan": "Xã Ia Ko", "maCoQuan": "H21.1", "hsTotal": 5, "tile_db": 96.1}])
    assert numbers(found) == {"HS_TOTAL": 5, "TILE_DB": Decimal("96.1")}
    assert found.rows["locator"].to_list() == ["[0].hsTotal", "[0].tile_db"]
    assert numbers(reply(of_one(HS_TOTAL="5", hsTotal=5))) == {"HS_TOTAL": 5}
    assert refusal(of_one(HS_TOTAL="5", hsTotal=6)).code == "column_repeated"


def test_of_the_records_of_a_year_only_those_of_the_month_land():
    records = [{"TEN": "Xã Ia Ko", "NAM": "2024", "MONTH": f"{n}", "HS_TOTAL": n} for n in range(1, 13)]
    found = reply(records)
    assert numbers(found) == {"HS_TOTAL": 3}
    assert set(found.rejected["code"]) == {"period_mismatch"}
    assert found.rejected.height == 11
    assert refusal(of_one(HS_TOTAL="5", THANG="02")).code == "period_mismatch"
    assert refusal(of_one(HS_TOTAL="5", NAM=2023)).code == "period_mismatch"
    with pytest.raises(Refused, match="THANG: '3' is not of the period 2024-Q1"):
        reply(of_one(HS_TOTAL="5", THANG="3"), "2024-Q1")


def test_all_that_is_not_chosen_is_no_period():
    assert numbers(reply(of_one(HS_TOTAL="5", NAM="2024", THANG="0"), "2024")) == {"HS_TOTAL": 5}


def test_a_record_sent_again_with_another_rank_is_the_same():
    found = reply([*of_one(HS_TOTAL="5", ROW_STT="1"), *of_one(HS_TOTAL="5", ROW_STT="2")])
    assert numbers(found) == {"HS_TOTAL": 5}
    assert found.rejected.select("locator", "code").rows() == [("[1]", "duplicate_row")]


# Groups

GROUPS = {
    "an object by code": {"DIEM": SCORES},
    "an object by code, in small letters": {"diem": {code.lower(): score for code, score in SCORES.items()}},
    "an object by code with a score each": {
        "NHOM": {code: {"DIEM": score} for code, score in SCORES.items()}
    },
    "a field by code with a score each": {code: {"score": score} for code, score in SCORES.items()},
    "an array": {"NHOM": [{"MA": code, "DIEM": score} for code, score in SCORES.items()]},
}


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_scores_in_groups_are_read_where_they_add_up_to_their_total(group):
    found = reply(of_one(TONG_SCORE=TOTAL, **group))
    assert numbers(found) == {
        code: Decimal(str(score)) for code, score in (SCORES | {"TONG_SCORE": TOTAL}).items()
    }
    assert not [part for part in unread(found) if part[2]]


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize(
    "total", [{}, {"TONG_SCORE": 86.5}, {"TONG_SCORE": "?"}], ids=["none", "another", "no number"]
)
def test_scores_in_groups_without_their_total_are_listed_and_never_land(group, total):
    content = [*of_one(**total, **group), {"TEN": "Phường Pleiku", "HS_TOTAL": "5"}]
    found = reply(content)
    assert not set(SCORES) & set(found.rows["subject"])
    assert sum(figures for _, _, figures in unread(found)) == 6


def test_what_a_group_says_beside_its_score_is_listed_once_for_all_records():
    groups = [{"MA": code, "DIEM": score, "TOI_DA": 20} for code, score in SCORES.items()]
    found = reply(of_one(TONG_SCORE=TOTAL, NHOM=groups))
    assert ("[0].NHOM[0].TOI_DA", "NHOM[].TOI_DA", 6) in unread(found)
    assert len(unread(found)) == 2  # and their codes


def test_of_two_groups_of_scores_neither_is_taken():
    found = reply(of_one(TONG_SCORE=TOTAL, KY_NAY=SCORES, KY_TRUOC=SCORES))
    assert numbers(found) == {"TONG_SCORE": TOTAL}
    assert len(unread(found)) == 12


def test_counts_in_a_group_are_those_of_nobody_knows_what():
    found = reply(of_one(HS_TOTAL="5", KY_TRUOC={"HS_TOTAL": "4"}))
    assert numbers(found) == {"HS_TOTAL": 5}
    assert unread(found) == [("[0].KY_TRUOC.HS_TOTAL", "KY_TRUOC.HS_TOTAL", 1)]


# Envelopes


@pytest.mark.parametrize(
    "envelope",
    [
        {"data": of_one(HS_TOTAL="5")},
        {"status": "ok", "code": 200, "result": of_one(HS_TOTAL=5)},
        {"data": {"content": of_one(HS_TOTAL=5), "totalElements": 1}, "errors": []},
    ],
)
def test_records_in_an_envelope_are_read_with_the_way_to_them(envelope):
    found = reply(envelope)
    assert numbers(found) == {"HS_TOTAL": 5}
    assert found.rows["locator"][0] in ("data[0].HS_TOTAL", "result[0].HS_TOTAL", "data.content[0].HS_TOTAL")
    assert unread(found) == []


def test_what_an_envelope_says_beside_its_records_is_listed():
    found = reply({"note": "tạm tính", "tong": 5, "data": of_one(HS_TOTAL=5)})
    assert unread(found) == [("note", "note", 0), ("tong", "tong", 1)]


NOT_ALL = [
    {"totalPages": 3},
    {"meta": {"pagination": {"total_pages": "2"}}},
    {"tongSoTrang": 2},
    {"totalRecords": 120},
    {"recordsTotal": "120"},
    {"TOTAL_ROWS": 2},
    {"total": 134},
    {"paging": {"hasNext": True}},
    {"hasMore": "true"},
    {"next": "https://portal.example/api?page=2"},
    {"_links": {"next": {"href": "?page=2"}}},
    {"nextPageToken": "abc"},
    {"last": False},
    {"first": False},
    {"hasPrevious": True},
    {"page": 2, "pageSize": 100},
    {"offset": 100, "limit": 100},
]
ALL = [
    {"totalPages": 1, "totalRecords": 1, "page": 1, "pageSize": 100},
    {"page": 0, "size": 20, "first": True, "last": True},
    {"hasNext": False, "hasPrevious": False},
    {"next": None, "previous": None},
    {"nextPageToken": ""},
    {"total": 5},  # of the dossiers that it counts
    {"offset": 0, "limit": 100},
]


@pytest.mark.parametrize("paging", NOT_ALL, ids=str)
def test_one_page_of_several_is_never_the_whole(paging):
    with pytest.raises(Refused, match="says that there are more records") as refused:
        reply({**paging, "data": of_one(HS_TOTAL=5)})
    assert refused.value.code == "truncated"


@pytest.mark.parametrize("paging", ALL, ids=str)
def test_a_reply_that_says_that_it_is_whole_is_read(paging):
    assert numbers(reply({**paging, "data": of_one(HS_TOTAL=5)})) == {"HS_TOTAL": 5}


def test_a_full_page_is_the_last_where_an_empty_one_follows_it_or_its_number_of_records_is_said():
    full = {"page": 1, "pageSize": 2, "data": [*of_one(HS_TOTAL=5), {"TEN": "Phường Pleiku", "HS_TOTAL": 6}]}
    with pytest.raises(Refused, match="the page is full"):
        reply(full)
    assert reply([full, {"page": 2, "pageSize": 2, "data": []}]).tally.landed == 2
    assert reply({**full, "totalRecords": 2}).tally.landed == 2


def test_all_pages_of_several_are_the_whole():
    other = [{"TEN": "Phường Pleiku", "HS_TOTAL": 6}]
    pages = [{"data": of_one(HS_TOTAL=5), "hasNext": True}, {"data": other, "hasNext": False}]
    assert reply([page | {"totalPages": 2, "totalElements": 2} for page in pages]).tally.landed == 2


# The period that fields say, of a reply that was asked for as January 2025.

OTHER_PERIOD = [
    {"TUNGAY": "01/02/2025", "DENNGAY": "28/02/2025"},
    {"tuNgay": "2025-02-01T00:00:00", "denNgay": "2025-03-01T00:00:00"},
    {"fromDate": 1738342800000, "toDate": 1740675600000},
    {"startDate": "20250201", "endDate": "20250228"},
    {"DENNGAY": "28/02/2025"},
    {"tuNgay": "01/02/2025"},
    {"tuNgay": "01/01/2025", "denNgay": "31/03/2025"},
    {"tuNgay": "20/01/2025", "denNgay": "26/01/2025"},
    {"ngayChot": "28/02/2025"},
    {"KY_BAO_CAO": "02/2025"},
    {"kyBaoCao": "202502"},
    {"KY": "2025M02"},
    {"KY": "2025-Q1"},
    {"KY": "01/02/2025 - 28/02/2025"},
    {"period": "2025"},
    {"thang": 2, "nam": 2025},
    {"thang": 0, "nam": 2025},
    {"quy": 1, "nam": 2025},
    {"quy": "II", "nam": 2025},
    {"tuan": 5, "nam": 2025},
    {"nam": 2024},
    {"month": "2025-02"},
    {"p_thang": "2"},
    {"tieuDe": "Báo cáo tháng 2 năm 2025"},
    {"loaiSoLieu": "Kế hoạch"},
    {"loai": "Kỳ trước"},
    {"tieuDe": "Báo cáo quý I năm 2025"},
]
THIS_PERIOD = [
    {"TUNGAY": "01/01/2025", "DENNGAY": "31/01/2025"},
    {"tuNgay": "2025-01-01T00:00:00", "denNgay": "2025-02-01T00:00:00"},
    {"fromDate": "2024-12-31T17:00:00Z", "toDate": "2025-01-31T16:59:59Z"},
    {"KY_BAO_CAO": "01/2025"},
    {"KY": "Tháng 1/2025", "nam": 2025},
    {"thang": 1, "nam": 2025, "quy": 1},
    {"nam": 2025},
    {"tieuDe": "Báo cáo tháng 1/2025"},
    {"createdAt": "2025-02-05T10:00:00", "KY_TRUOC": "12/2024"},
    {"HS_THANG": "12", "XU_HUONG": "Tăng"},
]


@pytest.mark.parametrize("fields", OTHER_PERIOD, ids=str)
def test_a_reply_of_another_period_is_refused_wherever_it_says_so(fields):
    for content in (of_one(HS_TOTAL=5, **fields), {**fields, "data": of_one(HS_TOTAL=5)}):
        with pytest.raises(Refused, match="is not of the period 2025-01") as refused:
            reply(content, "2025-01")
        assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize("fields", THIS_PERIOD, ids=str)
def test_a_reply_of_the_very_period_is_read(fields):
    for content in (of_one(HS_TOTAL=5, **fields), {**fields, "data": of_one(HS_TOTAL=5)}):
        found = reply(content, "2025-01")
        assert numbers(found) == {"HS_TOTAL": 5}
        assert set(found.rows.select("period_start", "period_end").rows()) == {
            (date(2025, 1, 1), date(2025, 1, 31))
        }


def test_the_days_of_a_month_of_the_portals_own_are_kept():
    found = reply({"tuNgay": "21/12/2024", "denNgay": "20/01/2025", "data": of_one(HS_TOTAL=5)}, "2025-01")
    assert set(found.rows.select("period_start", "period_end").rows()) == {
        (date(2024, 12, 21), date(2025, 1, 20))
    }


@pytest.mark.parametrize(
    "way",
    ["thang_2_2025", "2025-02", "T02_2025", "kyTruoc", "thang_truoc", "cungKy", "previousMonth", "keHoach"],
)
def test_records_under_the_name_of_another_period_are_refused(way):
    with pytest.raises(Refused, match=re.escape(way)):
        reply({way: of_one(HS_TOTAL=5)}, "2025-01")


def test_the_name_of_a_reply_that_is_of_a_quarter_is_no_month():
    body = json.dumps(of_one(HS_TOTAL=5)).encode()
    with pytest.raises(Refused, match="covers more than 2025-01"):
        dvc_portal.parse("dvc quy I-2025.json", body, "2025-01")
    assert dvc_portal.parse("dvc quy I-2025.json", body, "2025-Q1").tally.landed == 1


def test_envelopes_that_follow_one_another_are_one_reply():
    found = reply([{"data": of_one(HS_TOTAL=5)}, {"data": [{"TEN": "Phường Pleiku", "HS_TOTAL": 6}]}])
    assert found.rows.select("locator", "value").rows() == [
        ("[0].data[0].HS_TOTAL", 5),
        ("[1].data[0].HS_TOTAL", 6),
    ]


NO_REPLY = {
    "an error": ({"error": "Session expired", "code": 401}, "not_a_table"),
    "an error beside nothing": ({"status": "error", "data": None}, "not_a_table"),
    "two arrays": ({"ky_nay": of_one(HS_TOTAL=5), "ky_truoc": of_one(HS_TOTAL=4)}, "not_a_table"),
    "an empty array": ([], "empty"),
    "an empty envelope": ({"data": []}, "empty"),
    "an empty object": ({}, "not_a_table"),
    "empty objects": ([{}, {}], "empty"),
    "arrays in an array": ([[1, 2], [3, 4]], "not_a_table"),
    "a text": ("abc", "not_a_table"),
    "a number": (5, "not_a_table"),
    "null": (None, "not_a_table"),
    "one field twice": (b'[{"TEN": "A", "CKMB": 1, "CKMB": 2}]', "column_repeated"),
    "one field twice in a group": (b'[{"TEN": "A", "CKMB": 1, "N": {"a": 1, "a": 2}}]', "column_repeated"),
    "one way twice": (b'[{"TEN": "A", "CKMB": 1, "a": {"b": 1}, "a.b": 2}]', "not_a_table"),
    "half a letter": (b'[{"TEN": "\\ud800", "CKMB": 1}]', "column_repeated"),
    "cut off": (b'{"data": [{"TEN": "A", "CKMB": 1}', "truncated"),
    "deep": (b'[{"TEN": "A", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "not_a_table"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not_a_table"),
    "a web page": (b"<!DOCTYPE html><html><body><p>Login</p></body></html>", "html_error_page"),
    "a web page with a table of ours": (
        "<table><tr><th>Đơn vị<th>Tiếp nhận trực tuyến<tr><td>Xã Ia Ko<td>5</table>".encode(),
        "not_a_table",
    ),
}


@pytest.mark.parametrize(("content", "code"), NO_REPLY.values(), ids=NO_REPLY)
def test_what_is_no_reply_is_refused_in_one_line(content, code):
    assert refusal(content).code == code


def test_a_citizen_number_within_a_group_is_refused():
    assert refusal(of_one(HS_TOTAL=5, LIEN_HE={"GHI_CHU": ["052203001234"]})).code == "personal_data"


def test_a_reply_within_an_archive_is_the_same():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("reply.json", json.dumps(of_one(HS_TOTAL=5, X="1")))
    found = reply(packed.getvalue(), name="reply.zip")
    assert numbers(found) == {"HS_TOTAL": 5}
    assert unread(found) == [("[0].X", "X", 1)]
