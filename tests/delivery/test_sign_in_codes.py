"""The code's way from the page to the mailbox, and what is left of it."""

import re
from datetime import timedelta

import pytest

from portal.crypto import Keyring
from portal.delivery.jobs import Job, enqueue
from portal.selfservice.sign_in_codes import LIFE, PURPOSE, SignInChallenge
from portal.selfservice.sign_in_limits import Asker
from tests.factories import NOW, a_customer, a_login_link
from tests.support.mail_server import code_in, html_of, text_of


@pytest.fixture
def ask(db, settings):
    """Ask for a code as the sign-in page does; answers the code."""
    keyring = Keyring(settings.secret_key)

    def ask(email: str, link=None) -> str:
        codes: list[str] = []

        def send(challenge: SignInChallenge, code: str) -> None:
            codes.append(code)
            enqueue(
                "send_sign_in_code",
                at=NOW,
                merchant=challenge.merchant_id,
                expires_at=challenge.expires_at,
                challenge_id=challenge.id,
                code=keyring.seal(PURPOSE, code),
            )

        SignInChallenge.ask(
            link or a_login_link(),
            email,
            asker=Asker(keyring=keyring, ip="127.0.0.1"),
            send=send,
            at=NOW,
            locale="en",
        )
        return codes[0]

    return ask


def test_the_code_arrives_as_text_and_in_no_address(ask, run_once, mails):
    link = a_login_link()
    customer = a_customer(merchant=link.merchant)
    code = ask(customer.email, link)
    assert run_once().is_clean

    (mail,) = mails()
    assert code_in(mail) == code
    assert mail["To"] == customer.email
    assert not set(re.findall(r"\d{3,}", mail["Subject"])) & {code, code[:3], code[3:]}
    addresses = re.findall(r"https?://\S+", text_of(mail) + html_of(mail))
    assert addresses
    assert not [address for address in addresses if code in address]
    assert "Never share this code" in text_of(mail)
    assert "10 minutes" in text_of(mail)


def test_an_unknown_address_gets_no_mail_and_leaves_the_same_rows(ask, run_once, mails):
    link = a_login_link()
    ask("nobody@example.test", link)
    assert Job.select().count() == 1
    assert run_once().is_clean
    assert mails() == []


def test_the_database_does_not_have_the_code(ask, run_once):
    link = a_login_link()
    code = ask(a_customer(merchant=link.merchant).email, link)
    assert code not in str(Job.get().arguments)
    run_once()
    assert not Job.select().where(Job.name == "send_sign_in_code").exists()


def test_a_code_that_is_over_is_not_sent_any_more(ask, run_once, mails):
    link = a_login_link()
    ask(a_customer(merchant=link.merchant).email, link)
    report = run_once(NOW + LIFE + timedelta(seconds=1))
    assert report.dropped == 1
    assert mails() == []


def test_only_the_newest_code_is_sent(ask, run_once, mails):
    link = a_login_link()
    customer = a_customer(merchant=link.merchant)
    ask(customer.email, link)
    SignInChallenge.update(created_at=NOW - timedelta(minutes=1)).execute()
    from portal.throttle import RateCounter

    RateCounter.delete().execute()
    second = ask(customer.email, link)
    run_once()
    assert [code_in(mail) for mail in mails()] == [second]
