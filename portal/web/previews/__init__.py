"""Previews for the dashboard: the customer's own pages, mails and documents, with made-up data.

They are drawn by the templates that customers see, with values from the address that need
not be saved. Nothing in them can be pressed, and only the dashboard may show them in a frame.
"""

from typing import Any

from flask import Blueprint, Response, abort, request

from portal.delivery import previews as mails
from portal.documents.renderer import RenderingFailed, render_in_process
from portal.record import now
from portal.web import security
from portal.web.locale import language
from portal.web.pages import render_page
from portal.web.previews import looks, samples

bp = Blueprint("previews", __name__, url_prefix="/previews")
MAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


@bp.get("/<kind>")
def show(kind: str) -> Any:
    """One of the kinds below, in the look that the address describes."""
    view = KINDS.get(kind) or abort(404)
    return view()


def _home() -> Any:
    security.allow_framing()
    merchant, options = looks.merchant(), looks.options()
    return render_page(
        "customer/home/show.html",
        is_preview=True,
        **looks.context(merchant, options, samples.customer(merchant)),
        **samples.home(merchant, options, at=now()),
    )


def _login() -> Any:
    security.allow_framing()
    return render_page(
        "customer/sign_in/new.html",
        is_preview=True,
        link=samples.link(),
        form=samples.sign_in_form(),
        next_path="",
        has_run_out=False,
        **looks.context(looks.merchant(), looks.options(), None),
    )


def _mail() -> Response:
    chosen = request.args.get("message", "")
    message = chosen if chosen in mails.MESSAGES else "invoice"
    merchant = looks.merchant()
    letter = mails.preview(message, merchant, language(), branding=merchant.branding)
    return Response(letter, mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})


def _invoice() -> Response:
    security.allow_framing()
    merchant = looks.merchant()
    document = samples.invoice(merchant, language(), at=now())
    try:
        pdf = render_in_process(document, looks.pictures(merchant))
    except RenderingFailed:
        abort(503)
    return Response(pdf, mimetype="application/pdf")


KINDS = {"home": _home, "login": _login, "mail": _mail, "invoice": _invoice}
