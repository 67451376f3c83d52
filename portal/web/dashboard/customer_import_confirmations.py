"""A list was looked at and is wanted: a worker takes it over."""

from typing import Any

from flask import Blueprint, url_for

from portal.database import write
from portal.delivery.customer_imports import import_later
from portal.web.dashboard.customer_imports import the_import
from portal.web.pages import see
from portal.web.zone import moment

bp = Blueprint(
    "customer_import_confirmations",
    __name__,
    url_prefix="/customers/imports/<import_id>/confirmation",
)


@bp.post("")
def create(import_id: str) -> Any:
    found, at = the_import(import_id), moment()
    if not found.is_confirmed:
        with write():
            found.confirm(at=at)
            import_later(found, at=at)
    return see(url_for("dashboard.customer_imports.show", import_id=found.id))
