"""What a customer does in the portal, in each language, with a script and without."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.billing.payment_methods import PaymentMethod
from portal.formatting import money
from portal.i18n import LANGUAGES
from portal.selfservice.portal_sessions import PortalSession
from tests.e2e.hands import Hands
from tests.e2e.scene import Scene
from tests.e2e.visits import Visits
from tests.e2e.world import World
from tests.support.engines import ENGINE
from tests.support.live import Installation
from tests.support.mail_server import html_of

pytestmark = pytest.mark.e2e

ALL = [(language, script) for language in LANGUAGES for script in (True, False)]
# What differs between the engines shows in one language as well as in three.
SOME = [("de", True), ("fr", False)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "language" in metafunc.fixturenames:
        cases = ALL if metafunc.config.stash[ENGINE] == "sqlite" else SOME
        names = [f"{language}-{'script' if script else 'plain'}" for language, script in cases]
        metafunc.parametrize(("language", "script"), cases, ids=names)


@pytest.fixture
def scene(live: Installation, visits: Visits, language: str, script: bool) -> Scene:
    with live.data():
        world = World(language=language)
    page = visits.open(language=language, javascript=script)
    return Scene(live, world, page, Hands(page))


def test_a_customer_comes_in_with_a_code_and_leaves_again(scene: Scene, language: str):
    scene.sign_in()

    assert scene.page.locator("html").get_attribute("lang") == language
    assert f'lang="{language}"' in html_of(scene.mail)
    scene.hands.sees(money(1999, "EUR", language))
    scene.hands.send("/p/sign-out")
    scene.hands.arrive(r"/p/login/[^/]+")
    scene.page.goto("/p/")
    scene.hands.arrive(r"/p/login/[^/]+")
    with scene.live.data():
        assert PortalSession.get(PortalSession.customer == scene.world.customer).ended_at


def test_a_customer_reads_an_invoice_and_keeps_its_pdf(scene: Scene, tmp_path: Path):
    scene.be_at_home()

    scene.hands.follow(f"/p/invoices/{scene.world.invoice.id}")
    scene.hands.arrive(f"/p/invoices/{scene.world.invoice.id}")
    scene.hands.sees(scene.world.invoice.number)
    with scene.page.expect_download() as download:
        scene.hands.follow(f"/p/invoices/{scene.world.invoice.id}.pdf")
    kept = tmp_path / "invoice.pdf"
    download.value.save_as(kept)

    assert kept.read_bytes().startswith(b"%PDF")
    assert scene.world.invoice.number in download.value.suggested_filename


def test_a_customer_moves_to_another_country(scene: Scene, script: bool):
    scene.be_at_home()

    scene.hands.follow("/p/billing-information")
    scene.hands.choose(country="US")
    if not script:
        scene.hands.send("/p/billing-information", button="refresh")
    expect(scene.page.locator('select[name="state"]')).to_be_visible()
    scene.hands.fill(line1="1 Lime Street", city="Springfield", postal_code="62701")
    scene.hands.choose(state="IL")
    scene.hands.send("/p/billing-information")
    scene.hands.arrive("/p/")

    scene.hands.sees("1 Lime Street")
    with scene.live.data():
        customer = scene.world.customer.reload()
        assert (customer.country, customer.state) == ("US", "IL")


def test_a_customer_changes_how_they_pay(scene: Scene):
    scene.be_at_home()

    scene.hands.follow("/p/payment-methods/new")
    scene.page.locator('input[name="is_default"]').uncheck()
    scene.hands.send("/p/payment-methods/setups")
    scene.hands.choose(method="amex")
    scene.page.locator("main form button").click()
    scene.hands.arrive("/p/payment-methods")
    scene.hands.sees("0005")
    with scene.live.data():
        added = PaymentMethod.get(
            (PaymentMethod.customer == scene.world.customer) & (PaymentMethod.last4 == "0005")
        )
    scene.page.goto("/p/payment-methods")
    scene.hands.send(f"/p/payment-methods/{added.id}/default")
    expect(scene.hands.form(f"/p/payment-methods/{added.id}/default")).to_have_count(0)
    scene.hands.follow(f"/p/payment-methods/{scene.world.visa.id}/removal/new")
    scene.hands.send(f"/p/payment-methods/{scene.world.visa.id}/removal")
    scene.hands.arrive("/p/payment-methods")

    with scene.live.data():
        assert added.reload().is_default
        assert scene.world.visa.reload().detached_at


def test_a_customer_cancels_says_why_and_thinks_better_of_it(scene: Scene):
    scene.be_at_home()
    subscription = scene.world.subscription

    scene.hands.follow(f"/p/subscriptions/{subscription.id}")
    scene.hands.follow("/cancellation/new")
    before = len(scene.live.mail.mails_to(scene.email))
    scene.hands.send(f"/p/subscriptions/{subscription.id}/cancellation")
    scene.hands.arrive(f"/p/subscriptions/{subscription.id}/cancellation")
    scene.hands.choose(reason="too_expensive")
    scene.hands.fill(comment="The paper got thinner.")
    scene.hands.send("/cancellation/reason")
    expect(scene.hands.form("/cancellation/reason")).to_have_count(0)
    with scene.live.data():
        canceled = subscription.reload()
        assert canceled.is_ending
        assert (canceled.cancellation_reason, canceled.cancellation_comment) == (
            "too_expensive",
            "The paper got thinner.",
        )
    scene.live.mail.wait_for_mail(scene.email, after=before)

    scene.page.goto(f"/p/subscriptions/{subscription.id}")
    scene.hands.send("/reinstatement")
    expect(scene.page.locator('a[href$="/cancellation/new"]')).to_be_visible()
    with scene.live.data():
        assert not subscription.reload().is_ending
