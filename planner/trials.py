"""Analyses a test inside the store as a store's analyst would, from the additive sums of its two arms.

Welch's t test with the delta method for ratios, CUPED, a check of the sample ratio and the sample a lift needs, all by
tea-tasting. Knows sums of arms (simulation.trial); must not know what was tested, nor the truth.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.experiments.statistics import NOTHING, Interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tea_tasting.aggr import Aggregates

    from simulation import Table

Sums = dict[str, int]
"""What one arm's shoppers did: their number, sums of columns, and sums of products such as ``orders*visits``."""

CONTROL, TREATED = "control", "treated"
FEWEST: Final = 2
POWER: Final = 0.8
COLUMNS: Final = ("visits", "orders", "revenue", "before")


class Question(NamedTuple):
    """One outcome that a test is asked for: a mean per shopper, or a ratio of two columns' means.

    ``before``: adjusted by what each shopper had spent before the test (CUPED: Deng and others 2013).
    """

    title: str
    numerator: str
    denominator: str | None = None
    before: bool = False
    money: bool = False

    def value(self, sums: Mapping[str, int]) -> float:
        """Return the outcome of an arm as a ratio of sums, money in minor units; NaN if not defined."""
        below = sums[self.denominator or "shoppers"]
        return sums[self.numerator] / below if below else math.nan


QUESTIONS: Final[Mapping[str, Question]] = {
    "visits_per_visitor": Question("Visits per visitor", "visits"),
    "session_conversion": Question("Orders per visit", "orders", "visits"),
    "aov": Question("Revenue per order", "revenue", "orders", money=True),
    "revenue_per_visit": Question("Revenue per visit", "revenue", "visits", money=True),
    "revenue_per_visitor": Question("Revenue per visitor", "revenue", money=True),
    "revenue_per_visitor_adjusted": Question("- adjusted by earlier orders", "revenue", before=True, money=True),
}


class Reading(NamedTuple):
    """What a test says of one outcome: both arms (money in minor units), the relative lift, and the p-value."""

    control: float
    treated: float
    lift: Interval
    p_value: float


UNREAD: Final = Reading(math.nan, math.nan, NOTHING, math.nan)


def arm_sums(table: Table, strategy: str) -> dict[str, Sums]:
    """Return the sums of both arms of a strategy's test, from an outcomes' table "trials"."""
    measures = table.axes[-1][1]
    return {arm: {name: table.at(strategy, arm, name) for name in measures} for arm in (CONTROL, TREATED)}


def pooled(arms: Sequence[dict[str, Sums]]) -> dict[str, Sums]:
    """Return the sums of several replications' arms."""
    return {arm: {name: sum(one[arm][name] for one in arms) for name in arms[0][arm]} for arm in (CONTROL, TREATED)}


def read(arms: Mapping[str, Sums], question: Question, confidence: float) -> Reading:
    """Return what the test says; UNREAD where an arm is empty, or had none of what is asked for."""
    if not _answerable(arms, question):
        return UNREAD
    metric = _metric(question, confidence)
    result = metric.analyze_aggregates(aggregates(arms[CONTROL]), aggregates(arms[TREATED]))
    lift = Interval(result.rel_effect_size, result.rel_effect_size_ci_lower, result.rel_effect_size_ci_upper)
    return Reading(result.control, result.treatment, lift, result.pvalue)


def sample_ratio(arms: Mapping[str, Sums], share: float) -> float:
    """Return the p-value of "the lots put this share of shoppers into the treated arm"; NaN for a share of 0 or 1."""
    from tea_tasting.metrics import SampleRatio

    if not 0.0 < share < 1.0 or not sum(arm["shoppers"] for arm in arms.values()):
        return math.nan
    data: Any = {arm: aggregates(sums) for arm, sums in arms.items()}
    return float(SampleRatio(share / (1.0 - share)).analyze(data, CONTROL, TREATED).pvalue)


def needed(arms: Mapping[str, Sums], question: Question, lift: float, confidence: float) -> float:
    """Return how many shoppers, in both arms, tell a relative lift of this size from none with a power of 80 %.

    NaN without a lift, or where the test says nothing.
    """
    if not (math.isfinite(lift) and lift) or not _answerable(arms, question):
        return math.nan
    control, treated = aggregates(arms[CONTROL]), aggregates(arms[TREATED])
    ratio = treated.count() / control.count()
    # Normal and not t: for arms of unequal size the library's search would begin at less than one shopper in an arm.
    metric = _metric(question, confidence, rel_effect_size=lift, ratio=ratio, use_t=False)
    return float(metric.solve_power_from_aggregates(control + treated, "n_obs")[0].n_obs)


def _answerable(arms: Mapping[str, Sums], question: Question) -> bool:
    columns = [question.numerator, *([question.denominator] if question.denominator else [])]
    return all(sums["shoppers"] >= FEWEST and all(sums[name] > 0 for name in columns) for sums in arms.values())


def _metric(question: Question, confidence: float, *, use_t: bool = True, **power: float) -> Any:  # noqa: ANN401 - tea-tasting's own
    from tea_tasting.metrics import RatioOfMeans

    covariate = "before" if question.before else None
    return RatioOfMeans(
        question.numerator,
        question.denominator,
        covariate,
        alternative="two-sided",
        confidence_level=confidence,
        alpha=1.0 - confidence,
        power=POWER,
        equal_var=False,
        use_t=use_t,
        **power,
    )


def aggregates(sums: Sums) -> Aggregates:
    """Return an arm's count, means, sample variances and covariances, worked out exactly from whole numbers."""
    from tea_tasting.aggr import Aggregates

    n = sums["shoppers"]
    products = {tuple(name.split("*")): total for name, total in sums.items() if "*" in name}
    shared = {(a, b): _covariance(n, sums[a], sums[b], total) for (a, b), total in products.items()}
    return Aggregates(
        n,
        {name: sums[name] / n if n else math.nan for name in COLUMNS},
        {a: value for (a, b), value in shared.items() if a == b},
        {pair: value for pair, value in shared.items() if pair[0] != pair[1]},
    )


def _covariance(n: int, one: int, other: int, product: int) -> float:
    """Return the sample covariance from sums; whole numbers, so that nothing cancels out but what is equal."""
    return (n * product - one * other) / (n * (n - 1)) if n >= FEWEST else math.nan
