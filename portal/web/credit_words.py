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
# As providers name it; what a bank says of lost or stolen cards is not for everybody's ears.
REFUND_REASONS = {
    "expired_or_canceled_card": _l("The card has expired or was canceled."),
    "insufficient_funds": _l("There is not enough money in your account with the provider."),
    "charge_already_refunded": _l("The provider says that it was refunded already."),
    "never_arrived": _l("The refund never reached the provider. Nothing went back."),
}
REFUND_REFUSED = _l("The provider or the bank refused it.")
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
        credit_reason=lambda reason: CREDIT_REASONS[reason],
        refund_way=refund_way,
        refund_reason=lambda refund: REFUND_REASONS.get(refund.failure_reason, REFUND_REFUSED),
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
