"""The job that books what was confirmed of a statement, where nobody else did."""

from portal.billing.events import Event
from portal.delivery.jobs import Run, job
from portal.gateways.bank_transfer.booking import finish
from portal.gateways.bank_transfer.records import BankStatement


@job
def finish_booking(run: Run, event: str) -> None:
    """Who pressed the button books at once; this finds nothing left, unless they were stopped."""
    confirmed = Event.get_or_none(Event.id == event)
    statement = confirmed and BankStatement.get_or_none(BankStatement.id == confirmed.object_id)
    if statement:
        finish(statement, at=statement.merchant.time(run.at))
