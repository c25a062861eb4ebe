"""Tables as files: CSV, Excel and Parquet. Must not know what the tables mean.

A cell never becomes a formula: texts come from users (names of plans, stages, strategies), and a spreadsheet would run
a text such as ``=HYPERLINK(...)``. Equal tables give equal bytes.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.cell import Cell as ExcelCell
    from openpyxl.worksheet.worksheet import Worksheet

    from planner.tables import Cell, DataTable, Form

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  the full-width forms count as well
"""First characters that make a spreadsheet read a text as a formula (OWASP, "CSV injection")."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMATS: dict[Form, str] = {
    "text": "@",
    "count": "#,##0",
    "number": "#,##0.0###",
    "money": "#,##0.00",
    "share": "0.00%",
}


def neutral(text: str) -> str:
    """Return ``text`` with an apostrophe in front where a spreadsheet would take it for a formula.

    Spaces and control characters in front hide a formula from no spreadsheet for sure, hence they do not here either.
    """
    visible = next((c for c in text if c.isprintable() and not c.isspace()), "")
    return f"'{text}" if FORMULA_STARTS & {text[:1], visible} else text


def to_csv(table: DataTable) -> bytes:
    """Return the table as CSV: RFC 4180, UTF-8, a header line, full precision, empty where not defined."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(column.name) for column in table.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8", errors="replace")


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        # no reader agrees on NUL, and a carriage return inside a cell splits the row in some
        return neutral(cell.replace("\x00", " ").replace("\r", " "))
    return "" if _is_undefined(cell) else repr(cell)


def _is_undefined(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, float) and not math.isfinite(cell))


def to_parquet(table: DataTable) -> bytes:
    """Return the table as Parquet: texts unchanged (no program runs them there), undefined values as null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {column.name: _arrow(pa, column.form, table.column(column.name)) for column in table.columns}
    out = io.BytesIO()
    pq.write_table(pa.table(arrays), out)
    return out.getvalue()


def _arrow(pa: Any, form: Form, cells: Sequence[Cell]) -> Any:  # noqa: ANN401  pyarrow ships no types
    if form == "text":
        texts = [c.encode("utf-8", errors="replace").decode() if isinstance(c, str) else None for c in cells]
        return pa.array(texts, pa.string())
    kind = pa.int64() if all(isinstance(cell, int) for cell in cells) else pa.float64()
    return pa.array([None if _is_undefined(cell) else cell for cell in cells], kind)


def to_xlsx(tables: Sequence[DataTable]) -> bytes:
    """Return one workbook with a sheet per table: header bold and frozen, filter on, number formats, texts as texts."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for table in tables:
        _fill(book.create_sheet(table.name[:31]), table)
    out = io.BytesIO()
    book.save(out)
    return _without_time(out.getvalue())


def _fill(sheet: Worksheet, table: DataTable) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, start=1):
        texts = (len(str(row[place - 1])) for row in table.rows if isinstance(row[place - 1], str))
        sheet.column_dimensions[get_column_letter(place)].width = min(max(len(column.name), 11, *texts, 0) + 2, 44)
    header = [_text_cell(WriteOnlyCell(sheet), column.name) for column in table.columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    styles: list[Callable[[Cell], Any]] = [_cell_maker(sheet, column.form) for column in table.columns]
    for row in table.rows:
        sheet.append([make(cell) for make, cell in zip(styles, row, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _cell_maker(sheet: Worksheet, form: Form) -> Callable[[Cell], Any]:
    from openpyxl.cell import WriteOnlyCell

    def make(content: Cell) -> ExcelCell | None:
        if _is_undefined(content):
            return None
        cell = WriteOnlyCell(sheet)
        if isinstance(content, str):
            return _text_cell(cell, content)
        cell.value = content
        cell.number_format = _FORMATS[form]
        return cell

    return make


def _text_cell(cell: ExcelCell, text: str) -> ExcelCell:
    """Store ``text`` as a string whatever it looks like; the quote prefix keeps it one when somebody edits the cell."""
    cell.value = _UNWRITABLE.sub(" ", text)
    cell.data_type = "s"
    cell.number_format = _FORMATS["text"]
    cell.quotePrefix = bool(text) and neutral(text) != text
    return cell


def _without_time(book: bytes) -> bytes:
    """Return the workbook with its time stamps at the zip format's first moment: equal tables, equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
