"""Keyed random draws: the only owner of randomness.

Every number is a pure function of (replication seed, shopper, occasion, purpose); no stream is shared. So a strategy
that acts on one shopper changes nobody else's luck, plans meet the same shoppers with the same luck, and results depend
neither
on batch sizes nor on the number of workers. Must not know what the draws are for: purposes are names, hashed once.

The hash is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"),
applied once per level of the key.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ITEM = np.uint64(0xD1342543DE82EF95)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_EXPONENT = np.uint64(0x3FF0000000000000)


def _mix(x: Keys) -> Keys:
    """Scramble ``x`` in place (SplitMix64 finaliser) and return it."""
    y = x >> _S30
    x ^= y
    x *= _M1
    np.right_shift(x, _S27, out=y)
    x ^= y
    x *= _M2
    np.right_shift(x, _S31, out=y)
    x ^= y
    return x


@lru_cache(maxsize=4096)
def purpose(name: str) -> np.uint64:
    """Return the key of a purpose; third parties prefix theirs with their strategy's id and cannot collide."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big"))


@lru_cache(maxsize=4096)
def purposes(*names: str) -> Keys:
    """Return the keys of several purposes as a column, ready to be drawn in one block."""
    keys = np.array([purpose(name) for name in names], dtype=np.uint64)[:, None]
    keys.flags.writeable = False
    return keys


def replication_key(seed: int, replication: int, domain: str) -> np.uint64:
    """Return the root key of a replication for one domain ("shopper", "arrivals", "world" …)."""
    digest = hashlib.blake2b(f"{seed}/{replication}/{domain}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "big"))


def child_keys(parent: Keys | np.uint64, ids: NDArray[np.integer]) -> Keys:
    """Return keys one level down: for each id (a shopper's number, an occasion) below its parent, same shape."""
    key = ids.astype(np.uint64)
    key += np.uint64(1)
    key *= _GOLDEN
    key ^= parent
    return _mix(key)


def _unit(x: Keys) -> Floats:
    """Turn scrambled keys, in place, into numbers strictly inside (0, 1): (the first 52 bits + 0.5) / 2**52, exactly.

    With the exponent of 1 before them the bits are a number from 1 to 2, which spares a conversion.
    """
    np.right_shift(x, _S12, out=x)
    x |= _EXPONENT
    u = x.view(np.float64)
    u -= 1.0 - 2.0**-53
    return u


def uniforms(keys: Keys, what: np.uint64) -> Floats:
    """Return one uniform draw in (0, 1) per key for one purpose (same shape as ``keys``)."""
    return _unit(_mix(keys ^ what))


def block(keys: Keys, what: Keys) -> Floats:
    """Return draws for several purposes at once: shape (purposes, keys); ``what`` comes from ``purposes``."""
    return _unit(_mix(keys ^ what))


def by_item(keys: Keys, what: np.uint64, items: NDArray[np.integer]) -> Floats:
    """Return draws that belong to (key, purpose, item): shape of ``items``, whose first axis runs along ``keys``.

    The same item has the same luck wherever it stands, so that a shelf rearranged by a strategy keeps it.
    """
    key = items.astype(np.uint64)
    key *= _ITEM
    key ^= (keys ^ what)[:, None] if items.ndim == 2 else keys ^ what
    return _unit(_mix(key))


def gumbel(u: Floats) -> Floats:
    """Turn uniform draws into standard Gumbel noise, in place."""
    np.log(u, out=u)
    np.negative(u, out=u)
    np.log(u, out=u)
    return np.negative(u, out=u)


def exponential(u: Floats) -> Floats:
    """Turn uniform draws into exponential ones of mean 1."""
    return -np.log(u)


def logistic(u: Floats) -> Floats:
    """Turn uniform draws into standard logistic ones: below log odds with just their probability."""
    drawn: Floats = np.log(u / (1.0 - u))
    return drawn


def normal(u: Floats) -> Floats:
    """Turn uniform draws into standard normal ones (inverse distribution function)."""
    from scipy.special import ndtri

    return np.asarray(ndtri(u))


def gamma(u: Floats, shape: float) -> Floats:
    """Turn uniform draws into gamma ones of the given shape and scale 1 (inverse distribution function)."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, u))


def beta(u: Floats, a: float, b: float) -> Floats:
    """Turn uniform draws into beta ones (inverse distribution function)."""
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, u))


def poisson(u: Floats, mean: Floats | float, most: int = 60) -> NDArray[np.int64]:
    """Turn uniform draws into Poisson ones of the given means (inversion, capped at ``most``)."""
    mean = np.broadcast_to(np.asarray(mean, dtype=np.float64), u.shape)
    count = np.zeros(u.shape, dtype=np.int64)
    term = np.exp(-mean)
    below = term.copy()
    for k in range(1, most + 1):
        more = u > below
        if not more.any():
            break
        count += more
        term = term * mean / k
        below += term
    return count


def level(u: Floats, cumulative: Floats) -> NDArray[np.intp]:
    """Turn uniform draws into indices of a categorical distribution with the given cumulative shares."""
    return np.minimum(np.searchsorted(cumulative, u, side="right"), cumulative.size - 1)


def generator(seed: int, replication: int, domain: str, *ids: int) -> np.random.Generator:
    """Return a generator of its own for one world event (arrivals of a block, a supplier's order), keyed likewise."""
    key = [int(replication_key(seed, replication, domain)), *ids]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
