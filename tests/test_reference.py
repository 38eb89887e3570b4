"""The calculator itself: small worlds whose numbers are worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from oracle.periods import days_of
from oracle.reference import UNKNOWN, Known, apportion, met
from oracle.worlds import Change, Correction, Indicator, Measure, Org, Source, Statement, Target, World

ABOLISHED = date(2025, 6, 30)
FLOW = Measure("received", "dossiers", is_flow=True)
ONLINE = Measure("online", "dossiers", is_flow=True)
STOCK = Measure("with_account")
ADULTS = Measure("adults", carried=True)
SCORE = Measure("services", adds_over_orgs=False)
PORTAL, POLICE = Source("portal", 1), Source("police", 2)
OPERATORS = Source("telecom", 3, reporters=("vnpt", "viettel"))


def world(*statements: Statement, **about) -> World:
    """A province with districts A (two communes) and B; the later statement came on a later day."""
    orgs = (
        Org("t", "t", "Tỉnh", "province"),
        Org("a", "a", "Huyện A", "district", "t", "1", end=ABOLISHED),
        Org("b", "b", "Huyện B", "district", "t", "2", end=ABOLISHED),
        Org("a1", "a1", "Xã Một", "commune", "a", "1"),
        Org("a2", "a2", "Xã Hai", "commune", "a", "2"),
        Org("so", "so", "Sở Y tế", "agency", "t"),
        Org("vnpt", "vnpt", "VNPT", "operator"),
        Org("viettel", "viettel", "Viettel", "operator"),
    )
    years = ("2023", "2024", "2025")
    known = {
        "orgs": orgs,
        "sources": (PORTAL, POLICE, OPERATORS),
        "measures": (FLOW, ONLINE, STOCK, ADULTS, SCORE),
        "periods": tuple(f"{y}{part}" for y in years for part in ("", *QUARTERS, *MONTHS)),
    }
    dated = (replace(s, known_from=day(n)) for n, s in enumerate(statements, start=1))
    return World(statements=tuple(dated), **(known | about))


QUARTERS = tuple(f"-Q{n}" for n in range(1, 5))
MONTHS = tuple(f"-{n:02}" for n in range(1, 13))


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def said(measure, org, period, value, source="portal", reporter=None, status="A", since=None, **about):
    """A statement, in an extract of its own; `since`: the true first day where that is not the period's."""
    start, end = days_of(period)
    about = {"extract": f"{source} {reporter} {measure} {org} {period} {value}", "order": 2} | about
    what = measure, source, reporter, org, period, since or start, end, Fraction(str(value)), status
    return Statement(*what, known_from=day(1), **about)


def told(world: World, measure: str, org: str, period: str, then: int = 31):
    """Basis, value, who is missing, missing months and status of a count."""
    count = Known(world, day(then)).count(measure, org, period)
    return count and (count.basis, count.value, count.missing, count.missing_months, count.status)


def test_a_restatement_stands_from_the_day_it_came():
    history = world(said("adults", "a", "2024-03", 10), said("adults", "a", "2024-03", 12))
    assert [Known(history, day(n)).ledger[0].value for n in (1, 2)] == [10, 12]
    assert len(Known(history, day(2)).ledger) == 1


@pytest.mark.parametrize(("other", "ledger"), [(7, [9]), (5, [])])
def test_of_two_statements_of_one_document_that_agree_the_first_counts_and_of_others_none(other, ledger):
    extract = {"extract": "e", "known_from": day(1)}
    twice = [replace(said("adults", "a", "2024-03", v, order=n), **extract) for v, n in ((other, 10), (7, 9))]
    history = replace(world(), statements=tuple(twice))
    assert [s.order for s in Known(history, day(1)).ledger] == ledger


def test_a_correction_is_applied_to_the_number_it_names_from_the_day_the_error_was_known():
    wrong = Correction(
        "c", "portal", "adults", "a", "2024-03", Fraction(10), Fraction(100), False, known_from=day(2)
    )
    history = world(
        said("adults", "a", "2024-03", 10),
        said("adults", "b", "2024-03", 7),
        said("adults", "a", "2024-03", 99),
        corrections=(wrong,),
    )

    def adults_of_a(then: int) -> tuple:
        (s,) = (s for s in Known(history, day(then)).ledger if s.org == "a")
        return s.value, s.stated, s.correction, s.status

    assert adults_of_a(1) == (10, 10, None, "A")
    assert adults_of_a(2) == (100, 10, "c", "E")
    assert adults_of_a(3) == (99, 99, None, "A")


