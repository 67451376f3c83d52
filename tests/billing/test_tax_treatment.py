"""Seller × buyer × business or consumer × kind of product × day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant, TaxScheme
from portal.billing.tax import TAX_CODES, TaxCodeUnknown, TaxRateUnknown, rate_for
from portal.billing.tax_ids import TaxIdVerification
from portal.billing.tax_rates import EU, TERRITORIES
from portal.billing.tax_treatment import (
    TaxReason,
    TaxTreatment,
    country_of_vat_id,
    is_business,
    treatment,
)
from tests.factories import utc

NOON = utc(2026, 3, 10, 12)
VAT_IDS = {
    "AT": "ATU13585627",
    "DE": "DE136695976",
    "FR": "FR40303265045",
    "GR": "EL094259216",
    "NL": "NL004495445B01",
    "MC": "FR40303265045",
}

# seller, buyer, business?, tax code, rate, category, reason
CASES = [
    # at home, business or not
    ("DE", "DE", False, "digital_service", "19", "S", ""),
    ("DE", "DE", True, "digital_service", "19", "S", ""),
    ("DE", "", False, "books", "7", "S", ""),
    ("FR", "FR", True, "books", "5.5", "S", ""),
    ("FR", "MC", True, "digital_service", "20", "S", ""),
    ("MC", "FR", False, "services", "20", "S", ""),
    ("CH", "LI", False, "services", "8.1", "S", ""),
    ("GB", "GB", False, "books", "0", "Z", ""),
    ("GB", "IM", False, "digital_service", "20", "S", ""),
    # to consumers in another EU country
    ("DE", "FR", False, "digital_service", "20", "S", ""),
    ("DE", "FR", False, "physical_goods", "20", "S", ""),
    ("DE", "FR", False, "services", "19", "S", ""),
    ("FR", "DE", False, "consulting", "20", "S", ""),
    ("DE", "IE", False, "ebooks", "0", "Z", ""),
    ("DE", "MC", False, "ebooks", "5.5", "S", ""),
    # to businesses in another EU country
    ("DE", "FR", True, "digital_service", "0", "AE", "reverse_charge"),
    ("DE", "FR", True, "software_as_a_service", "0", "AE", "reverse_charge"),
    ("DE", "FR", True, "services", "0", "AE", "reverse_charge"),
    ("FR", "DE", True, "consulting", "0", "AE", "reverse_charge"),
    ("NL", "GR", True, "ebooks", "0", "AE", "reverse_charge"),
    ("DE", "MC", True, "services", "0", "AE", "reverse_charge"),
    ("MC", "DE", True, "services", "0", "AE", "reverse_charge"),
    ("DE", "AT", True, "physical_goods", "0", "K", "intra_community"),
    ("AT", "NL", True, "books", "0", "K", "intra_community"),
    ("FR", "DE", True, "food", "0", "K", "intra_community"),
    # out of the EU, and into it
    ("DE", "CH", False, "physical_goods", "0", "G", "export"),
    ("DE", "US", False, "books", "0", "G", "export"),
    ("DE", "GB", False, "digital_service", "0", "G", "outside_scope"),
    ("FR", "US", True, "consulting", "0", "G", "outside_scope"),
    ("CH", "DE", False, "digital_service", "0", "O", "outside_scope"),
    ("US", "DE", True, "physical_goods", "0", "O", "outside_scope"),
    ("US", "US", False, "services", "0", "O", "outside_scope"),
    # not taxable
    ("DE", "DE", False, "not_taxable", "0", "E", "not_taxable"),
    ("DE", "FR", True, "not_taxable", "0", "E", "not_taxable"),
    ("DE", "CH", False, "not_taxable", "0", "G", "outside_scope"),
    ("US", "CH", False, "not_taxable", "0", "O", "outside_scope"),
]


def a_seller(country: str, **given: Any) -> Merchant:
    return Merchant(
        **{"country": country, "vat_id": VAT_IDS.get(country, ""), "time_zone": "Europe/Berlin"}
        | given
    )


def an_id(value: str, verification: TaxIdVerification = TaxIdVerification.NOT_ASKED) -> TaxId:
    return TaxId(type="eu_vat", value=value, verification=verification)


def treated(
    seller: Merchant, buyer: str, code: str, *tax_ids: TaxId, at: datetime = NOON
) -> TaxTreatment:
    return treatment(seller, Customer(country=buyer), tax_ids, code, at)


@pytest.mark.parametrize(
    ("seller", "buyer", "business", "code", "rate", "category", "reason"), CASES
)
def test_how_a_sale_is_taxed(
    seller: str, buyer: str, business: bool, code: str, rate: str, category: str, reason: str
) -> None:
    ids = [an_id(VAT_IDS[buyer])] if business and buyer in VAT_IDS else []

    assert treated(a_seller(seller), buyer, code, *ids) == TaxTreatment(
        Decimal(rate), category, reason
    )


@pytest.mark.parametrize("seller", ["DE", "FR", "AT", "CH", "US"])
@pytest.mark.parametrize("buyer", ["DE", "FR", "CH", "US", ""])
@pytest.mark.parametrize("code", TAX_CODES)
def test_a_small_business_charges_nobody(seller: str, buyer: str, code: str) -> None:
    small = a_seller(seller, tax_scheme=TaxScheme.SMALL_BUSINESS)
    ids = [an_id(VAT_IDS[buyer])] if buyer in VAT_IDS else []

    assert treated(small, buyer, code, *ids) == TaxTreatment(
        Decimal(0), "E", TaxReason.SMALL_BUSINESS
    )


@pytest.mark.parametrize(
    ("verification", "category"),
    [("not_asked", "AE"), ("pending", "AE"), ("valid", "AE"), ("invalid", "S")],
)
def test_what_vies_said_decides(verification: str, category: str) -> None:
    buyer = an_id(VAT_IDS["FR"], TaxIdVerification(verification))

    assert treated(a_seller("DE"), "FR", "services", buyer).category == category


def test_one_good_id_among_refuted_ones_is_enough() -> None:
    ids = [an_id("FR61954506077", TaxIdVerification.INVALID), an_id(VAT_IDS["FR"])]

    assert treated(a_seller("DE"), "FR", "services", *ids).category == "AE"


@pytest.mark.parametrize("value", [VAT_IDS["AT"], VAT_IDS["DE"], "FR00000000000", "", "nonsense"])
def test_an_id_of_another_country_or_none_makes_no_business(value: str) -> None:
    assert treated(a_seller("DE"), "FR", "digital_service", an_id(value)).category == "S"


def test_a_number_of_another_kind_makes_no_business() -> None:
    number = TaxId(type="de_stn", value="18181508155", verification=TaxIdVerification.VALID)

    assert treated(a_seller("FR"), "DE", "services", number).category == "S"


@pytest.mark.parametrize("vat_id", ["", "CHE107787577MWST", "DE1"])
def test_without_an_own_vat_id_there_is_no_reverse_charge(vat_id: str) -> None:
    seller = a_seller("DE", vat_id=vat_id)

    assert treated(seller, "FR", "digital_service", an_id(VAT_IDS["FR"])).category == "S"
    assert treated(seller, "CH", "physical_goods").category == "O"


@pytest.mark.parametrize(
    ("at", "rate"),
    [
        (utc(2024, 12, 31, 21, 59), "20"),
        (utc(2024, 12, 31, 22, 0), "23"),
        (utc(2026, 3, 10), "23"),
    ],
)
def test_the_day_is_that_of_the_merchant(at: datetime, rate: str) -> None:
    seller = a_seller("DE", time_zone="Europe/Athens")

    assert treated(seller, "SK", "digital_service", at=at).rate == Decimal(rate)


def test_a_tax_code_nobody_knows_is_refused() -> None:
    with pytest.raises(TaxCodeUnknown):
        treated(a_seller("DE"), "DE", "smuggling")


def test_a_day_before_the_table_is_refused() -> None:
    with pytest.raises(TaxRateUnknown):
        treated(a_seller("DE"), "DE", "services", at=utc(2019, 6, 1))


countries = st.sampled_from(sorted(EU | set(TERRITORIES) | {"CH", "GB", "NO", "US", "JP", ""}))


@given(
    countries.filter(bool),
    countries,
    st.lists(st.sampled_from(sorted(TAX_CODES)), min_size=2, max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_the_lines_of_one_invoice_may_stand_together(
    seller: str, buyer: str, codes: list[str], has_vat_id: bool, is_small: bool
) -> None:
    merchant = a_seller(
        seller,
        vat_id=VAT_IDS["DE"] if has_vat_id else "",
        tax_scheme=TaxScheme.SMALL_BUSINESS if is_small else TaxScheme.STANDARD,
    )
    ids = [an_id(VAT_IDS[buyer])] if buyer in VAT_IDS else []
    found = [treated(merchant, buyer, code, *ids) for code in codes]

    categories = {line.category for line in found}
    assert categories == {"O"} or "O" not in categories  # BR-O-11
    for line in found:
        assert (line.category == "S") == bool(line.rate)
        assert (line.reason == TaxReason.TAXED) == (line.category in {"S", "Z"})
        if line.category in {"AE", "K", "G"}:
            assert merchant.vat_id  # BR-AE-02, BR-IC-02, BR-G-02


@pytest.mark.parametrize(
    ("value", "country"),
    [("EL094259216", "GR"), ("DE136695976", "DE"), ("", ""), ("GB980780684", ""), ("DE1", "")],
)
def test_a_vat_id_names_its_country(value: str, country: str) -> None:
    assert country_of_vat_id(value) == country
    assert is_business("GR", [an_id(value)]) == (country == "GR")


# the last day of the former rate, and the first of the next
CHANGES = """
DE standard 2020-07-01 19 16 | DE standard 2021-01-01 16 19 | DE books 2020-07-01 7 5
IE standard 2020-09-01 23 21 | IE standard 2021-03-01 21 23 | IE ebooks 2024-01-01 9 0
LU standard 2023-01-01 17 16 | LU standard 2024-01-01 16 17
EE standard 2024-01-01 20 22 | EE standard 2025-07-01 22 24 | EE newspapers 2025-01-01 5 9
FI standard 2024-09-01 24 25.5 | FI books 2025-01-01 10 14 | FI books 2026-01-01 14 13.5
SK standard 2025-01-01 20 23 | SK books 2025-01-01 10 5 | SK food 2025-01-01 20 19
RO standard 2025-08-01 19 21 | RO food 2025-08-01 9 11 | RO books 2025-08-01 5 11
CZ food 2024-01-01 15 12 | CZ books 2024-01-01 10 0 | CY books 2023-07-21 5 3
LV books 2022-01-01 12 5 | LT books 2026-01-01 9 5 | ES ebooks 2020-04-23 21 4
SE food 2026-04-01 12 6 | SE food 2028-01-01 6 12 | PL food 2024-04-01 0 5
AT books 2020-07-01 10 5 | AT books 2022-01-01 5 10 | BG books 2020-07-01 20 9
CH standard 2024-01-01 7.7 8.1 | GB ebooks 2020-05-01 20 0
"""
CODES = {"standard": "services"}


@pytest.mark.parametrize(
    "change", [change.strip() for change in CHANGES.replace("\n", "|").split("|") if change.strip()]
)
def test_a_new_rate_begins_on_its_day(change: str) -> None:
    country, category, day, before, after = change.split()
    first = date.fromisoformat(day)
    code = CODES.get(category, category)

    assert rate_for(country, code, date.fromordinal(first.toordinal() - 1)) == Decimal(before)
    assert rate_for(country, code, first) == Decimal(after)
