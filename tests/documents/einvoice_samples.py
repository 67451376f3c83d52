"""Issued documents of every kind of sale that an e-invoice must be able to tell."""

from dataclasses import replace
from typing import Any

from portal.billing.addresses import Address
from portal.documents.data import (
    Buyer,
    Correction,
    Credited,
    DocumentData,
    DocumentKind,
    LegalNote,
    Line,
    PaymentMeans,
    TaxTotal,
)
from portal.documents.parts import Seller
from tests.documents.samples import BUYER, SELLER, a_document, a_line

GERMAN_SELLER = replace(
    SELLER,
    tax_number="48/123/45678",
    registration_number="HRB 123456",
    legal_note="Geschäftsführung: Ada Nordlicht",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    account_holder="Nordlicht Software GmbH",
    creditor_id="DE98ZZZ09999999999",
)
FRENCH_SELLER = Seller(
    name="Lumière Logiciels SAS",
    address=Address(line1="8 rue de la Paix", postal_code="75002", city="Paris", country="FR"),
    vat_id="FR40303265045",
    email="bonjour@lumiere.example",
    phone="+33 1 23 45 67 89",
    registration_number="RCS Paris 303 265 045",
    legal_note="SAS au capital de 10 000 €",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    account_holder="Lumière Logiciels SAS",
)
GERMAN_BUYER = Buyer(
    name="Ada Lovelace",
    company="Analytik GmbH",
    email="ada@analytik.example",
    address=Address(line1="Am Markt 1", postal_code="28195", city="Bremen", country="DE"),
)
FRENCH_BUYER = replace(BUYER, siren="732829320")
TRANSFER = PaymentMeans(
    kind="bank_transfer",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    account_holder="Nordlicht Software GmbH",
    reference="RF37NORD000123",
)
FRENCH_TRANSFER = replace(
    TRANSFER,
    iban=FRENCH_SELLER.iban,
    bic=FRENCH_SELLER.bic,
    account_holder=FRENCH_SELLER.account_holder,
)
DEBIT = PaymentMeans(
    kind="sepa_debit",
    last4="3000",
    mandate_reference="MNDT-2026-000017",
    creditor_id="DE98ZZZ09999999999",
    collected_on="2026-12-05",
)
CARD = PaymentMeans(kind="card", brand="visa", last4="4242")


def an_e_document(
    *lines: Line, reason: str = "", reason_kind: str = "", **overrides: Any
) -> DocumentData:
    """A document of a German seller to a German business; sums by rate and category."""
    sold = lines or (a_line(),)
    keys = dict.fromkeys((line.tax_rate, line.tax_category) for line in sold)
    taxes = tuple(
        TaxTotal(
            rate=rate,
            category=category,
            net=sum(
                line.net for line in sold if (line.tax_rate, line.tax_category) == (rate, category)
            ),
            tax=sum(
                line.tax for line in sold if (line.tax_rate, line.tax_category) == (rate, category)
            ),
            reason=reason if category not in "SZ" else "",
            reason_kind=reason_kind if category not in "SZ" else "",
        )
        for rate, category in keys
    )
    values: dict[str, Any] = {
        "seller": GERMAN_SELLER,
        "buyer": GERMAN_BUYER,
        "language": "de",
        "taxes": taxes,
        "means": TRANSFER,
        "supply_start": "2026-11-01",
        "supply_end": "2026-11-30",
    }
    return a_document(*sold, **(values | overrides))


def untaxed(category: str, **overrides: Any) -> Line:
    return a_line(4900, "0", tax_category=category, **overrides)


def a_gross_line(amount: int, rate: int = 19, **overrides: Any) -> Line:
    """A price with tax, as consumers see it."""
    priced = amount - overrides.get("discount_amount", 0)
    net = round(priced * 100 / (100 + rate))
    values = {"net": net, "tax": priced - net, "includes_tax": True, "unit_amount": None}
    return a_line(amount, str(rate), **(values | overrides))


def a_credit_note(*lines: Line, **overrides: Any) -> DocumentData:
    total = sum(line.net + line.tax for line in lines or (a_line(),))
    values: dict[str, Any] = {
        "kind": DocumentKind.CREDIT_NOTE,
        "number": "NORD-CN-000007",
        "due_on": None,
        "amount_due": 0,
        "means": PaymentMeans(),
        "corrects": Correction(number="NORD-000123", issued_on="2026-11-01"),
        "credited": Credited(due=1000, refund=total - 1000),
        "credit_reason": "order_change",
    }
    return an_e_document(*lines, **(values | overrides))


