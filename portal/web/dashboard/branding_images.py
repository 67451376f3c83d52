"""Icon and logo: uploaded, replaced, removed.

Every upload is a file of its own, and the one before stays: documents that were issued
and mails that were sent go on naming it.
"""

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from portal.ids import new_id
from portal.images import ImageRefused, check_image, keep_image
from portal.selfservice.branding import Branding
from portal.web.dashboard.branding import form_page, stored_form
from portal.web.dashboard.scope import the_merchant
from portal.web.errors import refusal
from portal.web.limits import accepts_upload
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint("branding_images", __name__, url_prefix="/branding/images")
KINDS = ("jpeg", "png")
MOST_BYTES = 512 * 1024 - 1
SMALLEST_SIDE = 128
# The longest side that is kept: twice as sharp as it is shown, and a light first view.
SHOWN_SIDES = {"icon": 256, "logo": 640}
# Whether it has to be a square.
SHAPES = {"icon": True, "logo": False}


@bp.post("/<kind>")
@accepts_upload
def create(kind: str) -> Any:
    is_square = _square(kind)
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES + 2) if sent else b""
    if not content:
        return form_page(stored_form(), status=422, picture_errors={kind: _("Choose a file.")})
    merchant = the_merchant()
    try:
        image = check_image(
            content,
            KINDS,
            MOST_BYTES,
            min_side=SMALLEST_SIDE,
            square=is_square,
            shown_side=SHOWN_SIDES[kind],
        )
        file = keep_image(merchant, kind, new_id("img", moment()), image)
    except ImageRefused as error:
        return form_page(stored_form(), status=422, picture_errors={kind: refusal(error)})
    Branding.change(merchant, at=moment(), **{kind: file.name})
    words = _("The icon is saved.") if kind == "icon" else _("The logo is saved.")
    return see(url_for("dashboard.branding.edit"), words)


@bp.post("/<kind>/deletion")
def destroy(kind: str) -> Any:
    _square(kind)
    Branding.change(the_merchant(), at=moment(), **{kind: ""})
    words = _("The icon is removed.") if kind == "icon" else _("The logo is removed.")
    return see(url_for("dashboard.branding.edit"), words)


def _square(kind: str) -> bool:
    return SHAPES[kind] if kind in SHAPES else abort(404)
