"""Walks through the provider's pages, as tests of paying do again and again."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def path_of(answer: TestResponse) -> str:
    """Where an answer sends the reader, without the host."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def choose(client: FlaskClient, page: str, method: str) -> str:
    """On the sandbox's page: choose a test card; the path that leads back."""
    assert client.get(page).status_code == 200
    return path_of(client.post(page, data={"method": method}))


def add_method(client: FlaskClient, method: str = "visa", **form: str) -> TestResponse:
    """Add a payment method from beginning to end; the page seen in the end."""
    page = path_of(client.post("/p/payment-methods/setups", data=form))
    back = choose(client, page, method)
    return client.get(path_of(client.get(back)))
