"""What people do with a page, found by the names that stay stable and never by words."""

import re

from playwright.sync_api import Locator, Page, expect


class Hands:
    """Follows links and sends forms, whatever the language, with a script or without."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def form(self, action: str) -> Locator:
        """The form of the page's content whose address ends like this."""
        return self.page.locator(f'form[action$="{action}"]')

    def follow(self, address: str) -> None:
        """Press the first link whose address ends like this."""
        self.page.locator(f'a[href$="{address}"]').first.click()

    def fill(self, **fields: str) -> None:
        """Type into the fields of these names."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').last.fill(value)

    def choose(self, **fields: str) -> None:
        """Choose from lists, or one of several buttons, by value."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').first.wait_for(state="attached")
            options = self.page.locator(f'input[name="{name}"][value="{value}"]')
            if options.count():
                options.check(force=True)
            else:
                self.page.locator(f'select[name="{name}"]').select_option(value)

    def send(self, action: str, button: str = "") -> None:
        """Press the main button of the form with this address, or the one of this name."""
        named = f'button[name="{button}"]' if button else "button:not([name])"
        self.form(action).first.locator(f"{named}:not(.visually-hidden)").first.click()

    def arrive(self, path: str) -> None:
        """Wait until the address bar shows this path, whatever its query."""
        expect(self.page).to_have_url(_url(path))

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


def _url(path: str) -> re.Pattern[str]:
    return re.compile(rf"^https?://[^/]+{path}(\?.*)?(#.*)?$")
