"""The user's folders without Qt are those that Qt tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.user_folders import data_folder


@pytest.mark.parametrize("told", ["", "relative/folder", "/somewhere/else"])
def test_qt_tells_the_same_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str) -> None:
    places = pytest.importorskip("planner.gui.places")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", told)
    assert data_folder() == places.user_places().runs.parent


def test_tests_have_folders_of_their_own() -> None:
    assert not data_folder().is_relative_to(Path.home())
