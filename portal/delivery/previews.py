"""Mails with invented content, to show a merchant how they look."""

from datetime import UTC, datetime

from portal.billing.merchants import Merchant
from portal.delivery import letters
from portal.delivery.contents import InvoiceContent, Line, grouped
from portal.delivery.envelopes import Look
from portal.i18n import gettext_for
from portal.selfservice.branding import Branding

SAMPLE_DAY = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
SAMPLE_DUE = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)
MESSAGES = ("sign_in_code", "invoice", "receipt", "canceled")


def preview(
    message: str,
    merchant: Merchant,
    locale: str,
    *,
    branding: Branding | None = None,
    base_url: str = "",
) -> str:
    """The HTML part of `message` (one of MESSAGES) as this merchant's customers get it.

    `branding` in place of the saved one shows colours before they are saved. Without
    `base_url`, pictures are addressed relative to the page that shows it. Raises
    `KeyError` for an unknown message, `InvalidColor` for a colour that is none.
    """
    content = {
        "sign_in_code": {"code": grouped("428913"), "minutes": 10},
        "invoice": {"invoice": _invoice(merchant, locale), "invoice_url": "#"},
        "receipt": {"invoice": _invoice(merchant, locale), "invoice_url": "#"},
        "canceled": {
            "product": gettext_for(locale)("Sample product"),
            "ends_at": SAMPLE_DUE,
            "is_billed_on": False,
            "has_ended": False,
            "credited": 0,
            "currency": merchant.currency,
        },
    }[message]
    look = Look.of_merchant(merchant, base_url, locale, branding)
    return letters.write(message, locale, {"look": look, "portal_url": "#", **content}).html


def _invoice(merchant: Merchant, locale: str) -> InvoiceContent:
    return InvoiceContent(
        number=f"{merchant.invoice_prefix}-000042",
        currency=merchant.currency,
        total=4900,
        amount_due=4900,
        amount_paid=4900,
        due_at=SAMPLE_DUE,
        paid_at=SAMPLE_DAY,
        is_collected=False,
        is_test=merchant.is_sandbox,
        lines=[Line(gettext_for(locale)("Sample product"), 1, 4900)],
    )
