"""Units that are terms of the trade, in plain words: beside fields of the app and below the command line's tables.

Knows no form and no printing.
"""

from __future__ import annotations

from collections.abc import Iterable

UNIT_WORDS = {
    "log odds": "added to the log of the odds: 0.1 makes it about a tenth likelier, 0.7 doubles the odds",
    "utility": "liking: 1 more makes a product 2.7 times as likely to be chosen as an equal one",
    "log sd": "spread of the logarithm: with 0.5 two of three lie between 0.6 and 1.65 times the middle",
    "sd": "standard deviations: two of three lie within one of the mean",
    "precision": "how much is known of a shopper's taste: each look, cart and order adds to it",
    "weight": "counts relative to the others: twice the weight, twice the share",
    "elasticity": "per cent of change that one per cent of price brings",
}


def explained(unit: str) -> str:
    """Return a unit in plain words, "" if it needs none."""
    return UNIT_WORDS.get(unit, "")


def legend(units: Iterable[str]) -> list[str]:
    """Return a line for each of the units that needs one, in the order in which they come first."""
    return [f"{unit}: {UNIT_WORDS[unit]}" for unit in dict.fromkeys(units) if unit in UNIT_WORDS]
