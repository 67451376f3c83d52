"""From an issued document to the strings that stand on the sheet.

All numbers, dates and words are decided here; the Typst template only places them.
"""

import re
from dataclasses import replace
from typing import Any

from portal.addresses import address_lines
from portal.documents import sums, words
from portal.documents.data import DocumentData, DocumentKind, Line
from portal.documents.facts import facts_of
from portal.formatting import money, number
from portal.i18n import LANGUAGES, Gettext, gettext_for

NEUTRAL = "#3d4451"
LONGEST_UNBROKEN_ROW = 1200
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LONG_WORD = re.compile(r"\S{24}(?=\S{6})")
# Sentences are as wide as the sheet: no word of a dictionary is too long for them.
_SENTENCES = frozenset({"reasons", "notes", "remarks", "small_print"})
_LONG_WORD_IN_A_SENTENCE = re.compile(r"\S{60}(?=\S{6})")


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
            "test": words.sandbox_notice(_) if data.is_test else "",
            "color": data.brand.color if _COLOR.fullmatch(data.brand.color) else NEUTRAL,
            "seller": data.seller.name,
            "sender": _sender(data),
            "recipient": _recipient(data),
            "facts": facts_of(data, _),
            "headings": _headings(data, _),
            "rows": [row for line in data.lines for row in _rows(data, line, _)],
            "totals": sums.totals(data, _),
            "taxes": sums.taxes(data, _),
            "payments": sums.payments(data, _),
            "reasons": words.reasons(data),
            "notes": words.notes(data, _),
            "transfer": sums.transfer(data, _),
            "remarks": words.remarks(data, _),
            "link": _link(data, _),
            "footer": _footer(data, _),
            "small_print": " · ".join(filter(None, (data.seller.legal_note, data.texts.footer))),
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


def _headings(data: DocumentData, _: Gettext) -> list[str]:
    includes_tax = all(line.includes_tax for line in data.lines) and any(data.lines)
    return [
        _("Description"),
        _("Quantity"),
        _("Unit price"),
        _("VAT"),
        _("Amount incl. VAT") if includes_tax else _("Amount"),
    ]


def _rows(data: DocumentData, line: Line, _: Gettext) -> list[dict[str, Any]]:
    row = _row(data, line, _)
    return [row, _discount(data, line, _)] if line.discount_amount else [row]


def _row(data: DocumentData, line: Line, _: Gettext) -> dict[str, Any]:
    unit = "" if line.unit_amount is None else _money(data, line.unit_amount)
    mixed = line.includes_tax and not all(each.includes_tax for each in data.lines)
    details = [
        words.period(line.period_start, line.period_end, data.language),
        _("The amount includes VAT.") if mixed else "",
    ]
    return {
        "description": words.described(line, _),
        "details": [detail for detail in details if detail],
        "quantity": number(line.quantity, data.language),
        "unit": unit,
        "per": _("per %(unit)s", unit=line.unit_label) if unit and line.unit_label else "",
        "rate": sums.rate(line.tax_rate, line.tax_category, data),
        "amount": _money(data, line.amount),
        "may_break": len(line.description) > LONGEST_UNBROKEN_ROW,
    }


def _discount(data: DocumentData, line: Line, _: Gettext) -> dict[str, Any]:
    """What is taken off the line above; with what remains of it, the row's sums add up."""
    return {
        "description": _("Discount: %(name)s", name=line.discount_name)
        if line.discount_name
        else _("Discount"),
        "details": [],
        "quantity": "",
        "unit": "",
        "per": "",
        "rate": sums.rate(line.tax_rate, line.tax_category, data),
        "amount": _money(data, -line.discount_amount),
        "may_break": False,
    }


def _link(data: DocumentData, _: Gettext) -> dict[str, str] | None:
    """Only web addresses become links; anything else in that field is left out."""
    if not re.match(r"https?://[^\s]+$", data.payment_url):
        return None
    asks = data.kind is DocumentKind.INVOICE
    owed = asks and data.amount_due and not data.is_collected
    label = _("Pay online:") if owed else _("Your invoices and subscriptions:")
    return {"label": label, "url": data.payment_url}


def _footer(data: DocumentData, _: Gettext) -> list[list[str]]:
    seller = data.seller
    numbers = [
        _("VAT ID %(number)s", number=seller.vat_id) if seller.vat_id else "",
        _("Tax number %(number)s", number=seller.tax_number) if seller.tax_number else "",
        words.registration(seller.registration_number, seller.address.country),
    ]
    place = address_lines(seller.address, data.language)
    columns = [
        [seller.name, *place],
        [re.sub(r"^https?://|/$", "", seller.website), seller.email, seller.phone],
        numbers,
    ]
    return [[line for line in column if line] for column in columns]


def _money(data: DocumentData, amount: int) -> str:
    return money(amount, data.currency, data.language)


def _clean(value: Any, too_long: re.Pattern[str] = _LONG_WORD) -> Any:
    """Nothing that hides or turns text around; words too long for where they stand may break."""
    if isinstance(value, str):
        text = _UNSEEN.sub("", value)
        return text if text.startswith("http") else too_long.sub("\\g<0>\u200b", text)
    if isinstance(value, list):
        return [_clean(each, too_long) for each in value]
    if isinstance(value, dict):
        return {
            key: _clean(each, _LONG_WORD_IN_A_SENTENCE if key in _SENTENCES else too_long)
            for key, each in value.items()
        }
    return value
