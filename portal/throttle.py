"""How often is too often: limits that all workers share and that survive a restart.

Limits are written as the library `limits` reads them, several for one bucket where
needed: "5 per 15 minutes; 20 per day". Windows move with the clock, so that no more
than the number passes in any such span, also not around the full hour.
"""

import json
import math
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import cache, lru_cache

from limits import RateLimitItem, parse_many
from limits.storage.base import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter
from peewee import Model

from portal.crypto import digest
from portal.database import database, write
from portal.record import EPOCH, MICROSECOND, IdField, JSONField, UTCDateTimeField, now

# Written out: every request asks here, and building a statement costs more than running it.
READ = 'SELECT "key", "moments" FROM "rate_counter" WHERE "key" IN ({keys})'
# Reads and locks in one, so that two at once cannot both be the last one.
HOLD = (
    'INSERT INTO "rate_counter" ("key", "moments", "expires_at") VALUES (?, ?, ?) '
    'ON CONFLICT ("key") DO UPDATE SET "key" = EXCLUDED."key" RETURNING "moments"'
)
COUNT = 'UPDATE "rate_counter" SET "moments" = ?, "expires_at" = ? WHERE "key" = ?'
RECOUNT = 'UPDATE "rate_counter" SET "moments" = ? WHERE "key" = ?'
FORGET = 'DELETE FROM "rate_counter" WHERE "key" = ?'


def hit(
    limit: str, *bucket: str, cost: int = 1, at: datetime | None = None, limited: bool = True
) -> bool:
    """Count one more; False, and nothing counted, where that would be too often.

    The first word of `bucket` names what is counted, the others say for whom. A bucket
    is always used with the same `limit`. `limited=False` lets everything pass uncounted:
    the edge hands in `settings.rate_limits`.
    """
    if not limited:
        return True
    *shorter, longest = _items(limit)
    with _transaction():
        limiter = _limiter(at, holds=True)
        return all(limiter.test(item, *bucket, cost=cost) for item in shorter) and limiter.hit(
            longest, *bucket, cost=cost
        )


def test(  # as the library calls it; no test of pytest
    limit: str,
    *bucket: str,
    cost: int = 1,  # noqa: PT028
    at: datetime | None = None,  # noqa: PT028
    limited: bool = True,  # noqa: PT028
) -> bool:
    """Whether `hit` would pass. Counts nothing."""
    limiter = _limiter(at)
    return not limited or all(limiter.test(item, *bucket, cost=cost) for item in _items(limit))


def seconds_left(limit: str, *bucket: str, at: datetime | None = None, limited: bool = True) -> int:
    """How many seconds until the next `hit` passes; 0 where it does now."""
    return Glance(at or now(), limited=limited).seconds_left(limit, *bucket)


def give_back(*bucket: str) -> None:
    """The latest one does not count after all: it was no mistake."""
    key = key_of(*bucket)
    with _transaction():
        ((moments,),) = _run(HOLD, key, "[]", _micro(now()))
        _run(RECOUNT, json.dumps(json.loads(moments)[1:]), key)


def clear(*bucket: str) -> None:
    """Forget what was counted."""
    with _transaction():
        _run(FORGET, key_of(*bucket))


def sweep(at: datetime) -> int:
    """Delete what no limit asks about any more; answers how many rows."""
    with write():
        return int(RateCounter.delete().where(RateCounter.expires_at <= at).execute())


class RateCounter(Model):
    """The moments of one bucket, newest first, in microseconds since 1970."""

    key = IdField(primary_key=True)
    moments = JSONField(default=list)
    expires_at = UTCDateTimeField(index=True)

    class Meta:
        database = database
        legacy_table_names = False


def key_of(*bucket: str) -> str:
    """What is counted in clear, for whom as a digest: addresses do not stay lying about."""
    what, *whom = bucket
    return f"{what}:{digest('/'.join(whom))[:32]}"


class Glance:
    """Several buckets looked at with one query, to ask about them without counting."""

    def __init__(self, at: datetime, *buckets: tuple[str, ...], limited: bool = True) -> None:
        self.at, self.limited = at, limited
        counters = Counters(at)
        if limited and buckets:
            counters.read(key_of(*bucket) for bucket in buckets)
        self._limiter = MovingWindowRateLimiter(counters)

    def test(self, limit: str, *bucket: str) -> bool:
        items = _items(limit)
        return not self.limited or all(self._limiter.test(item, *bucket) for item in items)

    def seconds_left(self, limit: str, *bucket: str) -> int:
        if not self.limited:
            return 0
        full = [item for item in _items(limit) if not self._limiter.test(item, *bucket)]
        free_at = [self._limiter.get_window_stats(item, *bucket).reset_time for item in full]
        return max([0, *(max(1, math.ceil(each - self.at.timestamp())) for each in free_at)])


class Counters(Storage, MovingWindowSupport):
    """What the library asks of a storage, on one row a bucket and at a given moment."""

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self, at: datetime, *, holds: bool = False) -> None:
        super().__init__()
        self.at = at
        self.holds = holds
        self._moments: dict[str, list[int]] = {}

    def read(self, keys: Iterable[str]) -> None:
        self._moments |= {key: [] for key in keys}
        statement = READ.format(keys=", ".join("?" * len(self._moments)))
        for key, moments in _run(statement, *self._moments):
            self._moments[key] = json.loads(moments)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        moments = self._within(key, expiry)
        if len(moments) + amount > limit:
            return False
        kept = json.dumps([_micro(self.at)] * amount + moments)
        _run(COUNT, kept, _micro(self.at + timedelta(seconds=expiry)), _row_of(key))
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        moments = self._within(key, expiry)
        # The oldest that must go before another fits, which need not be the very oldest.
        start = moments[limit - 1] if len(moments) >= limit else min(moments, default=0)
        return start / 1_000_000, len(moments)

    def _within(self, key: str, expiry: int) -> list[int]:
        row = _row_of(key)
        if row not in self._moments and self.holds:
            ((moments,),) = _run(HOLD, row, "[]", _micro(self.at))
            self._moments[row] = json.loads(moments)
        elif row not in self._moments:
            self.read([row])
        since = _micro(self.at) - expiry * 1_000_000
        return [moment for moment in self._moments[row] if moment > since]

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("only moving windows are kept")

    def get(self, key: str) -> int:
        raise NotImplementedError("only moving windows are kept")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("only moving windows are kept")

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return int(RateCounter.delete().execute())

    def clear(self, key: str) -> None:
        _run(FORGET, _row_of(key))


def _limiter(at: datetime | None, *, holds: bool = False) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(Counters(at or now(), holds=holds))


@cache
def _items(limit: str) -> tuple[RateLimitItem, ...]:
    """The limits of a bucket, that of the longest span last: it keeps the moments."""
    return tuple(sorted(parse_many(limit), key=lambda item: item.get_expiry()))


@lru_cache(maxsize=256)
def _row_of(key: str) -> str:
    """The library's key without its last three parts, the numbers of the limit."""
    _, what, *whom = key.rsplit("/", 3)[0].split("/")
    return key_of(what, *whom)


def _micro(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _transaction() -> AbstractContextManager[None]:
    """That of the caller; a savepoint of our own would be of no use to anybody."""
    return nullcontext() if database.in_transaction() else write()


def _run(statement: str, *values: str | int) -> list[tuple[str, ...]]:
    cursor = database.execute_sql(statement.replace("?", database.param), values)
    return list(cursor.fetchall()) if cursor.description else []
