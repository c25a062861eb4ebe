"""Terms of the trade among units are told in plain words, and none that nothing uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.unit_words import UNIT_WORDS, explained, legend
from simulation import Study, library

if TYPE_CHECKING:
    from pydantic import BaseModel


def test_every_unit_explained_is_in_use() -> None:
    kinds: list[type[BaseModel]] = [Study, *library().strategies.values()]
    schemas = [str(kind.model_json_schema()) for kind in kinds]
    units = {unit for schema in schemas for unit in re.findall(r"'unit': '([^']*)'", schema)}
    assert set(UNIT_WORDS) <= units


def test_plain_units_need_no_words() -> None:
    assert explained("days") == ""
    told = [f"{unit}: {UNIT_WORDS[unit]}" for unit in ("utility", "log odds")]
    assert legend(["days", "utility", "log odds", "utility"]) == told
