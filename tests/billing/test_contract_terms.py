"""From when on a contract can end: a table of what was agreed and what is asked for."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.billing.contract_terms import (
    TermsOutOfRange,
    check_terms,
    next_possible_end,
    terms_of,
)
from tests.factories import NOW, a_price, a_subscription, utc

pytestmark = pytest.mark.usefixtures("db")

# Begun on 10 March 2026 at 9:30 UTC, by the month, in Berlin (UTC+1, from 29 March UTC+2).
APRIL = utc(2026, 4, 10, 8, 30)
MAY = utc(2026, 5, 10, 8, 30)
A_YEAR = utc(2027, 3, 10, 9, 30)


@pytest.mark.parametrize(
    ("months", "notice", "asked", "end"),
    [
        # Nothing agreed: the end of the period.
        (0, 0, NOW, APRIL),
        (0, 0, utc(2026, 4, 10, 8, 29), APRIL),
        # Notice only: the first period that ends after it.
        (0, 14, utc(2026, 3, 20), APRIL),
        (0, 14, utc(2026, 4, 1), MAY),
        (0, 30, utc(2026, 4, 9), MAY),
        (0, 90, utc(2026, 3, 20), utc(2026, 7, 10, 8, 30)),
        # A year's term, notice of 30 days, given early enough: the end of the term.
        (12, 30, NOW, A_YEAR),
        (12, 30, utc(2027, 2, 8, 9, 30), A_YEAR),
        # Too late for the term: no further term, only the notice (§ 309 Nr. 9 BGB).
        (12, 30, utc(2027, 2, 20, 9, 30), utc(2027, 3, 22, 9, 30)),
        (12, 30, utc(2027, 9, 1, 12, 0), utc(2027, 10, 1, 12, 0)),
        (12, 0, NOW, A_YEAR),
        (12, 0, utc(2027, 5, 5, 5, 0), utc(2027, 5, 5, 5, 0)),
    ],
)
def test_a_subscription_ends_as_was_agreed(months, notice, asked, end):
    subscription = a_subscription()
    subscription.minimum_term_months, subscription.notice_days = months, notice

    assert next_possible_end(subscription, asked) == end


def test_a_trial_binds_nobody():
    trial = a_subscription(trial_days=30)
    trial.minimum_term_months = 12

    assert next_possible_end(trial, NOW + timedelta(days=3)) == trial.trial_end
    assert next_possible_end(trial, trial.trial_end) == utc(2027, 4, 9, 9, 30)


def test_a_yearly_period_without_a_term_is_kept_to_its_end():
    subscription = a_subscription(price=a_price(interval="year"))

    assert next_possible_end(subscription, utc(2026, 6, 1)) == A_YEAR


def test_the_terms_say_until_when_one_is_bound():
    subscription = a_subscription()
    assert not terms_of(subscription).are_any

    subscription.minimum_term_months = 24
    assert terms_of(subscription).bound_until == utc(2028, 3, 10, 9, 30)


@pytest.mark.parametrize(("months", "notice"), [(-1, 0), (121, 0), (0, -1), (0, 366)])
def test_terms_beyond_reason_are_refused(months, notice):
    with pytest.raises(TermsOutOfRange):
        check_terms(months, notice)


@given(
    months=some.integers(0, 36),
    notice=some.integers(0, 90),
    days=some.integers(0, 1500),
)
def test_the_end_is_never_before_notice_and_term_nor_needlessly_late(months, notice, days):
    subscription = a_subscription()
    subscription.minimum_term_months, subscription.notice_days = months, notice
    asked = NOW + timedelta(days=days)
    bound = terms_of(subscription).bound_until or NOW

    end = next_possible_end(subscription, asked)
    hour = timedelta(hours=1)  # a day may be an hour shorter

    assert end >= bound
    assert end >= asked + timedelta(days=notice) - hour or end == subscription.current_period_end
    latest = max(bound, asked + timedelta(days=notice)) + timedelta(days=31) + hour
    assert end <= max(latest, subscription.current_period_end)
