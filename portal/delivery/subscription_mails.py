"""Mails about a subscription: what changes, when it renews, ends its trial, rests or goes on."""

from datetime import datetime
from typing import Any

from portal.accounts.users import User
from portal.billing.contract_terms import next_possible_end
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.billing.upcoming import upcoming_invoice
from portal.delivery.envelopes import Look
from portal.delivery.mail import Post


def _product(subscription: Subscription) -> str:
    return str(subscription.item.price.product.name)


def _next(subscription: Subscription, at: datetime) -> dict[str, Any]:
    """When the next invoice comes and what it will say; nothing where none comes."""
    estimate = upcoming_invoice(subscription, at)
    return {
        "amount": estimate.total if estimate else None,
        "currency": subscription.currency,
        "next_at": estimate.issued_at if estimate else None,
    }


def _plan(price: Price, quantity: int) -> dict[str, Any]:
    return {
        "product": price.product.name,
        "quantity": quantity,
        "interval": price.interval,
        "interval_count": price.interval_count,
    }


def send_trial_ending(post: Post, subscription: Subscription, at: datetime) -> None:
    """A week ahead: what it will cost, and how to leave before."""
    by_invoice = subscription.collection_method == CollectionMethod.SEND_INVOICE
    post.send_to_customer(
        "trial_ending",
        subscription.customer,
        product=_product(subscription),
        ends_at=subscription.trial_end,
        is_ending=subscription.is_ending,
        by_invoice=by_invoice,
        has_method=PaymentMethod.default_of(subscription.customer_id) is not None,
        **_next(subscription, at),
    )


def send_renewal_reminder(post: Post, subscription: Subscription, at: datetime) -> None:
    """Ahead of the renewal of a long period; who is bound longer is told until when."""
    ends_at = next_possible_end(subscription, at)
    renews_at = subscription.current_period_end
    post.send_to_customer(
        "renewal_reminder",
        subscription.customer,
        product=_product(subscription),
        renews_at=renews_at,
        bound_until=ends_at if ends_at > renews_at else None,
        **_next(subscription, at),
    )


def send_plan_changed(
    post: Post, subscription: Subscription, at: datetime, *, other_quantity: bool
) -> None:
    """What it is from now on."""
    item = subscription.item
    post.send_to_customer(
        "plan_changed",
        subscription.customer,
        **_plan(item.price, item.quantity),
        shows_quantity=other_quantity or item.quantity > 1,
        takes_effect_at=None,
        **_next(subscription, at),
    )


def send_change_scheduled(post: Post, change: ScheduledChange) -> None:
    """What it will be, and from when on."""
    price: Price = change.price
    post.send_to_customer(
        "plan_changed",
        change.subscription.customer,
        **_plan(price, change.quantity),
        shows_quantity=change.quantity > 1 or change.subscription.item.quantity > 1,
        takes_effect_at=change.takes_effect_at,
        amount=None,
        currency=price.currency,
        next_at=None,
    )


def send_parked(post: Post, subscription: Subscription) -> None:
    """To the people who work for the merchant: billing of it stopped by itself."""
    merchant = subscription.merchant
    for user in User.select().where(User.merchant == merchant):
        post.send(
            "parked",
            user.email,
            user.locale or merchant.locale,
            Look.of_portal(),
            business=merchant.name,
            url=post.absolute(f"/dashboard/subscriptions/{subscription.id}"),
        )


def send_paused(post: Post, subscription: Subscription) -> None:
    post.send_to_customer(
        "paused",
        subscription.customer,
        product=_product(subscription),
        resumes_at=subscription.resumes_at,
    )


def send_resumed(post: Post, subscription: Subscription) -> None:
    post.send_to_customer(
        "resumed",
        subscription.customer,
        product=_product(subscription),
        renews_at=subscription.current_period_end,
    )
