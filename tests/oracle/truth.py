"""What the demo must show, worked out from the truth of its generator and from nothing else.

Plain fractions; no line of the product is used, not even its list of indicators. A province's count is its
own where it was counted there, else the sum of its 17 districts, and of agencies or communes that count too;
with operators, of all four of them.
"""

import csv
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from pathlib import Path

PROVINCE = "gia_lai"
DISTRICTS = 17
OPERATORS = 4
AGENCIES = 18
OF_AGENCIES_TOO = {"staff", "staff_trained", "inspections", "inspections_online"}
OF_AGENCIES_TOO |= {"systems", "systems_approved", "systems_compliant"}
OF_EVERYBODY = {"documents", "documents_online"}

# Indicator and version: part, whole. Of the months.
MONTHLY = {
    ("fully_online_procedures", 1): ("services_fully_online", "procedures_eligible_for_full_service"),
    ("fully_online_procedures", 2): (
        "services_fully_online_national",
        "procedures_eligible_for_full_service",
    ),
    ("integrated_online_services", 1): ("integrated_services", "procedures_total"),
    ("online_payments", 1): ("payments_online", "payments"),
    ("online_payments", 2): ("payments_online_national", "payments"),
    ("procedures_payable_online", 1): ("procedures_payable_online_count", "procedures_with_fee"),
    ("digitised_results", 1): ("results_digitised", "dossiers_settled"),
    ("digitised_results", 2): ("dossiers_digitised", "dossiers_settled"),
    ("online_dossiers", 1): ("dossiers_online", "dossiers_with_online_service"),
    ("online_dossiers", 2): ("dossiers_online", "dossiers_received"),
    ("results_synchronised", 1): ("results_synchronised_in_full", "dossiers_settled"),
    ("smartphone_subscriptions", 1): ("subscriptions_with_smartphone", "subscriptions_mobile"),
    ("protected_smartphones", 1): ("smartphones_protected", "subscriptions_with_smartphone"),
    ("protected_fibre_households", 1): ("fibre_households_protected", "households_with_fibre"),
    ("eid_accounts", 1): ("adults_with_eid", "adults"),
    ("eid_accounts_issued", 1): ("adults_issued_eid", "adults"),
    ("eid_level2_of_assigned", 1): ("eid_level2_activated", "eid_assigned"),
    # A citizen has one identity account.
    ("eid_level2_of_residents", 1): ("eid_level2_activated", "residents"),
}
# Of the quarters.
QUARTERLY = {
    ("documents_handled_online", 1): ("documents_online", "documents"),
    ("trained_staff", 1): ("staff_trained", "staff"),
    ("digital_inspections", 1): ("inspections_online", "inspections"),
    ("cashless_outlets", 1): ("outlets_accepting_cashless", "outlets"),
    ("systems_with_approved_level", 1): ("systems_approved", "systems"),
    ("systems_meeting_level", 1): ("systems_compliant", "systems"),
    ("units_sharing_data", 1): ("units_sharing_on_lgsp", "units_in_lgsp_scope"),
    ("data_capacity_units", 1): ("units_building_data_capacity", "units_and_state_enterprises"),
    ("trusted_sites", 1): ("sites_with_trust_label", "sites_of_state_bodies"),
    ("online_service_improvement", 1): ("units_improving_online_services", "units_offering_services"),
    ("cashless_promotion", 1): ("units_promoting_cashless", "units_with_schools_or_health_facilities"),
    ("sme_reached_by_platforms", 1): ("sme_reached", "sme"),
    ("enterprises_using_e_invoices", 1): ("enterprises_with_e_invoices", "enterprises"),
    ("e_commerce_share_of_retail", 1): ("e_commerce_revenue", "retail_sales"),
    ("cashless_health_facilities", 1): ("health_facilities_cashless", "health_facilities"),
    ("payment_account_holders", 1): ("persons_15_with_payment_account", "persons_15_plus"),
}
RATIOS = MONTHLY | QUARTERLY
# What happens in a period and adds up; everything else is what there is at its end.
FLOWS = {
    *("payments_online", "payments_online_national", "payments", "inspections_online", "inspections"),
    *("dossiers_online", "dossiers_fully_online", "dossiers_with_online_service", "dossiers_received"),
    *("dossiers_settled", "dossiers_digitised", "results_digitised", "results_synchronised_in_full"),
    *("documents_online", "documents", "e_commerce_revenue", "retail_sales"),
}
MONTHS = [f"2024-{month:02}" for month in range(1, 13)]
PARTS = {f"2024-Q{q}": MONTHS[3 * q - 3 : 3 * q] for q in range(1, 5)} | {"2024": MONTHS}
QUARTERS = {"2024": ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]}


