"""How often: the numbers of the policy, for addresses, networks, merchants and browsers."""

from datetime import timedelta

import pytest

from portal.billing.events import Event
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_limits import SignInLimits, network_of
from portal.selfservice.sign_in_refusals import CodesTooFrequent, CodeWrong, TriesTooFrequent
from tests.factories import NOW, a_customer, a_login_link
from tests.selfservice.signing_in import MINUTE, SECOND, an_asker, asked, entered, wrong

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)
ADA = "ada@example.test"


@pytest.fixture
def link():
    link = a_login_link()
    a_customer(merchant=link.merchant, email=ADA)
    return link


def is_too_often(link, at, email=ADA, **given):
    try:
        asked(link, email, at, an_asker(**given))
    except CodesTooFrequent as refusal:
        return refusal.details["seconds"]
    return 0


def fail(link, times, at, email=ADA, **given):
    """So many wrong codes, however many challenges that takes."""
    limits = SignInLimits(link.merchant_id, email, an_asker(**given), at)
    for _ in range(times):
        limits.count_failure()


@pytest.mark.parametrize("email", [ADA, "nobody@example.test"])
def test_another_code_may_be_asked_for_after_thirty_seconds(link, email):
    asked(link, email, NOW)

    assert is_too_often(link, NOW + 10 * SECOND, email) == 20
    assert not is_too_often(link, NOW + 30 * SECOND, email)


def test_five_codes_in_fifteen_minutes_are_enough(link):
    for minute in range(5):
        asked(link, ADA, NOW + minute * MINUTE)

    assert is_too_often(link, NOW + 5 * MINUTE) == 600
    assert not is_too_often(link, NOW + 15 * MINUTE)


def test_twenty_codes_a_day_are_enough(link):
    for number in range(20):
        asked(link, ADA, NOW + number * 10 * MINUTE)

    assert is_too_often(link, NOW + timedelta(hours=23))
    assert not is_too_often(link, NOW + timedelta(hours=24))


def test_a_refused_request_leaves_the_code_alive(link):
    challenge, code, _ = asked(link, ADA, NOW)
    assert is_too_often(link, NOW + 5 * SECOND)

    assert isinstance(entered(challenge, code, NOW + 6 * SECOND), PortalSession)


def test_fifty_codes_an_hour_are_enough_for_a_network(link):
    for number in range(50):
        asked(link, f"person{number}@example.test", NOW)

    assert is_too_often(link, NOW, "one.more@example.test")
    assert not is_too_often(link, NOW, "one.more@example.test", ip="192.0.2.2")
    assert not is_too_often(link, NOW + HOUR, "two.more@example.test")


def test_a_household_counts_as_one():
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("") == ""


def test_a_hundred_tries_an_hour_are_enough_for_a_network(link):
    for number in range(20):
        challenge, code, _ = asked(link, f"person{number}@example.test", NOW)
        for _ in range(5):
            entered(challenge, wrong(code), NOW)
    challenge, code, _ = asked(link, ADA, NOW)

    refusal = entered(challenge, code, NOW)
    assert isinstance(refusal, TriesTooFrequent)
    assert refusal.details == {"seconds": 3600}
    assert isinstance(entered(challenge, code, NOW, an_asker(ip="192.0.2.2")), PortalSession)


def test_twenty_failures_an_hour_close_an_address_for_a_while(link):
    challenge, code, _ = asked(link, ADA, NOW)
    fail(link, 19, NOW)
    assert isinstance(entered(challenge, wrong(code), NOW), CodeWrong)

    assert isinstance(entered(challenge, code, NOW), TriesTooFrequent)
    assert is_too_often(link, NOW + MINUTE) == 59 * 60
    assert not is_too_often(link, NOW + HOUR)


def test_fifty_failures_a_day_close_an_address_for_that_day(link):
    for hour in (0, 2, 4):
        fail(link, 20, NOW + hour * HOUR)

    assert is_too_often(link, NOW + 10 * HOUR)
    assert not is_too_often(link, NOW + 24 * HOUR + SECOND)


def test_after_a_hundred_failures_in_a_row_there_is_one_code_an_hour(link):
    for day in range(3):
        for hour in (0, 2):
            fail(link, 20, NOW + day * 25 * HOUR + hour * HOUR)
    later = NOW + 5 * 25 * HOUR

    assert not is_too_often(link, later)
    assert is_too_often(link, later + 10 * MINUTE) == 50 * 60
    assert not is_too_often(link, later + HOUR)


def test_signing_in_ends_the_row_of_failures(link):
    for day in range(3):
        for hour in (0, 2):
            fail(link, 20, NOW + day * 25 * HOUR + hour * HOUR)
    later = NOW + 5 * 25 * HOUR
    challenge, code, _ = asked(link, ADA, later)
    entered(challenge, code, later)

    assert not is_too_often(link, later + MINUTE)


def test_a_known_browser_cannot_be_locked_out_from_elsewhere(link):
    fail(link, 20, NOW)
    known = an_asker(browser="the browser of Ada")

    challenge, code, _ = asked(link, ADA, NOW, known)

    assert isinstance(entered(challenge, code, NOW, known), PortalSession)


def test_a_known_browser_has_a_budget_too(link):
    fail(link, 20, NOW, browser="the browser of Ada")

    assert is_too_often(link, NOW, browser="the browser of Ada")
    assert not is_too_often(link, NOW)


def test_codes_get_longer_while_a_merchant_is_under_attack(link):
    for number in range(30):
        fail(link, 10, NOW, f"person{number}@example.test")
    assert len(asked(link, ADA, NOW)[1]) == 6

    fail(link, 1, NOW, "one.more@example.test")

    challenge, code, _ = asked(link, ADA, NOW + MINUTE)
    assert len(code) == 8
    assert isinstance(entered(challenge, code, NOW + MINUTE), PortalSession)


def test_codes_stay_long_until_one_quiet_hour(link):
    fail(link, 301, NOW, "bob@example.test")
    fail(link, 301, NOW + 50 * MINUTE, "bob@example.test")

    assert len(asked(link, ADA, NOW + 109 * MINUTE)[1]) == 8
    assert len(asked(link, ADA, NOW + 111 * MINUTE)[1]) == 6


def test_an_attack_on_one_merchant_is_nothing_to_another(link):
    fail(link, 301, NOW)

    assert len(asked(a_login_link(), ADA, NOW)[1]) == 6


def test_an_attack_is_reported_once_an_hour(link):
    fail(link, 400, NOW)
    alerts = Event.select().where(Event.type == "billing_portal.sign_in.under_attack")
    assert alerts.count() == 1

    fail(link, 400, NOW + HOUR)
    assert alerts.count() == 2


def test_without_limits_nothing_is_counted(link):
    for _ in range(30):
        assert not is_too_often(link, NOW, limited=False)
