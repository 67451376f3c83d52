"""The portal's link, in all the forms in which it reaches customers."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.billing.customers import LONGEST_SEARCH, Customer
from portal.i18n import LANGUAGES, gettext_for
from portal.selfservice import sharing
from portal.selfservice.branding import Branding
from portal.selfservice.login_links import LoginLink
from portal.web.dashboard.scope import the_configuration, the_merchant
from portal.web.locale import NAMES, language
from portal.web.pages import render_page, see
from portal.web.settings import absolute
from portal.web.zone import moment

bp = Blueprint("sharing", __name__, url_prefix="/sharing")
MOST_FOUND = 5


@bp.get("")
def show() -> Any:
    link = LoginLink.active_of(the_configuration())
    if link is None:
        return render_page("dashboard/sharing/inactive.html")
    merchant = the_merchant()
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    chosen = request.args.get("words", "")
    words_in = chosen if chosen in LANGUAGES else language()
    url = absolute(link.path())
    return render_page(
        "dashboard/sharing/show.html",
        fragment="one_customer",
        url=url,
        shared_at=merchant.shared_at,
        languages_of_link=[
            (code, NAMES[code], absolute(link.path(locale=code))) for code in LANGUAGES
        ],
        search=search,
        found=_found(link, search),
        words_in=words_in,
        word_choices=[
            (url_for("dashboard.sharing.show", words=code, _anchor="words"), NAMES[code], code)
            for code in LANGUAGES
        ],
        snippet=sharing.button(url, _button_words(words_in), Branding.of(merchant)),
        signature=_signature(words_in, url),
    )


@bp.post("")
def create() -> Any:
    """The merchant says that the link was shared."""
    sharing.mark_shared(the_merchant(), at=moment())
    return see(url_for("dashboard.sharing.show"), _("Good. This step is done."))


def _found(link: LoginLink, search: str) -> list[tuple[Customer, str]]:
    """A few customers, each with the link that has the address filled in."""
    if not search:
        return []
    customers = Customer.matching(the_merchant(), search).limit(MOST_FOUND)
    return [
        (customer, absolute(link.path(email=customer.email, locale=customer.locale or "")))
        for customer in customers
    ]


def _button_words(code: str) -> str:
    _ = gettext_for(code)
    return _("Manage your subscription")


def _signature(code: str, url: str) -> str:
    _ = gettext_for(code)
    return _("Invoices, payment methods and subscriptions: %(url)s", url=url)
