"""Outcomes: additive, written and read back, and equal only if every label and number is."""

from dataclasses import replace

import numpy as np
import pytest

from simulation import Outcomes, simulate
from simulation.outcomes import Table
from tests.stores import lively

STUDY = lively({"Smart": {"smart_content": {}}})


@pytest.fixture(scope="module")
def pair() -> tuple[Outcomes, Outcomes]:
    return simulate(STUDY, "Smart", 0), simulate(STUDY, "Smart", 1)


def test_runs_add_up(pair: tuple[Outcomes, Outcomes]) -> None:
    one, other = pair
    both = one + other
    assert both.replications == 2
    assert both.total("orders") == one.total("orders") + other.total("orders")
    for name, table in both.tables.items():
        assert (table.values == one.tables[name].values + other.tables[name].values).all()
    assert (both + one).digest() == (one + both).digest()


def test_runs_of_other_plans_or_layouts_do_not_add_up(pair: tuple[Outcomes, Outcomes]) -> None:
    one, other = pair
    with pytest.raises(ValueError, match="different layouts"):
        _ = one + simulate(STUDY, "Baseline", 0)
    with pytest.raises(ValueError, match="different layouts"):
        _ = one + replace(other, tables={"totals": other.tables["totals"]})


def test_bytes_are_read_back_as_they_were(pair: tuple[Outcomes, Outcomes]) -> None:
    one, _ = pair
    again = Outcomes.from_bytes(one.to_bytes())
    assert again.facts == one.facts
    assert again.digest() == one.digest()
    assert again.to_bytes() == one.to_bytes()
    assert {name: t.axes for name, t in again.tables.items()} == {name: t.axes for name, t in one.tables.items()}


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.99])
def test_damaged_bytes_are_refused(kept: float, pair: tuple[Outcomes, Outcomes]) -> None:
    whole = pair[0].to_bytes()
    with pytest.raises(ValueError, match="no outcomes"):
        Outcomes.from_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(ValueError, match="no outcomes"):
        Outcomes.from_bytes(whole.split(b"\n", 1)[0] + b"\n")


@pytest.mark.parametrize("other", [b"{}", b"[]\nPK", b"{}\nnothing", b"not json\nPK", b'{"facts": {"notes": []}}\n'])
def test_other_bytes_are_refused(other: bytes) -> None:
    with pytest.raises(ValueError, match="no outcomes"):
        Outcomes.from_bytes(other)


def test_the_digest_sees_every_number_and_label_but_not_the_plan_s_name(pair: tuple[Outcomes, Outcomes]) -> None:
    one, _ = pair
    assert replace(one, facts=replace(one.facts, plan="Other", notes=("a note",))).digest() == one.digest()
    assert replace(one, facts=replace(one.facts, share=0.5)).digest() != one.digest()
    axes, values = one.tables["edges"]
    for place in (0, values.size - 1):
        moved = values.copy()
        moved.flat[place] += 1
        assert replace(one, tables={**one.tables, "edges": Table(axes, moved)}).digest() != one.digest()
    renamed = Table(((axes[0][0], (*axes[0][1][:-1], "other")),), values)
    assert replace(one, tables={**one.tables, "edges": renamed}).digest() != one.digest()


def test_entries_are_found_by_their_labels(pair: tuple[Outcomes, Outcomes]) -> None:
    accounts = pair[0].tables["accounts"]
    assert accounts.at("store", "revenue") == pair[0].total("revenue")
    assert accounts.column("revenue").tolist() == [pair[0].total("revenue"), 0]
    with pytest.raises(KeyError, match="owner has no 'bakery'; it has store, smart_content"):
        accounts.at("bakery", "revenue")


def test_all_numbers_are_whole(pair: tuple[Outcomes, Outcomes]) -> None:
    assert all(table.values.dtype == np.int64 for table in pair[0].tables.values())
