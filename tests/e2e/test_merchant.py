"""From signing up to a customer who uses the link: what a merchant does on the first day."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from portal.formatting import money
from tests.e2e.hands import Hands
from tests.e2e.visits import Visits
from tests.e2e.world import IMAGES
from tests.support.live import Installation
from tests.support.mail_server import code_in, link_in

pytestmark = pytest.mark.e2e

PASSWORD = "vier Wörter in einer Reihe"
CASES = [("de", True), ("fr", False)]
BRAND = "#7a1f5c"


@dataclass
class Merchant:
    """Somebody who has just heard of it."""

    live: Installation
    page: Page
    hands: Hands
    language: str
    has_script: bool
    email: str
    customer_email: str

    def sign_up(self) -> None:
        self.page.goto("/dashboard/sign-up")
        self.hands.fill(name="Brennholz Ardenne", email=self.email, password=PASSWORD)
        self.hands.choose(country="FR" if self.language == "fr" else "DE")
        self.hands.send("/dashboard/sign-up")
        self.hands.arrive("/dashboard/sign-up/sent")
        mail = self.live.mail.wait_for_mail(self.email)
        self.page.goto(link_in(mail, "/dashboard/sign-up/confirmation"))
        self.hands.send("/dashboard/sign-up/confirmation")
        self.hands.arrive("/dashboard/?")
        expect(self.page.locator("#first-steps")).to_be_visible()
        assert self.page.locator("html").get_attribute("lang") == self.language

    def begin(self, address: str) -> None:
        """Go on with a step of the checklist."""
        self.page.goto("/dashboard")
        self.page.locator("#first-steps").locator(f'a[href$="{address}"]').click()

    def add_a_product(self) -> None:
        self.begin("/dashboard/products/new")
        self.hands.fill(name="Abonnement bois", unit_amount="24,90")
        self.page.locator('input[name="image"]').set_input_files(IMAGES / "brume-piston.webp")
        self.hands.send("/dashboard/products")
        self.hands.arrive("/dashboard/products/prod_[^/]+")
        assert is_drawn(self.page, 'main img[src^="/p/files/"]')

    def add_a_customer(self) -> None:
        self.begin("/dashboard/customers/new")
        self.hands.fill(email=self.customer_email, name="Zoé Müller")
        self.hands.choose(locale=self.language)
        self.hands.send("/dashboard/customers")
        self.hands.arrive("/dashboard/customers/cus_[^/]+")

    def give_a_subscription(self) -> None:
        """From the page of the customer that was just added."""
        self.page.locator('main a[href*="/dashboard/subscriptions/new?customer_id="]').first.click()
        self.hands.fill(quantity="2")
        self.hands.send("/dashboard/subscriptions/previews")
        self.hands.sees(money(4980, "EUR", self.language))
        self.hands.send("/dashboard/subscriptions")
        self.hands.arrive("/dashboard/subscriptions/sub_[^/]+")

    def activate_the_link(self) -> None:
        self.begin("/dashboard/portal")
        self.hands.send("/dashboard/portal/link")
        self.link = self.page.locator("input#link_url").input_value()
        assert self.link.startswith(f"{self.live.base_url}/p/login/")

    def brand_it(self) -> None:
        self.begin("/dashboard/branding")
        for kind in ("icon", "logo"):
            form = self.hands.form(f"/dashboard/branding/images/{kind}")
            form.locator('input[type="file"]').set_input_files(IMAGES / f"brume-{kind}.png")
            self.hands.send(f"/dashboard/branding/images/{kind}")
            expect(form.locator("img")).to_be_visible()
        self.hands.fill(brand_color=BRAND, accent_color="#00584d")
        if not self.has_script:
            self.page.locator('button[formaction$="/dashboard/branding/preview"]').click()
        frame = self.page.frame_locator("iframe")
        expect(frame.locator(f'link[href*="brand={BRAND[1:]}"]')).to_have_count(1)
        expect(frame.locator("h1")).to_be_visible()
        self.page.locator("#look button:not([formaction])").click()
        expect(self.page.locator("#flash .notice")).to_be_visible()
        self.page.goto("/dashboard/branding")
        expect(self.page.locator('input[name="brand_color"]')).to_have_value(BRAND)

    def share_it(self) -> None:
        self.begin("/dashboard/sharing")
        expect(self.page.locator("input#portal_link")).to_have_value(self.link)
        assert is_drawn(self.page, "img.qr")
        self.hands.send("/dashboard/sharing")
        expect(self.page.locator("#flash .notice")).to_be_visible()
        self.page.goto("/dashboard")
        expect(self.page.locator("main")).to_be_visible()
        expect(self.page.locator("#first-steps")).to_have_count(0)

    def prefilled_link(self) -> str:
        """The one for this customer, looked up on the sharing page."""
        self.page.goto(f"/dashboard/sharing?q={self.customer_email}")
        return self.page.locator("#one_customer input").first.input_value()


def is_drawn(page: Page, selector: str) -> bool:
    """Whether a picture is really there."""
    image = page.locator(selector).first
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    drawn: bool = image.evaluate("image => image.naturalWidth > 0")
    return drawn


@pytest.mark.parametrize(
    ("language", "script"), CASES, ids=[f"{la}-{'script' if js else 'plain'}" for la, js in CASES]
)
def test_the_first_steps_lead_to_a_portal_that_customers_use(
    visits: Visits, live: Installation, language: str, script: bool
):
    page = visits.open(language=language, javascript=script)
    name = f"{language}-{script}".lower()
    merchant = Merchant(
        live,
        page,
        Hands(page),
        language,
        script,
        f"shop-{name}@example.test",
        f"zoe-{name}@example.test",
    )

    merchant.sign_up()
    merchant.add_a_product()
    merchant.add_a_customer()
    merchant.give_a_subscription()
    merchant.activate_the_link()
    merchant.brand_it()
    merchant.share_it()

    # And then somebody uses what was made.
    visitor = visits.open(language=language, javascript=script)
    before = len(live.mail.mails_to(merchant.customer_email))
    visitor.goto(merchant.prefilled_link())
    hands = Hands(visitor)
    expect(visitor.locator('input[name="email"]')).to_have_value(merchant.customer_email)
    assert is_drawn(visitor, ".panel__brand img")
    hands.send(merchant.link.removeprefix(live.base_url))
    hands.arrive(r"/p/login/[^/]+/code")
    mail = live.mail.wait_for_code(merchant.customer_email, after=before)
    hands.fill(code=code_in(mail))
    hands.send("/code")
    hands.arrive("/p/")
    hands.sees("Abonnement bois")
    hands.sees(money(4980, "EUR", language))
