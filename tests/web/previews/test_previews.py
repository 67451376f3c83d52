"""What the merchant is shown is what customers see, and nothing in it can be pressed."""

import pytest
from flask.testing import FlaskClient

from portal.billing.customers import Customer
from portal.delivery.previews import MESSAGES
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import NOW, a_user

URL = "/dashboard/previews"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def member(staff, user):
    return staff(user)


def mail(member, query=""):
    """Mails have their styles inline, which the reader of pages would not stand for."""
    return FlaskClient.open(member, f"{URL}/mail{query}")


@pytest.mark.parametrize("kind", ["home", "login"])
def test_pages_are_inert_and_framed_by_the_dashboard_only(member, kind):
    answer = member.get(f"{URL}/{kind}")

    assert answer.status_code == 200
    assert "<body inert" in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


def test_other_pages_are_not_inert_and_not_framed(member):
    answer = member.get("/dashboard/portal")

    assert "<body inert" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_home_shows_the_sections_that_are_switched_on(member):
    page = member.get(f"{URL}/home?headline=Hello&shows_invoices=1&updates_payment_methods=1").text
    less = member.get(f"{URL}/home?headline=").text

    for words in ("Hello", "Invoice history", "Visa ending in 4242", "Sample product"):
        assert words in page
    assert "Invoice history" not in less
    assert "Visa ending in 4242" not in less


def test_home_without_options_is_what_is_saved(member, user):
    PortalConfiguration.default_of(user.merchant).change(at=NOW, headline="Saved words")

    assert "Saved words" in member.get(f"{URL}/home").text


def test_a_headline_is_cut_and_escaped(member):
    page = member.get(f"{URL}/home?headline=" + "%3Cb%3E" + "x" * 100).text

    assert "&lt;b&gt;" + "x" * 57 + "</p>" in page


@pytest.mark.parametrize("kind", ["home", "login"])
def test_colours_of_the_address_are_shown(member, kind):
    page = member.get(f"{URL}/{kind}?brand=112233&accent=445566&font=mono&shape=pill").text

    assert "brand=112233" in page
    assert "accent=445566" in page
    assert "font=mono" in page


def test_what_is_no_colour_is_the_saved_one(member, user):
    Branding.change(user.merchant, at=NOW, brand_color="#abcdef")
    page = member.get(f"{URL}/home?brand=red;}}&font=comic").text

    assert "/p/brand.css?brand=abcdef&amp;accent=0f6f5c&amp;font=system&" in page


@pytest.mark.parametrize("message", [*MESSAGES, "unknown"])
def test_mails_stand_in_a_sandbox(member, message):
    answer = mail(member, f"?message={message}&brand=112233")

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_mails_wear_the_colours_of_the_address(member):
    assert "#112233" in mail(member, "?brand=112233").text


def test_the_invoice_is_a_document(member):
    answer = member.get(f"{URL}/invoice?brand=112233")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_previews_save_nothing(member, user):
    for kind in ("home", "login", "invoice"):
        member.get(f"{URL}/{kind}?headline=Other&brand=112233&terms_url=1")
    mail(member)

    assert Branding.get_or_none(Branding.merchant == user.merchant) is None
    assert user.merchant.reload().terms_url == ""
    assert Customer.select().where(Customer.merchant == user.merchant).count() == 0


def test_there_are_no_other_previews(member):
    assert member.get(f"{URL}/secrets").status_code == 404


def test_previews_are_for_members(client, db):
    assert client.get(f"{URL}/home").status_code == 303
