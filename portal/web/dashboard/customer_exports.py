"""The list of all customers as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, stream_with_context

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.documents.customer_list import write_customers
from portal.record import now
from portal.web.dashboard.scope import the_merchant
from portal.web.dashboard.step_up import StepUpForm
from portal.web.pages import render_page

bp = Blueprint("customer_exports", __name__, url_prefix="/customers/exports")

AT_ONCE = 500


@bp.get("")
def new() -> Any:
    return page(StepUpForm())


@bp.post("")
def create() -> Any:
    """Streamed, so that a long list needs no more memory than a short one."""
    form = StepUpForm()
    if not form.validate():
        return page(form, 422)
    merchant, at = the_merchant(), now()
    events.record("customer.exported", merchant, at=at)
    answer = Response(
        stream_with_context(write_customers(every(merchant))),
        mimetype="text/csv",
        content_type="text/csv; charset=utf-8",
    )
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"customers-{merchant.day(at)}.csv"
    )
    return answer


def every(merchant: Merchant) -> Iterator[Customer]:
    """All customers, newest first, some at a time."""
    query = Customer.select().where(Customer.merchant == merchant).order_by(Customer.id.desc())
    part = list(query.limit(AT_ONCE))
    while part:
        yield from part
        part = list(query.where(Customer.id < part[-1].id).limit(AT_ONCE))


def page(form: StepUpForm, status: int = 200) -> Any:
    return render_page("dashboard/customers/export.html", status=status, form=form)
