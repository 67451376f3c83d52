"""A running installation and a browser; see tests/support/live.py and browser.py."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support.browser import launch
from tests.support.live import Installation, installation

LANGUAGE_TAGS = {"de": "de-DE", "en": "en-GB", "fr": "fr-FR"}
# Chromium says these itself of answers that are meant to be 409 or 422.
EXPECTED_NOISE = "Failed to load resource: the server responded with a status of 4"
MILLISECONDS = 10_000


@pytest.fixture(scope="session")
def live(
    new_database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with installation(new_database_url(), tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


class Visits:
    """The browser windows of one test; what went wrong in them fails it."""

    def __init__(self, browser: Browser, live: Installation) -> None:
        self.browser = browser
        self.live = live
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, *, language: str = "en", javascript: bool = True, **options: Any) -> Page:
        """A new window of somebody who has never been here."""
        context = self.browser.new_context(
            base_url=self.live.base_url,
            locale=LANGUAGE_TAGS[language],
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(MILLISECONDS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._look_at)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_NOISE):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _look_at(self, response: Any) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.complaints.append(f"{response.url}: {response.status}")

    def photograph(self, folder: Path) -> list[str]:
        """What is on the screens, for who looks into a failure."""
        told = []
        for number, context in enumerate(self.contexts):
            for page in context.pages:
                path = folder / f"page-{number}.png"
                page.screenshot(path=path, full_page=True)
                told.append(f"{page.url}\n{path}\n{page.locator('body').inner_text()[:1500]}")
        return told

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def visits(
    browser: Browser, live: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Visits]:
    visits = Visits(browser, live)
    yield visits
    report = request.node.stash.get(REPORT, None)
    if report is not None and report.failed:
        report.sections.append(("browser", "\n\n".join(visits.photograph(tmp_path))))
        report.sections.append(("server", live.log()[-4000:]))
    visits.close()
    assert not visits.complaints, visits.complaints


REPORT = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call":
        item.stash[REPORT] = report
    return report
