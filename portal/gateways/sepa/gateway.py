"""SEPA direct debit without a provider: the merchant's own bank collects, file by file."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from portal.billing import events
from portal.billing.gateway import (
    Charge,
    ChargeRequest,
    GatewayUnavailable,
    Payer,
    PaymentStatus,
    Refunded,
    StoredMethod,
    charge_each,
)
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.database import write
from portal.gateways.bank_transfer.outgoing import find_transfer, owe_transfer
from portal.gateways.sepa import mandates
from portal.gateways.sepa.collecting import book_if_over, charge_of, payment_of
from portal.gateways.sepa.reasons import NOT_EURO, REVOKED, UNUSABLE
from portal.gateways.sepa.records import SepaCollection, SepaMandate
from portal.gateways.sepa.target_days import business_day_from

EURO = "EUR"
MANDATE_PAGE = "/p/mandates/"


class SepaGateway:
    """Answers `pending` until the merchant's bank has said how a collection ended."""

    name = "sepa"

    def __init__(self, merchant: Merchant, clock: Callable[[], datetime]) -> None:
        self._merchant = merchant
        self._clock = clock

    def charge(self, amount: Money, token: str, key: str) -> Charge:
        """Write down a collection, and announce it, so many days ahead as was agreed.

        It is debited on the first business day after that (S2: 14 days unless agreed
        otherwise).
        """
        if found := self.find_charge(key):
            return found
        at = self._clock()
        mandate = self._mandate(token)
        if mandate is None or not mandate.is_usable(at) or self._is_spent(mandate):
            return Charge(PaymentStatus.FAILED, reason=UNUSABLE)
        if amount.currency != EURO:
            return Charge(PaymentStatus.FAILED, reason=NOT_EURO)
        today = self._merchant.day(at)
        due_on = business_day_from(today + timedelta(days=self._merchant.prenotification_days))
        with write():
            collection, is_new = SepaCollection.once(
                key,
                merchant=self._merchant,
                mandate=mandate,
                end_to_end_id=end_to_end_id(key),
                amount=amount.amount,
                currency=amount.currency,
                announced_on=today.isoformat(),
                due_on=due_on.isoformat(),
                created_at=at,
            )
            if is_new:
                mandate.last_used_at = at
                mandate.save()
                self._announce(collection, mandate, at)
        return charge_of(collection)

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        return charge_each(self, requests)

    def find_charge(self, key: str) -> Charge | None:
        found = SepaCollection.get_or_none(
            (SepaCollection.key == key) & (SepaCollection.merchant == self._merchant)
        )
        return charge_of(book_if_over(found, at=self._clock())) if found else None

    def refund(self, charge_key: str, _reference: str, amount: Money, key: str) -> Refunded:
        """Pending: the merchant transfers it to the debtor's account, and says so."""
        found = SepaCollection.get_or_none(SepaCollection.key == charge_key)
        return owe_transfer(
            self._merchant,
            self.name,
            charge_key,
            amount,
            key,
            name=found.mandate.debtor_name if found else "",
            iban=found.mandate.iban if found else "",
            at=self._clock(),
        )

    def find_refund(self, key: str) -> Refunded | None:
        return find_transfer(self._merchant, key)

    def confirmation_url(self, _key: str, return_url: str) -> str:
        """A debit needs no confirmation beyond its mandate."""
        return return_url

    def setup_url(self, key: str, return_url: str, payer: Payer) -> str:
        """Our own page, where the mandate is given. Raises `GatewayUnavailable` while the
        merchant has not said what a mandate must name."""
        if not mandates.is_ready(self._merchant):
            raise GatewayUnavailable("the creditor is not complete")
        mandate = mandates.mandate_for(self._merchant, key, return_url, payer, at=self._clock())
        return MANDATE_PAGE + mandate.secret

    def find_setup(self, key: str) -> StoredMethod | None:
        found = SepaMandate.get_or_none(
            (SepaMandate.key == key) & (SepaMandate.merchant == self._merchant)
        )
        if found is None or not found.is_accepted:
            return None
        return StoredMethod(
            found.id, "sepa_debit", last4=found.last4, mandate_reference=found.reference
        )

    def detach(self, token: str) -> None:
        """Revoke the mandate. What no file holds yet is not collected any more."""
        mandate = self._mandate(token)
        if mandate is None:
            return
        at = self._clock()
        with write():
            mandates.revoke(mandate, at=at)
            unsubmitted = (
                (SepaCollection.mandate == mandate)
                & SepaCollection.batch.is_null()
                & (SepaCollection.status == PaymentStatus.PENDING)
            )
            SepaCollection.update(status=PaymentStatus.FAILED, reason=REVOKED, settled_at=at).where(
                unsubmitted
            ).execute()

    def _mandate(self, token: str) -> SepaMandate | None:
        return SepaMandate.get_or_none(
            (SepaMandate.id == token) & (SepaMandate.merchant == self._merchant)
        )

    def _is_spent(self, mandate: SepaMandate) -> bool:
        """A permission for one debit was used by one that did not fail."""
        if not mandate.is_one_off:
            return False
        used = (SepaCollection.mandate == mandate) & (SepaCollection.status != PaymentStatus.FAILED)
        return bool(SepaCollection.select().where(used).exists())

    def _announce(self, collection: SepaCollection, mandate: SepaMandate, at: datetime) -> None:
        """The pre-notification: amount, day, mandate and creditor, for whoever writes the mail."""
        payment = payment_of(collection)
        events.record(
            "sepa.prenotification",
            self._merchant,
            at=at,
            object_id=collection.id,
            customer_id=mandate.customer_id,
            invoice=payment.invoice_id if payment else "",
            number=(payment.invoice.number or "") if payment else "",
            amount=collection.amount,
            currency=collection.currency,
            due_on=collection.due_on,
            mandate=mandate.reference,
            creditor_id=self._merchant.creditor_id,
            last4=mandate.last4,
        )


def end_to_end_id(key: str) -> str:
    """What a debit is known by from end to end: 30 capitals and digits, the same for the same key.

    Banks allow 35 characters without underscores, and some turn letters into capitals.
    """
    digest = hashlib.sha256(key.encode()).digest()
    return "PY" + base64.b32encode(digest).decode()[:28]
