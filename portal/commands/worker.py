"""`portal worker`."""

import click

from portal.delivery.billing_clock import BillingClock
from portal.delivery.worker import Worker
from portal.operations.starting import connected, require_key
from portal.record import now


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due, then exit: 0 only if nothing failed.")
@click.option("--accept-clock", is_flag=True, help="Billing paused for a clock that is right.")
def worker(once: bool, accept_clock: bool) -> None:
    """Run the jobs until SIGTERM. Several workers may run at once."""
    with connected() as settings:
        require_key(settings)
        if accept_clock:
            BillingClock.accept()
        if not once:
            Worker(settings).run_forever()
            return
        report = Worker(settings).run_once(now())
    click.echo(f"{report.done} done, {report.failed} failed, {report.dropped} dropped")
    for error in report.errors:
        click.echo(error, err=True)
    if not report.is_clean:
        raise SystemExit(1)
