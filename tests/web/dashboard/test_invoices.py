"""The merchant's invoices: list, page, and a single one after a preview."""

import re
from datetime import timedelta

import pytest

from portal.billing import discounts
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.formatting import money
from portal.record import now
from tests.factories import (
    NOW,
    a_coupon,
    a_customer,
    a_price,
    a_product,
    a_subscription,
    a_user,
    an_invoice,
)

URL = "/dashboard/invoices"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def customer(user):
    return a_customer(merchant=user.merchant)


def line(position=0, **given):
    fields = {
        "price": "",
        "description": "Consulting",
        "quantity": "2",
        "amount": "100.00",
        "tax_code": "services",
        "tax_behavior": "exclusive",
    } | given
    return {f"lines-{position}-{name}": value for name, value in fields.items()}


def filled(customer, *lines, **given):
    data = {"customer_id": customer.id, "days_until_due": "14", "note": "Thank you."}
    for each in lines or (line(),):
        data |= each
    return data | given


def preview(client, customer, *lines, **given):
    return client.post(f"{URL}/previews", data=filled(customer, *lines, **given))


def quote_of(answer):
    return re.search(r'name="quote" value="([^"]+)"', answer.text)[1]


def test_index_shows_own_invoices_and_their_sums(staff, user, customer):
    mine = [an_invoice(customer=customer) for _ in range(2)]
    other = an_invoice()
    client = staff(user)
    page = client.get(URL).text

    assert all(invoice.number in page for invoice in mine)
    assert other.number not in page
    assert money(4760, "EUR", "en") in client.get(f"{URL}?status=open").text


def test_index_adds_up_short_lists_only(staff, user, customer, monkeypatch):
    an_invoice(customer=customer)
    monkeypatch.setattr("portal.web.dashboard.invoices.invoice_sums", lambda *_, **__: 1 / 0)

    assert staff(user).get(URL).status_code == 200
    assert staff(user).get(f"{URL}?status=paid").status_code == 200


def test_index_filters_and_searches(staff, user, customer):
    paid, open_ = an_invoice(customer=customer), an_invoice(customer=customer)
    paid.pay(paid.total, at=NOW)
    client = staff(user)

    assert open_.number not in client.get(f"{URL}?status=paid").text
    assert paid.number in client.get(f"{URL}?status=paid").text
    assert paid.number not in client.get(f"{URL}?q={open_.number}").text


def test_index_says_what_to_do_when_there_is_nothing(staff, user):
    assert "No invoices yet" in staff(user).get(URL).text
    assert "No invoice matches" in staff(user).get(f"{URL}?status=void").text


def test_index_answers_htmx_with_the_list_alone(staff, user):
    headers = {"HX-Request": "true", "HX-Target": "invoices"}

    assert "<html" not in staff(user).get(URL, headers=headers).text


def test_new_asks_for_whom_first(staff, user, customer):
    assert f"customer_id={customer.id}" in staff(user).get(f"{URL}/new").text


def test_new_offers_one_time_prices_in_the_currency(staff, user, customer):
    product = a_product(merchant=user.merchant)
    once = a_price(product=product, interval=None)
    monthly, dollars = a_price(product=product), a_price(interval=None, currency="USD")
    page = staff(user).get(f"{URL}/new?customer_id={customer.id}").text

    assert once.id in page
    assert monthly.id not in page
    assert dollars.id not in page


def test_a_line_is_added_and_removed_without_losing_what_was_typed(staff, user, customer):
    client = staff(user)
    more = preview(client, customer, line(description="First"), add_line="1").text
    less = preview(
        client,
        customer,
        line(0, description="First"),
        line(1, description="Second"),
        remove_line="0",
    ).text

    assert 'name="lines-1-description"' in more
    assert 'value="First"' in more
    assert "First" not in less
    assert 'value="Second"' in less


def test_there_are_at_most_twenty_lines(staff, user, customer):
    lines = [line(position) for position in range(20)]
    answer = preview(staff(user), customer, *lines, add_line="1")

    assert 'name="lines-19-description"' in answer.text
    assert 'name="lines-20-description"' not in answer.text


