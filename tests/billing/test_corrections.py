from datetime import timedelta

import pytest
from peewee import IntegrityError

from portal.billing import dunning
from portal.billing.collecting import collect
from portal.billing.corrections import changed_details, correct, correction_of, may_be_corrected
from portal.billing.credit_notes import CreditNote, CreditReason
from portal.billing.errors import (
    BillingDetailsUnchanged,
    InvoiceAlreadyCorrected,
    InvoiceNotCorrectable,
    PaymentPending,
)
from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payments import Payment
from portal.billing.refunds import Refund
from portal.billing.subscription_status import SubscriptionStatus
from portal.database import write
from tests.billing.tills import REFUSED, Till
from tests.factories import (
    NOW,
    a_balance,
    a_credit_note,
    a_paid_invoice,
    a_payment_method,
    a_subscription,
    an_invoice,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")
LATER = utc(2026, 3, 20)


def moved(invoice: Invoice) -> Invoice:
    """The customer has another company name since."""
    invoice.customer.change(company="Analytical Engines", at=NOW)
    return invoice.reload()


def test_a_paid_invoice_is_issued_again_and_no_money_moves():
    invoice = moved(a_paid_invoice())

    corrected = correct(invoice, at=LATER).reload()

    note = CreditNote.get()
    assert (note.reason, note.total) == (CreditReason.CORRECTION, invoice.total)
    assert corrected.status == InvoiceStatus.PAID
    assert (corrected.total, corrected.amount_from_balance) == (2380, 2380)
    assert corrected.customer.balance == 0
    assert not Refund.select().exists()


def test_the_new_invoice_names_the_buyer_as_they_are_now():
    invoice = moved(a_paid_invoice())

    corrected = correct(invoice, at=LATER).reload()

    assert corrected.document["buyer"]["company"] == "Analytical Engines"
    assert invoice.reload().document["buyer"]["company"] == ""
    # The credit note takes back what the old one said.
    assert CreditNote.get().document["buyer"]["company"] == ""
    assert corrected.number != invoice.number


def test_the_new_invoice_names_the_old_one_and_the_day_of_its_supply():
    invoice = moved(a_paid_invoice())
    said = {key: invoice.document[key] for key in ("supply_start", "supply_end")}

    corrected = correct(invoice, at=LATER).reload()
    corrected.customer.change(company="Difference Engines", at=LATER)
    again = correct(corrected, at=LATER).reload()

    assert "corrects" not in invoice.document
    assert corrected.document["corrects"] == {
        "number": invoice.number,
        "issued_on": invoice.document["issued_on"],
    }
    assert again.document["corrects"]["number"] == corrected.number
    for each in (corrected, again):
        assert {key: each.document[key] for key in said} == said


def test_lines_periods_and_vat_stay_those_of_the_supply():
    subscription = a_subscription()
    invoice = moved(subscription.invoices.get())
    # Moving abroad does not change what was owed for a supply that is over.
    invoice.customer.change(country="FR", at=NOW)

    corrected = correct(invoice, at=LATER)

    [old], [new] = InvoiceLine.of(invoice), InvoiceLine.of(corrected)
    for column in ("description", "net", "tax", "gross", "tax_rate", "period_start", "period_end"):
        assert getattr(new, column) == getattr(old, column), column
    assert corrected.subscription == subscription


def test_what_was_due_is_due_again():
    invoice = moved(an_invoice())
    invoice.pay(1000, at=NOW)

    corrected = correct(invoice, at=LATER).reload()

    assert invoice.reload().status == InvoiceStatus.PAID
    assert (corrected.status, corrected.amount_due) == (InvoiceStatus.OPEN, 1380)
    assert corrected.due_at == invoice.due_at


def test_both_know_of_each_other():
    invoice = moved(a_paid_invoice())

    corrected = correct(invoice, at=LATER)

    assert correction_of(invoice) == corrected
    assert corrected.reload().corrects == invoice
    event = Event.get(Event.type == "invoice.corrected")
    assert (event.object_id, event.data["correction"]) == (invoice.id, corrected.id)


def test_an_invoice_is_corrected_once():
    invoice = moved(a_paid_invoice())
    correct(invoice, at=LATER)

    assert not may_be_corrected(invoice.reload())
    with pytest.raises(InvoiceAlreadyCorrected):
        correct(invoice, at=LATER)
    other = an_invoice(customer=invoice.customer)
    with pytest.raises(IntegrityError), write():
        Invoice.update(corrects=invoice).where(Invoice.id == other.id).execute()


def test_a_correction_can_be_corrected_in_turn():
    subscription = a_subscription()
    corrected = correct(moved(subscription.invoices.get()), at=LATER)
    corrected.customer.change(line1="Gartenweg 4", at=NOW)

    assert correct(corrected.reload(), at=LATER).reload().status == InvoiceStatus.PAID


def test_without_a_change_there_is_nothing_to_correct():
    invoice = a_paid_invoice()

    assert changed_details(invoice, invoice.customer) == []
    with pytest.raises(BillingDetailsUnchanged):
        correct(invoice, at=LATER)


def test_another_email_is_no_other_billing_detail():
    invoice = a_paid_invoice()
    invoice.customer.change(email="ada@example.test", at=NOW)

    assert changed_details(invoice, invoice.customer) == []


@pytest.mark.parametrize("command", ["void", "mark_uncollectible"])
def test_what_is_void_or_written_off_is_not_corrected(command):
    invoice = moved(an_invoice())
    getattr(invoice, command)(at=NOW)

    with pytest.raises(InvoiceNotCorrectable):
        correct(invoice, at=LATER)


def test_what_was_credited_in_part_is_not_corrected():
    invoice = moved(a_paid_invoice())
    a_credit_note(invoice, 100)

    with pytest.raises(InvoiceNotCorrectable):
        correct(invoice, at=LATER)


def test_nothing_is_corrected_while_a_payment_has_no_answer():
    invoice = moved(an_invoice())
    Payment.begin(invoice, a_payment_method(customer=invoice.customer), at=NOW)

    with pytest.raises(PaymentPending):
        correct(invoice, at=LATER)


def test_a_subscription_that_waits_for_money_waits_on():
    subscription = a_subscription()
    subscription.renew(at=subscription.current_period_end)
    subscription.reload().mark(SubscriptionStatus.PAST_DUE, at=NOW)
    invoice = moved(subscription.invoices.where(Invoice.status == InvoiceStatus.OPEN).get())

    correct(invoice, at=LATER)

    assert subscription.reload().status == SubscriptionStatus.PAST_DUE


def test_a_subscription_that_is_unpaid_keeps_its_period():
    subscription = a_subscription()
    subscription.renew(at=subscription.current_period_end)
    subscription.reload().mark(SubscriptionStatus.UNPAID, at=NOW)
    before = subscription.reload()
    invoice = moved(subscription.invoices.where(Invoice.status == InvoiceStatus.OPEN).get())

    correct(invoice, at=before.current_period_end + timedelta(days=40))

    after = subscription.reload()
    assert (after.status, after.period) == (SubscriptionStatus.UNPAID, before.period)
    assert (after.anchor_at, after.anchor_index) == (before.anchor_at, before.anchor_index)


def test_collecting_the_new_invoice_goes_on_however_often_the_old_one_failed():
    subscription = a_subscription()
    subscription.renew(at=subscription.current_period_end)
    invoice = subscription.invoices.where(Invoice.status == InvoiceStatus.OPEN).get()
    a_payment_method(customer=invoice.customer)
    collect(invoice, Till(REFUSED), at=NOW)
    corrected = correct(moved(invoice), at=NOW)
    following = corrected.next_attempt_at

    dunning.retry(corrected, Till(REFUSED), at=following)

    assert corrected.reload().next_attempt_at > following


def test_a_correction_that_the_balance_pays_makes_its_subscription_active():
    subscription = a_subscription()
    subscription.renew(at=subscription.current_period_end)
    subscription.reload().mark(SubscriptionStatus.PAST_DUE, at=NOW)
    invoice = subscription.invoices.where(Invoice.status == InvoiceStatus.OPEN).get()
    a_balance(invoice.customer, invoice.amount_due)

    assert correct(moved(invoice.reload()), at=LATER).status == InvoiceStatus.PAID

    assert subscription.reload().status == SubscriptionStatus.ACTIVE


def test_of_an_overdue_one_nobody_is_reminded_sooner_because_it_was_corrected():
    sent = {"collection_method": "send_invoice", "days_until_due": 0}
    invoice = a_subscription(paid=False, **sent).invoices.get()
    dunning.retry(invoice, Till(), at=NOW)
    following = invoice.reload().next_attempt_at
    assert following > NOW

    corrected = correct(moved(invoice), at=NOW).reload()

    assert corrected.next_attempt_at == following


def test_a_correction_does_not_begin_a_subscription():
    invoice = moved(a_subscription(paid=False).invoices.get())

    with pytest.raises(InvoiceNotCorrectable):
        correct(invoice, at=LATER)


def test_the_balance_that_was_there_before_stays_where_everything_was_paid():
    invoice = moved(a_paid_invoice())
    a_balance(invoice.customer, 700)

    correct(invoice.reload(), at=LATER)

    assert invoice.customer.reload().balance == 700
