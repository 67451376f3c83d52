"""What a document must say by law, field by field, and that it says what the records say."""

from dataclasses import fields
from datetime import timedelta

import pytest

from portal.billing import document_data
from portal.billing.customer_tax_ids import add_tax_id
from portal.billing.document_data import document_of
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoicing import issue
from portal.billing.items import Item
from portal.billing.subscription_status import CollectionMethod
from portal.billing.tax import TaxBehavior
from portal.documents.data import TEMPLATE_VERSION, DocumentData
from tests.factories import (
    NOW,
    a_balance,
    a_credit_note,
    a_customer,
    a_merchant,
    a_paid_invoice,
    a_payment_method,
    a_price,
    a_product,
    an_invoice,
    utc,
)

pytestmark = pytest.mark.usefixtures("db")

GERMAN = {
    "name": "Nordlicht Software GmbH",
    "vat_id": "DE136695976",
    "tax_number": "48/123/45678",
    "registration_number": "HRB 123456",
    "legal_note": "Geschäftsführung: Ada Nordlicht",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "account_holder": "Nordlicht Software GmbH",
    "is_sandbox": False,
}
FRENCH = {
    "name": "Lumière Logiciels SAS",
    "line1": "8 rue de la Paix",
    "postal_code": "75002",
    "city": "Paris",
    "country": "FR",
    "vat_id": "FR40303265045",
    "registration_number": "RCS Paris 303 265 045",
    "vat_on_debits": True,
    "locale": "fr",
}
MONTH = {"period_start": utc(2026, 2, 28, 23), "period_end": utc(2026, 3, 31, 22)}


def said_by(invoice) -> DocumentData:
    return DocumentData.from_json(invoice.reload().document)


def a_german_invoice() -> DocumentData:
    customer = a_customer(
        merchant=a_merchant(**GERMAN),
        company="Analytik GmbH",
        line1="Am Markt 1",
        postal_code="28195",
        city="Bremen",
        locale="de",
    )
    items = [
        Item("Beratung", 2, 10000, 5000, TaxBehavior.EXCLUSIVE, "consulting", **MONTH),
        Item("Handbuch", 1, 1000, 1000, TaxBehavior.EXCLUSIVE, "books", **MONTH),
    ]
    return said_by(issue(customer, items, currency="EUR", at=NOW))


def a_french_invoice(**merchant) -> DocumentData:
    customer = a_customer(
        merchant=a_merchant(**FRENCH | merchant),
        company="Atelier SARL",
        siren="732829320",
        country="FR",
        shipping_line1="Quai 2",
        shipping_city="Marseille",
    )
    return said_by(an_invoice(customer=customer))


