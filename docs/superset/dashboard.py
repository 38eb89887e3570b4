"""A dashboard in Superset over a release, made by its REST API:
`python docs/superset/dashboard.py data/published/current http://127.0.0.1:8088`.

Who logs in is named by SUPERSET_USER and SUPERSET_PASSWORD. Without an address it starts one of its own
on the loopback interface in a folder that is thrown away, makes the dashboard there, compares what its charts
give with the release, and keeps it for a look with `--stay`.
"""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import requests

TITLE = "Chuyển đổi số"
# Of what a row tells; a due day or a time of knowing is no time to draw over.
DATES = {"period_start", "period_end"}
# A ratio is the division of sums, defined once, and never an average of `value`.
METRICS = {
    "indicator_values": {
        "metric_name": "ratio",
        "verbose_name": "Tỷ lệ, %",
        "expression": "percent_of(sum(numerator), sum(denominator))",
        "d3format": ".1f",
    },
    "scorecard": {
        "metric_name": "targets",
        "verbose_name": "Số chỉ tiêu",
        "expression": "count(*)",
        "d3format": "d",
    },
}
SERIES = """
    select indicator_id, any_value(indicator_vi), org_id, period_kind
    from indicator_values
    where is_default_definition and org_level = 'province' and value is not null and value_status = 'computed'
    group by indicator_id, org_id, period_kind
    order by count(*) desc, indicator_id, org_id
    limit 1
"""
YEAR = "select max(year) from scorecard where period_kind = 'year' and is_of_the_whole and met is not null"
# Of the verdicts the words and colours.
VERDICTS = {
    "met": ("Đạt", "#3d9a68"),
    "missed": ("Chưa đạt", "#cf5a4e"),
    "undecided": ("Chưa xác định được", "#e0aa3e"),
    "not_a_threshold": ("Định tính", "#b4bec9"),
}
CASES = " ".join(f"when '{verdict}' then '{words}'" for verdict, (words, _) in VERDICTS.items())
IN_WORDS = f"case verdict {CASES} end"


def where(column: str, operator: str, value: object) -> dict:
    about = {"expressionType": "SIMPLE", "clause": "WHERE"}
    return about | {"subject": column, "operator": operator, "comparator": value}


def charts_of(release: Path) -> list[dict]:
    """The longest series of the release, and the verdicts on its targets, each with the same in SQL."""
    with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as con:
        found, (year,) = con.execute(SERIES).fetchone(), con.execute(YEAR).fetchall()[0]
    if found is None or year is None:
        raise LookupError(f"{release} has no computed ratio of a province, or no year with verdicts, to draw")
    indicator_id, name, org_id, kind = found
    # Of each indicator one definition, of each period one length, of each place one level.
    of_series = [
        where("indicator_id", "==", indicator_id),
        where("is_default_definition", "==", True),
        where("org_id", "==", org_id),
        where("period_kind", "==", kind),
    ]
    line = {
        "name": name,
        "dataset": "indicator_values",
        "viz_type": "echarts_timeseries_line",
        "params": {
            "x_axis": "period_start",
            "time_grain_sqla": {"month": "P1M", "quarter": "P3M", "year": "P1Y"}[kind],
            "metrics": ["ratio"],
            "groupby": [],
            "adhoc_filters": of_series,
            "row_limit": 1000,
            "markerEnabled": True,
            "y_axis_format": ".1f",
            "x_axis_time_format": "%m/%Y",
        },
        "sql": f"""select period_start, percent_of(sum(numerator), sum(denominator)) as ratio
            from indicator_values
            where indicator_id = '{indicator_id}' and is_default_definition and org_id = '{org_id}'
                and period_kind = '{kind}' group by all order by all""",
    }
    bars = {
        "name": f"Đánh giá theo trụ cột, năm {year}",
        "dataset": "scorecard",
        "viz_type": "echarts_timeseries_bar",
        "params": {
            "x_axis": "pillar_vi",
            "metrics": ["targets"],
            "groupby": [{"expressionType": "SQL", "sqlExpression": IN_WORDS, "label": "Đánh giá"}],
            "adhoc_filters": [
                where("period_kind", "==", "year"),
                where("is_of_the_whole", "==", True),
                where("year", "==", year),
            ],
            "stack": "Stack",
            "orientation": "horizontal",
            "row_limit": 1000,
        },
        "sql": f"""select pillar_vi, {IN_WORDS} as verdict, count(*) as targets from scorecard
            where period_kind = 'year' and is_of_the_whole and year = {year} group by all order by all""",
    }
    return [line, bars]


