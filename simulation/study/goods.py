"""What is sold: catalogue, shelf, stock and suppliers, basket, and what selling costs.

Only data; catalogue.py, stock.py and choice.py turn it into products and behaviour.
"""

from __future__ import annotations

from simulation.study.base import Section, portion, quantity, weight


class Category(Section):
    """A category of products, from which a catalogue is drawn if products are not listed one by one."""

    name: str = quantity(..., "", "name of the category", min_length=1)
    share: float = quantity(..., "weight", "relative share of shoppers who look for it", ge=0.0)
    products: int = quantity(15, "products", "number of products to draw", ge=1, le=5000)
    price: float = quantity(..., "currency", "median price", gt=0.0)
    price_spread: float = quantity(0.4, "log sd", "spread of prices within the category", ge=0.0, le=3.0)
    unit_cost: float = portion(0.55, "cost of goods as a share of the list price")
    considered: float = portion(0.2, "how far it is a considered, durable purchase, where pressure is resented")
    season_peak: int = quantity(0, "day of year", "day of strongest demand; 0: none", ge=0, le=366)
    season_strength: float = quantity(0.0, "share", "how far demand swings around the year", ge=0.0, le=1.0)
    cold_demand: float = quantity(0.0, "share", "how much more it is looked for in a cold spell", ge=-1.0, le=20.0)


class Product(Section):
    """A product listed by hand; what is left out is drawn as for its category."""

    name: str = quantity(..., "", "name of the product", min_length=1)
    category: str = quantity(..., "", "name of its category", min_length=1)
    price: float = quantity(..., "currency", "list price", gt=0.0)
    unit_cost: float | None = quantity(None, "currency", "cost of one unit; default: the category's share", ge=0.0)
    popularity: float | None = quantity(None, "weight", "relative share of shelf; default: drawn", gt=0.0)
    quality: float | None = quantity(None, "utility", "appeal to everybody; default: drawn")


class Catalogue(Section):
    """The products and how they are shown."""

    seed: int = quantity(1, "", "seed of the drawn catalogue (the same in every replication and plan)", ge=0)
    category: tuple[Category, ...] = quantity(..., "", "the categories", min_length=1)
    product: tuple[Product, ...] = quantity(
        (), "", "products listed by hand (they replace the drawn ones of a category)"
    )
    shelf: int = quantity(6, "products", "products seen on a page", ge=1, le=50)
    taste_strength: float = quantity(0.9, "utility", "spread of utility through taste (sd)", ge=0.0, le=10.0)
    quality_spread: float = quantity(0.5, "utility", "spread of quality between products (sd)", ge=0.0, le=10.0)
    popularity_spread: float = quantity(0.8, "log sd", "spread of popularity between products", ge=0.0, le=5.0)
    competitor_spread: float = quantity(
        0.08, "log sd", "spread of competitors' price index around ours", ge=0.0, le=2.0
    )
    complements: int = quantity(3, "products", "complements of each product", ge=1, le=20)


class Stock(Section):
    """Stock and suppliers: a review every night orders what is missing up to the target (an (s, S) policy)."""

    cover_days: float = quantity(
        21.0, "days", "expected sales that an order brings on top of the reorder point", gt=0.0
    )
    lead_days: float = quantity(7.0, "days", "mean time from order to delivery (gamma, shape 4)", ge=0.0)
    safety: float = quantity(
        1.0, "sd", "safety stock in standard deviations of the demand while waiting", ge=0.0, le=10
    )
    memory_days: float = quantity(28.0, "days", "how long past sales count when sales are forecast", gt=0.0, le=3650)
    units_per_day: float = quantity(
        50.0, "units", "whole store's sales per day for which the first stock is made", gt=0.0
    )
    substitute: float = portion(0.5, "shoppers who take the next best product when theirs is sold out")
    unlimited: bool = quantity(False, "on/off", "nothing is ever sold out")


class Basket(Section):
    """From the item in mind to the order."""

    extra_units: float = quantity(0.8, "units", "mean units beyond the first of a new customer's order", ge=0.0, le=50)
    spread: float = quantity(1.5, "gamma shape", "evenness of basket size between shoppers (small: a few large)", gt=0)
    later_factor: float = quantity(1.3, "factor", "extra units of later orders against the first", ge=0.0, le=10)
    extra_threshold: float = quantity(
        4.0, "utility", "what an offered complement must surpass to be added", ge=-20, le=20
    )
    swap_threshold: float = quantity(
        2.5, "utility", "how much more an offered better product must be liked", ge=-20, le=20
    )


class Costs(Section):
    """What selling costs besides the goods."""

    fulfilment_per_order: float = quantity(
        6.0, "currency", "picking, packing, payment and shipping of an order", ge=0.0
    )
    return_cost: float = quantity(4.0, "currency", "handling of a returned order line", ge=0.0)
    salvage: float = portion(0.85, "share of a returned unit's cost that is recovered")
    email: float = quantity(0.002, "currency", "cost of one e-mail", ge=0.0)
    push: float = quantity(0.001, "currency", "cost of one push message", ge=0.0)
    advert: float = quantity(0.01, "currency", "cost of one advertisement in view", ge=0.0)


class Fulfilment(Section):
    """What happens after the order: quality as received, returns, satisfaction."""

    quality_noise: float = quantity(
        0.6, "score", "spread of what is received (sd); 0: no order ever surprises", ge=0, le=5
    )
    satisfaction: float = portion(0.72, "satisfaction with an order that is just as expected")
    return_base: float = portion(0.176, "probability that an order line that is just as expected is sent back")
    return_weight: float = weight(0.8, "how much a disappointing order raises it")
    disappointment_dropout: float = portion(0.10, "first-time customers lost per unit of disappointment")
    dropout_weight: float = weight(0.25, "how much satisfaction lowers dropout of repeat customers")
    rate_weight: float = weight(0.05, "how much satisfaction raises the rate of later needs")
    trust_weight: float = quantity(0.08, "trust", "trust gained per unit of positive surprise", ge=0.0, le=1.0)
    sold_out_trust: float = quantity(0.05, "trust", "trust lost when the chosen product is sold out", ge=0.0, le=1.0)
    urgency_sold_out_trust: float = quantity(
        0.10, "trust", "further loss after a message had urged to hurry", ge=0, le=1
    )
    referral: float = portion(0.03, "happy customers' probability to send a new shopper after an order")
    referral_days: float = quantity(7.0, "days", "mean delay until the referred shopper comes", gt=0.0)
