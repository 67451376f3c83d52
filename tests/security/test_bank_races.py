"""Statements and debits that are confirmed, exported or booked twice at the same moment."""

import pytest

from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.billing.errors import BillingError
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.billing.payments import Payment
from portal.database import database
from portal.gateways.bank_transfer.booking import confirm
from portal.gateways.bank_transfer.importing import import_statement
from portal.gateways.bank_transfer.matching import Matcher, quote_of
from portal.gateways.bank_transfer.records import BankStatement, BankTransaction
from portal.gateways.sepa.batches import export
from portal.gateways.sepa.collecting import book, return_
from portal.gateways.sepa.records import SepaBatch, SepaCollection
from tests.factories import NOW, a_customer, an_invoice
from tests.gateways.bank_transfer.files import camt053
from tests.gateways.bank_transfer.statements import MARA, a_bank_merchant, a_statement, for_invoice
from tests.gateways.sepa.debits import Debits
from tests.gateways.sepa.test_sepa import LATE


@pytest.fixture
def merchant(own_database):
    with database.connection_context():
        yield a_bank_merchant()


def test_two_confirms_at_once_book_once(merchant, at_once):
    invoice = an_invoice(customer=a_customer(merchant=merchant))
    statement = a_statement(merchant, for_invoice(invoice, amount="30.00"))
    quote = quote_of(Matcher(merchant).judged(BankTransaction.open_of(statement)))

    results = at_once(*[lambda: confirm(BankStatement.get_by_id(statement.id), quote, at=NOW)] * 6)

    assert sorted(results) == [0, 0, 0, 0, 0, 1]
    assert Payment.select().count() == 1
    assert CustomerBalanceTransaction.select().count() == 1
    assert invoice.reload().status == InvoiceStatus.PAID


def test_a_file_that_is_uploaded_twice_at_once_is_kept_once(merchant, at_once):
    invoice = an_invoice(customer=a_customer(merchant=merchant))
    data = camt053(for_invoice(invoice, bank="B1"))

    def upload() -> BankStatement:
        fresh = Merchant.get_by_id(merchant.id)
        return import_statement(fresh, data, filename="a.xml", actor=MARA, at=NOW)

    results = at_once(*[upload] * 4)

    assert not any(isinstance(result, Exception) for result in results)
    assert BankTransaction.select().count() == 1


def test_a_key_is_collected_once(merchant, at_once):
    debits = Debits()
    mandate = debits.mandate()

    charges = at_once(
        *[lambda: debits.gateway.charge(Money(100, "EUR"), mandate.id, "payment-1")] * 6
    )

    assert len(set(charges)) == 1
    assert SepaCollection.select().count() == 1


def test_exports_at_once_take_each_debit_once(merchant, at_once):
    debits = Debits()
    debits.debit()

    results = at_once(*[lambda: export(debits.merchant, LATE, actor_name="", at=debits.time)] * 3)

    assert sum(isinstance(result, BillingError) for result in results) == 2
    assert SepaBatch.select().count() == 1


def test_booked_and_returned_at_once_ends_as_one_of_both(merchant, at_once):
    debits = Debits()
    invoice, payment, collection = debits.debit()
    export(debits.merchant, LATE, actor_name="", at=debits.time)

    def fresh() -> SepaCollection:
        return SepaCollection.get_by_id(collection.id)

    at_once(*[lambda: book(fresh(), at=NOW), lambda: return_(fresh(), "AM04", at=NOW)] * 3)

    ended = collection.reload().status
    assert ended in {"failed", "returned"}
    assert payment.reload().status == ended
    left = Invoice.get_by_id(invoice.id)
    assert (left.amount_paid, left.status) == (0, InvoiceStatus.OPEN)
