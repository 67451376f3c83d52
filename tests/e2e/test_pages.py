"""Every page can be used by everybody: WCAG 2.2 AA, little room, large type, any brand."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.axe import CONTRAST, violations
from tests.e2e.doors import STEPS, Doors
from tests.e2e.layout import cut_off, overlaps, too_wide
from tests.e2e.offer_doors import SCENES
from tests.e2e.routes import endpoint_of, is_public, pages
from tests.e2e.world import World
from tests.support.engines import ENGINE
from tests.support.live import Installation

pytestmark = pytest.mark.e2e

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
SCHEMES = ("light", "dark")
SAMPLED = 8
# What is folded is part of the page.
UNFOLD = "() => document.querySelectorAll('main details').forEach(part => part.open = true)"
WORST_COLORS = ("#ffff00", "#000000", "#ff00ff", "#808080")
# Nobody's: before it is known whose portal it is, and at the sandbox's provider.
HAS_BRAND = """() => document.querySelector('link[href^="/p/brand.css"]') !== null"""
NEW_BRAND = """href => new Promise(done => {
  const link = document.querySelector('link[href^="/p/brand.css"]');
  const next = link.cloneNode();
  next.onload = () => { link.remove(); done(); };
  next.href = href;
  link.after(next);
})"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each page that the routes know."""
    if "name" in metafunc.fixturenames:
        names = pages("customer" if "brand" in metafunc.function.__name__ else "")
        # How a page looks does not depend on the database.
        step = 1 if metafunc.config.stash[ENGINE] == "sqlite" else SAMPLED
        metafunc.parametrize("name", names[::step])


@pytest.fixture(scope="module")
def world(live: Installation) -> World:
    with live.data():
        return World()


@pytest.fixture(scope="module")
def doors(live: Installation, world: World) -> Doors:
    with live.data():
        return Doors(world)


class Readers:
    """Windows of a guest and of somebody who is signed in on both sides, in each browser."""

    def __init__(self, live: Installation, world: World) -> None:
        self.live = live
        with live.data():
            cookies = [world.customer_cookie(), world.member_cookie()]
        self.cookies = [{**cookie, "url": live.base_url} for cookie in cookies]
        self.windows: dict[tuple[Browser, bool], Page] = {}

    def window(self, browser: Browser, *, is_guest: bool) -> Page:
        if (browser, is_guest) not in self.windows:
            context = browser.new_context(
                base_url=self.live.base_url,
                locale="en-GB",
                bypass_csp=True,
                reduced_motion="reduce",
            )
            if not is_guest:
                context.add_cookies(self.cookies)  # type: ignore[arg-type]
            self.windows[browser, is_guest] = context.new_page()
        return self.windows[browser, is_guest]

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()


@pytest.fixture(scope="module")
def readers(live: Installation, world: World) -> Iterator[Readers]:
    readers = Readers(live, world)
    yield readers
    readers.close()


@pytest.fixture
def open_page(
    browser: Browser, readers: Readers, live: Installation, doors: Doors
) -> Callable[..., Page]:
    def open_page(name: str, browser: Browser = browser) -> Page:
        page = readers.window(browser, is_guest=is_public(endpoint_of(name)))
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        path = doors.path(name)
        if name in SCENES:
            with live.data():
                SCENES[name](doors.world)
        if name in STEPS:
            STEPS[name](page, doors.world)
        answer = page.goto(path)
        assert answer is not None
        why = live.last_exception() if answer.status >= 500 else ""
        assert answer.status == 200, f"{answer.status} {path}\n{why}"
        assert "text/html" in answer.headers["content-type"], answer.headers
        assert urlsplit(page.url).path == urlsplit(path).path, "this page leads elsewhere"
        page.evaluate(UNFOLD)
        return page

    return open_page


def words(found: dict[str, list[str]]) -> str:
    """What was found, a line each."""
    return "\n".join(f"{what}: {problem}" for what, some in found.items() for problem in some)


def test_the_page_is_for_everybody(name: str, open_page: Callable[..., Page]):
    page = open_page(name)

    found: dict[str, list[str]] = {}
    found["light"] = violations(page)
    page.emulate_media(color_scheme="dark")
    found["dark"] = violations(page, CONTRAST)
    found["overlaps"] = overlaps(page)
    page.set_viewport_size(PHONE)
    found["320 pixels"] = too_wide(page) + overlaps(page)

    assert not (told := words(found)), told


def test_the_page_has_room_for_large_type(
    name: str, browser_with_large_type: Browser, open_page: Callable[..., Page]
):
    page = open_page(name, browser_with_large_type)

    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "32px"
    assert not (told := too_wide(page) + cut_off(page) + overlaps(page)), told


def test_no_brand_makes_the_page_unreadable(name: str, open_page: Callable[..., Page]):
    page = open_page(name)

    assert page.evaluate(HAS_BRAND)
    found: dict[str, list[str]] = {}
    for color in WORST_COLORS:
        brand = {"brand": color[1:], "accent": color[1:], "font": "system", "shape": "rounded"}
        page.evaluate(NEW_BRAND, f"/p/brand.css?{urlencode(brand)}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found[f"{color} {scheme}"] = violations(page, CONTRAST)

    assert not (told := words(found)), told
