"""A merchant and a customer who have something of everything, so that every page is full."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.accounts.users import DashboardSession, User
from portal.billing.collecting import collect
from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.gateway import StoredMethod
from portal.billing.invoices import Invoice
from portal.billing.merchants import Merchant
from portal.billing.pausing import pause
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.pricing import PriceModel
from portal.billing.products import Price
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_status import SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.database import write
from portal.files import StoredFile
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.record import now
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import (
    a_balance,
    a_credit_note,
    a_customer,
    a_merchant,
    a_price,
    a_product,
    a_subscription,
    a_user,
    an_invoice,
)

IMAGES = Path(__file__).resolve().parents[2] / "portal/demo/images"
LONG_WORD = "Rechtsschutzversicherungsgesellschaften"


@dataclass
class World:
    """What the pages are about. Made inside `live.data()`."""

    at: datetime = field(default_factory=now)
    language: str = "en"

    def __post_init__(self) -> None:
        with write():
            self.make()
            # What lies in the past is told already: mails come from what the tests do.
            Event.update(dispatched_at=self.at).where(Event.merchant == self.merchant).execute()

    def make(self) -> None:
        self.merchant = self.a_merchant()
        self.user: User = a_user(
            merchant=self.merchant, name="Rosa Lindenhof", locale=self.language
        )
        self.configuration = self.a_configuration()
        self.link = LoginLink.activate(self.configuration, at=self.at)
        self.price = self.a_catalogue()
        self.customer = self.a_customer()
        self.visa = self.a_method("visa", "4242", is_expired=False)
        self.old_card = self.a_method("mastercard", "4444", is_expired=True)
        self.subscription = self.subscribe(days_ago=5)
        self.further = self.a_further_product()
        self.former = self.subscribe(days_ago=30, price=self.further)
        self.former.cancel_now(at=self.at)
        self.changing = self.subscribe(days_ago=6)
        ScheduledChange.schedule(self.changing, self.further, 2, at=self.at)
        self.paused = self.subscribe(days_ago=7)
        pause(self.paused, at=self.at, resumes_at=self.at + timedelta(days=40))
        self.ending = self.subscribe(days_ago=9)
        self.ending.cancel(at=self.at)
        self.ended = self.subscribe(days_ago=12)
        self.ended.cancel_now(at=self.at)
        self.trial = self.subscribe(days_ago=3, trial_days=14)
        self.late = self.subscribe(days_ago=8)
        self.late.mark(SubscriptionStatus.PAST_DUE, at=self.at)
        self.paid: Invoice = self.subscription.invoices.first()
        self.invoice: Invoice = an_invoice(customer=self.customer, amount=11900, at=self.at)
        self.overdue: Invoice = an_invoice(
            customer=self.customer, amount=5950, at=self.at - timedelta(days=60)
        )
        self.pending: Invoice = an_invoice(customer=self.customer, amount=990, at=self.at)
        self.payment = collect(
            self.pending,
            SandboxGateway(),
            at=self.at,
            method=self.a_method("confirmation", "3155", is_expired=False),
        )
        self.outdated = self.an_outdated_invoice()
        self.credited: Invoice = an_invoice(customer=self.customer, amount=4760, at=self.at)
        Payment.record_outside(self.credited, 4760, note="Cash", at=self.at)
        self.credit_note = a_credit_note(self.credited, 1190, at=self.at)
        a_balance(self.customer, 700, note="For the delay", at=self.at)
        self.other = self.a_customer(company="Lovelace & Babbage", email=self.customer.email)

    def a_merchant(self) -> Merchant:
        merchant = a_merchant(
            name="Lindenhof Verlag & Buchhandlung",
            locale=self.language,
            created_at=self.at - timedelta(days=90),
            phone="+49 30 1234567",
            website="https://lindenhof.test",
            vat_id="DE136695976",
            terms_url="https://lindenhof.test/terms",
            privacy_url="https://lindenhof.test/privacy",
            shared_at=self.at,
        )
        pictures = {"icon": "stundenlot-icon.png", "logo": "stundenlot-logo.png"}
        names = {
            kind: self.keep(merchant, kind, merchant.id, name) for kind, name in pictures.items()
        }
        Branding.change(merchant, at=self.at, **names)
        return merchant

    def an_outdated_invoice(self) -> Invoice:
        """Issued before the customer moved house."""
        invoice = an_invoice(customer=self.customer, amount=1190, at=self.at)
        buyer = invoice.document["buyer"] | {"company": "Before the move"}
        invoice.document = invoice.document | {"buyer": buyer}
        invoice.save()
        return invoice

    def a_configuration(self) -> PortalConfiguration:
        configuration = PortalConfiguration.default_of(self.merchant)
        configuration.change(
            at=self.at,
            headline=f"For readers, and for {LONG_WORD}",
            default_return_url="https://lindenhof.test/back",
            updates_shipping=True,
            updates_tax_ids=True,
            allows_plan_change=True,
            allows_quantity=True,
            allows_pause=True,
            pause_months=[1, 3, 12, 0],
            allows_resubscription=True,
            allows_subscribing=True,
        )
        return configuration

    def a_catalogue(self) -> Price:
        product = a_product(
            merchant=self.merchant,
            name=f"Newsletter for {LONG_WORD}",
            description="Every week, with everything.",
            unit_label="reader",
            tax_code="digital_service",
        )
        product.image = self.keep(
            self.merchant, "product_image", product.id, "stundenlot-betrieb.webp"
        )
        product.save()
        a_price(
            product=product,
            model=PriceModel.GRADUATED,
            unit_amount=0,
            interval="year",
            tiers_data=[
                {"up_to": 10, "unit_amount": 500, "flat_amount": 0},
                {"up_to": None, "unit_amount": 400, "flat_amount": 1000},
            ],
        )
        a_price(product=product, interval=None, unit_amount=4900)
        return a_price(product=product, nickname="Monthly")

    def a_further_product(self) -> Price:
        """What can be switched to, and subscribed to."""
        product = a_product(merchant=self.merchant, name="Archive", description="All since 1950.")
        products = [self.price.product_id, product.id]
        self.configuration.change(
            at=self.at, plan_products=products, subscribe_products=[product.id]
        )
        a_price(product=product, interval="year", unit_amount=29900, trial_days=14)
        return a_price(product=product, unit_amount=2900, tax_behavior="exclusive")

    def a_customer(self, **given: str) -> Customer:
        customer = a_customer(
            merchant=self.merchant,
            at=self.at - timedelta(days=30),
            **{
                "name": "Ada Lovelace",
                "company": f"{LONG_WORD} GmbH",
                "phone": "+49 30 7654321",
                "line1": "Unter den Linden 1",
                "postal_code": "10117",
                "city": "Berlin",
                "country": "DE",
                "locale": self.language,
                "cc_emails": ["accounts@example.test"],
                "notes": "Likes to be called in the morning.",
            }
            | given,
        )
        TaxId.create(
            merchant=self.merchant,
            customer=customer,
            created_at=self.at,
            type="eu_vat",
            value="DE136695976",
        )
        return customer

    def a_method(self, brand: str, last4: str, *, is_expired: bool) -> PaymentMethod:
        year = self.at.year + (-1 if is_expired else 3)
        stored = StoredMethod(f"tok_{brand}", "card", brand, last4, 12, year)
        return PaymentMethod.attach(self.customer, stored, gateway="sandbox", at=self.at)

    def subscribe(self, days_ago: int, **given: Any) -> Subscription:
        begun, usual = self.at - timedelta(days=days_ago), {"price": self.price}
        return a_subscription(customer=self.customer, at=begun, **usual | given)

    def keep(self, merchant: Merchant, kind: str, subject: str, name: str) -> str:
        types = {".png": "image/png", ".webp": "image/webp"}
        data = (IMAGES / name).read_bytes()
        kept = StoredFile.keep(merchant, kind, subject, data, types[Path(name).suffix])
        return kept.name

    def customer_cookie(self) -> dict[str, str]:
        """Signed in to the portal."""
        _, token = PortalSession.open(
            self.customer,
            at=now(),
            configuration=self.configuration,
            link=self.link,
            email=self.customer.email,
        )
        return {"name": "portal_customer", "value": token}

    def member_cookie(self) -> dict[str, str]:
        """Signed in to the dashboard."""
        _, token = DashboardSession.open(self.user, at=now())
        return {"name": "portal_member", "value": token}
