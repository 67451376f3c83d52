"""What the demo's customers do in the portal, by the rules that its pages call."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.billing import corrections, pausing, promotion_codes, resubscribing
from portal.billing.coupons import PromotionCode
from portal.billing.gateway import PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payments import Payment
from portal.billing.plan_changes import change
from portal.billing.plan_previews import work_out
from portal.billing.scheduled_changes import ScheduledChange
from portal.demo.content_acts import (
    AddsMethod,
    ChangesPlan,
    ComesBack,
    Confirms,
    Leaves,
    Moves,
    Pauses,
    Pays,
    Redeems,
    Reinstates,
    Resumes,
    WithdrawsChange,
)
from portal.demo.content_types import DemoPaymentMethod
from portal.gateways.sandbox.records import SandboxCharge
from portal.selfservice import cancellations, plan_options, retention
from portal.selfservice.retention_offers import OfferKind

if TYPE_CHECKING:
    from portal.demo.seed_visitor import Visitor


def change_plan(who: "Visitor", act: ChangesPlan, at: datetime) -> None:
    subscription = who.subscription(act.subscription)
    item = subscription.item
    price = who.history.prices[act.price] if act.price else item.price
    code = PromotionCode.find(who.history.merchant, act.code) if act.code else None
    wanted = plan_options.wanted(
        item, who.history.configuration, price, act.quantity or item.quantity, code
    )
    shown = work_out(subscription, wanted, at)
    done = change(subscription, wanted, at=at, quoted_at=at, fingerprint=shown.fingerprint)
    who.collect(done.invoice, at)


def withdraw_change(who: "Visitor", act: WithdrawsChange, at: datetime) -> None:
    ScheduledChange.withdraw(who.subscription(act.subscription), at=at)


def redeem(who: "Visitor", act: Redeems, at: datetime) -> None:
    who.history.configuration.require("allows_promotion_codes")
    code = PromotionCode.find(who.history.merchant, act.code)
    promotion_codes.redeem(code, who.customer, who.subscription(act.subscription), at=at)


def pause(who: "Visitor", act: Pauses, at: datetime) -> None:
    subscription = who.subscription(act.subscription)
    plan_options.require_pause(who.history.configuration, act.months)
    until = pausing.pause_end(subscription, act.months, at)
    pausing.pause(subscription, at=at, resumes_at=until)


def resume(who: "Visitor", act: Resumes, at: datetime) -> None:
    pausing.resume(who.subscription(act.subscription), at=at)


def leave(who: "Visitor", act: Leaves, at: datetime) -> None:
    subscription, configuration = who.subscription(act.subscription), who.history.configuration
    made = retention.make(subscription, configuration, act.reason, at=at) if act.reason else None
    if made and act.accepts:
        shown = ""
        if made.kind == OfferKind.CHEAPER_PLAN:
            shown = retention.shown_of(retention.cheaper_plan(made.offer, subscription, at))
        retention.accept(made, subscription, at=at, shown=shown)
        return
    if made:
        retention.decline(made, at=at)
    cancellations.cancel(subscription, configuration, at=at)
    if act.reason:
        subscription.give_reason(act.reason, act.comment, at=at)


def reinstate(who: "Visitor", act: Reinstates, at: datetime) -> None:
    subscription = who.subscription(act.subscription)
    cancellations.reinstate(subscription, who.history.configuration, at=at)


def come_back(who: "Visitor", act: ComesBack, at: datetime) -> None:
    earlier = who.subscription(act.subscription)
    item = earlier.item
    who.history.configuration.require("allows_resubscription")
    begun = resubscribing.begin(
        who.customer, item.price, at=at, quantity=item.quantity, earlier=earlier
    )
    who.keep(begun)
    who.collect(begun.invoices.first(), at)


def add_method(who: "Visitor", act: AddsMethod, at: datetime) -> None:
    who.attach(DemoPaymentMethod(act.code), at, is_default=True)


def confirm(who: "Visitor", _: Confirms, at: datetime) -> None:
    waiting = Payment.status == PaymentStatus.REQUIRES_ACTION
    payment = (
        Payment.select()
        .join(Invoice)
        .where((Invoice.customer == who.customer) & waiting)
        .order_by(Payment.id)
        .get()
    )
    SandboxCharge.get(SandboxCharge.key == payment.key).decide(confirmed=True)
    gateway = who.history.gateways(at)(payment.gateway, who.history.merchant)
    payment.ask_again(gateway, at=at)


def pay(who: "Visitor", _: Pays, at: datetime) -> None:
    who.charge(oldest_open(who), at)


def move(who: "Visitor", act: Moves, at: datetime) -> None:
    """The newest paid invoice is asked for once more, with the new address."""
    who.customer.change(at=at, line1=act.line1, postal_code=act.postal_code, city=act.city)
    paid = Invoice.issued().where(Invoice.customer == who.customer)
    corrections.correct(paid.where(Invoice.status == InvoiceStatus.PAID).get(), at=at)


def oldest_open(who: "Visitor") -> Invoice:
    return Invoice.open_of(who.customer).order_by(Invoice.id).get()


CUSTOMER_ACTS: dict[type, Callable[["Visitor", Any, datetime], None]] = {
    ChangesPlan: change_plan,
    WithdrawsChange: withdraw_change,
    Redeems: redeem,
    Pauses: pause,
    Resumes: resume,
    Leaves: leave,
    Reinstates: reinstate,
    ComesBack: come_back,
    AddsMethod: add_method,
    Confirms: confirm,
    Pays: pay,
    Moves: move,
}
