"""Faults planted into a made-up year of the demo, each with the finding that it must lead to.

The year is landed as rows, without files: what becomes of broken files is tried in test_corpus. Every fault
of a year has an organisation of its own within its source, so that none is another's explanation.
"""

import calendar
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import polars as pl

from ingest import folders, landing
from ingest.reading import tall
from ingest.sources import SOURCES
from orchestration.demo import province
from orchestration.demo.province import AGENCIES, DISTRICTS, MONTHS, OPERATORS, PROVINCE, QUARTERS

REPORTERS = {org: name for org, (name, _, _) in OPERATORS.items()}


@dataclass
class Planted:
    """A fault: what it is called, the rules that tell it rightly, and words that the finding's key holds."""

    name: str
    rules: tuple[str, ...]
    holds: tuple[str, ...]


@dataclass
class Year:
    """All rows of a year by what they are about: source, period, organisation, reporter, subject."""

    seed: int
    rows: dict[tuple, dict] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)  # where an extract came at another time
    rejected: list[dict] = field(default_factory=list)
    free: dict[str, list[str]] = field(default_factory=dict)
    rng: random.Random = field(default_factory=random.Random)
    fields: dict[str, str] = field(default_factory=dict)

    def take(self, source: str, agencies: bool = False) -> str:
        """A district (or any unit that reports) in which nothing is planted yet."""
        ready = [org for org in self.free[source] if agencies or org in DISTRICTS]
        org = self.rng.choice(ready)
        self.free[source].remove(org)
        return org

    def row(self, source: str, period: str, org: str, measure: str, reporter: str | None = None) -> dict:
        return self.rows[source, period, org, reporter, measure]

    def count(self, *about) -> int:
        return int(self.row(*about)["value"])

    def state(self, value, *about) -> None:
        self.row(*about).update(value=value, raw_text=str(value))

    def add(
        self, source: str, period: str, org: str, subject: str, value, reporter: str | None = None, **more
    ):
        start, end = tall.period_of("", period)
        self.rows[source, period, org, reporter, subject] = {
            "locator": f"{org}{f', {reporter}' if reporter else ''}, {subject}",
            "org_text": self.name_of(org),
            "reporter": REPORTERS.get(reporter) or (province.name_of(reporter) if reporter else None),
            "subject": subject
            if source == "unit_reports"
            else self.fields.get(f"{source} {subject}", subject),
            "kind": "count",
            "raw_text": str(value),
            "value": value,
            "period_id": period,
            "period_start": start,
            "period_end": end,
            "obs_status": "A",
        } | more

    @staticmethod
    def name_of(org: str) -> str:
        return COMMUNES.get(org) or province.name_of(org)


COMMUNES = {"xa_mot": "Xã Mẫu Một", "xa_hai": "Xã Mẫu Hai"}


def clean(seed: int, fields: dict[str, str]) -> Year:
    """The truth of the demo as its sources would state it. `fields`: 'source measure' to its name there."""
    units = {"dvc_portal": (*DISTRICTS, *AGENCIES)}
    year = Year(
        seed,
        # Pleiku is kept for the fault about its communes
        free={source: sorted(set(units.get(source, DISTRICTS)) - {"pleiku"}) for source in SOURCES},
        rng=random.Random(f"planted {seed}"),
        fields=fields,
    )
    for (source, period, org, reporter, measure), value in sorted(
        province.truth(seed).items(), key=lambda item: [part or "" for part in item[0]]
    ):
        year.add(source, period, org, measure, value, reporter)
    for commune, period in itertools.product(COMMUNES, QUARTERS):
        year.add("unit_reports", period, commune, "documents", 100)
        year.add("unit_reports", period, commune, "documents_online", 70)
    return year


