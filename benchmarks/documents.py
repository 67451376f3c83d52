"""How long a document takes through the renderer's process: `python -m benchmarks.documents`.

The aim is a PDF with its e-invoice in 40 ms (median). Machines differ, so the same page
without an e-invoice is measured in turns with it, and the ratio is printed.
"""

import statistics
import time
from dataclasses import replace

from portal.documents.data import Brand, DocumentData
from portal.documents.einvoice import Profile, einvoice
from portal.documents.frames import FACTUR_X_NAME
from portal.documents.renderer import render_in_process
from tests.documents.einvoice_samples import an_e_document
from tests.documents.samples import a_line, a_logo, with_note

ROUNDS = 200
AIM = 40.0


def with_e_invoice(document: DocumentData) -> None:
    """As the store does it: both XMLs, one of them inside the PDF."""
    einvoice(document, Profile.XRECHNUNG)
    xml = einvoice(document, Profile.FACTUR_X)
    render_in_process(document, {"logo": a_logo_once, FACTUR_X_NAME: xml})


def without(document: DocumentData) -> None:
    render_in_process(document, {"logo": a_logo_once})


def taken(make, document: DocumentData) -> float:
    begun = time.perf_counter()
    make(document)
    return (time.perf_counter() - begun) * 1000


def measure(name: str, document: DocumentData, rounds: int) -> None:
    """Each round is another invoice, as nobody renders the same one twice."""
    figures = {with_e_invoice: [], without: []}
    for number in range(rounds):
        issued = replace(document, number=f"NORD-{number:06}")
        for make, times in figures.items():
            times.append(taken(make, issued))
    whole, bare = (statistics.median(times) for times in figures.values())
    slow = statistics.quantiles(figures[with_e_invoice], n=20)[-1]
    print(
        f"{name:32} median {whole:6.1f}  p95 {slow:6.1f} ms"
        f"   PDF alone {bare:6.1f} ms   ratio {whole / bare:4.2f}"
    )


a_logo_once = a_logo()


def main() -> None:
    """Print a line a kind of document."""
    lines = [a_line(4900), a_line(12000, period_start=None, period_end=None), a_line(3500, "7")]
    branded = with_note(an_e_document(*lines, brand=Brand(color="#0f766e", logo="logo")))
    many = an_e_document(*(a_line(1000 + number) for number in range(200)))
    print(f"aim: a PDF with its e-invoice in {AIM:.0f} ms (median)")
    measure("invoice, 3 lines", an_e_document(*lines), ROUNDS)
    measure("invoice, 3 lines, logo and note", branded, ROUNDS)
    measure("invoice, 200 lines", many, ROUNDS // 10)


if __name__ == "__main__":
    main()
