"""The portal as it would look in colours that are not saved."""

from typing import Any

from flask import Blueprint, request

from portal.web.dashboard.branding import BrandingForm, form_page

bp = Blueprint("branding_previews", __name__, url_prefix="/branding/preview")


@bp.post("")
def create() -> Any:
    return form_page(BrandingForm(), kind=request.form.get("preview", ""))
