"""Money that came another way."""

import re
from datetime import timedelta

import pytest

from portal.record import now
from tests.factories import a_user, an_invoice


@pytest.fixture
def invoice(db):
    return an_invoice(at=now() - timedelta(days=20))


@pytest.fixture
def member(staff, invoice):
    return staff(a_user(merchant=invoice.merchant))


def url(invoice):
    return f"/dashboard/invoices/{invoice.id}/outside-payments"


def paid(member, invoice, **given):
    data = {"amount": "23.80", "received_on": today(invoice), "note": "Cash"} | given
    return member.post(url(invoice), data=data)


def today(invoice, **ago):
    return invoice.merchant.day(now() - timedelta(**ago)).isoformat()


def test_new_proposes_what_is_due_today(member, invoice):
    page = member.get(f"{url(invoice)}/new").text

    assert 'value="23.80"' in page
    assert f'value="{today(invoice)}"' in page


def test_a_payment_in_full_pays_the_invoice(member, invoice):
    answer = paid(member, invoice)
    payment = invoice.payments.get()

    assert answer.status_code == 303
    assert invoice.reload().status == "paid"
    assert (payment.gateway, payment.note) == ("outside", "Cash")


def test_a_part_leaves_the_rest_due(member, invoice):
    paid(member, invoice, amount="20")

    assert invoice.reload().amount_due == 380
    assert invoice.reload().status == "open"


def test_it_is_dated_by_the_day_it_came(member, invoice):
    paid(member, invoice, received_on=today(invoice, days=3))

    assert invoice.merchant.day(invoice.reload().paid_at).isoformat() == today(invoice, days=3)


def test_what_came_today_came_just_now(member, invoice):
    before = now()
    paid(member, invoice)

    assert before <= invoice.reload().paid_at <= now()


@pytest.mark.parametrize("amount", ["", "0", "-1", "twenty"])
def test_what_is_no_amount_is_refused(member, invoice, amount):
    assert paid(member, invoice, amount=amount).status_code in {409, 422}
    assert invoice.payments.count() == 0


def test_more_than_is_due_is_refused(member, invoice):
    answer = paid(member, invoice, amount="23.81")

    assert answer.status_code == 409
    assert "at most what is due" in answer.text
    assert invoice.payments.count() == 0


@pytest.mark.parametrize("day", ["", "soon", "2099-01-01"])
def test_a_day_that_is_none_or_still_to_come_is_refused(member, invoice, day):
    assert paid(member, invoice, received_on=day).status_code == 422
    assert invoice.payments.count() == 0


def test_the_same_form_twice_records_one_payment(member, invoice):
    page = member.get(f"{url(invoice)}/new").text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    for _ in range(2):
        assert paid(member, invoice, amount="5", key=key).status_code == 303

    assert invoice.payments.count() == 1
    assert invoice.reload().amount_paid == 500


def test_what_is_typed_stays_when_something_is_wrong(member, invoice):
    assert "Cash" in paid(member, invoice, amount="x").text


def test_nothing_is_recorded_for_a_paid_invoice(member, invoice):
    invoice.pay(invoice.total, at=now())

    assert member.get(f"{url(invoice)}/new").status_code == 409
    assert paid(member, invoice).status_code == 409


def test_an_invoice_was_paid_when_its_last_part_came_in_whatever_order_they_are_recorded(
    member, invoice
):
    paid(member, invoice, amount="20", received_on=today(invoice, days=2))
    paid(member, invoice, amount="3.80", received_on=today(invoice, days=5))

    assert invoice.reload().status == "paid"
    assert invoice.merchant.day(invoice.reload().paid_at).isoformat() == today(invoice, days=2)
