"""The sandbox provider's page for adding a payment method: test cards to choose from."""

from typing import Any

from flask import Blueprint, abort, redirect
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.gateways.sandbox.cards import METHODS
from portal.gateways.sandbox.records import SandboxSetup
from portal.web.access import public
from portal.web.forms import Form
from portal.web.pages import render_page

bp = Blueprint("sandbox_setups", __name__, url_prefix="/sandbox/setups/<secret>")

NAMES = {
    "visa": _l("Visa ending in 4242"),
    "mastercard": _l("Mastercard ending in 4444"),
    "amex": _l("American Express ending in 0005"),
    "sepa": _l("SEPA direct debit ending in 3000"),
    "confirmation": _l("Visa ending in 3155"),
    "declined": _l("Visa ending in 0002"),
    "insufficient_funds": _l("Visa ending in 9995"),
    "expired": _l("Visa ending in 0069"),
    "late": _l("Visa ending in 0077"),
    "never": _l("Visa ending in 0119"),
}
NOTES = {
    "visa": _l("Payments succeed."),
    "mastercard": _l("Payments succeed."),
    "amex": _l("Payments succeed."),
    "sepa": _l("Payments succeed."),
    "confirmation": _l("Each payment must be confirmed, as with 3-D Secure."),
    "declined": _l("Payments are declined without a reason."),
    "insufficient_funds": _l("Payments are declined: not enough money."),
    "expired": _l("Payments are declined: the card has expired."),
    "late": _l("Payments succeed after a minute."),
    "never": _l("Payments get no answer at all."),
}


class MethodForm(Form):
    method = RadioField(
        _l("Test payment method"),
        choices=[SelectChoice(code, NAMES[code]) for code in METHODS],
        validators=[InputRequired(_l("Choose a test payment method."))],
        default="visa",
    )


@bp.get("")
@public
def show(secret: str) -> Any:
    setup = the_setup(secret)
    if setup.is_complete:
        return redirect(setup.return_url, code=303)
    return chooser(setup, MethodForm())


@bp.post("")
@public
def create(secret: str) -> Any:
    setup, form = the_setup(secret), MethodForm()
    if not form.validate_on_submit():
        return chooser(setup, form, status=422)
    setup.choose(METHODS[form.method.data])
    return redirect(setup.return_url, code=303)


def chooser(setup: SandboxSetup, form: MethodForm, status: int = 200) -> Any:
    return render_page(
        "customer/sandbox/setup.html", status=status, setup=setup, form=form, notes=NOTES
    )


def the_setup(secret: str) -> SandboxSetup:
    return SandboxSetup.get_or_none(SandboxSetup.secret == secret) or abort(404)
