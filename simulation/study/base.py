"""What every section of a study has in common: frozen, typed, each field with unit, bounds and help.

Knows nothing of any particular section.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A frozen part of a study. Unknown fields are kept as they are, so that newer files survive older versions."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


def quantity(default: Any, unit: str, about: str, **bounds: Any) -> Any:  # noqa: ANN401 - typed by the annotated field
    """Declare a field: its default, unit, one sentence of help, and bounds (``ge``, ``gt``, ``le``, ``lt`` …)."""
    return Field(default, description=about, json_schema_extra={"unit": unit}, **bounds)


def portion(default: Any, about: str) -> Any:  # noqa: ANN401
    """Declare a probability or share, 0-1."""
    return quantity(default, "share", about, ge=0.0, le=1.0)


def weight(default: Any, about: str) -> Any:  # noqa: ANN401
    """Declare a strength on the log-odds scale."""
    return quantity(default, "log odds", about, ge=-20.0, le=20.0)


class Fault(BaseModel):
    """One thing wrong in a study: where, what was found, what is allowed, what to do."""

    model_config = ConfigDict(frozen=True)

    path: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.path} = {self.value}: {self.message}"
