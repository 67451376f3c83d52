"""How often is too often: limits that all workers share and that survive a restart.

Limits are written as the library `limits` reads them, several for one bucket where
needed: "5 per 15 minutes; 20 per day". Windows move with the clock, so that no more
than the number passes in any such span, also not around the full hour.
"""

import math
from datetime import datetime, timedelta

from limits import RateLimitItem, parse_many
from limits.storage.base import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter
from peewee import Model

from portal.crypto import digest
from portal.database import database, write
from portal.record import IdField, JSONField, UTCDateTimeField, now


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
    with write():
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
    at = at or now()
    limiter = _limiter(at)
    full = [item for item in _items(limit) if limited and not limiter.test(item, *bucket)]
    waits = [limiter.get_window_stats(item, *bucket).reset_time - at.timestamp() for item in full]
    return max([0, *(max(1, math.ceil(wait)) for wait in waits)])


def give_back(*bucket: str) -> None:
    """The latest one does not count after all: it was no mistake."""
    with write():
        row = RateCounter.get_or_none(RateCounter.key == key_of(*bucket))
        if row and row.moments:
            RateCounter.update(moments=row.moments[1:]).where(RateCounter.key == row.key).execute()


def clear(*bucket: str) -> None:
    """Forget what was counted."""
    with write():
        RateCounter.delete().where(RateCounter.key == key_of(*bucket)).execute()


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


class Counters(Storage, MovingWindowSupport):
    """What the library asks of a storage, on one row a bucket and at a given moment."""

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self, at: datetime, *, holds: bool = False) -> None:
        super().__init__()
        self.at = at
        self.holds = holds
        self._moments: dict[str, list[int]] = {}

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        moments = self._within(key, expiry)
        if len(moments) + amount > limit:
            return False
        RateCounter.update(
            moments=[_micro(self.at)] * amount + moments,
            expires_at=self.at + timedelta(seconds=expiry),
        ).where(RateCounter.key == _row_of(key)).execute()
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        moments = self._within(key, expiry)
        # The oldest that must go before another fits, which need not be the very oldest.
        start = moments[limit - 1] if len(moments) >= limit else min(moments, default=0)
        return start / 1_000_000, len(moments)

    def _within(self, key: str, expiry: int) -> list[int]:
        row = _row_of(key)
        if row not in self._moments:
            self._moments[row] = self._hold(row) if self.holds else self._read(row)
        since = _micro(self.at) - expiry * 1_000_000
        return [moment for moment in self._moments[row] if moment > since]

    def _read(self, row: str) -> list[int]:
        found = RateCounter.get_or_none(RateCounter.key == row)
        return list(found.moments) if found else []

    def _hold(self, row: str) -> list[int]:
        """Read and lock in one statement, so that two at once cannot both be the last one."""
        held = (
            RateCounter.insert(key=row, moments=[], expires_at=self.at)
            .on_conflict(conflict_target=[RateCounter.key], preserve=[RateCounter.key])
            .returning(RateCounter.moments)
            .tuples()
            .execute()
        )
        return list(next(iter(held))[0])

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("only moving windows are kept")

    def get(self, key: str) -> int:
        return len(self._read(_row_of(key)))

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("only moving windows are kept")

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return int(RateCounter.delete().execute())

    def clear(self, key: str) -> None:
        RateCounter.delete().where(RateCounter.key == _row_of(key)).execute()


def _limiter(at: datetime | None, *, holds: bool = False) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(Counters(at or now(), holds=holds))


def _items(limit: str) -> list[RateLimitItem]:
    """The limits of a bucket, that of the longest span last: it keeps the moments."""
    return sorted(parse_many(limit), key=lambda item: item.get_expiry())


def _row_of(key: str) -> str:
    """The library's key without its last three parts, the numbers of the limit."""
    _, *bucket = key.rsplit("/", 3)[0].split("/")
    return key_of(bucket[0], "/".join(bucket[1:]))


def _micro(at: datetime) -> int:
    return int(UTCDateTimeField().db_value(at) or 0)
