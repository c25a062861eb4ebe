"""Where the app's own pictures and styles lie: in the installed package, or in the checkout. No Qt."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path


def asset(*parts: str) -> Path:
    """Return the path of a file of ``assets``, such as ``asset("icons", "run.svg")``."""
    return _folder(parts[0]).joinpath(*parts[1:])


@cache
def _folder(name: str) -> Path:
    packaged = Path(str(files("planner"))) / "assets" / name
    return packaged if packaged.is_dir() else Path(str(files("planner"))).parent / "assets" / name
