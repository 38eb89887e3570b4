"""The targets of II.2 for 2024."""

from decimal import Decimal

import pytest
from making.gia_lai import PLAN, broken, gia_lai, remarks

from ingest import plan

TARGETS = [
    ("1", 40, "Tỷ lệ người dân trưởng thành có sử dụng dịch vụ công trực tuyến"),
    ("2", 80, "Tỷ lệ cung cấp dịch vụ công trực tuyến toàn trình trên tổng số TTHC có đủ điều kiện"),
    ("3", 45, "Tỷ lệ thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia"),
    ("4", 50, "Tỷ lệ hồ sơ trực tuyến trên tổng số hồ sơ tiếp nhận, giải quyết TTHC"),
    ("5", 80, "Tỷ lệ số hóa hồ sơ, kết quả giải quyết TTHC"),
    ("6", 100, "Tỷ lệ kết quả xử lý hồ sơ TTHC của bộ, ngành, địa phương"),
    ("7a", 100, "Tỷ lệ xử lý văn bản, hồ sơ công việc (trừ hồ sơ mật) trên môi trường mạng: Đối với các sở"),
    (
        "7b",
        95,
        "Tỷ lệ xử lý văn bản, hồ sơ công việc (trừ hồ sơ mật) trên môi trường mạng: Đối với các phòng",
    ),
    ("7c", 80, "Tỷ lệ xử lý văn bản, hồ sơ công việc (trừ hồ sơ mật) trên môi trường mạng: Đối với Ủy ban"),
    ("8", 70, "Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh"),
    ("9", 60, "Tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng"),
    ("10", 60, "Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử"),
]


def test_there_are_twelve_targets_in_ten_bullets():
    rows = gia_lai()["plan_targets"]
    assert rows.select("code", "target_value").rows() == [(f"II.2.{n}", Decimal(v)) for n, v, _ in TARGETS]
    assert set(rows["year"]) == {2024}
    assert set(rows["operator"]) == {">="}


@pytest.mark.parametrize(("number", "value", "name"), TARGETS)
def test_a_target_is_named_without_its_value(number, value, name):
    row = gia_lai()["plan_targets"].filter(code=f"II.2.{number}").row(0, named=True)
    assert row["name"].startswith(name)
    assert "đạt" not in row["name"]
    line = PLAN.read_text(encoding="utf-8").split("\n")[row["line"] - 1]
    assert line[row["char_from"] - 1 : row["char_to"]] == row["raw_text"] == f"{value}%"


def test_targets_of_another_plan_carry_their_words_as_operators():
    tables = broken("targets_in_other_words")
    assert tables["plan_targets"].select("code", "operator", "target_value", "raw_text").rows() == [
        ("a.1", ">", Decimal("90"), "trên 90%"),
        ("a.2", ">=", Decimal("62.5"), "tối thiểu 62,5%"),
        ("a.3", "<=", Decimal("5"), "không quá 5%"),
        ("a.4a", ">", Decimal("70"), "> 70%"),
    ]
    assert set(tables["plan_targets"]["year"]) == {2026}
    assert tables["plan_targets"]["name"][3] == "Tỷ lệ văn bản điện tử: Cấp tỉnh"


def test_a_bullet_is_a_milestone_or_has_a_target_for_each_level():
    rows = broken("target_without_percentage")["plan_targets"]
    assert rows.select("code", "target_kind", "name", "target_value").rows() == [
        ("2.1", "milestone", "Hoàn thành việc phủ sóng tới mọi thôn, làng", None),
        ("2.2", "threshold", "Tỷ lệ hộ gia đình có Internet", Decimal(60)),
        ("2.3a", "threshold", "Tỷ lệ hồ sơ trực tuyến", Decimal(50)),
        ("2.3b", "threshold", "Tỷ lệ hồ sơ trực tuyến: cấp xã", Decimal(40)),
    ]


def test_a_bullet_that_is_not_understood_is_remarked_and_the_rest_is_read():
    text = """## 2. Mục tiêu cụ thể:
- Người dân thấy thuận tiện hơn.
- Tỷ lệ hồ sơ trực tuyến đạt 50%, cao hơn mức bình quân của vùng 40%.
- Tỷ lệ hộ gia đình có Internet đạt 60%.
"""
    tables = plan.read("a.md", text.encode())
    assert tables["plan_targets"].select("code", "target_value").rows() == [("2.3", Decimal(60))]
    assert [(kind, line) for kind, line, _ in remarks(tables)] == [("unread_line", 2), ("unread_line", 3)]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Phấn đấu tỷ lệ hộ có cáp quang đạt 82,5% trở lên", "Tỷ lệ hộ có cáp quang"),
        ("Phấn đấu đến năm 2025, tỷ lệ hộ có cáp quang đạt 82%", "Tỷ lệ hộ có cáp quang"),
        ("Đến năm 2025, phấn đấu nâng tỷ lệ hộ có cáp quang lên 82%", "Tỷ lệ hộ có cáp quang"),
        ("Phấn đấu: tỷ lệ hộ có cáp quang trên 82%", "Tỷ lệ hộ có cáp quang"),
        ("Phấn đấu 82% hộ có cáp quang", "hộ có cáp quang"),
        ("Trên 82% hộ có cáp quang", "hộ có cáp quang"),
        ("Tối thiểu 82% hộ có cáp quang", "hộ có cáp quang"),
        ("Ít nhất 82% hộ có cáp quang", "hộ có cáp quang"),
    ],
)
def test_what_a_plan_strives_for_is_named_without_the_striving(sentence, name):
    text = f"## 2. Mục tiêu cụ thể:\n- {sentence}.\n"
    assert plan.read("a.md", text.encode())["plan_targets"]["name"].to_list() == [name]
