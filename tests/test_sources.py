"""Extracts of sources: what was published is read exactly, and nothing that is not understood gets in."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml

from ingest import registry
from ingest.errors import Refused
from ingest.reading import Reading, tall
from ingest.sources import SOURCES, dvc_portal, published_figures, telecom, unit_reports, vneid
from orchestration.command import report_form

DATA = Path(__file__).parents[1] / "data"
SAMPLES = DATA / "samples"
INDEX = yaml.safe_load((SAMPLES / "index.yml").read_text(encoding="utf-8"))
FIXTURES = Path(__file__).parent / "fixtures"


def sample(name: str) -> pl.DataFrame:
    entry = next(e for e in INDEX if e["file"] == name)
    return SOURCES[entry["source"]].parse(name, (SAMPLES / name).read_bytes(), entry["period"]).rows


def read(source, name: str, period: str = "2025-03") -> Reading:
    body = (FIXTURES / source.__name__.rpartition(".")[2] / name).read_bytes()
    return source.parse(name, body, period)


def fixture(source, name: str, period: str = "2025-03") -> pl.DataFrame:
    return read(source, name, period).rows


def of_unit(frame: pl.DataFrame, unit: str) -> dict[str, Decimal]:
    return values(frame.filter(org_text=unit))


def values(frame: pl.DataFrame) -> dict[str, Decimal]:
    return dict(frame.select("subject", "value").rows())


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_lands_in_the_one_tall_shape(source):
    for entry in INDEX:
        if entry["source"] == source:
            assert dict(sample(entry["file"]).schema) == tall.COLUMNS


def test_the_index_lists_every_sample_once_with_where_it_is_from():
    assert sorted(e["file"] for e in INDEX) == sorted(f.name for f in SAMPLES.iterdir() if f.suffix != ".yml")
    for entry in INDEX:
        assert entry["source"] in SOURCES
        assert entry["publisher"]
        assert entry["citation"]
        assert isinstance(entry["period"], str)
        assert entry["received_at"].tzinfo == UTC
        # Nothing can be received before it has begun to happen.
        assert entry["received_at"] > datetime(int(entry["period"][:4]), 1, 1, tzinfo=UTC)


def test_every_sample_speaks_of_something_the_registry_knows():
    entries = registry.load(DATA / "registry")
    units = {m.id: m.unit for m in entries.measures} | {i.id: i.unit for i in entries.indicators}
    fields = {
        (source, field): m.unit for m in entries.measures for source in m.fields for field in m.fields[source]
    }
    for entry in INDEX:
        for subject, unit in sample(entry["file"]).select("subject", "unit").rows():
            known = units if entry["source"] == "published_figures" else fields
            key = subject if entry["source"] == "published_figures" else (entry["source"], subject)
            assert known.get(key) == unit, (entry["file"], subject)


def test_every_field_of_the_registry_is_a_field_of_its_source():
    fields = registry.tables(registry.load(DATA / "registry"))["measure_fields"]
    units = {m.id: m.unit for m in registry.load(DATA / "registry").measures}
    known = {
        "dvc_portal": {
            **dvc_portal.COUNTS,
            **dvc_portal.EXPORTS,
            **dict.fromkeys(dvc_portal.MAXIMA, "points"),
        },
        "vneid": vneid.NUMBERS,
        "telecom": telecom.NUMBERS,
        "unit_reports": {measure: unit for measure, unit in units.items() if unit in unit_reports.UNITS},
    }
    for measure, source, field in fields.select("measure_id", "source_id", "field").rows():
        assert known[source][field] == units[measure], (source, field)


def test_every_count_of_the_new_sources_is_a_measure_of_the_registry():
    fields = registry.tables(registry.load(DATA / "registry"))["measure_fields"]
    for source, counts in (("dvc_portal", dvc_portal.EXPORTS), ("telecom", telecom.NUMBERS)):
        assert set(counts) <= set(fields.filter(source_id=source)["field"]), source


def test_the_figures_of_2023_that_the_plan_published():
    assert values(sample("dvc-2023-plan.csv")) == {
        "procedures_total": 1925,
        "services_partly_online": 943,
        "services_fully_online": 982,
        "integrated_services": 837,
        "dossiers_online": 116133,
        "dossiers_with_online_service": 235558,
    }
    assert values(sample("vneid-2023-plan.csv")) == {
        "adults_issued_eid": 825384,
        "adults_with_eid": 664940,
        "adults": 1257210,
        "adults_with_dvc_account": 19689,
        "payment_accounts": 1744370,
    }
    assert values(sample("telecom-2023-plan.csv")) == {
        "smartphone_subscriptions": Decimal("65.6"),
        "fibre_households": Decimal("55.5"),
        "internet_users": 68,
    }


def test_the_ratios_of_2022_keep_that_one_of_them_does_not_say_how_it_was_made():
    frame = sample("reported-ratios-2022.csv")
    assert values(frame) == {
        "fibre_households": 50,
        "population_with_smartphone": 61,
        "online_dossiers": Decimal("51.4"),
    }
    assert frame["obs_status"].to_list() == ["A", "A", "D"]


def test_january_2025_keeps_early_on_the_day_and_late_apart():
    found = values(sample("dvc-2025-01-gialaitv.csv"))
    assert [found[f"dossiers_settled_{when}"] for when in ("early", "on_the_day", "late")] == [
        13794,
        134,
        651,
    ]
    assert found["dossiers_received"] == 14579


def test_the_police_report_ends_on_its_day():
    row = sample("vneid-2025-03-22.csv").row(0, named=True)
    assert row["value"] == Decimal(704828)
    assert (row["period_start"], row["period_end"]) == (date(2025, 3, 1), date(2025, 3, 22))
    assert row["locator"] == "row 2, column Tài khoản định danh điện tử mức độ 2 đã kích hoạt"
    assert values(sample("vneid-ratios-2025-03-22.csv")) == {
        "eid_level2_of_residents": Decimal("40.8"),
        "eid_level2_of_assigned": Decimal("73.3"),
    }


def test_the_766_scores_lie_in_the_portals_own_month_and_within_their_maxima():
    frame = sample("dvc-766-2025-10.json")
    assert values(frame) == {
        "CKMB": 18,
        "TDGQ": Decimal("18.3"),
        "CLGQ": Decimal("8.1"),
        "TTTT": Decimal("7.5"),
        "MDHL": 18,
        "MDSH": Decimal("17.1"),
    }
    assert set(frame["kind"]) == {"score"}
    assert set(frame.select("period_start", "period_end").rows()) == {(date(2025, 9, 21), date(2025, 10, 20))}
    assert frame["locator"][0] == "[0].CKMB"
    maxima = dict(dvc_portal.MAXIMA)
    assert sum(maxima.values()) == 2 * maxima["TONG_SCORE"] == 200


def test_columns_may_come_in_any_order_and_blank_lines_count():
    frame = fixture(published_figures, "columns_in_another_order_with_bom.csv")
    assert frame.select("row", "locator", "subject", "value", "decimals", "kind").rows() == [
        (2, "row 2, column value", "adults", Decimal("1257210.0000"), 0, "count"),
        (4, "row 4, column value", "eid_accounts", Decimal("40.8000"), 1, "ratio"),
    ]


def test_decomposed_text_is_composed():
    assert fixture(published_figures, "decomposed_diacritics.csv")["org_text"].to_list() == ["Tỉnh Gia Lai"]


def test_the_portals_monthly_summary_leaves_out_what_is_empty_and_keeps_zero():
    frame = fixture(dvc_portal, "made_up_monthly_summary.json")
    assert frame.select("row", "org_text", "subject", "kind", "unit", "value").rows() == [
        (1, "Đơn vị A", "HS_TOTAL", "count", "dossiers", Decimal(1200)),
        (1, "Đơn vị A", "HTN_TRUCTUYEN_TOTAL", "count", "dossiers", Decimal(900)),
        (1, "Đơn vị A", "TILE", "ratio", "percent", Decimal("75.5")),
        (2, "Đơn vị B", "HS_TOTAL", "count", "dossiers", Decimal(0)),
    ]
    assert set(frame.select("period_start", "period_end").rows()) == {(date(2025, 3, 1), date(2025, 3, 31))}


def test_a_legacy_encoding_is_read_by_what_it_says():
    assert fixture(published_figures, "windows_1258.csv")["org_text"].to_list() == ["Tỉnh Gia Lai"]


def test_an_export_with_merged_headings_and_sections_lands_unit_by_unit():
    found = read(dvc_portal, "made_up_dossiers.xls", "2024-03")
    assert vars(found.tally) == {
        "read": 8, "landed": 5, "rejected": 0, "totals": 1, "sections": 2, "blank": 0
    }  # fmt: skip
    assert of_unit(found.rows, "Thành phố Pleiku") == {
        "Hồ sơ tiếp nhận": 3456,
        "Hồ sơ tiếp nhận trực tuyến": 2100,
        "Hồ sơ tiếp nhận trực tiếp": 1350,
        "Hồ sơ tiếp nhận qua bưu chính": 6,
        "Hồ sơ tồn kỳ trước": 120,
        "Hồ sơ của thủ tục có dịch vụ công trực tuyến": 3000,
        "Hồ sơ đã giải quyết": 3400,
        "Hồ sơ giải quyết đúng hạn, kể cả trước hạn": 3380,
        "Hồ sơ giải quyết quá hạn": 20,
        "Hồ sơ đang giải quyết trong hạn": 170,
        "Hồ sơ đang giải quyết quá hạn": 6,
    }
    days = found.rows.select("period_id", "period_start", "period_end").unique().rows()
    assert days == [("2024-03", date(2024, 2, 21), date(2024, 3, 20))]


def test_a_commune_is_named_with_its_district_so_that_nobody_adds_it():
    frame = fixture(dvc_portal, "made_up_dossiers.xls", "2024-03")
    assert frame["org_text"].unique(maintain_order=True).to_list() == [
        "Sở Công Thương",
        "Thành phố Pleiku",
        "Phường Tây Sơn, Thành phố Pleiku",
        "Xã Biển Hồ, Thành phố Pleiku",
        "Huyện Chư Păh",
    ]


def test_a_district_with_less_than_its_communes_is_set_aside_with_them():
    found = read(dvc_portal, "communes_exceed_their_district.xls", "2024-03")
    assert found.rows["org_text"].unique().to_list() == ["Huyện Chư Păh"]
    assert set(found.rejected["code"]) == {"children_exceed_parent"}
    assert found.rejected["row"].to_list() == [2, 3, 4]
    assert "the communes of Thành phố Pleiku have 700, but it has 650" in found.rejected["message"][0]


def test_of_a_cell_with_three_labelled_values_the_amount_is_counted():
    frame = fixture(dvc_portal, "made_up_payments.xls", "2024-03")
    assert of_unit(frame, "Thành phố Pleiku") == {
        "Kết quả số hóa": 1234,
        "Giao dịch thanh toán trực tuyến": 980,
        "Tổng số giao dịch thanh toán": 1600,
    }
    assert of_unit(frame, "Huyện Chư Păh") == {"Kết quả số hóa": 905, "Giao dịch thanh toán trực tuyến": 120}


def test_the_monitoring_sheet_of_decision_766_gives_points_and_counts_nothing():
    text = (
        "BẢNG THEO DÕI BỘ CHỈ SỐ 766 (số liệu giả định);;;;;;;;\n"
        "STT;Đơn vị;Công khai, minh bạch (18);Tiến độ giải quyết (20);Dịch vụ công trực tuyến (12);"
        "Thanh toán trực tuyến (10);Mức độ hài lòng (18);Số hóa hồ sơ (22);Tổng điểm\n"
        "1;Sở Y tế;18;19,8;8,56;6,67;18;17,1;88,13\n2;Sở Nội vụ;18;21;9;7;18;17;90\n"
    )
    found = dvc_portal.parse("766.csv", text.encode(), "2024-03")
    points = {"CKMB": 18, "TDGQ": "19.8", "CLGQ": "8.56", "TTTT": "6.67", "MDHL": 18, "MDSH": "17.1"}
    assert of_unit(found.rows, "Sở Y tế") == {
        name: Decimal(value) for name, value in (points | {"TONG_SCORE": "88.13"}).items()
    }
    assert set(found.rows["kind"]) == {"score"}
    # 21 of 20 points
    assert found.rejected.select("row", "code").rows() == [(4, "number_out_of_range")]


def test_three_rows_of_a_unit_are_its_procedures_and_its_services_by_level():
    frame = fixture(dvc_portal, "made_up_levels.xls", "2024-03")
    assert of_unit(frame, "Tỉnh Gia Lai") == {
        "Thủ tục hành chính": 1925,
        "Thủ tục đủ điều kiện toàn trình": 1100,
        "Dịch vụ công tích hợp trên Cổng Dịch vụ công quốc gia": 614,
        "Dịch vụ công trực tuyến một phần": 143,
        "Dịch vụ công trực tuyến toàn trình": 1618,
        "Dịch vụ công tích hợp toàn trình": 554,
        "Hồ sơ trực tuyến toàn trình": 8000,
    }
    assert of_unit(frame, "Thành phố Pleiku")["Dịch vụ công trực tuyến toàn trình"] == 270


def test_a_level_below_a_unit_that_cannot_be_read_never_goes_to_the_unit_above():
    body = (FIXTURES / "dvc_portal/made_up_levels.xls").read_bytes()
    found = dvc_portal.parse("x.xls", body.replace(b"<td>350</td>", "<td>bốn trăm</td>".encode()), "2024-03")
    assert found.rows["org_text"].unique().to_list() == ["Tỉnh Gia Lai"]
    assert found.rejected.select("row", "code").rows() == [(n, "number_unreadable") for n in (6, 7, 8)]


def test_a_unit_whose_services_are_not_the_sum_of_their_levels_is_set_aside():
    body = (FIXTURES / "dvc_portal/made_up_levels.xls").read_bytes()
    found = dvc_portal.parse("x.xls", body.replace(b"<td>300</td>", b"<td>301</td>"), "2024-03")
    assert found.rows["org_text"].unique().to_list() == ["Tỉnh Gia Lai"]
    assert found.rejected.select("row", "code").rows() == [(n, "total_disagrees") for n in (6, 7, 8)]


def test_one_bad_record_of_the_portal_leaves_the_others():
    found = read(dvc_portal, "one_bad_record.json")
    assert found.rows.select("org_text", "value").rows() == [("Đơn vị A", 1200), ("Đơn vị C", 3)]
    assert found.rejected.select("row", "locator", "code", "raw_text").rows() == [
        (2, "[1].HS_TOTAL", "negative_count", "-5")
    ]
    assert (found.tally.read, found.tally.landed, found.tally.rejected) == (3, 2, 1)


def test_an_operator_is_named_above_its_table_and_its_total_is_only_checked():
    found = read(telecom, "made_up_vnpt.csv", "2024-03")
    assert found.rows["reporter"].unique().to_list() == ["VNPT"]
    assert of_unit(found.rows, "Huyện Chư Păh") == {
        "Thuê bao di động": 18450,
        "Thuê bao sử dụng điện thoại thông minh": 12009,
        "Thuê bao cáp quang cố định": 4020,
        "Hộ gia đình có cáp quang": 3800,
        "Điện thoại thông minh có phần mềm an toàn thông tin": 2345,
        "Hộ cáp quang có giải pháp an toàn thông tin": 876,
    }
    assert (found.tally.read, found.tally.landed, found.tally.totals) == (3, 2, 1)


@pytest.mark.parametrize(
    ("name", "reporter"),
    [("operator_in_a_column.csv", "MobiFone"), ("operator_only_in_the_title.csv", "Vietnamobile")],
)
def test_an_operator_may_be_named_in_a_column_or_in_the_title(name, reporter):
    assert fixture(telecom, name)["reporter"].unique().to_list() == [reporter]


def test_every_operator_that_must_report_is_known_to_the_registry():
    entries = registry.load(DATA / "registry")
    source = next(s for s in entries.sources if s.id == "telecom")
    assert source.reporters == ["vnpt", "viettel", "mobifone", "vietnamobile"]
    assert set(source.reporters) <= {o.org_id for o in entries.organisations if o.level == "operator"}


@pytest.fixture
def filled_in(tmp_path):
    """The form as a unit sends it back; `change` may still scribble on the report's sheet."""

    def fill(change=None, **said) -> bytes:
        file = tmp_path / "form.xlsx"
        file.unlink(missing_ok=True)
        report_form.write(file, **{"unit": "Huyện Chư Păh", "period_id": "2024-Q1", **said})
        if change:
            book = openpyxl.load_workbook(file)
            change(book["Báo cáo"])
            book.save(file)
        return file.read_bytes()

    return fill


