"""A browser without a browser: reads every page critically and sends its tokens along."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.page import Page

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class PageClient(FlaskClient):
    """Checks each HTML page; a POST carries the token of the session it is sent in."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            text = answer.get_data(as_text=True)
            if "<!doctype html>" in text:
                Page(text)
        return answer

    def post(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Like a form of ours: with a token. `csrf=False` leaves it out."""
        if kwargs.pop("csrf", True):
            headers = dict(kwargs.pop("headers", None) or {})
            headers.setdefault("X-CSRFToken", self.token())
            kwargs["headers"] = headers
        return super().post(*args, **kwargs)

    def token(self) -> str:
        from flask import Flask

        from portal.web import csrf

        app: Flask = self.application
        cookies = (
            "; ".join(f"{cookie.key}={cookie.value}" for cookie in self._cookies.values())
            if self._cookies
            else ""
        )
        for path in ("/dashboard/", "/p/"):
            cookie_name = "portal_member" if path == "/dashboard/" else "portal_customer"
            if cookie_name in cookies:
                with app.test_request_context(path, headers={"Cookie": cookies}):
                    return csrf.token()
        with self.session_transaction() as session:
            session.setdefault("seed", "the seed of a test")
            seed = session["seed"]
        keyring = app.extensions["keyring"]
        return f"nonce.{keyring.mac(csrf.PURPOSE, seed, 'nonce')}"
