"""The report of a quarter or a year that plans ask for, as a Word document in the form of an office's papers.

An office changes the form in Word: `templates/bao_cao_quy.docx` of the data directory is used instead of the
one beside this file. Here is what fills it; no indicator is computed.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from expectations.messages import period
from expectations.numbers import vietnamese
from ingest import folders
from ingest.clock import HANOI
from ingest.errors import Refused
from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.scores import (
    called,
    is_judged,
    is_provisional,
    known_until,
    level,
    number,
    otherwise,
    until,
    verdict,
    why,
    with_some_reporters,
)
from orchestration.publication.scores import scores as of_wholes
from orchestration.publication.sheet import MADE_UP, MISSING, NOT_DUE, printable
from orchestration.publication.vietnamese import (
    QUALITATIVE,
    SIGNS,
    bounded,
    distance,
    month,
    percent,
    period_name,
    phrase,
    sentence,
    short,
    signed,
)
from orchestration.texts import MET, words

FORM = "bao_cao_quy.docx"
GOVERNMENTS = ("province", "district", "commune")
LETTERS = "abcdđeghiklmnopqrstuvxy"  # by which Vietnamese documents count points
MOST_MATTERS = 20
OF_A_QUARTER = (
    "value",
    "numerator",
    "denominator",
    "reported_value",
    "reported_qualifier",
    "obs_status",
    "missing_reporters",
    "missing_periods",
    "reached",
    "gap_points",
    "previous_value",
    "change_points",
    "comparable_with_previous",
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP archive knows


def write(marts: Marts, about: dict, file: Path, period_id: str | None = None, org: str | None = None) -> str:
    """Write the report of a quarter or a year (by default the latest that has figures) and return which.

    org: the org_id or org_key of who reports, by default who set the plan.
    Raises Refused where no plan has targets for it, and where the form cannot be filled.
    """
    plan, period_id = subject(marts, about, period_id, org)
    content = Content(marts, about, plan, period_id, org).filled()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(filled_in(form(), content))
    return period_id


def write_latest(marts: Marts, about: dict, folder: Path) -> None:
    """The report of the latest quarter or year that has figures, where a plan sets targets."""
    if not marts["rpt_scorecard"].is_empty():
        _, period_id = subject(marts, about, None, None)
        write(marts, about, folder / f"bao_cao_{period_id}.docx", period_id)


def form() -> Path:
    own = folders.data_dir() / "templates" / FORM
    return own if own.is_file() else Path(__file__).with_name(FORM)


def filled_in(template: Path, content: dict) -> bytes:
    """The bytes of the document: the same for the same form and content, whenever it is made."""
    from docxtpl import DocxTemplate  # takes a while to load, and only this needs it

    if not zipfile.is_zipfile(template):
        raise Refused(f"{template}: is no Word document (.docx); save the form as one, or move it away")
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters["chu_cai"] = lambda at: LETTERS[at % len(LETTERS)]
    made = io.BytesIO()
    try:
        document = DocxTemplate(str(template))
        document.render(content, jinja_env=environment)
        _without_empty_section(document)
        document.save(made)
    except (TemplateError, OSError, ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as error:
        raise Refused(
            f"{template}: cannot be filled in: {error}; mend the form in Word, or move it away to use "
            "the one that comes with dxkpi"
        ) from error
    return _without_times(made.getvalue())


def _without_empty_section(document) -> None:
    """A part on pages of its own, such as the appendix, leaves no blank page where nothing is in it."""
    body = document.docx.element.body
    for section in body.xpath("./*[position() = last() - 1]/w:pPr/w:sectPr"):
        body.remove(section.getparent().getparent())
        body.replace(body[-1], section)


def _without_times(body: bytes) -> bytes:
    """The archive without the moments at which its parts were written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(name))
    return made.getvalue()


