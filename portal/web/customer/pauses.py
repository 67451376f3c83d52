"""Pausing a subscription: for how long, what that means, and doing it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.billing.errors import BillingError
from portal.billing.pausing import pause, pause_end, require_pausable
from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice.plan_options import require_pause
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.errors import refusal
from portal.web.forms import Form
from portal.web.pages import day, render_page, see
from portal.web.zone import moment

bp = Blueprint("pauses", __name__, url_prefix="/subscriptions/<subscription_id>/pause")


class PauseForm(Form):
    months = RadioField(
        _l("How long?"),
        coerce=int,
        validators=[InputRequired(_l("Choose how long the pause should be."))],
    )
    ends: dict[str, datetime | None]


@bp.get("/new")
def new(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    my_configuration().require("allows_pause")
    try:
        require_pausable(item.subscription)
    except BillingError as error:
        location = url_for("customer.subscriptions.show", subscription_id=subscription_id)
        return see(location, refusal(error), "warning")
    return form_page(item, form_for(item))


@bp.post("")
def create(subscription_id: str) -> Any:
    item, at = my_subscription_item(subscription_id), moment()
    configuration, subscription = my_configuration(), item.subscription
    configuration.require("allows_pause")
    form = form_for(item)
    if not form.validate_on_submit():
        return form_page(item, form, status=422)
    require_pause(configuration, form.months.data)
    until = pause_end(subscription, form.months.data, at)
    once(lambda: pause(subscription, at=at, resumes_at=until))
    location = url_for("customer.subscriptions.show", subscription_id=subscription_id)
    if until is None:
        return see(location, _("Your subscription is paused until you resume it."))
    return see(location, _("Your subscription is paused until %(date)s.", date=day(until)))


def form_for(item: SubscriptionItem) -> PauseForm:
    form, at = PauseForm(), moment()
    form.months.choices = [
        SelectChoice(months, _length(months)) for months in my_configuration().pause_months
    ]
    form.ends = {
        str(months): pause_end(item.subscription, months, at)
        for months in my_configuration().pause_months
    }
    return form


def form_page(item: SubscriptionItem, form: PauseForm, status: int = 200) -> Any:
    notes = {
        value: _("It goes on by itself on %(date)s.", date=day(end))
        if end
        else _("It goes on when you resume it.")
        for value, end in form.ends.items()
    }
    return render_page(
        "customer/pauses/new.html",
        fragment="pause",
        status=status,
        subscription=item.subscription,
        product=item.price.product,
        form=form,
        notes=notes,
    )


def _length(months: int) -> str:
    if months == 0:
        return _("Until I resume it")
    if months % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", months // 12)
    return ngettext("%(num)s month", "%(num)s months", months)
