import pytest
from peewee import IntegrityError

from portal.billing.errors import (
    AmountNotDue,
    InvoiceAlreadyPaid,
    InvoiceEmpty,
    InvoiceNotOpen,
    PaymentPending,
    TransitionRefused,
)
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.invoicing import Item, bill_period, issue
from portal.billing.payments import Payment
from portal.billing.tax import TaxBehavior
from portal.database import write
from portal.documents.data import DocumentData
from tests.factories import (
    NOW,
    a_customer,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    an_invoice,
)

pytestmark = pytest.mark.usefixtures("db")


def items(
    *amounts: int, behavior: TaxBehavior = TaxBehavior.EXCLUSIVE, code: str = ""
) -> list[Item]:
    return [Item("Work", 1, amount, amount, behavior, code) for amount in amounts]


def test_numbers_follow_each_other_without_a_gap():
    customer = a_customer()
    merchant = customer.merchant

    numbers = [an_invoice(customer=customer).number for _ in range(3)]

    assert numbers == [f"{merchant.invoice_prefix}-{number:06d}" for number in (1, 2, 3)]


def test_a_number_that_is_rolled_back_is_given_out_again():
    customer = a_customer()

    def fail() -> None:
        with write():
            an_invoice(customer=customer)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert an_invoice(customer=customer).number.endswith("-000001")


def test_two_merchants_count_for_themselves():
    first, second = a_customer(), a_customer()

    assert an_invoice(customer=first).number.endswith("-000001")
    assert an_invoice(customer=second).number.endswith("-000001")


def test_vat_is_added_to_net_prices_and_taken_out_of_gross_ones():
    customer = a_customer()

    net = issue(customer, items(1000), currency="EUR", at=NOW)
    gross = issue(customer, items(1190, behavior=TaxBehavior.INCLUSIVE), currency="EUR", at=NOW)

    assert (net.subtotal, net.tax, net.total) == (1000, 190, 1190)
    assert (gross.subtotal, gross.tax, gross.total) == (1000, 190, 1190)


def test_the_sums_are_the_sums_of_the_lines():
    invoice = issue(a_customer(), items(333, 333, 333), currency="EUR", at=NOW)

    lines = list(InvoiceLine.of(invoice))
    assert [line.tax for line in lines] == [63, 63, 63]
    assert invoice.subtotal == sum(line.net for line in lines) == 999
    assert invoice.tax == sum(line.tax for line in lines) == 189
    assert invoice.total == invoice.subtotal + invoice.tax


def test_each_vat_rate_is_listed_on_its_own():
    both = items(1000, code="digital_service") + items(1000, code="books")

    invoice = issue(a_customer(), both, currency="EUR", at=NOW)

    assert [(tax["rate"], tax["net"], tax["tax"]) for tax in invoice.document["taxes"]] == [
        ("19", 1000, 190),
        ("7", 1000, 70),
    ]


def test_an_invoice_without_lines_is_refused():
    with pytest.raises(InvoiceEmpty):
        issue(a_customer(), [], currency="EUR", at=NOW)


def test_an_invoice_of_nothing_is_paid_at_once():
    invoice = issue(a_customer(), items(0), currency="EUR", at=NOW)

    assert invoice.status == InvoiceStatus.PAID
    assert invoice.paid_at == NOW


def test_a_period_is_billed_once_whoever_asks():
    subscription = a_subscription()

    with pytest.raises(IntegrityError), write():
        bill_period(subscription, "subscription_create", at=NOW)

    assert subscription.invoices.count() == 1
    following = an_invoice(customer=subscription.customer).number
    assert following.endswith("-000002")


def test_part_payments_add_up_until_nothing_is_due():
    invoice = an_invoice(amount=2380)

    invoice.pay(1000, at=NOW)
    assert (invoice.status, invoice.amount_due) == (InvoiceStatus.OPEN, 1380)

    invoice.pay(1380, at=NOW)
    assert (invoice.status, invoice.amount_due) == (InvoiceStatus.PAID, 0)


@pytest.mark.parametrize("amount", [0, -1, 2381])
def test_more_than_is_due_or_nothing_at_all_is_refused(amount):
    with pytest.raises(AmountNotDue):
        an_invoice(amount=2380).pay(amount, at=NOW)


def test_a_paid_invoice_is_final():
    invoice = an_invoice(amount=2380)
    invoice.pay(2380, at=NOW)

    with pytest.raises(InvoiceAlreadyPaid):
        invoice.pay(1, at=NOW)
    with pytest.raises(InvoiceNotOpen):
        invoice.void(at=NOW)
    with pytest.raises(TransitionRefused):
        invoice.become(InvoiceStatus.UNCOLLECTIBLE)


def test_a_void_invoice_keeps_its_number_and_takes_no_money():
    invoice = an_invoice()
    invoice.void(at=NOW)

    assert invoice.number
    with pytest.raises(InvoiceNotOpen):
        invoice.pay(100, at=NOW)


def test_the_database_refuses_sums_that_do_not_add_up():
    invoice = an_invoice()
    with pytest.raises(IntegrityError), write():
        Invoice.update(total=invoice.total + 1).where(Invoice.id == invoice.id).execute()


def test_the_document_says_what_was_true_when_it_was_issued():
    merchant = a_merchant(name="Lindenhof GmbH")
    customer = a_customer(merchant=merchant, name="Ada Lovelace", locale="fr")
    price = a_price(merchant=merchant, unit_amount=1190)
    subscription = a_subscription(customer=customer, price=price)
    invoice = subscription.invoices.get()

    customer.change(at=NOW, name="Ada King")
    document = DocumentData.from_json(invoice.reload().document)

    assert document.buyer.name == "Ada Lovelace"
    assert document.seller.name == "Lindenhof GmbH"
    assert document.language == "fr"
    assert (document.total, document.lines[0].includes_tax) == (1190, True)
    assert (document.lines[0].period_start, document.lines[0].period_end) == (
        "2026-03-10",
        "2026-04-09",
    )


def test_an_invoice_is_not_voided_while_a_payment_may_still_arrive():
    customer = a_customer()
    a_payment_method(customer=customer)
    invoice = an_invoice(customer=customer)
    payment = Payment.begin(invoice, None, at=NOW)

    with pytest.raises(PaymentPending):
        invoice.void(at=NOW)

    payment.settle(Charge(PaymentStatus.FAILED), at=NOW)
    invoice.void(at=NOW)
    assert invoice.status == InvoiceStatus.VOID
