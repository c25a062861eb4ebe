"""Files appear whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from planner.files import write_atomically


def test_the_file_holds_the_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = write_atomically(tmp_path / "deep" / "er" / "table.csv", b"one")
    assert write_atomically(path, b"two").read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["table.csv"]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_failure_keeps_the_old_file_and_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = write_atomically(tmp_path / "table.csv", b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if broken == "fsync" else Path, broken, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


def test_others_may_read_it_as_far_as_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        path = write_atomically(tmp_path / "table.csv", b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
