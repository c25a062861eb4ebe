"""What every registered strategy declares: facts, parameters with bounds, evidence; and that it survives transport.

Runs over all that the registry finds, so a third party's strategy is tested as soon as it is installed.
"""

import inspect
import json
from multiprocessing.reduction import ForkingPickler
from typing import get_args

import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from simulation import METRICS, Strategy, check_plan, create, library
from simulation.strategy import DATA_POINTS, Kind
from simulation.study import Role

STRATEGIES = sorted(library().strategies.items())
each = pytest.mark.parametrize(("name", "strategy"), STRATEGIES, ids=[name for name, _ in STRATEGIES])
HOOKS = ("act", "left", "ordered", "learn", "start")


def bounds(field: FieldInfo) -> dict[str, float]:
    """Return a field's bounds by name: ge, gt, le, lt."""
    return {name: getattr(b, name) for b in field.metadata for name in ("ge", "gt", "le", "lt") if hasattr(b, name)}


def beyond(field: FieldInfo) -> list[float]:
    """Return values that a field must refuse."""
    return [bound - 1.0 if name[0] == "g" else bound + 1.0 for name, bound in bounds(field).items()]


def test_all_that_are_shipped_are_found() -> None:
    shipped = {
        "smart_content",
        "related_recommendations",
        "cart_recovery",
        "scarcity_message",
        "cross_sell",
        "upsell",
        "free_shipping",
        "flash_sale",
        "retargeting_ads",
        "popularity_message",
        "checkout_recommendations",
        "targeted_ads",
        "partner_sites",
        "influencer_seeding",
        "referral_offer",
        "rfm_care",
    }
    assert shipped <= {name for name, _ in STRATEGIES}
    assert library().broken == ()


@each
def test_it_says_what_it_is(name: str, strategy: type[Strategy]) -> None:
    assert strategy.id == name
    assert strategy.title[0].isupper()
    assert strategy.about[0].islower()
    assert not strategy.about.endswith(".")
    assert strategy.kind in get_args(Kind)
    assert strategy.level in (1, 2, 3)
    assert set(strategy.roles) <= set(get_args(Role))
    assert set(strategy.needs) <= set(DATA_POINTS)
    assert inspect.getdoc(strategy)
    assert any(strategy.overrides(hook) for hook in HOOKS)
    acts_itself = strategy.overrides("act") and not strategy.overrides("inner")
    assert bool(strategy.roles) == acts_itself, "roles say where it acts, or those of the strategies that it runs do"


@each
def test_it_reads_only_through_what_it_needs(name: str, strategy: type[Strategy]) -> None:
    assert strategy.channel in ("onsite", "email", "purchases")
    assert strategy.channel in strategy.needs or "belief" not in inspect.getsource(strategy)


@each
def test_its_evidence_is_a_range_of_an_outcome_with_a_source(name: str, strategy: type[Strategy]) -> None:
    assert strategy.evidence
    for evidence in strategy.evidence:
        assert evidence.outcome in METRICS
        assert evidence.low <= evidence.high
        assert (evidence.grade == "none") == (not evidence.source)


@each
def test_every_parameter_has_unit_help_and_bounds(name: str, strategy: type[Strategy]) -> None:
    for parameter, field in strategy.model_fields.items():
        assert field.description, parameter
        assert isinstance(field.json_schema_extra, dict)
        assert "unit" in field.json_schema_extra, parameter
        if field.annotation in (int, float):
            assert bounds(field), f"{parameter} takes any number"


@each
def test_defaults_lie_within_their_bounds(name: str, strategy: type[Strategy]) -> None:
    defaults = strategy().model_dump()
    assert strategy.model_validate(defaults) == strategy()
    assert check_plan("P", {name: defaults}) == []


@each
def test_values_beyond_the_bounds_are_faults_with_their_path(name: str, strategy: type[Strategy]) -> None:
    for parameter, field in strategy.model_fields.items():
        for value in beyond(field):
            (fault,) = check_plan("P", {name: {parameter: value}})
            assert fault.path == f"plans.P.{name}.{parameter}"
            assert str(value) in fault.value
            with pytest.raises(ValidationError):
                create({name: {parameter: value}})


@each
def test_it_cannot_be_changed(name: str, strategy: type[Strategy]) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        strategy().monthly = None  # type: ignore[misc,assignment]


@each
def test_it_goes_to_another_process_and_into_a_file_and_back(name: str, strategy: type[Strategy]) -> None:
    """Pickled between processes of a pool; written to a study as plain values."""
    numbers = {parameter: _another(field) for parameter, field in _numbers(strategy).items()}
    changed = strategy.model_validate({**numbers, "monthly": {"data": 7.0}})
    assert changed != strategy()
    assert ForkingPickler.loads(ForkingPickler.dumps(changed)) == changed
    assert strategy.model_validate(json.loads(json.dumps(changed.model_dump()))) == changed
    made, notes = create({name: changed.model_dump()})
    assert (made, notes) == ([changed], [])


def _numbers(strategy: type[Strategy]) -> dict[str, FieldInfo]:
    return {name: field for name, field in strategy.model_fields.items() if field.annotation in (bool, int, float)}


def _another(field: FieldInfo) -> bool | float:
    """Return an allowed value other than the default."""
    if field.annotation is bool:
        return not field.default
    limits = bounds(field)
    high = limits.get("le", limits.get("lt", field.default + 2.0))
    middle: float = (field.default + high) / 2.0
    return int(middle) if field.annotation is int else middle
