"""The first merchant of an installation, made by whoever can read the server's console."""

from typing import Any

from flask import Blueprint, abort, request
from flask_babel import gettext as _
from wtforms import HiddenField

from portal.accounts import sign_ups
from portal.accounts.account_tokens import AccountToken, TokenPurpose, TokenSpent
from portal.record import now
from portal.web.access import public
from portal.web.dashboard.entering import enter
from portal.web.dashboard.sign_ups import SignUpForm, likely_country
from portal.web.pages import render_page
from portal.web.settings import settings

bp = Blueprint("setup", __name__, url_prefix="/setup")


class SetupForm(SignUpForm):
    token = HiddenField()


@bp.get("")
@public
def new() -> Any:
    token = request.args.get("token", "")
    require(token)
    return page(SetupForm(data={"token": token, "country": likely_country()}))


@bp.post("")
@public
def create() -> Any:
    form, at = SetupForm(), now()
    require(form.token.data or "")
    particulars = form.particulars(at)
    if particulars is None:
        return page(form, 422)
    try:
        owner = sign_ups.set_up(form.token.data, particulars, at=at)
    except TokenSpent:
        abort(404)
    return enter(owner, notice=_("Welcome! Your account is ready."))


def require(token: str) -> None:
    """Not there without the token, and never again once somebody is there."""
    if settings().signup != "first" or sign_ups.is_set_up():
        abort(404)
    try:
        AccountToken.find(token, TokenPurpose.SETUP, at=now())
    except TokenSpent:
        abort(404)


def page(form: SetupForm, status: int = 200) -> Any:
    return render_page("dashboard/setup/new.html", status=status, form=form)
