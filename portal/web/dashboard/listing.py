"""Lists that go on: a page is what stands before or after an id, never a number of rows to skip."""

from typing import Any

from flask import request, url_for
from peewee import ModelSelect

from portal.ids import is_id

PAGE = 25
LONGEST_SEARCH = 100


def searched() -> str:
    """What was typed into the search of the list."""
    return request.args.get("q", "").strip()[:LONGEST_SEARCH]


def chosen(name: str, allowed: tuple[str, ...]) -> str:
    """A filter's value from the address; the first of `allowed` where it says something else."""
    value = request.args.get(name, "")
    return value if value in allowed else allowed[0]


def page_of(query: ModelSelect, record: Any) -> tuple[list[Any], str]:
    """One page of a query, the newest first, and the address of the next ("" at the end)."""
    after = request.args.get("after", "")
    if is_id(after, record.PREFIX):
        query = query.where(record.id < after)
    rows = list(query.limit(PAGE + 1))
    if len(rows) <= PAGE:
        return rows, ""
    return rows[:PAGE], next_url(rows[PAGE - 1].id)


def next_url(after: str) -> str:
    kept: dict[str, Any] = {
        name: value
        for name, value in request.args.items()
        if name not in {"after", "locale"} and value
    }
    where: dict[str, Any] = (request.view_args or {}) | kept | {"after": after}
    return url_for(str(request.endpoint), **where)
