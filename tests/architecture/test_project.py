"""The project as a whole: its top level, what its files must not hold, its entry points. Knows no behaviour."""

import os
import re
from importlib.metadata import EntryPoint
from pathlib import PurePosixPath

import pytest

from tests.architecture.source_tree import ROOT, project, project_files

TOP_LEVEL = {
    *("pyproject.toml", "README.md", "planner", "simulation", "strategies", "assets", "tests"),
    *(".ci", ".gitignore", "LICENSE", "CHANGELOG.md", "constraints.txt", "run"),
}
# Patterns are written so that they do not match themselves.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.~])/(?:root|home|work|Users|workspace)/[\w.]",
    "a package registry": r"pypi[.]org|pythonhosted[.]org|anaconda[.]org|--(?:extra-)?index-url|--find-link[s]",
    "an address of a local file": r"\bfile:/{2,}",
    "work left undone": r"\b(?:TO[D]O|FIX[M]E|XX[X])\b",
}


def text_of(name: str) -> str:
    """Text of a project file; empty for pictures and compressed files."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def offences(text: str) -> list[str]:
    return [f"{what}: {hit[0]}" for what, pattern in FORBIDDEN.items() for hit in re.finditer(pattern, text)]


def entry_points() -> list[EntryPoint]:
    """Entry points that pyproject.toml declares, scripts too."""
    table = project()["project"]
    groups = {"console_scripts": table["scripts"], **table["entry-points"]}
    return [EntryPoint(name, value, group) for group, points in groups.items() for name, value in points.items()]


def test_the_top_level_is_as_fixed() -> None:
    assert {PurePosixPath(name).parts[0] for name in project_files()} == TOP_LEVEL


@pytest.mark.parametrize("name", project_files())
def test_no_file_holds_what_it_must_not(name: str) -> None:
    assert offences(text_of(name)) == []


@pytest.mark.parametrize(
    "text",
    [
        "see /ro" + "ot/notes",
        "(/wo" + "rk/main)",
        "https://pypi" + ".org/simple",
        "# TO" + "DO: later",
        "'/ho" + "me/ann'",
    ],
)
def test_a_planted_offence_is_found(text: str) -> None:
    assert len(offences(text)) == 1


@pytest.mark.parametrize("text", ["../shared/data/real/log.csv", "planner/work/x", "a/home/b", "todo"])
def test_harmless_text_passes(text: str) -> None:
    assert offences(text) == []


@pytest.mark.parametrize("point", entry_points(), ids=lambda point: point.name)
def test_every_entry_point_leads_to_something(point: EntryPoint) -> None:
    assert callable(point.load())


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_a_script_can_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
