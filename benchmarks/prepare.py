"""Data to measure with: a customer with 50 invoices, and many others around."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flask import Flask

from benchmarks.counting import counted
from benchmarks.sign_in import sign_in_cost
from portal import config, create_app
from portal.accounts.users import DashboardSession, User
from portal.billing.customers import Customer
from portal.billing.gateway import StoredMethod
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.subscribing import subscribe
from portal.database import database, write
from portal.demo import synthetic
from portal.documents import store
from portal.record import now
from portal.schema import migrate
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession

INVOICES = 50
EMAIL = "jenny.rosen@example.com"


@dataclass(frozen=True)
class Prepared:
    """Where to go, as whom, and what was counted in passing."""

    login_path: str
    customer_cookie: str
    member_cookie: str
    invoice_id: str
    search: str
    queries: dict[str, int]
    sign_in_ratio: float


def prepare(folder: Path, *, customers: int, invoices: int) -> Prepared:
    """A database in `folder`, migrated and filled."""
    settings = config.load(
        {
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_SECRET_KEY": "benchmark" * 5,
            "PORTAL_BASE_URL": "http://localhost:5000",
            "PORTAL_RATE_LIMITS": "off",
        }
    )
    app = create_app(replace(settings, is_testing=True))
    with database.connection_context():
        migrate()
        at = now()
        merchant, link = synthetic.a_merchant(at)
        if customers:
            synthetic.fill(merchant, customers, invoices, at)
        customer = _somebody(merchant)
        newest = customer.invoices.order_by(Invoice.id.desc()).first()
        store.invoice_pdf(newest)
        data = _sign_in(merchant, link, customer, newest)
    return replace(
        data,
        queries=count_queries(app, data),
        sign_in_ratio=sign_in_cost(app, data.login_path, EMAIL),
    )


def _somebody(merchant: Merchant) -> Customer:
    """A customer with a subscription, two cards and 50 paid invoices."""
    begun = now() - timedelta(days=30 * INVOICES + 5)
    with write():
        product = Product.publish(
            merchant,
            [{"currency": "EUR", "unit_amount": 1904, "interval": "day", "interval_count": 30}],
            at=begun,
            name="Newsletter",
        )
        customer = Customer.register(
            merchant,
            at=begun,
            email=EMAIL,
            name="Jenny Rosen",
            line1="12 Saltwater Row",
            postal_code="H91 XY12",
            city="Galway",
            country="IE",
        )
        for last4 in ("4242", "4444"):
            stored = StoredMethod("tok_visa", "card", "visa", last4, 12, 2031)
            PaymentMethod.attach(customer, stored, gateway="sandbox", at=begun)
        price = Price.get(Price.product == product)
        subscription = subscribe(customer, price, at=begun)
        while subscription.invoices.count() < INVOICES:
            _pay(subscription.invoices)
            subscription.reload().renew(at=now())
        _pay(subscription.invoices)
    return customer


def _pay(invoices: object) -> None:
    for invoice in invoices:  # type: ignore[attr-defined]
        if invoice.amount_due:
            invoice.pay(invoice.amount_due, at=invoice.issued_at)


def _sign_in(merchant: Merchant, link: LoginLink, customer: Customer, invoice: Invoice) -> Prepared:
    configuration = PortalConfiguration.default_of(merchant)
    _, portal_token = PortalSession.open(
        customer, at=now(), configuration=configuration, link=link, email=customer.email
    )
    user = User.get(User.merchant == merchant)
    _, member_token = DashboardSession.open(user, at=now())
    return Prepared(
        login_path=link.path(customer.email),
        customer_cookie=f"portal_customer={portal_token}",
        member_cookie=f"portal_member={member_token}",
        invoice_id=invoice.id,
        search="jenny",
        queries={},
        sign_in_ratio=0.0,
    )


def count_queries(app: Flask, data: Prepared) -> dict[str, int]:
    """SQL statements of each page that is measured."""
    from benchmarks.web import pages  # noqa: PLC0415 - each needs the other

    counts = {}
    for page in pages(data):
        client = app.test_client()
        if page.cookie:
            client.set_cookie(*page.cookie.split("=", 1))
        client.get(page.path)
        with counted() as statements:
            answer = client.get(page.path)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.name} answered {answer.status_code}")
        counts[page.name] = len(statements)
    return counts
