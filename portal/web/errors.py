"""Refusals and errors become pages or fragments, in words and with a request id."""

from typing import Any

import structlog
from flask import Flask, flash, g, render_template
from flask_babel import lazy_gettext as _l
from htmx_flask import make_response, request
from jinja2 import TemplateNotFound
from peewee import OperationalError
from playhouse.pool import MaxConnectionsExceeded
from werkzeug.exceptions import HTTPException

from portal.accounts.passwords import HasherBusy
from portal.billing.errors import BillingError
from portal.documents.data import DocumentNotReadable
from portal.documents.einvoice import NoEInvoice
from portal.documents.renderer import RenderingFailed
from portal.documents.store import NoReceipt
from portal.selfservice.configurations import NotOffered
from portal.web import again, identity
from portal.web.refusals import REFUSALS

log = structlog.get_logger("portal.web")
RETRY_SECONDS = "5"
# What goes by itself, or by the next release: asking again later may help.
UNAVAILABLE = (
    OperationalError,
    MaxConnectionsExceeded,
    HasherBusy,
    RenderingFailed,
    DocumentNotReadable,
)
NO_DOCUMENT = (NoReceipt, NoEInvoice)
UNNAMED = _l("This is not possible right now.")


def init_app(app: Flask) -> None:
    again.init_app(app)
    app.register_error_handler(NotOffered, not_offered)
    app.register_error_handler(BillingError, billing_error)
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, unavailable)
    for kind in NO_DOCUMENT:
        app.register_error_handler(kind, no_document)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def refusal(error: BillingError) -> str:
    """The rule's "no" in words of the reader."""
    return str(REFUSALS.get(error.code, UNNAMED))


def billing_error(error: BillingError) -> Any:
    return _refused(error, "errors/refused.html", 409)


def not_offered(error: NotOffered) -> Any:
    return _refused(error, "errors/403.html", 403)


def _refused(error: BillingError, template: str, status: int) -> Any:
    """The rule's words: a page of their own, or a message on the page that htmx is on."""
    message = refusal(error)
    if request.htmx:
        flash(message, "error")
        body = render_template("_flash.html", out_of_band=True)
        return make_response(body, status, reswap="none")
    return render_template(template, message=message, **_context()), status


def no_document(_error: Exception) -> Any:
    return _page(404), 404


def unavailable(error: Exception) -> Any:
    again.note(error)
    log.error("unavailable", id=g.get("request_id"), exc_info=error)
    return _page(503), 503, {"Retry-After": RETRY_SECONDS}


def unexpected(error: Exception) -> Any:
    log.error("unexpected", id=g.get("request_id"), exc_info=error)
    return _page(500), 500


def http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    headers = {}
    if retry := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry)
    if error.code == 405 and (allowed := getattr(error, "valid_methods", None)):
        headers["Allow"] = ", ".join(allowed)
    return _page(error.code), error.code, headers


def _page(code: int) -> str:
    if code >= 500:
        # The page must not need what has just failed.
        identity.ask_no_more()
    try:
        return render_template(
            [f"errors/{code}.html", "errors/error.html"], code=code, **_context()
        )
    except TemplateNotFound:
        return render_template("errors/404.html", code=code, **_context())


def _context() -> dict[str, Any]:
    return {"request_id": g.get("request_id")}
