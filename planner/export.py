"""Writes everything that can be handed on of a comparison into a folder: charts, tables and the report.

Knows which files there are and what they are called; their content comes from charts, tables and report. Names and
bytes depend on the comparison only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from planner.charts.build import build_all
from planner.charts.paint_file import FileForm, paint_forms
from planner.files import write_atomically
from planner.report.page import report as report_page
from planner.table_files import to_csv, to_parquet, to_xlsx
from planner.tables import all_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from planner.charts.spec import ChartSpec
    from planner.experiments.comparison import Comparison
    from planner.tables import DataTable

CHART_FORMS: tuple[FileForm, ...] = get_args(FileForm)
TABLE_FORMS = ("csv", "xlsx", "parquet")

_File = tuple[str, bytes]


def export_comparison(
    comparison: Comparison,
    folder: Path,
    charts: Sequence[FileForm] = CHART_FORMS,
    tables: Sequence[str] = TABLE_FORMS,
    report: bool = True,
) -> list[Path]:
    """Write the comparison's charts, tables and report below ``folder`` and return the files in order.

    ``report.html``, ``charts/<id>.<form>``, ``tables/<name>.csv`` and ``.parquet``, ``tables/comparison.xlsx`` with a
    sheet per table; the charts' data are tables too. Each file appears whole or not at all.

    Raises:
        ValueError: a form that is not known; nothing is written then.
        OSError: the folder cannot be written.
    """
    _check("charts", charts, CHART_FORMS)
    _check("tables", tables, TABLE_FORMS)
    return [write_atomically(folder / name, content) for name, content in _files(comparison, charts, tables, report)]


def _check(what: str, given: Sequence[str], allowed: Sequence[str]) -> None:
    unknown = [form for form in given if form not in allowed]
    if unknown:
        raise ValueError(f"{what}: {', '.join(unknown)} not known; allowed: {', '.join(allowed)}")


def _files(comparison: Comparison, charts: Sequence[FileForm], tables: Sequence[str], report: bool) -> Iterator[_File]:
    specs = build_all(comparison)
    if report:
        yield "report.html", report_page(comparison).encode("utf-8")
    if charts:
        yield from _chart_files(specs, charts)
    yield from _table_files((*all_tables(comparison), *(spec.data for spec in specs)), tables)


def _chart_files(specs: Sequence[ChartSpec], forms: Sequence[FileForm]) -> Iterator[_File]:
    for spec in specs:
        for form, content in paint_forms(spec, forms).items():
            yield f"charts/{spec.id}.{form}", content


def _table_files(tables: Sequence[DataTable], forms: Sequence[str]) -> Iterator[_File]:
    writers = {"csv": to_csv, "parquet": to_parquet}
    for form, write in writers.items():
        if form in forms:
            yield from ((f"tables/{table.name}.{form}", write(table)) for table in tables)
    if "xlsx" in forms:
        yield "tables/comparison.xlsx", to_xlsx(tables)
