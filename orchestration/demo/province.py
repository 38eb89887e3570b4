"""The truth of the demo: a made-up Gia Lai of 2024, counted. From one seed always the same counts.

The names of districts and offices are real, every number is invented. What adds up in the world adds up here:
a dossier comes in by one of three ways and is settled or still open, what is open is carried over, a part is
never larger than its whole, and a stock does not shrink.
"""

import random
from functools import cache
from typing import NamedTuple

from ingest import folders, registry
from ingest.reading import tall
from ingest.registry.models import Organisation
from ingest.registry.organisations import communes_on

YEAR = 2024
MONTHS = [f"{YEAR}-{month:02}" for month in range(1, 13)]
QUARTERS = [f"{YEAR}-Q{quarter}" for quarter in range(1, 5)]

PROVINCE = ("gia_lai", "64", "Tỉnh Gia Lai")

# Invented registered residents, in the proportions that districts of this kind have.
DISTRICTS = {
    "pleiku": ("622", "Thành phố Pleiku", 274_100),
    "an_khe": ("623", "Thị xã An Khê", 84_200),
    "ayun_pa": ("624", "Thị xã Ayun Pa", 43_900),
    "kbang": ("625", "Huyện KBang", 72_300),
    "dak_doa": ("626", "Huyện Đăk Đoa", 131_700),
    "chu_pah": ("627", "Huyện Chư Păh", 80_600),
    "ia_grai": ("628", "Huyện Ia Grai", 112_900),
    "mang_yang": ("629", "Huyện Mang Yang", 75_400),
    "kong_chro": ("630", "Huyện Kông Chro", 56_800),
    "duc_co": ("631", "Huyện Đức Cơ", 84_500),
    "chu_prong": ("632", "Huyện Chư Prông", 142_200),
    "chu_se": ("633", "Huyện Chư Sê", 130_400),
    "dak_po": ("634", "Huyện Đăk Pơ", 47_100),
    "ia_pa": ("635", "Huyện Ia Pa", 63_300),
    "krong_pa": ("637", "Huyện Krông Pa", 96_800),
    "phu_thien": ("638", "Huyện Phú Thiện", 88_700),
    "chu_puh": ("639", "Huyện Chư Pưh", 85_600),
}

AGENCIES = {
    "so_tttt": "Sở Thông tin và Truyền thông",
    "so_cong_thuong": "Sở Công Thương",
    "so_gtvt": "Sở Giao thông vận tải",
    "so_khdt": "Sở Kế hoạch và Đầu tư",
    "so_tnmt": "Sở Tài nguyên và Môi trường",
    "so_y_te": "Sở Y tế",
    "so_noi_vu": "Sở Nội vụ",
    "so_ldtbxh": "Sở Lao động - Thương binh và Xã hội",
}

# Share of the mobile subscriptions, share of the fibre households.
OPERATORS = {
    "vnpt": ("VNPT", 0.31, 0.41),
    "viettel": ("Viettel", 0.44, 0.46),
    "mobifone": ("MobiFone", 0.17, 0.13),
    "vietnamobile": ("Vietnamobile", 0.08, 0.0),
}


# What the districts report of themselves each quarter: a part, its whole, how large the whole is in the
# smallest and in the largest district, and the share at the start of the year.
OF_DISTRICTS = [
    ("documents_online", "documents", (1_800, 9_500), 0.72),
    ("staff_trained", "staff", (900, 3_400), 0.41),
    ("inspections_online", "inspections", (20, 140), 0.18),
    ("outlets_accepting_cashless", "outlets", (15, 160), 0.55),
]
# Which of them each agency reports of itself too, and each commune: the smallest and the largest whole.
OF_AGENCIES = {"documents_online": (2_400, 14_000), "staff_trained": (40, 260), "inspections_online": (6, 48)}
SYSTEMS_OF_AGENCY = (2, 9)
DOCUMENTS_OF_COMMUNE = (110, 640)
# What one agency reports for the whole province, in the same way.
OF_PROVINCE = {
    "so_tttt": [
        ("units_sharing_on_lgsp", "units_in_lgsp_scope", 37, 0.5),
        ("units_building_data_capacity", "units_and_state_enterprises", 46, 0.35),
        ("sites_with_trust_label", "sites_of_state_bodies", 61, 0.45),
    ],
    "van_phong_ubnd": [("units_improving_online_services", "units_offering_services", 37, 0.6)],
    "so_gddt": [("units_promoting_cashless", "units_with_schools_or_health_facilities", 19, 0.6)],
    "so_khdt": [
        ("sme_reached", "sme", 5_930, 0.21),
        ("enterprises_with_e_invoices", "enterprises", 6_120, 0.93),
    ],
    "so_cong_thuong": [("e_commerce_revenue", "retail_sales", 24_650_000_000_000, 0.05)],
    "so_y_te": [("health_facilities_cashless", "health_facilities", 24, 0.55)],
    "nhnn_gia_lai": [("persons_15_with_payment_account", "persons_15_plus", 1_178_000, 0.64)],
}
SUPPLIERS = {
    "van_phong_ubnd": "Văn phòng Ủy ban nhân dân tỉnh",
    "so_gddt": "Sở Giáo dục và Đào tạo",
    "nhnn_gia_lai": "Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Gia Lai",
}


