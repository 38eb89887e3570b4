"""The modules of the project as Python reads them."""

import ast
import gc
from pathlib import Path


def tree(file: Path) -> ast.Module:
    """Parsed while no garbage is collected: a destructor that runs meanwhile, as that of a connection of
    SQLAlchemy's, fails the parser of Python before 3.11.8 (python/cpython#106905)."""
    gc.disable()
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    finally:
        gc.enable()
