"""Who comes, when and why: store, traffic sources, reasons, devices, places, calendar, weather, what shoppers are like.

Only data; how shoppers are drawn from it is shoppers.py's business. Sources of the defaults stand in the shipped
studies.
"""

from __future__ import annotations

from simulation.study.base import Section, portion, quantity, weight


class Store(Section):
    """The store as a whole."""

    name: str = quantity("My store", "", "name of the store", min_length=1)
    currency: str = quantity("EUR", "ISO code", "currency of all amounts in this study", min_length=1, max_length=8)
    minor_units: int = quantity(100, "per unit", "minor units (cents) in one unit of currency", ge=1, le=10_000)
    visitors_per_year: int = quantity(500_000, "shoppers", "new shoppers who find the real store in a year", ge=1)


class Level(Section):
    """One level of a trait (a device, a place, an age band, a gender) and the share of shoppers who have it."""

    name: str = quantity(..., "", "name of the level", min_length=1)
    share: float = quantity(..., "weight", "relative share of new shoppers", ge=0.0)
    friction: float = weight(0.0, "effort that each step costs on top of the average")


class Source(Level):
    """A traffic source: where new shoppers come from."""

    intent: float = weight(0.0, "readiness to buy of those who come this way, against the average")
    cost_per_visit: float = quantity(0.0, "currency", "what the store pays for a visit from this source", ge=0.0)
    reasons: dict[str, float] = quantity({}, "weights", "its own mix of reasons; empty: the store's mix")


class Reason(Level):
    """A reason for a visit: came to buy, was recommended, killing time, attracted by the window."""

    intent: float = weight(0.0, "readiness to buy on a visit for this reason, against the average")
    referred: bool = quantity(False, "on/off", "the reason of those whom a customer sends")


class Calendar(Section):
    """When shoppers come: relative weights, each averaging about one."""

    first_day: int = quantity(1, "day of year", "day of the year on which the measured horizon starts", ge=1, le=365)
    weekday: tuple[float, ...] = quantity((1.0,) * 7, "weights", "Monday to Sunday", min_length=7, max_length=7)
    month: tuple[float, ...] = quantity((1.0,) * 12, "weights", "January to December", min_length=12, max_length=12)
    hour: tuple[float, ...] = quantity((1.0,) * 24, "weights", "hours of the day from 0", min_length=24, max_length=24)


class Weather(Section):
    """Cold spells, which change what shoppers of a place look for; how much by category is ``cold_demand``."""

    strength: float = quantity(
        0.0, "factor", "how much of cold_demand a cold day brings; 0: no weather", ge=0.0, le=10.0
    )
    spells_per_year: float = quantity(
        6.0, "spells", "mean number of cold spells of a place in a year", ge=0.0, le=100.0
    )
    spell_days: float = quantity(5.0, "days", "their mean length (geometric)", ge=1.0, le=60.0)
    month: tuple[float, ...] = quantity(
        (2.5, 2.0, 1.5, 0.5) + (0.0,) * 5 + (1.0, 2.0, 2.5),
        "weights",
        "when they begin: January to December",
        min_length=12,
        max_length=12,
    )
    shared: float = portion(0.6, "spells that come to all places at once; the others come to one")
    forecast_days: int = quantity(3, "days", "how far ahead the store hears of the weather", ge=0, le=14)
    forecast_error: float = portion(0.1, "days, per day ahead, of which the forecast knows no more than the season")


class Shoppers(Section):
    """What shoppers are like beneath the surface (nothing here can be read by a strategy)."""

    taste_dimensions: int = quantity(4, "dimensions", "length of the taste vector", ge=1, le=16)
    segment_taste: float = quantity(0.35, "sd", "how far the mean taste of a segment lies from the store's", ge=0, le=1)
    readiness_spread: float = quantity(0.6, "log odds", "lasting differences in readiness to buy (sd)", ge=0, le=5)
    price_sensitivity: float = quantity(2.6, "elasticity", "median price elasticity of product choice", ge=0, le=20)
    price_sensitivity_spread: float = quantity(0.35, "log sd", "its spread between shoppers", ge=0, le=2)
    urgency: float = quantity(0.5, "log odds", "mean response to a full-strength urgency message", ge=-5, le=5)
    urgency_spread: float = quantity(0.5, "log odds", "its spread between shoppers (sd)", ge=0, le=5)
    proof: float = quantity(0.5, "log odds", "mean response to full-strength social proof", ge=-5, le=5)
    proof_spread: float = quantity(0.5, "log odds", "its spread between shoppers (sd)", ge=0, le=5)
    first_trust: float = portion(0.5, "trust in the store at the first visit")
    email_at_first_visit: float = portion(
        0.06, "shoppers who leave an e-mail permission by themselves at a first visit"
    )


class Leaving(Section):
    """Coming back by oneself after leaving without an order."""

    intent_weight: float = weight(0.8, "how much readiness to buy raises the chance of coming back")
    fatigue_weight: float = weight(1.0, "how much irritation by messages lowers it")
    trust_loss: float = quantity(0.003, "trust", "brand lost by a bounce or a cart left behind", ge=0.0, le=1.0)
    most_visits: int = quantity(50, "visits", "a shopper who came this often without an order stays away", ge=1)


class Collection(Section):
    """What shoppers let the store record, by data collection point; privacy concern differs between them."""

    traffic: bool = quantity(True, "on/off", "how shoppers arrived")
    onsite: bool = quantity(True, "on/off", "what they view and put into the cart")
    email: bool = quantity(True, "on/off", "e-mail sent, opened, clicked")
    personal: bool = quantity(True, "on/off", "age band, gender, birthday, place")
    pixels: bool = quantity(True, "on/off", "social and search media pixels")
    purchases: bool = quantity(True, "on/off", "earlier purchases")
    search: bool = quantity(True, "on/off", "what they search for on the site")
    pricing: bool = quantity(True, "on/off", "prices and offers they were shown")
    unified: bool = quantity(
        True, "on/off", "one profile shared by all tools; off: each channel's tools see only its own"
    )
    consent: float = portion(0.75, "typical shopper's probability to consent to being recorded on the site")
    personal_consent: float = portion(0.45, "the same for personal data")
    concern_weight: float = weight(1.2, "how much privacy concern (standard normal) lowers consent")
    intrusion: float = portion(0.10, "trust lost when personal data is used openly without consent (average concern)")
