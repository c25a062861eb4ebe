"""Which strategies can be tried on some of the shoppers, with faults in plain words. Knows no strategy by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from simulation import library

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
