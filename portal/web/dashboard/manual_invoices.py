"""A single invoice is made in two steps: it is shown with its sums, then issued."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.estimates import Estimate, estimate
from portal.billing.invoices import Invoice
from portal.billing.invoicing import Item, issue
from portal.billing.products import Price
from portal.billing.tax import TaxBehavior
from portal.database import write
from portal.ids import new_id
from portal.web.dashboard import quotes
from portal.web.dashboard.scope import the_customer, the_merchant
from portal.web.errors import refusal
from portal.web.pages import render_page, see

KIND = "invoice"


def preview(
    customer: Customer,
    items: list[Item],
    *,
    currency: str,
    days_until_due: int,
    note: str,
    at: datetime,
    status: int = 200,
    notice: str = "",
    invoice_id: str = "",
) -> Any:
    """The page that shows the invoice before it is issued. Raises as `estimate` does."""
    found = estimate(customer, items, currency=currency, at=at, days_until_due=days_until_due)
    quote = quotes.give(
        KIND,
        at=at,
        id=invoice_id or new_id(Invoice.PREFIX, at),
        customer=customer.id,
        currency=currency,
        days=days_until_due,
        note=note,
        total=found.total,
        items=[_written(item) for item in items],
    )
    return render_page(
        "dashboard/invoices/preview.html",
        status=status,
        notice_text=notice,
        customer=customer,
        estimate=found,
        note=note,
        quote=quote,
        items=items,
        days_until_due=days_until_due,
    )


def confirm(given: str, *, at: datetime) -> Any:
    """Issue what was quoted, once; None where there is no quote to go by."""
    quote = quotes.take(KIND, given)
    if quote is None:
        return None
    customer = the_customer(quote["customer"])
    items = [_read(item) for item in quote["items"]]
    try:
        if words := _objection(customer, items, quote, at):
            return _again(customer, items, quote, words, at)
        invoice = _issue(customer, items, quote, at)
    except BillingError as error:
        location = url_for("dashboard.invoices.new", customer_id=customer.id)
        return see(location, refusal(error), "error")
    words = _("Invoice %(number)s was issued.", number=invoice.number)
    return see(url_for("dashboard.invoices.show", invoice_id=invoice.id), words)


def _objection(customer: Customer, items: list[Item], quote: dict[str, Any], at: datetime) -> str:
    if not quotes.is_fresh(quote, at=at):
        return _("The preview was more than ten minutes old. Please check it again.")
    if _estimate(customer, items, quote, at).total != quote["total"]:
        return _("The amounts have changed in the meantime. Please check them again.")
    return ""


def _estimate(
    customer: Customer, items: list[Item], quote: dict[str, Any], at: datetime
) -> Estimate:
    return estimate(customer, items, currency=quote["currency"], at=at)


def _again(
    customer: Customer, items: list[Item], quote: dict[str, Any], words: str, at: datetime
) -> Any:
    return preview(
        customer,
        items,
        currency=quote["currency"],
        days_until_due=quote["days"],
        note=quote["note"],
        at=at,
        status=409,
        notice=words,
        invoice_id=quote["id"],
    )


def _issue(customer: Customer, items: list[Item], quote: dict[str, Any], at: datetime) -> Invoice:
    with write():
        again = Invoice.get_or_none(
            (Invoice.id == quote["id"]) & (Invoice.merchant == the_merchant())
        )
        return again or issue(
            customer,
            items,
            currency=quote["currency"],
            at=at,
            days_until_due=quote["days"],
            description=quote["note"],
            id=quote["id"],
        )


def _written(item: Item) -> dict[str, Any]:
    fields = item._asdict() | {"price": item.price.id if item.price else None}
    return {name: value for name, value in fields.items() if value is not None}


def _read(stored: dict[str, Any]) -> Item:
    price = Price.get_or_none(
        (Price.id == stored.get("price")) & (Price.merchant == the_merchant())
    )
    given = {"unit_amount": None} | stored | {"price": price}
    return Item(**given | {"tax_behavior": TaxBehavior(stored["tax_behavior"])})
