"""Bank transfer: customers pay invoices by themselves, nobody takes anything from them."""

from collections.abc import Callable, Sequence
from datetime import datetime

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
from portal.gateways.bank_transfer.outgoing import find_transfer, owe_transfer
from portal.gateways.bank_transfer.records import BankTransaction

PAYMENT_KEY = "payment-"
UNUSABLE = "payment_method_unusable"


class BankTransferGateway:
    """Charges nothing and keeps no method; what comes is read from the bank's statements."""

    name = "bank_transfer"

    def __init__(self, merchant: Merchant, clock: Callable[[], datetime]) -> None:
        self._merchant = merchant
        self._clock = clock

    def charge(self, _amount: Money, _token: str, _key: str) -> Charge:
        """There is no account that could be debited."""
        return Charge(PaymentStatus.FAILED, reason=UNUSABLE)

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        return charge_each(self, requests)

    def find_charge(self, _key: str) -> Charge | None:
        return None

    def refund(self, charge_key: str, _reference: str, amount: Money, key: str) -> Refunded:
        """Pending: the merchant transfers it, and says when that is done."""
        came = BankTransaction.get_or_none(
            (BankTransaction.payment == charge_key.removeprefix(PAYMENT_KEY))
            & (BankTransaction.merchant == self._merchant)
        )
        return owe_transfer(
            self._merchant,
            self.name,
            charge_key,
            amount,
            key,
            name=came.name if came else "",
            iban=came.iban if came else "",
            at=self._clock(),
        )

    def find_refund(self, key: str) -> Refunded | None:
        return find_transfer(self._merchant, key)

    def confirmation_url(self, _key: str, return_url: str) -> str:
        return return_url

    def setup_url(self, _key: str, _return_url: str, _payer: Payer) -> str:
        """There is nothing to add: each invoice says where to pay."""
        raise GatewayUnavailable("bank transfers need no stored method")

    def find_setup(self, _key: str) -> StoredMethod | None:
        return None

    def detach(self, _token: str) -> None:
        """Nothing is kept."""
