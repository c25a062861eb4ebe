"""Versions: the broken pair of Python and PySide6, and constraints.txt against pyproject.toml. Imports none of them."""

import sys
from importlib.metadata import PackageNotFoundError, version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.architecture.source_tree import ROOT, requirement_name, requirements


def drops_references(python: tuple[int, int], pyside: str) -> bool:
    """Whether this PySide6 on this Python loses references to None and True, which aborts the interpreter.

    Measured with 6.12.0 on 3.11: dead after some 600 signals. From Python 3.12 on these objects are immortal.
    """
    return python < (3, 12) and Version(pyside) >= Version("6.12")


def installed_pyside() -> str | None:
    try:
        return version("PySide6-Essentials")
    except PackageNotFoundError:
        return None


def pins() -> dict[str, list[str]]:
    """Pinned versions of each package in constraints.txt; two where older Pythons need another one."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("\n")
    found: dict[str, list[str]] = {}
    for requirement in (Requirement(line) for line in lines if line):
        pinned = [clause.version for clause in requirement.specifier if clause.operator == "=="]
        found.setdefault(requirement_name(requirement.name), []).extend(pinned)
    return found


def test_the_installed_pyside_suits_this_python() -> None:
    pyside = installed_pyside()
    assert pyside is None or not drops_references(sys.version_info[:2], pyside)


@pytest.mark.parametrize(
    ("python", "pyside", "broken"),
    [((3, 11), "6.12.0", True), ((3, 11), "6.11.3", False), ((3, 12), "6.12.0", False), ((3, 11), "6.13", True)],
)
def test_the_broken_pair_is_known(python: tuple[int, int], pyside: str, broken: bool) -> None:
    assert drops_references(python, pyside) is broken


@pytest.mark.parametrize("line", requirements("test", "cluster", "gui"))
def test_every_requirement_is_pinned_within_its_bounds(line: str) -> None:
    requirement = Requirement(line)
    pinned = pins()[requirement_name(requirement.name)]
    assert pinned
    assert all(requirement.specifier.contains(one) for one in pinned)


def test_no_pyside_that_breaks_the_oldest_python_is_pinned() -> None:
    assert not any(drops_references((3, 11), one) for one in pins()["pyside6-essentials"])
