"""The browser windows of one test."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.support.live import Installation

LANGUAGE_TAGS = {"de": "de-DE", "en": "en-GB", "fr": "fr-FR"}
EXPECTED_NOISE = (
    # Chromium says this itself of answers that are meant to be 409 or 422.
    "Failed to load resource: the server responded with a status of 4",
    # A preview is on its way while the reader goes on to the next page.
    "htmx:sendAbort",
    "htmx:afterRequest",
)
# A busy machine takes its time; what is there sooner is not waited for.
MILLISECONDS = 60_000


class Visits:
    """Opens windows, and hears what goes wrong in them."""

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

    def _look_at(self, response: Response) -> None:
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
