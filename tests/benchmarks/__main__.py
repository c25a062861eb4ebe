"""`python -m tests.benchmarks`: measure speed, memory and noise in one run, print the tables, write them if asked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.cases import Case, Measured, measure_afresh
from tests.benchmarks.machine import described
from tests.benchmarks.tables import QUICK, Sizes, all_tables, markdown

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run at all?")
    parser.add_argument("--write", type=Path, metavar="PATH", help="also write the tables to this Markdown file")
    chosen = parser.parse_args(arguments)
    page = markdown(all_tables(told, QUICK if chosen.quick else Sizes()), described())
    print(page, end="")
    if chosen.write is not None:
        chosen.write.write_text(page, encoding="utf-8")


def told(case: Case) -> Measured:
    """Measure a case, telling which on stderr."""
    print(f"{case.program}, {case.plan}, {case.visitors:,} shoppers x {case.runs} ...", file=sys.stderr, flush=True)
    return measure_afresh(case)


if __name__ == "__main__":
    main()
