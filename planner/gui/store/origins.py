"""Where the values of the open study come from, read again only when another study is opened. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.sources import Origin, Sources
from planner.study_file import shipped_studies

if TYPE_CHECKING:
    from planner.gui.document import Document
    from planner.study_tree import Path


class Origins:
    """Sources of one document's values."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text: str | None = None
        self._sources = Sources("")

    def of(self, path: Path) -> Origin:
        """Return where the value at ``path`` comes from."""
        depth = next((depth for depth, step in enumerate(path) if isinstance(step, int)), None)
        rows = None if depth is None else self._document.value(path[:depth])
        return self._current().of(path, self._document.value(path), rows if isinstance(rows, list) else None)

    def note(self, path: Path) -> str:
        """Return the note above a section in the file."""
        return self._current().note(path)

    def _current(self) -> Sources:
        text = self._document.opened_text
        if text is not self._text:
            self._text = text
            base = shipped_studies().get(str(self._document.reading.own.get("based_on", "")))
            self._sources = Sources(text, base.read_text(encoding="utf-8") if base else "")
        return self._sources
