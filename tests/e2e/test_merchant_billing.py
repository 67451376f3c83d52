"""What a merchant does about money: discounts, credit notes, the bank, going live, time."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from portal.accounts.clocks import ClockAdvance
from portal.accounts.passwords import hashed
from portal.billing import discounts
from portal.billing.collecting import collect
from portal.billing.coupons import Coupon
from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.invoice_status import InvoiceStatus
from portal.billing.invoices import Invoice
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sepa.records import SepaMandate
from portal.record import now
from tests.e2e.bank_doors import a_debit, an_account, an_open_mandate
from tests.e2e.doors import a_review
from tests.e2e.hands import Hands
from tests.e2e.scene import Scene
from tests.e2e.visits import Visits
from tests.e2e.world import World
from tests.gateways.bank_transfer.files import a_transfer, camt053
from tests.support.live import Installation

pytestmark = pytest.mark.e2e

PASSWORD = "vier Wörter in einer Reihe"
IBAN = "DE89 3704 0044 0532 0130 00"
# A journey takes a while: the worker lives through every day of it.
ARRIVES_WITHIN = 240_000


def in_the_way_of(language: str, *, script: bool) -> pytest.MarkDecorator:
    """Once is enough: the same is tested without a browser, refusals and all."""
    name = f"{language}-{'script' if script else 'plain'}"
    return pytest.mark.parametrize(("language", "script"), [(language, script)], ids=[name])


@pytest.fixture
def scene(live: Installation, visits: Visits, language: str, script: bool) -> Scene:
    with live.data():
        world = World(language=language)
    page = visits.open(language=language, javascript=script)
    scene = Scene(live, world, page, Hands(page))
    scene.be_the_merchant()
    return scene


@in_the_way_of("de", script=True)
def test_a_coupon_is_made_and_given_to_a_customer(scene: Scene):
    hands, customer = scene.hands, scene.world.customer
    scene.go("/dashboard/coupons/new")

    hands.fill(name="Sommer", percent_off="12,5")
    hands.choose(duration="repeating")
    hands.fill(duration_in_months="3")
    hands.send("/dashboard/coupons")
    hands.arrive("/dashboard/coupons/coup_[^/]+")
    with scene.live.data():
        coupon = Coupon.get(Coupon.merchant == scene.world.merchant)
    scene.go(f"/dashboard/customers/{customer.id}/discounts/new")
    hands.choose(coupon=coupon.id)
    hands.send(f"/dashboard/customers/{customer.id}/discounts")
    hands.arrive(f"/dashboard/customers/{customer.id}")

    hands.sees("Sommer")
    with scene.live.data():
        assert [given.coupon_id for given in discounts.of_customer(customer, now())] == [coupon.id]


@in_the_way_of("fr", script=False)
def test_a_credit_note_gives_a_payment_back(scene: Scene):
    hands, invoice = scene.hands, scene.world.invoice
    with scene.live.data():
        collect(invoice, SandboxGateway(), at=now(), method=scene.world.visa)
    scene.go(f"/dashboard/invoices/{invoice.id}")

    hands.follow(f"/dashboard/invoices/{invoice.id}/credit-notes/new")
    hands.choose(to="refund")
    hands.send("/credit-note-preview")
    hands.send(f"/dashboard/invoices/{invoice.id}/credit-notes")
    hands.arrive("/dashboard/(credit-notes|invoices)/[^/]+")

    with scene.live.data():
        note = CreditNote.get(CreditNote.invoice == invoice)
        assert (note.total, note.refund_amount) == (11900, 11900)
    scene.go(f"/dashboard/credit-notes/{note.id}")
    with scene.page.expect_download() as download:
        hands.follow(f"/dashboard/credit-notes/{note.id}.pdf")
    assert note.number in download.value.suggested_filename


@in_the_way_of("fr", script=False)
def test_a_mandate_is_given_and_debits_go_to_the_bank(scene: Scene, tmp_path: Path):
    hands = scene.hands
    with scene.live.data():
        an_account(scene.world)
        secret = an_open_mandate(scene.world)
    scene.go(f"/p/mandates/{secret}")

    hands.fill(name="Ada Lovelace", iban=IBAN)
    scene.page.locator('input[name="agrees"]').check()
    hands.send(f"/p/mandates/{secret}")
    expect(hands.form(f"/p/mandates/{secret}")).to_have_count(0)
    with scene.live.data():
        assert SepaMandate.get(SepaMandate.secret == secret).is_accepted
        a_debit(scene.world)
    scene.go("/dashboard/bank/collections")
    hands.fill(until=str(scene.world.at.year + 1) + "-12-01")
    hands.send("/dashboard/bank/batches")
    hands.arrive("/dashboard/bank/collections")
    kept = tmp_path / "debits.xml"
    with scene.page.expect_download() as download:
        scene.page.locator('a[href*="/bank/batches/"]').first.click()
    download.value.save_as(kept)

    assert b"pain.008.001" in kept.read_bytes()


@in_the_way_of("de", script=True)
def test_a_bank_statement_is_looked_at_and_then_booked(scene: Scene):
    hands, invoice = scene.hands, scene.world.invoice
    with scene.live.data():
        an_account(scene.world)
    data = camt053(a_transfer(text=f"Rechnung {invoice.number}", amount="119.00", bank="B1"))
    scene.go("/dashboard/bank")

    file = FilePayload(name="march.xml", mimeType="application/xml", buffer=data)
    scene.page.locator('input[type="file"]').set_input_files(file)
    hands.send("/dashboard/bank/statements")
    hands.arrive("/dashboard/bank/statements/[^/]+")
    hands.sees(invoice.number)
    with scene.live.data():
        assert invoice.reload().status == InvoiceStatus.OPEN
    hands.send("/confirmation")

    expect(hands.form("/confirmation")).to_have_count(0)
    with scene.live.data():
        assert invoice.reload().status == InvoiceStatus.PAID


@in_the_way_of("en", script=False)
def test_who_goes_live_begins_without_test_data(scene: Scene):
    hands, merchant = scene.hands, scene.world.merchant
    with scene.live.data():
        an_account(scene.world)
        scene.world.user.password_hash = hashed(PASSWORD)
        scene.world.user.save()
    scene.go("/dashboard")

    hands.follow("/dashboard/going-live")
    hands.choose(gateway="bank_transfer")
    hands.fill(name=merchant.name, password="something else")
    hands.send("/dashboard/going-live")
    expect(scene.page.locator("#password-errors")).to_be_visible()
    hands.fill(password=PASSWORD)
    hands.send("/dashboard/going-live")
    hands.arrive("/dashboard/?")

    with scene.live.data():
        assert not merchant.reload().is_sandbox
        assert not Customer.select().where(Customer.merchant == merchant).count()


@in_the_way_of("de", script=False)
def test_the_days_of_further_tries_are_chosen(scene: Scene):
    scene.go("/dashboard/settings/dunning")

    scene.hands.fill(days="soon")
    scene.hands.send("/dashboard/settings/dunning")
    expect(scene.page.locator("#days-errors")).to_be_visible()
    scene.hands.fill(days="2, 4, 9")
    scene.hands.choose(final_action="mark_unpaid")
    scene.hands.send("/dashboard/settings/dunning")

    expect(scene.page.locator("#flash .notice")).to_be_visible()
    with scene.live.data():
        assert scene.world.merchant.reload().dunning_days == [2, 4, 9]


@in_the_way_of("fr", script=True)
def test_a_payment_that_nobody_knows_about_is_decided(scene: Scene):
    with scene.live.data():
        id_ = a_review(scene.world)
    scene.go("/dashboard")

    scene.hands.follow("/dashboard/payment-reviews")
    scene.hands.follow(f"/dashboard/payment-reviews/{id_}")
    scene.hands.choose(outcome="succeeded")
    scene.hands.fill(note="It is on the statement of May.")
    scene.hands.send(f"/dashboard/payment-reviews/{id_}")
    scene.hands.arrive("/dashboard/[^?]*")

    with scene.live.data():
        assert Invoice.get_by_id(scene.world.pending.id).status == InvoiceStatus.PAID


@in_the_way_of("de", script=False)
def test_three_months_pass_and_their_story_is_told(scene: Scene):
    merchant = scene.world.merchant
    scene.go("/dashboard/clock")

    scene.hands.choose(step="quarter")
    scene.hands.send("/dashboard/clock")
    expect(scene.page.locator(".days")).to_be_visible(timeout=ARRIVES_WITHIN)

    expect(scene.page.locator(".days h3").nth(1)).to_be_visible()
    with scene.live.data():
        journey = ClockAdvance.newest_of(merchant)
        assert journey
        assert journey.finished_at
        assert not journey.failure
        renewed = (Invoice.merchant == merchant) & (Invoice.created_at > journey.from_at)
        assert Invoice.select().where(renewed).count() >= 2
