import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

from portal.billing.credit_notes import CreditNote, CreditNoteLine, CreditReason
from portal.billing.credit_plans import Destination, is_creditable, plan, remaining_of
from portal.billing.crediting import credit
from portal.billing.errors import (
    CreditTooLarge,
    InvoiceHasCreditNotes,
    InvoiceNotCreditable,
    NothingToCredit,
    PaymentPending,
)
from portal.billing.events import Event
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.invoicing import Item, issue
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.tax import TaxBehavior
from portal.database import database, write
from tests.factories import (
    NOW,
    a_balance,
    a_credit_note,
    a_customer,
    a_paid_invoice,
    a_payment_method,
    an_invoice,
)

pytestmark = pytest.mark.usefixtures("db")

OTHER = {"reason": CreditReason.OTHER, "at": NOW}


def of_two_lines() -> Invoice:
    items = [
        Item(name, 1, amount, amount, TaxBehavior.EXCLUSIVE, "digital_service")
        for name, amount in (("Hosting", 1000), ("Support", 501))
    ]
    return issue(a_customer(), items, currency="EUR", at=NOW)


def test_a_whole_invoice_is_taken_back_to_the_cent():
    invoice = a_paid_invoice()

    note = a_credit_note(invoice)

    assert (note.subtotal, note.tax, note.total) == (2000, 380, 2380)
    assert note.refund_amount == 2380
    assert invoice.reload().total_credited == 2380
    assert invoice.reload().total == 2380


def test_credit_notes_have_a_series_of_their_own_without_a_gap():
    invoice = a_paid_invoice()

    numbers = [a_credit_note(invoice, 100).number for _ in range(3)]

    prefix = invoice.merchant.invoice_prefix
    assert numbers == [f"{prefix}-CN-{number:06d}" for number in (1, 2, 3)]


def test_a_number_that_is_rolled_back_is_given_out_again():
    invoice = a_paid_invoice()

    def fail() -> None:
        with write():
            a_credit_note(invoice, 100)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert a_credit_note(invoice.reload(), 100).number.endswith("-CN-000001")


@settings(max_examples=40)
@given(
    amount=st.integers(2, 9_999),
    cuts=st.lists(st.floats(0.01, 0.99), max_size=5),
    behavior=st.sampled_from(list(TaxBehavior)),
)
def test_the_parts_of_a_line_sum_to_the_line(amount, cuts, behavior):
    with database.atomic() as undone:
        item = Item("Work", 1, amount, amount, behavior, "digital_service")
        invoice = issue(a_customer(), [item], currency="EUR", at=NOW)
        for cut in cuts:
            left = remaining_of(invoice)[0].gross
            if part := int(left * cut):
                note = a_credit_note(invoice, part)
                assert 0 <= note.tax <= note.total
        a_credit_note(invoice)
        line = invoice.unordered_lines.get()
        taken = list(CreditNoteLine.select().where(CreditNoteLine.invoice_line == line))
        assert sum(part.net for part in taken) == line.net
        assert sum(part.tax for part in taken) == line.tax
        assert invoice.total_credited == invoice.total
        undone.rollback()


def test_never_more_is_credited_than_is_left():
    invoice = a_paid_invoice()
    a_credit_note(invoice, 2000)

    with pytest.raises(CreditTooLarge):
        a_credit_note(invoice, 381)

    assert CreditNote.of(invoice).count() == 1


def test_a_reader_of_yesterday_cannot_credit_twice():
    invoice = a_paid_invoice()
    stale = invoice.reload()
    parts = remaining_of(stale)
    a_credit_note(invoice)

    with pytest.raises(CreditTooLarge):
        credit(stale, parts, **OTHER)


def test_the_lines_of_another_invoice_are_not_credited():
    invoice, other = a_paid_invoice(), an_invoice()

    with pytest.raises(CreditTooLarge):
        credit(invoice, remaining_of(other), **OTHER)


def test_the_database_itself_refuses_more_than_the_total():
    invoice = an_invoice()

    with pytest.raises(IntegrityError), write():
        Invoice.update(total_credited=2381).where(Invoice.id == invoice.id).execute()


@pytest.mark.parametrize("gross", [0, -1])
def test_a_credit_note_over_nothing_is_refused(gross):
    invoice = an_invoice()

    with pytest.raises((NothingToCredit, CreditTooLarge)):
        a_credit_note(invoice, gross)


def test_a_void_invoice_has_nothing_to_credit():
    invoice = an_invoice()
    invoice.void(at=NOW)

    assert not is_creditable(invoice)
    with pytest.raises(InvoiceNotCreditable):
        a_credit_note(invoice)


def test_what_is_still_due_is_reduced_first():
    invoice = an_invoice()
    invoice.pay(1000, at=NOW)

    note = a_credit_note(invoice, 2000, to=Destination.BALANCE)

    assert (note.due_amount, note.balance_amount) == (1380, 620)
    assert invoice.amount_credited == 1380
    assert invoice.customer.reload().balance == 620


