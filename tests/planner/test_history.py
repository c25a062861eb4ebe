"""The history of comparisons: kept whole, shown again as it was, and never in the way when its file is broken."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from planner import history_rows
from planner.experiments.comparison import Comparison, to_json
from planner.history import History, keep, reopen
from planner.history_lifts import paired_lifts
from planner.history_rows import Record, precision_of
from simulation.metrics import METRICS
from tests.planner.synthetic import comparison

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture(scope="module")
def levels() -> Comparison:
    return replace(comparison(replications=3), notes=("a remark",))


def record(made: Comparison, text: str = "[store]\n") -> Record:
    return Record(made, text, "/shops/mine.toml", {plan.name: f"key of {plan.name}" for plan in made.plans})


def stored_runs(path: Path) -> int:
    with sqlite3.connect(path) as database:
        count = int(database.execute("SELECT count(*) FROM runs").fetchone()[0])
    database.close()
    return count


def test_a_comparison_comes_back_as_it_was(path: Path, levels: Comparison) -> None:
    number = History(path).add(record(levels), NOON)
    assert number is not None
    kept = reopen(path, number)
    assert json.dumps(to_json(kept.comparison)) == json.dumps(to_json(levels))
    assert kept.comparison.notes == levels.notes
    assert [run.digest() for run in kept.comparison.plan("Level 2").runs] == [
        run.digest() for run in levels.plan("Level 2").runs
    ]
    assert (kept.text, kept.keys["Level 1"]) == ("[store]\n", "key of Level 1")


def test_entries_tell_what_was_compared(path: Path, levels: Comparison) -> None:
    History(path).add(record(levels), NOON)
    (entry,) = History(path).entries()
    assert (entry.at, entry.study, entry.path) == (NOON, "Fashion store", "/shops/mine.toml")
    assert (entry.plans, entry.baseline) == (tuple(plan.name for plan in levels.plans), "Baseline")
    assert (entry.replications, entry.visitors, entry.confidence, entry.pinned) == (3, 20_000, 0.95, False)
    widest = max(p.differences["session_conversion"].relative_high for p in levels.plans if p.differences)
    assert entry.precision is not None
    assert 0 < entry.precision < widest


def test_precision_of_one_plan_is_that_of_its_conversion() -> None:
    alone = comparison({"Baseline": 0.0}, replications=3)
    conversion = alone.plans[0].estimates["session_conversion"]
    assert precision_of(alone) == pytest.approx((conversion.high - conversion.low) / 2 / conversion.mean)
    assert precision_of(comparison({"Baseline": 0.0}, replications=1)) is None


def test_pinned_ones_stand_first_then_the_latest(path: Path, levels: Comparison) -> None:
    kept = History(path)
    numbers = [kept.add(record(levels, str(day)), NOON + timedelta(days=day)) for day in range(3)]
    assert [entry.id for entry in kept.entries()] == numbers[::-1]
    assert numbers[0] is not None
    kept.pin(numbers[0], pinned=True)
    assert [entry.id for entry in kept.entries()] == [numbers[0], numbers[2], numbers[1]]
    kept.pin(numbers[0], pinned=False)
    assert [entry.id for entry in kept.entries()] == numbers[::-1]


def test_a_deleted_one_can_be_restored_until_it_is_purged(path: Path, levels: Comparison) -> None:
    kept = History(path)
    number = kept.add(record(levels), NOON)
    assert number is not None
    kept.delete(number)
    assert kept.entries() == []
    kept.restore(number)
    assert [entry.id for entry in kept.entries()] == [number]
    kept.delete(number)
    kept.purge()
    kept.restore(number)
    assert (kept.entries(), stored_runs(path)) == ([], 0)


def test_equal_runs_are_kept_once_and_stay_while_one_needs_them(path: Path, levels: Comparison) -> None:
    kept = History(path)
    first, second = (kept.add(record(levels, str(hour)), NOON + timedelta(hours=hour)) for hour in range(2))
    assert (first, second) == (1, 2)
    assert stored_runs(path) == 4 * 3
    kept.delete(1)
    kept.purge()
    assert stored_runs(path) == 4 * 3
    assert kept.open(2) is not None


def test_the_same_comparison_again_becomes_the_latest(path: Path, levels: Comparison) -> None:
    kept = History(path)
    for day, text in enumerate(("one", "other", "one")):
        kept.add(record(levels, text), NOON + timedelta(days=day))
    assert [(entry.id, entry.at) for entry in kept.entries()] == [
        (1, NOON + timedelta(days=2)),
        (2, NOON + timedelta(1)),
    ]


def test_old_ones_are_forgotten_but_not_pinned_ones(
    path: Path, levels: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_rows, "MOST_ENTRIES", 2)
    kept = History(path)
    kept.add(record(levels), NOON)
    kept.pin(1, pinned=True)
    for day in range(1, 5):
        History(path).add(record(levels, str(day)), NOON + timedelta(days=day))
    assert keep(path, record(levels, "today")) == ()
    assert [entry.id for entry in kept.entries()] == [1, 6, 5]


def test_a_file_that_is_no_history_is_set_aside(path: Path, levels: Comparison) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else " * 100)
    kept = History(path)
    assert kept.entries() == []
    assert "set aside as history.sqlite.broken" in kept.notes[0]
    assert kept.add(record(levels)) == 1
    assert path.with_name("history.sqlite.broken").read_bytes().startswith(b"something else")


def test_adding_to_a_broken_file_keeps_the_comparison(path: Path, levels: Comparison) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else " * 100)
    assert History(path).add(record(levels)) == 1
    assert len(History(path).entries()) == 1


def test_a_history_of_a_newer_footfall_is_left_alone(path: Path, levels: Comparison) -> None:
    History(path).add(record(levels))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    kept = History(path)
    assert (kept.add(record(levels)), kept.entries()) == (None, [])
    assert "its format is 99" in kept.notes[0]
    assert path.read_bytes() == before


def test_a_folder_that_cannot_hold_it_costs_a_note(tmp_path: Path, levels: Comparison) -> None:
    (tmp_path / "file").write_text("")
    kept = History(tmp_path / "file" / "history.sqlite")
    assert kept.add(record(levels)) is None
    assert kept.notes


def test_what_was_never_kept_is_not_there(path: Path) -> None:
    kept = History(path)
    assert (kept.entries(), kept.document(1), kept.open(1), kept.notes) == ([], None, None, [])
    assert not path.exists()
    with pytest.raises(LookupError, match="no longer in the history"):
        reopen(path, 1)


def test_a_damaged_run_is_said(path: Path, levels: Comparison) -> None:
    History(path).add(record(levels))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE runs SET outcomes = x'00' WHERE rowid = 3")
    database.close()
    with pytest.raises(LookupError, match="cannot be used"):
        reopen(path, 1)
    assert len(History(path).entries()) == 1


@pytest.mark.parametrize("about", ["", "[]", "{}", '{"plans": 3}', '{"plans": [], "new": 1}'])
def test_an_unreadable_entry_is_left_out(path: Path, levels: Comparison, about: str) -> None:
    History(path).add(record(levels, "one"), NOON)
    History(path).add(record(levels, "two"), NOON)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE entries SET about = ?, document = ? WHERE id = 1", (about, about))
    database.close()
    kept = History(path)
    assert [entry.id for entry in kept.entries()] == [2]
    assert kept.open(1) is None
    assert kept.document(1) in (None, {}, json.loads(about or "null"))


def test_two_comparisons_are_set_beside_each_other(path: Path, levels: Comparison) -> None:
    better = comparison({"Baseline": 0.0, "Level 2": 0.25, "New": 0.1}, replications=3)
    kept = History(path)
    kept.add(record(levels))
    kept.add(record(better))
    first, second = kept.document(1), kept.document(2)
    assert first is not None
    assert second is not None
    pairs = {(pair.plan, pair.metric): pair for pair in paired_lifts(first, second)}
    both, only = pairs["Level 2", "session_conversion"], pairs["New", "session_conversion"]
    assert both.first is not None
    assert both.second is not None
    assert both.change is not None
    assert both.first.mean == levels.plan("Level 2").differences["session_conversion"].relative
    assert both.change.mean == pytest.approx(both.second.mean - both.first.mean)
    assert both.change.is_sure
    assert (only.first, only.change) == (None, None)
    assert list(dict.fromkeys(plan for plan, _ in pairs)) == ["Level 1", "Level 2", "Level 3", "New"]
    assert [metric for plan, metric in pairs if plan == "New"] == [m for m in METRICS if ("New", m) in pairs]


def test_lifts_without_bounds_are_kept_as_such(path: Path) -> None:
    alone = comparison({"Baseline": 0.0, "Level 1": 0.1}, replications=1)
    History(path).add(record(alone))
    document = History(path).document(1)
    assert document is not None
    pair = next(pair for pair in paired_lifts(document, document) if pair.metric == "session_conversion")
    assert pair.first is not None
    assert pair.change is not None
    assert (pair.first.mean > 0, pair.change.mean, pair.change.is_sure) == (True, 0.0, False)


def test_a_comparison_beside_itself_shows_no_change(path: Path, levels: Comparison) -> None:
    History(path).add(record(levels))
    document = History(path).document(1)
    assert document is not None
    pairs = paired_lifts(document, document)
    assert all(pair.change is not None and pair.change.mean == 0 and not pair.change.is_sure for pair in pairs)
