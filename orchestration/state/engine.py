"""Where dbt builds. `DXKPI_ENGINE` says it: `duckdb`, a file in the data directory that one process at a time
may write; or `ducklake`, Parquet files under `DXKPI_LAKE_FILES` (a folder, or s3://) and a catalog of them at
`DXKPI_LAKE`, in DuckLake's words: a file, or `postgres:` and an address. One PostgreSQL holds the lakes of
several provinces, each by a name of its own (`DXKPI_LAKE_NAME`).

The extensions of DuckDB come as wheels: nothing is downloaded.
"""

import contextlib
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb
import stamina

from ingest import folders
from ingest.errors import Refused
from orchestration.state import data_directory

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

ENGINES = FILE, LAKE = "duckdb", "ducklake"
FILE_CATALOG, LAKE_CATALOG = "warehouse", "lake"  # in SQL; the views of the warehouse name it so
POSTGRES = "postgres:"
# DuckLake commits again what met another commit, and waits longer each time.
RETRIES = """
    set ducklake_max_retry_count = 30;
    set ducklake_retry_wait_ms = 50;
    set ducklake_retry_backoff = 1.3
"""
_leased: list[str] = []  # the lake that this process holds


class Busy(Exception):
    """Another builder is at work on the lake."""


def name() -> str:
    """Raises Refused for an engine that is none."""
    engine = os.environ.get("DXKPI_ENGINE") or FILE
    if engine not in ENGINES:
        raise Refused(f"DXKPI_ENGINE={engine}: it is one of {', '.join(ENGINES)}")
    return engine


def catalog() -> str:
    """What the warehouse is called in SQL; its views name it so."""
    return LAKE_CATALOG if name() == LAKE else FILE_CATALOG


def settings() -> dict[str, str]:
    """What dbt_project/profiles.yml asks for, where it is not said already."""
    beside = folders.data_dir() / "lake"
    defaults = {
        "DXKPI_LAKE": str(beside / "catalog.ducklake"),
        "DXKPI_LAKE_FILES": str(beside / "files"),
        "DXKPI_LAKE_NAME": "dxkpi",
    }
    own = {variable: os.environ.get(variable) or default for variable, default in defaults.items()}
    return {"DXKPI_ENGINE": name()} | (own if name() == LAKE else {})


