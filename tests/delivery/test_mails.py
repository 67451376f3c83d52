"""From what happened to the mail about it."""

import re
from datetime import timedelta

import pytest

from portal.accounts.account_tokens import MAIL_PURPOSE
from portal.billing.events import Event
from portal.crypto import Keyring
from portal.delivery.jobs import Job, enqueue
from portal.selfservice.branding import Branding
from portal.selfservice.login_links import LoginLink
from tests.factories import (
    NOW,
    a_customer,
    a_login_link,
    a_merchant,
    a_payment_method,
    a_price,
    a_subscription,
    a_user,
    an_invoice,
)
from tests.support.mail_server import html_of, text_of


def test_an_invoice_is_mailed_once_with_its_document(run_once, mails):
    link = a_login_link()
    customer = a_customer(
        merchant=link.merchant, email="ada@example.test", cc_emails=["books@example.test"]
    )
    invoice = an_invoice(customer=customer)

    assert run_once().is_clean
    assert run_once(NOW + timedelta(hours=1)).is_clean

    (mail,) = mails()
    assert mail["To"] == "ada@example.test"
    assert mail["Cc"] == "books@example.test"
    assert invoice.number in mail["Subject"]
    assert "€23.80 is due by 24 March 2026." in text_of(mail)
    assert "/p/i/" in text_of(mail)
    (pdf,) = mail.iter_attachments()
    assert pdf.get_filename() == f"{invoice.number}.pdf"
    assert pdf.get_content().startswith(b"%PDF")


def test_a_paid_invoice_brings_a_receipt_and_no_demand(run_once, mails):
    invoice = an_invoice()
    invoice.pay(invoice.amount_due, at=NOW)
    run_once()

    (mail,) = mails()
    assert "Receipt" in mail["Subject"]
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == [f"{invoice.number}-Receipt.pdf", f"{invoice.number}.pdf"]


def test_nobody_is_asked_for_what_is_charged_by_itself(run_once, mails):
    customer = a_customer()
    a_payment_method(customer=customer)
    a_subscription(customer=customer, paid=False)
    run_once()
    assert mails() == []


def test_without_a_payment_method_the_customer_is_asked(run_once, mails):
    a_subscription(paid=False)
    run_once()
    assert [mail["Subject"].split()[0] for mail in mails()] == ["Invoice"]


def test_nothing_is_mailed_about_what_costs_nothing(run_once, mails):
    a_subscription(price=a_price(unit_amount=0), customer=a_customer())
    run_once()
    assert mails() == []


def test_a_cancellation_is_confirmed_with_the_day_of_the_end(run_once, mails):
    subscription = a_subscription()
    run_once()
    subscription.cancel(at=NOW)
    run_once()

    text = text_of(mails()[-1])
    assert "Newsletter stays yours until 10 April 2026" in text


def test_a_cancellation_that_was_taken_back_is_not_confirmed(run_once, mails):
    subscription = a_subscription()
    run_once()
    before = len(mails())
    subscription.cancel(at=NOW)
    subscription.reinstate(at=NOW)
    run_once()
    assert len(mails()) == before


def test_the_end_that_was_announced_is_not_mailed_again(run_once, mails):
    subscription = a_subscription()
    subscription.cancel(at=NOW)
    run_once()
    before = len(mails())
    subscription.renew(at=subscription.current_period_end)
    run_once(subscription.current_period_end)
    assert len(mails()) == before


def test_an_end_at_once_is_mailed(run_once, mails):
    subscription = a_subscription()
    subscription.cancel_now(at=NOW)
    run_once()
    assert "has ended" in mails()[-1]["Subject"]


def test_an_event_becomes_jobs_once(db):
    from portal.delivery import outbox

    an_invoice()
    assert outbox.dispatch(NOW) > 0
    assert outbox.dispatch(NOW) == 0
    assert Job.select().count() == 1
    assert not Event.select().where(Event.dispatched_at.is_null()).exists()


# ── how every mail is made ───────────────────────────────────────────────────────────────────


@pytest.fixture
def mail(run_once, mails):
    link = a_login_link(merchant=a_merchant(name="Lindenhof", support_email="help@lindenhof.test"))
    an_invoice(customer=a_customer(merchant=link.merchant, email="o'neil+x@example.test"))
    run_once()
    return mails()[0]


