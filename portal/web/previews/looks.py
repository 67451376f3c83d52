"""How a preview looks: what is saved, unless the address says otherwise."""

from types import SimpleNamespace
from typing import Any

from flask import request

from portal.billing.customers import Customer
from portal.billing.merchants import Merchant
from portal.files import StoredFile
from portal.selfservice.branding import Branding
from portal.selfservice.colors import InvalidColor, parse
from portal.selfservice.configurations import LONGEST_HEADLINE, PortalConfiguration
from portal.selfservice.fonts import FONTS, SHAPES
from portal.web.customer import brand
from portal.web.identity import dashboard_session

# What stands for an address that was given: only that there is a link is shown.
SOMEWHERE = "https://example.com/"
SWITCHES = (
    "shows_invoices",
    "updates_name",
    "updates_address",
    "updates_phone",
    "updates_shipping",
    "updates_tax_ids",
    "updates_payment_methods",
    "allows_cancellation",
    "allows_subscribing",
)


def merchant() -> Merchant:
    """A copy of the member's merchant in the look of the address; never to be saved."""
    session = dashboard_session()
    if session is None:
        raise LookupError("previews are for members")
    mine = session.user.merchant
    copy = Merchant(**mine.__data__)
    if "headline" in request.args:
        for name in ("terms_url", "privacy_url"):
            setattr(copy, name, SOMEWHERE if request.args.get(name) else "")
    copy.branding = _branding(mine)
    return copy


def options() -> PortalConfiguration:
    """The options of the address, where it has any; never to be saved."""
    session = dashboard_session()
    if session is None:
        raise LookupError("previews are for members")
    stored = PortalConfiguration.default_of(session.user.merchant)
    if "headline" not in request.args:
        return stored
    given: dict[str, Any] = {name: name in request.args for name in SWITCHES}
    return PortalConfiguration(
        **stored.__data__
        | given
        | {
            "headline": request.args["headline"][:LONGEST_HEADLINE],
            "default_return_url": SOMEWHERE if request.args.get("default_return_url") else "",
        }
    )


def context(
    merchant: Merchant, options: PortalConfiguration, customer: Customer | None
) -> dict[str, Any]:
    """What customer/layout.html needs. There is no session: one that looks like it stands in."""
    found = brand.context(merchant, options)
    if customer is None:
        return found
    session = SimpleNamespace(
        customer=customer, merchant=merchant, configuration=options, is_impersonated=False
    )
    return found | {"customer": customer, "session": session, "sign_out_url": "/p/sign-out"}


def pictures(merchant: Merchant) -> dict[str, bytes]:
    """The logo's bytes by its name, for documents."""
    name = merchant.branding.logo
    found = StoredFile.get_or_none(
        (StoredFile.id == name.partition("-")[0]) & (StoredFile.merchant == merchant.id)
    )
    return {name: bytes(found.data)} if found else {}


def _branding(merchant: Merchant) -> Branding:
    stored = Branding.of(merchant)
    return Branding(
        merchant=merchant,
        icon=stored.icon,
        logo=stored.logo,
        brand_color=_color("brand", stored.brand_color),
        accent_color=_color("accent", stored.accent_color),
        font=_known("font", FONTS, stored.font),
        shape=_known("shape", SHAPES, stored.shape),
    )


def _color(name: str, stored: str) -> str:
    try:
        return parse("#" + request.args[name]) if name in request.args else stored
    except InvalidColor:
        return stored


def _known(name: str, known: Any, stored: str) -> str:
    chosen = request.args.get(name, "")
    return chosen if chosen in known else stored
