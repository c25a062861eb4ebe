"""What the report says agrees with the comparison."""

from dataclasses import replace

import pytest

from planner import wording
from planner.experiments.comparison import Comparison
from planner.report import words
from simulation.metrics import METRICS, STRATEGY_ACCOUNTS
from tests.planner.synthetic import comparison


@pytest.fixture(scope="module")
def whole() -> Comparison:
    return comparison(replications=4, days=30)


def test_the_facts_say_what_was_compared(whole: Comparison) -> None:
    told = " · ".join(words.facts(whole))
    for part in (
        "4 plans; baseline: Baseline",
        "20,000 simulated shoppers in each of 4 replications",
        "seed 1",
        "30 days",
    ):
        assert part in told
    assert f"95{wording.NARROW}% intervals" in told
    assert "engine" in told


def test_every_plan_but_the_baseline_gets_a_verdict_in_the_outcomes_words(whole: Comparison) -> None:
    sentences = words.sentences(whole)
    assert [sentence.plan for sentence in sentences] == ["Level 1", "Level 2", "Level 3"]
    first = sentences[1].findings[0]
    assert first.text.startswith("conversion per visit +")
    assert first.verdict == whole.plan("Level 2").differences["session_conversion"].verdict
    assert [f.tone for f in sentences[0].findings if f.verdict == "cannot tell"] in ([], ["undecided"])


def test_main_table_costs_and_the_rest_hold_every_outcome_once(whole: Comparison) -> None:
    titles = [line.title for main in (True, False) for line in words.outcome_lines(whole, main=main)]
    titles += [line.title for line in words.cost_lines(whole)]
    assert sorted(set(titles) & {metric.title for metric in METRICS.values()}) == sorted(
        metric.title for metric in METRICS.values()
    )
    assert len(titles) == len(set(titles))


def test_cells_show_value_lift_interval_and_verdict(whole: Comparison) -> None:
    line = next(line for line in words.outcome_lines(whole, main=True) if line.title == "Average order value")
    baseline, _, second, _ = line.cells
    difference = whole.plan("Level 2").differences["aov"]
    assert (baseline.chip, baseline.interval) == ("", "")
    assert (second.chip, second.interval) == wording.change(difference, "aov", "EUR")
    assert second.tone == difference.verdict == "better"


def test_what_cannot_be_told_says_so_with_its_interval(whole: Comparison) -> None:
    level = whole.plan("Level 1")
    difference = replace(level.differences["aov"], verdict="cannot tell")
    plans = tuple(
        replace(plan, differences={**plan.differences, "aov": difference}) if plan is level else plan
        for plan in whole.plans
    )
    line = words.outcome_lines(replace(whole, plans=plans), main=True)[2]
    assert (line.cells[1].chip, line.cells[1].tone) == ("cannot tell", "undecided")
    assert " to " in line.cells[1].interval


def test_equal_plans_show_no_difference() -> None:
    line = words.outcome_lines(comparison({"Baseline": 0.0, "Twin": 0.0}, replications=3, days=20), main=True)[0]
    assert line.cells[1].chip == "no difference"


def test_costs_by_kind_are_the_strategies_own(whole: Comparison) -> None:
    lines = {line.title: line.cells for line in words.cost_lines(whole)}
    share = whole.plans[0].runs[0].facts.share
    assert lines["Technology"][0].value == lines["Media"][0].value == "€0.00", "the store's own media is no such cost"
    assert lines["Technology"][1].value == wording.money(19_000 / 100 / share, "EUR")
    assert "Gifts" not in lines, "a kind that costs nothing anywhere takes no line"
    total = whole.plan("Level 1").estimates["strategy_cost"].mean
    assert lines["Personalization cost"][1].value == wording.money(total, "EUR")
    assert set(STRATEGY_ACCOUNTS) >= {"technology", "media"}


def test_gain_over_cost_is_the_return(whole: Comparison) -> None:
    plan, base = whole.plan("Level 3").estimates, whole.plan("Baseline").estimates
    gained = plan["margin"].mean - base["margin"].mean + plan["strategy_cost"].mean
    lines = {line.title: line.cells for line in words.cost_lines(whole)}
    assert lines["Margin gained before cost"][3].value == wording.money(gained, "EUR")
    assert lines["Personalization ROI"][3].value == wording.number(gained / plan["strategy_cost"].mean, 2)
    assert lines["Personalization ROI"][3].interval


def test_notes_are_the_comparisons_and_what_was_cut_off(whole: Comparison) -> None:
    told = words.notes(whole)
    assert set(whole.notes) <= set(told)
    assert told[-1].endswith("every new customer was observed that long.")
    nobody = words.notes(comparison({"Baseline": 0.0}, visits=20, replications=2, days=20))
    assert "not defined" in nobody[-1]
