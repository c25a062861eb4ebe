"""Opens a log file as a table of texts: CSV, gzipped CSV or Parquet, read by DuckDB.

Knows files and their faults, and nothing of what the columns mean. The separator is settled here from the header line,
not guessed by DuckDB, whose guess depends on the rows and may skip lines. DuckDB is imported when a file is read.
"""

from __future__ import annotations

import csv
import glob
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from planner.calibration.faults import LogFault

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pandas as pd

_HEAD_BYTES = 1 << 16
_SEPARATORS = (",", ";", "\t", "|")
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_OTHER_FILES = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_ROW_FAULTS = {
    "MISSING COLUMNS": "row with too few columns",
    "TOO MANY COLUMNS": "row with too many columns",
    "INVALID ENCODING": "row that is not UTF-8 text",
    "INVALID UNICODE": "row that is not UTF-8 text",
    "UNQUOTED VALUE": "row with misplaced quotation marks",
}


@dataclass(frozen=True)
class Table:
    """A file that can be read as a table.

    Attributes:
        path: the file.
        columns: column names in the file's order, as it spells them.
        source: the DuckDB table function that reads it; its one placeholder is the path.
        identifiers: what DuckDB calls the columns, in the same order.
    """

    path: Path
    columns: tuple[str, ...]
    source: str
    identifiers: tuple[str, ...]


class Unread(NamedTuple):
    """A row that is no row of its table: the line of the file in which it ends, what is wrong, and its text."""

    line: int
    reason: str
    text: str


class Rows(NamedTuple):
    """What was read from a table.

    Attributes:
        frame: one column of text per role (missing = NaN), and `row_key`, a hash of the file's whole row.
        unread: rows that are no rows of this table, in the order of the file; they are not in the frame.
    """

    frame: pd.DataFrame
    unread: tuple[Unread, ...]

    @property
    def unreadable(self) -> dict[str, int]:
        """How many rows could not be read, by what is wrong with them."""
        return dict(Counter(row.reason for row in self.unread))


def open_table(path: Path) -> Table:
    """Check that the file is a table and return its columns.

    Raises:
        LogFault: the file is missing, empty, truncated or no table.
    """
    if not path.is_file():
        found = "this is a folder" if path.is_dir() else "there is no such file"
        raise LogFault([f"{path}: {found}; give the path of a CSV, CSV.gz or Parquet file"])
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise LogFault([f"{path}: the file is empty (0 bytes); export the log again"])
    if start == _PARQUET:
        return _open_parquet(path)
    return _open_text(path, compressed=start.startswith(_GZIP))


def read_rows(table: Table, columns: Mapping[str, str]) -> Rows:
    """Read the columns that play a role (role -> column name) as text, every row of the file in its order.

    Raises:
        LogFault: the file breaks off or cannot be split into rows.
    """
    import duckdb

    place = dict(zip(table.columns, table.identifiers, strict=True))
    picked = [f"CAST({_quoted(place[name])} AS VARCHAR) AS {_quoted(role)}" for role, name in columns.items()]
    picked += [f"hash({', '.join(_quoted(name) for name in table.identifiers)}) AS row_key"]
    with _connect() as connection:
        try:
            # The names are quoted above and the path is a parameter, so no text of the file becomes a command.
            frame = connection.execute(f"SELECT {', '.join(picked)} FROM {table.source}", [_literal(table.path)]).df()
        except duckdb.Error as error:
            raise LogFault([_unreadable(table.path, error)]) from error
        return Rows(frame, _rejected(connection, table))


def first_rows(table: Table, count: int) -> list[tuple[str, ...]]:
    """Return the first rows that can be read, every column as text ("" where there is none).

    Raises:
        LogFault: the file breaks off or cannot be split into rows.
    """
    import duckdb

    picked = ", ".join(f"CAST({_quoted(name)} AS VARCHAR)" for name in table.identifiers)
    query = f"SELECT {picked} FROM {table.source} LIMIT {count:d}"
    with _connect() as connection:
        try:
            rows = connection.execute(query, [_literal(table.path)]).fetchall()
        except duckdb.Error as error:
            raise LogFault([_unreadable(table.path, error)]) from error
    return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]


