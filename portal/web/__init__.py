"""Pages: what people see in a browser. No rule lives here."""

import secrets

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings
from portal.web import (
    assets,
    brand_urls,
    callbacks,
    connections,
    credit_words,
    csrf,
    customer,
    dashboard,
    errors,
    identity,
    limits,
    locale,
    logs,
    pages,
    public,
    readiness,
    security,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Everything between the socket and the views, in the order in which it runs."""
    app.config.update(
        SECRET_KEY=settings.secret_key or secrets.token_hex(32),
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SESSION_COOKIE_NAME=identity.cookie_name("portal", settings),
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=limits.FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=limits.FORM_BYTES,
        MAX_FORM_PARTS=limits.FORM_FIELDS,
        TRUSTED_HOSTS=None if settings.is_testing else [settings.host.partition(":")[0]],
        TESTING=settings.is_testing,
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for room in (
        logs,
        security,
        limits,
        connections,
        assets,
        locale,
        identity,
        csrf,
        errors,
        pages,
        credit_words,
        brand_urls,
    ):
        room.init_app(app)
    for blueprint in (public.bp, readiness.bp, customer.bp, dashboard.bp, callbacks.bp):
        app.register_blueprint(blueprint)
    if settings.is_demo:
        from portal.web import mailbox  # noqa: PLC0415 - exists in the demo only

        app.register_blueprint(mailbox.bp)
