"""Every address that the server answers, and who may use it."""

from typing import Any

from flask import Flask

from portal.web.csrf import CHANGING, EXEMPT_BLUEPRINTS

# What a blueprint asks of everybody who comes; a view can be marked public.
AUDIENCES = {
    "customer": "customer",
    "dashboard": "merchant",
    "api": "api",
    "callbacks": "callback",
}


def routes_of(app: Flask) -> list[dict[str, Any]]:
    """One entry a method and path, sorted by path. `audience` is None where nobody said."""
    found = [
        {
            "method": method,
            "path": rule.rule,
            "audience": audience_of(app, rule.endpoint),
            "csrf": method in CHANGING and _blueprint(rule.endpoint) not in EXEMPT_BLUEPRINTS,
        }
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda route: (str(route["path"]), str(route["method"])))


def audience_of(app: Flask, endpoint: str) -> str | None:
    view = app.view_functions[endpoint]
    if getattr(view, "is_public", False):
        return "public"
    return AUDIENCES.get(_blueprint(endpoint))


def _blueprint(endpoint: str) -> str:
    return endpoint.partition(".")[0]
