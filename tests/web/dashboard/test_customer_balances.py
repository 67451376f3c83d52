"""A customer's credit balance, seen and changed by the merchant."""

import re

import pytest

from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction
from tests.factories import a_balance, a_customer, a_user


@pytest.fixture
def customer(db):
    return a_customer()


@pytest.fixture
def member(staff, customer):
    return staff(a_user(merchant=customer.merchant))


def url(customer):
    return f"/dashboard/customers/{customer.id}/balance"


def change(member, customer, **given):
    key = re.search(r'name="key" value="([^"]+)"', member.get(f"{url(customer)}/new").text)[1]
    data = {"kind": "add", "amount": "5.00", "note": "For the delay", "key": key} | given
    return member.post(url(customer), data=data), data


def test_index_without_a_movement_says_so(member, customer):
    assert "No movement yet" in member.get(url(customer)).text


def test_index_lists_every_movement(member, customer):
    a_balance(customer, 500, note="For the delay")
    a_balance(customer, -200)

    page = member.get(url(customer)).text

    assert "€3.00" in page
    assert "+€5.00" in page
    assert "For the delay" in page


def test_the_balance_is_raised_with_a_note(member, customer):
    answer, _ = change(member, customer)

    assert answer.status_code == 303
    assert customer.reload().balance == 500
    assert CustomerBalanceTransaction.newest_of(customer).note == "For the delay"


def test_paying_out_takes_it_off(member, customer):
    a_balance(customer, 500)

    change(member, customer, kind="paid_out", amount="5")

    assert customer.reload().balance == 0
    assert CustomerBalanceTransaction.newest_of(customer).reason == BalanceReason.PAID_OUT


def test_more_than_there_is_cannot_be_taken_off(member, customer):
    answer, _ = change(member, customer, kind="take")

    assert answer.status_code == 409
    assert "The balance is not that large." in answer.text


def test_sending_the_form_twice_changes_it_once(member, customer):
    _, data = change(member, customer)

    member.post(url(customer), data=data)

    assert customer.reload().balance == 500


@pytest.mark.parametrize("given", [{"amount": ""}, {"amount": "x"}, {"note": ""}, {"kind": "?"}])
def test_what_is_missing_is_said(member, customer, given):
    answer, _ = change(member, customer, **given)

    assert answer.status_code == 422
    assert customer.reload().balance == 0


def test_the_page_of_the_customer_shows_it(member, customer):
    a_balance(customer, 500)

    assert "€5.00 in credit" in member.get(f"/dashboard/customers/{customer.id}").text


def test_somebody_elses_is_not_found(staff, customer):
    stranger = staff(a_user())

    assert stranger.get(url(customer)).status_code == 404
    assert stranger.post(url(customer), data={"kind": "add"}).status_code == 404
