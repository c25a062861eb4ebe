"""The screen painter: every mark of a chart arrives on the screen, and the pointer is told the chart's own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF
from PySide6.QtGui import QColor

from planner.charts.build import ALL
from planner.charts.screen import ChartView
from planner.charts.screen_marks import add, band_path
from planner.charts.spec import Curve, Flow, Panel, Point
from planner.charts.theme import DARK, LIGHT, Theme
from tests.planner.synthetic import comparison

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

COMPARISON = comparison()
Shown = Callable[[str, Theme], ChartView]


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    views = []

    def show(chart: str, theme: Theme = LIGHT) -> ChartView:
        view = ChartView()
        view.show_chart(ALL[chart](COMPARISON), theme)
        view.resize(720, 640)
        view.show()
        views.append(view)
        return view

    yield show
    for view in views:
        view.close()
        view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("chart", list(ALL))
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_chart_is_drawn_in_every_theme(shown: Shown, chart: str, theme: Theme) -> None:
    view = shown(chart, theme)
    picture = view.panels[0].grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(picture.height())}
    assert theme.card in seen
    assert len(seen) > 8
    assert view.accessibleName() == view.title.text() == ALL[chart](COMPARISON).title


def test_a_points_colour_stands_at_its_place(shown: Shown) -> None:
    view = shown("lift", LIGHT)
    panel = view.panels[0]
    point = next(mark for mark in panel.panel.marks if isinstance(mark, Point) and mark.hue.role == "better")
    at = panel.place(point.x, point.y).toPoint()
    assert panel.grab().toImage().pixelColor(at) == QColor(LIGHT.roles["better"])


def test_hovering_a_point_tells_its_finding(shown: Shown) -> None:
    panel = shown("lift", LIGHT).panels[0]
    point = next(mark for mark in panel.panel.marks if isinstance(mark, Point))
    panel.point_at(panel.place(point.x, point.y))
    assert panel.told == point.about
    assert panel.told.startswith("Level 1: conversion per visit +1.7")
    panel.point_at(QPointF(1, 1))
    assert panel.told == ""


def test_hovering_lines_tells_each_plans_value_there(shown: Shown) -> None:
    panel = shown("ltv_by_age", LIGHT).panels[0]
    curve = next(mark for mark in panel.panel.marks if isinstance(mark, Curve))
    place = len(curve.xs) // 2
    panel.point_at(panel.place(curve.xs[place], curve.ys[place]))
    lines = panel.told.split("\n")
    assert lines[0] == f"at: {curve.xs[place]:.0f}"
    assert [line.partition(":")[0] for line in lines[1:]] == ["Baseline", "Level 1", "Level 2", "Level 3"]
    assert lines[1].startswith(f"Baseline: €{curve.ys[place]:.2f} (€")


def test_hovering_steps_tells_the_step_under_the_pointer(shown: Shown) -> None:
    panel = shown("order_values", LIGHT).panels[0]
    curve = next(mark for mark in panel.panel.marks if isinstance(mark, Curve))
    start, after = (panel.place(curve.xs[i], 0.01).x() for i in (5, 6))
    panel.point_at(QPointF(start * 0.1 + after * 0.9, panel.place(curve.xs[5], 0.01).y()))
    assert panel.told.startswith(f"at: €{curve.xs[5]:.2f}\n")


def test_hovering_a_flow_tells_visits_and_share(shown: Shown) -> None:
    panel = shown("funnel", LIGHT).panels[0]
    flow = next(m for m in panel.panel.marks if isinstance(m, Flow) and "awareness to discovery" in m.about)
    (x0, y0), (x1, y1) = flow.path[0], flow.path[-1]
    panel.point_at(panel.place((x0 + x1) / 2, (y0 + y1) / 2))
    assert panel.told == flow.about
    assert "visits" in panel.told


def test_a_switch_of_theme_redraws_and_the_same_chart_does_not(shown: Shown) -> None:
    view = shown("daily", LIGHT)
    before = list(view.panels)
    view.show_chart(ALL["daily"](COMPARISON), LIGHT)
    assert view.panels == before
    view.set_theme(DARK)
    assert view.theme is DARK
    assert view.panels != before


def test_panels_under_each_other_share_their_x_axis(shown: Shown) -> None:
    upper, lower = shown("order_values", LIGHT).panels
    assert upper.place(50, 0).x() == pytest.approx(lower.place(50, 0).x(), abs=0.5)


def test_a_drawing_keeps_its_proportions(shown: Shown) -> None:
    view = shown("funnel", LIGHT)
    panel = view.panels[0]
    for width in (500, 900):
        view.resize(width, 700)
        across = panel.place(1, 0).x() - panel.place(0, 0).x()
        down = panel.place(0, 0).y() - panel.place(0, 1).y()
        assert across == pytest.approx(down, rel=0.01)


def test_a_band_breaks_where_it_is_not_known() -> None:
    whole = band_path((1, 2, 3), (0, 0, 0), (1, 1, 1), stepped=False)
    broken = band_path((1, 2, 3, 4), (0, 0, math.nan, 0), (1, 1, 1, 1), stepped=False)
    assert whole.contains(QPointF(2.5, 0.5))
    assert not broken.contains(QPointF(2.5, 0.5))
    stepped = band_path((1, 2, 3), (0, 1, 1), (1, 2, 2), stepped=True)
    assert stepped.contains(QPointF(1.9, 0.5))
    assert not stepped.contains(QPointF(1.9, 1.5))


def test_an_unknown_mark_is_refused(shown: Shown) -> None:
    panel = shown("daily", LIGHT).panels[0]
    with pytest.raises(TypeError, match="Panel"):
        add(Panel(panel.panel.x, panel.panel.y, ()), panel.canvas)  # type: ignore[arg-type]
