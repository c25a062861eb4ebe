"""The drivers' weights as a form: what pushes shoppers along an edge and what holds them back, in words.

One row per driver of the simulation; a weight that the study does not state shows what holds in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import create_model
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.gui.forms import Form
from simulation import DRIVERS, quantity
from simulation.study import Section

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.study_tree import Path

ABOUT = {
    "intent": "Readiness to buy on this visit",
    "relevance": "How well what is shown speaks to this shopper",
    "clarity": "Share of the shopper's questions answered",
    "match": "How far the best product seen exceeds what was expected",
    "price": "Price to pay above what competitors and memory say; holds back",
    "urgency": "Reason to act now",
    "proof": "What others chose",
    "trust": "Picture of the brand from experience",
    "friction": "Effort of the step; holds back",
    "fatigue": "Irritation by messages; holds back",
}


def driver_model(defaults: Mapping[str, float]) -> type[Section]:
    """Return a class with a field per driver, whose defaults are the weights that hold where none is stated."""
    fields: dict[str, Any] = {
        driver: (float, quantity(defaults.get(driver, 0.0), "log odds", ABOUT.get(driver, ""))) for driver in DRIVERS
    }
    made: type[Section] = create_model("DriverWeights", __base__=Section, **fields)
    return made


def role_weights(whole: Mapping[str, Any], role: str) -> dict[str, float]:
    """Return the weights on forward edges of a role, as far as they are numbers."""
    funnel = whole.get("funnel", {})
    weights = funnel.get("weights", {}) if isinstance(funnel, Mapping) else {}
    given = weights.get(role, {}) if isinstance(weights, Mapping) else {}
    stated = given.items() if isinstance(given, Mapping) else ()
    return {name: float(value) for name, value in stated if isinstance(value, (int, float))}


class DriverForm(QWidget):
    """The weights at one path of the study; made anew when what holds by default changes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.form: Form | None = None
        self._defaults: dict[str, float] | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)

    def show_at(self, path: Path, defaults: Mapping[str, float]) -> None:
        """Show the weights at ``path``, with what holds where none is stated."""
        if self.form is None or self._defaults != defaults:
            self._make(dict(defaults))
        if self.form is not None:
            self.form.show_at(path)

    def _make(self, defaults: dict[str, float]) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.setParent(None)
            self.form.deleteLater()
        self._defaults = defaults
        self.form = Form(self._desk, driver_model(defaults))
        self._rows.addWidget(self.form)
