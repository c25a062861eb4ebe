"""Where the app's own pictures and styles lie: in the installed package, or in the checkout. No Qt."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def asset(*parts: str) -> Path:
    """Return the path of a file of ``assets``, such as ``asset("icons", "run.svg")``."""
    packaged = Path(str(files("planner"))) / "assets" / parts[0]
    folder = packaged if packaged.is_dir() else Path(str(files("planner"))).parent / "assets" / parts[0]
    return folder.joinpath(*parts[1:])
