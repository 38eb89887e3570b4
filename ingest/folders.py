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
    """`plan` or `samples`: the data directory's own, else the one that came with the checkout."""
    own = data_dir() / name
    return own if own.is_dir() else CHECKOUT / "data" / name


def registries() -> list[Path]:
    """The registry; then each folder with what a province adds to it, `registry/<province>` of the data
    directory. The registry is the data directory's own where it has one, else the one of the checkout."""
    own = data_dir() / "registry"
    has_own = any(file.is_file() for file in own.glob("*"))
    added = sorted(folder for folder in own.glob("[!.]*") if folder.is_dir())
    return [own if has_own else CHECKOUT / "data" / "registry", *added]


def registry() -> Path:
    return registries()[0]


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
