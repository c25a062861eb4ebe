"""The installed strategies by stage, what is told of each, and what their parameters may be."""

from typing import ClassVar, Literal

import pytest

from planner.experiments.faults import ExperimentFault
from planner.library import ELSEWHERE, STAGES, allowed, chosen_strategies, described, in_order, stage_of
from simulation import Evidence, portion, quantity
from tests.probes import Favour, Probe
from tests.stores import installed


class Choosy(Probe):
    """Has a parameter of every kind."""

    id: ClassVar = "choosy"
    evidence: ClassVar = (Evidence("aov", "store", 0.0, 0.1, "none", "", given=(("share", 0.2),)),)

    share: float = portion(0.1, "a share")
    delay: float = quantity(1.0, "days", "a delay", gt=0.0)
    most: float = quantity(1.0, "days", "a limit", lt=7.0)
    any_number: float = quantity(1.0, "", "a number")
    on: bool = quantity(True, "on/off", "a switch")
    whom: Literal["all", "new"] = quantity("all", "", "a choice")
    name: str = quantity("x", "", "a name")
    values: tuple[float, ...] = quantity((1.0,), "", "several")


def test_parameters_tell_what_they_may_be() -> None:
    told = {name: allowed(field) for name, field in described(Choosy)["parameters"].items()}
    assert told == {
        "share": "from 0 to 1",
        "delay": "above 0",
        "most": "below 7",
        "any_number": "any number",
        "on": "on or off",
        "whom": "all, new",
        "name": "text",
        "values": "a list",
    }


def test_a_description_is_plain_data() -> None:
    told = described(Choosy)
    assert (told["stage"], told["kind"], told["level"]) == (ELSEWHERE, "behavioural", 1)
    assert told["evidence"][0]["given"] == {"share": 0.2}
    assert told["parameters"]["delay"]["unit"] == "days"
    assert "monthly" not in told["parameters"]


def test_strategies_stand_by_stage_then_level_and_those_of_others_at_the_end() -> None:
    with installed(Favour):
        chosen = chosen_strategies()
    stages = [stage_of(strategy) for strategy in chosen]
    order = [*STAGES, ELSEWHERE]
    assert stages == sorted(stages, key=order.index)
    assert stage_of(Favour) == ELSEWHERE
    awareness = [strategy.level for strategy in chosen if stage_of(strategy) == "awareness"]
    assert awareness == sorted(awareness)
    assert in_order(reversed(chosen)) == list(chosen)


def test_the_chosen_are_found_once_and_the_unknown_are_named() -> None:
    assert [one.id for one in chosen_strategies(["cross_sell", "smart_content", "cross_sell"])] == [
        "smart_content",
        "cross_sell",
    ]
    with pytest.raises(ExperimentFault, match=r"no strategy 'a', 'b'; installed are .*cross_sell"):
        chosen_strategies(["a", "cross_sell", "b"])
