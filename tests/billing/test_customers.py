"""Customers: found by beginnings of words, changed with a record, deleted only when unused."""

import pytest

from portal.billing import customers
from portal.billing.customers import Customer, CustomerTerm
from portal.billing.errors import CurrencyIsFixed, CustomerHasDocuments
from portal.billing.events import Event
from tests.factories import NOW, a_customer, a_merchant, a_subscription, an_invoice

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(params=["few", "many"])
def merchant(request, monkeypatch):
    """Words that few customers have are looked up otherwise than words of many."""
    monkeypatch.setattr(customers, "MANY", 500 if request.param == "few" else 1)
    return a_merchant()


def found(merchant, search: str) -> list[str]:
    return [customer.name for customer in Customer.matching(merchant, search)]


@pytest.mark.parametrize(
    "search",
    [
        "jean",
        "JEAN-B",
        "exupéry",
        "fontaine sarl",
        "sarl jean",
        "jean@fontaine.example.test",
        "fontaine.example",
    ],
)
def test_beginnings_of_words_find(merchant, search):
    a_customer(
        merchant=merchant,
        name="Jean-Baptiste d'Exupéry Exupéry",
        company="Fontaine SARL",
        email="jean@fontaine.example.test",
    )
    a_customer(merchant=merchant, name="Somebody Else")
    assert found(merchant, search) == ["Jean-Baptiste d'Exupéry Exupéry"]


@pytest.mark.parametrize("search", ["ean", "jean zzz", "%", "_ean", "\U0010ffff"])
def test_other_words_do_not(merchant, search):
    a_customer(merchant=merchant, name="Jean Dupont")
    assert found(merchant, search) == []


def test_the_newest_come_first_and_no_search_finds_all(merchant):
    for name in ("Ada One", "Ada Two"):
        a_customer(merchant=merchant, name=name)
    assert found(merchant, "ada") == ["Ada Two", "Ada One"]
    assert found(merchant, "  ") == ["Ada Two", "Ada One"]


def test_an_id_finds_its_customer(merchant):
    customer = a_customer(merchant=merchant)
    a_customer(merchant=merchant)
    assert Customer.matching(merchant, customer.id).get() == customer


def test_customers_of_others_are_never_found(merchant):
    foreign = a_customer(name="Jean Dupont")
    assert found(merchant, "jean") == []
    assert found(merchant, foreign.id) == []


def test_a_changed_customer_is_found_by_what_is_true_now(merchant):
    customer = a_customer(merchant=merchant, name="Ada Lovelace")
    assert customer.change(at=NOW, name="Ada King") == ["name"]
    assert found(merchant, "king") == ["Ada King"]
    assert found(merchant, "lovelace") == []


def test_a_change_that_changes_nothing_is_not_on_record():
    customer = a_customer(name="Ada")
    assert customer.change(at=NOW, name="Ada") == []
    assert not Event.select().where(Event.type == "customer.updated").exists()


def test_the_currency_stays_once_something_was_billed():
    customer = a_customer()
    customer.change(at=NOW, currency="USD")
    customer.change(at=NOW, currency="EUR")
    an_invoice(customer=customer)
    with pytest.raises(CurrencyIsFixed):
        customer.reload().change(at=NOW, currency="USD")


@pytest.mark.parametrize("document", [a_subscription, an_invoice])
def test_a_customer_with_documents_is_not_deleted(document):
    customer = a_customer()
    document(customer=customer)
    with pytest.raises(CustomerHasDocuments):
        customer.delete_unused(at=NOW)
    assert customer.reload()


def test_a_deleted_customer_leaves_no_word_behind():
    customer = a_customer()
    customer.delete_unused(at=NOW)
    assert not CustomerTerm.select().exists()
    assert Event.select().where(Event.type == "customer.deleted").exists()


def test_the_currency_is_decided_once_whoever_comes_first():
    customer = a_customer()
    same, stale = customer.reload(), customer.reload()
    customer.fix_currency("EUR")

    same.fix_currency("EUR")
    with pytest.raises(CurrencyIsFixed):
        stale.fix_currency("USD")

    assert customer.reload().currency == "EUR"