def cases() -> dict[str, DocumentData]:
    """By name: what the law and EN 16931 tell apart."""
    small = {"reason_kind": "small_business", "means": PaymentMeans(kind="online")}
    one_day = {"period_start": None, "period_end": None}
    paid_day = {"supply_start": "2026-11-21", "supply_end": "2026-11-21"}
    return {
        "domestic": an_e_document(),
        "in the place of another": an_e_document(
            corrects=Correction(number="NORD-000123", issued_on="2026-11-01")
        ),
        "domestic by card": an_e_document(means=CARD, is_collected=True),
        "domestic by direct debit": an_e_document(means=DEBIT, is_collected=True),
        "domestic by a provider's debit": an_e_document(
            means=PaymentMeans(kind="sepa_debit", last4="3000"), is_collected=True
        ),
        "collected by nobody knows what": an_e_document(means=PaymentMeans(), is_collected=True),
        "with a reference of the buyer": an_e_document(
            buyer=replace(GERMAN_BUYER, buyer_reference="04011000-12345-67")
        ),
        "reverse charge": an_e_document(
            untaxed("AE"),
            reason="Steuerschuldnerschaft des Leistungsempfängers",
            reason_kind="reverse_charge",
            buyer=FRENCH_BUYER,
            language="fr",
        ),
        "goods to a business abroad": an_e_document(
            untaxed("K"),
            reason="Steuerfreie innergemeinschaftliche Lieferung",
            reason_kind="intra_community",
            buyer=replace(
                FRENCH_BUYER,
                shipping_name="Entrepôt Sud",
                shipping_address=Address(line1="Quai 2", postal_code="13002", city="Marseille"),
            ),
        ),
        "export": an_e_document(
            untaxed("G"),
            reason="Steuerfreie Ausfuhrlieferung",
            reason_kind="export",
            buyer=replace(
                GERMAN_BUYER,
                address=Address(line1="Weg 1", postal_code="8001", city="Zürich", country="CH"),
            ),
        ),
        "service to outside the Union": an_e_document(
            untaxed("G"),
            reason="Nicht im Inland steuerbare Leistung",
            reason_kind="outside_scope",
            buyer=replace(
                GERMAN_BUYER, address=Address(city="Zürich", postal_code="8001", country="CH")
            ),
        ),
        "outside the scope": an_e_document(
            untaxed("O"),
            reason="Nicht steuerbar",
            reason_kind="outside_scope",
            seller=replace(GERMAN_SELLER, vat_id="", registration_number=""),
        ),
        "inclusive prices": an_e_document(
            a_gross_line(1999, quantity=1),
            a_gross_line(5997, quantity=3),
            a_gross_line(100, quantity=7),
        ),
        "discount": an_e_document(
            a_line(10000, net=9000, tax=1710, discount_amount=1000, discount_name="10 %")
        ),
        "discount on inclusive prices": an_e_document(
            a_gross_line(1999, quantity=3, discount_amount=333, discount_name="Frühling"),
            a_gross_line(1, discount_amount=1),
        ),
        "credit for unused time": an_e_document(
            a_line(9900), a_line(-3300, quantity=2, tax=-627, is_proration=True)
        ),
        "two rates": an_e_document(a_line(10000), a_line(3500, "7", **one_day)),
        "odd quantities": an_e_document(
            a_line(10001, quantity=7, tax=1900), a_line(99999, quantity=999999, tax=19000)
        ),
        "many lines": an_e_document(
            *(a_gross_line(1003 + 7 * n, description=f"Posten {n}") for n in range(120))
        ),
        "small business in Germany": an_e_document(
            untaxed("E"),
            reason="Steuerbefreiung für Kleinunternehmer (§ 19 UStG)",
            seller=replace(
                GERMAN_SELLER, vat_id="", registration_number="", tax_scheme="small_business"
            ),
            **small,
        ),
        "small business in France": an_e_document(
            untaxed("E"),
            reason="TVA non applicable, art. 293 B du CGI",
            seller=replace(FRENCH_SELLER, vat_id="", registration_number="303265045"),
            buyer=FRENCH_BUYER,
            language="fr",
            operation="services",
            **small,
        ),
        "domestic in France": an_e_document(
            a_line(10000, "20"),
            a_line(3000, "5.5"),
            seller=FRENCH_SELLER,
            buyer=FRENCH_BUYER,
            language="fr",
            operation="mixed",
            means=FRENCH_TRANSFER,
            legal_notes=(
                LegalNote(
                    kind="vat_on_debits",
                    text="Option pour le paiement de la taxe d’après les débits.",
                ),
                LegalNote(kind="late_payment", text="Pénalités de retard : taux BCE + 10 points."),
                LegalNote(kind="recovery_costs", text="Indemnité forfaitaire : 40 €."),
                LegalNote(kind="early_payment", text="Pas d’escompte pour paiement anticipé."),
            ),
        ),
        "nothing to pay": an_e_document(a_line(0, unit_amount=0), means=PaymentMeans()),
        "paid from the balance": an_e_document(
            amount_from_balance=5831, amount_due=0, means=PaymentMeans()
        ),
        "partly from the balance": an_e_document(amount_from_balance=1000, amount_due=4831),
        "dollars": an_e_document(currency="USD"),
        "yen": an_e_document(currency="JPY"),
        "one day": an_e_document(a_line(**one_day), **paid_day),
        "a test": an_e_document(is_test=True),
        "a consumer": an_e_document(
            buyer=Buyer(name="Ada", email="ada@example.org", address=GERMAN_BUYER.address)
        ),
        "long and strange words": an_e_document(
            a_line(description="Zeile\nmit <b>&amp;\x0b</b> „Zeichen“ 🎉 " + "lang " * 400),
            buyer=replace(GERMAN_BUYER, company="Ωμέγα & Söhne <KG> \ud83d"),
        ),
        "credit note": a_credit_note(),
        "credit note in part, two rates": a_credit_note(a_gross_line(1190), a_gross_line(535, 7)),
        "credit note of reverse charge": a_credit_note(
            untaxed("AE"),
            reason="Autoliquidation",
            reason_kind="reverse_charge",
            buyer=FRENCH_BUYER,
            credited=Credited(balance=4900),
        ),
    }
