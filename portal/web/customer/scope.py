"""What the signed-in customer may see. The lookup is the permission: all else is 404."""

from typing import NoReturn

from flask import abort

from portal.billing.credit_notes import CreditNote
from portal.billing.customer_subscriptions import item_of
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice, InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscription_items import SubscriptionItem
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from portal.web.identity import portal_session


def my_session() -> PortalSession:
    return portal_session() or _nobody()


def me() -> Customer:
    return my_session().customer


def my_merchant() -> Merchant:
    return my_session().merchant


def my_configuration() -> PortalConfiguration:
    """What the merchant lets customers of this session do."""
    return my_session().configuration


def my_subscription_item(subscription_id: str) -> SubscriptionItem:
    """One of my subscriptions with its price and product, in one query."""
    return item_of(me(), subscription_id) or _nobody()


def my_invoice(invoice_id: str) -> Invoice:
    my_configuration().require("shows_invoices")
    return (
        Invoice.select()
        .where(
            (Invoice.id == invoice_id)
            & (Invoice.customer == me())
            & (Invoice.status != InvoiceStatus.DRAFT)
        )
        .first()
        or _nobody()
    )


def my_credit_note(credit_note_id: str) -> CreditNote:
    my_configuration().require("shows_invoices")
    mine = CreditNote.of_customer(me())
    return mine.where(CreditNote.id == credit_note_id).first() or _nobody()


def my_payment_method(payment_method_id: str) -> PaymentMethod:
    return PaymentMethod.of(me()).where(PaymentMethod.id == payment_method_id).first() or _nobody()


def _nobody() -> NoReturn:
    abort(404)
