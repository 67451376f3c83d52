"""Card numbers are found however they are grouped; phone numbers and ids are let through."""

import pytest

from portal.billing.card_numbers import contains_card_number

CARD_NUMBERS = [
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4242.4242.4242.4242",
    "4242\u00a04242\u00a04242\u00a04242",
    "5555 5555 5555 4444",
    "3782 822463 10005",
    "6011111111111117",
    "my card is 4111111111111111, thanks",
    "card4111111111111111",
    "order 12 4111111111111111",
    "+4242424242424242",
    "\uff14\uff12\uff14\uff12 4242 4242 4242",
    "4222222222222",
    "6304000000000000000",
]
OTHER_TEXTS = [
    "",
    "Gartenweg 3",
    "4242424242424241",
    "+49 151 12345670 4",
    "0049 151 1234567",
    "424242424242",
    "42424242424242424242",
    "10115 Berlin",
    "2026-03-10 2026-04-10",
]


@pytest.mark.parametrize("text", CARD_NUMBERS)
def test_a_card_number_is_found(text: str):
    assert contains_card_number(text)


@pytest.mark.parametrize("text", OTHER_TEXTS)
def test_other_texts_are_let_through(text: str):
    assert not contains_card_number(text)


def test_every_changed_digit_breaks_the_check():
    number = "4242424242424242"
    for place in range(len(number)):
        other = str((int(number[place]) + 1) % 10)
        changed = number[:place] + other + number[place + 1 :]
        assert not contains_card_number(changed), changed
