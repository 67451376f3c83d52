"""Which words and figures stand on the sheet."""

from dataclasses import replace

import pytest

from portal.billing.addresses import Address
from portal.documents.data import (
    Brand,
    Buyer,
    Correction,
    Credited,
    Payment,
    TaxId,
    Texts,
)
from portal.documents.sheet import NEUTRAL, sheet
from portal.i18n import gettext_for
from tests.documents.einvoice_samples import a_credit_note, cases
from tests.documents.samples import SELLER, a_document, a_line, a_receipt

CASES = cases()


def facts_of(shown: dict) -> dict[str, str]:
    return {fact["label"]: fact["value"] for fact in shown["facts"]}


def totals_of(shown: dict) -> dict[str, str]:
    return {fact["label"]: fact["value"] for fact in shown["totals"]}


def test_an_invoice_names_the_one_whose_place_it_takes():
    replaced = a_document(corrects=Correction(number="NORD-000123", issued_on="2026-11-01"))

    assert facts_of(sheet(replaced))["Replaces invoice"] == "NORD-000123"
    assert "Replaces invoice" not in facts_of(sheet(a_document()))


def test_an_open_invoice_says_how_much_is_due_and_when():
    assert sheet(a_document())["lead"] == "€58.31 due by 5 December 2026"


def test_an_invoice_that_is_collected_asks_for_nothing():
    shown = sheet(a_document(is_collected=True))

    assert shown["lead"] == "€58.31 will be collected automatically"
    assert shown["notes"] == [
        "There is nothing to do: we collect the amount by your stored payment method."
    ]


def test_an_invoice_without_an_amount_asks_for_nothing():
    shown = sheet(a_document(a_line(0)))

    assert shown["lead"] == "Nothing is left to pay."
    assert shown["notes"] == []
    assert "Due date" not in facts_of(shown)


def test_a_part_payment_leaves_the_rest_due():
    shown = sheet(a_document(amount_paid=1000, amount_due=4831))

    assert totals_of(shown)["Amount paid"] == "€10.00"
    assert totals_of(shown)["Amount due"] == "€48.31"


def test_a_receipt_says_when_and_how_it_was_paid():
    shown = sheet(a_receipt())

    assert shown["title"] == "Receipt for invoice NORD-000123"
    assert shown["lead"] == "€58.31 paid on 22 November 2026"
    assert shown["payments"]["rows"] == [["22 November 2026", "Visa ending in 4242", "€58.31"]]


def test_every_rate_shows_its_net_and_its_tax():
    shown = sheet(a_document(a_line(10000, "20"), a_line(2000, "5.5"), a_line(1000, "5.5")))

    assert totals_of(shown) == {
        "Net amount": "€130.00",
        "VAT 20% on €100.00": "€20.00",
        "VAT 5.5% on €30.00": "€1.65",
        "Total": "€151.65",
    }
    assert shown["taxes"]["rows"][1] == ["5.5%", "€30.00", "€1.65", "€31.65"]


def test_one_rate_needs_no_table():
    assert sheet(a_document())["taxes"] is None


def test_prices_with_tax_are_headed_as_such():
    gross = a_line(5831, net=4900, tax=931, includes_tax=True)

    assert sheet(a_document(gross))["headings"][-1] == "Amount incl. VAT"


def test_mixed_prices_say_at_the_line_that_tax_is_in():
    gross = a_line(5831, net=4900, tax=931, includes_tax=True)
    rows = sheet(a_document(gross, a_line()))["rows"]

    assert [row["details"][1:] for row in rows] == [["The amount includes VAT."], []]


def test_both_tax_numbers_are_among_the_facts():
    facts = facts_of(sheet(a_document()))

    assert facts["Our VAT ID"] == "DE136695976"
    assert facts["Your VAT ID"] == "FR40303265045"


def test_a_tax_number_that_is_no_vat_id_is_not_called_one():
    buyer = Buyer(name="Ada", tax_ids=(TaxId(type="de_stn", value="12/345/67890"),))

    assert facts_of(sheet(a_document(buyer=buyer)))["Your tax number"] == "12/345/67890"


