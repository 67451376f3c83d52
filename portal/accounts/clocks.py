"""The time machine of a sandbox merchant: each journey forward is a row."""

from datetime import datetime, timedelta
from typing import Self

from peewee import Check, ForeignKeyField, IntegerField, TextField

from portal.billing import events
from portal.billing.errors import BillingError
from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import MICROSECOND, Record, UTCDateTimeField

FARTHEST = timedelta(days=5 * 366)
# However many journeys: dates must stay such that everything can reckon with them.
LAST_YEAR = 2099


class NotASandbox(BillingError):
    """Real customers live in real time."""

    code = "not_a_sandbox"


class ClockNeverGoesBack(BillingError):
    code = "clock_never_goes_back"


class ClockTooFar(BillingError):
    """More than five years in one journey, or beyond this century."""

    code = "clock_too_far"


class ClockIsMoving(BillingError):
    """A journey is not over yet."""

    code = "clock_is_moving"


class ClockAdvance(Record):
    """A journey of a sandbox merchant's clock, and how far it has come. Business times."""

    PREFIX = "clock"

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    from_at = UTCDateTimeField()
    to_at = UTCDateTimeField()
    reached_at = UTCDateTimeField()
    steps = IntegerField(default=0)
    finished_at = UTCDateTimeField(null=True)
    failure = TextField(default="")

    class Meta:
        constraints = [Check("from_at < to_at"), Check("reached_at BETWEEN from_at AND to_at")]

    @classmethod
    def begin(cls, merchant: Merchant, to_at: datetime, *, at: datetime) -> Self:
        """Set out from business time `at` to `to_at`; nothing has moved yet.

        Raises `NotASandbox`, `ClockNeverGoesBack`, `ClockTooFar`, `ClockIsMoving`.
        """
        with write():
            merchant.refresh()
            if not merchant.is_sandbox:
                raise NotASandbox
            if to_at <= at:
                raise ClockNeverGoesBack
            if to_at - at > FARTHEST or to_at.year > LAST_YEAR:
                raise ClockTooFar
            if cls.running(merchant):
                raise ClockIsMoving
            journey = cls.create(
                merchant=merchant, from_at=at, to_at=to_at, reached_at=at, created_at=at
            )
            journey._record("test_helpers.test_clock.advancing", at)
        return journey

    @classmethod
    def running(cls, merchant: Merchant) -> Self | None:
        return cls.get_or_none((cls.merchant == merchant) & cls.finished_at.is_null())

    @classmethod
    def newest_of(cls, merchant: Merchant) -> Self | None:
        return cls.select().where(cls.merchant == merchant).order_by(cls.id.desc()).first()

    @property
    def share(self) -> int:
        """How much of the way is behind it, in percent."""
        return (self.reached_at - self.from_at) * 100 // (self.to_at - self.from_at)

    def reach(self, at: datetime, *, real: datetime) -> None:
        """The merchant's clock shows `at` from now on, and runs on from there."""
        with write():
            self.refresh()
            ahead = (at - real) // MICROSECOND
            forward = (Merchant.id == self.merchant_id) & (Merchant.clock_offset < ahead)
            Merchant.update(clock_offset=ahead).where(forward).execute()
            self.reached_at, self.steps = max(self.reached_at, at), self.steps + 1
            self.save()

    def finish(self, *, at: datetime, failure: str = "") -> None:
        """Arrived; `failure` names what went wrong on the way, in short."""
        with write():
            self.refresh()
            if self.finished_at:
                return
            self.finished_at, self.failure = at, failure
            self.save()
            self._record("test_helpers.test_clock.ready", at)

    def _record(self, type_: str, at: datetime) -> None:
        events.record(type_, self.merchant_id, at=at, object_id=self.id)


ClockAdvance.add_index(
    ClockAdvance.merchant,
    unique=True,
    where=ClockAdvance.finished_at.is_null(),
    name="clock_advance_one_at_a_time",
)
