"""Import rules that import-linter cannot express, read from the source. Runs none of the code that it checks."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source_tree import (
    PACKAGES,
    ROOT,
    dotted_names,
    imports,
    python_files,
    requirement_name,
    requirements,
    tree_of,
)

QT = {"PySide6", "PySide2", "PyQt5", "PyQt6", "shiboken6", "qtpy", "pyqtgraph"}
QT_ROOMS = ("planner/gui/", "planner/charts/screen")
# Reading one of these runs what is in the file.
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
UNSAFE_NAMES = {"eval", "exec", "compile", "__import__", "pd.read_pickle", "pandas.read_pickle", "os.system"}
# The simulated store is a pure function: no files, no clock of the machine, no other process, no network.
OUTSIDE_WORLD = {
    *("csv", "glob", "gzip", "http", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess"),
    *("tempfile", "time", "tomllib", "urllib"),
}
RANDOM_MODULES = {"random", "secrets", "uuid"}
# A generator that the owner handed out may be named as a type; without a bit generator nobody can make one.
DRAWING = re.compile(r"(?:np|numpy)\.random\.(?!Generator)\w+")
OWNER_OF_RANDOMNESS = "simulation/draws.py"
# Modules whose name is not that of the requirement which brings them.
BROUGHT_BY = {"PySide6": "pyside6-essentials", "pydantic_core": "pydantic", "sklearn": "scikit-learn"}

Rule = Callable[[ast.Module], list[str]]


def top_level(module: str) -> str:
    return module.partition(".")[0]


def imports_any_of(*modules: str) -> Rule:
    def broken(tree: ast.Module) -> list[str]:
        found = (imported for imported in imports(tree) if not imported.for_types_only)
        return [f"line {one.line}: {one.module}" for one in found if top_level(one.module) in modules]

    return broken


def reads_any_of(*names: str) -> Rule:
    def broken(tree: ast.Module) -> list[str]:
        return [f"line {line}: {name}" for name, line in dotted_names(tree) if name in names]

    return broken


def draws_at_random(tree: ast.Module) -> list[str]:
    by_import = [
        f"line {one.line}: {one.module}"
        for one in imports(tree)
        if one.module in RANDOM_MODULES
        or (one.module.startswith("numpy.random") and one.name != "Generator")
        or (one.module, one.name) == ("numpy", "random")
    ]
    by_name = [f"line {line}: {name}" for name, line in dotted_names(tree) if DRAWING.fullmatch(name)]
    return by_import + by_name


def goes_past_the_door_of(package: str, exported: set[str]) -> Rule:
    def broken(tree: ast.Module) -> list[str]:
        found = [one for one in imports(tree) if top_level(one.module) == package]
        return [
            f"line {one.line}: {one.module} {one.name}"
            for one in found
            if one.module != package or one.name not in exported
        ]

    return broken


def undeclared(tree: ast.Module, declared: set[str]) -> list[str]:
    names = {top_level(one.module) for one in imports(tree) if not one.module.startswith(".")}
    outside = names - sys.stdlib_module_names - {*PACKAGES, "tests"}
    return sorted(name for name in outside if BROUGHT_BY.get(name, requirement_name(name)) not in declared)


def exported_by_simulation() -> set[str]:
    """The names in `__all__` of simulation/__init__.py that are no modules of it."""
    for node in tree_of(Path("simulation/__init__.py")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value)) - {path.stem for path in python_files("simulation")}
    raise AssertionError("simulation/__init__.py has no __all__ list: it is the door for strategies")


def runs_what_it_reads(tree: ast.Module) -> list[str]:
    allowing = [
        f"line {node.value.lineno}: allow_pickle"
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False"
    ]
    return imports_any_of(*UNSAFE_MODULES)(tree) + reads_any_of(*UNSAFE_NAMES)(tree) + allowing


@pytest.mark.parametrize("path", python_files("strategies"), ids=str)
def test_strategies_use_only_what_simulation_exports(path: Path) -> None:
    assert goes_past_the_door_of("simulation", exported_by_simulation())(tree_of(path)) == []


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=str)
def test_qt_stays_in_its_rooms(path: Path) -> None:
    assert path.as_posix().startswith(QT_ROOMS) or imports_any_of(*QT)(tree_of(path)) == []


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=str)
def test_nothing_runs_what_it_reads(path: Path) -> None:
    assert runs_what_it_reads(tree_of(path)) == []


@pytest.mark.parametrize("path", python_files("simulation", "strategies"), ids=str)
def test_the_simulated_store_is_cut_off_from_the_machine(path: Path) -> None:
    assert imports_any_of(*OUTSIDE_WORLD)(tree_of(path)) + reads_any_of("open", "io.open")(tree_of(path)) == []


@pytest.mark.parametrize("path", python_files("simulation", "strategies"), ids=str)
def test_randomness_has_one_owner(path: Path) -> None:
    assert path.as_posix() == OWNER_OF_RANDOMNESS or draws_at_random(tree_of(path)) == []


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=str)
def test_what_is_imported_is_declared(path: Path) -> None:
    declared = {requirement_name(line) for line in requirements("cluster", "gui")}
    assert undeclared(tree_of(path), declared) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (goes_past_the_door_of("simulation", {"Strategy"}), "from simulation.world import World"),
        (goes_past_the_door_of("simulation", {"Strategy"}), "from simulation import world"),
        (goes_past_the_door_of("simulation", {"Strategy"}), "import simulation"),
        (imports_any_of(*QT), "def late():\n    from PySide6.QtCore import QObject"),
        (imports_any_of(*OUTSIDE_WORLD), "import os.path"),
        (runs_what_it_reads, "np.load(file, allow_pickle=True)"),
        (runs_what_it_reads, "eval('1')"),
        (draws_at_random, "x = np.random.default_rng()"),
        (draws_at_random, "from numpy.random import default_rng"),
        (draws_at_random, "from numpy import random"),
        (lambda tree: undeclared(tree, {"numpy"}), "import requests"),
    ],
)
def test_a_planted_fault_is_found(rule: Rule, source: str) -> None:
    assert len(rule(ast.parse(source))) == 1


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (goes_past_the_door_of("simulation", {"Strategy"}), "from simulation import Strategy"),
        (imports_any_of("pathlib"), "if TYPE_CHECKING:\n    from pathlib import Path"),
        (draws_at_random, "draws.random(shopper)"),
        (draws_at_random, "def f(rng: np.random.Generator): return rng.random(3)"),
        (draws_at_random, "from numpy.random import Generator"),
        (lambda tree: undeclared(tree, {"numpy"}), "import os, numpy.linalg\nfrom . import shelf"),
    ],
)
def test_what_is_allowed_passes(rule: Rule, source: str) -> None:
    assert rule(ast.parse(source)) == []


def test_the_rooms_for_qt_are_in_the_planner() -> None:
    assert all((ROOT / room.partition("/")[0]).is_dir() for room in QT_ROOMS)
