"""From a bank's statement to paid invoices: matching, booking once, and what is left over."""

import pytest

from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction
from portal.billing.gateway import GatewayUnavailable, PaymentStatus, RefundStatus
from portal.billing.invoices import InvoiceStatus
from portal.billing.money import Money
from portal.billing.payment_method_setups import payer_of
from portal.billing.payments import Payment
from portal.billing.refunds import begin
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus
from portal.gateways import gateway_for
from portal.gateways.bank_transfer import booking, outgoing
from portal.gateways.bank_transfer.importing import discard
from portal.gateways.bank_transfer.matching import Matcher, Outcome
from portal.gateways.bank_transfer.records import (
    BankTransaction,
    OutgoingTransfer,
    TransactionStatus,
)
from tests.factories import NOW, a_customer, a_payment_method, a_subscription, an_invoice
from tests.gateways.bank_transfer.files import a_transfer
from tests.gateways.bank_transfer.statements import (
    a_bank_merchant,
    a_statement,
    confirmed,
    for_invoice,
    judged,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def merchant():
    return a_bank_merchant()


@pytest.fixture
def customer(merchant):
    return a_customer(merchant=merchant)


@pytest.fixture
def invoice(customer):
    """€23.80."""
    return an_invoice(customer=customer)


def only(statement) -> BankTransaction:
    return BankTransaction.of(statement).get()


# ── matching ────────────────────────────────────────────────────────────────────────────────────


def test_a_transfer_with_the_reference_pays_its_invoice(merchant, invoice):
    statement = a_statement(merchant, for_invoice(invoice))
    (found,) = judged(statement)

    assert (found.outcome, found.invoice, found.paid) == (Outcome.EXACT, invoice, 2380)
    assert confirmed(statement) == 1
    payment = Payment.get(Payment.invoice == invoice)
    assert (payment.gateway, payment.amount, payment.status) == ("bank_transfer", 2380, "succeeded")
    assert invoice.reload().status == InvoiceStatus.PAID
    assert only(statement).payment == payment


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung {number} vom März",
        "RG.{number}",
        "invoice {plain} thanks",
        "{spaced}",
        "{lower}",
        "{reference} DANKE SCHOEN",
        "REF{reference}Danke",
    ],
)
def test_what_people_write_into_the_text_is_understood(merchant, invoice, text):
    from portal.billing.creditor_references import creditor_reference

    number = invoice.number
    written = text.format(
        number=number,
        plain=number.replace("-", ""),
        spaced=number.replace("-", " - "),
        lower=number.lower(),
        reference=creditor_reference(number),
    )
    statement = a_statement(merchant, a_transfer(text=written))

    (found,) = judged(statement)
    assert (found.outcome, found.invoice) == (Outcome.EXACT, invoice)


@pytest.mark.parametrize("text", ["", "Danke", "BERLIN {number}9", "XX{number}"])
def test_a_number_that_only_looks_alike_is_not_taken(merchant, invoice, text):
    statement = a_statement(merchant, a_transfer(text=text.format(number=invoice.number)))

    (found,) = judged(statement)
    assert found.outcome == Outcome.UNCLEAR
    assert found.hint == invoice.number


def test_two_numbers_in_a_text_are_for_a_person_to_judge(merchant, customer, invoice):
    other = an_invoice(customer=customer)
    text = f"{invoice.number} und {other.number}"

    (found,) = judged(a_statement(merchant, a_transfer(text=text, amount="47.60")))
    assert found.outcome == Outcome.UNCLEAR


def test_the_invoice_of_somebody_else_is_never_found(merchant):
    other = an_invoice(customer=a_customer(merchant=a_bank_merchant()))

    (found,) = judged(a_statement(merchant, for_invoice(other)))
    assert found.outcome == Outcome.UNCLEAR


def test_money_of_another_currency_pays_nothing(merchant, invoice):
    (found,) = judged(a_statement(merchant, for_invoice(invoice, currency="CHF")))

    assert found.outcome == Outcome.UNCLEAR


# ── parts, too much, and twice ──────────────────────────────────────────────────────────────────


def test_a_part_leaves_the_rest_due(merchant, invoice):
    statement = a_statement(merchant, for_invoice(invoice, amount="20.00"))
    (found,) = judged(statement)
    confirmed(statement)

    assert found.outcome == Outcome.PART
    left = invoice.reload()
    assert (left.amount_paid, left.amount_due, left.status) == (2000, 380, InvoiceStatus.OPEN)


def test_what_is_too_much_goes_to_the_balance(merchant, customer, invoice):
    statement = a_statement(merchant, for_invoice(invoice, amount="30.00"))
    (found,) = judged(statement)
    confirmed(statement)

    assert (found.outcome, found.paid, found.excess) == (Outcome.OVER, 2380, 620)
    assert invoice.reload().status == InvoiceStatus.PAID
    moved = CustomerBalanceTransaction.get(CustomerBalanceTransaction.customer == customer)
    assert (moved.amount, moved.reason, moved.invoice) == (620, BalanceReason.OVERPAYMENT, invoice)


def test_paying_a_paid_invoice_again_goes_to_the_balance(merchant, customer, invoice):
    transfer = for_invoice(invoice)
    statement = a_statement(merchant, transfer, transfer | {"bank": "B2"})

    assert [one.outcome for one in judged(statement)] == [Outcome.EXACT, Outcome.CREDIT]
    assert confirmed(statement) == 2
    assert customer.reload().balance == 2380
    assert Payment.select().where(Payment.invoice == invoice).count() == 1


