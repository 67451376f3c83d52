"""What became of an invoice, seen by the customer: credits, refunds, corrections, the year."""

import io
import zipfile
from datetime import timedelta

import pytest

from portal.billing.corrections import correction_of
from portal.billing.credit_plans import Destination
from portal.billing.invoices import Invoice
from portal.billing.refunds import Refund
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.selfservice.configurations import PortalConfiguration
from tests.factories import (
    NOW,
    a_balance,
    a_credit_note,
    a_customer,
    a_paid_invoice,
    an_invoice,
)


@pytest.fixture
def ada(app):
    return a_customer()


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def invoice(ada):
    return a_paid_invoice(customer=ada)


def moved(customer):
    customer.change(company="Analytical Engines", at=NOW)


def test_an_invoice_says_what_was_refunded_and_when(client, invoice):
    a_credit_note(invoice, 1190)
    Refund.get().ask(SandboxGateway(lambda: NOW), NOW)

    page = client.get(f"/p/invoices/{invoice.id}").text

    assert "Refunded on 10 March 2026" in page
    assert "Refund to Visa ending in 4242" in page
    assert "€11.90" in page


def test_the_history_lists_credit_notes_with_a_word(client, invoice):
    note = a_credit_note(invoice, 1190)

    page = client.get("/p/invoices").text

    assert note.number in page
    assert "Credit note" in page
    assert f"/p/credit-notes/{note.id}.pdf" in page


def test_the_pdf_of_a_credit_note_can_be_downloaded(client, invoice):
    note = a_credit_note(invoice, 1190)

    answer = client.get(f"/p/credit-notes/{note.id}.pdf")

    assert answer.data.startswith(b"%PDF")
    assert note.number in answer.headers["Content-Disposition"]


def test_the_credit_notes_of_others_are_not_found(client):
    note = a_credit_note()

    assert client.get(f"/p/credit-notes/{note.id}.pdf").status_code == 404


def test_home_leads_to_a_balance_that_is_not_empty(client, ada):
    assert "/p/balance" not in client.get("/p/").text
    a_balance(ada, 700, note="For the delay")

    assert "€7.00 in credit" in client.get("/p/").text
    page = client.get("/p/balance").text
    assert "+€7.00" in page
    assert "For the delay" in page


def test_an_empty_balance_says_so(client):
    assert "No movement yet" in client.get("/p/balance").text


def test_a_corrected_invoice_is_offered_once_the_details_changed(client, ada, invoice):
    link = f"/p/invoices/{invoice.id}/correction/new"
    assert link not in client.get(f"/p/invoices/{invoice.id}").text
    moved(ada)

    assert link in client.get(f"/p/invoices/{invoice.id}").text
    assert "Analytical Engines" in client.get(link).text


def test_asking_for_it_leads_to_the_new_invoice(client, ada, invoice):
    moved(ada)

    answer = client.post(f"/p/invoices/{invoice.id}/correction")

    corrected = correction_of(invoice)
    assert answer.location.endswith(f"/p/invoices/{corrected.id}")
    assert f"Invoice {corrected.number}" in client.get(f"/p/invoices/{invoice.id}").text
    assert invoice.number in client.get(f"/p/invoices/{corrected.id}").text


def test_asking_twice_corrects_once(client, ada, invoice):
    moved(ada)

    for _ in range(2):
        answer = client.post(f"/p/invoices/{invoice.id}/correction")

    assert answer.status_code == 303
    assert Invoice.select().where(Invoice.customer == ada).count() == 2


def test_nothing_changed_is_refused_in_words(client, invoice):
    answer = client.get(f"/p/invoices/{invoice.id}/correction/new", follow_redirects=True)

    assert answer.request.path == f"/p/invoices/{invoice.id}"
    assert "present billing details already" in answer.text


def test_what_is_not_offered_is_refused(client, ada, invoice):
    moved(ada)
    configuration = PortalConfiguration.default_of(ada.merchant)
    configuration.change(at=NOW, allows_invoice_corrections=False)

    assert client.post(f"/p/invoices/{invoice.id}/correction").status_code == 403
    assert "correction" not in client.get(f"/p/invoices/{invoice.id}").text


def test_the_statement_adds_a_year_up(client, ada, invoice):
    a_credit_note(invoice, 1190, to=Destination.BALANCE)
    an_invoice(customer=ada, at=NOW - timedelta(days=400), amount=9999)

    page = client.get("/p/statements/2026").text

    assert "€23.80" in page
    assert "-€11.90" in page
    assert "€99.99" not in page
    assert "€99.99" in client.get("/p/statements/2025").text


def test_the_statement_comes_as_pdf(client, invoice):
    answer = client.get("/p/statements/2026.pdf")

    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("year", [1, 1999, 9999, 99999])
def test_a_year_without_anything_is_not_found(client, invoice, year):
    assert client.get(f"/p/statements/{year}").status_code == 404
    assert client.get(f"/p/invoices.zip?year={year}").status_code == 404


def test_all_documents_come_in_one_file(client, ada, invoice):
    note = a_credit_note(invoice, 1190)

    answer = client.get("/p/invoices.zip?year=2026")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.testzip() is None
        names = set(file.namelist())
        assert {f"{invoice.number}.pdf", f"{note.number}.pdf"} <= names
        assert file.read(f"{invoice.number}.pdf").startswith(b"%PDF")


def test_nobody_elses_documents_are_in_it(client, invoice):
    other = a_paid_invoice(customer=a_customer(merchant=invoice.merchant))

    with zipfile.ZipFile(io.BytesIO(client.get("/p/invoices.zip").data)) as file:
        assert not [name for name in file.namelist() if other.number in name]


def test_without_documents_there_is_no_file(client):
    assert client.get("/p/invoices.zip").status_code == 404
    assert client.get("/p/invoices.zip?part=x").status_code == 404


def test_whoever_may_not_see_invoices_sees_none_of_it(client, ada, invoice):
    PortalConfiguration.default_of(ada.merchant).change(at=NOW, shows_invoices=False)
    note = a_credit_note(invoice, 100)

    for path in ("balance", "statements/2026", "statements/2026.pdf", "invoices.zip"):
        assert client.get(f"/p/{path}").status_code == 403
    assert client.get(f"/p/credit-notes/{note.id}.pdf").status_code == 403
