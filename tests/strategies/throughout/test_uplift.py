"""Uplift: records of an experiment with mail, and a model that tells whom mail moves from who buys anyway."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from strategies.throughout.uplift import Model, Records, fitted

DAYS = 10.0


def records_of(share: tuple[tuple[float, float], ...], each: int = 1500) -> Records:
    """Return records of groups of customers who order with these probabilities (silent, mailed), marked by features."""
    rng, records = np.random.Generator(np.random.PCG64(3)), Records(len(share))
    for place, rates in enumerate(share):
        for mailed, rate in enumerate(rates):
            visitor = records.mailed.size + np.arange(each)
            features = np.zeros((each, len(share)))
            features[:, place] = 1.0
            records.add(visitor, features, np.full(each, mailed == 1), np.zeros(each))
            ordering = visitor[rng.random(each) < rate]
            records.credit(ordering, np.full(ordering.size, 1.0), DAYS)
    return records


def model_of(records: Records, least: int = 20, caution: float = 5.0) -> Model | None:
    return fitted(records, DAYS, DAYS, least, caution)


def test_it_tells_who_is_moved_from_who_buys_anyway() -> None:
    """Buyers anyway, those whom mail moves, those whom it annoys."""
    rates = ((0.50, 0.50), (0.05, 0.20), (0.30, 0.15))
    model = model_of(records_of(rates))
    assert model is not None
    groups = np.eye(3)
    assert model.lift(groups) == pytest.approx([mailed - silent for silent, mailed in rates], abs=0.04)
    assert model.likelihood(groups) == pytest.approx([mailed for _, mailed in rates], abs=0.04)


def test_rare_orders_keep_their_rate() -> None:
    model = model_of(records_of(((0.01, 0.02), (0.01, 0.02)), each=20_000), caution=100.0)
    assert model is not None
    assert model.likelihood(np.eye(2)) == pytest.approx([0.02, 0.02], abs=0.003)
    assert model.lift(np.eye(2)) == pytest.approx([0.01, 0.01], abs=0.003)


def test_the_more_cautious_the_more_alike_customers_look() -> None:
    records = records_of(((0.1, 0.1), (0.1, 0.4)), each=200)
    spread = []
    for caution in (1.0, 1000.0):
        model = model_of(records, caution=caution)
        assert model is not None
        spread.append(float(np.ptp(model.lift(np.eye(2)))))
    assert spread[1] < 0.5 * spread[0]


def test_there_is_no_model_before_both_arms_have_shown_enough() -> None:
    records = records_of(((0.5, 0.02),), each=1000)
    seen = int(records.ordered[records.mailed].sum())
    assert model_of(records, least=seen) is not None
    assert model_of(records, least=seen + 1) is None
    assert fitted(records, DAYS - 0.1, DAYS, 1, 1.0) is None, "nothing is old enough"
    assert model_of(records_of(((0.5, 1.0),), each=50), least=1) is None, "all who got mail ordered"


def test_orders_count_for_the_latest_draw_and_only_in_time() -> None:
    records = Records(1)
    for day in (0.0, 20.0):
        records.add(np.array([4, 7, 9]), np.zeros((3, 1)), np.array([True, False, True]), np.full(3, day))
    records.credit(np.array([-1, 4, 7, 9, 30]), np.array([21.0, 21.0, 31.0, 19.0, 21.0]), DAYS)
    assert records.ordered.tolist() == [False] * 3 + [True, False, False]


def test_equal_records_give_equal_models() -> None:
    one, other = (model_of(records_of(((0.2, 0.3), (0.1, 0.1)))) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.lift(np.eye(2)).tobytes() == other.lift(np.eye(2)).tobytes()


def test_a_fitted_arm_says_what_scikit_learn_would() -> None:
    records = records_of(((0.2, 0.3), (0.1, 0.1), (0.4, 0.5)), each=500)
    model, arm = model_of(records, caution=5.0), records.mailed
    assert model is not None
    rate = records.ordered[arm].mean()
    regression = Ridge(alpha=5.0 / (rate * (1.0 - rate)))
    asked = make_pipeline(StandardScaler(), regression).fit(records.features[arm], records.ordered[arm].astype(float))
    features = np.random.default_rng(6).normal(size=(999, 3))
    assert model.likelihood(features) == pytest.approx(asked.predict(features))
