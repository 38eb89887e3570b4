"""Reads the current release over and over, and a plain copy beside it, until a file says stop.

Prints a line for each read: the release it saw, how long it and the copy took, in ms, or what went wrong.
As a `writer` it has no privileges and first tries to open the release for writing, which must be refused.
"""

import decimal  # noqa: F401 - DuckDB loads it later, when files of root can no longer be read
import json
import os
import sys
import time

import duckdb

PUBLISHED, COPY, STOP, ROLE = sys.argv[1:]
CURRENT = PUBLISHED + "/current/dxkpi.duckdb"


def milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)


def read(file: str) -> dict:
    began = time.perf_counter()
    con = duckdb.connect(file, read_only=True)
    try:
        (release,) = con.execute("select release_id from marts.release").fetchone()
        (numerator,) = con.execute("select numerator from marts.values_as_of(now())").fetchone()
        (scores,) = con.execute("select count(*) from marts.rpt_scorecard").fetchone()
    finally:
        con.close()
    return {"release": release, "numerator": int(numerator), "rows": scores, "ms": milliseconds(began)}


def refused_for_writing() -> float:
    began = time.perf_counter()
    try:
        duckdb.connect(CURRENT).close()
    except (OSError, duckdb.Error):
        return milliseconds(began)
    raise AssertionError("the release was opened for writing")


if ROLE == "writer" and os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
while not os.path.exists(STOP):
    seen = {}
    try:
        if ROLE == "writer":
            seen["refused_ms"] = refused_for_writing()
        seen |= read(CURRENT)
        seen["copy_ms"] = read(COPY)["ms"]
    except Exception as error:
        seen["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(seen), flush=True)
    time.sleep(0.1)
