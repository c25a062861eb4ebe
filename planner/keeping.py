"""What workers do for the history: keep a finished comparison with the study's text as it was. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.history import keep
from planner.history_rows import Record
from planner.study_text import text_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.experiments.comparison import Comparison
    from planner.study_tree import Tree


def keep_comparison(
    path: Path, comparison: Comparison, keys: Mapping[str, str], opened_text: str, own: Tree, study: str
) -> tuple[str, ...]:
    """Keep a comparison of the content ``own`` (the text that was opened, with what was changed); return notes."""
    return keep(path, Record(comparison, text_with(opened_text, own), study, keys))
