"""Painted files: right kinds, equal bytes for equal input, nothing clipped or overlapping, no settings left behind."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from planner.charts.build import ALL, build_all
from planner.charts.paint_file import DPI, FileForm, lay_out, paint, paint_forms, painting
from planner.charts.spec import ChartSpec
from planner.charts.theme import DARK, LIGHT
from tests.planner.synthetic import FOUR, WINDING, comparison

LONG = {
    "Baseline": 0.0,
    "Everything we could think of in one plan": 0.08,
    "Recommendations without any e-mail at all": 0.03,
    "Level 3": 0.05,
    "Discounts for everybody, always, for ever": -0.06,
}
CASES: dict[str, dict[str, Any]] = {
    "two plans": {"lifts": {"Baseline": 0.0, "Level 2": 0.03}},
    "five long names": {"lifts": LONG},
    "long baseline": {"lifts": LONG, "baseline": "Recommendations without any e-mail at all"},
    "four stages": {"stages": FOUR},
    "arcs over arcs": {"stages": WINDING},
    "one replication": {"replications": 1},
    "wide intervals": {"lifts": {"Baseline": 0.0, "Level 1": 0.01}, "replications": 2, "visits": 3000, "noise": 0.2},
    "no orders": {"lifts": {"Baseline": 0.0, "Level 1": 0.01}, "visits": 20, "replications": 2},
}
STARTS: dict[FileForm, bytes] = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.fixture(scope="module")
def specs() -> dict[str, ChartSpec]:
    return {spec.id: spec for spec in build_all(comparison(replications=3, days=40))}


@contextmanager
def figure_of(spec: ChartSpec, size: tuple[float, float] | None = None) -> Iterator[Any]:
    with painting():
        yield lay_out(spec, LIGHT, size or (spec.width, spec.height))


def texts_of(figure: Any) -> list[Any]:  # noqa: ANN401  matplotlib's own types are of no use here
    found = [*figure.texts]
    for axes in figure.axes:
        found += [*axes.texts, axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
        if axes.axison:
            found += [*axes.get_xticklabels(), *axes.get_yticklabels()]
    return [text for text in found if text.get_text() and text.get_visible()]


@pytest.mark.parametrize("id", list(ALL))
def test_every_chart_is_painted_in_every_form(specs: dict[str, ChartSpec], id: str) -> None:
    for form, content in paint_forms(specs[id], ("png", "svg", "pdf")).items():
        assert content.startswith(STARTS[form])


def test_equal_charts_give_equal_bytes_alone_or_in_company(specs: dict[str, ChartSpec]) -> None:
    again = {spec.id: spec for spec in build_all(comparison(replications=3, days=40))}["lift"]
    together = paint_forms(again, ("pdf", "svg", "png"))
    for form in STARTS:
        assert paint(specs["lift"], form) == together[form]


def test_the_theme_changes_the_bytes(specs: dict[str, ChartSpec]) -> None:
    assert paint(specs["lift"], "svg", DARK) != paint(specs["lift"], "svg", LIGHT)


def test_a_users_own_settings_change_nothing_and_are_left_alone(specs: dict[str, ChartSpec]) -> None:
    before = paint(specs["daily"], "svg")
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "svg.fonttype": "none", "lines.linewidth": 9}):
        assert paint(specs["daily"], "svg") == before
        assert mpl.rcParams["font.size"] == 30


def test_files_hold_no_date_and_a_png_has_twice_the_pixels(specs: dict[str, ChartSpec]) -> None:
    files = paint_forms(specs["lift"], ("svg", "pdf", "png"))
    assert b"dc:date" not in files["svg"]
    assert b"CreationDate" not in files["pdf"]
    width, height = (int.from_bytes(files["png"][at : at + 4]) for at in (16, 20))
    assert (width, height) == pytest.approx((specs["lift"].width * 2 * DPI, specs["lift"].height * 2 * DPI), abs=1)


@pytest.mark.parametrize("case", list(CASES))
def test_no_text_is_cut_off_or_lies_on_another(case: str) -> None:
    for spec in build_all(comparison(days=40, **CASES[case])):
        with figure_of(spec) as figure:
            width, height = figure.get_size_inches() * figure.dpi
            boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
        cut = [name for name, b in boxes if b.x0 < 0 or b.y0 < 0 or b.x1 > width or b.y1 > height]
        touching = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if _overlap(one, other) > 2]
        assert (cut, touching) == ([], []), spec.id


def _overlap(one: Any, other: Any) -> float:  # noqa: ANN401
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return float(min(wide, high)) if wide > 0 and high > 0 else 0.0


def test_thinned_ticks_keep_zero(specs: dict[str, ChartSpec]) -> None:
    with figure_of(specs["lift"], (3.9, 5.0)) as figure:
        shown = [text.get_text() for text in figure.axes[0].get_xticklabels() if text.get_visible()]
    assert "0" in shown
    assert len(shown) < len(specs["lift"].panels[0].x.ticks)


def test_a_small_chart_thins_its_ticks(specs: dict[str, ChartSpec]) -> None:
    with figure_of(specs["order_values"], (2.6, 4.0)) as figure:
        shown = [text for text in figure.axes[-1].get_xticklabels() if text.get_visible() and text.get_text()]
        assert 1 < len(shown) < len(specs["order_values"].panels[-1].x.ticks)
        boxes = [text.get_window_extent() for text in shown]
        assert all(one.x1 < other.x0 for one, other in pairwise(boxes))


def test_dollars_and_strange_scripts_in_names_are_texts() -> None:
    odd = comparison({"Base $x^2$": 0.0, "値引き $\\frac{ $ <b>&": 0.03}, replications=2, days=20)
    for spec in build_all(odd)[:2]:
        assert ET.fromstring(paint(spec, "svg")).tag.endswith("svg")


def test_painting_starts_no_window_system() -> None:
    code = (
        "import sys; from planner.charts.build import build_all; from planner.charts.paint_file import paint;"
        "assert 'matplotlib' not in sys.modules;"
        "from tests.planner.synthetic import comparison;"
        "paint(build_all(comparison({'Baseline': 0.0}, replications=2, days=10))[0], 'svg');"
        "assert not {'matplotlib.pyplot', 'PySide6', 'tkinter'} & set(sys.modules)"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_ids_of_one_chart_come_once(specs: dict[str, ChartSpec]) -> None:
    for chart in ("lift", "funnel"):
        ids = re.findall(r'\bid="([^"]+)"', paint(specs[chart], "svg").decode())
        assert len(set(ids)) == len(ids) > 10
