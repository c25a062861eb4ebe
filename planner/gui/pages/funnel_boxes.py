"""Where the boxes of a study's funnel were dragged to: kept in the app's settings, never in the study. No widgets."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from planner.gui.document import Document
    from planner.gui.graph.layout import Point


def boxes_key(document: Document) -> str:
    """Return the settings' key of a study: by its file, or by its name while it has none."""
    known_as = str(document.path.resolve()) if document.path is not None else f"name:{document.name}"
    return f"funnel_boxes/{hashlib.sha256(known_as.encode()).hexdigest()[:16]}"


def kept_boxes(settings: QSettings, key: str) -> dict[str, Point]:
    """Return where boxes stand, by stage; what cannot be read counts as not kept."""
    try:
        stored = json.loads(str(settings.value(key, "{}")))
        pairs = {str(name): (float(x), float(y)) for name, (x, y) in stored.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
    return {name: place for name, place in pairs.items() if all(map(math.isfinite, place))}


def keep_boxes(settings: QSettings, key: str, boxes: dict[str, Point]) -> None:
    """Keep where boxes stand; nothing is kept of none."""
    if boxes:
        settings.setValue(key, json.dumps(boxes))
    else:
        settings.remove(key)