class Cell(NamedTuple):
    """What one count is about. reporter: who reports, where that is not the organisation itself."""

    source_id: str
    period_id: str
    org_id: str
    reporter: str | None
    measure_id: str


def truth(seed: int) -> dict[Cell, int]:
    """Every count of the year, by what it is about."""
    counts: dict[Cell, int] = {}
    for about in (_dossiers, _procedures, _identities, _networks, _reports, _reports_beside_districts):
        counts |= about(random.Random(f"{seed} {about.__name__}"))
    return counts


def name_of(org_id: str) -> str:
    if org_id == PROVINCE[0]:
        return PROVINCE[2]
    if org_id in DISTRICTS:
        return DISTRICTS[org_id][1]
    return (AGENCIES | SUPPLIERS | reporting_agencies() | commune_names())[org_id]


def code_of(org_id: str) -> str | None:
    if org_id == PROVINCE[0]:
        return PROVINCE[1]
    return DISTRICTS[org_id][0] if org_id in DISTRICTS else None


def _dossiers(rng: random.Random) -> dict[Cell, int]:
    """Dossiers and payments of every unit and, as their sum, of the province."""
    counts: dict[Cell, int] = {}
    for org in (*DISTRICTS, *AGENCIES):
        size = DISTRICTS[org][2] / 130 if org in DISTRICTS else rng.uniform(300, 1_900)
        open_before = round(size * rng.uniform(0.08, 0.15))
        level = rng.uniform(0.42, 0.58)
        for number, month in enumerate(MONTHS):
            received = round(size * rng.uniform(0.85, 1.15))
            online = round(received * min(0.95, level + 0.013 * number + rng.uniform(-0.02, 0.02)))
            by_post = round((received - online) * rng.uniform(0.02, 0.08))
            to_handle = open_before + received
            still_open = round(to_handle * rng.uniform(0.06, 0.12))
            open_late = round(still_open * rng.uniform(0.0, 0.10))
            settled = to_handle - still_open
            late = round(settled * rng.uniform(0.005, 0.04))
            results_digitised = round(settled * rng.uniform(0.70, 0.92))
            paid = round(received * rng.uniform(0.45, 0.65))
            paid_online = round(paid * min(0.95, 0.34 + 0.02 * number + rng.uniform(-0.03, 0.03)))
            found = {
                "dossiers_received": received,
                "dossiers_synchronised": round(received * rng.uniform(0.93, 1.0)),
                "dossiers_carried_over": open_before,
                "dossiers_online": online,
                "dossiers_by_post": by_post,
                "dossiers_in_person": received - online - by_post,
                "dossiers_settled_in_time": settled - late,
                "dossiers_settled_late": late,
                "dossiers_open_in_time": still_open - open_late,
                "dossiers_open_late": open_late,
                "dossiers_with_online_service": round(online + (received - online) * rng.uniform(0.5, 0.9)),
                "dossiers_fully_online": round(online * rng.uniform(0.55, 0.85)),
                "dossiers_settled": settled,
                "results_digitised": results_digitised,
                "dossiers_digitised": round(results_digitised * rng.uniform(0.80, 0.97)),
                "results_synchronised_in_full": round(settled * rng.uniform(0.86, 0.99)),
                "payments": paid,
                "payments_online": paid_online,
                "payments_online_national": round(paid_online * rng.uniform(0.72, 0.94)),
            }
            open_before = still_open
            for measure, count in found.items():
                counts[Cell("dvc_portal", month, org, None, measure)] = count
                whole = Cell("dvc_portal", month, PROVINCE[0], None, measure)
                counts[whole] = counts.get(whole, 0) + count
    return counts


