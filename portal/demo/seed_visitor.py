"""One customer of the demo: joins, subscribes, buys, looks in, and does what the content says."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol

from portal.billing import dunning, events
from portal.billing.collecting import collect
from portal.billing.coupons import Coupon
from portal.billing.customer_tax_ids import add_tax_id
from portal.billing.customers import Customer
from portal.billing.emails import normalize_email
from portal.billing.events import Actor, ActorKind
from portal.billing.gateway import GatewayFor
from portal.billing.invoices import Invoice
from portal.billing.invoicing import Item, issue
from portal.billing.merchants import Merchant
from portal.billing.payment_method_setups import PaymentMethodSetup, payer_of
from portal.billing.payment_methods import PaymentMethod
from portal.billing.products import Price
from portal.billing.subscribing import subscribe
from portal.billing.subscription_status import CollectionMethod
from portal.billing.subscriptions import Subscription
from portal.delivery.vat_id_jobs import REFUTED_IN_SANDBOX
from portal.demo.content_acts import Act, CustomerAct, MerchantAct
from portal.demo.content_types import (
    DemoCustomer,
    DemoPaymentMethod,
    DemoPurchase,
    DemoSubscription,
    DemoTaxId,
)
from portal.demo.seed_customer_acts import CUSTOMER_ACTS
from portal.demo.seed_merchant_acts import MERCHANT_ACTS
from portal.demo.seed_transfers import Transfers
from portal.gateways.sandbox.cards import METHODS
from portal.gateways.sandbox.gateway import SandboxGateway
from portal.gateways.sandbox.records import SandboxSetup
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession

# Who can pay by a click does so within hours; what is newer is still open.
PAID_BY_NOW = timedelta(days=25)


class Timeline(Protocol):
    """What a visitor needs of the history it is part of."""

    merchant: Merchant
    owner: Actor
    link: LoginLink
    prices: dict[str, Price]
    coupons: dict[str, Coupon]
    until: datetime
    chance: Random
    transfers: Transfers

    @property
    def configuration(self) -> PortalConfiguration: ...

    def gateways(self, at: datetime) -> GatewayFor: ...

    def then(self, at: datetime, step: Callable[[datetime], object]) -> None: ...

    def days_ago(self, days: int) -> datetime: ...


class Visitor:
    """Plans its steps on the timeline."""

    def __init__(self, history: Timeline, content: DemoCustomer) -> None:
        self.history = history
        self.content = content
        self.customer: Customer
        self._subscriptions: list[str] = []

    def plan(self) -> None:
        days_ago, then = self.history.days_ago, self.history.then
        begun = [(days_ago(each.begun_days_ago), each) for each in self.content.subscriptions]
        bought = [(days_ago(each.days_ago), each) for each in self.content.purchases]
        done = [(days_ago(act.days_ago), act) for act in self.content.acts]
        first = min(at for at, _ in [*begun, *bought, *done])
        then(first - timedelta(minutes=20), self.join)
        for at, each in begun:
            then(at, partial(self.subscribe, each))
        for at, purchase in bought:
            then(at, partial(self.buy, purchase))
        for at, act in done:
            then(at, partial(self.perform, act))
        for _ in range(self.history.chance.randrange(1, 5)):
            visit = days_ago(self.history.chance.randrange(1, 90))
            if visit > first:
                then(visit, self.look_in)

    # ── what acts need ───────────────────────────────────────────────────────────────────────

    def subscription(self, position: int) -> Subscription:
        """As it is now; of those begun so far."""
        return Subscription.get_by_id(self._subscriptions[position])

    def keep(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription.id)

    def collect(self, invoice: Invoice | None, at: datetime) -> None:
        """Charge what was issued because somebody did something, as the pages do."""
        is_charged = CollectionMethod.CHARGE_AUTOMATICALLY
        if invoice and invoice.is_payable and invoice.collection_method == is_charged:
            self.charge(invoice, at)

    def charge(self, invoice: Invoice, at: datetime) -> None:
        method = PaymentMethod.default_of(self.customer)
        if method is None:
            dunning.after_failure(invoice, None, at=at)
            return
        gateway = self.history.gateways(at)(method.gateway, self.history.merchant)
        collect(invoice, gateway, at=at, method=method)

    def attach(self, method: DemoPaymentMethod, at: datetime, *, is_default: bool = False) -> None:
        """Add a method on the sandbox's page."""
        gateway = SandboxGateway(lambda: at)
        setup = PaymentMethodSetup.create(
            merchant=self.history.merchant,
            customer=self.customer,
            gateway=gateway.name,
            is_default_wanted=is_default,
            created_at=at,
        )
        gateway.setup_url(setup.key, "/p", payer_of(self.customer))
        SandboxSetup.get(SandboxSetup.key == setup.key).choose(METHODS[method.code])
        stored = gateway.find_setup(setup.key)
        if stored and method.expires_in_months is not None:
            month = self.history.until.month - 1 + method.expires_in_months
            stored = stored._replace(
                exp_month=month % 12 + 1, exp_year=self.history.until.year + month // 12
            )
        if stored:
            setup.complete(stored, at=at)

    # ── steps ────────────────────────────────────────────────────────────────────────────────

    def join(self, at: datetime) -> None:
        content, shipping = self.content, self.content.shipping_address
        columns = asdict(content.address)
        if shipping:
            columns |= {f"shipping_{name}": value for name, value in asdict(shipping).items()}
            columns["shipping_name"] = content.name
        events.set_actor(self.history.owner)
        self.customer = Customer.register(
            self.history.merchant,
            at=at,
            email=normalize_email(content.email),
            name=content.name,
            company=content.company,
            phone=content.phone,
            locale=content.locale,
            cc_emails=[normalize_email(email) for email in content.cc_emails],
            notes=content.notes,
            siren=content.siren,
            **columns,
        )
        for tax_id in content.tax_ids:
            self._identify(tax_id, at)
        self._act_as_customer()
        for method in content.payment_methods:
            self.attach(method, at)
        if content.transfers_after_days is not None:
            self.history.transfers.come_from(self.customer.id, content.transfers_after_days)

    def _identify(self, content: DemoTaxId, at: datetime) -> None:
        """The sandbox's register answers at once."""
        tax_id = add_tax_id(self.customer, content.type, content.value, at=at)
        if tax_id.type == "eu_vat":
            is_valid = not tax_id.value.endswith(REFUTED_IN_SANDBOX)
            proof = {"valid": is_valid, "is_simulated": True}
            with events.acting_as(events.SYSTEM):
                tax_id.verify(is_valid, proof, at=at)

    def subscribe(self, content: DemoSubscription, at: datetime) -> None:
        self._act_as_customer()
        transfers = self.content.transfers_after_days is not None
        subscription = subscribe(
            self.customer.reload(),
            self.history.prices[content.price],
            at=at,
            quantity=content.quantity,
            collection_method=CollectionMethod.SEND_INVOICE if transfers else None,
            minimum_term_months=content.minimum_term_months,
            notice_days=content.notice_days,
        )
        self.keep(subscription)
        self.collect(subscription.invoices.first(), at)

    def buy(self, content: DemoPurchase, at: datetime) -> None:
        events.set_actor(self.history.owner)
        price = self.history.prices[content.price]
        items = [Item.of_price(price, content.quantity)]
        invoice = issue(self.customer.reload(), items, currency=price.currency, at=at)
        if self.content.payment_methods and at < self.history.until - PAID_BY_NOW:
            self.history.then(at + timedelta(hours=3), partial(self._pay, invoice))

    def _pay(self, invoice: Invoice, at: datetime) -> None:
        self._act_as_customer()
        if invoice.reload().is_payable:
            self.charge(invoice, at)

    def perform(self, act: Act, at: datetime) -> None:
        self.customer = self.customer.reload()
        if isinstance(act, CustomerAct):
            self._act_as_customer()
            CUSTOMER_ACTS[type(act)](self, act, at)
        else:
            events.set_actor(self.history.owner if isinstance(act, MerchantAct) else events.SYSTEM)
            MERCHANT_ACTS[type(act)](self, act, at)

    def look_in(self, at: datetime) -> None:
        """A visit to the portal some time ago; long over."""
        self._act_as_customer()
        session, _ = PortalSession.open(
            self.customer,
            at=at,
            email=self.customer.email,
            link=self.history.link,
            configuration=self.history.configuration,
        )
        session.end(at=at + timedelta(minutes=12))

    def _act_as_customer(self) -> None:
        name = self.customer.display_name
        events.set_actor(Actor(ActorKind.CUSTOMER, self.customer.id, name))
