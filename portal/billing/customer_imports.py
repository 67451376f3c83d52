"""Customers that come in from a list: looked at first, then taken over a part at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from peewee import ForeignKeyField, IntegerField, TextField

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.errors import BillingError
from portal.billing.events import Actor, ActorKind
from portal.billing.merchants import Merchant
from portal.database import is_postgres, write
from portal.record import IdField, JSONField, Record, UTCDateTimeField

LIFE = timedelta(hours=24)
KEPT = timedelta(days=30)
AT_ONCE = 50
ASKED_AT_ONCE = 500


class ImportNotOpen(BillingError):
    """It was confirmed already, or nobody confirmed it in time."""

    code = "import_not_open"


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    SKIP = "skip"
    ERROR = "error"


class CustomerImport(Record):
    """A list on its way in. `rows` are `{line, outcome, given, problems}`.

    Once it is done, only the rows that did not come in are kept, to be looked at.
    """

    PREFIX = "imp"

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    actor_id = IdField(default="")
    actor_name = TextField(default="")
    filename = TextField(default="")
    rows = JSONField(default=list)
    total = IntegerField()
    done = IntegerField(default=0)
    created = IntegerField(default=0)
    skipped = IntegerField(default=0)
    failed = IntegerField(default=0)
    confirmed_at = UTCDateTimeField(null=True)
    finished_at = UTCDateTimeField(null=True)

    @classmethod
    def prepare(
        cls,
        merchant: Merchant,
        rows: Iterable[dict[str, Any]],
        *,
        actor: Actor,
        filename: str,
        at: datetime,
    ) -> Self:
        """Say of every row what will happen; no customer is created yet."""
        judged = list(rows)
        known = _known_emails(merchant, [row["given"]["email"] for row in judged])
        for row in judged:
            row["outcome"] = _outcome(row, known)
            if row["outcome"] == Outcome.CREATE:
                known.add(row["given"]["email"])
        with write():
            return cls.create(
                merchant=merchant,
                actor_id=actor.id,
                actor_name=actor.name,
                filename=filename[:200],
                rows=judged,
                total=len(judged),
                created_at=at,
            )

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    def is_open(self, at: datetime) -> bool:
        return not self.is_confirmed and at < self.created_at + LIFE

    def count(self, outcome: str) -> int:
        return sum(row["outcome"] == outcome for row in self.rows)

    def confirm(self, *, at: datetime) -> None:
        """Let it run. Raises `ImportNotOpen`, also for a second press of the button."""
        mine = (CustomerImport.id == self.id) & CustomerImport.confirmed_at.is_null()
        with write():
            if not self.is_open(at):
                raise ImportNotOpen
            if not CustomerImport.update(confirmed_at=at).where(mine).execute():
                raise ImportNotOpen
            self.confirmed_at = at
            events.record("customer_import.confirmed", self.merchant_id, at=at, object_id=self.id)

    def discard(self) -> None:
        """Forget a list that is not wanted. Raises `ImportNotOpen` when it runs already."""
        with write():
            if self.reload().is_confirmed:
                raise ImportNotOpen
            self.delete_instance()

    def run_part(self, *, at: datetime) -> bool:
        """Take over the next rows, all or none of them. True while there are more.

        Rows and their count are written together: whoever goes on begins where it stopped.
        """
        with write():
            current = self._locked()
            if current.is_finished or not current.is_confirmed:
                return False
            part = current.rows[current.done : current.done + AT_ONCE]
            with events.acting_as(Actor(ActorKind.MEMBER, current.actor_id, current.actor_name)):
                current._take_over(part, at)
                if current.done >= current.total:
                    current._finish(at)
            current.save()
        return not current.is_finished

    def _take_over(self, part: list[dict[str, Any]], at: datetime) -> None:
        # Somebody may have added a customer since the list was looked at.
        wanted = [row["given"]["email"] for row in part if row["outcome"] == Outcome.CREATE]
        known = _known_emails(self.merchant, wanted)
        for row in part:
            if row["outcome"] == Outcome.CREATE and row["given"]["email"] in known:
                row["outcome"] = Outcome.SKIP
                self.rows = self.rows  # changed inside: peewee has to be told
            if row["outcome"] == Outcome.CREATE:
                given = row["given"] | {"locale": row["given"]["locale"] or None}
                Customer.register(self.merchant, at=at, **given)
                self.created += 1
            self.skipped += row["outcome"] == Outcome.SKIP
            self.failed += row["outcome"] == Outcome.ERROR
        self.done += len(part)

    def _finish(self, at: datetime) -> None:
        self.finished_at = at
        self.rows = [row for row in self.rows if row["outcome"] != Outcome.CREATE]
        events.record(
            "customer_import.finished",
            self.merchant_id,
            at=at,
            object_id=self.id,
            created=self.created,
            skipped=self.skipped,
            failed=self.failed,
        )

    def _locked(self) -> Self:
        query = type(self).select().where(CustomerImport.id == self.id)
        return (query.for_update() if is_postgres() else query).get()

    @classmethod
    def sweep(cls, at: datetime) -> int:
        """Delete lists that nobody confirmed in time, and the outcome of others after a month."""
        over = (cls.confirmed_at.is_null() & (cls.created_at <= at - LIFE)) | (
            cls.finished_at <= at - KEPT
        )
        with write():
            return int(cls.delete().where(over).execute())


def _outcome(row: dict[str, Any], known: set[str]) -> Outcome:
    if row["problems"]:
        return Outcome.ERROR
    return Outcome.SKIP if row["given"]["email"] in known else Outcome.CREATE


def _known_emails(merchant: Merchant, emails: list[str]) -> set[str]:
    """Which of them a customer has already."""
    known: set[str] = set()
    for start in range(0, len(emails), ASKED_AT_ONCE):
        some = emails[start : start + ASKED_AT_ONCE]
        query = Customer.select(Customer.email).where(
            (Customer.merchant == merchant) & Customer.email.in_(some)
        )
        known.update(email for (email,) in query.tuples())
    return known