def test_a_line_without_a_day_was_supplied_on_the_day_of_the_invoice():
    undated = a_line(period_start=None, period_end=None)

    assert len(sheet(a_document(undated))["remarks"]) == 1
    assert sheet(a_document())["remarks"] == []


def test_the_country_stands_in_the_address_only_across_a_border():
    home = Buyer(name="Ada", address=Address(city="Berlin", postal_code="10115", country="DE"))

    assert sheet(a_document())["recipient"][-1] == "France"
    assert sheet(a_document(buyer=home))["recipient"] == ["Ada", "10115 Berlin"]


def test_a_buyer_without_a_name_is_addressed_by_email():
    buyer = Buyer(email="ada@example.org")

    assert sheet(a_document(buyer=buyer))["recipient"] == ["ada@example.org"]


@pytest.mark.parametrize("color", ["red", "#fff", "", '#00000"', "url(x)"])
def test_only_a_full_hex_color_reaches_the_template(color):
    assert sheet(a_document(brand=Brand(color=color)))["color"] == NEUTRAL


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "https://a b"])
def test_only_web_addresses_become_links(url):
    assert sheet(a_document(payment_url=url))["link"] is None


def test_characters_that_hide_or_turn_text_are_dropped():
    buyer = Buyer(company="Evil\u202eCorp\x00\x1b\ud83d")

    assert sheet(a_document(buyer=buyer))["recipient"] == ["EvilCorp"]


@pytest.mark.parametrize(
    ("language", "currency", "total", "day"),
    [
        ("de", "EUR", "58,31\u00a0€", "21. November 2026"),
        ("fr", "EUR", "58,31\u00a0€", "21 novembre 2026"),
        ("en", "JPY", "JP¥5,831", "21 November 2026"),
        ("en", "KWD", "KWD\u00a05.831", "21 November 2026"),
    ],
)
def test_figures_and_days_follow_the_language(language, currency, total, day):
    shown = sheet(replace(a_document(), language=language, currency=currency))

    assert [fact["value"] for fact in shown["totals"]][-1] == total
    assert shown["facts"][1]["value"] == day


def test_a_language_that_we_do_not_write_is_english():
    assert sheet(a_document(language="tlh"))["title"] == "Invoice NORD-000123"


def test_every_method_of_payment_has_a_name():
    methods = ["card", "sepa_debit", "bank_transfer", "cash", "credit_balance", "magic"]
    payments = tuple(Payment(on="2026-11-22", amount=1, method=method) for method in methods)
    rows = sheet(a_document(payments=payments))["payments"]["rows"]

    assert [row[1] for row in rows] == [
        "Card",
        "SEPA direct debit",
        "Bank transfer",
        "Cash",
        "Credit balance",
        "Payment",
    ]


def test_a_discount_is_a_row_below_its_line():
    line = a_line(10000, net=9000, tax=1710, discount_amount=1000, discount_name="Spring")
    rows = sheet(a_document(line))["rows"]

    assert [(row["description"], row["amount"]) for row in rows] == [
        ("Team plan", "€100.00"),
        ("Discount: Spring", "-€10.00"),
    ]


def test_a_discount_without_a_name_is_called_one():
    line = a_line(10000, net=9000, tax=1710, discount_amount=1000)

    assert sheet(a_document(line))["rows"][1]["description"] == "Discount"


def test_without_vat_there_is_a_reason_instead_of_a_rate():
    shown = sheet(CASES["small business in Germany"])

    assert shown["rows"][0]["rate"] == "–"
    assert shown["reasons"] == ["Steuerbefreiung für Kleinunternehmer (§ 19 UStG)"]
    assert [total["value"] for total in shown["totals"]] == ["49,00\u00a0€"]


def test_reverse_charge_shows_the_net_amount_and_no_tax():
    labels = totals_of(sheet(replace(CASES["reverse charge"], language="en")))

    assert set(labels) == {"Net amount", "Total"}