def test_a_correction_of_one_reporter_leaves_the_others():
    wrong = Correction(
        "c", "telecom", "with_account", "a", "2024-03", Fraction(5), Fraction(50), True, day(1), "vnpt"
    )
    both = [said("with_account", "a", "2024-03", 5, "telecom", who) for who in ("vnpt", "viettel")]
    ledger = Known(world(*both, corrections=(wrong,)), day(2)).ledger
    assert [(s.reporter, s.value, s.status) for s in ledger] == [("vnpt", 50, "P"), ("viettel", 5, "A")]


def test_the_old_number_received_again_stands_again():
    first, other = said("adults", "a", "2024-03", 10), said("adults", "a", "2024-03", 12)
    history = world(first, other, first, first)
    assert [Known(history, day(n)).ledger[0].value for n in (1, 2, 3, 4)] == [10, 12, 10, 10]
    assert len(Known(history, day(4)).ledger) == 1


def test_who_says_there_is_no_number_any_more_withdraws_his_own():
    gone = replace(said("adults", "a", "2024-03", 11), value=None)
    history = world(said("adults", "a", "2024-03", 10), gone, said("adults", "a", "2024-03", 12))
    assert [told(history, "adults", "a", "2024-03", then) and 1 for then in (1, 2, 3)] == [1, None, 1]


def test_numbers_counted_from_january_are_told_apart():
    # January 10; by the end of February 25, of March 60: February 15, March 35, the quarter 60
    history = world(
        said("received", "a", "2024-01", 10),
        said("received", "a", "2024-02", 25, since=date(2024, 1, 1)),
        said("received", "a", "2024-03", 60, since=date(2024, 1, 1), status="E"),
    )
    assert told(history, "received", "a", "2024-02") == ("difference", 15, None, (), "A")
    assert told(history, "received", "a", "2024-03") == ("difference", 35, None, (), "E")
    assert told(history, "received", "a", "2024-Q1") == ("difference", 60, None, (), "E")
    assert told(history, "received", "a", "2024-Q1", then=2) == ("partial", 25, None, ("2024-03",), "P")


def test_a_quarter_adds_flows_and_takes_the_last_of_stocks():
    history = world(
        *(said("received", "b", f"2024-0{m}", m) for m in (4, 6)),
        *(said("with_account", "b", f"2024-0{m}", m) for m in (4, 6)),
    )
    assert told(history, "received", "b", "2024-Q2") == ("partial", 10, None, ("2024-05",), "P")
    assert told(history, "with_account", "b", "2024-Q2") == ("periods", 6, None, (), "A")
    year = ("2024-07", "2024-08", "2024-09", "2024-10", "2024-11", "2024-12")
    assert told(history, "with_account", "b", "2024") == ("partial", 6, None, year, "P")


def test_children_are_added_when_all_expected_ones_have_spoken():
    history = world(
        said("with_account", "a1", "2024-03", 3),
        said("with_account", "b", "2024-03", 5),
        said("with_account", "a2", "2024-03", 4),
        said("with_account", "so", "2024-03", 1),
        said("with_account", "t", "2024-03", 20),
    )
    assert told(history, "with_account", "t", "2024-03", 1) == (
        *("incomplete", None, "Huyện A (Xã Hai), Huyện B"),
        *((), "A"),
    )
    assert told(history, "with_account", "t", "2024-03", 2)[2] == "Huyện A (Xã Hai)"
    assert told(history, "with_account", "t", "2024-03", 3)[:2] == ("children", 3 + 4 + 5)
    assert told(history, "with_account", "t", "2024-03", 4)[:3] == ("incomplete", None, "Tỉnh")
    assert told(history, "with_account", "t", "2024-03", 5)[:2] == ("stated", 20)


