"""Sums, VAT by rate, payments and the transfer slip of a document, as strings."""

from typing import Any

from portal.documents import payment_words
from portal.documents.data import DocumentData, DocumentKind, as_date
from portal.documents.facts import Fact, fact
from portal.formatting import date_long, money, percent
from portal.i18n import Gettext

NO_RATE = "–"
# Categories of UNTDID 5305 in which a rate, be it nothing, is charged.
CHARGED = frozenset({"S", "Z"})
SMALL_BUSINESS = "small_business"


def rate(value: str, category: str, data: DocumentData) -> str:
    """A rate in percent; a dash where no VAT is charged at all."""
    return percent(value, data.language) if category in CHARGED else NO_RATE


def totals(data: DocumentData, _: Gettext) -> list[Fact]:
    """From net to what is due, in the order in which one adds up."""
    facts = [] if _is_small_business(data) else [fact(_("Net amount"), _money(data, data.subtotal))]
    facts += [
        fact(
            _(
                "VAT %(rate)s on %(net)s",
                rate=percent(tax.rate, data.language),
                net=_money(data, tax.net),
            ),
            _money(data, tax.tax),
        )
        for tax in data.taxes
        if tax.category in CHARGED
    ]
    facts.append(fact(_("Total"), _money(data, data.total), "strong"))
    settled = (
        (_("Paid from your credit balance"), data.amount_from_balance),
        (_("Credited"), data.amount_credited),
        (_("Amount paid"), data.amount_paid),
    )
    facts += [fact(label, _money(data, amount)) for label, amount in settled if amount]
    if any(amount for _label, amount in settled) and data.amount_due:
        facts.append(fact(_("Amount due"), _money(data, data.amount_due), "strong"))
    return facts


def _is_small_business(data: DocumentData) -> bool:
    """Who charges no VAT has no net amounts."""
    return not data.taxes or all(tax.reason_kind == SMALL_BUSINESS for tax in data.taxes)


def taxes(data: DocumentData, _: Gettext) -> dict[str, Any] | None:
    """A table of its own where there are several rates; one rate is said in the totals."""
    if len(data.taxes) < 2:
        return None
    return {
        "caption": _("VAT by rate"),
        "headings": [_("Rate"), _("Net"), _("VAT"), _("Gross")],
        "rows": [
            [
                rate(tax.rate, tax.category, data),
                *(_money(data, amount) for amount in (tax.net, tax.tax, tax.net + tax.tax)),
            ]
            for tax in data.taxes
        ],
    }


def payments(data: DocumentData, _: Gettext) -> dict[str, Any] | None:
    """Date, method and amount of each payment."""
    if not data.payments:
        return None
    return {
        "caption": _("Payments"),
        "headings": [_("Date"), _("Payment method"), _("Amount")],
        "rows": [
            [
                date_long(as_date(payment.on), data.language),
                payment_words.payment_method(payment, _),
                _money(data, payment.amount),
            ]
            for payment in data.payments
        ],
    }


def transfer(data: DocumentData, _: Gettext) -> dict[str, Any] | None:
    """What is typed into a banking app, where the invoice is to be paid by transfer."""
    means = data.means
    asks = data.kind is DocumentKind.INVOICE
    if not (asks and data.amount_due and means.kind == "bank_transfer"):
        return None
    said = (
        (_("Account holder"), means.account_holder),
        (_("IBAN"), payment_words.spaced(means.iban.replace(" ", ""))),
        (_("BIC"), means.bic),
        (_("Payment reference"), payment_words.spaced(means.reference)),
        (_("Amount"), _money(data, data.amount_due)),
    )
    return {
        "caption": _("Bank transfer"),
        "facts": [fact(label, value) for label, value in said if value],
        "scan": _("Scan the code with your banking app."),
        "alt": _("QR code that fills in this bank transfer"),
    }


def _money(data: DocumentData, amount: int) -> str:
    return money(amount, data.currency, data.language)