GERMAN_LAW = {
    "Nr. 1: full name and address of the seller": lambda said: (
        said.seller.name == "Nordlicht Software GmbH" and bool(said.seller.address)
    ),
    "Nr. 1: full name and address of the buyer": lambda said: (
        said.buyer.company == "Analytik GmbH" and said.buyer.address.city == "Bremen"
    ),
    "Nr. 2: tax number or VAT id": lambda said: (
        (said.seller.tax_number, said.seller.vat_id) == ("48/123/45678", "DE136695976")
    ),
    "Nr. 3: day of issue": lambda said: said.issued_on == "2026-03-10",
    "Nr. 4: a number given once": lambda said: said.number.endswith("-000001"),
    "Nr. 5: quantity and kind": lambda said: (
        [(line.quantity, line.description) for line in said.lines]
        == [(2, "Beratung"), (1, "Handbuch")]
    ),
    "Nr. 6: time of supply": lambda said: (
        (said.supply_start, said.supply_end) == ("2026-03-01", "2026-03-31")
    ),
    "Nr. 7: net amounts by rate": lambda said: (
        [(tax.rate, tax.net) for tax in said.taxes] == [("19", 10000), ("7", 1000)]
    ),
    "Nr. 8: rate and amount of the tax": lambda said: (
        [(tax.rate, tax.tax) for tax in said.taxes] == [("19", 1900), ("7", 70)]
    ),
}
FRENCH_LAW = {
    "1°: name and address of both": lambda said: (
        (said.seller.name, said.buyer.company) == ("Lumière Logiciels SAS", "Atelier SARL")
    ),
    "2°: the seller's VAT id": lambda said: said.seller.vat_id == "FR40303265045",
    "2° bis: the buyer's SIREN": lambda said: said.buyer.siren == "732829320",
    "6°: day of issue": lambda said: said.issued_on == "2026-03-10",
    "7°: a number of an unbroken series": lambda said: said.number.endswith("-000001"),
    "8°: quantity, name, price without tax, rate": lambda said: (
        (said.lines[0].quantity, said.lines[0].net, said.lines[0].tax_rate) == (1, 1983, "20")
    ),
    "8° bis: goods or services": lambda said: said.operation == "services",
    "9°: day of supply": lambda said: said.supply_end == "2026-03-10",
    "10°: tax to pay by rate": lambda said: (
        [(tax.rate, tax.tax) for tax in said.taxes] == [("20", 397)]
    ),
    "11° bis: option for the debits": lambda said: "vat_on_debits" in kinds(said),
    "R123-238 C. com.: register": lambda said: "303 265 045" in said.seller.registration_number,
    "L441-9 C. com.: penalties, indemnity, discount": lambda said: (
        {"late_payment", "recovery_costs", "early_payment"} <= kinds(said)
    ),
    "décret 2022-1299: place of delivery": lambda said: said.buyer.is_shipped_elsewhere,
}


def kinds(said: DocumentData) -> set[str]:
    return {note.kind for note in said.legal_notes}


@pytest.mark.parametrize("field", GERMAN_LAW)
def test_paragraph_14_4_of_the_german_vat_act_is_kept(field):
    assert GERMAN_LAW[field](a_german_invoice())


@pytest.mark.parametrize("field", FRENCH_LAW)
def test_article_242_nonies_a_of_annex_ii_of_the_french_tax_code_is_kept(field):
    assert FRENCH_LAW[field](a_french_invoice())


@pytest.mark.parametrize(
    ("country", "words"), [("DE", "(§ 19 UStG)"), ("FR", "TVA non applicable, art. 293 B du CGI")]
)
def test_a_small_business_says_why_it_charges_no_vat(country, words):
    merchant = a_merchant(country=country, tax_scheme="small_business", locale="de")
    said = said_by(an_invoice(customer=a_customer(merchant=merchant, country=country)))

    (tax,) = said.taxes
    assert (tax.category, tax.tax, tax.net) == ("E", 0, said.total)
    assert words in tax.reason


def test_reverse_charge_says_so_and_names_both_vat_ids():
    customer = a_customer(merchant=a_merchant(**GERMAN), country="FR", locale="fr")
    add_tax_id(customer, "eu_vat", "FR40303265045", at=NOW)

    said = said_by(an_invoice(customer=customer))

    assert [(tax.category, tax.tax) for tax in said.taxes] == [("AE", 0)]
    assert said.taxes[0].reason.startswith("Autoliquidation")
    assert (said.seller.vat_id, said.buyer.vat_id) == ("DE136695976", "FR40303265045")


def test_goods_that_leave_the_union_are_an_export_and_services_are_not():
    merchant = a_merchant(**GERMAN)
    abroad = a_customer(merchant=merchant, country="CH", locale="de")
    goods = a_price(product=a_product(merchant=merchant, tax_code="physical_goods"))
    items = [
        Item.of_price(goods, 1),
        Item("Beratung", 1, 5000, 5000, TaxBehavior.EXCLUSIVE, "consulting"),
    ]

    said = said_by(issue(abroad, items, currency="EUR", at=NOW))

    assert {tax.reason_kind for tax in said.taxes} == {"export", "outside_scope"}
    assert {tax.category for tax in said.taxes} == {"G"}


