"""How fast due subscriptions are renewed, beside raw SQL that writes the same rows.

    python -m benchmarks.billing_run [--due N] [--idle M] [--engines sqlite,postgres]

A renewal is: invoice, line, events, payment attempted at the sandbox and settled, mails
queued, all of it durable. The raw side writes the very rows that the run left, one durable
transaction a renewal, prepared beforehand. Also: is it linear in what is due, does what is
not due cost anything, what do readers of the portal notice of a run (`arrivals`), and what do
writers notice of a provider that does not answer (`hanging`).
"""

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import arrivals, billing_data, billing_raw, hanging, load
from portal.billing import cycle
from portal.billing.invoices import Invoice
from portal.database import configure, database
from portal.delivery import outbox
from portal.delivery.worker import YIELDS
from portal.gateways import gateway_for
from portal.schema import migrate
from tests.support.postgres import create_database, start_postgres

GOAL = {"sqlite": 0.25, "postgres": 0.5}
MOST_RAW = 2_000
# Milliseconds within which 99 of 100 other writes are done while a provider hangs (A8.3).
MOST_WHILE_IT_HANGS = 300
# How long the portal is watched, and what a worker needs to get going.
LOOK_SECONDS, STARTS_WITHIN = 6.0, 1.5


@contextmanager
def databases(engine: str) -> Iterator[partial[str]]:
    """A function that makes an empty database of its name, durable as in production."""
    if engine == "postgres":
        server = start_postgres(is_durable=True)
        try:
            yield partial(create_database, server.url)
        finally:
            server.stop()
        return
    with tempfile.TemporaryDirectory(dir=".") as folder:
        yield partial(_file, Path(folder).absolute())


def _file(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.db"


@contextmanager
def opened(url: str) -> Iterator[None]:
    configure(url)
    with database.connection_context():
        migrate()
        yield
    database.obj.close_all()


def renew_all() -> float:
    """Seconds for everything that is due, mails queued."""
    begun = time.perf_counter()
    at = billing_data.DUE_AT
    while cycle.run(at, gateway_for=partial(gateway_for, clock=lambda: at)).is_unfinished:
        pass
    outbox.dispatch(at)
    return time.perf_counter() - begun


def compare(engine: str, due: int) -> None:
    """The ratio to raw SQL, both in one database, one after the other."""
    with databases(engine) as new, opened(new("compared")):
        billing_data.fill(due)
        before = billing_raw.count()
        used = time.process_time()
        ours = due / renew_all()
        used = time.process_time() - used
        rows = (billing_raw.count() - before) / due
        paid = Invoice.select().where(Invoice.status == "paid").count()
        if paid != due:
            raise RuntimeError(f"{paid} of {due} were paid")
        transactions = billing_raw.recorded(min(due, MOST_RAW))
        billing_raw.clear()
        statements = sum(map(len, transactions)) / len(transactions)
        raw = billing_raw.rate(transactions)
    print(
        f"{engine:9} {due:7,} due: {ours:6.0f}/s; raw SQL {raw:6.0f}/s "
        f"({rows:.0f} rows added, {statements:.0f} statements a renewal); "
        f"ratio {ours / raw:.2f} (asked: {GOAL[engine]}); "
        f"{used / due * 1000:.2f} ms of CPU a renewal"
    )


def scale(engine: str, dues: list[int], idle: int) -> None:
    """Seconds by the number of those due, and with many that are not."""
    for due, others in [*((due, 0) for due in dues), (dues[-1], idle)]:
        with databases(engine) as new, opened(new("scaled")):
            billing_data.fill(due, others)
            seconds = renew_all()
        print(
            f"{engine:9} {due:7,} due, {others:9,} not due: "
            f"{seconds:5.1f} s, {due / seconds:6.0f}/s"
        )


def notice(due: int) -> None:
    """The portal's p99 at 30 % of its capacity, at rest and while a worker bills (SQLite)."""
    from benchmarks import web  # noqa: PLC0415 - only this needs the web application
    from benchmarks.prepare import prepare  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).absolute()
        data = prepare(folder, customers=0, invoices=0)
        with database.connection_context():
            billing_data.fill(due)
        page = next(page for page in web.pages(data) if page.name == "portal home")
        with web.portal(folder):
            url = f"http://127.0.0.1:{web.PORT}{page.path}"
            load.wrk(url, page.headers, 2)
            rate = arrivals.SHARE * load.wrk(url, page.headers).rate
            ask = partial(arrivals.p99, web.PORT, page.path, page.headers, rate)
            ask(seconds=3)
            at_rest = ask(seconds=LOOK_SECONDS)
            worker = subprocess.Popen([sys.executable, "-m", __spec__.name, "--renew", folder])
            time.sleep(STARTS_WITHIN)
            during = ask(seconds=LOOK_SECONDS)
            is_over = worker.poll() is not None
            worker.wait()
    print(
        f"portal home at {rate:.0f}/s: p99 {at_rest:.1f} ms at rest, {during:.1f} ms during a run, "
        f"{during / at_rest:.1f} times (asked: 3){'; the run was over before' * is_over}"
    )


def hang(engine: str, seconds: float) -> None:
    """What a provider that does not answer costs those who write meanwhile."""
    with databases(engine) as new, opened(new("hanging")):
        at_rest, during, count = hanging.measure(seconds)
    print(
        f"{engine:9} {count:,} writes while a provider hangs for {seconds:g} s: p99 "
        f"{during:.1f} ms, {at_rest:.1f} ms at rest, {during / at_rest:.1f} times "
        f"(asked: at most {MOST_WHILE_IT_HANGS} ms)"
    )


def profile(engine: str, due: int) -> None:
    with databases(engine) as new, opened(new("profiled")):
        billing_data.fill(due)
        profiler = cProfile.Profile()
        profiler.runcall(renew_all)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--idle", type=int, default=1_000_000)
    parser.add_argument("--engines", default="sqlite,postgres")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--only", choices=["compare", "scale", "hang", "notice"], default="")
    parser.add_argument("--hang-seconds", type=float, default=5.0)
    parser.add_argument("--renew", type=Path, help="Be the worker that bills in this folder.")
    chosen = parser.parse_args()
    if chosen.renew:
        os.nice(YIELDS)  # as the worker does
        with opened(f"sqlite:///{chosen.renew / 'portal.db'}"):
            renew_all()
        return
    for engine in chosen.engines.split(","):
        if chosen.profile:
            profile(engine, chosen.due)
            continue
        if chosen.only in {"", "compare"}:
            compare(engine, chosen.due)
        if chosen.only in {"", "scale"}:
            scale(engine, [chosen.due // 4, chosen.due // 2, chosen.due], chosen.idle)
        if chosen.only in {"", "hang"}:
            hang(engine, chosen.hang_seconds)
    if chosen.only in {"", "notice"} and not chosen.profile:
        notice(chosen.due)


if __name__ == "__main__":
    main()
