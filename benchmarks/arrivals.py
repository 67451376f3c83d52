"""What readers of the portal notice of a billing run: the slowest of a hundred pages.

Requests arrive at a fixed rate whatever the server does (an open loop), 30 % of what it can
answer at rest. A slow answer is counted from the moment at which it should have been asked
for, so that waiting in line is not forgotten.
"""

import http.client
import queue
import statistics
import threading
import time
from collections.abc import Mapping

SHARE = 0.3
READERS = 16


def p99(port: int, path: str, headers: Mapping[str, str], rate: float, seconds: float) -> float:
    """Milliseconds within which 99 of 100 requests are answered at `rate` a second."""
    arrivals: queue.Queue[float | None] = queue.Queue()
    taken: list[float] = []
    readers = [
        threading.Thread(target=_read, args=(port, path, headers, arrivals, taken))
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        arrivals.put(due)
    for _ in readers:
        arrivals.put(None)
    for reader in readers:
        reader.join()
    return statistics.quantiles(taken, n=100)[98] * 1000


def _read(
    port: int,
    path: str,
    headers: Mapping[str, str],
    arrivals: "queue.Queue[float | None]",
    taken: list[float],
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while (due := arrivals.get()) is not None:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        taken.append(time.perf_counter() - due)
    connection.close()
