"""Documents as issued, for tests and for looking at."""

import io
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from PIL import Image, ImageDraw

from portal.billing.addresses import Address
from portal.documents.data import (
    Brand,
    Buyer,
    DocumentData,
    DocumentKind,
    Line,
    Payment,
    Seller,
    TaxId,
    TaxTotal,
    Texts,
    receipt_for,
)

SELLER = Seller(
    name="Nordlicht Software GmbH",
    address=Address(line1="Hafenstraße 12", postal_code="20457", city="Hamburg", country="DE"),
    vat_id="DE136695976",
    email="hallo@nordlicht.example",
    phone="+49 40 1234567",
    website="https://nordlicht.example/",
)
BUYER = Buyer(
    name="Élodie Łukasiewicz",
    company="Atelier Lumière SARL",
    email="elodie@lumiere.example",
    address=Address(line1="14 rue des Martyrs", postal_code="75009", city="Paris", country="FR"),
    tax_ids=(TaxId(type="eu_vat", value="FR40303265045"),),
)


def a_line(amount: int = 4900, rate: str = "19", **overrides: Any) -> Line:
    tax = int((amount * Decimal(rate) / 100).quantize(Decimal(1), ROUND_HALF_UP))
    values: dict[str, Any] = {
        "description": "Team plan",
        "amount": amount,
        "net": amount,
        "tax": tax,
        "tax_rate": rate,
        "unit_amount": amount,
        "period_start": "2026-11-01",
        "period_end": "2026-11-30",
    }
    return Line(**(values | overrides))


def a_document(*lines: Line, **overrides: Any) -> DocumentData:
    """An open invoice whose sums follow from its lines."""
    sold = lines or (a_line(),)
    rates = dict.fromkeys(line.tax_rate for line in sold)
    taxes = tuple(
        TaxTotal(
            rate=rate,
            net=sum(line.net for line in sold if line.tax_rate == rate),
            tax=sum(line.tax for line in sold if line.tax_rate == rate),
        )
        for rate in rates
    )
    net, tax = sum(each.net for each in taxes), sum(each.tax for each in taxes)
    document = DocumentData(
        kind=DocumentKind.INVOICE,
        number="NORD-000123",
        language="en",
        issued_on="2026-11-21",
        due_on="2026-12-05",
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        lines=sold,
        subtotal=net,
        taxes=taxes,
        total=net + tax,
        amount_paid=0,
        amount_due=net + tax,
        brand=Brand(color="#0f766e"),
    )
    return replace(document, **overrides)


def a_receipt(*lines: Line, **overrides: Any) -> DocumentData:
    """The same invoice, paid by card the day after."""
    invoice = a_document(*lines, **overrides)
    payment = Payment(
        on="2026-11-22", amount=invoice.total, method="card", brand="visa", last4="4242"
    )
    return receipt_for(invoice, [payment], "2026-11-22")


def a_logo() -> bytes:
    picture = Image.new("RGBA", (600, 160), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((0, 10, 140, 150), fill="#0f766e")
    draw.polygon([(70, 25), (115, 120), (25, 120)], fill="#ffffff")
    draw.text((170, 40), "nordlicht", fill="#1b1f27", font_size=88)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def with_note(document: DocumentData) -> DocumentData:
    texts = Texts(
        note="Thank you for working with us.",
        footer="Amtsgericht Hamburg HRB 123456 · Geschäftsführung: Ada Nordlicht",
    )
    return replace(document, texts=texts, payment_url="https://portal.example/p/nordlicht")
