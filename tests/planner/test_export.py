"""The exported folder: all files, sound names, equal bytes, nothing half-written."""

from pathlib import Path

import pytest

from planner.charts.build import ALL
from planner.experiments.comparison import Comparison
from planner.export import export_comparison
from tests.planner.synthetic import comparison

TABLES = ("outcomes", "funnel", "accounts", "daily", "replications", *(f"chart_{id}" for id in ALL))


@pytest.fixture(scope="module")
def small() -> Comparison:
    return comparison({"Baseline": 0.0, "=Level 2": 0.03}, replications=2, days=10)


def names(paths: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


@pytest.mark.slow
def test_everything_is_written_where_promised_and_tables_are_the_same_again(small: Comparison, tmp_path: Path) -> None:
    written = export_comparison(small, tmp_path / "one")
    wanted = ["report.html", *(f"charts/{id}.{form}" for id in ALL for form in ("png", "svg", "pdf"))]
    wanted += [f"tables/{name}.{form}" for form in ("csv", "parquet") for name in TABLES] + ["tables/comparison.xlsx"]
    assert names(written, tmp_path / "one") == wanted
    assert sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file()) == sorted(written)
    again = export_comparison(small, tmp_path / "two", charts=(), report=False)
    assert all(path.read_bytes() == (tmp_path / "one" / "tables" / path.name).read_bytes() for path in again)


def test_only_what_was_asked_for(small: Comparison, tmp_path: Path) -> None:
    written = export_comparison(small, tmp_path, charts=(), tables=("csv",), report=False)
    assert names(written, tmp_path) == [f"tables/{name}.csv" for name in TABLES]
    assert b"\n'=Level 2," in written[0].read_bytes()


def test_an_unknown_form_is_named_and_nothing_is_written(small: Comparison, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tables: ods not known; allowed: csv, xlsx, parquet"):
        export_comparison(small, tmp_path, tables=("csv", "ods"))
    assert list(tmp_path.iterdir()) == []
