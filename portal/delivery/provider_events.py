"""A provider's message is noted once, and what became of its payment or refund is asked for."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from peewee import IntegrityError

from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.database import write
from portal.delivery.jobs import Run, enqueue, job
from portal.gateways import gateway_for
from portal.gateways.accounts import ProviderAccount
from portal.gateways.stripe.records import ProviderEvent

PAYMENT, REFUND = "payment-", "refund-"


def take_note(
    account: ProviderAccount, event: Mapping[str, Any], *, key: str, at: datetime
) -> None:
    """Write a genuine message down and have the outcome under `key` ("": none) asked for.

    A message that came before changes nothing. `at` is real time.
    """
    try:
        with write():
            ProviderEvent.create(
                merchant=account.merchant_id,
                gateway=account.gateway,
                event_id=str(event["id"]),
                type=str(event.get("type", "")),
                created_at=at,
            )
            _ask_later(key, account.merchant_id, at=at)
    except IntegrityError:
        return  # it came before


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


def _ask_later(key: str, merchant_id: str, *, at: datetime) -> None:
    """Have the outcome under that key asked for soon; keys of anything else are left alone."""
    if not key.startswith((PAYMENT, REFUND)):
        return
    unique = f"ask_about:{key}"
    enqueue(ask_about.__name__, at=at, merchant=merchant_id, unique_key=unique, key=key)