def _procedures(rng: random.Random) -> dict[Cell, int]:
    """The list of procedures, which only the province has as a whole: many units offer the same one."""
    total, eligible, with_fee = 1_874, 1_153, 612
    full, partly, integrated, payable = 861, 596, 702, 401
    counts: dict[Cell, int] = {}
    for month in MONTHS:
        full = min(eligible, full + rng.randint(0, 26))
        integrated = min(total, max(integrated, full - 40) + rng.randint(0, 24))
        payable = min(with_fee, payable + rng.randint(0, 14))
        found = {
            "procedures_total": total,
            "procedures_eligible_for_full_service": eligible,
            "services_fully_online": full,
            "services_partly_online": partly,
            "services_fully_online_national": round(full * 0.9),
            "integrated_services": integrated,
            "procedures_with_fee": with_fee,
            "procedures_payable_online_count": payable,
        }
        counts |= {Cell("dvc_portal", month, PROVINCE[0], None, m): n for m, n in found.items()}
    return counts


def _identities(rng: random.Random) -> dict[Cell, int]:
    """Electronic identity, by district. Level 2 is part of what is activated, that of what is issued."""
    counts: dict[Cell, int] = {}
    for org, (_, _, residents) in DISTRICTS.items():
        adults = round(residents * rng.uniform(0.71, 0.75))
        assigned = round(adults * rng.uniform(0.66, 0.78))
        issued_share = rng.uniform(0.60, 0.70)
        activated_share = rng.uniform(0.74, 0.84)
        issued = activated = level_2 = 0
        for month in MONTHS:
            residents += rng.randint(20, 160)
            adults += rng.randint(10, 90)
            issued_share = min(0.97, issued_share + rng.uniform(0.006, 0.02))
            activated_share = min(0.97, activated_share + rng.uniform(0.002, 0.012))
            issued = max(issued, round(adults * issued_share))
            activated = max(activated, round(issued * activated_share))
            level_2 = max(level_2, round(activated * rng.uniform(0.93, 0.97)))
            found = {
                "eid_issued": issued,
                "eid_activated": activated,
                "eid_level2_activated": level_2,
                "adults_issued_eid": round(issued * 0.98),
                "adults_with_eid": round(activated * 0.97),
                "eid_assigned": assigned,
                "residents": residents,
                "adults": adults,
            }
            counts |= {Cell("vneid", month, org, None, m): n for m, n in found.items()}
    return counts


def _networks(rng: random.Random) -> dict[Cell, int]:
    """Subscriptions and lines of every operator, by district."""
    counts: dict[Cell, int] = {}
    for org, (_, _, residents) in DISTRICTS.items():
        households = round(residents / rng.uniform(4.2, 4.7))
        for operator, (_, of_mobile, of_fibre) in OPERATORS.items():
            mobile = residents * of_mobile * rng.uniform(0.95, 1.15)
            smart_share = rng.uniform(0.60, 0.70)
            fibre_share = rng.uniform(0.50, 0.58)
            safe_share, safe_line_share = rng.uniform(0.12, 0.2), rng.uniform(0.10, 0.18)
            lines_per_household = rng.uniform(1.04, 1.12)
            for month in MONTHS:
                mobile *= 1 + rng.uniform(0.000, 0.004)
                smart_share = min(0.95, smart_share + rng.uniform(0.002, 0.012))
                fibre_share = min(0.95, fibre_share + rng.uniform(0.003, 0.011))
                safe_share = min(0.9, safe_share + rng.uniform(0.004, 0.015))
                safe_line_share = min(0.9, safe_line_share + rng.uniform(0.003, 0.012))
                smart = round(mobile * smart_share)
                fibre = round(households * of_fibre * fibre_share)
                found = {
                    "subscriptions_mobile": round(mobile),
                    "subscriptions_with_smartphone": smart,
                    "subscriptions_fixed_fibre": round(fibre * lines_per_household),
                    "households_with_fibre": fibre,
                    "smartphones_protected": round(smart * safe_share),
                    "fibre_households_protected": round(fibre * safe_line_share),
                }
                counts |= {Cell("telecom", month, org, operator, m): n for m, n in found.items()}
    return counts


