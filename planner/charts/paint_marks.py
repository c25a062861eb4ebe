"""Draws each kind of mark onto matplotlib axes. Knows marks and theme; must not know files, titles or layout."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import TYPE_CHECKING, Literal, NamedTuple

from planner.charts.spec import (
    BASELINE,
    INK,
    LINE,
    MUTED,
    Anchor,
    Box,
    Curve,
    EndLabels,
    Flow,
    Hue,
    Mark,
    Point,
    Rule,
    Span,
    Words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.charts.theme import Theme

BAND_ALPHA = 0.16
END_LABEL = "end label"
"""Marks the texts that the file painter moves apart."""

_ALIGN: dict[Anchor, str] = {"left": "left", "centre": "center", "right": "right"}
_DASHES = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 1.5, 1.5, 1.5)))


class Brush(NamedTuple):
    """Where and in which look marks are drawn; ``shrink`` scales texts and widths of a drawing made smaller."""

    axes: Axes
    theme: Theme
    shrink: float = 1.0


@singledispatch
def draw(mark: Mark, brush: Brush) -> None:
    """Draw one mark; TypeError for a kind that this painter does not know."""
    raise TypeError(f"cannot draw a {type(mark).__name__}")


@draw.register
def _(mark: Span, brush: Brush) -> None:
    brush.axes.axvspan(mark.low, mark.high, color=brush.theme.colour(LINE), alpha=0.55, linewidth=0, zorder=0.5)


@draw.register
def _(mark: Rule, brush: Brush) -> None:
    line = brush.axes.axvline if mark.vertical else brush.axes.axhline
    line(mark.at, color=brush.theme.colour(mark.hue), linewidth=1.0, zorder=1)


@draw.register
def _(mark: Point, brush: Brush) -> None:
    colour = brush.theme.colour(mark.hue)
    if not (math.isfinite(mark.x)):
        return
    left, right = sorted(brush.axes.get_xlim())
    if math.isfinite(mark.low) and math.isfinite(mark.high):
        brush.axes.hlines(mark.y, max(mark.low, left), min(mark.high, right), color=colour, linewidth=1.8, zorder=3)
        for end, shape in ((left, "<"), (right, ">")):
            if mark.low < left == end or mark.high > right == end:
                brush.axes.plot([end], [mark.y], shape, color=colour, markersize=6, clip_on=False, zorder=4)
    if left <= mark.x <= right:
        brush.axes.plot([mark.x], [mark.y], "o", color=colour, markersize=6, clip_on=False, zorder=4)


@draw.register
def _(mark: Curve, brush: Brush) -> None:
    colour, axes = brush.theme.colour(mark.hue), brush.axes
    # the baseline is drawn over the bands but under the plans' own lines
    order = 2.5 if mark.hue == BASELINE else 3
    if mark.lows:
        step: Literal["post"] | None = "post" if mark.stepped else None
        axes.fill_between(
            mark.xs, mark.lows, mark.highs, step=step, color=colour, alpha=BAND_ALPHA, linewidth=0, zorder=2
        )
    axes.plot(
        mark.xs,
        mark.ys,
        color=colour,
        linewidth=1.6,
        linestyle=_DASHES[brush.theme.turn(mark.hue) % len(_DASHES)],
        drawstyle="steps-post" if mark.stepped else "default",
        solid_joinstyle="round",
        zorder=order,
    )


@draw.register
def _(mark: EndLabels, brush: Brush) -> None:
    for label in mark.labels:
        brush.axes.annotate(
            label.text,
            xy=(1, label.y),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            annotation_clip=False,
            verticalalignment=_upright(label.text),
            color=brush.theme.text_colour(label.hue),
            fontsize=brush.theme.note,
            linespacing=1.1,
            label=END_LABEL,
        )


@draw.register
def _(mark: Words, brush: Brush) -> None:
    size = brush.theme.note - 0.5 if mark.small else brush.theme.text
    _text(brush, mark.x, mark.y, mark.text, mark.hue, size, _ALIGN[mark.anchor], mark.strong)


@draw.register
def _(mark: Box, brush: Brush) -> None:
    from matplotlib.patches import FancyBboxPatch

    corner = (mark.x - mark.width / 2, mark.y - mark.height / 2)
    shape = FancyBboxPatch(
        corner,
        mark.width,
        mark.height,
        boxstyle="round,pad=0,rounding_size=0.07",
        facecolor=brush.theme.card,
        edgecolor=brush.theme.colour(BASELINE),
        linewidth=0.9,
        zorder=3,
        clip_on=False,
    )
    brush.axes.add_patch(shape)
    above, below = (0.16, 0.33) if "\n" in mark.title else (0.2, 0.22)
    upper, lower = mark.y + mark.height * above, mark.y - mark.height * below
    _text(brush, mark.x, upper, mark.title, INK, brush.theme.note, "center")
    _text(brush, mark.x, lower, mark.text, MUTED, brush.theme.note, "center")


@draw.register
def _(mark: Flow, brush: Brush) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    path = Path(mark.path, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    colour, width = brush.theme.colour(mark.hue), mark.width * brush.shrink
    line = PathPatch(path, fill=False, edgecolor=colour, linewidth=width, capstyle="butt", alpha=0.75, zorder=2)
    line.set_clip_on(False)
    brush.axes.add_patch(line)
    if mark.head:
        (x0, y0), (x1, y1) = mark.path[-2:]
        angle = math.degrees(math.atan2(y1 - y0, x1 - x0)) - 90
        size = max(5.0 * brush.shrink, width * 1.6)
        brush.axes.plot([x1], [y1], marker=(3, 0, angle), color=colour, markersize=size, clip_on=False, zorder=2.2)


def _upright(text: str) -> Literal["center", "center_baseline"]:
    """Return the alignment that keeps single lines level, whether or not they hold a letter that hangs below."""
    return "center" if "\n" in text else "center_baseline"


def _text(brush: Brush, x: float, y: float, text: str, hue: Hue, size: float, align: str, strong: bool = False) -> None:
    brush.axes.text(
        x,
        y,
        text,
        color=brush.theme.text_colour(hue),
        fontsize=size * brush.shrink,
        fontweight="bold" if strong else "normal",
        horizontalalignment=align,
        verticalalignment=_upright(text),
        linespacing=1.1,
        zorder=5,
        clip_on=False,
    )
