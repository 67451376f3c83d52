import pytest

from portal.billing.legal_numbers import LegalNumberMalformed, check_number
from portal.billing.legal_requirements import Lacking, lacking
from portal.billing.merchants import Merchant, TaxScheme


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("iban", " de89 3704 0044 0532 0130 00 ", "DE89370400440532013000"),
        ("iban", "FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
        ("bic", "cobadeff", "COBADEFF"),
        ("bic", "BNPAFRPPXXX", "BNPAFRPPXXX"),
        ("creditor_id", "DE98 ZZZ 0999 9999 999", "DE98ZZZ09999999999"),
        ("siren", "732 829 320", "732829320"),
        ("siren", "732 829 320 00074", "73282932000074"),
        ("german_tax_number", "181/815/08155", "181/815/08155"),
        ("leitweg", "991-03730-19", "991-03730-19"),
        ("iban", "", ""),
    ],
)
def test_a_number_is_stored_in_its_own_spelling(kind, typed, stored):
    assert check_number(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("iban", "DE88370400440532013000"),
        ("iban", "DE8937040044053201300"),
        ("iban", "XX89370400440532013000"),
        ("iban", "D" * 5000),
        ("bic", "COBADE"),
        ("creditor_id", "DE99ZZZ09999999999"),
        ("siren", "732829321"),
        ("siren", "73282932000075"),
        ("siren", "7328293"),
        ("german_tax_number", "12"),
        ("leitweg", "991-03730-18"),
        ("siren", "７３２８２９３２０"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_mistyped_number_is_refused_with_an_example(kind, typed):
    with pytest.raises(LegalNumberMalformed) as refused:
        check_number(kind, typed)
    assert check_number(kind, refused.value.details["example"])


HERE = {"line1": "Gartenweg 3", "city": "Berlin"}
SMALL = {"tax_scheme": TaxScheme.SMALL_BUSINESS}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"country": "DE"}, [Lacking.TAX_NUMBER]),
        ({"country": "DE", "vat_id": "DE136695976"}, []),
        ({"country": "DE", "tax_number": "181/815/08155"}, []),
        ({"country": "DE"} | SMALL, [Lacking.TAX_NUMBER]),
        ({"country": "FR"}, [Lacking.SIREN, Lacking.VAT_ID]),
        ({"country": "FR", "registration_number": "732829320"} | SMALL, []),
        ({"country": "AT"}, [Lacking.VAT_ID]),
        ({"country": "AT"} | SMALL, []),
        ({"country": "US"}, []),
        ({"country": "US", "city": ""}, [Lacking.ADDRESS]),
        ({"country": "DE", "line1": ""}, [Lacking.ADDRESS, Lacking.TAX_NUMBER]),
    ],
)
def test_what_an_invoice_lacks_by_law(given, missing):
    assert lacking(Merchant(**HERE | given)) == missing
