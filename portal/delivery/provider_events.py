"""The job that follows a provider's message: what became of a payment or refund is asked for."""

from datetime import datetime
from functools import partial

from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.delivery.jobs import Job, Run, enqueue, job
from portal.gateways import gateway_for

PAYMENT, REFUND = "payment-", "refund-"


@job
def ask_about(run: Run, key: str) -> None:
    """Ask the provider itself; the message that caused this is not believed."""
    if key.startswith(PAYMENT):
        found = Payment.get_or_none(Payment.id == key.removeprefix(PAYMENT))
    else:
        found = Refund.get_or_none(Refund.id == key.removeprefix(REFUND))
    if found is None or found.merchant_id != run.job.merchant_id:
        return
    at = found.merchant.time(run.at)
    gateway = gateway_for(found.gateway, found.merchant, partial(found.merchant.time, run.at))
    found.ask_again(gateway, at=at)


def ask_later(key: str, merchant: Merchant | str, *, at: datetime) -> Job | None:
    """Have the outcome under that key asked for soon; keys of anything else are left alone."""
    if not key.startswith((PAYMENT, REFUND)):
        return None
    unique = f"ask_about:{key}"
    return enqueue(ask_about.__name__, at=at, merchant=merchant, unique_key=unique, key=key)
