"""From what happened to what is sent: each event is turned into jobs once.

The mark on the event and its jobs are written in one transaction, so that nothing is
forgotten and nothing doubled, whoever does it and wherever it is interrupted.
"""

from datetime import datetime

from portal.billing.events import Event
from portal.billing.subscriptions import Subscription
from portal.database import is_postgres, write
from portal.delivery.jobs import Job
from portal.ids import new_id

# What a customer gets a mail about: type of event -> name of the job. The job decides in
# the end, from what is stored by then: `mail_jobs.py`.
MAILS = {
    "invoice.finalized": "mail_invoice",
    "invoice.paid": "mail_receipt",
    "customer.subscription.cancellation_scheduled": "mail_cancellation",
    "customer.subscription.deleted": "mail_cancellation",
    "customer.subscription.trial_will_end": "mail_trial_ending",
    "customer.subscription.renewal_announced": "mail_renewal_reminder",
    "customer.subscription.paused": "mail_paused",
    "customer.subscription.parked": "mail_parked",
    "customer.subscription.resumed": "mail_resumed",
    "subscription_schedule.created": "mail_change_scheduled",
    "invoice.payment_failed": "mail_payment_failed",
    "payment.requires_action": "mail_payment_action",
    "invoice.overdue": "mail_payment_reminder",
    "invoice.payment_reminder": "mail_payment_reminder",
    "payment_method.expiring": "mail_card_expiring",
    "refund.succeeded": "mail_refunded",
    "credit_note.created": "mail_credit_note",
    "sepa.prenotification": "mail_direct_debit",
}
# What has to be asked of others after it changed.
CHECKS = {
    "customer.tax_id.created": "verify_tax_id",
    "account.updated": "verify_merchant",
}
# What is finished should the process that began it have died.
REST = {"bank_statement.booked": "finish_booking"}
AT_ONCE = 500


def dispatch(at: datetime) -> int:
    """Turn every event that waits into jobs; answers how many events there were."""
    total = 0
    while count := _dispatch_some(at):
        total += count
    return total


def _dispatch_some(at: datetime) -> int:
    waiting = Event.select().where(Event.dispatched_at.is_null()).order_by(Event.id).limit(AT_ONCE)
    if not waiting.exists():
        return 0  # without taking the lock that writing needs
    with write():
        if is_postgres():
            waiting = waiting.for_update("FOR UPDATE SKIP LOCKED")
        events = Event.read(waiting)
        Job.create_many([_job(name, event, at) for event in events if (name := job_for(event))])
        for event in events:
            event.dispatched_at = at
        Event.save_many(events, ["dispatched_at"], [{}] * len(events))
    return len(events)


def _job(name: str, event: Event, at: datetime) -> Job:
    return Job.made(
        id=new_id(Job.PREFIX, at),
        created_at=at,
        name=name,
        arguments={"event": event.id},
        merchant=event.merchant_id,
        run_at=at,
    )


def job_for(event: Event) -> str | None:
    """The job that an event asks for, or none."""
    if event.type == "customer.subscription.deleted" and _was_announced(event):
        return None
    if event.type == "customer.subscription.updated" and "previous_price" in event.data:
        return "mail_plan_changed"
    return (MAILS | CHECKS | REST).get(event.type)


def _was_announced(event: Event) -> bool:
    """An end at the end of the period was confirmed by mail when it was asked for."""
    ended = Subscription.get_or_none(Subscription.id == event.object_id)
    if ended is None:
        return True
    return ended.ended_at == ended.current_period_end and ended.canceled_at != ended.ended_at
