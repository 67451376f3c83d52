"""A running installation and a browser; see tests/support/live.py and browser.py."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.e2e.visits import MILLISECONDS, Visits
from tests.support.browser import launch
from tests.support.live import Installation, installation

REPORT = pytest.StashKey[pytest.TestReport]()
expect.set_options(timeout=MILLISECONDS)


@pytest.fixture(scope="session")
def live(
    new_database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with installation(new_database_url(), tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser_with_large_type(playwright: Playwright) -> Iterator[Browser]:
    """Set up by somebody who needs letters twice as large."""
    browser = launch(playwright, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26")
    yield browser
    browser.close()


@pytest.fixture
def visits(
    browser: Browser, live: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Visits]:
    visits = Visits(browser, live)
    yield visits
    report = request.node.stash.get(REPORT, None)
    if report is not None and report.failed:
        report.sections.append(("browser", "\n\n".join(visits.photograph(tmp_path))))
        report.sections.append(("server", live.last_exception()))
    visits.close()
    assert not visits.complaints, visits.complaints


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[REPORT] = report
    return report
