"""A log that cannot be used is refused with a LogFault that says what is wrong and what to do, all faults at once."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from planner.calibration.faults import LogFault
from planner.calibration.readers import read_orders

Write = Callable[..., Path]
HEADER = "customer_id,date,amount"
GOOD = [f"{i % 40},2024-01-{i % 28 + 1:02},{i}.50" for i in range(2000)]


def faults(path: Path, columns: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(LogFault) as caught:
        read_orders(path, columns, today=date(2024, 12, 31))
    assert str(caught.value) == "\n".join(caught.value.messages)
    return caught.value.messages


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty (0 bytes)"),
        (b"\n \n", "the file holds no text"),
        (gzip.compress(b""), "the file holds no text"),
        (f"{HEADER}\n".encode(), "the log has a header but no rows"),
        (gzip.compress("\n".join([HEADER, *GOOD]).encode())[:2000], "the gzip file is damaged or cut short"),
        (gzip.compress("\n".join([HEADER, *GOOD]).encode())[:-3], "the gzip file is damaged or cut short"),
        (b"\x1f\x8bnot gzip at all", "the gzip file is damaged or cut short"),
        (b"PAR1 and no more", "the Parquet file is damaged or cut short"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a table of text but binary data"),
        (b"PK\x03\x04\x14\0", "not a table of text but a zip or Excel file"),
        (f"{HEADER}\n1,2024-01-01,5\n".encode("utf-16"), "not a table of text but UTF-16 text"),
        (b"Dear shop,\nhere is, as promised,\nno table.\n", "customer: no column found"),
        (b"customer_id,date,amount\r\n1,2024-01-01,2\n2,2024-01-01,3\r\n", "cannot be read as a table"),
    ],
    ids=[
        "0-bytes", "blank", "empty-gzip", "header-only", "truncated-gzip", "gzip-without-its-end", "not-gzip",
        "truncated-parquet", "binary", "excel", "utf-16", "prose", "mixed-line-ends",
    ],
)  # fmt: skip
def test_files_that_are_no_log(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(content)
    messages = faults(path)
    assert any(said in message for message in messages), messages


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "there is no such file" in faults(tmp_path / "nothing.csv")[0]
    assert "this is a folder" in faults(tmp_path)[0]


def test_a_missing_column_says_what_was_found_and_how_to_name_it(write_log: Write) -> None:
    messages = faults(write_log("customer_id,date,worth", "1,2024-01-01,5"))
    assert len(messages) == 1
    assert messages[0].startswith("amount: no column found; the log's first line names: customer_id, date, worth;")
    assert messages[0].endswith("name yours with amount=COLUMN")


def test_dates_that_do_not_parse(write_log: Write) -> None:
    assert "date: none could be read (first: 'soon')" in faults(write_log(HEADER, "1,soon,5", "2,later,6"))[0]


def test_ambiguous_dates(write_log: Write) -> None:
    assert "cannot be told apart" in faults(write_log(HEADER, "1,03/04/2024,5", "2,05/06/2024,6"))[0]


def test_amounts_that_are_no_numbers(write_log: Write) -> None:
    assert "amount: no number could be read" in faults(write_log(HEADER, "1,2024-01-01,free"))[0]


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER, "1,2024-01-01,$12", "2,2024-01-01,12 EUR"],
        ["customer_id,date,amount,currency", "1,2024-01-01,12,USD", "2,2024-01-01,12,eur"],
        ["customer_id,date,amount,currency", "1,2024-01-01,$12,EUR"],
    ],
)
def test_mixed_currencies(write_log: Write, lines: list[str]) -> None:
    messages = faults(write_log(*lines))
    assert len(messages) == 1
    assert messages[0].startswith("amount: mixed currencies: ")
    assert "EUR (1 rows)" in messages[0]


def test_nothing_left_says_why(write_log: Write) -> None:
    messages = faults(write_log(HEADER, "1,2024-01-01,-5", ",2024-01-01,5", "3,2024-01-01,-1"))
    assert "customer missing: 1, amount negative (refund or cancellation): 2" in messages[0]


def test_nothing_readable_says_why(write_log: Write) -> None:
    assert "row with too few columns: 2" in faults(write_log(HEADER, "1", "2"))[0]


def test_all_faults_come_at_once(write_log: Write) -> None:
    path = write_log("who,date,amount", "1,03/04/2024,$12", "2,05/06/2024,12 EUR")
    messages = faults(path, columns={"shop": "who"})
    assert [message.split(":")[0] for message in messages] == ["shop", "customer", "date", "amount"]
