"""Two releases, or two warehouses, compared mart by mart and row for row, whatever ids their code generates:

    python tests/oracle/compare_releases.py OLD.duckdb NEW.duckdb [--but TABLE TABLE.COLUMN ...]

A generated id counts as what it stands for, a list of ids in any order. Exit code 0 only if all is equal.
"""

import argparse
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

SCHEMAS = ("marts", "audit", "main")  # of two tables of one name the first counts
# What an observation is, whatever its id.
OBSERVATION = (
    *("measure_id", "org_key", "reporter_org_id", "period_id", "is_cumulative"),
    *("source_id", "extract_id", "locator", "known_from"),
)
FINDING = ("rule_id", "subject_table", "subject_key")
# Where the lists of ids behind a value are not beside it but in a table of their own.
VALUES, EVIDENCE = "fct_indicator_value", "rpt_value_evidence"
# What a run says of itself differs each time. Names of releases are compared as this one or another.
OF_THE_RUN = {"built_at", "code_version", "inputs", "seconds"}
SHOWN = 3
CANDIDATES = 5000


@dataclass
class Difference:
    """What differs of one table; rows with the number of times that they are in one and not in the other."""

    table: str
    only_old: int = 0
    only_new: int = 0
    notes: list[str] = field(default_factory=list)  # tables and columns of one side, types, rows in part

    def __bool__(self) -> bool:
        return bool(self.only_old or self.only_new or self.notes)

    def __str__(self) -> str:
        counts = f"{self.only_old} rows only in old, {self.only_new} only in new"
        about = [counts] if self.only_old or self.only_new else []
        lines = ["different", *about, *self.notes] if self else ["equal"]
        return f"{self.table}: " + "\n  ".join(lines)


def compare(old: Path, new: Path, but: Collection[str] = ()) -> Iterator[Difference]:
    """Each table of either file, but those, and those columns, that are named in `but`."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for name, file in (("old", old), ("new", new)):
            quoted = str(file).replace("'", "''")
            con.execute(f"attach '{quoted}' as {name} (read_only)")
        sides = {name: _tables(con, name, file) for name, file in (("old", old), ("new", new))}
        for name, tables in sides.items():
            _note_observations(con, name, tables, sides)
        for table in sorted((sides["old"].keys() | sides["new"].keys()) - set(but)):
            yield _compare(con, table, sides, but)


def _tables(con, database: str, file: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """The tables and views of a file: where each is, and its columns with their types."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    rows = con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and not internal order by schema_name, table_name, column_index",
        [database],
    ).fetchall()
    for schema in SCHEMAS:
        here: dict[str, dict[str, str]] = {}
        for of, table, column, kind in rows:
            if of == schema:
                here.setdefault(table, {})[column] = kind
        for table, columns in here.items():
            found.setdefault(table, (f'{database}.{schema}."{table}"', columns))
    _read_views(con, database, file, found)
    if {VALUES, EVIDENCE} <= found.keys():
        (values, of_values), (evidence, of_evidence) = found[VALUES], found[EVIDENCE]
        lists = {c: kind for c, kind in of_evidence.items() if c not in of_values}
        if lists:
            added = ", ".join(f"coalesce({c}, []) as {c}" for c in lists)
            keys = ", ".join(c for c in of_evidence if c in of_values)
            joined = f"select * exclude ({', '.join(lists)}), {added} from {values} left join {evidence}"
            found[VALUES] = (f"({joined} using ({keys}))", of_values | lists)
    return found


def _read_views(con, database: str, file: Path, found: dict) -> None:
    """A view names its tables by the name of its file, which they have only where that alone is open."""
    views = con.execute(
        "select view_name, schema_name from duckdb_views() where database_name = ? and not internal",
        [database],
    ).fetchall()
    with duckdb.connect(str(file), read_only=True) as alone:
        for view, schema in views:
            if found.get(view, ("",))[0] == f'{database}.{schema}."{view}"':
                rows = alone.execute(f'select * from {schema}."{view}"').to_arrow_table()
                con.register(f"{database}_{view}", rows)
                found[view] = (f'"{database}_{view}"', found[view][1])


def _note_observations(con, side: str, tables: dict, sides: dict) -> None:
    """A temporary table: each id of the ledger with what it stands for."""
    about = "select '' as id, '' as what where false"
    if all("fct_observation" in of for of in sides.values()):
        place = tables["fct_observation"][0]
        columns = [c for c in OBSERVATION if all(c in of["fct_observation"][1] for of in sides.values())]
        parts = ", ".join(f"coalesce({c}::varchar, '')" for c in columns)
        about = f"select observation_id::varchar as id, concat_ws('|', {parts}) as what from {place}"
    con.execute(f"create temp table {side}_observations as {about}")


