"""What a chart says, apart from how it is drawn: titles, axes, marks and the same numbers as a table.

A small vocabulary that a file painter and a screen painter can both draw. Must not know Qt, matplotlib, colours or any
outcome by name. Coordinates are data coordinates of a panel; a hue is a role that the theme turns into a colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from planner.tables import DataTable

Role = Literal["plan", "baseline", "better", "worse", "undecided", "ink", "muted", "line"]
Anchor = Literal["left", "centre", "right"]
Numbers = tuple[float, ...]
Writer = Callable[[float, int], str]
"""Writes a number of an axis as text, with so many decimals."""


class Hue(NamedTuple):
    """A colour by its meaning; ``plan`` is the plan's place in the comparison, used by the role "plan" only."""

    role: Role
    plan: int = 0


INK, MUTED, LINE = Hue("ink"), Hue("muted"), Hue("line")
BETTER, WORSE, UNDECIDED, BASELINE = Hue("better"), Hue("worse"), Hue("undecided"), Hue("baseline")


class Tick(NamedTuple):
    """A place on an axis and what stands there; a strong tick is a heading over the ticks that follow."""

    at: float
    text: str
    strong: bool = False


@dataclass(frozen=True)
class Axis:
    """One axis of a panel from ``low`` to ``high`` (``low`` above ``high``: the axis runs downwards).

    ``title`` names quantity and unit. ``names`` marks an axis of names instead of numbers: its texts stand left-aligned
    and it has no grid. A ``bare`` axis shows nothing: its panel is a drawing. ``write`` writes numbers between the
    ticks, for whoever points at them.
    """

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...] = ()
    log: bool = False
    names: bool = False
    bare: bool = False
    write: Writer | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Span:
    """A quiet band across the panel from ``low`` to ``high`` of the x axis."""

    low: float
    high: float


@dataclass(frozen=True)
class Rule:
    """A straight line across the panel at ``at``: vertical if it is a place on the x axis, else horizontal."""

    at: float
    vertical: bool = True
    hue: Hue = BASELINE


@dataclass(frozen=True)
class Point:
    """A value with its interval lying along the x axis; NaN ends draw no interval. ``about`` explains it when hovered.

    An interval that reaches beyond the axis is drawn to the axis' end and finished with an arrow head.
    """

    x: float
    y: float
    low: float
    high: float
    hue: Hue
    about: str = ""


@dataclass(frozen=True)
class Curve:
    """A line through (xs, ys), broken where NaN, with a band from ``lows`` to ``highs`` if these are given.

    A stepped curve holds each value from its x to the next one, as the outline of a histogram does. ``about`` names it.
    """

    xs: Numbers
    ys: Numbers
    hue: Hue
    lows: Numbers = ()
    highs: Numbers = ()
    stepped: bool = False
    about: str = ""


class EndLabel(NamedTuple):
    """One text beside the right edge of the panel, wanted at height ``y``."""

    y: float
    text: str
    hue: Hue


@dataclass(frozen=True)
class EndLabels:
    """Texts at the right ends of lines or rows; the painter moves them apart where they would touch."""

    labels: tuple[EndLabel, ...]


@dataclass(frozen=True)
class Words:
    """A text at (x, y), centred in height."""

    x: float
    y: float
    text: str
    hue: Hue = INK
    anchor: Anchor = "centre"
    strong: bool = False
    small: bool = False


@dataclass(frozen=True)
class Box:
    """A rounded box around (x, y) with a title of one or two lines and, under it, a text."""

    x: float
    y: float
    width: float
    height: float
    title: str
    text: str


@dataclass(frozen=True)
class Flow:
    """A flow along a cubic Bezier curve of four points, ``width`` typographic points wide, with a head if asked for.

    ``about`` explains it when hovered.
    """

    path: tuple[tuple[float, float], ...]
    width: float
    hue: Hue
    head: bool = False
    about: str = ""


Mark = Span | Rule | Point | Curve | EndLabels | Words | Box | Flow


@dataclass(frozen=True)
class Panel:
    """One pair of axes with its marks, drawn in their order; ``share`` weighs its height against other panels'."""

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    title: str = ""
    share: float = 1.0


@dataclass(frozen=True)
class ChartSpec:
    """A chart: panels from top to bottom under a title (what) and a subtitle (of what, how sure).

    ``width`` and ``height`` are its natural size in inches; ``data`` holds the numbers drawn, as a table.
    """

    id: str
    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    data: DataTable
    footnote: str = ""
    width: float = 8.0
    height: float = 4.5
