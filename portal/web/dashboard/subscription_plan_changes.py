"""The merchant changes a customer's plan: chosen, shown with all that it costs, confirmed."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.billing.errors import BillingError
from portal.billing.plan_changes import change
from portal.billing.plan_errors import QuoteOutdated
from portal.billing.plan_previews import require_changeable, work_out
from portal.billing.plan_quotes import PlanChange, Timing, Wanted
from portal.billing.products import Price
from portal.billing.proration import Proration
from portal.billing.subscriptions import Subscription
from portal.web.dashboard import billing_fields, quotes
from portal.web.dashboard.collecting import collect_now
from portal.web.dashboard.scope import the_price, the_subscription
from portal.web.dashboard.subscriptions import label, prices_for
from portal.web.errors import refusal
from portal.web.forms import Form
from portal.web.pages import day, render_page, see
from portal.web.plan_words import preview_context
from portal.web.zone import moment

bp = Blueprint(
    "subscription_plan_changes", __name__, url_prefix="/subscriptions/<subscription_id>/plan"
)
KIND = "plan_change"


class PlanChangeForm(Form):
    """Sent by GET: it only leads to a preview."""

    class Meta(Form.Meta):
        csrf = False

    price = SelectField(_l("Price"))
    quantity = billing_fields.quantity(default=None)
    timing = RadioField(
        _l("When?"),
        choices=[
            SelectChoice(Timing.AT_ONCE, _l("At once")),
            SelectChoice(Timing.AT_PERIOD_END, _l("At the end of the period")),
        ],
        validators=[InputRequired(_l("Choose when it takes effect."))],
    )
    proration = RadioField(
        _l("What happens about the rest of the period?"),
        choices=[
            SelectChoice(Proration.NONE, _l("Nothing")),
            SelectChoice(Proration.NEXT_INVOICE, _l("The difference is on the next invoice")),
            SelectChoice(Proration.INVOICE_NOW, _l("The difference is invoiced at once")),
        ],
        validators=[InputRequired(_l("Choose what happens about the rest of the period."))],
    )
    ends_trial = BooleanField(_l("End the free trial with the change"))


@bp.get("/new")
def new(subscription_id: str) -> Any:
    subscription = the_subscription(subscription_id)
    try:
        require_changeable(subscription, moment())
    except BillingError as error:
        location = url_for("dashboard.subscriptions.show", subscription_id=subscription_id)
        return see(location, refusal(error), "warning")
    return form_page(subscription, form_for(subscription))


@bp.get("")
def show(subscription_id: str) -> Any:
    """The preview; wrong input leads back to the form."""
    subscription, at = the_subscription(subscription_id), moment()
    if not request.args:
        return see(url_for(".new", subscription_id=subscription_id))
    form = form_for(subscription)
    if not form.validate():
        return form_page(subscription, form, status=422)
    wanted = Wanted(
        the_price(form.price.data),
        form.quantity.data or 1,
        Proration(form.proration.data),
        Timing(form.timing.data),
        bool(form.ends_trial.data),
    )
    try:
        return preview_page(subscription, work_out(subscription, wanted, at), at)
    except BillingError as error:
        return form_page(subscription, form, status=409, problem=refusal(error))


@bp.post("")
def create(subscription_id: str) -> Any:
    """Do what was quoted; where the world has changed since, show what it would be now."""
    subscription, at = the_subscription(subscription_id), moment()
    quote = quotes.take(KIND, request.form.get("quote", ""))
    if quote is None or quote["subscription"] != subscription.id:
        words = _("The preview is too old. Please begin again.")
        return see(url_for(".new", subscription_id=subscription_id), words, "warning")
    wanted = Wanted(
        the_price(quote["price"]),
        quote["quantity"],
        Proration(quote["proration"]),
        Timing(quote["timing"]),
        quote["ends_trial"],
    )
    location = url_for("dashboard.subscriptions.show", subscription_id=subscription_id)
    given = {"quoted_at": datetime.fromisoformat(quote["at"]), "fingerprint": quote["digest"]}
    try:
        done = change(subscription, wanted, at=at, **given)
    except QuoteOutdated:
        found = work_out(subscription.refresh(), wanted, at)
        return preview_page(subscription, found, at, status=409, is_new=True)
    except BillingError as error:
        return see(location, refusal(error), "error")
    return collect_now(done.invoice, location, words_of(done.change))


def form_for(subscription: Subscription) -> PlanChangeForm:
    """The prices in the subscription's currency; what it has now is chosen until changed."""
    item = subscription.item
    usual = {
        "price": item.price_id,
        "quantity": item.quantity,
        "timing": Timing.AT_ONCE,
        "proration": Proration.NEXT_INVOICE,
    }
    form = PlanChangeForm(request.args if "price" in request.args else None, data=usual)
    offered = [price for price in prices_for(subscription.customer) if price.id != item.price_id]
    same = [price for price in offered if price.currency == subscription.currency]
    own: list[Price] = [item.price]
    form.price.choices = [
        SelectChoice(price.id, label(price), optgroup=price.product.name) for price in own + same
    ]
    return form


def form_page(
    subscription: Subscription, form: PlanChangeForm, status: int = 200, problem: str = ""
) -> Any:
    return render_page(
        "dashboard/plan_changes/new.html",
        status=status,
        subscription=subscription,
        customer=subscription.customer,
        item=subscription.item,
        form=form,
        problem=problem,
    )


def preview_page(
    subscription: Subscription,
    found: PlanChange,
    at: datetime,
    status: int = 200,
    *,
    is_new: bool = False,
) -> Any:
    wanted = found.wanted
    chosen = {
        "price": wanted.price.id,
        "quantity": wanted.quantity,
        "proration": wanted.proration,
        "timing": wanted.timing,
        "ends_trial": wanted.ends_trial,
    }
    return render_page(
        "dashboard/plan_changes/show.html",
        status=status,
        subscription=subscription,
        customer=subscription.customer,
        found=found,
        is_new=is_new,
        chosen=chosen,
        quote=quotes.give(
            KIND, at=at, subscription=subscription.id, digest=found.fingerprint, **chosen
        ),
        **preview_context(subscription.item, found),
    )


def words_of(found: PlanChange) -> str:
    name = found.wanted.price.product.name
    if not found.is_at_once:
        date = day(found.takes_effect_at)
        return _("The plan changes to %(product)s on %(date)s.", product=name, date=date)
    return _("The plan is changed: %(product)s.", product=name)
