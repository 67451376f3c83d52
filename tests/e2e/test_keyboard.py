"""Hands on the keyboard only: everything is reached, and it shows where one is."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hands import Hands
from tests.e2e.layout import focus_not_shown
from tests.e2e.visits import Visits
from tests.e2e.world import World
from tests.support.live import Installation
from tests.support.mail_server import code_in

pytestmark = pytest.mark.e2e

MOST_STOPS = 120
# Everything that is pressed or typed into; a group of radio buttons is one stop.
STOPS = """() => {
  const found = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')];
  const groups = new Set();
  return found.filter(element => {
    if (element.disabled || element.tabIndex < 0) return false;
    const closed = element.closest('details:not([open])');
    if (closed && !(element.tagName === 'SUMMARY' && element.parentElement === closed))
      return false;
    if (!element.checkVisibility({visibilityProperty: true})) return false;
    if (element.type !== 'radio') return true;
    const is_new = !groups.has(element.name);
    groups.add(element.name);
    return is_new;
  }).length;
}"""


@pytest.fixture
def world(live: Installation) -> World:
    with live.data():
        return World()


def press_tab_until(page: Page, selector: str) -> None:
    """Go on with Tab to the element, looking at every stop on the way."""
    for _ in range(MOST_STOPS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        if not page.evaluate("() => document.activeElement === document.body"):
            assert not focus_not_shown(page)
    raise AssertionError(f"Tab does not lead to {selector}")


def test_signing_in_and_out_needs_no_mouse(visits: Visits, live: Installation, world: World):
    page, email = visits.open(), world.customer.email
    page.goto(world.link.path())

    press_tab_until(page, 'input[name="email"]')
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    Hands(page).arrive(r"/p/login/[^/]+/code")
    code = code_in(live.mail.wait_for_code(email))
    press_tab_until(page, 'input[name="code"]')
    page.keyboard.type(code)
    press_tab_until(page, 'form[action$="/code"] button')
    page.keyboard.press("Enter")
    Hands(page).arrive("/p/")
    press_tab_until(page, 'form[action="/p/sign-out"] button')
    page.keyboard.press("Enter")

    Hands(page).arrive(r"/p/login/[^/]+")


@pytest.mark.parametrize("path", ["/p/", "/p/billing-information", "/dashboard"])
def test_tab_stops_at_everything_and_shows_where(
    visits: Visits, live: Installation, world: World, path: str
):
    page = visits.open()
    with live.data():
        cookies = [world.customer_cookie(), world.member_cookie()]
    page.context.add_cookies([{**cookie, "url": live.base_url} for cookie in cookies])
    page.goto(path)

    seen: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break
        assert not focus_not_shown(page)
        seen.append(page.evaluate("() => document.activeElement.outerHTML.slice(0, 80)"))

    assert len(seen) == page.evaluate(STOPS), seen


def test_the_first_stop_leads_past_the_navigation(visits: Visits, live: Installation, world: World):
    page = visits.open()
    with live.data():
        cookie = world.member_cookie()
    page.context.add_cookies([{**cookie, "url": live.base_url}])
    page.goto("/dashboard")

    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
