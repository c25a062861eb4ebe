"""The funnel's graph as a picture, a drawing, a document, or on paper: in the light look, whole, unselected.

Paints the scene's own items, so that what is printed is what is seen. Knows no page.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter

from planner.gui.graph.items import font
from planner.gui.graph.scene import GraphScene
from planner.gui.theme import TOKENS

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintDevice

    from planner.gui.graph.scene import Content
    from planner.gui.theme import Tokens

Form = Literal["png", "svg", "pdf"]
SHARPNESS = 2
DOTS = 96
CAPTION, LETTER = 11, 6.4
"""Height of the caption and the width that a letter takes, in pixels."""


def picture(content: Content, tokens: Tokens) -> QImage:
    """Return the graph as an image, at twice its natural size."""
    scene = _scene(content, tokens)
    size = scene.sceneRect().size()
    image = QImage((size * SHARPNESS).toSize(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white if tokens is TOKENS["light"] else tokens.theme.card)
    _paint(scene, image)
    image.setDevicePixelRatio(SHARPNESS)
    return image


def graph_file(content: Content, form: Form) -> bytes:
    """Return the graph as a file's content."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if form == "png":
        QImageWriter(buffer, QByteArray(b"png")).write(picture(content, TOKENS["light"]))
    elif form == "svg":
        _draw_svg(content, buffer)
    else:
        _write_pdf(content, buffer)
    return bytes(buffer.data().data())


def _draw_svg(content: Content, buffer: QBuffer) -> None:
    from PySide6.QtSvg import QSvgGenerator

    scene = _scene(content, TOKENS["light"])
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(scene.sceneRect().size().toSize())
    generator.setViewBox(QRectF(QRectF().topLeft(), scene.sceneRect().size()))
    generator.setTitle("The funnel")
    _paint(scene, generator)


def _write_pdf(content: Content, buffer: QBuffer) -> None:
    scene = _scene(content, TOKENS["light"])
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS)
    points = QSizeF(scene.sceneRect().size()) * 72 / DOTS
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF())
    writer.setTitle("The funnel")
    _paint(scene, writer)


def print_graph(content: Content, printer: QPaintDevice) -> None:
    """Print the graph, as large as the page allows."""
    _paint(_scene(content, TOKENS["light"]), printer)


def ask_and_print(content: Content, parent: object) -> bool:
    """Ask for a printer and print across the page; return whether it was printed."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter
    from PySide6.QtWidgets import QDialog, QWidget

    printer = QPrinter()
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    dialog = QPrintDialog(printer, parent if isinstance(parent, QWidget) else None)
    agreed = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if agreed:
        print_graph(content, printer)
    return agreed


def _scene(content: Content, tokens: Tokens) -> GraphScene:
    scene = GraphScene()
    scene.show_graph(content, tokens)
    room = scene.sceneRect()
    caption = scene.addSimpleText(textwrap.fill(content.caption, max(int(room.width() / LETTER), 40)), font(CAPTION))
    caption.setBrush(QColor(tokens.muted))
    caption.setPos(room.left() + 8, room.bottom() + 4)
    if content.caption:
        scene.setSceneRect(room.united(caption.sceneBoundingRect().adjusted(-8, 0, 8, 8)))
    return scene


def _paint(scene: GraphScene, device: QPaintDevice) -> None:
    painter = QPainter(device)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene.render(painter)
    finally:
        painter.end()  # a device that is destroyed while it is painted on ends the program
