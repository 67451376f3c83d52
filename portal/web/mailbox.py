"""The demo's mailbox: every mail that was sent, to read in the browser.

Exists in the demo only, where mails are files (`PORTAL_MAIL_URL=file:…`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, url_for

from portal.delivery.transports import folder_of
from portal.web.access import public
from portal.web.pages import render_page
from portal.web.settings import settings

bp = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox")
MOST_SHOWN = 50
REFRESH_SECONDS = "4"
NAME = re.compile(r"[\w-]{1,200}")
# The mail is a document of its own: its inline styles are allowed, scripts and our origin not.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)


class Mail(NamedTuple):
    name: str
    message: EmailMessage

    @property
    def sent_at(self) -> datetime:
        moment: datetime = self.message["Date"].datetime
        return moment

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part else ""

    @property
    def attachments(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())


@bp.get("")
@public
def index() -> Any:
    """The newest mails; the page asks again by itself."""
    response = render_page("demo/mailbox/index.html", mails=list(newest()))
    response.headers["Refresh"] = REFRESH_SECONDS
    return response


@bp.get("/<name>")
@public
def show(name: str) -> Any:
    return render_page("demo/mailbox/show.html", mail=the_mail(name))


@bp.get("/<name>/html")
@public
def html(name: str) -> Response:
    """The HTML part as it was sent; its links open beside this page."""
    body = the_mail(name).html.replace("<head>", '<head><base target="_blank">', 1)
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@bp.get("/<name>/attachments/<int:number>")
@public
def attachment(name: str, number: int) -> Response:
    attached = the_mail(name).attachments
    if not 0 <= number < len(attached):
        abort(404)
    part = attached[number]
    response = Response(part.get_content(), mimetype=part.get_content_type())
    response.headers.set("Content-Disposition", "attachment", filename=part.get_filename())
    return response


def newest() -> Iterator[Mail]:
    paths = sorted(_folder().glob("*.eml"), reverse=True)
    return (_read(path) for path in paths[:MOST_SHOWN])


def the_mail(name: str) -> Mail:
    path = _folder() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return _read(path)


def _read(path: Path) -> Mail:
    return Mail(path.stem, message_from_bytes(path.read_bytes(), policy=policy.default))


def _folder() -> Path:
    return folder_of(settings().mail_url)


@bp.context_processor
def addresses() -> dict[str, Any]:
    return {"mailbox_url": url_for("mailbox.index")}