class Superset:
    """Its REST API. Every refusal is an exception with what Superset says."""

    def __init__(self, address: str, user: str, password: str):
        self.address, self.session = f"{address}/api/v1", requests.Session()
        token = self.call("post", "security/login", username=user, password=password, provider="db")
        self.session.headers["Authorization"] = f"Bearer {token['access_token']}"
        self.session.headers["X-CSRFToken"] = self.call("get", "security/csrf_token/")["result"]
        self.session.headers["Referer"] = address

    def call(self, method: str, path: str, **body) -> dict:
        answer = self.session.request(method, f"{self.address}/{path}", json=body or None, timeout=60)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()


def make(superset: Superset, release: Path, wanted: list[dict]) -> dict[str, int]:
    """The connection, a dataset for each table, the charts, the dashboard. Returns the charts' numbers."""
    database = superset.call(
        "post",
        "database/",
        database_name="dxkpi",
        # by the link: a connection lives as long as a query (NullPool), so each sees the newest release
        sqlalchemy_uri=f"duckdb:///{release}/dxkpi.duckdb",
        extra=json.dumps({"engine_params": {"connect_args": {"read_only": True}}}),
    )["id"]
    datasets = {table: dataset(superset, database, table, metric) for table, metric in METRICS.items()}
    charts = {chart["name"]: make_chart(superset, chart, datasets[chart["dataset"]]) for chart in wanted}
    board = superset.call(
        "post",
        "dashboard/",
        dashboard_title=TITLE,
        slug="dxkpi",
        published=True,
        position_json=json.dumps(layout(charts)),
        json_metadata=json.dumps({"label_colors": dict(VERDICTS.values())}),
    )["id"]
    for chart in charts.values():
        superset.call("put", f"chart/{chart}", dashboards=[board])
    return charts


def dataset(superset: Superset, database: int, table: str, metric: dict) -> int:
    made = superset.call("post", "dataset/", database=database, schema="main", table_name=table)["id"]
    columns = superset.call("get", f"dataset/{made}")["result"]["columns"]
    kept = ("id", "column_name", "type", "filterable", "groupby", "is_active", "verbose_name", "expression")
    superset.call(
        "put",
        f"dataset/{made}",
        main_dttm_col="period_start",
        metrics=[metric],
        columns=[
            {key: column[key] for key in kept} | {"is_dttm": column["column_name"] in DATES}
            for column in columns
        ],
    )
    return made


def make_chart(superset: Superset, chart: dict, dataset_id: int) -> int:
    params = chart["params"] | {"viz_type": chart["viz_type"], "datasource": f"{dataset_id}__table"}
    return superset.call(
        "post",
        "chart/",
        slice_name=chart["name"],
        viz_type=chart["viz_type"],
        datasource_id=dataset_id,
        datasource_type="table",
        params=json.dumps(params),
        query_context=json.dumps(query_context(chart, params, dataset_id)),
    )["id"]


def query_context(chart: dict, params: dict, dataset_id: int) -> dict:
    """What the chart asks, for those who ask without a browser."""
    time = chart["params"].get("time_grain_sqla")
    axis = params["x_axis"]
    return {
        "datasource": {"id": dataset_id, "type": "table"},
        "queries": [
            {
                "columns": [
                    {
                        "timeGrain": time,
                        "columnType": "BASE_AXIS",
                        "sqlExpression": axis,
                        "label": axis,
                        "expressionType": "SQL",
                    }
                    if time
                    else axis,
                    *params["groupby"],
                ],
                "metrics": params["metrics"],
                "filters": [
                    {"col": each["subject"], "op": each["operator"], "val": each["comparator"]}
                    for each in params["adhoc_filters"]
                ],
                "row_limit": params["row_limit"],
            }
        ],
        "result_format": "json",
        "result_type": "full",
    }


