from datetime import timedelta

import pytest

from portal.billing.collecting import collect
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.invoicing import Item
from portal.billing.merchants import Merchant
from portal.billing.tax import TaxBehavior
from portal.gateways import gateway_for
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import (
    NOW,
    a_customer,
    a_merchant,
    a_payment_method,
    a_subscription,
    an_invoice,
    utc,
)
from tests.support.queries import count_queries

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(app):
    return a_customer(merchant=a_merchant(invoice_prefix="LIN"))


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


def some_invoices(customer, number):
    return [an_invoice(customer=customer, at=NOW + timedelta(minutes=n)) for n in range(number)]


def test_index_lists_invoices_the_newest_first(client, ada):
    first, second = some_invoices(ada, 2)

    page = client.get("/p/invoices")

    assert page.text.index(second.number) < page.text.index(first.number)
    assert "€23.80" in page.text


def test_index_without_any_says_so(client):
    assert "Your invoices will be listed here." in client.get("/p/invoices").text


def test_index_shows_nothing_of_others(client, ada):
    theirs = an_invoice(customer=a_customer(merchant=ada.merchant))

    page = client.get("/p/invoices")

    assert theirs.id not in page.text
    assert theirs.number not in page.text


def test_a_draft_is_nobodys_business(client, ada):
    invoice = Invoice.create(merchant=ada.merchant, customer=ada, currency="EUR")

    assert invoice.id not in client.get("/p/invoices").text
    for path in ("", ".pdf", "/receipt.pdf", "/payment/new"):
        assert client.get(f"/p/invoices/{invoice.id}{path}").status_code == 404


def test_a_long_list_comes_in_parts_that_meet(client, ada):
    invoices = some_invoices(ada, 53)

    first = client.get("/p/invoices")
    link = f"/p/invoices?before={invoices[3].id}"
    rest = client.get(link)

    assert f'href="{link}"' in first.text
    shown = [invoice.number in first.text for invoice in invoices]
    assert shown == [False] * 3 + [True] * 50
    assert [invoice.number in rest.text for invoice in invoices] == [True] * 3 + [False] * 50
    assert "more_invoices" not in rest.text


def test_htmx_is_given_the_next_rows_alone(client, ada):
    invoices = some_invoices(ada, 51)

    part = client.get(
        f"/p/invoices?before={invoices[1].id}", headers=HTMX | {"HX-Target": "more_invoices"}
    )

    assert invoices[0].number in part.text
    assert "<html" not in part.text
    assert "HX-Target" in part.headers["Vary"]


def test_index_asks_the_database_no_more_for_more_rows(client, ada):
    some_invoices(ada, 2)
    client.get("/p/invoices")
    with count_queries() as few:
        client.get("/p/invoices")
    some_invoices(ada, 40)
    with count_queries() as many:
        client.get("/p/invoices")

    assert len(few) == len(many) <= 4


@pytest.mark.parametrize(
    ("status", "seen"),
    [("paid", [1]), ("void", [2]), ("open", [0, 3]), ("overdue", [0]), ("x' OR 1", [0, 1, 2, 3])],
)
def test_the_list_is_filtered_by_status(client, ada, status, seen):
    late, paid, void = some_invoices(ada, 3)
    paid.pay(paid.total, at=NOW)
    void.void(at=NOW)
    fresh = an_invoice(customer=ada, at=NOW + timedelta(minutes=9), days_until_due=36500)

    page = client.get("/p/invoices", query_string={"status": status})

    invoices = [late, paid, void, fresh]
    assert [n for n, invoice in enumerate(invoices) if invoice.number in page.text] == seen


def test_the_list_is_filtered_by_the_year_where_the_merchant_is(client, ada):
    # Half past eleven in the evening in London is the new year in Berlin.
    old = an_invoice(customer=ada, at=utc(2025, 12, 31, 22, 30))
    new = an_invoice(customer=ada, at=utc(2025, 12, 31, 23, 30))

    page = client.get("/p/invoices?year=2026")

    assert new.number in page.text
    assert old.number not in page.text
    assert old.number in client.get("/p/invoices?year=2025").text
    assert old.number in client.get("/p/invoices?year=1066").text


