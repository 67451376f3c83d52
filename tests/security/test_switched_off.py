"""What the merchant does not offer is refused, also to a hand-made request."""

import pytest

from portal.billing.customer_tax_ids import TaxId
from portal.database import database
from portal.record import now
from portal.selfservice.configurations import PortalConfiguration
from tests.web.test_every_route import clients, is_public, path_of, routes, world

__all__ = ["clients", "world"]  # fixtures

OPTIONS = [
    name
    for name, field in PortalConfiguration._meta.fields.items()
    if field.field_type == "BOOL" and name != "is_default"
]
# Nobody can take these away from a customer.
ALWAYS = frozenset(
    {
        "customer.home.show",
        "customer.accounts.index",
        "customer.accounts.update",
        "customer.sign_ins.index",
        "customer.sign_outs.create",
        "customer.sign_outs.update",
        "customer.subscriptions.show",
        # Looking at what is charged; each change of it asks.
        "customer.payment_methods.index",
        # A direct debit mandate can be taken back at any time.
        "customer.mandate_revocations.create",
        # What the merchant fixed is not in the form; the rest can be changed.
        "customer.billing_information.edit",
        "customer.billing_information.update",
    }
)
ACCEPTED = ("customer.retention_acceptances.show", "customer.retention_acceptances.destroy")
# What follows a cancellation, or an offer, that was allowed once.
AFTERWARDS = frozenset({"customer.cancellations.show", *ACCEPTED})


@pytest.fixture
def nothing_offered(world):
    configuration = PortalConfiguration.default_of(world["customer"].merchant_id)
    configuration.change(at=now(), **dict.fromkeys(OPTIONS, False))
    tax_id = TaxId.create(
        merchant=world["customer"].merchant_id,
        customer=world["customer"],
        type="eu_vat",
        value="DE136695976",
        created_at=now(),
    )
    return world | {"tax_id": tax_id.id}


def test_every_action_asks_whether_it_is_offered(app, nothing_offered, clients):
    refused = 0
    for method in ("GET", "POST"):
        for rule in routes(app, method):
            if rule.endpoint.partition(".")[0] != "customer" or is_public(app, rule):
                continue
            if rule.endpoint in ALWAYS | AFTERWARDS:
                continue
            client = clients["customer"]
            with database.atomic() as savepoint:
                path = path_of(app, rule, nothing_offered)
                headers = {"X-CSRFToken": client.token()}
                answer = client.open(path, method=method, headers=headers)
                savepoint.rollback()
            found = answer.status_code == 404 and rule.arguments & {"setup_id"}
            assert answer.status_code == 403 or found, (rule, method, answer.status_code)
            refused += answer.status_code == 403
    assert refused >= 15


def test_fields_that_are_not_offered_are_not_taken(nothing_offered, clients):
    customer = nothing_offered["customer"]
    before = dict(customer.reload().__data__)

    clients["customer"].post(
        "/p/billing-information",
        data={
            **{name: "Eve" for name in before if isinstance(before[name], str)},
            "merchant_id": "acct_x",
            "balance": "100",
            "country": "FR",
        },
    )

    after = customer.reload().__data__
    assert {name for name in before if before[name] != after[name]} <= {"locale"}
