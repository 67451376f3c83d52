"""The order in which rows are held, everywhere, so that nobody waits for each other in a circle.

Subscription, then its invoices and the customer, then payments, and the merchant's numbers
last. Several of a kind are held by the order of their ids: who numbers for several merchants
holds all of them before the first number. Who begins with an invoice holds
its subscription before it: `Invoice.refresh` does. On SQLite there is one writer anyway.
"""

from collections.abc import Collection

from portal.database import HOLDING, is_postgres
from portal.record import Record


def hold(model: type[Record], ids: Collection[str]) -> None:
    """Keep others from these rows until the transaction ends."""
    if ids and is_postgres():
        rows = model.select(model.id).where(model.id.in_(list(ids))).order_by(model.id)
        rows.for_update(HOLDING).tuples().execute()
