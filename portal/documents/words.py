"""Sentences and labels of documents that depend on what happened."""

from portal.documents.data import DocumentData, DocumentKind, Payment, as_date
from portal.formatting import date_long, days, money
from portal.i18n import Gettext

# Names are trade marks and stay as they are in every language.
BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "cartes_bancaires": "CB",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}


def title(data: DocumentData, _: Gettext) -> str:
    """The name of the document, with its number."""
    if data.kind is DocumentKind.RECEIPT:
        return _("Receipt for invoice %(number)s", number=data.number)
    return _("Invoice %(number)s", number=data.number)


def lead(data: DocumentData, _: Gettext) -> str:
    """The one sentence that most readers look for: how much, and when."""
    if data.kind is DocumentKind.RECEIPT:
        return _paid(data, _)
    if not data.amount_due:
        return _paid(data, _) if data.amount_paid else _("Nothing is left to pay.")
    amount = _money(data, data.amount_due)
    if data.is_collected:
        return _("%(amount)s will be collected automatically", amount=amount)
    if data.due_on:
        return _("%(amount)s due by %(date)s", amount=amount, date=_day(data, data.due_on))
    return _("%(amount)s due", amount=amount)


def _paid(data: DocumentData, _: Gettext) -> str:
    amount = _money(data, data.amount_paid)
    if data.paid_on:
        return _("%(amount)s paid on %(date)s", amount=amount, date=_day(data, data.paid_on))
    return _("%(amount)s paid", amount=amount)


def notes(data: DocumentData, _: Gettext) -> list[str]:
    """What the reader has to do, or need not do, below the totals."""
    said = []
    if data.kind is DocumentKind.INVOICE and data.amount_due:
        said.append(_request(data, _))
    return [*said, *filter(None, data.texts.note.splitlines())]


def remarks(data: DocumentData, _: Gettext) -> list[str]:
    """What the law wants said: a line without a day was supplied on the day of the invoice."""
    if all(line.period_start for line in data.lines):
        return []
    return [_("Unless a line says otherwise, the date of supply is the date of the invoice.")]


def _request(data: DocumentData, _: Gettext) -> str:
    if data.is_collected:
        return _("There is nothing to do: we collect the amount by your stored payment method.")
    if data.due_on:
        return _(
            "Please pay by %(date)s and state the invoice number %(number)s.",
            date=_day(data, data.due_on),
            number=data.number,
        )
    return _("Please state the invoice number %(number)s when you pay.", number=data.number)


def payment_method(payment: Payment, _: Gettext) -> str:
    """ "Visa ending in 4242", "SEPA direct debit", …"""
    name = {
        "card": BRANDS.get(payment.brand, _("Card")),
        "sepa_debit": _("SEPA direct debit"),
        "bank_transfer": _("Bank transfer"),
        "cash": _("Cash"),
        "credit_balance": _("Credit balance"),
    }.get(payment.method, _("Payment"))
    if payment.last4:
        return _("%(method)s ending in %(digits)s", method=name, digits=payment.last4)
    return name


def tax_id_label(kind: str, _: Gettext) -> str:
    """The name of a buyer's tax number."""
    return _("Your VAT ID") if kind.endswith("_vat") else _("Your tax number")


def period(start: str | None, end: str | None, language: str) -> str:
    """The days of a service, or the day of a delivery; empty if the data has none."""
    if not start:
        return ""
    return days(as_date(start), as_date(end or start), language)


def _money(data: DocumentData, amount: int) -> str:
    return money(amount, data.currency, data.language)


def _day(data: DocumentData, day: str) -> str:
    return date_long(as_date(day), data.language)
