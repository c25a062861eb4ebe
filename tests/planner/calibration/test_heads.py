"""The beginning of a large log: whole rows only, of every form of file, gone afterwards; small logs are left alone."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from planner.calibration import heads
from planner.calibration.heads import head_of
from planner.calibration.preview import preview_orders
from planner.calibration.readers import read_orders

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer,date,amount,note\n"


def text(rows: int, date: str = "2024-01-31", note: str = "web") -> str:
    return HEADER + "".join(f"{row % 40},{date},{row % 90}.50,{note}\n" for row in range(rows))


@pytest.fixture(autouse=True)
def small_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything above a kilobyte be large."""
    monkeypatch.setattr(heads, "LARGE", dict.fromkeys(heads.LARGE, 1000))
    monkeypatch.setattr(heads, "HEAD_BYTES", 2000)
    monkeypatch.setattr(heads, "HEAD_ROWS", 50)


@pytest.mark.parametrize("form", ["log.csv", "log.csv.gz", "log.parquet"])
def test_a_large_log_is_looked_at_by_its_beginning(tmp_path: Path, form: str) -> None:
    import pandas as pd

    path = tmp_path / form
    if form.endswith("parquet"):
        pd.DataFrame({"customer": range(999), "date": "2024-01-31", "amount": 1.5}).to_parquet(path)
    else:
        data = text(9000).encode()
        path.write_bytes(gzip.compress(data) if form.endswith("gz") else data)
    seen = preview_orders(path)
    assert seen.is_head
    assert seen.faults == ()
    assert 40 < seen.rows == seen.kept < 100
    assert "is large" in seen.notes[-1]
    assert read_orders(path).rows > 900


def test_a_small_log_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text(20), encoding="utf-8")
    seen = preview_orders(path)
    assert (seen.is_head, seen.rows) == (False, 20)


def test_the_cut_is_between_rows_not_inside_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text(200, note='"two\nlines"'), encoding="utf-8")
    seen = preview_orders(path)
    assert seen.is_head
    assert dict(seen.set_aside) == {}


def test_the_cut_file_is_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text(200), encoding="utf-8")
    with head_of(path) as head:
        assert head is not None
        assert head.read_text(encoding="utf-8").endswith("\n")
    assert not head.exists()


def test_dates_that_only_the_end_tells_apart_are_read_by_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text(200, "03/01/2024") + "1,31/01/2024,5,web\n", encoding="utf-8")
    seen = preview_orders(path)
    assert seen.faults == ()
    assert (seen.is_head, seen.rows) == (False, 201)


def test_faults_name_the_log_and_not_what_was_cut_from_it(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"\0" * 5000)
    assert str(path) in preview_orders(path).faults[0]
    path.write_text(text(1).replace("web", '"web') + text(200), encoding="utf-8")
    assert str(path) in preview_orders(path).faults[0]


@pytest.mark.parametrize("damaged", [b"\x1f\x8b" + b"x" * 5000, b"PAR1" + b"x" * 5000])
def test_what_cannot_be_cut_is_told_by_reading_it(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(damaged)
    assert "damaged" in preview_orders(path).faults[0]
