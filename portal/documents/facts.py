"""Numbers and days at the right of a document's letterhead."""

from collections.abc import Iterator

from portal.addresses import address_lines
from portal.documents import words
from portal.documents.data import DocumentData, DocumentKind, as_date
from portal.formatting import date_long, days
from portal.i18n import Gettext

Fact = dict[str, str]


def fact(label: str, value: str, weight: str = "plain") -> Fact:
    """A label and what is said under it."""
    return {"label": label, "value": value, "weight": weight}


def facts_of(data: DocumentData, _: Gettext) -> list[Fact]:
    """What § 14 Abs. 4 UStG and art. 242 nonies A want said once for the whole document."""
    said = [*_of_document(data, _), *_of_money(data, _), *_of_parties(data, _)]
    return [fact(label, value) for label, value in said if value]


def _of_document(data: DocumentData, _: Gettext) -> Iterator[tuple[str, str]]:
    if data.kind is DocumentKind.CREDIT_NOTE:
        yield _("Credit note number"), data.number
        yield _("Date"), _day(data, data.issued_on)
        yield _("Corrects invoice"), data.corrects.number
        yield _("Invoice date"), _day(data, data.corrects.issued_on)
    else:
        yield _("Invoice number"), data.number
        yield _("Invoice date"), _day(data, data.issued_on)
        yield _("Replaces invoice"), data.corrects.number
    if data.supply_start and data.supply_start == data.supply_end:
        yield _("Date of supply"), _day(data, data.supply_start)
    elif data.supply_start:
        first, last = as_date(data.supply_start), as_date(data.supply_end or data.supply_start)
        yield _("Period of supply"), days(first, last, data.language)
    yield _("Kind of operation"), words.operation(data, _)


def _of_money(data: DocumentData, _: Gettext) -> Iterator[tuple[str, str]]:
    if data.kind is DocumentKind.RECEIPT:
        yield _("Paid on"), _day(data, data.paid_on)
    asks = data.kind is DocumentKind.INVOICE
    if asks and data.amount_due:
        label = _("Collected on") if data.means.collected_on else _("Due date")
        yield label, _day(data, data.means.collected_on or data.due_on)


def _of_parties(data: DocumentData, _: Gettext) -> Iterator[tuple[str, str]]:
    buyer = data.buyer
    yield _("Our VAT ID"), data.seller.vat_id
    for each in buyer.tax_ids:
        yield words.tax_id_label(each.type, _), each.value
    yield _("Your SIREN"), words.in_threes(buyer.siren)
    yield _("Your reference"), buyer.buyer_reference
    if buyer.is_shipped_elsewhere:
        to = address_lines(
            buyer.shipping_address, data.language, seen_from=data.seller.address.country
        )
        yield _("Delivered to"), ", ".join(filter(None, (buyer.shipping_name, *to)))


def _day(data: DocumentData, day: str | None) -> str:
    return date_long(as_date(day), data.language) if day else ""