def _compare(con, table: str, sides: dict, but: Collection[str]) -> Difference:
    found = Difference(table)
    missing = [side for side, tables in sides.items() if table not in tables]
    if missing:
        found.notes.append(f"only in {'new' if missing == ['old'] else 'old'}")
        return found
    old, new = (sides[side][table][1] for side in ("old", "new"))
    for here, there, where in ((old, new, "old"), (new, old, "new")):
        alone = [c for c in here if c not in there and f"{table}.{c}" not in but]
        found.notes += [f"column {c}: only in {where}" for c in alone]
    shared = [c for c in old if c in new and c not in OF_THE_RUN and f"{table}.{c}" not in but]
    found.notes += [
        f"column {c}: {old[c]} in old, {new[c]} in new"
        for c in shared
        if old[c] != new[c] and "observation_id" not in c
    ]
    for side in ("old", "new"):
        place, columns = sides[side][table]
        asked = ", ".join(
            f'{_canonical(c, columns, side, sides[side])} as "{c}"' for c in shared
        )  # fmt: skip
        con.execute(
            f"create or replace temp table {side}_rows as select {asked or '0 as nothing'} from {place} as t"
        )
    for one, other in (("old", "new"), ("new", "old")):
        con.execute(
            f"create or replace temp table only_{one} as from {one}_rows except all from {other}_rows"
        )
    found.only_old, found.only_new = (
        con.execute(f"select count(*) from only_{side}").fetchone()[0] for side in ("old", "new")
    )
    found.notes += _examples(con, shared)
    return found


def _canonical(column: str, columns: dict[str, str], side: str, tables: dict) -> str:
    """A column of the table `t` as SQL, with what stands behind its generated ids in their place."""
    known = f"{side}_observations"
    if column.endswith("observation_ids"):
        return (
            f'case when t."{column}" is not null then coalesce((select list_sort(list(coalesce(o.what, '
            f"'not in the ledger'))) from (select unnest(t.\"{column}\")::varchar as id) as named "
            f"left join {known} as o on named.id = o.id), []) end"
        )
    if column == "observation_id" or column == "subject_key":
        text = f't."{column}"::varchar'
        return f"coalesce((select any_value(o.what) from {known} as o where o.id = {text}), {text})"
    if column == "finding_id" and set(FINDING) <= columns.keys():
        parts = (_canonical(c, columns, side, tables) for c in FINDING)
        return f"concat_ws('|', {', '.join(parts)})"
    if column.endswith("_release") or column == "release_id":
        own = f"(select any_value(release_id) from {tables['release'][0]})" if "release" in tables else "null"
        return f'case when t."{column}" = {own} then \'this one\' else t."{column}" end'
    return f't."{column}"'


def _examples(con, columns: list[str]) -> Iterator[str]:
    """A few rows of the old, each beside the most similar of the new; then rows that only the new has."""
    old = con.execute("from only_old order by all limit ?", [SHOWN]).fetchall()
    new = con.execute("from only_new order by all limit ?", [CANDIDATES]).fetchall()
    for row in old:
        alike = [sum(a == b for a, b in zip(row, other, strict=True)) for other in new]
        best = max(alike, default=0)
        if best * 2 < len(columns):
            yield f"only in old: {_shown(dict(zip(columns, row, strict=True)))}"
            continue
        other = new.pop(alike.index(best))
        pairs = list(zip(columns, row, other, strict=True))
        same = {c: a for c, a, b in pairs if a == b and a is not None}
        differ = "; ".join(f"{c}: {_short(a)} -> {_short(b)}" for c, a, b in pairs if a != b)
        yield f"{differ}   where {_shown(dict(list(same.items())[:6]))}"
    for row in new[: SHOWN - len(old)]:
        yield f"only in new: {_shown(dict(zip(columns, row, strict=True)))}"


def _shown(row: dict) -> str:
    return ", ".join(f"{c}={_short(value)}" for c, value in row.items() if value is not None)


def _short(value) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 160 else text[:157] + "..."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--but", nargs="+", default=[], metavar="NAME", help="tables and columns left out")
    asked = parser.parse_args()
    for file in (asked.old, asked.new):
        if not file.is_file():
            print(f"{file}: no such file; name a release's dxkpi.duckdb or a warehouse", file=sys.stderr)
            return 2
    found = list(compare(asked.old, asked.new, asked.but))
    print("\n".join(map(str, found)))
    different = sum(map(bool, found))
    print(f"{len(found) - different} of {len(found)} tables are equal.")
    return bool(different or not found)


if __name__ == "__main__":
    sys.exit(main())
