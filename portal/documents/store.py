"""Documents of invoices: made once, stored with their hash, and the same bytes ever after.

What they say was taken down when the invoice was issued; here it becomes a PDF, by a
job or when somebody asks first. Billing never waits for it.
"""

from collections.abc import Callable

from peewee import JOIN

from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment as PaymentRecord
from portal.documents.data import DocumentData, Payment, receipt_for
from portal.documents.renderer import render_in_process
from portal.files import StoredFile

INVOICE_PDF = "invoice_pdf"
RECEIPT_PDF = "receipt_pdf"
PDF = "application/pdf"


class NoReceipt(LookupError):
    """An invoice that is not paid has no receipt."""


def invoice_pdf(invoice: Invoice) -> StoredFile:
    """The PDF of an issued invoice. Raises `RenderingFailed`, `DocumentNotReadable`."""
    return _stored(invoice, INVOICE_PDF, lambda: DocumentData.from_json(invoice.document))


def receipt_pdf(invoice: Invoice) -> StoredFile:
    """The receipt of a paid invoice. Raises `NoReceipt`, and as `invoice_pdf` does."""
    if invoice.status != InvoiceStatus.PAID:
        raise NoReceipt(invoice.id)
    return _stored(invoice, RECEIPT_PDF, lambda: receipt_of(invoice))


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
    return receipt_for(DocumentData.from_json(invoice.document), payments, paid_on)


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


def _stored(invoice: Invoice, kind: str, document: Callable[[], DocumentData]) -> StoredFile:
    found = StoredFile.about(invoice.merchant_id, kind, invoice.id).first()
    if found:
        return found
    data = document()
    pdf = render_in_process(data, _images(invoice, data))
    # Two may have rendered at the same time: everybody gets what was stored first.
    return StoredFile.keep_first(invoice.merchant_id, kind, invoice.id, pdf, PDF)


def _images(invoice: Invoice, data: DocumentData) -> dict[str, bytes]:
    """The logo that the document names, as long as the merchant keeps it."""
    name = data.brand.logo
    file_id = name.partition("-")[0]
    found = StoredFile.get_or_none(
        (StoredFile.id == file_id) & (StoredFile.merchant == invoice.merchant_id)
    )
    return {name: bytes(found.data)} if found and found.name == name else {}
