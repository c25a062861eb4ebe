"""The journeys page: pick a shopper, follow what happened and why, and see the same shopper under another plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from planner import wording
from planner.charts.screen_label import WrappedLabel
from planner.experiments.keys import replication_keys
from planner.gui.cards import Card, IconButton
from planner.gui.latest import Latest
from planner.gui.pages.journeys_list import ShoppersList
from planner.gui.pages.page import Empty, Notice, Page
from planner.gui.pages.story_parts import TimeStrip, WhyCard
from planner.gui.pages.story_view import StoryView, spoken
from planner.gui.theme import GAP, SMALL_GAP, WIDE_GAP
from planner.journeys import WHAT, Kept, about, chosen, number_of, place_of, run_log, sample_study, with_number
from planner.stories import parting, story, title_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs
    from planner.gui.theme import Look
    from planner.journeys import Log
    from planner.stories import Happening
    from simulation import Study

SIDE_WIDTH = 366
NOBODY = "Nobody in the sample fits; clear the number, or choose who at the left."
AGAIN = "again"
"""What the button of a failed simulation does, beside going to a page."""


class JourneysPage(Page):
    """Shoppers at the left, one shopper's stories under two plans at the right."""

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__(desk, dialogs)
        self.latest = Latest(desk.tasks, keep=6, parent=self)
        self.latest.changed.connect(self._on_change)
        self.plan, self.other = "", ""
        self.kept = Kept()
        self.digits = ""
        self.key: int | None = None
        self._waiting = False
        desk.document.opened.connect(self._on_opened)

    def build(self) -> QWidget:
        """Make list, reasons and both stories."""
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(WIDE_GAP)
        self.why = WhyCard(self.desk.look)
        left.addWidget(self._shoppers_card(), 3)
        left.addWidget(self.why, 2)
        self.above = StoryCard(self.desk.look, "Plan")
        self.below = StoryCard(self.desk.look, "Other plan")
        self.above.plans.textActivated.connect(self.choose_plan)
        self.below.plans.textActivated.connect(self.choose_other)
        stories = QSplitter(Qt.Orientation.Vertical)
        stories.setHandleWidth(WIDE_GAP)
        stories.setChildrenCollapsible(False)
        for card in (self.above, self.below):
            card.view.looked_at.connect(self.why.show_happening)
            stories.addWidget(card)
        content = QWidget()
        layout = QHBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(WIDE_GAP)
        layout.addWidget(side)
        layout.addWidget(stories, 1)
        return content

    def _shoppers_card(self) -> Card:
        self.what = QComboBox()
        self.what.activated.connect(self._on_what)
        self.number = QLineEdit()
        self.number.setPlaceholderText("4821 0937")
        self.number.setClearButtonEnabled(True)
        self.number.setToolTip("The beginning of a shopper's number, the same in every plan")
        self.what.setToolTip("What happened to the shoppers that are listed")
        self.number.textChanged.connect(self._on_number)
        fields = QGridLayout()
        fields.setSpacing(GAP)
        for row, (text, field) in enumerate((("&Who", self.what), ("&Number", self.number))):
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            fields.addWidget(label, row, 0)
            fields.addWidget(field, row, 1)
        fields.setColumnStretch(1, 1)
        self.list = ShoppersList()
        self.list.chosen.connect(self.choose_shopper)
        self.found = WrappedLabel(name="note")
        card = Card("Shoppers")
        card.body.addLayout(fields)
        card.body.addWidget(self.list, 1)
        card.body.addWidget(self.found)
        return card

    # states ----------------------------------------------------------------------------------------------------------
    def empty(self) -> Empty | None:
        """Say what to do until there are stories."""
        nothing, study = super().empty(), self.desk.document.study
        if nothing is not None:
            return nothing
        if study is None:
            lines = "\n".join(str(fault) for fault in self.desk.document.faults[:5])
            return Empty("The study cannot be run yet", lines, "Go to Plans", "plans")
        self._choose_plans(study)
        logs = self._logs(study)
        if logs[0] is None and self._body is None:
            trouble = next(iter(self.latest.troubles.values()), None)
            if trouble is not None:
                return Empty("The stories could not be simulated", trouble.text, "Try again", AGAIN)
            return Empty("The first shoppers are on their way", "A small sample of them is followed step by step.")
        return None

    def notice(self) -> Notice | None:
        """Say that stories are under way, or could not be made."""
        trouble = next(iter(self.latest.troubles.values()), None)
        if trouble is not None:
            return Notice("failed", f"The stories could not be simulated: {trouble.text}", "Try again", AGAIN)
        if self._waiting:
            return Notice("running", "The plans are simulated; what is shown may be of before the last change.")
        return None

    # content ---------------------------------------------------------------------------------------------------------
    def _choose_plans(self, study: Study) -> None:
        """Keep the plans chosen as long as the study has them; at first the first plan above the baseline."""
        names = list(study.plans)
        baseline = study.experiment.baseline if study.experiment.baseline in names else names[0]
        if self.plan not in names:
            self.plan = next((name for name in names if name != baseline), baseline)
        if self.other not in names:
            self.other = baseline

    def _logs(self, study: Study) -> tuple[Log | None, Log | None]:
        """Return the logs of both plans as far as they are there, and ask for those that are not."""
        sample = sample_study(study)
        key = replication_keys(sample)
        found: list[Log | None] = []
        for purpose, plan in (("plan", self.plan), ("other", self.other)):
            self.latest.want(purpose, key(plan, 0), partial(run_log, sample, plan))
            found.append(self.latest.get(key(plan, 0)))
        self._waiting = None in found and not self.latest.troubles
        return found[0], found[1]

    def refresh(self) -> None:
        """Show the shoppers found, and the stories of the one chosen."""
        study = self.desk.document.study
        if study is None:
            return
        log, other = self._logs(study)
        for card, plan in ((self.above, self.plan), (self.below, self.other)):
            card.show_plans(list(study.plans), plan)
        if log is not None:
            self._show_shoppers(log, other)
            self._show_stories(log, other)

    def _show_shoppers(self, log: Log, other: Log | None) -> None:
        texts = [*WHAT.values(), *(f"reached by {title_of(id_)}" for id_ in log.names.strategies)]
        if [self.what.itemText(place) for place in range(self.what.count())] != texts:
            self.what.clear()
            self.what.addItems(texts)
        self.what.setCurrentIndex(self._place_of_kept(log))
        places = self._places(log, other)
        self.key = self.list.show_shoppers(log, places, self.key)
        self.found.setText(
            f"{places.size:,} of {log.keys.size:,} shoppers of a sample; numbers are the same in every plan."
            if places.size
            else NOBODY
        )

    def _place_of_kept(self, log: Log) -> int:
        if self.kept.what != "reached":
            return list(WHAT).index(self.kept.what)
        if self.kept.strategy not in log.names.strategies:
            self.kept = Kept()
            return 0
        return len(WHAT) + log.names.strategies.index(self.kept.strategy)

    def _places(self, log: Log, other: Log | None) -> NDArray[np.int64]:
        import numpy as np

        places = chosen(log, self.kept, other)
        return np.intersect1d(places, with_number(log, self.digits)) if self.digits.strip() else places

    def _show_stories(self, log: Log, other: Log | None) -> None:
        told = [_told(one, self.key) for one in (log, other)]
        mine, theirs = told
        days = [what.day for one in told for what in one]
        span = (min(days), max(days)) if days else (0.0, 1.0)
        who = about(log, place) if (place := _place(log, self.key)) is not None else ""
        number = f"Shopper {number_of(self.key)}" if self.key is not None else "No shopper found"
        who = who if self.key is not None else NOBODY
        parts = parting(mine, theirs) if theirs else None
        self.above.show_story(number, who, mine, parts, span)
        self.below.show_story(
            "The same shopper", _beside(mine, theirs, other, self.key), theirs, _reverse(mine, theirs), span
        )

    # commands --------------------------------------------------------------------------------------------------------
    @Slot()
    def _on_button(self) -> None:
        if self._goes_to == AGAIN:
            self.latest.forget_troubles()
            self.bring_up_to_date()
        else:
            super()._on_button()

    @Slot(object)
    def choose_shopper(self, key: int) -> None:
        """Show another shopper's stories."""
        if key != self.key:
            self.key = key
            self.why.forget()
            self.bring_up_to_date()

    @Slot(str)
    def choose_plan(self, plan: str) -> None:
        """Follow shoppers under another plan."""
        self.plan = plan
        self._again()

    @Slot(str)
    def choose_other(self, plan: str) -> None:
        """Show the shopper below under another plan."""
        self.other = plan
        self._again()

    @Slot(int)
    def _on_what(self, place: int) -> None:
        log = self.list.shoppers.log
        if place < len(WHAT):
            self.kept = Kept(list(WHAT)[place])
        elif log is not None:
            self.kept = Kept("reached", log.names.strategies[place - len(WHAT)])
        self._again()

    @Slot(str)
    def _on_number(self, digits: str) -> None:
        self.digits = digits
        self._again()

    def _again(self) -> None:
        self.latest.forget_troubles()
        self.why.forget()
        self.bring_up_to_date()

    @Slot()
    def _on_opened(self) -> None:
        self.plan, self.other, self.kept, self.key = "", "", Kept(), None


