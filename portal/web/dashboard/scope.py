"""What a member of the merchant's team may see. The lookup is the permission."""

from typing import NoReturn

from flask import abort

from portal.accounts.users import DashboardSession, User
from portal.billing.coupons import Coupon, Discount, PromotionCode
from portal.billing.credit_notes import CreditNote
from portal.billing.customers import Customer
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.payments import Payment
from portal.billing.products import Price, Product
from portal.billing.refunds import Refund
from portal.billing.subscriptions import Subscription
from portal.selfservice.configurations import PortalConfiguration
from portal.web.identity import dashboard_session


def the_session() -> DashboardSession:
    return dashboard_session() or _nobody()


def the_user() -> User:
    return the_session().user


def the_merchant() -> Merchant:
    return the_user().merchant


def the_configuration() -> PortalConfiguration:
    """The default configuration of the portal."""
    return PortalConfiguration.default_of(the_merchant())


def the_customer(customer_id: str) -> Customer:
    return (
        Customer.get_or_none((Customer.id == customer_id) & (Customer.merchant == the_merchant()))
        or _nobody()
    )


def the_product(product_id: str) -> Product:
    return (
        Product.get_or_none((Product.id == product_id) & (Product.merchant == the_merchant()))
        or _nobody()
    )


def the_price(price_id: str) -> Price:
    return (
        Price.get_or_none((Price.id == price_id) & (Price.merchant == the_merchant())) or _nobody()
    )


def the_subscription(subscription_id: str) -> Subscription:
    return (
        Subscription.get_or_none(
            (Subscription.id == subscription_id) & (Subscription.merchant == the_merchant())
        )
        or _nobody()
    )


def the_invoice(invoice_id: str) -> Invoice:
    return (
        Invoice.get_or_none((Invoice.id == invoice_id) & (Invoice.merchant == the_merchant()))
        or _nobody()
    )


def the_coupon(coupon_id: str) -> Coupon:
    return (
        Coupon.get_or_none((Coupon.id == coupon_id) & (Coupon.merchant == the_merchant()))
        or _nobody()
    )


def the_promotion_code(promotion_code_id: str) -> PromotionCode:
    return (
        PromotionCode.get_or_none(
            (PromotionCode.id == promotion_code_id) & (PromotionCode.merchant == the_merchant())
        )
        or _nobody()
    )


def the_discount(discount_id: str) -> Discount:
    return (
        Discount.get_or_none((Discount.id == discount_id) & (Discount.merchant == the_merchant()))
        or _nobody()
    )


def the_credit_note(credit_note_id: str) -> CreditNote:
    return (
        CreditNote.get_or_none(
            (CreditNote.id == credit_note_id) & (CreditNote.merchant == the_merchant())
        )
        or _nobody()
    )


def the_refund(refund_id: str) -> Refund:
    return (
        Refund.get_or_none((Refund.id == refund_id) & (Refund.merchant == the_merchant()))
        or _nobody()
    )


def the_payment(payment_id: str) -> Payment:
    return (
        Payment.get_or_none((Payment.id == payment_id) & (Payment.merchant == the_merchant()))
        or _nobody()
    )


def _nobody() -> NoReturn:
    abort(404)
