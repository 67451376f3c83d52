"""Sentences and labels of documents that depend on what happened."""

from portal.documents import payment_words
from portal.documents.data import DocumentData, DocumentKind, as_date
from portal.documents.parts import Line
from portal.formatting import NO_BREAK_SPACE, date_long, days, money
from portal.i18n import Gettext

REGISTERS = {9: "SIREN", 14: "SIRET"}  # by how many digits its numbers have


def title(data: DocumentData, _: Gettext) -> str:
    """The name of the document, with its number."""
    match data.kind:
        case DocumentKind.RECEIPT:
            return _("Receipt for invoice %(number)s", number=data.number)
        case DocumentKind.CREDIT_NOTE:
            return _("Credit note %(number)s", number=data.number)
    return _("Invoice %(number)s", number=data.number)


def sandbox_notice(_: Gettext) -> str:
    """What a sandbox's documents say, so that nobody books them."""
    return _("Test document, not a valid invoice")


def lead(data: DocumentData, _: Gettext) -> str:
    """The one sentence that most readers look for: how much, and when."""
    if data.kind is DocumentKind.CREDIT_NOTE:
        return _("%(amount)s credited", amount=_money(data, data.total))
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


def described(line: Line, _: Gettext) -> str:
    """What a line is for; of a change within a period, which part of the period."""
    if not line.is_proration:
        return line.description
    if line.amount < 0:
        return _("Unused time: %(product)s", product=line.description)
    return _("Rest of the period: %(product)s", product=line.description)


def notes(data: DocumentData, _: Gettext) -> list[str]:
    """What the reader has to do, or need not do, below the totals."""
    note = list(filter(None, data.texts.note.splitlines()))
    if data.kind is DocumentKind.CREDIT_NOTE or data.amount_due:
        return [payment_words.terms(data, _), *note]
    return note


def remarks(data: DocumentData, _: Gettext) -> list[str]:
    """What the law wants said: a line without a day was supplied on the day of the invoice."""
    said = [note.text for note in data.legal_notes]
    if data.kind is DocumentKind.CREDIT_NOTE or all(line.period_start for line in data.lines):
        return said
    if data.supply_start and not any(line.period_start for line in data.lines):
        return said
    return [
        _("Unless a line says otherwise, the date of supply is the date of the invoice."),
        *said,
    ]


def reasons(data: DocumentData) -> list[str]:
    """Why there is no VAT, each reason once."""
    return list(dict.fromkeys(tax.reason for tax in data.taxes if tax.reason))


def operation(data: DocumentData, _: Gettext) -> str:
    """What kind of supply it is, where the seller's country wants it said."""
    return {
        "services": _("Supply of services"),
        "goods": _("Supply of goods"),
        "mixed": _("Supply of goods and services"),
    }.get(data.operation, "")


def tax_id_label(kind: str, _: Gettext) -> str:
    """The name of a buyer's tax number."""
    return _("Your VAT ID") if kind.endswith("_vat") else _("Your tax number")


def registration(number: str, country: str) -> str:
    """A seller's number in a register, with the name of the register where digits lack it.

    Of a French seller that is a SIREN, or the SIRET that begins with it (art. R123-237 C. com.).
    """
    digits = number.replace(" ", "")
    if country != "FR" or not digits.isdecimal() or len(digits) not in REGISTERS:
        return number
    return f"{REGISTERS[len(digits)]}{NO_BREAK_SPACE}{in_threes(digits)}"


def in_threes(number: str) -> str:
    """A SIREN or a SIRET as France writes it: 732 829 320, 732 829 320 00074."""
    groups = (number[:3], number[3:6], number[6:9], number[9:])
    return NO_BREAK_SPACE.join(filter(None, groups))


def period(start: str | None, end: str | None, language: str) -> str:
    """The days of a service, or the day of a delivery; empty if the data has none."""
    if not start:
        return ""
    return days(as_date(start), as_date(end or start), language)


def _money(data: DocumentData, amount: int) -> str:
    return money(amount, data.currency, data.language)


def _day(data: DocumentData, day: str) -> str:
    return date_long(as_date(day), data.language)
