"""How much one request may bring along."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, request

FORM_BYTES = 256 * 1024
UPLOAD_BYTES = 2_621_440
FORM_FIELDS = 200
LONGEST_URL = 4094

View = TypeVar("View", bound=Callable[..., object])


def accepts_upload(view: View) -> View:
    """Marks a view that takes a file: its requests may be 2.5 MB."""
    view.accepts_upload = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    app.before_request(check)


def check() -> None:
    """413 and 414 come from here or from werkzeug; a NUL is nobody's text."""
    if len(request.full_path) > LONGEST_URL:
        abort(414)
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "accepts_upload", False):
        request.max_content_length = UPLOAD_BYTES
        request.max_form_memory_size = UPLOAD_BYTES
    texts = [request.path, *(value for pair in request.args.items(multi=True) for value in pair)]
    if request.method == "POST":
        fields = list(request.form.items(multi=True))
        if len(fields) > FORM_FIELDS:
            abort(413)
        texts += [value for pair in fields for value in pair]
    if any(is_unstorable(text) for text in texts):
        abort(400)


def is_unstorable(text: str) -> bool:
    """NUL and lone surrogates: neither engine keeps both."""
    if "\x00" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