def subject(marts: Marts, about: dict, period_id: str | None, org: str | None) -> tuple[dict, str]:
    """The plan and the quarter or year that a report is of."""
    scores = marts["rpt_scorecard"]
    year = int(period_id[:4]) if period_id else None
    plans = marts["dim_plan"].join(
        marts["dim_org"].select("org_key", "org_id", "level"), on="org_key", how="left"
    )
    aimed = scores.filter(pl.col("year") == year) if year else scores
    plans = plans.filter(pl.col("plan_id").is_in(aimed["plan_id"].implode()))
    if plans.is_empty():
        which = f" for {year}" if year else ""
        raise Refused(
            f"release {about['release_id']}: no plan in it sets targets{which}; there is nothing to report on"
        )
    own = plans.filter((pl.col("org_id") == org) | (pl.col("org_key") == org)) if org else plans.clear()
    of_provinces = plans.filter(pl.col("level") == "province")
    chosen = next(found for found in (own, of_provinces, plans) if not found.is_empty())
    aims = aimed.join(chosen, on="plan_id", how="semi")
    keys = [] if org is None else [org, *marts["dim_org"].filter(org_id=org)["org_key"]]
    if not period_id and (found := latest(aims.filter(pl.col("org_key").is_in(keys))) or latest(aims)):
        period_id = found["period_id"]
        chosen = chosen.filter(plan_id=found["plan_id"])
    years = aimed.group_by("plan_id").agg(last_year=pl.col("year").max())
    chosen = chosen.join(years, on="plan_id").sort("last_year", "plan_id", descending=[True, False])
    plan = chosen.row(0, named=True)
    return plan, period_id or last_quarter(plan["last_year"], about["built_at"])


def latest(scores: pl.DataFrame) -> dict | None:
    """Plan and period of the last quarter or year with a result; the quarter's where both end together."""
    known = scores.filter(pl.col("period_kind").is_in(["quarter", "year"]), pl.col("value").is_not_null())
    columns = ["period_kind", "plan_id", "period_id", "missing_periods", "obs_status", "value"]
    rows = known.select(columns).unique().sort("period_kind", "plan_id").to_dicts()
    return max(rows, key=known_to_the_end_of, default=None)


def known_to_the_end_of(row: dict) -> str:
    """The quarter in which the data of a quarter or year end: those of a year are perhaps not complete."""
    if is_provisional(row) and (last := until(row)):
        return f"{last[:4]}-Q{(int(last[5:]) + 2) // 3}"
    return row["period_id"] if len(row["period_id"]) > 4 else f"{row['period_id']}-Q4"


def last_quarter(year: int, now: datetime) -> str:
    """Of a year without figures: its last quarter that is over, else its first."""
    over = [n for n in range(1, 5) if (year, 3 * n) < (now.year, now.month)]
    return f"{year}-Q{max(over, default=1)}"


