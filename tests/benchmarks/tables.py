"""The benchmark's tables: which cases each one needs, and what their rows say. Must not know how a case is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import NamedTuple

from simulation import library
from tests.benchmarks.cases import Case, Measured
from tests.benchmarks.decision import LIFT, error_of_spread, pairs_needed, spread_of_lift
from tests.oracle.given import PLAN

Run = Callable[[Case], Measured]


@dataclass(frozen=True)
class Sizes:
    """How large cases are; ``speed``: sizes with the ratios to reach; ``alone``: strategies timed, in ``rounds``."""

    speed: tuple[tuple[int, float], ...] = ((20_000, 5.0), (200_000, 15.0), (1_000_000, 20.0))
    part: int = 20_000
    check: int = 60_000
    runs: int = 12
    repeats: int = 3
    rounds: int = 2
    alone: int | None = None
    experiment: dict[str, float] = field(default_factory=dict)


QUICK = Sizes(
    speed=((300, 0.0), (600, 0.0), (900, 0.0)),
    part=300,
    check=600,
    runs=3,
    repeats=1,
    rounds=1,
    alone=2,
    experiment={"warm_up_days": 5.0, "days": 30.0, "follow_up_days": 20.0},
)


class Table(NamedTuple):
    """A table of a title, its columns' names, rows of text, and notes below it."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: list[str]


def all_tables(run: Run, sizes: Sizes) -> list[Table]:
    """Measure everything."""
    return [speed(run, sizes), strategies(run, sizes), noise(run, sizes)]


def speed(run: Run, sizes: Sizes) -> Table:
    """Engine against oracle by size, with the engine's memory."""
    part, check = (
        run(Case("oracle", PLAN, visitors, runs=runs, experiment=sizes.experiment))
        for visitors, runs in ((sizes.part, sizes.repeats), (sizes.check, sizes.repeats))
    )
    each, each_of_check = _per_shopper(part, sizes.part), _per_shopper(check, sizes.check)
    engine = {n: run(Case("engine", PLAN, n, runs=sizes.repeats, experiment=sizes.experiment)) for n, _ in sizes.speed}
    spent = {n: _per_shopper(measured, n) for n, measured in engine.items()}
    rows = []
    for n, target in sizes.speed:
        ratio = f"{each / spent[n]:.1f}x"
        memory = f"{engine[n].peak_mb:,.0f} MB"
        rows.append((f"{n:,}", *_times(spent[n], n), memory, *_times(each, n), ratio, f"{target:.0f}x"))
    (_, middle), (_, large) = [(n, spent[n]) for n, _ in sizes.speed[-2:]]
    notes = [
        f"Time per shopper, largest against middle size: {large / middle:.2f} (not growing: at most 1).",
        f"The oracle was timed on {sizes.part:,} shoppers and scaled in proportion. Checked on {sizes.check:,}: "
        f"{each_of_check / each:.2f} of that per shopper.",
        f"Of {sizes.repeats} runs the fastest counts, for both programs: other work on the machine only adds time.",
    ]
    columns = ("shoppers in the year", "engine CPU", "per shopper", "peak memory", "oracle CPU", "per shopper")
    return Table(
        f"Speed and memory: plan {PLAN} (five strategies), one core", (*columns, "ratio", "target"), rows, notes
    )


def strategies(run: Run, sizes: Sizes) -> Table:
    """What each strategy alone, each level and everything together cost in time."""
    size = sizes.speed[1][0]
    plans = (
        "Baseline",
        *list(library().strategies)[: sizes.alone],
        PLAN,
        "Level 1",
        "Level 2",
        "Level 3",
        "Everything",
    )
    runs = {plan: 4 if plan == "Everything" else 2 for plan in plans}
    cases = {p: Case("engine", p, size, runs=runs[p], experiment=sizes.experiment, beside="Baseline") for p in plans}
    found: dict[str, list[Measured]] = {plan: [] for plan in plans}
    for plan in [*plans, *("Everything",) * 2] * sizes.rounds:
        found[plan].append(run(cases[plan]))
    spent = {plan: min(min(measured.seconds) for measured in found[plan]) for plan in plans}
    theirs = {plan: min(min(measured.beside) for measured in found[plan]) for plan in plans}
    came = {plan: mean(found[plan][0].shoppers) for plan in plans}
    whole = {plan: spent[plan] / theirs[plan] for plan in plans}
    each = {plan: whole[plan] * came["Baseline"] / came[plan] for plan in plans}
    fewer = came["Baseline"] / came["Everything"]
    rows = [(p, f"{came[p]:,.0f}", _micro(spent[p] / came[p]), f"{each[p]:.2f}", f"{whole[p]:.2f}") for p in plans]
    columns = ("plan", "shoppers", "per shopper", "against Baseline", "whole run against Baseline")
    notes = [
        "Target: Everything at most 3 times the Baseline per shopper. Adverts and friends bring more shoppers.",
        f"In {sizes.rounds} rounds each plan is run twice (Everything twelve times), and after each time the Baseline, "
        "in one process that has asked for its memory before. The fastest of each counts: other work on the machine "
        "only adds time, and meets both. How much is noise is shown by the Baseline's own row.",
        f"Everything against the Baseline right after it, per shopper: {_spread(_pairs(found['Everything'], fewer))}. "
        "Busy memory slows it more.",
    ]
    return Table(f"Strategies: {size:,} shoppers who come by themselves", columns, rows, notes)


