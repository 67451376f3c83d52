import pytest

from portal.billing import cycle
from portal.billing.customers import Customer, CustomerTerm
from portal.billing.invoices import Invoice
from portal.billing.ledger_check import check_books
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.payments import Payment
from portal.demo import synthetic
from portal.documents.data import DocumentData
from portal.record import now

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def merchant(db):
    merchant, _ = synthetic.a_merchant(now())
    synthetic.fill(merchant, customers=20, invoices=60, at=now())
    return merchant


def test_made_up_customers_are_found_as_real_ones_are(merchant):
    customer = Customer.select().where(Customer.merchant == merchant).first()
    terms = CustomerTerm.select(CustomerTerm.term).where(CustomerTerm.customer_id == customer.id)
    written = {term for (term,) in terms.tuples()}

    customer.index_terms()

    assert {term for (term,) in terms.tuples()} == written
    assert customer in list(Customer.matching(merchant, customer.email))


def test_made_up_invoices_add_up_and_follow_each_other(merchant):
    invoices = list(Invoice.select().where(Invoice.merchant == merchant).order_by(Invoice.number))

    assert [int(invoice.number.rpartition("-")[2]) for invoice in invoices] == list(range(1, 61))
    assert all(invoice.subtotal + invoice.tax == invoice.total for invoice in invoices)
    assert DocumentData.from_json(invoices[0].document).currency == "EUR"
    assert merchant.reload().next_invoice_number == 61


def test_made_up_invoices_were_paid_by_somebody(merchant):
    check_books(merchant, at=now())

    assert Payment.select().where(Payment.merchant == merchant).count() == 60
    assert not LedgerDifference.select().exists()
    assert cycle.next_due(merchant) is None


def test_the_merchant_can_go_on_billing(merchant):
    assert merchant.take_invoice_numbers(1) == ["LOAD-000061"]
