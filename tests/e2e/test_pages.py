"""Every page can be used by everybody: WCAG 2.2 AA, little room, large type, any brand."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.axe import CONTRAST, violations
from tests.e2e.layout import cut_off, overlaps, too_wide
from tests.e2e.routes import is_public, pages, path_of
from tests.e2e.world import World
from tests.support.live import Installation

pytestmark = pytest.mark.e2e

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
LARGE_TYPE = "html { font-size: 200% !important }"
SCHEMES = ("light", "dark")
WORST_COLORS = ("#ffff00", "#000000", "#ff00ff", "#808080", "#ffffff")
NEW_BRAND = """href => new Promise(done => {
  const link = document.querySelector('link[href^="/p/brand.css"]');
  if (!link) return done(false);
  const next = link.cloneNode();
  next.onload = () => { link.remove(); done(true); };
  next.href = href;
  link.after(next);
})"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each page that the routes know."""
    if "endpoint" in metafunc.fixturenames:
        room = "customer" if "brand" in metafunc.function.__name__ else ""
        metafunc.parametrize("endpoint", pages(room))


@pytest.fixture(scope="module")
def world(live: Installation) -> World:
    with live.data():
        return World()


@pytest.fixture(scope="module")
def windows(browser: Browser, live: Installation, world: World) -> Iterator[dict[bool, Page]]:
    """By whether anybody may see the page: a window of a guest, and of who is signed in."""
    with live.data():
        cookies = [world.customer_cookie(), world.member_cookie()]
    contexts = [
        browser.new_context(
            base_url=live.base_url, locale="en-GB", bypass_csp=True, reduced_motion="reduce"
        )
        for _ in range(2)
    ]
    contexts[0].add_cookies([{**cookie, "url": live.base_url} for cookie in cookies])
    yield {False: contexts[0].new_page(), True: contexts[1].new_page()}
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(windows: dict[bool, Page], live: Installation, world: World) -> Callable[[str], Page]:
    def open_page(endpoint: str) -> Page:
        page = windows[is_public(endpoint)]
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        path = path_of(endpoint, world)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} {path}\n{live.log_of(answer.status)}"
        assert "text/html" in answer.headers["content-type"], answer.headers
        assert urlsplit(page.url).path == urlsplit(path).path, "this page leads elsewhere"
        return page

    return open_page


def words(found: dict[str, list[str]]) -> str:
    """What was found, a line each."""
    return "\n".join(f"{what}: {problem}" for what, some in found.items() for problem in some)


def test_the_page_is_for_everybody(endpoint: str, open_page: Callable[[str], Page]):
    page = open_page(endpoint)

    found: dict[str, list[str]] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found[scheme] = violations(page)
    found["overlaps"] = overlaps(page)
    page.set_viewport_size(PHONE)
    found["320 pixels"] = too_wide(page) + overlaps(page)
    page.add_style_tag(content=LARGE_TYPE)
    page.set_viewport_size(DESKTOP)
    found["200 % type"] = too_wide(page) + cut_off(page) + overlaps(page)

    assert not (told := words(found)), told


def test_no_brand_makes_the_page_unreadable(endpoint: str, open_page: Callable[[str], Page]):
    page = open_page(endpoint)

    found: dict[str, list[str]] = {}
    for color in WORST_COLORS:
        brand = {"brand": color[1:], "accent": color[1:], "font": "system", "shape": "rounded"}
        assert page.evaluate(NEW_BRAND, f"/p/brand.css?{urlencode(brand)}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found[f"{color} {scheme}"] = violations(page, CONTRAST)

    assert not (told := words(found)), told