class StoryCard(Card):
    """One story: whose, under which plan, the strip of time, the list."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(name)
        self.plans = QComboBox()
        self.plans.setAccessibleName(name)
        self.plans.setMinimumWidth(140)
        self.plans.setToolTip("The plan under which the story is told")
        under = QLabel("under")
        under.setObjectName("note")
        self.tools.addWidget(under)
        self.tools.addWidget(self.plans)
        self.copy = IconButton(look, "copy", "Copy the story", self._on_copy)
        self.tools.addWidget(self.copy)
        self.strip = TimeStrip(look)
        self.view = StoryView(look, name)
        self.body.setSpacing(SMALL_GAP)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.view, 1)

    def show_plans(self, names: list[str], plan: str) -> None:
        """Show which plans there are and which one this is."""
        if [self.plans.itemText(place) for place in range(self.plans.count())] != names:
            self.plans.clear()
            self.plans.addItems(names)
        self.plans.setCurrentText(plan)
        self.view.setAccessibleName(f"Story under {wording.plain(plan)}")

    def show_story(
        self, title: str, note: str, told: tuple[Happening, ...], parts: int | None, span: tuple[float, float]
    ) -> None:
        """Show a story, marked from where it is another one than under the other plan."""
        self.say(title, note)
        self.strip.show_story(told, span)
        self.view.show_story(told, parts)
        self.copy.setEnabled(bool(told))

    @Slot()
    def _on_copy(self) -> None:
        """Put the story on the clipboard, a line for each happening with what pushed and held back."""
        heading = f"{self.title.text()} under {wording.plain(self.plans.currentText())}: {self.note.text()}"
        QGuiApplication.clipboard().setText("\n".join((heading, *map(spoken, self.view.story.told))))


def _place(log: Log | None, key: int | None) -> int | None:
    return None if log is None or key is None else place_of(log, key)


def _told(log: Log | None, key: int | None) -> tuple[Happening, ...]:
    place = _place(log, key)
    return () if log is None or place is None else story(log, place)


def _reverse(mine: tuple[Happening, ...], theirs: tuple[Happening, ...]) -> int | None:
    return parting(theirs, mine) if mine else None


def _beside(mine: tuple[Happening, ...], theirs: tuple[Happening, ...], other: Log | None, key: int | None) -> str:
    """Say from when on the stories differ."""
    if other is None:
        return "is being simulated"
    if key is None:
        return ""
    if not theirs:
        return "does not come under this plan: brought by the other one"
    place = parting(theirs, mine)
    if place is None:
        return "does the very same things under both plans"
    day = theirs[min(place, len(theirs) - 1)].day
    return f"does other things from day {max(int(day), 0) + 1} on (coloured line)"
