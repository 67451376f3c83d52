"""What must never be stored, wherever it is typed: card numbers, and texts without an end."""

from collections.abc import Iterator

import pytest
from peewee import TextField

from portal.database import database
from portal.records import RECORDS
from tests.security.test_nasty_input import forms
from tests.web.test_every_route import clients, world

__all__ = ["clients", "forms", "world"]  # fixtures

CARDS = ("4242 4242 4242 4242", "No 4242424242424242")
ENDLESS = "x" * 20_000
# What makes a form acceptable but for the one field that is tried.
USUAL = {
    "email": "ada@example.test",
    "support_email": "help@example.test",
    "name": "Lindenhof",
    "line1": "Gartenweg 3",
    "postal_code": "10115",
    "city": "Berlin",
    "unit_amount": "12",
    "amount": "1",
    "quantity": "1",
    "items-0-description": "Consulting",
    "items-0-quantity": "1",
    "items-0-amount": "12",
}
TEXTS = [
    (record, [field for field in record._meta.sorted_fields if isinstance(field, TextField)])
    for record in RECORDS
]


def kept(what: str) -> Iterator[str]:
    """Where in the database it stands, however it is spaced."""
    for record, fields in TEXTS:
        for row in record.select(*fields).tuples():
            for field, value in zip(fields, row, strict=True):
                if what in str(value).replace(" ", "").replace("-", ""):
                    yield f"{record.__name__}.{field.name}"


def stored(forms, typed: str, sought: str) -> list[tuple[str, str, str]]:
    """Form, field and column of what is kept of `typed`."""
    found = []
    for client, path, form in forms:
        usual = {one.name: one.value or USUAL.get(one.name, "") for one in form.controls}
        for name in [control.name for control in form.controls if control.is_typed]:
            cookies = dict(client._cookies)
            with database.atomic() as savepoint:
                client.post(path, data=usual | {name: typed})
                found += [(path, name, place) for place in kept(sought)]
                savepoint.rollback()
            client._cookies = cookies
    return found


@pytest.mark.parametrize("card", CARDS)
def test_no_form_keeps_a_card_number(forms, card):
    assert stored(forms, card, "4242424242424242") == []


def test_no_form_keeps_a_text_without_end(forms):
    assert stored(forms, ENDLESS, ENDLESS) == []


def test_what_may_be_kept_is_found(forms):
    """Otherwise the tests above would prove nothing."""
    assert len(stored(forms, "Lindenblatt", "Lindenblatt")) > 25
