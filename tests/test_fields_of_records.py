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


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"DVT": "nghìn hồ sơ"}, "unit_unknown"),
        ({"DON_VI_TINH": "%"}, "unit_unknown"),
        ({"donViTinh": "triệu"}, "unit_unknown"),
        ({"TU_THANG": "1", "DEN_THANG": "3"}, "period_mismatch"),
        ({"tuQuy": "1", "denQuy": "2"}, "period_mismatch"),
        ({"NGAY": "15/03/2024"}, "period_mismatch"),
        ({"date": "2024-02-29"}, "period_mismatch"),
        ({"GHI_CHU": "số liệu tháng 2"}, "period_mismatch"),
        ({"CAP": "Cấp xã"}, "value_unknown"),
        ({"LOAI_DV": "Toàn trình"}, "value_unknown"),
        ({"loaiDichVu": "TT"}, "value_unknown"),
        ({"KENH": "BCCI"}, "value_unknown"),
        ({"TEN_LOAI": "Khai sinh"}, "value_unknown"),
        ({"TEN_DV": "Cấp hộ chiếu"}, "value_unknown"),
        ({"NGUON": "BCCI"}, "value_unknown"),
        ({"PHONG_BAN": "Bộ phận Một cửa"}, "value_unknown"),
        ({"TIEU_CHI": "Hồ sơ quá hạn"}, "value_unknown"),
        ({"TIEU_DE": "Hồ sơ trực tuyến tháng 3/2024"}, "value_unknown"),
        ({"GHI_CHU": "chưa bao gồm hồ sơ cấp xã"}, "value_unknown"),
        ({"DVT": "hồ sơ"}, None),
        ({"TU_THANG": "3", "DEN_THANG": "3"}, None),
        ({"NGAY": "31/03/2024"}, None),
        ({"NGAY": "02/04/2024"}, None),
        ({"CAP": "Huyện"}, None),
        ({"LOAI_DV": "Tất cả"}, None),
        ({"GHI_CHU": "đã gửi"}, None),
        ({"NGUOI_LAP": "phòng một cửa"}, None),
        ({"XU_HUONG": "Tăng"}, None),
        ({"TINH": "Tỉnh Gia Lai"}, None),
        ({"TIEU_DE": "Báo cáo tiếp nhận hồ sơ tháng 3/2024"}, None),
    ],
)
def test_a_field_of_words_counts_for_its_record_as_a_column_for_its_row(field, code):
    found = read("dvc_portal", two("dvc_portal", field, {}))
    assert found.rejected["code"].to_list() == ([code] if code else [])
    assert found.rows["org_text"].to_list() == ([] if code else ["Huyện KBang"]) + [SECOND]


def test_a_record_that_is_said_to_be_estimated_is():
    found = read("dvc_portal", two("dvc_portal", {"GHI_CHU": "ước tính"}, {}))
    assert found.rows["obs_status"].to_list() == ["E", "A"]


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        ({"tieu_de": "Báo cáo hồ sơ trực tuyến tháng 3/2024"}, "value_unknown"),
        ({"title": "Hồ sơ cấp hộ chiếu"}, "value_unknown"),
        ({"filter": {"linhVuc": "Đất đai"}}, "value_unknown"),
        ({"hinhThuc": "Trực tuyến"}, "value_unknown"),
        ({"dvt": "nghìn"}, "unit_unknown"),
        ({"tuThang": 1, "denThang": 3}, "period_mismatch"),
        ({"ghiChu": "số liệu lũy kế"}, "period_mismatch"),
        ({"tieu_de": "Báo cáo tiếp nhận hồ sơ tháng 3/2024"}, None),
        ({"filter": {"linhVuc": "Tất cả", "capThucHien": "Tỉnh"}}, None),
        ({"message": "Thành công", "donVi": "Tỉnh Gia Lai"}, None),
    ],
)
def test_what_stands_beside_the_records_counts_for_all_of_them(envelope, code):
    body = envelope | {"data": two("dvc_portal", {}, {})}
    if code is None:
        assert read("dvc_portal", body).rows["value"].to_list() == [900, 900]
        return
    with pytest.raises(Refused) as refused:
        read("dvc_portal", body)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["footer", "summary", "totals"])
def test_what_the_records_make_together_is_no_second_array_of_records(name):
    body = {"total": 2, "rows": two("dvc_portal", {}, {}), name: [{"TEN_COQUAN": "Tổng", "HS_TOTAL": "1800"}]}
    found = read("dvc_portal", body)
    assert found.rows["value"].to_list() == [900, 900]
    assert f"{name}[0].HS_TOTAL" in found.unread["text"].to_list()
