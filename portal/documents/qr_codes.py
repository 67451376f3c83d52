"""The QR code by which a banking app fills in a transfer (EPC069-12, "GiroCode")."""

import io

from portal.documents.data import DocumentData, DocumentKind
from portal.qr_codes import LONGEST_NAME, transfer

SMALLEST, LARGEST = 1, 99_999_999_999  # cents: 0.01 to 999,999,999.99


def epc_qr(data: DocumentData) -> bytes | None:
    """The picture as SVG; None where nothing is to be transferred in euros.

    A name that is too long for the code would not be the account holder's, so there is none.
    """
    means = data.means
    asks = data.kind is DocumentKind.INVOICE
    if not (asks and means.kind == "bank_transfer" and means.iban and data.currency == "EUR"):
        return None
    if not SMALLEST <= data.amount_due <= LARGEST or len(means.account_holder) > LONGEST_NAME:
        return None
    account = means.iban.replace(" ", "")
    code = transfer(means.account_holder, account, means.bic, means.reference, data.amount_due)
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue()
