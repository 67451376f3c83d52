"""Many documents as one ZIP file, written while it is sent.

One document is in memory at a time. What cannot be made just now is named in a text at the
end instead of missing silently.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from io import RawIOBase
from typing import Any

from portal.billing.credit_notes import CreditNote
from portal.billing.invoices import Invoice
from portal.documents import store
from portal.documents.data import DocumentNotReadable
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import RenderingFailed
from portal.files import StoredFile

# Documents in one archive; whoever has more downloads it in parts.
MOST = 500
MISSING = "MISSING.txt"
Record = Invoice | CreditNote


class _Sink(RawIOBase):
    """Takes what the archive writes, until it is fetched."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def fetch(self) -> bytes:
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


def archive(records: Iterable[Record]) -> Iterator[bytes]:
    """The PDFs of invoices and credit notes, and their e-invoices, named by their numbers."""
    sink, missing = _Sink(), []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as file:
        for record in records:
            if not _add(file, record):
                missing.append(record.number)
            yield sink.fetch()
        if missing:
            file.writestr(MISSING, "\r\n".join([*missing, ""]))
    yield sink.fetch()


def _add(file: zipfile.ZipFile, record: Record) -> bool:
    """Whether its PDF could be made."""
    pdf, xml = _makers(record)
    try:
        _write(file, f"{record.number}.pdf", pdf(), record.issued_at)
    except (RenderingFailed, DocumentNotReadable):
        return False
    with suppress(NoEInvoice, DocumentNotReadable):  # not every document can be one
        _write(file, f"{record.number}.xml", xml(), record.issued_at)
    return True


def _makers(record: Record) -> tuple[Callable[[], StoredFile], Callable[[], StoredFile]]:
    if isinstance(record, CreditNote):
        return lambda: store.credit_note_pdf(record), lambda: store.credit_note_xml(record)
    return lambda: store.invoice_pdf(record), lambda: store.invoice_xml(record)


def _write(file: zipfile.ZipFile, name: str, stored: StoredFile, at: datetime) -> None:
    file.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), bytes(stored.data))
