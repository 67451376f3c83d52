"""Valid things with as little said as possible; say only what the test is about."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from portal.accounts.users import User
from portal.billing.collecting import collect
from portal.billing.coupons import Coupon, PromotionCode
from portal.billing.credit_notes import CreditNote, CreditReason
from portal.billing.credit_plans import remaining_of
from portal.billing.crediting import credit
from portal.billing.customer_balances import BalanceReason, CustomerBalanceTransaction, move
from portal.billing.customers import Customer
from portal.billing.gateway import StoredMethod
from portal.billing.invoices import Invoice
from portal.billing.invoicing import Item, issue
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price, Product
from portal.billing.subscribing import subscribe
from portal.billing.subscriptions import Subscription
from portal.billing.tax import TaxBehavior
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
numbers = count(1)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def a_merchant(**given: Any) -> Merchant:
    number = next(numbers)
    return Merchant.create(
        **{
            "name": f"Lindenhof {number}",
            "support_email": "hilfe@lindenhof.test",
            "line1": "Gartenweg 3",
            "postal_code": "10115",
            "city": "Berlin",
            "country": "DE",
            "currency": "EUR",
            "invoice_prefix": f"LIN{number}",
            "created_at": NOW,
        }
        | given
    )


def a_user(**given: Any) -> User:
    merchant = given.pop("merchant", None) or a_merchant()
    email = f"owner{next(numbers)}@example.test"
    return User.create(merchant=merchant, **{"email": email, "confirmed_at": NOW} | given)


def a_customer(**given: Any) -> Customer:
    merchant = given.pop("merchant", None) or a_merchant()
    return Customer.register(
        merchant,
        **{
            "email": f"customer{next(numbers)}@example.test",
            "name": "Ada Lovelace",
            "country": "DE",
            "at": NOW,
        }
        | given,
    )


def a_product(**given: Any) -> Product:
    merchant = given.pop("merchant", None) or a_merchant()
    return Product.create(merchant=merchant, **{"name": "Newsletter", "created_at": NOW} | given)


def a_price(**given: Any) -> Price:
    """€19.99 a month, tax included."""
    product = given.pop("product", None) or a_product(merchant=given.pop("merchant", None))
    given.pop("merchant", None)
    return Price.create(
        merchant=product.merchant_id,
        product=product,
        **{"unit_amount": 1999, "currency": "EUR", "interval": "month", "created_at": NOW} | given,
    )


def a_subscription(**given: Any) -> Subscription:
    """Begun at NOW, its first invoice open; `paid=True` pays it, so that it is active."""
    customer = given.pop("customer", None) or a_customer()
    price = given.pop("price", None) or a_price(merchant=customer.merchant)
    paid = given.pop("paid", True)
    subscription = subscribe(customer, price, **{"at": NOW} | given)
    invoice = subscription.invoices.first()
    if paid and invoice and invoice.amount_due:
        invoice.pay(invoice.amount_due, at=subscription.started_at)
    return subscription.reload()


def an_invoice(**given: Any) -> Invoice:
    """An open invoice of one line, €23.80 with 19 % VAT included."""
    customer = given.pop("customer", None) or a_customer()
    amount = given.pop("amount", 2380)
    line = Item("Consulting", 1, amount, amount, TaxBehavior.INCLUSIVE, "digital_service")
    return issue(customer, [line], **{"currency": "EUR", "at": NOW} | given)


def a_payment_method(**given: Any) -> PaymentMethod:
    customer = given.pop("customer", None) or a_customer()
    stored = {
        "token": "tok_visa",
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2030,
    } | given
    return PaymentMethod.attach(customer, StoredMethod(**stored), gateway="sandbox", at=NOW)


def a_login_link(**given: Any) -> LoginLink:
    merchant = given.pop("merchant", None) or a_merchant()
    configuration = PortalConfiguration.default_of(merchant)
    return LoginLink.activate(configuration, at=NOW)


def a_coupon(**given: Any) -> Coupon:
    """20 % off one invoice."""
    merchant = given.pop("merchant", None) or a_merchant()
    given = {"name": "Welcome", "at": NOW} | given
    if "amount_off" in given:
        return Coupon.publish(merchant, **{"currency": "EUR"} | given)
    return Coupon.publish(merchant, **{"percent_off": 2000} | given)


def a_promotion_code(code: str = "SPRING", **given: Any) -> PromotionCode:
    coupon = given.pop("coupon", None) or a_coupon(merchant=given.pop("merchant", None))
    return PromotionCode.publish(coupon, code, **{"at": NOW} | given)


def a_balance(customer: Customer, amount: int, **given: Any) -> CustomerBalanceTransaction:
    """So many minor units in the customer's favour, given by hand."""
    return move(customer, amount, **{"reason": BalanceReason.ADJUSTMENT, "at": NOW} | given)


def a_paid_invoice(**given: Any) -> Invoice:
    """As `an_invoice`, paid by a card of the sandbox."""
    invoice = an_invoice(**given)
    method = a_payment_method(customer=invoice.customer)
    collect(invoice, SandboxGateway(lambda: NOW), at=NOW, method=method)
    return invoice.reload()


def a_credit_note(
    invoice: Invoice | None = None, gross: int | None = None, **given: Any
) -> CreditNote:
    """Over all that is left of an invoice (paid by card), or `gross` of its first line."""
    invoice = invoice or a_paid_invoice()
    parts = remaining_of(invoice)
    if gross is not None:
        parts = [parts[0]._replace(gross=gross)]
    return credit(invoice, parts, **{"reason": CreditReason.OTHER, "at": NOW} | given)
