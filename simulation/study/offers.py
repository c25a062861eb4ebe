"""How shoppers respond to what strategies offer beyond price and products: shipping, badges, points, pop-ups, friends.

Only data; the levers and those who act on their pulls use it. Nothing here matters until a strategy pulls such a lever,
except the shipping fee.
"""

from __future__ import annotations

from simulation.study.base import Section, portion, quantity, weight


class Offers(Section):
    """Response to offers other than products and discounts."""

    shipping_fee: float = quantity(0.0, "currency", "what shoppers pay for shipping; 0: it is in the prices", ge=0.0)
    fee_weight: float = quantity(1.0, "factor", "how much more a fee hurts than the same sum in the price", ge=0, le=10)
    padding: float = quantity(0.9, "factor", "half pad an order that lacks this many shipping fees", ge=0.0, le=100)
    padding_regret: float = quantity(0.2, "score", "how readily padded orders are sent back", ge=0.0, le=5.0)
    free_regret: float = quantity(
        0.05, "score", "how readily orders shipped free are sent back: riskier ones are placed", ge=0.0, le=5.0
    )
    category_relevance: float = quantity(0.5, "relevance", "content on the category looked for", ge=0.0, le=10.0)
    badge_weight: float = quantity(0.6, "utility", "what a full badge adds to a product, times proof", ge=0, le=10)
    address_rate: float = portion(0.05, "typical newcomers who leave an address in exchange for a 10 % offer")
    address_offer_weight: float = weight(6.0, "how much a deeper offer raises that")
    address_intent_weight: float = weight(1.0, "how much readier to leave one those are who came to buy")
    popup_friction: float = weight(0.06, "effort that a pop-up costs a typical shopper, more where privacy matters")
    help_rate: float = portion(0.10, "shoppers with all questions open who take up an offer to talk")
    stake_weight: float = weight(3.0, "how much saved points of one typical order's worth bind a customer")
    reward_response: float = quantity(
        5.0, "times", "friends whom a reward of a tenth of an order brings, per friend without one", ge=0.0, le=100.0
    )
    followers: float = quantity(150.0, "followers", "median customer's audience in social media", ge=0.0)
    followers_spread: float = quantity(1.3, "log sd", "its spread between customers", ge=0.0, le=5.0)
    follower_visits: float = quantity(
        1.0, "shoppers", "newcomers per follower, to the power 0.45, for a typical gift", ge=0.0, le=10
    )
