"""Tiers and quantities as sentences."""

import pytest

from portal.billing.products import Price
from portal.web.tier_words import quantity_words, tier_note, tier_words


def a_tier(up_to, unit_amount, flat_amount=0):
    return {"up_to": up_to, "unit_amount": unit_amount, "flat_amount": flat_amount}


@pytest.fixture(autouse=True)
def request_in_english(app):
    with app.test_request_context("/healthz"):
        yield


def test_each_tier_is_a_sentence():
    tiers = [a_tier(1, 0, 900), a_tier(1000, 500), a_tier(None, 400, 2000)]
    price = Price(model="volume", currency="EUR", tiers_data=tiers)
    assert tier_words(price) == [
        "Unit 1: €9.00 in all",
        "Units 2 to 1,000: €5.00 each",
        "From unit 1,001: €4.00 each, plus €20.00",
    ]
    assert "whole quantity" in tier_note(price)


def test_without_tiers_there_is_nothing_to_say():
    price = Price(model="flat", currency="EUR", unit_amount=100)
    assert tier_words(price) == []
    assert tier_note(price) == ""


def test_quantities_name_their_unit():
    assert quantity_words(1, "") == "1 unit"
    assert quantity_words(1200, "") == "1,200 units"
    assert quantity_words(3, "seat") == "3 × seat"
