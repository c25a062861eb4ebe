"""Dynamic testing: variants run as if alone, each on its own shoppers; the better one gets the traffic."""

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest

from simulation import Levers, Moment, Office, Study, Visited, check_plan, quantity, simulate
from tests.probes import Probe
from tests.stores import accounts_of, differences, installed, lively, run_with_world, world_with
from tests.strategies.counter import counter

if TYPE_CHECKING:
    from strategies.throughout.branches import Branches


class Help(Probe):
    """Makes the way easier, or harder, from a day on the other way round; label changes nothing."""

    id: ClassVar = "help"
    roles: ClassVar = ("browse", "checkout")  # type: ignore[assignment]

    effort: float = quantity(1.0, "log odds", "effort", ge=-5.0, le=5.0)
    turns: float = quantity(1e9, "days", "day on which it turns round", ge=0.0)
    label: float = quantity(0.0, "", "changes nothing", ge=0.0)

    def act(self, moment: Moment, levers: Levers) -> None:
        turned = moment.now >= self.turns
        levers.ease(turned, -self.effort)
        levers.ease(~turned, self.effort)


class Busy(Help):
    """Uses every hook, and a memory of whom it met where."""

    id: ClassVar = "busy"

    def start(self, office: Office) -> dict[str, list[int]]:
        office.every(2.0, self.write, "subscribers")
        return {"act": [], "left": [], "ordered": [], "learn": [], "write": []}

    def note(self, hook: str, memory: dict[str, list[int]], visitor: np.ndarray) -> None:
        memory[hook] += visitor[visitor >= 0].tolist()

    def act(self, moment: Moment, levers: Levers) -> None:
        assert moment.role in self.roles
        super().act(moment, levers)
        self.note("act", moment.memory, moment.profile.visitor)

    def left(self, moment: Moment, levers: Levers) -> None:
        self.note("left", moment.memory, moment.profile.visitor)
        levers.message(moment.cart, after_days=0.5, products=moment.profile.carted[moment.cart])

    def ordered(self, moment: Moment, levers: Levers) -> None:
        self.note("ordered", moment.memory, moment.profile.visitor)

    def write(self, moment: Moment, levers: Levers) -> None:
        self.note("write", moment.memory, moment.profile.visitor)
        levers.message(np.arange(moment.size), discount=0.2)

    def learn(self, visited: Visited) -> None:
        self.note("learn", visited.memory, visited.visitor)


def trying(strategy: str, **parameters: Any) -> dict[str, Any]:
    given = {"parameter": "effort", "values": [1.5, -1.5], "reward_days": 2.0, **parameters}
    return {"dynamic_testing": {"strategy": strategy, **given}}


@pytest.mark.parametrize("probe", [Help, Busy])
def test_variants_that_do_the_same_do_what_the_strategy_does_alone(probe: type[Help]) -> None:
    plans = {"Alone": {probe.id: {}}, "Tried": trying(probe.id, parameter="label", values=[0.0, 1.0, 2.0])}
    with installed(probe):
        study = lively(plans)
        alone, tried = (simulate(study, plan, 0) for plan in plans)
    assert differences(alone, tried) == []
    counts = [run.tables["strategies"].values[0] for run in (alone, tried)]
    assert counts[0].tolist() == counts[1].tolist(), "all that variants do is counted for the test"
    assert accounts_of(alone, probe.id)["messages"] == accounts_of(tried, "dynamic_testing")["messages"]


def test_each_variant_meets_its_own_shoppers_with_a_memory_of_its_own() -> None:
    with installed(Busy):
        study = lively({"With": trying("busy", parameter="label", values=[0.0, 1.0], reward_days=365.0)})
        _, _, world = run_with_world(study, "With")
    branches: Branches = world.strategies[0].memory
    one, other = branches.memories
    for hook in one:
        assert one[hook], hook
        assert other[hook], hook
        assert not set(one[hook]) & set(other[hook] + other["act"]), hook
        assert set(branches.variants.of(np.array(one[hook]))) == {0}


def test_a_variant_sees_the_silo_of_its_own_channel() -> None:
    tested = trying("rfm_care", parameter="best", values=[0.2, 0.8])
    world, rows = world_with(lively({"With": tested}, data={"unified": False}), 4, "With")
    world.profile.observe(world.shoppers, rows, rows, 1.0, "onsite")
    world.profile.observe(world.shoppers, rows, rows, 3.0, "email")
    branches: Branches = world.strategies[0].memory
    moment = world.moment(world.strategies[0], rows, np.full(4, 5.0))
    seen: list[float] = []
    for number in (0, 1):
        variant = branches.variants.assign(moment)
        levers = Levers(world, rows, moment.now, None)
        branches.show(number, lambda m, _: seen.extend(m.profile.belief()[1]), variant, moment, levers)
    assert seen == [3.0] * 4


def busy_store(**parameters: Any) -> Study:
    size = {"visitors": 3000, "days": 40.0, "follow_up_days": 0.0}
    return lively({"With": trying("help", caution=10.0, **parameters)}, experiment=size, stock={"unlimited": True})


@pytest.mark.parametrize("reward", ["orders", "revenue"])
def test_it_settles_on_the_clearly_better_value(reward: str) -> None:
    with installed(Help):
        _, _, world = run_with_world(busy_store(reward=reward), "With")
    assert world.strategies[0].memory.variants.shares[1] > 0.9


def test_it_earns_more_than_sharing_equally() -> None:
    with installed(Help):
        orders = [simulate(busy_store(exploration=share), "With", 0).total("orders") for share in (1.0, 0.05)]
    assert orders[1] > 1.1 * orders[0]


def test_in_a_store_that_turns_round_it_follows() -> None:
    """Help turns into hindrance on day 20 for both: the first value is the better one from then on."""

    class Turning(Help):
        id: ClassVar = "turning"
        turns: float = quantity(20.0, "days", "day on which it turns round", ge=0.0)

    with installed(Turning):
        tested = trying("turning", caution=10.0, half_life_days=4.0)
        size = {"visitors": 4000, "days": 45.0, "follow_up_days": 0.0}
        _, _, world = run_with_world(lively({"With": tested}, experiment=size, stock={"unlimited": True}), "With")
    assert world.strategies[0].memory.variants.shares[0] > 0.9


def test_it_works_where_its_variants_do() -> None:
    at = counter("dynamic_testing", 6)
    assert at.world.strategies[0].acts_at("compare")
    assert not at.world.strategies[0].acts_at("checkout")


@pytest.mark.parametrize(
    ("given", "path", "says"),
    [
        ({"strategy": "nothing"}, "strategy", "is not an installed strategy: must be one of "),
        ({"strategy": "dynamic_testing"}, "strategy", "changes the whole store"),
        ({"parameter": "speed"}, "parameter", "is not a number that related_recommendations takes: must be one of "),
        ({"values": [5.0]}, "values", "must be two different values or more"),
        ({"values": [5.0, 5.0]}, "values", "must be two different values or more"),
        (
            {"parameter": "places", "values": [5.0, 0.0]},
            "values",
            "related_recommendations.places = 0.0: must be from 1 to 20 (places)",
        ),
        (
            {"parameter": "places", "values": [1.0, 1.5]},
            "values",
            "related_recommendations.places = 1.5: input should be a valid integer",
        ),
    ],
)
def test_faults_are_told_in_plain_words(given: dict[str, Any], path: str, says: str) -> None:
    (fault,) = check_plan("P", {"dynamic_testing": given})
    assert fault.path == f"plans.P.dynamic_testing.{path}"
    assert fault.message.startswith(says)
