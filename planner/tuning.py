"""Which parameters of a plan can be tuned by a slider, and between which ends. Knows declarations of fields; no Qt.

A field's bounds are often far wider than what is sensible (a delay of up to a year), and some have no upper bound. A
slider therefore reaches from the lower bound to a few times the larger of default and present value, inside the bounds.
"""

from __future__ import annotations

import math
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Union, get_args, get_origin

from simulation import library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

TIMES = 4.0
"""How far beyond the larger of default and present value a slider reaches."""
STEPS = 100
"""About so many steps between the ends of a slider."""
_ROUNDING = 1e-9

Changes = dict[tuple[str, str], Any]
"""Strategy and field -> another value than the plan has."""


class Parameter(NamedTuple):
    """A parameter that can be tuned: of a strategy in a plan, with its declaration, default and present value."""

    strategy: str
    name: str
    info: FieldInfo
    default: Any
    value: Any


class Range(NamedTuple):
    """A slider: from ``low`` in ``steps`` steps of size ``step``."""

    low: float
    step: float
    steps: int

    @property
    def high(self) -> float:
        """The upper end."""
        return self.at(self.steps)

    def at(self, place: int) -> float:
        """Return the value at a step, without the noise of adding up."""
        return float(f"{self.low + place * self.step:.10g}")

    def place(self, value: float) -> int:
        """Return the step that is nearest to a value."""
        return max(0, min(self.steps, round((value - self.low) / self.step)))


def parameters(plan: Mapping[str, Mapping[str, Any]]) -> list[Parameter]:
    """Return the numbers, switches and choices of a plan's installed strategies, in the order of the plan."""
    known = library().strategies
    return [
        Parameter(id_, name, info, info.get_default(call_default_factory=True), given.get(name, info.default))
        for id_, given in plan.items()
        if id_ in known
        for name, info in known[id_].model_fields.items()
        if is_tunable(info)
    ]


def is_tunable(info: FieldInfo) -> bool:
    """Return whether a field is a number, a switch or a choice."""
    kind = bare(info.annotation)
    return kind in (int, float, bool) or get_origin(kind) is Literal


def is_number(info: FieldInfo) -> bool:
    """Return whether a field is a number."""
    return bare(info.annotation) in (int, float)


def range_of(info: FieldInfo, default: float, value: float) -> Range:
    """Return the slider of a number."""
    whole = bare(info.annotation) is int
    bounds = {
        name: float(getattr(m, name)) for m in info.metadata for name in ("ge", "gt", "le", "lt") if hasattr(m, name)
    }
    least, most = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt", math.inf))
    size = max(abs(float(default)), abs(float(value)))
    reach = size * TIMES or (1.0 if whole or most > 1.0 else most)
    low = max(least, -reach) if least is not None and least < 0 else least if least is not None else -reach
    high = min(most, max(low + reach, float(value)))
    step = 1.0 if whole and high - low <= STEPS * 2 else _round_step((high - low) / STEPS, whole=whole)
    low = low + step if "gt" in bounds and low == bounds["gt"] else low
    return Range(low, step, max(1, math.floor((high - low) / step + _ROUNDING)))


def _round_step(size: float, *, whole: bool) -> float:
    """Return the largest of 1, 2, 5 times a power of ten up to ``size``; at least 1 for whole numbers."""
    power = 10.0 ** math.floor(math.log10(size))
    step = power * max(times for times in (1.0, 2.0, 5.0) if times * power <= size * (1 + _ROUNDING))
    return max(1.0, step) if whole else step


def with_changes(plan: Mapping[str, Mapping[str, Any]], changes: Changes) -> dict[str, dict[str, Any]]:
    """Return a plan with other values; changes of strategies that it does not have are left out."""
    return {
        id_: {**given, **{name: value for (of, name), value in changes.items() if of == id_}}
        for id_, given in plan.items()
    }


def bare(kind: Any) -> Any:  # noqa: ANN401 - a type as annotated
    """Return a type without "or None"."""
    if get_origin(kind) in (Union, UnionType):
        rest = [argument for argument in get_args(kind) if argument is not type(None)]
        return rest[0] if len(rest) == 1 else kind
    return kind
