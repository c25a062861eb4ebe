"""The app's own SVG icons (assets/icons), painted in a colour of the look. Knows no widget that shows them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from planner.gui.assets import asset

SIZE = 24
DRAWN_IN = "#000000"
"""The stroke colour of the files, replaced by the one asked for."""


@cache
def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """Return the icon ``name`` in ``colour`` (#rrggbb), sharp up to a scale of 3; ``disabled`` colours it when off."""
    made = QIcon()
    for scale in (1, 2, 3):
        made.addPixmap(_picture(name, colour, scale))
        if disabled:
            made.addPixmap(_picture(name, disabled, scale), QIcon.Mode.Disabled)
    return made


def _picture(name: str, colour: str, scale: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = asset("icons", f"{name}.svg").read_text(encoding="utf-8").replace(DRAWN_IN, colour)
    picture = QPixmap(QSize(SIZE, SIZE) * scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, SIZE * scale, SIZE * scale))
    finally:
        painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(asset("icons", "footfall.svg")))
