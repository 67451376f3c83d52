"""Workers as processes: several at once, killed, stopped, and without a mail server."""

import signal
import socket
import subprocess
from datetime import timedelta

from portal.delivery.heartbeats import Heartbeat
from portal.delivery.jobs import Job
from portal.record import now
from tests.factories import a_customer, a_login_link, an_invoice
from tests.support.live import Installation, _command
from tests.support.patience import PATIENCE, wait_until


def no_job_waits(place: Installation) -> bool:
    with place.data():
        return not Job.select().where(Job.unique_key.is_null()).exists()


def invoices(place: Installation, count: int) -> list[str]:
    """That many invoices to be mailed; their customers' addresses."""
    with place.data():
        link = a_login_link()
        customers = [a_customer(merchant=link.merchant) for _ in range(count)]
        for customer in customers:
            an_invoice(customer=customer)
    return [customer.email for customer in customers]


def test_two_workers_send_every_mail_once(place: Installation):
    addresses = invoices(place, 12)

    with place.mail, place.running("worker"), place.running("worker"):
        assert wait_until(lambda: all(map(place.mail.mails_to, addresses))), place.log()
        assert wait_until(lambda: no_job_waits(place)), place.log()
        counts = {address: len(place.mail.mails_to(address)) for address in addresses}

    assert counts == dict.fromkeys(addresses, 1)


def test_a_missing_mail_server_delays_mails_and_loses_none(place: Installation):
    addresses = invoices(place, 2)

    first = run_once(place)
    with place.data():
        waiting = list(Job.select().where(Job.name == "mail_invoice"))
        Job.update(run_at=now()).execute()
    with place.mail:
        second = run_once(place)

    assert first.returncode == 1
    assert [job.attempts for job in waiting] == [1, 1]
    assert "ConnectionRefusedError" in waiting[0].last_error
    assert second.returncode == 0, second.stdout + second.stderr
    assert all(len(place.mail.mails_to(address)) == 1 for address in addresses)


def test_a_worker_that_is_killed_leaves_its_job_to_the_next(place: Installation):
    """The mail server is a socket that never answers, so that the job is certainly in hand."""
    (address,) = invoices(place, 1)
    silent = socket.create_server(("127.0.0.1", place.mail.port))
    with silent, place.running("worker") as worker:
        silent.settimeout(PATIENCE)
        connection, _ = silent.accept()
        worker.kill()
        worker.wait()
        connection.close()
    with place.data():
        job = Job.get(Job.name == "mail_invoice")
        assert job.leased_until > now()
        Job.update(leased_until=now() - timedelta(seconds=1)).execute()

    with place.mail:
        assert run_once(place).returncode == 0
    assert len(place.mail.mails_to(address)) == 1


def test_a_worker_stops_at_sigterm_and_is_no_longer_counted_alive(place: Installation):
    def is_alive() -> bool:
        with place.data():
            return Heartbeat.is_alive(now())

    with place.running("worker") as worker:
        assert wait_until(is_alive), place.log()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    assert not is_alive()


def run_once(place: Installation) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(("worker", "--once")),
        env=place._environment(),
        capture_output=True,
        text=True,
        check=False,
    )
