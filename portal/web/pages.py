"""The two ways a view answers.

A page and its fragments are one template. A fragment is a block of the page, and the
block bears the id of the element it renders.
"""

from datetime import date, datetime
from typing import Any

from flask import Flask, Response, current_app, flash, redirect, render_template
from htmx_flask import Htmx, make_response, request

from portal import formatting
from portal.billing.money import Money
from portal.record import Record
from portal.web import labels
from portal.web.locale import language
from portal.web.zone import zone

htmx = Htmx()


def render_page(
    template: str, *, fragment: str | None = None, status: int = 200, **context: Any
) -> Response:
    """The whole page, or `fragment` alone where htmx asked for that element."""
    if fragment and htmx_wants(fragment):
        body = render_block(template, fragment, **context) + render_template(
            "_flash.html", out_of_band=True
        )
    else:
        body = render_template(template, **context)
    return make_response(body, status)


def render_block(template_name: str, block: str, **context: Any) -> str:
    template = current_app.jinja_env.get_template(template_name)
    current_app.update_template_context(context)
    return "".join(template.blocks[block](template.new_context(context)))


def htmx_wants(element_id: str) -> bool:
    wanted = request.htmx
    return bool(wanted) and wanted.target == element_id and not wanted.history_restore_request


def see(location: str, notice: str | None = None, category: str = "message") -> Any:
    """After a change, send the reader to where it can be seen.

    A browser is redirected. htmx would follow a redirect unseen and swap the
    whole next page into its target, so it is told the location instead.
    """
    if notice:
        flash(notice, category)
    if request.htmx and not request.htmx.boosted:
        return make_response("", location=location)
    return redirect(location, code=303)


def money(value: Money | int, currency: str | None = None) -> str:
    if isinstance(value, Money):
        return formatting.money(value.amount, value.currency, language())
    return formatting.money(value, currency or "", language())


def day(value: datetime | date | None) -> str:
    """ "21 November 2026", in the merchant's time zone."""
    if value is None:
        return ""
    return formatting.date_long(_local(value), language())


def short_day(value: datetime | date | None) -> str:
    """ "21 Nov 2026": for tables."""
    if value is None:
        return ""
    return formatting.date_medium(_local(value), language())


def moment(value: datetime | None) -> str:
    return "" if value is None else formatting.moment_long(value, zone(), language())


def dom_id(record: Record, prefix: str = "") -> str:
    return "_".join(filter(None, (prefix, record.id)))


def _local(value: datetime | date) -> date:
    return formatting.day_in(value, zone()) if isinstance(value, datetime) else value


def init_app(app: Flask) -> None:
    htmx.init_app(app)
    app.jinja_env.filters.update(
        money=money,
        day=day,
        short_day=short_day,
        moment=moment,
        country=lambda code: formatting.country_name(code, language()) if code else "",
        language_name=lambda code: formatting.language_name(code, language()),
        number=lambda value: formatting.number(value, language()),
        percent=lambda rate: formatting.percent(rate, language()),
    )
    app.jinja_env.globals.update(dom_id=dom_id)
    labels.init_app(app)