class Content:
    """What fills the form, by the names that the form uses."""

    def __init__(self, marts: Marts, about: dict, plan: dict, period_id: str, org: str | None):
        self.marts, self.about, self.plan = marts, about, plan
        self.period_id = period_id
        self.year, self.is_of_year = int(period_id[:4]), len(period_id) == 4
        self.whose = self._organisation(org)
        self.is_planner = org is None or self.whose["org_key"] == plan["org_key"]
        self.rows = self._rows()

    def _organisation(self, org: str | None) -> dict:
        orgs = self.marts["dim_org"]
        if org is None:
            return orgs.filter(org_key=self.plan["org_key"]).row(0, named=True)
        found = orgs.filter((pl.col("org_id") == org) | (pl.col("org_key") == org)).to_dicts()
        first_day = datetime(self.year, self._first_month(), 1).date()
        valid = [
            row
            for row in found
            if (row["valid_from"] is None or row["valid_from"] <= first_day)
            and (row["valid_to"] is None or row["valid_to"] >= first_day)
        ]
        if not valid:
            raise Refused(
                f"{org}: was no organisation in {self.period_id}; see table marts.dim_org for when it was"
            )
        return valid[0]

    def _scores(self) -> pl.DataFrame:
        whose = pl.col("is_of_the_whole") if self.is_planner else pl.col("org_key") == self.whose["org_key"]
        return self.marts["rpt_scorecard"].filter(
            whose, pl.col("year") == self.year, pl.col("plan_id") == self.plan["plan_id"]
        )

    def _rows(self) -> list[dict]:
        """Each target of the year with what is known of the quarter, in the order of the plan."""
        scores = with_some_reporters(self._scores(), self.marts)
        of_quarter = {
            (row["target_id"], row["org_key"]): row
            for row in scores.filter(period_id=self.period_id).to_dicts()
        }
        of_year = scores.filter(period_kind="year").sort("line", "target_id", "org_key").to_dicts()
        rows = [
            of_quarter.get(
                (row["target_id"], row["org_key"]), unknown(row) if row["kind"] == "ratio" else row
            )
            for row in of_year
        ]
        known = {row["target_id"] for row in of_year}
        return sorted(
            [*rows, *(row for row in self._of_its_level() if row["target_id"] not in known)],
            key=lambda row: (row["line"], row["target_id"], row["org_key"]),
        )

    def _of_its_level(self) -> list[dict]:
        """The targets of all organisations of a level, for one of them of which nothing is known."""
        if self.is_planner:
            return []
        orgs, above = self.marts["dim_org"], self._above()
        planner = self.plan["org_key"]
        if above is None or planner not in (above["org_key"], above["parent_org_key"]):
            return []
        groups = orgs.filter(level="group", parent_org_key=planner, members_level=self.whose["level"])
        rows = self.marts["rpt_scorecard"].filter(
            pl.col("org_key").is_in(groups["org_key"].implode()),
            pl.col("year") == self.year,
            period_kind="year",
            plan_id=self.plan["plan_id"],
        )
        own = {"org_key": self.whose["org_key"], "met": None, "result_published": None}
        return [unknown(row) | own for row in rows.to_dicts()]

    def _otherwise(self, row: dict) -> dict | None:
        """What keeps a value from being compared with the one before; see `scores.otherwise`."""
        if row.get("comparable_with_previous") is not False:
            return None
        same = {name: row[name] for name in ("indicator_id", "definition_version", "org_key")}
        values = self.marts["fct_indicator_value"].filter(pl.col("known_to").is_null(), **same)
        periods = (self.period_id, before(self.period_id))
        return otherwise(*(found for each in periods for found in values.filter(period_id=each).to_dicts()))

    def filled(self) -> dict:
        rows = [Result(row, self.period_id, self._otherwise(row)) for row in self.rows]
        offices = office_lines(self.whose)
        above = self._above()
        place = self.whose if self.whose["level"] in GOVERNMENTS else above
        others = self._others()
        plan = called(self.plan)
        quarter = period(self.period_id, "vi")
        name = full_name(self.whose)
        of = {
            "plan": plan,
            "org": name,
            "year": self.year,
            "quarter": None if self.is_of_year else quarter,
        }
        kind = "of_the_plan" if self.plan["year"] in (None, self.year) else "of_another_year"
        texts = {
            "gia_dinh": MADE_UP if manifest.made_up(self.marts) else "",
            "ban_cong_bo": phrase("report.release", at=self.about["built_at"]),
            "co_quan_chu_quan": office_lines(above) if above and self.whose["level"] == "agency" else [],
            "co_quan": offices,
            "ten_co_quan": name,
            "dia_danh": bare(place["name_vi"]) if place else "……………",
            "nam_ky": self.about["built_at"].astimezone(HANOI).year,
            "nam": self.year,
            "ky": quarter,
            "ky_ngan": sentence(period_name(self.period_id)),
            "ky_truoc_ngan": sentence(period_name(before(self.period_id))),
            "trich_yeu": phrase(f"report.subject_{kind}", **of),
            "kinh_gui": None if self.is_planner or not above else full_name(above),
            "can_cu": phrase(f"report.opening_{kind}", **of),
            "nguon": phrase(
                "report.sources",
                at=self.about["built_at"],
                origin=self._from([*rows, *others]),
                known=self._known([*rows, *others]),
            ),
            "danh_gia_chung": [*self._overview(rows)],
            "cac_tru_cot": self._pillars(rows),
            "chi_tieu_khac": [{"cau": each.sentence(judged=False)} for each in others],
            "gui_so_lieu": [*self._reporting()]
            or [
                phrase(
                    "report.nobody_reports" if self.is_planner else "report.no_own_reports", quarter=quarter
                )
            ],
            "can_xu_ly": [*self._matters()],
            "noi_nhan": [
                phrase("report.to_whom" if self.is_planner else "report.to_the_above"),
                phrase("report.to_archive"),
            ],
            "nguoi_ky": [phrase("report.for_the_committee"), phrase("report.chairman")]
            if self.whose["level"] in GOVERNMENTS
            else [phrase("papers.head_of_office")],
            "bang": [each.line() for each in rows],
        }
        return as_text(texts)

    def _from(self, results: list["Result"]) -> str | None:
        """What the figures come from: the plan itself, where no organisation has reported; or nothing."""
        reports = self.marts["fct_reporting"].filter(
            ~pl.col("source_id").is_in(["plan", "published_figures"]),
            pl.col("received") == 1,
            pl.col("period_id").is_in(self._parts()),
        )
        if not reports.is_empty():
            return phrase("report.from_reports")
        if not any(has_result(each.row) for each in results):
            return None
        return phrase("report.from_the_plan" if self.is_of_year else "report.from_reports")

    def _known(self, results: list["Result"]) -> str:
        """Of which period the figures are."""
        quarter = period(self.period_id, "vi")
        whose = None if self.is_planner else full_name(self.whose)
        if self.is_of_year and (of_some := [each.row for each in results if is_provisional(each.row)]):
            known = {known_until(row) for row in of_some}
            alike = known.pop() if len(known) == 1 else None
            return phrase("report.provisional_of_year", year=self.year, count=len(of_some), known=alike)
        if self.is_of_year:
            how = "known" if any(has_result(each.row) for each in results) else "nothing_known"
            return phrase(f"report.{how}_of_year", year=self.year, whose=whose)
        if any(each.row["value"] is not None for each in results):
            year = self.year if self.rows else None
            return phrase("report.known_of_quarter", quarter=quarter, year=year)
        of_year = (
            self._scores()
            .filter(
                pl.col("period_kind") == "year", pl.col("kind") == "ratio", pl.col("value").is_not_null()
            )["target_id"]
            .n_unique()
        )
        return phrase(
            "report.nothing_known",
            whose=whose,
            quarter=quarter,
            count=of_year or None,
            year=self.year,
        )

    def _above(self) -> dict | None:
        key = self.whose["parent_org_key"]
        return self.marts["dim_org"].filter(org_key=key).row(0, named=True) if key else None

    def _first_month(self) -> int:
        return 1 if self.is_of_year else 3 * int(self.period_id[-1]) - 2

    def _parts(self) -> list[str]:
        """The period itself, its months and quarters."""
        first = self._first_month()
        months = [f"{self.year}-{n:02}" for n in range(first, first + (12 if self.is_of_year else 3))]
        quarters = [f"{self.year}-Q{n}" for n in range(1, 5)] if self.is_of_year else []
        return [self.period_id, *quarters, *months]

    def _overview(self, rows: list["Result"]) -> Iterator[str]:
        judged = [row for row in rows if is_judged(row.row)]
        if not judged:
            yield phrase("report.no_targets", org=full_name(self.whose), year=self.year)
            return
        reached = [row.row["reached"] for row in judged]
        yield phrase(
            "report.overview",
            year=self.year,
            count=len(judged),
            quarter=period(self.period_id, "vi"),
            met=reached.count(True),
            reached=self._reached(),
            missed=reached.count(False),
            undecided=reached.count(None),
            provisional=sum(is_provisional(row.row) for row in judged) or None,
        )
        reasons = [row.reason for row in judged if row.row["reached"] is None]
        if reasons:
            alike = {reason: reasons.count(reason) for reason in dict.fromkeys(sorted(reasons))}
            parts = (phrase("report.because", count=alike[reason], reason=reason) for reason in alike)
            yield phrase("report.why_undecided", reasons="; ".join(parts))
        alone = [
            row
            for row in rows
            if row.row["value"] is not None
            and row.row["change_points"] is None
            and row.row["comparable_with_previous"] is not False
        ]
        if alone:
            earlier = period(before(self.period_id), "vi")
            yield phrase("report.not_compared", count=len(alone), earlier=earlier)
        gaps = sorted(
            (row for row in judged if row.row["reached"] is False and row.row["gap_points"] is not None),
            key=lambda row: -abs(row.row["gap_points"]),
        )
        if gaps:
            far = (
                phrase("report.gap", name=row.name, points=distance(row.row["gap_points"]))
                for row in gaps[:3]
            )
            yield phrase("report.furthest", names="; ".join(far))

    def _reached(self) -> str:
        return phrase("report.met_in_year" if self.is_of_year else "report.met_so_far")

    def _pillars(self, rows: list["Result"]) -> list[dict]:
        """In the order of the plan over all its years, as on the page."""
        of_plan = of_wholes(self.marts).filter(plan_id=self.plan["plan_id"])
        found: dict[str, list[Result]] = {name: [] for name in of_plan["pillar_vi"]}
        for row in rows:
            found[row.row["pillar_vi"]].append(row)
        return [
            {
                "ten": name,
                "tom_tat": phrase(
                    "report.pillar",
                    count=len(group),
                    met=sum(each.row["reached"] is True for each in group),
                    reached=self._reached(),
                ),
                "cac_chi_tieu": [{"cau": each.sentence(), **each.line()} for each in group],
            }
            for name, group in found.items()
            if group
        ]

    def _others(self) -> list["Result"]:
        """Indicators of the plan of which something is known, though their targets are of other levels."""
        if self.is_planner:
            return []
        names = (
            self.marts["rpt_scorecard"]
            .filter(
                pl.col("plan_id") == self.plan["plan_id"],
                pl.col("year") == self.year,
                pl.col("period_kind") == "year",
                pl.col("is_of_the_whole"),
            )
            .unique(subset=["indicator_id", "definition_version"], maintain_order=True)
            .select("indicator_id", "definition_version", "name_vi", "line", "kind")
        )
        aimed = {(row["indicator_id"], row["definition_version"]) for row in self.rows}
        reasons = self.marts["dim_reason"].select("reason", "reason_vi")
        values = (
            self.marts["fct_indicator_value"]
            .filter(pl.col("known_to").is_null(), org_key=self.whose["org_key"], period_id=self.period_id)
            .join(names, on=["indicator_id", "definition_version"])
            .join(reasons, on="reason", how="left")
            .sort("line")
        )
        return [
            Result(row | {"stated_name": None}, self.period_id, self._otherwise(row))
            for row in with_some_reporters(values, self.marts).to_dicts()
            if (row["indicator_id"], row["definition_version"]) not in aimed
        ]

    def _reporting(self) -> Iterator[str]:
        """Reports due for the quarter and its months, by source: how many came, and in time; whose lack."""
        due = self.marts["fct_reporting"].filter(
            pl.col("expected") == 1, pl.col("period_id").is_in(self._parts())
        )
        if not self.is_planner:
            due = due.filter(org_key=self.whose["org_key"])
        sources = self.marts["dim_source"].select("source_id", source="name_vi")
        orgs = self.marts["dim_org"].select("org_key", org="name_vi")
        rows = due.join(sources, on="source_id", how="left").join(orgs, on="org_key", how="left")
        for (source,), group in rows.sort("source", "period_id", "org").group_by(
            "source", maintain_order=True
        ):
            came, in_time = int(group["received"].sum()), int(group["on_time"].sum())
            missing = [
                f"{org} ({', '.join(map(period_name, of_org['period_id'].to_list()))})"
                for (org,), of_org in group.filter(received=0).group_by("org", maintain_order=True)
            ]
            yield phrase(
                "report.received",
                source=source,
                came=came,
                due=group.height,
                in_time=in_time,
                names=", ".join(missing[:5]) or None,
                more=len(missing[5:]) or None,
            )

    def _own_matters(self) -> pl.DataFrame:
        """Without those of the plans of other organisations."""
        others = self.marts["dim_plan"].filter(pl.col("org_key") != self.plan["org_key"])["org_key"]
        of_others = pl.col("owner_org_key").is_in(others.implode()).fill_null(False)
        return self.marts["fct_matter"].filter(~of_others)

    def _matters(self) -> Iterator[str]:
        """What has to be settled of this quarter, in the order in which it is taken up."""
        of_all = pl.len().over("matter_id").alias("of_all")
        findings = self.marts["rpt_open_matters"].with_columns(of_all)
        found = findings.filter(pl.col("period_id").is_in(self._parts()))
        if not self.is_planner:
            found = found.filter(
                (pl.col("org_key") == self.whose["org_key"]) | (pl.col("org_id") == self.whose["org_id"])
            )
        own = self._own_matters()
        counted = found.group_by("matter_id").agg(
            "indicator_id", "indicator_vi", pl.col("of_all").first(), of_quarter=pl.len()
        )
        rows = own.join(counted, on="matter_id").sort("position").to_dicts()
        for row in rows[:MOST_MATTERS]:
            answer, ask = ((row[name] or "").rstrip(".") or None for name in ("answer", "ask_vi"))
            some = row["of_quarter"] if row["of_quarter"] < row["of_all"] else None
            named = self._indicators(row)
            told = {
                "answer": answer,
                "ask": ask and asked(ask),
                "some": some,
                "indicators": None if some else named,
                "of_part": named if some else None,
            }
            yield phrase("report.matter", **row | told)
        others = len(rows[MOST_MATTERS:])
        if self.is_planner:
            unsettled = own.filter(pl.col("state") != "settled")
            others += unsettled.filter(~pl.col("matter_id").is_in(found["matter_id"].implode())).height
        if others:
            yield phrase("report.more_matters" if rows else "report.other_matters", count=others)

    def _indicators(self, matter: dict) -> str | None:
        """The indicators of a matter whose title names none: by their numbers in the plan, else by name."""
        rows = of_wholes(self.marts).filter(plan_id=self.plan["plan_id"], year=self.year)
        rows = rows.filter(pl.col("indicator_id").is_in(matter["indicator_id"]))
        names = dict(zip(matter["indicator_id"], matter["indicator_vi"], strict=True))
        others = {f"“{names[each]}”" for each in names if each and each not in rows["indicator_id"].to_list()}
        found = [*dict.fromkeys(rows["target_number"]), *sorted(others)]
        return None if any(f" {each} " in matter["title_vi"] for each in found) else ", ".join(found) or None


