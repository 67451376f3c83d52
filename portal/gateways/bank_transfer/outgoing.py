"""Money that the merchant gives back by transfer: owed until they have made it."""

from datetime import datetime

from portal.billing.gateway import Refunded
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.refunds import Refund
from portal.database import write
from portal.gateways.bank_transfer.records import OutgoingTransfer

REFUND_KEY = "refund-"


def owe_transfer(
    merchant: Merchant,
    gateway: str,
    charge_key: str,
    amount: Money,
    key: str,
    *,
    name: str,
    iban: str,
    at: datetime,
) -> Refunded:
    """Put it on the merchant's list, once a key. Pending until `make`."""
    transfer = OutgoingTransfer.once(
        key,
        merchant=merchant,
        gateway=gateway,
        charge_key=charge_key,
        amount=amount.amount,
        currency=amount.currency,
        name=name,
        iban=iban,
        created_at=at,
    )
    return _answer(transfer)


def find_transfer(merchant: Merchant, key: str) -> Refunded | None:
    """What became of the transfer of that key; None for one that was never asked for."""
    found = OutgoingTransfer.get_or_none(
        (OutgoingTransfer.key == key) & (OutgoingTransfer.merchant == merchant)
    )
    return _answer(found) if found else None


def make(transfer: OutgoingTransfer, *, at: datetime) -> None:
    """The merchant has made the transfer: its refund has gone through."""
    with write():
        transfer.mark_made(at=at)
        refund = refund_of(transfer)
        if refund:
            refund.settle(_answer(transfer), at=at)


def refund_of(transfer: OutgoingTransfer) -> Refund | None:
    """The refund that a transfer makes; None where something else asked for it."""
    return Refund.get_or_none(
        (Refund.id == transfer.key.removeprefix(REFUND_KEY))
        & (Refund.merchant == transfer.merchant_id)
    )


def _answer(transfer: OutgoingTransfer) -> Refunded:
    return Refunded(transfer.status, transfer.id)
