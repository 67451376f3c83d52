"""Why did the code not arrive?"""

from datetime import timedelta

import pytest

from portal.delivery.jobs import enqueue
from portal.record import now
from portal.selfservice.sign_in_codes import SignInChallenge
from tests.factories import a_customer, a_login_link, a_subscription, a_user


@pytest.fixture
def customer(db):
    return a_customer(email="ada@example.test")


@pytest.fixture
def link(customer):
    return a_login_link(merchant=customer.merchant)


@pytest.fixture
def dashboard(customer, staff):
    return staff(a_user(merchant=customer.merchant))


@pytest.fixture
def page(dashboard, customer):
    return lambda: dashboard.get(f"/dashboard/customers/{customer.id}/sign-in-help").text


def a_challenge(link, **given) -> SignInChallenge:
    at = now()
    return SignInChallenge.create(
        merchant=link.merchant,
        link=link,
        **{
            "email": "ada@example.test",
            "secret_digest": "x",
            "code_mac": "x",
            "created_at": at,
            "expires_at": at + timedelta(minutes=10),
        }
        | given,
    )


def test_without_a_link_it_says_so(page):
    assert "The portal link is not active." in page()


def test_where_nobody_asked_it_says_so(page, link):
    text = page()
    assert "Nobody asked for a code with this address." in text
    assert "This customer has not signed in yet." in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "The email was sent. The code can still be used."),
        ({"used_at": now()}, "The code was used to sign in."),
        ({"expires_at": now()}, "The email was sent. The code was not used in time."),
        ({"attempts": 5}, "The code was typed wrongly five times."),
    ],
)
def test_what_became_of_a_code_is_said(page, link, given, words):
    a_challenge(link, **given)
    assert words in page()


def test_a_mail_that_waits_is_said(page, link):
    challenge = a_challenge(link)
    job = enqueue(
        "send_sign_in_code", at=now(), merchant=link.merchant, challenge_id=challenge.id, code="x"
    )
    assert "The email waits to be sent." in page()
    job.attempts = 2
    job.save()
    assert "The mail server did not take the email yet." in page()


def test_codes_of_other_addresses_and_merchants_are_not_shown(page, link):
    a_challenge(link, email="other@example.test")
    a_challenge(a_login_link())
    assert "Nobody asked for a code with this address." in page()


def test_another_customer_whom_the_code_signs_in_is_named(page, customer, link):
    other = a_customer(merchant=customer.merchant, email=customer.email, name="Grace Hopper")
    a_subscription(customer=other)
    text = page()
    assert "Several customers have this address" in text
    assert "Grace Hopper" in text


def test_the_last_sign_in_is_said(page, customer, sign_in):
    sign_in(customer)
    assert "Signed in last:" in page()
