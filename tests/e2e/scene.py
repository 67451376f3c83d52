"""A customer, a merchant, and the window before them."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.hands import Hands
from tests.e2e.world import World
from tests.support.live import Installation
from tests.support.mail_server import code_in


@dataclass
class Scene:
    """A customer before the merchant's login link."""

    live: Installation
    world: World
    page: Page
    hands: Hands

    @property
    def email(self) -> str:
        return self.world.customer.email

    def sign_in(self) -> None:
        """With the link that the merchant shared, the address filled in already."""
        before = len(self.live.mail.mails_to(self.email))
        self.page.goto(self.world.link.path(self.email))
        expect(self.page.locator('input[name="email"]')).to_have_value(self.email)
        self.hands.send(f"/p/login/{self.world.link.token}")
        self.hands.arrive(r"/p/login/[^/]+/code")
        self.mail = self.live.mail.wait_for_code(self.email, after=before)
        self.hands.fill(code=code_in(self.mail))
        self.hands.send("/code")
        self.hands.arrive("/p/")

    def be_at_home(self) -> None:
        """Signed in already."""
        with self.live.data():
            cookie = self.world.customer_cookie()
        self.page.context.add_cookies([{**cookie, "url": self.live.base_url}])
        self.page.goto("/p/")

    def be_the_merchant(self) -> None:
        """Signed in to the dashboard already."""
        with self.live.data():
            cookie = self.world.member_cookie()
        self.page.context.add_cookies([{**cookie, "url": self.live.base_url}])

    def go(self, path: str) -> None:
        self.page.goto(path)