def test_adding_a_line_by_htmx_answers_the_form_alone(staff, user, customer):
    answer = staff(user).post(
        f"{URL}/previews",
        data=filled(customer, add_line="1"),
        headers={"HX-Request": "true", "HX-Target": "invoice_form"},
    )

    assert "<html" not in answer.text
    assert 'id="invoice_form"' in answer.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"description": ""}, "Say what this line is for"),
        ({"amount": ""}, "Enter the price of one unit."),
        ({"amount": "ten"}, "Enter an amount such as"),
        ({"amount": "1.234"}, "Enter an amount such as"),
        ({"amount": "-5"}, "Enter an amount such as"),
        ({"quantity": "0"}, "between 1 and 999,999"),
        ({"quantity": "x"}, "Enter a whole number."),
        ({"description": "x" * 501}, "At most 500 characters."),
        ({"description": "4242 4242 4242 4242"}, "looks like a card number"),
        ({"amount": "999999999999.00", "quantity": "999999"}, "too large"),
    ],
)
def test_wrong_lines_are_said_in_words(staff, user, customer, wrong, words):
    answer = preview(staff(user), customer, line(**wrong))

    assert answer.status_code == 422
    assert words in answer.text


def test_an_invoice_of_nothing_is_refused(staff, user, customer):
    answer = preview(staff(user), customer, line(description="", amount=""))

    assert answer.status_code == 422


def test_blank_lines_are_left_out(staff, user, customer):
    client = staff(user)
    shown = preview(client, customer, line(0), line(1, description="", amount=""))
    client.post(URL, data={"quote": quote_of(shown)})

    assert InvoiceLine.of(customer.invoices.get()).count() == 1


def test_a_preview_saves_nothing(staff, user, customer):
    assert preview(staff(user), customer).status_code == 200
    assert customer.invoices.count() == 0


def test_issuing_bills_what_was_shown(staff, user, customer):
    client = staff(user)
    price = a_price(product=a_product(merchant=user.merchant), interval=None, unit_amount=333)
    lines = (line(0), line(1, price=price.id, quantity="3", description="", amount=""))
    shown = preview(client, customer, *lines, days_until_due="30")
    answer = client.post(URL, data={"quote": quote_of(shown)})
    invoice = customer.invoices.get()

    assert answer.location == f"{URL}/{invoice.id}"
    for amount in (invoice.subtotal, invoice.tax, invoice.total):
        assert money(amount, "EUR", "en") in shown.text
    assert invoice.total == 23800 + 999
    assert invoice.description == "Thank you."
    assert invoice.due_at - invoice.issued_at == timedelta(days=30)


def test_issuing_twice_makes_one_invoice(staff, user, customer):
    client = staff(user)
    quote = quote_of(preview(client, customer))
    answers = [client.post(URL, data={"quote": quote}) for _ in range(2)]

    assert answers[0].location == answers[1].location
    assert customer.invoices.count() == 1


def test_a_preview_can_be_changed_again(staff, user, customer):
    shown = preview(staff(user), customer)

    assert 'name="lines-0-description" value="Consulting"' in shown.text
    assert 'name="lines-0-amount" value="100.00"' in shown.text
    again = preview(staff(user), customer, edit="1")
    assert again.status_code == 200
    assert 'value="Consulting"' in again.text


def test_an_old_preview_is_shown_again(staff, user, customer, monkeypatch):
    client = staff(user)
    quote = quote_of(preview(client, customer))
    monkeypatch.setattr("portal.web.dashboard.quotes.FRESH", timedelta(0))

    assert client.post(URL, data={"quote": quote}).status_code == 409
    assert customer.invoices.count() == 0


def test_a_quote_of_another_merchant_is_worth_nothing(staff, user, customer):
    quote = quote_of(preview(staff(user), customer))
    staff(a_user()).post(URL, data={"quote": quote})

    assert customer.invoices.count() == 0


def test_show_has_lines_taxes_and_a_link_for_guests(staff, user, customer):
    invoice = an_invoice(customer=customer)
    page = staff(user).get(f"{URL}/{invoice.id}").text

    assert "Consulting" in page
    assert money(380, "EUR", "en") in page
    assert "http://localhost:5000/p/i/" in page


def test_show_names_what_was_taken_off(staff, user, customer):
    discounts.give(a_coupon(merchant=user.merchant, name="Spring sale"), customer, at=NOW)
    invoice = Invoice.get(Invoice.subscription == a_subscription(customer=customer))
    page = staff(user).get(f"{URL}/{invoice.id}").text

    assert "Discount: Spring sale" in page
    assert (
        money(-InvoiceLine.get(InvoiceLine.invoice == invoice).discount_amount, "EUR", "en") in page
    )


def test_show_leads_to_its_subscription(staff, user, customer):
    subscription = a_subscription(customer=customer)
    invoice = Invoice.get(Invoice.subscription == subscription)

    assert subscription.id in staff(user).get(f"{URL}/{invoice.id}").text


def test_the_pdf_is_downloaded_under_its_number(staff, user, customer):
    invoice = an_invoice(customer=customer)
    answer = staff(user).get(f"{URL}/{invoice.id}/invoice.pdf")

    assert answer.data.startswith(b"%PDF")
    assert f"{invoice.number}.pdf" in answer.headers["Content-Disposition"]


