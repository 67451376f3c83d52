"""A merchant, a customer and a clock, in the database and in the model at once."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize

from portal.billing import cycle
from portal.billing.collecting import collect
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.gateway import StoredMethod
from portal.billing.invoices import Invoice
from portal.billing.payment_methods import PaymentMethod
from portal.billing.subscriptions import Subscription
from portal.database import database
from portal.gateways.sandbox.gateway import SandboxGateway
from tests.billing.histories.comparing import check_books
from tests.billing.histories.contracts import World
from tests.billing.histories.things import Bill, Contract, Plan, Refused
from tests.factories import a_customer, a_merchant, a_price, a_product, utc

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
BEGINNINGS = [
    utc(2026, 1, 31, 10),
    utc(2026, 3, 28, 1, 30),
    utc(2026, 10, 24, 23),
    utc(2028, 2, 29),
]
RHYTHMS = [("month", 1), ("month", 1), ("year", 1), ("week", 1), ("month", 3), ("day", 10)]
TOKENS = {
    "good": "tok_visa",
    "declined": "tok_declined",
    "short": "tok_insufficient_funds",
    "hopeless": "tok_gone",
    "late": "tok_late",
    "confirm": "tok_confirmation",
    "silent": "tok_never",
}
MOST_STOPS, MOST_RUNS = 100, 400
whichever = some.integers(0, 20)
amounts = some.one_of(some.integers(1, 30), some.integers(100, 20_000))
seconds = some.integers(0, 86_400)


class History(RuleBasedStateMachine):
    """One merchant, one customer with up to two subscriptions, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.example = ExitStack()
        self.savepoint = self.example.enter_context(database.atomic())

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                check_books(self.merchant, self.at)
        finally:
            self.savepoint.rollback()
            self.example.close()

    @initialize(
        zone=some.sampled_from(ZONES),
        begins=some.sampled_from(BEGINNINGS),
        currency=some.sampled_from(["EUR", "EUR", "JPY"]),
        prices=some.lists(
            some.tuples(
                some.one_of(some.just(0), amounts, amounts, amounts),
                some.booleans(),
                some.sampled_from(RHYTHMS),
                some.integers(0, 1),
                some.sampled_from(["flat", "flat", "flat", "package", "graduated", "volume"]),
                some.tuples(some.integers(1, 4), some.integers(0, 3000), some.integers(0, 500)),
            ),
            min_size=2,
            max_size=5,
        ),
        dunning=some.sampled_from([[1, 2, 3, 5, 7, 9, 11, 14], [3, 10], [1]]),
        final=some.sampled_from(["cancel", "mark_unpaid", "leave_past_due"]),
        card=some.sampled_from(["good", "good", "good", "short", "short", None, "confirm", "late"]),
    )
    def begin(self, zone, begins, currency, prices, dunning, final, card):
        self.at = begins
        self.merchant = a_merchant(
            time_zone=zone, currency=currency, dunning_days=dunning, dunning_final_action=final
        )
        self.customer_id = a_customer(merchant=self.merchant).id
        self.currency = currency
        self.products = [a_product(merchant=self.merchant, name=f"Product {i}") for i in range(2)]
        self.plans = [
            self.a_plan(product, amount, is_inclusive, rhythm, model, tiers)
            for amount, is_inclusive, rhythm, product, model, tiers in prices
        ]
        self.world = World(zone, dunning, final)
        if card:
            self.swap_card(card)

    def a_plan(self, number, amount, is_inclusive, rhythm, model, tiers) -> Plan:
        (interval, count), (size, above, flat) = rhythm, tiers
        first = {"up_to": size, "unit_amount": amount, "flat_amount": 0}
        last = {"up_to": None, "unit_amount": above, "flat_amount": flat}
        price = a_price(
            product=self.products[number],
            model=model,
            package_size=size,
            tiers_data=[first, last] if model in ("graduated", "volume") else [],
            unit_amount=amount,
            currency=self.currency,
            tax_behavior="inclusive" if is_inclusive else "exclusive",
            interval=interval,
            interval_count=count,
        )
        of_tiers = (model, size, above, flat)
        return Plan(price.id, number, amount, is_inclusive, interval, count, *of_tiers)

    # ── how a step is taken ─────────────────────────────────────────────────────────────────

    @property
    def customer(self) -> Customer:
        return Customer.get_by_id(self.customer_id)

    def gateway(self, *_: object) -> SandboxGateway:
        return SandboxGateway(lambda: self.at)

    def tick(self, seconds: int = 1) -> None:
        self.at += timedelta(seconds=seconds)

    def both(self, model: Callable[[], object], product: Callable[[], object]) -> bool:
        """The same happens in both, or both refuse for the same reason."""
        refused, refusal = "", ""
        try:
            model()
        except Refused as error:
            refused = str(error)
        try:
            product()
        except BillingError as error:
            refusal = type(error).__name__
        assert refusal == refused
        return not refused

    def a_contract(self, which: int) -> Contract:
        return self.world.contracts[which % len(self.world.contracts)]

    def a_bill(self, which: int) -> Bill:
        """More often than not one of those that are open, if there are any."""
        waiting = [bill for bill in self.world.bills if bill.status == "open"]
        bills = waiting if waiting and which % 3 else self.world.bills
        return bills[-1 - which % len(bills)]

    @staticmethod
    def stored(contract: Contract) -> Subscription:
        return Subscription.get_by_id(contract.id)

    def invoice(self, bill: Bill) -> Invoice:
        number = f"{self.merchant.invoice_prefix}-{self.world.bills.index(bill) + 1:06}"
        return Invoice.get((Invoice.merchant == self.merchant) & (Invoice.number == number))

    def collect(self, bill: Bill | None) -> None:
        """As the pages do it after something was begun or changed."""
        if bill and bill.is_charged and bill.status == "open":
            invoice = self.invoice(bill)
            self.both(
                lambda: self.world.pay(bill, self.at),
                lambda: collect(invoice, self.gateway(), at=self.at),
            )

    def swap_card(self, outcome: str) -> None:
        stored = StoredMethod(TOKENS[outcome], "card", "visa", "4242", 12, 2040)
        method = PaymentMethod.attach(self.customer, stored, gateway="sandbox", at=self.at)
        method.make_default(at=self.at)
        self.world.add_card(outcome, self.at)

    # ── time ────────────────────────────────────────────────────────────────────────────────

    def travel(self, to_at: datetime) -> None:
        """As the time machine does: a run at each moment at which something is due."""
        for _ in range(MOST_STOPS):
            due = self.world.next_due()
            if due is None or due > to_at:
                break
            self.at = max(due, self.at)
            self.run_once()
        self.jump(to_at)

    def jump(self, to_at: datetime) -> None:
        """As after a long sleep: run after run at one moment, until nothing is due."""
        self.at = to_at
        for _ in range(MOST_RUNS):
            due = self.world.next_due()
            if due is None or due > to_at:
                return
            self.run_once()
        raise AssertionError("this never ends")

    def run_once(self) -> None:
        report = cycle.run(self.at, merchant=self.merchant, gateway_for=self.gateway)
        for _, error in report.failures:
            raise error
        self.world.run(self.at)
