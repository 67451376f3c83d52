"""How fast the pages are, beside a bare Flask page measured in the same run.

    python -m benchmarks.web [--customers N --invoices M] [--seconds S]

Starts the production server with two workers on seeded data and asks it with wrk at 16
connections. First with one customer who has 50 invoices, then with the large data set.
Prints requests/s, p99, the ratio to the bare page, SQL queries, memory and bytes, the time
of a sign-in and of a PDF, and how much slower the pages are among much data.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import documents, load, sizes
from benchmarks.prepare import Prepared, prepare

PORT, BARE_PORT, SECOND_PORT = 5811, 5812, 5813
TURNS = 3
BARE = f"http://127.0.0.1:{BARE_PORT}/"


@dataclass
class Page:
    """An address to measure, and what is asked of it."""

    name: str
    path: str
    cookie: str = ""
    target: float = 0.0

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie} if self.cookie else {}


def pages(data: Prepared) -> list[Page]:
    return [
        Page("login page", data.login_path, "", 0.80),
        Page("portal home", "/p/", data.customer_cookie, 0.45),
        Page("invoice list (50)", "/p/invoices", data.customer_cookie, 0.50),
        Page(
            "stored invoice PDF", f"/p/invoices/{data.invoice_id}.pdf", data.customer_cookie, 0.50
        ),
        Page("customer search", f"/dashboard/customers?q={data.search}", data.member_cookie),
    ]


@contextmanager
def portal(folder: Path, port: int = PORT) -> Iterator[int]:
    environment = os.environ | {
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SECRET_KEY": "benchmark" * 5,
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_RATE_LIMITS": "off",
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    command = [str(load.BIN / "portal"), "serve", "--port", str(port), "--workers", "2"]
    with load.serving(command, f"http://127.0.0.1:{port}/healthz", environment) as pid:
        yield pid


@contextmanager
def bare(folder: Path) -> Iterator[int]:
    environment = os.environ | {"BARE_DATABASE": str(folder / "bare.db")}
    command = [
        str(load.BIN / "granian"),
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--no-log",
        "--port",
        str(BARE_PORT),
        "benchmarks.bare:app",
    ]
    with load.serving(command, BARE, environment) as pid:
        yield pid


def measure(title: str, data: Prepared, folder: Path, seconds: int) -> None:
    """Each page between two measurements of the bare one."""
    print(f"\n{title}\n{'page':22}{'req/s':>9}{'p99 ms':>9}{'of bare':>9}{'asked':>7}{'SQL':>5}")
    with bare(folder), portal(folder) as pid:
        load.wrk(BARE, {}, 2)
        before = load.wrk(BARE, {}, seconds)
        for page in pages(data):
            url = f"http://127.0.0.1:{PORT}{page.path}"
            load.wrk(url, page.headers, 2)
            result = load.wrk(url, page.headers, seconds)
            after = load.wrk(BARE, {}, seconds)
            ratio = result.rate / statistics.mean((before.rate, after.rate))
            before = after
            asked = f"{page.target:.0%}" if page.target else ""
            wrong = f"  {result.failures} failed" if result.failures else ""
            queries = data.queries.get(page.name, 0)
            print(
                f"{page.name:22}{result.rate:9.0f}{result.p99:9.1f}{ratio:9.0%}{asked:>7}"
                f"{queries:5}{wrong}"
            )
        print(f"{'bare page':22}{before.rate:9.0f}{before.p99:9.1f}")
        print(f"memory of the two web workers: {sizes.worker_megabytes(pid):.0f} MB (PSS)")
        first = sizes.first_view(f"http://127.0.0.1:{PORT}", data.login_path)
        print(f"first view over the wire: {first / 1000:.1f} KB")


def compare(small: tuple[Prepared, Path], large: tuple[Prepared, Path], seconds: int) -> None:
    """How much slower the same pages are among much data: both servers asked in turns."""
    print("\nslower with the large data set, as a factor (asked: at most 1.3)")
    with portal(small[1]), portal(large[1], SECOND_PORT):
        for one, other in zip(pages(small[0]), pages(large[0]), strict=True):
            sides = (
                (f"http://127.0.0.1:{PORT}{one.path}", one.headers),
                (f"http://127.0.0.1:{SECOND_PORT}{other.path}", other.headers),
            )
            factors = []
            for _ in range(TURNS):
                rates = [load.wrk(url, headers, seconds).rate for url, headers in sides]
                factors.append(rates[0] / rates[1])
            print(f"  {one.name:22}{statistics.median(factors):5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=load.SECONDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        small = prepare(Path(first), customers=0, invoices=0)
        print(f"sign-in (two POSTs): {small.sign_in_ratio:.1f} × the CPU of the login page")
        measure("One customer, 50 invoices", small, Path(first), chosen.seconds)
        print("\nRendering a PDF in the renderer's process (asked: a median of at most 30 ms)")
        documents.main()
        if not chosen.customers:
            return
        large = prepare(Path(second), customers=chosen.customers, invoices=chosen.invoices)
        title = f"{chosen.customers:,} customers, {chosen.invoices:,} invoices"
        measure(title, large, Path(second), chosen.seconds)
        compare((small, Path(first)), (large, Path(second)), max(2, chosen.seconds // 2))


if __name__ == "__main__":
    try:
        main()
    except load.NoLoadGenerator:
        sys.exit("This needs wrk: apt-get install wrk")
