"""Keyed draws: uniform, independent of one another, and the same wherever and with whomever they are asked for.

Error rate: about forty statistical checks, each at 1e-5, on fixed keys: a correct generator fails them with probability
0.0004, and having passed passes for ever.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from simulation import draws

ALPHA = 1e-5
N = 200_000
ROOT = draws.replication_key(1, 0, "shopper")
SHOPPERS = draws.child_keys(ROOT, np.arange(N))

PURPOSES = ("look/edge 0", "look/edge 1", "look/edge 2", "look/dwell", "need gap", "return", "cart_recovery/who")


def p_uniform(u: np.ndarray, bins: int = 200) -> float:
    """Return the p-value of a chi-square test of uniformity."""
    return float(stats.chisquare(np.bincount((u * bins).astype(int), minlength=bins)).pvalue)


def p_independent(u: np.ndarray, v: np.ndarray, bins: int = 12) -> float:
    """Return the p-value of a chi-square test on the unit square, which sees more than correlation does."""
    cells = (u * bins).astype(int) * bins + (v * bins).astype(int)
    return float(stats.chisquare(np.bincount(cells, minlength=bins * bins)).pvalue)


# uniform and independent -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PURPOSES)
def test_draws_are_uniform_over_shoppers(name: str) -> None:
    u = draws.uniforms(SHOPPERS, draws.purpose(name))
    assert ((u > 0.0) & (u < 1.0)).all()
    assert p_uniform(u) > ALPHA
    assert stats.kstest(u, "uniform").pvalue > ALPHA


def test_draws_are_uniform_and_independent_over_one_shoppers_occasions() -> None:
    occasions = draws.child_keys(SHOPPERS[5], np.arange(N))
    u = draws.uniforms(occasions, draws.purpose("return"))
    assert p_uniform(u) > ALPHA
    assert p_independent(u[:-1], u[1:]) > ALPHA


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(PURPOSES[:5], 2)))
def test_purposes_are_independent(one: str, other: str) -> None:
    u, v = draws.block(SHOPPERS, draws.purposes(one, other))
    assert p_independent(u, v) > ALPHA


def test_neighbours_occasions_replications_and_seeds_are_independent() -> None:
    what = draws.purpose("return")
    u = draws.uniforms(SHOPPERS, what)
    second_visit = draws.uniforms(draws.child_keys(SHOPPERS, np.full(N, 2)), what)
    others = [draws.child_keys(draws.replication_key(s, r, "shopper"), np.arange(N)) for s, r in ((1, 1), (2, 0))]
    for v in (np.roll(u, 1), second_visit, *(draws.uniforms(keys, what) for keys in others)):
        assert p_independent(u, v) > ALPHA


def test_the_test_of_independence_can_fail() -> None:
    """Wrong implementations: one purpose a shifted copy of another, and draws that leave out the last hundredth."""
    u = draws.uniforms(SHOPPERS, draws.purpose("return"))
    assert p_independent(u, u) < ALPHA
    assert p_independent(u, (u + 0.3) % 1.0) < ALPHA
    assert p_uniform((np.arange(N) * 0.618) % 1.0 * 0.99) < ALPHA


def test_products_have_independent_luck() -> None:
    items = np.tile(np.arange(6), (N, 1))
    noise = draws.by_item(SHOPPERS, draws.purpose("product noise"), items)
    assert p_uniform(noise.ravel()) > ALPHA
    for one, other in itertools.combinations(range(4), 2):
        assert p_independent(noise[:, one], noise[:, other]) > ALPHA


# where and with whom it is asked for does not matter ---------------------------------------------------------------
def test_a_block_is_its_purposes_one_by_one() -> None:
    together = draws.block(SHOPPERS[:100], draws.purposes(*PURPOSES))
    alone = [draws.uniforms(SHOPPERS[:100], draws.purpose(name)) for name in PURPOSES]
    assert (together == np.stack(alone)).all()


@given(arrays.arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 2**40)), st.randoms(use_true_random=False))
def test_company_and_order_do_not_matter(ids: np.ndarray, random: object) -> None:
    keys = draws.child_keys(ROOT, ids)
    mixed = np.array(sorted(range(ids.size), key=lambda _: random.random()))  # type: ignore[attr-defined]
    u = draws.uniforms(keys, draws.purpose("return"))
    assert (draws.uniforms(keys[mixed], draws.purpose("return")) == u[mixed]).all()
    assert (draws.uniforms(keys[:1], draws.purpose("return")) == u[:1]).all()


def test_a_product_has_the_same_luck_wherever_it_stands() -> None:
    what, keys = draws.purpose("product noise"), SHOPPERS[:50]
    shelf = np.stack([np.random.default_rng(row).permutation(20)[:6] for row in range(50)])
    turned = shelf[:, ::-1]
    assert (draws.by_item(keys, what, shelf)[:, ::-1] == draws.by_item(keys, what, turned)).all()
    assert (draws.by_item(keys, what, shelf[:, 2]) == draws.by_item(keys, what, shelf)[:, 2]).all()


def test_drawing_leaves_keys_as_they_are() -> None:
    keys = SHOPPERS[:10].copy()
    before = keys.copy()
    draws.uniforms(keys, draws.purpose("return"))
    draws.block(keys, draws.purposes("return", "need gap"))
    draws.by_item(keys, draws.purpose("return"), np.zeros((10, 2), dtype=np.int64))
    draws.child_keys(keys, np.arange(10))
    assert (keys == before).all()


KNOWN = [0.1967799285921844, 0.02793671606061776, 0.9011428082626626]


def test_luck_is_fixed_for_ever() -> None:
    """Stored replications rest on it: another hash needs another ENGINE_VERSION."""
    u = draws.uniforms(draws.child_keys(draws.replication_key(1, 0, "shopper"), np.arange(3)), draws.purpose("return"))
    assert u.tolist() == pytest.approx(KNOWN, abs=1e-15)


# keys --------------------------------------------------------------------------------------------------------------
def test_keys_and_purposes_do_not_collide() -> None:
    """Shoppers, their occasions of every kind, and purposes by name: all different."""
    kinds = (0, 1, 2, 1 << 28, 1 << 29, 1 << 30)
    occasions = [draws.child_keys(SHOPPERS[:50_000], np.full(50_000, n)) for n in kinds]
    assert np.unique(np.concatenate([SHOPPERS, *occasions])).size == SHOPPERS.size + 300_000
    names = [f"{stage}/{what} {e}" for stage in "abcdefg" for what in ("edge", "dwell", "shelf") for e in range(50)]
    assert len({int(draws.purpose(name)) for name in names}) == len(names)


def test_a_third_partys_purpose_is_another_than_the_engines() -> None:
    assert draws.purpose("mine/return") != draws.purpose("return")
    assert draws.purpose("return") == draws.purpose("return")


def test_generators_differ_by_domain_replication_and_night() -> None:
    firsts = [draws.generator(1, r, domain, day).random() for r in (0, 1) for domain in "ab" for day in (0, 1)]
    assert len(set(firsts)) == len(firsts)
    assert draws.generator(1, 0, "a", 3).random() == draws.generator(1, 0, "a", 3).random()


# distributions -----------------------------------------------------------------------------------------------------
U = draws.uniforms(SHOPPERS, draws.purpose("distribution"))


@pytest.mark.parametrize(
    ("drawn", "meant"),
    [
        (draws.normal(U), stats.norm()),
        (draws.exponential(U), stats.expon()),
        (draws.gumbel(U.copy()), stats.gumbel_r()),
        (draws.gamma(U, 0.243), stats.gamma(0.243)),
        (draws.gamma(U, 4.0), stats.gamma(4.0)),
        (draws.beta(U, 0.793, 2.426), stats.beta(0.793, 2.426)),
    ],
    ids=["normal", "exponential", "gumbel", "small gamma", "gamma", "beta"],
)
def test_continuous_draws_follow_their_distribution(drawn: np.ndarray, meant: stats.rv_continuous) -> None:
    assert np.isfinite(drawn).all()
    assert stats.kstest(drawn, meant.cdf).pvalue > ALPHA
    error = meant.std() / np.sqrt(N)
    assert abs(drawn.mean() - meant.mean()) < stats.norm.isf(ALPHA / 2) * error


@pytest.mark.parametrize("mean", [0.0, 0.05, 0.8, 3.0, 20.0])
def test_poisson_draws_follow_their_distribution(mean: float) -> None:
    drawn = draws.poisson(U, mean)
    most = int(stats.poisson.isf(1e-4, mean)) + 1
    counts = np.bincount(np.minimum(drawn, most), minlength=most + 1)
    expected = N * np.append(stats.poisson.pmf(np.arange(most), mean), stats.poisson.sf(most - 1, mean))
    used = expected > 5.0
    if used.sum() > 1:
        scale = counts[used].sum() / expected[used].sum()
        assert stats.chisquare(counts[used], expected[used] * scale).pvalue > ALPHA
    assert abs(drawn.mean() - mean) <= stats.norm.isf(ALPHA / 2) * np.sqrt(mean / N)


def test_poisson_draws_take_each_shoppers_own_mean() -> None:
    means = np.repeat([0.2, 2.0], N // 2)
    drawn = draws.poisson(U, means)
    assert (drawn[: N // 2] == draws.poisson(U[: N // 2], 0.2)).all()
    assert (drawn[N // 2 :] == draws.poisson(U[N // 2 :], 2.0)).all()


def test_levels_follow_their_shares() -> None:
    shares = np.array([0.5, 0.0, 0.2, 0.3])
    drawn = draws.level(U, np.cumsum(shares))
    counts = np.bincount(drawn, minlength=4)
    assert counts[1] == 0
    assert stats.chisquare(counts[shares > 0], N * shares[shares > 0]).pvalue > ALPHA
    assert draws.level(np.array([1.0 - 1e-16]), np.array([0.3, 1.0 - 1e-9])) == [1]


def test_extreme_luck_stays_finite() -> None:
    least, most = 2.0**-53, 1.0 - 2.0**-53
    for u in (np.array([least]), np.array([most])):
        for drawn in (draws.normal(u), draws.exponential(u), draws.gumbel(u.copy()), draws.gamma(u, 0.01)):
            assert np.isfinite(drawn).all()
    scrambled = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert draws._unit(scrambled).tolist() == [least, most]
