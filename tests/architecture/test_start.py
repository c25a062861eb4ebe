"""What a start of the program loads, asked of a fresh interpreter. Measures no time: what is not loaded costs none."""

import json
import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT

# Each costs between 0.3 and 1.9 s to import, or belongs to a window.
SLOW = [
    "scipy.stats",
    "matplotlib",
    "pandas",
    "duckdb",
    "pyarrow",
    "openpyxl",
    "dask",
    "distributed",
    "PySide6",
    "pyqtgraph",
]
HELP = """
sys.argv = ["footfall", "--help"]
from planner.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


def loaded_by(statements: str) -> set[str]:
    """Names of the modules loaded in a fresh interpreter after the statements."""
    program = f"import json, sys\n{statements}\nprint()\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("statements", ["import simulation", "import planner.cli", HELP], ids=["engine", "cli", "help"])
def test_a_start_loads_nothing_slow(statements: str) -> None:
    assert loaded_by(statements).isdisjoint(SLOW)


def test_what_is_loaded_is_seen() -> None:
    assert "scipy.stats" in loaded_by("import scipy.stats")
