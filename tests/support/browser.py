"""The browser that tests in tests/e2e drive, and what happens where there is none."""

import os
import shutil
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It runs as root in containers, without a GPU and with little shared memory, and calls nobody.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
WHY_NOT = "no Chromium on this machine: install the package chromium"


def system_chromium() -> str | None:
    """Where the machine's own Chromium is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@cache
def is_there_a_browser() -> bool:
    """Whether the machine has one, or Playwright has downloaded its own."""
    if system_chromium():
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def launch(playwright: Playwright, *more: str) -> Browser:
    """A headless Chromium: the machine's, or else Playwright's own."""
    return playwright.chromium.launch(executable_path=system_chromium(), args=[*ARGUMENTS, *more])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests where there is no browser; CI always has one, so there they fail."""
    browser_tests = [item for item in items if item.get_closest_marker("e2e")]
    if browser_tests and not os.environ.get("CI") and not is_there_a_browser():
        for item in browser_tests:
            item.add_marker(pytest.mark.skip(reason=WHY_NOT))