def land(year: Year, folder: Path) -> None:
    """Write the year into the landed tables of `folder`, which holds the registry and empty tables."""
    extracts: dict[tuple, list[dict]] = {}
    for (source, period, org, reporter, _), row in year.rows.items():
        whose = reporter if source == "telecom" else org if org in year.received.get(source, {}) else None
        extracts.setdefault((source, period, whose), []).append(row)
    notes = []
    for (source, period, whose), rows in extracts.items():
        extract = "/".join(filter(None, (source, period, whose)))
        in_time = datetime.combine(rows[0]["period_end"], datetime.min.time(), UTC) + timedelta(days=2)
        if source == "unit_reports":
            in_time -= timedelta(days=6)
        notes.append(
            {
                "extract_id": extract,
                "source_id": source,
                "file_name": "made-up",
                "bytes": 0,
                "period_id": period,
            }
            | {"received_at": year.received.get(extract, in_time), "is_made_up": True}
        )
        for number, row in enumerate(rows):
            row |= {"extract_id": extract, "row": number}
    for source in SOURCES:
        mine = [row for about, row in year.rows.items() if about[0] == source]
        columns = {"extract_id": pl.String} | tall.COLUMNS
        frame = pl.DataFrame([dict.fromkeys(columns) | row for row in mine], schema=columns)
        frame.write_parquet(folder / f"landed/extract_rows/source_id={source}/year.parquet")
    # something arrived later, when every report of the year is due and none of the next
    notes.append(
        {"extract_id": "last", "source_id": "published_figures", "file_name": "made-up", "bytes": 0}
        | {"period_id": "2024-12", "received_at": datetime(2025, 1, 20, tzinfo=UTC), "is_made_up": True}
    )
    extracts = pl.DataFrame([dict.fromkeys(landing.EXTRACTS) | n for n in notes], schema=landing.EXTRACTS)
    extracts.write_parquet(folder / "landed/extracts/year.parquet")
    extracts.select(list(landing.ARRIVALS)).write_parquet(folder / "landed/arrivals/all.parquet")
    rejected = landing.ABOUT_READING["rejected_rows"]
    pl.DataFrame([dict.fromkeys(rejected) | r for r in year.rejected], schema=rejected).write_parquet(
        folder / "landed/rejected_rows/year.parquet"
    )


def prepare(folder: Path) -> dict[str, str]:
    """The registry with two communes of Pleiku, and an empty table of everything; the fields of sources."""
    for source in ("plan", *SOURCES):
        landing.land(source)
    landing.land_extracts()
    landing.land_registry()
    registry = folders.landed() / "registry"
    known = pl.read_parquet(registry / "organisations.parquet")
    communes = [
        dict.fromkeys(known.columns)
        | {"org_key": f"{org}@1", "org_id": org, "name_vi": name, "level": "commune"}
        | {"parent_org_key": "pleiku@1", "valid_to": date(2025, 6, 30)}
        for org, name in COMMUNES.items()
    ]
    pl.concat([known, pl.DataFrame(communes, schema=known.schema)]).write_parquet(
        registry / "organisations.parquet"
    )
    named = pl.read_parquet(registry / "measure_fields.parquet")
    return {f"{source} {measure}": name for measure, source, name in named.iter_rows()}


Fault = Callable[[Year], Planted]
FAULTS: dict[str, Fault] = {}


def fault(plant: Fault) -> Fault:
    FAULTS[plant.__name__] = plant
    return plant


def times(
    name: str, source: str, measure: str, factor: float, *rules: str, periods=slice(None), agencies=False
):
    """The fault that a count of one period is `factor` times what it was."""

    def plant(year: Year) -> Planted:
        org = year.take(source, agencies)
        reporter = year.rng.choice([*OPERATORS][:3]) if source == "telecom" else None
        of_year = QUARTERS if source == "unit_reports" else MONTHS
        counts = {p: year.count(source, p, org, measure, reporter) for p in of_year[periods]}
        # counts below 100 are left alone, and one of a handful is rounded beyond recognition
        period = year.rng.choice(
            [p for p, n in counts.items() if max(n, n * factor) >= 120 and n * factor >= 8]
        )
        about = (source, period, org, measure, reporter)
        year.state(round(year.count(*about) * factor), *about)
        return Planted(name, rules, (source, measure, f"{org}@1", period))

    FAULTS[name] = plant


