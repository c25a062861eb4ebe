"""The card of the funnel page that holds the graph: view, numbers, where boxes stand, copies in files and on paper.

Where boxes were dragged to is kept in the app's settings. Knows no edit of the study.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QTableView

from planner.files import write_atomically
from planner.gui.cards import Card, IconButton
from planner.gui.data_model import DataModel
from planner.gui.export import CHART_KINDS
from planner.gui.graph.printing import ask_and_print, graph_file, picture
from planner.gui.graph.scene import Content, GraphScene
from planner.gui.graph.view import GraphView
from planner.gui.jobs import Trouble
from planner.gui.pages.funnel_boxes import boxes_key, keep_boxes, kept_boxes
from planner.gui.theme import WIDE_GAP

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.funnel_views import Flows, Graph
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs
    from planner.gui.graph.layout import Point
    from planner.gui.graph.printing import Form


class GraphCard(Card):
    """The graph with its tools; ``asked_stage``: a stage is to be added. ``changed``: it has to be shown anew."""

    asked_stage = Signal()
    changed = Signal()

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__("Funnel")
        self._desk, self._dialogs = desk, dialogs
        self._flows: Flows | None = None
        self.scene = GraphScene(self)
        self.view = GraphView(self.scene)
        self.scene.dragged.connect(self._on_dragged)
        self.scene.released.connect(self.changed)
        self.table = QTableView()
        self.table.setAccessibleName("Numbers of the graph")
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._model: DataModel | None = None
        self._faces = QStackedWidget()
        self._faces.addWidget(self.view)
        self._faces.addWidget(self.table)
        self.body.addWidget(self._faces, 1)
        self._add_tools()

    def _add_tools(self) -> None:
        entries: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("plus", "Add a stage behind the chosen one", self._on_add),
            ("zoom-out", "Zoom out (−)", self.view.zoom_out),
            ("zoom-in", "Zoom in (+)", self.view.zoom_in),
            ("fit", "Show the whole graph (0)", self.view.fit),
            ("reset", "Put all boxes back into a row", self.reset_boxes),
            ("table", "Show the numbers", self._on_table),
            ("copy", "Copy the graph as a picture", self.copy),
            ("export", "Export the graph…", self.export),
            ("print", "Print the graph…", self.print_graph),
        )
        self.buttons = {name: IconButton(self._desk.look, name, text, do) for name, text, do in entries}
        self.buttons["table"].setCheckable(True)
        for button in self.buttons.values():
            self.tools.addWidget(button)

    def show_graph(self, graph: Graph, flows: Flows) -> None:
        """Show a graph with these flows, its boxes where they were left."""
        self._flows = flows
        self.scene.show_graph(Content(graph, flows, self.boxes), self._desk.look.tokens)
        self.view.setBackgroundBrush(self.palette().base())
        if self.buttons["table"].isChecked():
            self._show_numbers()

    def _show_numbers(self) -> None:
        if self._flows is not None:
            self._model = DataModel(self._flows.table())
            self.table.setModel(self._model)
            self.table.resizeColumnsToContents()
            for column in range(self._model.columnCount()):
                self.table.setColumnWidth(column, self.table.columnWidth(column) + WIDE_GAP)

    @Slot()
    def _on_add(self) -> None:
        self.asked_stage.emit()

    @Slot()
    def _on_table(self) -> None:
        if self.buttons["table"].isChecked():
            self._show_numbers()
        self._faces.setCurrentIndex(int(self.buttons["table"].isChecked()))

    # boxes -----------------------------------------------------------------------------------------------------------
    @property
    def boxes(self) -> dict[str, Point]:
        """Return where boxes were dragged to, by stage."""
        return kept_boxes(self._desk.settings, boxes_key(self._desk.document))

    def keep_boxes(self, boxes: dict[str, Point]) -> None:
        """Keep where boxes stand."""
        keep_boxes(self._desk.settings, boxes_key(self._desk.document), boxes)

    @Slot(str, float, float)
    def _on_dragged(self, name: str, x: float, y: float) -> None:
        self.keep_boxes({**self.boxes, name: (x, y)})

    @Slot()
    def reset_boxes(self) -> None:
        """Put all boxes back into a row."""
        self.keep_boxes({})
        self.changed.emit()
        self.view.fit()

    # pictures --------------------------------------------------------------------------------------------------------
    @property
    def _printed(self) -> Content:
        """Return what is printed: the graph with what the card says about its flows."""
        return self.scene.content._replace(caption=self.note.text())

    @Slot()
    def copy(self) -> None:
        """Copy the graph as a picture, in the look of the screen."""
        QGuiApplication.clipboard().setImage(picture(self._printed, self._desk.look.tokens))
        self._desk.noticed.emit("The graph was copied as a picture")

    @Slot()
    def export(self) -> None:
        """Write the graph to a file whose ending says in which form."""
        document = self._desk.document
        folder = document.path.parent if document.path is not None and not document.is_shipped else Path.home()
        path = self._dialogs.file_path("Export graph", folder / "funnel.png", CHART_KINDS)
        if path is None:
            return
        forms: dict[str, Form] = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
        target = path if path.suffix in forms else path.with_suffix(".png")
        try:
            write_atomically(target, graph_file(self._printed, forms[target.suffix]))
        except OSError as error:
            self._desk.troubled.emit(Trouble(f"The graph could not be written: {error}", repr(error)))
            return
        self._desk.noticed.emit(f"Exported {target}")

    @Slot()
    def print_graph(self) -> None:
        """Ask for a printer and print the graph."""
        if ask_and_print(self._printed, self):
            self._desk.noticed.emit("The graph was printed")
