"""Shoppers as rows of columns (a struct of arrays): what they are like (truth) and where they stand (state).

Only the engine reads these columns; what the store may know of them is profile.py's business. Must not know of funnels,
strategies or time passing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.draws import Keys
    from simulation.study import Level, Study

NEVER = -np.inf
NONE = -1
ATTRACTED = -2
"""As a referrer: nobody, a strategy brought the shopper; lower by the number of its campaign."""

ROOM = 1.08
"""Rows for each shopper expected: strategies bring a few per cent more, and growing copies every column."""

COLUMNS: dict[str, tuple[Any, Any]] = {
    # truth
    "key": (np.uint64, 0),
    "source": (np.int8, 0),
    "reason": (np.int8, 0),
    "device": (np.int8, 0),
    "place": (np.int8, 0),
    "age": (np.int8, 0),
    "gender": (np.int8, 0),
    "readiness": (np.float64, 0.0),
    "sensitivity": (np.float64, 0.0),
    "urgency": (np.float64, 0.0),
    "proof": (np.float64, 0.0),
    "concern": (np.float64, 0.0),
    "birthday": (np.int16, 1),
    "rate": (np.float32, 0.0),
    "dropout": (np.float32, 0.0),
    "referrer": (np.int32, NONE),
    # state
    "interest": (np.int64, 0),
    "first_visit": (np.float64, NEVER),
    "last_visit": (np.float64, NEVER),
    "furthest": (np.int8, NONE),
    "clarity": (np.float64, 0.0),
    "item": (np.int64, NONE),
    "item_utility": (np.float64, NEVER),
    "cart": (np.int32, NONE),
    "trust": (np.float64, 0.5),
    "satisfaction": (np.float32, np.nan),
    "fatigue": (np.float64, 0.0),
    "fatigue_at": (np.float64, 0.0),
    "reference": (np.float64, 0.0),
    "reference_at": (np.float64, 0.0),
    "offer_seen": (np.float32, 0.0),
    "permission": (np.bool_, False),
    "consent": (np.bool_, False),
    "personal_consent": (np.bool_, False),
    "visits": (np.int32, 0),
    "own_visits": (np.int32, 0),
    "return_token": (np.int32, 0),
    "orders": (np.int32, 0),
    "first_order": (np.float64, np.inf),
    "last_order": (np.float64, NEVER),
    "revenue": (np.int64, 0),
    "margin": (np.int64, 0),
    "needs": (np.int32, 0),
    "next_need": (np.float64, np.inf),
    "lost": (np.bool_, False),
    "seen": (np.bool_, False),
    "bought": (np.bool_, False),
    "cohort": (np.bool_, False),
    "on_site": (np.bool_, False),
    "messages": (np.int32, 0),
    "stake": (np.int64, 0),
    "left_item": (np.int32, NONE),
    "wish": (np.int32, NONE),
    "muted": (np.bool_, False),
    "reached": (np.uint64, 0),
    "scratch": (np.int32, 0),
}


class Shoppers:
    """All shoppers of a run; columns (see ``COLUMNS``) are attributes of the length of the capacity, and grow."""

    taste: NDArray[np.float64]
    key: NDArray[np.uint64]
    source: NDArray[np.int8]
    reason: NDArray[np.int8]
    device: NDArray[np.int8]
    place: NDArray[np.int8]
    age: NDArray[np.int8]
    gender: NDArray[np.int8]
    readiness: NDArray[np.float64]
    sensitivity: NDArray[np.float64]
    urgency: NDArray[np.float64]
    proof: NDArray[np.float64]
    concern: NDArray[np.float64]
    birthday: NDArray[np.int16]
    rate: NDArray[np.float32]
    dropout: NDArray[np.float32]
    referrer: NDArray[np.int32]
    interest: NDArray[np.int64]
    first_visit: NDArray[np.float64]
    last_visit: NDArray[np.float64]
    furthest: NDArray[np.int8]
    clarity: NDArray[np.float64]
    item: NDArray[np.int64]
    item_utility: NDArray[np.float64]
    cart: NDArray[np.int32]
    trust: NDArray[np.float64]
    satisfaction: NDArray[np.float32]
    fatigue: NDArray[np.float64]
    fatigue_at: NDArray[np.float64]
    reference: NDArray[np.float64]
    reference_at: NDArray[np.float64]
    offer_seen: NDArray[np.float32]
    permission: NDArray[np.bool_]
    consent: NDArray[np.bool_]
    personal_consent: NDArray[np.bool_]
    visits: NDArray[np.int32]
    own_visits: NDArray[np.int32]
    return_token: NDArray[np.int32]
    orders: NDArray[np.int32]
    first_order: NDArray[np.float64]
    last_order: NDArray[np.float64]
    revenue: NDArray[np.int64]
    margin: NDArray[np.int64]
    needs: NDArray[np.int32]
    next_need: NDArray[np.float64]
    lost: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    bought: NDArray[np.bool_]
    cohort: NDArray[np.bool_]
    on_site: NDArray[np.bool_]
    messages: NDArray[np.int32]
    stake: NDArray[np.int64]
    left_item: NDArray[np.int32]
    wish: NDArray[np.int32]
    muted: NDArray[np.bool_]
    reached: NDArray[np.uint64]
    scratch: NDArray[np.int32]

    def __init__(self, expected: int, dimensions: int) -> None:
        """Make room for the shoppers ``expected`` and those brought beside; tastes are vectors of ``dimensions``."""
        self.size = 0
        self.capacity = max(16, round(ROOM * expected))
        self.taste = np.zeros((self.capacity, dimensions))
        for name, (dtype, _) in COLUMNS.items():
            setattr(self, name, np.zeros(self.capacity, dtype=dtype))

    def add(self, keys: Keys) -> NDArray[np.int64]:
        """Append shoppers with these keys and return their rows."""
        first, self.size = self.size, self.size + keys.size
        if self.size > self.capacity:
            self._grow(max(self.size, self.capacity * 3 // 2))
        for name, fill in _FILLED.items():
            getattr(self, name)[first : self.size] = fill
        self.key[first : self.size] = keys
        return np.arange(first, self.size)

    def _grow(self, capacity: int) -> None:
        extra = capacity - self.capacity
        self.taste = np.concatenate([self.taste, np.zeros((extra, self.taste.shape[1]))])
        for name, (dtype, _) in COLUMNS.items():
            setattr(self, name, np.concatenate([getattr(self, name), np.zeros(extra, dtype=dtype)]))
        self.capacity = capacity


_FILLED = {name: fill for name, (_, fill) in COLUMNS.items() if fill}
"""What columns begin with, where it is not zero."""

_TRAITS = draws.purposes(
    *(
        "reason",
        "device",
        "place",
        "age",
        "gender",
        "category",
        "readiness",
        "sensitivity",
        "urgency",
        "proof",
        "concern",
    ),
    *("birthday", "consent", "personal consent", "permission"),
)


class Nature:
    """Draws what new shoppers are like from the study; one per run."""

    def __init__(self, study: Study) -> None:
        """Prepare cumulative shares but the last, so that counting those below gives a level, and segments' tastes."""
        self.study = study
        self.reasons = np.stack([_reason_mix(study, source.reasons) for source in study.source], axis=1)
        self.traits: dict[str, tuple[Level, ...]] = {
            "device": study.device,
            "place": study.place,
            "age": study.age,
            "gender": study.gender,
        }
        self.mixes = {name: cumulative([level.share for level in levels])[:-1] for name, levels in self.traits.items()}
        self.tastes = {"source": self._segment_tastes("source", len(study.source))}
        self.tastes |= {name: self._segment_tastes(name, len(levels)) for name, levels in self.traits.items()}

    def _segment_tastes(self, trait: str, levels: int) -> NDArray[np.float64]:
        """Return the mean taste (levels, K) of a trait's levels: fixed by the catalogue's seed, equal in all plans."""
        rng = draws.generator(self.study.catalogue.seed, 0, f"segment taste {trait}")
        return rng.standard_normal((levels, self.study.shoppers.taste_dimensions))

    def create(self, shoppers: Shoppers, keys: Keys, source: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add shoppers with these keys and sources, draw all their traits, and return their rows."""
        rows = shoppers.add(keys)
        new = slice(shoppers.size - keys.size, shoppers.size)
        u = draws.block(draws.child_keys(keys, np.zeros(keys.size, dtype=np.int64)), _TRAITS)
        shoppers.source[new] = source
        shoppers.reason[new] = sum(u[0] > bound.take(source) for bound in self.reasons)
        for place, name in enumerate(self.traits, start=1):
            getattr(shoppers, name)[new] = sum(u[place] >= bound for bound in self.mixes[name])
        self._draw_leanings(shoppers, new, u)
        self._draw_taste(shoppers, new)
        return rows

    def _draw_leanings(self, shoppers: Shoppers, new: slice, u: NDArray[np.float64]) -> None:
        s, data = self.study.shoppers, self.study.data
        readiness, sensitivity, urgency, proof, concern = draws.normal(u[6:11])
        shoppers.readiness[new] = s.readiness_spread * readiness
        shoppers.sensitivity[new] = s.price_sensitivity * np.exp(s.price_sensitivity_spread * sensitivity)
        shoppers.urgency[new] = s.urgency + s.urgency_spread * urgency
        shoppers.proof[new] = s.proof + s.proof_spread * proof
        shoppers.concern[new] = concern
        shoppers.birthday[new] = 1 + (365 * u[11]).astype(np.int16)
        shoppers.trust[new] = s.first_trust
        willing = logit(u[12:14]) + data.concern_weight * concern
        shoppers.consent[new] = willing[0] < _log_odds(data.consent)
        shoppers.personal_consent[new] = willing[1] < _log_odds(data.personal_consent)
        shoppers.permission[new] = u[14] < s.email_at_first_visit
        shoppers.interest[new] = NONE  # drawn at the first visit, when the season is known
        shoppers.clarity[new] = self.study.behaviour.typical_clarity / 2.0

    def _draw_taste(self, shoppers: Shoppers, new: slice) -> None:
        """Taste has unit variance: a part common to each segment, the rest the shopper's own."""
        names = [f"taste {k}" for k in range(shoppers.taste.shape[1])]
        own = draws.normal(draws.block(shoppers.key[new], draws.purposes(*names)))
        common = np.zeros_like(shoppers.taste[new])
        for name, table in self.tastes.items():
            common += table.take(getattr(shoppers, name)[new], axis=0)
        part = min(1.0, self.study.shoppers.segment_taste)
        own *= np.sqrt(1.0 - part**2)
        common *= part / np.sqrt(len(self.tastes))
        np.add(own.T, common, out=shoppers.taste[new])


def cumulative(shares: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cumulative distribution of relative shares (all zero: uniform)."""
    weights = np.asarray(shares, dtype=np.float64)
    weights = weights if weights.sum() > 0 else np.ones_like(weights)
    running: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    return running


def logit(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log odds of probabilities strictly inside (0, 1)."""
    odds: NDArray[np.float64] = np.log(p / (1.0 - p))
    return odds


def _log_odds(p: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(p) - np.log1p(-p))


def _reason_mix(study: Study, own: dict[str, float]) -> NDArray[np.float64]:
    """Return the cumulative mix of reasons but the last bound, so that counting bounds below a draw gives the index."""
    shares = [own.get(reason.name, 0.0) for reason in study.reason] if own else [r.share for r in study.reason]
    return cumulative(shares)[:-1]
