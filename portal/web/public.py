"""What anybody may fetch: health, static files, pictures of a brand, the language switch."""

import mimetypes
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, send_file, url_for

from portal.files import StoredFile
from portal.selfservice.colors import InvalidColor, stylesheet
from portal.web import assets, locale
from portal.web.access import public

bp = Blueprint("public", __name__)
PUBLIC_KINDS = ("icon", "logo", "product_image")
IMMUTABLE = f"public, max-age={assets.MOST_SECONDS}, immutable"


@bp.get("/")
@public
def index() -> Any:
    """Whoever comes without an address is most likely the merchant."""
    return redirect(url_for("dashboard.overview.show"), code=303)


@bp.get("/healthz")
@public
def health() -> Any:
    """The process is up."""
    return {"status": "ok"}


@bp.get("/static/<path:name>")
@public
def asset(name: str) -> Response:
    """A static file. In production whitenoise answers before this."""
    path = assets.files().get(name) or abort(404)
    response = send_file(path, mimetype=mimetypes.guess_type(path.name)[0])
    response.headers["Cache-Control"] = IMMUTABLE
    return response


@bp.get("/p/files/<name>")
@public
def file(name: str) -> Response:
    """An icon, a logo or a product's picture, under an address nobody can guess."""
    file_id, _, digest = name.partition("-")
    found = StoredFile.get_or_none((StoredFile.id == file_id) & StoredFile.kind.in_(PUBLIC_KINDS))
    if found is None or found.sha256[:16] != digest:
        abort(404)
    response = Response(bytes(found.data), mimetype=found.content_type)
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/p/brand.css")
@public
def brand() -> Response:
    """The custom properties of a brand, from validated values only."""
    given = {name: request.args.get(name, "") for name in ("brand", "accent", "font", "shape")}
    try:
        sheet = stylesheet(
            f"#{given['brand']}",
            f"#{given['accent']}",
            given["font"],
            given["shape"],
            asset=assets.asset,
        )
    except InvalidColor:
        abort(404)
    response = Response(sheet, mimetype="text/css")
    response.headers["Cache-Control"] = IMMUTABLE
    return response


@bp.post("/p/language")
@public
def language() -> Any:
    """An explicit choice of language: kept, and back to the page it was made on."""
    back = request.form.get("back", "")
    target = back if is_local(back) else url_for("public.health")
    return locale.choose(redirect(target, code=303), request.form.get("locale", ""))


def is_local(path: str) -> bool:
    """A path on this host and nothing else: no scheme, no host, no tricks with slashes."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and path.isprintable()
        and " " not in path
        and len(path) <= 2000
    )