def test_a_transfer_names_account_and_reference():
    means = said_by(an_invoice(customer=a_customer(merchant=a_merchant(**GERMAN)))).means

    assert (means.kind, means.iban) == ("bank_transfer", GERMAN["iban"])
    assert means.account_holder == GERMAN["account_holder"]
    assert means.reference.startswith("RF")


def test_without_an_account_an_invoice_is_paid_online():
    assert said_by(an_invoice()).means.kind == "online"


def collected(**method) -> DocumentData:
    customer = a_customer(merchant=a_merchant(creditor_id="DE98ZZZ09999999999"))
    paid_by = a_payment_method(customer=customer, **method)
    if method.get("type") == "sepa_debit":
        paid_by.gateway = "sepa"
        paid_by.save()
    invoice = an_invoice(
        customer=customer,
        collection_method=CollectionMethod.CHARGE_AUTOMATICALLY,
        days_until_due=0,
    )
    return said_by(invoice)


def test_a_card_that_will_be_charged_is_named():
    means = collected().means

    assert (means.kind, means.brand, means.last4) == ("card", "visa", "4242")


def test_a_direct_debit_is_announced_as_many_days_ahead_as_was_agreed():
    said = collected(type="sepa_debit", last4="3000", mandate_reference="MNDT-17")

    assert (said.issued_on, said.means.collected_on) == ("2026-03-10", "2026-03-24")
    assert said.means.mandate_reference == "MNDT-17"
    assert said.means.creditor_id == "DE98ZZZ09999999999"


def test_what_is_paid_from_the_balance_is_not_asked_for():
    customer = a_customer()
    a_balance(customer, 1000)

    said = said_by(an_invoice(customer=customer.reload()))

    assert (said.amount_from_balance, said.amount_due) == (1000, said.total - 1000)


def test_a_paid_invoice_names_no_means():
    customer = a_customer()
    a_balance(customer, 999_999)

    assert said_by(an_invoice(customer=customer.reload())).means.kind == ""


def test_a_credit_note_refers_to_its_invoice_and_says_where_the_money_goes():
    invoice = a_paid_invoice()
    note = a_credit_note(invoice, gross=1190)

    said = DocumentData.from_json(note.reload().document)

    assert said.kind == "credit_note"
    assert said.corrects.number == invoice.number
    assert said.corrects.issued_on == "2026-03-10"
    assert (said.total, said.credited.refund) == (1190, 1190)
    assert sum(line.net + line.tax for line in said.lines) == 1190
    assert said.amount_due == 0


def test_a_credit_note_names_the_day_of_the_supply_that_it_takes_back():
    invoice = a_paid_invoice()
    note = a_credit_note(invoice, at=invoice.issued_at + timedelta(days=40))

    said = DocumentData.from_json(note.reload().document)

    assert said.issued_on == "2026-04-19"
    assert (said.supply_start, said.supply_end) == ("2026-03-10", "2026-03-10")


def test_a_credit_note_threatens_nobody():
    customer = a_customer(merchant=a_merchant(**FRENCH), company="Atelier SARL", country="FR")

    note = a_credit_note(a_paid_invoice(customer=customer))

    assert "late_payment" not in kinds(DocumentData.from_json(note.document))


def test_both_sides_speak_of_the_same_shape():
    assert document_data.TEMPLATE_VERSION == TEMPLATE_VERSION
    stored = an_invoice().reload().document

    known = {field.name for field in fields(DocumentData)}
    later = {"paid_on", "payments", "payment_url"}
    of_credit_notes = {"corrects", "credit_reason", "credited"}
    assert known - stored.keys() == later | of_credit_notes


def test_a_line_tells_its_discount_apart():
    invoice = an_invoice()
    (line,) = InvoiceLine.of(invoice)
    line.discount_amount, line.discount_name = 380, "Spring"
    merchant, customer = invoice.merchant, invoice.customer

    (said,) = document_of(invoice, [line], merchant, customer)["lines"]

    assert (said["amount"], said["discount_amount"]) == (2380, 380)
    assert said["discount_name"] == "Spring"
