"""Two years of a demo merchant: people act on their days, and in between the engine runs.

Time passes from one due moment to the next, as it does for the time machine: renewals,
tries, reminders, ends of trials and pauses are done by the billing run itself.
"""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from portal.billing import cycle, events, reminders
from portal.billing.coupons import Coupon
from portal.billing.events import Actor
from portal.billing.gateway import GatewayFor
from portal.billing.merchants import Merchant
from portal.billing.products import Price
from portal.demo.content_acts import JUST_NOW
from portal.demo.content_types import DemoMerchant
from portal.demo.seed_transfers import Transfers
from portal.demo.seed_visitor import Visitor
from portal.gateways import gateway_for
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink

FIRST_DAYS = 760

Step = Callable[[datetime], object]


class History:
    """Everything that happens to a merchant until now, the earliest first."""

    def __init__(
        self,
        content: DemoMerchant,
        merchant: Merchant,
        owner: Actor,
        link: LoginLink,
        catalogue: tuple[dict[str, Price], dict[str, Coupon]],
        until: datetime,
    ) -> None:
        self.content = content
        self.merchant = merchant
        self.owner = owner
        self.link = link
        self.prices, self.coupons = catalogue
        self.until = until
        self.chance = random.Random(merchant.name)  # noqa: S311 - the same demo every time
        self.transfers = Transfers(self)
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()
        self._done_at: datetime | None = None

    @staticmethod
    def beginning(content: DemoMerchant, until: datetime) -> datetime:
        """The day before the first customer came."""
        first = max(
            (each.begun_days_ago for who in content.customers for each in who.subscriptions),
            default=0,
        )
        return until - timedelta(days=max(first, FIRST_DAYS) + 1)

    @property
    def configuration(self) -> PortalConfiguration:
        return PortalConfiguration.default_of(self.merchant)

    def gateways(self, at: datetime) -> GatewayFor:
        """Providers whose clock shows `at`."""
        return partial(gateway_for, clock=lambda: at)

    def live(self) -> None:
        """Let everything happen that lies before now."""
        for customer in self.content.customers:
            Visitor(self, customer).plan()
        for coupon in self.content.coupons:
            if coupon.is_archived:
                self.then(self.days_ago(FIRST_DAYS // 4), self._archive(self.coupons[coupon.name]))
        while (step := self._next()) is not None:
            step()
        self._run(self.until)

    def then(self, at: datetime, step: Step) -> None:
        """Do this at that time, unless it is still to come."""
        if at <= self.until:
            heapq.heappush(self._steps, (at, next(self._order), step))

    def days_ago(self, days: int) -> datetime:
        """Some time of a working day, always the same one for the same demo."""
        if days == JUST_NOW:
            return self.until
        minutes = self.chance.randrange(1, 10 * 60)
        return self.until - timedelta(days=days, minutes=minutes)

    def _next(self) -> Callable[[], object] | None:
        """What comes first: something that is due, or what somebody does."""
        due = cycle.next_due(self.merchant)
        if due is not None and due == self._done_at:
            raise RuntimeError(f"the history stands still at {due}")
        acts_at = self._steps[0][0] if self._steps else self.until
        if due is not None and due <= acts_at:
            return partial(self._come_due, due)
        return self._act if self._steps else None

    def _come_due(self, due: datetime) -> None:
        self._run(due)
        self._done_at = due

    def _act(self) -> None:
        at, _, step = heapq.heappop(self._steps)
        self._done_at = None
        step(at)
        events.set_actor(events.SYSTEM)
        self.transfers.expect()

    def _run(self, at: datetime) -> None:
        reminders.run(at, self.merchant)
        report = cycle.run(at, merchant=self.merchant, gateway_for=self.gateways(at))
        for _, failure in report.failures:
            raise failure
        self.transfers.expect()

    def _archive(self, coupon: Coupon) -> Step:
        def archive(at: datetime) -> None:
            events.set_actor(self.owner)
            coupon.reload().archive(at=at)

        return archive