def test_the_e_invoice_is_offered_where_there_is_one(staff, user, customer):
    client = staff(user)
    without = an_invoice(customer=customer)
    assert "invoice.xml" not in client.get(f"{URL}/{without.id}").text
    assert client.get(f"{URL}/{without.id}/invoice.xml").status_code == 404

    Merchant.update(vat_id="DE136695976").where(Merchant.id == user.merchant_id).execute()
    invoice = an_invoice(customer=customer.reload())
    answer = client.get(f"{URL}/{invoice.id}/invoice.xml")

    assert f"{URL}/{invoice.id}/invoice.xml" in client.get(f"{URL}/{invoice.id}").text
    assert answer.mimetype == "application/xml"
    assert f"{invoice.number}.xml" in answer.headers["Content-Disposition"]


def test_the_receipt_is_there_once_the_invoice_is_paid(staff, user, customer):
    invoice = an_invoice(customer=customer)
    client = staff(user)
    address = f"{URL}/{invoice.id}/receipt.pdf"
    assert client.get(address).status_code == 404
    assert "receipt.pdf" not in client.get(f"{URL}/{invoice.id}").text

    invoice.pay(invoice.total, at=NOW)
    assert address in client.get(f"{URL}/{invoice.id}").text
    assert client.get(address).data.startswith(b"%PDF")


@pytest.mark.parametrize("what", ["voiding", "write-off"])
def test_voiding_and_writing_off_are_asked_for_first(staff, user, customer, what):
    invoice = an_invoice(customer=customer)
    client = staff(user)
    page = client.get(f"{URL}/{invoice.id}/{what}/new")
    answer = client.post(f"{URL}/{invoice.id}/{what}")

    assert invoice.number in page.text
    assert answer.status_code == 303
    expected = {"voiding": "void", "write-off": "uncollectible"}[what]
    assert invoice.reload().status == expected


@pytest.mark.parametrize("what", ["voiding", "write-off"])
def test_what_is_paid_stays_paid(staff, user, customer, what):
    invoice = an_invoice(customer=customer)
    invoice.pay(invoice.total, at=NOW)

    assert staff(user).post(f"{URL}/{invoice.id}/{what}").status_code == 409
    assert invoice.reload().status == "paid"


def test_what_belongs_to_others_is_not_there(staff, user, customer):
    client, other = staff(user), an_invoice()

    for path in (
        "",
        "/invoice.pdf",
        "/invoice.xml",
        "/voiding/new",
        "/write-off/new",
        "/outside-payments/new",
    ):
        assert client.get(f"{URL}/{other.id}{path}").status_code == 404
    for path in ("voiding", "write-off", "outside-payments"):
        assert client.post(f"{URL}/{other.id}/{path}").status_code == 404
    assert client.get(f"{URL}/new?customer_id={other.customer_id}").status_code == 404
    assert preview(client, other.customer).status_code == 404
    foreign = a_price(interval=None)
    assert preview(client, customer, line(price=foreign.id)).status_code == 422


def test_an_overdue_invoice_is_found_as_such(staff, user, customer):
    late = an_invoice(customer=customer, at=now() - timedelta(days=60))

    assert late.number in staff(user).get(f"{URL}?status=overdue").text


def test_there_is_nothing_to_confirm_for_a_paid_invoice(staff, user, customer):
    invoice = an_invoice(customer=customer)
    invoice.pay(invoice.total, at=NOW)
    client = staff(user)

    for what in ("voiding", "write-off"):
        assert client.get(f"{URL}/{invoice.id}/{what}/new").status_code == 409


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("invoices/previews", "invoices/new"),
        ("subscriptions/previews", "subscriptions/new"),
        ("portal/preview", "portal"),
        ("branding/preview", "branding"),
    ],
)
def test_signing_in_again_in_a_preview_leads_to_its_form(staff, user, path, place):
    assert staff(user).get(f"/dashboard/{path}").location == f"/dashboard/{place}"


def test_no_payment_is_awaited_where_none_will_come(staff, user, customer):
    client, invoice = staff(user), an_invoice(customer=customer)
    assert "No payment yet." in client.get(f"{URL}/{invoice.id}").text

    invoice.void(at=NOW)
    page = client.get(f"{URL}/{invoice.id}").text

    assert "No payment yet." not in page
    assert "see this one invoice" in page
    assert "see and pay this one invoice" not in page


def test_a_preview_calls_the_note_what_the_form_called_it(staff, user, customer):
    assert "<dt>Note on the invoice</dt>" in preview(staff(user), customer).text
