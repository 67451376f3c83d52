"""Documents of invoices: made once, stored with their hash, and the same bytes ever after.

What they say was taken down when they were issued; here it becomes a PDF and, where it can,
an e-invoice, by a job or when somebody asks first. Billing never waits for it. The e-invoice
is stored before the PDF that carries it, so whoever finds the PDF finds both.
"""

from peewee import JOIN

from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment as PaymentRecord
from portal.documents.data import DocumentData, Payment, receipt_for
from portal.documents.einvoice import NoEInvoice, Profile, einvoice, missing
from portal.documents.frames import FACTUR_X_NAME
from portal.documents.renderer import render_in_process
from portal.files import StoredFile

INVOICE_PDF = "invoice_pdf"
INVOICE_XML = "invoice_xml"
INVOICE_XRECHNUNG = "invoice_xrechnung"
RECEIPT_PDF = "receipt_pdf"
CREDIT_NOTE_PDF = "credit_note_pdf"
CREDIT_NOTE_XML = "credit_note_xml"
CREDIT_NOTE_XRECHNUNG = "credit_note_xrechnung"
PDF = "application/pdf"
XML = "application/xml"


class NoReceipt(LookupError):
    """An invoice that is not paid has no receipt."""


def invoice_pdf(invoice: Invoice) -> StoredFile:
    """The PDF of an issued invoice. Raises `RenderingFailed`, `DocumentNotReadable`."""
    return _issued(invoice, INVOICE_PDF, INVOICE_XML, INVOICE_XRECHNUNG)


def invoice_xml(invoice: Invoice) -> StoredFile:
    """Its e-invoice: XRechnung, or EN 16931 without what only Germany asks for.

    Raises `NoEInvoice` where the document does not say enough, and as `invoice_pdf` does.
    """
    return _e_invoice(invoice, invoice_pdf(invoice), INVOICE_XML, INVOICE_XRECHNUNG)


def credit_note_pdf(credit_note: CreditNote) -> StoredFile:
    """The PDF of a credit note. Raises as `invoice_pdf` does."""
    return _issued(credit_note, CREDIT_NOTE_PDF, CREDIT_NOTE_XML, CREDIT_NOTE_XRECHNUNG)


def credit_note_xml(credit_note: CreditNote) -> StoredFile:
    """Its e-invoice. Raises as `invoice_xml` does."""
    pdf = credit_note_pdf(credit_note)
    return _e_invoice(credit_note, pdf, CREDIT_NOTE_XML, CREDIT_NOTE_XRECHNUNG)


def has_e_invoice(record: Invoice | CreditNote) -> bool:
    """Whether `invoice_xml` or `credit_note_xml` will answer; renders nothing."""
    return not missing(DocumentData.from_json(record.document), Profile.FACTUR_X)


def receipt_pdf(invoice: Invoice) -> StoredFile:
    """The receipt of a paid invoice. Raises `NoReceipt`, and as `invoice_pdf` does."""
    if invoice.status != InvoiceStatus.PAID:
        raise NoReceipt(invoice.id)
    found = StoredFile.about(invoice.merchant_id, RECEIPT_PDF, invoice.id).first()
    if found:
        return found
    data = receipt_of(invoice)
    return _keep(invoice, RECEIPT_PDF, render_in_process(data, images_of(invoice, data)), PDF)


def render_documents(invoice_id: str) -> None:
    """See to it that the PDFs of an issued invoice are there. Does nothing where they are."""
    invoice = Invoice.get_or_none(Invoice.id == invoice_id)
    if invoice is None or invoice.status == InvoiceStatus.DRAFT:
        return
    invoice_pdf(invoice)
    if invoice.status == InvoiceStatus.PAID:
        receipt_pdf(invoice)


def receipt_of(invoice: Invoice) -> DocumentData:
    """The invoice in its own words, and when and how it was paid."""
    paid_on = invoice.merchant.day(invoice.paid_at).isoformat()
    payments = [_payment(invoice, payment) for payment in _succeeded(invoice)]
    rest = invoice.amount_paid - sum(payment.amount for payment in payments)
    if rest > 0:
        payments.append(Payment(on=paid_on, amount=rest))
    document = DocumentData.from_json(invoice.document)
    credited = invoice.amount_credited
    return receipt_for(document, payments, paid_on, amount_credited=credited)


def _succeeded(invoice: Invoice) -> list[PaymentRecord]:
    return list(
        PaymentRecord.select(PaymentRecord, PaymentMethod)
        .join(PaymentMethod, JOIN.LEFT_OUTER)
        .where(
            (PaymentRecord.invoice == invoice) & (PaymentRecord.status == PaymentStatus.SUCCEEDED)
        )
        .order_by(PaymentRecord.id)
    )


def _payment(invoice: Invoice, payment: PaymentRecord) -> Payment:
    method = payment.payment_method
    return Payment(
        on=invoice.merchant.day(payment.settled_at).isoformat(),
        amount=payment.amount,
        method=method.type.value if method else "",
        brand=method.brand if method else "",
        last4=method.last4 if method else "",
    )


def _issued(record: Invoice | CreditNote, pdf_kind: str, xml: str, xrechnung: str) -> StoredFile:
    """The PDF as it was stored first; before it, the e-invoice that is inside, and its twin."""
    found = StoredFile.about(record.merchant_id, pdf_kind, record.id).first()
    if found:
        return found
    data = DocumentData.from_json(record.document)
    files = images_of(record, data)
    for kind, profile in ((xrechnung, Profile.XRECHNUNG), (xml, Profile.FACTUR_X)):
        if not missing(data, profile):
            stored = _keep(record, kind, einvoice(data, profile), XML)
            if profile is Profile.FACTUR_X:
                files[FACTUR_X_NAME] = bytes(stored.data)
    return _keep(record, pdf_kind, render_in_process(data, files), PDF)


def _e_invoice(
    record: Invoice | CreditNote, pdf: StoredFile, xml: str, xrechnung: str
) -> StoredFile:
    for kind in (xrechnung, xml):
        found = StoredFile.about(pdf.merchant_id, kind, record.id).first()
        if found:
            return found
    raise NoEInvoice(record.id)


def _keep(record: Invoice | CreditNote, kind: str, content: bytes, type_: str) -> StoredFile:
    """Two may have made it at the same time: everybody gets what was stored first."""
    return StoredFile.keep_first(record.merchant_id, kind, record.id, content, type_)


def images_of(record: Invoice | CreditNote | Customer, data: DocumentData) -> dict[str, bytes]:
    """The logo that the document names, as long as the merchant keeps it."""
    name = data.brand.logo
    file_id = name.partition("-")[0]
    found = StoredFile.get_or_none(
        (StoredFile.id == file_id) & (StoredFile.merchant == record.merchant_id)
    )
    return {name: bytes(found.data)} if found and found.name == name else {}
