"""Every page that there is, from the routes themselves, so that none is forgotten."""

import tempfile
from functools import cache
from pathlib import Path, PurePosixPath

from flask import Flask
from werkzeug.routing import Rule

from portal import create_app
from portal.config import Settings
from portal.database import database, use

# Files, pictures, data: read, but no pages. So is what ends like a file.
NO_PAGES = frozenset(
    {
        "public.health",
        "readiness.show",
        "public.asset",
        "public.file",
        "public.brand",
        "dashboard.customer_templates.show",
    }
)
# Pages that look different for something else; what that is stands in tests/e2e/doors.py.
VARIANTS = frozenset(
    {
        "customer.invoices.show credited",
        "customer.invoices.show paid",
        "dashboard.invoices.show credited",
        "customer.subscriptions.show changing",
        "customer.subscriptions.show ended",
        "customer.subscriptions.show ending",
        "customer.subscriptions.show in trial",
        "customer.subscriptions.show paused",
        "dashboard.invoices.new for somebody",
        "dashboard.previews.show home",
        "dashboard.previews.show mail",
        "dashboard.sharing.show found",
        "dashboard.subscriptions.new for somebody",
        "dashboard.subscriptions.show changing",
        "dashboard.subscriptions.show late",
        "dashboard.subscriptions.show paused",
    }
)
# They are there to lead elsewhere, or for an installation of another kind.
LEADS_ON = frozenset(
    {
        "customer.payment_method_setups.show",
        "dashboard.branding_previews.show",
        "dashboard.invoice_previews.new",
        "dashboard.portal_previews.show",
        "dashboard.subscription_previews.new",
        "public.index",
        "dashboard.drafts.show",
        "dashboard.setup.new",
    }
)


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
    use(previous)
    return made


def read_routes() -> list[Rule]:
    """Every route that answers GET."""
    return [rule for rule in app().url_map.iter_rules() if "GET" in (rule.methods or ())]


def pages(room: str = "") -> list[str]:
    """The names of all pages that are read, or of those of one room (`customer`)."""
    found = {rule.endpoint for rule in read_routes() if not PurePosixPath(rule.rule).suffix}
    return sorted(
        name
        for name in found - NO_PAGES - LEADS_ON | VARIANTS
        if name.partition(".")[0] == room or not room
    )


def endpoint_of(name: str) -> str:
    return name.partition(" ")[0]


def is_public(endpoint: str) -> bool:
    """Whether nobody needs to be signed in for it."""
    return bool(getattr(app().view_functions[endpoint], "is_public", False))


def path_of(endpoint: str, given: dict[str, str], more: dict[str, str]) -> str:
    """The address of a page; `more` goes first, and what has no place into the query.

    Fails where a value is missing: then tests/e2e/doors.py lacks it.
    """
    rule = next(rule for rule in read_routes() if rule.endpoint == endpoint)
    missing = rule.arguments - given.keys() - more.keys()
    assert not missing, f"{endpoint} needs samples for {sorted(missing)}: tests/e2e/doors.py"
    values = {name: given[name] for name in rule.arguments - more.keys()}
    return app().url_map.bind("localhost").build(endpoint, values | more)