def test_what_was_settled_before_is_taken_off_the_total():
    document = a_document(amount_from_balance=1000, amount_credited=500, amount_due=4331)

    assert totals_of(sheet(document)) == {
        "Net amount": "€49.00",
        "VAT 19% on €49.00": "€9.31",
        "Total": "€58.31",
        "Paid from your credit balance": "€10.00",
        "Credited": "€5.00",
        "Amount due": "€43.31",
    }


def test_a_direct_debit_is_announced_with_day_mandate_and_creditor():
    debit = replace(CASES["domestic by direct debit"], language="en")

    assert facts_of(sheet(debit))["Collected on"] == "5 December 2026"
    assert sheet(debit)["notes"][0] == (
        "We collect €58.31 on 5 December 2026 or the following bank working day by SEPA direct "
        "debit from your account ending in 3000. Mandate reference: MNDT-2026-000017, creditor "
        "identifier: DE98ZZZ09999999999."
    )


def test_a_card_that_will_be_charged_is_named():
    by_card = replace(CASES["domestic by card"], language="en")

    assert sheet(by_card)["notes"] == [
        "There is nothing to do: we charge the amount to Visa ending in 4242."
    ]


def test_the_days_of_supply_stand_among_the_facts():
    period = facts_of(sheet(replace(CASES["domestic"], language="en")))
    day = facts_of(sheet(replace(CASES["one day"], language="en")))

    assert period["Period of supply"] == "1–30 Nov 2026"
    assert day["Date of supply"] == "21 November 2026"
    assert sheet(CASES["one day"])["remarks"] == []


def test_the_law_of_the_seller_is_in_the_footer_and_below():
    shown = sheet(CASES["domestic in France"])

    assert "RCS Paris 303 265 045" in shown["footer"][2]
    assert shown["small_print"] == "SAS au capital de 10 000 €"
    assert len(shown["remarks"]) == 4
    assert facts_of(shown)[gettext_for("fr")("Your SIREN")] == "732\u00a0829\u00a0320"


def test_goods_that_go_elsewhere_say_where():
    shown = facts_of(sheet(replace(CASES["goods to a business abroad"], language="en")))

    assert shown["Delivered to"] == "Entrepôt Sud, Quai 2, 13002 Marseille"


def test_a_credit_note_of_every_kind_says_where_its_money_goes():
    credited = Credited(due=1, refund=2, balance=3, outside=4)
    (said,) = sheet(a_credit_note(credited=credited, language="en"))["notes"]

    assert said == (
        "€0.01 is deducted from what is still due of invoice NORD-000123. "
        "€0.02 is returned by the payment method that you paid with. "
        "€0.03 is added to your credit balance. €0.04 is paid back to you separately."
    )


@pytest.mark.parametrize(
    ("number", "country", "printed"),
    [
        ("732829320", "FR", "SIREN\u00a0732\u00a0829\u00a0320"),
        ("73282932000074", "FR", "SIRET\u00a0732\u00a0829\u00a0320\u00a000074"),
        ("RCS Paris 732 829 320", "FR", "RCS Paris 732 829 320"),
        ("732829320", "DE", "732829320"),
    ],
)
def test_a_french_number_names_its_register(number, country, printed):
    seller = replace(SELLER, registration_number=number)
    seller = replace(seller, address=replace(seller.address, country=country))

    assert printed in sheet(a_document(seller=seller))["footer"][2]


def test_long_words_of_a_language_stay_whole_in_sentences():
    debit = replace(CASES["domestic by direct debit"], language="de")

    assert "Gläubiger-Identifikationsnummer: DE98" in sheet(debit)["notes"][0]


def test_endless_words_may_break_everywhere():
    endless = "x" * 300
    note = sheet(a_document(texts=Texts(note=endless)))["notes"][-1]
    row = sheet(a_document(a_line(description=endless)))["rows"][0]

    assert note.count("\u200b") == 4
    assert row["description"].count("\u200b") == 12
