from datetime import datetime, timedelta

import pytest

from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.prepared import Prepared
from tests.factories import NOW, a_customer

pytestmark = pytest.mark.usefixtures("db")

BY_EMAIL = Prepared(
    lambda merchant, email, at: (
        Customer.select(Customer, Merchant)
        .join(Merchant)
        .where(
            (Customer.merchant == merchant)
            & (Customer.email == email)
            & (Customer.created_at <= at)
            & (Customer.name == "Ada Lovelace")
        )
        .order_by(Customer.id.desc())
    ),
    str,
    str,
    datetime,
)


def test_a_prepared_query_answers_for_the_values_of_each_call():
    ada, other = a_customer(email="ada@example.test"), a_customer(email="other@example.test")

    assert BY_EMAIL.first(ada.merchant_id, ada.email, NOW) == ada
    assert BY_EMAIL.first(other.merchant_id, other.email, NOW) == other
    assert BY_EMAIL.first(ada.merchant_id, other.email, NOW) is None
    assert BY_EMAIL.all(ada.merchant_id, ada.email, NOW - timedelta(days=1)) == []


def test_its_rows_are_models_with_what_was_joined():
    ada = a_customer(cc_emails=["cc@example.test"])

    found = BY_EMAIL.first(ada.merchant_id, ada.email, NOW)

    assert found.cc_emails == ["cc@example.test"]
    assert found.merchant.name == ada.merchant.name
    assert found.created_at == NOW
    found.name = "Ada King"
    found.save()
    assert ada.reload().name == "Ada King"


def test_a_placeholder_that_is_not_used_is_a_mistake():
    with pytest.raises(ValueError, match="placeholder"):
        Prepared(lambda _: Customer.select(), str).all("x")
