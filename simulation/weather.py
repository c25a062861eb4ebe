"""The weather: cold spells by place and day, and what the store hears of them beforehand.

Drawn once per replication by keys of its own, so that it is the same in every plan. Must not know what the cold does to
demand (catalogue.py, door.py), nor what strategies make of the forecast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.study import Study

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

SHARED = 0
"""Number of the stream of spells that come to all places; place p has stream p + 1."""


def cold_days(study: Study, replication: int, days_of_year: Floats) -> Flags:
    """Return which days of a run are cold where, (days, places): inside a spell of that place or of all places.

    Spells begin as a Poisson process by month, last a geometric number of whole days, and may overlap. A longer run
    begins with the same weather, and a further place leaves that of the others as it is.
    """
    rate, share = _beginning(study, days_of_year), study.weather.shared
    everywhere = _spells(study, replication, SHARED, share * rate)
    own = [_spells(study, replication, place + 1, (1.0 - share) * rate) for place in range(len(study.place))]
    return np.stack(own, axis=1) | everywhere[:, None]


def _beginning(study: Study, days_of_year: Floats) -> Floats:
    """Return the mean number of spells that begin in one place on each day (days,); none without a strength."""
    weather, months = study.weather, np.asarray(study.weather.month)
    if weather.strength == 0.0 or not months.any():
        return np.zeros(days_of_year.size)
    month = np.minimum(11, ((days_of_year - 1.0) / 365.0 * 12.0).astype(np.intp))
    rate: Floats = weather.spells_per_year / 365.0 * months[month] / months.mean()
    return rate


def _spells(study: Study, replication: int, stream: int, rate: Floats) -> Flags:
    """Return the days (days,) inside one stream's spells."""
    u = draws.generator(study.experiment.seed, replication, "weather", stream).uniform(size=(rate.size, 2))
    with np.errstate(divide="ignore"):  # spells of one day: log 0, and no day is added
        added = np.floor(np.log(1.0 - u[:, 1]) / np.log1p(-1.0 / study.weather.spell_days))
    day = np.arange(rate.size)
    ends = np.where(u[:, 0] < -np.expm1(-rate), day + added + 1.0, 0.0)
    inside: Flags = np.maximum.accumulate(ends) > day
    return inside


class Forecast:
    """What the store may know of the weather: each day is told as it is, and the next few with growing doubt.

    What the forecast of a day does not know, it guesses from how often the season is cold; as the day comes nearer
    the forecast is put right, never wrong again.

    Attributes:
        days: how many days ahead it tells.
        cold_demand: (C,) how much more each category is looked for in a cold spell, as earlier winters have shown.
    """

    def __init__(self, study: Study, replication: int, cold: Flags, days_of_year: Floats, cold_demand: Floats) -> None:
        """Prepare what will be told of each day, by days ahead, days and places; the last place is the unknown one."""
        self.days, self.cold_demand = study.weather.forecast_days, cold_demand
        self.cold_demand.flags.writeable = False
        seed, places = study.experiment.seed, range(cold.shape[1])
        u = [draws.generator(seed, replication, "forecast", p).uniform(size=(cold.shape[0], 2)) for p in places]
        doubt, guess = np.stack(u, axis=1).transpose(2, 0, 1)
        usual = -np.expm1(-_beginning(study, days_of_year) * study.weather.spell_days)
        ignorance = 1.0 - (1.0 - study.weather.forecast_error) ** np.arange(self.days + 1)
        told = np.where(doubt < ignorance[:, None, None], guess < usual[:, None], cold)
        shares = np.array([place.share for place in study.place])
        self._told: Flags = np.concatenate([told, (told @ shares > shares.sum() / 2.0)[..., None]], axis=2)
        self._announced = 0

    def announce(self, day: int) -> None:
        """Publish the forecast made for a day of the run and those after it."""
        self._announced = day

    def cold(self, now: Floats, place: Ints, ahead: int = 0) -> Flags:
        """Return whether it will be cold (n,), as was announced on the days of ``now``.

        Args:
            now: (n,) times in days.
            place: (n,) indices of places; -1, unknown: where more than half of the shoppers live.
            ahead: days after those of ``now``, 0 (today) to ``days``.

        Raises:
            ValueError: if that is further than the forecast reaches.
        """
        if not 0 <= ahead <= self.days:
            raise ValueError(f"ahead = {ahead}: must be from 0 to {self.days}")
        today = np.floor(now).astype(np.intp)
        lead = np.minimum(today + ahead - np.minimum(today, self._announced), self.days)
        told: Flags = self._told[lead, np.minimum(today + ahead, self._told.shape[1] - 1), place]
        return told