@dataclass
class Truth:
    """The counts that were invented, those of them that no file tells, and what follows."""

    counts: dict[tuple[str, str], dict[tuple[str, str], int]] = field(default_factory=dict)
    """By measure and period, then by organisation and operator (empty where there is none)."""
    lost: set[tuple[str, str, str, str]] = field(default_factory=set)
    """Measure, period, organisation, operator."""

    @classmethod
    def read(cls, folder: Path) -> "Truth":
        truth = cls()
        faults = [f for f in _rows(folder / "faults.csv") if f["loses"] == "True"]
        for row in _rows(folder / "truth.csv"):
            operator = row["reporter"] if row["source_id"] == "telecom" else ""
            about, whose = (row["measure_id"], row["period_id"]), (row["org_id"], operator)
            assert whose not in truth.counts.setdefault(about, {})
            truth.counts[about][whose] = int(row["value"])
            for fault in faults:
                if all(fault[column] in ("", row[column]) for column in FAULT_OF):
                    truth.lost.add((*about, *whose))
        return truth

    def count(self, measure: str, period: str, org: str = PROVINCE) -> int | None:
        """The sum of the parts; None where a part is not known."""
        known = self.counts[measure, period]
        parts = [whose for whose in known if whose[0] == org] or (list(known) if org == PROVINCE else [])
        if not parts:
            return None  # a commune that is no more
        assert len(parts) in {1, OPERATORS, DISTRICTS * OPERATORS, *wholes(measure, period)}, (
            measure,
            period,
        )
        if any((measure, period, *whose) in self.lost for whose in parts):
            return None
        return sum(known[whose] for whose in parts)

    def made(self, measure: str, period: str, org: str = PROVINCE) -> tuple[int | None, list[str]]:
        """The count of a longer period as its parts make it, and the parts that it knows nothing of."""
        parts = PARTS[period] if (measure, PARTS[period][0]) in self.counts else QUARTERS[period]
        known = {part: self.count(measure, part, org) for part in parts}
        told = [part for part in parts if known[part] is not None]
        if measure in FLOWS:
            return (sum(known[part] for part in told) if told else None), [p for p in parts if p not in told]
        if not told:
            return None, []
        return known[told[-1]], parts[parts.index(told[-1]) + 1 :]

    def made_ratio(self, part: str, whole: str, period: str, org: str = PROVINCE) -> Fraction | None:
        """None where a count is not known, or where the two know of different months."""
        (n, n_lacks), (d, d_lacks) = self.made(part, period, org), self.made(whole, period, org)
        return per_cent(n, d) if n_lacks == d_lacks else None

    def ratio(self, part: str, whole: str, period: str, org: str = PROVINCE) -> Fraction | None:
        """In per cent, four decimals, half up; None where a count is not known or the whole is zero."""
        return per_cent(self.count(part, period, org), self.count(whole, period, org))

    def periods(self, measure: str) -> list[str]:
        return sorted(period for known, period in self.counts if known == measure)

    def orgs(self, measure: str, period: str) -> list[str]:
        return sorted({org for org, _ in self.counts[measure, period]} | {PROVINCE})


def wholes(measure: str, period: str) -> set[int]:
    """How many must have counted."""
    if measure in OF_EVERYBODY:
        return {DISTRICTS + AGENCIES + (218 if period == "2024-Q4" else 220)}
    return {DISTRICTS + AGENCIES if measure in OF_AGENCIES_TOO else DISTRICTS}


def per_cent(n: int | None, d: int | None) -> Fraction | None:
    if n is None or d is None or d == 0:
        return None
    return Fraction(floor(Fraction(100 * n, d) * 10_000 + Fraction(1, 2)), 10_000)


FAULT_OF = ("source_id", "period_id", "org_id", "reporter")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
