"""The run store: what is put survives a killed process, damage and company; an unusable store costs only time."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.run_store import RunStore, store_path
from tests.planner.experiments.fakes import outcomes

RUN = outcomes("Level 1", 123, cost=50_00, notes=("a note",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return store_path(tmp_path / "fashion.toml")


def test_the_file_lies_beside_the_study() -> None:
    assert store_path(Path("studies/my shop.toml")) == Path("studies/my shop.footfall-runs.sqlite")


def test_what_was_put_is_there_after_reopening_byte_for_byte(path: Path) -> None:
    with RunStore(path) as store:
        assert store.get("k") is None
        store.put("k", RUN)
        assert (store.has("k"), store.has("other")) == (True, False)
    with RunStore(path) as store:
        again = store.get("k")
        assert again is not None
        assert (again.digest(), again.facts) == (RUN.digest(), RUN.facts)
        assert store.finished(["a", "k", "b"]) == {"k"}
        assert store.notes == []


def test_clear_forgets_everything(path: Path) -> None:
    for store in (RunStore(path), RunStore()):
        with store:
            store.put("k", RUN)
            store.clear()
            assert store.get("k") is None
            assert not store.has("k")


def test_many_keys_at_once(path: Path) -> None:
    with RunStore(path) as store:
        store.put("7", RUN)
        store.put("4999", RUN)
        assert store.finished(map(str, range(5000))) == {"7", "4999"}
        assert store.notes == []


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, "text", 17, RUN.to_bytes()[:-1], RUN.to_bytes() + b"x"])
def test_a_damaged_row_is_dropped_and_said(path: Path, damage: object) -> None:
    with RunStore(path) as store:
        store.put("good", RUN)
        store.put("bad", RUN)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE runs SET outcomes = ? WHERE key = 'bad'", (damage,))
    database.close()
    with RunStore(path) as store:
        assert store.get("bad") is None
        assert len(store.notes) == 1
        assert "damaged" in store.notes[0]
        assert store.finished(["good", "bad"]) == {"good"}
        store.put("bad", RUN)
        assert store.get("bad") is not None


@given(st.binary(min_size=600, max_size=900))
def test_a_file_that_is_no_store_costs_a_note_not_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, rubbish: bytes
) -> None:
    path = tmp_path_factory.mktemp("rubbish") / "x.sqlite"
    path.write_bytes(rubbish)
    with RunStore(path) as store:
        store.put("k", RUN)
        assert store.get("k") is not None
        assert len(store.notes) == 1
        assert str(path) in store.notes[0]
    assert path.read_bytes() == rubbish


def test_a_store_broken_in_the_middle_falls_back_to_memory(path: Path) -> None:
    with RunStore(path) as store:
        for number in range(50):
            store.put(str(number), RUN)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with RunStore(path) as store:
        assert store.get("7") is None
        store.put("7", RUN)
        assert store.get("7") is not None
        assert len(store.notes) == 1
        assert "cannot be used" in store.notes[0]


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.write_bytes(b"")
    with RunStore(path) as store:
        store.put("k", RUN)
        assert store.notes == []


def test_a_folder_that_cannot_hold_it_costs_a_note(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with RunStore(tmp_path / "file" / "x.sqlite") as store:
        store.put("k", RUN)
        assert store.get("k") is not None
        assert store.finished(["k"]) == {"k"}
        assert "not kept after this session" in store.notes[0]


def test_a_file_that_may_only_be_read_costs_a_note(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RunStore(path) as store:
        store.put("old", RUN)
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda file, **how: real(f"file:{file}?mode=ro", uri=True, **how))
    with RunStore(path) as store:
        store.put("k", RUN)
        assert store.get("k") is not None
        assert len(store.notes) == 1


def test_a_store_of_another_format_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 9")
    database.close()
    with RunStore(path) as store:
        store.put("k", RUN)
        assert "its format is 9" in store.notes[0]
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    database.close()


WRITER = """
import os, sys
from pathlib import Path
from threading import Timer
from planner.run_store import RunStore
from tests.planner.experiments.fakes import outcomes
path, name, count, last = sys.argv[1:]
store = RunStore(Path(path))
for number in range(int(count)):
    store.put(f"{name}{number}", outcomes("P", number))
if last == "die":
    store._database.execute("INSERT INTO runs VALUES ('half', 'x', 'y')")  # not committed yet
    os.kill(os.getpid(), 9)
store.close()
sys.exit(len(store.notes))
"""


def write(path: Path, name: str, count: int, last: str = "close") -> "subprocess.Popen[bytes]":
    root = Path(__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(count), last], cwd=root)


def test_a_killed_process_has_lost_nothing_that_it_had_put(path: Path) -> None:
    assert write(path, "k", 5, "die").wait(60) == -9
    with RunStore(path) as store:
        assert store.finished([*(f"k{number}" for number in range(5)), "half"]) == {f"k{number}" for number in range(5)}
        kept = store.get("k3")
        assert kept is not None
        assert kept.digest() == outcomes("P", 3).digest()
        assert store.notes == []


def test_two_processes_at_once(path: Path) -> None:
    writers = [write(path, name, 40) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with RunStore(path) as store:
        keys = {f"{name}{number}" for name in "ab" for number in range(40)}
        assert store.finished(keys) == keys


def test_a_store_that_another_is_just_creating_is_waited_for(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE busy (x)")
    other.execute("BEGIN IMMEDIATE")  # switching the journal's mode now fails at once, whatever the time-out
    Timer(0.2, lambda: other.execute("COMMIT")).start()
    with RunStore(path) as store:
        store.put("k", RUN)
        assert store.notes == []
    other.close()
