"""What `dxkpi run` and `dxkpi findings` print of the current release."""

import json
import os

import click
from rich.console import Console
from rich.table import Table

from expectations.numbers import vietnamese
from ingest import places
from orchestration import current

VERDICT = {True: "đạt", False: "chưa đạt", None: "–"}


def show() -> None:
    """The scorecard, the findings by severity, and where the release is."""
    scores = current.rows(
        """select t.year, s.code, s.name_vi, t.raw_text, t.target_kind, s.value, s.reported_value, s.met, s.met_as_reported,
                  s.value_status, s.reason_vi
           from marts.rpt_scorecard s join marts.fct_indicator_target t using (target_id)
           where s.period_id = t.year::varchar order by t.year, s.report_order, t.target_id"""
    )
    for year in sorted({row["year"] for row in scores}):
        _scorecard(year, [row for row in scores if row["year"] == year])
    counts = current.rows("select severity, count(*) as n from marts.fct_finding group by all order by severity")
    click.echo("Findings: " + ", ".join(f"{row['n']} {row['severity']}" for row in counts) + "  (dxkpi findings)")
    release = current.folder()
    shown = os.path.relpath(places.published() / "current")
    click.echo(f"Release:  {release.name}")
    click.echo(f"          {shown}/dxkpi.duckdb, {shown}/report/index.html")


def _scorecard(year: int, rows: list[dict]) -> None:
    table = Table(title=f"Mục tiêu năm {year}", title_justify="left", box=None, pad_edge=False)
    for heading in ("Mã", "Chỉ tiêu"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Mục tiêu", "Công bố", "Tính lại"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Kết luận", no_wrap=True)
    for row in rows:
        table.add_row(
            (row["code"] or "").removeprefix("PL01."),
            row["name_vi"],
            row["raw_text"],
            _number(row["reported_value"]),
            _number(row["value"]) if row["value_status"] == "computed" else "–",
            VERDICT[row["met"]] if row["target_kind"] == "threshold" else "không phải ngưỡng",
        )
    table.columns[1].overflow, table.columns[1].max_width = "ellipsis", 52
    Console(width=110, highlight=False).print(table)
    thresholds = [row for row in rows if row["target_kind"] == "threshold"]
    for label, column in (("theo giá trị tính lại nếu có", "met"), ("theo số công bố", "met_as_reported")):
        met, missed, open_ = (sum(row[column] is verdict for row in thresholds) for verdict in (True, False, None))
        others = len(rows) - len(thresholds)
        click.echo(
            f"  {label}: {met} đạt, {missed} chưa đạt, {open_} chưa xác định được, {others} không phải ngưỡng"
        )
    click.echo()


def show_findings(severity: str | None, as_json: bool) -> None:
    """One finding a line, the gravest first."""
    found = current.rows(
        """select * from marts.fct_finding where $1 is null or severity = $1
           order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, rule_id, subject_key""",
        severity,
    )
    for row in found:
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
        else:
            click.echo(f"[{row['severity']}] {row['rule_id']}: {row['message_vi']}")
    if not as_json:
        click.echo(f"{len(found)} findings")


def _number(value) -> str:
    return "–" if value is None else vietnamese(value)
