"""Recent sign-ins, in words that people recognise."""

import pytest

from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.web.customer.sign_ins import device
from tests.factories import a_customer, a_login_link

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        (CHROME, "Chrome, Android"),
        (CHROME + " Edg/128.0", "Edge, Android"),
        ("curl/8.0 (Linux)", "Linux"),
    ],
)
def test_a_device_is_named_as_people_name_it(user_agent, words):
    assert device(user_agent) == words


def test_index_shows_own_sign_ins_and_not_the_looks_of_the_team(app, sign_in):
    customer = a_customer()
    configuration = a_login_link(merchant=customer.merchant).configuration
    given = {"at": now(), "configuration": configuration}
    PortalSession.open(customer, user_agent=FIREFOX, **given)
    PortalSession.open(customer, user_agent=SAFARI, impersonator_id="usr_1", **given)
    PortalSession.open(a_customer(merchant=customer.merchant), user_agent=CHROME, **given)

    page = sign_in(customer).get("/p/sign-ins").text

    assert "Firefox, Windows" in page
    assert "iPhone" not in page
    assert "Android" not in page
    assert "Sign out everywhere" in page
