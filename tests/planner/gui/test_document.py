"""The document: edits and undo, the dirty mark, saving, recovery after a crash, and what makes a comparison stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.gui.document import ChangedOutside, Compared, Document, plan_keys
from planner.gui.recovery import RecoveryFile, left_behind, read_recovery
from planner.study_file import StudyFault, find_study, open_study
from tests.planner.gui.shops import SMALL
from tests.planner.synthetic import comparison

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.places import Places

DELAY = ("plans", "Remind", "cart_recovery", "delay_days")


@pytest.fixture
def document(qapp: object, places: Places, small: Path) -> Document:
    made = Document(places.recovery)
    made.open(small)
    return made


@pytest.fixture(autouse=True)
def closed(document: Document) -> object:
    yield
    document.close()
    document.deleteLater()


def test_an_edit_can_be_undone_and_redone(document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignals([document.changed, document.marked]):
        document.set_value(DELAY, 2.0, "Change delay")
    assert (document.value(DELAY), document.is_dirty) == (2.0, True)
    assert document.undo_stack.undoText() == "Change delay"
    document.undo_stack.undo()
    assert (document.value(DELAY), document.is_dirty) == (1.0, False)
    document.undo_stack.redo()
    assert document.value(DELAY) == 2.0


def test_an_edit_that_changes_nothing_is_none(document: Document) -> None:
    document.set_value(DELAY, 1.0, "Change delay")
    assert document.undo_stack.count() == 0


def test_a_drag_is_one_step(document: Document) -> None:
    for value in (1.5, 2.0, 2.5):
        document.set_value(DELAY, value, "Change delay", merge="delay")
    document.set_value(("store", "name"), "Other", "Rename", merge="name")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.value(DELAY) == 1.0


def test_faults_are_told_at_once_and_undone_with_the_edit(document: Document) -> None:
    document.set_value(DELAY, -3.0, "Change delay")
    assert [fault.path for fault in document.faults_at(DELAY)] == ["plans.Remind.cart_recovery.delay_days"]
    document.undo_stack.undo()
    assert document.faults == ()


def test_saving_keeps_comments_and_clears_the_mark(document: Document, small: Path) -> None:
    document.set_value(DELAY, 2.0, "Change delay")
    document.save()
    assert small.read_text(encoding="utf-8") == SMALL.replace("delay_days = 1.0", "delay_days = 2.0")
    assert [document.is_dirty] == [False]
    document.undo_stack.undo()
    assert [document.is_dirty] == [True]
    document.save()
    assert small.read_text(encoding="utf-8") == SMALL


def test_a_changed_value_has_no_other_source_than_the_user(document: Document) -> None:
    assert document.source_at(DELAY) == "a day is best"
    document.set_value(DELAY, 2.0, "Change delay")
    assert document.source_at(DELAY) == "set by you"
    document.undo_stack.undo()
    assert document.source_at(DELAY) == "a day is best"


def test_another_programs_changes_are_not_lost(document: Document, small: Path) -> None:
    small.write_text(SMALL + "# mine", encoding="utf-8")
    document.set_value(DELAY, 2.0, "Change delay")
    with pytest.raises(ChangedOutside):
        document.save()
    assert small.read_text(encoding="utf-8").endswith("# mine")
    document.save(overwrite=True)
    assert not document.is_dirty


def test_a_failed_save_leaves_the_old_file(document: Document, small: Path, tmp_path: Path) -> None:
    document.set_value(DELAY, 2.0, "Change delay")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        document.save(tmp_path / "file" / "study.toml")
    assert document.path == small
    assert document.is_dirty


def test_a_study_with_faults_can_be_opened_and_mended(document: Document, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(SMALL.replace("delay_days = 1.0", "delay_days = -1.0"), encoding="utf-8")
    document.open(bad)
    assert len(document.faults) == 1
    document.set_value(DELAY, 1.0, "Mend")
    assert document.study == open_study(find_study(str(bad).replace("bad", "small"))).study


def test_what_is_no_study_leaves_the_open_one(document: Document, small: Path, tmp_path: Path) -> None:
    (tmp_path / "no.toml").write_text("= = =")
    with pytest.raises(StudyFault, match="not valid TOML"):
        document.open(tmp_path / "no.toml")
    assert document.path == small


def test_a_crash_loses_nothing(document: Document, places: Places, small: Path) -> None:
    document.set_value(DELAY, 2.0, "Change delay")
    document.keep_recovery()
    assert left_behind(places.recovery) == [], "its window is alive"
    crashed = next(iter(places.recovery.glob("*.json")))
    kept = places.recovery / "of-a-crash.json"
    kept.write_bytes(crashed.read_bytes())
    assert left_behind(places.recovery) == [kept]
    state = read_recovery(kept)
    assert state is not None
    again = Document(places.recovery)
    again.recover(state)
    assert (again.value(DELAY), again.path, again.is_dirty) == (2.0, small, True)
    assert "# a day is best" in again.text()
    again.close()
    again.deleteLater()


def test_edits_are_kept_for_recovery_by_themselves(document: Document, places: Places, qtbot: QtBot) -> None:
    document.set_value(DELAY, 2.0, "Change delay")
    qtbot.waitUntil(lambda: bool(list(places.recovery.glob("*.json"))))
    document.save()
    assert list(places.recovery.glob("*.json")) == []


def test_a_damaged_recovery_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    assert read_recovery(tmp_path / "x.json") is None


def test_two_windows_have_recovery_files_of_their_own(document: Document, places: Places) -> None:
    document.set_value(DELAY, 2.0, "Change delay")
    document.keep_recovery()
    other = RecoveryFile(places.recovery)
    state = read_recovery(next(iter(places.recovery.glob("*.json"))))
    assert state is not None
    other.keep(state)
    assert len(list(places.recovery.glob("*.json"))) == 2
    other.close()


def test_only_what_changed_since_makes_a_comparison_stale(document: Document) -> None:
    assert document.study is not None
    document.show_result(Compared(comparison(), plan_keys(document.study)))
    assert document.stale_plans() == ()
    document.set_value(DELAY, 2.0, "Change delay")
    assert document.stale_plans() == ("Remind",)
    document.undo_stack.undo()
    assert document.stale_plans() == ()
    document.set_value(("experiment", "replications"), 9, "More replications")
    assert document.stale_plans() == ()
    document.set_value(("store", "visitors_per_year"), 9_000, "Fewer visitors")
    assert document.stale_plans() == ("Baseline", "Remind", "More")


def test_a_study_that_came_with_footfall_is_known(document: Document) -> None:
    assert not document.is_shipped
    document.open(find_study("fashion"))
    assert document.is_shipped