def _connect() -> duckdb.DuckDBPyConnection:
    """Open a database in memory that never fetches an extension."""
    import duckdb

    return duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})


def _open_parquet(path: Path) -> Table:
    import duckdb

    with _connect() as connection:
        try:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [_literal(path)]).fetchall()
        except duckdb.Error as error:
            raise LogFault([f"{path}: the Parquet file is damaged or cut short; export the log again"]) from error
    names = tuple(str(row[0]) for row in described)
    return Table(path, names, "read_parquet(?)", names)


def _open_text(path: Path, compressed: bool) -> Table:
    head = _gzip_head(path) if compressed else _plain_head(path)
    _check_text(path, head)
    lines = head.decode("utf-8-sig", errors="replace").splitlines()
    blank = next((place for place, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        raise LogFault([f"{path}: the file holds no text; export the log again"])
    separator = max(_SEPARATORS, key=re.sub('"[^"]*"', "", lines[blank]).count)
    names = tuple(name.strip() for name in next(csv.reader([lines[blank]], delimiter=separator)))
    identifiers = tuple(f"c{place}" for place in range(len(names)))
    return Table(path, names, _read_csv(identifiers, separator, blank, compressed), identifiers)


def _read_csv(identifiers: tuple[str, ...], separator: str, skip: int, compressed: bool) -> str:
    """Return the table function for this dialect: every column text, rows that do not fit kept aside and counted."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in identifiers)
    compression = "gzip" if compressed else "none"
    return (
        f"read_csv(?, auto_detect=false, columns={{{columns}}}, delim='{separator}', quote='\"', escape='\"', "
        f"header=true, skip={skip}, compression='{compression}', ignore_errors=true, store_rejects=true)"
    )


def _plain_head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _gzip_head(path: Path) -> bytes:
    """Return the first bytes inside, after reading all of it once: only its end tells that a gzip file is whole."""
    head = b""
    try:
        with gzip.open(path) as file:
            while block := file.read(1 << 20):
                head = head or block[:_HEAD_BYTES]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LogFault([f"{path}: the gzip file is damaged or cut short ({error}); copy or export it again"]) from error
    return head


def _check_text(path: Path, head: bytes) -> None:
    kind = next((kind for magic, kind in _OTHER_FILES.items() if head.startswith(magic)), None)
    if kind is None and b"\0" in head:
        kind = "binary data"
    if kind is not None:
        raise LogFault([f"{path}: not a table of text but {kind}; save it as CSV (UTF-8) or Parquet"])


def _rejected(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[Unread, ...]:
    """Return the rows that DuckDB could not fit, each once.

    Raises:
        LogFault: a quotation mark is never closed, so that an unknown number of rows is lost behind it.
    """
    if not table.source.startswith("read_csv"):
        return ()
    query = "SELECT line, min(error_type), min(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
    rejects = connection.execute(query).fetchall()
    for line, kind, text in rejects:
        if kind == "LINE SIZE OVER MAXIMUM" or (kind == "UNQUOTED VALUE" and "\n" in str(text).strip()):
            raise LogFault(
                [f"{table.path}: line {line} opens a quotation mark that is never closed, or is endless; mend the line"]
            )
    return tuple(
        Unread(int(line), _ROW_FAULTS.get(str(kind), "row that cannot be read"), str(text).strip())
        for line, kind, text in rejects
    )


def _unreadable(path: Path, error: Exception) -> str:
    cause = str(error).splitlines()[0]
    return f"{path}: cannot be read as a table (are all line ends alike?); save it as CSV (UTF-8) or Parquet: {cause}"


def _literal(path: Path) -> str:
    """Return the path so that DuckDB takes it for one file even if its name holds *, ? or [."""
    return glob.escape(str(path))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
