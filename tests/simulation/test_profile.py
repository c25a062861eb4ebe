"""What the store learns: a belief that is the posterior mean, by channel, with consent, better the more was seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import simulate
from simulation.batch import Batch
from simulation.profile import CHANNELS, DataNotAvailableError, ProfileView
from simulation.strategy import DATA_POINTS
from simulation.world import World
from tests.stores import lively, run_with_world, world_with

ALL = frozenset(DATA_POINTS)

COLUMNS = {
    "traffic": {"source", "device", "visits", "returning", "referred", "visitor", "friend_of", "campaign"},
    "onsite": {"viewed", "carted", "wanted"},
    "search": {"interest"},
    "email": {"permission", "messages"},
    "personal": {"birthday", "place", "age", "gender"},
    "pixels": {"pixel_product", "followers"},
    "pricing": {"best_offer"},
    "purchases": {"orders", "spent", "points", "days_since_order"},
}


def view(world: World, rows: np.ndarray, allowed: frozenset[str] = ALL, channel: str = "onsite") -> ProfileView:
    return ProfileView(world.profile, Batch(world.shoppers, rows), np.full(rows.size, 5.0), channel, allowed)


def readable(profile: ProfileView) -> set[str]:
    """Return the columns that may be read."""
    found = set()
    for name in set().union(*COLUMNS.values()):
        try:
            profile.trait(name) if name in ("place", "age", "gender") else getattr(profile, name)
        except DataNotAvailableError:
            continue
        found.add(name)
    return found


# data points -------------------------------------------------------------------------------------------------------
def test_every_column_belongs_to_one_data_point() -> None:
    columns = {name for name, member in vars(ProfileView).items() if isinstance(member, property)}
    assert columns | {"place", "age", "gender"} == set().union(*COLUMNS.values())
    assert set(COLUMNS) == set(DATA_POINTS)


@pytest.mark.parametrize("point", DATA_POINTS)
def test_a_data_point_opens_its_own_columns_only(point: str) -> None:
    world, rows = world_with(lively(), 3)
    assert readable(view(world, rows, frozenset([point]))) == COLUMNS[point]


def test_the_refusal_names_the_point() -> None:
    world, rows = world_with(lively(), 3)
    with pytest.raises(DataNotAvailableError, match="days_since_order belongs to the data point 'purchases'"):
        _ = view(world, rows, frozenset(["traffic"])).days_since_order
    with pytest.raises(KeyError, match="must be place, age or gender"):
        view(world, rows).trait("taste")


def test_without_consent_browsing_and_person_are_unknown() -> None:
    world, rows = world_with(lively(), 4)
    sh = world.shoppers
    sh.item[rows] = sh.cart[rows] = 3
    sh.visits[rows] = 7
    sh.consent[rows[:2]] = sh.personal_consent[rows[:2]] = False
    profile = view(world, rows)
    for known in (profile.viewed, profile.carted, profile.pixel_product):
        assert known.tolist() == [-1, -1, 3, 3]
    assert profile.visits.tolist() == [1, 1, 7, 7]
    assert profile.returning.tolist() == [False, False, True, True]
    assert (profile.birthday[:2] == -1).all()
    assert (profile.trait("age")[:2] == -1).all()
    assert (profile.birthday[2:] >= 1).all()


def test_customers_are_recognised_without_consent() -> None:
    world, rows = world_with(lively(), 2)
    world.shoppers.consent[rows] = False
    world.shoppers.orders[rows[0]] = 1
    assert view(world, rows).returning.tolist() == [True, False]


# belief ------------------------------------------------------------------------------------------------------------
@given(st.lists(st.tuples(st.integers(0, 18), st.floats(0.01, 5.0), st.sampled_from(CHANNELS)), max_size=12))
def test_belief_is_the_posterior_mean_of_a_normal_prior(seen: list[tuple[int, float, str]]) -> None:
    """With prior precision one and observations of precision w: sum(w x) / (1 + sum w), whatever the order."""
    world, rows = world_with(lively(), 2)
    for product, weight, channel in seen:
        world.profile.observe(world.shoppers, rows[:1], np.array([product]), weight, channel)
    mean, precision = view(world, rows).belief()
    weights = np.array([weight for _, weight, _ in seen])
    features = world.goods.features[[product for product, _, _ in seen]]
    assert precision == pytest.approx([weights.sum(), 0.0], rel=1e-5)
    assert mean[0] == pytest.approx((weights[:, None] * features).sum(axis=0) / (1.0 + weights.sum()), abs=1e-5)
    assert (mean[1] == 0.0).all()


@pytest.mark.parametrize("unified", [True, False])
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 18), st.floats(0.01, 2.0), st.sampled_from(CHANNELS))),
    st.floats(0.0, 4.0),
    st.sets(st.sampled_from(CHANNELS)),
)
def test_those_known_well_are_those_whose_belief_says_so(
    unified: bool, seen: list[tuple[int, int, float, str]], least: float, points: set[str]
) -> None:
    world, rows = world_with(lively(data={"unified": unified}), 5)
    for who, product, weight, channel in seen:
        world.profile.observe(world.shoppers, rows[who : who + 1], np.array([product]), weight, channel)
    at = view(world, rows, frozenset(points), "email")
    mean, precision = at.belief()
    where, known = at.known(least)
    assert where.tolist() == np.flatnonzero(precision >= least).tolist()
    assert np.array_equal(known, mean[where])


@pytest.mark.parametrize("unified", [True, False])
def test_in_silos_each_tool_knows_its_own_channel_only(unified: bool) -> None:
    world, rows = world_with(lively(data={"unified": unified}), 2)
    for product, channel in enumerate(CHANNELS):
        world.profile.observe(world.shoppers, rows, np.array([product, product]), 1.0 + product, channel)
    precision = {channel: view(world, rows, channel=channel).belief()[1][0] for channel in CHANNELS}
    assert precision == (dict.fromkeys(CHANNELS, 6.0) if unified else {"onsite": 1.0, "email": 2.0, "purchases": 3.0})


def test_a_view_handed_to_a_tool_of_another_channel_shows_its_silo() -> None:
    world, rows = world_with(lively(data={"unified": False}), 3)
    for place, channel in enumerate(CHANNELS):
        world.profile.observe(world.shoppers, rows, rows % 2, 1.0 + place, channel)
    seen = view(world, rows, channel="onsite")
    assert seen.only(rows[:2], "email").belief()[1].tolist() == [2.0, 2.0]
    assert seen.only(rows[:1]).belief()[1].tolist() == [1.0]


def test_a_belief_uses_declared_data_only() -> None:
    world, rows = world_with(lively(), 1)
    for channel in CHANNELS:
        world.profile.observe(world.shoppers, rows, np.array([0]), 1.0, channel)
    assert view(world, rows, frozenset(["onsite", "email"])).belief()[1] == [2.0]


def test_what_is_off_or_not_consented_to_is_not_learnt() -> None:
    world, rows = world_with(lively(data={"email": False}), 2)
    world.shoppers.consent[rows[0]] = False
    for channel in CHANNELS:
        world.profile.observe(world.shoppers, rows, np.array([0, 0]), 1.0, channel)
    assert view(world, rows).belief()[1].tolist() == [1.0, 2.0]  # the first: by his purchase alone


def test_beliefs_grow_with_the_number_of_shoppers() -> None:
    world, rows = world_with(lively(), 3)
    more = world.nature.create(world.shoppers, np.arange(5000, dtype=np.uint64), np.zeros(5000, dtype=np.int64))
    world.shoppers.consent[more] = True
    assert (view(world, more).belief()[1] == 0.0).all()
    world.profile.observe(world.shoppers, more[-1:], np.array([0]), 1.0, "onsite")
    assert view(world, more).belief()[1].sum() == 1.0
    assert view(world, rows).belief()[1].sum() == 0.0


def test_the_more_was_observed_the_nearer_the_belief_comes_to_taste() -> None:
    """After a run of the lively store, beliefs point the way of true tastes, the better the higher their precision."""
    world = run_with_world(lively(experiment={"visitors": 2500, "days": 30.0}))[2]
    rows = np.arange(world.shoppers.size)
    mean, precision = view(world, rows).belief()
    taste = world.shoppers.taste[rows]
    fit = np.einsum("nk,nk->n", mean, taste) / np.maximum(1e-9, np.sqrt((mean**2).sum(axis=1)))
    groups = [(precision > low) & (precision <= high) for low, high in ((0.1, 0.5), (0.5, 1.5), (1.5, 99.0))]
    fits = [fit[group].mean() for group in groups]
    assert min(group.sum() for group in groups) > 100
    assert 0.1 < fits[0] < fits[1] < fits[2]


def test_unified_knowledge_is_at_least_as_good_as_silos() -> None:
    """Cart recovery's tool sees e-mail only in silos; with one profile it shares what was seen on the site."""
    known = []
    for unified in (True, False):
        world = run_with_world(lively(data={"unified": unified}))[2]
        rows = np.arange(world.shoppers.size)
        known.append((view(world, rows, channel="email").belief()[1] > 0.0).sum())
    assert known[0] > 100
    assert known[1] == 0, "nobody has clicked on anything yet"


def test_the_profile_never_moves_behaviour_by_itself() -> None:
    plain, blind = (simulate(lively(data={"onsite": on, "purchases": on}), "Baseline", 0) for on in (True, False))
    assert plain.digest() == blind.digest()
