"""Customers: found quickly, added with care, shown with everything about them."""

import pytest

from portal.billing.customers import Customer
from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import (
    a_customer,
    a_login_link,
    a_merchant,
    a_payment_method,
    a_subscription,
    a_user,
    an_invoice,
)
from tests.support.queries import count_queries

# What a browser sends of a form in which nothing was chosen.
EMPTY = {"country": "", "shipping_country": "", "locale": "", "currency": ""}
GIVEN = EMPTY | {"email": "ada@example.test", "name": "Ada Lovelace"}
BERLIN = {"country": "DE", "line1": "Gartenweg 3", "postal_code": "10115", "city": "Berlin"}


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


@pytest.fixture
def customer(user):
    return a_customer(merchant=user.merchant, email="grace@example.test", name="Grace Hopper")


def test_the_empty_list_says_what_to_do(dashboard):
    assert "No customers yet" in dashboard.get("/dashboard/customers").text


@pytest.mark.parametrize("search", ["grace", "HOPP", "grace@example.test", "example.test", "id"])
def test_a_customer_is_found_by_name_email_and_id(dashboard, user, customer, search):
    a_customer(merchant=user.merchant, name="Somebody Else", email="other@elsewhere.test")
    search = customer.id if search == "id" else search
    text = dashboard.get("/dashboard/customers", query_string={"q": search}).text
    assert "Grace Hopper" in text
    assert "Somebody Else" not in text


@pytest.mark.parametrize("search", ["%", "_", "zzz", "x" * 300, "'; DROP TABLE customer; --"])
def test_a_search_without_a_result_says_so(dashboard, customer, search):
    answer = dashboard.get("/dashboard/customers", query_string={"q": search})
    assert answer.status_code == 200
    assert "No customer found" in answer.text


def test_search_as_you_type_gets_the_list_alone(dashboard, customer):
    headers = {"HX-Request": "true", "HX-Target": "customers"}
    text = dashboard.get("/dashboard/customers?q=grace", headers=headers).text
    assert "Grace Hopper" in text
    assert "<h1" not in text


def test_the_list_is_filtered_by_subscriptions(dashboard, user, customer):
    a_subscription(customer=a_customer(merchant=user.merchant, name="Sub Scriber"))
    assert "Grace" not in dashboard.get("/dashboard/customers?show=subscribed").text
    text = dashboard.get("/dashboard/customers?show=unsubscribed").text
    assert "Grace" in text
    assert "Sub Scriber" not in text
    assert "Grace" in dashboard.get("/dashboard/customers?show=whatever").text


def test_a_long_list_goes_on_behind_an_id(dashboard, user):
    for number in range(26):
        a_customer(merchant=user.merchant, name=f"Person {number:02}")
    first = dashboard.get("/dashboard/customers").text
    assert "Person 25" in first
    assert "Person 00" not in first
    url = first.split('id="customers-more"')[1].split('href="')[1].split('"')[0]
    assert "Person 00" in dashboard.get(url.replace("&amp;", "&")).text


def test_the_list_asks_the_database_little(dashboard, user):
    for _ in range(5):
        a_subscription(customer=a_customer(merchant=user.merchant))
    with count_queries() as asked:
        dashboard.get("/dashboard/customers?q=ada")
    assert len(asked) <= 5, asked


def test_the_page_of_a_customer_asks_the_database_little(dashboard, user, customer):
    for _ in range(3):
        a_subscription(customer=customer)
    a_login_link(merchant=user.merchant)
    with count_queries() as asked:
        dashboard.get(f"/dashboard/customers/{customer.id}")
    assert len(asked) <= 12, asked


def test_a_customer_is_added_with_everything(dashboard, user):
    answer = dashboard.post(
        "/dashboard/customers",
        data=GIVEN
        | BERLIN
        | {
            "email": " Ada@Example.test ",
            "company": "Engines",
            "phone": "+49 30 1234567",
            "shipping_name": "Workshop",
            "shipping_country": "FR",
            "shipping_line1": "1 rue du Four",
            "shipping_postal_code": "75006",
            "shipping_city": "Paris",
            "cc_emails": "books@example.test\r\nBooks@example.test",
            "locale": "de",
            "currency": "EUR",
            "notes": "Pays late.",
            "metadata": "plan: old\nsource: fair",
        },
        follow_redirects=True,
    )
    found = Customer.get(Customer.merchant == user.merchant)
    assert found.email == "ada@example.test"
    assert (found.city, found.shipping_city, found.shipping_name) == ("Berlin", "Paris", "Workshop")
    assert found.cc_emails == ["books@example.test"]
    assert found.metadata == {"plan": "old", "source": "fair"}
    assert (found.locale, found.currency, found.notes) == ("de", "EUR", "Pays late.")
    assert "Engines is added." in answer.text
    for words in ("Gartenweg 3", "1 rue du Four", "books@example.test", "Pays late.", "plan: old"):
        assert words in answer.text


