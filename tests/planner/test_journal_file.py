"""The journal as a file: names instead of numbers, and nothing where nothing is to be said."""

import io

import pyarrow.parquet as pq
import pytest

from planner.journal_file import journal_bytes
from simulation import DRIVERS, simulate
from simulation.journal import EVENTS, FIELDS
from tests.property.studies import ALL_STRATEGIES
from tests.stores import Watcher, lively


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    study, watcher = lively(ALL_STRATEGIES), Watcher()
    simulate(study, "All", 0, watcher)
    assert watcher.journal is not None
    found: list[dict[str, object]] = pq.read_table(io.BytesIO(journal_bytes(watcher.journal, study, "All"))).to_pylist()
    return found


def test_it_has_the_journal_s_columns_and_events_by_name(rows: list[dict[str, object]]) -> None:
    assert tuple(rows[0]) == FIELDS
    assert {row["event"] for row in rows} <= set(EVENTS)


def test_messages_name_their_strategy_channel_and_product(rows: list[dict[str, object]]) -> None:
    messages = [row for row in rows if row["event"] == "message"]
    assert {"cart_recovery", "rfm_care"} <= {row["strategy"] for row in messages if row["channel"] == "email"}
    assert {row["channel"] for row in messages} <= {"email", "push", "advert"}
    assert any(str(row["product"]).startswith("shirts") for row in messages)
    assert all(row["strategy"] is None and row["channel"] is None for row in rows if row["event"] == "visit")


def test_only_decisions_have_drivers_and_only_orders_money(rows: list[dict[str, object]]) -> None:
    for row in rows:
        assert row["event"] == "decision" or all(row[name] == 0.0 for name in DRIVERS)
        assert (row["revenue"] > 0) == (row["event"] == "order")  # type: ignore[operator]
