import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.addresses import (
    COUNTRIES,
    INVALID,
    MAX_LENGTHS,
    REQUIRED,
    TOO_LONG,
    address_errors,
    address_format,
    address_lines,
    tidy_address,
)
from portal.billing.addresses import Address

BERLIN = Address("Torstraße 1", "", "10119", "Berlin", "", "DE")
LONDON = Address("10 Downing Street", "", "SW1A 2AA", "London", "", "GB")
AUSTIN = Address("1 Congress Ave", "Suite 5", "78701", "Austin", "TX", "US")


@pytest.mark.parametrize(
    ("country", "fields", "required"),
    [
        ("DE", "line1 line2 postal_code city", "line1 postal_code city"),
        ("FR", "line1 line2 postal_code city", "line1 postal_code city"),
        ("GB", "line1 line2 city postal_code", "line1 postal_code city"),
        ("US", "line1 line2 city state postal_code", "line1 city state postal_code"),
        ("IE", "line1 line2 city state postal_code", "line1 city"),
        ("IT", "line1 line2 postal_code city state", "line1 postal_code city"),
        ("HK", "state city line1 line2", "line1"),
        ("XX", "line1 line2 postal_code city", ""),
    ],
)
def test_a_form_asks_for_what_the_country_has(country, fields, required):
    form = address_format(country)
    assert " ".join(form.fields) == fields
    assert form.required == set(required.split())


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_format_can_be_filled_in(country):
    form = address_format(country)
    assert form.required <= set(form.fields) < set(MAX_LENGTHS)
    assert len(set(form.fields)) == len(form.fields)
    assert len({code for code, _ in form.states}) == len(form.states)


def test_parts_are_called_as_they_are_there():
    assert address_format("US").state_type == "state"
    assert address_format("US").postal_code_type == "zip"
    assert address_format("IE").postal_code_type == "eircode"
    assert address_format("GB").city_type == "post_town"
    assert ("CA", "California") in address_format("US").states


@pytest.mark.parametrize("address", [BERLIN, LONDON, AUSTIN], ids=lambda address: address.country)
def test_a_usual_address_is_well(address):
    assert address_errors(address) == {}
    assert tidy_address(address) == address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (
            Address(postal_code=" d-10119 ", country="de"),
            Address(postal_code="10119", country="DE"),
        ),
        (Address(postal_code="CH-8001", country="CH"), Address(postal_code="8001", country="CH")),
        (
            Address(postal_code="sw1a 2aa", country="GB"),
            Address(postal_code="SW1A 2AA", country="GB"),
        ),
        (Address(state="california", country="US"), Address(state="CA", country="US")),
        (Address(state="québec", country="CA"), Address(state="QC", country="CA")),
        (Address(state="Somewhere", country="US"), Address(state="Somewhere", country="US")),
        (Address(line1="  Torstraße \t 1\n"), Address(line1="Torstraße 1")),
        (Address(city="Mu\u0308nchen"), Address(city="München")),
    ],
    ids=ascii,
)
def test_spelling_is_put_right(typed, stored):
    assert tidy_address(typed) == stored


@pytest.mark.parametrize(
    ("address", "errors"),
    [
        (Address(), {"country": REQUIRED}),
        (Address(country="XX"), {"country": INVALID}),
        (Address(country="ZZ"), {"country": INVALID}),
        (Address(country="DE"), dict.fromkeys(["line1", "postal_code", "city"], REQUIRED)),
        (Address("Torstraße 1", "", "1011", "Berlin", "", "DE"), {"postal_code": INVALID}),
        (Address("Torstraße 1", "", "ABCDE", "Berlin", "", "DE"), {"postal_code": INVALID}),
        (Address("1 Congress Ave", "", "78701", "Austin", "", "US"), {"state": REQUIRED}),
        (Address("1 Congress Ave", "", "78701", "Austin", "XY", "US"), {"state": INVALID}),
        (Address("x" * 201, "", "10119", "Berlin", "", "DE"), {"line1": TOO_LONG}),
        (Address("a\x00b", "", "10119", "Berlin", "", "DE"), {"line1": INVALID}),
    ],
    ids=ascii,
)
def test_what_is_wrong_is_said_by_field(address, errors):
    assert address_errors(address) == errors


@pytest.mark.parametrize(
    "address",
    [
        Address("Via Roma 1", "", "00184", "Roma", "", "IT"),
        Address("Calle Mayor 1", "", "28013", "Madrid", "", "ES"),
        Address("1 O’Connell Street", "", "", "Dublin", "", "IE"),
        Address("Downing Street 10", "", "SW1A2AA", "London", "Greater London", "GB"),
        Address("Damrak 1", "", "1012LG", "Amsterdam", "", "NL"),
        Address("1 rue de Rivoli", "", "75 001", "Paris", "Île-de-France", "FR"),
        Address("Torstraße 1", "Hinterhof", "10119", "Berlin", "BE", "DE"),
    ],
    ids=lambda address: address.country,
)
def test_what_the_post_can_do_without_is_not_demanded(address):
    assert address_errors(tidy_address(address)) == {}


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (BERLIN, ["Torstraße 1", "10119 Berlin", "Germany"]),
        (LONDON, ["10 Downing Street", "London", "SW1A 2AA", "United Kingdom"]),
        (AUSTIN, ["1 Congress Ave", "Suite 5", "Austin, TX 78701", "United States"]),
        (Address(city="Austin", country="US"), ["Austin", "United States"]),
        (Address("Torstraße 1"), ["Torstraße 1"]),
        (Address(country="FR"), ["France"]),
        (Address(), []),
    ],
    ids=ascii,
)
def test_lines_are_in_the_order_of_the_country(address, lines):
    assert address_lines(address, "en") == lines


def test_the_country_is_left_out_at_home_and_named_in_the_language():
    assert address_lines(BERLIN, "fr", seen_from="DE") == ["Torstraße 1", "10119 Berlin"]
    assert address_lines(BERLIN, "fr")[-1] == "Allemagne"


texts = st.text(max_size=20)


@given(
    st.builds(Address, texts, texts, texts, texts, texts, st.sampled_from(sorted(COUNTRIES))),
)
def test_tidying_twice_changes_nothing_more(address):
    tidied = tidy_address(address)
    assert tidy_address(tidied) == tidied
    assert set(address_errors(tidied)) <= set(MAX_LENGTHS)
