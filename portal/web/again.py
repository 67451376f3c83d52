"""A form that met a conflict in the database is carried out once more (security A9.4).

The whole request is, since what it had read may not be true any more; and only where nothing
of it was committed, so that it is as if it came now. A provider is asked after a commit.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from portal.database import commits, is_conflict
from portal.web.limits import FORM_BYTES

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

CONFLICT = "portal.conflict"


def init_app(app: Flask) -> None:
    app.wsgi_app = Again(app.wsgi_app)  # type: ignore[method-assign]


def note(error: Exception) -> None:
    """The request in hand cannot be answered, because of this."""
    if is_conflict(error):
        request.environ[CONFLICT] = True


class Again:
    """Between the server and the application. Uploads are not kept for a second time."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        length = _length(environ)
        if environ["REQUEST_METHOD"] != "POST" or length is None or length > FORM_BYTES:
            return self._app(environ, start_response)
        body = environ["wsgi.input"].read(length)
        first, started = environ | {"wsgi.input": BytesIO(body)}, _Started()
        before = commits()
        answer = self._app(first, started)
        if not first.get(CONFLICT) or commits() != before:
            started.go_on(start_response)
            return answer
        if close := getattr(answer, "close", None):
            close()
        return self._app(environ | {"wsgi.input": BytesIO(body)}, start_response)


def _length(environ: "WSGIEnvironment") -> int | None:
    """Of the body in bytes, as far as it is known before it is read."""
    said = str(environ.get("CONTENT_LENGTH") or "0")
    is_known = said.isdecimal() and "HTTP_TRANSFER_ENCODING" not in environ
    return int(said) if is_known else None


class _Started:
    """Remembers how an answer begins until it is known whether it is the one."""

    def __call__(self, *given: Any) -> Any:
        self._given = given
        return _write_nothing

    def go_on(self, start_response: "StartResponse") -> None:
        start_response(*self._given)


def _write_nothing(_data: bytes) -> None:
    raise NotImplementedError("answers are iterated")
