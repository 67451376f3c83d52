"""What is answered where there is no document, or none yet: the same on both sides."""

import pytest

from portal.record import now
from tests.factories import a_customer, a_user, an_invoice


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def invoice(user):
    return an_invoice(customer=a_customer(merchant=user.merchant), at=now())


@pytest.fixture
def readers(sign_in, staff, user, invoice):
    return {
        f"/p/invoices/{invoice.id}.pdf": sign_in(invoice.customer),
        f"/dashboard/invoices/{invoice.id}/invoice.pdf": staff(user),
    }


def test_a_document_that_cannot_be_read_is_to_be_asked_for_later(invoice, readers):
    invoice.document = invoice.document | {"template_version": 99}
    invoice.save()

    for path, client in readers.items():
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path


def test_a_stored_document_is_sandboxed_and_sent_once(readers):
    for path, client in readers.items():
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'", path
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304, path


def test_an_unpaid_invoice_has_no_receipt(invoice, sign_in, staff, user):
    assert sign_in(invoice.customer).get(f"/p/invoices/{invoice.id}/receipt.pdf").status_code == 404
    path = f"/dashboard/invoices/{invoice.id}/receipt.pdf"
    assert staff(user).get(path).status_code == 404
