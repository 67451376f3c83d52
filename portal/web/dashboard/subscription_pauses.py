"""The merchant pauses a customer's subscription: for some months, or until it is resumed."""

from datetime import datetime
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from portal.billing.errors import BillingError
from portal.billing.pausing import pause, pause_end, require_pausable
from portal.billing.subscriptions import Subscription
from portal.web.dashboard.plan_settings import length_words
from portal.web.dashboard.scope import the_subscription
from portal.web.errors import refusal
from portal.web.forms import Choice, Form
from portal.web.pages import day, render_page, see
from portal.web.zone import moment

bp = Blueprint("subscription_pauses", __name__, url_prefix="/subscriptions/<subscription_id>/pause")


# Every month of a year, then years; 0 is for as long as it takes.
MONTHS = (*range(1, 13), 24, 36, 0)


class PauseForm(Form):
    months = Choice(_l("How long?"), coerce=int, default=1)

    def __init__(self) -> None:
        super().__init__()
        self.months.choices = [SelectChoice(months, length_words(months)) for months in MONTHS]


@bp.get("/new")
def new(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    try:
        require_pausable(subscription)
    except BillingError as error:
        location = url_for("dashboard.subscriptions.show", subscription_id=subscription_id)
        return see(location, refusal(error), "warning")
    return _form_page(subscription, PauseForm())


@bp.post("")
def create(subscription_id: str) -> Any:
    subscription, form, at = the_subscription(subscription_id), PauseForm(), moment()
    if not form.validate():
        return _form_page(subscription, form, status=422)
    until = pause_end(subscription, form.months.data or 0, at)
    pause(subscription, at=at, resumes_at=until)
    location = url_for("dashboard.subscriptions.show", subscription_id=subscription_id)
    return see(location, _words(until))


def _words(until: datetime | None) -> str:
    if until is None:
        return _("The subscription is paused until somebody resumes it.")
    return _("The subscription is paused until %(date)s.", date=day(until))


def _form_page(subscription: Subscription, form: PauseForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/subscriptions/pause.html",
        status=status,
        subscription=subscription,
        customer=subscription.customer,
        item=subscription.item,
        form=form,
    )
