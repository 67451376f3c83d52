"""What people type, hold or are sent stands in no log line of a running installation."""

import json
import re
from collections.abc import Iterator

import pytest
import requests

from portal.accounts import passwords
from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import a_customer, a_login_link, a_user
from tests.operations.conftest import bare, place
from tests.support.live import Installation

__all__ = ["bare", "place"]  # fixtures

# No canary resembles another, so that a line that sings names its song.
CANARIES = (
    *("canaryquery", "canarynext", "canarylocal", "canarydomain", "canarycode", "canarypassword"),
    *("canarycookie", "canaryagent", "canaryreferer", "canaryheader", "canarypath", "canaryname"),
    *("canaryreset", "canarysearch", "canarytoken", "canaryfile", "canaryheld"),
)
FORM_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def served(place: Installation) -> Iterator[Installation]:
    """Web server and worker; no mail server, so that mails fail and are logged."""
    port = place.base_url.rpartition(":")[2]
    place.variables["PORTAL_SIGNUP"] = "open"
    place.variables["PORTAL_LOG_LEVEL"] = "DEBUG"
    with place.running("serve", "--port", port, "--with-worker") as server:
        place.wait_until_ready(server)
        yield place


class Browser(requests.Session):
    """Carries canaries in everything that a browser sends by itself."""

    def __init__(self, place: Installation) -> None:
        super().__init__()
        self.place = place
        self.headers.update(
            {
                "User-Agent": "canaryagent/1.0",
                "Referer": place.url("/p/?x=canaryreferer"),
                "X-Forwarded-For": "canaryheader",
                "X-Request-Id": "canaryheader\\r\\n{}",
            }
        )
        self.cookies.set("portal_challenge", "sic_canarycookie.canarycookie")
        self.trust_env = False

    def see(self, path: str) -> requests.Response:
        return self.get(self.place.url(path), timeout=90)

    def submit(self, page: str, path: str, **fields: str) -> requests.Response:
        found = FORM_TOKEN.search(self.see(page).text)
        data = fields | {"csrf_token": found[1] if found else ""}
        return self.post(self.place.url(path), data=data, timeout=90)


def test_no_canary_sings_in_the_logs(served: Installation):
    with served.data():
        link = a_login_link()
        user = a_user(
            merchant=link.merchant, password_hash=passwords.hashed("canarypassword of an owner")
        )
        customer = a_customer(
            merchant=link.merchant, email="canarylocal@canarydomain.test", name="canaryname"
        )
        _, held = PortalSession.open(
            customer, at=now(), configuration=link.configuration, email=customer.email
        )
    login = f"/p/login/{link.token}"
    browser = Browser(served)

    browser.see(f"{login}?prefilled_email=canaryquery%40canarydomain.test&next=/p/canarynext")
    browser.submit(login, login, email="canarylocal@canarydomain.test", next="/p/canarynext")
    browser.submit(f"{login}/code", f"{login}/code", code="canarycode")
    browser.see("/p/login/canarytoken?prefilled_email=canaryquery")
    for path in ("/p/canarypath", "/canarypath\x85", "/p/i/canarytoken", "/p/files/canaryfile-x"):
        browser.see(path)
    browser.submit(
        "/dashboard/sign-in", "/dashboard/sign-in", email=user.email, password="canarypassword"
    )
    browser.submit(
        "/dashboard/sign-in",
        "/dashboard/sign-in",
        email=user.email,
        password="canarypassword of an owner",
    )
    browser.see("/dashboard/customers?q=canarysearch&search=canarysearch")
    browser.submit("/dashboard/customers/new", "/dashboard/customers", name="canaryname", email="x")
    browser.submit(
        "/dashboard/password-reset",
        "/dashboard/password-reset",
        email="canarylocal@canarydomain.test",
    )
    browser.see("/dashboard/password-reset/new-password?token=canaryreset")
    browser.see("/dashboard/setup?token=canaryreset")
    browser.cookies.set("portal_customer", held)
    assert "canaryname" in browser.see("/p/").text

    lines = served.log().splitlines()
    said = "\n".join(lines)
    assert [canary for canary in (*CANARIES, held, link.token) if canary in said] == []
    requests_logged = [json.loads(line) for line in lines if '"route"' in line]
    assert len(requests_logged) > 20
    assert all(set(line) <= ALLOWED for line in requests_logged)


# The fields of a line about a request; a new one is a decision.
ALLOWED = frozenset({"id", "method", "route", "status", "ms", "event", "level", "timestamp"})
