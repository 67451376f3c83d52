"""One JSON line a request. No query string, form, cookie or address of a person in it."""

import time

import structlog
from flask import Flask, Response, g, request

from portal.ids import new_id
from portal.web.settings import settings

log = structlog.get_logger("portal.web")


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(finish)


def begin() -> None:
    g.request_id = new_id("req")
    g.began = time.perf_counter()


def finish(response: Response) -> Response:
    if settings().is_testing:
        return response
    log.info(
        "request",
        id=g.get("request_id"),
        method=request.method,
        route=str(request.url_rule or ""),
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
    )
    return response
