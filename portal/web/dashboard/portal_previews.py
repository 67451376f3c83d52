"""The portal as it would be with options that are not saved."""

from typing import Any

from flask import Blueprint

from portal.web.dashboard.portal_settings import PortalForm, form_page

bp = Blueprint("portal_previews", __name__, url_prefix="/portal/preview")


@bp.post("")
def create() -> Any:
    return form_page(PortalForm())
