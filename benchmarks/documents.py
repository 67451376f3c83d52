"""How long a PDF takes through the renderer's process: `python -m benchmarks.documents`."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import replace

from portal.documents.data import Brand, DocumentData
from portal.documents.renderer import render_in_process
from tests.documents.samples import a_document, a_line, a_logo, with_note

ROUNDS = 200


def measure(name: str, document: DocumentData, images: Mapping[str, bytes], rounds: int) -> None:
    """Each round is another invoice, as nobody renders the same one twice."""
    taken = []
    for number in range(rounds):
        issued = replace(document, number=f"NORD-{number:06}")
        begun = time.perf_counter()
        render_in_process(issued, images)
        taken.append((time.perf_counter() - begun) * 1000)
    median, slow = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"{name:32} first {taken[0]:6.1f}  median {median:6.1f}  p95 {slow:6.1f} ms")


def main() -> None:
    """Print a line a kind of document."""
    lines = [a_line(4900), a_line(12000, period_start=None, period_end=None), a_line(3500, "7")]
    branded = with_note(a_document(*lines, brand=Brand(color="#0f766e", logo="logo")))
    many = a_document(*(a_line(1000 + number) for number in range(200)))
    measure("invoice, 3 lines", a_document(*lines), {}, ROUNDS)
    measure("invoice, 3 lines, logo and note", branded, {"logo": a_logo()}, ROUNDS)
    measure("invoice, 200 lines", many, {}, ROUNDS // 10)


if __name__ == "__main__":
    main()
