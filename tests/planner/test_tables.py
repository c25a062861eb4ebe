"""The tables of a comparison hold its numbers, for the whole store and in currency units."""

import math

import numpy as np
import pytest

from planner.experiments.comparison import Comparison
from planner.tables import Cell, Column, DataTable, all_tables
from simulation.metrics import METRICS, measure
from tests.planner.synthetic import comparison


@pytest.fixture(scope="module")
def whole() -> Comparison:
    return comparison(replications=3, days=30)


@pytest.fixture(scope="module")
def tables(whole: Comparison) -> dict[str, DataTable]:
    return {table.name: table for table in all_tables(whole)}


def lines(table: DataTable, **wanted: Cell) -> list[dict[str, Cell]]:
    names = [column.name for column in table.columns]
    found = [dict(zip(names, row, strict=True)) for row in table.rows]
    return [line for line in found if all(line[name] == value for name, value in wanted.items())]


def number(cell: Cell) -> float:
    assert isinstance(cell, int | float)
    return cell


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="every row needs 1 cells"):
        DataTable("odd", (Column("one"),), ((1.0, 2.0),))


def test_columns_are_found_by_name(tables: dict[str, DataTable]) -> None:
    assert len(tables["daily"].column("orders")) == 4 * 30
    with pytest.raises(ValueError, match="margins"):
        tables["daily"].column("margins")


def test_every_plan_and_outcome_has_a_row_with_the_comparisons_numbers(
    whole: Comparison, tables: dict[str, DataTable]
) -> None:
    assert len(tables["outcomes"].rows) == len(METRICS) * len(whole.plans)
    (line,) = lines(tables["outcomes"], plan="Level 2", outcome="aov")
    difference = whole.plan("Level 2").differences["aov"]
    assert line["unit"] == "EUR"
    assert line["mean"] == whole.plan("Level 2").estimates["aov"].mean
    assert [line["difference"], line["relative_low"], line["p_holm"], line["verdict"]] == [
        difference.mean,
        difference.relative_low,
        difference.p_holm,
        difference.verdict,
    ]


def test_the_baseline_has_no_difference(tables: dict[str, DataTable]) -> None:
    (line,) = lines(tables["outcomes"], plan="Baseline", outcome="aov")
    assert (line["difference"], line["p_value"], line["verdict"]) == (None, None, "")


def test_days_add_up_to_the_outcomes(whole: Comparison, tables: dict[str, DataTable]) -> None:
    for plan in whole.plans:
        days = lines(tables["daily"], plan=plan.name)
        assert [line["day"] for line in days] == list(range(30))
        raw = sum(int(run.tables["daily"].column("revenue").sum()) for run in plan.runs)
        revenue = sum(number(line["revenue"]) for line in days)
        assert revenue == pytest.approx(raw / 100 / 3 / plan.runs[0].facts.share)


def test_accounts_add_up_to_the_revenue(whole: Comparison, tables: dict[str, DataTable]) -> None:
    for plan in whole.plans:
        booked = sum(number(line["amount"]) for line in lines(tables["accounts"], plan=plan.name, account="revenue"))
        assert booked == pytest.approx(plan.estimates["revenue"].mean)


def test_strategies_of_one_plan_are_owners_of_that_plan_only(tables: dict[str, DataTable]) -> None:
    owners = {
        plan: {line["owner"] for line in lines(tables["accounts"], plan=plan)} for plan in ("Baseline", "Level 1")
    }
    assert owners == {"Baseline": {"store"}, "Level 1": {"store", "cart_recovery"}}


def test_shares_of_a_funnel_stage_add_up(tables: dict[str, DataTable]) -> None:
    shares = [number(line["share"]) for line in lines(tables["funnel"], plan="Level 1", **{"from": "interest"})]
    assert sum(shares) == pytest.approx(1)


def test_replications_are_what_the_means_were_made_of(whole: Comparison, tables: dict[str, DataTable]) -> None:
    table = tables["replications"]
    rows = lines(table, plan="Level 3")
    assert [(line["replication"], line["seed"]) for line in rows] == [(0, 1), (1, 1), (2, 1)]
    assert rows[1]["ltv"] == measure(whole.plan("Level 3").runs[1])["ltv"]
    mean = np.mean([number(line["ltv"]) for line in rows])
    assert mean == pytest.approx(whole.plan("Level 3").estimates["ltv"].mean)


def test_the_return_on_personalization_is_paired_and_absent_for_the_baseline(tables: dict[str, DataTable]) -> None:
    baseline, plan = (lines(tables["replications"], plan=name)[0] for name in ("Baseline", "Level 1"))
    assert math.isnan(number(baseline["personalization_roi"]))
    assert math.isfinite(number(plan["personalization_roi"]))
