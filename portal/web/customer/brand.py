"""What the layout of the portal needs to wear a merchant's brand."""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from portal.addresses import address_lines
from portal.billing.addresses import Address
from portal.billing.merchants import Merchant
from portal.i18n import gettext_for
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from portal.web.brand_urls import file_url, stylesheet_url
from portal.web.locale import language


def context(
    merchant: Merchant,
    configuration: PortalConfiguration,
    session: PortalSession | None = None,
) -> dict[str, Any]:
    """Variables of customer/layout.html. `merchant.branding` must have been loaded."""
    branding: Branding = merchant.branding
    return {
        "merchant": merchant,
        "branding": SimpleNamespace(
            logo_url=file_url(branding.logo),
            icon_url=file_url(branding.icon),
            headline=configuration.headline,
        ),
        "brand_stylesheet": stylesheet_url(
            branding.brand_color, branding.accent_color, branding.font, branding.shape
        ),
        "configuration": SimpleNamespace(
            return_url=configuration.default_return_url or merchant.website
        ),
        "provider": provider(
            merchant.name, merchant.address, merchant.phone, merchant.vat_id, language()
        ),
        "customer": session.customer if session else None,
        "session": session,
        "sign_out_url": "/p/sign-out" if session else None,
    }


@lru_cache(maxsize=512)
def provider(name: str, address: Address, phone: str, vat_id: str, locale: str) -> tuple[str, ...]:
    """Whose portal it is, as the law wants it said (Art. 5 Directive 2000/31/EC); () while
    the merchant has no address."""
    if not address.line1:
        return ()
    _ = gettext_for(locale)
    said = _("VAT ID %(number)s", number=vat_id) if vat_id else ""
    return tuple(filter(None, (name, *address_lines(address, locale), phone, said)))
