"""Extracts of sources: what was published is read exactly, and nothing that is not understood gets in."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from ingest import registry, tall
from ingest.errors import Refused
from ingest.sources import SOURCES, dvc_portal, published_figures, vneid

DATA = Path(__file__).parents[1] / "data"
SAMPLES = DATA / "samples"
INDEX = yaml.safe_load((SAMPLES / "index.yml").read_text(encoding="utf-8"))
FIXTURES = Path(__file__).parent / "fixtures"


def sample(name: str) -> pl.DataFrame:
    entry = next(e for e in INDEX if e["file"] == name)
    return SOURCES[entry["source"]].parse(name, (SAMPLES / name).read_bytes(), entry["period"])


def fixture(source, name: str, period: str = "2025-03") -> pl.DataFrame:
    body = (FIXTURES / source.__name__.rpartition(".")[2] / name).read_bytes()
    return source.parse(name, body, period)


def values(frame: pl.DataFrame) -> dict[str, Decimal]:
    return dict(frame.select("subject", "value").rows())


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_lands_in_the_one_tall_shape(source):
    for entry in INDEX:
        if entry["source"] == source:
            assert dict(sample(entry["file"]).schema) == SOURCES[source].COLUMNS == tall.COLUMNS


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
    fields = {(source, field): m.unit for m in entries.measures for source, field in m.fields.items()}
    for entry in INDEX:
        for subject, unit in sample(entry["file"]).select("subject", "unit").rows():
            known = units if entry["source"] == "published_figures" else fields
            key = subject if entry["source"] == "published_figures" else (entry["source"], subject)
            assert known.get(key) == unit, (entry["file"], subject)


def test_every_field_of_the_registry_is_a_field_of_its_source():
    fields = registry.tables(registry.load(DATA / "registry"))["measure_fields"]
    known = {
        "dvc_portal": {**dvc_portal.COUNTS, **dict.fromkeys(dvc_portal.MAXIMA, "points")},
        "vneid": vneid.NUMBERS,
    }
    for source, field in fields.select("source_id", "field").rows():
        assert field in known[source]


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
    assert row["place"] == "row 2, column Tài khoản định danh điện tử mức độ 2 đã kích hoạt"
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
    assert frame["place"][0] == "[0].CKMB"
    maxima = dict(dvc_portal.MAXIMA)
    assert sum(maxima.values()) == 2 * maxima["TONG_SCORE"] == 200


def test_columns_may_come_in_any_order_and_blank_lines_count():
    frame = fixture(published_figures, "columns_in_another_order_with_bom.csv")
    assert frame.select("row", "place", "subject", "value", "decimals", "kind").rows() == [
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


def test_more_than_the_assigned_target_is_no_error():
    frame = fixture(vneid, "above_the_assigned_target.csv")
    assert frame.select("org_text", "kind", "value").rows() == [
        ("Huyện A", "count", Decimal(1245)),
        ("Huyện A", "ratio", Decimal("124.5")),
        ("Huyện B", "ratio", Decimal(99)),
    ]


@pytest.mark.parametrize(
    ("source", "name", "said"),
    [
        (published_figures, "empty.csv", "is empty"),
        (published_figures, "only_headings.csv", "no figures"),
        (published_figures, "unknown_heading.csv", "row 1, column 3: 'đơn vị tính' is not known"),
        (published_figures, "heading_twice.csv", "row 1, column 5: the heading 'value' stands twice"),
        (published_figures, "heading_missing.csv", "row 1: the heading citation is missing"),
        (published_figures, "row_too_short.csv", "row 2: has 5 cells, the header has 6"),
        (published_figures, "value_with_decimal_point.csv", "row 2, column value: '52.89'"),
        (published_figures, "value_in_words.csv", "row 2, column value: 'khoảng 5'"),
        (published_figures, "value_empty.csv", "row 2, column value: is empty"),
        (published_figures, "value_with_five_decimals.csv", "row 2, column value: '52,89015'"),
        (published_figures, "no_publisher.csv", "row 2, column publisher: is empty"),
        (published_figures, "subject_twice.csv", "row 3: adults of Gia Lai stands in row 2 already"),
        (published_figures, "unknown_status.csv", "row 2, column obs_status: 'X'"),
        (published_figures, "day_of_no_calendar.csv", "row 2, column period_end: '30/02/2025'"),
        (published_figures, "period_backwards.csv", "row 2: the period ends on 2025-01-01 before"),
        (published_figures, "windows_1258.csv", "is not UTF-8"),
        (published_figures, "quote_left_open.csv", "line 2: "),
        (dvc_portal, "not_json.json", "line 1, column 15: is not JSON"),
        (dvc_portal, "an_object.json", "an array of objects was expected"),
        (dvc_portal, "numbers_not_strings.json", "[0].CKMB: a string was expected"),
        (dvc_portal, "null.json", "[0].CKMB: a string was expected"),
        (dvc_portal, "unknown_field.json", "[0].DIEM_THUONG: the field is not known"),
        (dvc_portal, "field_twice.json", "the field CKMB stands twice"),
        (dvc_portal, "decimal_comma.json", "[0].TDGQ: '18,3'"),
        (dvc_portal, "thousands.json", "[0].HS_TOTAL: '14,579'"),
        (dvc_portal, "half_a_dossier.json", "[0].HS_TOTAL: '14.5' counts dossiers"),
        (dvc_portal, "negative.json", "[0].HS_TOTAL: '-1'"),
        (dvc_portal, "payment_above_its_maximum.json", "[0].TTTT: 10.1 is above the maximum of 10"),
        (dvc_portal, "nobody.json", "[0]: neither TEN_COQUAN nor TEN"),
        (dvc_portal, "no_records.json", "holds no number"),
        (vneid, "unknown_heading.csv", "row 1, column 3: 'Số thẻ' is not known"),
        (vneid, "no_day.csv", "row 2, column Đến ngày: is empty"),
        (vneid, "day_outside_the_period.csv", "22/04/2025 is not in the period 2025-03"),
        (vneid, "day_in_american_order.csv", "row 2, column Đến ngày: '03/22/2025' is no day"),
        (vneid, "half_an_account.csv", "'1.245,5' counts accounts"),
        (vneid, "unit_twice.csv", "row 3, column Đơn vị: Huyện A stands in row 2 already"),
        (vneid, "no_number.csv", "holds no number"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(source, name, said):
    with pytest.raises(Refused) as refused:
        fixture(source, name)
    message = str(refused.value)
    assert message.startswith(f"{name}: ")
    assert said in message
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
