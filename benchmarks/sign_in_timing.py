"""Whether the time of an answer tells known addresses from unknown ones.

Asks for codes for both kinds of addresses in turn, in one process, without a network
that would hide a difference: `python benchmarks/sign_in_timing.py [TRIES]`.
The median difference is to stay below 2 ms.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from portal import create_app, logs
from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.config import Settings
from portal.database import database
from portal.record import now
from portal.records import RECORDS
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink

TRIES = 2000
BASE_URL = "http://localhost:5000"


def an_app(folder: Path) -> Flask:
    return create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'timing.db'}",
            secret_key="a key for measuring, and for nothing else",
            base_url=BASE_URL,
            data_dir=folder,
            rate_limits=False,
        )
    )


def a_link(customers: int) -> LoginLink:
    """Of a merchant with so many customers: known0@…, known1@…, …"""
    merchant = Merchant.create(name="Timing", country="DE", currency="EUR", invoice_prefix="TIM")
    for number in range(customers):
        Customer.register(merchant, at=now(), email=f"known{number:05}@example.test", name="Ada")
    return LoginLink.activate(PortalConfiguration.default_of(merchant), at=now())


def milliseconds(app: Flask, path: str, email: str) -> float:
    client = app.test_client()
    token = client.get(path, base_url=BASE_URL).text.split('value="')[1].partition('"')[0]
    started = time.perf_counter()
    answer = client.post(path, data={"email": email, "csrf_token": token}, base_url=BASE_URL)
    took = (time.perf_counter() - started) * 1000
    if answer.status_code != 303:
        raise SystemExit(f"{answer.status_code} for {email}")
    return took


def main(tries: int) -> None:
    logs.configure("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        app = an_app(Path(folder))
        database.connect()
        database.create_tables(RECORDS)
        path = f"/p/login/{a_link(tries).token}"
        took: dict[str, list[float]] = {"known": [], "other": []}
        for number in range(tries):
            # Who comes first changes each time: that it is first must not count.
            for kind in sorted(took, reverse=number % 2 == 0):
                took[kind].append(milliseconds(app, path, f"{kind}{number:05}@example.test"))
        database.close()
    known, unknown = (statistics.median(times) for times in took.values())
    print(f"known {known:.2f} ms, unknown {unknown:.2f} ms, apart {abs(known - unknown):.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIES)
