"""From the sandbox to real customers: once, and never back."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from peewee import Model, sort_models

from portal.accounts.clocks import ClockAdvance, ClockIsMoving
from portal.billing import events
from portal.billing.coupons import Coupon, PromotionCode
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.events import Event
from portal.billing.invoices import Invoice
from portal.billing.legal_requirements import Lacking, lacking
from portal.billing.merchants import Merchant
from portal.billing.products import Product
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.record import Record

SANDBOX = "sandbox"
# What was set up stays; everything else that belongs to the merchant was a trial. Tables are
# named, because most of them lie in rooms above this one; a table that is new is emptied.
SET_UP = frozenset(
    {
        *("product", "price", "coupon", "promotion_code", "retention_offer"),
        *("portal_configuration", "login_link", "branding", "stored_file"),
        *("user", "provider_account", "event"),
    }
)
# Pictures stay, documents go.
PICTURES = ("icon", "logo", "product_image")
# What was recorded about the set-up stays in the log.
LOGGED = (
    *("account.", "user.", "product.", "price.", "coupon.", "branding.", "provider_account."),
    *("billing_portal.configuration.", "billing_portal.link."),
)

IsConfigured = Callable[[Merchant, str], bool]


class NotReadyToGoLive(BillingError):
    """Something is missing that real customers need; `missing` names it."""

    code = "not_ready_to_go_live"


class AlreadyLive(BillingError):
    code = "already_live"


class Readiness(NamedTuple):
    """The checklist. `provider` is about the one that is asked for."""

    address: bool
    tax: bool
    product: bool
    provider: bool

    @property
    def is_complete(self) -> bool:
        return all(self)


class Leftovers(NamedTuple):
    """How much there is of what going live deletes."""

    customers: int
    subscriptions: int
    invoices: int


def readiness(merchant: Merchant, gateway: str, is_configured: IsConfigured) -> Readiness:
    """What is done of what going live with that provider needs."""
    missing = lacking(merchant)
    offered = (Product.merchant == merchant) & Product.archived_at.is_null()
    return Readiness(
        address=Lacking.ADDRESS not in missing,
        tax=not set(missing) - {Lacking.ADDRESS},
        product=Product.select().where(offered).exists(),
        provider=gateway not in {"", SANDBOX} and is_configured(merchant, gateway),
    )


def leftovers(merchant: Merchant) -> Leftovers:
    return Leftovers(
        *(
            record.select().where(record.merchant == merchant).count()
            for record in (Customer, Subscription, Invoice)
        )
    )


def go_live(merchant: Merchant, gateway: str, *, is_configured: IsConfigured, at: datetime) -> None:
    """Start clean, with real money through `gateway`. `at` is real time: the clock is set right.

    Catalogue, branding, settings, links and team stay. Customers and everything about them,
    documents, test keys and the log of the trial are deleted, and numbers of invoices begin
    at 1 again: a series that began with tests would have gaps (§ 14 Abs. 4 Nr. 4 UStG).
    Raises `AlreadyLive`, `NotReadyToGoLive`, `ClockIsMoving`.
    """
    with write():
        merchant.refresh()
        if not merchant.is_sandbox:
            raise AlreadyLive
        if ClockAdvance.running(merchant):
            raise ClockIsMoving
        ready = readiness(merchant, gateway, is_configured)
        if not ready.is_complete:
            missing = [name for name, done in ready._asdict().items() if not done]
            raise NotReadyToGoLive(missing=missing)
        gone = leftovers(merchant)
        _delete_test_data(merchant, at)
        merchant.is_sandbox, merchant.clock_offset = False, 0
        merchant.gateway, merchant.went_live_at = gateway, at
        merchant.next_invoice_number = merchant.next_credit_note_number = 1
        merchant.save()
        events.record(
            "merchant.went_live",
            merchant,
            at=at,
            object_id=merchant.id,
            gateway=gateway,
            **gone._asdict(),
        )


def _delete_test_data(merchant: Merchant, at: datetime) -> None:
    """Children before parents, so that no constraint is in the way."""
    for record in reversed(sort_models(_records_of_merchants())):
        mine = record.merchant == merchant
        name = record._meta.table_name
        if name not in SET_UP:
            record.delete().where(mine).execute()
            continue
        if name == "stored_file":
            record.delete().where(mine & record.kind.not_in(PICTURES)).execute()
        # The time machine may have dated it ahead.
        record.update(created_at=at).where(mine & (record.created_at > at)).execute()
    is_kept = reduce(or_, (Event.type.startswith(beginning) for beginning in LOGGED))
    Event.delete().where((Event.merchant == merchant) & ~is_kept).execute()
    for counted in (Coupon, PromotionCode):
        counted.update(times_redeemed=0).where(counted.merchant == merchant).execute()


def _records_of_merchants() -> list[type[Model]]:
    """Every record of this program that belongs to a merchant, whatever room it lies in."""

    def below(record: type[Record]) -> Iterator[type[Record]]:
        for child in record.__subclasses__():
            yield child
            yield from below(child)

    return [record for record in below(Record) if "merchant" in record._meta.fields]
