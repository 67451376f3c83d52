"""Limits hold over any span, for everybody at once, and forget when they should."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal import throttle
from portal.database import database
from portal.throttle import RateCounter, key_of
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("db")
MAILS = "2 per minute; 3 per hour"
SECOND = timedelta(seconds=1)


def test_as_many_as_the_limit_pass_and_one_more_does_not():
    assert [throttle.hit("2/minute", "mails", "ada", at=NOW) for _ in range(3)] == [
        True,
        True,
        False,
    ]


def test_buckets_do_not_know_each_other():
    assert throttle.hit("1/minute", "mails", "ada", at=NOW)
    assert throttle.hit("1/minute", "mails", "bob", at=NOW)
    assert throttle.hit("1/minute", "tries", "ada", at=NOW)


def test_the_window_moves_with_the_clock():
    throttle.hit("2/minute", "mails", "ada", at=NOW)
    throttle.hit("2/minute", "mails", "ada", at=NOW + 50 * SECOND)

    assert not throttle.hit("2/minute", "mails", "ada", at=NOW + 59 * SECOND)
    assert throttle.hit("2/minute", "mails", "ada", at=NOW + 60 * SECOND)
    assert not throttle.hit("2/minute", "mails", "ada", at=NOW + 100 * SECOND)


def test_several_limits_of_one_bucket_all_hold():
    passed = [throttle.hit(MAILS, "mails", "ada", at=NOW + n * 61 * SECOND) for n in range(4)]

    assert passed == [True, True, True, False]
    assert RateCounter.select().count() == 1


def test_what_was_refused_is_not_counted():
    throttle.hit("1/minute", "mails", "ada", at=NOW)
    throttle.hit("1/minute", "mails", "ada", at=NOW + 59 * SECOND)

    assert throttle.hit("1/minute", "mails", "ada", at=NOW + 60 * SECOND)


def test_asking_counts_nothing():
    for _ in range(3):
        assert throttle.test("1/minute", "mails", "ada", at=NOW)

    assert throttle.hit("1/minute", "mails", "ada", at=NOW)
    assert not throttle.test("1/minute", "mails", "ada", at=NOW)


def test_a_cost_counts_as_that_many():
    assert throttle.hit("3/minute", "rows", "ada", cost=2, at=NOW)
    assert not throttle.hit("3/minute", "rows", "ada", cost=2, at=NOW)
    assert throttle.hit("3/minute", "rows", "ada", cost=1, at=NOW)


def test_the_wait_is_until_the_next_one_passes():
    assert throttle.seconds_left(MAILS, "mails", "ada", at=NOW) == 0
    throttle.hit(MAILS, "mails", "ada", at=NOW)
    throttle.hit(MAILS, "mails", "ada", at=NOW + 10 * SECOND)

    asked = NOW + 20 * SECOND
    wait = throttle.seconds_left(MAILS, "mails", "ada", at=asked)

    assert wait == 40
    assert not throttle.test(MAILS, "mails", "ada", at=asked + (wait - 1) * SECOND)
    assert throttle.test(MAILS, "mails", "ada", at=asked + wait * SECOND)


def test_the_longest_wait_of_several_limits_counts():
    for minutes in (0, 2, 4):
        throttle.hit(MAILS, "mails", "ada", at=NOW + timedelta(minutes=minutes))

    assert throttle.seconds_left(MAILS, "mails", "ada", at=NOW + timedelta(minutes=5)) == 55 * 60


def test_a_cleared_bucket_is_empty():
    throttle.hit("1/minute", "mails", "merchant", "ada", at=NOW)

    throttle.clear("mails", "merchant", "ada")

    assert throttle.hit("1/minute", "mails", "merchant", "ada", at=NOW)


def test_what_is_given_back_does_not_count():
    throttle.hit("2/minute", "tries", "ada", at=NOW)
    throttle.hit("2/minute", "tries", "ada", at=NOW + SECOND)

    throttle.give_back("tries", "ada")
    throttle.give_back("tries", "bob")

    assert throttle.seconds_left("2/minute", "tries", "ada", at=NOW + SECOND) == 0
    assert throttle.hit("2/minute", "tries", "ada", at=NOW + SECOND)
    assert throttle.seconds_left("2/minute", "tries", "ada", at=NOW + SECOND) == 59


def test_a_glance_answers_for_several_buckets():
    throttle.hit("1/minute", "mails", "ada", at=NOW)

    glance = throttle.Glance(NOW, ("mails", "ada"), ("mails", "bob"))

    assert glance.seconds_left("1/minute", "mails", "ada") == 60
    assert glance.test("1/minute", "mails", "bob")
    assert not glance.test("1/minute", "mails", "ada")


def test_switched_off_everything_passes_and_nothing_is_written():
    for _ in range(3):
        assert throttle.hit("1/minute", "mails", "ada", at=NOW, limited=False)

    assert throttle.test("1/minute", "mails", "ada", at=NOW, limited=False)
    assert throttle.seconds_left("1/minute", "mails", "ada", at=NOW, limited=False) == 0
    assert RateCounter.select().count() == 0


def test_the_sweep_takes_only_what_no_limit_asks_about():
    throttle.hit("1/minute", "mails", "ada", at=NOW)
    throttle.hit("1/hour", "mails", "bob", at=NOW)

    assert throttle.sweep(NOW + timedelta(minutes=2)) == 1
    assert not throttle.test("1/hour", "mails", "bob", at=NOW + timedelta(minutes=2))


def test_nobody_reads_addresses_in_the_counters():
    throttle.hit("1/minute", "mails", "ada@example.test", at=NOW)

    assert "ada" not in RateCounter.get().key
    assert key_of("mails", "ada@example.test") == RateCounter.get().key


def test_many_at_once_are_counted_one_by_one():
    """Other connections than the test's own, so what they count is committed and cleared."""

    def knock(_: int) -> bool:
        with database.connection_context():
            return throttle.hit("3/minute", "at once", "ada", at=NOW)

    def clear() -> None:
        with database.connection_context():
            throttle.clear("at once", "ada")

    with ThreadPoolExecutor(8) as crowd:
        passed = list(crowd.map(knock, range(16)))
        crowd.submit(clear).result()

    assert sum(passed) == 3