def test_agencies_beside_the_districts_are_waited_for_where_they_are_known():
    # the department of health must report, the office below it need not; of the districts 2 and 3, of it 2
    portal = replace(PORTAL, agencies=("so",))
    office = Org("chi_cuc", "chi_cuc", "Chi cục Dân số", "agency", "so")
    agencies_too = replace(STOCK, reported_by=("agency", "district"))
    about = {"sources": (portal, POLICE, OPERATORS), "orgs": (*world().orgs, office)}
    about["measures"] = FLOW, ONLINE, agencies_too, ADULTS, SCORE
    history = world(
        *(said("with_account", org, "2024-03", value) for org, value in (("a", 2), ("b", 3), ("so", 2))),
        said("with_account", "chi_cuc", "2024-03", 1),
        **about,
    )
    assert told(history, "with_account", "t", "2024-03", 2)[:3] == ("incomplete", None, "Sở Y tế")
    assert told(history, "with_account", "t", "2024-03", 3)[:2] == ("children", 2 + 3 + 2)
    assert told(history, "with_account", "t", "2024-03", 4)[:3] == ("incomplete", None, "Tỉnh")
    unknown = world(*history.statements, **(about | {"sources": (PORTAL, POLICE, OPERATORS)}))
    assert told(unknown, "with_account", "t", "2024-03", 2)[:3] == ("incomplete", None, UNKNOWN)
    assert told(unknown, "with_account", "t", "2024-03", 3)[:3] == ("incomplete", None, "Tỉnh")


def test_a_target_of_a_level_is_held_against_all_of_that_level_and_nobody_else():
    # every level counts its own documents: of 10 each the office 9, A 6, B 8, the communes 5 and 7
    each = [
        replace(m, measure=name, reported_by=("agency", "district", "commune"))
        for m, name in ((ONLINE, "online"), (FLOW, "received"))
    ]
    groups = [
        Org(level, level, f"Các {level}", "group", "t", members=level)
        for level in ("agency", "district", "commune")
    ]
    aims = [
        Target(f"p/{level}", "p", "share", 1, level, "t", 2024, ">=", Fraction(70), "text", day(1))
        for level in ("agency", "district", "commune")
    ]
    parts = {"so": 9, "a": 6, "b": 8, "a1": 5, "a2": 7}
    rows = [
        said(measure, org, "2024", n)
        for org, part in parts.items()
        for measure, n in (("online", part), ("received", 10))
    ]
    history = world(
        *rows,
        orgs=(*world().orgs, *groups),
        measures=(*each, STOCK, ADULTS, SCORE),
        sources=(replace(PORTAL, agencies=("so",)),),
        indicators=(Indicator("share", 1, "online", "received"),),
        targets=tuple(aims),
    )

    def verdicts(then: int) -> dict:
        scores = Known(history, day(then)).scores()
        return {
            target: score.met
            for (target, org, period), score in scores.items()
            if target == f"p/{org}" and len(period) == 4
        }

    def missing(then: int, org: str) -> str | None:
        return Known(history, day(then)).value("share", 1, org, "2024").missing_reporters

    # in the order of the rows: the office, then A and B, then the communes
    assert verdicts(1) == {"p/agency": None, "p/district": None, "p/commune": None}
    assert verdicts(2) == {"p/agency": True, "p/district": None, "p/commune": None}
    assert (missing(4, "district"), missing(4, "commune")) == ("Huyện B", "Các commune")
    assert verdicts(6) == {"p/agency": True, "p/district": True, "p/commune": None}
    assert missing(8, "commune") == "Xã Hai"
    assert verdicts(10) == {"p/agency": True, "p/district": True, "p/commune": False}
    assert missing(9, "t") == "Xã Hai"
    whole = Known(history, day(10)).value("share", 1, "t", "2024")
    assert (whole.numerator, whole.denominator, whole.value) == (35, 50, 70)


def test_what_does_not_add_up_is_not_added_and_who_is_abolished_is_not_missed():
    history = world(said("services", "b", "2024-03", 9), said("with_account", "a", "2025-07", 9))
    assert told(history, "services", "t", "2024-03") is None
    assert told(history, "with_account", "t", "2025-07") is None


def test_operators_are_added_when_all_are_in():
    history = world(
        said("with_account", "b", "2024-03", 7, "telecom", "vnpt"),
        said("with_account", "b", "2024-03", 8, "telecom", "viettel"),
    )
    assert told(history, "with_account", "b", "2024-03", 1)[:3] == ("incomplete", None, "Viettel")
    assert told(history, "with_account", "b", "2024-03", 2)[:2] == ("reporters", 15)


