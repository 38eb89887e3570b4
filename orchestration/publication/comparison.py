"""Several provinces in one file: the flat tables of their releases one below the other, and their ratios side
by side where they are of one definition.

Each province builds by itself, with its own plans, registry and extracts; what meets here are releases.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.errors import Refused
from ingest.folders import CHECKOUT
from orchestration.publication import manifest, page
from orchestration.publication.database import OWN_PROVINCES
from orchestration.state.engine import literal

TABLES = (
    *("changes", "evidence", "findings", "indicator_values"),
    *("matters", "reporting_rates", "scorecard", "tasks"),
)
COMPARISON = CHECKOUT / "dbt_project/published/comparison.sql"
# What makes one ratio another; whatever else an entry of the registry says does not.
DEFINITION = "md5(concat_ws('|', kind, unit, numerator_measure, denominator_measure, formula_vi))"


def write(releases: Sequence[Path], file: Path) -> None:
    """Bring releases of several provinces together in a DuckDB file, and their page beside it, neither of
    which may be there yet. Raises Refused when two are of one province, or are not of one contract.
    """
    made = [file, page_of(file)]
    for each in made:
        if each.exists():
            raise Refused(f"{each}: is there already; name another file, or move it away")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        _write(releases, Path(folder, file.name))
        page.write_provinces(Path(folder, file.name), Path(folder, page_of(file).name))
        for each in reversed(made):
            Path(folder, each.name).replace(each)


def page_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}.html")


def _write(releases: Sequence[Path], file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(
            "create table provinces (province_id varchar, org_id varchar, org_name_vi varchar, "
            "release_id varchar, contract_version varchar, built_at timestamptz, is_made_up boolean)"
        )
        provinces = {f"r{number}": _attached(con, f"r{number}", each) for number, each in enumerate(releases)}
        contracts = con.execute("select distinct contract_version from provinces order by all").fetchall()
        if len(contracts) > 1:
            raise Refused(
                f"these releases are of the contracts {', '.join(version for (version,) in contracts)}; "
                "publish the older ones again with this version"
            )
        for table in TABLES:
            _unite(con, table, f"main.{table}", "*", provinces)
        about = (
            f"indicator_id, definition_version, {DEFINITION} as definition_id, higher_is_better, "
            "pillar_vi, report_order"
        )
        _unite(con, "definitions", "marts.dim_indicator", about, provinces)
        con.execute(COMPARISON.read_text(encoding="utf-8"))
        for name in provinces:
            con.execute(f"detach {name}")


def _attached(con: duckdb.DuckDBPyConnection, name: str, release: Path) -> str:
    """Returns the province that the release, which gets this name, is known by."""
    about = manifest.read(release)
    con.execute(f"attach {literal(release / 'dxkpi.duckdb')} as {name} (read_only)")
    own = con.execute(OWN_PROVINCES.format(dim_org=f"{name}.marts.dim_org")).fetchall()
    if not own:
        raise Refused(f"{release}: is of no province: no unit of its registry is below one")
    con.executemany(
        "insert into provinces values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                own[0][0],
                *org,
                about["release_id"],
                about["contract_version"],
                about["built_at"],
                about["is_made_up"],
            )
            for org in own
        ],
    )
    twice = con.execute("select org_id from provinces group by org_id having count(*) > 1").fetchone()
    if twice:
        raise Refused(f"{release}: {twice[0]}: another of these releases is of this province too")
    return own[0][0]


def _unite(
    con: duckdb.DuckDBPyConnection, table: str, source: str, columns: str, provinces: dict[str, str]
) -> None:
    """One table below the other, each row with the province whose release it is of."""
    parts = (
        f"select {literal(province)} as province_id, {columns} from {name}.{source}"
        for name, province in provinces.items()
    )
    con.execute(f"create table {table} as {' union all by name '.join(parts)}")
