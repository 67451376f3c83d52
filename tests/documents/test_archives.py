import io
import zipfile

import pytest

from portal.documents import archives, store
from portal.documents.archives import MISSING, archive
from portal.documents.renderer import RenderingFailed
from portal.files import StoredFile
from tests.factories import a_customer, a_merchant, an_invoice

pytestmark = pytest.mark.usefixtures("db")
LARGE = b"%PDF" + bytes(1_000_000)


def stored(invoice, data=LARGE):
    StoredFile.keep_first(invoice.merchant_id, store.INVOICE_PDF, invoice.id, data, store.PDF)
    return invoice


def some_invoices(count):
    customer = a_customer(merchant=a_merchant())
    return [stored(an_invoice(customer=customer)) for _ in range(count)]


def opened(chunks):
    return zipfile.ZipFile(io.BytesIO(b"".join(chunks)))


def test_each_document_bears_its_number():
    invoices = some_invoices(2)

    with opened(archive(invoices)) as file:
        assert file.testzip() is None
        assert file.namelist() == [f"{invoice.number}.pdf" for invoice in invoices]
        assert file.read(file.namelist()[0]) == LARGE


def test_no_more_than_one_document_is_in_memory():
    sizes = [len(chunk) for chunk in archive(some_invoices(5))]

    assert len(sizes) == 6
    assert max(sizes) < 1.1 * len(LARGE)


def test_what_cannot_be_made_is_named(monkeypatch):
    good, bad = some_invoices(2)

    def fail(invoice):
        if invoice == bad:
            raise RenderingFailed("too busy")
        return StoredFile.about(invoice.merchant_id, store.INVOICE_PDF, invoice.id).get()

    monkeypatch.setattr(archives.store, "invoice_pdf", fail)
    with opened(archive([good, bad])) as file:
        assert f"{good.number}.pdf" in file.namelist()
        assert file.read(MISSING).decode() == f"{bad.number}\r\n"
