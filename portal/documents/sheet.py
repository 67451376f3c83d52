"""From an issued document to the strings that stand on the sheet.

All numbers, dates and words are decided here; the Typst template only places them.
"""

import re
from dataclasses import replace
from typing import Any

from portal.addresses import address_lines
from portal.documents import words
from portal.documents.data import DocumentData, DocumentKind, Line, as_date
from portal.formatting import date_long, money, number, percent
from portal.i18n import LANGUAGES, Gettext, gettext_for

Fact = dict[str, str]

NEUTRAL = "#3d4451"
LONGEST_UNBROKEN_ROW = 1200
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LONG_WORD = re.compile(r"\S{24}(?=\S{6})")


def sheet(data: DocumentData) -> dict[str, Any]:
    """What the template places, as strings in the document's language."""
    if data.language not in LANGUAGES:
        data = replace(data, language=LANGUAGES[0])
    _ = gettext_for(data.language)
    return _clean(
        {
            "language": data.language,
            "title": words.title(data, _),
            "lead": words.lead(data, _),
            "test": _("Test document, not a valid invoice") if data.is_test else "",
            "color": data.brand.color if _COLOR.fullmatch(data.brand.color) else NEUTRAL,
            "seller": data.seller.name,
            "sender": _sender(data),
            "recipient": _recipient(data),
            "facts": _facts(data, _),
            "headings": _headings(data, _),
            "rows": [_row(data, line, _) for line in data.lines],
            "totals": _totals(data, _),
            "taxes": _taxes(data, _),
            "payments": _payments(data, _),
            "notes": words.notes(data, _),
            "remarks": words.remarks(data, _),
            "link": _link(data, _),
            "footer": _footer(data, _),
            "small_print": data.texts.footer,
            "page": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        }
    )


def _sender(data: DocumentData) -> list[str]:
    seller = data.seller
    lines = address_lines(seller.address, data.language, seen_from=data.buyer.address.country)
    return [seller.name, *lines]


def _recipient(data: DocumentData) -> list[str]:
    buyer = data.buyer
    place = address_lines(buyer.address, data.language, seen_from=data.seller.address.country)
    names = [name for name in (buyer.company, buyer.name) if name]
    return [*dict.fromkeys(names), *place] or [buyer.email]


def _facts(data: DocumentData, _: Gettext) -> list[Fact]:
    facts = [
        (_("Invoice number"), data.number),
        (_("Invoice date"), _day(data, data.issued_on)),
    ]
    if data.kind is DocumentKind.RECEIPT and data.paid_on:
        facts.append((_("Paid on"), _day(data, data.paid_on)))
    if data.kind is DocumentKind.INVOICE and data.amount_due and data.due_on:
        facts.append((_("Due date"), _day(data, data.due_on)))
    if data.seller.vat_id:
        facts.append((_("Our VAT ID"), data.seller.vat_id))
    facts += [(words.tax_id_label(each.type, _), each.value) for each in data.buyer.tax_ids]
    return [_fact(label, value) for label, value in facts]


def _headings(data: DocumentData, _: Gettext) -> list[str]:
    includes_tax = all(line.includes_tax for line in data.lines) and any(data.lines)
    return [
        _("Description"),
        _("Quantity"),
        _("Unit price"),
        _("VAT"),
        _("Amount incl. VAT") if includes_tax else _("Amount"),
    ]


def _row(data: DocumentData, line: Line, _: Gettext) -> dict[str, Any]:
    unit = "" if line.unit_amount is None else _money(data, line.unit_amount)
    mixed = line.includes_tax and not all(each.includes_tax for each in data.lines)
    details = [
        words.period(line.period_start, line.period_end, data.language),
        _("The amount includes VAT.") if mixed else "",
    ]
    return {
        "description": line.description,
        "details": [detail for detail in details if detail],
        "quantity": number(line.quantity, data.language),
        "unit": unit,
        "per": _("per %(unit)s", unit=line.unit_label) if unit and line.unit_label else "",
        "rate": percent(line.tax_rate, data.language),
        "amount": _money(data, line.amount),
        "may_break": len(line.description) > LONGEST_UNBROKEN_ROW,
    }


def _totals(data: DocumentData, _: Gettext) -> list[Fact]:
    facts = [_fact(_("Net amount"), _money(data, data.subtotal))] if data.taxes else []
    facts += [
        _fact(
            _(
                "VAT %(rate)s on %(net)s",
                rate=percent(tax.rate, data.language),
                net=_money(data, tax.net),
            ),
            _money(data, tax.tax),
        )
        for tax in data.taxes
    ]
    facts.append(_fact(_("Total"), _money(data, data.total), "strong"))
    if data.amount_paid:
        facts.append(_fact(_("Amount paid"), _money(data, data.amount_paid)))
    if data.amount_paid and data.amount_due:
        facts.append(_fact(_("Amount due"), _money(data, data.amount_due), "strong"))
    return facts


def _taxes(data: DocumentData, _: Gettext) -> dict[str, Any] | None:
    """A table of its own where there are several rates; one rate is said in the totals."""
    if len(data.taxes) < 2:
        return None
    return {
        "caption": _("VAT by rate"),
        "headings": [_("Rate"), _("Net"), _("VAT"), _("Gross")],
        "rows": [
            [
                percent(tax.rate, data.language),
                *(_money(data, amount) for amount in (tax.net, tax.tax, tax.net + tax.tax)),
            ]
            for tax in data.taxes
        ],
    }


def _payments(data: DocumentData, _: Gettext) -> dict[str, Any] | None:
    if not data.payments:
        return None
    return {
        "caption": _("Payments"),
        "headings": [_("Date"), _("Payment method"), _("Amount")],
        "rows": [
            [
                _day(data, payment.on),
                words.payment_method(payment, _),
                _money(data, payment.amount),
            ]
            for payment in data.payments
        ],
    }


def _link(data: DocumentData, _: Gettext) -> dict[str, str] | None:
    """Only web addresses become links; anything else in that field is left out."""
    if not re.match(r"https?://[^\s]+$", data.payment_url):
        return None
    owed = data.kind is DocumentKind.INVOICE and data.amount_due and not data.is_collected
    label = _("Pay online:") if owed else _("Your invoices and subscriptions:")
    return {"label": label, "url": data.payment_url}


def _footer(data: DocumentData, _: Gettext) -> list[list[str]]:
    seller = data.seller
    vat_id = _("VAT ID %(number)s", number=seller.vat_id) if seller.vat_id else ""
    place = address_lines(seller.address, data.language)
    columns = [
        [seller.name, *place],
        [re.sub(r"^https?://|/$", "", seller.website), seller.email, seller.phone],
        [vat_id],
    ]
    return [[line for line in column if line] for column in columns]


def _fact(label: str, value: str, weight: str = "plain") -> Fact:
    return {"label": label, "value": value, "weight": weight}


def _money(data: DocumentData, amount: int) -> str:
    return money(amount, data.currency, data.language)


def _day(data: DocumentData, day: str) -> str:
    return date_long(as_date(day), data.language)


def _clean(value: Any) -> Any:
    """Nothing that hides or turns text around; words too long for any column may break."""
    if isinstance(value, str):
        text = _UNSEEN.sub("", value)
        return text if text.startswith("http") else _LONG_WORD.sub("\\g<0>\u200b", text)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return value