def row_of(sheet, measure: str) -> int:
    return next(row for row in range(1, 100) if sheet.cell(row, 1).value == measure)


def test_a_form_is_read_back_as_it_was_filled_in(filled_in):
    body = filled_in(values={"staff": 1234, "staff_trained": 1000, "e_commerce_revenue": 98_765_432_100})
    found = unit_reports.parse("form.xlsx", body, "2024-Q1")
    assert found.rows.select("org_text", "reporter", "subject", "unit", "value", "obs_status").rows() == [
        ("Huyện Chư Păh", None, "staff_trained", "persons", 1000, "A"),
        ("Huyện Chư Păh", None, "staff", "persons", 1234, "A"),
        ("Huyện Chư Păh", None, "e_commerce_revenue", "dong", 98_765_432_100, "A"),
    ]
    assert found.rows["period_end"].unique().to_list() == [date(2024, 3, 31)]
    assert found.tally.landed == 3 and found.tally.read == found.tally.landed + found.tally.blank


def test_a_form_that_was_sent_in_is_read():
    body = (Path(__file__).parent / "fixtures/unit_reports/made_up_form_2024_q1.xlsx").read_bytes()
    frame = unit_reports.parse("form.xlsx", body, "2024-Q1").rows
    assert frame.select("subject", "value").rows() == [("staff_trained", 1000), ("staff", 1234)]


