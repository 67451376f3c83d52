"""One customer of the demo: joins, subscribes, pays, looks in, leaves."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol

from portal.billing import events
from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer
from portal.billing.emails import normalize_email
from portal.billing.events import Actor, ActorKind
from portal.billing.gateway import Charge, PaymentStatus, StoredMethod
from portal.billing.invoices import Invoice
from portal.billing.invoicing import Item, issue
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.products import Price
from portal.billing.subscribing import subscribe
from portal.billing.subscription_status import CollectionMethod, SubscriptionStatus
from portal.billing.subscriptions import Subscription
from portal.demo.content_types import (
    DemoCustomer,
    DemoPaymentMethod,
    DemoPurchase,
    DemoSubscription,
    Scenario,
)
from portal.demo.sandbox_tokens import token_for
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession

FAILING = frozenset({Scenario.PAST_DUE, Scenario.UNPAID})


class Timeline(Protocol):
    """What a visitor needs of the history it is part of."""

    merchant: Merchant
    link: LoginLink
    prices: dict[str, Price]
    until: datetime
    chance: Random

    def then(self, at: datetime, step: Callable[[datetime], object]) -> None: ...

    def days_ago(self, days: int) -> datetime: ...


class Visitor:
    """Plans its steps on the timeline; each step plans the next."""

    def __init__(self, history: Timeline, content: DemoCustomer) -> None:
        self.history = history
        self.content = content
        self.customer: Customer
        self.started = 0

    def plan(self) -> None:
        subscriptions = [
            (self.history.days_ago(each.begun_days_ago), each)
            for each in self.content.subscriptions
        ]
        purchases = [
            (self.history.days_ago(each.days_ago), each) for each in self.content.purchases
        ]
        first = min(
            [at for at, _ in subscriptions] + [at for at, _ in purchases],
            default=self.history.days_ago(self.history.chance.randrange(20, 200)),
        )
        self.history.then(first - timedelta(minutes=20), self.join)
        for at, each in subscriptions:
            self.history.then(at, partial(self.subscribe, each))
        for at, purchase in purchases:
            self.history.then(at, partial(self.buy, purchase))
        for _ in range(self.history.chance.randrange(1, 5)):
            days = self.history.chance.randrange(1, 90)
            visit = self.history.days_ago(days)
            if visit > first:
                self.history.then(visit, self.look_in)

    def join(self, at: datetime) -> None:
        content, address, shipping = (
            self.content,
            self.content.address,
            self.content.shipping_address,
        )
        columns = asdict(address)
        if shipping:
            columns |= {f"shipping_{name}": value for name, value in asdict(shipping).items()}
            columns["shipping_name"] = content.name
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
            **columns,
        )
        for tax_id in content.tax_ids:
            TaxId.create(
                merchant=self.history.merchant,
                customer=self.customer,
                created_at=at,
                type=tax_id.type,
                value=tax_id.value,
            )
        for method in content.payment_methods:
            self.attach(method, at)

    def attach(self, method: DemoPaymentMethod, at: datetime) -> None:
        stored = StoredMethod(token_for(method), method.type, method.brand, method.last4)
        if method.expires_in_months is not None:
            month = self.history.until.month - 1 + method.expires_in_months
            stored = stored._replace(
                exp_month=month % 12 + 1, exp_year=self.history.until.year + month // 12
            )
        PaymentMethod.attach(self.customer, stored, gateway="sandbox", at=at)

    def subscribe(self, content: DemoSubscription, at: datetime) -> None:
        is_first, self.started = self.started == 0, self.started + 1
        trial = None if is_first and self.content.scenario == Scenario.TRIALING else 0
        subscription = subscribe(
            self.customer,
            self.history.prices[content.price],
            at=at,
            quantity=content.quantity,
            trial_days=trial,
            collection_method=self.collection_method,
        )
        scenario = self.content.scenario if is_first else Scenario.ACTIVE_MONTHLY
        if invoice := subscription.invoices.first():
            self.pay(invoice, at, fails=scenario == Scenario.INCOMPLETE)
        if content.ended_days_ago is not None:
            leaving = self.history.days_ago(content.ended_days_ago)
            self.history.then(leaving, lambda at: self.leave(subscription, content, scenario, at))
        if scenario != Scenario.INCOMPLETE:
            self.renew_later(subscription, scenario)

    @property
    def collection_method(self) -> CollectionMethod:
        if PaymentMethod.default_of(self.customer):
            return CollectionMethod.CHARGE_AUTOMATICALLY
        return CollectionMethod.SEND_INVOICE

    def renew_later(self, subscription: Subscription, scenario: Scenario) -> None:
        def renew(at: datetime) -> None:
            if not subscription.reload().is_live or not subscription.renew(at=at):
                return
            latest = subscription.invoices.order_by(Invoice.id.desc()).first()
            is_last = subscription.current_period_end > self.history.until
            if latest and not latest.amount_paid and subscription.is_live:
                fails = is_last and scenario in FAILING
                self.pay(latest, at, fails=fails)
                if fails:
                    self.fall_behind(subscription, scenario, at)
                    return
            self.renew_later(subscription, scenario)

        self.history.then(subscription.current_period_end, renew)

    def fall_behind(self, subscription: Subscription, scenario: Scenario, at: datetime) -> None:
        subscription.mark(SubscriptionStatus.PAST_DUE, at=at)
        if scenario == Scenario.UNPAID:
            self.history.then(
                at + timedelta(days=14),
                lambda at: subscription.reload().mark(SubscriptionStatus.UNPAID, at=at),
            )

    def leave(
        self,
        subscription: Subscription,
        content: DemoSubscription,
        scenario: Scenario,
        at: datetime,
    ) -> None:
        current = subscription.reload()
        if not current.is_live:
            return
        self.act()
        if scenario == Scenario.CANCELED_IMMEDIATELY:
            current.cancel_now(at=at)
        else:
            current.cancel(at=at)
        if content.reason:
            current.give_reason(content.reason, content.comment, at=at + timedelta(minutes=1))

    def buy(self, content: DemoPurchase, at: datetime) -> None:
        price = self.history.prices[content.price]
        invoice = issue(
            self.customer.reload(),
            [Item.of_price(price, content.quantity)],
            currency=price.currency,
            at=at,
        )
        if at < self.history.until - timedelta(days=25):
            self.pay(invoice, at + timedelta(hours=3))

    def pay(self, invoice: Invoice, at: datetime, *, fails: bool = False) -> None:
        """A payment of the sandbox; without a method the invoice was paid by transfer."""
        if not invoice.amount_due:
            return
        if PaymentMethod.default_of(self.customer) is None:
            self.transfer(invoice, at)
            return
        payment = Payment.begin(invoice, None, at=at)
        outcome = (
            Charge(PaymentStatus.FAILED, payment.key, "card_declined")
            if fails
            else Charge(PaymentStatus.SUCCEEDED, payment.key)
        )
        payment.settle(outcome, at=at)

    def transfer(self, invoice: Invoice, at: datetime) -> None:
        paid_at = at + timedelta(days=self.history.chance.randrange(2, 12))
        self.history.then(
            paid_at,
            lambda at: Payment.record_outside(
                invoice, invoice.amount_due, note=invoice.number or "", at=at
            ),
        )

    def look_in(self, at: datetime) -> None:
        """A visit to the portal some time ago; long over."""
        self.act()
        session, _ = PortalSession.open(
            self.customer,
            at=at,
            email=self.customer.email,
            link=self.history.link,
            configuration=PortalConfiguration.default_of(self.history.merchant),
        )
        session.end(at=at + timedelta(minutes=12))

    def act(self) -> None:
        events.set_actor(Actor(ActorKind.CUSTOMER, self.customer.id, self.customer.display_name))
