"""The funnel page in its states, for the pictures: closed form, a stage, an edge, plans, dragged boxes, faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from planner.gui.document import Compared, plan_keys
from planner.gui.graph.items import Key
from planner.gui.jobs import Trouble
from planner.gui.pages.funnel import FunnelPage
from planner.study_file import find_study
from tests.planner.synthetic import comparison
from tests.screenshots.states import running

if TYPE_CHECKING:
    from planner.gui.window import Window


def funnel_empty(window: Window) -> None:
    """Without a study."""
    window.show_page("funnel")


def funnel_failed(window: Window) -> None:
    """A run that did not work."""
    page = _page(window)
    window.desk.trouble = Trouble("No replication could be finished. Level 2, replication 0: no shoppers", "")
    page.bring_up_to_date()


def funnel_table(window: Window) -> None:
    """The numbers in place of the graph."""
    funnel_difference(window)
    page = window.page
    assert isinstance(page, FunnelPage)
    page.card.buttons["table"].click()


def funnel_typical(window: Window) -> None:
    """Before the first run: flows in closed form."""
    _page(window)


def funnel_stage(window: Window) -> None:
    """A stage with its form."""
    _page(window).scene.select(Key("stage", 2))


def funnel_difference(window: Window) -> None:
    """How two plans differ, with an edge's form."""
    page = _page(window)
    study = window.desk.document.study
    assert study is not None
    window.desk.document.show_result(Compared(comparison(), plan_keys(study)))
    page.bring_up_to_date()
    page.scene.select(Key("edge", 5))


def funnel_running(window: Window) -> None:
    """Partial flows of a comparison under way."""
    funnel_difference(window)
    running(window)


def funnel_stale(window: Window) -> None:
    """The odds changed since."""
    funnel_difference(window)
    window.desk.document.set_value(("funnel", "edge", 0, "odds"), 60.0, "Change odds")


def funnel_faulty(window: Window) -> None:
    """Faults at a stage and at an edge."""
    _page(window)
    document = window.desk.document
    document.set_value(("funnel", "stage", 2, "dwell_minutes"), -2.0, "Dwell")
    document.set_value(("funnel", "edge", 0, "odds"), -1.0, "Odds")


def funnel_dragged(window: Window) -> None:
    """Boxes moved, a stage and an edge more."""
    page = _page(window)
    page.card.keep_boxes({"interest": (260.0, 120.0), "conversion": (560.0, -60.0)})
    page.add_edge("awareness", "conversion")
    page.scene.select(Key("stage", 1))
    page.add_stage()


SCENES = (
    *(funnel_empty, funnel_failed, funnel_table, funnel_typical, funnel_stage, funnel_difference, funnel_running),
    *(funnel_stale, funnel_faulty, funnel_dragged),
)


def _page(window: Window) -> FunnelPage:
    window.desk.document.open(find_study("fashion"))
    window.show_page("funnel")
    QApplication.processEvents()
    page = window.page
    assert isinstance(page, FunnelPage)
    return page
