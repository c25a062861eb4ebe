"""A text label that wraps and always asks for the height its text needs at its width. Knows no chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class WrappedLabel(QLabel):
    """Plain text over as many lines as its width makes it: Qt's own label may be squeezed to one."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height at the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height at this width: Qt's guess for an unknown width would leave gaps below short texts."""
        return QSize(super().sizeHint().width(), self.minimumHeight() or super().sizeHint().height())

    def _fit(self) -> None:
        self.setMinimumHeight(0)  # Qt's answer is never less than the minimum: the height would never shrink
        height = self.heightForWidth(self.width()) if self.text() else 0
        self.setMinimumHeight(max(height, 0))
