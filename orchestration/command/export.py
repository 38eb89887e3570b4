"""`dxkpi export`: the current release in the formats that other offices and tools read."""

from collections.abc import Iterator
from pathlib import Path

from ingest.errors import Refused
from orchestration.publication import data_package, sdmx
from orchestration.publication.database import Marts
from orchestration.state import current


def write(form: str, folder: Path, names: list[str]) -> Iterator[str]:
    """Write the files into `folder`, which holds nothing yet; a line for each.

    names: the tables, all when there are none. Raises Refused for one that is unknown, or a full folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder}: is not an empty folder; name one that is, or one that is not there yet")
    release = current.folder()
    database, marts = release / "dxkpi.duckdb", Marts(release / "parquet")
    about = marts["release"].row(0, named=True)
    if form == "sdmx-csv":
        if names:
            raise Refused("--tables: SDMX-CSV has the indicator values alone; leave --tables out")
        folder.mkdir(parents=True, exist_ok=True)
        written = sdmx.write(marts, about, folder)
    else:
        tables = _chosen(data_package.tables(database), names)
        folder.mkdir(parents=True, exist_ok=True)
        written, formulas = data_package.write_csv(database, tables, folder)
        if form == "datapackage":
            resources = [
                data_package.resource(table, file, folder)
                for table, file in zip(tables, written, strict=True)
            ]
            data_package.write_package(marts, about, resources, folder / data_package.NAME)
            written.append(folder / data_package.NAME)
    for file in written:
        yield str(file)
    if form != "sdmx-csv" and formulas:
        yield (
            f"{formulas} texts begin with =, +, - or @: import the columns as text into a spreadsheet, "
            "which may else take them for formulas"
        )


def _chosen(tables: list[data_package.Table], names: list[str]) -> list[data_package.Table]:
    known = {table.name: table for table in tables}
    for name in names:
        if name not in known:
            raise Refused(f"--tables {name}: the release has no such table; it has {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] if names else tables