def has_result(row: dict) -> bool:
    return row["value"] is not None or row.get("result_published") is not None


def unknown(row: dict) -> dict:
    """A target of which nothing is known in the quarter. That nobody has defined it holds in each quarter."""
    kept: dict[str, str | None] = {"value_status": "not_computable"}
    if row["reason"] != "definition_absent":
        kept |= {"reason": None, "reason_vi": None}
    return row | dict.fromkeys(OF_A_QUARTER) | kept


class Result:
    """A target and what is known of it in the quarter, in words."""

    def __init__(self, row: dict, period_id: str, otherwise: dict | None = None):
        self.row, self.period_id, self.otherwise = row, period_id, otherwise

    @property
    def name(self) -> str:
        return self.row["stated_name"] or self.row["name_vi"]

    @property
    def reason(self) -> str:
        return why(self.row) or phrase("report.nothing_of_period")

    @property
    def target(self) -> str:
        row = self.row
        if row["target_value"] is None:
            return row["raw_text"]
        sign = "" if row["operator"] == ">=" else f"{SIGNS[row['operator']]}\N{NO-BREAK SPACE}"
        return f"{sign}{percent(row['target_value'])}"

    @property
    def value(self) -> str:
        row = self.row
        qualifier = row["reported_qualifier"] if row["value_status"] != "computed" else None
        if row["value"] is None:
            return MISSING
        return bounded(row["value"], qualifier) if qualifier else short(row["value"], row.get("target_value"))

    @property
    def verdict(self) -> str:
        return verdict(self.row, column="reached") if is_judged(self.row) else QUALITATIVE

    def sentence(self, *, judged: bool = True) -> str:
        """A sentence of the report."""
        row = self.row
        if row["kind"] != "ratio":
            how = (
                words("milestones", "vi")[MET[row["reached"]]]
                if is_judged(row)
                else phrase("report.no_level")
            )
            result = None if is_judged(row) or len(self.period_id) > 4 else row["result_published"]
            return phrase("report.milestone", name=self.name, target=row["raw_text"], how=how, result=result)
        aim = self.target if judged else None
        if row["value"] is None:
            return phrase("report.not_computed", name=self.name, reason=self.reason, aim=aim)
        shown_as = {"value": self.value, "published": self._published()}
        parts = [phrase(f"report.{row['value_status']}", **row | shown_as)]
        if judged:
            parts += [self._beside_target(), self._beside_before()]
        return phrase(
            "report.sentence",
            name=self.name,
            parts="; ".join(filter(None, parts)),
            provisional=self._lacking(),
        )

    def _beside_target(self) -> str:
        row, gap = self.row, self.row["gap_points"]
        if row["reached"] is None or gap is None:
            how = "unknown"
        elif row["reached"]:
            how = "equal" if not gap else "above" if row["operator"] in (">=", ">") else "below"
        else:
            how = "short" if gap else "equal_but_missed"
        return phrase(f"report.target_{how}", target=self.target, points=gap and distance(gap))

    def _beside_before(self) -> str:
        row, earlier = self.row, period(before(self.period_id), "vi")
        change = row["change_points"]
        if self.otherwise:
            return phrase(
                f"report.not_comparable_{self.otherwise['kind']}", earlier=earlier, **self.otherwise
            )
        if change is None:  # the overview says of how many that is so
            return ""
        how = "more" if change > 0 else "less" if change else "same"
        return phrase(f"report.{how}_than_before", earlier=earlier, points=distance(change))

    def _lacking(self) -> str | None:
        months = self.row["missing_periods"]
        if self.row["obs_status"] != "P" or not months:
            return None
        return phrase("why.missing_months", months=", ".join(map(month, months)))

    def line(self) -> dict:
        """A row of the appendix."""
        row = self.row
        is_ratio = row["kind"] == "ratio"
        gap, change = row["gap_points"], row["change_points"]
        return {
            "so": number(row),
            "ten": self.name if row["org_level"] == "province" else f"{self.name} ({level(row)})",
            "muc_tieu": self.target,
            "ky_truoc": known(row["previous_value"], short) if is_ratio else NOT_DUE,
            "ky_nay": self.value if is_ratio else self._milestone(),
            "tu_so": known(row["numerator"], vietnamese) if is_ratio else NOT_DUE,
            "mau_so": known(row["denominator"], vietnamese) if is_ratio else NOT_DUE,
            "so_muc_tieu": known(gap, signed) if is_ratio else NOT_DUE,
            "so_ky_truoc": known(change, signed) if is_ratio else NOT_DUE,
            "danh_gia": self.verdict,
            "ghi_chu": self._note(),
        }

    def _milestone(self) -> str:
        """What is published of the year; a quarter has no result of its own."""
        return (len(self.period_id) == 4 and self.row["result_published"]) or NOT_DUE

    def _note(self) -> str:
        row = self.row
        if row["kind"] != "ratio":
            return phrase("report.note_milestone") if is_judged(row) else NOT_DUE
        if row["value"] is None:
            return phrase("report.note_nothing", reason=self.reason)
        return phrase(
            f"report.note_{row['value_status']}",
            published=self._published(),
            lacking=(self._lacking() or "").rstrip(".").lower() or None,
            otherwise=self._beside_before() if self.otherwise else None,
        )

    def _published(self) -> str | None:
        """The publisher's ratio, where another one was computed."""
        row = self.row
        if row["value_status"] != "computed" or row["reported_value"] is None:
            return None
        text = bounded(row["reported_value"], row["reported_qualifier"])
        return text if text != self.value else None


