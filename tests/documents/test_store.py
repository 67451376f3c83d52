import hashlib

import pytest

from portal.billing.collecting import collect
from portal.billing.invoicing import Item, issue
from portal.billing.payments import Payment
from portal.billing.tax import TaxBehavior
from portal.documents import store
from portal.documents.renderer import render_in_process
from portal.files import StoredFile
from portal.gateways import gateway_for
from portal.selfservice.branding import Branding
from tests.documents.reading import text_of
from tests.documents.samples import a_logo
from tests.factories import NOW, a_customer, a_merchant, a_payment_method, an_invoice

pytestmark = pytest.mark.usefixtures("db")


def read(file: StoredFile) -> str:
    return text_of(bytes(file.data))


def test_an_invoice_is_rendered_once_and_stored_with_its_hash():
    invoice = an_invoice()

    first = store.invoice_pdf(invoice)
    second = store.invoice_pdf(invoice)

    assert bytes(first.data).startswith(b"%PDF-")
    assert first.sha256 == hashlib.sha256(bytes(first.data)).hexdigest()
    assert (second.id, bytes(second.data)) == (first.id, bytes(first.data))
    assert first.merchant_id == invoice.merchant_id


def test_what_was_stored_first_stays():
    invoice = an_invoice()
    merchant = invoice.merchant_id

    first = StoredFile.keep_first(merchant, store.INVOICE_PDF, invoice.id, b"first", store.PDF)
    late = StoredFile.keep_first(merchant, store.INVOICE_PDF, invoice.id, b"late", store.PDF)

    assert (late.id, bytes(late.data)) == (first.id, b"first")
    assert bytes(store.invoice_pdf(invoice).data) == b"first"


def test_the_document_does_not_change_when_the_customer_moves():
    invoice = an_invoice(customer=a_customer(name="Ada Lovelace"))
    invoice.customer.change(at=NOW, name="Ada King")

    assert "Ada Lovelace" in read(store.invoice_pdf(invoice.reload()))


def test_a_receipt_says_how_and_when_it_was_paid():
    customer = a_customer(locale="en")
    a_payment_method(customer=customer)
    invoice = an_invoice(customer=customer)
    collect(invoice, gateway_for("sandbox", invoice.merchant), at=NOW)

    said = read(store.receipt_pdf(invoice.reload()))

    assert "Receipt" in said
    assert invoice.number in said
    assert "Visa ending in 4242" in said
    assert "10 March 2026" in said


def test_a_receipt_accounts_for_money_that_came_outside():
    invoice = an_invoice(amount=2380)
    Payment.record_outside(invoice, 1000, note="cash", at=NOW)
    invoice.pay(1380, at=NOW)

    receipt = store.receipt_of(invoice.reload())

    assert [payment.amount for payment in receipt.payments] == [1000, 1380]
    assert (receipt.amount_paid, receipt.amount_due) == (2380, 0)


def test_an_open_invoice_has_no_receipt():
    with pytest.raises(store.NoReceipt):
        store.receipt_pdf(an_invoice())


def test_an_invoice_of_nothing_has_a_receipt():
    nothing = [Item("Trial", 1, 0, 0, TaxBehavior.INCLUSIVE, "")]
    invoice = issue(a_customer(), nothing, currency="EUR", at=NOW)

    assert bytes(store.receipt_pdf(invoice.reload()).data).startswith(b"%PDF-")


def test_rendering_ahead_leaves_nothing_to_do_for_the_first_reader():
    invoice = an_invoice()
    store.render_documents(invoice.id)
    invoice.pay(invoice.total, at=NOW)
    store.render_documents(invoice.id)
    store.render_documents(invoice.id)
    store.render_documents("in_nobodys")

    kinds = sorted(file.kind for file in StoredFile.select(StoredFile.kind))
    assert kinds == [store.INVOICE_PDF, store.RECEIPT_PDF]


def test_the_logo_is_the_one_of_the_day_of_issue():
    merchant = a_merchant()
    logo = StoredFile.keep(merchant, "logo", merchant.id, a_logo(), "image/png")
    Branding.change(merchant, at=NOW, logo=logo.name)
    invoice = an_invoice(customer=a_customer(merchant=merchant))

    with_logo = bytes(store.invoice_pdf(invoice).data)

    data = store.DocumentData.from_json(invoice.document)
    assert with_logo == render_in_process(data, {logo.name: a_logo()})
    assert with_logo != render_in_process(data, {})


def test_a_logo_of_another_merchant_is_not_printed():
    stranger = a_merchant()
    logo = StoredFile.keep(stranger, "logo", stranger.id, a_logo(), "image/png")
    merchant = a_merchant(document_style={"color": "#0f4c5c", "logo": logo.name})
    invoice = an_invoice(customer=a_customer(merchant=merchant))

    data = store.DocumentData.from_json(invoice.document)
    assert bytes(store.invoice_pdf(invoice).data) == render_in_process(data, {})