def opened(*, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """The warehouse to be read, or written. The file cannot be written before all who read it have closed it;
    of a lake what is read is as the last build here left it, whatever others write there.
    """
    if name() == FILE:
        return duckdb.connect(str(folders.warehouse()), read_only=read_only)
    con = duckdb.connect()
    con.execute(f"use {attach(con, folders.warehouse(), read_only=read_only)}")
    return con


def attach(con: duckdb.DuckDBPyConnection, file: Path, *, read_only: bool = True) -> str:
    """Attach the warehouse, whose path is `file` where it is one, to a connection. Returns its name there."""
    if name() == FILE:
        con.execute(f"attach {literal(file)} as {FILE_CATALOG} (read_only)")
        return FILE_CATALOG
    prepare(con)
    lake = settings()
    options = {"metadata_schema": lake["DXKPI_LAKE_NAME"], "data_path": lake["DXKPI_LAKE_FILES"]}
    if read_only and (snapshot := noted_snapshot()):
        options["snapshot_version"] = snapshot
    said = [f"{option} {literal(value)}" for option, value in options.items()]
    address = literal("ducklake:" + lake["DXKPI_LAKE"])
    try:
        # two who open a lake that is not there yet both make it
        for attempt in stamina.retry_context(on=_is_made_twice, attempts=5, wait_initial=0.2):
            with attempt:
                con.execute(f"attach {address} as {LAKE_CATALOG} ({', '.join(said)})")
    except duckdb.Error as error:
        raise Refused(f"DXKPI_LAKE: {' '.join(str(error).split())}") from None
    return LAKE_CATALOG


def _is_made_twice(error: Exception) -> bool:
    return isinstance(error, duckdb.Error) and "already exists" in str(error)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Give a connection what a lake needs."""
    needed = ["ducklake"]
    if settings()["DXKPI_LAKE"].startswith(POSTGRES):
        needed.append("postgres_scanner")
    else:
        Path(settings()["DXKPI_LAKE"]).parent.mkdir(parents=True, exist_ok=True)
    if settings()["DXKPI_LAKE_FILES"].startswith("s3:"):
        needed.append("httpfs")
    for extension in needed:
        wheel = find_spec(f"duckdb_extension_{extension}")
        if not wheel or not wheel.origin:
            raise Refused(
                f"DXKPI_ENGINE={LAKE}: the extension {extension} of DuckDB is not installed; "
                "install the project with its extra: dxkpi[lake]"
            )
        within = Path("extensions", f"v{duckdb.__version__}", f"{extension}.duckdb_extension")
        con.load_extension(str(Path(wheel.origin).parent / within))
    con.execute(RETRIES)
    if "httpfs" in needed:
        con.execute(f"create secret (type s3, {', '.join(_object_store())})")


def _object_store() -> Iterator[str]:
    """What is said of an object store in the usual variables, as options of DuckDB's secret."""
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    known = {
        "key_id": os.environ.get("AWS_ACCESS_KEY_ID"),
        "secret": os.environ.get("AWS_SECRET_ACCESS_KEY"),
        "session_token": os.environ.get("AWS_SESSION_TOKEN"),
        "region": os.environ.get("AWS_REGION"),
        "endpoint": endpoint.netloc,
    }
    yield from (f"{option} {literal(value)}" for option, value in known.items() if value)
    if endpoint.netloc:  # no name of a host for each bucket, which a store of one's own has not
        yield f"url_style 'path', use_ssl {endpoint.scheme == 'https'}"


def noted_snapshot() -> str | None:
    file = _snapshot_file()
    return file.read_text("utf-8") if file.is_file() else None


def note_snapshot() -> list[Path]:
    """Keep which snapshot of a lake a step of a build has left. Returns the file that says it, if any."""
    if name() == FILE:
        return []
    with opened(read_only=False) as lake:
        _snapshot_file().write_text(str(newest(lake)), "utf-8")
    return [_snapshot_file()]


def newest(lake: duckdb.DuckDBPyConnection) -> int:
    (snapshot,) = lake.execute("select max(snapshot_id) from lake.snapshots()").fetchall()[0]
    return snapshot


def _snapshot_file() -> Path:
    return folders.warehouse().with_name("lake_snapshot")


def refuse_changed() -> None:
    """Raises Refused where another has built in the lake since the last step of a build here."""
    if name() == FILE:
        return
    with opened(read_only=False) as lake:
        if str(now := newest(lake)) != noted_snapshot():
            raise Refused(
                f"lake {settings()['DXKPI_LAKE_NAME']}: is at snapshot {now}, the build here left "
                f"{noted_snapshot()}: another has built there since; run `dxkpi run` again"
            )


@contextlib.contextmanager
def lease() -> Iterator[None]:
    """Hold the lake for this builder, which may ask again; while it is another's it is asked for again, after
    longer and longer. A catalog in a file cannot be opened by two at all."""
    address = settings().get("DXKPI_LAKE", "")
    if _leased or not address.startswith(POSTGRES):
        yield
        return
    lake = settings()["DXKPI_LAKE_NAME"]
    with contextlib.closing(connect(address.removeprefix(POSTGRES), "DXKPI_LAKE", "lake")) as con:
        con.autocommit = True
        cursor = con.cursor()
        try:
            for attempt in stamina.retry_context(
                on=Busy,
                attempts=None,
                timeout=data_directory.PATIENCE,
                wait_initial=0.2,
                wait_max=10,
                wait_jitter=1,
            ):
                with attempt:
                    cursor.execute("select pg_try_advisory_lock(hashtext(%s))", [f"dxkpi lake {lake}"])
                    if cursor.fetchone() != (True,):
                        raise Busy
        except Busy:
            raise Refused(f"lake {lake}: another dxkpi is at work on it; wait for it to end") from None
        _leased.append(lake)
        try:
            yield
        finally:
            _leased.clear()


def connect(address: str, asked_by: str, extra: str) -> "Connection":
    """A connection to a PostgreSQL by an address of libpq. Raises Refused in the name of what asked for it,
    with the extra of the project that brings the driver."""
    try:
        import psycopg2
    except ImportError:
        raise Refused(
            f"{asked_by}: PostgreSQL's driver is not installed; "
            f"install the project with its extra: dxkpi[{extra}]"
        ) from None
    try:
        return psycopg2.connect(address, application_name="dxkpi")
    except psycopg2.Error as error:  # libpq never repeats the password
        raise Refused(f"{asked_by}: {' '.join(str(error).split())}") from None


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    return "'" + str(text).replace("'", "''") + "'"
