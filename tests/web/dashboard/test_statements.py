"""A customer's year, seen by the merchant."""

import io
import zipfile

import pytest

from tests.factories import a_credit_note, a_paid_invoice, a_user


@pytest.fixture
def invoice(db):
    return a_paid_invoice()


@pytest.fixture
def member(staff, invoice):
    return staff(a_user(merchant=invoice.merchant))


def url(invoice, rest):
    return f"/dashboard/customers/{invoice.customer_id}/{rest}"


def test_the_page_of_the_customer_leads_there(member, invoice):
    page = member.get(f"/dashboard/customers/{invoice.customer_id}").text

    assert url(invoice, "statements/2026") in page
    assert url(invoice, "invoices.zip") in page


def test_show_adds_the_year_up(member, invoice):
    note = a_credit_note(invoice, 1190)

    page = member.get(url(invoice, "statements/2026")).text

    assert invoice.number in page
    assert note.number in page
    assert "-€11.90" in page


def test_it_comes_as_pdf(member, invoice):
    assert member.get(url(invoice, "statements/2026.pdf")).data.startswith(b"%PDF")


def test_all_documents_come_in_one_file(member, invoice):
    answer = member.get(url(invoice, "invoices.zip?year=2026"))

    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert f"{invoice.number}.pdf" in file.namelist()


def test_a_year_without_anything_is_not_found(member, invoice):
    assert member.get(url(invoice, "statements/1999")).status_code == 404
    assert member.get(url(invoice, "invoices.zip?year=1999")).status_code == 404


def test_somebody_elses_is_not_found(staff, invoice):
    stranger = staff(a_user())

    for rest in ("statements/2026", "statements/2026.pdf", "invoices.zip"):
        assert stranger.get(url(invoice, rest)).status_code == 404