SLIP, IMPOSSIBLE, ODD = (
    "count_off_by_power_of_ten",
    "impossible_count_off_by_power_of_ten",
    "count_unlike_its_history",
)
times("a_zero_too_many", "dvc_portal", "dossiers_synchronised", 10, SLIP, agencies=True)
times("two_zeros_too_many", "dvc_portal", "dossiers_received", 100, SLIP)
times("three_zeros_too_many", "vneid", "residents", 1000, SLIP)
times("a_zero_missing", "dvc_portal", "dossiers_synchronised", 0.1, SLIP)
times("two_zeros_missing", "telecom", "subscriptions_fixed_fibre", 0.01, SLIP)
times("three_zeros_missing", "vneid", "residents", 0.001, SLIP)
times("a_zero_too_many_in_the_first_month", "vneid", "adults", 10, SLIP, periods=slice(0, 1))
times("a_zero_too_many_in_the_last_month", "telecom", "subscriptions_mobile", 10, SLIP, periods=slice(11, 12))
times("a_zero_too_many_in_a_quarter", "unit_reports", "households", 10, SLIP)
times("a_zero_missing_in_a_quarter", "unit_reports", "population", 0.1, SLIP)
times("a_numerator_ten_times_its_size", "vneid", "adults_with_eid", 10, IMPOSSIBLE)
times("a_denominator_a_tenth_of_its_size", "vneid", "adults", 0.1, IMPOSSIBLE)
times("a_numerator_of_dossiers_ten_times", "dvc_portal", "dossiers_online", 10, IMPOSSIBLE)
times("a_numerator_of_a_quarter_ten_times", "unit_reports", "documents_online", 10, IMPOSSIBLE)
times("accounts_ten_times_what_was_assigned", "vneid", "eid_level2_activated", 10, SLIP)
times("half_as_many_again", "vneid", "residents", 1.6, ODD)
times("a_third_missing", "vneid", "residents", 0.6, ODD)
times("twice_as_many_lines", "telecom", "subscriptions_fixed_fibre", 2, ODD)
times("a_quarter_of_the_subscriptions_missing", "telecom", "subscriptions_mobile", 0.72, ODD)
times("a_target_assigned_anew", "vneid", "eid_assigned", 1.5, ODD)