def test_a_unit_may_report_for_the_whole_province(filled_in):
    body = filled_in(unit="Sở Y tế", scope="Tỉnh Gia Lai", values={"health_facilities": 26})
    frame = unit_reports.parse("form.xlsx", body, "2024-Q1").rows
    assert frame.select("org_text", "reporter", "value").rows() == [("Tỉnh Gia Lai", "Sở Y tế", 26)]


def test_a_form_says_where_a_figure_is_estimated_or_does_not_exist(filled_in):
    def change(sheet):
        sheet.cell(row_of(sheet, "staff"), 5, "Ước tính")
        sheet.cell(row_of(sheet, "documents"), 5, "Không có số liệu")

    body = filled_in(change, values={"staff": 10})
    frame = unit_reports.parse("form.xlsx", body, "2024-Q1").rows
    assert frame.select("subject", "value", "obs_status").rows() == [
        ("documents", None, "L"),
        ("staff", 10, "E"),
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"unit": None}, "value_missing"),
        ({"period_id": "2024-Q2"}, "period_mismatch"),
        ({"values": {}}, "empty"),
    ],
)
def test_a_form_without_what_it_needs_is_refused(filled_in, said, code):
    body = filled_in(**{"values": {"staff": 10}, **said})
    with pytest.raises(Refused) as refused:
        unit_reports.parse("form.xlsx", body, "2024-Q1")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        (1, "Số cán bộ", "value_unknown"),
        (1, "documents", "value_unknown"),
        (2, "Số cán bộ", "value_unknown"),
        (3, "nghìn người", "unit_unknown"),
        (4, "-3", "negative_count"),
        (4, "khoảng 10", "number_unreadable"),
        (5, "Chắc chắn", "value_unknown"),
        (5, "Không có số liệu", "value_unknown"),
    ],
)
def test_a_row_of_a_form_that_was_spoilt_is_set_aside(filled_in, column, text, code):
    def change(sheet):
        sheet.cell(row_of(sheet, "staff"), column, text)

    body = filled_in(change, values={"staff": 10, "systems": 4})
    found = unit_reports.parse("form.xlsx", body, "2024-Q1")
    assert values(found.rows) == {"systems": 4}
    assert set(found.rejected["code"]) == {code}


