"""Before the confirmation: why somebody wants to leave. Skipped as easily as answered."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import Optional

from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice import cancellations, retention
from portal.selfservice.configurations import PortalConfiguration
from portal.web.customer import drafts
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.forms import Form
from portal.web.labels import CANCELLATION_REASONS
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "retention_questions",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/cancellation/question",
)


class QuestionForm(Form):
    reason = RadioField(_l("Why do you want to cancel?"), validators=[Optional()])

    def offer(self, configuration: PortalConfiguration) -> "QuestionForm":
        self.reason.choices = [
            SelectChoice(reason, CANCELLATION_REASONS.get(reason, reason))
            for reason in cancellations.reasons_of(configuration)
        ]
        return self


@bp.get("")
def new(subscription_id: str) -> Any:
    item, configuration = my_subscription_item(subscription_id), my_configuration()
    require_offered(configuration)
    if not retention.may_ask(item.subscription, configuration, moment()):
        return see(confirmation_url(subscription_id))
    form = QuestionForm().offer(configuration)
    drafts.restore(form)
    return _form_page(item, form)


@bp.post("")
def create(subscription_id: str) -> Any:
    """On to the offer for that reason, or to the confirmation where there is none."""
    item, configuration = my_subscription_item(subscription_id), my_configuration()
    require_offered(configuration)
    form = QuestionForm().offer(configuration)
    if not form.validate_on_submit():
        return _form_page(item, form, status=422)
    subscription, reason = item.subscription, form.reason.data
    if reason:
        once(lambda: retention.make(subscription, configuration, reason, at=moment()))
    if reason and retention.open_offer(subscription, configuration, moment()):
        return see(url_for("customer.retention_offers.show", subscription_id=subscription_id))
    return see(confirmation_url(subscription_id, reason))


def require_offered(configuration: PortalConfiguration) -> None:
    """Raises `NotOffered` where customers do not cancel here, or no offers are made."""
    configuration.require("allows_cancellation")
    configuration.require("makes_offers")


def confirmation_url(subscription_id: str, reason: str | None = None) -> str:
    """The confirmation, past the question; the reason that was given is not asked again."""
    return url_for(
        "customer.cancellations.new",
        subscription_id=subscription_id,
        asked="yes",
        reason=reason or None,
    )


def _form_page(item: SubscriptionItem, form: QuestionForm, status: int = 200) -> Any:
    return render_page(
        "customer/retention_questions/new.html",
        fragment="question",
        status=status,
        subscription=item.subscription,
        product=item.price.product,
        form=form,
        skip_url=confirmation_url(item.subscription.id),
    )
