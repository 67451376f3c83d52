"""What the model knows of: plans, lines, bills, contracts and reductions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from tests.billing.histories.arithmetic import DAYS, Told, half_up, later, told_apart

RUNNING = ("trialing", "active", "past_due")
LIVE = (*RUNNING, "unpaid", "paused", "incomplete")


class Refused(Exception):
    """The name of the refusal that the rules ask for."""


@dataclass(eq=False)
class Plan:
    """A price: `amount` of one unit for `count` intervals. `product` is a number."""

    id: str
    product: int
    amount: int
    is_inclusive: bool
    interval: str
    count: int

    @property
    def days(self):
        return DAYS[self.interval] * self.count

    def has_rhythm_of(self, other: "Plan") -> bool:
        return (self.interval, self.count) == (other.interval, other.count)


@dataclass(eq=False)
class Coupon:
    id: str
    percent: int | None
    amount: int | None
    months: int | None
    is_once: bool

    def takes_off(self, amount: int) -> int:
        if amount <= 0:
            return 0
        if self.percent:
            return half_up(Fraction(amount * self.percent, 10_000))
        return min(self.amount or 0, amount)


@dataclass(eq=False)
class Reduction:
    """A coupon that somebody has: a contract of their own, or the customer for all (None)."""

    coupon: Coupon
    contract: "Contract | None"
    starts: datetime
    ends: datetime | None
    ended: datetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        if self.coupon.is_once and self.ended:
            return False
        return self.starts <= at and all(end > at for end in (self.ends, self.ended) if end)


@dataclass(eq=False)
class Line:
    """Of a bill, or waiting for one. `off` is what a coupon takes off the amount."""

    plan: Plan
    quantity: int
    amount: int
    start: datetime
    end: datetime
    is_part: bool = False
    off: int = 0
    bill: "Bill | None" = None
    credited: int = 0
    credited_tax: int = 0

    @property
    def told(self) -> Told:
        return told_apart(self.amount - self.off, is_inclusive=self.plan.is_inclusive)

    @property
    def kept(self) -> int:
        """What was charged for it and not taken back, in its own tax behaviour."""
        back = self.credited - (0 if self.plan.is_inclusive else self.credited_tax)
        return max(self.amount - self.off - back, 0)

    @property
    def is_valid(self) -> bool:
        return self.bill is None or self.bill.status != "void"


@dataclass(eq=False)
class Paid:
    amount: int
    is_outside: bool
    refunded: int = 0

    @property
    def left(self) -> int:
        return self.amount - self.refunded


@dataclass(eq=False)
class Bill:
    contract: "Contract"
    index: int | None
    reason: str
    issued: datetime
    due_at: datetime
    is_charged: bool
    lines: list[Line]
    status: str = "open"
    paid: int = 0
    off_due: int = 0
    from_balance: int = 0
    credited: int = 0
    payments: list[Paid] = field(default_factory=list)
    # Dunning, and (method, whether it can be hoped for) of each attempt that failed.
    began: datetime | None = None
    next: datetime | None = None
    given_up: datetime | None = None
    failures: list[tuple[int, bool]] = field(default_factory=list)
    newest_try: dict[int, bool] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(line.told.gross for line in self.lines)

    @property
    def due(self) -> int:
        return self.total - self.paid - self.off_due - self.from_balance

    @property
    def refunded(self) -> int:
        return sum(each.refunded for each in self.payments)


@dataclass(eq=False)
class Contract:
    """A subscription. `anchor` is where period `anchor_index` begins."""

    id: str
    zone: str
    plan: Plan
    quantity: int
    is_charged: bool
    days_until_due: int
    trial_end_action: str
    status: str
    started: datetime
    start: datetime
    end: datetime
    anchor: datetime
    index: int
    anchor_index: int = 0
    trial_end: datetime | None = None
    is_ending: bool = False
    ended: datetime | None = None
    paused: datetime | None = None
    resumes: datetime | None = None
    scheduled: tuple[Plan, int, datetime] | None = None
    waiting: list[Line] = field(default_factory=list)
    # What was charged for the time that runs: the whole period, and the rests of changes.
    whole: Line | None = None
    rests: list[Line] = field(default_factory=list)

    def begins(self, index: int) -> datetime:
        steps = (index - self.anchor_index) * self.plan.count
        return later(self.anchor, self.plan.interval, steps, self.zone)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def next(self) -> datetime | None:
        if self.status in RUNNING:
            return self.end
        if self.status == "incomplete":
            return self.started + timedelta(hours=23)
        return self.resumes if self.status == "paused" else None
