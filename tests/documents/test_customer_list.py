"""Lists of customers from other programs."""

import pytest

from portal.documents.csv_text import csv_text
from portal.documents.customer_list import ListUnreadable, read_customers, write_customers
from tests.factories import NOW, a_customer


def read(text: str):
    return read_customers(text.encode())


def only(text: str):
    (row,) = read(text)
    return row


@pytest.mark.parametrize(
    "head",
    [
        "email,name,street,postal code,city,country",
        "E-Mail-Adresse,Name,Straße,PLZ,Ort,Land",
        "Adresse e-mail,Nom,Rue,Code postal,Ville,Pays",
        "EMAIL , Full Name,Address line 1,ZIP,Town,Country code",
    ],
)
def test_headings_are_understood_in_three_languages(head):
    row = only(f"{head}\nada@example.test,Ada,Gartenweg 3,10115,Berlin,DE\n")
    assert row.problems == []
    assert row.given["name"] == "Ada"
    assert [row.given[part] for part in ("line1", "postal_code", "city", "country")] == [
        "Gartenweg 3",
        "10115",
        "Berlin",
        "DE",
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_mark_between_cells_is_found(mark):
    assert only(f"email{mark}name\nada@example.test{mark}Ada\n").given["name"] == "Ada"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_they_like(end):
    assert len(read(end.join(["email", "a@example.test", "b@example.test"]))) == 2


def test_the_mark_at_the_beginning_does_not_matter():
    assert read_customers("email\nada@example.test".encode("utf-8-sig"))[0].problems == []


def test_lines_are_numbered_as_in_the_file_and_empty_ones_left_out():
    rows = read('email,notes\na@example.test,"two\nlines"\n\n,\nb@example.test,\n')
    assert [row.line for row in rows] == [3, 6]


def test_unknown_columns_are_ignored_and_missing_cells_empty():
    row = only("email,shoe size,name\nada@example.test\n")
    assert row.given["name"] == ""
    assert "shoe size" not in row.given


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "de"),
        ("Deutsch", "de"),
        ("fr-FR", "fr"),
        ("Français", "fr"),
        ("English", "en"),
        ("", ""),
    ],
)
def test_languages_are_understood(text, code):
    row = only(f"email,language\nada@example.test,{text}\n")
    assert (row.given["locale"], row.problems) == (code, [])


@pytest.mark.parametrize("text", ["FR", "fr", "France", "Frankreich", "FRANCE"])
def test_countries_are_understood(text):
    assert only(f"email,country\nada@example.test,{text}\n").given["country"] == "FR"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"email": ""}, ("email", "missing")),
        ({"email": "nobody"}, ("email", "malformed")),
        ({"name": "x" * 257}, ("name", "too_long")),
        ({"notes": "4242 4242 4242 4242"}, ("notes", "card_number")),
        ({"country": "Atlantis"}, ("country", "unknown")),
        ({"country": "DE", "plz": "1"}, ("postal_code", "unknown")),
        ({"city": "x" * 101, "country": "DE"}, ("city", "too_long")),
        ({"language": "Klingon"}, ("language", "unknown")),
    ],
)
def test_what_is_wrong_with_a_row_is_named(cells, problem):
    given = {"email": "ada@example.test", "name": "Ada"} | cells
    row = only("".join(csv_text(list(given), [list(given.values())])))
    assert problem in row.problems


def test_an_address_may_be_incomplete():
    assert only("email,city,country\nada@example.test,Berlin,DE\n").problems == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv_empty"),
        (b"email\n", "csv_empty"),
        (b"name\nAda\n", "csv_without_email"),
        ("email,name\nada@example.test,Müller".encode("latin-1"), "csv_not_utf8"),
        (b"PK\x03\x04\x00\x00", "csv_broken"),
        (b'email\n"never closed', "csv_broken"),
        (b"email\n" + b"a@example.test\n" * 10_001, "csv_too_long"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_name(data, code):
    with pytest.raises(ListUnreadable) as refused:
        read_customers(data)
    assert refused.value.code == code


def test_what_is_written_can_be_read_again(db):
    customer = a_customer(
        name="=cmd()", company="Lindenhof", locale="fr", country="FR", city="Paris", notes="a\nb"
    )
    text = "".join(write_customers(iter([customer])))
    row = read_customers(text.encode())[0]
    assert row.given["name"] == "=cmd()"
    assert "'=cmd()" in text
    assert (row.given["locale"], row.given["country"]) == ("fr", "FR")
    assert row.given["notes"] == "a\nb"
    assert NOW.isoformat() in text
