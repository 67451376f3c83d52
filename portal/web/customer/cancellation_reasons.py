"""Why somebody canceled: asked after the fact, and skipped as easily as answered."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.billing.credit_notes import CreditNote
from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice import cancellations
from portal.web.customer.once import once
from portal.web.customer.scope import my_configuration, my_subscription_item
from portal.web.forms import Form, NoCardNumber
from portal.web.labels import CANCELLATION_REASONS
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint(
    "cancellation_reasons",
    __name__,
    url_prefix="/subscriptions/<subscription_id>/cancellation/reason",
)


def plain_lines(text: str | None) -> str:
    """Browsers send two characters for the end of a line."""
    return (text or "").replace("\r\n", "\n").strip()


class ReasonForm(Form):
    reason = RadioField(
        _l("Why did you cancel?"),
        validators=[InputRequired(_l("Choose a reason, or skip this question."))],
    )
    comment = TextAreaField(
        _l("Would you like to tell us more?"),
        filters=[plain_lines],
        validators=[
            Length(
                max=cancellations.LONGEST_COMMENT,
                message=_l("Please write at most 500 characters."),
            ),
            NoCardNumber(),
        ],
    )


@bp.post("")
def create(subscription_id: str) -> Any:
    item = my_subscription_item(subscription_id)
    subscription, configuration = item.subscription, my_configuration()
    configuration.require("asks_for_reason")
    answered = url_for("customer.cancellations.show", subscription_id=subscription.id)
    if not cancellations.may_be_asked(subscription, configuration):
        return see(answered)
    form = reason_form()
    if not form.validate_on_submit():
        return confirmation(item, form, status=422)
    reason, comment = form.reason.data, form.comment.data
    once(lambda: subscription.give_reason(reason, comment, at=moment()))
    return see(answered, _("Thank you. Your answer helps us to do better."))


def reason_form() -> ReasonForm:
    form = ReasonForm()
    form.reason.choices = [
        SelectChoice(reason, CANCELLATION_REASONS.get(reason, reason))
        for reason in cancellations.reasons_of(my_configuration())
    ]
    return form


def confirmation(item: SubscriptionItem, form: ReasonForm | None, status: int = 200) -> Any:
    """The page that confirms a cancellation, and asks for the reason where there is a form."""
    ended_at = item.subscription.ended_at
    return render_page(
        "customer/cancellations/show.html",
        fragment="question",
        status=status,
        subscription=item.subscription,
        product=item.price.product,
        credited=CreditNote.given_back(item.subscription.id, ended_at) if ended_at else 0,
        form=form,
        may_reinstate=item.subscription.is_ending and my_configuration().allows_cancellation,
    )
