"""What becomes of a collection: booked, refused or returned, and its payment with it."""

from datetime import datetime

from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.payments import Payment
from portal.database import write
from portal.gateways.accounts import ProviderAccount
from portal.gateways.sepa.reasons import BLOCKING
from portal.gateways.sepa.records import SepaCollection
from portal.gateways.sepa.target_days import business_days_after

PAYMENT_KEY = "payment-"
SETTING = "books_by_itself"
# Banks return a debit for want of money within five business days (SDD Core Rulebook, 4.3.4).
DAYS_TO_RETURN = 5


def charge_of(collection: SepaCollection) -> Charge:
    """The debit as billing understands an answer of a provider."""
    return Charge(
        collection.status,
        collection.end_to_end_id,
        collection.reason,
        amount=collection.amount,
        currency=collection.currency,
    )


def payment_of(collection: SepaCollection) -> Payment | None:
    """The payment that asked for it; None where something else did."""
    payment_id = collection.key.removeprefix(PAYMENT_KEY)
    return Payment.get_or_none(
        (Payment.id == payment_id) & (Payment.merchant == collection.merchant_id)
    )


def book(collection: SepaCollection, *, at: datetime) -> bool:
    """The money has come. False where that was known, or where it had failed before."""
    with write():
        collection.refresh()
        if collection.status != PaymentStatus.PENDING:
            return False
        collection.status, collection.settled_at = PaymentStatus.SUCCEEDED, at
        collection.save()
        if payment := payment_of(collection):
            payment.settle(charge_of(collection), at=at)
    return True


def return_(collection: SepaCollection, reason: str, *, at: datetime) -> bool:
    """The bank did not let it through, or took the money back: what was paid is due again.

    False where that was known. A reason that concerns the account or the mandate blocks the
    mandate, so that it is not used again.
    """
    with write():
        mandate = collection.mandate.refresh()  # before the collection, as who revokes it does
        collection.refresh()
        if collection.status not in {PaymentStatus.PENDING, PaymentStatus.SUCCEEDED}:
            return False
        _note_return(collection, reason, at)
        if reason in BLOCKING:
            mandate.blocked_reason = reason
            mandate.save()
        _tell_payment(collection, reason, at)
    return True


def _note_return(collection: SepaCollection, reason: str, at: datetime) -> None:
    if collection.status == PaymentStatus.PENDING:
        collection.status, collection.settled_at = PaymentStatus.FAILED, at
    else:
        collection.status, collection.returned_at = PaymentStatus.RETURNED, at
    collection.reason = reason
    collection.save()


def _tell_payment(collection: SepaCollection, reason: str, at: datetime) -> None:
    payment = payment_of(collection)
    if payment is None:
        return
    if collection.status == PaymentStatus.RETURNED and not payment.is_unanswered:
        payment.return_(reason, at=at)
        return
    payment.settle(charge_of(collection), at=at)


def books_by_itself(merchant_id: str) -> bool:
    """Whether the merchant trusts that what did not come back has arrived."""
    account = ProviderAccount.of(merchant_id, "sepa")
    return bool(account and account.settings.get(SETTING))


def book_if_over(collection: SepaCollection, *, at: datetime) -> SepaCollection:
    """Take a submitted collection for booked once five business days are over, if so wanted."""
    if collection.status != PaymentStatus.PENDING or collection.batch_id is None:
        return collection
    over = business_days_after(collection.due_date, DAYS_TO_RETURN)
    if collection.merchant.day(at) < over or not books_by_itself(collection.merchant_id):
        return collection
    with write():
        pending = (SepaCollection.id == collection.id) & (
            SepaCollection.status == PaymentStatus.PENDING
        )
        SepaCollection.update(status=PaymentStatus.SUCCEEDED, settled_at=at).where(
            pending
        ).execute()
    return collection.reload()
