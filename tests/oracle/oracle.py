"""The oracle: the behaviour of the model written again as a plain SimPy program, one process per shopper, scalar code.

With the engine's keyed draws its orders must equal the engine's; with ordinary draws it is the program that a user
would have written, and the yardstick for speed. It takes the study, its catalogue and its segments' tastes as given,
sells without limit of stock, and knows the plan given.CORE. Must not use the engine's batches and levers.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from heapq import heappop, heappush, nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

import simpy

from tests.oracle.given import Given, Product, Stage, Way, chance, dot, log_odds, pick
from tests.oracle.people import Message, Sale, Shopper, Visit, believed, fit, learn, mail_odds

if TYPE_CHECKING:
    from simulation import Study
    from tests.oracle.luck import OrdinaryDraws

FIRST, RETURN, NEED, CLICK, DELIVERY = range(5)
Drivers = dict[str, float]
Life = Generator[simpy.Event, None, None]


class Oracle:
    """A store and its shoppers. ``run`` lives them through and fills ``shoppers``, ``sales`` and ``visits``."""

    def __init__(self, study: Study, plan: str, draws: OrdinaryDraws) -> None:
        self.study, self.draws, self.given, self.env = study, draws, Given(study, plan, draws), simpy.Environment()
        self.start, self.end = self.given.start, self.given.start + study.experiment.days
        dimensions = study.shoppers.taste_dimensions
        self.themes, self.themes_today = ([[0.0] * dimensions for _ in study.source] for _ in range(2))
        self.shoppers: list[Shopper] = []
        self.sales: list[Sale] = []
        self.visits, self.today = 0, -1

    def run(self) -> None:
        """Live through warm-up, horizon and follow-up."""
        self.env.process(self.arrivals())
        self.env.run(until=self.end + self.study.experiment.follow_up_days)

    # coming -----------------------------------------------------------------------------------------------------------
    def arrivals(self) -> Life:
        """Let new shoppers come, day by day."""
        calendar, per_day = self.study.calendar, self.study.experiment.visitors / self.study.experiment.days
        shares = [source.share for source in self.study.source]
        for day in range(math.ceil(self.end)):
            month = calendar.month[min(11, int((self.given.day_of_year(day) - 1) / 365.0 * 12))]
            weight = month * calendar.weekday[day % 7] / (sum(calendar.month) / 12 * sum(calendar.weekday) / 7)
            for key, time, source in self.draws.arrivals(day, per_day * weight, calendar.hour, shares):
                if time < self.end:
                    yield self.env.timeout(max(0.0, time - self.env.now))
                    self.welcome(key, time, source)

    def welcome(self, key: int, time: float, source: int, *, sent: bool = False) -> None:
        """Create a shopper who comes for the first time at a time, perhaps sent by a customer; start his life."""
        draws, given, people, own = self.draws, self.given, self.study.shoppers, self.draws.child(key, "nature", 0)
        concern = self.study.data.concern_weight * draws.normal(own, "concern")
        reason = pick(given.reasons[source], draws.uniform(own, "reason"))
        levels = {name: pick(shares, draws.uniform(own, name)) for name, shares in given.traits.items()}
        shopper = Shopper(
            key=key,
            source=source,
            reason=given.recommended if sent else reason,
            place=levels["place"],
            friction=self.study.device[levels["device"]].friction,
            taste=self.taste(key, levels | {"source": source}),
            readiness=people.readiness_spread * draws.normal(own, "readiness"),
            sensitivity=people.price_sensitivity
            * math.exp(people.price_sensitivity_spread * draws.normal(own, "sensitivity")),
            consent=draws.uniform(own, "consent") < chance(log_odds(self.study.data.consent) - concern),
            permission=draws.uniform(own, "permission") < people.email_at_first_visit,
            trust=people.first_trust,
            clarity=self.study.behaviour.typical_clarity / 2.0,
            onsite=[0.0] * (people.taste_dimensions + 1),
            purchases=[0.0] * (people.taste_dimensions + 1),
            due=[(time, FIRST, 0, None)],
        )
        self.shoppers.append(shopper)
        self.env.process(self.live(shopper))

    def taste(self, key: int, levels: dict[str, int]) -> list[float]:
        """Return a taste of unit variance: a part common to each segment, the rest the shopper's own."""
        segments = [self.given.tastes[name][level] for name, level in levels.items()]
        weight = min(1.0, self.study.shoppers.segment_taste)
        shared, own = weight / math.sqrt(len(segments)), math.sqrt(1.0 - weight**2)
        common = [shared * sum(values) for values in zip(*segments, strict=True)]
        return [own * self.draws.normal(key, f"taste {k}") + part for k, part in enumerate(common)]

    def live(self, s: Shopper) -> Life:
        """Wait for what is due next and let it happen; after the horizon its new customers are followed a while."""
        while s.due:
            time, kind, number, message = heappop(s.due)
            yield self.env.timeout(max(0.0, time - self.env.now))
            if s.lost or time >= max(self.end, s.followed_until):
                return
            if message is not None and kind == DELIVERY:
                self.deliver(s, time, message)
            elif kind in (FIRST, CLICK) or number == (s.visits if kind == RETURN else s.needs):
                self.visit(s, time, kind, number, message)

    # a visit ----------------------------------------------------------------------------------------------------------
    def visit(self, s: Shopper, time: float, kind: int, number: int, message: Message | None) -> None:
        """Enter, go from stage to stage, leave."""
        v = self.enter(s, time, kind, number)
        if kind in (FIRST, NEED):
            s.item, s.item_utility = None, -math.inf
            s.interest = pick(self.given.demand(int(time), s.place), self.draws.uniform(v.key, "category of interest"))
        if message is not None:
            self.bring(s, v, message)
        s.visits, s.furthest = s.visits + 1, -1
        self.visits += v.measured
        if v.cart and s.item is not None:
            s.cart = s.item
        if kind == NEED:
            self.plan_need(s, time, "need gap")
        while v.stage < len(self.given.stages):
            self.serve(s, v, self.given.stages[v.stage])
        s.last_visit = v.time
        if v.orders == 0:
            self.leave(s, v)

    def enter(self, s: Shopper, time: float, kind: int, number: int) -> Visit:
        """Begin a visit at its door."""
        given, study = self.given, self.study
        if kind in (FIRST, RETURN):
            s.own_visits += 1
            key = self.draws.child(s.key, "own visit", s.own_visits)
        else:
            key = self.draws.child(s.key, "need" if kind == NEED else "message", number)
        back = given.stages[s.furthest].back_to
        stage = {FIRST: 0, RETURN: back, NEED: given.need_door, CLICK: given.cart_door}[kind]
        why = study.repurchase.need_intent if kind == NEED else study.reason[s.reason].intent
        intent = s.readiness + study.source[s.source].intent + why
        intent += study.messages.click_intent if kind == CLICK else 0.0
        visit = Visit(key, kind, time, stage, intent, self.reference(s, time), self.fatigue(s, time))
        visit.measured, visit.cart = self.start <= time < self.end, given.stages[stage].fills_cart
        return visit

    def bring(self, s: Shopper, v: Visit, message: Message) -> None:
        """A click brings the message's offer, if it still holds, and its product to mind."""
        v.offer = message.offer if message.until >= v.time else 0.0
        if s.item is not message.product:
            s.item, s.interest = message.product, message.product.category
            s.item_utility = self.worth(s, v, message.product)

    def serve(self, s: Shopper, v: Visit, stage: Stage) -> None:
        """At a stage: see what is shown, think, choose a way, and follow it."""
        key, seen = self.draws.turned(v.key, v.passes), {"relevance": 0.0, "friction": s.friction}
        answered, extras = 0.0, None
        if stage.role == "entry" and self.given.smart:
            answered = self.show_content(s, v, seen)
        elif stage.role in ("browse", "compare"):
            self.look(s, v, self.shelf(s, stage, key))
        elif stage.role == "checkout" and s.item is not None:
            extras = self.extras(s, s.item)
        spent = self.draws.exponential(key, f"{stage.name}/dwell") * stage.dwell
        v.time, v.steps = v.time + spent, v.steps + 1
        forgotten = math.exp(-spent * 1440.0 / self.study.behaviour.clarity_minutes)
        s.clarity = 1.0 - (1.0 - s.clarity) * forgotten * (1.0 - answered)
        way = self.choose(stage, key, seen | self.drivers(s, v, stage))
        if stage.role == "checkout":
            self.ask_permission(s)
        if way.orders:
            self.order(s, v, extras)
        endless = v.steps >= self.study.funnel.most_steps and not way.orders
        self.move(s, v, stage, len(self.given.stages) if endless else way.target)

    def ask_permission(self, s: Shopper) -> None:
        """Who starts a first checkout leaves an address, some with a permission to write."""
        if s.messages == 0 and not s.asked:
            s.asked = True
            u = self.draws.uniform(s.key, "permission at checkout")
            s.permission |= u < self.study.messages.permission_at_checkout

    def drivers(self, s: Shopper, v: Visit, stage: Stage) -> Drivers:
        """Return the drivers of a choice but for those that the page has set; a discount seen is remembered."""
        how, elsewhere, match = self.study.behaviour, 0.0, 0.0
        if s.item is not None:
            elsewhere = s.item.competitor
            match = (s.item_utility - self.given.expected[s.interest]) / how.match_scale
        if v.offer > 0.0:
            known = self.reference(s, v.time)
            s.reference = min(0.0, known + min(0.0, how.reference_learning * (math.log1p(-v.offer) - known))), v.time
        trust, clarity = s.trust - self.study.shoppers.first_trust, s.clarity - how.typical_clarity
        price = math.log1p(-v.offer) - min(elsewhere, v.reference) + self.given.fee_felt(stage, s.item, v.offer)
        drivers = {"intent": v.intent, "clarity": clarity, "match": match, "price": price, "trust": trust}
        return drivers | {"urgency": 0.0, "proof": 0.0, "fatigue": v.fatigue}

    def choose(self, stage: Stage, key: int, x: Drivers) -> Way:
        """Return the way of the highest utility."""

        def utility(way: Way) -> float:
            return way.log_odds + sum(w * x[d] for d, w in way.weights) + self.draws.gumbel(key, way.purpose)

        return max(stage.ways, key=utility)

    def move(self, s: Shopper, v: Visit, stage: Stage, target: int) -> None:
        """Go where the choice leads; some stages fill the cart."""
        s.furthest = max(s.furthest, stage.place)
        v.passes += target < stage.place
        v.stage = target
        if target < len(self.given.stages) and self.given.stages[target].fills_cart:
            v.cart, s.cart = True, s.item
            if s.item is not None and s.consent:
                learn(s.onsite, s.item, self.study.behaviour.cart_weight)

    # products ---------------------------------------------------------------------------------------------------------
    def worth(self, s: Shopper, v: Visit, product: Product) -> float:
        """Return what a product is worth to a shopper on a visit."""
        if product.number not in v.noise:
            v.noise[product.number] = self.draws.noise(v.key, product.number)
        return self.given.liking(s.taste, product) - s.sensitivity * product.relative_price + v.noise[product.number]

    def best(self, s: Shopper, v: Visit, shelf: list[Product]) -> tuple[float, Product]:
        return max(((self.worth(s, v, product), product) for product in shelf), key=itemgetter(0))

    def shelf(self, s: Shopper, stage: Stage, key: int) -> list[Product]:
        """Return the products on the page: a systematic sample by popularity, its end filled by recommendations."""
        shelf = self.sample(s, self.draws.uniform(key, f"{stage.name}/shelf"))
        related = self.given.related
        if related is None:
            return shelf
        belief, precision = believed(*self.known_on_site(s))
        if precision >= related.precision:
            places, weight = min(related.places, len(shelf) - 1), related.rating_weight
            shelf[-places:] = nlargest(places, self.given.ranges[s.interest], lambda p: fit(belief, p, weight))
        return shelf

    def sample(self, s: Shopper, u: float) -> list[Product]:
        table, places = self.given.shelves[s.interest], self.study.catalogue.shelf
        turn = int(u * 4093.0 % 1.0 * places)
        return [table[int((u + (place + turn) % places) * (len(table) / places))] for place in range(places)]

    def look(self, s: Shopper, v: Visit, shelf: list[Product]) -> None:
        """Find the best on the shelf; it comes to mind if it beats what was in mind."""
        worth, seen = self.best(s, v, shelf)
        if worth > s.item_utility:
            s.item, s.item_utility = seen, worth
        if s.consent:
            learn(s.onsite, seen, self.study.behaviour.view_weight)

    def known_on_site(self, s: Shopper) -> list[list[float]]:
        """Return what the tools on the site know of a shopper: what was seen there, with one profile purchases too."""
        return [s.onsite, s.purchases] if self.study.data.unified else [s.onsite]

    # strategies on the page -------------------------------------------------------------------------------------------
    def show_content(self, s: Shopper, v: Visit, seen: Drivers) -> float:
        """Show the shopper's own theme or his source's; return the part of the questions that it answers."""
        smart, day = self.given.smart, int(v.time)
        if day > self.today:
            self.today = day
            for theme, news in zip(self.themes, self.themes_today, strict=True):
                theme[:] = map(sum, zip(theme, news, strict=True))
                news[:] = [0.0] * len(news)
        theme, precision = believed(s.onsite)
        if precision >= smart.precision:
            news = self.themes_today[s.source]
            news[:] = map(sum, zip(news, theme, strict=True))
        else:
            theme = self.themes[s.source]
        seen["relevance"] = dot(theme, s.taste) / max(math.hypot(*theme), 1e-9)
        returning = s.orders > 0 or (s.consent and s.visits > 1)
        seen["friction"] -= smart.usual if returning else 0.0
        return 0.0 if returning else float(smart.welcome)

    def extras(self, s: Shopper, item: Product) -> tuple[Product | None, Product]:
        """Return the complement offered along with an item, if any, and what is offered instead (perhaps the item)."""
        belief, offered = believed(*self.known_on_site(s))[0], (self.given.products[n] for n in item.complements)
        along = max(offered, key=lambda p: fit(belief, p, 1.0)) if self.given.cross else None
        return along, self.given.better(item)

    # the till ---------------------------------------------------------------------------------------------------------
    def order(self, s: Shopper, v: Visit, extras: tuple[Product | None, Product] | None) -> None:
        """Take an order and let its consequences follow."""
        study, costs = self.study, self.study.costs
        item = s.item or self.best(s, v, self.sample(s, self.draws.uniform(v.key, "substitute shelf")))[1]
        along, better = extras or (None, item)
        if self.worth(s, v, better) > self.worth(s, v, item) + study.basket.swap_threshold:
            item = better
        units = self.units(s, v)
        revenue, cost = item.price * units - round(item.price * units * v.offer), item.unit_cost * units
        if along is not None and along is not item:
            depth = self.given.cross.discount
            if self.worth(s, v, along) - s.sensitivity * math.log1p(-depth) > study.basket.extra_threshold:
                revenue, cost = revenue + along.price - round(along.price * depth), cost + along.unit_cost
        surprise = self.surprise(s, v, item)
        margin = revenue - cost - round(costs.fulfilment_per_order * study.store.minor_units) + self.given.fee
        base = log_odds(study.fulfilment.return_base) - study.fulfilment.return_weight * surprise
        if self.draws.uniform(v.key, "return") < chance(base):
            margin -= revenue - round(cost * costs.salvage) + round(costs.return_cost * study.store.minor_units)
        self.sales.append(Sale(s.key, v.time, item.number, revenue, margin, v.measured))
        s.item, v.orders = item, v.orders + 1
        learn(s.purchases, item, study.behaviour.purchase_weight)
        self.follow(s, v, surprise)

    def units(self, s: Shopper, v: Visit) -> int:
        rules = self.study.basket
        if s.basket < 0.0:
            s.basket = self.draws.gamma(s.key, "basket size", rules.spread) / rules.spread
        mean = rules.extra_units * s.basket * (rules.later_factor if s.orders else 1.0)
        return 1 + self.draws.poisson(v.key, "units", mean)

    def surprise(self, s: Shopper, v: Visit, item: Product) -> float:
        """Return what is received less what was expected."""
        noise = self.study.fulfilment.quality_noise * self.draws.normal(v.key, "quality")
        paid = math.log1p(-v.offer) - self.reference(s, v.time)
        return noise + 0.25 * math.tanh(0.5 * self.given.liking(s.taste, item)) - 0.5 * paid

    # what follows -----------------------------------------------------------------------------------------------------
    def follow(self, s: Shopper, v: Visit, surprise: float) -> None:
        """After an order: satisfaction, permission, dropout, later needs, referral."""
        study, draws, rules = self.study, self.draws, self.study.fulfilment
        key = draws.child(s.key, "order", s.orders)
        s.orders, s.cart = s.orders + 1, None
        s.trust = min(1.0, max(0.0, s.trust + rules.trust_weight * surprise))
        if s.orders == 1:
            s.permission |= draws.uniform(key, "permission at order") < study.messages.permission_at_order
            scale = study.repurchase.needs_per_order / (7.0 * study.repurchase.alpha)
            s.rate = draws.gamma(s.key, "purchase rate", study.repurchase.r) * scale
            s.dropout = draws.beta(s.key, "dropout probability", study.repurchase.a, study.repurchase.b)
            s.followed_until = v.time + 7.0 * math.ceil(study.experiment.ltv_days / 7.0) if v.measured else 0.0
            lost = rules.disappointment_dropout * max(0.0, -surprise)
        else:
            lost = chance(log_odds(s.dropout) - rules.dropout_weight * surprise)
            s.rate *= math.exp(rules.rate_weight * surprise)
        s.lost = draws.uniform(key, "dropout") < lost
        if not s.lost and s.orders == 1:
            self.plan_need(s, v.time, "need gap")
        elif not s.lost and v.kind != NEED and draws.uniform(key, "pull forward") < study.repurchase.pull_forward:
            self.plan_need(s, s.next_need, "need gap consumed")
        likely = rules.referral * math.exp(surprise) if surprise > -1.0 and v.time < self.end else 0.0
        if self.given.recommended >= 0 and draws.uniform(key, "referral") < likely:
            due = v.time + draws.exponential(key, "referral delay") * rules.referral_days
            source = pick(self.given.sources, draws.uniform(key, "source of the referred"))
            self.welcome(draws.referred(key), due, source, sent=True)

    def plan_need(self, s: Shopper, after: float, purpose: str) -> None:
        """Plan the next need an exponential gap after a time; it takes the place of one planned before."""
        s.needs += 1
        gap = self.draws.exponential(self.draws.child(s.key, "need gap", s.needs), purpose)
        s.next_need = after + gap / max(s.rate, 1e-12)
        heappush(s.due, (s.next_need, NEED, s.needs, None))

    def leave(self, s: Shopper, v: Visit) -> None:
        """After a visit without an order: a message about the cart; perhaps an own return."""
        recovery, rules, stage = self.given.recovery, self.study.leaving, self.given.stages[s.furthest]
        if recovery and v.cart and s.permission and s.consent and s.cart is not None:
            sent = v.time + recovery.delay_days
            message = Message(s.cart, recovery.discount, sent + self.study.messages.offer_days, s.orders, s.visits)
            heappush(s.due, (self.awake(sent), DELIVERY, s.visits, message))
        s.trust = max(0.0, s.trust - (rules.trust_loss if v.steps == 1 or v.cart else 0.0))
        odds = stage.back_odds + rules.intent_weight * v.intent - rules.fatigue_weight * self.fatigue(s, v.time)
        if self.draws.uniform(v.key, "return") < chance(odds) and s.own_visits < rules.most_visits:
            delay = stage.back_days * math.exp(stage.back_spread * self.draws.normal(v.key, "return delay"))
            heappush(s.due, (v.time + delay, RETURN, s.visits, None))

    def awake(self, time: float) -> float:
        """Return the minutes after the quiet hours for times in them, in their order."""
        rules = self.study.messages
        into, length = (time - rules.quiet_from / 24.0) % 1.0, ((rules.quiet_to - rules.quiet_from) % 24.0) / 24.0
        return time + (length - into) + 0.01 * into if into < length else time

    def deliver(self, s: Shopper, time: float, message: Message) -> None:
        """Deliver a message unless it is void or one too many; it may bring a visit, or end the permission."""
        rules, week = self.study.messages, int(time // 7.0)
        count = s.this_week[1] if s.this_week[0] == week else 0
        still = s.permission and s.orders == message.orders and s.visits == message.visits
        if not still or count >= rules.most_per_week:
            return
        s.this_week = (week, count + 1)
        key, tired, yes = self.draws.child(s.key, "message", s.messages), self.fatigue(s, time), {}
        known = math.exp(-(time - s.last_visit) / rules.forgetting_days)
        for what, odds in mail_odds(self.study, s, message, self.given.wanted(message.product), tired).items():
            yes[what] = self.draws.uniform(key, f"message/{what}") < chance(odds)
        if yes["open"] and yes["click"]:
            delay = self.draws.exponential(key, "message/click delay") * rules.click_hours / 24.0
            heappush(s.due, (time + delay, CLICK, s.messages, message))
        elif yes["open"] and yes["reminder"] and self.draws.uniform(key, "message/forgotten") > known:
            delay = self.draws.exponential(key, "message/reminder delay") * rules.reminder_days
            heappush(s.due, (time + delay, RETURN, s.visits, None))
        s.permission &= not yes["unsubscribe"]
        pressing = 1.0 + rules.pressing * math.exp(-(time - s.last_visit) * 24.0 / rules.pressing_hours)
        s.fatigue, s.trust = (tired + rules.fatigue * pressing, time), max(0.0, s.trust - rules.trust_loss * tired)
        s.messages += 1

    def fatigue(self, s: Shopper, time: float) -> float:
        """Return irritation by messages as it has decayed by a time."""
        return s.fatigue[0] * math.pow(0.5, (time - s.fatigue[1]) / self.study.messages.fatigue_days)

    def reference(self, s: Shopper, time: float) -> float:
        """Return the log reference price (0: the list price) as it has recovered by a time."""
        return s.reference[0] * math.pow(0.5, (time - s.reference[1]) / self.study.behaviour.reference_days)
