"""What is given back at the same moment is given back once, on both engines."""

import pytest

from portal.billing import corrections, customer_balances, refunds
from portal.billing.corrections import correct
from portal.billing.credit_notes import CreditNote, CreditReason
from portal.billing.credit_plans import Destination, remaining_of
from portal.billing.crediting import credit
from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.database import database
from portal.ids import new_id
from tests.factories import NOW, a_balance, a_customer, a_paid_invoice

EIGHT = 8


@pytest.fixture
def world(own_database):
    with database.connection_context():
        yield a_customer(currency="EUR")


def refused(results) -> int:
    return sum(isinstance(result, BillingError) for result in results)


def test_refunds_at_once_never_give_back_more_than_came(world, at_once):
    payment = a_paid_invoice(customer=world).payments.get()

    def refund() -> Refund:
        return refunds.begin(Payment.get_by_id(payment.id), 1000, at=NOW)

    results = at_once(*[refund] * EIGHT)

    assert refused(results) == EIGHT - 2
    assert Refund.select().count() == 2
    assert payment.reload().amount_refunded == payment.invoice.reload().amount_refunded == 2000


def test_credit_notes_at_once_never_credit_more_than_was_billed(world, at_once):
    invoice = a_paid_invoice(customer=world)

    def give() -> CreditNote:
        mine = Invoice.get_by_id(invoice.id)
        parts = [remaining_of(mine)[0]._replace(gross=1000)]
        return credit(mine, parts, reason=CreditReason.OTHER, at=NOW, to=Destination.BALANCE)

    results = at_once(*[give] * EIGHT)

    assert refused(results) == EIGHT - 2
    assert invoice.reload().total_credited == 2000
    assert world.reload().balance == 2000
    numbers = sorted(note.number[-6:] for note in CreditNote.select())
    assert numbers == ["000001", "000002"]


def test_a_form_that_is_sent_often_at_once_makes_one_credit_note(world, at_once):
    invoice, note_id = a_paid_invoice(customer=world), new_id("cn", NOW)

    def give() -> CreditNote:
        mine = Invoice.get_by_id(invoice.id)
        parts = [remaining_of(mine)[0]._replace(gross=100)]
        to = Destination.BALANCE
        return credit(mine, parts, reason=CreditReason.OTHER, at=NOW, to=to, note_id=note_id)

    assert {note.id for note in at_once(*[give] * EIGHT)} == {note_id}
    assert (world.reload().balance, invoice.reload().total_credited) == (100, 100)


def test_a_form_that_is_sent_often_at_once_moves_a_balance_once(world, at_once):
    once = new_id("cbtxn", NOW)

    def give() -> CustomerBalanceTransaction:
        customer, why = Customer.get_by_id(world.id), BalanceReason.ADJUSTMENT
        return customer_balances.move(customer, 700, reason=why, at=NOW, movement_id=once)

    assert {movement.id for movement in at_once(*[give] * EIGHT)} == {once}
    assert world.reload().balance == 700


def test_a_balance_is_spent_once(world, at_once):
    a_balance(world, 1500)

    def spend() -> CustomerBalanceTransaction:
        customer = Customer.get_by_id(world.id)
        return customer_balances.move(customer, -1000, reason=BalanceReason.PAID_OUT, at=NOW)

    results = at_once(*[spend] * EIGHT)

    assert refused(results) == EIGHT - 1
    assert world.reload().balance == 500


def test_an_invoice_is_corrected_once(world, at_once):
    invoice = a_paid_invoice(customer=world)
    world.change(company="Analytical Engines", at=NOW)

    results = at_once(*[lambda: correct(Invoice.get_by_id(invoice.id), at=NOW)] * EIGHT)

    assert refused(results) == EIGHT - 1
    assert corrections.correction_of(invoice) is not None
    assert CreditNote.select().count() == 1
