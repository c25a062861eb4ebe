"""A comparison as a whole: pairing, verdicts, correction over plans, undefined outcomes, the JSON document, remarks."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from planner.experiments.comparison import Comparison, Difference, compare, to_json
from planner.experiments.statistics import holm
from simulation.metrics import METRICS, personalization_roi
from simulation.outcomes import Outcomes
from tests.planner.experiments.fakes import outcomes, simulate


def runs(plan: str, lift: float, replications: int = 8) -> list[Outcomes]:
    return [simulate({plan: lift}, plan, number) for number in range(replications)]


def compared(lifts: dict[str, float], replications: int = 8) -> Comparison:
    by_plan = {plan: runs(plan, lift, replications) for plan, lift in lifts.items()}
    return compare("Toy", by_plan, "Baseline", seed=3, visitors=1000)


def of_orders(plan: Sequence[int], base: Sequence[int]) -> Comparison:
    by_plan = {"Baseline": [outcomes("Baseline", n) for n in base], "Other": [outcomes("Other", n) for n in plan]}
    return compare("Toy", by_plan, "Baseline")


def test_a_plan_against_itself_differs_by_exactly_nothing_in_every_outcome() -> None:
    same = compared({"Baseline": 0.0, "Copy": 0.0}).plan("Copy")
    defined = {metric: change for metric, change in same.differences.items() if not math.isnan(change.mean)}
    assert "session_conversion" in defined
    assert "ltv" in defined
    for change in defined.values():
        assert (change.mean, change.low, change.high, change.p_value, change.p_holm) == (0.0, 0.0, 0.0, 1.0, 1.0)
        assert change.verdict == "cannot tell"


def test_a_real_lift_is_found_with_its_size_and_direction() -> None:
    result = compared({"Baseline": 0.0, "Good": 0.03, "Bad": -0.03})
    good, bad = result.plan("Good").differences, result.plan("Bad").differences
    lift = good["session_conversion"]
    assert lift.relative_low <= 0.03 <= lift.relative_high
    assert lift.relative_high - lift.relative_low < 0.006
    assert (lift.verdict, bad["session_conversion"].verdict) == ("better", "worse")
    assert good["strategy_cost"].verdict == "worse"  # lower is better, and a strategy costs more than none
    assert good["strategy_cost"].mean > 0


def test_the_baseline_has_estimates_but_no_differences() -> None:
    result = compared({"Baseline": 0.0, "Good": 0.03})
    base = result.plan("Baseline")
    assert base.differences == {}
    assert base.estimates.keys() == METRICS.keys()
    assert base.estimates["session_conversion"].mean == pytest.approx(0.02, rel=0.03)
    assert math.isnan(base.estimates["personalization_roi"].mean)
    assert (result.replications, result.replication_numbers, result.currency) == (8, tuple(range(8)), "EUR")


def test_roi_is_that_of_the_pooled_runs_and_has_no_difference() -> None:
    result = compared({"Baseline": 0.0, "Good": 0.03})
    good, base = result.plan("Good"), result.plan("Baseline")
    roi = good.estimates["personalization_roi"]
    assert roi.mean == pytest.approx(personalization_roi(good.pooled, base.pooled))
    assert roi.low < roi.mean < roi.high
    assert good.differences["personalization_roi"].verdict == "cannot tell"
    assert math.isnan(good.differences["personalization_roi"].mean)


def test_verdicts_follow_holm_over_the_plans() -> None:
    lifts = {"Baseline": 0.0} | {f"Idle {k}": 1e-9 for k in range(12)} | {"Small": 0.0025}
    result = compared(lifts)
    rivals = [plan for plan in result.plans if plan.name != "Baseline"]
    changes = [plan.differences["orders"] for plan in rivals]
    assert [change.p_holm for change in changes] == pytest.approx(holm([change.p_value for change in changes]))
    small = result.plan("Small").differences["orders"]
    alone = compared({"Baseline": 0.0, "Small": 0.0025}).plan("Small").differences["orders"]
    assert alone.verdict == "better"
    assert alone.low == small.low > 0  # the interval is marginal: the number of plans does not change it
    assert small.p_value == alone.p_value < 0.05 < small.p_holm
    assert small.verdict == "cannot tell"


def test_one_replication_gives_no_verdict_and_null_limits() -> None:
    result = compared({"Baseline": 0.0, "Good": 0.5}, replications=1)
    assert result.plan("Good").differences["orders"].verdict == "cannot tell"
    plan = to_json(result)["plans"][1]
    assert plan["outcomes"]["orders"]["low"] is None
    assert plan["difference"]["orders"] == {
        "mean": pytest.approx(10_000, rel=0.1),
        "low": None,
        "high": None,
        "relative": pytest.approx(0.5, rel=0.02),
        "verdict": "cannot tell",
    }
    assert any("One replication" in note for note in result.notes)


def test_an_outcome_missing_in_some_replication_is_named_and_not_judged() -> None:
    result = of_orders(plan=[200, 210, 0, 205], base=[100, 101, 102, 103])
    change = result.plan("Other").differences["aov"]
    assert result.plan("Other").estimates["aov"].mean == 100.0
    assert change.mean == 0.0
    assert math.isnan(change.p_value)
    assert result.plan("Other").differences["return_rate"].verdict == "cannot tell"
    assert any(note.startswith("Average order value is not defined in replication 2 of Other") for note in result.notes)
    assert not any("Sold-out" in note for note in result.notes)  # undefined everywhere: nothing to say


def test_a_difference_that_never_varies_is_told() -> None:
    change = of_orders(plan=[110, 120, 130], base=[100, 110, 120]).plan("Other").differences["orders"]
    assert (change.mean, change.low, change.high, change.p_value) == (10.0, 10.0, 10.0, 0.0)
    assert change.verdict == "better"


def test_an_outcome_without_a_direction_gets_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METRICS, "orders", METRICS["orders"]._replace(better="neither"))
    change = of_orders(plan=[110, 120, 130], base=[100, 110, 120]).plan("Other").differences["orders"]
    assert (change.p_value, change.verdict) == (0.0, "cannot tell")


def test_remarks_tell_monte_carlo_error_from_assumptions_and_what_pairing_gained() -> None:
    notes = compared({"Baseline": 0.0, "Good": 0.03}).notes
    assert any("random error only (8 replications)" in note and "assumes" in note for note in notes)
    gained = next(note for note in notes if "divides the variance" in note)
    factor = float(gained.split("by: Good ")[1].split(" ")[0])
    assert 30 < factor < 3000  # luck shared 2 %, own 0.2 %: about 200


def test_what_the_runs_note_is_said_once_with_its_plans() -> None:
    by_plan = {
        "Baseline": [outcomes("Baseline", 10, notes=("3 % cut off",))] * 2,
        "Other": [outcomes("Other", 11, notes=("3 % cut off", "flash_sale has no stage"))] * 2,
    }
    notes = compare("Toy", by_plan, "Baseline", notes=("first",)).notes
    assert notes[0] == "first"
    assert notes[-2:] == ("3 % cut off", "Other: flash_sale has no stage")


def test_plans_that_cannot_be_paired_are_refused() -> None:
    with pytest.raises(ValueError, match="'Level 9' is not among the plans A, B"):
        compare("Toy", {"A": runs("A", 0.0), "B": runs("B", 0.0)}, "Level 9")
    with pytest.raises(ValueError, match=r"same replications.*'B': 3"):
        compare("Toy", {"A": runs("A", 0.0, 4), "B": runs("B", 0.0, 3)}, "A")
    with pytest.raises(ValueError, match="at least one"):
        compare("Toy", {"A": []}, "A")
    with pytest.raises(KeyError, match="no plan 'C'; there are Baseline"):
        compared({"Baseline": 0.0}).plan("C")


def test_the_json_document_has_the_form_of_the_contract() -> None:
    document = to_json(compared({"Baseline": 0.0, "Good": 0.03}))
    assert document == json.loads(json.dumps(document, allow_nan=False))
    assert list(document) == ["study", "baseline", "replications", "plans"]
    base, good = document["plans"]
    assert list(base) == list(good) == ["name", "outcomes", "difference"]
    assert base["difference"] == {}
    assert good["outcomes"].keys() == good["difference"].keys() == METRICS.keys()
    assert list(good["outcomes"]["aov"]) == ["mean", "low", "high"]
    assert list(good["difference"]["aov"]) == ["mean", "low", "high", "relative", "verdict"]


def test_results_are_immutable() -> None:
    change = compared({"Baseline": 0.0, "Good": 0.03}).plan("Good").differences["orders"]
    assert isinstance(replace(change, mean=0.0), Difference)
    with pytest.raises(AttributeError):
        change.mean = 0.0  # type: ignore[misc]