def dropped_to_nothing(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    year.state(0, "vneid", month, org, "residents")
    return Planted("dropped_to_nothing", (ODD,), ("vneid", "residents", f"{org}@1", month))


FAULTS["dropped_to_nothing"] = dropped_to_nothing

DISAGREE, EXCEEDS = "counts_do_not_add_up", "part_exceeds_its_whole"


def one_too_many(
    name: str,
    rule: str,
    source: str,
    measure: str,
    *wholes: str,
    by: int = 3,
    above: bool = True,
    agencies=False,
):
    """A count that is `by` above the sum of others (or above itself), late in the year."""

    def plant(year: Year) -> Planted:
        org = PROVINCE[0] if agencies is None else year.take(source, agencies)
        reporter = year.rng.choice([*OPERATORS][:3]) if source == "telecom" else None
        period = year.rng.choice(QUARTERS if source == "unit_reports" else MONTHS[6:])
        whose = year.rng.choice(SAYS[org]) if org in SAYS and source == "unit_reports" else reporter
        base = (
            sum(year.count(source, period, org, whole, whose) for whole in wholes)
            if above
            else year.count(source, period, org, measure, whose)
        )
        year.state(base + by, source, period, org, measure, whose)
        # where the whole is full already, the part exceeds the whole of that as well, which is graver
        return Planted(name, (rule, "numerator_above_denominator"), (f"{org}@1", period))

    FAULTS[name] = plant


SAYS = {PROVINCE[0]: ["so_khdt"]}
one_too_many("more_in_person", DISAGREE, "dvc_portal", "dossiers_in_person", above=False, agencies=True)
one_too_many("more_settled_in_time", DISAGREE, "dvc_portal", "dossiers_settled_in_time", above=False)
one_too_many("fewer_settled_late", DISAGREE, "dvc_portal", "dossiers_settled_late", above=False, by=-1)
one_too_many("more_fully_online", EXCEEDS, "dvc_portal", "dossiers_fully_online", "dossiers_online", by=1)
one_too_many(
    "more_services", EXCEEDS, "dvc_portal", "dossiers_with_online_service", "dossiers_received", by=1
)
one_too_many("more_digitised", EXCEEDS, "dvc_portal", "dossiers_digitised", "results_digitised", by=1)
one_too_many("more_paid", EXCEEDS, "dvc_portal", "payments_online_national", "payments_online", by=1)
one_too_many("more_open", EXCEEDS, "dvc_portal", "dossiers_open_in_time", above=False, by=4)
one_too_many(
    "more_on_the_national_portal",
    EXCEEDS,
    "dvc_portal",
    "services_fully_online_national",
    "services_fully_online",
    by=2,
    agencies=None,
)
one_too_many("more_activated_than_issued", EXCEEDS, "vneid", "eid_activated", "eid_issued", by=1)
one_too_many("more_of_level_2", EXCEEDS, "vneid", "eid_level2_activated", "eid_activated", by=1)
one_too_many("more_holders_than_issued", EXCEEDS, "vneid", "adults_with_eid", "adults_issued_eid", by=1)
one_too_many(
    "households_without_lines", EXCEEDS, "telecom", "households_with_fibre", "subscriptions_fixed_fibre", by=1
)
one_too_many("more_compliant_systems", EXCEEDS, "unit_reports", "systems_compliant", "systems_approved", by=1)
one_too_many("more_small_enterprises", EXCEEDS, "unit_reports", "sme", "enterprises", by=1, agencies=None)


def above_its_whole(name: str, measure: str, whole: str):
    def plant(year: Year) -> Planted:
        org, quarter = year.take("unit_reports"), year.rng.choice(QUARTERS)
        year.state(year.count("unit_reports", quarter, org, whole) + 1, "unit_reports", quarter, org, measure)
        return Planted(name, ("numerator_above_denominator",), (f"{org}@1", quarter))

    FAULTS[name] = plant


above_its_whole("more_trained_than_staff", "staff_trained", "staff")
above_its_whole("more_outlets_than_there_are", "outlets_accepting_cashless", "outlets")


SCORES = {
    "openness": 17,
    "settlement": 16,
    "online_service": 9,
    "payment": 7,
    "satisfaction": 17,
    "digitisation": 18,
}


def scores(year: Year, **other: int) -> tuple[str, str]:
    """Points of a district in a month, and their total."""
    org, month = year.take("dvc_portal"), year.rng.choice(MONTHS)
    points = SCORES | {"total": sum(SCORES.values())} | other
    for name, value in points.items():
        year.add("dvc_portal", month, org, f"dvc_score_{name}", value, kind="score")
    return f"{org}@1", month


@fault
def a_score_above_its_maximum(year: Year) -> Planted:
    org, month = scores(year, payment=11, total=88)
    return Planted("", ("count_above_its_maximum",), ("dvc_score_payment", org, month))


@fault
def a_total_score_that_is_no_sum(year: Year) -> Planted:
    return Planted("", (DISAGREE,), ("scores_of_decision_766", *scores(year, total=85)))


@fault
def districts_above_their_province(year: Year) -> Planted:
    month = year.rng.choice(MONTHS[:4])
    whole = sum(year.count("vneid", month, org, "eid_issued") for org in DISTRICTS)
    year.add("vneid", month, PROVINCE[0], "eid_issued", whole - 5)
    return Planted("", ("children_exceed_parent",), ("eid_issued", "gia_lai@1", month))


@fault
def a_province_that_is_no_sum(year: Year) -> Planted:
    month = year.rng.choice(MONTHS[4:8])
    whole = sum(year.count("vneid", month, org, "eid_issued") for org in DISTRICTS)
    year.add("vneid", month, PROVINCE[0], "eid_issued", whole + 5)
    return Planted("", ("total_differs_from_its_parts",), ("eid_issued", "gia_lai@1", month))


@fault
def communes_above_their_district(year: Year) -> Planted:
    month = year.rng.choice(MONTHS[8:])
    whole = year.count("vneid", month, "pleiku", "residents")
    for org in COMMUNES:
        year.add("vneid", month, org, "residents", whole // 2 + 2)
    return Planted("", ("children_exceed_parent",), ("residents", "pleiku@1", month))


@fault
def units_above_their_province(year: Year) -> Planted:
    month = year.rng.choice(MONTHS)
    about = ("dvc_portal", month, PROVINCE[0], "dossiers_synchronised")
    year.state(year.count(*about) - 9, *about)
    return Planted("", ("children_exceed_parent",), ("dossiers_synchronised", "gia_lai@1", month))


@fault
def a_district_counted_otherwise_elsewhere(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    year.add(
        "published_figures", month, org, "eid_assigned", year.count("vneid", month, org, "eid_assigned") + 1
    )
    return Planted(
        "", ("count_stated_differently",), ("eid_assigned", f"{org}@1", month, "published_figures")
    )


@fault
def a_total_of_operators_that_somebody_else_states_otherwise(year: Year) -> Planted:
    org, month = year.take("telecom"), year.rng.choice(MONTHS)
    about = "subscriptions_mobile"
    whole = sum(
        int(row["value"])
        for key, row in year.rows.items()
        if key[:3] == ("telecom", month, org) and key[4] == about
    )
    year.add("published_figures", month, org, about, whole + 1)
    return Planted("", ("count_stated_differently",), (about, f"{org}@1", month, "telecom"))


# Ratios as a publisher states them


def ratio(year: Year, period: str, org: str, indicator: str, value: str, source: str = "published_figures"):
    decimals = len(value.partition(".")[2])
    year.add(
        source,
        period,
        org,
        indicator,
        pl.Series([value]).cast(pl.Decimal(24, 4))[0],
        kind="ratio",
        decimals=decimals,
    )


def eid_share(year: Year, month: str, org: str) -> float:
    return (
        100 * year.count("vneid", month, org, "adults_with_eid") / year.count("vneid", month, org, "adults")
    )


def publish_ratios(year: Year) -> str:
    """Ratios that are right: of every district its accounts each month, rounded half up as the plan rounds,
    and of one quarter the province's health facilities, whose count is not told. Returns that quarter.
    """
    for month in MONTHS:
        for org in DISTRICTS:
            holders, adults = (year.count("vneid", month, org, m) for m in ("adults_with_eid", "adults"))
            exact = Decimal(100) * holders / adults
            ratio(year, month, org, "eid_accounts", f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP)}")
    quarter = QUARTERS[1]
    del year.rows["unit_reports", quarter, PROVINCE[0], "so_y_te", "health_facilities_cashless"]
    ratio(year, quarter, PROVINCE[0], "cashless_health_facilities", "58.3")  # 14 of 24
    return quarter


@fault
def a_fraction_for_its_percentage(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    ratio(year, month, org, "eid_accounts", f"{eid_share(year, month, org) / 100:.4f}")
    return Planted("", ("fraction_given_as_percentage",), ("eid_accounts", f"{org}@1", month))


@fault
def a_decimal_point_moved(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    ratio(year, month, org, "eid_accounts", f"{eid_share(year, month, org) / 10:.2f}")
    return Planted("", ("percentage_off_by_power_of_ten",), ("eid_accounts", f"{org}@1", month))


@fault
def a_decimal_point_missing(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    ratio(year, month, org, "eid_accounts", f"{eid_share(year, month, org) * 10:.1f}")
    return Planted("", ("percentage_off_by_power_of_ten",), ("eid_accounts", f"{org}@1", month))


@fault
def a_ratio_rounded_wrongly(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    ratio(year, month, org, "eid_accounts", f"{eid_share(year, month, org) + 0.02:.2f}")
    return Planted("", ("recomputed_differs_from_printed",), ("eid_accounts", f"{org}@1", month))


@fault
def a_result_far_above_what_was_assigned(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    for each in MONTHS:
        year.state(year.count("vneid", each, org, "eid_assigned") // 4, "vneid", each, org, "eid_assigned")
    return Planted("", ("value_out_of_bounds",), ("eid_level2_of_assigned", f"{org}@1", month))


def told(year: Year, indicator: str, odd: dict[int, float], level: float, source: str) -> str:
    """A district's own ratios of every month, nothing else known of them, but for the `odd` ones."""
    org = year.take(source)
    for number, month in enumerate(MONTHS):
        value = odd.get(number, level + 0.2 * number)
        ratio(year, month, org, indicator, f"{value:.2f}", source)
    return f"{org}@1"


@fault
def a_fraction_among_percentages(year: Year) -> Planted:
    number = year.rng.randrange(12)
    org = told(year, "personal_signatures", {number: 0.22}, 20.0, "published_figures")
    return Planted("", ("fraction_given_as_percentage",), ("personal_signatures", org, MONTHS[number]))


@fault
def a_step_that_takes_a_year(year: Year) -> Planted:
    number = year.rng.randrange(2, 11)
    odd = {later: 58.0 + 0.2 * later for later in range(number, 12)}
    org = told(year, "telehealth_users", odd, 40.0, "published_figures")
    return Planted("", ("change_beyond_max_step",), ("telehealth_users", org, MONTHS[number]))


@fault
def a_step_beyond_what_is_plausible(year: Year) -> Planted:
    number = year.rng.randrange(2, 11)
    odd = {later: 78.0 + 0.2 * later for later in range(number, 12)}
    org = told(year, "telehealth_users", odd, 40.0, "published_figures")
    return Planted("", ("change_beyond_max_step",), ("telehealth_users", org, MONTHS[number]))


@fault
def a_month_unlike_the_others(year: Year) -> Planted:
    number = year.rng.randrange(12)
    org = told(year, "telehealth_users", {number: 29.0}, 40.0, "published_figures")
    return Planted("", ("value_unlike_its_history",), ("telehealth_users", org, MONTHS[number]))


@fault
def a_district_unlike_the_others(year: Year) -> Planted:
    month, odd = year.rng.choice(MONTHS), year.rng.choice(sorted(DISTRICTS))
    for org in DISTRICTS:
        share = 71.0 if org == odd else 40 + year.rng.uniform(-2, 2)
        ratio(year, month, org, "internet_users", f"{share:.2f}")
    return Planted("", ("value_unlike_its_peers",), ("internet_users", f"{odd}@1", month))


@fault
def a_percentage_of_no_whole_number(year: Year) -> Planted:
    quarter = year.rng.choice(QUARTERS)
    del year.rows["unit_reports", quarter, PROVINCE[0], "so_y_te", "health_facilities_cashless"]
    ratio(year, quarter, PROVINCE[0], "cashless_health_facilities", "61.5")  # of 24: 58.3, 62.5
    return Planted(
        "", ("percentage_of_no_whole_number",), ("cashless_health_facilities", "gia_lai@1", quarter)
    )


@fault
def percentages_of_no_common_base(year: Year) -> Planted:
    """Of up to 36 systems 64.7 % is 11 of 17 or 22 of 34, and 53.8 % 7 of 13 or 14 of 26."""
    org, quarter = year.take("unit_reports"), year.rng.choice(QUARTERS)
    for measure in ("systems", "systems_approved", "systems_compliant"):
        del year.rows["unit_reports", quarter, org, None, measure]
    ratio(year, quarter, org, "systems_with_approved_level", "64.7")
    ratio(year, quarter, org, "systems_meeting_level", "53.8")
    return Planted("", ("percentages_of_no_common_base",), ("systems", f"{org}@1", quarter))


@fault
def a_share_above_100(year: Year) -> Planted:
    org, month = year.take("published_figures"), year.rng.choice(MONTHS)
    ratio(year, month, org, "health_records", f"{year.rng.uniform(100.1, 104):.2f}")
    return Planted("", ("value_above_100",), ("health_records", f"{org}@1", month))


@fault
def a_ratio_without_its_counts(year: Year) -> Planted:
    org, month = year.take("published_figures"), year.rng.choice(MONTHS)
    ratio(year, month, org, "health_records", "45.00")
    return Planted("", ("ratio_not_computed",), ("health_records", f"{org}@1", month))


@fault
def only_an_estimate(year: Year) -> Planted:
    org, month = year.take("published_figures"), year.rng.choice(MONTHS)
    ratio(year, month, org, "health_records", "45.00")
    year.row("published_figures", month, org, "health_records").update(obs_status="E")
    return Planted("", ("only_estimated",), ("health_records", f"{org}@1", month))


@fault
def a_denominator_of_the_year_before_last(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    year.row("vneid", month, org, "adults").update(
        period_end=date(2022, 10, 31), period_start=date(2022, 10, 1)
    )
    # told of the first of the indicators that it divides
    return Planted("", ("denominator_out_of_date",), (f"{org}@1", month))


@fault
def accounts_for_persons(year: Year) -> Planted:
    quarter = QUARTERS[year.rng.randrange(4)]
    whose = ("unit_reports", quarter, PROVINCE[0], "nhnn_gia_lai")
    del year.rows[(*whose, "persons_15_with_payment_account")]
    year.add("unit_reports", quarter, PROVINCE[0], "payment_accounts", 1_744_370, "nhnn_gia_lai")
    return Planted("", ("unit_clash",), ("payment_account_holders", "gia_lai@1", quarter))


@fault
def nothing_to_divide_by(year: Year) -> Planted:
    org, quarter = year.take("unit_reports"), year.rng.choice(QUARTERS)
    for measure in ("outlets", "outlets_accepting_cashless"):
        year.state(0, "unit_reports", quarter, org, measure)
    return Planted("", ("ratio_not_computed",), ("cashless_outlets", f"{org}@1", quarter))


@fault
def a_denominator_left_out(year: Year) -> Planted:
    org, quarter = year.take("unit_reports"), year.rng.choice(QUARTERS)
    del year.rows["unit_reports", quarter, org, None, "staff"]
    return Planted("", ("ratio_not_computed",), ("trained_staff", f"{org}@1", quarter))


# Who reports, and what cannot be read


@fault
def a_district_that_did_not_report(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS[8:])
    for about in [a for a in year.rows if a[:3] == ("vneid", month, org)]:
        del year.rows[about]
    return Planted("", ("reports_missing",), ("vneid", month))


@fault
def an_operator_that_did_not_report(year: Year) -> Planted:
    month = year.rng.choice(MONTHS)
    for about in [a for a in year.rows if a[:2] == ("telecom", month) and a[3] == "vietnamobile"]:
        del year.rows[about]
    return Planted("", ("reports_missing",), ("telecom", month))


@fault
def a_province_without_one_of_its_operators(year: Year) -> Planted:
    planted = an_operator_that_did_not_report(year)
    return Planted("", ("reporters_missing",), ("smartphone_subscriptions", "gia_lai@1", planted.holds[1]))


@fault
def an_operator_that_was_late(year: Year) -> Planted:
    month = year.rng.choice(MONTHS)
    days = calendar.monthrange(2024, int(month[5:]))[1]
    year.received[f"telecom/{month}/mobifone"] = datetime(2024, int(month[5:]), days, tzinfo=UTC) + timedelta(
        days=20
    )
    return Planted("", ("reports_late",), ("telecom", month))


@fault
def all_districts_late(year: Year) -> Planted:
    month = year.rng.choice(MONTHS[6:])
    days = calendar.monthrange(2024, int(month[5:]))[1]
    year.received[f"vneid/{month}"] = datetime(2024, int(month[5:]), days, tzinfo=UTC) + timedelta(days=9)
    return Planted("", ("reports_late",), ("vneid", month))


@fault
def a_row_set_aside(year: Year) -> Planted:
    month = year.rng.choice(MONTHS)
    year.rejected.append(
        {
            "extract_id": f"vneid/{month}",
            "source_id": "vneid",
            "row": 7,
            "locator": "row 7, column Dân số trưởng thành",
        }
        | {"code": "number_unreadable", "message": "no number", "raw_text": "12.34O"}
    )
    return Planted("", ("row_rejected",), (f"vneid/{month}|7",))


@fault
def an_organisation_nobody_knows(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    year.row("vneid", month, org, "eid_assigned").update(org_text="Huyện Không Có")
    return Planted("", ("unknown_organisation",), (f"vneid/{month}/unmatched/organisation/Huyện Không Có",))


@fault
def a_field_nobody_knows(year: Year) -> Planted:
    org, month = year.take("vneid"), year.rng.choice(MONTHS)
    year.row("vneid", month, org, "eid_assigned").update(subject="Cột mới")
    return Planted("", ("unknown_measure",), (f"vneid/{month}/unmatched/measure/Cột mới",))


@fault
def an_operator_nobody_expects(year: Year) -> Planted:
    org, month = year.take("telecom"), year.rng.choice(MONTHS)
    about = ("telecom", month, org, "subscriptions_fixed_fibre", "mobifone")
    year.row(*about).update(reporter="Mạng Mẫu")
    return Planted("", ("unknown_reporter",), (f"telecom/{month}/unmatched/reporter/Mạng Mẫu",))


def broken_row(name: str, rule: str, source: str, measure: str, **change):
    """A row that must not enter the warehouse: what arrives is judged before."""

    def plant(year: Year) -> Planted:
        org, month = year.take(source), year.rng.choice(MONTHS)
        reporter = "mobifone" if source == "telecom" else None
        row = year.row(source, month, org, measure, reporter)
        row.update(change)
        return Planted(name, (rule,), (row["locator"],))

    ARRIVING[name] = plant


ARRIVING: dict[str, Fault] = {}
broken_row("a_count_below_zero", "negative_number", "vneid", "residents", value=-3)
broken_row("a_number_without_its_text", "required_value_missing", "vneid", "residents", raw_text=None)
broken_row("a_number_that_is_not_there", "required_value_missing", "vneid", "residents", value=None)
broken_row("a_kind_nobody_knows", "code_outside_closed_list", "vneid", "residents", kind="sum")
broken_row("a_status_nobody_knows", "code_outside_closed_list", "vneid", "residents", obs_status="X")
broken_row(
    "an_operator_without_a_name",
    "required_value_missing",
    "telecom",
    "subscriptions_fixed_fibre",
    reporter=None,
)


def break_invariants(year: Year, invariants: list[dict]) -> dict[str, tuple[str, str, str]]:
    """Each invariant broken by one in a month, held to its tolerance in another: its organisation and both.

    Each has an organisation and months of its own, so that no count is another's neighbour. Every part is 5.
    """
    places = {}
    for one, org in zip(invariants, [*DISTRICTS, *AGENCIES, PROVINCE[0]], strict=True):
        parts, tolerance = 5 * len(one["parts"]), Decimal(str(one.get("tolerance", 0)))
        sign = 1 if one["relation"] == "=" else -1
        places[one["id"]] = org, "2024-01", "2024-07"
        for month, off in (("2024-01", tolerance + 1), ("2024-07", tolerance)):
            stated = dict.fromkeys(one["parts"], 5) | dict.fromkeys(one["wholes"], 0)
            stated[one["wholes"][0]] = parts + sign * off
            before = {"2024-01": "2023-12", "2024-07": "2024-06"}[month]
            is_older = one.get("wholes_of") == "period_before"
            for measure, value in stated.items():
                then = before if is_older and measure in one["wholes"] else month
                year.add("published_figures", then, org, measure, Decimal(value))
    return places


def plant(year: Year, faults: dict[str, Fault]) -> list[Planted]:
    """Plant one of each, in an order of the year's own."""
    names = sorted(faults)
    year.rng.shuffle(names)
    planted = []
    for name in names:
        one = faults[name](year)
        one.name = name
        planted.append(one)
    return planted
