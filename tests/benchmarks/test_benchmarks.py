"""Whether the benchmark's tables come out whole, and its arithmetic right. Knows nothing of true speeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from simulation import library
from tests.benchmarks import cases, tables
from tests.benchmarks.__main__ import main
from tests.benchmarks.cases import Case, Measured, measure, measure_afresh
from tests.benchmarks.decision import pairs_needed, spread_of_lift
from tests.benchmarks.machine import described
from tests.oracle.given import PLAN

if TYPE_CHECKING:
    from pathlib import Path

    from simulation import Study


def made_up(case: Case) -> Measured:
    """The oracle takes 100 us per shopper, the engine 5 us and 0.1 s; lifts are 2 % and 4 % in turn."""
    each, start = {"engine": (5e-6, 0.1), "oracle": (1e-4, 0.0)}[case.program]
    lifts = [(0.02, 0.04)[run % 2] if case.plan == PLAN else 0.0 for run in range(case.runs)]
    seconds, came = start + each * case.visitors, case.visitors * (1.25 if case.plan == "Everything" else 1.0)
    beside = [seconds * (0.5 if case.plan == "Everything" else 1.0)] * case.runs if case.beside else []
    return Measured([seconds] * case.runs, [0.02 * (1.0 + lift) for lift in lifts], [came] * case.runs, 500.0, beside)


def test_ratios_compare_times_of_equal_numbers_of_shoppers() -> None:
    rows = tables.speed(made_up, tables.Sizes()).rows
    assert [row[0] for row in rows] == ["20,000", "200,000", "1,000,000"]
    assert [row[-2] for row in rows] == ["10.0x", "18.2x", "19.6x"]
    assert [row[3] for row in rows] == ["500 MB"] * 3


def test_every_strategy_has_a_row() -> None:
    table = tables.strategies(made_up, tables.Sizes())
    rows = table.rows
    assert {*library().strategies, "Baseline"} <= {row[0] for row in rows}
    assert rows[-1] == ("Everything", "250,000", "4.40 µs", "1.60", "2.00"), "twice the time, for more shoppers"
    assert rows[0][-2:] == ("1.00", "1.00")
    assert "per shopper: 1.60 to 1.60, median 1.60" in table.notes[-1]


def test_a_slow_moment_of_the_machine_moves_no_ratio() -> None:
    moments = iter(range(1, 1000))

    def slower_and_slower(case: Case) -> Measured:
        found, times = made_up(case), next(moments)
        slow = [[times * seconds for seconds in column] for column in (found.seconds, found.beside)]
        return Measured(slow[0], found.conversions, found.shoppers, found.peak_mb, slow[1])

    rows = tables.strategies(slower_and_slower, tables.Sizes()).rows
    assert [row[-1] for row in rows] == ["1.00"] * (len(rows) - 1) + ["2.00"]


def test_the_plan_beside_is_timed_as_often() -> None:
    experiment = {"warm_up_days": 5.0, "days": 30.0, "follow_up_days": 10.0}
    found = measure(Case("engine", "Level 1", 200, runs=2, experiment=experiment, beside="Baseline"))
    assert len(found.beside) == len(found.seconds) == 2
    assert min(found.beside) > 0.0
    assert found.conversions == measure(Case("engine", "Level 1", 200, runs=2, experiment=experiment)).conversions


def test_times_are_compared_once_a_process_has_asked_for_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[str] = []

    def counted(study: Study, plan: str, number: int) -> tuple[float, float]:
        lived.append(f"{plan} {study.experiment.visitors:g}")
        return 0.02, 200.0

    monkeypatch.setattr(cases, "run_engine", counted)
    measure(Case("engine", "Level 1", 300, runs=2, beside="Baseline"))
    assert lived == ["Level 1 300"] * cases.WARMING_RUNS + ["Level 1 300", "Baseline 300"] * 2
    lived.clear()
    measure(Case("engine", "Level 1", 300))
    assert lived == ["Level 1 200", "Level 1 300"], "alone, only imports are out of the way"


def test_decisions_take_pairs_times_time() -> None:
    table = tables.noise(made_up, tables.Sizes())
    spread = spread_of_lift([0.0204, 0.0208] * 6, [0.02] * 12)
    assert table.rows[0][3] == f"{pairs_needed(spread):.1f}" == "1.0"
    assert [row[-1] for row in table.rows] == ["0.40 s", "0.40 s", "4.00 s"]
    assert "10x" in table.notes[-1]


def test_spread_is_that_of_pairs() -> None:
    assert spread_of_lift([1.1, 2.2, 3.3], [1.0, 2.0, 3.0]) == pytest.approx(0.05)
    assert spread_of_lift([1.1, 2.2, 3.3], [3.0, 2.0, 1.0]) > 1.0


def test_pairs_needed_are_those_of_the_textbook() -> None:
    # Two-sided 5 %, power 80 %: (1.959964 + 0.841621)^2 = 7.8489 for an effect of one standard deviation.
    assert pairs_needed(0.03, lift=0.03) == pytest.approx(7.8489, abs=1e-3)
    assert pairs_needed(1e-9) == 1.0


def test_both_programs_run_and_agree_roughly() -> None:
    experiment = {"warm_up_days": 5.0, "days": 30.0, "follow_up_days": 10.0}
    engine, oracle = (measure(Case(p, PLAN, 4000, experiment=experiment)) for p in ("engine", "oracle"))
    assert min(engine.seconds + oracle.seconds) > 0.0
    assert 0.3 < engine.conversions[0] / oracle.conversions[0] < 3.0


def test_a_process_of_its_own_measures_the_same() -> None:
    case = Case("engine", "Baseline", 200, runs=2, experiment=dict(tables.QUICK.experiment))
    here, afresh = measure(case), measure_afresh(case)
    assert afresh.conversions == here.conversions
    assert 20.0 < afresh.peak_mb < 2000.0


@pytest.mark.slow
def test_the_quick_run_writes_every_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.benchmarks.__main__.measure_afresh", measure)
    main(["--quick", "--write", str(tmp_path / "RESULTS.md")])
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == page
    assert page.count("\n## ") == 3
    ratios = [float(ratio) for ratio in re.findall(r"\| ([\d.]+)x \| \d+x \|", page)]
    assert len(ratios) == 3
    assert min(ratios) > 0.0
    assert "nan" not in page


def test_the_machine_is_described_without_its_name() -> None:
    page = "\n".join(described())
    assert all(f"{topic}: " in page for topic in ("Processor", "Memory", "System", "Libraries"))
    assert "unknown" not in page
    assert "/" not in page
