"""Headers that every answer carries, also redirects, errors and files."""

from flask import Flask, Response, g, request

from portal.web.settings import settings

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'{form_action}; frame-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
}
HSTS = "max-age=31536000; includeSubDomains"
DEFAULT_POLICY = CSP.format(form_action="", ancestors="'none'")
PREVIEW_POLICY = CSP.format(form_action="", ancestors="'self'")


def init_app(app: Flask) -> None:
    app.after_request(protect)


def allow_framing() -> None:
    """This answer is a preview: our own dashboard may show it in a frame."""
    g.content_security_policy = PREVIEW_POLICY


def protect(response: Response) -> Response:
    headers = response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", g.get("content_security_policy", DEFAULT_POLICY))
    if settings().is_https:
        headers["Strict-Transport-Security"] = HSTS
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if request_id := g.get("request_id"):
        headers["X-Request-Id"] = request_id
    if response.mimetype == "text/html":
        response.vary.update(("HX-Request", "HX-Target", "Cookie"))
    return response


def client_ip() -> str:
    """The address that limits count: from the socket, or from a proxy that is trusted."""
    return request.remote_addr or ""
