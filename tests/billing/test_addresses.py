from dataclasses import fields

import pytest

from portal.billing.addresses import Address


@pytest.mark.parametrize("part", [field.name for field in fields(Address)])
def test_an_address_is_more_than_a_country(part):
    assert bool(Address(**{part: "DE"})) == (part != "country")


def test_nothing_known_is_no_address():
    assert not Address()
