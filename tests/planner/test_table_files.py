"""Tables as files: no text becomes a formula, no number changes, equal tables give equal bytes."""

import csv
import io
import math
import time

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from planner.table_files import neutral, to_csv, to_parquet, to_xlsx
from planner.tables import Column, DataTable

WIDE = "\uff1d\uff0b\uff0d\uff20"
STARTS = tuple("=+-@\t\r" + WIDE)
NASTY = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", *(f"{wide}1" for wide in WIDE),
    '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "'=1", "", " ", "a\rb", "a\x00b", "\x07=1", "\ud800=1", "#N/A",
)  # fmt: skip
texts = st.sampled_from(NASTY) | st.text(max_size=12) | st.text(alphabet="=+-@\t\r\n 'a1" + WIDE, max_size=6)
numbers = st.floats() | st.integers(-(2**53), 2**53) | st.none()


def table_of(rows: list[tuple[str, float | int | None]]) -> DataTable:
    return DataTable("outcomes", (Column("plan", "text"), Column("mean")), tuple(rows))


def starts_a_formula(cell: str) -> bool:
    return cell.startswith(STARTS) or cell.strip().startswith(STARTS)


@given(texts)
def test_a_neutral_text_starts_no_formula_and_keeps_its_words(text: str) -> None:
    assert not starts_a_formula(neutral(text))
    assert neutral(text).removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("text", ["Level 1", "a=b", "1-2", "x@y.example", "", "  Level"])
def test_a_harmless_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


@given(st.lists(st.tuples(texts, numbers), max_size=5))
@example([(text, 1.0) for text in NASTY])
def test_csv_cells_are_never_formulas_and_numbers_come_back_exactly(rows: list[tuple[str, float | None]]) -> None:
    content = to_csv(table_of(rows)).decode("utf-8")
    header, *read = list(csv.reader(io.StringIO(content, newline="")))
    assert header == ["plan", "mean"]
    assert len(read) == len(rows)
    for (_, number), (name, cell) in zip(rows, read, strict=True):
        assert not starts_a_formula(name)
        defined = number is not None and math.isfinite(number)
        assert (float(cell) == number) if defined else cell == ""


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(texts, numbers), max_size=5))
@example([(text, 1.0) for text in NASTY])
def test_excel_cells_are_never_formulas(rows: list[tuple[str, float | None]]) -> None:
    sheet = load_workbook(io.BytesIO(to_xlsx([table_of(rows)])))["outcomes"]
    for place, (_, number) in enumerate(rows, start=2):
        name, mean = sheet.cell(place, 1), sheet.cell(place, 2)
        assert name.data_type in ("s", "inlineStr", "n" if name.value is None else "s")
        if isinstance(name.value, str) and starts_a_formula(name.value):
            assert name.quotePrefix
        if number is not None and math.isfinite(number):
            assert mean.data_type == "n"
            assert float(mean.value) == pytest.approx(number)
        else:
            assert mean.value is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=12), numbers), max_size=5))
def test_parquet_keeps_texts_as_they_are(rows: list[tuple[str, float | None]]) -> None:
    read = pq.read_table(io.BytesIO(to_parquet(table_of(rows)))).to_pydict()
    assert read["plan"] == [text for text, _ in rows]
    for (_, number), cell in zip(rows, read["mean"], strict=True):
        assert cell == number if number is not None and math.isfinite(number) else cell is None


def test_a_workbook_has_a_frozen_bold_header_a_filter_and_formats() -> None:
    columns = (Column("plan", "text"), Column("relative", "share"), Column("amount", "money"), Column("day", "count"))
    tables = [DataTable("outcomes", columns, (("Level 1", 0.031, 12.5, 3),)), DataTable("empty", columns, ())]
    book = load_workbook(io.BytesIO(to_xlsx(tables)))
    sheet = book["outcomes"]
    assert book.sheetnames == ["outcomes", "empty"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D2")
    assert sheet["A1"].font.bold
    assert [sheet.cell(2, column).number_format for column in range(1, 5)] == ["@", "0.00%", "#,##0.00", "#,##0"]


def test_equal_tables_give_equal_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of([("Level 1", 0.1)])
    before = [to_csv(table), to_xlsx([table]), to_parquet(table)]
    later = time.localtime(time.time() + 90_000)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    monkeypatch.setattr("openpyxl.writer.excel.datetime", _Later)
    assert [to_csv(table), to_xlsx([table]), to_parquet(table)] == before


class _Later:
    """Stands in for the module that tells a workbook when it was changed."""

    class datetime:
        @staticmethod
        def now(tz: object = None) -> object:
            import datetime

            return datetime.datetime(2031, 5, 17, 12, 30, tzinfo=datetime.UTC)

    class timezone:
        utc = None


def test_a_csv_is_plain_utf8() -> None:
    assert to_csv(table_of([("Größe, „alle“", 0.5)])) == 'plan,mean\r\n"Größe, „alle“",0.5\r\n'.encode()
