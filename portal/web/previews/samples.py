"""Made-up people and things for previews. None of it is ever saved."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _

from portal.billing.customer_subscriptions import SubscriptionRow
from portal.billing.customers import Customer
from portal.billing.invoice_rows import InvoiceRow
from portal.billing.invoices import InvoiceStatus
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.periods import Interval
from portal.billing.pricing import PriceModel
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.tax import TaxBehavior, rate_for, tax_line
from portal.documents.data import (
    Brand,
    Buyer,
    DocumentData,
    DocumentKind,
    Line,
    Seller,
    TaxTotal,
)
from portal.selfservice.configurations import PortalConfiguration
from portal.web.customer import home as home_page
from portal.web.customer.sign_in import SignInForm

AMOUNT = 4900
EMAIL = "jenny@example.com"
NAME = "Jenny Rosen"
MONTH = timedelta(days=30)


def customer(merchant: Merchant) -> Customer:
    """Somebody from the merchant's own town: an address must look right in its country."""
    town = merchant.address
    return Customer(
        id="cus_preview",
        merchant=merchant,
        email=EMAIL,
        name=NAME,
        line1=_("12 Sample Street"),
        postal_code=town.postal_code,
        city=town.city,
        state=town.state,
        country=merchant.country,
    )


def home(merchant: Merchant, options: PortalConfiguration, *, at: datetime) -> dict[str, Any]:
    """What the portal's first page shows, as `customer.home` hands it to its template."""
    shows_methods = options.updates_payment_methods
    return {
        "options": options,
        "subscriptions": [home_page.entry(_subscription(merchant, at))],
        "shows_payment_methods": shows_methods,
        "payment_methods": [_card(at)] if shows_methods else [],
        "tax_ids": [],
        "invoices": _invoices(merchant, at) if options.shows_invoices else [],
        "has_more_invoices": False,
        "next_url": None,
    }


def link() -> Any:
    return SimpleNamespace(token="preview")  # noqa: S106 - no secret: nothing can be pressed


def sign_in_form() -> SignInForm:
    form = SignInForm(formdata=None)
    form.email.data = EMAIL
    return form


def invoice(merchant: Merchant, language: str, *, at: datetime) -> DocumentData:
    """An invoice of one line, as it would be issued today."""
    rate = rate_for(merchant.country, "digital_service", merchant.day(at))
    amounts = tax_line(AMOUNT, rate, TaxBehavior.INCLUSIVE)
    percent = f"{rate.normalize():f}"
    first, last = merchant.day(at), merchant.day(at + MONTH - timedelta(days=1))
    line = Line(
        description=_("Sample product"),
        amount=AMOUNT,
        net=amounts.net,
        tax=amounts.tax,
        tax_rate=percent,
        includes_tax=bool(amounts.tax),
        unit_amount=AMOUNT,
        period_start=first.isoformat(),
        period_end=last.isoformat(),
    )
    return DocumentData(
        kind=DocumentKind.INVOICE,
        number=f"{merchant.invoice_prefix}-000042",
        language=language,
        issued_on=first.isoformat(),
        due_on=merchant.day(at + timedelta(days=14)).isoformat(),
        currency=merchant.currency,
        seller=_seller(merchant),
        buyer=Buyer(name=NAME, email=EMAIL, address=customer(merchant).address),
        lines=(line,),
        subtotal=amounts.net,
        taxes=(TaxTotal(rate=percent, net=amounts.net, tax=amounts.tax),),
        total=amounts.gross,
        amount_paid=0,
        amount_due=amounts.gross,
        is_test=True,
        brand=Brand(color=merchant.branding.brand_color, logo=merchant.branding.logo),
    )


def _seller(merchant: Merchant) -> Seller:
    return Seller(
        name=merchant.name,
        address=merchant.address,
        vat_id=merchant.vat_id,
        email=merchant.support_email,
        phone=merchant.phone,
        website=merchant.website,
    )


def _subscription(merchant: Merchant, at: datetime) -> SubscriptionRow:
    return SubscriptionRow(
        id="sub_preview",
        status=SubscriptionStatus.ACTIVE,
        current_period_end=at + MONTH,
        trial_end=None,
        cancel_at_period_end=False,
        cancel_at=None,
        resumes_at=None,
        ended_at=None,
        quantity=1,
        currency=merchant.currency,
        model=PriceModel.FLAT,
        unit_amount=AMOUNT,
        package_size=1,
        tiers_data=[],
        interval=Interval.MONTH,
        interval_count=1,
        name=_("Sample product"),
        image="",
        unit_label="",
    )


def _card(at: datetime) -> PaymentMethod:
    return PaymentMethod(
        id="pm_preview",
        gateway="sandbox",
        token="",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=at.year + 2,
        is_default=True,
    )


def _invoices(merchant: Merchant, at: datetime) -> list[InvoiceRow]:
    return [
        InvoiceRow(
            id=f"in_preview_{months}",
            number=f"{merchant.invoice_prefix}-{42 - months:06d}",
            status=InvoiceStatus.PAID,
            currency=merchant.currency,
            total=AMOUNT,
            amount_due=0,
            issued_at=at - months * MONTH,
            due_at=at - months * MONTH,
        )
        for months in range(3)
    ]