def test_a_stated_number_wins_over_a_sum_and_then_the_better_source_wins():
    history = world(
        said("with_account", "a1", "2024-03", 1),
        said("with_account", "a2", "2024-03", 1),
        said("with_account", "a", "2024-03", 3, "police"),
        said("with_account", "a", "2024-03", 4),
    )
    assert [told(history, "with_account", "a", "2024-03", n)[1] for n in (2, 3, 4)] == [2, 3, 4]


SHARE = Indicator("eid", 1, "with_account", "adults")
ONLINE_SHARE = Indicator("online", 1, "online", "received")


def value(history: World, indicator: str, org: str, period: str, then: int = 31):
    v = Known(history, day(then)).value(indicator, 1, org, period)
    return v and (v.value, v.value_status, v.obs_status, v.reason, v.denominator_period)


def test_a_reference_population_serves_until_the_next_one_is_counted():
    # 1 of 3 adults counted in 2023, then of 8
    history = world(
        said("adults", "b", "2023", 3),
        said("with_account", "b", "2024-03", 1),
        said("adults", "b", "2024-03", 8),
        indicators=(SHARE,),
    )
    assert value(history, "eid", "b", "2024-03", 1) is None
    assert value(history, "eid", "b", "2024-03", 2) == (
        *(Fraction("33.3333"), "computed", "P", None),
        "2023",
    )
    assert value(history, "eid", "b", "2024-03", 3) == (Fraction("12.5"), "computed", "A", None, "2024-03")


def test_parts_that_cover_other_months_are_not_divided():
    history = world(
        said("online", "b", "2024-01", 1),
        said("received", "b", "2024-01", 4),
        said("received", "b", "2024-02", 5),
        indicators=(ONLINE_SHARE,),
    )
    assert value(history, "online", "b", "2024-Q1", 2)[:2] == (25, "computed")
    assert value(history, "online", "b", "2024-Q1", 3)[1:4] == ("not_computable", "O", "period_mismatch")


def test_what_its_publisher_did_not_assess_has_that_reason():
    silent = replace(said("eid", "b", "2024", 0, is_ratio=True, status="L"), value=None)
    history = world(silent, said("adults", "b", "2024", 5), indicators=(SHARE,))
    assert value(history, "eid", "b", "2024", 1) == (None, "not_computable", "L", "not_assessed", None)
    assert value(history, "eid", "b", "2024", 2) == (None, "not_computable", "L", "not_assessed", "2024")


def test_a_ratio_published_of_a_period_without_a_valid_definition_is_of_the_first():
    first, second = (replace(SHARE, version=n, start=date(2023 + n, 1, 1)) for n in (1, 2))
    history = world(
        *(said("eid", "b", year, 50, is_ratio=True) for year in ("2023", "2025")),
        indicators=(replace(first, end=date(2024, 12, 31)), second),
    )
    reports = Known(history, day(31)).reports
    assert [cell[1:] for cell in reports] == [(1, "b", "2023"), (2, "b", "2025")]


def target(**about) -> Target:
    told = Target("p/1/2024", "p", "eid", 1, "province", "t", 2024, ">=", Fraction(75), "text", day(1))
    return replace(told, **about)


@pytest.mark.parametrize(
    ("now", "aim", "expected"),
    [
        # from 50 to 55.5 on the way to 75: 5.5 of 25 points
        (555, target(), (False, Fraction(11, 2), Fraction("0.22"), "limited")),
        (750, target(), (True, 25, 1, "achieved")),
        (750, target(operator=">"), (False, 25, 1, "on_track")),
        (700, target(), (False, 20, Fraction("0.8"), "acceleration_needed")),
        (400, target(), (False, -10, Fraction("-0.4"), "deterioration")),
        # down from 50 to 45 where at most 40 is wanted: half of the way
        (450, target(operator="<=", value=Fraction(40)), (False, -5, Fraction("0.5"), "limited")),
        (500, target(operator=">", value=Fraction(50)), (False, 0, None, "limited")),
        # exactly 75 asks for growth in no direction
        (700, target(operator="="), (False, 20, None, None)),
        (750, target(operator="="), (True, 25, None, "achieved")),
    ],
)
def test_progress_is_the_growth_seen_over_the_growth_needed(now, aim, expected):
    history = world(
        *(said(m, "t", y, v) for m, y, v in (("adults", "2023", 1000), ("with_account", "2023", 500))),
        *(said(m, "t", y, v) for m, y, v in (("adults", "2024", 1000), ("with_account", "2024", now))),
        indicators=(SHARE,),
        targets=(aim,),
    )
    score = Known(history, day(31)).scores()["p/1/2024", "t", "2024"]
    assert (score.met, score.change, score.on_track, score.progress) == expected
    assert (score.previous, score.comparable, score.gap) == (50, True, Fraction(now, 10) - aim.value)