def layout(charts: dict[str, int]) -> dict:
    """One row with the charts side by side."""
    cells = {
        f"CHART-{chart}": {
            "type": "CHART",
            "id": f"CHART-{chart}",
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID", "ROW-1"],
            "meta": {"chartId": chart, "sliceName": name, "width": 12 // len(charts), "height": 60},
        }
        for name, chart in charts.items()
    }
    return cells | {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": ["ROW-1"], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": TITLE}},
        "ROW-1": {
            "type": "ROW",
            "id": "ROW-1",
            "children": list(cells),
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        },
    }


def differences(superset: Superset, charts: dict[str, int], wanted: list[dict], release: Path) -> list[str]:
    """Where a chart does not give what the same question gives in SQL."""
    wrong = []
    for chart in wanted:
        data = superset.call("get", f"chart/{charts[chart['name']]}/data/")["result"][0]["data"]
        with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as con:
            rows = con.execute(chart["sql"]).fetchall()
        found, expected = (sorted(map(list, map(plain, each))) for each in ((d.values() for d in data), rows))
        if found != expected:
            wrong.append(f"{chart['name']}: {found} instead of {expected}")
    return wrong


def plain(row) -> Iterator[str]:
    """Dates come as milliseconds, numbers as JSON has them."""
    for value in row:
        if isinstance(value, date):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000
        yield f"{value:.4f}" if isinstance(value, int | float | Decimal) else str(value)


@contextmanager
def running(folder: Path) -> Iterator[Superset]:
    """A Superset that knows nothing yet, on a free port of the loopback interface."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user, password = "admin", secrets.token_urlsafe()
    environment = os.environ | {
        "SUPERSET_CONFIG_PATH": str(Path(__file__).with_name("superset_config.py").absolute()),
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42),
        "SUPERSET_HOME": str(folder),
    }
    program = str(Path(sys.executable).with_name("superset"))
    admin = [
        "--username",
        user,
        "--password",
        password,
        "--firstname",
        "A",
        "--lastname",
        "B",
        "--email",
        "a@b.invalid",
    ]
    for arguments in (["db", "upgrade"], ["fab", "create-admin", *admin], ["init"]):
        done = subprocess.run(
            [program, *arguments], env=environment, cwd=folder, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"superset {arguments[0]}: {done.stdout}{done.stderr}")
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [program, "run", "-h", "127.0.0.1", "-p", str(port), "--with-threads"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"{address}/health", server, folder / "log")
        print(f"{address}: {user}, {password}")
        yield Superset(address, user, password)
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Superset did not start: {log.read_text()[-2000:]}")
        time.sleep(0.2)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("release", type=Path, help="data/published/current")
    asked.add_argument("address", nargs="?", help="of a Superset that runs, without a path")
    asked.add_argument("--stay", action="store_true", help="Keep the Superset that was started until Ctrl-C.")
    given = asked.parse_args()
    release = given.release.absolute()
    wanted = charts_of(release)
    if given.address:
        superset = Superset(given.address, os.environ["SUPERSET_USER"], os.environ["SUPERSET_PASSWORD"])
        make(superset, release, wanted)
        return 0
    with tempfile.TemporaryDirectory(prefix="dxkpi-superset-") as folder, running(Path(folder)) as superset:
        wrong = differences(superset, make(superset, release, wanted), wanted, release)
        print(
            "\n".join(wrong)
            or f"Superset shows what the release says: {', '.join(c['name'] for c in wanted)}."
        )
        if given.stay:
            input("Enter ends it: ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
