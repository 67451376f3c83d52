"""What comes over the wire before the login page stands: little."""

import pytest
from playwright.sync_api import CDPSession, Page

from tests.e2e.visits import Visits
from tests.e2e.world import World
from tests.support.live import Installation

pytestmark = pytest.mark.e2e

MOST_BYTES = 40 * 1024


class Wire:
    """Counts what a page loads, as it was sent: compressed, headers included."""

    def __init__(self, page: Page) -> None:
        self.addresses: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict) -> None:
        self.addresses[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    @property
    def loads(self) -> dict[str, int]:
        return {self.addresses[key]: size for key, size in self.sizes.items()}


@pytest.fixture
def world(live: Installation) -> World:
    with live.data():
        return World()


def test_the_login_page_is_light_with_all_its_pictures(visits: Visits, world: World):
    page = visits.open()
    wire = Wire(page)

    page.goto(world.link.path(world.customer.email), wait_until="networkidle")

    assert any("/p/files/" in address for address in wire.loads)
    assert sum(wire.loads.values()) <= MOST_BYTES, wire.loads


def test_the_portal_home_is_light_but_for_the_pictures_of_products(
    visits: Visits, live: Installation, world: World
):
    page = visits.open()
    with live.data():
        # Nobody has all that the world has; two subscriptions are many already.
        world.customer = world.other
        world.a_method("visa", "4242", is_expired=False)
        for days_ago in (3, 40):
            world.subscribe(days_ago=days_ago)
        cookie = world.customer_cookie()
    page.context.add_cookies([{**cookie, "url": live.base_url}])
    wire = Wire(page)

    page.goto("/p/", wait_until="networkidle")

    loads = {where: size for where, size in wire.loads.items() if "/p/files/" not in where}
    assert any("htmx" in address for address in loads)
    assert sum(loads.values()) <= MOST_BYTES, loads


def test_the_login_page_loads_no_script(visits: Visits, world: World):
    page = visits.open()
    kinds: list[str] = []
    page.on("request", lambda request: kinds.append(request.resource_type))

    page.goto(world.link.path())

    assert "stylesheet" in kinds
    assert "script" not in kinds
