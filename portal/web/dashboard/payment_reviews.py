"""Payments and refunds to be looked at: the merchant says what became of the payments."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.billing import reviews
from portal.billing.errors import PaymentNotInReview
from portal.billing.payments import Payment
from portal.web.dashboard.provider_forms import PROVIDERS
from portal.web.dashboard.scope import the_merchant, the_payment
from portal.web.errors import refusal
from portal.web.forms import Form, NoCardNumber
from portal.web.pages import render_page, see
from portal.web.payment_words import reason_words
from portal.web.zone import moment

bp = Blueprint("payment_reviews", __name__, url_prefix="/payment-reviews")
bp.add_app_template_filter(reason_words)
LONGEST_NOTE = 500
SUCCEEDED, FAILED, DONE = "succeeded", "failed", "done"
CAUSES = {
    "mismatch": _l(
        "The payment provider names another amount or currency than was asked for. "
        "Its answer was not taken."
    ),
    "contradiction": _l(
        "The payment provider now says something else than before. Nothing was changed."
    ),
    "not_due": _l(
        "More money moved than the invoice asks for. The customer may have to get some back."
    ),
}
NO_ANSWER = _l(
    "The payment provider did not say what became of it, though it was asked for days. "
    "Nothing else is charged for this invoice until you decide."
)


class ReviewForm(Form):
    outcome = RadioField(
        _l("What became of it?"), validators=[InputRequired(_l("Say what became of it."))]
    )
    note = TextAreaField(
        _l("Note"),
        validators=[
            Length(max=LONGEST_NOTE, message=_l("At most 500 characters.")),
            NoCardNumber(),
        ],
    )

    def offer(self, payment: Payment) -> "ReviewForm":
        """Where the outcome is known, there is only to say that it is dealt with."""
        self.outcome.choices = [SelectChoice(DONE, _("I have dealt with it"))]
        if payment.is_unanswered:
            self.outcome.choices = [
                SelectChoice(SUCCEEDED, _("The money arrived")),
                SelectChoice(FAILED, _("No money arrived, and none will")),
            ]
        return self


@bp.app_template_filter("review_cause")
def review_cause(payment: Payment) -> str:
    return str(CAUSES.get(payment.review_reason, NO_ANSWER))


@bp.app_template_filter("provider_name")
def provider_name(payment: Payment) -> str:
    """As the settings name it; one that they do not know, by its own name."""
    if payment.gateway == "sandbox":
        return _("Sandbox")
    provider = PROVIDERS.get(payment.gateway)
    return str(provider.label) if provider else payment.gateway


@bp.get("")
def index() -> Any:
    merchant = the_merchant()
    return render_page(
        "dashboard/payment_reviews/index.html",
        payments=list(reviews.waiting(merchant)),
        refunds=list(reviews.waiting_refunds(merchant)),
    )


@bp.get("/<payment_id>")
def show(payment_id: str) -> Any:
    payment = the_payment(payment_id)
    if not payment.needs_review_at:
        return see(url_for("dashboard.invoices.show", invoice_id=payment.invoice_id))
    return _page(payment, ReviewForm().offer(payment))


@bp.post("/<payment_id>")
def update(payment_id: str) -> Any:
    payment = the_payment(payment_id)
    form = ReviewForm().offer(payment)
    if not form.validate():
        return _page(payment, form, status=422)
    decide = {SUCCEEDED: reviews.succeeded, FAILED: reviews.failed, DONE: reviews.done}
    try:
        note = (form.note.data or "").strip()
        decide[form.outcome.data](payment, note=note, at=moment())
    except PaymentNotInReview as error:
        return see(url_for(".index"), refusal(error), "info")
    page = url_for("dashboard.invoices.show", invoice_id=payment.invoice_id)
    return see(page, _("Thank you. Your decision was recorded."))


def _page(payment: Payment, form: ReviewForm, status: int = 200) -> Any:
    return render_page(
        "dashboard/payment_reviews/show.html",
        status=status,
        payment=payment,
        invoice=payment.invoice,
        customer=payment.invoice.customer,
        form=form,
    )