def test_an_invoice_of_which_nothing_remains_due_is_paid():
    invoice = an_invoice()

    note = a_credit_note(invoice)

    assert (note.due_amount, note.refund_amount) == (2380, 0)
    assert invoice.reload().status == InvoiceStatus.PAID
    assert invoice.paid_at == NOW
    assert not Refund.select().exists()


def test_an_invoice_of_which_a_part_remains_due_stays_open():
    invoice = an_invoice()

    a_credit_note(invoice, 1000)

    invoice = invoice.reload()
    assert (invoice.status, invoice.amount_due) == (InvoiceStatus.OPEN, 1380)


def test_what_was_written_off_is_settled_by_crediting_it():
    invoice = an_invoice()
    invoice.mark_uncollectible(at=NOW)

    a_credit_note(invoice)

    assert invoice.reload().status == InvoiceStatus.PAID


def test_nothing_is_credited_while_a_payment_has_no_answer():
    invoice = an_invoice()
    Payment.begin(invoice, a_payment_method(customer=invoice.customer), at=NOW)

    with pytest.raises(PaymentPending):
        a_credit_note(invoice, 100)


def test_an_invoice_with_credit_notes_is_not_void_any_more():
    invoice = an_invoice()
    a_credit_note(invoice, 100)

    with pytest.raises(InvoiceHasCreditNotes):
        invoice.void(at=NOW)


def test_a_refund_gives_back_what_came_through_the_provider_first():
    invoice = an_invoice()
    invoice.pay(380, at=NOW)
    Payment.record_outside(invoice, 1000, note="Cash", at=NOW)

    note = a_credit_note(invoice)

    assert (note.due_amount, note.refund_amount, note.outside_amount) == (1000, 0, 1000)
    # What no payment stands for cannot go back by one.
    assert note.balance_amount == 380


def test_what_was_paid_outside_is_recorded_as_given_back_outside():
    invoice = an_invoice()
    payment = Payment.record_outside(invoice, 2380, note="Cash", at=NOW)

    note = a_credit_note(invoice, 500)

    refund = note.refunds.get()
    assert (refund.is_outside, refund.status, refund.amount) == (True, "succeeded", 500)
    assert payment.reload().amount_refunded == 500
    assert invoice.reload().amount_refunded == 500


def test_money_given_back_outside_cannot_be_refunded_again():
    invoice = a_paid_invoice()
    a_credit_note(invoice, 2000, to=Destination.OUTSIDE)

    note = a_credit_note(invoice.reload())

    assert note.refund_amount == 380
    assert invoice.reload().amount_refunded == 2380


def test_what_was_paid_from_the_balance_returns_to_it():
    customer = a_customer()
    invoice = an_invoice(customer=customer)
    a_balance(customer, 2380)
    invoice.amount_from_balance, invoice.amount_due = 2380, 0
    invoice.settle(at=NOW)

    note = a_credit_note(invoice, 400, to=Destination.REFUND)

    assert (note.refund_amount, note.balance_amount) == (0, 400)


def test_lines_are_credited_one_by_one():
    invoice = of_two_lines()
    hosting, support = remaining_of(invoice)

    credit(invoice, [support], **OTHER)

    assert [part.gross for part in remaining_of(invoice)] == [hosting.gross, 0]


def test_what_is_previewed_is_what_is_done():
    invoice = a_paid_invoice()
    parts = [remaining_of(invoice)[0]._replace(gross=777)]

    planned = plan(invoice, parts, Destination.REFUND)
    note = credit(invoice, parts, **OTHER)

    assert (planned.net, planned.tax, planned.total) == (note.subtotal, note.tax, note.total)
    assert planned.split.refund_amount == note.refund_amount


def test_a_negative_line_is_taken_back_with_the_others():
    items = [
        Item(name, 1, amount, None, TaxBehavior.INCLUSIVE, "digital_service")
        for name, amount in (("Larger plan", 3000), ("Unused time", -1200))
    ]
    invoice = issue(a_customer(), items, currency="EUR", at=NOW)

    note = a_credit_note(invoice)

    assert note.total == invoice.total == 1800
    assert [line.gross for line in CreditNoteLine.of(note)] == [3000, -1200]


def test_the_document_is_taken_down_with_the_note():
    invoice = a_paid_invoice()

    note = a_credit_note(invoice, 1190, memo="As agreed by phone").reload()

    assert note.document["number"] == note.number
    assert note.document["total"] == 1190
    assert note.document["corrects"]["number"] == invoice.number


def test_an_issued_invoice_says_the_same_as_before():
    invoice = a_paid_invoice()
    before = invoice.document

    a_credit_note(invoice)

    assert invoice.reload().document == before


def test_a_credit_note_is_told():
    invoice = a_paid_invoice()

    note = a_credit_note(invoice, 100)

    event = Event.get(Event.type == "credit_note.created")
    assert (event.object_id, event.customer_id) == (note.id, invoice.customer_id)
    assert event.data["invoice"] == invoice.id


def test_the_tax_of_a_part_is_what_it_would_be_alone():
    note = a_credit_note(a_paid_invoice(), 1190)

    assert (note.subtotal, note.tax) == (1000, 190)
