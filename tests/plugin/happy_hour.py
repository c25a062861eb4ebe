"""Happy hour: a discount at the till in the early evening. A complete strategy from a third party."""

from simulation import Levers, Moment, Strategy, portion


class HappyHour(Strategy):
    """A discount for everybody who is at the till between five and seven."""

    id = "happy_hour"
    title = "Happy hour"
    about = "offers a discount at the till between five and seven in the evening"
    kind = "contextual"
    roles = ("checkout",)
    depth: float = portion(0.1, "discount")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Offer the discount."""
        hour = moment.now % 1.0 * 24.0
        levers.discount((hour >= 17.0) & (hour < 19.0), self.depth)
