"""What a customer changes about subscriptions and invoices, with a script and without."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.billing import discounts
from portal.billing.coupons import Coupon
from portal.billing.invoices import Invoice
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus
from portal.formatting import money
from portal.record import now
from portal.selfservice.configurations import DowngradeTiming
from tests.e2e.hands import Hands
from tests.e2e.offer_doors import REASON, some_offers
from tests.e2e.scene import Scene
from tests.e2e.visits import Visits
from tests.e2e.world import World
from tests.factories import a_promotion_code
from tests.support.live import Installation

pytestmark = pytest.mark.e2e

WITH_SCRIPT_AND_WITHOUT = [("de", True), ("fr", False), ("en", True)]
NAMES = [f"{language}-{'script' if js else 'plain'}" for language, js in WITH_SCRIPT_AND_WITHOUT]
both_ways = pytest.mark.parametrize(
    ("language", "script"), WITH_SCRIPT_AND_WITHOUT[:2], ids=NAMES[:2]
)
every_way = pytest.mark.parametrize(("language", "script"), WITH_SCRIPT_AND_WITHOUT, ids=NAMES)


@pytest.fixture
def scene(live: Installation, visits: Visits, language: str, script: bool) -> Scene:
    with live.data():
        world = World(language=language)
    page = visits.open(language=language, javascript=script)
    scene = Scene(live, world, page, Hands(page))
    scene.be_at_home()
    return scene


@pytest.fixture
def offers(scene: Scene) -> Coupon:
    """The coupon that is offered to who wants to leave."""
    with scene.live.data():
        return some_offers(scene.world)


@every_way
def test_a_customer_sees_what_another_plan_costs_and_confirms_it(scene: Scene, language: str):
    hands, id_ = scene.hands, scene.world.subscription.id
    hands.follow(f"/p/subscriptions/{id_}")
    hands.follow(f"/p/subscriptions/{id_}/plan/new")

    hands.choose(price=scene.world.further.id)
    hands.fill(quantity="2")
    hands.send(f"/p/subscriptions/{id_}/plan")
    hands.arrive(f"/p/subscriptions/{id_}/plan")
    hands.sees(money(5800, "EUR", language))
    with scene.live.data():
        assert scene.world.subscription.reload().item.price_id == scene.world.price.id
    hands.send(f"/p/subscriptions/{id_}/plan")
    hands.arrive(f"/p/subscriptions/{id_}")

    expect(scene.page.locator("h1")).to_have_text("Archive")
    expect(scene.page.locator("#flash .notice")).to_be_visible()
    with scene.live.data():
        item = scene.world.subscription.reload().item
        assert (item.price_id, item.quantity) == (scene.world.further.id, 2)


@both_ways
def test_a_cheaper_plan_waits_for_the_period_and_can_be_withdrawn(scene: Scene):
    hands, id_ = scene.hands, scene.world.subscription.id
    with scene.live.data():
        scene.world.configuration.change(at=now(), downgrades=DowngradeTiming.AT_PERIOD_END)
        scene.world.further.unit_amount = 900
        scene.world.further.save()
    scene.go(f"/p/subscriptions/{id_}/plan/new")

    hands.choose(price=scene.world.further.id)
    hands.send(f"/p/subscriptions/{id_}/plan")
    hands.arrive(f"/p/subscriptions/{id_}/plan")
    hands.send(f"/p/subscriptions/{id_}/plan")
    hands.arrive(f"/p/subscriptions/{id_}")
    with scene.live.data():
        assert ScheduledChange.waiting_of(scene.world.subscription)
    hands.send("/plan/withdrawal")

    expect(hands.form("/plan/withdrawal")).to_have_count(0)
    with scene.live.data():
        assert not ScheduledChange.waiting_of(scene.world.subscription)


@every_way
def test_a_customer_pauses_and_goes_on(scene: Scene):
    hands, id_ = scene.hands, scene.world.subscription.id
    scene.go(f"/p/subscriptions/{id_}")

    hands.follow("/pause/new")
    hands.choose(months="3")
    hands.send(f"/p/subscriptions/{id_}/pause")
    hands.arrive(f"/p/subscriptions/{id_}")
    with scene.live.data():
        paused = scene.world.subscription.reload()
        assert paused.status == SubscriptionStatus.PAUSED
        assert paused.resumes_at
    hands.send("/resumption")

    expect(scene.page.locator('a[href$="/pause/new"]')).to_be_visible()
    with scene.live.data():
        assert scene.world.subscription.reload().status == SubscriptionStatus.ACTIVE


@every_way
def test_a_promotion_code_lowers_the_next_invoice(scene: Scene, offers: Coupon, language: str):
    hands, id_ = scene.hands, scene.world.subscription.id
    with scene.live.data():
        code = a_promotion_code("WELCOME-BACK", coupon=offers, at=now()).code
    scene.go(f"/p/subscriptions/{id_}")

    hands.follow("/promotion-code/new")
    hands.fill(code="no such code")
    hands.send("/promotion-code")
    expect(scene.page.locator("#code-errors")).to_be_visible()
    hands.fill(code=code.lower())
    hands.send("/promotion-code")
    hands.arrive(f"/p/subscriptions/{id_}")

    hands.sees(money(1599, "EUR", language))


@both_ways
def test_an_offer_to_stay_is_accepted(scene: Scene, offers: Coupon):
    ask_to_cancel(scene)
    base = f"/p/subscriptions/{scene.world.subscription.id}/cancellation/offer"
    scene.hands.arrive(base)

    scene.hands.send(f"{base}/acceptance")
    scene.hands.arrive(f"{base}/acceptance")

    with scene.live.data():
        assert not scene.world.subscription.reload().is_ending
        assert discounts.of(scene.world.subscription, now())


@both_ways
def test_an_offer_declined_leads_straight_to_the_confirmation(scene: Scene, offers: Coupon):
    ask_to_cancel(scene)
    base = f"/p/subscriptions/{scene.world.subscription.id}/cancellation"
    scene.hands.arrive(f"{base}/offer")

    scene.hands.send(f"{base}/offer/refusal")
    scene.hands.arrive(f"{base}/new")
    scene.hands.send(base)
    scene.hands.arrive(base)

    with scene.live.data():
        canceled = scene.world.subscription.reload()
        assert canceled.is_ending
        assert canceled.cancellation_reason == REASON


@both_ways
def test_a_customer_gets_an_invoice_with_the_new_address(scene: Scene):
    old = scene.world.outdated
    scene.go(f"/p/invoices/{old.id}")

    scene.hands.follow(f"/p/invoices/{old.id}/correction/new")
    scene.hands.send(f"/p/invoices/{old.id}/correction")
    scene.hands.arrive("/p/invoices/in_[^/]+")

    with scene.live.data():
        new = Invoice.get(Invoice.corrects == old)
    expect(scene.page.locator("h1")).to_contain_text(new.number)
    scene.hands.follow(f"/p/invoices/{old.id}")
    scene.hands.arrive(f"/p/invoices/{old.id}")
    expect(scene.page.locator('a[href$=".pdf"][href*="/credit-notes/"]')).to_be_visible()


@both_ways
def test_the_e_invoice_is_kept_as_xml(scene: Scene, tmp_path: Path):
    invoice = scene.world.invoice
    scene.go(f"/p/invoices/{invoice.id}")

    with scene.page.expect_download() as download:
        scene.hands.follow(f"/p/invoices/{invoice.id}.xml")
    kept = tmp_path / "invoice.xml"
    download.value.save_as(kept)

    assert b"CrossIndustryInvoice" in kept.read_bytes()
    assert invoice.number in download.value.suggested_filename


def ask_to_cancel(scene: Scene) -> None:
    """And say why."""
    id_ = scene.world.subscription.id
    scene.go(f"/p/subscriptions/{id_}")
    scene.hands.follow("/cancellation/new")
    scene.hands.arrive(f"/p/subscriptions/{id_}/cancellation/question")
    scene.hands.choose(reason=REASON)
    scene.hands.send("/cancellation/question")
