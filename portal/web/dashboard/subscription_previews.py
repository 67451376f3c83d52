"""What a new subscription would cost, and when: checked and shown before anything is saved."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.billing.errors import BillingError
from portal.billing.invoicing import DEFAULT_DAYS_UNTIL_DUE
from portal.web.dashboard import billing_fields, first_invoices
from portal.web.dashboard.scope import the_customer
from portal.web.dashboard.subscriptions import SubscriptionForm, form_page
from portal.web.errors import refusal
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("subscription_previews", __name__, url_prefix="/subscriptions/previews")


@bp.get("")
def new() -> Any:
    """Where signing in again leads back to: what was typed there is gone."""
    return see(url_for("dashboard.subscriptions.new"))


@bp.post("")
def create() -> Any:
    customer = the_customer(request.form.get("customer_id", ""))
    form = SubscriptionForm().offer(customer)
    if not form.validate():
        return form_page(customer, form, status=422)
    try:
        return first_invoices.preview(customer, _chosen(form), at=moment())
    except BillingError as error:
        billing_fields.refuse(form.price, refusal(error))
        return form_page(customer, form, status=409)


def _chosen(form: SubscriptionForm) -> dict[str, Any]:
    days = form.days_until_due.data
    return {
        "price": form.price.data,
        "quantity": form.quantity.data,
        "trial_days": form.trial_days.data,
        "collection": form.collection.data,
        "days_until_due": DEFAULT_DAYS_UNTIL_DUE if days is None else days,
        "free_until": form.free_until.data.isoformat() if form.free_until.data else "",
        "coupon": form.coupon.data,
        "minimum_term_months": form.minimum_term_months.data or 0,
        "notice_days": form.notice_days.data or 0,
        "trial_end_action": form.trial_end_action.data,
    }
