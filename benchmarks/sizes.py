"""Memory of processes, and bytes over the wire."""

import re
import urllib.request
from pathlib import Path

LINKED = re.compile(r'(?:href|src)="(/(?:static|p/files|p/brand)[^"]*)"')


def worker_megabytes(server: int) -> float:
    """Proportional set size of the two web workers: the children of the server that serve."""
    workers = sorted((_pss(pid) for pid in _descendants(server)), reverse=True)[:2]
    return sum(workers) / 1000


def first_view(origin: str, path: str) -> int:
    """Bytes of a page and of everything it links to: bodies as sent, and their headers."""
    page, size = _fetch(origin + path)
    for linked in sorted(set(LINKED.findall(page))):
        _, bytes_sent = _fetch(origin + linked.replace("&amp;", "&"))
        size += bytes_sent
    return size


def _fetch(url: str) -> tuple[str, int]:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        body = answer.read()
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    text = "" if answer.headers.get("Content-Encoding") else body.decode(errors="replace")
    return text, len(body) + headers


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _pss(pid: int) -> int:
    """Kilobytes."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
    return int(found[1]) if found else 0
