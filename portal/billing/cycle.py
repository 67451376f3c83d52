"""The billing run: what is over is renewed or ends, and what is due is collected.

Every step is a transaction of its own and can be repeated: a unique index allows one
invoice a period, and a payment is written down before the provider is asked.
"""

from datetime import datetime

from peewee import JOIN, ModelSelect

from portal.billing.collecting import collect
from portal.billing.errors import NoPaymentMethod, SubscriptionEnded
from portal.billing.gateway import GatewayFor, PaymentStatus
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.database import write

# What was missed while nothing ran is caught up in small steps, oldest period first.
MOST_PERIODS = 3
OF_A_PERIOD = "subscription_cycle"


def due(at: datetime, after: str = "") -> ModelSelect:
    """Subscriptions whose period is over, in the order of their ids, after the one named."""
    over = Subscription.period_over(at).where(Subscription.id > after)
    return over.order_by(Subscription.id)


def renew(subscription: Subscription, *, at: datetime) -> int:
    """Begin and bill the periods that have come, or end what was canceled.

    Answers how many steps were taken, three at most.
    """
    steps = 0
    try:
        while steps < MOST_PERIODS and subscription.renew(at=at):
            steps += 1
    except SubscriptionEnded:
        pass  # it ended with this step, or somebody else ended it meanwhile
    return steps


def uncollected(after: str = "") -> ModelSelect:
    """Invoices of a renewal that are to be charged and for which nobody has tried yet."""
    return (
        Invoice.select()
        .join(Payment, JOIN.LEFT_OUTER, on=(Payment.invoice == Invoice.id))
        .where(
            (Invoice.status == InvoiceStatus.OPEN)
            & (Invoice.collection_method == CollectionMethod.CHARGE_AUTOMATICALLY)
            & (Invoice.billing_reason == OF_A_PERIOD)
            & (Invoice.id > after)
            & Payment.id.is_null()
        )
        .order_by(Invoice.id)
    )


def collect_renewal(invoice: Invoice, gateway_for: GatewayFor, *, at: datetime) -> None:
    """Charge the customer's default method. Where that fails, the subscription is past due.

    Not inside a transaction: a provider is called.
    """
    method = PaymentMethod.default_of(invoice.customer_id)
    try:
        if method is None:
            raise NoPaymentMethod
        payment = collect(
            invoice, gateway_for(method.gateway, method.merchant), at=at, method=method
        )
    except NoPaymentMethod:
        fall_behind(invoice, at=at)
        return
    if payment.status == PaymentStatus.FAILED:
        fall_behind(invoice, at=at)


def fall_behind(invoice: Invoice, *, at: datetime) -> None:
    """The subscription of an invoice that could not be collected is past due."""
    subscription = invoice.subscription
    if subscription is None:
        return
    with write():
        # It may have ended since, or been paid another way.
        if subscription.refresh().status == SubscriptionStatus.ACTIVE:
            subscription.mark(SubscriptionStatus.PAST_DUE, at=at)


def ask_again(payment: Payment, gateway_for: GatewayFor, *, at: datetime) -> None:
    """Find out what became of a payment without an answer, and act on it.

    Not inside a transaction: a provider is called.
    """
    payment.ask_again(gateway_for(payment.gateway, payment.merchant), at=at)
    if payment.status == PaymentStatus.FAILED and payment.invoice.billing_reason == OF_A_PERIOD:
        fall_behind(payment.invoice, at=at)
