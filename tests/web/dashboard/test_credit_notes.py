"""Crediting and refunding an invoice: a form, a preview, and the page of what was issued."""

import re

import pytest

from portal.billing.credit_notes import CreditNote
from portal.billing.gateway import Refunded, RefundStatus
from portal.billing.refunds import Refund
from tests.factories import a_credit_note, a_paid_invoice, a_user, an_invoice


@pytest.fixture
def invoice(db):
    return a_paid_invoice()


@pytest.fixture
def member(staff, invoice):
    return staff(a_user(merchant=invoice.merchant))


def url(invoice, rest=""):
    return f"/dashboard/invoices/{invoice.id}/{rest}"


def filled(invoice, amount="11.90", **given):
    line = invoice.unordered_lines.get()
    return {f"amount-{line.id}": amount, "reason": "other", "memo": "", "to": "refund"} | given


def previewed(member, invoice, **given):
    return member.post(url(invoice, "credit-note-preview"), data=filled(invoice, **given))


def quote_in(page):
    return re.search(r'name="quote" value="([^"]+)"', page.text)[1]


def issued(member, invoice, **given):
    quote = quote_in(previewed(member, invoice, **given))
    return member.post(url(invoice, "credit-notes"), data={"quote": quote})


def test_new_proposes_what_is_left_of_each_line(member, invoice):
    a_credit_note(invoice, 380)

    page = member.get(url(invoice, "credit-notes/new")).text

    assert 'value="20.00"' in page
    assert "€20.00 is left of this line." in page


def test_the_preview_says_where_the_money_goes(member, invoice):
    page = previewed(member, invoice).text

    assert "Issue it and refund €11.90" in page
    assert "€1.90" in page
    assert not CreditNote.select().exists()


def test_what_was_previewed_is_issued_and_refunded(member, invoice):
    answer = issued(member, invoice, memo="As agreed")

    note = CreditNote.get()
    assert answer.location.endswith(f"/dashboard/credit-notes/{note.id}")
    assert (note.total, note.memo) == (1190, "As agreed")
    assert Refund.get().status == RefundStatus.SUCCEEDED


def test_sending_the_same_preview_twice_issues_one(member, invoice):
    quote = quote_in(previewed(member, invoice))

    for _ in range(2):
        assert member.post(url(invoice, "credit-notes"), data={"quote": quote}).status_code == 303

    assert CreditNote.select().count() == 1


def test_a_preview_that_was_overtaken_is_shown_again(member, invoice):
    quote = quote_in(previewed(member, invoice, to="refund"))
    payment = invoice.payments.get()
    payment.amount_refunded = 2380
    payment.save()

    answer = member.post(url(invoice, "credit-notes"), data={"quote": quote})

    assert answer.status_code == 409
    assert "Something has changed in the meantime." in answer.text
    assert not CreditNote.select().exists()


def test_what_was_credited_meanwhile_is_refused_in_words(member, invoice):
    quote = quote_in(previewed(member, invoice, amount="23.80"))
    a_credit_note(invoice)

    answer = member.post(url(invoice, "credit-notes"), data={"quote": quote})

    assert answer.status_code == 303
    assert CreditNote.select().count() == 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("23.81", "At most €23.80 is left of this line."),
        ("abc", "Enter an amount such as"),
    ],
)
def test_a_wrong_amount_is_said_at_its_field(member, invoice, amount, words):
    answer = previewed(member, invoice, amount=amount)

    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_at_all_is_refused(member, invoice):
    answer = previewed(member, invoice, amount="")

    assert answer.status_code == 409
    assert "Enter an amount for at least one line." in answer.text


def test_changing_something_keeps_what_was_typed(member, invoice):
    data = filled(invoice, amount="5.00", memo="Broken", edit="1")

    page = member.post(url(invoice, "credit-note-preview"), data=data).text

    assert 'value="5.00"' in page
    assert "Broken" in page


def test_a_void_invoice_has_no_form(member, invoice):
    other = an_invoice(customer=invoice.customer)
    other.void(at=other.issued_at)

    assert member.get(url(other, "credit-notes/new")).status_code == 409


def test_the_invoice_lists_its_credit_notes_and_refunds(member, invoice):
    note = a_credit_note(invoice, 1190)

    page = member.get(url(invoice).rstrip("/")).text

    assert note.number in page
    assert "Refund to Visa ending in 4242" in page


def test_show_says_what_was_credited(member, invoice):
    note = a_credit_note(invoice, 1190, memo="As agreed")

    page = member.get(f"/dashboard/credit-notes/{note.id}").text

    assert note.number in page
    assert "€11.90" in page
    assert "As agreed" in page


def test_show_leads_to_the_pdf_and_not_to_the_xml(member, invoice):
    note = a_credit_note(invoice, 1190)

    page = member.get(f"/dashboard/credit-notes/{note.id}").text

    assert f'class="button" href="/dashboard/credit-notes/{note.id}.pdf"' in page


def test_new_does_not_ask_where_money_goes_if_none_was_paid(staff, db):
    unpaid = an_invoice()
    member = staff(a_user(merchant=unpaid.merchant))

    page = member.get(url(unpaid, "credit-notes/new")).text

    assert 'type="radio" value="refund"' not in page
    assert 'name="to" value="balance"' in page


def test_a_failed_refund_can_be_tried_again(member, invoice):
    a_credit_note(invoice, 1190)
    failed = Refund.get().settle(Refunded(RefundStatus.FAILED, reason="x"), at=invoice.issued_at)
    assert "Try again" in member.get(url(invoice).rstrip("/")).text

    member.post(f"/dashboard/refunds/{failed.id}/retry")

    assert Refund.get(Refund.repeats == failed).status == RefundStatus.SUCCEEDED
    assert "Try again" not in member.get(url(invoice).rstrip("/")).text


def test_a_refund_without_an_answer_can_be_asked_for(member, invoice):
    a_credit_note(invoice, 1190)
    at = invoice.issued_at
    Refund.update(status=RefundStatus.UNKNOWN, ask_next_at=None, needs_review_at=at).execute()
    page = member.get(url(invoice).rstrip("/")).text
    assert "No answer" in page
    assert "Ask the provider" in page

    member.post(f"/dashboard/refunds/{Refund.get().id}/retry")

    # The provider has never heard of it, and too long ago: nothing went back.
    assert Refund.get().status == RefundStatus.FAILED
    assert "never reached the provider" in member.get(url(invoice).rstrip("/")).text


def test_somebody_elses_are_not_found(staff, invoice):
    note = a_credit_note(invoice)
    stranger = staff(a_user())

    assert stranger.get(f"/dashboard/credit-notes/{note.id}").status_code == 404
    assert stranger.get(f"/dashboard/credit-notes/{note.id}.pdf").status_code == 404
    assert stranger.get(url(invoice, "credit-notes/new")).status_code == 404
    assert stranger.post(f"/dashboard/refunds/{Refund.get().id}/retry").status_code == 404
