"""Who did what and when: customers, team and the clock alike."""

from itertools import groupby
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from peewee import ModelSelect

from portal.billing.customers import Customer
from portal.billing.events import ActorKind, Event
from portal.formatting import date_long, day_in, time_of_day
from portal.ids import is_id
from portal.web.dashboard.activity_words import KINDS, actor_words, event_words, types_of
from portal.web.dashboard.listing import chosen, page_of
from portal.web.dashboard.scope import the_merchant
from portal.web.locale import language
from portal.web.pages import render_page
from portal.web.zone import zone

bp = Blueprint("activity", __name__, url_prefix="/activity")
bp.add_app_template_global(event_words)

ACTORS = {
    "customers": ActorKind.CUSTOMER,
    "team": ActorKind.MEMBER,
    "system": ActorKind.SYSTEM,
}
# Beginning of an id → where that thing is shown.
PLACES = {
    "sub": ("dashboard.subscriptions.show", "subscription_id"),
    "in": ("dashboard.invoices.show", "invoice_id"),
    "prod": ("dashboard.products.show", "product_id"),
}


@bp.get("")
def index() -> Any:
    who = chosen("who", ("", *ACTORS))
    kind = chosen("kind", ("", *KINDS))
    customer = request.args.get("customer", "")
    found, after = page_of(events(who, kind, customer), Event)
    return render_page(
        "dashboard/activity/index.html",
        fragment="activity",
        days=by_day(found),
        after=after,
        who=who,
        kind=kind,
        customer=customer,
        actors=actor_choices(),
        kinds=list(KINDS.items()),
        is_continued="after" in request.args,
    )


def events(who: str, kind: str, customer: str) -> ModelSelect:
    query = Event.select().where(Event.merchant == the_merchant()).order_by(Event.id.desc())
    if who:
        query = query.where(Event.actor_kind == ACTORS[who])
    if kind:
        query = query.where(Event.type.in_(types_of(kind)))
    if is_id(customer, Customer.PREFIX):
        query = query.where(Event.customer_id == customer)
    return query


def actor_choices() -> list[tuple[str, str]]:
    return [("customers", _("Customers")), ("team", _("Your team")), ("system", _("Automatic"))]


def by_day(found: list[Event]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Days in words, and what happened on each."""
    names = customer_names({event.customer_id for event in found} - {""})
    return [
        (date_long(day, language()), [shown(event, names) for event in happened])
        for day, happened in groupby(found, lambda event: day_in(event.created_at, zone()))
    ]


def customer_names(ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    mine = (Customer.merchant == the_merchant()) & Customer.id.in_(ids)
    return {customer.id: customer.display_name for customer in Customer.select().where(mine)}


def shown(event: Event, names: dict[str, str]) -> dict[str, Any]:
    return {
        "words": event_words(event),
        "url": place(event, names),
        "customer": names.get(event.customer_id, ""),
        "customer_url": customer_url(event.customer_id) if event.customer_id in names else "",
        "actor": actor_words(event),
        "is_own": event.actor_kind == ActorKind.CUSTOMER and event.actor_id == event.customer_id,
        "time": time_of_day(event.created_at, zone(), language()),
    }


def place(event: Event, names: dict[str, str]) -> str:
    """The page of what it is about, where there is one."""
    prefix = event.object_id.partition("_")[0]
    if prefix in PLACES and event.type != "product.deleted":
        endpoint, argument = PLACES[prefix]
        return url_for(endpoint, **{argument: event.object_id})
    return customer_url(event.customer_id) if event.customer_id in names else ""


def customer_url(customer_id: str) -> str:
    return url_for("dashboard.customers.show", customer_id=customer_id)
