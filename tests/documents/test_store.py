import hashlib

import pytest

from portal.billing.collecting import collect
from portal.billing.invoicing import Item, issue
from portal.billing.payments import Payment
from portal.billing.tax import TaxBehavior
from portal.documents import store
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import render_in_process
from portal.files import StoredFile
from portal.gateways import gateway_for
from portal.selfservice.branding import Branding
from tests.documents.reading import opened, text_of
from tests.documents.samples import a_logo
from tests.documents.validators import broken_rules, broken_rules_of_germany
from tests.factories import (
    NOW,
    a_credit_note,
    a_customer,
    a_merchant,
    a_paid_invoice,
    a_payment_method,
    an_invoice,
)

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


def a_german_customer():
    merchant = a_merchant(vat_id="DE136695976", phone="+49 40 1234567")
    return a_customer(merchant=merchant, line1="Am Markt 1", postal_code="28195", city="Bremen")


def test_the_e_invoice_is_stored_once_and_is_the_one_inside_the_pdf():
    invoice = an_invoice(customer=a_german_customer())

    pdf = store.invoice_pdf(invoice)
    inside = StoredFile.about(invoice.merchant_id, store.INVOICE_XML, invoice.id).get()
    xrechnung = store.invoice_xml(invoice)

    with opened(bytes(pdf.data)) as document:
        assert document.Root.AF[0].EF.F.read_bytes() == bytes(inside.data)
    assert xrechnung.kind == store.INVOICE_XRECHNUNG
    assert xrechnung.sha256 == hashlib.sha256(bytes(xrechnung.data)).hexdigest()
    assert store.invoice_xml(invoice).id == xrechnung.id
    assert broken_rules(bytes(inside.data)) == []
    assert broken_rules_of_germany(bytes(xrechnung.data)) == []


def test_the_e_invoice_that_was_stored_first_goes_into_the_pdf():
    invoice = an_invoice(customer=a_german_customer())
    merchant = invoice.merchant_id
    StoredFile.keep_first(merchant, store.INVOICE_XML, invoice.id, b"<first/>", store.XML)

    with opened(bytes(store.invoice_pdf(invoice).data)) as document:
        assert document.Root.AF[0].EF.F.read_bytes() == b"<first/>"


def test_where_germany_would_refuse_the_rest_of_europe_is_served():
    customer = a_german_customer()
    customer.merchant.phone = ""
    invoice = an_invoice(customer=customer)

    assert store.has_e_invoice(invoice)
    assert store.invoice_xml(invoice).kind == store.INVOICE_XML


def test_a_document_that_says_too_little_has_a_pdf_and_no_e_invoice():
    invoice = an_invoice(customer=a_customer(country=""))

    assert not store.has_e_invoice(invoice)
    with pytest.raises(NoEInvoice):
        store.invoice_xml(invoice)
    assert bytes(store.invoice_pdf(invoice).data).startswith(b"%PDF-")


def test_a_document_of_the_first_version_is_still_rendered():
    invoice = an_invoice(customer=a_german_customer())
    invoice.document = AS_FIRST_STORED
    invoice.save()

    assert "OLD-000001" in read(store.invoice_pdf(invoice))
    assert not store.has_e_invoice(invoice)


def test_a_credit_note_has_its_pdf_and_its_e_invoice():
    note = a_credit_note(a_paid_invoice(customer=a_german_customer()))

    pdf, xml = store.credit_note_pdf(note), store.credit_note_xml(note)

    assert note.number in read(pdf)
    assert xml.kind == store.CREDIT_NOTE_XRECHNUNG
    assert broken_rules_of_germany(bytes(xml.data)) == []


def test_a_receipt_of_a_partly_credited_invoice_leaves_nothing_due():
    invoice = an_invoice(amount=2380)
    a_credit_note(invoice, gross=380)
    invoice.reload().pay(2000, at=NOW)

    receipt = store.receipt_of(invoice.reload())

    assert (receipt.amount_credited, receipt.amount_paid, receipt.amount_due) == (380, 2000, 0)


AS_FIRST_STORED = {
    "kind": "invoice",
    "template_version": 1,
    "number": "OLD-000001",
    "language": "en",
    "currency": "EUR",
    "issued_on": "2025-12-01",
    "due_on": "2025-12-15",
    "seller": {"name": "Lindenhof", "vat_id": "DE136695976", "address": {"country": "DE"}},
    "buyer": {"name": "Ada", "address": {"country": "DE"}, "tax_ids": []},
    "brand": {"color": "", "logo": ""},
    "lines": [{"description": "Newsletter", "amount": 1999, "net": 1680, "tax": 319}],
    "subtotal": 1680,
    "taxes": [{"rate": "19", "net": 1680, "tax": 319}],
    "total": 1999,
    "amount_paid": 0,
    "amount_due": 1999,
    "is_collected": False,
    "is_test": False,
    "texts": {"note": "", "footer": ""},
}
