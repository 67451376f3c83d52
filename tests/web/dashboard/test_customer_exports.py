"""The list of customers as a file."""

import csv
from io import StringIO

import pytest

from portal.accounts import passwords
from portal.billing.events import Event
from portal.web.dashboard import customer_exports
from tests.factories import a_customer, a_user

URL = "/dashboard/customers/exports"
PASSWORD = "a quiet lamp by the window"


@pytest.fixture
def user(db):
    return a_user(password_hash=passwords.hashed(PASSWORD))


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


def exported(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_file_holds_all_customers_of_the_merchant_and_no_others(dashboard, user, monkeypatch):
    monkeypatch.setattr(customer_exports, "AT_ONCE", 2)
    mine = [a_customer(merchant=user.merchant) for _ in range(5)]
    a_customer(name="Foreign")
    answer = dashboard.post(URL, data={"password": PASSWORD})
    assert [row["id"] for row in exported(answer)] == [one.id for one in reversed(mine)]


def test_it_is_a_download_with_a_name_of_ours(dashboard):
    answer = dashboard.post(URL, data={"password": PASSWORD})
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=customers-20")
    assert answer.data.startswith(b"\xef\xbb\xbf")


def test_what_a_customer_typed_is_no_formula(dashboard, user):
    a_customer(merchant=user.merchant, name="=HYPERLINK(1)")
    answer = dashboard.post(URL, data={"password": PASSWORD})
    assert exported(answer)[0]["name"] == "'=HYPERLINK(1)"


def test_it_is_on_record(dashboard, user):
    dashboard.post(URL, data={"password": PASSWORD})
    event = Event.get(Event.type == "customer.exported")
    assert (event.merchant_id, event.actor_id) == (user.merchant_id, user.id)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_without_the_password_nothing_leaves(dashboard, user, password):
    a_customer(merchant=user.merchant, email="ada@example.test")
    answer = dashboard.post(URL, data={"password": password})
    assert answer.status_code == 422
    assert "ada@example.test" not in answer.text
    assert not Event.select().where(Event.type == "customer.exported").exists()


def test_the_page_asks_for_the_password(dashboard):
    assert 'type="password"' in dashboard.get(URL).text