def _reports(rng: random.Random) -> dict[Cell, int]:
    """What only the units can tell, quarter by quarter: each part with the whole that it belongs to."""
    counts: dict[Cell, int] = {}
    largest = max(residents for _, _, residents in DISTRICTS.values())
    for org, (_, _, residents) in DISTRICTS.items():
        size = residents / largest
        wholes = {whole: round(low + (high - low) * size) for _, whole, (low, high), _ in OF_DISTRICTS}
        systems = rng.randint(6, 18)
        shares = {part: share * rng.uniform(0.85, 1.15) for part, _, _, share in OF_DISTRICTS}
        approved = compliant = 0
        for quarter in QUARTERS:
            residents += rng.randint(60, 480)
            approved = min(systems, max(approved, round(systems * rng.uniform(0.4, 0.8))) + rng.randint(0, 2))
            compliant = min(approved, max(compliant, round(approved * rng.uniform(0.5, 0.9))))
            found = {
                "households": round(residents / 4.4),
                "population": residents,
                "systems": systems,
                "systems_approved": approved,
                "systems_compliant": compliant,
            }
            for part, whole, _, _ in OF_DISTRICTS:
                shares[part] = min(0.99, shares[part] + rng.uniform(0.01, 0.08))
                found[whole] = wholes[whole]
                found[part] = round(wholes[whole] * shares[part])
            counts |= {Cell("unit_reports", quarter, org, None, m): n for m, n in found.items()}
    for agency, parts in OF_PROVINCE.items():
        for part, whole, size, share in parts:
            for quarter in QUARTERS:
                share = min(0.99, share + rng.uniform(0.01, 0.07))
                for measure, count in ((whole, size), (part, round(size * share))):
                    counts[Cell("unit_reports", quarter, PROVINCE[0], agency, measure)] = count
    return counts


def _reports_beside_districts(rng: random.Random) -> dict[Cell, int]:
    """What the province's agencies and the communes report of themselves."""
    counts: dict[Cell, int] = {}
    of_agencies = [(p, w, OF_AGENCIES[p], share) for p, w, _, share in OF_DISTRICTS if p in OF_AGENCIES]
    of_communes = [(p, w, DOCUMENTS_OF_COMMUNE, share) for p, w, _, share in OF_DISTRICTS if w == "documents"]
    for org in reporting_agencies():
        counts |= _parts(rng, org, QUARTERS, of_agencies)
        systems = rng.randint(*SYSTEMS_OF_AGENCY)
        approved = rng.randint(1, systems)
        found = {
            "systems": systems,
            "systems_approved": approved,
            "systems_compliant": rng.randint(0, approved),
        }
        counts |= {Cell("unit_reports", q, org, None, m): n for q in QUARTERS for m, n in found.items()}
    quarters_of: dict[str, list[str]] = {}
    for quarter in QUARTERS:
        for of_district in communes(quarter).values():
            for commune in of_district:
                quarters_of.setdefault(commune.org_id, []).append(quarter)
    for org_id, there in quarters_of.items():
        counts |= _parts(rng, org_id, there, of_communes)
    return counts


def _parts(rng: random.Random, org: str, quarters: list[str], measures: list[tuple]) -> dict[Cell, int]:
    """Parts and wholes of one organisation; a share grows from quarter to quarter."""
    counts: dict[Cell, int] = {}
    for part, whole, (low, high), share in measures:
        size, share = rng.randint(low, high), share * rng.uniform(0.9, 1.2)
        for quarter in quarters:
            share = min(0.99, share + rng.uniform(0.01, 0.08))
            for measure, count in ((whole, size), (part, round(size * share))):
                counts[Cell("unit_reports", quarter, org, None, measure)] = count
    return counts


@cache
def reporting_agencies() -> dict[str, str]:
    """By org_id, the names of the agencies that the registry expects reports of."""
    known = registry.load(*folders.registries())
    named = next(s.agencies for s in known.sources if s.id == "unit_reports")
    return {o.org_id: o.name_vi for o in known.organisations if o.org_id in named}


@cache
def communes(quarter: str) -> dict[str, list[Organisation]]:
    """By district, its communes at the end of a quarter."""
    _, day = tall.period_of(quarter, quarter)
    named = communes_on(day)
    return {org: named[name] for org, (_, name, _) in DISTRICTS.items()}


@cache
def commune_names() -> dict[str, str]:
    """By org_id, the names of all communes of the year, each with its district."""
    return {
        commune.org_id: f"{commune.name_vi}, {DISTRICTS[org][1]}"
        for quarter in QUARTERS
        for org, of_district in communes(quarter).items()
        for commune in of_district
    }