def test_a_row_of_a_form_that_is_there_twice_is_set_aside_both_times(filled_in):
    def change(sheet):
        one, other = row_of(sheet, "staff"), row_of(sheet, "documents")
        for column in (1, 2, 3):
            sheet.cell(other, column, sheet.cell(one, column).value)

    found = unit_reports.parse("form.xlsx", filled_in(change, values={"staff": 10, "systems": 4}), "2024-Q1")
    assert values(found.rows) == {"systems": 4}
    assert set(found.rejected["code"]) == {"duplicate_row"}


def test_codes_that_were_swapped_against_their_names_are_set_aside_naming_both(filled_in):
    def change(sheet):
        one, other = row_of(sheet, "staff"), row_of(sheet, "staff_trained")
        sheet.cell(one, 1, "staff_trained")
        sheet.cell(other, 1, "staff")

    body = filled_in(change, values={"staff": 1234, "staff_trained": 1000, "systems": 4})
    found = unit_reports.parse("form.xlsx", body, "2024-Q1")
    assert values(found.rows) == {"systems": 4}
    for message in found.rejected["message"]:
        assert "Tổng số cán bộ" in message and "tập huấn" in message


@pytest.mark.parametrize(
    "name", ["  TỔNG SỐ CÁN BỘ, CÔNG CHỨC,  VIÊN CHỨC ", "tong so can bo cong chuc vien chuc", None]
)
def test_the_name_of_a_row_may_be_spelled_otherwise_or_left_out(filled_in, name):
    def change(sheet):
        sheet.cell(row_of(sheet, "staff"), 2).value = name

    found = unit_reports.parse("form.xlsx", filled_in(change, values={"staff": 10}), "2024-Q1")
    assert values(found.rows) == {"staff": 10} and found.rejected.is_empty()


