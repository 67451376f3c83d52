from collections import Counter
from datetime import timedelta

import pytest

from portal.accounts.passwords import matches
from portal.accounts.users import User
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.subscriptions import Subscription
from portal.database import database
from portal.demo.content import MERCHANTS
from portal.demo.seed import is_empty, seed, seeded
from portal.record import now

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(scope="module")
def merchants(app):
    with database.atomic() as transaction:
        assert is_empty()
        yield seed(now())
        transaction.rollback()


def test_the_demo_has_lived_two_years_by_the_rules(merchants):
    for made in merchants:
        invoices = list(
            Invoice.select().where(Invoice.merchant == made.merchant).order_by(Invoice.number)
        )
        assert invoices[0].issued_at < now() - timedelta(days=700)
        assert [invoice.issued_at for invoice in invoices] == sorted(
            invoice.issued_at for invoice in invoices
        )
        assert [int(invoice.number.rpartition("-")[2]) for invoice in invoices] == list(
            range(1, len(invoices) + 1)
        )
        for invoice in invoices:
            lines = list(InvoiceLine.of(invoice))
            assert sum(line.gross for line in lines) == invoice.total
            assert invoice.document["number"] == invoice.number


def test_every_merchant_has_ten_customers_and_all_kinds_of_subscriptions(merchants):
    for made in merchants:
        subscriptions = Subscription.select().where(Subscription.merchant == made.merchant)
        statuses = Counter(subscription.status for subscription in subscriptions)
        assert {
            "trialing",
            "active",
            "past_due",
            "unpaid",
            "incomplete",
            "canceled",
        } == set(statuses)
        assert any(subscription.is_ending for subscription in subscriptions)
        assert Customer.select().where(Customer.merchant == made.merchant).count() >= 10


def test_the_prefilled_customer_has_two_years_of_invoices(merchants):
    for made in merchants:
        customer = Customer.with_email(made.merchant, made.prefilled_email).get()
        assert customer.invoices.count() >= 20


def test_nobody_gets_mail_about_the_past(merchants):
    assert not Event.select().where(Event.dispatched_at.is_null()).exists()


def test_the_owners_can_sign_in(merchants):
    for made, content in zip(merchants, MERCHANTS, strict=True):
        user = User.get(User.email == made.owner)
        assert matches(user.password_hash, content.owner_password)


def test_what_was_seeded_is_found_again(merchants):
    assert [made.link.token for made in seeded()] == [made.link.token for made in merchants]