def test_the_list_is_filtered_by_subscription(client, ada):
    mine = a_subscription(customer=ada).invoices.get()
    other = an_invoice(customer=ada)

    page = client.get(f"/p/invoices?subscription={mine.subscription_id}")

    assert mine.number in page.text
    assert other.number not in page.text


def test_filters_stay_when_more_is_shown(client, ada):
    some_invoices(ada, 52)

    page = client.get("/p/invoices?status=overdue&year=2026")

    assert "&amp;status=overdue&amp;year=2026" in page.text


def test_filters_that_match_nothing_can_be_taken_off(client, ada):
    an_invoice(customer=ada)

    assert "No invoices match" in client.get("/p/invoices?status=void").text


def test_show_says_what_the_invoice_says(client, ada):
    invoice = an_invoice(customer=ada)

    page = client.get(f"/p/invoices/{invoice.id}")

    for words in (invoice.number, "Consulting", "€23.80", "€20.00", "€3.80", "19%", "Pay €23.80"):
        assert words in page.text, words


def test_show_lists_each_vat_rate(client, ada):
    from portal.billing.invoicing import issue

    items = [
        Item("Work", 1, 1000, 1000, TaxBehavior.EXCLUSIVE, code)
        for code in ("digital_service", "books")
    ]
    invoice = issue(ada, items, currency="EUR", at=NOW)

    page = client.get(f"/p/invoices/{invoice.id}")

    assert "VAT 19% of €10.00" in page.text
    assert "VAT 7% of €10.00" in page.text


def test_show_of_a_paid_invoice_offers_the_receipt_and_no_payment(client, ada):
    a_payment_method(customer=ada)
    invoice = an_invoice(customer=ada)
    collect(invoice, gateway_for("sandbox", invoice.merchant), at=NOW)

    page = client.get(f"/p/invoices/{invoice.id}")

    assert "/receipt.pdf" in page.text
    assert "/payment/new" not in page.text
    assert "Visa ending in 4242" in page.text


def test_names_are_written_and_never_run(client, ada):
    from portal.billing.invoicing import issue

    item = Item("<script>alert(1)</script>", 1, 100, 100, TaxBehavior.INCLUSIVE, "")
    invoice = issue(ada, [item], currency="EUR", at=NOW, description="<b>bold</b>")

    page = client.get(f"/p/invoices/{invoice.id}")

    assert "<script>alert" not in page.text
    assert "&lt;b&gt;bold" in page.text


def test_someone_elses_invoice_is_not_found(client, ada):
    theirs = an_invoice(customer=a_customer(merchant=ada.merchant))
    theirs.pay(theirs.total, at=NOW)
    client.get("/p/invoices")

    for path in ("", ".pdf", ".xml", "/receipt.pdf", "/payment", "/payment/new"):
        assert client.get(f"/p/invoices/{theirs.id}{path}").status_code == 404, path
    assert client.post(f"/p/invoices/{theirs.id}/payment").status_code == 404


def test_someone_elses_stored_pdf_is_not_found_either(client, sign_in, ada):
    other = a_customer(merchant=ada.merchant)
    theirs = an_invoice(customer=other)
    assert sign_in(other).get(f"/p/invoices/{theirs.id}.pdf").status_code == 200

    assert client.get(f"/p/invoices/{theirs.id}.pdf").status_code == 404


def test_invoices_that_the_merchant_hides_are_refused(client, ada):
    invoice = an_invoice(customer=ada)
    client.get(f"/p/invoices/{invoice.id}.pdf")
    PortalConfiguration.default_of(ada.merchant).change(at=NOW, shows_invoices=False)

    hidden = ("", ".pdf", ".xml", "/payment/new")
    for path in ("", *(f"/{invoice.id}{rest}" for rest in hidden)):
        assert client.get(f"/p/invoices{path}").status_code == 403, path