def test_a_break_or_another_definition_is_no_base_behind_a_worse_status():
    # 50 of 100 in 2023, by another definition and of the adults of 2022, so provisional; 70 of 100 in 2024
    def score(status: str, **about) -> tuple:
        history = world(
            said("adults", "t", "2022", 100),
            said("with_account", "t", "2023", 50, status=status),
            said("adults", "t", "2024", 100),
            said("with_account", "t", "2024", 70),
            **{"indicators": (SHARE,), "targets": (target(),), "periods": ("2022", "2023", "2024"), **about},
        )
        known = Known(history, day(31))
        before, now = known.value("eid", 1, "t", "2023"), known.scores()["p/1/2024", "t", "2024"]
        return before.obs_status, before.otherwise, now.comparable, now.change, now.on_track

    # 20 of the 25 points to 75
    assert score("A") == ("P", False, True, 20, Fraction("0.8"))
    corrected = Correction(
        "c", "portal", "with_account", "t", "2023", Fraction(50), Fraction(60), True, day(1)
    )
    assert score("D", corrections=(corrected,)) == ("P", True, False, None, None)


def test_a_difference_and_a_sum_are_measured_otherwise_when_a_part_of_them_is():
    history = world(
        said("received", "b", "2024-01", 10, status="D"),
        said("received", "b", "2024-02", 25, since=date(2024, 1, 1), status="E"),
        said("with_account", "a", "2024-03", 1, status="B"),
        said("with_account", "b", "2024-03", 1, status="P"),
        said("with_account", "b", "2024-02", 1),
    )
    known = Known(history, day(31))
    cells = [("received", "b", "2024-02"), ("received", "b", "2024-Q1"), ("with_account", "t", "2024-03")]
    counts = [known.count(*cell) for cell in (*cells, ("with_account", "b", "2024-Q1"))]
    assert [(count.status, count.otherwise) for count in counts] == [
        *(("E", True), ("E", True), ("P", True), ("P", False)),
    ]


def test_progress_of_a_published_ratio_is_that_of_the_whole_year():
    # 50 to 60 on the way to 75: 10 of 25 points, though the numerator is known for January alone
    ratio = {"is_ratio": True, "source": "portal"}
    history = world(
        said("eid", "t", "2023", 50, **ratio),
        said("eid", "t", "2024", 60, **ratio),
        said("with_account", "t", "2024-01", 1),
        indicators=(SHARE,),
        targets=(target(),),
    )
    score = Known(history, day(31)).scores()["p/1/2024", "t", "2024"]
    assert (score.change, score.on_track, score.progress) == (10, Fraction("0.4"), "limited")


def test_a_ratio_published_for_the_first_period_of_an_organisation_follows_a_break():
    orgs = (Org("x", "x", "Xã X", "commune", end=ABOLISHED),)
    orgs += (Org("y", "y", "Xã Y", "commune", start=date(2025, 7, 1)),)
    history = world(
        *(said("eid", "y", period, 50, is_ratio=True) for period in ("2025", "2025-07", "2025-08")),
        orgs=orgs,
        changes=(Change("x", "y", Fraction(1)),),
        indicators=(SHARE,),
    )
    known = Known(history, day(31))
    told = [known.value("eid", 1, "y", period) for period in ("2025", "2025-07", "2025-08")]
    assert [(v.obs_status, v.otherwise) for v in told] == [("B", True), ("B", True), ("A", False)]


def test_a_target_without_a_value_is_undecided():
    score = Known(world(indicators=(SHARE,), targets=(target(),)), day(2)).scores()["p/1/2024", "t", "2024"]
    assert (score.met, score.gap, score.previous, score.comparable, score.progress) == (None,) * 5
    assert met(">", None, Fraction(1)) is None


