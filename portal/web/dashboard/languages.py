"""The language switch on the dashboard's pages before sign-in."""

from typing import Any

from flask import Blueprint, redirect, request

from portal.web import locale
from portal.web.access import public
from portal.web.dashboard.entering import way

bp = Blueprint("languages", __name__, url_prefix="/language")


@bp.post("")
@public
def create() -> Any:
    """Kept, and back to the page it was chosen on."""
    back = redirect(way(request.form.get("back", "")), code=303)
    return locale.choose(back, request.form.get("locale", ""))
