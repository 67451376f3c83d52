"""Deleting a customer who has no documents."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.web.dashboard.scope import the_customer
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("customer_deletions", __name__, url_prefix="/customers/<customer_id>/deletion")


@bp.get("")
def new(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    return render_page(
        "dashboard/customers/deletion.html",
        customer=customer,
        has_documents=customer.has_documents,
    )


@bp.post("")
def create(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    name = customer.display_name
    customer.delete_unused(at=moment())
    return see(url_for("dashboard.customers.index"), _("%(name)s is deleted.", name=name))
