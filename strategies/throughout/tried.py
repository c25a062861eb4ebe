"""Which strategies can be tried on some of the shoppers, with faults in plain words. Knows no strategy by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from simulation import library, model_faults

if TYPE_CHECKING:
    from simulation import Strategy


def tried(strategy: str) -> type[Strategy]:
    """Return the class of a strategy that can be tried.

    Raises:
        PydanticCustomError: if it is not installed, or changes the whole store and not what single shoppers meet.
    """
    known = library().strategies
    if strategy not in known:
        able = ", ".join(name for name, one in known.items() if not one.storewide)
        raise PydanticCustomError(
            "not_installed", "Is not an installed strategy: must be one of {able}", {"able": able}
        )
    if known[strategy].storewide:
        raise PydanticCustomError("storewide", "Changes the whole store: it cannot be tried on some of the shoppers")
    return known[strategy]


def tried_parameter(strategy: str | None, parameter: str) -> str:
    """Return a parameter that can be varied; of a strategy that is faulty itself (None) any.

    Raises:
        PydanticCustomError: if the strategy has no such number.
    """
    numbers = parameter if strategy is None else _numbers(strategy)
    if parameter not in numbers:
        able = {"strategy": strategy, "able": ", ".join(numbers)}
        raise PydanticCustomError("no_number", "Is not a number that {strategy} takes: must be one of {able}", able)
    return parameter


def _numbers(strategy: str) -> list[str]:
    return [name for name, field in tried(strategy).model_fields.items() if field.annotation in (bool, int, float)]


def tried_values(strategy: str | None, parameter: str | None, values: tuple[float, ...]) -> tuple[float, ...]:
    """Return values that can be tried one against the other.

    Raises:
        PydanticCustomError: if there are fewer than two, one stands twice, or the parameter does not take one.
    """
    if len(set(values)) < max(2, len(values)):
        raise PydanticCustomError("too_few", "Must be two different values or more")
    if strategy is not None and parameter is not None:
        for value in values:
            for fault in model_faults(tried(strategy), {parameter: value}, strategy):
                raise PydanticCustomError("refused", "{fault}", {"fault": str(fault)})
    return values
