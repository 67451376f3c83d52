"""QR codes: what is said by them, and how they are drawn."""

from decimal import Decimal
from io import BytesIO

from segno import QRCode, helpers

# EPC069-12 knows names of so many characters.
LONGEST_NAME = 70
# Modules around the code that stay empty, so that scanners find it.
QUIET_ZONE = 4


def transfer(holder: str, iban: str, bic: str, reference: str, cents: int) -> QRCode:
    """A transfer in euros that a banking app fills in (EPC069-12 v2.1, "GiroCode").

    `holder` is the account's owner letter by letter: banks compare it since 2025-10-09
    (Verification of Payee). Raises `ValueError` for what the code cannot hold.
    """
    return helpers.make_epc_qr(
        name=holder,
        iban=iban,
        amount=Decimal(cents).scaleb(-2),
        reference=reference or None,
        bic=bic or None,
        encoding="utf-8",
    )


def svg(code: QRCode) -> bytes:
    """Black on white whatever the page looks like, which gives it its size."""
    out = BytesIO()
    code.save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        omitsize=True,
        light="#ffffff",
        svgclass=None,
        lineclass=None,
        xmldecl=True,
        nl=False,
    )
    return out.getvalue()
