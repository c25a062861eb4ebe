"""The tune page: sliders of one plan beside its outcomes on a preview population, against the plan as it is saved.

What is tuned stays on this page until it is kept (one step of undo) or discarded.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from planner import wording
from planner.charts.screen_label import WrappedLabel
from planner.experiments.keys import replication_keys
from planner.experiments.preview import beside, preview_study, run_preview
from planner.gui.cards import Card, primary
from planner.gui.latest import Latest
from planner.gui.pages.page import Empty, Notice, Page
from planner.gui.pages.tune_list import TuneList
from planner.gui.pages.tune_results import TuneResults
from planner.gui.theme import GAP, WIDE_GAP
from planner.study_tree import Tree, with_value
from planner.tuning import Changes, Parameter, parameters, with_changes
from simulation import Fault, check_plan

if TYPE_CHECKING:
    from planner.experiments.preview import Preview, Run
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs
    from simulation import Study


AGAIN = "again"
"""What the button of a failed preview does, beside going to a page."""


class TunePage(Page):
    """Sliders at the left, live outcomes at the right."""

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__(desk, dialogs)
        self.latest = Latest(desk.tasks, parent=self)
        self.latest.changed.connect(self._on_change)
        self.tuned: dict[str, Changes] = {}
        self.plan = ""
        self.wanted: dict[str, str] = {}
        self._faults: list[Fault] = []
        self._previews: dict[str, Preview] = {}
        self._ready = False
        desk.document.opened.connect(self._on_opened)

    def build(self) -> QWidget:
        """Make both cards."""
        content = QWidget()
        layout = QHBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(WIDE_GAP)
        layout.addWidget(self._sliders_card(), 5)
        layout.addWidget(self._results_card(), 6)
        return content

    def _sliders_card(self) -> Card:
        self.chooser = QComboBox()
        self.chooser.setAccessibleName("Plan to tune")
        self.chooser.textActivated.connect(self.choose_plan)
        label = QLabel("&Tune")
        label.setBuddy(self.chooser)
        label.setContentsMargins(0, 0, 2, 0)  # else the last letter is cut at a scale of 2
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(label)
        line.addWidget(self.chooser, 1)
        self.list = TuneList(self.desk.look)
        self.list.settled.connect(self._on_settled)
        card = Card()
        card.body.addLayout(line)
        card.body.addWidget(self.list, 1)
        return card

    def _results_card(self) -> Card:
        self.results_card = Card("Preview")
        self.results = TuneResults(self.desk.look)
        self.state = WrappedLabel(name="note")
        self.keep = primary("Keep", self._on_keep)
        self.keep.setToolTip("Take the tuned values into the study (can be undone)")
        self.discard = QPushButton("Discard")
        self.discard.setToolTip("Go back to the saved values")
        self.discard.clicked.connect(self._on_discard)
        buttons = QHBoxLayout()
        buttons.addWidget(self.state, 1)
        buttons.addWidget(self.discard)
        buttons.addWidget(self.keep)
        body = self.results_card.body
        body.addWidget(self.results)
        body.addStretch(1)
        body.addLayout(buttons)
        return self.results_card

    # states ----------------------------------------------------------------------------------------------------------
    def empty(self) -> Empty | None:
        """Say what to do until there is something to tune."""
        nothing, document = super().empty(), self.desk.document
        if nothing is not None:
            return nothing
        if document.study is None:
            lines = "\n".join(str(fault) for fault in document.faults[:5])
            return Empty("The study cannot be run yet", lines, "Go to Plans", "plans")
        if not any(map(parameters, document.study.plans.values())):
            return Empty("No plan has anything to tune", "Put a strategy into a plan first.", "Go to Plans", "plans")
        return None

    def notice(self) -> Notice | None:
        """Say that a preview failed, or has to wait."""
        trouble = next(iter(self.latest.troubles.values()), None)
        if trouble is not None:
            return Notice("failed", f"The preview did not work: {trouble.text}", "Try again", AGAIN)
        if self.desk.comparer.is_busy:
            return Notice("running", "A comparison is under way: previews take longer until it is done.")
        return None

    # content ---------------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the plan's parameters, ask for what has to be run, show what is known."""
        study = self._study
        names = [name for name, plan in study.plans.items() if parameters(plan)]
        if self.plan not in names:
            rest = [name for name in names if name != study.experiment.baseline]
            self.plan = (rest or names)[0]
        if [self.chooser.itemText(place) for place in range(self.chooser.count())] != names:
            self.chooser.clear()
            self.chooser.addItems(names)
        self.chooser.setCurrentText(self.plan)
        self._show_rows(study)
        self._want(study)
        self._show_results(study)

    @property
    def _study(self) -> Study:
        study = self.desk.document.study
        if study is None:
            raise RuntimeError("there is no sound study")
        return study

    @property
    def changes(self) -> Changes:
        """The values of the shown plan that differ from the saved ones."""
        saved = {(p.strategy, p.name): p.value for p in parameters(self._study.plans[self.plan])}
        mine = self.tuned.get(self.plan, {})
        return {of: value for of, value in mine.items() if of in saved and saved[of] != value}

    def content(self, study: Study) -> dict[str, dict[str, Any]]:
        """Return the tuned plan."""
        return with_changes(study.plans[self.plan], self.changes)

    def _show_rows(self, study: Study) -> None:
        self._faults = check_plan(self.plan, self.content(study))
        self.list.show_parameters(parameters(study.plans[self.plan]), study.store.currency, self._showing)

    def _showing(self, parameter: Parameter) -> tuple[object, str]:
        """Return a parameter's value as tuned, and what is wrong with it."""
        of = parameter.strategy, parameter.name
        value = self.tuned.get(self.plan, {}).get(of, parameter.value)
        return value, _fault_of(self._faults, self.plan, of)

    # previews --------------------------------------------------------------------------------------------------------
    def _want(self, study: Study) -> None:
        """Ask for the runs of baseline, saved and tuned plan; faulty values are not run."""
        plans: dict[str, tuple[str, Any]] = {"saved": (self.plan, study.plans[self.plan])}
        baseline = study.experiment.baseline
        if baseline != self.plan and baseline in study.plans:
            plans["baseline"] = (baseline, study.plans[baseline])
        content = self.content(study)
        if not check_plan(self.plan, content):
            plans["tuned"] = (self.plan, content)
        keys: dict[str, str] = {}
        for purpose in ("tuned", "saved", "baseline"):
            if purpose in plans:
                name, what = plans[purpose]
                short = preview_study(study, name, what)
                keys[purpose] = replication_keys(short)(name, 0)
                self.latest.want(purpose, keys[purpose], partial(run_preview, short, name))
        self.wanted = keys

    @property
    def is_ready(self) -> bool:
        """Whether the numbers shown are those of the values shown."""
        return self._ready

    def _show_results(self, study: Study) -> None:
        keys = self.wanted
        runs: dict[str, Run | None] = {purpose: self.latest.get(key) for purpose, key in keys.items()}
        tuned, saved = runs.get("tuned"), runs.get("saved")
        self._ready = ready = all(run is not None for run in runs.values()) and "tuned" in keys
        if ready and tuned is not None and saved is not None:
            self._previews = beside(tuned, saved, runs.get("baseline"), study.experiment.confidence)
            self.results_card.say("Preview", _about(study, tuned))
        known = saved.values if saved is not None else {}
        failed = bool(self.latest.troubles)
        self.results.show_previews(self._previews, known, study.store.currency, waiting=not ready, failed=failed)
        self.state.setText(self._state(ready=ready))
        self.keep.setEnabled(bool(self.changes) and "tuned" in keys)
        self.discard.setEnabled(bool(self.changes))

    def _state(self, *, ready: bool) -> str:
        count = len(self.changes)
        changed = f"{count} value{'s' if count != 1 else ''} changed, not kept yet." if count else "As saved."
        if "tuned" not in self.wanted:
            return f"{changed} Mend what is wrong to see its effect."
        return changed if ready or self.latest.troubles else f"{changed} Running…"

    # commands --------------------------------------------------------------------------------------------------------
    @Slot()
    def _on_button(self) -> None:
        if self._goes_to == AGAIN:
            self.latest.forget_troubles()
            self.bring_up_to_date()
        else:
            super()._on_button()

    @Slot(str)
    def choose_plan(self, plan: str) -> None:
        """Tune another plan; what was tuned in this one stays."""
        if plan != self.plan:
            self.plan, self._previews = plan, {}
            self.bring_up_to_date()

    @Slot(str, str, object)
    def _on_settled(self, strategy: str, name: str, value: object) -> None:
        self.tuned.setdefault(self.plan, {})[strategy, name] = value
        self.latest.forget_troubles()
        self.bring_up_to_date()

    @Slot()
    def _on_keep(self) -> None:
        """Take the tuned values into the study, as one step of undo."""
        plan, changes = self.plan, self.changes

        def change(tree: Tree) -> Tree:
            for (strategy, name), value in changes.items():
                tree = with_value(tree, ("plans", plan, strategy, name), value)
            return tree

        self.tuned.pop(plan, None)
        self.desk.document.edit_plans(f"Tune {plan}", change)
        self.desk.noticed.emit(f"The tuned values of {wording.plain(plan)} are in the study")

    @Slot()
    def _on_discard(self) -> None:
        self.tuned.pop(self.plan, None)
        self.latest.forget_troubles()
        self.bring_up_to_date()

    @Slot()
    def _on_opened(self) -> None:
        """Another study: nothing tuned so far."""
        self.tuned, self.plan, self._previews = {}, "", {}


def _fault_of(faults: list[Fault], plan: str, of: tuple[str, str]) -> str:
    path = f"plans.{plan}.{of[0]}.{of[1]}"
    return "; ".join(fault.message for fault in faults if fault.path == path)


def _about(study: Study, run: Run) -> str:
    """Say what a preview is, and what it is not."""
    full, level = study.experiment, wording.level(study.experiment.confidence)
    shorter = f" instead of {full.days:g}" if full.days > run.days else ""
    value = f" instead of {full.ltv_days:g}" if full.ltv_days > run.ltv_days else ""
    return (
        f"The same {run.shoppers:,} shoppers meet both plans for {run.days:g} days{shorter}; lifetime value counts "
        f"{run.ltv_days:g} days{value}. Intervals ({level}) hold the luck of who came. Levels differ from a "
        f"comparison's: look at the change, and compare before you decide."
    )
