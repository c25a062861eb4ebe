"""The finished result of one run: small additive tables of integers, so that replications and shards add up exactly.

Knows nothing of how the numbers came about (ledger.py), of ratios (metrics.py) or of files.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

MICRO = 1_000_000
"""Scores such as satisfaction are summed as integers of a millionth, so that sums do not depend on their order."""


class Table(NamedTuple):
    """A labelled block of additive integers.

    Attributes:
        axes: (axis name, labels) per dimension, in the order of ``values``' dimensions.
        values: int64 array whose shape is the lengths of the labels; money in minor units (cents).
    """

    axes: tuple[tuple[str, tuple[str, ...]], ...]
    values: NDArray[np.int64]

    def at(self, *labels: str) -> int:
        """Return the entry under ``labels``, one per axis; KeyError names an unknown label."""
        return int(self.values[tuple(self._index(axis, label) for axis, label in enumerate(labels))])

    def column(self, label: str) -> NDArray[np.int64]:
        """Return the slice of the last axis under ``label`` (shape: all axes but the last)."""
        column: NDArray[np.int64] = self.values[..., self._index(len(self.axes) - 1, label)]
        return column

    def _index(self, axis: int, label: str) -> int:
        name, labels = self.axes[axis]
        if label not in labels:
            raise KeyError(f"{name} has no {label!r}; it has {', '.join(labels)}")
        return labels.index(label)


@dataclass(frozen=True)
class Facts:
    """What one needs to read the tables; equal for all replications of a plan.

    ``share`` is the simulated share of the store's traffic (counts and money divided by it give the whole store).
    """

    plan: str
    currency: str
    minor_units: int
    share: float
    warm_up_days: float
    horizon_days: float
    follow_up_days: float
    ltv_days: float
    discount_rate: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcomes:
    """The additive tables of one run (or of several added up), with the facts needed to read them."""

    facts: Facts
    tables: dict[str, Table]
    replications: int = 1

    def __add__(self, other: Outcomes) -> Outcomes:
        """Pool two runs of the same plan; ValueError if facts or table layouts differ."""
        if self.facts != other.facts or self.tables.keys() != other.tables.keys():
            raise ValueError(f"runs of {self.facts.plan!r} and {other.facts.plan!r} have different layouts: cannot add")
        summed = {name: Table(t.axes, t.values + other.tables[name].values) for name, t in self.tables.items()}
        return replace(self, tables=summed, replications=self.replications + other.replications)

    def total(self, measure: str) -> int:
        """Return one entry of the ``totals`` table."""
        return self.tables["totals"].at(measure)

    def to_bytes(self) -> bytes:
        """Serialise: a JSON line (facts, axes) and the tables as an uncompressed npz without pickled objects."""
        axes = {name: table.axes for name, table in self.tables.items()}
        head = {"facts": asdict(self.facts), "axes": axes, "replications": self.replications}
        body = io.BytesIO()
        np.savez(body, allow_pickle=False, **{name: self.tables[name].values for name in sorted(self.tables)})
        return json.dumps(head, sort_keys=True).encode() + b"\n" + body.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Outcomes:
        """Read back what ``to_bytes`` wrote; ValueError if the bytes are not that."""
        line, _, body = data.partition(b"\n")
        try:
            head = json.loads(line)
            notes = tuple(head["facts"].pop("notes"))
            facts = Facts(**head["facts"], notes=notes)
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                tables = {name: Table(_axes(axes), arrays[name]) for name, axes in head["axes"].items()}
            return cls(facts, tables, head["replications"])
        except (ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise ValueError(f"these bytes are no outcomes: {error!r}") from error

    def digest(self) -> str:
        """Return a hash of all labels and numbers but the plan's name: equal digests mean byte-equal outcomes."""
        state = hashlib.sha256(json.dumps({**asdict(self.facts), "plan": "", "notes": []}, sort_keys=True).encode())
        for name in sorted(self.tables):
            state.update(json.dumps([name, self.tables[name].axes]).encode())
            state.update(np.ascontiguousarray(self.tables[name].values).tobytes())
        return state.hexdigest()


def _axes(raw: list[list[object]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((str(name), tuple(str(label) for label in labels)) for name, labels in raw)  # type: ignore[attr-defined]
