"""Another payment provider for a business that is live."""

from datetime import datetime

from portal.accounts.going_live import IsConfigured
from portal.billing import events
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.database import write


class StillInSandbox(BillingError):
    """A provider for real money is chosen by going live."""

    code = "still_in_sandbox"


class ProviderNotReady(BillingError):
    """It is not known, or something that it needs is missing."""

    code = "provider_not_ready"


def change_provider(
    merchant: Merchant, gateway: str, *, is_configured: IsConfigured, at: datetime
) -> None:
    """From now on customers store payment methods with `gateway`, or are sent invoices.

    What is stored with the former provider stays there and is charged there. The same one
    again changes nothing. Raises `StillInSandbox`, `ProviderNotReady`.
    """
    with write():
        merchant.refresh()
        if merchant.is_sandbox:
            raise StillInSandbox
        if not is_configured(merchant, gateway):
            raise ProviderNotReady
        former = merchant.gateway
        if gateway == former:
            return
        merchant.gateway = gateway
        merchant.save()
        events.record(
            "merchant.provider_changed",
            merchant,
            at=at,
            object_id=merchant.id,
            gateway=gateway,
            former=former,
        )
