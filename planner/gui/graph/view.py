"""The window onto the funnel's graph: zoom, fit, and everything by keyboard. Knows the scene; no document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QGraphicsView

from planner.gui.graph.items import Key

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent

    from planner.gui.graph.scene import GraphScene

STEP = 1.2
LEAST, MOST = 0.25, 4.0
LEAST_FITTED, MOST_FITTED = 0.7, 1.5
"""Between these the graph fits itself into the view; smaller it could not be read, so that it is scrolled instead."""
NUDGE = 10.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class GraphView(QGraphicsView):
    """Shows a ``GraphScene``; ``removed`` asks to remove what is selected, ``entered`` to edit it."""

    removed = Signal()
    entered = Signal()

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self.graph = scene
        self._is_fitted, self._least = True, LEAST_FITTED
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Graph of the funnel")
        self.setAccessibleDescription(
            "Left and right: the stage before or after. Up and down: the edges of the stage. Enter: edit. Delete: "
            "remove. With Alt the arrows move a stage. Plus, minus and 0: zoom and fit."
        )
        scene.sceneRectChanged.connect(self._keep_fitted)

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the graph can be read."""
        return QSize(320, 170)

    # zoom ------------------------------------------------------------------------------------------------------------
    @property
    def zoom(self) -> float:
        """Return the scale: 1 is the natural size."""
        return self.transform().m11()

    def zoom_in(self) -> None:
        """Come nearer."""
        self._zoom_by(STEP)

    def zoom_out(self) -> None:
        """Go further away."""
        self._zoom_by(1 / STEP)

    def fit(self) -> None:
        """Show the whole graph, and keep it so when sizes change."""
        self._is_fitted, self._least = True, LEAST
        self._keep_fitted()

    def _zoom_by(self, factor: float) -> None:
        self._is_fitted = False
        wanted = min(max(self.zoom * factor, LEAST), MOST)
        self.scale(wanted / self.zoom, wanted / self.zoom)

    def _keep_fitted(self) -> None:
        area, room = self.sceneRect(), self.viewport().size()
        if not self._is_fitted or self.graph.is_dragged or area.isEmpty():
            return
        scale = min(room.width() / area.width(), room.height() / area.height(), MOST_FITTED)
        self.resetTransform()
        self.scale(max(scale, self._least), max(scale, self._least))
        self.centerOn(area.center())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole graph in sight."""
        super().resizeEvent(event)
        self._keep_fitted()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self._zoom_by(STEP if turned > 0 else 1 / STEP)
        event.accept()

    # keyboard --------------------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key stands for."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._on_arrow(*_ARROWS[key], moves=bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.graph.select(None)
        else:
            super().keyPressEvent(event)

    def _on_arrow(self, dx: int, dy: int, *, moves: bool) -> None:
        if moves:
            self.graph.nudge(dx * NUDGE, dy * NUDGE)
        elif dx:
            self._go(self._next_stage(dx))
        else:
            self._go(self._next_edge(dy))

    def _go(self, key: Key | None) -> None:
        if key is None:
            return
        self.graph.select(key)
        for item in self.graph.selectedItems():
            self.ensureVisible(item)

    def _next_stage(self, step: int) -> Key | None:
        graph, here = self.graph.content.graph, self.graph.selected
        if not graph.nodes:
            return None
        if here is None:
            return Key("stage", 0 if step > 0 else len(graph.nodes) - 1)
        return Key("stage", min(max(self._stage_of(here) + step, 0), len(graph.nodes) - 1))

    def _next_edge(self, step: int) -> Key | None:
        """Return the next of: the stage, then the edges that leave it."""
        here = self.graph.selected
        if here is None:
            return self._next_stage(1)
        graph = self.graph.content.graph
        stage = self._stage_of(here)
        edges = [Key("edge", link.place) for link in graph.links if link.source == graph.nodes[stage].name]
        ring = [Key("stage", stage), *edges]
        return ring[(ring.index(here) + step) % len(ring)] if here in ring else ring[0]

    def _stage_of(self, key: Key) -> int:
        graph = self.graph.content.graph
        if key.kind == "stage":
            return key.place
        source = graph.links[key.place].source
        return graph.names.index(source) if source in graph.names else 0
