"""The daily check finds what differs, says it once, and puts nothing right."""

from datetime import timedelta

import pytest

from portal.billing import ledger_check
from portal.billing.collecting import collect
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.gateway import Charge, PaymentStatus
from portal.billing.invoices import Invoice
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.payments import Payment
from portal.database import write
from tests.billing.tills import REFUSED, SILENCE, TAKEN, Till
from tests.factories import NOW, a_customer, a_payment_method, an_invoice

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def payment(db) -> Payment:
    customer = a_customer()
    a_payment_method(customer=customer)
    return collect(an_invoice(customer=customer), Till(), at=NOW)


def check(payment: Payment, till: Till | None = None, days: int = 0) -> list[LedgerDifference]:
    at = NOW + timedelta(days=days)
    ledger_check.check_books(payment.merchant, at=at)
    ledger_check.check_provider(payment.merchant, till or Till(), at=at)
    return list(LedgerDifference.open())


def test_what_agrees_is_not_mentioned(payment):
    an_invoice(customer=payment.invoice.customer)
    assert check(payment) == []


@pytest.mark.parametrize(
    ("record", "columns", "kind"),
    [
        (Invoice, {"amount_paid": 2000, "amount_due": 380}, "invoice_paid"),
        (Invoice, {"amount_refunded": 5}, "invoice_refunded"),
        (Invoice, {"total_credited": 5}, "invoice_credited"),
        (Payment, {"amount_refunded": 5}, "payment_refunded"),
        (Customer, {"balance": 5}, "customer_balance"),
    ],
)
def test_every_sum_is_compared(payment, record, columns, kind):
    with write():
        record.update(columns).execute()
    assert kind in {difference.kind for difference in check(payment)}


def test_a_difference_is_said_once_and_nothing_is_put_right(payment):
    with write():
        Invoice.update(amount_paid=2000, amount_due=380).execute()
    for day in range(3):
        (difference,) = check(payment, days=day)

    assert (difference.expected, difference.found) == ("2000", "2380")
    assert Event.select().where(Event.type == "ledger.difference_found").count() == 1
    assert payment.invoice.reload().amount_paid == 2000


def test_a_difference_that_is_gone_is_settled(payment):
    with write():
        Invoice.update(amount_paid=2000, amount_due=380).execute()
    check(payment)
    with write():
        Invoice.update(amount_paid=2380, amount_due=0).execute()

    assert check(payment) == []
    assert Event.select().where(Event.type == "ledger.difference_settled").count() == 1


def test_money_that_was_taken_back_is_not_counted(payment):
    payment.return_("AC04", at=NOW)
    assert check(payment, Till(Charge(PaymentStatus.RETURNED))) == []


@pytest.mark.parametrize(
    "till",
    [
        Till(REFUSED),
        Till(arrives=False),
        Till(TAKEN._replace(amount=2000)),
        Till(Charge(PaymentStatus.RETURNED)),
    ],
)
def test_the_provider_is_asked_too(payment, till):
    (difference,) = check(payment, till)
    assert (difference.kind, difference.object_id) == ("provider_charge", payment.id)
    assert difference.expected == "succeeded 2380 EUR"


def test_money_that_the_provider_took_though_we_say_it_failed(db):
    customer = a_customer()
    a_payment_method(customer=customer)
    payment = collect(an_invoice(customer=customer), Till(REFUSED), at=NOW)
    assert check(payment, Till(REFUSED)) == []
    assert check(payment, Till(arrives=False)) == []
    (difference,) = check(payment, Till(TAKEN))
    assert difference.found == "succeeded"


def test_no_answer_is_no_difference_and_settles_none(payment):
    assert check(payment, Till(SILENCE)) == []
    check(payment, Till(REFUSED))
    assert len(check(payment, Till(SILENCE))) == 1


def test_a_difference_with_the_provider_is_followed_up(payment):
    check(payment, Till(REFUSED))
    assert len(check(payment, Till(REFUSED), days=30)) == 1
    assert check(payment, Till(TAKEN), days=31) == []


def test_another_merchants_books_are_left_alone(payment):
    with write():
        Invoice.update(amount_paid=2000, amount_due=380).execute()
    ledger_check.check_books(a_customer().merchant, at=NOW)
    assert list(LedgerDifference.open()) == []
