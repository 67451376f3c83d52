"""A database connection for each request, given back whatever happens."""

from flask import Flask, request

from portal.database import database


def init_app(app: Flask) -> None:
    app.before_request(connect)
    app.teardown_request(close)


def connect() -> None:
    if request.endpoint in {"public.health", "public.asset", "readiness.show"}:
        return
    database.connect(reuse_if_open=True)


def close(_error: BaseException | None) -> None:
    # Inside a test's transaction the connection belongs to the test.
    if not database.is_closed() and not database.in_transaction():
        database.close()