def test_rows_of_a_form_that_nobody_filled_in_are_no_parts_that_were_left_unread(filled_in):
    found = unit_reports.parse("form.xlsx", filled_in(values={"staff": 10}), "2024-Q1")
    assert found.unread.is_empty() and found.tally.blank > 5


def test_the_form_is_locked_but_for_the_cells_to_fill_in(tmp_path):
    report_form.write(tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    report, definitions, lists = (book[name] for name in ("Báo cáo", "Định nghĩa", "Danh mục"))
    assert all(sheet.protection.sheet for sheet in book)
    assert lists.sheet_state == "hidden"
    measures = [m for m in registry.load(DATA / "registry").measures if m.source == "unit_reports"]
    first = row_of(report, measures[0].id)
    for at, measure in enumerate(measures, start=first):
        locked = [report.cell(at, column).protection.locked for column in range(1, 7)]
        assert locked == [True, True, True, False, False, False]
        assert report.cell(at, 2).value == measure.name.vi
    assert [report.cell(row, 2).protection.locked for row in (3, 4, 5)] == [False] * 3
    choices = {
        str(rule.sqref): [cell.value for (cell,) in lists[rule.formula1.rpartition("!")[2].replace("$", "")]]
        for rule in report.data_validations.dataValidation
        if rule.type == "list"
    }
    assert "Huyện Chư Păh" in choices["B3"] and "Sở Y tế" in choices["B3"]
    assert choices["B4"][:2] == ["Quý I/2024", "Quý II/2024"]
    assert choices["B5"] == ["Số liệu của đơn vị", "Tỉnh Gia Lai"]
    assert choices[f"E{first}:E{first + len(measures) - 1}"] == list(unit_reports.STATUSES)
    stated = {row[0].value: row[4].value for row in definitions.iter_rows(min_row=2)}
    assert "(PL01.V.1): tử số" in stated["systems_approved"]
    assert "(PL01.V.1): mẫu số" in stated["systems"] and "(PL01.V.2): mẫu số" in stated["systems"]


def test_a_form_is_never_written_over_a_file(tmp_path):
    file = tmp_path / "form.xlsx"
    file.write_bytes(b"numbers of a unit")
    with pytest.raises(Refused, match="is there already"):
        report_form.write(file)
    assert file.read_bytes() == b"numbers of a unit"


def test_more_than_the_assigned_target_is_no_error():
    frame = fixture(vneid, "above_the_assigned_target.csv")
    assert frame.select("org_text", "kind", "value").rows() == [
        ("Huyện A", "count", Decimal(1245)),
        ("Huyện A", "ratio", Decimal("124.5")),
        ("Huyện B", "ratio", Decimal(99)),
    ]


@pytest.mark.parametrize(
    ("source", "name", "code", "said"),
    [
        (published_figures, "empty.csv", "empty", "is empty"),
        (published_figures, "only_headings.csv", "empty", "no rows with figures"),
        (published_figures, "unknown_heading.csv", "column_unknown", "heading 'đơn vị tính' is not known"),
        (published_figures, "heading_twice.csv", "column_repeated", "the heading 'value' stands twice"),
        (published_figures, "heading_missing.csv", "column_missing", "the heading citation is missing"),
        (published_figures, "row_too_short.csv", "cells_missing", "row 2: has 5 cells, the header has 6"),
        (
            published_figures,
            "value_with_decimal_point.csv",
            "number_unreadable",
            "row 2, column value: '52.89'",
        ),
        (published_figures, "value_in_words.csv", "number_unreadable", "row 2, column value: 'khoảng 5'"),
        (published_figures, "value_empty.csv", "value_missing", "row 2, column value: is empty"),
        (
            published_figures,
            "value_with_five_decimals.csv",
            "number_too_precise",
            "row 2, column value: '52,89015'",
        ),
        (published_figures, "no_publisher.csv", "value_missing", "row 2, column publisher: is empty"),
        (published_figures, "subject_twice.csv", "duplicate_row", "row 2: adults of Gia Lai stands in row 3"),
        (published_figures, "unknown_status.csv", "value_unknown", "row 2, column obs_status: 'X'"),
        (published_figures, "day_of_no_calendar.csv", "date_unreadable", "column period_end: '30/02/2025'"),
        (
            published_figures,
            "period_backwards.csv",
            "period_mismatch",
            "row 2: the period ends on 2025-01-01 before",
        ),
        (published_figures, "quote_left_open.csv", "truncated", "line 2: "),
        (dvc_portal, "not_json.json", "truncated", "line 1, column 15: is not JSON"),
        (dvc_portal, "an_object.json", "not_a_table", "an array of objects was expected"),
        (dvc_portal, "null.json", "value_missing", "[0].CKMB: a number or an empty text was expected"),
        (dvc_portal, "field_twice.json", "column_repeated", "the field CKMB stands twice"),
        (dvc_portal, "decimal_comma.json", "number_unreadable", "[0].TDGQ: '18,3'"),
        (dvc_portal, "thousands.json", "number_unreadable", "[0].HS_TOTAL: '14,579'"),
        (dvc_portal, "half_a_dossier.json", "not_whole", "[0].HS_TOTAL: '14.5' counts dossiers"),
        (dvc_portal, "negative.json", "negative_count", "[0].HS_TOTAL: '-1'"),
        (
            dvc_portal,
            "payment_above_its_maximum.json",
            "number_out_of_range",
            "[0].TTTT: 10.1 is above the maximum of 10",
        ),
        (dvc_portal, "nobody.json", "value_missing", "[0]: neither TEN_COQUAN nor TEN"),
        (dvc_portal, "no_records.json", "empty", "empty"),
        (
            dvc_portal,
            "total_counts_communes_twice.xls",
            "total_disagrees",
            "5643 adds communes to their districts",
        ),
        (vneid, "unknown_heading.csv", "column_unknown", "column Số thẻ"),
        (vneid, "no_day.csv", "value_missing", "row 2, column Đến ngày: is empty"),
        (vneid, "day_outside_the_period.csv", "period_mismatch", "22/04/2025 is not in the period 2025-03"),
        (
            vneid,
            "day_in_american_order.csv",
            "date_unreadable",
            "row 2, column Đến ngày: '03/22/2025' is no day",
        ),
        (vneid, "half_an_account.csv", "not_whole", "'1.245,5' is not whole"),
        (vneid, "unit_twice.csv", "org_repeated", "row 2, column Đơn vị: Huyện A stands in row 3 too"),
        (vneid, "no_number.csv", "empty", "holds no number"),
        (vneid, "title_of_another_month.csv", "period_mismatch", "row 1: 'BÁO CÁO THÁNG 02 NĂM 2025'"),
        (vneid, "title_of_two_months.csv", "period_mismatch", "covers more than 2025-03"),
        (telecom, "nobody_reports.csv", "value_missing", "nothing says which operator reports"),
        (telecom, "two_operators.csv", "value_unknown", "send one file for each operator"),
        (telecom, "total_is_wrong.csv", "total_disagrees", "row 4, column Thuê bao di động"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_reason_and_place(source, name, code, said):
    with pytest.raises(Refused) as refused:
        fixture(source, name)
    message = str(refused.value)
    assert message.startswith(f"{name}: ")
    assert said in message
    assert refused.value.code == code
    assert "\n" not in message


@pytest.mark.parametrize("period", ["2025-13", "25-01", "2025-Q5", "", None])
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(Refused, match="write 2024, 2024-Q1 or 2024-03"):
        fixture(published_figures, "columns_in_another_order_with_bom.csv", period)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_begins_and_ends_with_the_calendar_unless_the_source_says_otherwise(period, first, last):
    assert tall.period_of("x", period) == (first, last)
