"""How commands speak: results on stdout, remarks and progress on stderr (a bar on a terminal, else lines)."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.experiments.runner import Progress


def print_json(document: Any) -> None:  # noqa: ANN401 - any JSON document
    """Print one JSON document; numbers that are not finite become null."""
    print(json.dumps(_finite(document), ensure_ascii=False, indent=1, allow_nan=False))


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def remark(*lines: str) -> None:
    """Print remarks to stderr."""
    for line in lines:
        print(line, file=sys.stderr)


def table(head: Iterable[str], rows: Iterable[Iterable[str]], title: str = "", text: int = 0) -> None:
    """Print a table to stdout: first column to the left, numbers to the right.

    ``text`` is the place of a column of long text, which stands to the left and is broken into lines.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=Text(title) if title else None, box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for place, name in enumerate(head):
        shown.add_column(Text(name), justify="left" if place in (0, text) else "right", no_wrap=place != text)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    wide = None if sys.stdout.isatty() else 200
    Console(width=wide, highlight=False).print(shown)


@contextmanager
def progress(what: str) -> Iterator[Callable[[Progress], None]]:
    """Show how far a run is: a bar with time left on a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty():
        with _bar(what) as told:
            yield told
    else:
        yield _lines(what)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, TextColumn("{task.fields[left]}"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, left="")

        def told(state: Progress) -> None:
            bar.update(task, completed=state.done, total=state.total, left=_left(state))

        yield told


def _lines(what: str) -> Callable[[Progress], None]:
    """Return a listener that prints a line at the start, at each tenth, and at the end."""
    shown = -1

    def told(state: Progress) -> None:
        nonlocal shown
        tenth = 10 * state.done // max(1, state.total)
        if tenth != shown:
            shown = tenth
            remark(f"{what}: {state.done} of {state.total} {_left(state)}".rstrip())

    return told


def _left(state: Progress) -> str:
    if math.isnan(state.seconds_left) or state.done == state.total:
        return ""
    return f"{state.seconds_left:.0f} s left"
