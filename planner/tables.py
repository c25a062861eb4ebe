"""A comparison as plain tables: outcomes, days, funnel, accounts and single replications, one row per fact.

Knows the comparison and the additive outcomes; must not know file formats (table_files.py) or charts. Counts and money
stand for the whole store, money in units of the study's currency, shares 0-1. Names of plans are the user's own text,
unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from simulation.metrics import METRICS, measure, personalization_roi

if TYPE_CHECKING:
    from planner.experiments.comparison import Comparison, PlanResult
    from simulation.outcomes import Outcomes

Cell = str | int | float | None
Row = tuple[Cell, ...]
Form = Literal["text", "count", "number", "money", "share"]
"""How a column's numbers are shown; the values themselves are never rounded."""


@dataclass(frozen=True)
class Column:
    """A table column: its snake_case name and how its cells are shown."""

    name: str
    form: Form = "number"


@dataclass(frozen=True)
class DataTable:
    """A named table; every row has one cell per column, None or NaN where a value is not defined."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the columns (ValueError)."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.name!r}: every row needs {len(self.columns)} cells")

    def column(self, name: str) -> tuple[Cell, ...]:
        """Return the cells of one column; ValueError if there is none of that name."""
        place = [column.name for column in self.columns].index(name)
        return tuple(row[place] for row in self.rows)


def all_tables(comparison: Comparison) -> tuple[DataTable, ...]:
    """Return every table of a comparison, in the order in which a reader wants them."""
    return (
        outcomes_table(comparison),
        funnel_table(comparison),
        accounts_table(comparison),
        daily_table(comparison),
        replications_table(comparison),
    )


def whole_store(outcomes: Outcomes) -> float:
    """Return the factor that turns a count of these (pooled) outcomes into one replication of the whole store."""
    return 1.0 / (outcomes.facts.share * outcomes.replications)


def in_currency(outcomes: Outcomes) -> float:
    """Return the factor that turns minor units of these outcomes into currency units of the whole store."""
    return whole_store(outcomes) / outcomes.facts.minor_units


_INTERVAL = tuple(Column(name) for name in ("mean", "low", "high"))
_CHANGE = ("difference", "difference_low", "difference_high")
_RELATIVE = ("relative", "relative_low", "relative_high")


def outcomes_table(comparison: Comparison) -> DataTable:
    """Return one row per plan and outcome: estimate, difference from the baseline, intervals, p-values, verdict."""
    columns = (
        *(Column(name, "text") for name in ("plan", "outcome", "title", "unit", "better")),
        *_INTERVAL,
        *(Column(name) for name in _CHANGE),
        *(Column(name, "share") for name in _RELATIVE),
        *(Column(name) for name in ("p_value", "p_holm")),
        Column("verdict", "text"),
    )
    rows = (row for plan in comparison.plans for row in _outcome_rows(comparison, plan))
    return DataTable("outcomes", columns, tuple(rows))


def _outcome_rows(comparison: Comparison, plan: PlanResult) -> Iterator[Row]:
    for key, metric in METRICS.items():
        if key not in plan.estimates:
            continue
        unit = comparison.currency if metric.unit == "money" else metric.unit
        difference = plan.differences.get(key)
        change: Row = tuple(asdict(difference).values()) if difference else (None,) * 8 + ("",)
        estimate: Row = tuple(asdict(plan.estimates[key]).values())
        yield (plan.name, key, metric.title, unit, metric.better, *estimate, *change)


def funnel_table(comparison: Comparison) -> DataTable:
    """Return one row per plan and funnel edge: visits per replication and their share of what left that stage."""
    columns = (*(Column(name, "text") for name in ("plan", "from", "to")), Column("visits"), Column("share", "share"))
    rows: list[Row] = []
    for plan in comparison.plans:
        pooled = plan.pooled
        counts = edge_counts(pooled)
        for (source, target), visits in counts.items():
            out = sum(other for (start, _), other in counts.items() if start == source)
            rows.append((plan.name, source, target, visits * whole_store(pooled), visits / out if out else None))
    return DataTable("funnel", columns, tuple(rows))


def edge_counts(outcomes: Outcomes) -> dict[tuple[str, str], int]:
    """Return the visits that took each funnel edge as {(from, to): count}, unscaled, in the table's order."""
    table = outcomes.tables["edges"]
    names = (label.partition(">") for label in table.axes[0][1])
    return {(source, target): int(n) for (source, _, target), n in zip(names, table.values, strict=True)}


def accounts_table(comparison: Comparison) -> DataTable:
    """Return one row per plan, owner (the store or a strategy) and account, in currency units per replication."""
    rows: list[Row] = []
    for plan in comparison.plans:
        pooled = plan.pooled
        (_, owners), (_, accounts) = pooled.tables["accounts"].axes
        amounts = pooled.tables["accounts"].values * in_currency(pooled)
        rows += [
            (plan.name, owner, account, float(amount))
            for owner, line in zip(owners, amounts, strict=True)
            for account, amount in zip(accounts, line, strict=True)
        ]
    columns = (*(Column(name, "text") for name in ("plan", "owner", "account")), Column("amount", "money"))
    return DataTable("accounts", columns, tuple(rows))


DAILY_MONEY = ("revenue", "margin")


def daily_table(comparison: Comparison) -> DataTable:
    """Return one row per plan and day of the measured horizon, means over replications for the whole store."""
    measures = comparison.plans[0].runs[0].tables["daily"].axes[1][1]
    rows: list[Row] = []
    for plan in comparison.plans:
        scaled = scaled_days(plan.pooled)
        days = plan.pooled.tables["daily"].axes[0][1]
        rows += [(plan.name, int(day), *map(float, line)) for day, line in zip(days, scaled, strict=True)]
    numbers = (Column(name, "money" if name in DAILY_MONEY else "number") for name in measures)
    return DataTable("daily", (Column("plan", "text"), Column("day", "count"), *numbers), tuple(rows))


def scaled_days(outcomes: Outcomes) -> NDArray[np.float64]:
    """Return the daily table (days, measures) for the whole store, money in currency units."""
    table = outcomes.tables["daily"]
    factors = [in_currency(outcomes) if m in DAILY_MONEY else whole_store(outcomes) for m in table.axes[1][1]]
    scaled: NDArray[np.float64] = table.values * np.array(factors)
    return scaled


def replications_table(comparison: Comparison) -> DataTable:
    """Return one row per plan and replication with every outcome: what the intervals were computed from."""
    columns = (
        Column("plan", "text"),
        Column("replication", "count"),
        Column("seed", "count"),
        *(Column(key, _form(key)) for key in METRICS),
    )
    baseline = comparison.plan(comparison.baseline)
    rows: list[Row] = []
    for plan in comparison.plans:
        for number, run, paired in zip(comparison.replication_numbers, plan.runs, baseline.runs, strict=True):
            values = measure(run)
            if plan.name != comparison.baseline:
                values["personalization_roi"] = personalization_roi(run, paired)
            rows.append((plan.name, number, comparison.seed, *(values[key] for key in METRICS)))
    return DataTable("replications", columns, tuple(rows))


def _form(metric: str) -> Form:
    forms: dict[str, Form] = {"money": "money", "share": "share"}
    return forms.get(METRICS[metric].unit, "number")
