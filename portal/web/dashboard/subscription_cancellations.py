"""The merchant ends a customer's subscription: at the end of the period, or at once."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.billing.subscriptions import Subscription
from portal.selfservice.configurations import CancellationMode
from portal.web.dashboard.scope import the_subscription
from portal.web.forms import Form
from portal.web.pages import day, render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "subscription_cancellations",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/cancellation",
)
AT_END, AT_ONCE = CancellationMode.AT_PERIOD_END, CancellationMode.IMMEDIATELY


class CancellationForm(Form):
    mode = RadioField(
        _l("When should it end?"),
        choices=[
            SelectChoice(AT_END, _l("At the end of the current period")),
            SelectChoice(AT_ONCE, _l("Immediately")),
        ],
        default=AT_END,
        validators=[InputRequired(_l("Choose when the subscription should end."))],
    )


@bp.get("/new")
def new(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    if not subscription.is_live or subscription.is_ending:
        return see(_page(subscription))
    return _form_page(subscription, _form(subscription))


@bp.post("")
def create(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    form = _form(subscription)
    if not form.validate():
        return _form_page(subscription, form, status=422)
    if form.mode.data == AT_ONCE:
        subscription.cancel_now(at=moment())
        return see(_page(subscription), _("The subscription has ended."))
    subscription.cancel(at=moment())
    end = day(subscription.ends_at)
    return see(_page(subscription), _("The subscription will end on %(date)s.", date=end))


def _form(subscription: Subscription) -> CancellationForm:
    """Where no paid period runs, there is none to let run out."""
    form = CancellationForm()
    if subscription.status not in Subscription.RUNNING:
        form.mode.choices = [choice for choice in form.mode.choices if choice.value == AT_ONCE]
        form.fill(mode=AT_ONCE)
    return form


def _form_page(subscription: Subscription, form: CancellationForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/subscriptions/cancellation.html",
        status=status,
        subscription=subscription,
        customer=subscription.customer,
        item=subscription.item,
        form=form,
    )


def _page(subscription: Subscription) -> str:
    return url_for("dashboard.subscriptions.show", subscription_id=subscription.id)
