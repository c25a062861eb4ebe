"""Partner sites: each sends readers with a taste of its own, is paid for it, and they see what they read about."""

import numpy as np
import pytest

from simulation import Outcomes, simulate
from simulation.shoppers import ATTRACTED
from simulation.world import World
from tests.stores import accounts_of, differences, lively, worlds_kept
from tests.strategies.counter import Counter, counter


def run(plan: dict[str, object], **changes: object) -> tuple[Outcomes, Outcomes, World]:
    """Return the baseline's outcomes, those with partners, and the world with them."""
    study = lively({"With": {"partner_sites": {"monthly": {}, **plan}}}, **changes)
    with worlds_kept() as worlds:
        base, with_them = (simulate(study, name, 0) for name in ("Baseline", "With"))
    return base, with_them, worlds[1]


def readers(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of those whom partners sent, and the partner of each."""
    referrer = world.shoppers.referrer[: world.shoppers.size]
    rows = np.flatnonzero(referrer <= ATTRACTED)
    return rows, ATTRACTED - referrer[rows].astype(np.int64)


def test_every_partner_sends_as_many_as_said_for_a_share_of_the_store() -> None:
    base, with_them, world = run({"partners": 4, "visitors": 60.0})
    due = 60.0 * 17.0 * world.study.simulated_share
    counts = np.bincount(readers(world)[1], minlength=4)
    assert counts.size == 4
    assert (abs(counts - due) < 4.0 * np.sqrt(due)).all()
    assert with_them.total("shoppers") > base.total("shoppers")


def test_they_come_by_the_source_that_is_named_after_such_links() -> None:
    sources = [{"name": "search", "share": 60}, {"name": "Referral", "share": 1}, {"name": "Affiliates", "share": 1}]
    world = run({}, source=sources)[2]
    assert set(world.shoppers.source[readers(world)[0]].tolist()) == {2}
    world = run({}, source=sources[:2])[2]
    assert set(world.shoppers.source[readers(world)[0]].tolist()) == {1}


def test_readers_of_a_partner_share_its_taste() -> None:
    world = run({"partners": 3, "visitors": 300.0, "taste": 0.8})[2]
    rows, partner = readers(world)
    themes = world.strategies[0].memory.themes
    directions = themes / np.linalg.norm(themes, axis=1)[:, None]
    for place in range(3):
        liking = (world.shoppers.taste[rows[partner == place]] @ directions[place]).mean()
        assert liking == pytest.approx(0.8 * np.sqrt(themes.shape[1]), abs=0.4), "but for the segment"


def test_commission_is_paid_by_visitor_and_the_fee_by_month() -> None:
    _, by_visit, world = run({"commission": 0.5})
    came = world.shoppers.first_visit[readers(world)[0]]
    assert accounts_of(by_visit, "partner_sites")["media"] == 50 * world.ledger.measured(came).sum() > 0
    _, by_month, world = run({"commission": 0.0, "fee": 100.0, "partners": 3})
    due = 100 * 3 * 100.0 * 14.0 / (365.0 / 12.0) * world.study.simulated_share
    assert accounts_of(by_month, "partner_sites")["media"] == pytest.approx(due, abs=14)


def landing(matched: bool = True) -> Counter:
    """Return two readers of each of two partners on their first visit, and two shoppers who came otherwise."""
    at = counter("partner_sites", 6, partners=2, matched=matched)
    at.world.shoppers.referrer[at.rows] = [ATTRACTED, ATTRACTED, ATTRACTED - 1, ATTRACTED - 1, -1, 0]
    at.world.shoppers.visits[at.rows] = 1
    return at


def test_readers_land_on_a_page_about_what_they_came_from() -> None:
    at = landing()
    themes = at.moment().memory.themes[[0, 0, 1, 1]]
    taste = at.world.shoppers.taste[at.rows[:4]]
    fit = np.einsum("nk,nk->n", taste, themes) / np.linalg.norm(themes, axis=1)
    relevance = at.act().relevance
    assert relevance == pytest.approx([*fit, 0.0, 0.0])
    at.world.shoppers.visits[at.rows] = 2
    assert not np.any(at.act().relevance), "later they come by themselves"


def test_without_matching_pages_they_see_what_all_see() -> None:
    at = landing(matched=False)
    assert at.act().relevance is None


def test_matching_pages_keep_more_of_them() -> None:
    bounces = []
    for matched in (False, True):
        plan: dict[str, object] = {"matched": matched, "visitors": 1000.0, "taste": 0.9}
        outcomes = run(plan, stock={"unlimited": True})[1]
        bounces.append(outcomes.total("bounces"))
    assert bounces[1] < bounces[0]


def test_partners_without_readers_change_nothing() -> None:
    base, with_them, _ = run({"visitors": 0.0})
    assert differences(base, with_them) == []
