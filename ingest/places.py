"""Where things are. Read on every call, so that a test or a command can point it elsewhere."""

import os
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def data_dir() -> Path:
    """The folder of all state: `DXKPI_DATA_DIR`, or `data/` of the checkout."""
    return _resolved(os.environ.get("DXKPI_DATA_DIR") or str(CHECKOUT / "data"), os.getcwd())


@cache
def _resolved(path: str, _working_directory: str) -> Path:
    return Path(path).resolve()


def tracked(name: str) -> Path:
    """`plan`, `registry` or `samples`: the data directory's own, else the one that came with the checkout."""
    own = data_dir() / name
    return own if own.is_dir() else CHECKOUT / "data" / name


def raw() -> Path:
    return data_dir() / "raw"


def inbox() -> Path:
    return data_dir() / "inbox"


def quarantine() -> Path:
    return data_dir() / "quarantine"


def readings() -> Path:
    return data_dir() / "readings"


def landed() -> Path:
    return data_dir() / "landed"


def checks() -> Path:
    return data_dir() / "checks"


def warehouse() -> Path:
    return data_dir() / "warehouse" / "warehouse.duckdb"


def published() -> Path:
    return data_dir() / "published"