def test_while_a_payment_has_no_answer_the_line_waits(merchant, customer, invoice):
    Payment.begin(invoice, a_payment_method(customer=customer), at=NOW)
    statement = a_statement(merchant, for_invoice(invoice))

    (found,) = judged(statement)
    assert found.outcome == Outcome.WAITING
    assert confirmed(statement) == 0
    assert only(statement).status == TransactionStatus.OPEN


# ── once ────────────────────────────────────────────────────────────────────────────────────────


def test_confirming_twice_books_once(merchant, invoice):
    statement = a_statement(merchant, for_invoice(invoice))

    assert [confirmed(statement), confirmed(statement)] == [1, 0]
    assert Payment.select().where(Payment.invoice == invoice).count() == 1


def test_the_same_line_in_another_file_is_known(merchant, invoice):
    transfer = for_invoice(invoice, bank="B1")
    confirmed(a_statement(merchant, transfer))

    again = a_statement(merchant, transfer, a_transfer(amount="1.00", bank="B2"))

    assert [line for line, *_ in again.repeated] == [1]
    assert [one.amount for one in BankTransaction.of(again)] == [100]


def test_two_equal_lines_of_one_file_are_two_transfers(merchant):
    same = a_transfer(text="LIN")
    statement = a_statement(merchant, same, same)

    assert BankTransaction.of(statement).count() == 2
    assert len(a_statement(merchant, same, same, same).repeated) == 2


def test_two_merchants_may_have_the_same_line(merchant):
    a_statement(merchant, a_transfer(bank="B1"))

    assert a_statement(a_bank_merchant(), a_transfer(bank="B1")).repeated == []


def test_what_changed_since_the_preview_is_looked_at_again(merchant, invoice):
    statement = a_statement(merchant, for_invoice(invoice))
    quote = booking.quote_of(Matcher(merchant).judged(BankTransaction.open_of(statement)))
    invoice.pay(1000, at=NOW)

    with pytest.raises(booking.StatementChanged):
        booking.confirm(statement, quote, at=NOW)
    assert invoice.reload().amount_due == 1380


def test_a_statement_is_discarded_only_before_it_was_booked(merchant, invoice):
    transfer = for_invoice(invoice)
    assert discard(a_statement(merchant, transfer))
    statement = a_statement(merchant, transfer)
    assert statement.repeated == []

    confirmed(statement)

    assert not discard(statement)
    assert BankTransaction.of(statement).count() == 1


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────


def test_a_person_says_which_invoice_it_is(merchant, invoice):
    statement = a_statement(merchant, a_transfer(text="no idea"))
    booking.assign(only(statement), f" {invoice.number.lower()} ")

    assert confirmed(statement) == 1
    assert invoice.reload().status == InvoiceStatus.PAID


@pytest.mark.parametrize("number", ["", "LIN-999999", "%", "of nobody"])
def test_an_unknown_number_is_refused(merchant, number):
    statement = a_statement(merchant, a_transfer())

    with pytest.raises(booking.InvoiceUnknown):
        booking.assign(only(statement), number)


def test_the_invoice_of_another_merchant_cannot_be_chosen(merchant):
    other = an_invoice(customer=a_customer(merchant=a_bank_merchant()))
    statement = a_statement(merchant, a_transfer())

    with pytest.raises(booking.InvoiceUnknown):
        booking.assign(only(statement), other.number)


def test_what_is_set_aside_is_not_booked_until_it_is_taken_up(merchant, invoice):
    statement = a_statement(merchant, for_invoice(invoice))
    booking.ignore(only(statement))
    assert confirmed(statement) == 0
    with pytest.raises(booking.TransactionDecided):
        booking.assign(only(statement), invoice.number)

    booking.reconsider(only(statement))

    assert confirmed(statement) == 1
    with pytest.raises(booking.TransactionDecided):
        booking.reconsider(only(statement))


# ── who pays so ─────────────────────────────────────────────────────────────────────────────────


def test_subscriptions_of_such_a_merchant_are_billed_by_invoice(merchant):
    subscription = a_subscription(customer=a_customer(merchant=merchant), paid=False)

    assert subscription.collection_method == CollectionMethod.SEND_INVOICE
    assert subscription.status == SubscriptionStatus.ACTIVE


def test_nothing_is_charged_and_no_method_can_be_added(merchant):
    gateway = gateway_for("bank_transfer", merchant)

    assert gateway.charge(Money(100, "EUR"), "tok", "key").status == PaymentStatus.FAILED
    assert gateway.find_charge("key") is None
    with pytest.raises(GatewayUnavailable):
        gateway.setup_url("setup-1", "/back", payer_of(a_customer(merchant=merchant)))


def test_a_refund_goes_to_the_account_that_the_money_came_from(merchant, invoice):
    confirmed(a_statement(merchant, for_invoice(invoice)))
    payment = Payment.get(Payment.invoice == invoice)
    refund = begin(payment, 500, at=NOW)

    refund.ask(gateway_for("bank_transfer", merchant), NOW)
    assert refund.status == RefundStatus.PENDING
    (transfer,) = OutgoingTransfer.to_make(merchant)
    assert (transfer.iban, transfer.name) == ("DE89370400440532013000", "Ada Lovelace")
    outgoing.make(transfer, at=NOW)
    outgoing.make(transfer, at=NOW)

    assert refund.reload().status == RefundStatus.SUCCEEDED
