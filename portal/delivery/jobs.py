"""Work for later: rows written in the transaction of their cause, run by workers."""

from datetime import timedelta

from peewee import ForeignKeyField, IntegerField, TextField

from portal.billing.merchants import Merchant
from portal.record import JSONField, Record, UTCDateTimeField

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8


class Job(Record):
    """One call of a registered function. Arguments are ids, never records.

    A worker takes a lease; when it dies, the lease runs out and another one takes over.
    `unique_key` lets at most one such job wait.
    """

    PREFIX = "job"

    name = TextField()
    arguments = JSONField(default=dict)
    merchant = ForeignKeyField(Merchant, null=True, index=False, on_delete="CASCADE")
    unique_key = TextField(null=True, unique=True)
    run_at = UTCDateTimeField()
    attempts = IntegerField(default=0)
    most_attempts = IntegerField(default=MOST_ATTEMPTS)
    expires_at = UTCDateTimeField(null=True)
    leased_until = UTCDateTimeField(null=True)
    last_error = TextField(default="")
    dead_at = UTCDateTimeField(null=True)


Job.add_index(Job.run_at, where=Job.dead_at.is_null(), name="job_due")