def test_an_email_address_is_enough(dashboard, user):
    dashboard.post("/dashboard/customers", data=EMPTY | {"email": "ada@example.test"})
    found = Customer.get(Customer.merchant == user.merchant)
    assert (found.locale, found.currency, found.country) == (None, None, "")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"name": "x" * 257}, "name"),
        ({"company": "4242 4242 4242 4242"}, "company"),
        ({"phone": "call me"}, "phone"),
        ({"cc_emails": "one"}, "cc_emails"),
        ({"cc_emails": "\n".join(f"a{n}@example.test" for n in range(6))}, "cc_emails"),
        ({"locale": "tlh"}, "locale"),
        ({"currency": "XXX"}, "currency"),
        ({"country": "XX"}, "country"),
        ({"country": "DE", "line1": "Gartenweg 3"}, "city"),
        (BERLIN | {"postal_code": "1"}, "postal_code"),
        ({"shipping_country": "FR", "shipping_line1": "1 rue du Four"}, "shipping_city"),
        ({"notes": "x" * 5001}, "notes"),
        ({"notes": "card 4242424242424242"}, "notes"),
        ({"metadata": "no colon"}, "metadata"),
        ({"metadata": ": no key"}, "metadata"),
        ({"metadata": "k" * 41 + ": v"}, "metadata"),
        ({"metadata": "k: " + "v" * 501}, "metadata"),
        ({"metadata": "\n".join(f"k{n}: v" for n in range(51))}, "metadata"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(dashboard, wrong, field):
    answer = dashboard.post("/dashboard/customers", data=GIVEN | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text
    assert not Customer.select().exists()


def test_columns_that_are_nobodys_to_set_are_ignored(dashboard, user):
    other = a_merchant()
    dashboard.post(
        "/dashboard/customers",
        data=GIVEN | {"merchant": other.id, "balance": "5000", "id": "cus_mine", "created_at": "0"},
    )
    found = Customer.get(Customer.merchant == user.merchant)
    assert found.balance == 0
    assert found.id != "cus_mine"


def test_a_second_customer_with_the_same_address_is_asked_about(dashboard, user, customer):
    data = GIVEN | {"email": "GRACE@example.test"}
    answer = dashboard.post("/dashboard/customers", data=data)
    assert answer.status_code == 422
    assert "This address is known already" in answer.text
    assert f"/dashboard/customers/{customer.id}" in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert Customer.select().count() == 1

    dashboard.post("/dashboard/customers", data=data | {"same_email": "y"})
    assert Customer.with_email(user.merchant, "grace@example.test").count() == 2


def test_the_address_of_another_merchants_customer_is_no_secret_that_leaks(dashboard):
    a_customer(email="ada@example.test")
    assert dashboard.post("/dashboard/customers", data=GIVEN).status_code == 303


def test_a_country_brings_its_fields_and_saves_nothing(dashboard):
    headers = {"HX-Request": "true", "HX-Target": "address"}
    data = GIVEN | {"country": "US", "city": "Springfield", "refresh": "address"}
    answer = dashboard.post("/dashboard/customers", data=data, headers=headers)
    assert "ZIP code" in answer.text
    assert 'value="Springfield"' in answer.text
    assert "<h1" not in answer.text
    assert "ZIP code" in dashboard.post("/dashboard/customers", data=data).text
    assert not Customer.select().exists()


def test_a_customer_is_changed(dashboard, customer):
    url = f"/dashboard/customers/{customer.id}"
    assert 'value="Grace Hopper"' in dashboard.get(f"{url}/edit").text
    dashboard.post(url, data=EMPTY | {"email": customer.email, "name": "Rear Admiral Hopper"})
    assert customer.reload().name == "Rear Admiral Hopper"
    assert "Rear Admiral" in dashboard.get("/dashboard/customers?q=admiral").text


def test_a_wrong_change_is_said_and_not_kept(dashboard, customer):
    answer = dashboard.post(f"/dashboard/customers/{customer.id}", data={"email": "nobody"})
    assert answer.status_code == 422
    assert customer.reload().email == "grace@example.test"


def test_changing_to_an_address_in_use_is_asked_about(dashboard, user, customer):
    a_customer(merchant=user.merchant, email="ada@example.test")
    url = f"/dashboard/customers/{customer.id}"
    assert dashboard.post(url, data=EMPTY | {"email": "ada@example.test"}).status_code == 422
    assert (
        dashboard.post(url, data=EMPTY | {"email": customer.email, "name": "G"}).status_code == 303
    )
    data = EMPTY | {"email": "ada@example.test", "same_email": "y"}
    assert dashboard.post(url, data=data).status_code == 303
    assert customer.reload().email == "ada@example.test"


def test_a_new_address_signs_the_customer_out(dashboard, customer, sign_in):
    portal = sign_in(customer)
    dashboard.post(
        f"/dashboard/customers/{customer.id}", data=EMPTY | {"email": "new@example.test"}
    )
    assert not PortalSession.select().where(PortalSession.ended_at.is_null()).exists()
    assert portal.get("/p/").status_code == 303


def test_the_currency_is_fixed_once_something_was_billed(dashboard, user):
    subscription = a_subscription(customer=a_customer(merchant=user.merchant))
    url = f"/dashboard/customers/{subscription.customer_id}"
    assert "Fixed, because something was billed in it." in dashboard.get(f"{url}/edit").text
    dashboard.post(url, data=EMPTY | {"email": subscription.customer.email, "currency": "USD"})
    assert subscription.customer.reload().currency == "EUR"


def test_the_page_shows_everything_about_a_customer(dashboard, user, customer):
    link = a_login_link(merchant=user.merchant)
    a_subscription(customer=customer)
    invoice = an_invoice(customer=customer)
    a_payment_method(customer=customer)
    text = dashboard.get(f"/dashboard/customers/{customer.id}").text
    assert "Newsletter" in text
    assert invoice.number in text
    assert "Visa ending in 4242" in text
    assert f"/p/login/{link.token}?prefilled_email=grace%40example.test" in text
    assert f"/dashboard/subscriptions/new?customer_id={customer.id}" in text
    assert f"/dashboard/invoices/new?customer_id={customer.id}" in text
    assert "cannot be deleted" in text


def test_without_a_link_the_page_says_so(dashboard, customer):
    text = dashboard.get(f"/dashboard/customers/{customer.id}").text
    assert "The portal link is not active" in text


def test_what_customers_write_is_never_markup(dashboard, user):
    evil = a_customer(
        merchant=user.merchant,
        name="<script>alert(1)</script>",
        notes="<b>x</b>",
        metadata={"<i>": "<u>"},
        cc_emails=[],
    )
    text = dashboard.get(f"/dashboard/customers/{evil.id}").text
    for markup in ("<script>alert", "<b>x", "<i>", "<u>"):
        assert markup not in text
    assert "&lt;b&gt;x" in text


def test_a_customer_without_documents_is_deleted_after_a_question(dashboard, customer):
    url = f"/dashboard/customers/{customer.id}/deletion"
    assert "This cannot be undone." in dashboard.get(url).text
    answer = dashboard.post(url, follow_redirects=True)
    assert "Grace Hopper is deleted." in answer.text
    assert not Customer.select().exists()


def test_a_customer_with_documents_stays(dashboard, customer):
    an_invoice(customer=customer)
    url = f"/dashboard/customers/{customer.id}/deletion"
    assert "Delete customer" not in dashboard.get(url).text
    assert dashboard.post(url).status_code == 409
    assert customer.reload()


def test_a_customer_who_was_signed_in_can_be_deleted(dashboard, customer, sign_in):
    sign_in(customer)
    a_payment_method(customer=customer)
    dashboard.post(f"/dashboard/customers/{customer.id}/deletion")
    assert not Customer.select().exists()


PAGES = ["", "/edit", "/deletion", "/tax-ids", "/sign-in-help"]


@pytest.mark.parametrize("path", PAGES)
def test_a_foreign_customer_is_not_there(dashboard, path):
    foreign = a_customer()
    assert dashboard.get(f"/dashboard/customers/{foreign.id}{path}").status_code == 404
    assert dashboard.get(f"/dashboard/customers/cus_none{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/deletion", "/tax-ids", "/portal-visit"])
def test_a_foreign_customer_cannot_be_touched(dashboard, path):
    foreign = a_customer(name="Foreign")
    answer = dashboard.post(f"/dashboard/customers/{foreign.id}{path}", data=GIVEN)
    assert answer.status_code == 404
    assert foreign.reload().name == "Foreign"
    assert not PortalSession.select().exists()


def test_the_list_never_shows_customers_of_others(dashboard):
    foreign = a_customer(name="Foreign Person", email="foreign@example.test")
    for search in ("", "foreign", foreign.id):
        text = dashboard.get("/dashboard/customers", query_string={"q": search}).text
        assert "Foreign Person" not in text


def test_old_customers_come_after_new_ones(dashboard, user, customer):
    a_customer(merchant=user.merchant, name="Newest Person", at=now())
    text = dashboard.get("/dashboard/customers").text
    assert text.index("Newest Person") < text.index("Grace Hopper")


def test_what_authorities_and_french_companies_need_is_kept(dashboard, customer):
    url = f"/dashboard/customers/{customer.id}/edit"
    given = GIVEN | BERLIN | {"buyer_reference": "991-03730-19"}
    assert "Leitweg" in dashboard.get(url).text
    assert dashboard.post(f"/dashboard/customers/{customer.id}", data=given).status_code == 303
    assert customer.reload().buyer_reference == "991-03730-19"
    assert "991-03730-19" in dashboard.get(f"/dashboard/customers/{customer.id}").text
