"""What is wrong is said in words, where it is wrong, to everybody; what was typed stays."""

from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.hands import Hands
from tests.e2e.layout import too_wide
from tests.e2e.visits import Visits
from tests.e2e.world import World
from tests.support.live import Installation

pytestmark = pytest.mark.e2e


class Mistake(NamedTuple):
    """A form sent with something wrong in it."""

    page: str
    action: str
    typed: dict[str, str]
    wrong: str  # the name of the field that is to blame


MISTAKES = {
    "no address": Mistake("/p/login/{link}", "/p/login/{link}", {"email": "ada at home"}, "email"),
    "no country's postal code": Mistake(
        "/p/billing-information",
        "/p/billing-information",
        {"postal_code": "1"},
        "postal_code",
    ),
    "no tax id": Mistake("/p/tax-ids", "/p/tax-ids", {"value": "DE1"}, "value"),
    "no reason": Mistake(
        "/p/subscriptions/{ending}/cancellation", "/cancellation/reason", {}, "reason"
    ),
    "no business": Mistake(
        "/dashboard/sign-up", "/dashboard/sign-up", {"email": "rosa@example.test"}, "name"
    ),
    "no password": Mistake(
        "/dashboard/sign-in", "/dashboard/sign-in", {"email": "rosa@example.test"}, "password"
    ),
    "no name of a product": Mistake(
        "/dashboard/products/new", "/dashboard/products", {"unit_amount": "12"}, "name"
    ),
    "no address of a customer": Mistake(
        "/dashboard/customers/new", "/dashboard/customers", {"name": "Ada"}, "email"
    ),
    "no website": Mistake(
        "/dashboard/settings", "/dashboard/settings", {"website": "x"}, "website"
    ),
    "no return address": Mistake(
        "/dashboard/portal", "/dashboard/portal", {"default_return_url": "x"}, "default_return_url"
    ),
}


@pytest.fixture(scope="module")
def world(live: Installation) -> World:
    with live.data():
        return World()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_where_it_was_made(
    visits: Visits, live: Installation, world: World, mistake: Mistake, script: bool
):
    page = visits.open(javascript=script, bypass_csp=True, reduced_motion="reduce")
    places = {"link": world.link.token, "ending": world.ending.id}
    if not any(word in mistake.page for word in ("login", "sign-")):
        with live.data():
            cookies = [world.customer_cookie(), world.member_cookie()]
        page.context.add_cookies([{**cookie, "url": live.base_url} for cookie in cookies])
    page.goto(mistake.page.format(**places))
    hands = Hands(page)

    hands.fill(**mistake.typed)
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.status != 200
    ) as answer:
        hands.send(mistake.action.format(**places))

    assert answer.value.status == 422
    blamed = page.locator(f'main [name="{mistake.wrong}"]').first
    expect(page.locator(".field--wrong, fieldset:has(.field__errors)").first).to_be_visible()
    expect(page.locator(".field__errors").first).not_to_be_empty()
    expect(blamed).to_be_attached()
    for name, value in mistake.typed.items():
        expect(page.locator(f'main [name="{name}"]').last).to_have_value(value)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not too_wide(page)
    if script:
        assert not violations(page)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/p/login/unknown", 404),
        ("/p/i/unknown", 404),
        ("/p/nothing", 404),
        ("/dashboard/nothing", 404),
        ("/nothing", 404),
    ],
)
def test_an_address_that_leads_nowhere_says_so_to_everybody(visits: Visits, path: str, status: int):
    page = visits.open(bypass_csp=True)

    answer = page.goto(path)

    assert answer
    assert answer.status == status
    expect(page.locator("h1")).to_be_visible()
    assert not violations(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not too_wide(page)
