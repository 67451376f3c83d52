"""The job that tells customers ahead of time what comes."""

from portal.billing import reminders
from portal.delivery.jobs import Run, job


@job
def announce_what_comes(run: Run) -> None:
    """Trials that end, long periods that renew, cards that expire."""
    reminders.run(run.at)