def test_shares_add_up_to_the_whole():
    # 100 by 284 and 2597 people: 9.86 and 90.14; 7.05 of them: 0.69 and 6.36; a tie goes to the first name
    weights = {"n": Fraction(284), "k": Fraction(2597)}
    assert apportion(Fraction(100), weights) == {"n": 10, "k": 90}
    assert apportion(Fraction("7.05"), weights) == {"n": Fraction("0.69"), "k": Fraction("6.36")}
    assert apportion(Fraction(3), {"b": Fraction(1), "a": Fraction(1)}) == {"a": 2, "b": 1}


def test_an_old_count_is_shared_over_what_its_organisation_became():
    # x (7) became y and z by 1 and 2 people: 2 and 5; y already had 3 as v
    old, new = {"end": ABOLISHED}, {"start": date(2025, 7, 1)}
    orgs = [Org(key, key, f"Xã {key}", "commune", code=key, **old) for key in ("v", "x")]
    orgs += [Org(key, key, f"Xã {key}", "commune", code=key, **new) for key in ("y", "z")]
    changes = [("x", "y", 1), ("x", "z", 2), ("v", "y", 4)]
    history = world(
        said("with_account", "x", "2024-03", 7),
        said("adults", "x", "2024-03", 9),
        said("with_account", "v", "2024-03", 3),
        said("adults", "v", "2024-03", 7),
        orgs=tuple(orgs),
        changes=tuple(Change(before, after, Fraction(people)) for before, after, people in changes),
        indicators=(SHARE,),
    )
    half, known = Known(history, day(2)), Known(history, day(31))
    assert half.value_now("eid", 1, "y", "2024-03").missing_reporters == "Xã v"
    assert (known.count_now("with_account", "y", "2024-03").value) == 2 + 3
    assert known.value_now("eid", 1, "x", "2024-03") is None
    # y: 2 + 3 of 3 + 7; z: 5 of 6
    values = [known.value_now("eid", 1, org, "2024-03") for org in ("y", "z")]
    assert [(v.value, v.obs_status) for v in values] == [(50, "B"), (Fraction("83.3333"), "B")]


LAST, FIRST = date(2024, 10, 31), date(2024, 11, 1)
MERGER = {
    "orgs": (
        Org("v", "v", "Xã v", "commune", code="v", end=LAST),
        Org("x", "x", "Xã x", "commune", code="x", end=LAST),
        Org("y", "y", "Xã y", "commune", code="y", start=FIRST),
    ),
    "changes": (Change("v", "y", Fraction(3)), Change("x", "y", Fraction(4))),
}


def test_a_change_within_a_year_loses_none_of_its_months():
    # v and x count 10 a month until they are one in November, which counts 20; of 60 adults each, then of 121
    history = world(
        *(said("received", key, f"2024{month}", 10) for month in MONTHS[:10] for key in ("v", "x")),
        *(said("received", "y", f"2024{month}", 20) for month in MONTHS[10:]),
        *(said("adults", key, "2024-06", 60) for key in ("v", "x")),
        said("adults", "y", "2024-12", 121),
        **MERGER,
        indicators=(Indicator("per_adult", 1, "received", "adults"),),
    )
    known = Known(history, day(31))
    counts = [known.count_now("received", "y", period) for period in ("2024-10", "2024-Q4", "2024")]
    assert [(c.basis, c.value, c.status) for c in counts] == [
        ("stated", 20, "B"),
        ("periods", 60, "B"),
        ("periods", 240, "B"),
    ]
    counts = [known.count_now("adults", "y", period) for period in ("2024-Q2", "2024")]
    assert [(c.value, c.status) for c in counts] == [(120, "B"), (121, "A")]
    # 240 of 121, though y itself counted 40 in two months; in November 20 of the 120 before it
    values = [known.value_now("per_adult", 1, "y", period) for period in ("2024", "2024-11")]
    assert [(v.numerator, v.denominator, v.denominator_period) for v in values] == [
        (240, 121, "2024"),
        (20, 120, "2024-06"),
    ]


def test_a_year_counted_as_such_is_re_expressed_as_such():
    # of v the year alone is known: it is part of y's year, but y has no December
    history = world(
        said("received", "v", "2023", 100),
        said("received", "x", "2023", 7),
        said("received", "x", "2023-12", 1),
        **MERGER,
    )
    known = Known(history, day(31))
    counts = [known.count_now("received", "y", period) for period in ("2023", "2023-12")]
    assert [(c.value, c.missing) for c in counts] == [(107, None), (None, "Xã v")]
