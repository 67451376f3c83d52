"""Merchants, mandates and collections for the tests of direct debits."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.billing.collecting import collect
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.payment_method_setups import PaymentMethodSetup, payer_of
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.gateways.sepa import mandates
from portal.gateways.sepa.gateway import SepaGateway
from portal.gateways.sepa.mandates import Acceptance
from portal.gateways.sepa.records import SepaCollection, SepaMandate
from tests.factories import NOW, a_customer, an_invoice
from tests.gateways.bank_transfer.statements import a_bank_merchant

IBAN = "DE89370400440532013000"
numbers = count(1)


class Debits:
    """A merchant who debits, a clock to be moved, and a customer's way to pay."""

    def __init__(self, **given: Any) -> None:
        self.time = NOW
        self.merchant = a_bank_merchant(**{"gateway": "sepa"} | given)
        self.gateway = SepaGateway(self.merchant, lambda: self.time)

    def wait(self, **time: float) -> datetime:
        self.time += timedelta(**time)
        return self.time

    def mandate(self, customer: Customer | None = None, iban: str = IBAN) -> SepaMandate:
        customer = customer or a_customer(merchant=self.merchant)
        mandate = mandates.mandate_for(
            self.merchant, f"setup-{next(numbers)}", "/back", payer_of(customer), at=self.time
        )
        given = Acceptance("Ada Lovelace", iban, "de", "192.0.2.7")
        return mandates.accept(mandate, given, at=self.time)

    def method(self, mandate: SepaMandate) -> PaymentMethod:
        stored = self.gateway.find_setup(mandate.key)
        assert stored
        customer = Customer.get_by_id(mandate.customer_id)
        return PaymentMethod.attach(customer, stored, gateway="sepa", at=self.time)

    def debit(
        self, mandate: SepaMandate | None = None, amount: int = 2380
    ) -> tuple[Invoice, Payment, SepaCollection]:
        """An invoice that is being collected."""
        mandate = mandate or self.mandate()
        customer = Customer.get_by_id(mandate.customer_id)
        method = PaymentMethod.default_of(customer) or self.method(mandate)
        invoice = an_invoice(customer=customer, amount=amount, at=self.time)
        payment = collect(invoice, self.gateway, at=self.time, method=method)
        return invoice, payment, SepaCollection.get(SepaCollection.key == payment.key)


def a_guest_setup(debits: Debits) -> PaymentMethodSetup:
    customer = a_customer(merchant=debits.merchant)
    return PaymentMethodSetup.create(
        merchant=debits.merchant,
        customer=customer,
        gateway="sepa",
        invoice_id=an_invoice(customer=customer).id,
        created_at=NOW,
    )
