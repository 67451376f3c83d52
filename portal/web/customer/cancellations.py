"""Canceling: what is lost and when, the decision, and its confirmation.

Where offers are made, one optional question comes first; the address says that it was asked.
"""

from contextlib import suppress
from typing import Any

from flask import Blueprint, request, url_for

from portal.billing.contract_terms import terms_of
from portal.billing.errors import SubscriptionAlreadyEnding, SubscriptionEnded
from portal.selfservice import cancellations, retention
from portal.web.customer import drafts
from portal.web.customer.cancellation_reasons import ReasonForm, confirmation, reason_form
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "cancellations", __name__, url_prefix="/subscriptions/<subscription_id>/cancellation"
)


@bp.get("/new")
def new(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    configuration, subscription = my_configuration(), item.subscription
    configuration.require("allows_cancellation")
    if subscription.is_ending or not subscription.is_live:
        return see(url_for(".show", subscription_id=subscription.id))
    if not was_asked() and retention.may_ask(subscription, configuration, moment()):
        return see(url_for("customer.retention_questions.new", subscription_id=subscription.id))
    return render_page(
        "customer/cancellations/new.html",
        fragment="cancellation",
        subscription=subscription,
        product=item.price.product,
        at_once=cancellations.ends_at_once(subscription, configuration),
        gives_back=cancellations.gives_back(subscription, configuration),
        terms=terms_of(subscription),
        can_end_at=cancellations.ends_on(subscription, at=moment()),
        reason=given_reason(request.args.get("reason")),
        was_asked=was_asked(),
    )


@bp.post("")
def create(subscription_id: str) -> Any:
    """Whoever cancels what is canceled already gets the same confirmation."""
    subscription = my_subscription_item(subscription_id).subscription
    configuration = my_configuration()
    configuration.require("allows_cancellation")
    reason = given_reason(request.form.get("reason"))
    with suppress(SubscriptionAlreadyEnding, SubscriptionEnded):
        once(lambda: cancellations.cancel(subscription, configuration, at=moment(), reason=reason))
    asked = "yes" if was_asked() else None
    return see(url_for(".show", subscription_id=subscription.id, asked=asked))


@bp.get("")
def show(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    if not item.subscription.canceled_at:
        return see(url_for("customer.subscriptions.show", subscription_id=subscription_id))
    form: ReasonForm | None = None
    if not was_asked() and cancellations.may_be_asked(item.subscription, my_configuration()):
        form = reason_form()
        drafts.restore(form)
    return confirmation(item, form)


def was_asked() -> bool:
    """Whether the one question came before the confirmation, so that it is not asked again."""
    return "asked" in request.values


def given_reason(said: str | None) -> str:
    """The reason given before the confirmation, where it is one that may be given."""
    return said if said and said in cancellations.reasons_of(my_configuration()) else ""
