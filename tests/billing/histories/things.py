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
    """A price: `amount` of one unit for `count` intervals. `product` is a number.

    `model` flat; package, with `size` units to one `amount`; graduated or volume, with the
    `amount` of the first tier up to `size`, and `amount_above` and once `flat_above` after it.
    """

    id: str
    product: int
    amount: int
    is_inclusive: bool
    interval: str
    count: int
    model: str = "flat"
    size: int = 1
    amount_above: int = 0
    flat_above: int = 0

    def cost(self, quantity: int) -> int:
        if self.model == "package":
            packages, rest = divmod(quantity, self.size)
            return self.amount * (packages + bool(rest))
        if self.model == "flat" or quantity <= self.size:
            return self.amount * quantity
        below = self.size if self.model == "graduated" else 0
        first = self.amount * below
        return first + self.amount_above * (quantity - below) + self.flat_above

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
    # Of one product only, by its number.
    product: int | None = None

    def is_for(self, plan: Plan) -> bool:
        return self.product in (None, plan.product)

    def takes_off(self, amount: int, plan: Plan) -> int:
        if amount <= 0 or not self.is_for(plan):
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
    is_returned: bool = False

    @property
    def left(self) -> int:
        return 0 if self.is_returned else self.amount - self.refunded


@dataclass(eq=False)
class Attempt:
    """A charge that was not answered yet: it comes late, needs its owner, or never comes."""

    kind: str
    card: int
    ask: datetime | None
    asked: int = 1
    is_in_review: bool = False


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
    corrected_by: "Bill | None" = None
    pending: Attempt | None = None

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
    term_months: int = 0
    notice_days: int = 0
    # It ends with the period (`is_ending`), or at a moment.
    is_ending: bool = False
    ends: datetime | None = None
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
    def is_canceled(self) -> bool:
        return self.is_ending or self.ends is not None

    @property
    def planned_end(self) -> datetime | None:
        return self.ends or (self.end if self.is_ending else None)

    @property
    def next(self) -> datetime | None:
        if self.status in RUNNING:
            return min(self.end, self.ends or self.end)
        if self.status == "incomplete":
            return self.started + timedelta(hours=23)
        if self.status == "unpaid":
            return self.planned_end
        if self.status == "paused":
            end = self.ends if self.resumes else self.planned_end
            return min((each for each in (self.resumes, end) if each), default=None)
        return None

    def possible_end(self, at: datetime) -> datetime:
        """When it ends if it is canceled at `at`."""
        rests = self.status == "unpaid" or (self.status == "paused" and not self.resumes)
        return max(self._end_by_terms(at), at) if rests else self._end_by_terms(at)

    def _end_by_terms(self, at: datetime) -> datetime:
        if self.trial_end and at < self.trial_end:
            return self.trial_end
        free = later(at, "day", self.notice_days, self.zone)
        if self.term_months:
            begun = self.trial_end or self.started
            return max(later(begun, "month", self.term_months, self.zone), free)
        index = self.index + 1
        while self.notice_days and self.begins(index) < free and self.end < free:
            index += 1
        return self.end if index == self.index + 1 else self.begins(index)
