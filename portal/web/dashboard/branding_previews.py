"""The portal as it would look in colours that are not saved."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.web.dashboard.branding import BrandingForm, form_page
from portal.web.pages import see

bp = Blueprint("branding_previews", __name__, url_prefix="/branding/preview")


@bp.get("")
def show() -> Any:
    """Where signing in again leads back to."""
    return see(url_for("dashboard.branding.edit"))


@bp.post("")
def create() -> Any:
    return form_page(BrandingForm(), kind=request.form.get("preview", ""))
