"""Words for credit notes, refunds and movements of a balance."""

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.billing.refunds import Refund
from portal.web.labels import method_name

CREDIT_REASONS = {
    "duplicate": _l("Billed twice"),
    "order_change": _l("The order changed"),
    "product_unsatisfactory": _l("Not satisfied with the product"),
    "fraudulent": _l("Fraud"),
    "correction": _l("Corrected invoice"),
    "proration": _l("Unused time"),
    "other": _l("Another reason"),
}
REFUND_STATUS = {
    "pending": (_l("On its way"), "info"),
    "unknown": (_l("Being confirmed"), "info"),
    "succeeded": (_l("Refunded"), "success"),
    "failed": (_l("Failed"), "danger"),
}
BALANCE_REASONS = {
    "adjustment": _l("Adjusted"),
    "credit_note": _l("Credited by a credit note"),
    "applied_to_invoice": _l("Used for an invoice"),
    "unapplied_from_invoice": _l("Returned from a void invoice"),
    "overpayment": _l("Paid more than was due"),
    "paid_out": _l("Paid out"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(refund_status=refund_status, balance_reason=balance_reason)
    app.jinja_env.filters.update(
        credit_reason=lambda reason: CREDIT_REASONS[reason], refund_way=refund_way
    )


def refund_status(refund: Refund) -> tuple[object, str]:
    """Word and tone of the badge."""
    if refund.needs_review_at:
        return _l("No answer"), "warning"
    return REFUND_STATUS[refund.status]


def balance_reason(movement: CustomerBalanceTransaction) -> object:
    return BALANCE_REASONS[movement.reason]


def refund_way(refund: Refund) -> str:
    """Which way the money went back."""
    if refund.is_outside:
        return gettext("Given back another way")
    method = refund.payment.payment_method
    if method is None:
        return gettext("Refund")
    return gettext("Refund to %(method)s", method=method_name(method))
