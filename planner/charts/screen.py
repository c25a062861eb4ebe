"""Shows a chart specification on the screen with pyqtgraph: title, subtitle, panels, footnote; hover gives numbers.

The counterpart of paint_file.py: the same specification, the same theme. Must not know what a chart is about, nor the
window around it. Files and exports are never made from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.charts.screen_label import WrappedLabel
from planner.charts.screen_panel import PanelView, Type
from planner.charts.theme import LIGHT, Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from planner.charts.spec import ChartSpec


class ChartView(QWidget):
    """One chart; empty until ``show_chart``.

    ``scale`` is the size of texts against a usual desktop's. Without ``heading`` title and subtitle are left to the
    frame around the chart.
    """

    def __init__(self, parent: QWidget | None = None, *, scale: float = 1.0, heading: bool = True) -> None:
        super().__init__(parent)
        self.spec: ChartSpec | None = None
        self.theme: Theme = LIGHT
        self.scale = scale
        self.title = WrappedLabel(name="cardTitle", parent=self)
        self.subtitle, self.footnote = (WrappedLabel(name="note", parent=self) for _ in range(2))
        self.panels: list[PanelView] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for label in (self.title, self.subtitle):
            label.setVisible(heading)
            layout.addWidget(label)
        layout.addLayout(self._rows, 1)
        layout.addWidget(self.footnote)
        layout.addStretch(0)

    def show_chart(self, spec: ChartSpec, theme: Theme) -> None:
        """Show a chart in a theme, in place of the one before; showing the same again costs nothing."""
        if (spec, theme) == (self.spec, self.theme):
            return
        self.spec, self.theme = spec, theme
        self.title.setText(spec.title)
        self.subtitle.setText(spec.subtitle)
        self.footnote.setText(spec.footnote)
        self.footnote.setVisible(bool(spec.footnote))
        self.setAccessibleName(spec.title)
        self.setAccessibleDescription(f"{spec.subtitle}. {spec.footnote}")
        self._clear()
        for panel in spec.panels:
            view = PanelView(panel, Type(theme, self.scale), self)
            self.panels.append(view)
            self._rows.addWidget(view, max(round(panel.share * 10), 1))
        beside = [view.sides() for view in self.panels]
        for view in self.panels:
            view.reserve(max(left for left, _ in beside), max(right for _, right in beside))

    def set_theme(self, theme: Theme) -> None:
        """Switch between light and dark."""
        if self.spec is not None:
            self.show_chart(self.spec, theme)

    def picture(self) -> QPixmap:
        """Return the chart as it stands on the screen."""
        return self.grab()

    def minimumSizeHint(self) -> QSize:
        """Return how small the chart may get and still be read."""
        return QSize(260, super().minimumSizeHint().height())

    def _clear(self) -> None:
        for view in self.panels:
            self._rows.removeWidget(view)
            view.dispose()
        self.panels.clear()
