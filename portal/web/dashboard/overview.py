"""The first page after signing in: what is left to set up, and how the business is doing."""

from typing import Any

from flask import Blueprint

from portal.web.pages import render_page

bp = Blueprint("overview", __name__)


@bp.get("", strict_slashes=False)
def show() -> Any:
    return render_page("dashboard/overview/show.html")
