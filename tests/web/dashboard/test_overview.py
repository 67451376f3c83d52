from datetime import timedelta

import pytest

from portal.database import database
from portal.record import now
from portal.selfservice.branding import Branding
from portal.selfservice.retention_offers import OfferKind, OfferMade
from tests.factories import (
    a_customer,
    a_login_link,
    a_merchant,
    a_price,
    a_product,
    a_subscription,
    a_user,
    an_invoice,
)


@pytest.fixture
def merchant(app):
    return a_merchant(name="Lindenhof")


@pytest.fixture
def ada(merchant, staff):
    return staff(a_user(merchant=merchant, name="Ada"))


def busy(merchant, count=1):
    """Subscriptions of today, an overdue invoice, a cancellation with a reason."""
    price = a_price(merchant=merchant, unit_amount=123400)
    for _ in range(count):
        customer = a_customer(merchant=merchant)
        subscription = a_subscription(customer=customer, price=price, at=now())
        subscription.cancel(at=now())
        subscription.give_reason("unused", "", at=now())
        an_invoice(customer=customer, amount=5600, at=now() - timedelta(days=20))


def test_a_new_merchant_is_shown_the_first_steps_and_no_figures(ada):
    page = ada.get("/dashboard").text
    assert "First steps" in page
    assert "0 of 5" in page
    for path in ("/products/new", "/customers/new", "/portal", "/branding", "/sharing"):
        assert f'href="/dashboard{path}"' in page
    assert "Monthly recurring revenue" not in page


def test_a_step_that_is_done_ticks_itself_off(merchant, ada):
    a_product(merchant=merchant)
    page = ada.get("/dashboard").text
    assert "1 of 5" in page
    assert page.count("step--done") == 1


def test_the_checklist_goes_away_once_all_is_done(merchant, ada):
    a_product(merchant=merchant)
    a_customer(merchant=merchant)
    a_login_link(merchant=merchant)
    Branding.change(merchant, at=now(), font="system")
    merchant.shared_at = now()
    merchant.save()
    page = ada.get("/dashboard").text
    assert "First steps" not in page
    assert "No figures yet" in page


def test_figures_and_charts_are_shown_with_their_tables(merchant, ada):
    busy(merchant)
    page = ada.get("/dashboard").text
    assert "Hello Ada" in page
    assert "€1,234.00" in page
    assert "€56.00 of it overdue" in page
    assert "I do not use it enough" in page
    assert "New subscriptions, twelve months" in page
    assert "Ended subscriptions" not in page, "a chart of nothing"
    assert page.count("<table") == 2, "a chart without its figures in a table"
    assert "First steps" in page


def test_other_currencies_have_a_chart_of_their_own(merchant, ada):
    for currency in ("EUR", "USD"):
        invoice = an_invoice(
            customer=a_customer(merchant=merchant), currency=currency, at=now(), amount=700
        )
        invoice.pay(700, at=now())
    page = ada.get("/dashboard").text
    assert 'id="paid-EUR"' in page
    assert 'id="paid-USD"' in page
    assert "US$7.00" in page


def test_another_merchants_figures_are_not_shown(ada):
    busy(a_merchant())
    assert "Monthly recurring revenue" not in ada.get("/dashboard").text


def test_the_address_with_a_slash_works_too(ada):
    assert ada.get("/dashboard/").status_code == 200


def test_many_customers_cost_no_more_queries_than_few(merchant, ada, monkeypatch):
    queries: list[str] = []
    execute = database.obj.execute_sql

    def counted(sql, *arguments, **options):
        queries.append(sql)
        return execute(sql, *arguments, **options)

    monkeypatch.setattr(database.obj, "execute_sql", counted)
    busy(merchant)
    queries.clear()
    ada.get("/dashboard")
    few = [sql for sql in queries if sql.startswith("SELECT")]
    busy(merchant, 5)
    queries.clear()
    ada.get("/dashboard")
    many = [sql for sql in queries if sql.startswith("SELECT")]
    assert len(many) == len(few) <= 13


def test_offers_to_stay_are_shown_by_kind(staff, app):
    subscription = a_subscription(at=now())
    OfferMade.create(
        merchant=subscription.merchant_id,
        customer=subscription.customer_id,
        subscription=subscription,
        reason="unused",
        kind=OfferKind.PAUSE,
        accepted_at=now(),
    )

    page = staff(a_user(merchant=subscription.merchant)).get("/dashboard").text

    assert "1 made, 1 accepted, 0 declined" in page
