"""How a document is paid, in words: in the PDF and, as terms of payment, in the e-invoice."""

from portal.documents.data import DocumentData, DocumentKind, Payment, PaymentMeans, as_date
from portal.formatting import date_long, money
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


def terms(data: DocumentData, _: Gettext) -> str:
    """How it is paid, or where the money of a credit note goes."""
    if data.kind is DocumentKind.CREDIT_NOTE:
        return " ".join(_credited(data, _))
    if not data.amount_due:
        return _("Nothing is left to pay.")
    if data.is_collected:
        return _collection(data, _)
    if data.means.reference and data.due_on:
        return _(
            "Payable by bank transfer by %(date)s, stating the reference %(reference)s.",
            date=_day(data, data.due_on),
            reference=spaced(data.means.reference),
        )
    if data.due_on:
        return _(
            "Please pay by %(date)s and state the invoice number %(number)s.",
            date=_day(data, data.due_on),
            number=data.number,
        )
    return _("Please state the invoice number %(number)s when you pay.", number=data.number)


def _collection(data: DocumentData, _: Gettext) -> str:
    means = data.means
    if means.kind == "card":
        method = method_name(means, _)
        return _("There is nothing to do: we charge the amount to %(method)s.", method=method)
    if means.collected_on and means.mandate_reference:
        return _(
            "We collect %(amount)s on %(date)s or the following bank working day by SEPA direct "
            "debit from your account ending in %(digits)s. Mandate reference: %(mandate)s, "
            "creditor identifier: %(creditor)s.",
            amount=_money(data, data.amount_due),
            date=_day(data, means.collected_on),
            digits=means.last4,
            mandate=means.mandate_reference,
            creditor=means.creditor_id,
        )
    return _("There is nothing to do: we collect the amount by your stored payment method.")


def _credited(data: DocumentData, _: Gettext) -> list[str]:
    credited = data.credited
    amounts = (credited.due, credited.refund, credited.balance, credited.outside)
    due, refund, balance, outside = (_money(data, amount) for amount in amounts)
    sentences = (
        _(
            "%(amount)s is deducted from what is still due of invoice %(number)s.",
            amount=due,
            number=data.corrects.number,
        ),
        _("%(amount)s is returned by the payment method that you paid with.", amount=refund),
        _("%(amount)s is added to your credit balance.", amount=balance),
        _("%(amount)s is paid back to you separately.", amount=outside),
    )
    return [said for amount, said in zip(amounts, sentences, strict=True) if amount]


def payment_method(payment: Payment, _: Gettext) -> str:
    """ "Visa ending in 4242", "SEPA direct debit", …"""
    return _method(payment.method, payment.brand, payment.last4, _)


def method_name(means: PaymentMeans, _: Gettext) -> str:
    """The same of the method that will be charged."""
    return _method(means.kind, means.brand, means.last4, _)


def _method(kind: str, brand: str, last4: str, _: Gettext) -> str:
    name = {
        "card": BRANDS.get(brand, _("Card")),
        "sepa_debit": _("SEPA direct debit"),
        "bank_transfer": _("Bank transfer"),
        "cash": _("Cash"),
        "credit_balance": _("Credit balance"),
    }.get(kind, _("Payment"))
    if last4:
        return _("%(method)s ending in %(digits)s", method=name, digits=last4)
    return name


def spaced(code: str) -> str:
    """An IBAN or a reference in groups of four, as people read it out."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _money(data: DocumentData, amount: int) -> str:
    return money(amount, data.currency, data.language)


def _day(data: DocumentData, day: str) -> str:
    return date_long(as_date(day), data.language)