def asked(text: str) -> str:
    return text if text.startswith(phrase("workbook.ask")) else phrase("report.ask", ask=text)


def known(value, written: Callable[..., str]) -> str:
    return MISSING if value is None else written(value)


def before(period_id: str) -> str:
    """The quarter or the year before."""
    if len(period_id) == 4:
        return str(int(period_id) - 1)
    year, quarter = int(period_id[:4]), int(period_id[-1])
    return f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"


def bare(name: str) -> str:
    """'Huyện Krông Pa' -> 'Krông Pa'."""
    kinds = (f"{kind} " for kind in words("kinds_of_units", "vi").values())
    return next((name.removeprefix(kind) for kind in kinds if name.startswith(kind)), name)


def full_name(org: dict) -> str:
    """Who issues the papers of an organisation: of a unit of government its people's committee."""
    if org["level"] not in GOVERNMENTS:
        return org["name_vi"]
    return phrase("report.committee_of", org=f"{org['name_vi'][:1].lower()}{org['name_vi'][1:]}")


def office_lines(org: dict) -> list[str]:
    name = org["name_vi"].upper()
    return [phrase("report.committee"), name] if org["level"] in GOVERNMENTS else [name]


def as_text(value):
    """Every text as a document can hold it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    return [as_text(each) for each in value] if isinstance(value, list) else value
