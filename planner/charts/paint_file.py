"""Paints a chart specification into PNG, SVG and PDF bytes with matplotlib. Must not know what a chart is about.

Equal specifications give equal bytes: no dates, a fixed salt for ids, the fonts that matplotlib ships, and settings
that no user's matplotlibrc can change. Settings hold only while painting, one painting at a time per process.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from planner.charts.axes import spread
from planner.charts.paint_marks import END_LABEL, Brush, draw
from planner.charts.spec import INK, LINE, MUTED, Axis, ChartSpec, Panel
from planner.charts.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

FileForm = Literal["png", "svg", "pdf"]
DPI = 96
PNG_DPI = 2 * DPI
MARGIN, TICKS = 0.16, 0.8
"""Inches around everything, and at most beside a panel for the texts of its ticks."""

_SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "footfall",
    # a user's "$" is a dollar, not the start of a formula
    "text.parse_math": False,
}
_METADATA: dict[FileForm, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "Footfall"},
    "pdf": {"CreationDate": None, "Creator": "Footfall", "Producer": None},
}
_turn = threading.Lock()


def paint(spec: ChartSpec, form: FileForm, theme: Theme = LIGHT, size: tuple[float, float] | None = None) -> bytes:
    """Return the chart as the bytes of one file; ``size`` in inches instead of the chart's natural size."""
    return paint_forms(spec, (form,), theme, size)[form]


def paint_forms(
    spec: ChartSpec, forms: Sequence[FileForm], theme: Theme = LIGHT, size: tuple[float, float] | None = None
) -> Mapping[FileForm, bytes]:
    """Return the chart in several file forms, laid out once: {form: bytes}."""
    with painting():
        figure = lay_out(spec, theme, size or (spec.width, spec.height))
        return {form: _bytes(figure, form) for form in forms}


@contextmanager
def painting() -> Iterator[None]:
    """Hold the settings under which every chart is laid out and painted; others wait for their turn."""
    import matplotlib as mpl

    with _turn, mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        # a name in a script that DejaVu Sans lacks shows boxes; that is no reason to fail an export
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _bytes(figure: Figure, form: FileForm) -> bytes:
    out = io.BytesIO()
    dpi = PNG_DPI if form == "png" else DPI
    figure.savefig(out, format=form, dpi=dpi, metadata=_METADATA[form], facecolor=figure.get_facecolor())
    return out.getvalue()


def lay_out(spec: ChartSpec, theme: Theme, size: tuple[float, float]) -> Figure:
    """Return the drawn figure with its final layout; only within ``painting``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=DPI, facecolor=theme.card)
    FigureCanvasAgg(figure)
    top = _head(figure, spec, theme)
    bottom = _foot(figure, spec, theme)
    _frame(figure, top, bottom)
    shares = [panel.share for panel in spec.panels]
    grid = figure.subplots(len(shares), 1, squeeze=False, gridspec_kw={"height_ratios": shares})
    shrink = min(1.0, size[0] / spec.width)
    for panel, axes in zip(spec.panels, grid[:, 0], strict=True):
        _panel(axes, panel, theme, shrink if panel.x.bare else 1.0)
    # the layout is frozen once found: it is then the same in every form, and labels can be moved apart in it
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in grid[:, 0]:
        _part_labels(axes)
        _thin_ticks(axes)
    return figure


def _frame(figure: Figure, top: float, bottom: float) -> None:
    """Keep the space of head (``top`` inches) and foot (``bottom``) free of axes."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    width, height = figure.get_size_inches()
    side = MARGIN / width
    rect = (side, bottom / height, 1 - 2 * side, max(height - top - bottom, 0.5) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=rect, w_pad=0.0, h_pad=0.03, hspace=0.05))


def _head(figure: Figure, spec: ChartSpec, theme: Theme) -> float:
    """Write title and subtitle; return the height they take in inches."""
    title = wrap(figure, spec.title, theme.title, bold=True)
    subtitle = wrap(figure, spec.subtitle, theme.note)
    below = _write(figure, title, MARGIN * 0.8, theme.title, theme.text_colour(INK), bold=True)
    return _write(figure, subtitle, below + 0.03, theme.note, theme.text_colour(MUTED)) + 0.10


def _foot(figure: Figure, spec: ChartSpec, theme: Theme) -> float:
    if not spec.footnote:
        return MARGIN * 0.7
    lines = wrap(figure, spec.footnote, theme.note)
    height = line_height(theme.note) * len(lines) + MARGIN * 0.7
    _write(figure, lines, figure.get_size_inches()[1] - height, theme.note, theme.text_colour(MUTED))
    return height + 0.06


