"""A new installation: whoever reads the server's console sets up the first merchant."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import violations
from tests.e2e.hands import Hands
from tests.e2e.layout import too_wide
from tests.e2e.visits import Visits
from tests.support.live import Installation, installation

pytestmark = pytest.mark.e2e

ADDRESS = re.compile(r"http://\S+/dashboard/setup\?token=\S+")


@pytest.fixture
def new_installation(new_database_url: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    with installation(new_database_url(), tmp_path, signup="first") as live:
        yield live


def test_the_first_merchant_is_set_up_once_by_the_printed_address(
    browser: Browser, new_installation: Installation
):
    visits = Visits(browser, new_installation)
    page = visits.open(bypass_csp=True)
    printed = ADDRESS.search(new_installation.log())
    assert printed, new_installation.log()

    page.goto(printed[0])
    assert not violations(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not too_wide(page)
    hands = Hands(page)
    hands.fill(name="Lindenhof", email="rosa@lindenhof.test", password="five words in a row here")
    hands.choose(country="DE")
    hands.send("/dashboard/setup")

    hands.arrive("/dashboard/?")
    expect(page.locator("#first-steps")).to_be_visible()
    again = page.goto(printed[0])
    assert again
    assert again.status == 404
    visits.close()
