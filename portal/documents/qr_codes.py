"""The QR code by which a banking app fills in a transfer (EPC069-12, "GiroCode")."""

import io
from decimal import Decimal

from segno import helpers

from portal.documents.data import DocumentData, DocumentKind

SMALLEST, LARGEST = 1, 99_999_999_999  # cents: 0.01 to 999,999,999.99
LONGEST_NAME = 70
UTF_8 = 1


def epc_qr(data: DocumentData) -> bytes | None:
    """The picture as SVG; None where nothing is to be transferred in euros.

    The name is the account holder's letter by letter: banks compare it since 2025-10-09
    (Verification of Payee). One that is too long for the code would not be, so there is none.
    """
    means = data.means
    asks = data.kind is DocumentKind.INVOICE
    if not (asks and means.kind == "bank_transfer" and means.iban and data.currency == "EUR"):
        return None
    if not SMALLEST <= data.amount_due <= LARGEST or len(means.account_holder) > LONGEST_NAME:
        return None
    code = helpers.make_epc_qr(
        name=means.account_holder,
        iban=means.iban.replace(" ", ""),
        amount=Decimal(data.amount_due).scaleb(-2),
        reference=means.reference or None,
        bic=means.bic or None,
        encoding=UTF_8,
    )
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue()
