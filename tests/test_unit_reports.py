"""The quarterly form: who reports, whose figures they are, and rows with something spelled otherwise."""

import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

HEAD = "Đơn vị báo cáo;{unit}\nKỳ báo cáo;{period}\nPhạm vi số liệu;{scope}\n"
TABLE = "Mã số liệu;Số liệu;Đơn vị tính;Giá trị;Ghi chú\n"
DOCUMENTS = "Tổng số văn bản, hồ sơ công việc (trừ hồ sơ mật)"
FIGURE = f"documents;{DOCUMENTS};văn bản;5000;\n"


def head(unit="Huyện KBang", period="Quý II/2024", scope="Số liệu của đơn vị") -> str:
    return HEAD.format(unit=unit, period=period, scope=scope)


def read(text: str, name: str = "bc.csv"):
    return SOURCES["unit_reports"].parse(name, text.encode(), "2024-Q2")


def refusal(text: str, name: str = "bc.csv") -> Refused:
    with pytest.raises(Refused) as refused:
        read(text, name)
    return refused.value


@pytest.mark.parametrize(
    "answers",
    [
        "Đơn vị báo cáo: Huyện KBang\nKỳ báo cáo: Quý II/2024\nPhạm vi số liệu: Số liệu của đơn vị\n",
        "Đơn vị báo cáo;Huyện KBang;Kỳ báo cáo;Quý II/2024\nPhạm vi số liệu;Số liệu của đơn vị\n",
        "Đơn vị báo cáo: Huyện KBang;Kỳ báo cáo: Quý II/2024\nPhạm vi số liệu;Số liệu của đơn vị\n",
        head(period="Quí II/2024"),
        head(period="quí 2 năm 2024"),
        head(period="Quý II/2024 (từ 01/4/2024 đến 30/6/2024)"),
        head(scope="Toàn huyện"),
        head(scope="Của đơn vị"),
        head(scope="Số liệu của huyện"),
        head(scope="Huyện KBang"),
        "UBND HUYỆN KBANG\n" + head(),
        "BÁO CÁO CHUYỂN ĐỔI SỐ CỦA HUYỆN K'BANG\n" + head(),
        "Kính gửi: UBND huyện Ia Grai\n" + head(),
        "(Kèm theo Công văn số 12/UBND-VX ngày 3/7/2024 của UBND huyện Ia Grai)\n" + head(),
    ],
)
def test_the_answers_of_the_form_are_understood_however_they_are_written(answers):
    rows = read(answers + TABLE + FIGURE).rows
    assert rows.select("org_text", "value").rows() == [("Huyện KBang", 5000)]


@pytest.mark.parametrize(
    ("scope", "org"), [("Toàn tỉnh", "Toàn tỉnh"), ("Tỉnh Gia Lai", "Tỉnh Gia Lai"), ("Sở Y tế", "Sở Y tế")]
)
def test_the_form_may_give_the_figures_of_another_unit(scope, org):
    assert read(head("Sở Nội vụ", scope=scope) + TABLE + FIGURE).rows["org_text"].to_list() == [org]


@pytest.mark.parametrize("scope", ["Toàn xã", "Cấp huyện", "Toàn bộ", "abc", "Toàn thị xã"])
def test_a_scope_that_names_no_unit_is_refused_and_becomes_none(scope):
    refused = refusal(head(scope=scope) + TABLE + FIGURE)
    assert refused.code == "value_unknown"
    assert scope in str(refused)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BÁO CÁO KẾT QUẢ CHUYỂN ĐỔI SỐ HUYỆN IA GRAI\n", "bc.csv"),
        ("UBND HUYỆN IA GRAI\n", "bc.csv"),
        ("UBND TX. AN KHÊ\n", "bc.csv"),
        ("", "Huyện Ia Grai.csv"),
        ("", "Ia Grai - quy II.csv"),
    ],
)
def test_a_form_under_the_name_of_another_district_is_refused(text, name):
    refused = refusal(text + head() + TABLE + FIGURE, name)
    assert refused.code == "value_unknown"
    assert "Huyện KBang" in str(refused)


def test_the_name_of_the_own_district_or_department_is_no_other():
    assert read("UBND HUYỆN IA GRAI\n" + head("Xã Ia Dêr") + TABLE + FIGURE).rows.height == 1
    assert read("SỞ Y TẾ\n" + head("Chi cục Dân số") + TABLE + FIGURE).rows.height == 1
    assert refusal("BÁO CÁO CỦA SỞ TÀI CHÍNH\n" + head("Sở Y tế") + TABLE + FIGURE).code == "value_unknown"


def test_other_days_beside_the_quarter_are_named_as_such():
    refused = refusal(head(period="Quý II/2024 (từ 15/3/2024 đến 14/6/2024)") + TABLE + FIGURE)
    assert refused.code == "period_mismatch"
    assert "is not Quý II/2024" not in str(refused)
    assert "is empty" in str(refusal(head(unit="") + TABLE + FIGURE))


@pytest.mark.parametrize(
    "row",
    [
        f"Documents;{DOCUMENTS};văn bản;5000;\n",
        f"documents;{DOCUMENTS} (văn bản);văn bản;5000;\n",
        "Population;Dân số (người);người;5000;\n",
        "population;Dân số;người;5000;\n",
    ],
)
def test_a_code_in_capitals_and_a_name_with_its_unit_are_those_of_the_form(row):
    assert read(head() + TABLE + row).rows.select("value").item() == 5000


def test_a_note_in_another_unit_spoils_its_row_alone():
    found = read(
        head() + TABLE + FIGURE.replace("5000;", "5000;triệu đồng") + "population;Dân số;người;12;\n"
    )
    assert found.rows["subject"].to_list() == ["population"]
    assert found.rejected.height == 1 and "triệu đồng" in found.rejected["message"][0]
