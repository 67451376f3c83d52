"""The answer to "all of them, please": a ZIP file that is written while it is sent."""

from typing import Any

from flask import Response, abort, request, stream_with_context

from portal.billing.archived import Named, read
from portal.documents.archives import MOST, archive


def parts_of(named: list[Named]) -> int:
    """How many files it takes."""
    return -(-len(named) // MOST)


def zip_answer(named: list[Named], name: str) -> Any:
    """`MOST` documents at once; `?part=2` is the next so many. 404 where there are none."""
    asked = request.args.get("part", "1")
    part = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    if not 1 <= part <= parts_of(named):
        abort(404)
    chosen = named[(part - 1) * MOST : part * MOST]
    answer = Response(stream_with_context(archive(read(chosen))), mimetype="application/zip")
    suffix = f"-{part}" if parts_of(named) > 1 else ""
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}{suffix}.zip")
    return answer
