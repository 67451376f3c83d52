"""What the demo's customers did, from the first day to now, in the order of time."""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.demo.content_types import DemoMerchant
from portal.demo.seed_visitor import Visitor
from portal.selfservice.login_links import LoginLink

FIRST_DAYS = 760

Step = Callable[[datetime], object]


class History:
    """Runs the steps of all customers of a merchant, the earliest first."""

    def __init__(
        self,
        content: DemoMerchant,
        merchant: Merchant,
        link: LoginLink,
        prices: dict[str, Price],
        until: datetime,
    ) -> None:
        self.content = content
        self.merchant = merchant
        self.link = link
        self.prices = prices
        self.until = until
        self.chance = random.Random(merchant.name)  # noqa: S311 - the same demo every time
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()

    @staticmethod
    def beginning(content: DemoMerchant, until: datetime) -> datetime:
        """The day before the first customer came."""
        first = max(
            (each.begun_days_ago for who in content.customers for each in who.subscriptions),
            default=0,
        )
        return until - timedelta(days=max(first, FIRST_DAYS) + 1)

    def live(self) -> None:
        """Let everything happen that lies before now."""
        for customer in self.content.customers:
            Visitor(self, customer).plan()
        while self._steps:
            at, _, step = heapq.heappop(self._steps)
            events.set_actor(events.SYSTEM)
            step(at)

    def then(self, at: datetime, step: Step) -> None:
        """Do this at that time, unless it is still to come."""
        if at <= self.until:
            heapq.heappush(self._steps, (at, next(self._order), step))

    def days_ago(self, days: int) -> datetime:
        """Some time of a working day, always the same one for the same demo."""
        minutes = self.chance.randrange(1, 10 * 60)
        return self.until - timedelta(days=days, minutes=minutes)
