"""Every page that there is, from the routes themselves, so that none is forgotten."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.config import Settings
from portal.database import database
from tests.e2e.world import World

# Answers that are no pages: files, pictures, data.
NO_PAGES = frozenset(
    {
        "public.health",
        "public.ready",
        "public.asset",
        "public.file",
        "public.brand",
    }
)
# Pages that are there to lead elsewhere.
LEADS_ON: frozenset[str] = frozenset()
# What a page needs besides the usual arguments.
QUERIES: dict[str, Callable[[World], dict[str, str]]] = {}


@cache
def app() -> Flask:
    """The application as it is served, for its routes only: it reaches no database."""
    previous = database.obj
    nowhere = Path(tempfile.gettempdir()) / "no-such.db"
    made = create_app(
        Settings(
            database_url=f"sqlite:///{nowhere}", secret_key="for routes only " * 2, signup="open"
        )
    )
    database.initialize(previous)
    return made


def pages(room: str = "") -> list[str]:
    """The endpoints of all pages that are read, or of those of one room (`customer`)."""
    rules = app().url_map.iter_rules()
    found = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    return sorted(
        endpoint
        for endpoint in found - NO_PAGES - LEADS_ON
        if endpoint.partition(".")[0] == room or not room
    )


def is_public(endpoint: str) -> bool:
    """Whether nobody needs to be signed in for it."""
    return bool(getattr(app().view_functions[endpoint], "is_public", False))


def path_of(endpoint: str, world: World) -> str:
    """The address of a page of this world. Fails where the world lacks an argument."""
    given = world.arguments()
    adapter = app().url_map.bind("localhost")
    rule = next(rule for rule in adapter.map.iter_rules(endpoint) if "GET" in (rule.methods or ()))
    missing = rule.arguments - given.keys()
    assert not missing, f"{endpoint} needs samples for {sorted(missing)}: tests/e2e/world.py"
    values = {name: given[name] for name in rule.arguments}
    query = QUERIES[endpoint](world) if endpoint in QUERIES else {}
    return adapter.build(endpoint, values | query)
