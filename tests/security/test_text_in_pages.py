"""Whatever text the database holds, no page takes it for markup."""

import re

import pytest
from peewee import TextField

from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.merchants import Merchant
from portal.billing.products import Price, Product
from portal.billing.subscriptions import Subscription
from portal.record import IdField, now
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import an_invoice
from tests.web.test_every_route import clients, path_of, routes, world

__all__ = ["clients", "world"]  # fixtures

TEXT = """<xss-{name}>"'&amp;{{{{7*7}}}}%(x)s</xss-{name}>"""
ESCAPED = re.compile(r"(?:&lt;|\\u003c)xss-")
# What is a code, not a text: rules and formats depend on it.
CODES = frozenset(
    re.findall(
        r"\w+",
        """
email support_email cc_emails country currency default_currency locale time_zone gateway
invoice_prefix number tax_code billing_reason type interval lookup_key phone website
terms_url privacy_url default_return_url shipping_country vat_id token shape font icon logo
statement_descriptor cancellation_reason status collection_method siren iban bic
""",
    )
)


def texts_of(record: type) -> dict[str, str]:
    return {
        name: TEXT.format(name=name)[: 12 if name == "unit_label" else None]
        for name, field in record._meta.fields.items()
        if type(field) is TextField and name not in CODES
    }


@pytest.fixture
def hostile_world(world):
    """The same, in which every text wants to be a script."""
    customer = world["customer"]
    for record in (Merchant, Product, Price, Customer, Subscription, TaxId, Event, InvoiceLine):
        given = {name: text for name, text in texts_of(record).items() if name != "image"}
        if given:
            record.update(given).execute()
    configuration = PortalConfiguration.default_of(customer.merchant_id)
    configuration.change(
        at=now(), headline=TEXT.format(name="headline")[:60], own_reasons=["<xss-reason>"]
    )
    customer.reload().change(at=now(), name="<xss-name>", company="<xss-company>")
    fresh = customer.reload()
    invoice = an_invoice(customer=fresh, at=now(), description=TEXT.format(name="description"))
    return world | {"invoice_id": invoice.id}


def test_no_page_takes_a_text_for_markup(app, hostile_world, clients):
    escaped = 0
    for rule in routes(app, "GET"):
        client = clients.get(rule.endpoint.partition(".")[0], clients["public"])
        path = path_of(app, rule, hostile_world)
        answer = client.get(path)
        if answer.mimetype not in {"text/html", "image/svg+xml"}:
            continue
        assert answer.status_code < 500, rule
        assert "<xss-" not in answer.text, rule
        assert "49%" not in answer.text, rule
        escaped += len(ESCAPED.findall(answer.text))
    assert escaped > 60


def test_id_columns_are_not_among_the_texts():
    assert IdField is not TextField
    assert "name" in texts_of(Customer)
    assert "email" not in texts_of(Customer)