def test_the_pdf_is_the_same_bytes_the_second_time(client, ada):
    path = f"/p/invoices/{an_invoice(customer=ada).id}.pdf"

    first, second = client.get(path), client.get(path)

    assert first.data.startswith(b"%PDF-")
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_stored_pdf_costs_two_questions(client, ada):
    path = f"/p/invoices/{an_invoice(customer=ada).id}.pdf"
    client.get(path)

    with count_queries() as asked:
        client.get(path)

    assert len(asked) == 2


def test_the_pdf_is_a_private_attachment_that_runs_nothing(client, ada):
    answer = client.get(f"/p/invoices/{an_invoice(customer=ada).id}.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


def test_a_pdf_that_is_known_is_not_sent_again(client, ada):
    path = f"/p/invoices/{an_invoice(customer=ada).id}.pdf"
    tag = client.get(path).headers["ETag"]

    answer = client.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    ("locale", "kind", "name"),
    [
        ("en", ".pdf", 'filename="Invoice LIN-000001.pdf"'),
        ("en", "/receipt.pdf", 'filename="Receipt LIN-000001.pdf"'),
    ],
)
def test_the_file_has_a_name_for_people(client, ada, locale, kind, name):
    invoice = an_invoice(customer=ada)
    invoice.pay(invoice.total, at=NOW)

    answer = client.get(f"/p/invoices/{invoice.id}{kind}?locale={locale}")

    assert answer.headers["Content-Disposition"] == f"attachment; {name}"


def test_a_name_beyond_plain_letters_is_given_twice(app):
    from portal.web.document_answers import disposition

    assert disposition("Reçu LIN-1.pdf") == (
        "attachment; filename=Recu_LIN-1.pdf; filename*=UTF-8''Re%C3%A7u%20LIN-1.pdf"
    )


def test_there_is_no_receipt_before_the_money(client, ada):
    assert client.get(f"/p/invoices/{an_invoice(customer=ada).id}/receipt.pdf").status_code == 404


def test_documents_need_a_session(app, ada):
    invoice = an_invoice(customer=ada)

    assert app.test_client().get(f"/p/invoices/{invoice.id}.pdf").status_code == 303


@pytest.fixture
def e_invoice(ada):
    """An invoice that says enough for an e-invoice."""
    Merchant.update(vat_id="DE136695976", phone="+49 40 1234567").where(
        Merchant.id == ada.merchant_id
    ).execute()
    Customer.update(country="DE", city="Bremen", postal_code="28195").where(
        Customer.id == ada.id
    ).execute()
    return an_invoice(customer=ada.reload())


def test_the_e_invoice_is_offered_and_is_a_private_attachment(client, e_invoice):
    page = client.get(f"/p/invoices/{e_invoice.id}")
    answer = client.get(f"/p/invoices/{e_invoice.id}.xml")

    assert f"/p/invoices/{e_invoice.id}.xml" in page.text
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    assert b"xrechnung_3.0" in answer.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="Invoice {e_invoice.number}.xml"'
    )


def test_the_e_invoice_is_the_same_bytes_the_second_time(client, e_invoice):
    path = f"/p/invoices/{e_invoice.id}.xml"

    first, second = client.get(path), client.get(path)

    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


def test_someone_elses_stored_e_invoice_is_not_found(client, sign_in, e_invoice):
    client.get(f"/p/invoices/{e_invoice.id}.xml")
    other = sign_in(a_customer(merchant=e_invoice.merchant))

    assert other.get(f"/p/invoices/{e_invoice.id}.xml").status_code == 404


def test_without_an_e_invoice_none_is_offered(client, ada):
    invoice = an_invoice(customer=ada)

    assert ".xml" not in client.get(f"/p/invoices/{invoice.id}").text
    assert client.get(f"/p/invoices/{invoice.id}.xml").status_code == 404
