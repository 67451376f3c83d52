"""What a sign-in costs beside the page that it begins on, in processor time."""

import io
import sys
import time
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from portal.database import database
from portal.delivery.jobs import Job

ROUNDS = 200
WARM_UP = 20


class Browser:
    """The least that can sign in: cookies, and the processor time of each answer."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[str, float]:
        """The answer's text, and the seconds of processor time that it took."""
        body = urlencode(form or {}).encode()
        plain, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": plain,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "5000",
            "HTTP_HOST": "localhost:5000",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        begun = time.process_time()
        answer = self.app(environ, self._started)  # type: ignore[arg-type]
        text = b"".join(answer).decode(errors="replace")
        if close := getattr(answer, "close", None):
            close()
        return text, time.process_time() - begun

    def _started(self, _status: str, headers: list[tuple[str, str]], *_: object) -> None:
        for name, value in headers:
            if name.lower() == "set-cookie":
                self.cookies |= {key: each.value for key, each in SimpleCookie(value).items()}


def sign_in_cost(app: Flask, login_path: str, email: str) -> float:
    """The processor time of the two POSTs of a sign-in, in login pages."""
    for _ in range(WARM_UP):
        _sign_in(app, login_path, email)
    rounds = [_sign_in(app, login_path, email) for _ in range(ROUNDS)]
    return sum(posts for _, posts in rounds) / sum(page for page, _ in rounds)


def _sign_in(app: Flask, login_path: str, email: str) -> tuple[float, float]:
    """Seconds of the page, and of the two POSTs."""
    browser, path = Browser(app), login_path.partition("?")[0]
    page, first = browser.ask("GET", login_path)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    _, second = browser.ask("POST", path, {"csrf_token": token, "email": email})
    with database.connection_context():
        job = Job.select().order_by(Job.id.desc()).get()
    code = app.extensions["keyring"].unseal("sign_in_code", job.arguments["code"])
    _, third = browser.ask("POST", f"{path}/code", {"csrf_token": token, "code": code})
    if "portal_customer" not in browser.cookies:
        raise RuntimeError("the sign-in failed")
    return first, second + third
