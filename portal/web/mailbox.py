"""The demo's mailbox: every mail that was sent, to read in the browser."""

from flask import Blueprint

bp = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox")