def _pairs(found: Sequence[Measured], fewer: float) -> list[float]:
    """Return how many times as long a plan took per shopper as the plan beside it, which has ``fewer``, each time."""
    return [fewer * ours / theirs for one in found for ours, theirs in zip(one.seconds, one.beside, strict=True)]


def _spread(ratios: Sequence[float]) -> str:
    return f"{min(ratios):.2f} to {max(ratios):.2f}, median {median(ratios):.2f}"


def noise(run: Run, sizes: Sizes) -> Table:
    """Noise of the lift in conversion, and the time to a decision."""
    runs, size, experiment = sizes.runs, sizes.speed[0][0], sizes.experiment
    baseline, plan, other = (
        run(Case("engine", name, size, first, runs, experiment))
        for name, first in (("Baseline", 0), (PLAN, 0), (PLAN, runs))
    )
    theirs, ours = (
        run(Case("oracle", name, size, first, runs, experiment)) for name, first in (("Baseline", 0), (PLAN, runs))
    )
    rows = [
        ("engine, common random numbers", *_decision(plan, baseline).told(runs)),
        ("engine, independent seeds", *_decision(other, baseline).told(runs)),
        ("oracle, independent seeds", *_decision(ours, theirs).told(runs)),
    ]
    gain = _decision(ours, theirs).seconds / _decision(plan, baseline).seconds
    notes = [
        f"{runs} pairs of runs of {size:,} shoppers; errors are known to {error_of_spread(runs):.0%} of themselves.",
        f"Time to a decision: CPU until a {LIFT:.0%} lift of conversion is told from zero at 95 % confidence with 80 % "
        f"power. Engine with common random numbers against the oracle: {gain:,.0f}x.",
    ]
    columns = ("program", "error of the lift, one pair", f"of {runs} pairs", "pairs needed", "a pair", "decision")
    return Table(f"Noise of the lift in conversion, {PLAN} against Baseline", columns, rows, notes)


class Decision(NamedTuple):
    """What it takes to tell a lift from zero: its spread from pair to pair, and CPU seconds of a pair."""

    spread: float
    pair: float

    @property
    def seconds(self) -> float:
        """Return CPU seconds of as many pairs as it takes."""
        return pairs_needed(self.spread) * self.pair

    def told(self, runs: int) -> tuple[str, ...]:
        """Return the columns of a row, after so many pairs of runs."""
        errors = (f"{self.spread:.2%}", f"{self.spread / runs**0.5:.2%}")
        return (*errors, f"{pairs_needed(self.spread):.1f}", _seconds(self.pair), _seconds(self.seconds))


def _decision(plan: Measured, baseline: Measured) -> Decision:
    spread = spread_of_lift(plan.conversions, baseline.conversions)
    return Decision(spread, mean(plan.seconds) + mean(baseline.seconds))


def _per_shopper(measured: Measured, shoppers: int) -> float:
    """Return CPU seconds per shopper of the horizon (warm-up and follow-up included) of the fastest run."""
    return min(measured.seconds) / shoppers


def _times(each: float, shoppers: int) -> tuple[str, str]:
    """Return the columns of a time: of all shoppers, and of one."""
    return _seconds(each * shoppers), _micro(each)


def _seconds(value: float) -> str:
    return f"{value:,.2f} s"


def _micro(value: float) -> str:
    return f"{value * 1e6:.2f} µs"


def markdown(tables: Sequence[Table], machine: Sequence[str]) -> str:
    """Return the tables as one page."""
    lines = ["# Benchmarks", "", *(f"- {line}" for line in machine), ""]
    for table in tables:
        lines += [f"## {table.title}", "", _row(table.columns), _row(["---"] * len(table.columns))]
        lines += [*map(_row, table.rows), "", *(f"- {note}" for note in table.notes), ""]
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
