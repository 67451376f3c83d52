"""Giving a direct debit mandate: its words, set apart, and the account that it is for."""

from typing import Any

from flask import Blueprint, abort, g, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal import throttle
from portal.billing.gateway import PaymentStatus
from portal.billing.payments import Payment
from portal.gateways.sepa import mandates, texts
from portal.gateways.sepa.mandates import Acceptance, IbanMalformed, checked_iban
from portal.gateways.sepa.records import SepaCollection, SepaMandate
from portal.record import now
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.web.access import public
from portal.web.customer import brand
from portal.web.errors import refusal
from portal.web.forms import Form, TextLine
from portal.web.locale import language
from portal.web.pages import day, money, render_page
from portal.web.security import client_ip
from portal.web.settings import settings
from portal.web.zone import moment, use_zone

bp = Blueprint("mandates", __name__, url_prefix="/mandates/<secret>")
WRONG_SECRETS = "50 per hour"


class MandateForm(Form):
    name = TextLine(
        _l("Account holder"),
        validators=[
            DataRequired(_l("Enter the name of the account holder.")),
            Length(max=mandates.LONGEST_NAME, message=_l("Use at most 70 characters.")),
        ],
    )
    iban = TextLine(_l("IBAN"), validators=[DataRequired(_l("Enter an IBAN."))])
    agrees = BooleanField(
        _l("I give this mandate"), validators=[InputRequired(_l("Please confirm the mandate."))]
    )

    def validate_iban(self, field: Any) -> None:
        try:
            field.data = checked_iban(field.data or "")
        except IbanMalformed as wrong:
            raise ValidationError(refusal(wrong)) from wrong


@bp.get("")
@public
def show(secret: str) -> Any:
    mandate = the_mandate(secret)
    if mandate.is_accepted:
        return redirect(mandate.return_url, code=303)
    form = MandateForm()
    form.fill(name=mandate.debtor_name)
    return page(mandate, form)


@bp.post("")
@public
def create(secret: str) -> Any:
    mandate, form = the_mandate(secret), MandateForm()
    if mandate.is_accepted:
        return redirect(mandate.return_url, code=303)
    if not form.validate_on_submit():
        return page(mandate, form, 422)
    given = Acceptance(form.name.data, form.iban.data, language(), client_ip())
    mandates.accept(mandate, given, at=moment())
    return redirect(mandate.return_url, code=303)


def page(mandate: SepaMandate, form: MandateForm, status: int = 200) -> Any:
    """In the language that the words of the mandate are in, and with the merchant's brand."""
    merchant = mandate.merchant
    merchant.branding = Branding.of(merchant)
    creditor = mandates.creditor_of(merchant)
    return render_page(
        "customer/mandates/show.html",
        status=status,
        **brand.context(merchant, PortalConfiguration.default_of(merchant)),
        mandate=mandate,
        creditor=creditor,
        text=texts.mandate_text(language(), creditor["name"]),
        today=merchant.day(moment()),
        days=merchant.prenotification_days,
        form=form,
    )


def the_mandate(secret: str) -> SepaMandate:
    """By the secret in the address, as on a provider's page: nobody needs to be signed in."""
    mandate = SepaMandate.get_or_none(SepaMandate.secret == secret)
    if mandate is None:
        bucket, limited = ("mandate-ip", client_ip()), settings().rate_limits
        abort(404 if throttle.hit(WRONG_SECRETS, *bucket, limited=limited) else 429)
    merchant = mandate.merchant
    if mandate.has_run_out(merchant.time(now())) or not mandates.is_ready(merchant):
        abort(404)
    use_zone(mandate.merchant)
    g.locale_of_person = mandate.locale
    g.locale_of_merchant = mandate.merchant.locale
    return mandate


@bp.app_template_global("debit_of")
def debit_of(payment: Payment | None) -> SepaCollection | None:
    """The announced debit of a payment that waits for its day; None for others."""
    if payment is None or payment.gateway != "sepa" or payment.status != PaymentStatus.PENDING:
        return None
    return SepaCollection.get_or_none(
        (SepaCollection.key == payment.key) & (SepaCollection.merchant == payment.merchant_id)
    )


@bp.app_template_filter("debit_words")
def debit_words(collection: SepaCollection) -> str:
    """Day, account, mandate and creditor: what a pre-notification says."""
    return _(
        "%(amount)s will be debited on %(date)s from the account ending in %(last4)s. "
        "Mandate %(mandate)s, creditor identifier %(creditor)s.",
        amount=money(collection.money),
        date=day(collection.due_date),
        last4=collection.mandate.last4,
        mandate=collection.mandate.reference,
        creditor=collection.merchant.creditor_id,
    )
