"""A table is read whole whatever its separator, compression and oddities; rows that do not fit are counted."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.calibration.faults import LogFault
from planner.calibration.tables import open_table, read_rows

Write = Callable[..., Path]


def rows(path: Path) -> list[list[object]]:
    table = open_table(path)
    frame = read_rows(table, {name: name for name in table.columns}).frame
    return frame.drop(columns="row_key").to_numpy().tolist()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(write_log: Write, separator: str) -> None:
    path = write_log(separator.join(["a", "b", "c"]), separator.join(["1", "2,5", "x;y"]).replace(",5", ".5"))
    if separator == ";":
        path = write_log("a;b;c", "1;2.5;xy")
    assert open_table(path).columns == ("a", "b", "c")
    assert rows(path)[0][:2] == ["1", "2.5"]


@pytest.mark.parametrize("name", ["a[1].csv", "what?.csv", "st*r.csv"])
def test_a_name_with_wildcards_means_that_file_only(write_log: Write, name: str) -> None:
    for other in ("a1.csv", "whatx.csv", "staar.csv"):
        write_log("a", "wrong", name=other)
    assert rows(write_log("a", "right", name=name)) == [["right"]]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa,b\n1,2\n3,4\n",
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"a,b\r1,2\r3,4\r",
        b"\n\na,b\n1,2\n\n3,4\n\n",
        b'"a",b\n"1",2\n3,"4"',
        gzip.compress(b"a,b\n1,2\n3,4\n"),
    ],
    ids=["byte-order-mark", "crlf", "cr", "blank-lines", "quotes", "gzip-without-its-ending"],
)
def test_oddities_of_text_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    assert rows(path) == [["1", "2"], ["3", "4"]]


def test_quoted_separators_line_ends_and_quotes(write_log: Write) -> None:
    path = write_log("a,b", '1,"x, y"', '2,"one\ntwo"', '3,"say ""hi"""')
    assert rows(path) == [["1", "x, y"], ["2", "one\ntwo"], ["3", 'say "hi"']]


def test_parquet_gives_the_same_texts_as_csv(tmp_path: Path, write_log: Write) -> None:
    frame = pd.DataFrame({"user": [7, 8], "date": pd.to_datetime(["2024-01-31", "2024-02-01"]), "total": [1.5, None]})
    frame.to_parquet(tmp_path / "log.parquet")
    read = rows(tmp_path / "log.parquet")
    assert [row[:2] for row in read] == [["7", "2024-01-31 00:00:00"], ["8", "2024-02-01 00:00:00"]]
    assert pd.isna(read[1][2])  # type: ignore[call-overload]


def test_rows_that_do_not_fit_are_counted_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b'a,b\n1,2\n3\n4,5,6\n7,8,9,10\n\xe9,1\n"x"y,1\n11,12\n')
    table = open_table(path)
    read = read_rows(table, {"a": "a"})
    assert read.frame["a"].tolist() == ["1", "11"]
    assert read.unreadable == {
        "row with too few columns": 1,
        "row with too many columns": 2,
        "row that is not UTF-8 text": 1,
        "row with misplaced quotation marks": 1,
    }


def test_a_quotation_mark_that_is_never_closed_is_a_fault(write_log: Write) -> None:
    path = write_log("a,b", "1,2", '3,"4', *["5,6"] * 50)
    with pytest.raises(LogFault, match="line 3 opens a quotation mark"):
        rows(path)


def test_column_names_cannot_become_commands(write_log: Write) -> None:
    name = "x' , (SELECT 1) AS \"y"
    path = write_log('a;"x\' , (SELECT 1) AS ""y"', "1;2")
    assert open_table(path).columns == ("a", name)
    assert rows(path) == [["1", "2"]]
