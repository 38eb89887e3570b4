"""The report of a quarter or a year that plans ask for, as a Word document in the form of an office's papers.

An office changes the form in Word: `templates/bao_cao_quy.docx` of the data directory is used instead of the
one beside this file. Here is what fills it; no indicator is computed.
"""

import io
import zipfile
from collections.abc import Iterator
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
from orchestration.publication.scores import called, is_judged, level, number, why, with_some_reporters
from orchestration.publication.sheet import MADE_UP, MISSING, NOT_DUE, printable
from orchestration.publication.vietnamese import (
    QUALITATIVE,
    SIGNS,
    VERDICTS,
    bounded,
    clock,
    distance,
    month,
    percent,
    period_name,
    release_name,
    sentence,
    short,
    signed,
)

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
    """A score of the last quarter or year with a result; the quarter's where both end together."""
    ends = pl.col("period_id").str.replace(r"^(\d{4})$", "$1-Q4")
    known = scores.filter(pl.col("period_kind").is_in(["quarter", "year"]), pl.col("value").is_not_null())
    known = known.sort(ends, "period_kind", "plan_id", descending=[True, False, False])
    return known.row(0, named=True) if known.height else None


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
        return [
            of_quarter.get(
                (row["target_id"], row["org_key"]), unknown(row) if row["kind"] == "ratio" else row
            )
            for row in of_year
        ]

    def filled(self) -> dict:
        rows = [Result(row, self.period_id) for row in self.rows]
        offices = office_lines(self.whose)
        above = self._above()
        place = self.whose if self.whose["level"] in GOVERNMENTS else above
        others = self._others()
        plan = called(self.plan)
        quarter = period(self.period_id, "vi")
        name = full_name(self.whose)
        subject_of = f"Kết quả thực hiện các chỉ tiêu của {plan}"
        opening = f"Thực hiện {plan}, {name} báo cáo kết quả trong {quarter} như sau:"
        if self.is_of_year:
            opening = f"Thực hiện {plan}, {name} báo cáo kết quả như sau:"
        if self.plan["year"] not in (None, self.year):
            subject_of = f"Kết quả thực hiện các mục tiêu năm {self.year} nêu tại {plan}"
            opening = f"{name} báo cáo kết quả thực hiện các mục tiêu năm {self.year} nêu tại {plan} như sau:"
        texts = {
            "gia_dinh": MADE_UP if manifest.made_up(self.marts) else "",
            "ban_cong_bo": release_name(self.about).removeprefix("bản công bố "),
            "co_quan_chu_quan": office_lines(above) if above and self.whose["level"] == "agency" else [],
            "co_quan": offices,
            "ten_co_quan": name,
            "dia_danh": bare(place["name_vi"]) if place else "……………",
            "nam_ky": self.about["built_at"].astimezone(HANOI).year,
            "nam": self.year,
            "ky": quarter,
            "ky_ngan": sentence(period_name(self.period_id)),
            "ky_truoc_ngan": sentence(period_name(before(self.period_id))),
            "trich_yeu": subject_of if self.is_of_year else f"{subject_of}, {quarter}",
            "kinh_gui": None if self.is_planner or not above else full_name(above),
            "can_cu": opening,
            "nguon": f"Số liệu tổng hợp đến {clock(self.about['built_at']).removesuffix(' (giờ Việt Nam)')} "
            f"{self._from([*rows, *others])}. {self._known([*rows, *others])}",
            "danh_gia_chung": [*self._overview(rows)],
            "cac_tru_cot": self._pillars(rows),
            "chi_tieu_khac": [{"cau": each.told(judged=False)} for each in others],
            "gui_so_lieu": [*self._reporting()]
            or [
                f"Chưa có nguồn nào gửi báo cáo theo hạn định kỳ của {quarter}."
                if self.is_planner
                else f"Chưa theo dõi báo cáo định kỳ nào của đơn vị trong {quarter}."
            ],
            "can_xu_ly": [*self._matters()],
            "noi_nhan": [*(["Như trên;"] if not self.is_planner else ["……………………;"]), "Lưu: VT, ………"],
            "nguoi_ky": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
            if self.whose["level"] in GOVERNMENTS
            else ["THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"],
            "bang": [each.line() for each in rows],
        }
        return as_text(texts)

    def _from(self, results: list["Result"]) -> str:
        """What the figures come from: the plan itself, where no organisation has reported."""
        reports = self.marts["fct_reporting"].filter(
            ~pl.col("source_id").is_in(["plan", "published_figures"]),
            pl.col("received") == 1,
            pl.col("period_id").is_in(self._parts()),
        )
        known = any(each.row["value_status"] in ("reported", "computed", "estimated") for each in results)
        if known and reports.is_empty() and self.is_of_year:
            return (
                "từ kết quả nêu tại kế hoạch nói trên; chưa có báo cáo nào của các cơ quan, đơn vị về năm này"
            )
        return "từ báo cáo của các cơ quan, đơn vị"

    def _known(self, results: list["Result"]) -> str:
        """Of which period the figures are."""
        quarter = period(self.period_id, "vi")
        if self.is_of_year:
            return f"Kết quả nêu dưới đây là của cả năm {self.year}."
        if any(each.row["value"] is not None for each in results):
            return (
                f"Kết quả nêu dưới đây là của riêng {quarter}, so với mục tiêu cả năm {self.year}."
                if self.rows
                else f"Kết quả nêu dưới đây là của riêng {quarter}."
            )
        of_year = (
            self._scores()
            .filter(
                pl.col("period_kind") == "year", pl.col("kind") == "ratio", pl.col("value").is_not_null()
            )["target_id"]
            .n_unique()
        )
        whose = "" if self.is_planner else f" của {full_name(self.whose)}"
        text = f"Đến ngày nêu trên chưa nhận được số liệu nào{whose} về riêng {quarter}"
        if of_year:
            text += f"; số liệu đã có ({of_year} chỉ tiêu) là của cả năm {self.year}"
            text += ", nêu tại bảng tính kèm theo"
        return f"{text}."

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
            yield f"Kế hoạch không đặt mục tiêu riêng cho {full_name(self.whose)} trong năm {self.year}."
            return
        reached = [row.row["reached"] for row in judged]
        yield (
            f"Năm {self.year} có {len(judged)} mục tiêu có ngưỡng hoặc mốc. Theo kết quả của "
            f"{period(self.period_id, 'vi')}: {reached.count(True)} mục tiêu đã đạt{self._of_the_year()}, "
            f"{reached.count(False)} chưa đạt, {reached.count(None)} chưa xác định được."
        )
        reasons = [row.reason for row in judged if row.row["reached"] is None]
        if reasons:
            alike = {reason: reasons.count(reason) for reason in dict.fromkeys(sorted(reasons))}
            parts = "; ".join(f"{count} do {reason}" for reason, count in alike.items())
            yield f"Lý do chưa xác định được: {parts}."
        alone = [
            row
            for row in rows
            if row.row["value"] is not None
            and row.row["change_points"] is None
            and row.row["comparable_with_previous"] is not False
        ]
        if alone:
            earlier = period(before(self.period_id), "vi")
            yield f"{len(alone)} chỉ tiêu có kết quả nhưng chưa có kết quả {earlier} để so sánh."
        gaps = sorted(
            (row for row in judged if row.row["reached"] is False and row.row["gap_points"] is not None),
            key=lambda row: -abs(row.row["gap_points"]),
        )
        if gaps:
            yield (
                "Cách mục tiêu xa nhất: "
                + "; ".join(
                    f"{row.name} ({distance(row.row['gap_points'])} điểm phần trăm)" for row in gaps[:3]
                )
                + "."
            )

    def _of_the_year(self) -> str:
        return "" if self.is_of_year else " mức của cả năm"

    def _pillars(self, rows: list["Result"]) -> list[dict]:
        found: dict[str, list[Result]] = {}
        for row in rows:
            found.setdefault(row.row["pillar_vi"], []).append(row)
        return [
            {
                "ten": name,
                "tom_tat": f"{len(group)} chỉ tiêu, "
                f"{sum(each.row['reached'] is True for each in group)} đã đạt{self._of_the_year()}.",
                "cac_chi_tieu": [{"cau": each.told(), **each.line()} for each in group],
            }
            for name, group in found.items()
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
            Result(row | {"stated_name": None}, self.period_id)
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
            text = f"{source}: đã nhận {came}/{group.height} báo cáo phải gửi, {in_time} báo cáo đúng hạn"
            lacking = group.filter(received=0)
            if not lacking.is_empty():
                missing = [
                    f"{org} ({', '.join(map(period_name, of_org['period_id'].to_list()))})"
                    for (org,), of_org in lacking.group_by("org", maintain_order=True)
                ]
                more = f" và {len(missing) - 5} đơn vị khác" if len(missing) > 5 else ""
                text += f"; chưa nhận của {', '.join(missing[:5])}{more}"
            yield f"{text}."

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
        counted = found.group_by("matter_id").agg(pl.col("of_all").first(), of_quarter=pl.len())
        rows = own.join(counted, on="matter_id").sort("position").to_dicts()
        for row in rows[:MOST_MATTERS]:
            parts = [
                f"{row['title_vi']} (trong kỳ này: {row['of_quarter']}/{row['of_all']} nội dung)",
                row["org_vi"] and f"Cơ quan xử lý: {row['org_vi']}",
                row["ask_vi"] and asked(row["ask_vi"].rstrip(".")),
                row["answer"] and f"{row['answered_by']} đã trả lời: {row['answer'].rstrip('.')}",
            ]
            yield ". ".join(filter(None, parts)) + "."
        others = len(rows[MOST_MATTERS:])
        if self.is_planner:
            unsettled = own.filter(pl.col("state") != "settled")
            others += unsettled.filter(~pl.col("matter_id").is_in(found["matter_id"].implode())).height
        if others:
            start = "Ngoài các nội dung nêu trên," if rows else "Không có nội dung nào của riêng kỳ này;"
            yield (
                f"{start} còn {others} việc chưa giải quyết của các kỳ khác và của kế hoạch; danh sách ở "
                "trang “Việc cần xử lý” của bảng tính kèm theo."
            )


def unknown(row: dict) -> dict:
    """A target of which nothing is known in the quarter. That nobody has defined it holds in each quarter."""
    kept: dict[str, str | None] = {"value_status": "not_computable"}
    if row["reason"] != "definition_absent":
        kept |= {"reason": None, "reason_vi": None}
    return row | dict.fromkeys(OF_A_QUARTER) | kept


class Result:
    """A target and what is known of it in the quarter, in words."""

    def __init__(self, row: dict, period_id: str):
        self.row, self.period_id = row, period_id

    @property
    def name(self) -> str:
        return self.row["stated_name"] or self.row["name_vi"]

    @property
    def reason(self) -> str:
        return why(self.row) or "chưa có số liệu của kỳ này"

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
        return VERDICTS[self.row["reached"]] if is_judged(self.row) else QUALITATIVE

    def told(self, *, judged: bool = True) -> str:
        """A sentence of the report."""
        row = self.row
        if row["kind"] != "ratio":
            how = self.verdict.lower() if is_judged(row) else "không nêu mức phải đạt"
            return f"{self.name}: mục tiêu “{row['raw_text']}”; {how}."
        aim = f" Mục tiêu cả năm là {self.target}." if judged else ""
        if row["value"] is None:
            return f"{self.name}: chưa tính được, do {self.reason}.{aim}"
        parts = [f"đạt {self.value}{self._inputs()}"]
        if judged:
            parts += [self._beside_target(), self._beside_before()]
        provisional = self._lacking()
        return f"{self.name}: {'; '.join(filter(None, parts))}.{f' {provisional}' if provisional else ''}"

    def _inputs(self) -> str:
        row = self.row
        if row["value_status"] == "computed":
            published = self._published()
            inputs = f"{vietnamese(row['numerator'])}/{vietnamese(row['denominator'])}"
            return f" ({inputs}{f'; số công bố {published}' if published else ''})"
        return (
            " (số ước tính của cơ quan công bố)"
            if row["value_status"] == "estimated"
            else " (theo số công bố)"
        )

    def _beside_target(self) -> str:
        row, gap = self.row, self.row["gap_points"]
        if row["reached"] is None or gap is None:
            return f"chưa đủ để so với mục tiêu cả năm {self.target}"
        points = f"{distance(gap)} điểm phần trăm"
        if row["reached"]:
            beyond = "vượt" if row["operator"] in (">=", ">") else "thấp hơn"
            how = f"{beyond} {points}" if gap else "bằng đúng mức mục tiêu"
            return f"đã đạt mục tiêu cả năm {self.target} ({how})"
        if not gap:
            return f"bằng đúng mức nhưng chưa đạt mục tiêu cả năm {self.target}"
        return f"chưa đạt mục tiêu cả năm {self.target} (còn cách {points})"

    def _beside_before(self) -> str:
        row, earlier = self.row, period(before(self.period_id), "vi")
        if row["comparable_with_previous"] is False:
            return f"không so sánh với {earlier} vì khác định nghĩa hoặc đơn vị hành chính đã thay đổi"
        change = row["change_points"]
        if change is None:  # the overview says of how many that is so
            return ""
        if not change:
            return f"không thay đổi so với {earlier}"
        return f"{'tăng' if change > 0 else 'giảm'} {distance(change)} điểm phần trăm so với {earlier}"

    def _lacking(self) -> str | None:
        months = self.row["missing_periods"]
        if self.row["obs_status"] != "P" or not months:
            return None
        return f"Số sơ bộ, chưa có số liệu tháng {', '.join(map(month, months))}."

    def line(self) -> dict:
        """A row of the appendix."""
        row = self.row
        is_ratio = row["kind"] == "ratio"
        gap, change = row["gap_points"], row["change_points"]
        return {
            "so": number(row),
            "ten": self.name if row["org_level"] == "province" else f"{self.name} ({level(row)})",
            "muc_tieu": self.target,
            "ky_truoc": shown(row["previous_value"]) if is_ratio else NOT_DUE,
            "ky_nay": self.value if is_ratio else self._milestone(),
            "tu_so": counted(row["numerator"]) if is_ratio else NOT_DUE,
            "mau_so": counted(row["denominator"]) if is_ratio else NOT_DUE,
            "so_muc_tieu": points(gap) if is_ratio else NOT_DUE,
            "so_ky_truoc": points(change) if is_ratio else NOT_DUE,
            "danh_gia": self.verdict,
            "ghi_chu": self._note(),
        }

    def _milestone(self) -> str:
        """What is published of the year; a quarter has no result of its own."""
        return (len(self.period_id) == 4 and self.row["result_published"]) or NOT_DUE

    def _note(self) -> str:
        row = self.row
        if row["kind"] != "ratio":
            return "Theo kết quả công bố của cả năm" if is_judged(row) else NOT_DUE
        if row["value"] is None:
            return f"Không tính được: {self.reason}"
        how = {
            "computed": "Tính từ tử số và mẫu số",
            "estimated": "Số ước tính",
            "reported": "Theo số công bố",
        }
        published = self._published()
        return "; ".join(
            filter(
                None,
                [
                    how[row["value_status"]],
                    published and f"số công bố {published}",
                    (self._lacking() or "").rstrip(".").lower(),
                    f"không so sánh với {period(before(self.period_id), 'vi')}: khác định nghĩa hoặc "
                    "đơn vị hành chính"
                    if row["comparable_with_previous"] is False
                    else None,
                ],
            )
        )

    def _published(self) -> str | None:
        """The publisher's ratio, where another one was computed."""
        row = self.row
        if row["value_status"] != "computed" or row["reported_value"] is None:
            return None
        text = bounded(row["reported_value"], row["reported_qualifier"])
        return text if text != self.value else None


def asked(text: str) -> str:
    return text if text.startswith("Đề nghị") else f"Đề nghị: {text}"


def shown(value) -> str:
    return MISSING if value is None else short(value)


def counted(value) -> str:
    return MISSING if value is None else vietnamese(value)


def points(gap) -> str:
    return MISSING if gap is None else signed(gap)


def before(period_id: str) -> str:
    """The quarter or the year before."""
    if len(period_id) == 4:
        return str(int(period_id) - 1)
    year, quarter = int(period_id[:4]), int(period_id[-1])
    return f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"


def bare(name: str) -> str:
    """'Huyện Krông Pa' -> 'Krông Pa'."""
    kinds = ("Tỉnh ", "Thành phố ", "Huyện ", "Thị xã ", "Xã ", "Phường ", "Thị trấn ")
    return next((name.removeprefix(kind) for kind in kinds if name.startswith(kind)), name)


def full_name(org: dict) -> str:
    """Who issues the papers of an organisation: of a unit of government its people's committee."""
    if org["level"] not in GOVERNMENTS:
        return org["name_vi"]
    return f"Ủy ban nhân dân {org['name_vi'][:1].lower()}{org['name_vi'][1:]}"


def office_lines(org: dict) -> list[str]:
    name = org["name_vi"].upper()
    return ["ỦY BAN NHÂN DÂN", name] if org["level"] in GOVERNMENTS else [name]


def as_text(value):
    """Every text as a document can hold it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    return [as_text(each) for each in value] if isinstance(value, list) else value
