"""A strategy from a third party is found by its entry point, and a broken one is reported and left out.

The package beside this file is packed as a wheel and installed by pip into a folder of its own, without network, so
that nothing but the entry point can lead Footfall to it.
"""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.stores import ROOT

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
GROUP = "footfall.strategies"


def packed(folder: Path, modules: dict[str, str], entries: dict[str, str]) -> Path:
    """Write a wheel of some modules with entry points, laid out as a build would, and return its path."""
    name = f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}"
    points = "".join(f"{strategy} = {target}\n" for strategy, target in entries.items())
    info = {
        "METADATA": f"Metadata-Version: 2.1\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": f"[{GROUP}]\n{points}",
    }
    files = modules | {f"{name}.dist-info/{file}": text for file, text in info.items()}
    files[f"{name}.dist-info/RECORD"] = "".join(f"{file},,\n" for file in files)
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return folder / f"{name}-py3-none-any.whl"


def install(wheel: Path, target: Path) -> None:
    offline = ["--no-index", "--no-deps", "--disable-pip-version-check", "--no-warn-script-location", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *offline, "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, text=True)


def asked(target: Path, code: str) -> Any:  # noqa: ANN401 - whatever the code prints as JSON
    """Run code in a fresh process that finds what is installed in a folder, and return the JSON that it prints."""
    environment = {**os.environ, "PYTHONPATH": str(target)}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


LISTED = "import json, simulation as s; f = s.library(); print(json.dumps([sorted(f.strategies), list(f.broken)]))"
COMPARED = """
import json
from simulation import simulate
from tests.stores import lively
study = lively({"Happy": {"happy_hour": {"depth": 0.3}}})
without, happy = simulate(study, "Baseline", 0), simulate(study, "Happy", 0)
accounts = {owner: int(happy.tables["accounts"].column("discounts")[place])
            for place, owner in enumerate(happy.tables["accounts"].axes[0][1])}
print(json.dumps([without.total("discounts"), happy.total("discounts"), accounts, list(happy.facts.notes)]))
"""


@pytest.fixture(scope="module")
def happy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("happy")
    module = (HERE / "happy_hour.py").read_text(encoding="utf-8")
    install(packed(folder, {"happy_hour.py": module}, PROJECT["entry-points"][GROUP]), folder / "site")
    return folder / "site"


def test_it_is_a_strategy_in_twenty_lines() -> None:
    lines = (HERE / "happy_hour.py").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) < 20


def test_the_library_lists_it(happy: Path) -> None:
    found, broken = asked(happy, LISTED)
    assert "happy_hour" in found
    assert "cart_recovery" in found
    assert broken == []


def test_without_the_package_a_plan_that_names_it_runs_without_it(tmp_path: Path) -> None:
    assert "happy_hour" not in asked(tmp_path, LISTED)[0]
    before, discounts, accounts, (note,) = asked(tmp_path, COMPARED)
    assert before == discounts == 0
    assert accounts == {"store": 0}
    assert "'happy_hour' is not installed" in note


def test_a_plan_runs_with_it(happy: Path) -> None:
    before, discounts, accounts, notes = asked(happy, COMPARED)
    assert discounts > before == 0
    assert accounts == {"store": 0, "happy_hour": discounts}
    assert notes == []


STRATEGY = "from simulation import Strategy\nclass Nothing(Strategy):\n "
BROKEN = {
    "gone": ("", "nowhere:Nothing", "cannot be loaded: ModuleNotFoundError"),
    "failing": ("raise RuntimeError('no licence')", "", "cannot be loaded: RuntimeError: no licence"),
    "leaving": ("raise SystemExit(3)", "", "cannot be loaded: SystemExit"),
    "alien": ("class Nothing: pass", "", "is not a subclass of Strategy"),
    "number": ("Nothing = 5", "", "is not a subclass of Strategy"),
    "silent": (f"{STRATEGY}id = 'silent'", "", "does not declare title, about, kind"),
    "alias": (f"{STRATEGY}id = 'other'; title = about = ''; kind = 'segment'", "", "calls itself 'other'"),
    "cross_sell": (f"{STRATEGY}id = 'cross_sell'; title = about = ''; kind = 'segment'", "", "registered twice"),
}
"""Name: module, where its entry point leads if not there, what is said of it."""


def test_broken_plug_ins_are_reported_and_left_out(tmp_path: Path) -> None:
    """Laid out by hand: what pip does was shown above."""
    modules = {f"broken_{name}.py": module for name, (module, _, _) in BROKEN.items()}
    entries = {name: target or f"broken_{name}:Nothing" for name, (_, target, _) in BROKEN.items()}
    with zipfile.ZipFile(packed(tmp_path, modules, entries)) as wheel:
        wheel.extractall(tmp_path / "site")
    found, broken = asked(tmp_path / "site", LISTED)
    assert found == asked(tmp_path, LISTED)[0], "all that is well is there, and nothing else"
    assert len(broken) == len(BROKEN)
    for name, (_, _, said) in BROKEN.items():
        (report,) = [line for line in broken if f"{name!r}" in line]
        assert said in report
