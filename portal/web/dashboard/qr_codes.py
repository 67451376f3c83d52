"""The link as a QR code: to look at, and as a file."""

from typing import Any

from flask import Blueprint, Response, abort

from portal.selfservice import sharing
from portal.selfservice.login_links import LoginLink
from portal.web.dashboard.scope import the_configuration, the_merchant
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("qr_codes", __name__, url_prefix="/sharing")
DRAWING_POLICY = "sandbox; default-src 'none'; style-src 'none'"


@bp.get("/qr-code.svg")
def show() -> Any:
    response = _drawing("svg")
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    return response


@bp.post("/qr-code.<kind>")
def create(kind: str) -> Any:
    """The file; whoever takes it means to share it."""
    if kind not in sharing.QR_TYPES:
        abort(404)
    response = _drawing(kind)
    sharing.mark_shared(the_merchant(), at=moment())
    response.headers.set("Content-Disposition", "attachment", filename=f"portal.{kind}")
    return response


def _drawing(kind: str) -> Response:
    link = LoginLink.active_of(the_configuration()) or abort(404)
    drawing = sharing.qr_code(absolute(link.path()), kind)
    return Response(drawing, mimetype=sharing.QR_TYPES[kind])