def _write(figure: Figure, lines: Sequence[str], top: float, size: float, colour: str, bold: bool = False) -> float:
    """Write lines from ``top`` inches below the upper edge downwards; return where they end."""
    width, height = figure.get_size_inches()
    for place, line in enumerate(lines):
        y = 1 - (top + place * line_height(size)) / height
        weight = "bold" if bold else "normal"
        text = figure.text(MARGIN / width, y, line, size=size, color=colour, weight=weight, verticalalignment="top")
        text.set_in_layout(False)
    return top + len(lines) * line_height(size)


def line_height(size: float) -> float:
    """Return the height in inches of one line of text of ``size`` points."""
    return size * 1.3 / 72


def wrap(figure: Figure, text: str, size: float, bold: bool = False, beside: float = 0.0) -> list[str]:
    """Break ``text`` into lines that fit the figure's width less margins and ``beside`` inches, by measured widths."""
    room = float(figure.get_size_inches()[0]) - 2 * MARGIN - beside
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(figure, longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if text else []


def text_width(figure: Figure, text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of text in inches."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(family=["DejaVu Sans"], size=size, weight="bold" if bold else "normal")
    canvas: Any = figure.canvas
    width, _, _ = canvas.get_renderer().get_text_width_height_descent(text, font, False)
    return float(width) / figure.dpi


def _panel(axes: Axes, panel: Panel, theme: Theme, shrink: float) -> None:
    axes.set_facecolor(theme.card)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlim(panel.x.low, panel.x.high)
    if panel.x.log:
        axes.set_xscale("log")
        axes.set_xlim(panel.x.low, panel.x.high)
    axes.set_ylim(panel.y.low, panel.y.high)
    if panel.x.bare:
        axes.set_axis_off()
    else:
        _ticks(axes, "x", panel.x, theme, grid=panel.y.names)
        _ticks(axes, "y", panel.y, theme, grid=not panel.y.names)
    if panel.title:
        lines = wrap(_figure_of(axes), panel.title, theme.text, beside=TICKS)
        axes.set_title("\n".join(lines), loc="left", fontsize=theme.text, color=theme.text_colour(INK), pad=7)
    for mark in panel.marks:
        draw(mark, Brush(axes, theme, shrink))


def _ticks(axes: Axes, which: Literal["x", "y"], axis: Axis, theme: Theme, grid: bool) -> None:
    handle = axes.xaxis if which == "x" else axes.yaxis
    handle.set_ticks([tick.at for tick in axis.ticks], [tick.text for tick in axis.ticks])
    handle.set_ticks([], minor=True)
    axes.tick_params(axis=which, length=0, labelsize=theme.note, labelcolor=theme.text_colour(MUTED), pad=5)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=which, color=theme.colour(LINE), linewidth=0.8)
    if axis.title:
        handle.set_label_text(axis.title, fontsize=theme.note, color=theme.text_colour(MUTED))
    if axis.names:
        _names(axes, axis, theme)


def _names(axes: Axes, axis: Axis, theme: Theme) -> None:
    """Left-align the names, headings in bold ink, in a column as wide as the widest."""
    figure = _figure_of(axes)
    widest = 0.0
    for label, tick in zip(axes.get_yticklabels(), axis.ticks, strict=True):
        label.set_horizontalalignment("left")
        if tick.strong:
            label.set_fontweight("bold")
            label.set_color(theme.text_colour(INK))
        lines = tick.text.split("\n")
        widest = max([widest, *(text_width(figure, line, theme.note, tick.strong) for line in lines)])
    axes.tick_params(axis="y", pad=widest * 72 + 10)


def _figure_of(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("axes without a figure")
    return figure


def _part_labels(axes: Axes) -> None:
    """Move the texts at the right edge apart, each as little as possible, now that the panel's height is known."""
    labels: list[Any] = [text for text in axes.texts if text.get_label() == END_LABEL]
    if not labels:
        return
    to_data = axes.transData.inverted().transform
    low, high = sorted(axes.get_ylim())
    sizes = [abs(float(to_data((0, _pixels(text)))[1] - to_data((0, 0))[1])) for text in labels]
    places = spread([text.xy[1] for text in labels], sizes, low, high)
    for text, place in zip(labels, places, strict=True):
        text.xy = (1, place)


def _thin_ticks(axes: Axes) -> None:
    """Hide every second number below the panel, or more, until those that are left do not touch; zero stays."""
    labels = [label for label in axes.get_xticklabels() if label.get_text()]
    boxes = [label.get_window_extent() for label in labels]
    zero = next((place for place, label in enumerate(labels) if label.get_text() == "0"), 0)
    for every in range(1, len(labels) + 1):
        if all(one.x1 + 4 < other.x0 for one, other in pairwise(boxes[zero % every :: every])):
            for place, label in enumerate(labels):
                label.set_visible((place - zero) % every == 0)
            return


def _pixels(text: Text) -> float:
    return float(text.get_window_extent().height) + 2.0
