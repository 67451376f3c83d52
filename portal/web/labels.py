"""Words for what records hold: one table for each kind of value."""

from typing import Any, Protocol

from flask import Flask
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from portal.billing.invoices import Invoice
from portal.billing.subscriptions import Subscription
from portal.web.line_words import line_words
from portal.web.zone import moment

SUBSCRIPTION_STATUS = {
    "incomplete": (_l("Incomplete"), "warning"),
    "incomplete_expired": (_l("Expired"), "neutral"),
    "trialing": (_l("Trial"), "info"),
    "active": (_l("Active"), "success"),
    "past_due": (_l("Past due"), "danger"),
    "unpaid": (_l("Unpaid"), "danger"),
    "paused": (_l("Paused"), "neutral"),
    "canceled": (_l("Cancelled"), "neutral"),
}
INVOICE_STATUS = {
    "draft": (_l("Draft"), "neutral"),
    "open": (_l("Open"), "info"),
    "paid": (_l("Paid"), "success"),
    "void": (_l("Void"), "neutral"),
    "uncollectible": (_l("Uncollectible"), "warning"),
}
OVERDUE = (_l("Overdue"), "danger")
# Translators: of a subscription that was canceled and runs until its end.
ENDING = (_l("Ending"), "warning")
PAYMENT_STATUS = {
    "pending": (_l("Being confirmed"), "info"),
    "requires_action": (_l("Needs confirmation"), "warning"),
    "unknown": (_l("Being confirmed"), "info"),
    "succeeded": (_l("Succeeded"), "success"),
    "failed": (_l("Failed"), "danger"),
    # Translators: a payment that the bank took back.
    "returned": (_l("Returned"), "danger"),
}
CANCELLATION_REASONS = {
    "too_expensive": _l("It costs too much"),
    "missing_features": _l("Something I need is missing"),
    "switched_service": _l("I am switching to another service"),
    "unused": _l("I do not use it enough"),
    "customer_service": _l("Customer service was not good enough"),
    "too_complex": _l("It is too hard to use"),
    "low_quality": _l("The quality was not good enough"),
    "other": _l("Another reason"),
}
EVERY = {
    "day": _l("daily"),
    "week": _l("weekly"),
    "month": _l("monthly"),
    "year": _l("yearly"),
}
PER_INTERVAL = {
    "day": _l("%(amount)s per day"),
    "week": _l("%(amount)s per week"),
    "month": _l("%(amount)s per month"),
    "year": _l("%(amount)s per year"),
}
CARD_BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}


class Recurring(Protocol):
    """A price, or a row that answers like one."""

    @property
    def is_recurring(self) -> bool: ...
    @property
    def interval(self) -> Any: ...
    @property
    def interval_count(self) -> int: ...


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        subscription_status=subscription_status,
        invoice_status=invoice_status,
        payment_status=lambda payment: PAYMENT_STATUS[payment.status],
    )
    app.jinja_env.filters.update(
        method_name=method_name,
        expiry_words=expiry_words,
        every=every,
        line_words=line_words,
        per_interval=per_interval,
        reason_label=lambda code: CANCELLATION_REASONS.get(code, code),
    )


def subscription_status(subscription: Subscription) -> tuple[Any, str]:
    """Word and tone of the badge."""
    if subscription.is_ending:
        return ENDING
    return SUBSCRIPTION_STATUS[subscription.status]


def invoice_status(invoice: Invoice) -> tuple[Any, str]:
    """Word and tone of the badge; an open invoice past its date is overdue."""
    return OVERDUE if invoice.is_overdue(moment()) else INVOICE_STATUS[invoice.status]


def method_name(method: Any) -> str:
    """ "Visa ending in 4242"."""
    if method.type == "sepa_debit":
        return gettext("SEPA direct debit ending in %(last4)s", last4=method.last4)
    brand = CARD_BRANDS.get(method.brand, method.brand.title() or gettext("Card"))
    return gettext("%(brand)s ending in %(last4)s", brand=brand, last4=method.last4)


def expiry_words(method: Any) -> str:
    """ "Valid until 12/2028"; nothing of what does not expire."""
    if not method.exp_year:
        return ""
    month, year = f"{method.exp_month:02}", str(method.exp_year)
    return gettext("Valid until %(month)s/%(year)s", month=month, year=year)


def every(price: Recurring) -> str:
    """How often it is billed: "monthly", "every 3 months"."""
    count = price.interval_count
    if count == 1:
        return str(EVERY[price.interval])
    return {
        "day": lambda: ngettext("every %(num)s day", "every %(num)s days", count),
        "week": lambda: ngettext("every %(num)s week", "every %(num)s weeks", count),
        "month": lambda: ngettext("every %(num)s month", "every %(num)s months", count),
        "year": lambda: ngettext("every %(num)s year", "every %(num)s years", count),
    }[price.interval]()


def per_interval(amount: str, price: Recurring) -> str:
    """An amount with its interval: "€19.00 per month", "€49.00 every 3 months"."""
    if not price.is_recurring:
        return amount
    if price.interval_count > 1:
        return gettext("%(amount)s %(every)s", amount=amount, every=every(price))
    return str(PER_INTERVAL[price.interval]) % {"amount": amount}
