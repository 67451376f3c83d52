"""Which subscriptions are due, taken in batches and fairly between merchants."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from portal.billing.merchants import Merchant
from portal.billing.subscriptions import Subscription
from portal.database import HOLDING, is_postgres

# So many in a transaction: 200 ms at most, and the portal writes in between.
BATCH = 50


@dataclass
class _Line:
    """The due subscriptions of one merchant, the longest due first, and where we are in them."""

    merchant: Merchant
    at: datetime
    after: tuple[datetime, str] | None = None

    def take(self, most: int) -> list[Subscription]:
        due = (Subscription.merchant == self.merchant) & (Subscription.next_action_at <= self.at)
        if self.after:
            moment, last = self.after
            same = (Subscription.next_action_at == moment) & (Subscription.id > last)
            due &= (Subscription.next_action_at > moment) | same
            due &= Subscription.next_action_at >= moment  # what the index can begin at
        query = (
            Subscription.select()
            .where(due)
            .order_by(Subscription.next_action_at, Subscription.id)
            .limit(most)
        )
        # Another worker's batch is not waited for.
        rows = Subscription.read(
            query.for_update(f"{HOLDING} SKIP LOCKED") if is_postgres() else query
        )
        if rows:
            self.after = (rows[-1].next_action_at, rows[-1].id)
        return rows


class Queue:
    """All that is due at a moment. Each subscription is met once; merchants take turns."""

    def __init__(self, at: datetime, merchant: Merchant | None = None) -> None:
        if merchant:
            self._lines = deque([_Line(merchant, at)])
        else:
            self._lines = deque(_Line(each, each.time(at)) for each in _with_something_due(at))

    def __bool__(self) -> bool:
        return bool(self._lines)

    def take(self) -> list[Subscription]:
        """The next batch, held by the transaction in which this is called."""
        taken: list[Subscription] = []
        share = max(1, BATCH // max(1, len(self._lines)))
        for _ in range(min(len(self._lines), BATCH // share)):
            line = self._lines.popleft()
            rows = line.take(share)
            taken += rows
            if len(rows) == share:
                self._lines.append(line)
        return taken


def _with_something_due(at: datetime) -> list[Merchant]:
    """Merchants, and whether their first moment has come by their own clock.

    One look into the index for each merchant, whatever the number of their subscriptions.
    """
    first = (
        Subscription.select(Subscription.next_action_at)
        .where((Subscription.merchant == Merchant.id) & Subscription.next_action_at.is_null(False))
        .order_by(Subscription.next_action_at)
        .limit(1)
    )
    rows = Merchant.select(Merchant, first.alias("first_due_at")).order_by(Merchant.id)
    read = Subscription.next_action_at.python_value
    return [
        merchant
        for merchant in rows
        if merchant.first_due_at and read(merchant.first_due_at) <= merchant.time(at)
    ]
