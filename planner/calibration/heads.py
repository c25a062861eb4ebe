"""The beginning of a large log as a small file of its own, so that a look at it takes a second and little memory.

Knows files only, and nothing of what the columns mean. DuckDB is imported when a Parquet file is cut.
"""

from __future__ import annotations

import glob
import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HEAD_BYTES = 8 << 20
"""Text of a head, some 200,000 rows."""
HEAD_ROWS = 200_000
"""Rows of the head of a Parquet file."""
LARGE = {"text": 24 << 20, "gzip": 4 << 20, "parquet": 8 << 20}
"""Bytes from which on a file of each form is large."""
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


@contextmanager
def head_of(path: Path) -> Iterator[Path | None]:
    """Give a file with the first rows of a large log, gone afterwards; None for a log that is not large.

    A log that cannot be read, or of which nothing can be cut, is not large: reading it says what is wrong.
    """
    form = _form(path)
    if not form or path.stat().st_size < LARGE[form]:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="footfall-") as folder:
        head = Path(folder) / ("head.parquet" if form == "parquet" else "head.csv")
        is_cut = _cut_parquet(path, head) if form == "parquet" else _cut_text(path, head, compressed=form == "gzip")
        yield head if is_cut else None


def _form(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        start = file.read(4)
    if start == _PARQUET:
        return "parquet"
    return "gzip" if start.startswith(_GZIP) else "text"


def _cut_text(path: Path, head: Path, *, compressed: bool) -> bool:
    try:
        with gzip.open(path) if compressed else path.open("rb") as file:
            text = file.read(HEAD_BYTES)
            is_whole = not file.read(1)
    except (EOFError, OSError, zlib.error):
        return False
    end = len(text) if is_whole else _last_row_end(text)
    head.write_bytes(text[:end])
    return not is_whole and end > 0


def _last_row_end(text: bytes) -> int:
    """Return the end of the last whole row: a line end outside of quotation marks.

    Where there is none in the second half, a quotation mark is never closed, which reading will say: any line end.
    """
    end = last = text.rfind(b"\n") + 1
    marks = text.count(b'"', 0, end)
    while marks % 2 and end > len(text) // 2:
        before = text.rfind(b"\n", 0, end - 1) + 1
        marks -= text.count(b'"', before, end)
        end = before
    return last if marks % 2 else end


def _cut_parquet(path: Path, head: Path) -> bool:
    import duckdb

    log = glob.escape(str(path))
    with duckdb.connect() as connection:
        try:
            found = connection.execute("SELECT count(*) FROM read_parquet(?)", [log]).fetchone()
            if found is None or found[0] <= HEAD_ROWS:
                return False
            to = str(head).replace("'", "''")
            query = f"COPY (SELECT * FROM read_parquet(?) LIMIT {HEAD_ROWS:d}) TO '{to}' (FORMAT parquet)"
            connection.execute(query, [log])
        except duckdb.Error:
            return False
    return True
