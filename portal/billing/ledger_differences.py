"""Differences between the books and the money: reported, and never put right by themselves."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from peewee import ForeignKeyField, ModelSelect, TextField

from portal.billing import events
from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import IdField, Record, UTCDateTimeField


class Difference(NamedTuple):
    """What should be the same and is not, for one record. Amounts in minor units."""

    kind: str
    object_id: str
    expected: str
    found: str


class LedgerDifference(Record):
    """A difference since `created_at`; at `settled_at` it was gone."""

    PREFIX = "ldif"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    kind = TextField()
    object_id = IdField()
    expected = TextField()
    found = TextField()
    settled_at = UTCDateTimeField(null=True)

    @classmethod
    def open(cls) -> ModelSelect:
        """Those that are still there."""
        return cls.select().where(cls.settled_at.is_null())

    @classmethod
    def take_note(
        cls,
        merchant: Merchant,
        kinds: Iterable[str],
        differences: Iterable[Difference],
        *,
        at: datetime,
    ) -> None:
        """What a check of these kinds found now: what is new is reported, what is gone settled."""
        now = {(each.kind, each.object_id): each for each in differences}
        with write():
            merchant.refresh()  # one check at a time
            known = cls.open().where((cls.merchant == merchant) & cls.kind.in_(list(kinds)))
            for row in list(known):
                if now.pop((row.kind, row.object_id), None) is None:
                    row._settle(at)
            for difference in now.values():
                row = cls.create(merchant=merchant, created_at=at, **difference._asdict())
                row._record("ledger.difference_found", at)

    def _settle(self, at: datetime) -> None:
        self.settled_at = at
        self.save()
        self._record("ledger.difference_settled", at)

    def _record(self, type_: str, at: datetime) -> None:
        events.record(
            type_,
            self.merchant_id,
            at=at,
            object_id=self.object_id,
            kind=self.kind,
            expected=self.expected,
            found=self.found,
        )


LedgerDifference.add_index(
    LedgerDifference.object_id,
    LedgerDifference.kind,
    unique=True,
    where=LedgerDifference.settled_at.is_null(),
    name="ledger_difference_open",
)
LedgerDifference.add_index(
    LedgerDifference.merchant, LedgerDifference.id, name="ledger_difference_merchant"
)
