import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.money import allocate
from portal.billing.receipt_splits import Rate, Taxed, less, shares, split

STANDARD, REDUCED = Rate(2000, "S"), Rate(550, "S")
BILL = {STANDARD: Taxed(1000, 200), REDUCED: Taxed(1000, 55)}
amounts = st.integers(-(10**12), 10**12)


def test_all_of_a_document_has_its_own_sums():
    assert split(2255, BILL) == BILL


def test_a_part_is_divided_by_what_is_owed_at_each_rate():
    assert split(1000, BILL) == {STANDARD: Taxed(443, 89), REDUCED: Taxed(444, 24)}


def test_what_goes_back_mirrors_what_came():
    came, went = split(1000, BILL), split(-1000, BILL)

    assert {rate: taxed.plus(went[rate]) for rate, taxed in came.items()} == {
        STANDARD: Taxed(),
        REDUCED: Taxed(),
    }


def test_a_rate_at_which_something_was_taken_off_has_a_part_of_the_other_sign():
    bill = {STANDARD: Taxed(1000, 200), REDUCED: Taxed(-200, -11)}

    assert split(989, bill) == bill
    assert split(100, bill) == {STANDARD: Taxed(101, 20), REDUCED: Taxed(-20, -1)}


def test_net_and_tax_that_cancel_each_other_have_no_part():
    bill = {STANDARD: Taxed(1000, 200), REDUCED: Taxed(1, -1)}

    assert split(1200, bill)[REDUCED] == Taxed()


def test_a_credit_is_taken_off_at_its_own_rate():
    assert less(BILL, [{REDUCED: Taxed(400, 22)}, {Rate(0, "E"): Taxed(5, 0)}]) == {
        STANDARD: Taxed(1000, 200),
        REDUCED: Taxed(600, 33),
        Rate(0, "E"): Taxed(-5, 0),
    }


@given(amounts, st.lists(st.tuples(st.integers(-(10**9), 10**9), amounts), min_size=1, max_size=6))
def test_the_parts_come_to_the_amount_whatever_the_document_says(amount, lines):
    bill = {Rate(number, "S"): Taxed(net, tax) for number, (net, tax) in enumerate(lines)}
    if not sum(taxed.gross for taxed in bill.values()):
        return

    assert sum(taxed.gross for taxed in split(amount, bill).values()) == amount


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=6).filter(any))
def test_without_negative_weights_it_is_the_usual_allocation(amount, weights):
    assert shares(amount, weights) == allocate(amount, weights)


def test_weights_that_come_to_nothing_are_refused():
    with pytest.raises(ZeroDivisionError):
        shares(1, [1, -1])
