"""What the fields of JSON records say of their figures: as the columns of a table do, so that the same is
read from a file as CSV and as JSON."""

import json

import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

RECORDS = {
    "vneid": (
        {"Đơn vị": "Huyện KBang", "Dân số trưởng thành": 42000, "Tài khoản đã kích hoạt": 20400},
        "Đơn vị",
    ),
    "telecom": ({"Doanh nghiệp": "VNPT", "Đơn vị": "Huyện KBang", "Thuê bao di động": 42000}, "Đơn vị"),
    "dvc_portal": ({"TEN_COQUAN": "Huyện KBang", "HS_TOTAL": "900"}, "TEN_COQUAN"),
}
SECOND = "Huyện Chư Păh"


def read(source: str, records, period_id: str = "2024-03"):
    return SOURCES[source].parse("x.json", json.dumps(records, ensure_ascii=False).encode(), period_id)


def two(source: str, first: dict, second: dict) -> list[dict]:
    record, unit = RECORDS[source]
    return [record | first, record | {unit: SECOND} | second]


@pytest.mark.parametrize("source", RECORDS)
@pytest.mark.parametrize(
    ("field", "part", "whole"),
    [
        ("LINHVUC", "Đất đai", "Tất cả"),
        ("TEN_LINH_VUC", "Đất đai", None),
        ("Lĩnh vực", "Đất đai", "Tất cả"),
        ("GIOITINH", "Nam", None),
        ("gioiTinh", "Nữ", None),
        ("KHU_VUC", "Thành thị", None),
        ("HINHTHUCNOP", "Trực tuyến", "Tất cả"),
        ("DOITUONG", "Cá nhân", "Tất cả"),
        ("loaiThueBao", "Trả trước", "Tất cả"),
        ("NHOM_TUOI", "14-18", None),
        ("MUCDO", "Toàn trình", "Tất cả"),
    ],
)
def test_a_record_of_a_part_of_its_unit_is_set_aside(source, field, part, whole):
    found = read(source, two(source, {field: part}, {field: whole}))
    assert set(found.rows["org_text"]) == {SECOND}
    assert found.rejected["code"].to_list() == ["value_unknown"]


@pytest.mark.parametrize("source", RECORDS)
@pytest.mark.parametrize(
    ("field", "other", "own"),
    [("THANG", "2", "3"), ("thangBaoCao", 2, 3), ("KYBAOCAO", "02/2024", "03/2024"), ("NAM", "2023", "2024")],
)
def test_a_record_of_another_period_is_set_aside(source, field, other, own):
    found = read(source, two(source, {field: other}, {field: own}))
    assert set(found.rows["org_text"]) == {SECOND}
    assert found.rejected["code"].to_list() == ["period_mismatch"]


@pytest.mark.parametrize("source", ["vneid", "telecom"])
@pytest.mark.parametrize("name", ["Trong đó: nữ", "Tháng trước", "Trung bình"])
def test_a_record_of_no_unit_is_left_out(source, name):
    record, unit = RECORDS[source]
    found = read(source, [record, record | {unit: name}])
    assert set(found.rows["org_text"]) == {"Huyện KBang"}
    assert found.unread["text"].to_list() == [name]


@pytest.mark.parametrize("source", RECORDS)
@pytest.mark.parametrize("is_missing", [True, False])
def test_a_record_without_a_unit_is_set_aside(source, is_missing):
    record, unit = RECORDS[source]
    other = {field: value for field, value in record.items() if field != unit}
    found = read(source, [record, other if is_missing else other | {unit: ""}])
    assert set(found.rows["org_text"]) == {"Huyện KBang"}
    assert found.rejected["code"].to_list() == ["value_missing"]


@pytest.mark.parametrize(
    "field",
    [
        "luyKeTiepNhan",
        "TONG_LUY_KE",
        "HS_TOTAL_LUY_KE",
        "LUYKE_HS_TOTAL",
        "HS_TOTAL_CONG_DON",
        "HS_TOTAL_TU_DAU_NAM",
    ],
)
def test_a_field_that_is_cumulated_is_listed_and_never_read(field):
    found = read("dvc_portal", [{"TEN_COQUAN": "Sở Y tế", "HTN_TRUCTUYEN_TOTAL": "100", field: "900"}])
    assert found.rows["value"].to_list() == [100]
    assert found.unread["text"].to_list() == [field]


@pytest.mark.parametrize(
    "envelope",
    [
        lambda records: {"luyKe": records},
        lambda records: {"TONG_LUY_KE": records},
        lambda records: {"data": {"ytd": records}},
        lambda records: {"congDon": {"items": records}},
        lambda records: {"loai": "Lũy kế", "data": records},
    ],
)
def test_records_that_are_cumulated_are_not_those_of_the_month(envelope):
    body = envelope([{"TEN_COQUAN": "Sở Y tế", "HS_TOTAL": "900"}])
    with pytest.raises(Refused) as refused:
        read("dvc_portal", body)
    assert refused.value.code == "period_mismatch"
    assert read("dvc_portal", body, "2024-01").rows["value"].to_list() == [900]


def test_a_record_that_is_cumulated_is_set_aside():
    records = two("dvc_portal", {"LOAI": "Lũy kế từ đầu năm"}, {"LOAI": "Trong kỳ"})
    found = read("dvc_portal", records)
    assert set(found.rows["org_text"]) == {SECOND}
    assert found.rejected["code"].to_list() == ["period_mismatch"]
