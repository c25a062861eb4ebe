"""Menus and shortcuts as data: what can be done, where it stands, and when it is possible. Makes no widget.

A further command is one line in ``ACTIONS`` and one method of that name on the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.gui.jobs import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.gui.desk import Desk

MENUS = ("&File", "&Edit", "&View", "&Run", "&Help")


class Action(NamedTuple):
    """One command.

    Attributes:
        id: the window's method that does it.
        menu: the menu in which it stands.
        text: what the menu says, with its mnemonic.
        shortcut: keys, in Qt's portable form.
        icon: name of a file in assets/icons.
        when: name of the condition under which it is possible (``CONDITIONS``).
        parted: a line parts it from what stands above it.
    """

    id: str
    menu: str
    text: str
    shortcut: str = ""
    icon: str = ""
    when: str = "always"
    parted: bool = False


ACTIONS = (
    Action("open_study", "&File", "&Open study…", "Ctrl+O", "open"),
    Action("save_study", "&File", "&Save", "Ctrl+S", "save", "open"),
    Action("save_study_as", "&File", "Save &as…", "Ctrl+Shift+S", "", "open"),
    Action("export_results", "&File", "&Export comparison…", "Ctrl+E", "export", "result", parted=True),
    Action("close", "&File", "&Quit", "Ctrl+Q", parted=True),
    Action("undo", "&Edit", "&Undo", "Ctrl+Z", "undo", "undo"),
    Action("redo", "&Edit", "&Redo", "Ctrl+Shift+Z", "redo", "redo"),
    Action("show_faults", "&Edit", "What is &wrong with the study…", "F8", "warning", "faults", parted=True),
    Action("run_comparison", "&Run", "&Run comparison", "F5", "run", "run"),
    Action("pause_or_resume", "&Run", "&Pause", "F6", "pause", "busy"),
    Action("cancel_comparison", "&Run", "&Cancel, keeping what is finished", "Shift+F5", "cancel", "busy"),
    Action("show_about", "&Help", "&About Footfall", "F1"),
)

CONDITIONS: dict[str, Callable[[Desk], bool]] = {
    "always": lambda desk: True,
    "open": lambda desk: desk.document.is_open,
    "undo": lambda desk: desk.document.undo_stack.canUndo(),
    "redo": lambda desk: desk.document.undo_stack.canRedo(),
    "faults": lambda desk: bool(desk.document.faults),
    "run": lambda desk: desk.can_run,
    "busy": lambda desk: desk.comparer.state in (State.RUNNING, State.PAUSED),
    "result": lambda desk: desk.document.result is not None,
}


def text_now(action: Action, desk: Desk) -> str:
    """Return what the menu says now: undo names what is undone, a pause can be ended."""
    stack = desk.document.undo_stack
    if action.id == "undo" and stack.canUndo():
        return f"{action.text}: {stack.undoText()}"
    if action.id == "redo" and stack.canRedo():
        return f"{action.text}: {stack.redoText()}"
    if action.id == "pause_or_resume" and desk.comparer.state is State.PAUSED:
        return "Res&ume"
    return action.text
