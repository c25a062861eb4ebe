"""A moment: a batch of shoppers whom a strategy meets, showing only what the store could know.

Everything is read-only; what a strategy does goes through ``Levers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation import draws
from simulation.trial import lot_purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.batch import Batch
    from simulation.profile import ProfileView
    from simulation.shop import Shop
    from simulation.study.response import Role

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Moment:
    """A batch of n shoppers, as one strategy meets them.

    Attributes:
        stage, role: where they are ("" and "care" for a strategy's own process).
        now: (n,) time in days.
        shelf: (n, m) products on the page, or None where there is no shelf.
        cart: (n,) whether this visit has filled a cart.
        profile: what the store has learnt, as far as the strategy declared and may see it.
        shop: the store.
        memory: what the strategy's ``start`` returned.
    """

    stage: str
    role: Role
    now: Floats
    shelf: Ints | None
    cart: NDArray[np.bool_]
    profile: ProfileView
    shop: Shop
    memory: Any
    _keys: NDArray[np.uint64] | None
    _batch: Batch
    _strategy: str

    @property
    def size(self) -> int:
        """Number of shoppers in the batch."""
        return int(self.now.size)

    @property
    def item(self) -> Ints:
        """Product in mind on this visit (n,), -1 if none yet."""
        return self._batch.lasting("item")

    @property
    def day_of_year(self) -> Floats:
        """Day of the year (n,), from 1 to below 366, of each shopper's own time."""
        return self.shop.day_of_year(self.now)

    def luck(self, purpose: str, where: Ints | None = None) -> Floats:
        """Return the strategy's own keyed uniform draws: the same shopper at the same occasion, the same luck.

        (n,) for all; (len(where),) for those of some indices.
        """
        return draws.uniforms(self._occasions(where), draws.purpose(f"{self._strategy}/{purpose}"))

    def lucks(self, purposes: Sequence[str], where: Ints | None = None) -> Floats:
        """Return ``luck`` for several purposes at once, (len(purposes), n) or (len(purposes), len(where))."""
        return draws.block(
            self._occasions(where), draws.purposes(*(f"{self._strategy}/{purpose}" for purpose in purposes))
        )

    def lot(self, purpose: str) -> Floats:
        """Return the strategy's own uniform draws (n,) that stay with a shopper on all occasions, as a cookie would."""
        return draws.uniforms(self._batch.lasting("key"), lot_purpose(self._strategy, purpose))

    def _occasions(self, where: Ints | None) -> NDArray[np.uint64]:
        """Return the keys of visits or, where there are none, of shoppers on this day: most moments ask for no luck."""
        if self._keys is not None:
            return self._keys if where is None else self._keys.take(where)
        batch, now = (self._batch, self.now) if where is None else (self._batch.only(where), self.now.take(where))
        return draws.child_keys(batch.lasting("key"), now.astype(np.int64))

    def only(self, where: NDArray[np.bool_] | Ints, memory: object = None, channel: str | None = None) -> Moment:
        """Return the moment of some of the shoppers; ``memory`` and ``channel`` are those of a strategy run here."""
        chosen = np.asarray(where.nonzero()[0] if where.dtype == np.bool_ else where, dtype=np.int64)
        batch, now = self._batch.only(chosen), self.now.take(chosen)
        return self.but(
            now=now,
            shelf=None if self.shelf is None else self.shelf.take(chosen, axis=0),
            cart=self.cart.take(chosen),
            profile=self.profile.of(batch, now, channel),
            memory=self.memory if memory is None else memory,
            _keys=None if self._keys is None else self._keys.take(chosen),
            _batch=batch,
        )

    def but(self, **changed: Any) -> Moment:
        """Return this moment with some fields changed, as ``dataclasses.replace`` does in twenty times the time."""
        other = object.__new__(Moment)
        object.__setattr__(other, "__dict__", self.__dict__ | changed)
        return other


@dataclass(frozen=True)
class Visited:
    """How visits ended in which a strategy acted.

    Attributes:
        item: (n,) product ordered or -1. revenue: (n,) in minor units. cart: (n,) whether a cart was filled.
        visitor: (n,) as ``ProfileView.visitor``; -1 where the store cannot tell who it was.
        now: (n,) time in days. memory: what the strategy's ``start`` returned.
    """

    item: Ints
    revenue: Ints
    cart: NDArray[np.bool_]
    visitor: Ints
    now: Floats
    memory: Any
