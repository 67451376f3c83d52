import pytest
from peewee import IntegrityError

from portal.billing import customer_balances
from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction, apply_to
from portal.billing.customers import Customer
from portal.billing.errors import (
    AmountTooLarge,
    BalanceTooSmall,
    BalanceUnmoved,
    CurrencyIsFixed,
)
from portal.billing.events import Event
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.money import MAX_AMOUNT
from portal.database import write
from tests.factories import NOW, a_balance, a_customer, an_invoice

pytestmark = pytest.mark.usefixtures("db")


def move(customer: Customer, amount: int, **given: object) -> CustomerBalanceTransaction:
    given = {"reason": BalanceReason.ADJUSTMENT, "at": NOW} | given
    return customer_balances.move(customer, amount, **given)


def apply(invoice: Invoice, customer: Customer) -> int:
    """As `issue` does, for an invoice that is there already."""
    with write():
        amount = apply_to(invoice, customer, NOW)
        invoice.save()
    return amount


def test_every_movement_says_what_the_balance_was_after_it():
    customer = a_customer()

    move(customer, 500, note="For the delay")
    move(customer, -120)

    newest, oldest = CustomerBalanceTransaction.of(customer)
    assert (oldest.amount, oldest.ending_balance, oldest.note) == (500, 500, "For the delay")
    assert (newest.amount, newest.ending_balance) == (-120, 380)
    assert customer.reload().balance == customer.balance == 380


def test_a_balance_never_falls_below_nothing():
    customer = a_customer()
    move(customer, 100)

    with pytest.raises(BalanceTooSmall):
        move(customer, -101)

    assert customer.reload().balance == 100
    assert CustomerBalanceTransaction.of(customer).count() == 1


def test_a_balance_has_an_end():
    customer = a_customer()
    move(customer, MAX_AMOUNT)

    with pytest.raises(AmountTooLarge):
        move(customer, 1)


def test_a_movement_of_nothing_is_refused():
    with pytest.raises(BalanceUnmoved):
        move(a_customer(), 0)


def test_the_database_itself_refuses_a_balance_below_nothing():
    customer = a_customer()

    with pytest.raises(IntegrityError), write():
        Customer.update(balance=-1).where(Customer.id == customer.id).execute()


def test_the_first_movement_fixes_the_currency():
    customer = a_customer()

    move(customer, 100)

    assert customer.reload().currency == "EUR"


def test_a_balance_in_one_currency_takes_nothing_in_another():
    customer = a_customer()
    other = an_invoice(customer=a_customer(merchant=customer.merchant), currency="CHF")
    move(customer, 100)

    with pytest.raises(CurrencyIsFixed):
        move(customer, 100, invoice=other)


def test_what_was_read_before_is_not_what_is_counted_with():
    customer = a_customer()
    stale = customer.reload()
    move(customer, 100)

    move(stale, 50)

    assert customer.reload().balance == 150


def test_saving_a_customer_afterwards_does_not_write_an_old_balance():
    customer = a_customer()
    move(customer, 100)
    move(customer.reload(), 50)

    customer.change(name="Ada King", at=NOW)

    assert customer.reload().balance == 150


def test_a_movement_is_told():
    customer = a_customer()

    movement = move(customer, 100)

    event = Event.get(Event.type == "customer.balance.changed")
    assert (event.object_id, event.customer_id) == (movement.id, customer.id)
    assert (event.data["amount"], event.data["balance"]) == (100, 100)


def test_the_balance_pays_as_much_of_an_invoice_as_it_can():
    customer = a_customer()
    invoice = an_invoice(customer=customer, amount=2380)
    a_balance(customer, 1000)

    assert apply(invoice, customer) == 1000

    invoice = invoice.reload()
    assert (invoice.amount_from_balance, invoice.amount_due) == (1000, 1380)
    newest = CustomerBalanceTransaction.newest_of(customer)
    assert (newest.amount, newest.reason) == (-1000, BalanceReason.APPLIED_TO_INVOICE)
    assert newest.invoice_id == invoice.id


def test_an_invoice_takes_no_more_than_is_due():
    customer = a_customer()
    invoice = an_invoice(customer=customer, amount=2380)
    a_balance(customer, 5000)

    assert apply(invoice, customer) == 2380

    assert customer.reload().balance == 2620
    assert invoice.reload().amount_due == 0


def test_an_empty_balance_pays_nothing():
    customer = a_customer()

    assert apply(an_invoice(customer=customer), customer) == 0

    assert not CustomerBalanceTransaction.of(customer).exists()


def test_a_balance_that_was_spent_meanwhile_is_not_spent_again():
    customer = a_customer()
    invoice = an_invoice(customer=customer, amount=2380)
    a_balance(customer, 1000)
    stale = customer.reload()
    move(customer, -1000)

    assert apply(invoice, stale) == 0


def test_voiding_an_invoice_gives_its_balance_back():
    customer = a_customer()
    invoice = an_invoice(customer=customer, amount=2380)
    a_balance(customer, 1000)
    apply(invoice, customer)

    invoice.void(at=NOW)

    invoice = invoice.reload()
    assert invoice.status == InvoiceStatus.VOID
    assert (invoice.amount_from_balance, invoice.amount_due) == (0, 2380)
    assert customer.reload().balance == 1000
    newest = CustomerBalanceTransaction.newest_of(customer)
    assert newest.reason == BalanceReason.UNAPPLIED_FROM_INVOICE