def test_the_sender_is_always_ours(mail):
    assert mail["From"].addresses[0].addr_spec == "portal@localhost"
    assert mail["From"].addresses[0].display_name == "Lindenhof"
    assert mail["Reply-To"] == "help@lindenhof.test"


def test_a_mail_says_that_nobody_typed_it(mail):
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert re.fullmatch(r"<job_\w+@localhost>", mail["Message-ID"])


def test_a_mail_carries_the_portal_with_the_address_filled_in(mail):
    for words in (text_of(mail), html_of(mail)):
        assert "/p/login/" in words
        assert "prefilled_email=o%27neil%2Bx%40example.test" in words


def test_without_an_active_link_no_mail_carries_one(run_once, mails):
    customer = a_customer()
    link = a_login_link(merchant=customer.merchant)
    LoginLink.get_by_id(link.id).deactivate(at=NOW)
    an_invoice(customer=customer)
    run_once()
    assert "/p/login/" not in text_of(mails()[0]) + html_of(mails()[0])


def test_styles_are_on_the_elements_and_nothing_is_fetched(mail):
    html = html_of(mail)
    assert 'style="' in html
    assert "prefers-color-scheme" in html
    assert not re.search(r"<(script|link|img|iframe)", html)


def test_a_mail_wears_the_brand(run_once, mails):
    merchant = a_merchant()
    Branding.change(merchant, at=NOW, brand_color="#7a1f3d")
    an_invoice(customer=a_customer(merchant=merchant))
    run_once()
    assert "#7a1f3d" in html_of(mails()[0])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('PayPal <service@paypal.com>"', "PayPal service paypal com"),
        ("Lindenhof\r\nBcc: all@example.test", "Lindenhof Bcc all example test"),
        ("paypal.com", "paypal com"),
        ("\u202emoc.lapyap", "moc lapyap"),
        ("@@", "Portal"),
        ("Bäckerei Süß & Söhne", "Bäckerei Süß & Söhne"),
    ],
)
def test_a_name_cannot_pass_for_an_address(run_once, mails, name, shown):
    an_invoice(customer=a_customer(merchant=a_merchant(name=name)))
    run_once()
    (mail,) = mails()
    assert mail["From"].addresses[0].display_name == shown
    assert [address.addr_spec for address in mail["From"].addresses] == ["portal@localhost"]
    assert "Bcc" not in mail


def test_what_people_typed_is_text(run_once, mails):
    product = "<b>Offer</b> https://evil.example/x www.evil.example"
    price = a_price(product=None, merchant=None)
    price.product.name = product
    price.product.save()
    a_subscription(price=price, customer=a_customer(merchant=price.product.merchant), paid=False)
    run_once()
    html, text = html_of(mails()[0]), text_of(mails()[0])
    assert "<b>" not in html
    assert "&lt;b&gt;Offer" in html
    for words in (html, text):
        assert "https://evil" not in words
        assert "evil.example" not in words


@pytest.mark.parametrize("locale", ["de", "fr", "en"])
def test_every_mail_can_be_written_in_every_language(db, locale):
    from portal.delivery.previews import MESSAGES, preview

    for message in MESSAGES:
        assert f'lang="{locale}"' in preview(message, a_merchant(), locale)


def test_amounts_and_days_are_written_as_the_customer_does(run_once, mails):
    an_invoice(customer=a_customer(locale="fr"))
    run_once()
    text = text_of(mails()[0])
    assert "23,80\u00a0€" in text
    assert "24 mars 2026" in text


# ── mails to people who work for a merchant ──────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["send_confirmation", "send_account_exists"])
def test_a_mail_about_an_account_leads_to_its_page(run_once, mails, settings, name):
    sealed = Keyring(settings.secret_key).seal(MAIL_PURPOSE, {"token": "t", "path": "/dashboard/x"})
    enqueue(name, at=NOW, email="ada@example.test", locale="en", sealed=sealed)
    assert run_once().is_clean
    (mail,) = mails()
    assert "http://localhost:5000/dashboard/x" in text_of(mail)
    assert mail["To"] == "ada@example.test"


def test_a_password_is_reset_by_mail(run_once, mails, settings):
    sealed = Keyring(settings.secret_key).seal(MAIL_PURPOSE, {"token": "t", "path": "/dashboard/r"})
    user = a_user()
    enqueue("send_password_reset", at=NOW, user_id=user.id, locale="en", sealed=sealed)
    run_once()
    (mail,) = mails()
    assert mail["To"] == user.email
    assert "/dashboard/r" in text_of(mail)
