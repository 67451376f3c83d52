"""How to come to each page of a world: values for addresses, and steps to be taken before."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page

from portal.accounts import password_resets, sign_ups
from portal.accounts.sign_ups import Particulars
from portal.billing.customer_imports import CustomerImport
from portal.billing.events import Actor, ActorKind
from portal.billing.invoices import Invoice
from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.crypto import Keyring
from portal.database import write
from portal.gateways.sandbox import cards
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sandbox.records import SandboxCharge, SandboxSetup
from portal.record import now
from portal.selfservice.guest_links import guest_link
from tests.e2e.bank_doors import a_debit, a_statement, an_account, an_open_mandate
from tests.e2e.hands import Hands
from tests.e2e.offer_doors import a_discount, some_offers
from tests.e2e.routes import endpoint_of, path_of
from tests.e2e.world import World
from tests.gateways.providers import PAYER
from tests.support.live import SECRET

Step = Callable[[Page, World], None]


class Doors:
    """The addresses of all pages. Made inside `live.data()`."""

    def __init__(self, world: World) -> None:
        self.world = world
        an_account(world)
        coupon = some_offers(world)
        self.usual = {
            "subscription_id": world.subscription.id,
            "invoice_id": world.invoice.id,
            "customer_id": world.customer.id,
            "product_id": world.price.product_id,
            "price_id": world.price.id,
            "payment_method_id": world.visa.id,
            "token": world.link.token,
            "credit_note_id": world.credit_note.id,
            "year": str(world.at.year),
            "coupon_id": coupon.id,
            "discount_id": a_discount(world, coupon),
        }
        self.special: Mapping[str, dict[str, str]] = {
            # Past the question that comes first.
            "customer.cancellations.new": {"asked": "yes"},
            "customer.cancellations.show": {"subscription_id": world.ending.id},
            "customer.payments.show": {"invoice_id": world.pending.id},
            "customer.guest_invoices.show": {"token": guest_token(world.invoice)},
            "customer.guest_invoices.payments.show": {"token": guest_token(world.pending)},
            "customer.guest_invoices.setups.show": {
                "token": guest_token(world.invoice),
                "setup_id": a_setup(world, is_guest=True),
            },
            "customer.sandbox_setups.show": {"secret": an_open_setup(world)},
            "customer.sandbox_confirmations.show": {
                "secret": SandboxCharge.get(SandboxCharge.key == world.payment.key).secret
            },
            "customer.invoice_corrections.new": {"invoice_id": world.outdated.id},
            "customer.invoices.show credited": {"invoice_id": world.credited.id},
            "dashboard.invoices.show credited": {"invoice_id": world.credited.id},
            "customer.invoices.show paid": {"invoice_id": world.paid.id},
            "customer.subscriptions.show ended": {"subscription_id": world.ended.id},
            "customer.subscriptions.show ending": {"subscription_id": world.ending.id},
            "customer.subscriptions.show in trial": {"subscription_id": world.trial.id},
            "customer.subscriptions.show paused": {"subscription_id": world.paused.id},
            "customer.subscriptions.show changing": {"subscription_id": world.changing.id},
            "dashboard.subscriptions.show changing": {"subscription_id": world.changing.id},
            "dashboard.subscriptions.show late": {"subscription_id": world.late.id},
            "dashboard.subscriptions.show paused": {"subscription_id": world.paused.id},
            "customer.plan_changes.show": {"price": world.further.id, "quantity": "2"},
            "customer.subscribing.show": {"price": world.further.id},
            "customer.resubscriptions.new": {"subscription_id": world.former.id},
            "dashboard.subscription_plan_changes.show": {
                "price": world.further.id,
                "quantity": "2",
                "timing": "at_once",
                "proration": "always_invoice",
            },
            "customer.mandates.show": {"secret": an_open_mandate(world)},
            "dashboard.bank_statements.show": {"statement_id": a_statement(world)},
            "dashboard.sepa_returns.new": {"collection_id": a_debit(world)},
            "dashboard.customer_imports.show": {"import_id": an_import(world)},
            "dashboard.invoices.new for somebody": {"customer_id": world.customer.id},
            "dashboard.providers.edit": {"name": "stripe"},
            "dashboard.provider_choices.new": {"name": "stripe"},
            "dashboard.payment_reviews.show": {"payment_id": a_review(world)},
            "dashboard.previews.show": {"kind": "login"},
            "dashboard.previews.show home": {"kind": "home"},
            "dashboard.previews.show mail": {"kind": "mail"},
            "dashboard.sharing.show found": {"q": world.customer.email},
            "dashboard.receipts.index": {"from": str(ago(world)), "to": str(world.at.date())},
            "dashboard.subscriptions.new for somebody": {"customer_id": world.customer.id},
            "dashboard.confirmations.new": {"token": sign_up_token()},
            "dashboard.password_resets.edit": {
                "token": password_resets.ask(world.user, at=now()) or ""
            },
        }

    def path(self, name: str) -> str:
        return path_of(endpoint_of(name), self.usual, self.special.get(name, {}))


def ask_for_a_code(page: Page, world: World) -> None:
    page.goto(world.link.path(world.customer.email))
    Hands(page).send(f"/p/login/{world.link.token}")


# What has to happen in the same window before.
STEPS: Mapping[str, Step] = {"customer.codes.show": ask_for_a_code}


def ago(world: World) -> date:
    """So long that something was paid since."""
    return (world.at - timedelta(days=300)).date()


def guest_token(invoice: Invoice) -> str:
    return guest_link(invoice, Keyring(SECRET)).rpartition("/")[2]


def a_setup(world: World, *, is_guest: bool) -> str:
    """Somebody is back from the provider, with a method."""
    setup = PaymentMethodSetup.create(
        merchant=world.merchant,
        customer=world.customer,
        gateway="sandbox",
        invoice_id=world.invoice.id if is_guest else "",
        created_at=now(),
    )
    SandboxGateway().setup_url(setup.key, "/p/", PAYER)
    SandboxSetup.get(SandboxSetup.key == setup.key).choose(cards.METHODS["visa"])
    return str(setup.id)


def an_open_setup(world: World) -> str:
    """Somebody is on the provider's page, and has not chosen yet."""
    key = f"open-{world.merchant.id}"
    return SandboxGateway().setup_url(key, "/p/", PAYER).rpartition("/")[2]


def a_review(world: World) -> str:
    """A payment that nobody knows the outcome of."""
    with write():
        world.payment.needs_review_at = now()
        world.payment.save()
    return str(world.payment.id)


def an_import(world: World) -> str:
    """A list of which one row can be imported and one cannot."""
    given = {"email": "new@example.test", "name": "Charles Babbage"}
    rows: list[dict[str, Any]] = [
        {"line": 2, "given": given, "problems": []},
        {"line": 3, "given": {"email": world.customer.email, "name": ""}, "problems": []},
    ]
    actor = Actor(ActorKind.MEMBER, world.user.id, world.user.name)
    found = CustomerImport.prepare(
        world.merchant, rows, actor=actor, filename="customers.csv", at=now()
    )
    return str(found.id)


def sign_up_token() -> str:
    particulars = Particulars(
        name="Lindenhof",
        email="new@example.test",
        country="DE",
        currency="EUR",
        password_hash="",
        locale="en",
    )
    return sign_ups.sign_up(particulars, at=now()) or ""
