"""The portal as it would be with options that are not saved."""

from typing import Any

from flask import Blueprint, url_for

from portal.web.dashboard.portal_settings import form_page, portal_form
from portal.web.pages import see

bp = Blueprint("portal_previews", __name__, url_prefix="/portal/preview")


@bp.get("")
def show() -> Any:
    """Where signing in again leads back to."""
    return see(url_for("dashboard.portal_settings.edit"))


@bp.post("")
def create() -> Any:
    return form_page(portal_form())
