"""Outcomes of a few small stores are those on file, to the byte: nothing moves by accident.

If this fails and the change is meant: raise ENGINE_VERSION, run ``python -m tests.golden "reason"`` and commit the file
with that reason. Until the file is first written there is nothing to compare with.
"""

import sys
from pathlib import Path

import pytest

from tests.golden import __main__ as command
from tests.golden import digests


def test_outcomes_are_those_on_file() -> None:
    today, kept = digests.current(), digests.kept()
    moved = [name for name in kept if today.get(name) != kept[name]]
    assert moved == [], 'outcomes moved; if that is meant: python -m tests.golden "reason"'
    assert not kept or kept.keys() == today.keys()


def test_the_command_keeps_what_is_found_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(digests, "FILE", tmp_path / "digests.json")
    monkeypatch.setattr(command, "current", lambda: {"a / Baseline": "1", "a / All": "2"})
    monkeypatch.setattr(sys, "argv", ["golden", "first", "time"])
    assert command.main() == 0
    assert digests.kept() == {"a / Baseline": "1", "a / All": "2"}
    assert '"reason": "first time"' in digests.FILE.read_text(encoding="utf-8")
    monkeypatch.setattr(command, "current", lambda: {"a / Baseline": "1", "a / All": "3"})
    assert command.main() == 0
    assert capsys.readouterr().out.endswith("1 of 2 moved\n  a / All\n")


def test_without_a_reason_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "FILE", tmp_path / "digests.json")
    monkeypatch.setattr(sys, "argv", ["golden"])
    assert command.main() == 2
    assert not digests.FILE.exists()
